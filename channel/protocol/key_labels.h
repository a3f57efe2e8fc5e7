/*
 * The registry of labels: what a private key has signed or opened for one purpose is of no use for
 * another, because the label of the purpose is under the signature, or inside the padding.
 *
 * A signature is over H(label || hashes): of the dialogue, of a sealed file, of a document. Without
 * the label, whoever may choose a "document" could choose the bytes that open a chat. All labels
 * begin with one of a few stems, so that whoever signs without one (keytool sign --plain) can
 * refuse what would be taken for a labelled message, of a later version, too.
 *
 * One use has none: raw RSA, the textbook suite's, has no room for it. docs/protocol.md prints this
 * table.
 * CT: everything here is public.
 */
#ifndef GLASSBOX_KEY_LABELS_H
#define GLASSBOX_KEY_LABELS_H

#include "sym_sha256.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_label {
    KEY_LABEL_CLIENT_EXCHANGE,
    KEY_LABEL_SERVER_EXCHANGE,
    KEY_LABEL_CLIENT_SECRET,
    KEY_LABEL_SERVER_SECRET,
    KEY_LABEL_SEALED_SIGNATURE,
    KEY_LABEL_SEALED_KEY,
    KEY_LABEL_DOCUMENT,
    KEY_LABEL_MESSAGE,
    KEY_LABELS
};

struct key_label_row {
    const char *text;
    const char *use;  /* whose key does what: "identity key of the client: PSS" */
    const char *what; /* that is signed or opened */
};
const struct key_label_row *key_label_row(enum key_label label);
const char *key_label_text(enum key_label label);

/* What is signed under a label: H(label || data). data: one or more hashes, joined. */
void key_label_digest(uint8_t digest[SYM_SHA256_BYTES], enum key_label label, const void *data,
                      size_t bytes);

/* Whether a message begins as labels do, those of later versions included. */
bool key_label_begins(const void *message, size_t bytes);

#endif
