/*
 * AES, FIPS 197: see sym_aes.h.
 *
 * The state is four columns of four bytes (3.4), kept as the 16 bytes they are written in. What
 * happens to each byte alone, the S-box, happens to eight of them side by side in one word: a lane
 * is a byte that nothing carries out of.
 */
#include "sym_aes.h"

#include "sym_implementations.h"
#include "sym_memory.h"
#include "sym_words.h"

#define BLOCK SYM_AES_BLOCK_BYTES

typedef uint64_t lanes;
#define EACH(byte) ((lanes)0x0101010101010101 * (byte))

/* --- arithmetic in GF(2^8), FIPS 197 4 -------------------------------------------------------- */

/* 4.2.1: times x, modulo x^8 + x^4 + x^3 + x + 1. */
static lanes times_x(lanes a)
{
    return (a & EACH(0x7F)) << 1 ^ (a >> 7 & EACH(1)) * 0x1B;
}

/* 4.2: the multiples of a by powers of x, those that b has. */
static lanes multiply(lanes a, lanes b)
{
    lanes product = 0;
    for (unsigned bit = 0; bit < 8; bit++, a = times_x(a))
        product ^= a & (b >> bit & EACH(1)) * 0xFF;
    return product;
}

/* 5.1.1: the inverse, and 0 for 0: a^254, for a^255 = 1. */
static lanes inverse(lanes a)
{
    lanes power = a; /* a^(2^k - 1) */
    for (unsigned k = 1; k < 7; k++)
        power = multiply(multiply(power, power), a);
    return multiply(power, power); /* a^(2 (2^7 - 1)) */
}

static lanes rotate_left(lanes a, unsigned by)
{
    return (a & EACH(0xFFu >> by)) << by | (a >> (8 - by) & EACH(0xFFu >> (8 - by)));
}

/* 5.1.1: S-box: the inverse, then an affine map of its bits. */
static lanes substitute(lanes a)
{
    lanes b = inverse(a);
    return b ^ rotate_left(b, 1) ^ rotate_left(b, 2) ^ rotate_left(b, 3) ^ rotate_left(b, 4) ^
           EACH(0x63);
}

/* 5.3.2: backwards. */
static lanes substitute_back(lanes a)
{
    return inverse(rotate_left(a, 1) ^ rotate_left(a, 3) ^ rotate_left(a, 6) ^ EACH(0x05));
}

/* --- the four transformations, FIPS 197 5.1 and 5.3 ------------------------------------------- */

static void sub_bytes(uint8_t state[BLOCK], lanes (*box)(lanes a))
{
    for (size_t i = 0; i < BLOCK; i += 8) {
        lanes eight;
        memcpy(&eight, state + i, 8);
        eight = box(eight);
        memcpy(state + i, &eight, 8);
    }
}

/* 5.1.2: row r moves by r columns; back is `direction` 3, for -r = 3 r modulo 4. */
static void shift_rows(uint8_t state[BLOCK], size_t direction)
{
    uint8_t before[BLOCK];
    memcpy(before, state, BLOCK);
    for (size_t column = 0; column < 4; column++)
        for (size_t row = 0; row < 4; row++)
            state[4 * column + row] = before[4 * ((column + direction * row) % 4) + row];
    sym_wipe(before, sizeof(before));
}

/* 5.1.3: each column times 3 x^3 + x^2 + x + 2; the bytes of both halves of the state at once. */
static void mix_columns(uint8_t state[BLOCK])
{
    for (size_t i = 0; i < BLOCK; i += 4) {
        uint32_t a = sym_load32_le(state + i);
        uint32_t twice = (uint32_t)times_x(a);
        /* row r: 2 a[r] + 3 a[r+1] + a[r+2] + a[r+3] */
        sym_store32_le(state + i, twice ^ sym_rotate_right32(twice ^ a, 8) ^
                                      sym_rotate_right32(a, 16) ^ sym_rotate_right32(a, 24));
    }
}

/* 5.3.3: times b x^3 + d x^2 + 9 x + e, which is the map above after one times 4 x^2 + 5. */
static void mix_columns_back(uint8_t state[BLOCK])
{
    for (size_t i = 0; i < BLOCK; i += 4) {
        uint32_t a = sym_load32_le(state + i);
        uint32_t four_times = (uint32_t)times_x(times_x(a));
        sym_store32_le(state + i, a ^ four_times ^ sym_rotate_right32(four_times, 16));
    }
    mix_columns(state);
}

static void add_round_key(uint8_t state[BLOCK], const struct sym_aes *aes, unsigned round)
{
    sym_xor_bytes(state, state, aes->round_keys[round], BLOCK);
}

/* --- key schedule and cipher ------------------------------------------------------------------ */

static uint32_t sub_word(uint32_t word)
{
    return (uint32_t)substitute(word);
}

void sym_aes_init(struct sym_aes *aes, const uint8_t *key, size_t key_bytes)
{
    size_t words = key_bytes / 4; /* 5: Nk, and the rounds are Nk + 6 */
    uint32_t constant = 1;        /* 5.2: Rcon, the powers of x, in the first byte */
    uint8_t *out = aes->round_keys[0];
    aes->rounds = (unsigned)words + 6;
    memcpy(out, key, key_bytes);
    for (size_t i = words; i < 4 * (aes->rounds + 1); i++) {
        uint32_t word = sym_load32_le(out + 4 * (i - 1)); /* little-endian: byte 0 is the lowest */
        if (i % words == 0) {
            word = sub_word(sym_rotate_right32(word, 8)) ^ constant;
            constant = (uint32_t)times_x(constant);
        } else if (words > 6 && i % words == 4) {
            word = sub_word(word);
        }
        sym_store32_le(out + 4 * i, word ^ sym_load32_le(out + 4 * (i - words)));
    }
}

/* 5.1. */
static void encrypt_reference(uint8_t out[BLOCK], const struct sym_aes *aes,
                              const uint8_t in[BLOCK])
{
    uint8_t state[BLOCK];
    memcpy(state, in, BLOCK);
    add_round_key(state, aes, 0);
    for (unsigned round = 1; round <= aes->rounds; round++) {
        sub_bytes(state, substitute);
        shift_rows(state, 1);
        if (round < aes->rounds)
            mix_columns(state);
        add_round_key(state, aes, round);
    }
    memcpy(out, state, BLOCK);
    sym_wipe(state, sizeof(state));
}

/* 5.3. */
static void decrypt_reference(uint8_t out[BLOCK], const struct sym_aes *aes,
                              const uint8_t in[BLOCK])
{
    uint8_t state[BLOCK];
    memcpy(state, in, BLOCK);
    for (unsigned round = aes->rounds; round > 0; round--) {
        add_round_key(state, aes, round);
        if (round < aes->rounds)
            mix_columns_back(state);
        shift_rows(state, 3);
        sub_bytes(state, substitute_back);
    }
    add_round_key(state, aes, 0);
    memcpy(out, state, BLOCK);
    sym_wipe(state, sizeof(state));
}

const struct sym_aes_implementation sym_aes_reference = {"reference", sym_everywhere,
                                                         encrypt_reference, decrypt_reference};

void sym_aes_encrypt(uint8_t out[BLOCK], const struct sym_aes *aes, const uint8_t in[BLOCK])
{
    sym_aes_best()->encrypt(out, aes, in);
}

void sym_aes_decrypt(uint8_t out[BLOCK], const struct sym_aes *aes, const uint8_t in[BLOCK])
{
    sym_aes_best()->decrypt(out, aes, in);
}
