/*
 * The FTP server inside AUTH GLASSBOX, said by hand: the mechanism's order, fresh keys for every
 * request, who is let in, quotas of allowed.csv, admins, and what a removed key means.
 */
#include "ftp_expect.h"
#include "ftp_scene.h"
#include "key_store.h"
#include "scratch.h"
#include "small_keys.h"
#include "timestamp.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct ftp_scene scene;
static struct rsa_key *pair;

static void allow(const char *name, enum allow_role role, uint64_t quota)
{
    struct problem problem = {0};
    char *path = scratch_path(scene.home, "allowed.csv");
    const struct allow_new entry = {.key = pair, .name = name, .role = role, .quota = quota};
    cr_assert(allow_list_add(path, &entry, NULL, &problem), "%s", problem.message);
    free(path);
}

/* A server, and a client's key that it does not know yet. */
static void start(void)
{
    ftp_scene_start(&scene, NULL);
    cr_assert_eq(rsa_key_generate(&pair, 2048, "65537", NULL), 0);
}

static void stop(void)
{
    rsa_key_free(pair);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

static struct ftp_raw *log_in(void)
{
    struct ftp_raw *raw = ftp_raw_new(scene.port);
    cr_assert(ftp_raw_auth(raw, pair, "modern"));
    expect(raw, 232, "USER *");
    expect(raw, 200, "PBSZ 0");
    expect(raw, 200, "PROT P");
    return raw;
}

/* A refused key is on its way to the file; nothing tells when it is there. */
static void knock_and_be_refused(void)
{
    struct ftp_raw *raw = ftp_raw_new(scene.port);
    char *pending = NULL;
    cr_expect_not(ftp_raw_auth(raw, pair, "modern") && ftp_raw(raw, "USER *"));
    ftp_raw_free(raw);
    for (size_t i = 0; i < 30000 && (!pending || !*pending); i++) {
        free(pending);
        usleep(1000);
        pending = scratch_read(scene.home, "pending.csv");
    }
    cr_expect(strstr(pending, "127.0.0.1"), "%s", pending);
    free(pending);
}

Test(ftp_private, an_unknown_key_is_refused_and_kept, .init = start, .fini = stop)
{
    knock_and_be_refused();
    char *log = ftp_scene_log(&scene);
    cr_expect(strstr(log, "outcome=refused"), "%s", log);
    free(log);
}

/* A newline is a byte of a name here: only CR LF ends a line. And a name that looks like a line of
 * the log does not become one. */
Test(ftp_private, a_newline_in_a_name, .init = start, .fini = stop)
{
    allow("anna", ALLOW_USER, ALLOW_NO_QUOTA);
    struct ftp_raw *raw = log_in();
    char *path = ftp_scene_file(&scene, "a\nNOOP");
    expect(raw, 257, "MKD a\nNOOP");
    cr_expect_eq(access(path, F_OK), 0);
    expect(raw, 250, "RMD a\nNOOP");
    expect(raw, 257,
           "MKD x\n2026-01-01T00:00:00Z login connection=9 name=root outcome=welcome\x1b[2J");
    expect(raw, 550, "DELE y outcome=250\"");
    ftp_raw_free(raw);
    char *log = ftp_scene_log(&scene);
    cr_expect(!strstr(log, "\n2026-01-01T00:00:00Z") && !strchr(log, '\x1b'), "%s", log);
    cr_expect(strstr(log, "command=MKD path=\"/x\\n2026"), "%s", log);
    cr_expect(strstr(log, "command=DELE path=\"/y outcome=250\\\"\" outcome=550"), "%s", log);
    free(log);
    free(path);
}

Test(ftp_private, the_order_of_the_mechanism, .init = start, .fini = stop)
{
    allow("bob", ALLOW_USER, ALLOW_NO_QUOTA);
    struct ftp_raw *raw = ftp_raw_new(scene.port);
    cr_assert(ftp_raw_auth(raw, pair, "modern"));
    expect(raw, 503, "AUTH GLASSBOX");
    expect(raw, 530, "PWD");
    expect(raw, 232, "USER anybody");
    expect(raw, 202, "PASS x");
    expect(raw, 521, "LIST");
    expect(raw, 503, "PROT P");
    expect(raw, 501, "PBSZ x");
    expect(raw, 200, "PBSZ 0");
    expect(raw, 534, "PROT C");
    expect(raw, 536, "PROT S");
    expect(raw, 536, "PROT E");
    expect(raw, 504, "PROT X");
    expect(raw, 521, "RETR x");
    expect(raw, 200, "PROT P");
    expect(raw, 503, "EPSV");
    expect(raw, 503, "PASV");
    expect(raw, 503, "PORT 127,0,0,1,99,99");
    expect(raw, 503, "EPRT |1|127.0.0.1|9999|");
    expect(raw, 211, "FEAT");
    cr_expect(strstr(ftp_raw_text(raw), "\r\n AUTH GLASSBOX\r\n"), "%s", ftp_raw_text(raw));
    /* No telnet in here: a byte 0xFF is a byte. */
    expect(raw, 257, "MKD x\xff\xffy");
    cr_expect(strstr(ftp_raw_text(raw), "x\xff\xffy"), "%s", ftp_raw_text(raw));
    expect(raw, 220, "REIN");
    expect(raw, 530, "PWD");
    expect(raw, 232, "USER *");
    expect(raw, 521, "LIST");
    expect(raw, 221, "QUIT");
    ftp_raw_free(raw);
}

/* docs/ftp.md 2 */
Test(ftp_private, no_two_requests_under_one_key, .init = start, .fini = stop)
{
    size_t bytes;
    allow("bob", ALLOW_USER, ALLOW_NO_QUOTA);
    struct ftp_raw *raw = log_in();
    expect(raw, 257, "MKD x");
    expect(raw, 150, "NLST");
    cr_expect(ftp_raw_follow(raw, &bytes));
    cr_expect_eq(bytes, 3);
    cr_expect_eq(ftp_raw_reply(raw), 226);
    expect(raw, 533, "NLST");
    expect(raw, 200, "NOOP");
    expect(raw, 533, "SITE TGET /");
    ftp_raw_rekey(raw);
    expect(raw, 150, "NLST");
    cr_expect(ftp_raw_follow(raw, &bytes));
    cr_expect_eq(ftp_raw_reply(raw), 226);
    ftp_raw_rekey(raw);
    expect(raw, 550, "RETR nothing");
    expect(raw, 533, "NLST"); /* those keys are used, though nothing came */
    ftp_raw_free(raw);
    char *log = ftp_scene_log(&scene), *first = strstr(log, " keys="),
         *second = first ? strstr(first + 1, " keys=") : NULL;
    cr_assert(first && second, "%s", log);
    cr_expect(strncmp(first, second, 22) != 0, "%s", log);
    free(log);
}

/* Each name has its folder; an admin sees them all. */
Test(ftp_private, folders_and_admins, .init = start, .fini = stop)
{
    allow("root", ALLOW_ADMIN, ALLOW_NO_QUOTA);
    struct ftp_raw *plain = ftp_raw_login(scene.port), *raw = log_in();
    expect(raw, 250, "CWD anna");
    expect(raw, 250, "CDUP");
    expect(raw, 211, "SITE WHO");
    cr_expect(strstr(ftp_raw_text(raw), " anna 127.0.0.1 "), "%s", ftp_raw_text(raw));
    expect(plain, 550, "SITE WHO");
    expect(plain, 550, "SITE KICK root");
    expect(raw, 550, "SITE KICK nobody");
    expect(raw, 200, "SITE KICK anna");
    cr_expect_eq(ftp_raw_reply(plain), 421, "%s", ftp_raw_text(plain));
    cr_expect_eq(ftp_raw_reply(plain), 0);
    ftp_raw_free(plain);
    ftp_raw_free(raw);
}

Test(ftp_private, an_admin_lets_a_refused_key_in, .init = start, .fini = stop)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    struct rsa_key *guest = pair;
    knock_and_be_refused();
    fingerprint_text(fingerprint, guest);
    cr_assert_eq(rsa_key_generate(&pair, 2048, "65537", NULL), 0);
    allow("root", ALLOW_ADMIN, ALLOW_NO_QUOTA);
    struct ftp_raw *raw = log_in();
    expect(raw, 550, "SITE ALLOW SHA256:nobody");
    expect(raw, 200, "SITE ALLOW %s guest", fingerprint);
    ftp_raw_free(raw);
    rsa_key_free(pair);
    pair = guest;
    raw = log_in();
    expect(raw, 550, "SITE ALLOW %s guest", fingerprint);
    ftp_raw_free(raw);
}

