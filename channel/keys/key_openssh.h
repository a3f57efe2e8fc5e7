/*
 * RSA keys as OpenSSH writes them.
 *
 *     ssh-rsa AAAAB3NzaC1yc2E... comment            a .pub file, RFC 4253 6.6 in base64
 *     from="10.0.0.*" ssh-rsa AAAA... comment        authorized_keys (sshd(8)): options in front
 *     [host]:2222,10.0.0.1 ssh-rsa AAAA...           known_hosts (sshd(8)): hosts in front
 *     -----BEGIN OPENSSH PRIVATE KEY-----            PROTOCOL.key of the OpenSSH sources
 *
 * Of the private format: one key, not encrypted. (Its passphrases go through bcrypt and are
 * ssh-keygen's; it can turn the file into a PKCS#8 that we open.)
 */
#ifndef GLASSBOX_KEY_OPENSSH_H
#define GLASSBOX_KEY_OPENSSH_H

#include "fingerprint.h"
#include "octets.h"
#include "rsa_key.h"

#define KEY_OPENSSH_TYPE          "ssh-rsa"
#define KEY_OPENSSH_PRIVATE_LABEL "OPENSSH PRIVATE KEY"
#define KEY_OPENSSH_SSH2_LABEL    "SSH2 PUBLIC KEY" /* RFC 4716, around the same blob */
#define KEY_OPENSSH_COMMENT_BYTES 256

/* The blob of RFC 4253 6.6 (fingerprint_blob writes it). The caller frees *key. */
bool key_openssh_read_blob(struct rsa_key **key, const void *data, size_t bytes,
                           struct problem *problem) __attribute__((warn_unused_result));

enum key_openssh_line {
    KEY_OPENSSH_KEY,   /* an RSA key: *key, comment */
    KEY_OPENSSH_OTHER, /* a key of another type, or a revoked one: comment says it */
    KEY_OPENSSH_EMPTY, /* blank, or a comment line */
    KEY_OPENSSH_FAULT, /* it begins as such a line should, but is wrong: problem */
    KEY_OPENSSH_NONE,  /* no such line */
};
/* One line, without its end. comment: what stands behind the key; if nothing, the first host. */
enum key_openssh_line
key_openssh_read_line(struct rsa_key **key, char comment[KEY_OPENSSH_COMMENT_BYTES],
                      const char *line, size_t length, struct problem *problem)
    __attribute__((warn_unused_result));

/* What is in a block of OPENSSH PRIVATE KEY. */
bool key_openssh_read_private(struct rsa_key **key, char comment[KEY_OPENSSH_COMMENT_BYTES],
                              const void *data, size_t bytes, struct problem *problem)
    __attribute__((warn_unused_result));

/* Room for what goes into such a block. */
#define KEY_OPENSSH_PRIVATE_BYTES                                                                  \
    (2 * FINGERPRINT_BLOB_BYTES + 4 * RSA_MAX_BYTES + KEY_OPENSSH_COMMENT_BYTES + 256)
/* Writes it; returns its size, 0 if there are no random bytes to be had. The caller wipes it. */
size_t key_openssh_write_private(uint8_t out[KEY_OPENSSH_PRIVATE_BYTES], const struct rsa_key *pair,
                                 const char *comment) __attribute__((warn_unused_result));

#endif
