/*
 * cipher statistics: the letters or bytes of a text, counted and drawn.
 */
#include "cipher.h"
#include "counts.h"
#include "output_file.h"
#include "source.h"
#include "svg.h"
#include "sym_alphabet.h"
#include "translate.h"
#include "utf8.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_LIMIT    ((size_t)64 * 1024 * 1024)
#define REPEATS_LIMIT ((size_t)256 * 1024) /* letters among which repeats are looked for */
#define REPEAT_SHOWN  24

struct statistics_options {
    struct source_options source;
    const char *alphabet, *svg;
    bool json;
};

#define S struct statistics_options
static const struct option_row rows[] = {
    ARGUMENT(S, source.file, NULL),
    GROUP(S, source, source_table),
    FLAG(S, source.hex, "hex", 'x', "The text is hexadecimal"),
    TEXT(S, alphabet, "alphabet", 'a', "TEXT",
         "latin, russian, russian32 or bytes; by default what most of the text is written in"),
    TEXT(S, svg, "svg", 0, "FILE", "Draw the plot into this file, too"),
    FLAG(S, json, "json", 0, "Print JSON"),
    {0}};
#undef S
static const struct option_table table = {
    .rows = rows,
    .arguments = N_("[FILE]"),
    .text = N_(
        "Counts the letters of a text (or its bytes): how often each is there, their entropy, "
        "the index of coincidence, and the longest pieces that stand there twice."
        "\vExamples:\n"
        "  cipher statistics letter.txt\n"
        "  cipher statistics --alphabet bytes sealed --svg bytes.svg"),
};

struct statistics {
    const struct sym_alphabet *alphabet;
    size_t signs, letters;
    uint8_t *indices; /* of the letters, one behind the other */
    size_t counts[COUNTS_MOST];
    struct counts_repeat repeats[COUNTS_REPEATS];
    size_t repeat_count;
};

/* --- reading --------------------------------------------------------------------------------- */

/* Letters of the text in this alphabet; signs are code points, or bytes. */
static void take_letters(struct statistics *statistics, const struct sym_alphabet *alphabet,
                         const uint8_t *data, size_t bytes)
{
    bool of_bytes = sym_alphabet_is_of_bytes(alphabet);
    statistics->alphabet = alphabet;
    statistics->signs = statistics->letters = 0;
    for (size_t at = 0, used = 1; at < bytes; at += used) {
        uint32_t sign = of_bytes ? data[at]
                                 : utf8_decode((const char *)data + at, bytes - at, &used);
        int32_t index = sym_alphabet_index(alphabet, sign, NULL);
        statistics->signs++;
        if (index != SYM_ALPHABET_NO_LETTER)
            statistics->indices[statistics->letters++] = (uint8_t)index;
    }
}

/* The alphabet that at least half of the signs are of. */
static void choose(struct statistics *statistics, const uint8_t *data, size_t bytes)
{
    static const char *const names[] = {"latin", "russian"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        take_letters(statistics, sym_alphabet_find(names[i]), data, bytes);
        if (statistics->letters * 2 >= statistics->signs && statistics->letters > 0)
            return;
    }
    take_letters(statistics, sym_alphabet_find("bytes"), data, bytes);
}

static bool find_repeats(struct statistics *statistics)
{
    size_t count = statistics->letters < REPEATS_LIMIT ? statistics->letters : REPEATS_LIMIT;
    uint32_t *order = malloc((count + 1) * sizeof(*order));
    if (!order)
        return false;
    statistics->repeat_count = counts_repeats(statistics->repeats, statistics->indices, count,
                                              order);
    free(order);
    return true;
}

/* --- showing --------------------------------------------------------------------------------- */

/* Of the letter with this index: itself, or two digits of a byte. */
static const char *letter_text(char text[8], const struct sym_alphabet *alphabet, uint32_t index)
{
    if (sym_alphabet_is_of_bytes(alphabet))
        snprintf(text, 8, "%02x", index);
    else
        text[utf8_encode(text, sym_alphabet_letter(alphabet, index, false))] = '\0';
    return text;
}

static void repeat_text(char *text, const struct statistics *statistics, size_t repeat, size_t most)
{
    const struct counts_repeat *found = &statistics->repeats[repeat];
    char letter[8];
    text[0] = '\0';
    for (size_t i = 0; i < found->length && i < most; i++)
        strcat(text,
               letter_text(letter, statistics->alphabet, statistics->indices[found->first + i]));
    if (found->length > most)
        strcat(text, "...");
}

static void plot_of(struct plot *plot, const struct statistics *statistics, double *percent,
                    char (*texts)[8], const char **labels)
{
    uint32_t size = sym_alphabet_size(statistics->alphabet);
    for (uint32_t i = 0; i < size; i++) {
        percent[i] = 100.0 * (double)statistics->counts[i] / (double)statistics->letters;
        labels[i] = letter_text(texts[i], statistics->alphabet, i);
    }
    *plot = (struct plot){
        .kind = PLOT_BARS,
        .title = sym_alphabet_is_of_bytes(statistics->alphabet) ? N_("bytes, percent")
                                                                : N_("letters, percent"),
        .labels = labels,
        .count = size,
        .series_count = 1,
        .series = {{NULL, percent}},
    };
}

