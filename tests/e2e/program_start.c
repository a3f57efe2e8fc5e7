/*
 * Programs that are started without stdin, stdout or stderr: whatever they open next must not end
 * up in one of the three places, where they print.
 */
#include "chat_scene.h"
#include "console.h"
#include "ftp_scene.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static const char *const closings[] = {"<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"};
#define CLOSINGS (sizeof(closings) / sizeof(closings[0]))

static struct chat_scene scene;

static void open_scene(void)
{
    scene = (struct chat_scene){0};
    chat_scene_open(&scene);
    chat_scene_person(&scene, "anna", true);
}

static void close_scene(void)
{
    chat_scene_close(&scene);
}

TestSuite(program_start, .init = open_scene, .fini = close_scene, .timeout = 200);

/* Its exit status, or 128 + N. `what` is a line of shell with $bin and $port; what it says goes to
 * the file said in the scene's folder, as far as it is not closed. */
static int run(const char *what, const char *closing)
{
    const char *bin = getenv("GLASSBOX_BIN");
    char *text, *home = chat_scene_home(&scene, "anna");
    if (asprintf(&text, "bin=%s port=%s; exec 3>&1; (%s) >%s/said 2>&1 3>&- %s; exit $?",
                 bin ? bin : "bin", scene.port, what, scene.folder, closing) < 0)
        abort();
    struct process *shell = process_start(home, PROCESS_PIPES, "/bin/sh", "-c", text, NULL);
    process_end_input(shell);
    int status = process_wait(shell);
    process_free(shell);
    free(text);
    free(home);
    return status;
}

/* Without stdout it fails, and not by a signal; it does not miss what it does not need. */
Test(program_start, a_result_that_goes_nowhere_is_a_failure)
{
    static const char *const commands[] = {"$bin/keytool list", "$bin/keytool fingerprint client",
                                           "$bin/keytool export client --format spki",
                                           "$bin/chat --help", "$bin/ftp --help"};
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        cr_expect_eq(run(commands[i], "<&-"), 0, "%s without stdin", commands[i]);
        cr_expect_eq(run(commands[i], "2>&-"), 0, "%s without stderr", commands[i]);
        cr_expect_eq(run(commands[i], ">&-"), 1, "%s without stdout", commands[i]);
        char *said = scratch_read(scene.folder, "said");
        cr_expect(strstr(said, "cannot write ") && strstr(said, "Bad file descriptor"), "%s: %s",
                  commands[i], said);
        free(said);
    }
}

/* A file that is written takes no descriptor of the three: nothing is printed into it. */
Test(program_start, a_file_that_is_written_is_whole)
{
    char *command, *folder = scene.folder;
    for (size_t i = 0; i < CLOSINGS; i++) {
        if (asprintf(&command, "$bin/keytool export client --format spki -o %s/key.%zu", folder,
                     i) < 0)
            abort();
        run(command, closings[i]);
        free(command);
    }
    char *first = scratch_read(folder, "key.0");
    cr_assert(strstr(first, "BEGIN"), "%s", first);
    for (size_t i = 1; i < CLOSINGS; i++) {
        char name[16];
        snprintf(name, sizeof(name), "key.%zu", i);
        char *text = scratch_read(folder, name);
        cr_expect_str_eq(text, first, "%s: %s", closings[i], text);
        free(text);
    }
    free(first);
}

/* Without stdout the talk has nowhere to go: not into the socket. */
Test(program_start, a_chat_client)
{
    chat_scene_serve(&scene, NULL);
    struct process *boris;
    chat_scene_person(&scene, "boris", true);
    boris = chat_scene_join(&scene, "boris", NULL);
    for (size_t i = 0; i < CLOSINGS; i++) {
        bool silent = strstr(closings[i], " >&-") || closings[i][0] == '>';
        int status = run("$bin/chat connect 127.0.0.1 --port $port --accept-new --linger 1",
                         closings[i]);
        cr_expect_eq(status, silent ? 1 : 0, "%s: status %d", closings[i], status);
        cr_expect(process_alive(scene.server));
    }
    process_type(boris, "still here\n/quit\n");
    expect_said(boris, PROCESS_OUT, "boris: still here$");
    expect_status(boris, 0);
    process_free(boris);
    cr_expect_null(strstr(process_text(scene.server, PROCESS_ERR), "cut name="), "%s",
                   process_text(scene.server, PROCESS_ERR));
}

