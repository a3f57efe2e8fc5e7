/*
 * cipher walk letters: each letter's number, the key's, their sum; and which keys lose a text among
 * the surrogates, where the course's shift by code point does.
 */
#include "cipher_table.h"
#include "key_option.h"
#include "printable.h"
#include "source.h"
#include "sym_letters.h"
#include "translate.h"
#include "utf8.h"
#include "walk.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_LIMIT ((size_t)64 * 1024)

struct letters_options {
    struct walk_options walk;
    const char *cipher;
    struct source_options source;
    struct key_options key;
};

#define S struct letters_options
static const struct option_row rows[] = {ARGUMENT(S, cipher, NULL),  ARGUMENT(S, source.file, NULL),
                                         GROUP(S, key, key_table),   GROUP(S, source, source_table),
                                         GROUP(S, walk, walk_table), {0}};
#undef S
static const struct option_table table = {
    .rows = rows,
    .arguments = N_("[CIPHER] [FILE]"),
    .text = N_(
        "Tells how letters are moved: caesar:ALPHABET or vigenere:ALPHABET, by default "
        "caesar:latin with key 3. For code-points and unicode it counts the keys that lose the "
        "text: they move a sign onto a surrogate, which is no character."
        "\vExamples:\n"
        "  cipher walk letters --text 'attack at dawn'\n"
        "  cipher walk letters vigenere:russian --key-text ключ --text 'встреча в полночь'\n"
        "  cipher walk letters caesar:code-points --key 1000 --text 'Привет, мир'"),
};

struct text {
    uint32_t *signs, *sealed;
    size_t count, sealed_count;
};

static bool decode(struct text *text, const uint8_t *data, size_t bytes, bool of_bytes,
                   struct problem *problem)
{
    text->signs = calloc(bytes + 1, sizeof(text->signs[0]));
    text->sealed = calloc(bytes + 1, sizeof(text->sealed[0]));
    if (!text->signs || !text->sealed)
        return problem_memory(problem);
    for (size_t at = 0, used = 1; at < bytes; at += used) {
        uint32_t sign = of_bytes ? data[at]
                                 : utf8_decode((const char *)data + at, bytes - at, &used);
        if (sign == UTF8_INVALID)
            return problem_set(problem, "byte %zu is not UTF-8", at + 1);
        text->signs[text->count++] = sign;
    }
    return true;
}

/* A sign for people, and its width in columns is 1 or 0. */
static void sign_text(char out[16], uint32_t sign)
{
    bool shown = sign > ' ' && (sign < 0x7F || sign > 0xA0) && sign < 0x500;
    if (shown)
        out[utf8_encode(out, sign)] = '\0';
    else
        strcpy(out, sign == ' ' ? "_" : ".");
}

static void tell_letter(struct walk *walk, const struct sym_alphabet *alphabet, uint32_t sign,
                        uint32_t key, uint32_t moved)
{
    char a[16], b[16];
    int32_t index = sym_alphabet_index(alphabet, sign, NULL);
    uint32_t size = sym_alphabet_size(alphabet);
    int32_t to = sym_alphabet_index(alphabet, moved, NULL);
    sign_text(a, sign);
    sign_text(b, moved);
    if (index == SYM_ALPHABET_NO_LETTER) {
        walk_line(walk, "  %s  stays: no letter of %s", a, sym_alphabet_name(alphabet));
        return;
    }
    walk_line(walk, "  %s %7d + %5u mod %u = %7d  %s%s", a, index, key, size, to,
              sym_is_surrogate(moved) ? "U+" : b, sym_is_surrogate(moved) ? " a surrogate" : "");
    char name[32];
    snprintf(name, sizeof(name), "U+%04X", sign);
    walk_step(walk, name, "(letter + key) mod size", "Caesar, Vigenere",
              (uint8_t[]){(uint8_t)(moved >> 16), (uint8_t)(moved >> 8), (uint8_t)moved}, 3);
    walk_python(walk, "(%d + %u) %% %u == %d", index, key, size, to);
}

static void tell_letters(struct walk *walk, struct text *text, const struct sym_alphabet *alphabet,
                         const struct cipher_key *key)
{
    uint64_t position = 0;
    for (size_t i = 0; i < text->count; i++) {
        uint32_t by = key->letters[position % key->count];
        uint32_t moved = sym_letters_move(alphabet, text->signs[i], by, SYM_LETTERS_ENCRYPT);
        position += sym_alphabet_index(alphabet, text->signs[i], NULL) != SYM_ALPHABET_NO_LETTER;
        text->sealed[text->sealed_count++] = moved;
        tell_letter(walk, alphabet, text->signs[i], by, moved);
        walk_pause(walk);
    }
}

