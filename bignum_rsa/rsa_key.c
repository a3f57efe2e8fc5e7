/*
 * What a key is: its life, and what can be asked of it.
 */
#include "rsa_key_internal.h"

#include "rsa_blinding.h"
#include "rsa_memory.h"
#include "rsa_number.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[RSA_NUMBERS] = {"n", "e", "d", "p", "q", "dp", "dq", "qinv"};

const char *rsa_number_name(enum rsa_number number)
{
    return (unsigned)number < RSA_NUMBERS ? names[number] : "";
}

struct rsa_key *rsa_key_new(void)
{
    struct rsa_key *key = calloc(1, sizeof(*key));
    for (int i = 0; key && i < RSA_NUMBERS; i++)
        mpz_init(key->number[i]);
    return key;
}

void rsa_key_free(struct rsa_key *key)
{
    if (!key)
        return;
    if (key->is_view) {
        free(key);
        return;
    }
    for (int i = 0; i < RSA_NUMBERS; i++)
        rsa_mpz_wipe(key->number[i]);
    rsa_blinding_free(key->blinding);
    free(key);
}

enum rsa_error rsa_key_public_copy(struct rsa_key **copy, const struct rsa_key *key)
{
    *copy = rsa_key_new();
    if (!*copy)
        return RSA_ERR_MEMORY;
    mpz_set((*copy)->number[RSA_N], key->number[RSA_N]);
    mpz_set((*copy)->number[RSA_E], key->number[RSA_E]);
    return RSA_OK;
}

void rsa_key_listen(struct rsa_key *key, const struct rsa_listener *listener)
{
    key->listener = listener;
}

/* The numbers of an mpz_t stay where they are: what is copied is the way to them. */
struct rsa_key *rsa_key_view(const struct rsa_key *key, const struct rsa_listener *listener)
{
    struct rsa_key *view = malloc(sizeof(*view));
    if (view) {
        *view = *key;
        view->is_view = true;
        view->listener = listener;
    }
    return view;
}

bool rsa_key_is_private(const struct rsa_key *key)
{
    return key->is_private;
}

unsigned rsa_key_bits(const struct rsa_key *key)
{
    return (unsigned)mpz_sizeinbase(key->number[RSA_N], 2);
}

size_t rsa_key_bytes(const struct rsa_key *key)
{
    return (rsa_key_bits(key) + 7) / 8;
}

size_t rsa_key_limbs(const struct rsa_key *key, enum rsa_number number)
{
    return mpz_size(key->number[number]);
}

bool rsa_key_equal_public(const struct rsa_key *a, const struct rsa_key *b)
{
    return mpz_cmp(a->number[RSA_N], b->number[RSA_N]) == 0 &&
           mpz_cmp(a->number[RSA_E], b->number[RSA_E]) == 0;
}

bool rsa_key_has(const struct rsa_key *key, enum rsa_number number)
{
    return number == RSA_N || number == RSA_E ||
           ((unsigned)number < RSA_NUMBERS && key->is_private);
}

size_t rsa_key_number_bytes(const struct rsa_key *key, enum rsa_number number, uint8_t *out,
                            size_t space)
{
    if (!rsa_key_has(key, number))
        return 0;
    size_t bytes = (mpz_sizeinbase(key->number[number], 2) + 7) / 8;
    if (bytes <= space) {
        mpz_export(out, NULL, 1, 1, 1, 0, key->number[number]);
        rsa_scrub_stack(rsa_key_bits(key));
    }
    return bytes;
}

char *rsa_key_number_text(const struct rsa_key *key, enum rsa_number number, int base)
{
    if (!rsa_key_has(key, number) || (base != 10 && base != 16))
        return NULL;
    char *text = rsa_number_write(key->number[number], base);
    rsa_scrub_stack(rsa_key_bits(key));
    return text;
}

void rsa_text_free(char *text)
{
    if (text) {
        explicit_bzero(text, strlen(text));
        free(text);
    }
}
