/*
 * The wire, described once: every message, its fields, their types and bounds, and one sentence of
 * meaning each, in wire_table.inc. The encoder and the parser read this table, docs/protocol.md is
 * printed from it, so that neither the code nor the page can drift from the other.
 *
 * All integers are big-endian. A frame is a header (type u8, length u24) and a body; a message is
 * the body of one frame, or the plaintext of one record ("inner" messages).
 */
#ifndef GLASSBOX_WIRE_H
#define GLASSBOX_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_VERSION          2
#define WIRE_HEADER_BYTES     4
#define WIRE_HANDSHAKE_MAX    (16 * 1024)  /* body of any frame but a record */
#define WIRE_PLAINTEXT_MAX    (256 * 1024) /* of a record, the inner type included */
#define WIRE_MODULUS_MAX      2048         /* bytes: 16384 bits */
#define WIRE_SHARE_MAX        (2 * (2 + WIRE_MODULUS_MAX)) /* bytes: a public key of RSA */
#define WIRE_X25519_BYTES     32
#define WIRE_MLKEM_EK_BYTES   1184 /* an encapsulation key of ML-KEM-768 */
#define WIRE_CIPHERTEXT_BYTES 1088 /* and what a secret is encapsulated in */
#define WIRE_DH_MAX           1024 /* bytes: 8192 bits */
#define WIRE_RANDOM_BYTES     32
#define WIRE_TICKET_BYTES     16
#define WIRE_RESUME_BYTES     16 /* r and r' of the resume messages */
#define WIRE_MAC_BYTES        32
#define WIRE_REASON_MAX       200
#define WIRE_TEXTBOOK_KEY_MAX 65535 /* a session key wrapped by raw RSA twice */
/* A textbook ciphertext: IV and padding come on top of the plaintext. */
#define WIRE_RECORD_MAX (WIRE_PLAINTEXT_MAX + 64 + 2 + WIRE_TEXTBOOK_KEY_MAX)

enum wire_frame { /* the type byte of a frame */
                  WIRE_FRAME_HELLO = 1,
                  WIRE_FRAME_EXCHANGE = 2,
                  WIRE_FRAME_RECORD = 3,
                  WIRE_FRAME_RESUME = 4,
                  WIRE_FRAME_ALERT = 5,
                  WIRE_KEY_SHARE =
                      255, /* no frame: what the field `eph` of another message holds */
};

enum wire_inner { /* the first byte of a record's plaintext */
#define INNER(number, byte) number = (byte),
#include "wire_table.inc"
};

enum wire_suite { /* textbook and dh: plus the place of the cipher, see suite.c */
                  WIRE_SUITE_MODERN_RSA = 0x0001,
                  WIRE_SUITE_MODERN_X25519 = 0x0002,
                  WIRE_SUITE_MODERN = 0x0003,
                  WIRE_SUITE_TEXTBOOK = 0x0100,
                  WIRE_SUITE_DH = 0x0200,
};

enum wire_type {
    WIRE_U8,
    WIRE_U16,
    WIRE_FIXED, /* exactly max bytes */
    WIRE_STR,   /* u16 length, then that many bytes */
    WIRE_MPINT, /* u16 length, then a magnitude without leading zeros */
    WIRE_REST,  /* everything up to the end of the message */
};

struct wire_field {
    const char *name;
    enum wire_type type;
    uint32_t min, max; /* of the value (U8, U16) or of its size in bytes (all others) */
    const char *meaning;
};

enum wire_message {
#define MESSAGE(number, ...) number,
#include "wire_table.inc"
    WIRE_MESSAGES
};

/* Fields by number. */
#define FIELDS(...) enum { __VA_ARGS__ };
#include "wire_table.inc"
#define WIRE_MAX_FIELDS HELLO_FIELDS

struct wire_layout {
    const char *name;      /* "client hello" */
    const char *label;     /* "M1", or "" */
    const char *direction; /* "C->S", "S->C" or "both" */
    uint8_t frame;         /* enum wire_frame; 0 for an inner message, WIRE_KEY_SHARE for a share */
    const struct wire_field *fields;
    size_t count;
    const char *meaning;
};

/* "u8", "u16", "bytes", "str", "mpint", "the rest". */
const char *wire_type_name(enum wire_type type);

/* One row of the table. */
const struct wire_layout *wire_layout(enum wire_message message);

/* U8 and U16; all other fields are bytes. */
bool wire_is_number(const struct wire_field *field);
/* What stands in front of a field's bytes, its length; of a number, the number itself. */
size_t wire_prefix_bytes(const struct wire_field *field);

/* A value going in or coming out: number for U8 and U16, data and bytes for all others. */
struct wire_value {
    uint32_t number;
    const uint8_t *data; /* when decoded: points into the body */
    size_t bytes;
};

/* Size of the message with these values (the caller has stripped leading zeros of an MPINT). */
size_t wire_size(enum wire_message message, const struct wire_value *values);

/* Writes the message, wire_size long. The values must be within the table's bounds: that is the
 * caller's duty, checked by assert. */
void wire_encode(uint8_t *out, enum wire_message message, const struct wire_value *values);

/* Reads a whole message. Returns NULL if every field is there, within its bounds, and nothing is
 * left over; else the field at fault, or wire_overlong for bytes behind the last. values holds one
 * entry per field; those before the one at fault are filled in. */
const struct wire_field *wire_decode(struct wire_value *values, enum wire_message message,
                                     const uint8_t *body, size_t bytes)
    __attribute__((warn_unused_result));
extern const struct wire_field wire_overlong;

/* Frame headers. */
void wire_put_header(uint8_t out[WIRE_HEADER_BYTES], enum wire_frame type, size_t bytes);
void wire_get_header(uint8_t *type, size_t *bytes, const uint8_t header[WIRE_HEADER_BYTES]);

/* The most a frame of this type may hold; 0 for a type that does not exist. */
size_t wire_frame_max(uint8_t type);

#endif
