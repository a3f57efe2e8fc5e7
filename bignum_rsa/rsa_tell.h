/*
 * Telling a listener. Internal: what the operations call at each step.
 *
 *     RSA_TELL(key, {.name = "seed", .formula = "random", .section = "...", .bytes = seed, ...});
 */
#ifndef GLASSBOX_RSA_TELL_H
#define GLASSBOX_RSA_TELL_H

#include "rsa_key_internal.h"
#include "rsa_listener.h"

#define RSA_TELL(key, ...)                                                                         \
    do {                                                                                           \
        if ((key)->listener) {                                                                     \
            (key)->listener->hear((key)->listener->context, &(const struct rsa_step)__VA_ARGS__);  \
        }                                                                                          \
    } while (0)

/* The same of a number in an mpz_t or in limbs: the bytes of the step are filled in here. Listener
 * NULL: nothing happens. */
void rsa_tell_number(const struct rsa_listener *listener, struct rsa_step step, mpz_srcptr number);
void rsa_tell_limbs(const struct rsa_listener *listener, struct rsa_step step,
                    const mp_limb_t *limbs, size_t count);

#endif
