/*
 * cipher list: the table of the ciphers, for people or as JSON.
 */
#include "cipher.h"
#include "cipher_table.h"
#include "option_table.h"
#include "printable.h"
#include "translate.h"

#include <jansson.h>
#include <string.h>

struct list_options {
    bool json;
};

#define S struct list_options
static const struct option_row rows[] = {FLAG(S, json, "json", 0, "Print JSON"), {0}};
#undef S

static const struct option_table table = {
    .rows = rows,
    .text = N_(
        "Lists every cipher: its key and its nonce (or IV) in bytes, and what it is good for. "
        "Those marked with * are for learning and protect nothing."
        "\vExamples:\n"
        "  cipher list\n"
        "  cipher list --json"),
};

static json_t *row_object(const struct cipher *cipher)
{
    bool letters = cipher->kind == CIPHER_LETTERS;
    json_t *key = letters || cipher->key_bytes == 0 ? json_null()
                                                    : json_integer((json_int_t)cipher->key_bytes);
    return json_pack("{s:s, s:o, s:b, s:i, s:b, s:o, s:o, s:s}", "name", cipher->name, "key_bytes",
                     key, "any_key_bytes", cipher->any_key_bytes, "nonce_bytes",
                     (int)cipher->nonce_bytes, "for_learning", cipher->for_learning, "alphabet",
                     letters ? json_string(sym_alphabet_name(cipher->alphabet)) : json_null(),
                     "letters",
                     letters ? json_integer(sym_alphabet_size(cipher->alphabet)) : json_null(),
                     "summary", cipher->summary);
}

static void print_json(void)
{
    struct cipher cipher;
    json_t *array = json_array();
    for (size_t row = 0; cipher_at(&cipher, row); row++)
        json_array_append_new(array, row_object(&cipher));
    json_dumpf(array, stdout, JSON_INDENT(2)); /* what cannot be written, console_finish says */
    putchar('\n');
    json_decref(array);
}

/* "16", "any, as 16", "the text's". */
static const char *key_text(char text[CIPHER_NAME_BYTES], const struct cipher *cipher)
{
    if (cipher->key_bytes == 0)
        return _("the text's");
    snprintf(text, CIPHER_NAME_BYTES, cipher->any_key_bytes ? _("any, as %zu") : "%zu",
             cipher->key_bytes);
    return text;
}

static void print_heading(const char *text)
{
    printf("%s%s%s\n", console_style(stdout, CONSOLE_BOLD), translate(text),
           console_style(stdout, CONSOLE_PLAIN));
}

static void print_columns(void)
{
    struct cipher cipher;
    char key[CIPHER_NAME_BYTES], nonce[CIPHER_NAME_BYTES];
    print_heading(N_("  of bytes           key         nonce"));
    for (size_t row = 0; cipher_at(&cipher, row); row++) {
        if (cipher.kind == CIPHER_LETTERS)
            continue;
        snprintf(nonce, sizeof(nonce), "%zu", cipher.nonce_bytes);
        const char *words = key_text(key, &cipher);
        printf("%s %-18s %s%*s %s\n      %s\n", cipher.for_learning ? "*" : " ", cipher.name, words,
               printable_pad(words, 11), "", cipher.nonce_bytes == 0 ? "-" : nonce,
               translate(cipher.summary));
    }
    print_heading(
        N_("\n  of letters: caesar:ALPHABET with one as a key, vigenere:ALPHABET with some"));
    for (size_t row = 0; row < sym_alphabet_count(); row++) {
        const struct sym_alphabet *alphabet = sym_alphabet_at(row);
        printf("* %-18s %s\n", sym_alphabet_name(alphabet),
               translate(sym_alphabet_summary(alphabet)));
    }
}

int cipher_list(int argc, char **argv)
{
    struct list_options options = {false};
    console_parse(&table, argc, argv, &options);
    if (options.json)
        print_json();
    else
        print_columns();
    return CONSOLE_DONE;
}
