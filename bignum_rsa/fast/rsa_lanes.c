/* Numbers into lanes and out of them, and the choice of an implementation: see rsa_lanes.h. */
#include "rsa_lanes.h"

#include "rsa_in_use.h"
#include "rsa_limbs.h"

#include <stdlib.h>
#include <string.h>

#define LIMB_BITS RSA_LANES_LIMB_BITS
#define LIMB_MASK (((mp_limb_t)1 << LIMB_BITS) - 1)
#define WORD_BITS 64
#define ALIGNMENT 64

static const struct rsa_lanes_implementation *const implementations[] = {
#ifdef __SIZEOF_INT128__
    &rsa_lanes_portable,
#ifdef __x86_64__
    &rsa_lanes_ifma,
#endif
#endif
    NULL,
};

const struct rsa_lanes_implementation *rsa_lanes_implementation(size_t number)
{
    return number < sizeof(implementations) / sizeof(implementations[0]) ? implementations[number]
                                                                         : NULL;
}

static bool is_named(const char *list, const char *name)
{
    for (;; list++) {
        const size_t bytes = strcspn(list, ",");
        if (bytes == strlen(name) && memcmp(list, name, bytes) == 0)
            return true;
        list += bytes;
        if (*list == '\0')
            return false;
    }
}

static const struct rsa_lanes_implementation *find_best(void)
{
    const char *list = getenv("GLASSBOX_IMPLEMENTATIONS");
    const struct rsa_lanes_implementation *best = NULL, *next;
    for (size_t number = list ? 0 : 1; (next = rsa_lanes_implementation(number)); number++)
        if (next->supported() && (!list || is_named(list, next->name)))
            best = next;
    return best;
}

const struct rsa_lanes_implementation *rsa_lanes_best(void)
{
    static const struct rsa_lanes_implementation *_Atomic best;
    static _Atomic bool found;
    if (!found) {
        best = find_best();
        found = true;
    }
    return best;
}

const char *rsa_in_use(void)
{
    return rsa_lanes_best() ? rsa_lanes_best()->name : "GMP";
}

/* The limbs of 52 bits that four times the modulus fits in. */
static size_t limbs_for(size_t count)
{
    return (count * WORD_BITS + 2 + LIMB_BITS - 1) / LIMB_BITS;
}

/* Limb number i of 52 bits out of `count` words. CT: i, count. */
static mp_limb_t limb_of(const mp_limb_t *words, size_t count, size_t i)
{
    const size_t bit = i * LIMB_BITS, word = bit / WORD_BITS, shift = bit % WORD_BITS;
    mp_limb_t limb = word < count ? words[word] >> shift : 0;
    if (shift > WORD_BITS - LIMB_BITS && word + 1 < count)
        limb |= words[word + 1] << (WORD_BITS - shift);
    return limb & LIMB_MASK;
}

static void into_lane(uint64_t *vectors, size_t lane, const mp_limb_t *words, size_t count,
                      size_t n)
{
    for (size_t i = 0; i < n; i++)
        vectors[i * RSA_LANES + lane] = limb_of(words, count, i);
}

static void out_of_lane(mp_limb_t *words, size_t count, const uint64_t *vectors, size_t lane,
                        size_t n)
{
    for (size_t word = 0; word < count; word++)
        words[word] = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t bit = i * LIMB_BITS, word = bit / WORD_BITS, shift = bit % WORD_BITS;
        const mp_limb_t limb = vectors[i * RSA_LANES + lane];
        if (word < count)
            words[word] |= limb << shift;
        if (shift > WORD_BITS - LIMB_BITS && word + 1 < count)
            words[word + 1] |= limb >> (WORD_BITS - shift);
    }
}

/* -1 / m mod 2^52. Newton: if x m = 1 modulo 2^k, then x (2 - x m) m = 1 modulo 2^2k; x = m is
 * right modulo 2^3. */
static uint64_t minus_inverse(uint64_t m)
{
    uint64_t x = m;
    for (int bits = 3; bits < LIMB_BITS; bits *= 2)
        x *= 2 - x * m;
    return (0 - x) & LIMB_MASK;
}

/* R^2 mod m, R = 2^(52 n). */
static void r_squared(mp_limb_t *rr, const struct rsa_modulus *modulus, size_t n, mp_limb_t *wide,
                      mp_limb_t *itch)
{
    const size_t bits = 2 * n * LIMB_BITS, words = bits / WORD_BITS + 1;
    for (size_t i = 0; i < words; i++)
        wide[i] = 0;
    wide[bits / WORD_BITS] = (mp_limb_t)1 << bits % WORD_BITS;
    rsa_limbs_reduce(rr, wide, words, modulus, itch);
}

/* What one call works in: numbers in lanes, aligned, and words for R^2. */
struct layout {
    struct rsa_scratch scratch;
    uint64_t *vectors;
    mp_limb_t *rr, *wide, *itch;
};

static bool layout_open(struct layout *layout, size_t n, size_t count,
                        const struct rsa_modulus *modulus)
{
    const size_t vectors = RSA_LANES_VECTORS(n) * RSA_LANES + ALIGNMENT / sizeof(mp_limb_t);
    const size_t wide = 2 * n * LIMB_BITS / WORD_BITS + 1;
    const size_t itch = rsa_limbs_itch(modulus, wide);
    if (!rsa_scratch_open(&layout->scratch, vectors + count + wide + itch))
        return false;
    const uintptr_t start = (uintptr_t)rsa_scratch_take(&layout->scratch, vectors);
    layout->vectors = (uint64_t *)((start + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    layout->rr = rsa_scratch_take(&layout->scratch, count);
    layout->wide = rsa_scratch_take(&layout->scratch, wide);
    layout->itch = rsa_scratch_take(&layout->scratch, itch);
    return true;
}

static void set_lane(struct layout *layout, size_t lane, const struct rsa_lane *from, size_t n,
                     size_t count)
{
    uint64_t *const vectors = layout->vectors;
    const struct rsa_modulus modulus = {from->modulus, count, count * WORD_BITS};
    r_squared(layout->rr, &modulus, n, layout->wide, layout->itch);
    into_lane(vectors + RSA_LANES_MODULUS(n) * RSA_LANES, lane, from->modulus, count, n);
    into_lane(vectors + RSA_LANES_RR(n) * RSA_LANES, lane, layout->rr, count, n);
    into_lane(vectors + RSA_LANES_BASE(n) * RSA_LANES, lane, from->base, count, n);
    vectors[RSA_LANES_K0(n) * RSA_LANES + lane] = minus_inverse(from->modulus[0]);
    for (size_t word = 0; word < count; word++)
        vectors[(RSA_LANES_EXPONENT(n) + word) * RSA_LANES + lane] = from->exponent[word];
}

bool rsa_lanes_power(const struct rsa_lanes_implementation *with, const struct rsa_lane *lanes,
                     size_t used, size_t count, size_t exponent_bits)
{
    const size_t n = limbs_for(count);
    const struct rsa_modulus modulus = {lanes[0].modulus, count, count * WORD_BITS};
    struct layout layout;
    if (!layout_open(&layout, n, count, &modulus))
        return false;
    for (size_t lane = 0; lane < RSA_LANES; lane++) /* lanes without work repeat the first */
        set_lane(&layout, lane, &lanes[lane < used ? lane : 0], n, count);
    with->power(layout.vectors, n, exponent_bits);
    for (size_t lane = 0; lane < used; lane++)
        out_of_lane(lanes[lane].out, count, layout.vectors + RSA_LANES_BASE(n) * RSA_LANES, lane,
                    n);
    rsa_scratch_close(&layout.scratch);
    return true;
}
