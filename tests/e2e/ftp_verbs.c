/*
 * Every verb, before and in a login, in plain FTP and inside AUTH GLASSBOX, and during a transfer:
 * one table of dialogue here, one of promises in docs/ftp.md. Each is held against the server, and
 * against the other: no code is promised that is not seen here (or in the test that the row names),
 * none is seen that is not promised.
 */
#include "allow_edit.h"
#include "ftp_expect.h"
#include "ftp_scene.h"
#include "key_store.h"
#include "scratch.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* How the data connection is prepared: not at all, for a download, for an upload. Inside GLASSBOX
 * that means fresh keys. */
enum data { NO, IN, OUT };

enum column { BEFORE, PLAIN, GLASSBOX, COLUMNS };

/* One line of dialogue, and the last code of its reply in each column; 0: not said there. The lines
 * are said in this order. */
struct connection {
    const char *text;
    enum data data;
    int codes[COLUMNS];
};

#define ALL(code)                                                                                  \
    {                                                                                              \
        code, code, code                                                                           \
    }
#define LOGIN(code)                                                                                \
    {                                                                                              \
        530, code, code                                                                            \
    }

static const struct connection lines[] = {
    /* RFC 959 4.1.1, access */
    {"USER", NO, ALL(501)},
    {"PASS", NO, {503, 503, 202}},
    {"ACCT", NO, ALL(501)},
    {"ACCT x", NO, ALL(202)},
    {"CWD", NO, ALL(501)},
    {"CWD d", NO, LOGIN(250)},
    {"CWD none", NO, LOGIN(550)},
    {"XCWD", NO, ALL(501)},
    {"XCWD /d", NO, LOGIN(250)},
    {"XCWD none", NO, LOGIN(550)},
    {"CDUP x", NO, ALL(501)},
    {"CDUP", NO, LOGIN(250)},
    {"XCUP x", NO, ALL(501)},
    {"XCUP", NO, LOGIN(250)},
    {"SMNT x", NO, ALL(502)},
    {"PWD", NO, LOGIN(257)},
    {"PWD x", NO, ALL(501)},
    {"XPWD", NO, LOGIN(257)},
    {"XPWD x", NO, ALL(501)},
    /* RFC 2228 */
    {"AUTH", NO, ALL(501)},
    {"AUTH TLS", NO, ALL(504)},
    {"AUTH GLASSBOX", NO, {0, 503, 503}},
    {"ADAT x", NO, ALL(502)},
    {"PBSZ", NO, ALL(501)},
    {"PBSZ -1", NO, {503, 503, 501}},
    {"PBSZ 4294967296", NO, {503, 503, 501}},
    {"PROT P", NO, ALL(503)},
    {"PBSZ 0", NO, {503, 503, 200}},
    {"LIST", NO, {530, 425, 521}},
    {"NLST", NO, {530, 425, 521}},
    {"MLSD", NO, {530, 425, 521}},
    {"RETR f", NO, {530, 425, 521}},
    {"STOR f", NO, {530, 425, 521}},
    {"STOU", NO, {530, 425, 521}},
    {"APPE f", NO, {530, 425, 521}},
    {"SITE TGET d", NO, {530, 425, 521}},
    {"SITE TPUT d", NO, {530, 425, 521}},
    {"PROT", NO, ALL(501)},
    {"PROT C", NO, {503, 503, 534}},
    {"PROT S", NO, {503, 503, 536}},
    {"PROT E", NO, {503, 503, 536}},
    {"PROT X", NO, {503, 503, 504}},
    {"PROT P", NO, {503, 503, 200}},
    {"CCC", NO, ALL(502)},
    {"MIC x", NO, ALL(502)},
    {"CONF x", NO, ALL(502)},
    {"ENC x", NO, ALL(502)},
    /* RFC 959 4.1.2, RFC 2428: how data travels */
    {"TYPE", NO, ALL(501)},
    {"TYPE A", NO, ALL(200)},
    {"TYPE A N", NO, ALL(200)},
    {"TYPE A T", NO, ALL(504)},
    {"TYPE E", NO, ALL(504)},
    {"TYPE L 8", NO, ALL(200)},
    {"TYPE L 7", NO, ALL(504)},
    {"TYPE X", NO, ALL(501)},
    {"TYPE Image", NO, ALL(501)},
    {"TYPE I", NO, ALL(200)},
    {"MODE", NO, ALL(501)},
    {"MODE S", NO, ALL(200)},
    {"MODE B", NO, ALL(504)},
    {"MODE X", NO, ALL(501)},
    {"STRU", NO, ALL(501)},
    {"STRU F", NO, ALL(200)},
    {"STRU R", NO, ALL(504)},
    {"STRU X", NO, ALL(501)},
    {"ALLO", NO, ALL(501)},
    {"ALLO x", NO, LOGIN(501)},
    {"ALLO 5", NO, LOGIN(202)},
    {"ALLO 5 R 80", NO, LOGIN(202)},
    {"PASV x", NO, ALL(501)},
    {"PASV", NO, {530, 227, 503}},
    {"EPSV x", NO, {530, 501, 503}},
    {"EPSV 2", NO, {530, 522, 503}},
    {"EPSV 1", NO, {530, 229, 503}},
    {"EPSV", NO, {530, 229, 503}},
    {"PORT", NO, ALL(501)},
    {"PORT 1,2,3", NO, {530, 501, 503}},
    {"PORT 192,0,2,1,200,1", NO, {530, 504, 503}},
    {"PORT 127,0,0,1,200,1", NO, {530, 200, 503}},
    {"EPRT", NO, ALL(501)},
    {"EPRT x", NO, {530, 501, 503}},
    {"EPRT |2|::1|51201|", NO, {530, 522, 503}},
    {"EPRT |1|192.0.2.1|51201|", NO, {530, 504, 503}},
    {"EPRT |1|127.0.0.1|51201|", NO, {530, 200, 503}},
    {"EPSV ALL", NO, {530, 200, 503}},
    {"PASV", NO, {530, 503, 503}},
    {"PORT 127,0,0,1,200,1", NO, {530, 503, 503}},
    {"EPRT |1|127.0.0.1|51201|", NO, {530, 503, 503}},
    /* RFC 959 4.1.3, RFC 3659: files */
    {"RETR", NO, ALL(501)},
    {"RETR f", IN, LOGIN(226)},
    {"RETR f", NO, {0, 425, 533}},
    {"RETR none", IN, LOGIN(550)},
    {"RETR d", IN, LOGIN(550)},
    {"REST", NO, ALL(501)},
    {"REST x", NO, LOGIN(501)},
    {"REST 9", NO, LOGIN(350)},
    {"RETR f", IN, LOGIN(554)},
    {"STOR", NO, ALL(501)},
    {"STOR new", OUT, LOGIN(226)},
    {"STOR new", NO, {0, 425, 533}},
    {"STOR none/new", OUT, LOGIN(553)},
    {"STOR d", OUT, LOGIN(553)},
    {"REST 9999", NO, LOGIN(350)},
    {"STOR new", OUT, LOGIN(554)},
    {"STOU", OUT, LOGIN(226)},
    {"STOU ignored", OUT, LOGIN(226)},
    {"STOU", NO, {0, 425, 533}},
    {"APPE", NO, ALL(501)},
    {"APPE new", OUT, LOGIN(226)},
    {"APPE new", NO, {0, 425, 533}},
    {"APPE none/new", OUT, LOGIN(550)},
    {"REST 9999", NO, LOGIN(350)},
    {"APPE new", OUT, LOGIN(554)},
    {"LIST none", IN, LOGIN(550)},
    {"LIST", IN, LOGIN(226)},
    {"LIST -la *", IN, LOGIN(226)},
    {"LIST", NO, {0, 425, 533}},
    {"NLST none", IN, LOGIN(550)},
    {"NLST", IN, LOGIN(226)},
    {"NLST ?", IN, LOGIN(226)},
    {"NLST", NO, {0, 425, 533}},
    {"MLSD f", IN, LOGIN(501)},
    {"MLSD none", IN, LOGIN(550)},
    {"MLSD", IN, LOGIN(226)},
    {"MLSD", NO, {0, 425, 533}},
    {"MLST", NO, LOGIN(250)},
    {"MLST f", NO, LOGIN(250)},
    {"MLST none", NO, LOGIN(550)},
    {"SIZE", NO, ALL(501)},
    {"SIZE f", NO, LOGIN(213)},
    {"SIZE d", NO, LOGIN(550)},
    {"SIZE none", NO, LOGIN(550)},
    {"MDTM", NO, ALL(501)},
    {"MDTM f", NO, LOGIN(213)},
    {"MDTM none", NO, LOGIN(550)},
    {"MFMT", NO, ALL(501)},
    {"MFMT 20260101000000 f", NO, LOGIN(213)},
    {"MFMT 20260101000000 none", NO, LOGIN(550)},
    {"MFMT 20260231000000 f", NO, LOGIN(501)},
    {"HASH", NO, ALL(501)},
    {"HASH f", NO, LOGIN(213)},
    {"HASH none", NO, LOGIN(550)},
    {"AVBL", NO, LOGIN(213)},
    {"AVBL d", NO, LOGIN(213)},
    {"AVBL none", NO, LOGIN(550)},
    {"RNTO x", NO, LOGIN(503)},
    {"RNFR", NO, ALL(501)},
    {"RNFR none", NO, LOGIN(550)},
    {"RNFR new", NO, LOGIN(350)},
    {"RNTO", NO, ALL(501)},
    {"RNTO none/x", NO, LOGIN(553)},
    {"RNTO x", NO, LOGIN(503)},
    {"RNFR new", NO, LOGIN(350)},
    {"RNTO newer", NO, LOGIN(250)},
    {"DELE", NO, ALL(501)},
    {"DELE newer", NO, LOGIN(250)},
    {"DELE newer", NO, LOGIN(550)},
    {"DELE d", NO, LOGIN(550)},
    {"MKD", NO, ALL(501)},
    {"MKD m", NO, LOGIN(257)},
    {"MKD m", NO, LOGIN(550)},
    {"RMD", NO, ALL(501)},
    {"RMD m", NO, LOGIN(250)},
    {"RMD m", NO, LOGIN(550)},
    {"XMKD", NO, ALL(501)},
    {"XMKD m", NO, LOGIN(257)},
    {"XMKD m", NO, LOGIN(550)},
    {"XRMD", NO, ALL(501)},
    {"XRMD m", NO, LOGIN(250)},
    {"XRMD m", NO, LOGIN(550)},
    {"ABOR", NO, ALL(226)},
    {"ABOR x", NO, ALL(501)},
    /* RFC 959 4.1.3, RFC 2389: what there is */
    {"SYST", NO, ALL(215)},
    {"SYST x", NO, ALL(501)},
    {"STAT", NO, ALL(211)},
    {"STAT d", NO, LOGIN(212)},
    {"STAT f", NO, LOGIN(213)},
    {"STAT none", NO, LOGIN(550)},
    {"HELP", NO, ALL(214)},
    {"HELP RETR", NO, ALL(214)},
    {"HELP XYZ", NO, ALL(502)},
    {"NOOP", NO, ALL(200)},
    {"NOOP x", NO, ALL(501)},
    {"FEAT", NO, ALL(211)},
    {"FEAT x", NO, ALL(501)},
    {"OPTS", NO, ALL(501)},
    {"OPTS UTF8 ON", NO, ALL(200)},
    {"OPTS MLST", NO, ALL(200)},
    {"OPTS HASH SHA-256", NO, ALL(200)},
    {"OPTS XYZ", NO, ALL(501)},
    {"LANG", NO, ALL(502)},
    {"SITE", NO, ALL(501)},
    {"SITE XYZ", NO, ALL(500)},
    {"SITE HELP", NO, ALL(214)},
    {"SITE HELP x", NO, ALL(501)},
    {"SITE CHMOD", NO, ALL(501)},
    {"SITE CHMOD 600 f", NO, LOGIN(200)},
    {"SITE CHMOD 999 f", NO, LOGIN(501)},
    {"SITE CHMOD 600 none", NO, LOGIN(550)},
    {"SITE CPTO g", NO, LOGIN(503)},
    {"SITE CPFR", NO, ALL(501)},
    {"SITE CPFR none", NO, LOGIN(550)},
    {"SITE CPFR f", NO, LOGIN(350)},
    {"SITE CPTO", NO, ALL(501)},
    {"SITE CPTO g", NO, LOGIN(250)},
    {"SITE CPFR f", NO, LOGIN(350)},
    {"SITE CPTO none/g", NO, LOGIN(550)},
    {"SITE QUOTA", NO, LOGIN(200)},
    {"SITE QUOTA x", NO, ALL(501)},
    {"SITE TGET", NO, ALL(501)},
    {"SITE TGET none", IN, LOGIN(550)},
    {"SITE TGET d", IN, LOGIN(226)},
    {"SITE TGET d", NO, {0, 425, 533}},
    {"SITE TPUT", NO, ALL(501)},
    {"SITE TPUT f", OUT, LOGIN(550)},
    {"SITE TPUT d", OUT, LOGIN(226)},
    {"SITE TPUT d", NO, {0, 425, 533}},
    {"SITE WHO", NO, LOGIN(550)},
    {"SITE WHO x", NO, ALL(501)},
    {"SITE KICK", NO, ALL(501)},
    {"SITE KICK 1", NO, LOGIN(550)},
    {"SITE ALLOW", NO, ALL(501)},
    {"SITE ALLOW x", NO, LOGIN(550)},
    /* The end of a login, the beginning of the next, and the end of all. */
    {"REIN x", NO, ALL(501)},
    {"REIN", NO, ALL(220)},
    {"USER anna", NO, {331, 331, 232}},
    {"PASS wrong", NO, {530, 530, 202}},
    {"USER anna", NO, {331, 331, 232}},
    {"PASS secret", NO, {230, 230, 202}},
    {"QUIT x", NO, ALL(501)},
    {"QUIT", NO, ALL(221)},
};