Test(ftp_private, an_expired_key_ends_its_session_and_is_refused, .init = start, .fini = stop)
{
    char *path = scratch_path(scene.home, "allowed.csv"), when[TIMESTAMP_BYTES];
    struct allow_new entry = {.key = pair, .name = "bob", .quota = 1000, .expires = when};
    struct problem problem = {0};
    timestamp_text(when, time(NULL) + 3);
    cr_assert(allow_list_add(path, &entry, NULL, &problem), "%s", problem.message);
    struct ftp_raw *raw = log_in();
    expect(raw, 200, "SITE QUOTA");
    cr_expect_eq(ftp_raw_reply(raw), 421);
    cr_expect_str_eq(ftp_raw_text(raw), "421 Sorry, your key has expired\r\n");
    cr_expect_eq(ftp_raw_reply(raw), 0);
    ftp_raw_free(raw);

    raw = ftp_raw_new(scene.port);
    cr_expect_not(ftp_raw_auth(raw, pair, "modern") && ftp_raw(raw, "USER *"));
    ftp_raw_free(raw);
    cr_expect(process_expect(scene.server, PROCESS_ERR, "to let bob in again: .*allow set bob"),
              "%s", process_said(scene.server));
    char *log = ftp_scene_log(&scene);
    cr_expect_not_null(strstr(log, " reason=expired name=bob expires="), "%s", log);
    free(log);
    free(path);
}

