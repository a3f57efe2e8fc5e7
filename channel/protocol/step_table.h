/*
 * The steps, described once: what happens between the messages of the wire. Each has a name, a
 * formula, the section that defines it, and its values by name, with how secret they are. The
 * engine says STEP_PRK, never a string; recordings, narration, page, key log and replay read the
 * row; docs/protocol.md is printed from it by `make docs`.
 *
 * One step may have several rows: the PRK of a handshake, of a re-key and of a hand-over are made
 * of different things. A check that fails is a row of its own, which `refuses`.
 */
#ifndef GLASSBOX_STEP_TABLE_H
#define GLASSBOX_STEP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum channel_step {
    STEP_IDENTITY_KEY,
    STEP_EPHEMERAL_KEY,
    STEP_RANDOM_BYTES,
    STEP_SEEDED_BYTES,

    STEP_HELLO_RANDOM, /* the handshake, modern */
    STEP_SECRET_SEALED,
    STEP_SECRET_OPENED,
    STEP_SECRET_REFUSED,
    STEP_SIGNED_DIGEST,
    STEP_SIGNATURE,
    STEP_SIGNATURE_VERIFIED,
    STEP_SIGNATURE_REFUSED,

    STEP_PRK, /* the keys, modern */
    STEP_PRK_REKEY,
    STEP_PRK_RESUMED,
    STEP_C2S_KEY, /* these six are drawn from the PRK; the name of each is its label */
    STEP_C2S_IV,
    STEP_S2C_KEY,
    STEP_S2C_IV,
    STEP_EXPORTER_SECRET,
    STEP_CHAIN_SECRET,
    STEP_KEYS_FOR_SENDING,
    STEP_KEYS_FOR_RECEIVING,

    STEP_NONCE, /* records, modern */
    STEP_RECORD_SEALED,
    STEP_RECORD_OPENED,
    STEP_RECORD_REFUSED,

    STEP_SESSION_KEY, /* records, textbook */
    STEP_SESSION_KEY_WRAPPED,
    STEP_SESSION_KEY_OPENED,
    STEP_SESSION_KEY_REFUSED,
    STEP_TEXTBOOK_SEALED,
    STEP_TEXTBOOK_OPENED,
    STEP_TEXTBOOK_REFUSED,

    STEP_TICKET,   /* the hand-over */
    STEP_EXPORTER, /* textbook: from K */
    STEP_TICKET_SECRET,
    STEP_RESUME_CLIENT_KEY,
    STEP_RESUME_SERVER_KEY,
    STEP_CLIENT_MAC, /* to be sent */
    STEP_SERVER_MAC,
    STEP_CLIENT_MAC_EXPECTED, /* to be compared: what a stranger would like to know */
    STEP_SERVER_MAC_EXPECTED,
    STEP_CLIENT_MAC_VERIFIED,
    STEP_CLIENT_MAC_REFUSED,
    STEP_SERVER_MAC_VERIFIED,
    STEP_SERVER_MAC_REFUSED,
    CHANNEL_STEPS
};

/* The values of a row by number: inputs first, then outputs. */
enum { KEY_N, KEY_E, KEY_D, KEY_P, KEY_Q, KEY_VALUES }; /* identity, ephemeral */
enum { BYTES_DRAWN }; /* random bytes, hello random, session key, ticket */
enum { SECRET_SEALED_OWN, SECRET_SEALED_OUT };
enum { SECRET_OPENED_IN, SECRET_OPENED_PEERS };
enum { DIGEST_LABEL, DIGEST_TRANSCRIPT, DIGEST_OUT };
enum { SIGNATURE_DIGEST, SIGNATURE_OUT };
enum { PRK_SALT, PRK_IKM, PRK_OUT };
enum { EXPAND_SECRET, EXPAND_LABEL, EXPAND_OKM };
enum { DIRECTION_KEY, DIRECTION_IV };
enum { NONCE_IV, NONCE_SEQUENCE, NONCE_OUT };
enum { RECORD_KEY, RECORD_NONCE, RECORD_HEADER, RECORD_TAG };
enum { WRAPPED_K, WRAPPED_INNER, WRAPPED_OUT };
enum { UNWRAPPED_IN, UNWRAPPED_INNER, UNWRAPPED_K };
enum { TEXTBOOK_K, TEXTBOOK_IN, TEXTBOOK_OUT };
enum { EXPORTER_K, EXPORTER_OUT };
enum { TICKET_EXPORTER, TICKET_ID, TICKET_OUT };
enum { MAC_KEY, MAC_TICKET, MAC_R, MAC_R_PRIME, MAC_OUT };
enum { CLIENT_CHECK_TICKET, CLIENT_CHECK_MAC, CLIENT_CHECK_OWN_TICKET };
enum { SERVER_CHECK_MAC };
#define STEP_VALUES_MAX 5

enum trace_secrecy {
    TRACE_PUBLIC, /* it crosses the wire as it is */
    TRACE_LOCAL,  /* it never leaves this machine, but protects nothing by itself */
    TRACE_SECRET, /* who knows it can read or forge */
};

struct step_value {
    const char *name;
    enum trace_secrecy secrecy;
    bool is_text;
};

struct step_row {
    const char *name;    /* "signed digest"; refusals end in "refused" */
    const char *formula; /* over the names of its values */
    const char *section;
    const char *whose; /* "both", "client" or "server": who takes it */
    bool refuses;
    uint8_t inputs, outputs;
    struct step_value values[STEP_VALUES_MAX]; /* number of a value: see above */
};

/* One row of the table. */
const struct step_row *step_row(enum channel_step step);

#endif
