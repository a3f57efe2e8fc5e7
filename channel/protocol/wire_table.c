/*
 * The table of the wire: see wire.h. docs/protocol.md is printed from these rows by `make docs`.
 */
#include "wire.h"

#define HELLO_TABLE(whose, suites_max, suites_meaning)                                             \
    {                                                                                              \
        [HELLO_VERSION] =                                                                          \
            {"version", WIRE_U16, WIRE_VERSION, WIRE_VERSION,                                      \
             "of this protocol; first, so that any later version can be told apart"},              \
        [HELLO_SUITES] = {"suites", WIRE_STR, 2, suites_max, suites_meaning},                      \
        [HELLO_RANDOM] = {"random", WIRE_STR, 0, WIRE_RANDOM_BYTES,                                \
                          "32 fresh random bytes (modern), empty (textbook)"},                     \
        [HELLO_ID_N] = {"id n", WIRE_MPINT, 1, WIRE_MODULUS_MAX,                                   \
                        "modulus of the " whose "'s identity key"},                                \
        [HELLO_ID_E] = {"id e", WIRE_MPINT, 1, WIRE_MODULUS_MAX, "its public exponent"},           \
        [HELLO_EPH_N] = {"eph n", WIRE_MPINT, 0, WIRE_MODULUS_MAX,                                 \
                         "modulus of the " whose "'s ephemeral key (modern), empty (textbook)"},   \
        [HELLO_EPH_E] = {"eph e", WIRE_MPINT, 0, WIRE_MODULUS_MAX,                                 \
                         "its public exponent (modern), empty (textbook)"},                        \
    }

static const struct wire_field client_hello[HELLO_FIELDS] =
    HELLO_TABLE("client", 32, "the suites offered, u16 each, the one liked best first");
static const struct wire_field server_hello[HELLO_FIELDS] =
    HELLO_TABLE("server", 2, "the suite chosen, one u16");

static const struct wire_field client_exchange[EXCHANGE_FIELDS] = {
    [EXCHANGE_SECRET] = {"c_c", WIRE_STR, 1, WIRE_MODULUS_MAX,
                         "OAEP(eph_s, s_c): 32 secret bytes to the server's ephemeral key"},
    [EXCHANGE_SIGNATURE] = {"signature", WIRE_STR, 1, WIRE_MODULUS_MAX,
                            "PSS(id_c, H(\"glassbox-v1 client exchange\" || H(M1 || M2 || c_c)))"},
};
static const struct wire_field server_exchange[EXCHANGE_FIELDS] = {
    [EXCHANGE_SECRET] = {"c_s", WIRE_STR, 1, WIRE_MODULUS_MAX,
                         "OAEP(eph_c, s_s): 32 secret bytes to the client's ephemeral key"},
    [EXCHANGE_SIGNATURE] =
        {"signature", WIRE_STR, 1, WIRE_MODULUS_MAX,
         "PSS(id_s, H(\"glassbox-v1 server exchange\" || H(M1 || M2 || M3 || c_s)))"},
};

static const struct wire_field modern_record[MODERN_RECORD_FIELDS] = {
    [MODERN_RECORD_SEALED] = {"sealed", WIRE_REST, 1 + 16, WIRE_PLAINTEXT_MAX + 16,
                              "AEAD(key, iv xor seq, ad = the frame header, inner message): "
                              "ciphertext, then the tag of 16 bytes"},
};
static const struct wire_field textbook_record[TEXTBOOK_RECORD_FIELDS] = {
    [TEXTBOOK_RECORD_KEY] = {"key", WIRE_STR, 1, WIRE_TEXTBOOK_KEY_MAX,
                             "a fresh session key K under raw RSA twice: own private key, cut into "
                             "blocks, then the peer's public key"},
    [TEXTBOOK_RECORD_SEALED] = {"sealed", WIRE_REST, 1, WIRE_PLAINTEXT_MAX + 64,
                                "the inner message under K with the classic cipher, its IV in "
                                "front if it has one; no tag"},
};

