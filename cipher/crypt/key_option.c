/* Keys and nonces of a command line: see key_option.h. */
#include "key_option.h"

#include "hexadecimal.h"
#include "translate.h"
#include "utf8.h"
#include "whole_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void check(void *given, const struct argp_state *state)
{
    const struct key_options *options = given;
    if ((options->key != NULL) + (options->text != NULL) + (options->file != NULL) > 1)
        console_usage(state, "--key, --key-text and --key-file: one of the three");
}

#define S struct key_options
static const struct option_row rows[] = {
    TEXT(S, key, "key", 'k', "KEY", "The key in hexadecimal; of letters: numbers, as 3 or 11,4,12"),
    TEXT(S, text, "key-text", 0, "TEXT", "The key as it is written: secret, LEMON"),
    TEXT(S, file, "key-file", 0, "FILE",
         "The key from a file: its bytes, or hexadecimal if those do not fit"),
    TEXT(S, nonce, "nonce", 0, "HEX",
         "The nonce (or IV), which is then not in front of the ciphertext. Never use one twice "
         "under one key"),
    {0}};
#undef S
const struct option_table key_table = {.rows = rows, .check = check};

void key_free(struct cipher_key *key)
{
    if (key->bytes)
        sym_wipe(key->bytes, key->count);
    if (key->letters)
        sym_wipe(key->letters, key->count * sizeof(key->letters[0]));
    free(key->bytes);
    free(key->letters);
    sym_wipe(key, sizeof(*key));
}

bool key_hex(uint8_t *out, size_t *bytes, const char *digits, size_t length, size_t most)
{
    *bytes = 0;
    if (length % 2 != 0 || length / 2 > most)
        return false;
    for (size_t i = 0; i < length / 2; i++) {
        int byte = hex_byte(digits + 2 * i);
        if (byte < 0)
            return false;
        out[i] = (uint8_t)byte;
    }
    *bytes = length / 2;
    return true;
}

/* --- bytes ----------------------------------------------------------------------------------- */

static bool too_short_or_long(const struct cipher *cipher, size_t bytes, struct problem *problem)
{
    if (cipher->any_key_bytes)
        return problem_set(problem, "the key is empty");
    problem_set(problem,
                translate_count("a key of %s has %zu byte, and this one %zu",
                                "a key of %s has %zu bytes, and this one %zu", cipher->key_bytes),
                cipher->name, cipher->key_bytes, bytes);
    return problem_hint(problem, "head -c %zu /dev/urandom >key makes one, --key-file key takes it",
                        cipher->key_bytes);
}

static bool take_bytes(struct cipher_key *key, const char *data, size_t bytes)
{
    key->bytes = malloc(bytes + 1);
    if (key->bytes)
        memcpy(key->bytes, data, bytes);
    key->count = bytes;
    return key->bytes != NULL;
}

static bool bytes_of_option(struct cipher_key *key, const struct cipher *cipher,
                            const struct key_options *options, struct problem *problem)
{
    if (options->text)
        return take_bytes(key, options->text, strlen(options->text)) || problem_memory(problem);
    size_t digits = strlen(options->key);
    key->bytes = malloc(digits + 1);
    if (!key->bytes)
        return problem_memory(problem);
    if (key_hex(key->bytes, &key->count, options->key, digits, digits))
        return true;
    problem_set(problem, "--key is not hexadecimal: two digits for each byte of %s", cipher->name);
    return problem_hint(problem, "--key-text takes a word, --key-file a file");
}

static size_t without_blanks(char *text, size_t length)
{
    while (length > 0 && strchr(" \t\r\n", text[length - 1]))
        length--;
    return length;
}

/* Of a pipe, too: --key-file /dev/stdin. */
static bool read_file(struct whole_file *file, const char *path, struct problem *problem)
{
    struct stat status;
    if (stat(path, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))
        return whole_file_read(file, path, KEY_FILE_LIMIT, problem);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return problem_errno(problem, "cannot read %s", path);
    bool done = whole_file_read_stream(file, descriptor, path, KEY_FILE_LIMIT, problem);
    close(descriptor);
    return done;
}

static bool bytes_of_file(struct cipher_key *key, const struct cipher *cipher,
                          const struct key_options *options, struct problem *problem)
{
    struct whole_file file;
    if (!read_file(&file, options->file, problem))
        return false;
    size_t digits = without_blanks(file.data, file.bytes);
    bool done = take_bytes(key, file.data, file.bytes);
    if (done && !cipher_key_fits(cipher, key->count)) {
        uint8_t *decoded = malloc(digits / 2 + 1);
        size_t bytes;
        if (decoded && key_hex(decoded, &bytes, file.data, digits, digits) &&
            cipher_key_fits(cipher, bytes)) {
            memcpy(key->bytes, decoded, bytes);
            key->count = bytes;
        }
        if (decoded)
            sym_wipe(decoded, digits / 2);
        free(decoded);
    }
    whole_file_free(&file);
    return done || problem_memory(problem);
}

/* --- letters --------------------------------------------------------------------------------- */

static bool add_letter(struct cipher_key *key, uint32_t letter)
{
    uint32_t *more = realloc(key->letters, (key->count + 1) * sizeof(*more));
    if (!more)
        return false;
    key->letters = more;
    key->letters[key->count++] = letter;
    return true;
}

