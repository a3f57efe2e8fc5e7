/*
 * Telling a listener: see rsa_tell.h.
 */
#include "rsa_tell.h"

#include "rsa_number.h"

#include <string.h>

enum { SPACE = 2 * RSA_MAX_BYTES };

/* Without its leading zeros. */
static void tell(const struct rsa_listener *listener, struct rsa_step *step, const uint8_t *bytes,
                 size_t count)
{
    for (; count > 0 && *bytes == 0; count--)
        bytes++;
    step->is_number = true;
    step->bytes = bytes;
    step->count = count;
    listener->hear(listener->context, step);
}

void rsa_tell_number(const struct rsa_listener *listener, struct rsa_step step, mpz_srcptr number)
{
    uint8_t bytes[SPACE];
    size_t count = 0;
    if (!listener || mpz_sizeinbase(number, 2) > 8 * SPACE)
        return;
    mpz_export(bytes, &count, 1, 1, 1, 0, number);
    tell(listener, &step, bytes, count);
    explicit_bzero(bytes, sizeof(bytes));
}

void rsa_tell_limbs(const struct rsa_listener *listener, struct rsa_step step,
                    const mp_limb_t *limbs, size_t count)
{
    uint8_t bytes[SPACE];
    if (!listener || count * sizeof(*limbs) > SPACE)
        return;
    rsa_limbs_to_bytes(bytes, count * sizeof(*limbs), limbs);
    tell(listener, &step, bytes, count * sizeof(*limbs));
    explicit_bzero(bytes, sizeof(bytes));
}
