/* AES by the book, FIPS 197: see rounds.h. */
#include "rounds.h"

#include <string.h>

#define BLOCK SYM_AES_BLOCK_BYTES

/* 4.2: multiplication in GF(2^8), modulo x^8 + x^4 + x^3 + x + 1. */
static uint8_t times(uint8_t a, uint8_t b)
{
    unsigned product = 0, power = a;
    for (; b > 0; b >>= 1) {
        if (b & 1)
            product ^= power;
        power = power << 1 ^ (power & 0x80 ? 0x11B : 0);
    }
    return (uint8_t)product;
}

/* 5.1.1: the inverse (0 for 0), looked for; then each bit with four others, and 63. */
static uint8_t s_box(uint8_t byte)
{
    unsigned inverse = 0, out = 0x63;
    while (byte != 0 && times(byte, (uint8_t)inverse) != 1)
        inverse++;
    for (unsigned turn = 0; turn < 5; turn++)
        out ^= (inverse << turn | inverse >> (8 - turn)) & 0xFF;
    return (uint8_t)out;
}

/* 5.2: the key schedule: a word is the word before it, changed where a key begins anew, and the
 * word a key earlier. */
static void expand(struct aes_rounds *rounds, const uint8_t *key, size_t key_bytes)
{
    uint8_t words[4 * (SYM_AES_MAX_ROUNDS + 1)][4], constant = 1;
    size_t key_words = key_bytes / 4, count = 4 * (rounds->count + 1);
    memcpy(words, key, key_bytes);
    for (size_t i = key_words; i < count; i++) {
        uint8_t word[4];
        for (size_t j = 0; j < 4; j++)
            word[j] = words[i - 1][i % key_words == 0 ? (j + 1) % 4 : j]; /* RotWord */
        for (size_t j = 0; j < 4; j++)                                    /* SubWord */
            if (i % key_words == 0 || (key_words > 6 && i % key_words == 4))
                word[j] = s_box(word[j]);
        if (i % key_words == 0) {
            word[0] ^= constant; /* Rcon */
            constant = times(constant, 2);
        }
        for (size_t j = 0; j < 4; j++)
            words[i][j] = word[j] ^ words[i - key_words][j];
    }
    for (size_t i = 0; i <= rounds->count; i++)
        memcpy(rounds->round[i].key, words[4 * i], BLOCK);
}

/* 5.1.1 to 5.1.3 of one round. */
static void transform(struct aes_round *round)
{
    for (size_t i = 0; i < BLOCK; i++)
        round->sub[i] = s_box(round->start[i]);
    for (size_t column = 0; column < 4; column++)
        for (size_t row = 0; row < 4; row++)
            round->shift[4 * column + row] = round->sub[4 * ((column + row) % 4) + row];
    for (size_t column = 0; column < BLOCK; column += 4)
        for (size_t row = 0; row < 4; row++) {
            const uint8_t *a = round->shift + column;
            round->mix[column + row] = times(a[row], 2) ^ times(a[(row + 1) % 4], 3) ^
                                       a[(row + 2) % 4] ^ a[(row + 3) % 4];
        }
}

void aes_rounds(struct aes_rounds *rounds, const uint8_t *key, size_t key_bytes,
                const uint8_t in[BLOCK])
{
    const uint8_t *before = in; /* what the round key is added to, 5.1.4 */
    rounds->count = (unsigned)key_bytes / 4 + 6;
    expand(rounds, key, key_bytes);
    memcpy(rounds->round[0].start, in, BLOCK);
    for (unsigned i = 0; i <= rounds->count; i++) {
        struct aes_round *round = &rounds->round[i];
        uint8_t *next = i == rounds->count ? rounds->out : rounds->round[i + 1].start;
        if (i > 0) {
            transform(round);
            before = i == rounds->count ? round->shift : round->mix;
        }
        for (size_t j = 0; j < BLOCK; j++)
            next[j] = before[j] ^ round->key[j];
    }
}
