/*
 * channel: the protocol of Glassbox as an engine that touches no socket, no file and no clock.
 *
 * Bytes from the peer go in, bytes for the peer come out, and a set of flags, derived from what the
 * engine holds, says what it can do next. Over it stand two drivers: secure_socket.h (s_send and
 * s_recv, blocking: read that one first) and uv_channel.h (libuv). docs/protocol.md is the
 * protocol.
 *
 * Suites of one shape. `modern` (the default) protects the secrecy, integrity and order of the talk,
 * proves both identities, and keeps the past secret if an identity key is stolen later; so do
 * `modern:x25519` and `modern:rsa`, which a quantum computer of tomorrow opens. They do not hide who
 * talks to whom, when, and how much. `textbook` and `dh` are the course's schemes, breakable on
 * purpose: no proof of possession, no integrity, no order. Unaudited.
 *
 * The life of a channel:
 *
 *     channel_new ... while not CHANNEL_CLOSED, look at channel_flags and do any of:
 *       CHANNEL_HAS_OUTPUT      send channel_output to the peer, then channel_output_done
 *       CHANNEL_WANT_INPUT      read from the peer to channel_input_space, then channel_input_done
 *       CHANNEL_WANT_VERDICT    look at channel_peer_key, then channel_verdict
 *       CHANNEL_WANT_EPHEMERAL  hand in a fresh RSA pair with channel_give_ephemeral (modern:rsa)
 *       CHANNEL_HAS_WORK        run the costly step: channel_work_begin, _run, _end
 *       CHANNEL_HAS_DATA        use channel_data, then channel_data_done
 *       CHANNEL_HAS_PORT        the server named another port: channel_take_ticket
 *       CHANNEL_OPEN            channel_send, channel_send_port, channel_rekey, channel_close
 *     then send what output is left, and channel_free.
 *
 * Ownership: a channel borrows its config's pointers and the identity key; they must outlive it.
 * One channel is used by one thread at a time; channel_work_run alone may run beside the other
 * calls. Errors: the first one sticks (channel_error); an alert for the peer may then be in the
 * output. CT: in the modern suites, lengths, and whether a signature, secret or tag was right;
 * textbook and dh make no promise. docs/security.md has the rest.
 */
#ifndef GLASSBOX_CHANNEL_H
#define GLASSBOX_CHANNEL_H

#include "rsa_key.h"
#include "wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHANNEL_PORT          10101 /* the rendezvous port of the chat */
#define CHANNEL_SECONDS       10    /* silence that a driver allows in handshake and hand-over */
#define CHANNEL_MODERN_BITS   2048  /* the smallest RSA key of the modern suites */
#define CHANNEL_TEXTBOOK_BITS 16    /* and of textbook and dh: a block holds a byte at least */
#define CHANNEL_DATA_MAX      (WIRE_PLAINTEXT_MAX - 1) /* data in one record */
#define CHANNEL_SECRET_BYTES  32

enum channel_error {
    CHANNEL_OK = 0,
    CHANNEL_ERR_MEMORY,      /* no memory */
    CHANNEL_ERR_RANDOM,      /* no random bytes */
    CHANNEL_ERR_USE,         /* a call that the channel's state does not allow */
    CHANNEL_ERR_UNEXPECTED,  /* a frame out of turn, or of no known type */
    CHANNEL_ERR_OVERSIZED,   /* a frame longer than its type may be */
    CHANNEL_ERR_MALFORMED,   /* a message whose fields do not fit the table of the wire */
    CHANNEL_ERR_VERSION,     /* a protocol version that is not ours */
    CHANNEL_ERR_SUITE,       /* no suite in common */
    CHANNEL_ERR_KEY_SMALL,   /* a key below 2048 bits in the modern suite */
    CHANNEL_ERR_KEY_BAD,     /* a modulus or exponent that no sane key has */
    CHANNEL_ERR_NOT_ALLOWED, /* the client's key is not in the server's list */
    CHANNEL_ERR_KEY_CHANGED, /* the server's key is not the one that was pinned */
    CHANNEL_ERR_AUTH,        /* a signature, secret, tag or order is wrong; one code, no detail */
    CHANNEL_ERR_TICKET,      /* a stranger on the hand-over port */
    CHANNEL_ERR_BUSY,        /* the server has no port or place free */
    CHANNEL_ERR_SHUTDOWN,    /* the server is going down */
    CHANNEL_ERR_TIMEOUT,     /* the peer was silent for too long (drivers) */
    CHANNEL_ERR_TRUNCATED,   /* the line was cut without a close */
    CHANNEL_ERR_SYSTEM,      /* a system call failed, see errno (drivers) */
    CHANNEL_ERR_HOST,        /* the host's name or the port could not be resolved (drivers) */
    CHANNEL_ERR_STOPPED,     /* a side stopped before the end, for a reason of its own */
    CHANNEL_ERR_FAULT,       /* a private operation of RSA failed its own check */
    CHANNEL_ERR_NUMBER,      /* a number from the peer does not fit the modulus (textbook, dh) */
    CHANNEL_ERR_SHARE,       /* a key share that gives no secret, or one that everybody knows */
    CHANNEL_ERRORS
};

