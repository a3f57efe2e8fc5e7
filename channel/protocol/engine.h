/*
 * The inside of a channel, for the files that make it up: engine.c (life, flags, bytes in and out),
 * suite.c (the suites), handshake.c (M1 to M4), exchange.c, agreement_*.c and proof.c (its secrets
 * and signatures), modern.c, dh_record.c and textbook.c (keys and records), record.c (inner
 * messages), handover.c (tickets, R1 and R2), rekey.c (K1 to K4), channel_random.c (what is drawn),
 * trace.c (events for those who listen). Programs include channel.h.
 *
 * CT, for every function here that sees a secret of the modern suite: lengths, and whether a
 * signature, secret or tag was right, which ends the channel. Of textbook and dh: no promise.
 */
#ifndef GLASSBOX_ENGINE_H
#define GLASSBOX_ENGINE_H

#include "buffer.h"
#include "channel.h"
#include "channel_hash.h"
#include "lesson_seed.h"
#include "rsa_padding.h"
#include "rsa_raw.h"
#include "step_arithmetic.h"
#include "symcipher.h"
#include "trace.h"

/* Where the dialogue stands: which frame may come next. handshake.c holds the table. */
enum state {
    STATE_LOCAL, /* it is our turn: a verdict, a key or some work is awaited */
    STATE_WAIT_CLIENT_HELLO,
    STATE_WAIT_SERVER_HELLO,
    STATE_WAIT_CLIENT_EXCHANGE,
    STATE_WAIT_SERVER_EXCHANGE,
    STATE_WAIT_CLIENT_RESUME,
    STATE_WAIT_SERVER_RESUME,
    STATE_OPEN,
};

struct agreement; /* agreement.h */

/* A row of the table of suites. */
struct suite_row {
    const char *name;
    uint16_t number; /* on the wire; where there is a cipher, plus its place */
    bool has_cipher;
    bool proves;                       /* M3 and M4 with their signatures are sent */
    enum wire_message record;          /* what a record is made of */
    const struct agreement *agreement; /* NULL: on none; each record brings its own key */
};
const struct suite_row *suite_row(struct channel_suite suite);

/* One direction of the record layer, modern and dh. */
struct direction {
    uint8_t key_secret[SYM_CIPHER_MAX_KEY_BYTES]; /* modern: the first SYM_AEAD_KEY_BYTES */
    uint8_t iv_secret[SYM_AEAD_NONCE_BYTES];
    uint64_t sequence;
};

/* All keys that come of one secret. */
struct schedule {
    struct direction client_to_server, server_to_client;
    uint8_t exporter_secret[CHANNEL_SECRET_BYTES]; /* for hand-overs */
    uint8_t chain_secret[CHANNEL_SECRET_BYTES];    /* modern: for the next re-key */
};

/* What a key exchange (handshake or re-key) needs until it is through. */
struct exchange {
    struct sym_sha256 transcript; /* M1, M2, ... so far; or K1, K2, ... */
    void *state;                  /* the agreement's own */
    struct buffer own_share;      /* as it stands in `eph` */
    struct rsa_key *own_pair;     /* brought by the driver, for an agreement that takes one */
    bool pair_used;               /* somebody has encrypted to it */
    uint8_t awaits;               /* the step of a re-key that may come next; 0: none */
    struct buffer received;       /* the frame or inner message being answered */
    struct wire_value received_values[EXCHANGE_FIELDS]; /* of M3 or M4: they point into it */
    struct buffer answer;                               /* the frame or inner message to be sent */
    struct arithmetic arithmetic;                       /* of the own signature, with its digest */
    uint8_t digest[SYM_SHA256_BYTES];
    struct schedule next_secret;
};

struct channel_ticket {
    struct channel_suite suite;
    uint16_t port;
    uint8_t ticket[WIRE_TICKET_BYTES];
    uint8_t secret[CHANNEL_SECRET_BYTES];
    struct rsa_key *peer; /* public */
};

/* A costly step: run may be on another thread and touches only what no other call touches;
 * done takes its result on the channel's own thread. */
struct work {
    enum channel_error (*run)(struct channel *channel);
    struct rsa_private_job wanted; /* by run; key NULL: none. And what is run after it: */
    enum channel_error (*rest)(struct channel *channel);
    void (*done)(struct channel *channel);
    bool under_way;
    enum channel_error error;
};

struct channel {
    struct channel_config config;
    struct trace trace;
    struct seeded *seeded; /* NULL: no seed */
    const struct suite_row *suite;
    const struct sym_cipher *cipher; /* NULL in the modern suites */
    enum state state;
    bool want_verdict, want_ephemeral;
    bool said_close, got_close, input_ended;
    bool peer_ended;               /* it said goodbye before us */
    enum channel_error said_error; /* of our goodbye */
    struct work work;

    struct buffer in;           /* from the peer; opened in place, so it holds plaintext */
    struct buffer out;          /* for the peer */
    size_t read_size;           /* how much the next read should ask for */
    size_t data_at, data_bytes; /* received data, counted from the front of `in` */
    size_t frame_bytes;         /* of the record it lies in */

