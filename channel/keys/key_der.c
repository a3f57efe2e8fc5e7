/*
 * RSA keys in DER; see key_der.h.
 */
#include "key_der.h"
#include "key_numbers.h"
#include "sym_memory.h"

#include <assert.h>

/* RFC 8017 A.1: 1.2.840.113549.1.1.1, 1.2.840.113549.1.1.10 */
static const uint8_t oid_rsa[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
static const uint8_t oid_pss[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A};

static const struct {
    const char *label, *name;
} kinds[KEY_DERS] = {
    [KEY_DER_PKCS1_PUBLIC] = {"RSA PUBLIC KEY", "PKCS#1"},
    [KEY_DER_PKCS1_PRIVATE] = {"RSA PRIVATE KEY", "PKCS#1"},
    [KEY_DER_PKCS8] = {"PRIVATE KEY", "PKCS#8"},
    [KEY_DER_ENCRYPTED] = {"ENCRYPTED PRIVATE KEY", "PKCS#8"},
    [KEY_DER_SPKI] = {"PUBLIC KEY", "SPKI"},
    [KEY_DER_CERTIFICATE] = {"CERTIFICATE", "X.509"},
};

const char *key_der_label(enum key_der kind)
{
    return kinds[kind].label;
}

const char *key_der_name(enum key_der kind)
{
    return kinds[kind].name;
}

/* --- which is it? ---------------------------------------------------------------------------- */

/* INTEGER first: a version, which is 0 or 1, or n, which is neither. */
static enum key_der kind_of_numbers(struct octets list)
{
    struct octets first;
    if (!der_integer(&first, &list, "", NULL))
        return KEY_DERS;
    if (first.bytes > 1)
        return KEY_DER_PKCS1_PUBLIC;
    return der_next_is(&list, DER_SEQUENCE) ? KEY_DER_PKCS8 : KEY_DER_PKCS1_PRIVATE;
}

enum key_der key_der_kind(const void *data, size_t bytes)
{
    struct octets der = octets_open(data, bytes), list, first;
    if (!der_read(&list, &der, DER_SEQUENCE, "", NULL))
        return KEY_DERS;
    if (der_next_is(&list, DER_INTEGER))
        return kind_of_numbers(list);
    if (!der_read(&first, &list, DER_SEQUENCE, "", NULL))
        return KEY_DERS;
    if (!der_next_is(&first, DER_OID))
        return KEY_DER_CERTIFICATE;
    return der_next_is(&list, DER_OCTET_STRING) ? KEY_DER_ENCRYPTED : KEY_DER_SPKI;
}

/* --- reading --------------------------------------------------------------------------------- */

/* RFC 8017 A.1.1: modulus, publicExponent. */
static bool read_pkcs1_public(struct rsa_key **key, struct octets *der, struct problem *problem)
{
    struct octets list, numbers[RSA_NUMBERS] = {{0}};
    return der_read(&list, der, DER_SEQUENCE, "RSAPublicKey", problem) &&
           der_integer(&numbers[RSA_N], &list, "modulus", problem) &&
           der_integer(&numbers[RSA_E], &list, "publicExponent", problem) &&
           der_end(&list, problem) && der_end(der, problem) &&
           key_from_numbers(key, numbers, problem);
}

/* RFC 8017 A.1.2, in its order, which is that of enum rsa_number. */
static bool read_pkcs1_private(struct rsa_key **key, struct octets *der, struct problem *problem)
{
    static const char *const names[RSA_NUMBERS] = {"modulus",   "publicExponent", "privateExponent",
                                                   "prime1",    "prime2",         "exponent1",
                                                   "exponent2", "coefficient"};
    struct octets list, numbers[RSA_NUMBERS];
    unsigned long version;
    if (!der_read(&list, der, DER_SEQUENCE, "RSAPrivateKey", problem) ||
        !der_small(&version, &list, 1, "version", problem))
        return false;
    if (version != 0)
        return problem_set(problem, "this key has more than two primes");
    for (size_t i = 0; i < RSA_NUMBERS; i++)
        if (!der_integer(&numbers[i], &list, names[i], problem))
            return false;
    return der_end(&list, problem) && der_end(der, problem) &&
           key_from_numbers(key, numbers, problem);
}

/* AlgorithmIdentifier, RFC 8017 A.1: rsaEncryption, then NULL, which some programs leave out. */
static bool read_algorithm(struct octets *from, const char **oddity, struct problem *problem)
{
    struct octets list, oid;
    char text[DER_OID_TEXT_BYTES];
    if (!der_read(&list, from, DER_SEQUENCE, "algorithm", problem) ||
        !der_read(&oid, &list, DER_OID, "algorithm", problem))
        return false;
    if (octets_equal(&oid, oid_rsa, sizeof(oid_rsa))) {
        if (list.bytes > 0)
            return der_null(&list, "parameters", problem) && der_end(&list, problem);
        *oddity = "its algorithm has no NULL behind it, for which RFC 8017 A.1 asks";
        return true;
    }
    if (octets_equal(&oid, oid_pss, sizeof(oid_pss)))
        return problem_set(problem, "this RSA key is for PSS signatures alone (id-RSASSA-PSS)");
    der_oid_text(text, &oid);
    return problem_set(problem, "this is no RSA key: its algorithm is %s", text);
}

/* RFC 5958 2: version, algorithm, the key in an OCTET STRING, then attributes [0]. Version 1, and
 * only version 1, has the public key [1] too; the private key contains it as well. */
static bool read_pkcs8(struct rsa_key **key, const char **oddity, struct octets *der,
                       struct problem *problem)
{
    struct octets list, inside, public;
    unsigned long version;
    if (!der_read(&list, der, DER_SEQUENCE, "PrivateKeyInfo", problem) ||
        !der_small(&version, &list, 1, "version", problem) ||
        !read_algorithm(&list, oddity, problem) ||
        !der_read(&inside, &list, DER_OCTET_STRING, "privateKey", problem))
        return false;
    if (der_next_is(&list, DER_CONTEXT_0) && !der_skip(&list, "attributes", problem))
        return false;
    if (version == 1 && !der_read(&public, &list, DER_PRIMITIVE_1, "publicKey", problem))
        return false;
    return der_end(&list, problem) && der_end(der, problem) &&
           read_pkcs1_private(key, &inside, problem);
}

/* SubjectPublicKeyInfo, RFC 5280 4.1 and RFC 3279 2.3.1. What follows it is the caller's. */
static bool read_spki_in(struct rsa_key **key, const char **oddity, struct octets *from,
                         struct problem *problem)
{
    struct octets list, inside;
    return der_read(&list, from, DER_SEQUENCE, "SubjectPublicKeyInfo", problem) &&
           read_algorithm(&list, oddity, problem) &&
           der_bits(&inside, &list, "subjectPublicKey", problem) && der_end(&list, problem) &&
           read_pkcs1_public(key, &inside, problem);
}

static bool read_spki(struct rsa_key **key, const char **oddity, struct octets *der,
                      struct problem *problem)
{
    struct octets all = *der, whole;
    return der_read(&whole, &all, DER_SEQUENCE, "SubjectPublicKeyInfo", problem) &&
           der_end(&all, problem) && read_spki_in(key, oddity, der, problem);
}

/* RFC 5280 4.1: TBSCertificate up to the key, field 7, or field 6 where the version is left out. */
static bool read_certificate(struct rsa_key **key, const char **oddity, struct octets *der,
                             struct problem *problem)
{
    static const char *const fields[] = {"serialNumber", "signature", "issuer", "validity",
                                         "subject"};
    struct octets list, signed_part, signature;
    if (!der_read(&list, der, DER_SEQUENCE, "Certificate", problem) || !der_end(der, problem) ||
        !der_read(&signed_part, &list, DER_SEQUENCE, "tbsCertificate", problem) ||
        !der_skip(&list, "signatureAlgorithm", problem) ||
        !der_bits(&signature, &list, "signatureValue", problem) || !der_end(&list, problem))
        return false;
    if (der_next_is(&signed_part, DER_CONTEXT_0) && !der_skip(&signed_part, "version", problem))
        return false;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (!der_skip(&signed_part, fields[i], problem))
            return false;
    return read_spki_in(key, oddity, &signed_part, problem);
}

bool key_der_read(struct rsa_key **key, const char **oddity, enum key_der kind, const void *data,
                  size_t bytes, struct problem *problem)
{
    struct octets der = octets_open(data, bytes), list;
    *key = NULL;
    *oddity = NULL;
    switch (kind) {
    case KEY_DER_PKCS1_PUBLIC:
        return read_pkcs1_public(key, &der, problem);
    case KEY_DER_PKCS1_PRIVATE:
        return read_pkcs1_private(key, &der, problem);
    case KEY_DER_PKCS8:
        return read_pkcs8(key, oddity, &der, problem);
    case KEY_DER_SPKI:
        return read_spki(key, oddity, &der, problem);
    case KEY_DER_CERTIFICATE:
        return read_certificate(key, oddity, &der, problem);
    default:
        return der_read(&list, &der, DER_SEQUENCE, "a key", problem) &&
               problem_set(problem, "byte %zu: expected what a key begins with", list.offset);
    }
}

/* --- writing, from the end to the front ------------------------------------------------------- */

static void put_number(struct der_writer *writer, const struct rsa_key *key, enum rsa_number number)
{
    uint8_t magnitude[RSA_MAX_BYTES];
    size_t bytes = rsa_key_number_bytes(key, number, magnitude, sizeof(magnitude));
    der_put_integer(writer, magnitude, bytes);
    sym_wipe(magnitude, bytes);
}

static void put_pkcs1(struct der_writer *writer, const struct rsa_key *key, bool private)
{
    size_t mark = der_mark(writer);
    for (size_t i = private ? RSA_NUMBERS : RSA_E + 1; i-- > 0;)
        put_number(writer, key, (enum rsa_number)i);
    if (private)
        der_put_small(writer, 0); /* version: two primes */
    der_put_header(writer, DER_SEQUENCE, mark);
}

static void put_algorithm(struct der_writer *writer)
{
    size_t mark = der_mark(writer);
    der_put_element(writer, DER_NULL, NULL, 0);
    der_put_element(writer, DER_OID, oid_rsa, sizeof(oid_rsa));
    der_put_header(writer, DER_SEQUENCE, mark);
}

static void put_pkcs8(struct der_writer *writer, const struct rsa_key *key)
{
    size_t mark = der_mark(writer);
    put_pkcs1(writer, key, true);
    der_put_header(writer, DER_OCTET_STRING, mark);
    put_algorithm(writer);
    der_put_small(writer, 0); /* version */
    der_put_header(writer, DER_SEQUENCE, mark);
}

static void put_spki(struct der_writer *writer, const struct rsa_key *key)
{
    size_t mark = der_mark(writer);
    put_pkcs1(writer, key, false);
    der_put(writer, "", 1); /* no unused bits */
    der_put_header(writer, DER_BIT_STRING, mark);
    put_algorithm(writer);
    der_put_header(writer, DER_SEQUENCE, mark);
}

void key_der_write(struct octets *out, uint8_t buffer[KEY_DER_BYTES], enum key_der kind,
                   const struct rsa_key *key)
{
    struct der_writer writer = der_writer_open(buffer, KEY_DER_BYTES);
    if (kind == KEY_DER_PKCS8)
        put_pkcs8(&writer, key);
    else if (kind == KEY_DER_SPKI)
        put_spki(&writer, key);
    else
        put_pkcs1(&writer, key, kind == KEY_DER_PKCS1_PRIVATE);
    bool fits = der_written(out, &writer);
    assert(fits); /* KEY_DER_BYTES is made for it */
    (void)fits;
}