Test(ftp_private, a_quota_from_the_list_and_a_removed_key, .init = start, .fini = stop)
{
    struct problem problem = {0};
    char *path = scratch_path(scene.home, "allowed.csv");
    allow("bob", ALLOW_USER, 1000);
    struct ftp_raw *raw = log_in();
    expect(raw, 200, "SITE QUOTA");
    cr_expect_str_eq(ftp_raw_text(raw), "200 0 of 1000 bytes used\r\n");
    cr_assert(small_list_remove(path, "bob", NULL, &problem), "%s", problem.message);
    cr_expect_eq(ftp_raw_reply(raw), 421, "%s", ftp_raw_text(raw));
    cr_expect_eq(ftp_raw_reply(raw), 0);
    ftp_raw_free(raw);
    free(path);
}

/* --- the list changes while a handshake runs -------------------------------------------------- */
static const char *changed_list; /* to be there from the middle of the handshake on */

static void change_list(void)
{
    scratch_write(scene.home, "allowed.csv", changed_list);
}

/* What stood there when the hello came counts no more. The reply to USER inside; 0: none. */
static int log_in_midway(struct ftp_raw **raw)
{
    *raw = ftp_raw_new(scene.port);
    ftp_raw_midway(*raw, change_list);
    return ftp_raw_auth(*raw, pair, "modern") ? ftp_raw(*raw, "USER *") : 0;
}