    struct rsa_key *peer; /* identity, public */
    struct exchange *exchange;
    struct channel_ticket *ticket;       /* made or received, to be taken by the driver */
    struct channel_ticket *resume;       /* the ticket that this channel resumes */
    uint8_t resume_r[WIRE_RESUME_BYTES]; /* the client's r */

    struct direction send, receive; /* modern, dh */
    uint8_t exporter_secret[CHANNEL_SECRET_BYTES];
    uint8_t chain_secret[CHANNEL_SECRET_BYTES];
    unsigned generation;

    struct buffer pending; /* textbook: plaintexts to be sealed, each behind its u32 length */
    struct buffer work_in; /* textbook, dh: what is being sealed or opened */
    struct wire_value work_values[TEXTBOOK_RECORD_FIELDS]; /* being opened: they point into it */
    struct buffer work_out;                                /* and what came of it */
    uint8_t session_key_secret[SYM_CIPHER_MAX_KEY_BYTES];  /* K of that record */
    bool sealed_last;                                      /* sealing and opening take turns */

    enum channel_error error;
    bool error_is_peers;
    struct buffer warnings; /* each with its 0 */
    char reason[WIRE_REASON_MAX + 1];
    char detail[64];
};

/* --- engine.c --- */
/* The first error ends the channel; the peer is told if it can be. detail may be NULL. */
void channel_fail(struct channel *channel, enum channel_error error, const char *detail);
/* A sentence for channel_warning; one that was said before is not said again. By work. */
void channel_warn(struct channel *channel, const char *text);
/* channel_fail for a hello of another version; both sides hear which two there are. */
void channel_fail_version(struct channel *channel, unsigned theirs);
/* channel_fail for a message that the table of the wire refuses. */
void channel_fail_field(struct channel *channel, enum wire_message message,
                        const struct wire_field *field);
/* Goes on as far as possible without the driver. */
void channel_advance(struct channel *channel);
/* Writes a whole frame behind what the buffer holds. CHANNEL_ERR_MEMORY. */
enum channel_error channel_encode_frame(struct buffer *buffer, enum wire_message message,
                                        const struct wire_value *values)
    __attribute__((warn_unused_result));
/* Writes one into the output, and into hash if not NULL. */
enum channel_error channel_put_frame(struct channel *channel, enum wire_message message,
                                     const struct wire_value *values, struct sym_sha256 *hash)
    __attribute__((warn_unused_result));
/* A number of a key as a wire value; bytes: room for WIRE_MODULUS_MAX. */
struct wire_value channel_key_value(uint8_t *bytes, const struct rsa_key *key,
                                    enum rsa_number number);
bool channel_is_open(const struct channel *channel);
uint8_t channel_alert_code(enum channel_error error);
void channel_take_reason(struct channel *channel, enum channel_error error,
                         const struct wire_value *reason);

/* --- channel_random.c --- */
/* Under a seed: the stream of this channel. After its ticket is known, before trace_open. */
enum channel_error channel_random_start(struct channel *channel)
    __attribute__((warn_unused_result));
void channel_random_end(struct channel *channel);
enum channel_error channel_random(const struct channel *channel, void *out, size_t bytes)
    __attribute__((warn_unused_result));
/* Where blinding draws from: it shows in no result, so not from config.random, which may be fed
 * with what a channel has drawn before; under a seed it repeats too, for it is shown to those who
 * listen to the arithmetic. */
const struct rsa_random *channel_blinding(const struct channel *channel);
/* Asks the driver for a pair; under a seed it is made by a piece of work. */
void channel_want_ephemeral(struct channel *channel);

/* --- trace.c --- */
void trace_open(struct channel *channel);
/* Numbers the frame. */
void trace_frame(struct channel *channel, bool sent, const uint8_t *frame, size_t bytes);
/* Of the record that came last, or of the next to be sent. */
void trace_inner(const struct channel *channel, bool sent, const uint8_t *plain, size_t bytes);
void trace_verdict(const struct channel *channel, enum channel_error verdict);
void trace_ephemeral(const struct channel *channel); /* exchange->own_pair has arrived */
void trace_close(const struct channel *channel);

/* --- handshake.c --- */
/* The row of the dialogue's table for this frame, in this state; NULL if it may not come. */
typedef void (*frame_handler)(struct channel *channel, const uint8_t *frame, size_t bytes);
struct dialogue {
    enum state state;
    uint8_t frame;
    frame_handler handler; /* NULL: record.c */
    bool unproven_only;    /* in suites without M3 and M4 */
};
/* The whole table, for docs/protocol.md. */
const struct dialogue *handshake_dialogue(size_t *rows);
frame_handler handshake_next(struct channel *channel, uint8_t frame_type);
bool handshake_expects(const struct channel *channel, uint8_t frame_type);
void handshake_start(struct channel *channel);
void handshake_accepted(struct channel *channel); /* the verdict was good */
void handshake_hello(struct channel *channel);    /* the own key share is made */
/* A key from the wire, judged by the suite before any use. */
enum channel_error handshake_read_key(struct rsa_key **key, const struct channel *channel,
                                      const struct wire_value *n, const struct wire_value *e)
    __attribute__((warn_unused_result));

