/*
 * keytool seal and open of a large file through pipes, against `openssl enc -chacha20` (which only
 * encrypts: no tag, no check) and against `age`, where that is installed. SEAL_MIB sets the size.
 */
#include "bench.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 3, DEFAULT_MIB = 1024 };

static char *folder;
static unsigned long mib = DEFAULT_MIB;

static int run(const char *line)
{
    char *command;
    if (asprintf(&command, "cd '%s' && export GLASSBOX_HOME=\" $PWD / home\" && { %s; } >said 2>&1",
                 folder, line) < 0)
        abort();
    int status = system(command); // NOLINT: the lines are the bench's own
    free(command);
    return status;
}

/* Seconds of a line of shell. */
static double seconds(const char *line)
{
    double start = bench_now();
    if (run(line) != 0) {
        fprintf(stderr, "bench seal: error: %s: %s\n", line, scratch_read(folder, "said"));
        exit(1);
    }
    return bench_now() - start;
}

static bool compare(const char *measure, const char *ours, const char *theirs, double target)
{
    struct bench bench = {.measure = measure, .unit = "s", .goal = BENCH_AT_MOST, .target = target};
    for (int i = 0; i < ROUNDS; i++)
        bench_round(&bench, seconds(ours), seconds(theirs));
    return bench_print(&bench);
}

static void prepare(void)
{
    char *line, *bin = realpath(getenv("BIN") ? getenv("BIN") : "bin", NULL);
    char *path;
    if (!bin || asprintf(&path, "%s:%s", bin, getenv("PATH")) < 0 ||
        asprintf(&line,
                 "keytool gen anna && head -c %luM /dev/zero >plain && "
                 "keytool seal plain --to anna -o sealed && cat sealed plain >/dev/null",
                 mib) < 0)
        abort();
    setenv("PATH", path, 1);
    seconds(line);
    free(line);
    free(path);
    free(bin);
}

int main(void)
{
    static const char seal[] = "cat plain | keytool seal --to anna >/dev/null";
    static const char open[] = "cat sealed | keytool open anna >/dev/null";
    static const char openssl[] =
        "cat plain | openssl enc -chacha20 -K "
        "0000000000000000000000000000000000000000000000000000000000000001 "
        "-iv 00000000000000000000000000000001 >/dev/null";
    bool reached = true;
    if (getenv("SEAL_MIB"))
        mib = strtoul(getenv("SEAL_MIB"), NULL, 10);
    folder = scratch_new();
    prepare();
    bench_heading();
    compare("seal, beside openssl enc -chacha20", seal, openssl, 0);
    compare("open, beside openssl enc -chacha20", open, openssl, 0);
    if (run("age --version && age-keygen -o key && age -e -i key plain >plain.age") == 0) {
        reached = compare("seal, beside age", seal, "cat plain | age -e -i key >/dev/null", 1) &&
                  reached;
        reached = compare("open, beside age", open, "cat plain.age | age -d -i key >/dev/null",
                          1) &&
                  reached;
    } else {
        puts("age is not installed: not compared");
    }
    scratch_remove(folder);
    return reached ? 0 : 1;
}
