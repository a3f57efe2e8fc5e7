/*
 * The registry of labels; see key_labels.h. A new use gets a new row; no row is used for another.
 */
#include "key_labels.h"

#include <string.h>

static const struct key_label_row rows[] = {
    [KEY_LABEL_CLIENT_EXCHANGE] = {"glassbox-v2 client exchange",
                                   "the client's identity key signs M3: PSS", "H(M1 || M2 || c_c)"},
    [KEY_LABEL_SERVER_EXCHANGE] = {"glassbox-v2 server exchange",
                                   "the server's identity key signs M4: PSS",
                                   "H(M1 || M2 || M3 || c_s)"},
    [KEY_LABEL_CLIENT_SECRET] = {"glassbox-v2 client secret",
                                 "the server's fresh key opens c_c: OAEP (modern:rsa)", "s_c"},
    [KEY_LABEL_SERVER_SECRET] = {"glassbox-v2 server secret",
                                 "the client's fresh key opens c_s: OAEP (modern:rsa)", "s_s"},
    [KEY_LABEL_SEALED_SIGNATURE] = {"glassbox sealed v1 signature", "keytool seal --sign: PSS",
                                    "H(header) || H(contents)"},
    [KEY_LABEL_SEALED_KEY] = {"glassbox sealed v1 file key", "keytool open: OAEP",
                              "the key of the file"},
    [KEY_LABEL_DOCUMENT] = {"glassbox keytool v1 document", "keytool sign: PSS or PKCS#1 v1.5",
                            "H(document)"},
    [KEY_LABEL_MESSAGE] = {"glassbox keytool v1 message", "keytool decrypt: OAEP", "a message"},
};

static const char *const stems[] = {"glassbox-v", "glassbox sealed v", "glassbox keytool v"};

const struct key_label_row *key_label_row(enum key_label label)
{
    return &rows[label];
}

const char *key_label_text(enum key_label label)
{
    return rows[label].text;
}

void key_label_digest(uint8_t digest[SYM_SHA256_BYTES], enum key_label label, const void *data,
                      size_t bytes)
{
    struct sym_sha256 state;
    sym_sha256_init(&state);
    sym_sha256_update(&state, rows[label].text, strlen(rows[label].text));
    sym_sha256_update(&state, data, bytes);
    sym_sha256_final(digest, &state);
}

bool key_label_begins(const void *message, size_t bytes)
{
    for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); i++) {
        size_t length = strlen(stems[i]);
        if (bytes >= length && memcmp(message, stems[i], length) == 0)
            return true;
    }
    return false;
}