static const struct wire_field client_resume[CLIENT_RESUME_FIELDS] = {
    [CLIENT_RESUME_TICKET] = {"ticket", WIRE_FIXED, WIRE_TICKET_BYTES, WIRE_TICKET_BYTES,
                              "the ticket of the port message"},
    [CLIENT_RESUME_R] = {"r", WIRE_FIXED, WIRE_RESUME_BYTES, WIRE_RESUME_BYTES,
                         "fresh random bytes"},
    [CLIENT_RESUME_MAC] = {"mac", WIRE_FIXED, WIRE_MAC_BYTES, WIRE_MAC_BYTES,
                           "HMAC(resume client key, \"client\" || ticket || r)"},
};
static const struct wire_field server_resume[SERVER_RESUME_FIELDS] = {
    [SERVER_RESUME_R] = {"r'", WIRE_FIXED, WIRE_RESUME_BYTES, WIRE_RESUME_BYTES,
                         "fresh random bytes"},
    [SERVER_RESUME_MAC] = {"mac", WIRE_FIXED, WIRE_MAC_BYTES, WIRE_MAC_BYTES,
                           "HMAC(resume server key, \"server\" || ticket || r || r')"},
};

static const struct wire_field alert[ALERT_FIELDS] = {
    [ALERT_CODE] = {"code", WIRE_U8, 0, 255, "what went wrong: see the alert codes"},
    [ALERT_REASON] = {"reason", WIRE_STR, 0, WIRE_REASON_MAX,
                      "a sentence for people, printable ASCII"},
};

#define INNER_FIELD(number)                                                                        \
    [INNER_TYPE] = {"inner", WIRE_U8, number, number, "the type of the inner message"}
#define STEP_FIELD(number)                                                                         \
    [REKEY_STEP] = {"step", WIRE_U8, number, number, "which of the four steps of a re-key"}

static const struct wire_field data[DATA_FIELDS] = {
    INNER_FIELD(WIRE_INNER_DATA),
    [DATA_BYTES] = {"data", WIRE_REST, 0, WIRE_PLAINTEXT_MAX - 1, "what the program sends"},
};
static const struct wire_field port[PORT_FIELDS] = {
    INNER_FIELD(WIRE_INNER_PORT),
    [PORT_NUMBER] = {"port", WIRE_U16, 1, 65535, "where the talk goes on"},
    [PORT_TICKET] = {"ticket", WIRE_FIXED, WIRE_TICKET_BYTES, WIRE_TICKET_BYTES,
                     "fresh random bytes that name this hand-over"},
};
static const struct wire_field rekey_ask[REKEY_ASK_FIELDS] = {
    INNER_FIELD(WIRE_INNER_REKEY),
    STEP_FIELD(1),
    [REKEY_ASK_EPH_N] = {"eph n", WIRE_MPINT, 1, WIRE_MODULUS_MAX,
                         "modulus of a new ephemeral key of the client"},
    [REKEY_ASK_EPH_E] = {"eph e", WIRE_MPINT, 1, WIRE_MODULUS_MAX, "its public exponent"},
};
static const struct wire_field rekey_answer[REKEY_ANSWER_FIELDS] = {
    INNER_FIELD(WIRE_INNER_REKEY),
    STEP_FIELD(2),
    [REKEY_ANSWER_EPH_N] = {"eph n", WIRE_MPINT, 1, WIRE_MODULUS_MAX,
                            "modulus of a new ephemeral key of the server"},
    [REKEY_ANSWER_EPH_E] = {"eph e", WIRE_MPINT, 1, WIRE_MODULUS_MAX, "its public exponent"},
    [REKEY_ANSWER_SECRET] = {"c_s", WIRE_STR, 1, WIRE_MODULUS_MAX,
                             "OAEP(eph_c, s_s): 32 secret bytes"},
};
static const struct wire_field rekey_secret[REKEY_SECRET_FIELDS] = {
    INNER_FIELD(WIRE_INNER_REKEY),
    STEP_FIELD(3),
    [REKEY_SECRET_SECRET] = {"c_c", WIRE_STR, 1, WIRE_MODULUS_MAX,
                             "OAEP(eph_s, s_c): 32 secret bytes; the client's next record is "
                             "under the new keys"},
};
static const struct wire_field rekey_switch[REKEY_SWITCH_FIELDS] = {
    INNER_FIELD(WIRE_INNER_REKEY),
    STEP_FIELD(4),
};
static const struct wire_field close_fields[CLOSE_FIELDS] = {
    INNER_FIELD(WIRE_INNER_CLOSE),
    [CLOSE_CODE] = {"code", WIRE_U8, 0, 255, "0 for a good end, else an alert code"},
    [CLOSE_REASON] = {"reason", WIRE_STR, 0, WIRE_REASON_MAX,
                      "a sentence for people, printable ASCII"},
};

