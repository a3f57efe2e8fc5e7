/*
 * A server that compares a secret with a guess digit by digit, and stops at the first that differs.
 * Each digit costs some rounds of SHA-256: a slow comparison, such as one of hashes or through a
 * table far away. Fixed: all digits are looked at, whatever they are.
 *
 * Counted: it says how many it has looked at, as its current or its caches might.
 */
#include "oracle_kind.h"

#include "symcipher.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

enum { LENGTH = 8, MOST = 64 };

struct oracle_secret {
    bool fixed, counted;
    unsigned work;
    size_t length;
    char digits[MOST + 1];
};

static struct oracle_secret *open(const struct oracle_options *options,
                                  struct oracle_chance *chance, struct problem *problem)
{
    const char *text = options->text;
    struct oracle_secret *secret = calloc(1, sizeof(*secret));
    if (!secret) {
        problem_memory(problem);
        return NULL;
    }
    *secret = (struct oracle_secret){
        .fixed = options->fixed, .counted = options->counted, .work = options->work};
    secret->length = text ? strlen(text) : LENGTH;
    if (text && (secret->length == 0 || secret->length > MOST ||
                 strspn(text, "0123456789abcdef") != secret->length)) {
        problem_set(problem, "--text: the secret must be 1 to %d digits from 0 to f", MOST);
        free(secret);
        return NULL;
    }
    for (size_t i = 0; i < secret->length; i++) {
        uint8_t drawn;
        (void)chance->source.fill(chance, &drawn, 1);
        secret->digits[i] = text ? text[i] : "0123456789abcdef"[drawn >> 4];
    }
    return secret;
}

static void greet(FILE *out, const struct oracle_secret *secret)
{
    fprintf(out, "length %zu\n", secret->length);
    if (secret->counted)
        fputs("counted 1\n", out);
    oracle_greet_check(out, secret->digits, secret->length);
}

/* What one digit costs. */
static void work(const struct oracle_secret *secret, char digit)
{
    uint8_t hash[SYM_SHA256_BYTES] = {(uint8_t)digit};
    for (unsigned i = 0; i < secret->work; i++)
        sym_sha256(hash, hash, sizeof(hash));
}

static void answer(char out[ORACLE_ANSWER_BYTES], struct oracle_secret *secret, const char *line,
                   size_t bytes)
{
    bool right = bytes == secret->length;
    unsigned steps = 0;
    for (size_t i = 0; i < secret->length; i++) {
        work(secret, i < bytes ? line[i] : 0);
        steps++;
        right = right && line[i] == secret->digits[i];
        if (!right && !secret->fixed)
            break;
    }
    if (secret->counted)
        snprintf(out, ORACLE_ANSWER_BYTES, "%s %u", right ? "ok" : "wrong", steps);
    else
        strcpy(out, right ? "ok" : "wrong");
}

static void close(struct oracle_secret *secret)
{
    sym_wipe(secret, sizeof(*secret));
    free(secret);
}

const struct oracle_kind oracle_timing = {"timing", NULL, open, greet, answer, close};