/* --- the table in docs/ftp.md ----------------------------------------------------------------- */
#define CELLS 9
enum cell { VERB, ARGUMENT, BEFORE_CELL, PLAIN_CELL, GLASSBOX_CELL, TRANSFER, LEAVES, FROM, TESTS };

struct promise {
    char *cells[CELLS];
    bool seen[COLUMNS][600];
};

static struct promise promises[100];
static size_t promise_count;

/* Cells without their blanks, a verb without its ticks. */
static char *trim(char *text, const char *what)
{
    text += strspn(text, what);
    for (size_t end = strlen(text); end > 0 && strchr(what, text[end - 1]); end--)
        text[end - 1] = '\0';
    return text;
}

static void read_promises(void)
{
    char *text = scratch_read("docs", "ftp.md"), *rest = strstr(text, "<!-- verbs -->"), *line;
    cr_assert_not_null(rest);
    while ((line = strsep(&rest, "\n")) && strcmp(line, "<!-- end of verbs -->") != 0) {
        struct promise *row = &promises[promise_count];
        if (strncmp(line, "| `", 3) != 0)
            continue;
        cr_assert_lt(++promise_count, SIZE(promises));
        strsep(&line, "|");
        for (size_t i = 0; i < CELLS; i++) {
            char *cell = strsep(&line, "|");
            cr_assert_not_null(cell, "row %zu has no cell %zu", promise_count, i);
            row->cells[i] = trim(cell, i == VERB ? " `" : " ");
        }
    }
    cr_assert_gt(promise_count, 50); /* the text stays: the cells point into it */
}

