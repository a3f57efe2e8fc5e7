/*
 * What an attack on letters is aimed at: see letters_subject.h.
 */
#include "letters_subject.h"

#include "utf8.h"

#include <string.h>

/* --- options ---------------------------------------------------------------------------------- */

static void read_language(void *field, const char *what, const char *text,
                          const struct argp_state *state)
{
    const struct sym_language *language = sym_language_find(text);
    if (!language && strcmp(text, "auto") != 0)
        console_usage(state, "%s is '%.20s', and must be en, ru or auto", what, text);
    *(const struct sym_language **)field = language;
}

static void read_alphabet(void *field, const char *what, const char *text,
                          const struct argp_state *state)
{
    const struct sym_alphabet *alphabet = sym_alphabet_find(text);
    if (!alphabet && strcmp(text, "auto") != 0)
        console_usage(state,
                      "%s is '%.20s', and must be latin, russian, russian32, bytes, code-points or "
                      "auto",
                      what, text);
    *(const struct sym_alphabet **)field = alphabet;
}

#define S struct letters_options
static const struct option_row rows[] = {
    READ(S, language, "language", 0, "NAME", "The text is in en, ru, or either: auto",
         read_language),
    READ(S, alphabet, "alphabet", 0, "NAME",
         "What was moved: latin, russian, russian32, bytes, code-points: auto", read_alphabet),
    GROUP(S, target, target_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

const struct option_table letters_table = {.rows = rows};

enum { FEW = 100 }; /* letters: that many without a yo are a sign that it was no letter */

/* --- guesses ---------------------------------------------------------------------------------- */

struct census {
    size_t signs, latin, russian, invalid, ascii;
    bool has_yo;
};

static struct census count_letters(const char *text, size_t bytes)
{
    const struct sym_alphabet *latin = sym_alphabet_find("latin");
    const struct sym_alphabet *russian = sym_alphabet_find("russian");
    struct census census = {0};
    for (size_t at = 0, used; at < bytes; at += used) {
        const uint32_t sign = utf8_decode(text + at, bytes - at, &used);
        if (sign == ' ' || sign == '\n' || sign == '\r' || sign == '\t')
            continue;
        census.signs++;
        census.invalid += sign == UTF8_INVALID;
        census.ascii += sign < 0x80;
        census.has_yo = census.has_yo || sign == 0x401 || sign == 0x451;
        census.latin += sign != UTF8_INVALID && sym_alphabet_index(latin, sign, NULL) >= 0;
        census.russian += sign != UTF8_INVALID && sym_alphabet_index(russian, sign, NULL) >= 0;
    }
    return census;
}

static void add(struct letters_guess *guesses, size_t *count, const struct letters_options *options,
                const char *alphabet, const char *language)
{
    const struct letters_guess guess = {sym_language_find(language), sym_alphabet_find(alphabet)};
    if ((options->language && options->language != guess.language) ||
        (options->alphabet && options->alphabet != guess.alphabet))
        return;
    guesses[(*count)++] = guess;
}

size_t letters_guess(struct letters_guess guesses[LETTERS_MAX_GUESSES],
                     const struct letters_options *options, const struct target *target,
                     const struct target_message *message, bool is_caesar)
{
    struct census census = {0};
    const bool named = options->alphabet;
    if (!target->recording)
        census = count_letters((const char *)message->data, message->bytes);
    const bool is_text = census.signs > 0 &&
                         (census.latin + census.russian) * 10 >= census.signs * 7;
    size_t count = 0;
    if (named || (census.latin > 0 && census.latin >= census.russian))
        add(guesses, &count, options, "latin", "en");
    if (named || census.russian > census.latin) { /* moved letters are as often yo as any other */
        const bool yo_first = census.has_yo || census.russian < FEW;
        add(guesses, &count, options, yo_first ? "russian" : "russian32", "ru");
        add(guesses, &count, options, yo_first ? "russian32" : "russian", "ru");
    }
    if (named || !is_text) {
        add(guesses, &count, options, "bytes", "en");
        add(guesses, &count, options, "bytes", "ru");
    }
    if (named || (is_caesar && !is_text && census.invalid == 0 && census.ascii < census.signs)) {
        add(guesses, &count, options, "code-points", "en");
        add(guesses, &count, options, "code-points", "ru");
    }
    return count;
}

void letters_trim(struct target *target)
{
    struct target_message *message = target->messages;
    if (!target->recording && message->bytes > 1 && message->data[message->bytes - 1] == '\n' &&
        utf8_valid((const char *)message->data, message->bytes))
        message->bytes--;
}

const char *letters_excuse(const struct target *target, const char *cipher)
{
    if (!target->recording || (target->cipher && strcmp(target->cipher, cipher) == 0))
        return NULL;
    return target->cipher ? target->cipher : "no classic cipher";
}
