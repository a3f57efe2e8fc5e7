/*
 * Keys in the formats of the world, recognised by what is in them and not by their names.
 *
 *     csv      our own (docs/formats.md)
 *     pkcs1    RFC 8017 A.1, in PEM or DER
 *     pkcs8    RFC 5958, in PEM or DER
 *     spki     RFC 5280 4.1 SubjectPublicKeyInfo, in PEM or DER: the public key
 *     openssh  the public line, and the private key's own format
 *     jwk      RFC 7517
 * and, to be read only: X.509 certificates (the public key is taken out, nothing else is judged),
 * authorized_keys and known_hosts, RFC 4716.
 *
 * Files may hold several keys, of several formats one behind the other (key_pieces.h). Those of other
 * algorithms are counted and passed over where lines or sets of many kinds are usual (known_hosts,
 * JWK sets).
 */
#ifndef GLASSBOX_KEY_FORMATS_H
#define GLASSBOX_KEY_FORMATS_H

#include "key_store.h"

#include <stddef.h>
#include <stdint.h>

#define KEY_FORMATS_FILE_BYTES (4u << 20) /* the most that is read: a large known_hosts */
#define KEY_FORMATS_KEYS       10000u     /* of one file */

enum key_format {
    KEY_FORMAT_CSV,
    KEY_FORMAT_PKCS1,
    KEY_FORMAT_PKCS8,
    KEY_FORMAT_SPKI,
    KEY_FORMAT_OPENSSH,
    KEY_FORMAT_JWK,
    KEY_FORMATS
};
/* "csv", ... */
bool key_format_parse(enum key_format *format, const char *text);

/* --- reading --------------------------------------------------------------------------------- */

struct key_found {
    struct rsa_key *key;       /* owned: a pair, or a public key */
    char name[KEY_NAME_BYTES]; /* a legal name from its comment, host, kid or field; "" if none */
    unsigned line;             /* where it stands; 0 in DER and JSON */
    struct key_marks marks;    /* that our CSV has */
    bool own_name;             /* a field of our CSV is the name, and not a comment */
    uint32_t iterations;       /* of PBKDF2, where a passphrase protects it; else 0 */
};
struct key_finds {
    struct key_found *keys;
    size_t count;
    size_t others;      /* keys passed over: of other algorithms, or revoked */
    const char *beside; /* the label of a block passed over that is no key; NULL: none was */
};

/* Reads all keys in data. file: the name for messages, which say where in it. A pair and its own
 * public key in one file are one key. No key at all is a fault. access: where passphrases come
 * from; published, seeded and flawed keys are read in any case. CT: sizes, and what is wrong. */
bool key_formats_read(struct key_finds *finds, const char *file, const void *data, size_t bytes,
                      const struct key_access *access, struct problem *problem)
    __attribute__((warn_unused_result));
/* Frees the keys too. Fine on a {0}. */
void key_finds_free(struct key_finds *finds);

/* Loads the one key of a file, as key_file_load does: no private key that others can read. */
bool key_formats_load(struct stored_key *key, const char *path, enum key_part part,
                      const struct key_access *access, struct problem *problem)
    __attribute__((warn_unused_result));

/* --- writing --------------------------------------------------------------------------------- */

struct key_text {
    char *data; /* owned; no 0 behind it */
    size_t bytes;
};
void key_text_free(struct key_text *text); /* wipes */

struct key_wish {
    enum key_format format;
    bool private;           /* the pair; SPKI has public keys only */
    bool der;               /* PKCS1, PKCS8 and SPKI: DER and not PEM */
    struct key_marks marks; /* CSV: they go with it */
    const char *name;       /* a comment (OpenSSH), kid (JWK) or field (CSV); a legal name, or "" */
    const char *created;    /* CSV: a timestamp, or "" */
    const struct key_protection *protection; /* PKCS8 and CSV: of the pair; NULL: none */
};
/* Whether the format can hold that: no public PKCS#8, no private SPKI, DER only of the three,
 * passphrases only with pairs in PKCS#8 and CSV. */
bool key_wish_check(const struct key_wish *wish, struct problem *problem)
    __attribute__((warn_unused_result));
/* Writes the key; wish has passed key_wish_check, and key is a pair if wish->private. */
bool key_formats_write(struct key_text *text, const struct rsa_key *key,
                       const struct key_wish *wish, struct problem *problem)
    __attribute__((warn_unused_result));

#endif
