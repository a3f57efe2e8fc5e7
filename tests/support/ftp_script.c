/* Our FTP client under test, in shell scripts. */
#include "ftp_script.h"

#include "scratch.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_OPTIONS 10

static char *programs(void)
{
    const char *folder = getenv("GLASSBOX_BIN");
    char *path = realpath(folder ? folder : "bin", NULL);
    if (!path)
        abort();
    return path;
}

/* Waits as long as it goes on saying something: a busy machine may be slow. */
static int run_bash(const struct ftp_scene *scene, const char *text, unsigned patience, char **said)
{
    struct process *shell = process_start(scene->home, PROCESS_PIPES, "/bin/bash", "-c", text,
                                          NULL);
    int status = process_wait(shell);
    size_t heard = 0;
    for (unsigned left = patience; status < 0 && left > 0 && process_alive(shell);) {
        size_t now = strlen(process_text(shell, PROCESS_OUT));
        left = now > heard ? patience : left - 1;
        heard = now;
        if (left > 0)
            status = process_wait(shell);
    }
    *said = strdup(process_said(shell));
    process_free(shell);
    return status;
}

void ftp_script_allow_in(const struct ftp_scene *scene, const char *suite)
{
    const bool modern = strncmp(suite, "modern", 6) == 0;
    const char *key = modern ? "client" : "client-textbook";
    char *bin = programs(), *text, *said;
    if (asprintf(&text, "%s/keytool gen %s --suite %s && %s/keytool allow add %s --name anna", bin,
                 key, modern ? "modern" : "textbook", bin, key) < 0)
        abort();
    cr_assert_eq(run_bash(scene, text, 1, &said), 0, "%s", said);
    free(said);
    free(text);
    free(bin);
}

void ftp_script_allow(const struct ftp_scene *scene)
{
    ftp_script_allow_in(scene, "modern");
}

int ftp_script_patient(const struct ftp_scene *scene, const char *script, unsigned patience,
                       char **said)
{
    char *bin = programs(), *here = scratch_new(), *text;
    int status;
    if (asprintf(&text,
                 "exec 2>&1; set -e; cd %s; P=%u S=%s/anna BIN=%s\n"
                 "f() { \"$BIN\"/ftp connect 127.0.0.1 --port $P --accept-new --timeout 30 \"$@\"; "
                 "}\n"
                 "c() { local o=(); for one; do o+=(-c \"$one\"); done; f \"${o[@]}\"; }\n%s",
                 here, scene->port, scene->folder, bin, script) < 0)
        abort();
    status = run_bash(scene, text, patience, said);
    free(text);
    scratch_remove(here);
    free(bin);
    return status;
}

int ftp_script(const struct ftp_scene *scene, const char *script, char **said)
{
    return ftp_script_patient(scene, script, 2, said);
}

void ftp_script_check(const char *script, ...)
{
    const char *options[MAX_OPTIONS] = {NULL};
    struct ftp_scene scene;
    va_list arguments;
    char *said;
    va_start(arguments, script);
    for (size_t i = 0; i < MAX_OPTIONS - 1 && (options[i] = va_arg(arguments, const char *)); i++)
        continue;
    va_end(arguments);
    const char *suite = "modern";
    for (size_t i = 0; options[i]; i++)
        suite = i > 0 && strcmp(options[i - 1], "--suite") == 0 ? options[i] : suite;
    ftp_scene_prepare(&scene);
    ftp_script_allow_in(&scene, suite);
    ftp_scene_launch(&scene, NULL, options);
    cr_expect_eq(ftp_script(&scene, script, &said), 0, "%s\n%s", script, said);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
    free(said);
}
