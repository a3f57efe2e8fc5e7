/* The Feistel cipher with few rounds: see sym_break_feistel.h. */
#include "sym_break_feistel.h"

#include "sym_words.h"

#define BLOCK  SYM_FEISTEL_BLOCK_BYTES
#define GOLDEN ((uint64_t)0x9e3779b97f4a7c15) /* of the key schedule, sym_feistel.c */
#define LOW31  ((uint64_t)0x7fffffff)
#define LOW33  ((uint64_t)0x1ffffffff)
#define THIRD  ((uint64_t)0xaaaaaaaaaaaaaaab) /* 1/3 mod 2^64 */

/* --- the rounds -------------------------------------------------------------------------------- */

struct rounds_run {
    unsigned rounds;
    uint64_t left, right;
};

static void watch(void *context, unsigned round, uint64_t round_key, uint64_t left, uint64_t right)
{
    struct rounds_run *run = context;
    (void)round_key;
    if (round == run->rounds) {
        run->left = left;
        run->right = right;
    }
}

void sym_feistel_encrypt_rounds(uint8_t out[BLOCK], const struct sym_feistel *cipher,
                                unsigned rounds, const uint8_t in[BLOCK])
{
    struct rounds_run run = {.rounds = rounds};
    uint8_t whole[BLOCK];
    sym_feistel_encrypt_watched(whole, cipher, in, watch, &run);
    sym_store64_be(out, run.right);
    sym_store64_be(out + 8, run.left);
}

/* The schedule, backwards: round key i is the right half after round i of the key's own rounds. */
void sym_feistel_key_from_rounds(uint8_t key[SYM_FEISTEL_KEY_BYTES], uint64_t k1, uint64_t k2)
{
    uint64_t right = k2 ^ sym_feistel_round_function(k1, 2 * GOLDEN);
    uint64_t left = k1 ^ sym_feistel_round_function(right, GOLDEN);
    sym_store64_be(key, left);
    sym_store64_be(key + 8, right);
}

/* --- F, turned around -------------------------------------------------------------------------- */

/* x ^ (x <<< 19) ^ (x <<< 41) is a product with 1 + z^19 + z^41, of polynomials over GF(2) modulo
 * z^64 + 1. Squared six times that becomes 1 + z^(64 * 19) + z^(64 * 41) = 1 + 1 + 1 = 1. So its
 * inverse is its 63rd power: the product of the powers 1, 2, 4, ... 32, each of which is the same
 * step with rotations as many times as far. */
static uint64_t unspread(uint64_t x)
{
    for (unsigned power = 1; power < 64; power *= 2) {
        unsigned near = 19 * power % 64, far = 41 * power % 64;
        uint64_t a = near ? sym_rotate_left64(x, near) : x;
        uint64_t b = far ? sym_rotate_left64(x, far) : x;
        x ^= a ^ b;
    }
    return x;
}

/* All x with x + (x <<< 31) = value. Let x = high * 2^33 + low. Then modulo 2^31 high + low is the
 * value, which gives high from low but for a borrow, and low's upper two bits are guessed; what is
 * left is -3 low = something, modulo 2^33. Every guess is checked. */
static unsigned unmix(uint64_t out[SYM_FEISTEL_MAX_SUMS], uint64_t value)
{
    const uint64_t sum = value & LOW31;
    unsigned count = 0;
    for (uint64_t top = 0; top < 4; top++)
        for (uint64_t borrow = 0; borrow < 2; borrow++) {
            uint64_t rest = value - sum * (((uint64_t)1 << 33) + 1) - (borrow << 31) -
                            top * (((uint64_t)1 << 62) + ((uint64_t)1 << 31));
            uint64_t low = (0 - (rest >> 31) * THIRD) & LOW33;
            uint64_t high = (sum - low) & LOW31;
            uint64_t x = high << 33 | (top << 31 | (low & LOW31));
            if (low <= LOW31 && (low > sum) == (borrow == 1) &&
                x + sym_rotate_left64(x, 31) == value)
                out[count++] = x;
        }
    return count;
}

unsigned sym_feistel_turn_around(uint64_t sums[SYM_FEISTEL_MAX_SUMS], uint64_t value)
{
    unsigned count = unmix(sums, value);
    for (unsigned i = 0; i < count; i++)
        sums[i] = unspread(sums[i]);
    return count;
}

/* --- two and three rounds ---------------------------------------------------------------------- */

