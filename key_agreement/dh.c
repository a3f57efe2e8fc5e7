/*
 * Diffie-Hellman: groups as numbers, exponents, powers. See dh.h.
 *
 * Powers of secrets are GMP's mpn_sec_powm ("side-channel silent", GMP manual 8.1) on scratch of
 * our own, which is wiped; its time depends on the sizes alone, and the size of a is that of the
 * range it was drawn from.
 */
#include "agreement_memory.h"
#include "dh_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

const char *dh_strerror(enum dh_error error)
{
    switch (error) {
    case DH_OK:
        return "no error";
    case DH_ERR_MEMORY:
        return "out of memory";
    case DH_ERR_RANDOM:
        return "the random source failed";
    case DH_ERR_NAME:
        return "no group has that name, and it is not two numbers p,g";
    case DH_ERR_NUMBER:
        return "p and g are numbers: decimal, or hexadecimal after 0x";
    case DH_ERR_LARGE:
        return "the number is too large: it has more than 8192 bits";
    case DH_ERR_MODULUS:
        return "p is even or below 5";
    case DH_ERR_GENERATOR:
        return "g is not among 2 .. p-1";
    case DH_ERR_EXPONENT:
        return "the private exponent is 0";
    case DH_ERR_PUBLIC:
        return "the public number is not among 1 .. p-1";
    case DH_ERR_SIZE:
        return "no group is made of that size";
    }
    return "unknown error";
}

