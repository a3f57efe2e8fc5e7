/*
 * The table of steps: see step_table.h; its rows are in step_table.inc.
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
#define X25519      "X25519(private key, peer's key share)", "RFC 7748 6.1", "both"
#define X25519_VALUES SECRET("private key"), PUBLIC("peer's key share")
#define CHECK_EK    "every coefficient is below q = 3329", "FIPS 203 7.2", "server"
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
#define STEP(number, ...) [number] = {__VA_ARGS__},
#include "step_table.inc"
};
// clang-format on

const struct step_row *step_row(enum channel_step step)
{
    return &rows[step];
}