static struct promise *find_verb(const char *verb, size_t bytes)
{
    for (size_t i = 0; i < promise_count; i++)
        if (strlen(promises[i].cells[VERB]) == bytes &&
            strncmp(promises[i].cells[VERB], verb, bytes) == 0)
            return &promises[i];
    return NULL;
}

/* Of "SITE CHMOD 600 f" the row `SITE CHMOD`, of "SITE XYZ" the row `SITE`. */
static struct promise *find_line(const char *line)
{
    size_t bytes = strcspn(line, " ");
    struct promise *row = NULL;
    if (strncmp(line, "SITE ", 5) == 0)
        row = find_verb(line, 5 + strcspn(line + 5, " "));
    row = row ? row : find_verb(line, bytes);
    cr_assert_not_null(row, "docs/ftp.md has no row for %s", line);
    return row;
}

static void note(const char *line, enum column column, int code)
{
    find_line(line)->seen[column][code] = true;
}

/* --- the dialogue ----------------------------------------------------------------------------- */
static struct ftp_scene scene;
static struct rsa_key *pair;

static void start(void)
{
    struct problem problem = {0};
    ftp_scene_start(&scene, NULL);
    cr_assert_eq(rsa_key_generate(&pair, 2048, "65537", NULL), 0);
    const struct allow_new entry = {
        .key = pair, .name = "anna", .role = ALLOW_USER, .quota = ALLOW_NO_QUOTA};
    char *allowed = scratch_path(scene.home, "allowed.csv"), *path = ftp_scene_file(&scene, "d");
    cr_assert(allow_list_add(allowed, &entry, NULL, &problem), "%s", problem.message);
    cr_assert_eq(mkdir(path, 0700), 0);
    free(path);
    path = ftp_scene_file(&scene, "f");
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs("hello", file) >= 0);
    fclose(file);
    free(path);
    free(allowed);
    read_promises();
}