/* --- exchange.c --- */
bool exchange_start(struct channel *channel); /* false: without memory */
void exchange_end(struct channel *channel);
/* For agreements: writes the own share by its row of the wire. */
enum channel_error exchange_put_share(struct channel *channel, const struct wire_value *values)
    __attribute__((warn_unused_result));
/* The peer's share out of its field, judged before any use. */
enum channel_error exchange_take_share(struct channel *channel, const struct wire_value *eph)
    __attribute__((warn_unused_result));
/* Makes the own share, now or by work; then rekey_share_made or handshake_hello goes on. */
void exchange_make_share(struct channel *channel);
/* What an exchange adds: WIRE_MODULUS_MAX bytes at most. Opening: CHANNEL_ERR_AUTH. */
enum channel_error exchange_seal(uint8_t *sealed, size_t *bytes, struct channel *channel)
    __attribute__((warn_unused_result));
enum channel_error exchange_open(struct channel *channel, const struct wire_value *sealed)
    __attribute__((warn_unused_result));
/* next_secret from what was agreed on and the transcript; in an open channel also from its chain. */
enum channel_error exchange_derive(struct channel *channel) __attribute__((warn_unused_result));

/* --- proof.c --- */
/* The own signature over the transcript and the sealed secret, rsa_key_bytes of the identity. Work:
 * what is written is what becomes a signature, in place, by the private operation that it wants. */
enum channel_error proof_begin(uint8_t *signature, struct channel *channel,
                               const struct wire_value *sealed) __attribute__((warn_unused_result));
void proof_end(struct channel *channel); /* after it */
/* The peer's. CHANNEL_ERR_AUTH. */
enum channel_error proof_verify(const struct channel *channel, const struct wire_value *sealed,
                                const struct wire_value *signature)
    __attribute__((warn_unused_result));

/* --- modern.c --- */
/* All keys of one PRK. */
enum channel_error modern_schedule(struct schedule *schedule, const uint8_t *prk_secret,
                                   const struct trace *trace) __attribute__((warn_unused_result));
/* Puts one or both directions of a schedule into use. */
void modern_use_sending(struct channel *channel, const struct schedule *schedule);
void modern_use_receiving(struct channel *channel, const struct schedule *schedule);
/* Seals the plaintext behind the header in frame (with room for a tag). Returns the frame size. */
size_t modern_seal(struct channel *channel, uint8_t *frame, size_t plain_bytes);
/* Opens a record's body in place. CHANNEL_ERR_AUTH. */
enum channel_error modern_open(struct channel *channel, uint8_t *frame, size_t sealed_bytes)
    __attribute__((warn_unused_result));

/* --- dh_record.c --- */
/* The one key of both directions, from the secret that was agreed on. */
enum channel_error dh_schedule(struct schedule *schedule, const struct channel *channel,
                               const uint8_t *secret, size_t bytes)
    __attribute__((warn_unused_result));
/* Seals work_in into the output, as a frame. */
enum channel_error dh_seal(struct channel *channel) __attribute__((warn_unused_result));
/* Opens a record's body into work_out. */
enum channel_error dh_open(struct channel *channel, const struct wire_value *sealed)
    __attribute__((warn_unused_result));

/* --- textbook.c --- */
/* Work: work_in (plaintext) becomes a frame in work_out. */
enum channel_error textbook_seal(struct channel *channel) __attribute__((warn_unused_result));
/* Work: work_in (a record's body) becomes plaintext in work_out. */
enum channel_error textbook_open(struct channel *channel) __attribute__((warn_unused_result));

/* --- record.c --- */
/* Sending: room for an inner message, then its size. */
uint8_t *record_begin(struct channel *channel, size_t bytes);
enum channel_error record_end(struct channel *channel, size_t bytes)
    __attribute__((warn_unused_result));
enum channel_error record_put(struct channel *channel, enum wire_message message,
                              const struct wire_value *values) __attribute__((warn_unused_result));
/* A record frame at the front of the input. True if it stays there (its data is not used yet, or it
 * is being worked on). */
bool record_receive(struct channel *channel, size_t body_bytes);
/* Textbook: starts the sealing of the first pending plaintext. */
void record_seal_pending(struct channel *channel);

/* --- handover.c --- */
enum channel_error handover_make_ticket(struct channel *channel, uint16_t port,
                                        const uint8_t ticket[WIRE_TICKET_BYTES])
    __attribute__((warn_unused_result));
enum channel_error handover_start(struct channel *channel) __attribute__((warn_unused_result));
void handover_read_client(struct channel *channel, const uint8_t *frame, size_t bytes);
void handover_read_server(struct channel *channel, const uint8_t *frame, size_t bytes);

/* --- rekey.c --- */
void rekey_receive(struct channel *channel, const uint8_t *plain, size_t bytes);
void rekey_share_made(struct channel *channel); /* the own key share is made */

#endif
