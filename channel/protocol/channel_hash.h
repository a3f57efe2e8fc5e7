/*
 * The hash of all RSA paddings in this house: SHA-256 of symcipher, handed to bignum_rsa, which
 * knows no hash of its own. Its digest_info is the prefix of RFC 8017 9.2 note 1.
 */
#ifndef GLASSBOX_CHANNEL_HASH_H
#define GLASSBOX_CHANNEL_HASH_H

#include "rsa_padding.h"

extern const struct rsa_hash channel_hash;

#endif
