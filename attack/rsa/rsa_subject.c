/*
 * What attack rsa is aimed at; see rsa_subject.h.
 */
#include "rsa_subject.h"

#include "rsa_text.h"
#include "whole_file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- numbers --------------------------------------------------------------------------------- */

void rsa_subject_read(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    uint8_t bytes[RSA_MAX_BYTES];
    size_t count;
    const bool is_file = text[0] == '@' && text[1] != '@' && text[1] != '\0';
    enum rsa_error error = is_file ? RSA_OK : rsa_text_to_bytes(bytes, &count, text);
    if (error == RSA_ERR_LARGE)
        console_usage(state, "%s is too large: %d bits are the most", what, RSA_MAX_BITS);
    if (error != RSA_OK)
        console_usage(state, "%s is '%.40s'; it can be a number, decimal or after 0x, or @FILE",
                      what, text);
    *(const char **)field = text;
}

void rsa_list_read(void *field, const char *what, const char *text, const struct argp_state *state)
{
    struct rsa_list *list = field;
    if (list->count == RSA_LIST_MOST)
        console_usage(state, "%s is given more than %d times", what, RSA_LIST_MOST);
    rsa_subject_read(&list->text[list->count++], what, text, state);
}

static bool number_of_file(mpz_t number, const char *path, struct problem *problem)
{
    struct whole_file file;
    if (!whole_file_read(&file, path, RSA_MAX_BYTES, problem))
        return false;
    mpz_import(number, file.bytes, 1, 1, 1, 0, file.data);
    whole_file_free(&file);
    return true;
}

bool rsa_subject_number(mpz_t number, const char *what, const char *text, struct problem *problem)
{
    uint8_t bytes[RSA_MAX_BYTES];
    size_t count;
    if (text[0] == '@')
        return number_of_file(number, text + 1, problem);
    if (rsa_text_to_bytes(bytes, &count, text) != RSA_OK)
        return problem_set(problem, "%.60s is no number, decimal or hexadecimal after 0x", what);
    mpz_import(number, count, 1, 1, 1, 0, bytes);
    return true;
}

/* --- keys ------------------------------------------------------------------------------------ */

#define S struct rsa_subject
static const struct option_row rows[] = {
    ARGUMENT(S, key, NULL),
    READ(S, n, "n", 0, "NUMBER", "The modulus, in place of a key's", rsa_subject_read),
    READ(S, e, "e", 0, "NUMBER", "The public exponent, in place of a key's", rsa_subject_read),
    GROUP(S, home, home_table),
    {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    const struct rsa_subject *subject = given;
    if (!subject->key && (!subject->n || !subject->e))
        console_usage(state, "no key given: NAME, FILE, or --n and --e");
}

const struct option_table rsa_subject_table = {.rows = rows, .check = check_options};

bool rsa_subject_key(struct stored_key *key, const struct rsa_subject *subject, const char *name,
                     enum key_part part, struct problem *problem)
{
    struct home home;
    struct key_access access = subject->home.access;
    access.allow_published = access.allow_seeded = access.any_family = true;
    access.allow_flawed = true;
    return home_find(&home, subject->home.directory, problem) &&
           key_store_find(key, &home, name, part, &access, problem);
}

void rsa_subject_part(mpz_t number, const struct rsa_key *key, enum rsa_number which)
{
    uint8_t bytes[RSA_MAX_BYTES];
    size_t count = rsa_key_number_bytes(key, which, bytes, sizeof(bytes));
    mpz_import(number, count, 1, 1, 1, 0, bytes);
}

bool rsa_subject_load(mpz_t n, mpz_t e, const struct rsa_subject *subject, struct problem *problem)
{
    struct stored_key key;
    if (subject->key) {
        if (!rsa_subject_key(&key, subject, subject->key, KEY_PUBLIC, problem))
            return false;
        rsa_subject_part(n, key.key, RSA_N);
        rsa_subject_part(e, key.key, RSA_E);
        stored_key_free(&key);
    }
    return (!subject->n || rsa_subject_number(n, "--n", subject->n, problem)) &&
           (!subject->e || rsa_subject_number(e, "--e", subject->e, problem));
}

/* --- words ------------------------------------------------------------------------------------- */

void rsa_word_clear(struct rsa_word *word)
{
    if (word->is_open)
        mpz_clears(word->n, word->e, word->c, NULL);
    word->is_open = false;
}

static bool load_key(struct rsa_word *word, const struct rsa_subject *subject, const char *name,
                     struct problem *problem)
{
    struct stored_key key;
    if (!rsa_subject_key(&key, subject, name, KEY_PUBLIC, problem))
        return false;
    rsa_subject_part(word->n, key.key, RSA_N);
    rsa_subject_part(word->e, key.key, RSA_E);
    stored_key_free(&key);
    word->has_key = true;
    return true;
}

bool rsa_word_load(struct rsa_word *word, const struct rsa_subject *subject, const char *text,
                   struct problem *problem)
{
    const char *colon = strchr(text, ':');
    mpz_inits(word->n, word->e, word->c, NULL);
    word->is_open = true;
    if (!colon || colon == text || colon[1] == '\0') {
        problem_set(problem, "'%.60s' is not of the form KEY:NUMBER", text);
        return problem_hint(problem, "a key or a number, a colon, the ciphertext: 3233:2790");
    }
    char *left = strndup(text, (size_t)(colon - text));
    if (!left)
        return problem_memory(problem);
    bool done = isdigit((unsigned char)left[0]) ? rsa_subject_number(word->n, left, left, problem)
                                                : load_key(word, subject, left, problem);
    if (done && !word->has_key)
        mpz_set(word->e, word->n);
    free(left);
    return done && rsa_subject_number(word->c, colon + 1, colon + 1, problem);
}
