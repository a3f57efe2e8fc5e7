/*
 * PBES2 with PBKDF2 and AES-CBC, RFC 8018; see pbes2.h.
 */
#include "pbes2.h"
#include "rsa_error.h"
#include "sym_cbc.h"
#include "sym_memory.h"
#include "sym_pbkdf2.h"

#include <assert.h>

#define BLOCK SYM_CBC_BLOCK_BYTES

/* --- what may be named ----------------------------------------------------------------------- */

struct name {
    const char *text;
    uint8_t oid[12];
    uint8_t bytes;
};
/* RFC 8018 appendix C: 1.2.840.113549.1.5.13, 1.5.12; B.1: 2.9; NIST: 2.16.840.1.101.3.4.1.x */
static const struct name pbes2 = {
    "PBES2", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D}, 9};
static const struct name pbkdf2 = {
    "PBKDF2", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0C}, 9};
static const struct name hmac_sha256 = {
    "HMAC-SHA-256", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x09}, 8};

static const struct pbes2_cipher {
    struct name name;
    const struct sym_block_cipher *cipher;
    size_t key_bytes;
} ciphers[] = {
    {{"AES-256-CBC", {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2A}, 9},
     &sym_block_aes256,
     SYM_AES256_KEY_BYTES},
    {{"AES-192-CBC", {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x16}, 9},
     &sym_block_aes192,
     SYM_AES192_KEY_BYTES},
    {{"AES-128-CBC", {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02}, 9},
     &sym_block_aes128,
     SYM_AES128_KEY_BYTES},
};
#define CIPHERS (sizeof(ciphers) / sizeof(ciphers[0]))

/* What other programs may have used, for the message. */
static const struct name others[] = {
    {"PBES1 (MD2, DES)", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x01}, 9},
    {"PBES1 (MD5, DES)", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x03}, 9},
    {"PBES1 (MD2, RC2)", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x04}, 9},
    {"PBES1 (MD5, RC2)", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x06}, 9},
    {"PBES1 (SHA-1, DES)", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0A}, 9},
    {"PBES1 (SHA-1, RC2)", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0B}, 9},
    {"PKCS#12 (SHA-1, RC4)", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x01, 0x01}, 10},
    {"PKCS#12 (SHA-1, 3DES)", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x01, 0x03}, 10},
    {"scrypt", {0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x04, 0x0B}, 9},
    {"HMAC-SHA-1", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x07}, 8},
    {"HMAC-SHA-224", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x08}, 8},
    {"HMAC-SHA-384", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x0A}, 8},
    {"HMAC-SHA-512", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x0B}, 8},
    {"DES-CBC", {0x2B, 0x0E, 0x03, 0x02, 0x07}, 5},
    {"3DES-CBC", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x03, 0x07}, 8},
    {"RC2-CBC", {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x03, 0x02}, 8},
};

static bool is(const struct octets *oid, const struct name *name)
{
    return octets_equal(oid, name->oid, name->bytes);
}

/* Always false. */
static bool not_read(const char *what, struct problem *problem)
{
    problem_set(problem, "it is protected by a passphrase with %s, which is not read here", what);
    return problem_hint(problem, "openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in "
                                 "FILE -out NEW makes one that is");
}

static bool not_known(const struct octets *oid, struct problem *problem)
{
    char text[DER_OID_TEXT_BYTES];
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (is(oid, &others[i]))
            return not_read(others[i].text, problem);
    der_oid_text(text, oid);
    return not_read(text, problem);
}

/* --- reading --------------------------------------------------------------------------------- */

/* SEQUENCE { OID, parameters }: an AlgorithmIdentifier, of which the parameters are left. */
static bool read_algorithm(struct octets *oid, struct octets *list, struct octets *from,
                           const char *what, struct problem *problem)
{
    return der_read(list, from, DER_SEQUENCE, what, problem) &&
           der_read(oid, list, DER_OID, what, problem);
}

/* RFC 8018 A.2: the default, where nothing is said, is HMAC-SHA-1. */
static bool read_prf(struct octets *list, struct problem *problem)
{
    struct octets prf, oid;
    if (list->bytes == 0)
        return not_read("HMAC-SHA-1", problem);
    return read_algorithm(&oid, &prf, list, "prf", problem) &&
           (is(&oid, &hmac_sha256) || not_known(&oid, problem)) &&
           der_null(&prf, "parameters of prf", problem) && der_end(&prf, problem) &&
           der_end(list, problem);
}

