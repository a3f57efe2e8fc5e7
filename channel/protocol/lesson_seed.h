/*
 * --seed N: chance that repeats itself, so that a lesson can quote a session byte for byte.
 *
 * Everything that a program would draw from getrandom(2) is drawn from streams that follow from the
 * number, the name of the party's key, and what is drawn:
 *
 *     PRK     HKDF-Extract(salt "glassbox lesson seed v1", ikm "N NAME")     RFC 5869 2.2
 *     key     HKDF-Expand(PRK, info PURPOSE, 32)                             RFC 5869 2.3
 *     stream  ChaCha20(key, nonce 0) from block 0 on                         RFC 8439 2.4
 *
 * N in decimal, and with these purposes, in ASCII:
 *
 *     "identity key"                        the key pair NAME itself
 *     "client 1", "server 1", "client 2"    the i-th handshake of the program in that role
 *     "client TICKET", "server TICKET"      a hand-over, by its ticket in hexadecimal
 *     any of these and " key J"             the J-th ephemeral key of that connection
 *     any of these and " blinding"          the blinding of its RSA, which shows in no result
 *     "ports"                               where the server's ports begin
 *
 * So neither threads nor other connections change what one connection draws.
 *
 * Whoever knows N knows all keys: nothing that is made under a seed is secret. Programs refuse any
 * address but loopback, and mark the identity keys they make (key_store.h). One seed is used by one
 * thread. CT: no, there is no secret here.
 */
#ifndef GLASSBOX_LESSON_SEED_H
#define GLASSBOX_LESSON_SEED_H

#include "rsa_error.h"
#include "sym_hkdf.h"

#include <stdbool.h>
#include <stdint.h>

#define SEED_MAX           UINT32_MAX
#define SEED_PURPOSE_BYTES 64         /* with its 0 */
#define SEED_CLOCK         1788249600 /* when it is always now: 2026-09-01T08:00:00Z */

/* A number that was given, or none: of an option, of a key's file. */
struct seed_number {
    bool given;
    uint32_t number;
};

struct lesson_seed {
    uint32_t number;
    uint8_t prk[SYM_HKDF_PRK_BYTES];
    unsigned handshakes; /* begun */
};

/* party: the name of its key. */
void lesson_seed_start(struct lesson_seed *seed, uint32_t number, const char *party);

/* Where it lies, it stays: random points into it. */
struct seed_stream {
    struct rsa_random random; /* hand this in; it fails after 256 GiB */
    uint8_t key[32];
    uint64_t used; /* bytes */
};
void seed_stream_start(struct seed_stream *stream, const struct lesson_seed *seed,
                       const char *purpose);

#endif
