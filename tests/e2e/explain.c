/*
 * --explain in the programs: the story of a chat in each suite, on both sides; of those who are
 * refused; above the line that is being typed; step by step; of FTP.
 */
#include "chat_scene.h"
#include "ftp_script.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENTENCE_ROWS 25

static struct chat_scene scene;

static void open_chat(const char *suite, const char *const options[])
{
    scene = (struct chat_scene){.suite = suite};
    chat_scene_open(&scene);
    chat_scene_person(&scene, "anna", true);
    chat_scene_person(&scene, "eve", false);
    chat_scene_serve(&scene, options);
}

/* How many lines match. */
static size_t count_lines(const char *text, const char *pattern)
{
    regex_t compiled;
    regmatch_t match;
    size_t count = 0;
    cr_assert_eq(regcomp(&compiled, pattern, REG_EXTENDED | REG_NEWLINE), 0);
    for (; regexec(&compiled, text, 1, &match, 0) == 0; text += match.rm_eo)
        count++;
    regfree(&compiled);
    return count;
}

/* --- the story -------------------------------------------------------------------------------- */

#define CLIENT_ROW "^(127\\.0\\.0\\.1 port|[0-9] [A-Z]|  (-->|<--)|   [*!]  |      ).*$"
#define SERVER_ROW "^#1 .*$"

/* Of a talk of one line: joins, says it, hears it. */
static void play(const char *suite, char *client, char *server, size_t space)
{
    open_chat(suite, (const char *[]){"--explain", NULL});
    struct process *anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES,
                                              (const char *[]){"--accept-new", "--explain", NULL});
    process_type(anna, "hello\n");
    expect_said(anna, PROCESS_OUT, "anna: hello$");
    process_end_input(anna);
    expect_status(anna, 0);
    snprintf(client, space, "%s", process_text(anna, PROCESS_ERR));
    process_free(anna);
    expect_said(scene.server, PROCESS_ERR, "^#1 5 The end");
    process_signal(scene.server, SIGTERM);
    expect_status(scene.server, 0);
    snprintf(server, space, "%s", process_text(scene.server, PROCESS_ERR));
    process_free(scene.server);
    scene.server = NULL;
    chat_scene_close(&scene);
}

#define SPACE 20000
static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa", "dh", "textbook"};
#define SUITES (sizeof(suites) / sizeof(suites[0]))
static char told[SUITES][2][SPACE]; /* by suite, by role */

static const char *titles_of(const char *text, char titles[1000])
{
    char *at = titles;
    titles[0] = '\0';
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        const char *own = strncmp(line, "#1 ", 3) == 0 ? line + 3 : line;
        if (own[0] >= '1' && own[0] <= '9' && own[1] == ' ' && own[2] >= 'A' && own[2] <= 'Z')
            at += snprintf(at, (size_t)(titles + 1000 - at), "%.*s|", (int)strcspn(own, ".?"), own);
    }
    return titles;
}

Test(explain, the_story_is_short_and_has_the_same_steps_in_each_suite, .timeout = 120)
{
    char titles[1000];
    for (size_t i = 0; i < SUITES; i++) {
        play(suites[i], told[i][CHANNEL_CLIENT], told[i][CHANNEL_SERVER], SPACE);
        for (int role = 0; role < 2; role++) {
            const char *text = told[i][role];
            size_t rows = count_lines(text, role == CHANNEL_CLIENT ? CLIENT_ROW : SERVER_ROW);
            /* anna's own line and its echo, and in the server's: the goodbye of the room */
            size_t talk = count_lines(text, " says .*(sealed|encrypted): ");
            cr_assert(talk >= 1 && talk <= 4, "%s", text);
            cr_assert_leq(rows - (talk - 1), SENTENCE_ROWS, "%zu rows\n%s", rows, text);
            cr_assert_geq(rows, 15, "%s", text);
            cr_assert_str_eq(titles_of(text, titles),
                             "1 Who are you, and are you allowed|2 Agree on a key|"
                             "3 Go on at another port|4 Talk|5 The end|",
                             "%s", text);
        }
    }
    /* The same messages have the same words on both sides. */
    static const char *const same[] = {
        "--> The client sends its public key", "<-- The server names, in the first",
        "--> The client comes to the new port", "<-- The server answers with random bytes"};
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        for (size_t at = 0; at < 2 * SUITES; at++)
            cr_assert(strstr(told[at / 2][at % 2], same[i]), "%s\n%s", same[i],
                      told[at / 2][at % 2]);
}