/* One sentence in lower case, without a full stop. Never NULL. */
const char *channel_strerror(enum channel_error error);
/* What has gone wrong in bignum_rsa, in the channel's words: nothing is made "out of memory". */
enum channel_error channel_rsa_error(enum rsa_error error);
/* What the code of an alert or a close, as the peer sends it, stands for. */
enum channel_error channel_alert_error(uint8_t code);

enum channel_role { CHANNEL_CLIENT, CHANNEL_SERVER };

enum channel_suite_kind {
    CHANNEL_MODERN,        /* X25519 and ML-KEM-768, and proofs by RSA: the default */
    CHANNEL_MODERN_X25519, /* the same with X25519 alone */
    CHANNEL_MODERN_RSA,    /* the same with secrets under fresh RSA keys */
    CHANNEL_DH,            /* the course's Diffie-Hellman, and a classic cipher */
    CHANNEL_TEXTBOOK,      /* the course's RSA, and a classic cipher */
};

/* A suite: cipher is a name of symcipher's table in dh and textbook, else NULL. */
struct channel_suite {
    enum channel_suite_kind kind;
    const char *cipher;
};

/* Reads "modern", "modern:x25519", "modern:rsa", "dh", "dh:CIPHER", "textbook" or "textbook:CIPHER"; the cipher is
 * feistel-cbc where none is said. CHANNEL_ERR_SUITE. */
enum channel_error channel_suite_parse(struct channel_suite *suite, const char *text)
    __attribute__((warn_unused_result));
/* Writes it back, "textbook:feistel-cbc" in full. Returns text. */
#define CHANNEL_SUITE_TEXT_BYTES 32
const char *channel_suite_text(char text[CHANNEL_SUITE_TEXT_BYTES], struct channel_suite suite);
/* All that there are, one by one, from 0; false behind the last. */
bool channel_suite_at(struct channel_suite *suite, size_t index);
/* Both sides prove who they are, and nothing can be read or changed on the way. Else it is for
 * learning. */
bool channel_suite_is_modern(struct channel_suite suite);
/* A key is agreed on, and can be again (channel_rekey). */
bool channel_suite_rekeys(struct channel_suite suite);
/* It asks for pairs: CHANNEL_WANT_EPHEMERAL. */
bool channel_suite_takes_pairs(struct channel_suite suite);
/* What the field `eph` that this role sends holds, in hello and re-key; WIRE_MESSAGES: nothing. */
enum wire_message channel_suite_share(struct channel_suite suite, enum channel_role sender);
/* The number that stands for it on the wire. */
uint16_t channel_suite_number(struct channel_suite suite);
/* What a suite asks of the size and the exponent of every key, one's own and the peer's, identity
 * and ephemeral alike. CHANNEL_ERR_KEY_SMALL, CHANNEL_ERR_KEY_BAD. */
enum channel_error channel_judge_key(struct channel_suite suite, const struct rsa_key *key)
    __attribute__((warn_unused_result));

struct channel_trace; /* trace.h */
struct lesson_seed;   /* lesson_seed.h */
struct dh_group;      /* dh.h */

