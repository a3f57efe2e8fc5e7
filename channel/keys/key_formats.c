/*
 * Writing keys in any format; see key_formats.h.
 */
#include "key_formats.h"
#include "base64.h"
#include "key_der.h"
#include "key_file.h"
#include "key_jwk.h"
#include "key_openssh.h"
#include "key_protected.h"
#include "pem.h"
#include "sym_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[KEY_FORMATS] = {"csv", "pkcs1", "pkcs8", "spki", "openssh", "jwk"};

bool key_format_parse(enum key_format *format, const char *text)
{
    for (*format = 0; *format < KEY_FORMATS; (*format)++)
        if (strcmp(names[*format], text) == 0)
            return true;
    return false;
}

bool key_wish_check(const struct key_wish *wish, struct problem *problem)
{
    if (wish->format == KEY_FORMAT_PKCS8 && !wish->private) {
        problem_set(problem, "pkcs8 is a format of private keys");
        return problem_hint(problem, "the public half of it is --format spki");
    }
    if (wish->format == KEY_FORMAT_SPKI && wish->private) {
        problem_set(problem, "spki is a format of public keys");
        return problem_hint(problem, "the private key around it is --format pkcs8");
    }
    if (wish->der && wish->format != KEY_FORMAT_PKCS1 && wish->format != KEY_FORMAT_PKCS8 &&
        wish->format != KEY_FORMAT_SPKI) {
        problem_set(problem, "%s has no DER", names[wish->format]);
        return problem_hint(problem, "pkcs1, pkcs8 and spki have");
    }
    if (wish->protection && !wish->private)
        return problem_set(problem, "a public key has nothing for a passphrase to protect");
    if (wish->protection && wish->format != KEY_FORMAT_PKCS8 && wish->format != KEY_FORMAT_CSV) {
        problem_set(problem, "%s has no passphrases here", names[wish->format]);
        return problem_hint(problem, "pkcs8 and csv have; ssh-keygen and openssl read pkcs8");
    }
    return true;
}

void key_text_free(struct key_text *text)
{
    if (text->data)
        sym_wipe(text->data, text->bytes);
    free(text->data);
    *text = (struct key_text){0};
}

/* --- the formats ----------------------------------------------------------------------------- */

/* DER of the kind that is wished for, bare or in PEM. */
static char *write_der(size_t *bytes, const struct rsa_key *key, const struct key_wish *wish,
                       struct problem *problem)
{
    uint8_t buffer[KEY_PROTECTED_BYTES];
    _Static_assert(KEY_PROTECTED_BYTES >= KEY_DER_BYTES, "room for either");
    bool pkcs1 = wish->format == KEY_FORMAT_PKCS1;
    enum key_der kind = wish->protection ? KEY_DER_ENCRYPTED
                        : wish->private  ? (pkcs1 ? KEY_DER_PKCS1_PRIVATE : KEY_DER_PKCS8)
                                         : (pkcs1 ? KEY_DER_PKCS1_PUBLIC : KEY_DER_SPKI);
    struct octets der;
    char *data = NULL;
    if (kind != KEY_DER_ENCRYPTED)
        key_der_write(&der, buffer, kind, key);
    else if (!key_protected_write(&der, buffer, key, wish->protection, problem))
        return NULL;
    if (!wish->der)
        data = pem_write(bytes, key_der_label(kind), der.data, der.bytes);
    else if ((data = malloc(der.bytes)))
        memcpy(data, der.data, *bytes = der.bytes);
    sym_wipe(buffer, sizeof(buffer));
    return data;
}

static char *write_openssh_private(size_t *bytes, const struct rsa_key *pair, const char *name)
{
    uint8_t buffer[KEY_OPENSSH_PRIVATE_BYTES];
    size_t used = key_openssh_write_private(buffer, pair, name);
    char *data = used == 0 ? NULL : pem_write(bytes, KEY_OPENSSH_PRIVATE_LABEL, buffer, used);
    sym_wipe(buffer, sizeof(buffer));
    return data;
}

static char *write_openssh_line(size_t *bytes, const struct rsa_key *key, const char *name)
{
    uint8_t blob[FINGERPRINT_BLOB_BYTES]; /* not secret, not wiped */
    size_t used = fingerprint_blob(blob, key), space = sizeof(KEY_OPENSSH_TYPE) + strlen(name) + 3;
    char *data = malloc(space + BASE64_TEXT_BYTES(used));
    if (!data)
        return NULL;
    *bytes = (size_t)sprintf(data, KEY_OPENSSH_TYPE " ");
    *bytes += base64_encode(data + *bytes, blob, used, BASE64_PADDED);
    *bytes += (size_t)sprintf(data + *bytes, "%s%s\n", name[0] == '\0' ? "" : " ", name);
    return data;
}

static char *write_csv(size_t *bytes, const struct rsa_key *key, const struct key_wish *wish,
                       struct problem *problem)
{
    const struct key_file file = {.key = key,
                                  .part = wish->private ? KEY_PRIVATE : KEY_PUBLIC,
                                  .name = wish->name,
                                  .created = wish->created,
                                  .marks = wish->marks,
                                  .protection = wish->protection};
    struct csv_table *table = key_file_table("the key", &file, problem);
    char *data = !table ? NULL : csv_table_text(bytes, table, problem);
    csv_table_free(table);
    return data;
}

bool key_formats_write(struct key_text *text, const struct rsa_key *key,
                       const struct key_wish *wish, struct problem *problem)
{
    *text = (struct key_text){0};
    switch (wish->format) {
    case KEY_FORMAT_CSV:
        text->data = write_csv(&text->bytes, key, wish, problem);
        break;
    case KEY_FORMAT_OPENSSH:
        text->data = wish->private ? write_openssh_private(&text->bytes, key, wish->name)
                                   : write_openssh_line(&text->bytes, key, wish->name);
        break;
    case KEY_FORMAT_JWK:
        text->data = key_jwk_write(&text->bytes, key, wish->private, wish->name);
        break;
    default:
        text->data = write_der(&text->bytes, key, wish, problem);
    }
    return text->data || problem_set(problem, "no memory, or no random bytes");
}
