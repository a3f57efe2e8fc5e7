/*
 * Listening to an operation: every value on its way, from the code that computes it.
 *
 * A key with a listener (rsa_key_listen) tells each step of what is done with it; one without pays
 * a comparison with NULL. Steps arrive in the order of the computation. Their `bytes` belong to the
 * teller and are gone after the call; a listener that keeps those which are private wipes them.
 */
#ifndef GLASSBOX_RSA_LISTENER_H
#define GLASSBOX_RSA_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A part of a block: so many bytes under this label. */
struct rsa_box {
    const char *label;
    size_t bytes;
};
#define RSA_MAX_BOXES 6

struct rsa_step {
    const char *name;    /* "maskedDB" */
    const char *formula; /* "DB xor MGF1(seed)" */
    const char *section; /* "RFC 8017 7.1.1 2.f" */
    bool is_private;     /* gives the private key away */
    bool is_number;      /* bytes are a big-endian integer */
    const uint8_t *bytes;
    size_t count;
    struct rsa_box boxes[RSA_MAX_BOXES]; /* how the bytes are made up; label NULL ends */
    /* It is power[0] to the power[1] modulo power[2]: names of earlier values or of numbers of the
     * key; or all NULL. */
    const char *power[3];
};

struct rsa_listener {
    void (*hear)(void *context, const struct rsa_step *step);
    void *context;
};

#endif
