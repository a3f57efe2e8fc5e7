/*
 * Many at once: a thousand sessions that do nothing beside one that works, and a hundred that move
 * files at the same moment.
 */
#include "ftp_raw.h"
#include "ftp_script.h"
#include "key_samples.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define IDLE     1000
#define PARALLEL "100"

static struct ftp_scene scene;

static struct ftp_raw *log_in(void)
{
    struct ftp_raw *raw = ftp_raw_new(scene.port);
    cr_assert(ftp_raw_auth(raw, sample_pair(), "textbook"));
    cr_assert_eq(ftp_raw(raw, "USER *"), 232, "%s", ftp_raw_text(raw));
    cr_assert_eq(ftp_raw(raw, "PBSZ 0"), 200);
    cr_assert_eq(ftp_raw(raw, "PROT P"), 200);
    return raw;
}

static void work(struct ftp_raw *raw, size_t wanted)
{
    for (size_t i = 0, bytes; i < 20; i++) {
        cr_assert_eq(ftp_raw(raw, "RETR file"), 150, "%s", ftp_raw_text(raw));
        cr_expect(ftp_raw_follow(raw, &bytes));
        cr_expect_eq(bytes, wanted);
        cr_expect_eq(ftp_raw_reply(raw), 226, "%s", ftp_raw_text(raw));
    }
}

/* Encrypted, with the textbook suite, where a thousand logins cost a thousand times nothing. None
 * of them is lost, and the end is said to each. */
Test(ftp_load, a_thousand_idle_sessions)
{
    static struct ftp_raw *idle[IDLE];
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    cr_assert_gt(limit.rlim_cur, IDLE + 100, "ulimit -Hn is too low for this test");
    ftp_scene_start_textbook(&scene, ALLOW_USER);
    for (size_t i = 0; i < IDLE; i++)
        idle[i] = log_in();
    char *folder = ftp_scene_file(&scene, "");
    scratch_write(folder, "file", "what one who works asks for");
    struct ftp_raw *busy = log_in();
    cr_expect(ftp_scene_logged(&scene, " outcome=shown\n"), "textbook proves no key");
    work(busy, strlen("what one who works asks for"));
    for (size_t i = 0; i < IDLE; i++)
        cr_expect_eq(ftp_raw(idle[i], "NOOP"), 200, "session %zu: %s", i, ftp_raw_text(idle[i]));
    process_signal(scene.server, SIGTERM);
    for (size_t i = 0; i < IDLE; i++) {
        cr_expect_eq(ftp_raw_reply(idle[i]), 421, "session %zu", i);
        ftp_raw_free(idle[i]);
    }
    ftp_raw_free(busy);
    cr_expect_eq(process_wait(scene.server), 0);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
    free(folder);
}

/* A hundred of our clients, logged in before the first of them moves a byte; a few at a time, for a
 * server waits ten seconds for a handshake, and they make their keys on the same processors. Odd
 * ones upload, even ones download, each a file of its own. */
Test(ftp_load, a_hundred_sessions_move_files_at_once)
{
    char *said, *log;
    ftp_scene_prepare(&scene);
    ftp_script_allow(&scene);
    ftp_scene_launch(&scene, NULL, (const char *const[]){NULL});
    int status = ftp_script_patient(
        &scene,
        "came_in() { while test ! -p in$1; do kill -0 ${pids[$1]} || { cat out$1; exit 8; }\n"
        "  sleep 0.05; done; echo $1 came in; }\n"
        "mkdir -p $S; n=" PARALLEL "; c pwd; for ((i = 0; i < n; i++)); do\n"
        "  head -c $((100000 + 7919 * i)) /dev/urandom >there$i\n"
        "  if ((i % 2)); then o=\"put there$i here$i\"; else mv there$i $S; o=\"get there$i "
        "here$i\"; fi\n"
        "  f --timeout 600 -c '!mkfifo in'$i'; read x <in'$i -c \"$o\" >out$i 2>&1 & pids+=($!)\n"
        "  if ((i >= 4)); then came_in $((i - 4)); fi; done\n"
        "for ((i = n - 4; i < n; i++)); do came_in $i; done\n"
        "for ((i = 0; i < n; i++)); do echo >in$i & done\n"
        "for ((i = 0; i < n; i++)); do wait ${pids[i]} || { cat out$i; exit 9; }; echo $i done; "
        "done\n"
        "for ((i = 0; i < n; i++)); do\n"
        "  if ((i % 2)); then cmp there$i $S/here$i; else cmp here$i $S/there$i; fi; done",
        4, &said);
    cr_expect_eq(status, 0, "%s", said);
    log = ftp_scene_log(&scene);
    size_t moved = 0;
    for (const char *at = log; (at = strstr(at, "outcome=226")); at++)
        moved++;
    cr_expect_eq(moved, (size_t)atoi(PARALLEL), "%zu", moved);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
    free(log);
    free(said);
}
