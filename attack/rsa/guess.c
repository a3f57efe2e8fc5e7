/*
 * attack rsa guess: messages of few shapes, all of them encrypted and compared.
 *
 * A shape says how many texts it has and writes the one of a number. Every text is tried as it is
 * and with a line end, as echo writes it.
 */
#include "rsa.h"
#include "rsa_message_breaks.h"
#include "rsa_recording.h"
#include "rsa_show.h"
#include "rsa_subject.h"
#include "translate.h"
#include "whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- shapes ------------------------------------------------------------------------------------ */

#define TEXT_BYTES 256

struct shape {
    enum { NUMBERS, DIGITS, PINS, DATES } kind;
    uint64_t first, last; /* numbers, digits: these; pins: up to 99..9; dates: years */
    int width;            /* pins */
};
enum { SHAPES_MOST = 6, DATE_FORMS = 3, DAYS = 31, MONTHS = 12 };

struct guess_options {
    struct rsa_subject subject;
    struct report_options report;
    const char *c, *pattern, *words;
    struct shape shapes[SHAPES_MOST];
    size_t count;
    unsigned long work;
};

static void add_shape(struct guess_options *options, struct shape shape,
                      const struct argp_state *state)
{
    if (options->count == SHAPES_MOST)
        console_usage(state, "more than %d shapes", SHAPES_MOST);
    options->shapes[options->count++] = shape;
}

/* FROM-TO, or TO alone. */
static struct shape read_range(const char *what, const char *text, const struct argp_state *state)
{
    const unsigned long most = 1ul << 40;
    char *end;
    struct shape shape = {.first = 0};
    errno = 0;
    shape.last = strtoul(text, &end, 10);
    if (*end == '-' && end > text && end[1] >= '0' && end[1] <= '9') {
        shape.first = shape.last;
        shape.last = strtoul(end + 1, &end, 10);
    }
    if (errno || end == text || *end != '\0' || text[0] == '-' || shape.last > most ||
        shape.first > shape.last)
        console_usage(state, "%s is '%.40s'; it can be TO or FROM-TO, up to 2^40", what, text);
    return shape;
}

static void read_numbers(void *field, const char *what, const char *text,
                         const struct argp_state *state)
{
    struct shape shape = read_range(what, text, state);
    shape.kind = NUMBERS;
    add_shape(field, shape, state);
}

static void read_digits(void *field, const char *what, const char *text,
                        const struct argp_state *state)
{
    struct shape shape = read_range(what, text, state);
    shape.kind = DIGITS;
    add_shape(field, shape, state);
}

static void read_dates(void *field, const char *what, const char *text,
                       const struct argp_state *state)
{
    struct shape shape = read_range(what, text, state);
    shape.kind = DATES;
    if (shape.last > 9999)
        console_usage(state, "%s is '%.40s'; it can be years, FROM-TO", what, text);
    add_shape(field, shape, state);
}

static struct shape pins_of(unsigned long width)
{
    struct shape shape = {.kind = PINS, .last = 1, .width = (int)width};
    for (unsigned long i = 0; i < width; i++)
        shape.last *= 10;
    shape.last--;
    return shape;
}

static void read_pins(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    add_shape(field, pins_of(console_number(state, what, text, 1, 12)), state);
}

static uint64_t shape_count(const struct shape *shape)
{
    uint64_t range = shape->last - shape->first + 1;
    return shape->kind == DATES ? range * MONTHS * DAYS * DATE_FORMS : range;
}

/* The date number `index` from 1 January of the first year on; every month has 31 days here. */
static void write_date(char *out, uint64_t index, const struct shape *shape)
{
    unsigned form = (unsigned)(index % DATE_FORMS), day = (unsigned)(index / DATE_FORMS % DAYS) + 1;
    unsigned month = (unsigned)(index / DATE_FORMS / DAYS % MONTHS) + 1;
    unsigned year = (unsigned)(index / DATE_FORMS / DAYS / MONTHS + shape->first);
    if (form == 0)
        snprintf(out, TEXT_BYTES, "%04u-%02u-%02u", year, month, day);
    else
        snprintf(out, TEXT_BYTES, "%02u%c%02u%c%04u", day, form == 1 ? '.' : '/', month,
                 form == 1 ? '.' : '/', year);
}

/* --- candidates -------------------------------------------------------------------------------- */

struct guesses {
    const struct guess_options *options;
    struct whole_file words;
    size_t shape, word; /* where in the shapes, where in the file */
    uint64_t index;
    bool with_line_end; /* the next is the last text again, with a line end */
    char text[TEXT_BYTES];
};

/* The text in its pattern, as a number. */
static void number_of_text(mpz_t number, const struct guesses *guesses)
{
    char all[2 * TEXT_BYTES];
    const char *pattern = guesses->options->pattern ? guesses->options->pattern : "#";
    const char *hole = strchr(pattern, '#');
    int bytes = snprintf(all, sizeof(all), "%.*s%s%s%s", (int)(hole - pattern), pattern,
                         guesses->text, hole + 1, guesses->with_line_end ? "\n" : "");
    mpz_import(number, (size_t)bytes, 1, 1, 1, 0, all);
}

/* The next line of the file; too long ones are cut. */
static bool next_word(struct guesses *guesses)
{
    const struct whole_file *words = &guesses->words;
    if (guesses->word >= words->bytes)
        return false;
    const char *line = words->data + guesses->word;
    const char *end = memchr(line, '\n', words->bytes - guesses->word);
    size_t length = end ? (size_t)(end - line) : words->bytes - guesses->word;
    guesses->word += length + 1;
    length = length < TEXT_BYTES ? length : TEXT_BYTES - 1;
    memcpy(guesses->text, line, length);
    guesses->text[length] = '\0';
    return true;
}

