/* What all walks have in common: see walk.h. */
#include "walk.h"

#include "cipher.h"
#include "hexadecimal.h"
#include "key_option.h"
#include "press_enter.h"
#include "translate.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RESULT_ROW ((size_t)32)

#define S struct walk_options
static const struct option_row rows[] = {
    FLAG(S, json, "json", 0, "Print JSON"),
    FLAG(S, step, "step", 0, "Wait for Enter after each round or block"),
    FLAG(S, python, "python", 0, "Show lines that python3 checks: each prints True"),
    FLAG(S, full, "full", 0, "Fold nothing: all rounds"),
    {0}};

/* JSON has all steps and lines of python3, and nobody waits for it. */
static void check(void *given, const struct argp_state *state)
{
    const S *options = given;
    if (options->json && options->step)
        console_usage(state, "--step and --json do not go together");
    if (options->json && options->python)
        console_usage(state, "--python and --json do not go together");
    if (options->json && options->full)
        console_usage(state, "--full and --json do not go together");
}
#undef S
const struct option_table walk_table = {.rows = rows, .check = check};

bool walk_open(struct walk *walk, const struct walk_options *options, const char *what,
               struct problem *problem)
{
    *walk = (struct walk){.options = options, .terminal = -1};
    if (options->step)
        walk->terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (options->step && walk->terminal < 0) {
        problem_set(problem, "--step waits for Enter, and there is no terminal to press it at");
        return problem_hint(problem, "start it in a terminal, or leave out --step");
    }
    walk->root = json_pack("{s:s}", "walk", what);
    walk->steps = json_array();
    return true;
}

void walk_line(struct walk *walk, const char *format, ...)
{
    va_list list;
    if (walk->options->json)
        return;
    va_start(list, format);
    vprintf(translate(format), list);
    va_end(list);
    putchar('\n');
}

void walk_heading(struct walk *walk, const char *format, ...)
{
    va_list list;
    if (walk->options->json)
        return;
    fputs(console_style(stdout, CONSOLE_BOLD), stdout);
    va_start(list, format);
    vprintf(translate(format), list);
    va_end(list);
    puts(console_style(stdout, CONSOLE_PLAIN));
}

void walk_hex(char *out, const uint8_t *data, size_t bytes)
{
    *hex_write(out, data, bytes) = '\0';
}

static json_t *hex_value(const uint8_t *data, size_t bytes)
{
    char *text = hex_string(data, bytes);
    json_t *value = !text ? NULL : json_string(text);
    free(text);
    return value;
}

void walk_step(struct walk *walk, const char *name, const char *formula, const char *section,
               const uint8_t *value, size_t bytes)
{
    walk->last = json_pack("{s:s, s:s, s:s, s:o}", "name", name, "formula", formula, "section",
                           section, "value", hex_value(value, bytes));
    json_array_append_new(walk->steps, walk->last);
}

void walk_python(struct walk *walk, const char *format, ...)
{
    char *text = NULL;
    va_list list;
    va_start(list, format);
    int length = vasprintf(&text, format, list);
    va_end(list);
    if (length < 0)
        return;
    if (walk->last)
        json_object_set_new(walk->last, "python", json_string(text));
    if (walk->options->python)
        walk_line(walk, "    python3 -c 'print(%s)'", text);
    free(text);
}

void walk_json(struct walk *walk, const char *name, json_t *value)
{
    json_object_set_new(walk->root, name, value);
}

/* A signal ends all waiting. */
void walk_pause(struct walk *walk)
{
    if (walk->terminal < 0)
        return;
    fflush(stdout);
    if (press_enter(walk->terminal, 0, console_is_terminal(stdout)))
        return;
    close(walk->terminal);
    walk->terminal = -1;
}

static void print_json(const struct walk *walk)
{
    json_dumpf(walk->root, stdout,
               JSON_INDENT(2)); /* what cannot be written, console_finish says */
    putchar('\n');
}

/* In rows of 32 bytes. */
static void print_result(struct walk *walk, const uint8_t *data, size_t bytes)
{
    char digits[2 * RESULT_ROW + 1];
    for (size_t at = 0; at < bytes; at += RESULT_ROW) {
        walk_hex(digits, data + at, bytes - at < RESULT_ROW ? bytes - at : RESULT_ROW);
        walk_line(walk, "    %s", digits);
    }
}

int walk_close(struct walk *walk, const char *name, const uint8_t *ours, const uint8_t *library,
               size_t bytes)
{
    bool same = bytes == 0 || memcmp(ours, library, bytes) == 0;
    if (bytes > 0) {
        walk_heading(walk, "%s", translate(name));
        print_result(walk, ours, bytes);
        walk_line(walk, same ? N_("    the library's own function has the same")
                             : N_("    the library's own function has another:"));
        if (!same)
            print_result(walk, library, bytes);
    }
    json_object_set_new(walk->root, "steps", walk->steps);
    json_object_set_new(walk->root, "result",
                        json_pack("{s:s, s:o, s:o, s:b}", "name", name, "value",
                                  hex_value(ours, bytes), "library", hex_value(library, bytes),
                                  "same", same));
    if (walk->options->json)
        print_json(walk);
    json_decref(walk->root);
    if (walk->terminal >= 0)
        close(walk->terminal);
    if (same)
        return CONSOLE_DONE;
    console_error("the textbook came to another result than the library");
    return CONSOLE_FAILED;
}

bool walk_bytes(uint8_t *out, size_t *bytes, const char *what, const char *digits, size_t least,
                size_t most, struct problem *problem)
{
    if (key_hex(out, bytes, digits, strlen(digits), most) && *bytes >= least)
        return true;
    if (least == most)
        return problem_set(problem, "%s: %zu bytes in hexadecimal, %zu digits", what, most,
                           2 * most);
    return problem_set(problem, "%s: %zu to %zu bytes in hexadecimal", what, least, most);
}

static const struct console_command commands[] = {
    {"letters", N_("Caesar and Vigenere, letter by letter; keys that lose a text"), walk_letters},
    {"feistel", N_("the Feistel cipher, round by round"), walk_feistel},
    {"cbc", N_("cipher block chaining, block by block"), walk_cbc},
    {"aes", N_("AES, round by round"), walk_aes},
    {"quarter-round", N_("the quarter round of ChaCha20, sum by sum"), walk_quarter_round},
    {"chacha20", N_("a block of ChaCha20's key stream, round by round"), walk_chacha20},
    {"poly1305", N_("the sum of Poly1305, block by block"), walk_poly1305},
    {"mlkem", N_("a key, an encapsulation and back by ML-KEM; and without its noise"), walk_mlkem},
    {NULL, NULL, NULL},
};

int cipher_walk(int argc, char **argv)
{
    return console_dispatch(commands, "Tells the steps of a cipher, with the numbers in them.",
                            argc, argv);
}
