/*
 * Passphrases at a terminal, as a person in a shell meets them: what is typed is not shown, and the
 * shell gets its terminal back whatever happens.
 */
#include "key_samples.h"
#include "process.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *folder;
static struct process *shell;

/* anna's key is under the passphrase "sesame". */
static void set_up(void)
{
    const struct key_protection protection = {"sesame", 2};
    struct problem problem = {0};
    struct home home;
    folder = scratch_new();
    cr_assert(home_find(&home, folder, &problem) &&
                  key_store_save(&home, "anna", sample_pair(),
                                 &(struct key_saving){.protection = &protection}, NULL, &problem),
              "%s", problem.message);
}

static void tear_down(void)
{
    process_free(shell);
    scratch_remove(folder);
}

TestSuite(passphrase_terminal, .init = set_up, .fini = tear_down, .timeout = 120);

static void expect(const char *pattern)
{
    cr_assert(process_expect(shell, PROCESS_OUT, pattern), "no '%s': %s", pattern,
              process_said(shell));
}

static void type(const char *text)
{
    cr_assert(process_type(shell, text));
}

/* So that $K is keytool, in the folder. */
static void prepare(char text[2000], const char *script)
{
    const char *named = getenv("GLASSBOX_BIN");
    char *bin = realpath(named ? named : "bin", NULL);
    cr_assert_not_null(bin);
    snprintf(text, 2000, "K=%s/keytool; cd \"$GLASSBOX_HOME\"; %s", bin, script);
    free(bin);
}

/* A script of bash at a terminal. */
static void start(const char *script)
{
    char text[2000];
    prepare(text, script);
    shell = process_start(folder, PROCESS_TERMINAL, "/bin/bash", "-c", text, NULL);
}

/* A shell with jobs, as people have one. */
static void start_interactive(void)
{
    char text[2000];
    prepare(text, "PS1='rea''dy> '\n");
    shell = process_start(folder, PROCESS_TERMINAL, "/bin/bash", "--norc", "--noprofile", "-i",
                          NULL);
    type(text);
    expect("ready> ");
}

#define ASKED  "Passphrase of [^:\n]*anna.key.csv: "
#define SIGN   "$K sign anna keys/anna.pub.csv -o signature --padding pkcs1v15"
#define LOOK   "; echo status=$?; stty -a"
#define ECHOES " echo echoe echok"

static bool is_signed(void)
{
    char *text = scratch_read(folder, "signature");
    bool there = text[0] != '\0';
    free(text);
    return there;
}

static void expect_not_shown(const char *secret)
{
    cr_expect_null(strstr(process_text(shell, PROCESS_OUT), secret), "shown: %s",
                   process_said(shell));
}

/* --- answers --------------------------------------------------------------------------------- */

Test(passphrase_terminal, what_is_typed_is_not_shown)
{
    start(SIGN LOOK);
    expect(ASKED);
    type("sesame\n");
    expect("status=0");
    expect(ECHOES);
    expect_not_shown("sesame");
    cr_expect(is_signed());
}

Test(passphrase_terminal, stdin_and_stdout_may_be_elsewhere)
{
    start("echo hello | $K sign anna --padding pkcs1v15 2>errors >signature" LOOK);
    expect(ASKED);
    type("sesame\n");
    expect("status=0");
    char *errors = scratch_read(folder, "errors");
    cr_expect_str_empty(errors, "%s", errors);
    free(errors);
    cr_expect(is_signed());
}

Test(passphrase_terminal, three_wrong_ones_end_it)
{
    start(SIGN LOOK);
    expect(ASKED);
    type("open\n");
    expect("That was wrong. " ASKED);
    type("\n");
    expect("That was wrong. " ASKED);
    type("sesam\n");
    expect("error: .*wrong passphrase for .*anna.key.csv");
    expect("status=1");
    expect(ECHOES);
    expect_not_shown("sesam");
    cr_expect_not(is_signed());
}

Test(passphrase_terminal, the_third_may_be_right)
{
    start(SIGN LOOK);
    expect(ASKED);
    type("open\n");
    expect("That was wrong. " ASKED);
    type("open\n");
    expect("That was wrong. " ASKED);
    type("sesame\n");
    expect("status=0");
}

Test(passphrase_terminal, the_end_of_the_input_is_no_answer)
{
    start(SIGN LOOK);
    expect(ASKED);
    type("\x04");
    expect("error: .*there was no answer");
    expect("status=1");
    expect(ECHOES);
}

Test(passphrase_terminal, what_was_typed_before_the_question_does_not_count)
{
    start("stty -echo; echo now; sleep 0.5; stty echo; " SIGN LOOK);
    expect("now");
    type("wrong\n");
    expect(ASKED);
    type("sesame\n");
    expect("status=0");
}

/* --- a new one ------------------------------------------------------------------------------- */

Test(passphrase_terminal, a_new_one_is_asked_for_twice)
{
    start("$K gen boris --bits 512 --passphrase --iterations 10000" LOOK);
    expect("New passphrase of boris: ");
    type("a b\n");
    expect("once more: ");
    type("a b\n");
    expect("under the passphrase");
    expect("status=0");
    expect(ECHOES);
    expect_not_shown("a b\r");
    char *text = scratch_read(folder, "keys/boris.key.csv");
    cr_expect_not_null(strstr(text, "\nencrypted,"));
    free(text);
}