/* A key that comes out is tried on all pairs. */
static void try_keys(struct sym_feistel_found *found, const struct sym_feistel_pair *pairs,
                     size_t count, unsigned rounds, uint64_t k1, uint64_t k2)
{
    struct sym_feistel cipher;
    uint8_t key[SYM_FEISTEL_KEY_BYTES], sealed[BLOCK];
    sym_feistel_key_from_rounds(key, k1, k2);
    sym_feistel_init(&cipher, key);
    found->candidates++;
    found->work += 2 + SYM_FEISTEL_ROUNDS;
    for (size_t i = 0; i < count; i++) {
        sym_feistel_encrypt_rounds(sealed, &cipher, rounds, pairs[i].plain);
        found->work += rounds;
        if (memcmp(sealed, pairs[i].sealed, BLOCK) != 0)
            return;
    }
    memcpy(found->key, key, sizeof(key));
    found->k1 = k1;
    found->k2 = k2;
    found->keys++;
}

struct halves {
    uint64_t left, right, out_left, out_right; /* out_left: L[r], the second half written */
};

static struct halves halves_of(const struct sym_feistel_pair *pair)
{
    return (struct halves){sym_load64_be(pair->plain), sym_load64_be(pair->plain + 8),
                           sym_load64_be(pair->sealed + 8), sym_load64_be(pair->sealed)};
}

static void break_two(struct sym_feistel_found *found, const struct sym_feistel_pair *pairs,
                      size_t count)
{
    const struct halves known = halves_of(&pairs[0]);
    const uint64_t r1 = known.out_left;
    uint64_t first[SYM_FEISTEL_MAX_SUMS], second[SYM_FEISTEL_MAX_SUMS];
    unsigned firsts = sym_feistel_turn_around(first, known.left ^ r1);
    unsigned seconds = sym_feistel_turn_around(second, known.right ^ known.out_right);
    for (unsigned i = 0; i < firsts; i++)
        for (unsigned j = 0; j < seconds; j++)
            try_keys(found, pairs, count, 2, first[i] - known.right, second[j] - r1);
}

/* F(R0, k1) = c. R1 = L0 xor c, and R1' = not R1. F(R1, k2) = R0 xor L3 gives s = R1 + k2, and s'
 * likewise; s - s' = R1 - not R1 = 2 R1 + 1, which is R1 but for its highest bit. */
static void break_three(struct sym_feistel_found *found, const struct sym_feistel_pair *pairs,
                        size_t count)
{
    const struct halves one = halves_of(&pairs[0]), two = halves_of(&pairs[1]);
    uint64_t s[SYM_FEISTEL_MAX_SUMS], t[SYM_FEISTEL_MAX_SUMS], sums[SYM_FEISTEL_MAX_SUMS];
    unsigned ss = sym_feistel_turn_around(s, one.right ^ one.out_left);
    unsigned ts = sym_feistel_turn_around(t, two.right ^ two.out_left);
    for (unsigned i = 0; i < 4 * ss * ts; i++) {
        uint64_t sum = s[i / 4 / ts], difference = sum - t[i / 4 % ts];
        uint64_t r1 = (difference - 1) / 2 | (uint64_t)(i & 1) << 63;
        unsigned firsts = difference % 2 == 1 && (i & 2) == 0
                              ? sym_feistel_turn_around(sums, one.left ^ r1)
                              : 0;
        for (unsigned j = 0; j < firsts; j++)
            try_keys(found, pairs, count, 3, sums[j] - one.right, sum - r1);
    }
}

static bool are_chosen(const struct sym_feistel_pair *pairs)
{
    uint8_t second[BLOCK];
    sym_feistel_choose(second, pairs[0].plain);
    return memcmp(second, pairs[1].plain, BLOCK) == 0;
}

void sym_feistel_choose(uint8_t second[BLOCK], const uint8_t first[BLOCK])
{
    for (size_t i = 0; i < BLOCK; i++)
        second[i] = i < BLOCK / 2 ? (uint8_t)~first[i] : first[i];
}

void sym_break_feistel(struct sym_feistel_found *found, const struct sym_feistel_pair *pairs,
                       size_t count, unsigned rounds)
{
    *found = (struct sym_feistel_found){.verdict = SYM_NOT_APPLICABLE};
    if (count == 0) {
        found->why = "no known block is given";
    } else if (rounds == 1) {
        found->why = "one round shows the right half of the text as it is, and needs no key";
    } else if (rounds == 3 && (count < 2 || !are_chosen(pairs))) {
        found->why = "three rounds need two chosen blocks: equal right halves, the left ones "
                     "with all bits flipped";
    } else if (rounds > 3) {
        found->verdict = SYM_RESISTED;
        found->why = "from four rounds on each half that the attack needs is hidden by a round "
                     "key of its own";
    } else {
        if (rounds == 2)
            break_two(found, pairs, count);
        else
            break_three(found, pairs, count);
        found->verdict = found->keys > 0 ? SYM_BROKEN : SYM_RESISTED;
        found->why = found->keys > 0 ? NULL
                                     : "no key makes these blocks of those: they are not "
                                       "of this cipher with so many rounds";
    }
}
