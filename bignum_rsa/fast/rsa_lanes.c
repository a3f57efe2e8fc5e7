/* Numbers into lanes and out of them, and the choice of an implementation: see rsa_lanes.h. */
#include "rsa_lanes.h"

#include "rsa_in_use.h"
#include "rsa_limbs.h"

#include <stdlib.h>
#include <string.h>

#define WORD_BITS 64
#define ALIGNMENT 64

static const char GMP[] = "GMP"; /* one number after the other */

static const struct rsa_lanes_implementation *const implementations[] = {
#ifdef __SIZEOF_INT128__
    &rsa_lanes_portable,
#ifdef __x86_64__
    &rsa_lanes_avx2,
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

size_t rsa_lanes_worth(const struct rsa_lanes_implementation *with, size_t used)
{
    const size_t rest = used % with->lanes;
    return rest < with->least ? used - rest : used;
}

const char *rsa_in_use(void)
{
    return rsa_lanes_best() ? rsa_lanes_best()->name : GMP;
}

const char *rsa_known(size_t number, bool *supported)
{
    const struct rsa_lanes_implementation *lanes;
    *supported = true;
    if (number == 0)
        return GMP;
    lanes = rsa_lanes_implementation(number - 1);
    if (lanes)
        *supported = lanes->supported();
    return lanes ? lanes->name : NULL;
}

/* --- numbers into lanes and out ------------------------------------------------------------------ */

/* What one pass works in: numbers in lanes, aligned, and words for R^2. */
struct pass {
    const struct rsa_lanes_implementation *with;
    size_t count, n; /* of words, and of limbs */
    struct rsa_scratch scratch;
    uint64_t *vectors;
    mp_limb_t *rr, *wide, *itch;
};

/* As many limbs as R needs, and an even number: some take them two by two. */
static size_t limbs_for(const struct rsa_lanes_implementation *with, size_t count)
{
    const size_t limbs = (count * WORD_BITS + RSA_LANES_SPARE_BITS + with->limb_bits - 1) /
                         with->limb_bits;
    return limbs + limbs % 2;
}

/* Word number i of one of the numbers, which begins at vector `at`. */
static uint64_t *word_of(const struct pass *pass, size_t at, size_t lane, size_t i)
{
    return &pass->vectors[(at + i) * pass->with->lanes + lane];
}

/* CT: lane. */
static void into_lane(const struct pass *pass, size_t at, size_t lane, const mp_limb_t *words)
{
    const size_t limb_bits = pass->with->limb_bits;
    const mp_limb_t mask = ((mp_limb_t)1 << limb_bits) - 1;
    for (size_t i = 0; i < pass->n; i++) {
        const size_t bit = i * limb_bits, word = bit / WORD_BITS, shift = bit % WORD_BITS;
        mp_limb_t limb = word < pass->count ? words[word] >> shift : 0;
        if (shift > WORD_BITS - limb_bits && word + 1 < pass->count)
            limb |= words[word + 1] << (WORD_BITS - shift);
        *word_of(pass, at, lane, i) = limb & mask;
    }
}

/* CT: lane. */
static void out_of_lane(mp_limb_t *words, const struct pass *pass, size_t at, size_t lane)
{
    const size_t limb_bits = pass->with->limb_bits;
    for (size_t word = 0; word < pass->count; word++)
        words[word] = 0;
    for (size_t i = 0; i < pass->n; i++) {
        const size_t bit = i * limb_bits, word = bit / WORD_BITS, shift = bit % WORD_BITS;
        const mp_limb_t limb = *word_of(pass, at, lane, i);
        if (word < pass->count)
            words[word] |= limb << shift;
        if (shift > WORD_BITS - limb_bits && word + 1 < pass->count)
            words[word + 1] |= limb >> (WORD_BITS - shift);
    }
}

/* -1 / m modulo a limb. Newton: if x m = 1 modulo 2^k, then x (2 - x m) m = 1 modulo 2^2k; x = m is
 * right modulo 2^3. */
static uint64_t minus_inverse(uint64_t m, size_t limb_bits)
{
    uint64_t x = m;
    for (size_t bits = 3; bits < limb_bits; bits *= 2)
        x *= 2 - x * m;
    return (0 - x) & ((1ULL << limb_bits) - 1);
}

/* R^2 mod m, R = 2^(limb_bits n). */
static void r_squared(struct pass *pass, const struct rsa_modulus *modulus)
{
    const size_t bits = 2 * pass->n * pass->with->limb_bits, words = bits / WORD_BITS + 1;
    for (size_t i = 0; i < words; i++)
        pass->wide[i] = 0;
    pass->wide[bits / WORD_BITS] = (mp_limb_t)1 << bits % WORD_BITS;
    rsa_limbs_reduce(pass->rr, pass->wide, words, modulus, pass->itch);
}

static bool pass_open(struct pass *pass, const struct rsa_modulus *modulus)
{
    const size_t vectors = RSA_LANES_VECTORS(pass->n) * pass->with->lanes, slack = ALIGNMENT / 8;
    const size_t wide = 2 * pass->n * pass->with->limb_bits / WORD_BITS + 1;
    const size_t itch = rsa_limbs_itch(modulus, wide);
    if (!rsa_scratch_open(&pass->scratch, vectors + slack + pass->count + wide + itch))
        return false;
    const uintptr_t start = (uintptr_t)rsa_scratch_take(&pass->scratch, vectors + slack);
    pass->vectors = (uint64_t *)((start + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    pass->rr = rsa_scratch_take(&pass->scratch, pass->count);
    pass->wide = rsa_scratch_take(&pass->scratch, wide);
    pass->itch = rsa_scratch_take(&pass->scratch, itch);
    return true;
}

static void set_lane(struct pass *pass, size_t lane, const struct rsa_lane *from)
{
    const size_t n = pass->n;
    const struct rsa_modulus modulus = {from->modulus, pass->count, pass->count * WORD_BITS};
    r_squared(pass, &modulus);
    into_lane(pass, RSA_LANES_MODULUS(n), lane, from->modulus);
    into_lane(pass, RSA_LANES_RR(n), lane, pass->rr);
    if (from->base)
        into_lane(pass, RSA_LANES_BASE(n), lane, from->base);
    *word_of(pass, RSA_LANES_K0(n), lane, 0) = minus_inverse(from->modulus[0],
                                                             pass->with->limb_bits);
    for (size_t word = 0; word < pass->count; word++)
        *word_of(pass, RSA_LANES_EXPONENT(n), lane, word) = from->exponent[word];
}

/* Lanes without work repeat the first. */
static void run(struct pass *pass, const struct rsa_lane *lanes, size_t used, size_t exponent_bits)
{
    for (size_t lane = 0; lane < pass->with->lanes; lane++)
        set_lane(pass, lane, &lanes[lane < used ? lane : 0]);
    (lanes[0].base ? pass->with->power : pass->with->power_of_two)(pass->vectors, pass->n,
                                                                   exponent_bits);
    for (size_t lane = 0; lane < used; lane++)
        out_of_lane(lanes[lane].out, pass, RSA_LANES_BASE(pass->n), lane);
}

bool rsa_lanes_power(const struct rsa_lanes_implementation *with, const struct rsa_lane *lanes,
                     size_t used, size_t count, size_t exponent_bits)
{
    const struct rsa_modulus modulus = {lanes[0].modulus, count, count * WORD_BITS};
    struct pass pass = {.with = with, .count = count, .n = limbs_for(with, count)};
    if (!pass_open(&pass, &modulus))
        return false;
    for (size_t done = 0; done < used; done += with->lanes)
        run(&pass, lanes + done, used - done < with->lanes ? used - done : with->lanes,
            exponent_bits);
    rsa_scratch_close(&pass.scratch);
    return true;
}