Test(ftp_private, a_key_removed_in_its_handshake_stays_out, .init = start, .fini = stop)
{
    struct ftp_raw *raw;
    allow("bob", ALLOW_USER, ALLOW_NO_QUOTA);
    changed_list = "n,e\n";
    cr_expect_eq(log_in_midway(&raw), 0, "%s", ftp_raw_text(raw));
    cr_expect(
        ftp_scene_logged(&scene, " outcome=refused detail=\"your key was removed from the list\""));
    ftp_raw_free(raw);
}

Test(ftp_private, a_key_that_expires_in_its_handshake_stays_out, .init = start, .fini = stop)
{
    char *modulus = rsa_key_number_text(pair, RSA_N, 16), *list;
    struct ftp_raw *raw;
    allow("bob", ALLOW_USER, ALLOW_NO_QUOTA);
    cr_assert(asprintf(&list, "name,expires,n,e\nbob,2026-01-01,%s,65537\n", modulus) > 0);
    changed_list = list;
    cr_expect_eq(log_in_midway(&raw), 0, "%s", ftp_raw_text(raw));
    cr_expect(ftp_scene_logged(&scene, " outcome=refused detail=\"your key has expired\""));
    ftp_raw_free(raw);
    free(list);
    rsa_text_free(modulus);
}

Test(ftp_private, name_and_role_are_those_of_the_open_channel, .init = start, .fini = stop)
{
    char *modulus = rsa_key_number_text(pair, RSA_N, 16), *list;
    struct ftp_raw *raw;
    allow("root", ALLOW_ADMIN, ALLOW_NO_QUOTA);
    cr_assert(asprintf(&list, "name,role,n,e\nbob,user,%s,65537\n", modulus) > 0);
    changed_list = list;
    cr_expect_eq(log_in_midway(&raw), 232, "%s", ftp_raw_text(raw));
    expect(raw, 550, "SITE WHO"); /* of admins */
    expect(raw, 211, "STAT");
    cr_expect(strstr(ftp_raw_text(raw), "You are bob\r\n"), "%s", ftp_raw_text(raw));
    ftp_raw_free(raw);
    free(list);
    rsa_text_free(modulus);
}

/* The memory of many idle sessions, by the system's figures; sanitizers need memory themselves. */
Test(ftp_private, an_idle_session_costs_little, .init = start, .fini = stop)
{
    enum { SESSIONS = 30 };
    struct ftp_raw *raw[SESSIONS];
    char path[64], text[4096] = "";
    long before = 0, after = 0;
    if (getenv("SAN") && *getenv("SAN"))
        cr_skip_test("under a sanitizer");
    allow("bob", ALLOW_USER, ALLOW_NO_QUOTA);
    for (size_t i = 0; i < SESSIONS; i++) {
        raw[i] = log_in();
        snprintf(path, sizeof(path), "/proc/%d/statm", process_id(scene.server));
        FILE *file = fopen(path, "r");
        cr_assert(file && fgets(text, sizeof(text), file));
        fclose(file);
        sscanf(text, "%*d %ld", &after);
        if (i == 9)
            before = after;
    }
    long each = (after - before) * sysconf(_SC_PAGESIZE) / (SESSIONS - 10);
    cr_expect_leq(each, 128 * 1024, "%ld bytes each", each);
    for (size_t i = 0; i < SESSIONS; i++)
        ftp_raw_free(raw[i]);
}

/* Plain FTP is off unless it is asked for. */
Test(ftp_private, plain_is_off)
{
    ftp_scene_prepare(&scene);
    ftp_scene_launch(&scene,
                     "for a in \"$@\"; do shift; [ \"$a\" = --allow-plain ] || set -- \"$@\" "
                     "\"$a\"; done; exec \"$@\"",
                     (const char *[]){NULL});
    struct ftp_raw *raw = ftp_raw_new(scene.port);
    expect(raw, 534, "USER anna");
    expect(raw, 530, "EPSV");
    expect(raw, 503, "PASS secret");
    ftp_raw_free(raw);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}