Test(passphrase_terminal, two_different_ones_change_nothing)
{
    char *before = scratch_read(folder, "keys/anna.key.csv");
    start("$K passwd anna --iterations 10000" LOOK);
    expect(ASKED);
    type("sesame\n");
    expect("New passphrase of anna \\(empty: none\\): ");
    type("one\n");
    expect("once more: ");
    type("two\n");
    expect("error: .*the two answers are not the same");
    expect("status=1");
    expect(ECHOES);
    char *after = scratch_read(folder, "keys/anna.key.csv");
    cr_expect_str_eq(after, before);
    free(before);
    free(after);
}

Test(passphrase_terminal, an_empty_one_takes_it_away)
{
    start("$K passwd anna" LOOK);
    expect(ASKED);
    type("sesame\n");
    expect("empty: none\\): ");
    type("\n");
    expect("once more: ");
    type("\n");
    expect("without a passphrase");
    expect("status=0");
    char *text = scratch_read(folder, "keys/anna.key.csv");
    cr_expect_null(strstr(text, "encrypted,"));
    cr_expect_not_null(strstr(text, "\nd,0x"));
    free(text);
    process_free(shell);
    start("$K gen boris --bits 512 --passphrase" LOOK);
    expect("New passphrase of boris: ");
    type("\n");
    expect("once more: ");
    type("\n");
    expect("error: .*the passphrase is empty");
    expect("status=1");
}

/* --- signals --------------------------------------------------------------------------------- */

Test(passphrase_terminal, control_c_ends_it_and_echo_is_back)
{
    start("trap : INT; " SIGN LOOK);
    expect(ASKED);
    type("sesa\003");
    expect("status=130");
    expect(ECHOES);
    expect_not_shown("sesa");
    cr_expect_not(is_signed());
}

Test(passphrase_terminal, control_backslash_likewise)
{
    start("trap : QUIT; " SIGN LOOK);
    expect(ASKED);
    type("\x1c");
    expect("status=131");
    expect(ECHOES);
}

/* Half an answer that was typed does not come out at the shell's prompt. */
Test(passphrase_terminal, other_signals_end_it_and_echo_is_back)
{
    static const int signals[] = {SIGTERM, SIGHUP, SIGUSR1, SIGALRM};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        char status[32];
        start("{ echo pid=$BASHPID; exec " SIGN "; } & wait $!; echo status=$?; stty -a; "
              "read -t 0.2 -r x; echo \"rest=<$x>\"");
        const char *text = process_expect(shell, PROCESS_OUT, "pid=([0-9]+)\r");
        cr_assert_not_null(text, "%s", process_said(shell));
        pid_t id = (pid_t)strtol(text, NULL, 10);
        expect(ASKED);
        type("half\x04"); /* without a newline, and yet there to be read */
        cr_assert_eq(kill(id, signals[i]), 0);
        snprintf(status, sizeof(status), "status=%d", 128 + signals[i]);
        expect(status);
        expect(ECHOES);
        expect("rest=<>");
        process_free(shell);
        shell = NULL;
    }
}

Test(passphrase_terminal, an_ignored_signal_stays_ignored)
{
    start("trap '' INT; " SIGN LOOK);
    expect(ASKED);
    type("x\003sesame\n"); /* Ctrl-C takes the line back, and no more */
    expect("status=0");
    expect(ECHOES);
}

/* Brought to the front it asks again, and does its work. */
static void answer_in_front(void)
{
    type("fg\n");
    expect(ASKED);
    type("sesame\n");
    expect("ready> ");
    type("echo status=$?; stty -a\n");
    expect("status=0\r");
    expect(ECHOES);
    cr_expect(is_signed());
}

Test(passphrase_terminal, control_z_gives_the_terminal_back_and_fg_asks_again)
{
    start_interactive();
    type(SIGN LOOK "\n");
    expect(ASKED);
    type("sesa\032");
    expect("Stopped");
    expect("ready> ");
    type("stty -a\n");
    expect(ECHOES);
    answer_in_front();
    expect_not_shown("sesa");
}

/* The one child of the shell. */
static pid_t child_of_shell(void)
{
    char path[64];
    int id = 0;
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)process_id(shell),
             (int)process_id(shell));
    FILE *file = fopen(path, "r");
    cr_assert(file && fscanf(file, "%d", &id) == 1, "%s", path);
    fclose(file);
    return id;
}

/* Stopped by somebody else, without being asked. */
Test(passphrase_terminal, stop_and_continue)
{
    start_interactive();
    type(SIGN "\n");
    expect(ASKED);
    cr_assert_eq(kill(child_of_shell(), SIGSTOP), 0);
    expect("Stopped");
    type("stty -a\n");
    expect(ECHOES);
    answer_in_front();
}

/* In the background there is nobody to ask: it waits to be brought to the front. */
Test(passphrase_terminal, in_the_background_it_waits)
{
    start_interactive();
    type(SIGN " &\n");
    type("until [ \"$(jobs -s)\" ]; do sleep 0.1; done; jobs; stty -a\n");
    expect("Stopped");
    expect(ECHOES);
    cr_expect_null(strstr(process_text(shell, PROCESS_OUT), "Passphrase"));
    answer_in_front();
}