static void print_repeats(const struct statistics *statistics)
{
    char text[8 * REPEAT_SHOWN + 8];
    if (statistics->repeat_count == 0)
        puts(_("no piece of three or more stands there twice"));
    else
        puts(_("pieces that stand there twice: length, places, how far apart"));
    for (size_t i = 0; i < statistics->repeat_count; i++) {
        const struct counts_repeat *repeat = &statistics->repeats[i];
        repeat_text(text, statistics, i, REPEAT_SHOWN);
        printf("  %3zu%s  %6zu %6zu  %6zu  %s\n", repeat->length,
               repeat->length == COUNTS_REPEAT_MOST ? "+" : " ", repeat->first, repeat->second,
               repeat->second - repeat->first, text);
    }
}

static void print_text(const struct statistics *statistics, const struct plot *plot)
{
    uint32_t size = sym_alphabet_size(statistics->alphabet);
    bool of_bytes = sym_alphabet_is_of_bytes(statistics->alphabet);
    if (of_bytes)
        printf(_("%zu bytes\n"), statistics->letters);
    else
        printf(_("%zu letters of %s among %zu signs\n"), statistics->letters,
               sym_alphabet_name(statistics->alphabet), statistics->signs);
    printf(_("entropy               %6.3f bits a %s; %u equal ones would have %.3f\n"),
           counts_entropy(statistics->counts, statistics->letters), of_bytes ? "byte" : "letter",
           size, log2(size));
    printf(_("index of coincidence  %6.4f; equal ones would have %.4f\n"),
           counts_coincidence(statistics->counts, statistics->letters), 1.0 / size);
    plot_print(stdout, plot);
    print_repeats(statistics);
    if (statistics->letters > REPEATS_LIMIT)
        printf(_("(among the first %zu letters)\n"), REPEATS_LIMIT);
}

static void print_json(const struct statistics *statistics)
{
    json_t *counts = json_object(), *repeats = json_array();
    char letter[8], text[8 * COUNTS_REPEAT_MOST + 8];
    for (uint32_t i = 0; i < sym_alphabet_size(statistics->alphabet); i++)
        json_object_set_new(counts, letter_text(letter, statistics->alphabet, i),
                            json_integer((json_int_t)statistics->counts[i]));
    for (size_t i = 0; i < statistics->repeat_count; i++) {
        const struct counts_repeat *repeat = &statistics->repeats[i];
        repeat_text(text, statistics, i, COUNTS_REPEAT_MOST);
        json_array_append_new(repeats, json_pack("{s:I, s:I, s:I, s:s}", "length",
                                                 (json_int_t)repeat->length, "first",
                                                 (json_int_t)repeat->first, "second",
                                                 (json_int_t)repeat->second, "text", text));
    }
    json_t *root = json_pack(
        "{s:s, s:I, s:I, s:f, s:f, s:o, s:o}", "alphabet", sym_alphabet_name(statistics->alphabet),
        "signs", (json_int_t)statistics->signs, "letters", (json_int_t)statistics->letters,
        "entropy", counts_entropy(statistics->counts, statistics->letters), "index_of_coincidence",
        counts_coincidence(statistics->counts, statistics->letters), "counts", counts, "repeats",
        repeats);
    json_dumpf(root, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(root);
}

/* --- the command ----------------------------------------------------------------------------- */

static bool show(struct statistics *statistics, const struct statistics_options *options,
                 struct problem *problem)
{
    static double percent[COUNTS_MOST];
    static char texts[COUNTS_MOST][8];
    static const char *labels[COUNTS_MOST];
    struct plot plot;
    counts_take(statistics->counts, statistics->indices, statistics->letters);
    if (!find_repeats(statistics))
        return problem_memory(problem);
    plot_of(&plot, statistics, percent, texts, labels);
    if (options->json)
        print_json(statistics);
    else
        print_text(statistics, &plot);
    return !options->svg || svg_write(options->svg, &plot, problem);
}

static bool count(struct statistics *statistics, const struct statistics_options *options,
                  const struct sym_alphabet *alphabet, const uint8_t *data, size_t bytes,
                  struct problem *problem)
{
    if (alphabet)
        take_letters(statistics, alphabet, data, bytes);
    else
        choose(statistics, data, bytes);
    if (statistics->letters == 0)
        return problem_set(problem, "there is no letter of %s to count",
                           sym_alphabet_name(statistics->alphabet));
    return show(statistics, options, problem);
}

int cipher_statistics(int argc, char **argv)
{
    struct statistics_options options = {.alphabet = NULL};
    struct statistics statistics = {0};
    struct problem problem = {0};
    console_parse(&table, argc, argv, &options);
    const struct sym_alphabet *alphabet = !options.alphabet ? NULL
                                                            : sym_alphabet_find(options.alphabet);
    if (options.alphabet && (!alphabet || sym_alphabet_size(alphabet) > COUNTS_MOST)) {
        problem_set(&problem, "--alphabet: '%s' is none that is counted", options.alphabet);
        problem_hint(&problem, "latin, russian, russian32, bytes");
        return console_problem(&problem, CONSOLE_USAGE);
    }
    uint8_t *data = NULL, *indices = NULL;
    size_t bytes;
    if (!output_file_spares(options.svg, options.source.file, &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    bool done = source_whole(&data, &bytes, &options.source, TEXT_LIMIT, &problem);
    if (done) {
        statistics.indices = indices = malloc(bytes + 1);
        done = indices ? count(&statistics, &options, alphabet, data, bytes, &problem)
                       : problem_memory(&problem);
    }
    free(data);
    free(indices);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}
