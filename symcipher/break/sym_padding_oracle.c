/*
 * The padding oracle: see sym_padding_oracle.h.
 *
 * For a byte, all 256 queries are asked together; they are told one by one up to the right one, as
 * who asks by hand would stop there.
 */
#include "sym_padding_oracle.h"

#include <string.h>

enum { BLOCK = SYM_CBC_BLOCK_BYTES };

struct attack {
    struct sym_padding_result *result;
    const struct sym_padding_oracle *oracle;
    const struct sym_padding_listener *listener;
    const uint8_t *before, *block; /* the two blocks of the message that are worked on */
    size_t at;                     /* of the block in the plaintext */
    uint8_t middle[BLOCK];         /* D(block), as far as it is known */
};

static bool end(struct attack *attack, enum sym_verdict verdict, const char *why)
{
    attack->result->verdict = verdict;
    attack->result->why = why;
    return false;
}

/* All that follow decrypt to the padding; the byte itself is the guess. */
static void fill(struct sym_padding_query *query, const struct attack *attack, size_t place,
                 unsigned guess)
{
    const uint8_t pad = (uint8_t)(BLOCK - place);
    memset(query->bytes, 0, place);
    query->bytes[place] = (uint8_t)guess;
    for (size_t i = place + 1; i < BLOCK; i++)
        query->bytes[i] = attack->middle[i] ^ pad;
    memcpy(query->bytes + BLOCK, attack->block, BLOCK);
}

static bool ask(struct attack *attack, bool *right, const struct sym_padding_query *queries,
                size_t count)
{
    if (!attack->oracle->ask(attack->oracle->context, right, queries, count))
        return end(attack, SYM_RESISTED, "the one who decrypts has hung up");
    attack->result->queries += count;
    return true;
}

static void tell(const struct attack *attack, size_t place, const struct sym_padding_query *query,
                 bool right, bool found)
{
    const uint8_t pad = (uint8_t)(BLOCK - place);
    if (!attack->listener || !attack->listener->hear)
        return;
    attack->listener->hear(attack->listener->context,
                           &(struct sym_padding_step){.at = attack->at + place,
                                                      .query = query->bytes,
                                                      .guess = query->bytes[place],
                                                      .pad = pad,
                                                      .right = right,
                                                      .found = found,
                                                      .plain = (uint8_t)(query->bytes[place] ^ pad ^
                                                                         attack->before[place]),
                                                      .queries = attack->result->queries});
}

/* The last byte may have been answered yes because of 02 02 or another longer padding: with the byte
 * before it changed, only 01 is still right. */
static bool is_one(bool *it_is, struct attack *attack, const struct sym_padding_query *query)
{
    struct sym_padding_query changed = *query;
    changed.bytes[BLOCK - 2] ^= 0x80;
    return ask(attack, it_is, &changed, 1);
}

static bool find_byte(struct attack *attack, size_t place)
{
    struct sym_padding_query queries[SYM_PADDING_GUESSES];
    bool right[SYM_PADDING_GUESSES] = {false};
    size_t yes = 0;
    for (unsigned guess = 0; guess < SYM_PADDING_GUESSES; guess++)
        fill(&queries[guess], attack, place, guess);
    if (!ask(attack, right, queries, SYM_PADDING_GUESSES))
        return false;
    for (unsigned guess = 0; guess < SYM_PADDING_GUESSES; guess++)
        yes += right[guess];
    if (yes == 0 || yes == SYM_PADDING_GUESSES)
        return end(attack, SYM_RESISTED,
                   "all 256 values of a byte are answered alike: there is nothing to learn");
    for (unsigned guess = 0; guess < SYM_PADDING_GUESSES; guess++) {
        bool found = right[guess];
        if (found && place == BLOCK - 1 && !is_one(&found, attack, &queries[guess]))
            return false;
        if (found)
            attack->middle[place] = (uint8_t)(guess ^ (BLOCK - place));
        tell(attack, place, &queries[guess], right[guess], found);
        if (found)
            return true;
    }
    return end(attack, SYM_RESISTED, "the answers do not go together");
}

void sym_break_padding(struct sym_padding_result *result, uint8_t *out, const uint8_t *sealed,
                       size_t bytes, size_t wanted, const struct sym_padding_oracle *oracle,
                       const struct sym_padding_listener *listener)
{
    struct attack attack = {.result = result, .oracle = oracle, .listener = listener};
    const size_t all = bytes < BLOCK ? 0 : bytes - BLOCK;
    *result = (struct sym_padding_result){.verdict = SYM_BROKEN, .why = ""};
    if (bytes % BLOCK != 0 || bytes < 2 * BLOCK) {
        end(&attack, SYM_NOT_APPLICABLE, "not an IV and whole blocks of 16 bytes");
        return;
    }
    wanted = wanted == 0 || wanted > all ? all : wanted;
    for (size_t at = all; at > 0 && result->known < wanted; at -= BLOCK) {
        attack.at = at - BLOCK;
        attack.before = sealed + attack.at;
        attack.block = attack.before + BLOCK;
        for (size_t place = BLOCK; place > 0 && result->known < wanted; place--) {
            if (!find_byte(&attack, place - 1))
                return;
            out[attack.at + place - 1] = attack.middle[place - 1] ^ attack.before[place - 1];
            result->known++;
        }
    }
}
