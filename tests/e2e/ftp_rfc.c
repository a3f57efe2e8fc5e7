/*
 * What the RFCs ask of single commands, said by hand in plain FTP: OPTS MLST, EPSV ALL, the ends of
 * lines, TYPE A, REIN, names that begin with a dash.
 */
#include "ftp_expect.h"
#include "ftp_scene.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct ftp_scene scene;

static void start(void)
{
    ftp_scene_start(&scene, NULL);
}

static void stop(void)
{
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

TestSuite(ftp_rfc, .init = start, .fini = stop);

/* The line of FEAT that begins so, up to its end; to be freed. */
static char *feature(struct ftp_raw *raw, const char *name)
{
    expect(raw, 211, "FEAT");
    const char *line = strstr(ftp_raw_text(raw), name);
    cr_assert_not_null(line, "%s: %s", name, ftp_raw_text(raw));
    return strndup(line, strcspn(line, "\r"));
}

static void expect_feature(struct ftp_raw *raw, const char *wanted)
{
    char *line = feature(raw, "MLST");
    cr_expect_str_eq(line, wanted);
    free(line);
}

/* RFC 3659 7.8, 7.9: what is chosen is sent, and FEAT marks it. */
Test(ftp_rfc, opts_mlst_is_obeyed)
{
    static const struct {
        const char *sent, *reply, *feature, *line;
    } rows[] = {
        {"OPTS mlst SIZE;frogs;type;", "200 MLST OPTS type;size;\r\n",
         "MLST type*;size*;modify;perm;UNIX.mode;unique;", "type=file;size=5; f"},
        {"OPTS MLST unique type;", NULL, "MLST type*;size*;modify;perm;UNIX.mode;unique;",
         "type=file;size=5; f"},
        {"OPTS MLST type", NULL, "MLST type*;size*;modify;perm;UNIX.mode;unique;",
         "type=file;size=5; f"},
        {"OPTS MLSTtype;", NULL, "MLST type*;size*;modify;perm;UNIX.mode;unique;",
         "type=file;size=5; f"},
        {"OPTS MLST UNIX.mode;modify;", "200 MLST OPTS modify;UNIX.mode;\r\n",
         "MLST type;size;modify*;perm;UNIX.mode*;unique;",
         "modify=20200229123456;UNIX.mode=0640; f"},
        {"OPTS MLST", "200 MLST OPTS\r\n", "MLST type;size;modify;perm;UNIX.mode;unique;", " f"},
        {"OPTS MLST frogs;", "200 MLST OPTS\r\n", "MLST type;size;modify;perm;UNIX.mode;unique;",
         " f"},
    };
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    cr_expect_eq(ftp_raw_put(raw, "hello", 5, "STOR f"), 226);
    expect(raw, 213, "MFMT 20200229123456 f");
    expect(raw, 200, "SITE CHMOD 640 f");
    expect_feature(raw, "MLST type*;size*;modify*;perm*;UNIX.mode*;unique*;");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char wanted[128];
        expect(raw, rows[i].reply ? 200 : 501, "%s", rows[i].sent);
        if (rows[i].reply)
            cr_expect_str_eq(ftp_raw_text(raw), rows[i].reply);
        expect_feature(raw, rows[i].feature);
        char *list = ftp_raw_get(raw, NULL, "MLSD");
        snprintf(wanted, sizeof(wanted), "%s\r\n", rows[i].line);
        cr_expect_str_eq(list, wanted);
        free(list);
        expect(raw, 250, "MLST f");
        snprintf(wanted, sizeof(wanted), "\r\n %.*s/f\r\n", (int)strlen(rows[i].line) - 1,
                 rows[i].line);
        cr_expect(strstr(ftp_raw_text(raw), wanted), "%s: %s", wanted, ftp_raw_text(raw));
    }
    expect(raw, 220, "REIN");
    expect_feature(raw, "MLST type*;size*;modify*;perm*;UNIX.mode*;unique*;");
    ftp_raw_free(raw);
}