static void stop(void)
{
    rsa_key_free(pair);
    cr_expect_eq(ftp_scene_stop(&scene), 0);
}

TestSuite(ftp_verbs, .init = start, .fini = stop, .timeout = 300);

/* Every upload: a tar stream in which nothing is. */
static const char upload[1024];

/* Says the line; its last code. */
static int say_line(struct ftp_raw *raw, const struct connection *line, enum column column)
{
    int data = -1;
    size_t bytes;
    if (line->data != NO && column == PLAIN)
        data = ftp_raw_open(raw);
    if (line->data != NO && column == GLASSBOX)
        ftp_raw_rekey(raw);
    int code = ftp_raw(raw, "%s", line->text);
    note(line->text, column, code);
    if (code == 150 && column == GLASSBOX)
        cr_expect(line->data == OUT ? ftp_raw_follow_and_send(raw, upload, sizeof(upload))
                                    : ftp_raw_follow(raw, &bytes));
    else if (code == 150 && line->data == IN)
        free(ftp_raw_slurp(data, NULL));
    else if (code == 150)
        cr_expect_eq(write(data, upload, sizeof(upload)), sizeof(upload));
    if (data >= 0 && (code != 150 || line->data == OUT))
        close(data);
    if (code == 150)
        note(line->text, column, code = ftp_raw_reply(raw));
    return code;
}

