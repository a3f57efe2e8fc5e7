/*
 * The table of the wire: see wire.h; its rows are in wire_table.inc. docs/protocol.md is printed from
 * them by `make docs`.
 */
#include "wire.h"

#define HELLO_ROWS(whose, suites_max, suites_meaning)                                              \
    [HELLO_VERSION] = {"version", WIRE_U16, WIRE_VERSION, WIRE_VERSION,                            \
                       "of this protocol; first, so that any later version can be told apart"},    \
    [HELLO_SUITES] = {"suites", WIRE_STR, 2, suites_max, suites_meaning},                          \
    [HELLO_RANDOM] = {"random", WIRE_STR, 0, WIRE_RANDOM_BYTES,                                    \
                      "32 fresh random bytes (modern), empty (dh, textbook)"},                     \
    [HELLO_ID_N] = {"id n", WIRE_MPINT, 1, WIRE_MODULUS_MAX,                                       \
                    "modulus of the " whose "'s identity key"},                                    \
    [HELLO_ID_E] = {"id e", WIRE_MPINT, 1, WIRE_MODULUS_MAX, "its public exponent"},               \
    [HELLO_EPH] = {"eph", WIRE_STR, 0, WIRE_SHARE_MAX,                                             \
                   "the " whose "'s fresh key share, in a row of its own; empty (textbook)"}
#define EPH_FIELD(whose)                                                                           \
    {                                                                                              \
        "eph", WIRE_STR, 1, WIRE_SHARE_MAX, "a new key share of the " whose                        \
    }
#define U_FIELD                                                                                    \
    {                                                                                              \
        "u", WIRE_FIXED, WIRE_X25519_BYTES, WIRE_X25519_BYTES,                                     \
            "X25519(private key, 9), RFC 7748 6.1"                                                 \
    }
#define EK_FIELD                                                                                   \
    {                                                                                              \
        "ek", WIRE_FIXED, WIRE_MLKEM_EK_BYTES, WIRE_MLKEM_EK_BYTES,                                \
            "the encapsulation key, FIPS 203 7.1"                                                  \
    }
#define CT_FIELD                                                                                   \
    {                                                                                              \
        "ct", WIRE_FIXED, WIRE_CIPHERTEXT_BYTES, WIRE_CIPHERTEXT_BYTES,                            \
            "a ciphertext: 32 secret bytes encapsulated to ek, FIPS 203 7.2"                       \
    }
#define INNER_FIELD(number)                                                                        \
    [INNER_TYPE] = {"inner", WIRE_U8, number, number, "the type of the inner message"}
#define STEP_FIELD(number)                                                                         \
    [REKEY_STEP] = {"step", WIRE_U8, number, number, "which of the four steps of a re-key"}

#define LIST(...)                                                                                  \
    (const struct wire_field[]){__VA_ARGS__},                                                      \
        sizeof((const struct wire_field[]){__VA_ARGS__}) / sizeof(struct wire_field)

static const struct wire_layout layouts[WIRE_MESSAGES] = {
#define MESSAGE(number, name, label, direction, frame, meaning, ...)                               \
    [number] = {name, label, direction, frame, LIST(__VA_ARGS__), meaning},
#include "wire_table.inc"
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