#define ROW(fields) (fields), sizeof(fields) / sizeof((fields)[0])

static const struct wire_layout layouts[WIRE_MESSAGES] = {
    [WIRE_CLIENT_HELLO] = {"client hello", "M1", "C->S", WIRE_FRAME_HELLO, ROW(client_hello),
                           "who I am, and what I can talk"},
    [WIRE_SERVER_HELLO] = {"server hello", "M2", "S->C", WIRE_FRAME_HELLO, ROW(server_hello),
                           "who I am, and how we shall talk; sent only to an allowed key"},
    [WIRE_CLIENT_EXCHANGE] = {"client exchange", "M3", "C->S", WIRE_FRAME_EXCHANGE,
                              ROW(client_exchange),
                              "half of the secret, and proof that I own my identity key (modern)"},
    [WIRE_SERVER_EXCHANGE] = {"server exchange", "M4", "S->C", WIRE_FRAME_EXCHANGE,
                              ROW(server_exchange),
                              "the other half, and proof that I own mine (modern)"},
    [WIRE_MODERN_RECORD] = {"modern record", "", "both", WIRE_FRAME_RECORD, ROW(modern_record),
                            "an inner message, sealed"},
    [WIRE_TEXTBOOK_RECORD] = {"textbook record", "", "both", WIRE_FRAME_RECORD,
                              ROW(textbook_record), "an inner message the way of the course"},
    [WIRE_CLIENT_RESUME] = {"client resume", "R1", "C->S", WIRE_FRAME_RESUME, ROW(client_resume),
                            "I am the one you told this port"},
    [WIRE_SERVER_RESUME] = {"server resume", "R2", "S->C", WIRE_FRAME_RESUME, ROW(server_resume),
                            "and I am the one who told you"},
    [WIRE_ALERT] = {"alert", "", "both", WIRE_FRAME_ALERT, ROW(alert),
                    "why I hang up, before there are keys; nothing vouches for it"},
    [WIRE_DATA] = {"data", "", "both", 0, ROW(data), "what s_send was given"},
    [WIRE_PORT] = {"port", "", "S->C", 0, ROW(port), "the hand-over: the first encrypted message"},
    [WIRE_REKEY_ASK] = {"rekey ask", "K1", "C->S", 0, ROW(rekey_ask), "fresh keys, please"},
    [WIRE_REKEY_ANSWER] = {"rekey answer", "K2", "S->C", 0, ROW(rekey_answer),
                           "my new key, and half of the secret"},
    [WIRE_REKEY_SECRET] = {"rekey secret", "K3", "C->S", 0, ROW(rekey_secret), "the other half"},
    [WIRE_REKEY_SWITCH] = {"rekey switch", "K4", "S->C", 0, ROW(rekey_switch),
                           "my next record is under the new keys"},
    [WIRE_CLOSE] = {"close", "", "both", 0, ROW(close_fields),
                    "the end, said under the keys: anything else is a cut line"},
};

const struct wire_layout *wire_layout(enum wire_message message)
{
    return &layouts[message];
}

const char *wire_type_name(enum wire_type type)
{
    static const char *const names[] = {
        [WIRE_U8] = "u8",   [WIRE_U16] = "u16",     [WIRE_FIXED] = "bytes",
        [WIRE_STR] = "str", [WIRE_MPINT] = "mpint", [WIRE_REST] = "the rest"};
    return names[type];
}
