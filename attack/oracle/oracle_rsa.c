/*
 * Servers that decrypt RSA and tell what was wrong.
 *
 *     v15       "padding": it does not begin with 00 02; "length": no 00 behind at least eight bytes
 *     manger    "range": it does not begin with 00; "padding": the rest of OAEP is wrong
 *
 * Fixed: v15 goes on with a key of chance where the padding is wrong, as TLS has to (RFC 5246
 * 7.4.7.1), so that every query is answered alike; OAEP has one word for all that is wrong.
 */
#include "oracle_kind.h"

#include "channel_hash.h"
#include "rsa_key.h"
#include "rsa_raw.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

struct oracle_secret {
    bool is_oaep, fixed;
    struct rsa_key *key;
    size_t bytes;
    uint8_t sealed[RSA_MAX_BYTES];
    const char *text;
};

static struct oracle_secret *make(bool is_oaep, const struct oracle_options *options,
                                  struct oracle_chance *chance, struct problem *problem)
{
    struct oracle_secret *secret = calloc(1, sizeof(*secret));
    if (!secret) {
        problem_memory(problem);
        return NULL;
    }
    *secret =
        (struct oracle_secret){.is_oaep = is_oaep, .fixed = options->fixed, .text = options->text};
    enum rsa_error error = rsa_key_generate(&secret->key, options->bits, NULL, &chance->source);
    if (error) {
        problem_set(problem, "--bits %u: %s", options->bits, translate(rsa_strerror(error)));
        free(secret);
        return NULL;
    }
    secret->bytes = rsa_key_bytes(secret->key);
    return secret;
}

static void close(struct oracle_secret *secret)
{
    rsa_key_free(secret->key);
    free(secret);
}

static struct oracle_secret *finish(struct oracle_secret *secret, enum rsa_error error, size_t most,
                                    struct problem *problem)
{
    if (!error)
        return secret;
    problem_set(problem, "the text has %zu bytes, and %zu fit under n of %u bits: %s",
                strlen(secret->text), most, rsa_key_bits(secret->key),
                translate(rsa_strerror(error)));
    problem_hint(problem, "give more --bits, or a shorter --text");
    close(secret);
    return NULL;
}

static struct oracle_secret *open_v15(const struct oracle_options *options,
                                      struct oracle_chance *chance, struct problem *problem)
{
    struct oracle_secret *secret = make(false, options, chance, problem);
    if (!secret)
        return NULL;
    return finish(secret,
                  rsa_pkcs1_encrypt(secret->sealed, secret->key, secret->text, strlen(secret->text),
                                    &chance->source),
                  rsa_pkcs1_max_bytes(secret->key), problem);
}

static struct oracle_secret *open_oaep(const struct oracle_options *options,
                                       struct oracle_chance *chance, struct problem *problem)
{
    struct oracle_secret *secret = make(true, options, chance, problem);
    if (!secret)
        return NULL;
    return finish(secret,
                  rsa_oaep_encrypt(secret->sealed, secret->key, &channel_hash, "", 0, secret->text,
                                   strlen(secret->text), &chance->source),
                  rsa_oaep_max_bytes(secret->key, &channel_hash), problem);
}

static void greet(FILE *out, const struct oracle_secret *secret)
{
    uint8_t number[RSA_MAX_BYTES];
    oracle_greet_hex(out, "n", number,
                     rsa_key_number_bytes(secret->key, RSA_N, number, sizeof(number)));
    oracle_greet_hex(out, "e", number,
                     rsa_key_number_bytes(secret->key, RSA_E, number, sizeof(number)));
    oracle_greet_hex(out, "target", secret->sealed, secret->bytes);
    oracle_greet_check(out, secret->text, strlen(secret->text));
}

/* What a server of 1998 said. */
static const char *judge_v15(const uint8_t *em, size_t bytes)
{
    size_t zero = 2;
    if (em[0] != 0 || em[1] != 2)
        return "padding";
    while (zero < bytes && em[zero] != 0)
        zero++;
    return zero < bytes && zero >= 10 ? "ok" : "length";
}

static const char *judge(struct oracle_secret *secret, const uint8_t *query, size_t bytes)
{
    uint8_t em[RSA_MAX_BYTES];
    size_t count;
    if (secret->fixed && secret->is_oaep)
        return rsa_oaep_decrypt(em, &count, secret->key, &channel_hash, "", 0, query, bytes, NULL)
                   ? "refused"
                   : "ok";
    if (bytes != secret->bytes || rsa_private(em, secret->key, query, bytes, NULL))
        return "size";
    if (secret->fixed)
        return "ok";
    if (!secret->is_oaep)
        return judge_v15(em, bytes);
    if (em[0] != 0)
        return "range";
    return rsa_oaep_decrypt(em, &count, secret->key, &channel_hash, "", 0, query, bytes, NULL)
               ? "padding"
               : "ok";
}

static void answer(char out[ORACLE_ANSWER_BYTES], struct oracle_secret *secret, const char *line,
                   size_t bytes)
{
    uint8_t query[RSA_MAX_BYTES];
    size_t count = oracle_read_hex(query, sizeof(query), line, bytes);
    strcpy(out, count == SIZE_MAX ? "size" : judge(secret, query, count));
}

const struct oracle_kind oracle_v15 = {"v15", "meet me at noon", open_v15, greet, answer, close};
const struct oracle_kind oracle_manger = {"manger", "meet me at noon", open_oaep, greet, answer,
                                          close};