struct channel_config {
    enum channel_role role;
    struct channel_suite suite;
    const struct rsa_key *identity;  /* a pair */
    const struct rsa_random *random; /* NULL: getrandom(2) */
    /* NULL: none. Else chance repeats itself: random is not used, and CHANNEL_WANT_EPHEMERAL never
     * comes, for the making of such a key is work then. */
    struct lesson_seed *seed;
    const struct dh_group *group;      /* a client's in dh; NULL: ffdhe2048 */
    const struct channel_trace *trace; /* NULL: nobody listens, and it costs nothing */
};

struct channel;
struct channel_ticket;

/* A channel for the rendezvous. CHANNEL_ERR_KEY_SMALL, CHANNEL_ERR_KEY_BAD (no private key, or one
 * that a peer would refuse), CHANNEL_ERR_SUITE, CHANNEL_ERR_MEMORY. */
enum channel_error channel_new(struct channel **channel, const struct channel_config *config)
    __attribute__((warn_unused_result));

/* A channel for the new port, either side: config's suite must be the ticket's. The ticket is
 * borrowed by the call alone, so a server may try it on several callers until the right one comes.
 * The errors of channel_new; the peer's key in the ticket is judged too. */
enum channel_error channel_new_resume(struct channel **channel, const struct channel_config *config,
                                      const struct channel_ticket *ticket)
    __attribute__((warn_unused_result));

/* For the trace: over which addresses (numeric) the channel runs. Only if it wants to know. */
bool channel_wants_addresses(const struct channel *channel);
void channel_tell_addresses(struct channel *channel, const char *own, uint16_t own_port,
                            const char *peer, uint16_t peer_port);

/* How many seconds of silence its driver allows during handshake and hand-over: CHANNEL_SECONDS, or
 * what the trace asks for. */
unsigned channel_seconds(const struct channel *channel);

/* Wipes and frees; not between channel_work_begin and channel_work_end. NULL is fine. */
void channel_free(struct channel *channel);

enum channel_flag {
    CHANNEL_HAS_OUTPUT = 1 << 0,
    CHANNEL_WANT_INPUT = 1 << 1,
    CHANNEL_WANT_VERDICT = 1 << 2,
    CHANNEL_WANT_EPHEMERAL = 1 << 3,
    CHANNEL_HAS_WORK = 1 << 4,
    CHANNEL_HAS_DATA = 1 << 5,
    CHANNEL_HAS_PORT = 1 << 6,
    CHANNEL_OPEN = 1 << 7,   /* the handshake is done: data may be sent */
    CHANNEL_CLOSED = 1 << 8, /* nothing more comes in: a proper end or an error */
};
unsigned channel_flags(const struct channel *channel);

/* The first error, CHANNEL_OK if none. After CHANNEL_CLOSED, CHANNEL_OK means a proper end. */
enum channel_error channel_error(const struct channel *channel);
/* Whether the peer told us this error, and its words (made printable), "" if none. */
bool channel_error_is_peers(const struct channel *channel);
const char *channel_error_reason(const struct channel *channel);
/* What exactly was wrong in the peer's bytes, for a log: "client hello: id n", "" if unknown. */
const char *channel_error_detail(const struct channel *channel);

/* Bytes for the peer. The pointer is valid until the next call. */
const uint8_t *channel_output(const struct channel *channel, size_t *bytes);
void channel_output_done(struct channel *channel, size_t bytes);

/* Bytes from the peer: room for at least one byte when CHANNEL_WANT_INPUT is set, NULL without
 * memory. channel_input_end: the peer's side of the line was closed; what came before in an open
 * channel is still given out, then the channel is closed. */
uint8_t *channel_input_space(struct channel *channel, size_t *space);
void channel_input_done(struct channel *channel, size_t bytes);
void channel_input_end(struct channel *channel);

/* What is wrong with what the peer sent, though it is computed with: sentences in lower case, one by
 * one from 0, NULL behind the last (at most CHANNEL_WARNINGS). A re-key may add some. Not while
 * work is under way. */
#define CHANNEL_WARNINGS 8
const char *channel_warning(const struct channel *channel, size_t index);

/* The peer's identity key, NULL before it is known; owned by the channel. */
const struct rsa_key *channel_peer_key(const struct channel *channel);

/* The driver's answer to CHANNEL_WANT_VERDICT: CHANNEL_OK, or the error to end with (_NOT_ALLOWED,
 * _KEY_CHANGED, _BUSY ...), of which the peer is told. */