static enum dh_error from_kernel(uint8_t *out, size_t bytes)
{
    while (bytes > 0) {
        ssize_t got = getrandom(out, bytes, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return DH_ERR_RANDOM;
        out += got;
        bytes -= (size_t)got;
    }
    return DH_OK;
}

enum dh_error dh_random_bytes(uint8_t *out, size_t bytes, const struct dh_random *source)
{
    if (!source)
        return from_kernel(out, bytes);
    return source->fill(source->context, out, bytes) ? DH_ERR_RANDOM : DH_OK;
}

/* --- groups ---------------------------------------------------------------------------------- */

enum dh_error dh_group_new(struct dh_group **out, const mpz_t p, const mpz_t g)
{
    *out = NULL;
    if (mpz_sizeinbase(p, 2) > DH_MAX_BITS)
        return DH_ERR_LARGE;
    if (mpz_even_p(p) || mpz_cmp_ui(p, 5) < 0)
        return DH_ERR_MODULUS;
    if (mpz_cmp_ui(g, 2) < 0 || mpz_cmp(g, p) >= 0)
        return DH_ERR_GENERATOR;
    struct dh_group *group = malloc(sizeof(*group));
    if (!group)
        return DH_ERR_MEMORY;
    mpz_init_set(group->p, p);
    mpz_init_set(group->g, g);
    group->named = dh_named_find(p, g);
    *out = group;
    return DH_OK;
}

/* Whether the bytes are a number of at most DH_MAX_BITS. */
static bool import(mpz_t number, const uint8_t *in, size_t bytes)
{
    for (; bytes > 0 && *in == 0; bytes--)
        in++;
    if (bytes <= DH_MAX_BYTES)
        mpz_import(number, bytes, 1, 1, 1, 0, in);
    return bytes <= DH_MAX_BYTES;
}

enum dh_error dh_group_from_bytes(struct dh_group **group, const uint8_t *p, size_t p_bytes,
                                  const uint8_t *g, size_t g_bytes)
{
    mpz_t modulus, generator;
    enum dh_error error = DH_ERR_LARGE;
    mpz_inits(modulus, generator, NULL);
    *group = NULL;
    if (import(modulus, p, p_bytes) && import(generator, g, g_bytes))
        error = dh_group_new(group, modulus, generator);
    mpz_clears(modulus, generator, NULL);
    return error;
}

void dh_group_free(struct dh_group *group)
{
    if (!group)
        return;
    mpz_clears(group->p, group->g, NULL);
    free(group);
}

const char *dh_group_name(const struct dh_group *group)
{
    return group->named ? group->named->name : NULL;
}

const struct dh_named *dh_group_known(const struct dh_group *group)
{
    return group->named;
}

unsigned dh_group_bits(const struct dh_group *group)
{
    return (unsigned)mpz_sizeinbase(group->p, 2);
}

size_t dh_group_bytes(const struct dh_group *group)
{
    return mpz_sizeinbase(group->p, 256);
}

size_t dh_group_number(const struct dh_group *group, enum dh_number number, uint8_t *out,
                       size_t space)
{
    if (number != DH_P && number != DH_G)
        return 0;
    mpz_srcptr value = number == DH_P ? group->p : group->g;
    size_t bytes = mpz_sizeinbase(value, 256);
    if (bytes <= space)
        mpz_export(out, NULL, 1, 1, 1, 0, value);
    return bytes;
}

/* --- secrets in limbs ------------------------------------------------------------------------ */

static size_t limbs_of(size_t bits)
{
    return (bits + GMP_NUMB_BITS - 1) / GMP_NUMB_BITS;
}

static void limbs_to_bytes(uint8_t *out, size_t bytes, const mp_limb_t *limbs)
{
    for (size_t i = 0; i < bytes; i++)
        out[bytes - 1 - i] = (uint8_t)(limbs[i / sizeof(*limbs)] >> (i % sizeof(*limbs) * 8));
}

static void limbs_from_bytes(mp_limb_t *limbs, const uint8_t *in, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        limbs[i / sizeof(*limbs)] |= (mp_limb_t)in[bytes - 1 - i] << (i % sizeof(*limbs) * 8);
}

/* out = base^a mod p, dh_group_bytes long; 1 <= base < p. */
static enum dh_error power(uint8_t *out, const mpz_t base, const struct dh_key *key)
{
    mp_size_t base_size = (mp_size_t)mpz_size(base), size = (mp_size_t)mpz_size(key->group.p);
    size_t count = (size_t)(size + mpn_sec_powm_itch(base_size, key->bits, size));
    mp_limb_t *limbs = calloc(count, sizeof(*limbs));
    if (!limbs)
        return DH_ERR_MEMORY;
    mpn_sec_powm(limbs, mpz_limbs_read(base), base_size, key->a_secret, key->bits,
                 mpz_limbs_read(key->group.p), size, limbs + size);
    limbs_to_bytes(out, dh_group_bytes(&key->group), limbs);
    agreement_wipe(limbs, count * sizeof(*limbs));
    free(limbs);
    return DH_OK;
}

/* --- keys ------------------------------------------------------------------------------------ */

/* 0 <= a < limit, uniform, by rejection: at least every second draw is good. */
static enum dh_error draw(struct dh_key *key, const mpz_t limit, const struct dh_random *source)
{
    enum { DRAWS = 128 };
    mp_limb_t difference[DH_LIMBS];
    size_t bits = mpz_sizeinbase(limit, 2), size = limbs_of(bits);
    enum dh_error error = DH_OK;
    mp_limb_t below = 0;
    for (int i = 0; i < DRAWS && !error && !below; i++) {
        error = dh_random_bytes((uint8_t *)key->a_secret, size * sizeof(mp_limb_t), source);
        if (bits % GMP_NUMB_BITS)
            key->a_secret[size - 1] &= ((mp_limb_t)1 << (bits % GMP_NUMB_BITS)) - 1;
        below = agreement_reveal(
            mpn_sub_n(difference, key->a_secret, mpz_limbs_read(limit), (mp_size_t)size));
    }
    agreement_wipe(difference, sizeof(difference));
    return error ? error : below ? DH_OK : DH_ERR_RANDOM;
}

/* SP 800-56A 5.6.1.1.4, steps 3 to 6: c < M - 1, a = c + 1 with M = 2^N, which is below q in all
 * named groups. In others c < p - 3, a = c + 2. */
static enum dh_error draw_exponent(struct dh_key *key, const struct dh_random *source)
{
    const struct dh_named *named = key->group.named;
    mp_limb_t scratch[DH_LIMBS * 4];
    mpz_t limit;
    mpz_init(limit);
    if (named) {
        mpz_setbit(limit, named->exponent_bits);
        mpz_sub_ui(limit, limit, 1);
    } else {
        mpz_sub_ui(limit, key->group.p, 3);
    }
    key->bits = named ? named->exponent_bits : mpz_sizeinbase(key->group.p, 2);
    enum dh_error error = draw(key, limit, source);
    mpn_sec_add_1(key->a_secret, key->a_secret, (mp_size_t)limbs_of(key->bits), named ? 1 : 2,
                  scratch);
    agreement_wipe(scratch, sizeof(scratch));
    mpz_clear(limit);
    return error;
}

static struct dh_key *key_new(const struct dh_group *group)
{
    struct dh_key *key = calloc(1, sizeof(*key));
    if (!key)
        return NULL;
    mpz_init_set(key->group.p, group->p);
    mpz_init_set(key->group.g, group->g);
    key->group.named = group->named;
    return key;
}

/* Hands out a key that has its a, or none. */
static enum dh_error finish(struct dh_key **out, struct dh_key *key, enum dh_error error,
                            const struct dh_listener *listener)
{
    if (!error)
        error = power(key->public_number, key->group.g, key);
    if (error) {
        dh_key_free(key);
        return error;
    }
    dh_tell_key(listener, key);
    *out = key;
    return DH_OK;
}

enum dh_error dh_key_generate(struct dh_key **out, const struct dh_group *group,
                              const struct dh_random *source, const struct dh_listener *listener)
{
    struct dh_key *key = key_new(group);
    *out = NULL;
    return key ? finish(out, key, draw_exponent(key, source), listener) : DH_ERR_MEMORY;
}

enum dh_error dh_key_from_private(struct dh_key **out, const struct dh_group *group,
                                  const uint8_t *a, size_t a_bytes,
                                  const struct dh_listener *listener)
{
    uint8_t any = 0;
    *out = NULL;
    if (a_bytes > DH_MAX_BYTES)
        return DH_ERR_LARGE;
    for (size_t i = 0; i < a_bytes; i++)
        any |= a[i];
    if (!agreement_reveal(any))
        return DH_ERR_EXPONENT;
    struct dh_key *key = key_new(group);
    if (!key)
        return DH_ERR_MEMORY;
    key->bits = 8 * a_bytes;
    limbs_from_bytes(key->a_secret, a, a_bytes);
    return finish(out, key, DH_OK, listener);
}

void dh_key_free(struct dh_key *key)
{
    if (!key)
        return;
    mpz_clears(key->group.p, key->group.g, NULL);
    agreement_wipe(key, sizeof(*key));
    free(key);
}

size_t dh_key_number(const struct dh_key *key, enum dh_number number, uint8_t *out, size_t space)
{
    uint8_t bytes[DH_MAX_BYTES];
    size_t size = dh_group_bytes(&key->group), skip = 0;
    if (number == DH_P || number == DH_G)
        return dh_group_number(&key->group, number, out, space);
    if (number == DH_PRIVATE)
        size = limbs_of(key->bits) * sizeof(mp_limb_t);
    if (number == DH_PRIVATE)
        limbs_to_bytes(bytes, size, key->a_secret);
    else
        memcpy(bytes, key->public_number, size);
    while (skip < size && bytes[skip] == 0)
        skip++;
    if (size - skip <= space)
        memcpy(out, bytes + skip, size - skip);
    agreement_wipe(bytes, sizeof(bytes));
    return size - skip;
}

enum dh_error dh_agree(uint8_t *out, const struct dh_key *key, const uint8_t *peer,
                       size_t peer_bytes, const struct dh_listener *listener)
{
    size_t bytes = dh_group_bytes(&key->group);
    enum dh_error error = DH_ERR_PUBLIC;
    mpz_t base;
    memset(out, 0, bytes);
    mpz_init(base);
    if (import(base, peer, peer_bytes) && mpz_sgn(base) > 0 && mpz_cmp(base, key->group.p) < 0)
        error = power(out, base, key);
    mpz_clear(base);
    if (!error)
        dh_tell_secret(listener, peer, peer_bytes, out, bytes);
    return error;
}
