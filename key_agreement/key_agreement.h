/*
 * key_agreement: two who have never met agree on a secret that a listener cannot compute. Links GMP
 * alone.
 *
 * X25519 (RFC 7748) is what protocols of today use, together with ML-KEM (FIPS 203, mlkem.h), which
 * a quantum computer would not break. dh.h is the older half, powers modulo a prime, as one does them
 * on paper. Neither side learns who the other is: whoever needs to know has the public
 * keys signed, as the channel does.
 *
 * Conventions: outputs first, sizes in bytes; nothing prints, aborts or keeps state. CT: says what
 * a function may leak through time.
 *
 *     uint8_t mine[X25519_BYTES], public[X25519_BYTES], shared[X25519_BYTES];
 *     ... 32 bytes from getrandom(2) in mine ...
 *     x25519_public(public, mine);
 *     ... public goes out, theirs comes in ...
 *     if (!x25519(shared, mine, theirs)) ... refused ...
 *
 * A shared secret is a number and no key: it is hashed (HKDF) before it keys anything.
 */
#ifndef GLASSBOX_KEY_AGREEMENT_H
#define GLASSBOX_KEY_AGREEMENT_H

#include "dh.h"
#include "dh_look.h"
#include "dh_make.h"
#include "mlkem.h"
#include "x25519.h"

#endif