/* RFC 2428 4: no other command for data connections after it. */
Test(ftp_rfc, epsv_all_is_obeyed)
{
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    expect(raw, 227, "PASV");
    expect(raw, 200, "EPSV all");
    expect(raw, 503, "PASV");
    expect(raw, 503, "PORT 127,0,0,1,200,1");
    expect(raw, 503, "EPRT |1|127.0.0.1|51201|");
    char *list = ftp_raw_get(raw, NULL, "NLST");
    cr_expect_str_eq(list, "");
    free(list);
    expect(raw, 220, "REIN");
    expect(raw, 331, "USER anna");
    expect(raw, 230, "PASS secret");
    expect(raw, 227, "PASV");
    ftp_raw_free(raw);
}

/* As people type it into nc, and as scripts send it. */
Test(ftp_rfc, lines_that_end_in_lf_alone)
{
    static const char all[] = "USER anna\nPASS secret\nMKD a\r\nMKD b\nCWD b\nPWD\r\nQUIT\n";
    static const int codes[] = {331, 230, 257, 257, 250, 257, 221};
    for (size_t pass = 0; pass < 2; pass++) {
        struct ftp_raw *raw = ftp_raw_new(scene.port);
        for (const char *line = all, *end; *line; line = end) {
            end = strchr(line, '\n') + 1;
            for (const char *at = line; pass == 1 && at < end; at++)
                ftp_raw_send(raw, at, 1);
            if (pass == 0)
                ftp_raw_send(raw, line, (size_t)(end - line));
        }
        for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
            int code = ftp_raw_reply(raw),
                wanted = codes[i] == 257 && pass && i < 5 ? 550 : codes[i];
            cr_expect_eq(code, wanted, "pass %zu, line %zu: %s", pass, i, ftp_raw_text(raw));
        }
        ftp_raw_free(raw);
    }
}

/* RFC 959 3.1.1.1: an LF becomes CR LF on the way; a CR LF is one already, across pieces too. */
Test(ftp_rfc, text_with_crlf_stays_as_it_is)
{
    static const char here[] = "dos\r\nunix\n\r\n\ncr\r\r\n",
                      wire[] = "dos\r\nunix\r\n\r\n\r\ncr\r\r\n";
    size_t bytes;
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    cr_expect_eq(ftp_raw_put(raw, here, strlen(here), "STOR t"), 226);
    char *lines = malloc(600001);
    for (size_t i = 0; i < 300000; i++)
        memcpy(lines + 1 + 2 * i, "\r\n", 2);
    lines[0] = 'x'; /* so that a CR is the last byte of a piece */
    cr_expect_eq(ftp_raw_put(raw, lines, 600001, "STOR long"), 226);
    expect(raw, 200, "TYPE A");
    char *got = ftp_raw_get(raw, &bytes, "RETR t");
    cr_expect(bytes == strlen(wire) && memcmp(got, wire, bytes) == 0, "%zu: %s", bytes, got);
    free(got);
    got = ftp_raw_get(raw, &bytes, "RETR long");
    cr_expect(bytes == 600001 && memcmp(got, lines, bytes) == 0, "%zu", bytes);
    free(got);
    free(lines);
    ftp_raw_free(raw);
}

/* RFC 959 4.1.1: all is as it was when the connection was new. */
Test(ftp_rfc, rein_begins_again)
{
    struct ftp_raw *raw = ftp_raw_login(scene.port);
    cr_expect_eq(ftp_raw_put(raw, "a\nb", 3, "STOR t"), 226);
    expect(raw, 257, "MKD d");
    expect(raw, 250, "CWD d");
    expect(raw, 200, "TYPE A");
    expect(raw, 350, "REST 2");
    expect(raw, 350, "RNFR /t");
    int data = ftp_raw_open(raw);
    expect(raw, 220, "REIN");
    expect(raw, 530, "PWD");
    expect(raw, 503, "PASS secret");
    expect(raw, 331, "USER anna");
    expect(raw, 230, "PASS secret");
    expect(raw, 425, "NLST");
    char byte;
    cr_expect_leq(read(data, &byte, 1), 0);
    close(data);
    expect(raw, 257, "PWD");
    cr_expect_str_eq(ftp_raw_text(raw), "257 \"/\" is where you are\r\n");
    expect(raw, 503, "RNTO u");
    expect(raw, 213, "SIZE t");
    char *got = ftp_raw_get(raw, NULL, "RETR t");
    cr_expect_str_eq(got, "a\nb");
    free(got);
    ftp_raw_free(raw);
}