static void say_all(struct ftp_raw *raw, enum column column)
{
    for (size_t i = 0; i < SIZE(lines); i++) {
        int wanted = lines[i].codes[column];
        int code = wanted ? say_line(raw, &lines[i], column) : 0;
        cr_expect_eq(code, wanted, "line %zu, column %u, %s: wanted %d, got %s", i, column,
                     lines[i].text, wanted, ftp_raw_text(raw));
    }
    ftp_raw_free(raw);
}

/* The numbers of a cell against what was seen. Those in brackets are seen in the row's test. */
static void check_cell(const struct promise *row, enum column column)
{
    const char *text = row->cells[BEFORE_CELL + (int)column], *verb = row->cells[VERB];
    bool promised[600] = {false}, elsewhere = false;
    for (; *text; text++) {
        elsewhere = *text == '(' || (elsewhere && *text != ')');
        if (!isdigit((unsigned char)*text))
            continue;
        int code = (int)strtol(text, (char **)&text, 10);
        text--;
        cr_assert(code >= 100 && code < 600, "%s: %s", verb, row->cells[BEFORE_CELL + column]);
        promised[code] = !elsewhere;
        if (elsewhere)
            cr_expect(row->cells[TESTS][0], "%s: which test shows %d?", verb, code);
    }
    for (int code = 0; code < 600; code++)
        cr_expect_eq(row->seen[column][code], promised[code], "%s, column %u: %d is %s", verb,
                     column, code, promised[code] ? "promised, and never seen" : "not promised");
}