/* The next text of the shapes; false: there are no more. */
static bool next_text(struct guesses *guesses, const struct shape **from)
{
    const struct guess_options *options = guesses->options;
    while (guesses->shape < options->count &&
           guesses->index >= shape_count(&options->shapes[guesses->shape])) {
        guesses->shape++;
        guesses->index = 0;
    }
    if (guesses->shape == options->count) {
        *from = NULL;
        return next_word(guesses);
    }
    const struct shape *shape = *from = &options->shapes[guesses->shape];
    uint64_t index = guesses->index++;
    if (shape->kind == DATES)
        write_date(guesses->text, index, shape);
    else
        snprintf(guesses->text, TEXT_BYTES, "%0*llu", shape->kind == PINS ? shape->width : 1,
                 (unsigned long long)shape->first + index);
    return true;
}

static bool next_candidate(void *context, mpz_t candidate)
{
    struct guesses *guesses = context;
    const struct shape *from;
    if (guesses->with_line_end) {
        number_of_text(candidate, guesses);
        guesses->with_line_end = false;
        return true;
    }
    if (!next_text(guesses, &from))
        return false;
    if (from && from->kind == NUMBERS) {
        mpz_set_ui(candidate, from->first + guesses->index - 1);
        return true;
    }
    number_of_text(candidate, guesses);
    guesses->with_line_end = true;
    return true;
}

/* --- the command ------------------------------------------------------------------------------- */

#define S struct guess_options
static const struct option_row rows[] = {
    READ(S, c, "c", 0, "NUMBER", "The ciphertext, m^e mod n", rsa_subject_read),
    READ_ALL("numbers", 0, "FROM-TO", "m is one of these numbers", read_numbers),
    READ_ALL("digits", 0, "FROM-TO", "m is such a number as text: a sum of money", read_digits),
    READ_ALL("pin", 0, "DIGITS", "m is so many digits as text: a PIN", read_pins),
    READ_ALL("dates", 0, "FROM-TO", "m is a date of these years as text, three forms", read_dates),
    TEXT(S, words, "words", 0, "FILE", "m is a line of this file"),
    TEXT(S, pattern, "pattern", 0, "TEXT",
         "The text around it, with # in its place: \"pay # euro\""),
    NUMBER(S, work, "work", 0, "GUESSES", "Stop after so many: 100000000", 1, 1ul << 40),
    GROUP(S, subject, rsa_subject_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    static const struct shape built_in[] = {
        {.kind = NUMBERS, .last = 65535},
        {.kind = PINS, .last = 9999, .width = 4},
        {.kind = DIGITS, .last = 9999},
        {.kind = DATES, .first = 1950, .last = 2030},
    };
    struct guess_options *options = given;
    if (!options->c && !rsa_is_recording(options->subject.key))
        console_usage(state, "no ciphertext given: --c");
    if (options->pattern && !strchr(options->pattern, '#'))
        console_usage(state, "--pattern has no # in it");
    if (options->pattern && strlen(options->pattern) >= TEXT_BYTES)
        console_usage(state, "--pattern is longer than %d bytes", TEXT_BYTES - 1);
    if (options->count == 0 && !options->words) {
        options->count = sizeof(built_in) / sizeof(built_in[0]);
        memcpy(options->shapes, built_in, sizeof(built_in));
    }
}

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("[KEY|FILE.rec]"),
    .text = N_(
        "Encrypts every message that it may be, and compares. Without a shape: numbers up to "
        "65535, "
        "PINs of four digits, sums up to 9999, dates from 1950 to 2030; each text with and "
        "without a "
        "line end. In a recording of the textbook suite: the short block of each wrapped key."
        "\vExamples:\n"
        "  attack rsa guess bank --c 0x1f2e... --pin 6\n"
        "  attack rsa guess bank --c @letter.rsa --digits 1-99999 --pattern \"pay # euro\"\n"
        "  attack rsa guess course.rec"),
    .check = check_options,
};

static int attack(const mpz_t n, const mpz_t e, const mpz_t c, struct guesses *guesses,
                  struct problem *problem)
{
    struct rsa_show show;
    if (!rsa_show_begin(&show, &guesses->options->report, "rsa guess", problem,
                        "a ciphertext of few possible messages, under n of %zu bits",
                        mpz_sizeinbase(n, 2)))
        return console_problem(problem, CONSOLE_FAILED);
    const struct rsa_candidates candidates = {next_candidate, guesses};
    rsa_break_guess(&show.finding, n, e, c, &candidates, guesses->options->work, &show.listener);
    if (show.finding.verdict == RSA_BROKEN)
        rsa_show_message(&show, rsa_finding_get(&show.finding, "m"));
    show.real = N_("a random key of 128 bits");
    show.real_log2 = 127;
    return rsa_show_end(&show);
}

int rsa_command_guess(int argc, char **argv)
{
    enum { WORDS_MOST = 256 * 1024 * 1024 };
    struct guess_options options = {.work = 100000000};
    struct guesses guesses = {.options = &options};
    struct problem problem = {0};
    mpz_t n, e, c;
    console_parse(&command, argc, argv, &options);
    if (rsa_is_recording(options.subject.key))
        return rsa_recording_guess(options.subject.key, &options.report);
    mpz_inits(n, e, c, NULL);
    int status = rsa_subject_load(n, e, &options.subject, &problem) &&
                         rsa_subject_number(c, "--c", options.c, &problem) &&
                         (!options.words ||
                          whole_file_read(&guesses.words, options.words, WORDS_MOST, &problem))
                     ? attack(n, e, c, &guesses, &problem)
                     : console_problem(&problem, CONSOLE_FAILED);
    whole_file_free(&guesses.words);
    mpz_clears(n, e, c, NULL);
    return status;
}
