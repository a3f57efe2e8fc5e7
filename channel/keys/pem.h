/*
 * PEM, RFC 7468: DER between two lines of text; and its elder cousin of RFC 4716 (SSH2 PUBLIC KEY).
 *
 *     anything may stand in front
 *     -----BEGIN PRIVATE KEY-----
 *     MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
 *     ...
 *     -----END PRIVATE KEY-----
 *
 * Lines may end in LF, CRLF or CR, and have blanks at both ends; several blocks may follow each
 * other. Where BEGIN is followed by the two characters \n, as in the strings of JSON and of .env
 * files, those end lines, too, and anything may stand before BEGIN.
 *
 * Inside a block: base64 alone, with the headers of RFC 4716 3.3 in its blocks. A block with other
 * headers (Proc-Type: 4,ENCRYPTED of RFC 1421) is refused: one MD5 makes its key of a passphrase.
 */
#ifndef GLASSBOX_PEM_H
#define GLASSBOX_PEM_H

#include "problem.h"

#include <stddef.h>
#include <stdint.h>

#define PEM_LABEL_BYTES   64
#define PEM_COMMENT_BYTES 256
#define PEM_LINE_LETTERS  64 /* RFC 7468 section 2: as written */

/* The text that is read; set it up with {text, bytes, 1}. */
struct pem_reader {
    const char *at;
    size_t left;
    unsigned line; /* of `at`, from 1 */
    bool escaped;  /* the two characters \n end a line */
    bool found;    /* there was a block already */
};

struct pem_block {
    char label[PEM_LABEL_BYTES];     /* "PRIVATE KEY" */
    char comment[PEM_COMMENT_BYTES]; /* of RFC 4716; else "" */
    unsigned line;                   /* of BEGIN */
    uint8_t *data;                   /* owned; maybe a private key */
    size_t bytes;
};

enum pem_found { PEM_BLOCK, PEM_NONE, PEM_FAULT };

/* Finds the next block and reads it. PEM_NONE: there is no further one; PEM_FAULT: problem says
 * what, with the line. */
enum pem_found pem_next(struct pem_block *block, struct pem_reader *reader, struct problem *problem)
    __attribute__((warn_unused_result));
/* Wipes and frees. Fine on a {0}. */
void pem_block_free(struct pem_block *block);

/* The text of a block, LF at the ends of lines, and its length without the 0. NULL without memory;
 * the caller wipes and frees it. */
char *pem_write(size_t *length, const char *label, const void *data, size_t bytes)
    __attribute__((warn_unused_result));

#endif