static bool read_iterations(struct pbes2 *frame, struct octets *list, struct problem *problem)
{
    unsigned long count;
    if (!der_small(&count, list, ~0ul, "iterationCount", problem))
        return false;
    if (count > PBES2_MOST_ITERATIONS) {
        problem_set(problem,
                    "it asks for more than %u rounds of PBKDF2, the most that are done here: a "
                    "file could ask for years",
                    PBES2_MOST_ITERATIONS);
        return problem_hint(problem,
                            "if it is yours, and opens elsewhere: openssl pkcs8 -topk8 -v2 "
                            "aes-256-cbc -iter 600000 -in FILE -out NEW");
    }
    frame->iterations = (uint32_t)count;
    return count > 0 || octets_fault(problem, list, "at least one iteration before this");
}

/* PBKDF2-params, RFC 8018 A.2. Returns the keyLength in *key_bytes, 0 if it is not there. */
static bool read_derivation(struct pbes2 *frame, unsigned long *key_bytes, struct octets *from,
                            struct problem *problem)
{
    struct octets function, oid, list;
    *key_bytes = 0;
    if (!read_algorithm(&oid, &function, from, "keyDerivationFunc", problem))
        return false;
    if (!is(&oid, &pbkdf2))
        return not_known(&oid, problem);
    if (!der_read(&list, &function, DER_SEQUENCE, "PBKDF2-params", problem) ||
        !der_end(&function, problem) ||
        !der_read(&frame->salt, &list, DER_OCTET_STRING, "salt", problem))
        return false;
    if (frame->salt.bytes < PBES2_LEAST_SALT_BYTES || frame->salt.bytes > PBES2_MOST_SALT_BYTES)
        return octets_fault(problem, &frame->salt, "a salt of 8 to 128 bytes");
    return read_iterations(frame, &list, problem) &&
           (!der_next_is(&list, DER_INTEGER) ||
            der_small(key_bytes, &list, SYM_AES256_KEY_BYTES, "keyLength", problem)) &&
           read_prf(&list, problem);
}

static bool read_scheme(struct pbes2 *frame, struct octets *from, struct problem *problem)
{
    struct octets list, oid;
    if (!read_algorithm(&oid, &list, from, "encryptionScheme", problem))
        return false;
    for (size_t i = 0; i < CIPHERS; i++)
        if (is(&oid, &ciphers[i].name))
            frame->cipher = &ciphers[i];
    if (!frame->cipher)
        return not_known(&oid, problem);
    return der_read(&frame->iv, &list, DER_OCTET_STRING, "the IV", problem) &&
           der_end(&list, problem) &&
           (frame->iv.bytes == BLOCK || octets_fault(problem, &frame->iv, "an IV of 16 bytes"));
}

/* PBES2-params, RFC 8018 A.4. */
static bool read_parameters(struct pbes2 *frame, struct octets *from, struct problem *problem)
{
    struct octets list;
    unsigned long key_bytes;
    if (!der_read(&list, from, DER_SEQUENCE, "PBES2-params", problem) || !der_end(from, problem) ||
        !read_derivation(frame, &key_bytes, &list, problem) ||
        !read_scheme(frame, &list, problem) || !der_end(&list, problem))
        return false;
    return key_bytes == 0 || key_bytes == frame->cipher->key_bytes ||
           problem_set(problem, "the keyLength is %lu, and %s takes %zu bytes", key_bytes,
                       frame->cipher->name.text, frame->cipher->key_bytes);
}

static bool read_ciphertext(struct pbes2 *frame, struct octets *from, struct problem *problem)
{
    if (!der_read(&frame->ciphertext, from, DER_OCTET_STRING, "encryptedData", problem))
        return false;
    size_t bytes = frame->ciphertext.bytes;
    return (bytes > 0 && bytes % BLOCK == 0 && bytes <= PBES2_MOST_BYTES) ||
           octets_fault(problem, &frame->ciphertext, "blocks of 16 bytes, at most 4096 of them");
}

bool pbes2_read(struct pbes2 *frame, const void *data, size_t bytes, struct problem *problem)
{
    struct octets der = octets_open(data, bytes), list, algorithm, oid;
    *frame = (struct pbes2){.cipher = NULL};
    if (!der_read(&list, &der, DER_SEQUENCE, "EncryptedPrivateKeyInfo", problem) ||
        !der_end(&der, problem) ||
        !read_algorithm(&oid, &algorithm, &list, "encryptionAlgorithm", problem))
        return false;
    if (!is(&oid, &pbes2))
        return not_known(&oid, problem);
    return read_parameters(frame, &algorithm, problem) && read_ciphertext(frame, &list, problem) &&
           der_end(&list, problem);
}