void channel_verdict(struct channel *channel, enum channel_error verdict);

/* The answer to CHANNEL_WANT_EPHEMERAL: a fresh pair of at least 2048 bits, whose ownership passes
 * to the channel. It is wiped as soon as its secret is out. Any other key, or NULL, ends the
 * channel with CHANNEL_ERR_USE. */
void channel_give_ephemeral(struct channel *channel, struct rsa_key *key);
/* An ephemeral key with which nothing was ever opened, and that no keys in use depend on, back to
 * the caller; NULL if there is none. Ask before channel_free. */
struct rsa_key *channel_take_ephemeral(struct channel *channel);

/* The costly RSA steps. Between begin and end the channel takes input and gives output, but makes
 * no progress; run may be called on any thread, touches nothing that the other calls touch, and
 * must have returned before end. */
void channel_work_begin(struct channel *channel);
void channel_work_run(struct channel *channel);
void channel_work_end(struct channel *channel);
/* The same in parts, for who makes the private operations of several channels at once: until it
 * needs one (rsa_raw.h), which the caller makes, and calls again. NULL: run is through. */
struct rsa_private_job *channel_work_part(struct channel *channel);

/* Received data, valid until the next call; say how much of it was used. */
const uint8_t *channel_data(const struct channel *channel, size_t *bytes);
void channel_data_done(struct channel *channel, size_t bytes);

/* Sends data, cut into as many records as it needs. CHANNEL_ERR_USE unless open. */
enum channel_error channel_send(struct channel *channel, const void *data, size_t bytes)
    __attribute__((warn_unused_result));
/* The same without a copy: room for up to `bytes` (at most CHANNEL_DATA_MAX) of one record's data,
 * to be filled by the caller; NULL unless open, or without memory. Then say how many were written
 * (0: none, nothing is sent). No other call on this channel may come between the two. */
uint8_t *channel_send_space(struct channel *channel, size_t bytes);
enum channel_error channel_send_done(struct channel *channel, size_t bytes)
    __attribute__((warn_unused_result));
/* Plaintext that waits for its textbook RSA work; 0 in other suites. */
size_t channel_send_pending(const struct channel *channel);

/* Server: names the port where the talk goes on, and makes its ticket (channel_take_ticket). */
enum channel_error channel_send_port(struct channel *channel, uint16_t port)
    __attribute__((warn_unused_result));
/* The ticket of the last port message sent (server) or received (client), NULL if there is none;
 * the caller frees it. */
struct channel_ticket *channel_take_ticket(struct channel *channel);
uint16_t channel_ticket_port(const struct channel_ticket *ticket);
const uint8_t *channel_ticket_id(const struct channel_ticket *ticket); /* WIRE_TICKET_BYTES */
const struct rsa_key *channel_ticket_peer_key(const struct channel_ticket *ticket);
void channel_ticket_free(struct channel_ticket *ticket);

/* Client, not in textbook: fresh keys for all that follows. Data may go on being sent meanwhile (under the
 * old keys until the exchange is through). CHANNEL_ERR_USE while one is under way.
 * channel_generation counts the re-keys of the sending keys, from 0. */
enum channel_error channel_rekey(struct channel *channel) __attribute__((warn_unused_result));
unsigned channel_generation(const struct channel *channel);

/* A name for the keys in use, to be shown and logged by both sides: 64 bits drawn one-way from the
 * exporter, so it tells keys apart and gives nothing away. It changes with the server's sending
 * keys. "" before the handshake is through, and in the textbook suite, whose every record has a key
 * of its own. Returns text. CT: yes */
#define CHANNEL_KEY_TEXT_BYTES (2 * 8 + 1)
const char *channel_key_fingerprint(char text[CHANNEL_KEY_TEXT_BYTES],
                                    const struct channel *channel);

/* Says goodbye: code CHANNEL_OK, or the error that the peer is to be told. Under the keys when
 * open, as an alert before. Then only output is left. reason may be NULL. A good end is code
 * CHANNEL_OK in an open channel and nothing else: errors that have no code of their own on the
 * wire, and an end before it is open, reach the peer as CHANNEL_ERR_STOPPED. */
void channel_close(struct channel *channel, enum channel_error code, const char *reason);

#endif