Test(ftp_verbs, every_reply_is_the_promised_one)
{
    say_all(ftp_raw_new(scene.port), BEFORE);
    say_all(ftp_raw_login(scene.port), PLAIN);
    struct ftp_raw *raw = ftp_raw_new(scene.port);
    cr_assert(ftp_raw_auth(raw, pair, "modern"));
    note("AUTH", BEFORE, 234);
    expect(raw, 530, "PWD");
    expect(raw, 232, "USER *");
    say_all(raw, GLASSBOX);
    for (size_t i = 0; i < promise_count; i++)
        for (enum column column = BEFORE; column < COLUMNS; column++)
            check_cell(&promises[i], column);
}

/* The server's own list has the same verbs. */
static size_t check_help(struct ftp_raw *raw, const char *command, const char *front)
{
    size_t count = 0;
    expect(raw, 214, "%s", command);
    for (const char *line = ftp_raw_text(raw); (line = strstr(line, "\r\n ")); count++) {
        char verb[32];
        line += 3;
        snprintf(verb, sizeof(verb), "%s%.*s", front, (int)strcspn(line, " "), line);
        cr_expect(find_verb(verb, strlen(verb)), "docs/ftp.md has no row for %s", verb);
    }
    return count;
}

Test(ftp_verbs, the_table_has_every_verb)
{
    struct ftp_raw *raw = ftp_raw_new(scene.port);
    size_t count = check_help(raw, "HELP", "");
    count += check_help(raw, "SITE HELP", "SITE ");
    cr_expect_eq(count, promise_count);
    ftp_raw_free(raw);
}

/* A row's tests are `suite.name`, each in the file of its suite. */
Test(ftp_verbs, the_tests_of_each_row_are_there)
{
    for (size_t i = 0; i < promise_count; i++)
        for (char *rest = promises[i].cells[TESTS], *name; (name = strsep(&rest, ","));) {
            char file[64], wanted[128], *dot;
            name = trim(name, " `");
            if (!name[0])
                continue;
            cr_assert_not_null(dot = strchr(name, '.'), "%s", name);
            snprintf(file, sizeof(file), "%.*s.c", (int)(dot - name), name);
            snprintf(wanted, sizeof(wanted), "Test(%.*s, %s", (int)(dot - name), name, dot + 1);
            char *text = scratch_read("tests/e2e", file);
            cr_expect(text && strstr(text, wanted), "%s: no test %s", promises[i].cells[VERB],
                      name);
            free(text);
        }
}

/* RFC 959 5.4: the codes of each verb. Behind the bar those that go beyond it, for which
 * docs/ftp.md has the reason. */