/* Servers: whoever is started by a supervisor that closes everything still serves. */
static void serve(const char *program, const char *closing)
{
    char *log = scratch_path(scene.folder, "server.log"), *line, *text = NULL;
    const char *bin = getenv("GLASSBOX_BIN");
    remove(log);
    if (asprintf(&line, "exec %s/%s --port 0 --log %s %s", bin ? bin : "bin", program, log,
                 closing) < 0)
        abort();
    struct process *server = process_start(scene.server_home, PROCESS_PIPES, "/bin/sh", "-c", line,
                                           NULL);
    for (int i = 0; i < 100 * PROCESS_SECONDS && process_alive(server); i++) {
        free(text);
        text = scratch_read(scene.folder, "server.log");
        if (strstr(text, "listening"))
            break;
        usleep(10000);
    }
    cr_assert(strstr(text, "listening"), "%s %s\n%s", program, closing, process_said(server));
    snprintf(scene.port, sizeof(scene.port), "%s", strstr(text, "port=") + 5);
    scene.port[strspn(scene.port, "0123456789")] = '\0';
    char *connect;
    if (asprintf(&connect, "echo %s | $bin/%.4s connect 127.0.0.1 --port $port --accept-new",
                 program[0] == 'c' ? "hello" : "pwd", program) < 0)
        abort();
    int status = run(connect, "");
    char *said = scratch_read(scene.folder, "said");
    cr_expect_eq(status, 0, "%s %s: %s", program, closing, said);
    process_signal(server, SIGTERM);
    cr_expect_eq(process_wait(server), 0, "%s %s", program, closing);
    process_free(server);
    free(said);
    free(connect);
    free(text);
    free(line);
    free(log);
}

Test(program_start, servers)
{
    char *program;
    if (asprintf(&program, "ftp server %s", scene.folder) < 0)
        abort();
    for (size_t i = 0; i < CLOSINGS; i++) {
        serve("chat server", closings[i]);
        serve(program, closings[i]);
    }
    free(program);
}

/* No core file, through a pipe neither, and nobody attaches; but to a build that is for that. */
Test(program_start_alone, memory_is_kept_to_the_process)
{
#if defined(__OPTIMIZE__) && !defined(GLASSBOX_SANITIZED)
    const int wanted = 0;
#else
    const int wanted = 1;
#endif
    struct rlimit limit;
    char name[] = "program_start", *arguments[] = {name, NULL};
    console_start(&(int){1}, arguments);
    cr_expect_eq(prctl(PR_GET_DUMPABLE), wanted);
    cr_assert_eq(getrlimit(RLIMIT_CORE, &limit), 0);
    cr_expect_eq(limit.rlim_max, 0);
}

/* Root only in a user name space of its own. */
Test(program_start, a_server_that_is_root_says_so)
{
    struct ftp_scene server;
    for (size_t root = 0; root < 2; root++) {
        if (!root && geteuid() == 0)
            continue; /* nobody else is at hand */
        ftp_scene_prepare(&server);
        ftp_scene_launch(&server, root && geteuid() != 0 ? "exec unshare -Ur \"$@\"" : NULL,
                         (const char *[]){NULL});
        bool told = strstr(process_text(server.server, PROCESS_ERR), "warning: running as root");
        cr_expect_eq(told, root == 1, "%s", process_said(server.server));
        cr_expect_eq(ftp_scene_stop(&server), 0);
    }
}