/* How many keys of all lose this text. */
static void tell_lost(struct walk *walk, const struct text *text,
                      const struct sym_alphabet *alphabet)
{
    uint32_t size = sym_alphabet_size(alphabet), first = 0, last = 0;
    uint8_t *lost = malloc(size);
    if (!lost || size <= SYM_SURROGATE_LAST) {
        free(lost);
        return;
    }
    uint32_t count = sym_letters_lost_keys(lost, alphabet, text->signs, text->count);
    for (uint32_t key = size; key > 0; key--)
        if (lost[key - 1])
            first = key - 1;
    for (uint32_t key = 0; key < size; key++)
        if (lost[key])
            last = key;
    walk_line(walk, "  %u of %u keys lose this text, %.2f %%, between %u and %u: they move a sign",
              count, size, 100.0 * count / size, first, last);
    walk_line(walk, "  onto a surrogate, U+D800 to U+DFFF, which nothing can write as UTF-8");
    walk_json(walk, "lost_keys", json_integer(count));
    walk_json(walk, "keys", json_integer(size));
    free(lost);
}

static void tell_text(struct walk *walk, const uint8_t *text, size_t bytes)
{
    char *shown = malloc(PRINTABLE_SPACE(bytes));
    if (shown) {
        printable_text(shown, PRINTABLE_SPACE(bytes), (const char *)text, bytes);
        walk_line(walk, "  %s", shown);
        walk_json(walk, "text", json_string(shown));
    }
    free(shown);
}

/* Held against sym_letters.h as a whole: the walk moves each sign by itself. */
static int finish(struct walk *walk, struct text *text, const struct sym_alphabet *alphabet,
                  const struct cipher_key *key)
{
    uint64_t position = 0;
    size_t bytes = 0,
           moved = sym_letters_apply(text->signs, text->signs, text->count, alphabet, key->letters,
                                     key->count, SYM_LETTERS_ENCRYPT, &position);
    uint8_t *out = malloc(4 * text->count + 1), *library = malloc(4 * text->count + 1);
    if (!out || !library)
        moved = 0;
    for (size_t i = 0; i < moved; i++) {
        utf8_encode((char *)library + bytes, text->signs[i]);
        bytes += utf8_encode((char *)out + bytes, text->sealed[i]);
    }
    tell_text(walk, out, bytes);
    int status = walk_close(
        walk, moved < text->count ? "ciphertext, as far as it can be written" : "ciphertext", out,
        library, bytes);
    free(out);
    free(library);
    return status;
}

static int run(const struct letters_options *options, struct problem *problem)
{
    struct cipher cipher;
    struct cipher_key key = {0};
    struct text text = {0};
    struct walk walk;
    uint8_t *data = NULL;
    size_t bytes;
    enum console_status status = CONSOLE_USAGE;
    int result;
    if (!cipher_find(&cipher, options->cipher) || cipher.kind != CIPHER_LETTERS) {
        problem_set(problem, "'%s' is no cipher of letters", options->cipher);
        problem_hint(problem, "caesar:ALPHABET or vigenere:ALPHABET; cipher list has them");
        return console_problem(problem, CONSOLE_USAGE);
    }
    bool of_bytes = sym_alphabet_is_of_bytes(cipher.alphabet);
    bool done = key_read(&key, &status, &cipher, &options->key, problem);
    if (done &&
        (status = CONSOLE_FAILED,
         source_whole(&data, &bytes, &options->source, TEXT_LIMIT, problem)) &&
        decode(&text, data, bytes, of_bytes, problem) &&
        walk_open(&walk, &options->walk, cipher.name, problem)) {
        tell_letters(&walk, &text, cipher.alphabet, &key);
        tell_lost(&walk, &text, cipher.alphabet);
        result = finish(&walk, &text, cipher.alphabet, &key);
    } else {
        result = console_problem(problem, status);
    }
    free(data);
    free(text.signs);
    free(text.sealed);
    key_free(&key);
    return result;
}

int walk_letters(int argc, char **argv)
{
    struct letters_options options = {.cipher = "caesar:latin"};
    struct problem problem = {0};
    console_parse(&table, argc, argv, &options);
    if (!options.key.key && !options.key.text && !options.key.file)
        options.key.key = "3";
    if (!options.source.file && !options.source.text)
        options.source.text = "attack at dawn";
    return run(&options, &problem);
}
