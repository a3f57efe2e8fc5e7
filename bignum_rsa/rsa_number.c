/*
 * Numbers between text, bytes, limbs and mpz_t.
 */
#include "rsa_number.h"

#include "rsa_key.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(GMP_NAIL_BITS == 0 && GMP_NUMB_BITS == 64, "limbs are 64 bits, all of them used");

enum { LIMB_BYTES = sizeof(mp_limb_t) };

static int digits_base(const char **digits, const char *text)
{
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    *digits = hex ? text + 2 : text;
    return hex ? 16 : 10;
}

enum rsa_error rsa_number_parse(mpz_t number, const char *text)
{
    const char *digits;
    int base = digits_base(&digits, text);
    const char *allowed = base == 16 ? "0123456789abcdefABCDEF" : "0123456789";
    size_t length = strlen(digits);
    if (length == 0 || strspn(digits, allowed) != length)
        return RSA_ERR_NUMBER;
    digits += strspn(digits, "0");
    /* A digit is worth more than 3 bits: so many cannot fit, and are not even converted. */
    if (strlen(digits) > RSA_MAX_BITS / 3)
        return RSA_ERR_LARGE;
    if (*digits == '\0') {
        mpz_set_ui(number, 0);
        return RSA_OK;
    }
    if (mpz_set_str(number, digits, base))
        return RSA_ERR_NUMBER;
    return mpz_sizeinbase(number, 2) > RSA_MAX_BITS ? RSA_ERR_LARGE : RSA_OK;
}

char *rsa_number_write(const mpz_t number, int base)
{
    size_t prefix = base == 16 ? strlen("0x") : 0;
    char *text = calloc(1, prefix + mpz_sizeinbase(number, base) + 2);
    if (text) {
        memcpy(text, "0x", prefix);
        mpz_get_str(text + prefix, base, number);
    }
    return text;
}

/* A uniform number below 2^bits. */
static enum rsa_error random_bits(mpz_t number, size_t bits, const struct rsa_random *source)
{
    size_t count = (bits + GMP_NUMB_BITS - 1) / GMP_NUMB_BITS;
    mp_limb_t *limbs = mpz_limbs_write(number, (mp_size_t)count);
    enum rsa_error error = rsa_random_bytes((uint8_t *)limbs, count * LIMB_BYTES, source);
    if (bits % GMP_NUMB_BITS)
        limbs[count - 1] &= ((mp_limb_t)1 << (bits % GMP_NUMB_BITS)) - 1;
    mpz_limbs_finish(number, (mp_size_t)count);
    return error;
}

/* FIPS 186-5 A.3.2, by rejection: at least every second draw is good. */
enum rsa_error rsa_number_random(mpz_t number, const mpz_t limit, const struct rsa_random *source)
{
    enum { DRAWS = 128 };
    enum rsa_error error = RSA_OK;
    for (int i = 0; i < DRAWS && !error; i++) {
        error = random_bits(number, mpz_sizeinbase(limit, 2), source);
        if (!error && mpz_cmp(number, limit) < 0)
            return RSA_OK;
    }
    return RSA_ERR_RANDOM;
}

ct_mask rsa_limbs_from_bytes(mp_limb_t *limbs, size_t count, const uint8_t *in, size_t bytes)
{
    uint64_t beyond = 0;
    memset(limbs, 0, count * LIMB_BYTES);
    for (size_t i = 0; i < bytes; i++) {
        uint8_t byte = in[bytes - 1 - i];
        if (i / LIMB_BYTES < count)
            limbs[i / LIMB_BYTES] |= (mp_limb_t)byte << (i % LIMB_BYTES * 8);
        else
            beyond |= byte;
    }
    return ct_zero(beyond);
}

void rsa_limbs_to_bytes(uint8_t *out, size_t bytes, const mp_limb_t *limbs)
{
    for (size_t i = 0; i < bytes; i++)
        out[bytes - 1 - i] = (uint8_t)(limbs[i / LIMB_BYTES] >> (i % LIMB_BYTES * 8));
}

void rsa_limbs_from_mpz(mp_limb_t *limbs, size_t count, const mpz_t number)
{
    size_t size = mpz_size(number);
    memcpy(limbs, mpz_limbs_read(number), size * LIMB_BYTES);
    memset(limbs + size, 0, (count - size) * LIMB_BYTES);
}
