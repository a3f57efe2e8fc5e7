/*
 * A key pair of ours as OpenSSL reads it.
 */
#ifndef GLASSBOX_TESTS_OPENSSL_KEY_H
#define GLASSBOX_TESTS_OPENSSL_KEY_H

#include "rsa_key.h"

/* Writes FOLDER/key.pem and FOLDER/pub.pem by way of `openssl asn1parse -genconf`, and lets openssl
 * check the pair. Fails the running test if a command does. */
void openssl_write_key(const char *folder, const struct rsa_key *key);

#endif