/* --- the passphrase -------------------------------------------------------------------------- */

static void start(struct sym_cbc *cbc, const struct pbes2 *frame, const char *passphrase)
{
    uint8_t key[SYM_AES256_KEY_BYTES];
    sym_pbkdf2(key, frame->cipher->key_bytes, passphrase, strlen(passphrase), frame->salt.data,
               frame->salt.bytes, frame->iterations);
    sym_cbc_init(cbc, frame->cipher->cipher, key, frame->iv.data);
    sym_wipe(key, sizeof(key));
}

bool pbes2_decrypt(uint8_t *out, size_t *out_bytes, const struct pbes2 *frame,
                   const char *passphrase)
{
    struct sym_cbc cbc;
    uint8_t last[BLOCK];
    size_t last_bytes;
    start(&cbc, frame, passphrase);
    *out_bytes = sym_cbc_decrypt(&cbc, out, frame->ciphertext.data, frame->ciphertext.bytes);
    enum sym_error error = sym_cbc_decrypt_final(&cbc, last, &last_bytes);
    memcpy(out + *out_bytes, last, last_bytes);
    *out_bytes += last_bytes;
    sym_wipe(last, sizeof(last));
    return error == SYM_OK;
}

/* --- writing, from the end to the front ------------------------------------------------------ */

static void put_oid(struct der_writer *writer, const struct name *name)
{
    der_put_element(writer, DER_OID, name->oid, name->bytes);
}

static void put_scheme(struct der_writer *writer, const struct pbes2 *frame)
{
    size_t mark = der_mark(writer);
    der_put_element(writer, DER_OCTET_STRING, frame->iv.data, frame->iv.bytes);
    put_oid(writer, &frame->cipher->name);
    der_put_header(writer, DER_SEQUENCE, mark);
}

static void put_derivation(struct der_writer *writer, const struct pbes2 *frame)
{
    size_t mark = der_mark(writer);
    der_put_element(writer, DER_NULL, NULL, 0);
    put_oid(writer, &hmac_sha256);
    der_put_header(writer, DER_SEQUENCE, mark); /* prf */
    der_put_small(writer, frame->iterations);
    der_put_element(writer, DER_OCTET_STRING, frame->salt.data, frame->salt.bytes);
    der_put_header(writer, DER_SEQUENCE, mark); /* PBKDF2-params */
    put_oid(writer, &pbkdf2);
    der_put_header(writer, DER_SEQUENCE, mark);
}

/* The ciphertext, up to `end`, is there. */
static void put_frame(struct der_writer *writer, size_t end, const struct pbes2 *frame)
{
    der_put_header(writer, DER_OCTET_STRING, end);
    size_t mark = der_mark(writer);
    put_scheme(writer, frame);
    put_derivation(writer, frame);
    der_put_header(writer, DER_SEQUENCE, mark); /* PBES2-params */
    put_oid(writer, &pbes2);
    der_put_header(writer, DER_SEQUENCE, mark); /* encryptionAlgorithm */
    der_put_header(writer, DER_SEQUENCE, end);
}

bool pbes2_write(struct octets *out, uint8_t *buffer, size_t space, const uint8_t *plaintext,
                 size_t bytes, const char *passphrase, uint32_t iterations)
{
    uint8_t fresh[PBES2_SALT_BYTES + BLOCK]; /* not secret, not wiped */
    struct der_writer writer = der_writer_open(buffer, space);
    struct sym_cbc cbc;
    assert(space >= PBES2_FRAME_BYTES(bytes) && iterations > 0);
    if (rsa_random_bytes(fresh, sizeof(fresh), NULL) != RSA_OK)
        return false;
    struct pbes2 frame = {.salt = octets_open(fresh, PBES2_SALT_BYTES),
                          .iv = octets_open(fresh + PBES2_SALT_BYTES, BLOCK),
                          .iterations = iterations,
                          .cipher = &ciphers[0]};
    start(&cbc, &frame, passphrase);
    writer.at -= bytes - bytes % BLOCK + BLOCK;
    size_t used = sym_cbc_encrypt(&cbc, buffer + writer.at, plaintext, bytes);
    sym_cbc_encrypt_final(&cbc, buffer + writer.at + used);
    put_frame(&writer, space, &frame);
    return der_written(out, &writer);
}