static const char *const letter[][2] = {
    {"USER", "230 530 500 501 421 331 332 | 534"},
    {"PASS", "230 202 530 500 501 503 421 332 |"},
    {"ACCT", "230 202 530 500 501 503 421 |"},
    {"CWD", "250 500 501 502 421 530 550 |"},
    {"CDUP", "200 500 501 502 421 530 550 | 250"},
    {"SMNT", "202 250 500 501 502 421 530 550 |"},
    {"REIN", "120 220 421 500 502 | 501"},
    {"QUIT", "221 500 | 501"},
    {"PORT", "200 500 501 421 530 | 503 504"},
    {"PASV", "227 500 501 502 421 530 | 503"},
    {"MODE", "200 500 501 504 421 530 |"},
    {"TYPE", "200 500 501 504 421 530 |"},
    {"STRU", "200 500 501 504 421 530 |"},
    {"ALLO", "200 202 500 501 504 421 530 |"},
    {"REST", "500 501 502 421 530 350 |"},
    {"STOR", "125 150 110 226 250 425 426 451 551 552 532 450 452 553 500 501 421 530 | 554"},
    {"STOU", "125 150 110 226 250 425 426 451 551 552 532 450 452 553 500 501 421 530 |"},
    {"RETR", "125 150 110 226 250 425 426 451 450 550 500 501 421 530 | 554"},
    {"LIST", "125 150 226 250 425 426 451 450 500 501 502 421 530 | 550"},
    {"NLST", "125 150 226 250 425 426 451 450 500 501 502 421 530 | 550"},
    {"APPE",
     "125 150 110 226 250 425 426 451 551 552 532 450 550 452 553 500 501 502 421 530 | 554"},
    {"RNFR", "450 550 500 501 502 421 530 350 |"},
    {"RNTO", "250 532 553 500 501 502 503 421 530 |"},
    {"DELE", "250 450 550 500 501 502 421 530 |"},
    {"RMD", "250 500 501 502 421 530 550 |"},
    {"MKD", "257 500 501 502 421 530 550 |"},
    {"PWD", "257 500 501 502 421 550 | 530"},
    {"ABOR", "225 226 500 501 502 421 | 426"},
    {"SYST", "215 500 501 502 421 |"},
    {"STAT", "211 212 213 450 500 501 502 421 530 | 550"},
    {"HELP", "211 214 500 501 502 421 |"},
    {"SITE", "200 202 500 501 530 |"},
    {"NOOP", "200 500 421 | 501"},
};

/* Of what is promised in plain FTP, all stands in the letter or beyond the bar; and nothing stands
 * there for nothing. */
Test(ftp_verbs, the_letter_of_rfc_959)
{
    for (size_t i = 0; i < SIZE(letter); i++) {
        const struct promise *row = find_verb(letter[i][0], strlen(letter[i][0]));
        const char *beyond = strchr(letter[i][1], '|');
        cr_assert_not_null(row, "%s", letter[i][0]);
        for (int code = 100; code < 600; code++) {
            char text[4];
            snprintf(text, sizeof(text), "%d", code);
            bool promised = strstr(row->cells[BEFORE_CELL], text) ||
                            strstr(row->cells[PLAIN_CELL], text);
            cr_expect(!promised || strstr(letter[i][1], text), "%s has no %d", letter[i][0], code);
            cr_expect(promised || !strstr(beyond, text), "%s needs no %d", letter[i][0], code);
        }
    }
}

/* With a transfer under way: "now" is answered before its end, "waits" behind it. */
Test(ftp_verbs, what_waits_for_the_end_of_a_transfer)
{
    for (size_t i = 0; i < promise_count; i++) {
        const char *verb = promises[i].cells[VERB], *when = promises[i].cells[TRANSFER];
        bool now = strcmp(when, "now") == 0;
        struct ftp_raw *raw = ftp_raw_login(scene.port);
        int data = ftp_raw_open(raw);
        cr_expect(now || strcmp(when, "waits") == 0, "%s: %s", verb, when);
        expect(raw, 150, "STOR up");
        ftp_raw_send(raw, verb, strlen(verb));
        ftp_raw_send(raw, "\r\n", 2);
        int first = now ? ftp_raw_reply(raw) : 0;
        close(data);
        int second = ftp_raw_reply(raw), third = now ? second : ftp_raw_reply(raw);
        if (strcmp(verb, "ABOR") == 0)
            cr_expect(first == 426 && second == 226, "%d, %d", first, second);
        else
            cr_expect(second == 226 && (now ? first : third) != 0, "%s: %d, %d, %d", verb, first,
                      second, third);
        ftp_raw_free(raw);
    }
}
