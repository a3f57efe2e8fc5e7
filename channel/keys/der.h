/*
 * DER, ITU-T X.690 sections 8 and 10: numbers and lists as keys are written in, read and written.
 *
 * Every element is a tag, a length and so many bytes. The reader is strict: a length in its one
 * shortest form, integers without a needless first byte, nothing behind the last element; so that
 * one key has one encoding, and nothing can hide between two. It takes what the formats of RSA keys
 * are made of: tags of one byte, numbers that are not negative. No recursion, no allocation; what
 * it hands out points into the input. Faults say the byte and what was expected there.
 *
 *     struct octets der = octets_open(data, bytes), list, n, e;
 *     if (!der_read(&list, &der, DER_SEQUENCE, "RSAPublicKey", problem) ||
 *         !der_integer(&n, &list, "modulus", problem) ||
 *         !der_integer(&e, &list, "publicExponent", problem) ||
 *         !der_end(&list, problem) || !der_end(&der, problem)) ...
 *
 * The writer works from the end to the front: what is inside is there, and its length known, when
 * its header is written.
 *
 *     size_t mark = der_mark(&writer);
 *     der_put_integer(&writer, e, e_bytes);   // the last first
 *     der_put_integer(&writer, n, n_bytes);
 *     der_put_header(&writer, DER_SEQUENCE, mark);
 */
#ifndef GLASSBOX_DER_H
#define GLASSBOX_DER_H

#include "octets.h"

enum der_tag {
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_SEQUENCE = 0x30,
    DER_PRIMITIVE_1 = 0x81, /* [1] IMPLICIT of a primitive type */
    DER_CONTEXT_0 = 0xA0,   /* [0], constructed */
};

/* --- reading: what, the name for messages, is that of the standard ("modulus") ---------------- */

/* The content of the next element, which must have this tag. */
bool der_read(struct octets *content, struct octets *from, uint8_t tag, const char *what,
              struct problem *problem) __attribute__((warn_unused_result));
/* Whether there is a next element, and it has this tag. */
bool der_next_is(const struct octets *from, uint8_t tag);
/* The next element, whatever it is. */
bool der_skip(struct octets *from, const char *what, struct problem *problem)
    __attribute__((warn_unused_result));
/* Nothing may be left. */
bool der_end(const struct octets *from, struct problem *problem)
    __attribute__((warn_unused_result));

/* An INTEGER from 0 on, as a magnitude without leading zeros (so 0 has no bytes). CT: sizes, and
 * that it is a number. */
bool der_integer(struct octets *magnitude, struct octets *from, const char *what,
                 struct problem *problem) __attribute__((warn_unused_result));
/* One that must be at most `most`. */
bool der_small(unsigned long *value, struct octets *from, unsigned long most, const char *what,
               struct problem *problem) __attribute__((warn_unused_result));
/* A BIT STRING of whole bytes. */
bool der_bits(struct octets *content, struct octets *from, const char *what,
              struct problem *problem) __attribute__((warn_unused_result));
bool der_null(struct octets *from, const char *what, struct problem *problem)
    __attribute__((warn_unused_result));

/* "1.2.840.113549.1.1.1" of an OID's content, cut if there is not room. */
#define DER_OID_TEXT_BYTES 80
void der_oid_text(char text[DER_OID_TEXT_BYTES], const struct octets *oid);

/* --- writing ---------------------------------------------------------------------------------- */

/* Into the caller's buffer, from its end. What does not fit is noticed at the end. */
struct der_writer {
    uint8_t *buffer;
    size_t at; /* the first byte written so far is buffer[at] */
    size_t space;
    bool overflow;
};
struct der_writer der_writer_open(uint8_t *buffer, size_t space);
/* Where a content begins to be written (its end). */
size_t der_mark(const struct der_writer *writer);
/* Bytes as they are. */
void der_put(struct der_writer *writer, const void *data, size_t bytes);
/* Tag and length in front of everything written since the mark. */
void der_put_header(struct der_writer *writer, uint8_t tag, size_t mark);
/* A number from its magnitude; leading zeros are left out. */
void der_put_integer(struct der_writer *writer, const uint8_t *magnitude, size_t bytes);
void der_put_small(struct der_writer *writer, unsigned long value);
/* Tag, length and bytes. */
void der_put_element(struct der_writer *writer, uint8_t tag, const void *data, size_t bytes);
/* What was written; false if the buffer was too small. */
bool der_written(struct octets *out, const struct der_writer *writer)
    __attribute__((warn_unused_result));

#endif