/* "3" or "11,4,12"; larger numbers begin again at 0, as the cipher does. */
static bool letters_of_numbers(struct cipher_key *key, const struct cipher *cipher,
                               const char *text, struct problem *problem)
{
    uint32_t size = sym_alphabet_size(cipher->alphabet);
    for (const char *at = text;; at++) {
        size_t digits = strspn(at, "0123456789");
        if (digits == 0 || digits > 9 || (at[digits] != ',' && at[digits] != '\0')) {
            problem_set(problem, "--key: a key of %s is %s", cipher->name,
                        cipher->any_key_bytes ? "numbers with commas between, as 11,4,12"
                                              : "a number from 0 on, as 3");
            if (text[0] == '-')
                return problem_hint(problem, "cipher decrypt shifts back");
            return problem_hint(problem, "--key-text takes it in letters");
        }
        unsigned long number = strtoul(at, NULL, 10);
        if (number > 0 && number % size == 0)
            console_note("key %lu is %u times %lu, which moves nothing", number, size,
                         number / size);
        if (!add_letter(key, (uint32_t)(number % size)))
            return problem_memory(problem);
        at += digits;
        if (*at == '\0')
            return true;
    }
}

static bool letters_of_text(struct cipher_key *key, const struct cipher *cipher, const char *text,
                            size_t bytes, struct problem *problem)
{
    const struct sym_alphabet *alphabet = cipher->alphabet;
    for (size_t at = 0, used; at < bytes; at += used) {
        uint32_t sign = utf8_decode(text + at, bytes - at, &used);
        if (sym_alphabet_is_of_bytes(alphabet)) {
            used = 1;
            sign = (uint8_t)text[at];
        }
        int32_t index = sym_alphabet_index(alphabet, sign, NULL);
        if (index == SYM_ALPHABET_NO_LETTER)
            return problem_set(problem, "the key has '%.*s' at byte %zu, which is no letter of %s",
                               (int)used, text + at, at + 1, sym_alphabet_name(alphabet));
        if (!add_letter(key, (uint32_t)index))
            return problem_memory(problem);
    }
    return true;
}

static bool letters_of_file(struct cipher_key *key, const struct cipher *cipher, const char *path,
                            struct problem *problem)
{
    struct whole_file file;
    if (!read_file(&file, path, problem))
        return false;
    bool done = letters_of_text(key, cipher, file.data, without_blanks(file.data, file.bytes),
                                problem);
    whole_file_free(&file);
    return done;
}

static bool read_letters(struct cipher_key *key, const struct cipher *cipher,
                         const struct key_options *options, struct problem *problem)
{
    bool done = options->key ? letters_of_numbers(key, cipher, options->key, problem)
                : options->text
                    ? letters_of_text(key, cipher, options->text, strlen(options->text), problem)
                    : letters_of_file(key, cipher, options->file, problem);
    if (!done)
        return false;
    if (cipher_key_fits(cipher, key->count))
        return true;
    if (cipher->any_key_bytes)
        return problem_set(problem, "the key is empty");
    problem_set(problem, "a key of %s is one letter, and this one has %zu", cipher->name,
                key->count);
    return problem_hint(problem, "vigenere:%s takes several", sym_alphabet_name(cipher->alphabet));
}

/* --- both ------------------------------------------------------------------------------------ */

static bool read_nonce(struct cipher_key *key, const struct cipher *cipher,
                       const struct key_options *options, struct problem *problem)
{
    size_t bytes;
    if (!options->nonce)
        return true;
    if (cipher->nonce_bytes == 0)
        return problem_set(problem, "--nonce: %s has none", cipher->name);
    key->has_nonce = true;
    return (key_hex(key->nonce, &bytes, options->nonce, strlen(options->nonce),
                    sizeof(key->nonce)) &&
            bytes == cipher->nonce_bytes) ||
           problem_set(problem, "--nonce: that of %s is %zu bytes, %zu hexadecimal digits",
                       cipher->name, cipher->nonce_bytes, 2 * cipher->nonce_bytes);
}

static bool read_bytes(struct cipher_key *key, const struct cipher *cipher,
                       const struct key_options *options, struct problem *problem)
{
    if (!(options->file ? bytes_of_file(key, cipher, options, problem)
                        : bytes_of_option(key, cipher, options, problem)))
        return false;
    return cipher_key_fits(cipher, key->count) || too_short_or_long(cipher, key->count, problem);
}

bool key_read(struct cipher_key *key, enum console_status *status, const struct cipher *cipher,
              const struct key_options *options, struct problem *problem)
{
    *key = (struct cipher_key){0};
    *status = options->file ? CONSOLE_FAILED : CONSOLE_USAGE;
    if (!options->key && !options->text && !options->file) {
        problem_set(problem, "no key given: --key, --key-text or --key-file");
        if (cipher->kind != CIPHER_LETTERS && !cipher->any_key_bytes)
            problem_hint(problem,
                         "head -c %zu /dev/urandom >key makes one, --key-file key takes it",
                         cipher->key_bytes);
    } else if ((cipher->kind == CIPHER_LETTERS ? read_letters(key, cipher, options, problem)
                                               : read_bytes(key, cipher, options, problem))) {
        *status = CONSOLE_USAGE;
        if (read_nonce(key, cipher, options, problem))
            return true;
    }
    key_free(key);
    return false;
}
