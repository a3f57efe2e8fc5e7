/*
 * The table of steps: see step_table.h.
 */
#include "step_table.h"

// clang-format off
#define PUBLIC(name) {name, TRACE_PUBLIC, false}
#define SECRET(name) {name, TRACE_SECRET, false}
#define TEXT(name)   {name, TRACE_PUBLIC, true}
/* How many of the values go in, how many come out. */
#define GIVES(out, ...)     false, 0, out, {__VA_ARGS__}
#define MAKES(in, out, ...) false, in, out, {__VA_ARGS__}
#define CHECKS(in, ...)     false, in, 0, {__VA_ARGS__}
#define REFUSES(in, ...)    true, in, 0, {__VA_ARGS__}

#define PAIR "p, q random primes; n = p q; d = e^-1 mod lambda(n)", "FIPS 186-5 A.1.3", "both", \
    GIVES(5, PUBLIC("n"), PUBLIC("e"), SECRET("d"), SECRET("p"), SECRET("q"))
#define EXTRACT(formula) formula, "RFC 5869 2.2", "both", \
    MAKES(2, 1, PUBLIC("salt"), SECRET("ikm"), SECRET("prk"))
#define EXPAND(formula, secret) formula, "RFC 5869 2.3", "both", \
    MAKES(2, 1, SECRET(secret), TEXT("label"), SECRET("okm"))
#define FROM_PRK    EXPAND("HKDF-Expand(prk, label, length)", "prk")
#define FROM_TICKET EXPAND("HKDF-Expand(ticket secret, label, 32)", "ticket secret")
#define IN_USE "in use from the next record on, which is number 0", "docs/protocol.md", "both", \
    GIVES(2, SECRET("key"), SECRET("iv"))
#define RECORD_VALUES SECRET("key"), SECRET("nonce"), PUBLIC("header"), PUBLIC("tag")
#define OPEN_RECORD "AEAD^-1(key, nonce, header, sealed), if the tag is right", "RFC 8439 2.8", "both"
#define OPEN_SECRET "OAEP^-1(own ephemeral key, sealed)", "RFC 8017 7.1.2", "both"
#define VERIFY      "PSS-verify(peer's identity key, digest)", "RFC 8017 8.1.2", "both"
#define CLIENT_MAC  "HMAC(key, \"client\" || ticket || r)", "RFC 2104 2"
#define SERVER_MAC  "HMAC(key, \"server\" || ticket || r || r')", "RFC 2104 2"
#define MAC(mac) \
    MAKES(4, 1, SECRET("key"), PUBLIC("ticket"), PUBLIC("r"), PUBLIC("r'"), mac)
#define CLIENT_CHECK \
    "the ticket is the one of this port, and the mac is the one computed", "docs/protocol.md", "server"
#define CLIENT_CHECK_VALUES PUBLIC("ticket"), PUBLIC("mac"), PUBLIC("ticket of this port")
#define SERVER_CHECK "the mac is the one computed", "docs/protocol.md", "client"

