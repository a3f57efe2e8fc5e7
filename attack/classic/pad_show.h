/*
 * Texts and keys as the attacks on a pad show them, and as python3 reads them.
 */
#ifndef GLASSBOX_PAD_SHOW_H
#define GLASSBOX_PAD_SHOW_H

#include "report.h"

#include <stdint.h>

/* A text by name, as text; what does not fit is cut. */
#define PAD_SHOW_BYTES 480
void pad_show_text(struct report *report, const char *name, const uint8_t *text, size_t bytes);
/* A key: in hexadecimal, and as text where it is one. */
void pad_show_key(struct report *report, const uint8_t *key, size_t bytes);

/* An expression of python3 for these bytes, without single quotes; freed by the caller. */
char *pad_python(const uint8_t *bytes, size_t count);

/* The proof of a key: the first bytes of this ciphertext become this text under it, and that is text.
 * The key repeats. */
void pad_prove_key(struct report *report, const uint8_t *sealed, size_t bytes, const uint8_t *key,
                   size_t key_bytes);

#endif
