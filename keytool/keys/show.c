/*
 * keytool show and keytool fingerprint: a key by its numbers, in 50 letters, in six words, and as a
 * picture.
 */
#include "fingerprint_art.h"
#include "fingerprint_words.h"
#include "home_option.h"
#include "key_store.h"
#include "keytool.h"
#include "option_table.h"
#include "table.h"
#include "translate.h"

#include <stdlib.h>
#include <unistd.h>

struct show_options {
    struct home_options home;
    const char *name;
    bool private, decimal, json, art, words;
};

#define S struct show_options
static const struct option_row show_rows[] = {
    ARGUMENT(S, name, "no key given"),
    FLAG(S, private, "private", 0, "Show the private numbers too"),
    FLAG(S, decimal, "decimal", 0, "Numbers in base 10 instead of 16"),
    FLAG(S, json, "json", 0, "Print JSON"),
    GROUP(S, home, home_table),
    {0}};

static const struct option_table show_table = {
    .rows = show_rows,
    .arguments = N_("NAME|FILE"),
    .text = N_("Shows the numbers of a key. What has a / in it or ends in .csv is a FILE."
               "\vExamples:\n"
               "  keytool show anna\n"
               "  keytool show ./boris.pub.csv --json\n"
               "  keytool show textbook --private --decimal"),
};
static const struct option_row fingerprint_rows[] = {
    ARGUMENT(S, name, "no key given"),
    FLAG(S, art, "art", 0, "Draw it too, as ssh-keygen -lv does"),
    FLAG(S, words, "words", 0, "Print the six words alone"),
    GROUP(S, home, home_table),
    {0}};

static const struct option_table fingerprint_table = {
    .rows = fingerprint_rows,
    .arguments = N_("NAME|FILE"),
    .text = N_(
        "Prints the fingerprint of a key, as ssh-keygen -l does for the same key, and in six "
        "words to be read aloud, the first 66 bits of it. A pipe gets the fingerprint or, with "
        "--words, the words."
        "\vExamples:\n"
        "  keytool fingerprint anna\n"
        "  keytool fingerprint ./boris.pub.csv --art"),
};

static bool load(struct stored_key *key, const struct show_options *options,
                 struct problem *problem)
{
    struct home home;
    return home_find(&home, options->home.directory, problem) &&
           key_store_find(key, &home, options->name, options->private ? KEY_PRIVATE : KEY_PUBLIC,
                          &options->home.access, problem);
}

static const struct table_column columns[] = {
    {"name", TABLE_TEXT, false},        {"file", TABLE_TEXT, false},
    {"bits", TABLE_NUMBER, false},      {"created", TABLE_TEXT, false},
    {"family", TABLE_TEXT, false},      {"published", TABLE_BOOLEAN, false},
    {"seed", TABLE_NUMBER, false},      {"flaw", TABLE_TEXT, false},
    {"fingerprint", TABLE_TEXT, false}, {"words", TABLE_TEXT, false},
    {"n", TABLE_TEXT, false},           {"e", TABLE_TEXT, false},
    {"d", TABLE_TEXT, false},           {"p", TABLE_TEXT, false},
    {"q", TABLE_TEXT, false},           {"dp", TABLE_TEXT, false},
    {"dq", TABLE_TEXT, false},          {"qinv", TABLE_TEXT, false},
    {NULL, TABLE_TEXT, false}};
#define FIRST_NUMBER 10

static bool fill(struct table *table, const struct stored_key *key, int base)
{
    char bits[16], seed[16], fingerprint[FINGERPRINT_TEXT_BYTES], words[FINGERPRINT_WORDS_BYTES];
    char *numbers[RSA_NUMBERS] = {NULL};
    snprintf(bits, sizeof(bits), "%u", rsa_key_bits(key->key));
    snprintf(seed, sizeof(seed), "%u", key->marks.seed.number);
    fingerprint_text(fingerprint, key->key);
    fingerprint_words(words, key->key);
    const char *cells[FIRST_NUMBER + RSA_NUMBERS] = {table_text(key->name),
                                                     key->path,
                                                     bits,
                                                     table_text(key->created),
                                                     table_text(key_family_mark(key->marks.family)),
                                                     table_boolean(key->marks.published),
                                                     key->marks.seed.given ? seed : NULL,
                                                     table_text(key->marks.flaw),
                                                     fingerprint,
                                                     words};
    bool done = true;
    for (size_t i = 0; i < RSA_NUMBERS; i++) {
        enum rsa_number number = (enum rsa_number)i;
        numbers[i] = rsa_key_number_text(key->key, number, base);
        cells[FIRST_NUMBER + i] = numbers[i];
        done = done && (numbers[i] || !rsa_key_has(key->key, number));
    }
    done = done && table_add(table, cells);
    for (size_t i = 0; i < RSA_NUMBERS; i++)
        rsa_text_free(numbers[i]);
    return done;
}

int keytool_show(int argc, char **argv)
{
    struct show_options options = {.name = NULL};
    struct problem problem = {0};
    struct stored_key key;
    console_parse(&show_table, argc, argv, &options);
    options.home.access.any_family = options.home.access.allow_flawed =
        true; /* it is only looked at */
    if (!load(&key, &options, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    struct table *table = table_new(columns);
    bool done = table && fill(table, &key, options.decimal ? 10 : 16) &&
                table_print_record(table, options.json);
    table_free(table);
    stored_key_free(&key);
    if (!done)
        problem_memory(&problem);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

int keytool_fingerprint(int argc, char **argv)
{
    struct show_options options = {.name = NULL};
    struct problem problem = {0};
    struct stored_key key;
    char text[FINGERPRINT_TEXT_BYTES], words[FINGERPRINT_WORDS_BYTES];
    char picture[FINGERPRINT_ART_BYTES];
    console_parse(&fingerprint_table, argc, argv, &options);
    if (!load(&key, &options, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    fingerprint_text(text, key.key);
    fingerprint_words(words, key.key);
    if (!options.words)
        puts(text);
    if (options.words || isatty(STDOUT_FILENO))
        puts(words);
    fingerprint_art(picture, key.key);
    if (options.art)
        puts(picture);
    stored_key_free(&key);
    return CONSOLE_DONE;
}
