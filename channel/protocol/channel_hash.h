/*
 * The hashes of symcipher for the libraries that know none of their own. For all RSA paddings in
 * this house: SHA-256; its digest_info is the prefix of RFC 8017 9.2 note 1. For ML-KEM: the
 * functions of FIPS 203 4.1.
 */
#ifndef GLASSBOX_CHANNEL_HASH_H
#define GLASSBOX_CHANNEL_HASH_H

#include "mlkem.h"
#include "rsa_padding.h"

extern const struct rsa_hash channel_hash;
extern const struct mlkem_hash channel_mlkem_hash;

#endif