/* Leaves out what the program says besides, and numbers that are others each time. */
static void mask(char *text)
{
    char *to = text;
    for (char *at = text; *at;) {
        if ((at == text || at[-1] == '\n') && strncmp(at, "chat: ", 6) == 0) {
            at += strcspn(at, "\n");
            at += *at == '\n';
        } else if (*at >= '0' && *at <= '9' && at > text && at[-1] == ' ') {
            at += strspn(at, "0123456789");
            *to++ = 'N';
        } else {
            *to++ = *at++;
        }
    }
    *to = '\0';
}

Test(explain, the_words_of_each_suite, .timeout = 120)
{
    static const char *const want[] = {
        "1 Who are you, and are you allowed? A key shown, and soon proved.\n"
        "  --> The client sends its public key, two fresh keys for this session alone,\n"
        "      and N random bytes.\n"
        "  <-- The server has found the key in its list, and sends its own: a public key,\n"
        "      a fresh key, a secret under the client's, and N random bytes.\n"
        "   *  The client looks at the server's key, and takes it for the server's.\n"
        "2 Agree on a key. From both sides, and for this session alone.\n"
        "  --> The client signs all that was said.\n"
        "  <-- The server signs all that was said, too.\n"
        "   *  The client has two secrets now, that of X25519 and that of ML-KEM, and\n"
        "      puts them in a row.\n"
        "   *  The client mixes both secrets with all that was said, and draws six keys\n"
        "      from the mixture.\n"
        "3 Go on at another port. The first is free for the next client then.\n"
        "  <-- The server names, in the first sealed message, the port where the talk\n"
        "      goes on: N.\n"
        "  --> The client comes to the new port, shows its ticket, and proves that it\n"
        "      knows the secret behind it.\n"
        "  <-- The server answers with random bytes of its own, and the same proof in the\n"
        "      other direction.\n",
        "1 Who are you, and are you allowed? A key shown, and soon proved.\n"
        "  --> The client sends its public key, a fresh key for this session alone, and\n"
        "      N random bytes.\n"
        "  <-- The server has found the key in its list, and sends its own: a public key,\n"
        "      a fresh key for this session alone, and N random bytes.\n"
        "   *  The client looks at the server's key, and takes it for the server's.\n"
        "2 Agree on a key. From both sides, and for this session alone.\n"
        "  --> The client signs all that was said.\n"
        "  <-- The server signs all that was said, too.\n"
        "   *  The client computes the shared secret from its own private half and the\n"
        "      fresh key of the server, and wipes that half.\n"
        "   *  The client mixes the shared secret with all that was said, and draws six\n"
        "      keys from the mixture.\n"
        "3 Go on at another port. The first is free for the next client then.\n"
        "  <-- The server names, in the first sealed message, the port where the talk\n"
        "      goes on: N.\n"
        "  --> The client comes to the new port, shows its ticket, and proves that it\n"
        "      knows the secret behind it.\n"
        "  <-- The server answers with random bytes of its own, and the same proof in the\n"
        "      other direction.\n",
        "1 Who are you, and are you allowed? A key shown, and soon proved.\n"
        "  --> The client sends its public key, a fresh key for this session alone, and\n"
        "      N random bytes.\n"
        "  <-- The server has found the key in its list, and sends its own: a public key,\n"
        "      a fresh key for this session alone, and N random bytes.\n"
        "   *  The client looks at the server's key, and takes it for the server's.\n"
        "2 Agree on a key. From both sides, and for this session alone.\n"
        "  --> The client sends N secret bytes, locked with the server's fresh key, and\n"
        "      signs all that was said.\n"
        "  <-- The server sends N secret bytes of its own, locked with the client's\n"
        "      fresh key, and signs all that was said.\n"
        "   *  The client mixes both secrets with all that was said, and draws six keys\n"
        "      from the mixture.\n"
        "3 Go on at another port. The first is free for the next client then.\n"
        "  <-- The server names, in the first sealed message, the port where the talk\n"
        "      goes on: N.\n"
        "  --> The client comes to the new port, shows its ticket, and proves that it\n"
        "      knows the secret behind it.\n"
        "  <-- The server answers with random bytes of its own, and the same proof in the\n"
        "      other direction.\n",
        "1 Who are you, and are you allowed? A key shown, and never proved.\n"
        "  --> The client sends its public key, a group p and g, and its half of the\n"
        "      exchange: A = g^a mod p.\n"
        "  <-- The server has found the key in its list, and sends its own public key,\n"
        "      and the other half: B = g^b mod p.\n"
        "   *  The client looks at the server's key, and takes it for the server's.\n"
        "2 Agree on a key. One for the session; nobody proves whose half is whose.\n"
        "   *  The client computes K = B^a mod p. The server gets the same from A and b.\n"
        "   *  The client hashes what was agreed on: the first bytes are the key for both\n"
        "      directions.\n"
        "3 Go on at another port. The first is free for the next client then.\n"
        "  <-- The server names, in the first encrypted message, the port where the talk\n"
        "      goes on: N.\n"
        "  --> The client comes to the new port, shows its ticket, and proves that it\n"
        "      knows the secret behind it.\n"
        "  <-- The server answers with random bytes of its own, and the same proof in the\n"
        "      other direction.\n",
        "1 Who are you, and are you allowed? A key shown, and never proved.\n"
        "  --> The client sends its public key, and nothing else.\n"
        "  <-- The server has found the key in its list, and sends its own public key.\n"
        "   *  The client looks at the server's key, and takes it for the server's.\n"
        "2 Agree on a key. A new one for every message, under RSA twice.\n"
        "   *  The client unwraps K: with its own private key, then with the public key\n"
        "      of the server.\n"
        "3 Go on at another port. The first is free for the next client then.\n"
        "  <-- The server names, in the first encrypted message, the port where the talk\n"
        "      goes on: N.\n"
        "  --> The client comes to the new port, shows its ticket, and proves that it\n"
        "      knows the secret behind it.\n"
        "  <-- The server answers with random bytes of its own, and the same proof in the\n"
        "      other direction.\n"};
    for (size_t i = 0; i < SUITES; i++) {
        play(suites[i], told[i][CHANNEL_CLIENT], told[i][CHANNEL_SERVER], SPACE);
        mask(told[i][CHANNEL_CLIENT]);
        if (!strstr(told[i][CHANNEL_CLIENT], want[i]))
            fprintf(stderr, "%s", told[i][CHANNEL_CLIENT]);
        cr_assert(strstr(told[i][CHANNEL_CLIENT], want[i]), "other words in %s", suites[i]);
    }
}

