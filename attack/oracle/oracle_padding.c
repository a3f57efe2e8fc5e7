/*
 * A server that decrypts feistel-cbc and says whether the padding was right. Fixed: a tag comes
 * first, over all that was sent, and whatever is wrong has one answer.
 */
#include "oracle_kind.h"

#include "symcipher.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 1024, BLOCK = SYM_CBC_BLOCK_BYTES };

struct oracle_secret {
    bool fixed;
    uint8_t key[SYM_FEISTEL_KEY_BYTES], tag_key[SYM_SHA256_BYTES];
    uint8_t sealed[MOST + SYM_HMAC_BYTES];
    size_t bytes;
    const char *text;
};

static struct oracle_secret *open(const struct oracle_options *options,
                                  struct oracle_chance *chance, struct problem *problem)
{
    const struct sym_cipher *cipher = sym_cipher_find("feistel-cbc");
    struct oracle_secret *secret = calloc(1, sizeof(*secret));
    uint8_t iv[BLOCK];
    if (!secret) {
        problem_memory(problem);
        return NULL;
    }
    secret->fixed = options->fixed;
    secret->text = options->text;
    (void)chance->source.fill(chance, secret->key, sizeof(secret->key));
    (void)chance->source.fill(chance, secret->tag_key, sizeof(secret->tag_key));
    (void)chance->source.fill(chance, iv, sizeof(iv));
    if (sym_cipher_encrypt(cipher, secret->sealed, MOST, &secret->bytes, secret->key,
                           sizeof(secret->key), iv, options->text, strlen(options->text))) {
        problem_set(problem, "--text has more than %d bytes", MOST - 2 * BLOCK);
        free(secret);
        return NULL;
    }
    if (secret->fixed) {
        sym_hmac(secret->sealed + secret->bytes, secret->tag_key, sizeof(secret->tag_key),
                 secret->sealed, secret->bytes);
        secret->bytes += SYM_HMAC_BYTES;
    }
    return secret;
}

static void greet(FILE *out, const struct oracle_secret *secret)
{
    oracle_greet_hex(out, "target", secret->sealed, secret->bytes);
    if (secret->fixed)
        fprintf(out, "tag %d\n", SYM_HMAC_BYTES);
    oracle_greet_check(out, secret->text, strlen(secret->text));
}

static bool tag_is_right(const struct oracle_secret *secret, const uint8_t *query, size_t bytes)
{
    uint8_t tag[SYM_HMAC_BYTES];
    if (bytes < sizeof(tag))
        return false;
    sym_hmac(tag, secret->tag_key, sizeof(secret->tag_key), query, bytes - sizeof(tag));
    return sym_equal(tag, query + bytes - sizeof(tag), sizeof(tag));
}

static void answer(char out[ORACLE_ANSWER_BYTES], struct oracle_secret *secret, const char *line,
                   size_t bytes)
{
    uint8_t query[MOST + SYM_HMAC_BYTES], plain[MOST + BLOCK];
    size_t count = oracle_read_hex(query, sizeof(query), line, bytes), plain_bytes;
    const char *word = "size";
    if (secret->fixed && (count == SIZE_MAX || !tag_is_right(secret, query, count))) {
        strcpy(out, "refused");
        return;
    }
    count -= secret->fixed ? SYM_HMAC_BYTES : 0;
    if (count <= MOST)
        switch (sym_cipher_decrypt(sym_cipher_find("feistel-cbc"), plain, sizeof(plain),
                                   &plain_bytes, secret->key, sizeof(secret->key), query, count)) {
        case SYM_OK:
            word = "ok";
            break;
        case SYM_ERR_PADDING:
            word = "padding";
            break;
        default:
            break;
        }
    strcpy(out, word);
}

static void close(struct oracle_secret *secret)
{
    sym_wipe(secret, sizeof(*secret));
    free(secret);
}

const struct oracle_kind oracle_padding = {
    "padding", "Meet me at noon by the old bridge, and come alone.", open, greet, answer, close};
