/*
 * PBES2, RFC 8018 6.2: bytes under a passphrase, in the frame that PKCS#8 has for private keys
 * (EncryptedPrivateKeyInfo, RFC 5958 3). openssl and ssh-keygen read and write the same.
 *
 *     key        = PBKDF2-HMAC-SHA-256 (passphrase, salt, iterations)    RFC 8018 5.2
 *     ciphertext = AES-256-CBC (key, IV, what is inside, padded)         RFC 8018 B.2.5
 *
 *     SEQUENCE
 *       SEQUENCE                          encryptionAlgorithm
 *         OID  id-PBES2
 *         SEQUENCE
 *           SEQUENCE                      keyDerivationFunc
 *             OID  id-PBKDF2
 *             SEQUENCE  salt, iterationCount, (keyLength), SEQUENCE { id-hmacWithSHA256, NULL }
 *           SEQUENCE                      encryptionScheme
 *             OID  aes256-CBC-PAD
 *             OCTET STRING                the IV
 *       OCTET STRING                      the ciphertext
 *
 * Written is the above. Read are AES-128 and AES-192, too; anything else is an error that names it.
 *
 * It keeps a secret but does not notice tampering: a changed ciphertext gives a changed plaintext.
 * A changed key is caught because its numbers no longer fit together (rsa_key_check_quickly).
 */
#ifndef GLASSBOX_PBES2_H
#define GLASSBOX_PBES2_H

#include "der.h"

/* RFC 8018 4.1: at least 64 bits. */
#define PBES2_LEAST_SALT_BYTES 8
#define PBES2_MOST_SALT_BYTES  128
#define PBES2_SALT_BYTES       16 /* as written */

/* A file says how long it takes to open it. This many take some seconds; more are refused. */
#define PBES2_MOST_ITERATIONS 10000000u

#define PBES2_MOST_BYTES 65536 /* of ciphertext */

/* What a frame says; the octets point into it. */
struct pbes2 {
    struct octets salt, iv, ciphertext;
    uint32_t iterations;
    const struct pbes2_cipher *cipher;
};

/* Reads the frame, which must be the whole of data. */
bool pbes2_read(struct pbes2 *frame, const void *data, size_t bytes, struct problem *problem)
    __attribute__((warn_unused_result));

/* Decrypts it: frame->ciphertext.bytes of room, which the caller wipes. False: another passphrase,
 * or damage; of wrong passphrases, one in 256 is not noticed here. CT: lengths, iterations, whether
 * the padding is right. */
bool pbes2_decrypt(uint8_t *out, size_t *out_bytes, const struct pbes2 *frame,
                   const char *passphrase) __attribute__((warn_unused_result));

/* Room for the frame around so many bytes. */
#define PBES2_FRAME_BYTES(bytes) ((bytes) + 16 + 192)
/* Writes it with a fresh salt and IV at the end of the buffer, which has that room; out points
 * there. The plaintext is not in the buffer. False: no random bytes. CT: lengths, iterations. */
bool pbes2_write(struct octets *out, uint8_t *buffer, size_t space, const uint8_t *plaintext,
                 size_t bytes, const char *passphrase, uint32_t iterations)
    __attribute__((warn_unused_result));

#endif
