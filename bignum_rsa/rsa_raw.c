/*
 * Raw RSA, RFC 8017 section 5. The private operation goes this way, and lets nothing out before the
 * last step:
 *
 *     c --- times r^e ---> CRT power ---> times r^-1 ---> m;   m^e = c?  --> out
 *          (blinding)     (mod p, mod q)   (unblinding)     (fault check)
 */
#include "rsa_raw.h"

#include "rsa_blinding.h"
#include "rsa_crt.h"
#include "rsa_key_internal.h"
#include "rsa_memory.h"
#include "rsa_number.h"
#include "rsa_operation.h"
#include "rsa_stand_in.h"
#include "rsa_tell.h"

#include <string.h>

static enum rsa_error operation_open(struct rsa_operation *op, const struct rsa_key *key)
{
    op->n = rsa_modulus_of(key->number[RSA_N]);
    op->e = rsa_modulus_of(key->number[RSA_E]);
    size_t itch = rsa_limbs_itch(&op->n, op->n.count);
    if (!rsa_scratch_open(&op->scratch, 4 * op->n.count + itch))
        return RSA_ERR_MEMORY;
    op->c = rsa_scratch_take(&op->scratch, op->n.count);
    op->m = rsa_scratch_take(&op->scratch, op->n.count);
    op->factor = rsa_scratch_take(&op->scratch, op->n.count);
    op->remover = rsa_scratch_take(&op->scratch, op->n.count);
    op->itch = rsa_scratch_take(&op->scratch, itch);
    return RSA_OK;
}

/* Reads a number below n. Whether it is may be known. */
static enum rsa_error read_below_n(mp_limb_t *limbs, struct rsa_operation *op, const uint8_t *in,
                                   size_t bytes)
{
    ct_mask good = rsa_limbs_from_bytes(limbs, op->n.count, in, bytes);
    good &= rsa_limbs_less(limbs, op->n.limbs, op->n.count, op->itch);
    return rsa_reveal(good) ? RSA_OK : RSA_ERR_RANGE;
}

static void power_of_e(mp_limb_t *out, const mp_limb_t *base, struct rsa_operation *op)
{
    rsa_limbs_power(out, base, op->n.count, op->e.limbs, op->e.bits, &op->n, op->itch);
}

enum rsa_error rsa_public(uint8_t *out, const struct rsa_key *key, const uint8_t *in,
                          size_t in_bytes)
{
    struct rsa_operation op;
    enum rsa_error error = operation_open(&op, key);
    if (error)
        goto out;
    error = read_below_n(op.m, &op, in, in_bytes);
    if (error)
        goto out;
    power_of_e(op.c, op.m, &op);
    rsa_tell_limbs(key->listener,
                   (struct rsa_step){.name = "x",
                                     .formula = "the number that goes in",
                                     .section = "RFC 8017 4.2"},
                   op.m, op.n.count);
    rsa_tell_limbs(key->listener,
                   (struct rsa_step){.name = "x^e",
                                     .formula = "x^e mod n",
                                     .section = "RFC 8017 5.1.1",
                                     .power = {"x", "e", "n"}},
                   op.c, op.n.count);
    rsa_limbs_to_bytes(out, rsa_key_bytes(key), op.c);
out:
    if (error)
        memset(out, 0, rsa_key_bytes(key));
    rsa_scratch_close(&op.scratch);
    return error;
}

/* Whether m^e = c, modulo n: a fault on the way to m would give away the primes. */
static ct_mask undoes(struct rsa_operation *op)
{
    power_of_e(op->factor, op->m, op);
    return ct_equal_bytes((const uint8_t *)op->factor, (const uint8_t *)op->c,
                          op->n.count * sizeof(mp_limb_t));
}

static void tell_private(const struct rsa_operation *op, const struct rsa_key *key,
                         const char *name, const char *formula, const char *section,
                         bool is_private, const mp_limb_t *limbs)
{
    rsa_tell_limbs(
        key->listener,
        (struct rsa_step){
            .name = name, .formula = formula, .section = section, .is_private = is_private},
        limbs, op->n.count);
}

enum rsa_error rsa_operation_begin(struct rsa_operation *op, const struct rsa_key *key,
                                   const uint8_t *in, size_t in_bytes,
                                   const struct rsa_random *source)
{
    enum rsa_error error = operation_open(op, key);
    if (!error && !key->is_private)
        error = RSA_ERR_NO_PRIVATE;
    if (!error)
        error = read_below_n(op->c, op, in, in_bytes);
    if (!error)
        error = rsa_blinding_take(op->factor, op->remover, key, source);
    if (error)
        return error;
    tell_private(op, key, "x", "the number that goes in", "RFC 8017 4.2", false, op->c);
    tell_private(op, key, "r^e", "random r to the power of e: the blinding", "docs/bignum_rsa.md",
                 true, op->factor);
    rsa_limbs_multiply(op->factor, op->factor, op->c, &op->n, op->itch);
    tell_private(op, key, "b", "x r^e mod n: what the primes get to see", "docs/bignum_rsa.md",
                 true, op->factor);
    return RSA_OK;
}

/* A fault is no secret. */
enum rsa_error rsa_operation_finish(uint8_t *out, struct rsa_operation *op,
                                    const struct rsa_key *key)
{
    tell_private(op, key, "r^-1", "the inverse of r: takes the blinding off", "docs/bignum_rsa.md",
                 true, op->remover);
    rsa_limbs_multiply(op->m, op->m, op->remover, &op->n, op->itch);
    tell_private(op, key, "x^d", "y r^-1 mod n, which is x^d mod n; (x^d)^e = x was checked",
                 "RFC 8017 5.1.2", false, op->m);
    if (!rsa_reveal(undoes(op)))
        return RSA_ERR_FAULT;
    rsa_limbs_to_bytes(out, rsa_key_bytes(key), op->m);
    return RSA_OK;
}

enum rsa_error rsa_private(uint8_t *out, const struct rsa_key *key, const uint8_t *in,
                           size_t in_bytes, const struct rsa_random *source)
{
    if (key->stand_in)
        return key->stand_in->run(key->stand_in->context, out, in, in_bytes, source);
    struct rsa_operation op;
    enum rsa_error error = rsa_operation_begin(&op, key, in, in_bytes, source);
    if (!error)
        error = rsa_crt_power(op.m, op.factor, key);
    if (!error)
        error = rsa_operation_finish(out, &op, key);
    if (error)
        memset(out, 0, rsa_key_bytes(key));
    rsa_scratch_close(&op.scratch);
    rsa_scrub_stack(rsa_key_bits(key));
    return error;
}