/* --- those who are refused -------------------------------------------------------------------- */

Test(explain, a_refused_client_is_told_by_both_sides, .timeout = 120)
{
    open_chat(NULL, (const char *[]){"--explain", NULL});
    struct process *eve = chat_scene_connect(&scene, "eve", PROCESS_PIPES,
                                             (const char *[]){"--accept-new", "--explain", NULL});
    expect_status(eve, 3);
    cr_assert(strstr(process_text(eve, PROCESS_ERR), "\n2 The end.\n"), "%s", process_said(eve));
    cr_assert(
        strstr(process_text(eve, PROCESS_ERR), "The client's key is not in the server's list"),
        "%s", process_said(eve));
    cr_assert_null(strstr(process_text(eve, PROCESS_ERR), "Agree on a key"));
    process_free(eve);
    expect_said(scene.server, PROCESS_ERR,
                "^#1    !  The server looks the client's key up in its list, does not find it");
    expect_said(scene.server, PROCESS_ERR, "^#1 2 The end");
    chat_scene_close(&scene);
}

/* Her own server has another key than the one she knows under its name. */
Test(explain, another_key_of_the_server, .timeout = 120)
{
    open_chat(NULL, NULL);
    struct process *anna = chat_scene_connect(
        &scene, "anna", PROCESS_PIPES,
        (const char *[]){"--server-key", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                         "--explain", NULL});
    cr_assert_neq(process_wait(anna), 0);
    cr_assert(strstr(process_text(anna, PROCESS_ERR), "   !  The client "), "%s",
              process_said(anna));
    cr_assert(strstr(process_text(anna, PROCESS_ERR), "\n2 The end.\n"), "%s", process_said(anna));
    process_free(anna);
    chat_scene_close(&scene);
}

/* --- the screen ------------------------------------------------------------------------------- */

Test(explain, does_not_tear_the_line_that_is_being_typed, .timeout = 120)
{
    open_chat(NULL, NULL);
    chat_scene_person(&scene, "boris", true);
    struct process *anna = chat_scene_connect(&scene, "anna", PROCESS_TERMINAL,
                                              (const char *[]){"--accept-new", "--explain", NULL});
    expect_said(anna, PROCESS_OUT, "anna.* joined");
    expect_said(anna, PROCESS_OUT, "> ");
    struct process *boris = chat_scene_join(&scene, "boris", NULL);
    expect_said(anna, PROCESS_OUT, "boris.* joined");
    process_type(anna, "half a line");
    expect_said(anna, PROCESS_OUT, "half a line");
    process_type(boris, "interrupting\n");
    /* Erased, the row told, what was typed drawn again below; then the same for the line itself. */
    expect_said(anna, PROCESS_OUT, "\r\033\\[J[^\n]*<-- [^\n]*says \"say [^\n]*sealed[^\n]*\r\n");
    expect_said(anna, PROCESS_OUT, "> half a line");
    expect_said(anna, PROCESS_OUT, "\r\033\\[J[^\n]*boris[^\n]*interrupting\r\n");
    expect_said(anna, PROCESS_OUT, "> half a line");
    process_type(anna, ", now whole\r");
    expect_said(boris, PROCESS_OUT, "anna: half a line, now whole$");
    process_free(anna);
    process_free(boris);
    chat_scene_close(&scene);
}

