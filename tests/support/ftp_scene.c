/* An FTP server under test. */
#include "ftp_scene.h"

#include "allow_edit.h"
#include "key_samples.h"
#include "scratch.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_OPTIONS 12

/* "secret", sha256crypt with the salt "glassbox": openssl passwd -5 -salt glassbox secret. */
#define USERS                                                                                      \
    "name,password\nanna,$5$glassbox$LfqO9Tg8/WF7XJj45gWeNQIirwU4h3dnNA09sVi.fcC\n"                \
    "bert,$5$glassbox$LfqO9Tg8/WF7XJj45gWeNQIirwU4h3dnNA09sVi.fcC\n"

void ftp_scene_prepare(struct ftp_scene *scene)
{
    *scene = (struct ftp_scene){.home = scratch_new(), .folder = scratch_new()};
    scratch_write(scene->home, "ftp_users.csv", USERS);
}

void ftp_scene_launch(struct ftp_scene *scene, const char *wrapper, const char *const options[])
{
    const char *o[MAX_OPTIONS] = {NULL}, *folder = getenv("GLASSBOX_BIN");
    char *log = scratch_path(scene->home, "ftp.log"), program[4096];
    for (size_t i = 0; i < MAX_OPTIONS && options[i]; i++)
        o[i] = options[i];
    snprintf(program, sizeof(program), "%s/ftp", folder ? folder : "bin");
    scene->server = process_start(
        scene->home, PROCESS_PIPES, "/bin/sh", "-c", wrapper ? wrapper : "exec \"$@\"", "sh",
        program, "server", scene->folder, "--port", "0", "--bind", "127.0.0.1", "--allow-plain",
        "--log", log, o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7], o[8], o[9], NULL);
    const char *port = process_expect(scene->server, PROCESS_ERR, "listening on port ([0-9]+)");
    if (!port) {
        fprintf(stderr, "no server: %s\n", process_said(scene->server));
        abort();
    }
    scene->port = (uint16_t)atoi(port);
    free(log);
}

void ftp_scene_start(struct ftp_scene *scene, ...)
{
    const char *options[MAX_OPTIONS] = {NULL};
    va_list arguments;
    va_start(arguments, scene);
    for (size_t i = 0; i < MAX_OPTIONS - 1 && (options[i] = va_arg(arguments, const char *)); i++)
        continue;
    va_end(arguments);
    ftp_scene_prepare(scene);
    ftp_scene_launch(scene, NULL, options);
}

void ftp_scene_start_textbook(struct ftp_scene *scene, enum allow_role role)
{
    struct problem problem = {0};
    const struct allow_new entry = {.key = sample_pair(),
                                    .name = "anna",
                                    .role = role,
                                    .family = FAMILY_TEXTBOOK,
                                    .quota = ALLOW_NO_QUOTA};
    ftp_scene_prepare(scene);
    struct process *keytool = process_start(scene->home, PROCESS_PIPES, "keytool", "gen",
                                            "server-textbook", "--suite", "textbook", "--bits",
                                            "512", NULL);
    char *path = scratch_path(scene->home, "allowed.csv");
    if (process_wait(keytool) != 0 || !allow_list_add(path, &entry, NULL, &problem)) {
        fprintf(stderr, "%s%s\n", process_said(keytool), problem.message);
        abort();
    }
    process_free(keytool);
    free(path);
    ftp_scene_launch(scene, NULL, (const char *const[]){"--suite", "textbook", NULL});
}

int ftp_scene_stop(struct ftp_scene *scene)
{
    process_signal(scene->server, SIGTERM);
    int status = process_wait(scene->server);
    if (status != 0)
        fprintf(stderr, "server: %s\n", process_said(scene->server));
    process_free(scene->server);
    scratch_remove(scene->home);
    scratch_remove(scene->folder);
    return status;
}

char *ftp_scene_file(const struct ftp_scene *scene, const char *name)
{
    char *path;
    if (asprintf(&path, "%s/anna", scene->folder) < 0)
        abort();
    mkdir(path, 0700); /* it may be there */
    free(path);
    if (asprintf(&path, "%s/anna/%s", scene->folder, name) < 0)
        abort();
    return path;
}

char *ftp_scene_log(const struct ftp_scene *scene)
{
    return scratch_read(scene->home, "ftp.log");
}

bool ftp_scene_logged(const struct ftp_scene *scene, const char *text)
{
    bool found = false;
    for (int i = 0; !found && i < PROCESS_SECONDS * 100; i++) {
        char *log = ftp_scene_log(scene);
        found = strstr(log, text) != NULL;
        free(log);
        if (!found)
            usleep(10000);
    }
    return found;
}