static const struct step_row rows[CHANNEL_STEPS] = {
    [STEP_IDENTITY_KEY] = {"identity key", PAIR},
    [STEP_EPHEMERAL_KEY] = {"ephemeral key", PAIR},
    [STEP_RANDOM_BYTES] = {"random bytes", "getrandom(bytes)", "docs/security.md", "both",
        GIVES(1, SECRET("bytes"))},
    [STEP_SEEDED_BYTES] = {"random bytes", "ChaCha20(HKDF(seed, purpose))", "docs/chat.md", "both",
        GIVES(1, SECRET("bytes"))},

    [STEP_HELLO_RANDOM] = {"hello random", "32 random bytes", "docs/protocol.md", "both",
        GIVES(1, PUBLIC("random"))},
    [STEP_SECRET_SEALED] = {"secret sealed", "OAEP(peer's ephemeral key, own secret)",
        "RFC 8017 7.1.1", "both", MAKES(1, 1, SECRET("own secret"), PUBLIC("sealed"))},
    [STEP_SECRET_OPENED] = {"secret opened", OPEN_SECRET,
        MAKES(1, 1, PUBLIC("sealed"), SECRET("peer's secret"))},
    [STEP_SECRET_REFUSED] = {"secret refused", OPEN_SECRET, REFUSES(1, PUBLIC("sealed"))},
    [STEP_SIGNED_DIGEST] = {"signed digest", "H(label || H(transcript || sealed secret))",
        "docs/protocol.md", "both",
        MAKES(2, 1, TEXT("label"), PUBLIC("transcript hash"), PUBLIC("digest"))},
    [STEP_SIGNATURE] = {"signature", "PSS(own identity key, digest)", "RFC 8017 8.1.1", "both",
        MAKES(1, 1, PUBLIC("digest"), PUBLIC("signature"))},
    [STEP_SIGNATURE_VERIFIED] = {"signature verified", VERIFY,
        CHECKS(2, PUBLIC("digest"), PUBLIC("signature"))},
    [STEP_SIGNATURE_REFUSED] = {"signature refused", VERIFY,
        REFUSES(2, PUBLIC("digest"), PUBLIC("signature"))},

    [STEP_PRK] = {"prk", EXTRACT("HKDF-Extract(H(M1 || M2 || M3 || M4), s_c || s_s)")},
    [STEP_PRK_REKEY] = {"prk", EXTRACT("HKDF-Extract(H(K1 || K2 || K3), chain || s_c || s_s)")},
    [STEP_PRK_RESUMED] = {"prk", EXTRACT("HKDF-Extract(H(R1 || R2), ticket secret)")},
    [STEP_C2S_KEY] = {"glassbox-v1 c2s key", FROM_PRK},
    [STEP_C2S_IV] = {"glassbox-v1 c2s iv", FROM_PRK},
    [STEP_S2C_KEY] = {"glassbox-v1 s2c key", FROM_PRK},
    [STEP_S2C_IV] = {"glassbox-v1 s2c iv", FROM_PRK},
    [STEP_EXPORTER_SECRET] = {"glassbox-v1 exporter", FROM_PRK},
    [STEP_CHAIN_SECRET] = {"glassbox-v1 chain", FROM_PRK},
    [STEP_KEYS_FOR_SENDING] = {"keys for sending", IN_USE},
    [STEP_KEYS_FOR_RECEIVING] = {"keys for receiving", IN_USE},

    [STEP_NONCE] = {"nonce", "iv xor sequence number", "RFC 8446 5.3", "both",
        MAKES(2, 1, SECRET("iv"), PUBLIC("sequence"), SECRET("nonce"))},
    [STEP_RECORD_SEALED] = {"record sealed", "AEAD(key, nonce, header, inner message)",
        "RFC 8439 2.8", "both", MAKES(3, 1, RECORD_VALUES)},
    [STEP_RECORD_OPENED] = {"record opened", OPEN_RECORD, CHECKS(4, RECORD_VALUES)},
    [STEP_RECORD_REFUSED] = {"record refused", OPEN_RECORD, REFUSES(4, RECORD_VALUES)},

    [STEP_SESSION_KEY] = {"session key", "random bytes, for this record alone", "docs/protocol.md",
        "both", GIVES(1, SECRET("K"))},
    [STEP_SESSION_KEY_WRAPPED] = {"session key wrapped", "(K^d mod n)^e' mod n', block by block",
        "RFC 8017 5.1", "both", MAKES(1, 2, SECRET("K"), SECRET("K^d mod n"), PUBLIC("wrapped"))},
    [STEP_SESSION_KEY_OPENED] = {"session key opened", "(wrapped^d mod n)^e' mod n', block by block",
        "RFC 8017 5.1", "both", MAKES(1, 2, PUBLIC("wrapped"), SECRET("K^d' mod n'"), SECRET("K"))},
    [STEP_SESSION_KEY_REFUSED] = {"session key refused",
        "a block that does not fit its place cannot be from an honest peer", "docs/protocol.md",
        "both", REFUSES(1, PUBLIC("wrapped"))},
    [STEP_TEXTBOOK_SEALED] = {"record sealed", "cipher(K, inner message)", "docs/symcipher.md",
        "both", MAKES(2, 1, SECRET("K"), SECRET("inner message"), PUBLIC("sealed"))},
    [STEP_TEXTBOOK_OPENED] = {"record opened", "cipher^-1(K, sealed)", "docs/symcipher.md", "both",
        MAKES(2, 1, SECRET("K"), PUBLIC("sealed"), SECRET("inner message"))},
    [STEP_TEXTBOOK_REFUSED] = {"record refused", "cipher^-1(K, sealed) has no proper padding",
        "docs/symcipher.md", "both", REFUSES(2, SECRET("K"), PUBLIC("sealed"))},

    [STEP_TICKET] = {"ticket", "16 random bytes, which cross the new port's line openly",
        "docs/protocol.md", "server", GIVES(1, PUBLIC("ticket"))},
    [STEP_EXPORTER] = {"exporter", "HKDF-Extract(\"\", K of the record with the port)",
        "RFC 5869 2.2", "both", MAKES(1, 1, SECRET("K"), SECRET("exporter"))},
    [STEP_TICKET_SECRET] = {"ticket secret",
        "HKDF-Expand(exporter, \"glassbox-v1 ticket\" || ticket, 32)", "RFC 5869 2.3", "both",
        MAKES(2, 1, SECRET("exporter"), PUBLIC("ticket"), SECRET("ticket secret"))},
    [STEP_RESUME_CLIENT_KEY] = {"glassbox-v1 resume client", FROM_TICKET},
    [STEP_RESUME_SERVER_KEY] = {"glassbox-v1 resume server", FROM_TICKET},
    [STEP_CLIENT_MAC] = {"client mac", CLIENT_MAC, "client", MAC(PUBLIC("mac"))},
    [STEP_SERVER_MAC] = {"server mac", SERVER_MAC, "server", MAC(PUBLIC("mac"))},
    [STEP_CLIENT_MAC_EXPECTED] = {"client mac", CLIENT_MAC, "server", MAC(SECRET("mac"))},
    [STEP_SERVER_MAC_EXPECTED] = {"server mac", SERVER_MAC, "client", MAC(SECRET("mac"))},
    [STEP_CLIENT_MAC_VERIFIED] = {"client mac verified", CLIENT_CHECK,
        CHECKS(3, CLIENT_CHECK_VALUES)},
    [STEP_CLIENT_MAC_REFUSED] = {"client mac refused", CLIENT_CHECK,
        REFUSES(3, CLIENT_CHECK_VALUES)},
    [STEP_SERVER_MAC_VERIFIED] = {"server mac verified", SERVER_CHECK, CHECKS(1, PUBLIC("mac"))},
    [STEP_SERVER_MAC_REFUSED] = {"server mac refused", SERVER_CHECK, REFUSES(1, PUBLIC("mac"))},
};
// clang-format on

const struct step_row *step_row(enum channel_step step)
{
    return &rows[step];
}