/* --- step by step ----------------------------------------------------------------------------- */

#define ENTER "\\[Enter\\] "

Test(explain, step_waits_for_enter_until_the_talk_begins, .timeout = 120)
{
    open_chat("textbook", NULL);
    struct process *anna =
        chat_scene_connect(&scene, "anna", PROCESS_TERMINAL,
                           (const char *[]){"--accept-new", "--explain", "--step", NULL});
    expect_said(anna, PROCESS_OUT, "press Enter after each step");
    expect_said(anna, PROCESS_OUT, "--> [^\n]*The client sends its public key");
    expect_said(anna, PROCESS_OUT, ENTER);
    /* Nothing has been sent: the server knows nothing of anybody. */
    cr_assert_not(process_has(anna, PROCESS_OUT, "The server has found"));
    size_t steps = 1;
    for (process_type(anna, "\n"); !process_has(anna, PROCESS_OUT, "joined"); steps++) {
        if (!process_expect(anna, PROCESS_OUT, ENTER "|joined"))
            cr_assert_fail("%s", process_said(anna));
        if (strstr(process_text(anna, PROCESS_OUT), "joined"))
            break;
        process_type(anna, "\n");
    }
    cr_assert(steps >= 6 && steps <= 9, "%zu steps\n%s", steps, process_said(anna));
    process_type(anna, "hello\r");
    expect_said(anna, PROCESS_OUT, "anna:[^\n]* hello");
    process_free(anna);
    chat_scene_close(&scene);
}

Test(explain, step_needs_a_terminal_and_a_story, .timeout = 120)
{
    open_chat(NULL, NULL);
    struct process *anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES,
                                              (const char *[]){"--step", NULL});
    expect_said(anna, PROCESS_ERR, "error: --step goes with --explain");
    expect_status(anna, 2);
    process_free(anna);
    anna = chat_scene_connect(&scene, "anna", PROCESS_PIPES,
                              (const char *[]){"--explain=verses", NULL});
    expect_said(anna, PROCESS_ERR, "error: --explain=verses: it is story, fields or math");
    expect_status(anna, 2);
    process_free(anna);
    chat_scene_close(&scene);
}

/* --- FTP -------------------------------------------------------------------------------------- */

/* A folder is listed and a file of several records fetched: the data connections belong to their
 * session, and a long transfer is summed up. */
Test(explain, ftp_in_each_suite, .timeout = 120)
{
    for (size_t i = 0; i < SUITES; i++) {
        char script[1200];
        snprintf(script, sizeof(script),
                 "mkdir -p $S; head -c 1500000 /dev/zero >$S/big\n"
                 "f -c 'get big' --explain --suite %s 2>told ||"
                 "{ cat told; exit 1; }\n"
                 "cmp big $S/big\n"
                 "grep -E '^[0-9] [A-Z]' told | sed 's/[.?].*//' >titles\n"
                 "grep -q 'and [0-9]* more like this, [0-9]* bytes in all' told || exit 2\n"
                 "test $(grep -c '\\[[0-9]*]$' told) = 3 || exit 3\n"
                 "LC_ALL=C grep -q '[^ -~]' told && exit 4\n"
                 "test $(awk 'length > 80' told | grep -vc '^ftp: ') = 0 || exit 5\n"
                 "cat titles\n",
                 suites[i]);
        struct ftp_scene files;
        char *said;
        ftp_scene_prepare(&files);
        ftp_script_allow_in(&files, suites[i]);
        ftp_scene_launch(&files, NULL,
                         (const char *const[]){"--suite", suites[i], "--explain", NULL});
        int status = ftp_script(&files, script, &said);
        cr_assert_eq(status, 0, "%s: %d\n%s", suites[i], status, said);
        cr_assert(strstr(said, "1 Who are you, and are you allowed\n2 Agree on a key\n3 Talk\n"),
                  "%s", said);
        cr_assert(strstr(said, "Go on at another port\n") && strstr(said, "The end\n"), "%s", said);
        free(said);
        cr_assert_eq(ftp_scene_stop(&files), 0);
    }
}
