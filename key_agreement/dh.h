/*
 * Diffie-Hellman in a finite field, as a class does it on paper and as RFC 7919 does it for real.
 *
 *     both know p and g     a, b: private exponents     A = g^a mod p, B = g^b mod p
 *     A and B cross         K = B^a mod p = A^b mod p: both have it, and who saw A and B has not
 *
 * Standards: SP 800-56A rev. 3 (how exponents are drawn, 5.6.1.1.4; the primitive, 5.7.1.1),
 * RFC 7919 and RFC 3526 (groups). What it protects: K, from who only listens, in a group of a size
 * and shape that dh_look.h finds nothing wrong with. What not: nobody knows who sent A. And K is a
 * number, no key: hash it.
 *
 * Any odd p from 5 on is taken, prime or not, so that a class can see what becomes of a bad one.
 * Numbers cross as big-endian bytes. Objects are opaque, immutable, and may be shared by threads.
 *
 *     struct dh_group *group;
 *     struct dh_key *key;
 *     if (dh_group_parse(&group, "ffdhe2048") || dh_key_generate(&key, group, NULL, NULL)) ...
 *     dh_key_number(key, DH_PUBLIC, out, sizeof(out));        // send it, receive the peer's
 *     dh_agree(shared_secret, key, peer, peer_bytes, NULL);   // dh_group_bytes(group) of them
 */
#ifndef GLASSBOX_DH_H
#define GLASSBOX_DH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DH_MIN_BITS  3 /* p = 5 */
#define DH_MAX_BITS  8192
#define DH_MAX_BYTES (DH_MAX_BITS / 8)

enum dh_error {
    DH_OK = 0,
    DH_ERR_MEMORY,    /* no memory */
    DH_ERR_RANDOM,    /* the random source failed */
    DH_ERR_NAME,      /* text that is neither the name of a group nor p,g */
    DH_ERR_NUMBER,    /* in p,g: text that is no number */
    DH_ERR_LARGE,     /* p, g or an exponent of more than DH_MAX_BITS bits */
    DH_ERR_MODULUS,   /* p is even or below 5 */
    DH_ERR_GENERATOR, /* g is not among 2 .. p-1 */
    DH_ERR_EXPONENT,  /* the private exponent is 0 */
    DH_ERR_PUBLIC,    /* the peer's number is not among 1 .. p-1 */
    DH_ERR_SIZE,      /* dh_make.h: no group is made of that size */
};

/* One sentence in lower case, without a full stop. Never NULL. */
const char *dh_strerror(enum dh_error error);

/* A source of random bytes: fills out and returns 0, or returns -1. NULL in its place means
 * getrandom(2). A source that repeats itself makes exponents that others can make too. */
struct dh_random {
    int (*fill)(void *context, uint8_t *out, size_t bytes);
    void *context;
};

/* --- listening ------------------------------------------------------------------------------- */

/* One value on its way, from the code that computes it; bytes belong to the teller and are gone
 * after the call. Who keeps the private ones wipes them. */
struct dh_step {
    const char *name;    /* "A" */
    const char *formula; /* "g^a mod p" */
    const char *section; /* "SP 800-56A 5.6.1.1.4" */
    bool is_private;     /* gives K away */
    bool is_number;      /* always: bytes are a big-endian integer, without leading zeros */
    const uint8_t *bytes;
    size_t count;
    /* It is power[0] to the power[1] modulo power[2], names of earlier values; or all NULL. */
    const char *power[3];
};

/* Hears p, g, a, A as a key is made, and B, K as it is used. answers: it listens at the side that
 * answers, whose own letters are b and B in every book, and to which A comes. */
struct dh_listener {
    void (*hear)(void *context, const struct dh_step *step);
    void *context;
    bool answers;
};

/* --- groups ---------------------------------------------------------------------------------- */

struct dh_group;

/* The name of a group ("ffdhe2048" to "ffdhe8192", RFC 7919; "modp1536" to "modp8192", RFC 3526;
 * "modp768", "modp1024", RFC 2409, long too small; the latter two also by their number in IKE,
 * "group14"), or "p,g" in decimal or in hexadecimal after 0x: "23,5". The caller frees *group.
 * DH_ERR_NAME, DH_ERR_NUMBER, DH_ERR_MEMORY, and the errors of dh_group_from_bytes. */
