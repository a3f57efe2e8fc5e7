/* Private operations in lanes: see rsa_crt_lanes.h. */
#include "rsa_crt_lanes.h"

#include "rsa_key_internal.h"
#include "rsa_lanes.h"
#include "rsa_limbs.h"
#include "rsa_number.h"

/* One half: out = c^exponent mod prime. */
struct half {
    mp_limb_t *out;
    const mp_limb_t *c;
    size_t c_count;
    mpz_srcptr exponent;
    struct rsa_modulus prime;
};

static void halves_of(struct half half[2], const struct rsa_half_powers *powers)
{
    const struct rsa_key *key = powers->key;
    const size_t c_count = rsa_key_limbs(key, RSA_N);
    half[0] = (struct half){powers->m1, powers->c, c_count, key->number[RSA_DP],
                            rsa_modulus_of(key->number[RSA_P])};
    half[1] = (struct half){powers->m2, powers->c, c_count, key->number[RSA_DQ],
                            rsa_modulus_of(key->number[RSA_Q])};
}

/* The longest prime's bits; 0 if not all have the same number of limbs. Sizes are public. */
static size_t common_bits(const struct half *half, size_t count)
{
    size_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        if (half[i].prime.count != half[0].prime.count)
            return 0;
        bits = half[i].prime.bits > bits ? half[i].prime.bits : bits;
    }
    return bits;
}

static size_t longest_c(const struct half *half, size_t count)
{
    size_t longest = 0;
    for (size_t i = 0; i < count; i++)
        longest = half[i].c_count > longest ? half[i].c_count : longest;
    return longest;
}

size_t rsa_crt_halves_in_lanes(const struct rsa_half_powers *powers, size_t count)
{
    const struct rsa_lanes_implementation *with = rsa_lanes_best();
    struct half half[RSA_LANES];
    struct rsa_lane lanes[RSA_LANES];
    struct rsa_scratch scratch;
    count = with ? rsa_lanes_worth(with, 2 * count) / 2 : 0;
    if (count == 0)
        return 0;
    for (size_t i = 0; i < count; i++)
        halves_of(half + 2 * i, &powers[i]);
    const size_t bits = common_bits(half, 2 * count), limbs = half[0].prime.count;
    if (bits == 0 || limbs > RSA_LANES_MAX_COUNT)
        return 0;
    const size_t itch_count = rsa_limbs_itch(&half[0].prime, longest_c(half, 2 * count));
    if (!rsa_scratch_open(&scratch, 2 * count * limbs + itch_count))
        return 0;
    mp_limb_t *itch = rsa_scratch_take(&scratch, itch_count);
    for (size_t i = 0; i < 2 * count; i++) {
        mp_limb_t *exponent = rsa_scratch_take(&scratch, limbs);
        rsa_limbs_from_mpz(exponent, limbs, half[i].exponent);
        rsa_limbs_reduce(half[i].out, half[i].c, half[i].c_count, &half[i].prime, itch);
        lanes[i] = (struct rsa_lane){half[i].out, half[i].out, exponent, half[i].prime.limbs};
    }
    const bool done = rsa_lanes_power(with, lanes, 2 * count, limbs, bits);
    rsa_scratch_close(&scratch);
    return done ? count : 0;
}
