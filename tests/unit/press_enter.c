/* Waiting for Enter: what was typed before is no answer on a terminal, and is one in a pipe. */
#include "press_enter.h"

#include <criterion/criterion.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Waits in a child; its answer is the status. */
static pid_t wait_in_child(int terminal, int other_end)
{
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        close(other_end);
        _exit(press_enter(terminal, 2, true));
    }
    close(terminal);
    return child;
}

static bool answer_of(pid_t child)
{
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Reads until the text has come. */
static void await(int end, const char *text)
{
    char got[256] = "";
    for (size_t length = 0; !strstr(got, text);) {
        ssize_t part = read(end, got + length, sizeof(got) - 1 - length);
        cr_assert_gt(part, 0, "%s", got);
        length += (size_t)part;
    }
}

static int open_terminal(int *slave)
{
    int master;
    cr_assert_eq(openpty(&master, slave, NULL, NULL, NULL), 0);
    return master;
}

Test(press_enter, what_was_typed_before_is_no_answer, .timeout = 60)
{
    int slave, master = open_terminal(&slave);
    cr_assert_eq(write(master, "\n\n", 2), 2);
    await(master, "\r\n\r\n"); /* echoed: the terminal has them */
    pid_t child = wait_in_child(slave, master);
    await(master, "  [Enter] ");
    close(master); /* nothing more can come */
    cr_assert_not(answer_of(child));
}

Test(press_enter, what_is_typed_then_is_one, .timeout = 60)
{
    int slave, master = open_terminal(&slave);
    pid_t child = wait_in_child(slave, master);
    await(master, "  [Enter] ");
    cr_assert_eq(write(master, "x\n", 2), 2);
    await(master, "\033[A\r\033[K");
    cr_assert(answer_of(child));
    close(master);
}

Test(press_enter, a_pipe_is_read_as_it_is, .timeout = 60)
{
    int ends[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    cr_assert_eq(write(ends[1], "\nrest", 5), 5);
    cr_assert(press_enter(ends[0], 0, false));
    char rest[8] = "";
    cr_assert_eq(read(ends[0], rest, sizeof(rest) - 1), 4);
    cr_assert_str_eq(rest, "rest");
    close(ends[0]);
    close(ends[1]);
}