enum dh_error dh_group_parse(struct dh_group **group, const char *text)
    __attribute__((warn_unused_result));

/* From a peer's numbers, leading zeros allowed: what it accepts is safe to compute with, and
 * nothing more is judged (dh_look.h does). It costs little, and never a primality test.
 * DH_ERR_MODULUS, DH_ERR_GENERATOR, DH_ERR_LARGE, DH_ERR_MEMORY. */
enum dh_error dh_group_from_bytes(struct dh_group **group, const uint8_t *p, size_t p_bytes,
                                  const uint8_t *g, size_t g_bytes)
    __attribute__((warn_unused_result));

void dh_group_free(struct dh_group *group); /* NULL is fine */

const char *dh_group_name(const struct dh_group *group); /* of dh_group_known; NULL */
unsigned dh_group_bits(const struct dh_group *group);    /* of p */
size_t dh_group_bytes(const struct dh_group *group);     /* of p, rounded up: the size of K */

/* A named group, as its RFC defines it:
 *     p = 2^bits - 2^(bits-64) - 1 + 2^64 (floor(2^(bits-130) constant) + added), g = 2. */
struct dh_named {
    const char *name, *alias; /* alias "": none */
    const char *source;       /* "RFC 7919 A.1" */
    unsigned bits;
    char constant;          /* 'e', or 'p' for pi */
    unsigned long added;    /* the least that makes p and (p-1)/2 prime */
    unsigned exponent_bits; /* twice the strength, or more */
};

/* The row of a named group, also of one that came as numbers; NULL if it is none. */
const struct dh_named *dh_group_known(const struct dh_group *group);
/* The named group at this index, in the order of the table; NULL behind the last. */
const struct dh_named *dh_group_named(size_t index);

/* --- keys ------------------------------------------------------------------------------------ */

struct dh_key; /* a group, a and A = g^a mod p */

enum dh_number { DH_P, DH_G, DH_PUBLIC, DH_PRIVATE };

/* Draws a as SP 800-56A 5.6.1.1.4 does, by testing candidates: in a named group among
 * 1 .. 2^N - 1 with N = exponent_bits; in another, whose order nobody vouches for, among 2 .. p-2
 * as a class does. The caller frees *key; group is copied. source and listener may be NULL.
 * DH_ERR_RANDOM, DH_ERR_MEMORY. CT: the group. */
enum dh_error dh_key_generate(struct dh_key **key, const struct dh_group *group,
                              const struct dh_random *source, const struct dh_listener *listener)
    __attribute__((warn_unused_result));

/* The same with a given by hand, of at most DH_MAX_BYTES. DH_ERR_EXPONENT, DH_ERR_LARGE,
 * DH_ERR_MEMORY. CT: the group, a_bytes, and whether a is 0. */
enum dh_error dh_key_from_private(struct dh_key **key, const struct dh_group *group,
                                  const uint8_t *a, size_t a_bytes,
                                  const struct dh_listener *listener)
    __attribute__((warn_unused_result));

void dh_key_free(struct dh_key *key); /* wipes; NULL is fine */

/* A number as big-endian bytes without leading zeros: returns its size, and writes it if it fits
 * `space`; so (key, DH_P, NULL, 0) asks for the size. The caller wipes DH_PRIVATE; its size is no
 * secret here. A group has DH_P and DH_G; of the others it returns 0. */
size_t dh_key_number(const struct dh_key *key, enum dh_number number, uint8_t *out, size_t space);
size_t dh_group_number(const struct dh_group *group, enum dh_number number, uint8_t *out,
                       size_t space);

/* out = peer^a mod p, exactly dh_group_bytes long, leading zeros kept (SP 800-56A 5.7.1.1, RFC 7919
 * leaves them in too). Refused is only what is no number of the group: a peer's 1 or p-1, which
 * make K a number that everybody knows, is for dh_look to say. listener may be NULL.
 * DH_ERR_PUBLIC, DH_ERR_MEMORY; out is zeros then. CT: the group and the peer's number. */
enum dh_error dh_agree(uint8_t *out, const struct dh_key *key, const uint8_t *peer,
                       size_t peer_bytes, const struct dh_listener *listener)
    __attribute__((warn_unused_result));

#endif
