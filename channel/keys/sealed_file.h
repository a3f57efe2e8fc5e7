/*
 * Sealed files: a file of any size to one or several public keys, in constant memory.
 *
 * docs/sealed.md is the format: a fresh file key under OAEP to each receiver, then the file in
 * chunks of 64 KiB under ChaCha20-Poly1305, numbered and with the last one marked (STREAM: Hoang,
 * Reyhanitabar, Rogaway, Vizar 2015), then the sender's signature over all of it, if wanted.
 *
 * Protects the contents from all but the receivers; with a sender that is checked, also from change
 * by anybody else, the receivers included. Without one, anybody can have sealed it. Does not hide
 * the size, nor who the receivers and the sender are. Whoever gets a receiver's private key later
 * can open it (no forward secrecy).
 */
#ifndef GLASSBOX_SEALED_FILE_H
#define GLASSBOX_SEALED_FILE_H

#include "output_file.h"
#include "rsa_key.h"
#include "sym_sha256.h"

#define SEALED_CHUNK_BYTES   (64 * 1024) /* of plaintext */
#define SEALED_MAX_RECEIVERS 255
#define SEALED_MIN_KEY_BYTES 98 /* of n: OAEP with SHA-256 takes the 32 bytes of the file key */

/* Told after each chunk: bytes of plaintext so far. hear NULL: nobody. */
struct sealed_progress {
    void (*hear)(void *context, uint64_t bytes);
    void *context;
};

/* Seals what comes from the descriptor, to its end. sender: a pair that signs, or NULL. The caller
 * opens out and finishes it. CT: lengths, and the receivers. */
bool sealed_file_seal(struct output_file *out, int in, const struct rsa_key *const receivers[],
                      size_t count, const struct rsa_key *sender,
                      const struct sealed_progress *progress, struct problem *problem)
    __attribute__((warn_unused_result));

struct sealed_sender {
    bool is_signed;
    uint8_t digest[SYM_SHA256_BYTES]; /* from the fingerprint of the sender that the file names */
};

/* Opens likewise. key: a receiver's pair. sender: the key that must have signed, or NULL: then a
 * signature is not looked at. Each chunk is checked before it is written; but only `true` says that
 * the file is whole and the signature good, and only then may out be finished. *said is what the
 * file says of its sender, proven if sender was given. CT: lengths, and where it failed. */
bool sealed_file_open(struct output_file *out, struct sealed_sender *said, int in,
                      const struct rsa_key *key, const struct rsa_key *sender,
                      const struct sealed_progress *progress, struct problem *problem)
    __attribute__((warn_unused_result));

#endif
