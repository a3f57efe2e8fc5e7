/*
 * Each calculation once more, by strangers: a line for a command prompt (page_line.c) where its
 * values are recorded.
 */
#include "page_internal.h"

#include "fingerprint.h"
#include "key_der.h"
#include "sym_aead.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

/* --- from the values of a step alone ---------------------------------------------------------- */

#define HEX(number) "bytes.fromhex('{" number "}')"
#define HMAC(key, data)                                                                            \
    "python3 -c \"import hmac; print(hmac.new(" key ", " data ", 'sha256').hexdigest())\""
#define SHA256(data) "python3 -c \"import hashlib; print(hashlib.sha256(" data ").hexdigest())\""
/* RFC 5869 2.3 by OpenSSL. */
#define EXPAND(info)                                                                               \
    "openssl kdf -binary -keylen {2n} -kdfopt digest:SHA256 -kdfopt mode:EXPAND_ONLY -kdfopt "     \
    "hexkey:{0} -kdfopt hexinfo:" info " HKDF | od -An -v -tx1 | tr -d ' \\n'"
#define EXPANDED  N_("HKDF-Expand with OpenSSL"), EXPAND("{1}"), EXPAND_OKM
#define EXTRACTED N_("HKDF-Extract is HMAC(salt, ikm)"), HMAC(HEX("0"), HEX("1")), PRK_OUT
/* RFC 7748 5, without its steps by name; u is the point, or 9. */
#define X25519(u)                                                                                  \
    "python3 -c \"import functools as f; n = lambda b: int.from_bytes(b, 'little'); p = 2**255 - " \
    "19; k = n(bytes.fromhex('{0}')) & (2**255 - 8) | 2**254; u = " u " % 2**255 % p; s = lambda " \
    "x, z, v, w: (lambda a, b, d, e: (a * b % p, (a - b) * (a + 121665 * (a - b)) % p, (d + "      \
    "e)**2 "                                                                                       \
    "% p, u * (d - e)**2 % p))((x + z)**2 % p, (x - z)**2 % p, (v - w) * (x + z), (v + w) * (x - " \
    "z)); t = lambda r: r[2:] + r[:2]; x, z, v, w = f.reduce(lambda r, i: t(s(*t(r))) if k >> i "  \
    "& "                                                                                           \
    "1 else s(*r), range(254, -1, -1), (1, 0, u, 1)); print((x * pow(z, p - 2, p) % "              \
    "p).to_bytes(32, 'little').hex())\""
/* FIPS 203 without its steps by name: sampling and noise (S, Z), the transform and its way back by
 * their definitions (N, M), products (D), bits to and fro (U, P, C, X); keys, encryption and the two
 * that hash (K, Y, F, V: algorithms 13, 14, 17, 18). A second or two. */
#define MLKEM(printed)                                                                             \
    "python3 -c \""                                                                                \
    "import hashlib as h; "                                                                        \
    "q = 3329; "                                                                                   \
    "G = [pow(17, 2 * int(format(i, '07b')[::-1], 2) + 1, q) for i in range(128)]; "               \
    "U = lambda b, w: [int.from_bytes(b, 'little') &gt;&gt; w * i &amp; (1 &lt;&lt; w) - 1 for i " \
    "in range(8 "                                                                                  \
    "* len(b) // w)]; "                                                                            \
    "P = lambda f, w: sum(n &lt;&lt; w * i for i, n in enumerate(f)).to_bytes(len(f) * w // 8, "   \
    "'little'); "                                                                                  \
    "S = lambda r, i, j: [n for n in U(h.shake_128(r + bytes([i, j])).digest(1344), 12) if n "     \
    "&lt; q][:256]; "                                                                              \
    "Z = lambda s, n: [sum(x[:2]) - sum(x[2:]) for x in zip(*[iter(U(h.shake_256(s + "             \
    "bytes([n])).digest(128), 1))] * 4)]; "                                                        \
    "N = lambda f: [sum(f[2 * j + k] * pow(G[i], j, q) for j in range(128)) % q for i in "         \
    "range(128) for k in (0, 1)]; "                                                                \
    "M = lambda g: [3303 * sum(g[2 * i + k] * pow(G[i], -j, q) for i in range(128)) % q for "      \
    "j in range(128) for k in (0, 1)]; "                                                           \
    "D = lambda a, b: [sum(x[2 * i] * y[2 * i + k] + x[2 * i + 1] * y[2 * i + 1 - k] * (1 if "     \
    "k else G[i]) for x, y in zip(a, b)) % q for i in range(128) for k in (0, 1)]; "               \
    "A = lambda f, g: [(x + y) % q for x, y in zip(f, g)]; "                                       \
    "C = lambda f, w: P([((n &lt;&lt; w + 1) + q) // (2 * q) % (1 &lt;&lt; w) for n in f], w); "   \
    "X = lambda b, w: [n * q + (1 &lt;&lt; w - 1) &gt;&gt; w for n in U(b, w)]; "                  \
    "T = lambda b, n: [b[i:i + n] for i in range(0, len(b), n)]; "                                 \
    "R = range(3); "                                                                               \
    "K = lambda r, o: b''.join(P(A(D([S(r, j, i) for j in R], [N(Z(o, j)) for j in R]), "          \
    "N(Z(o, 3 + i))), 12) for i in R) + r; "                                                       \
    "Y = lambda e, m, r, y: b''.join(C(A(M(D([S(e[-32:], i, j) for j in R], y)), Z(r, 3 + "        \
    "i)), 10) for i in R) + C(A(A(M(D([U(x, 12) for x in T(e[:-32], 384)], y)), Z(r, 6)), "        \
    "[1665 * b for b in U(m, 1)]), 4); "                                                           \
    "F = lambda e, m: (lambda k, r: (Y(e, m, r, [N(Z(r, i)) for i in R]), "                        \
    "k))(*T(h.sha3_512(m + h.sha3_256(e).digest()).digest(), 32)); "                               \
    "V = lambda d, c: (lambda t: t[1] if t[0] == c else h.shake_256(d[-32:] + "                    \
    "c).digest(32))(F(d[1152:-64], C(A(X(c[960:], 4), [-n for n in M(D([U(x, 12) for x in "        \
    "T(d[:1152], 384)], [N(X(x, 10)) for x in T(c[:960], 320)]))]), 1))); " printed "\""
#define POWER(base, exponent, p)                                                                   \
    N_("the power"),                                                                               \
        "python3 -c \"print('%0{3d}x' % pow(0x{" base "}, 0x{" exponent "}, 0x{" p "}))\"", 3
#define STRETCH                                                                                    \
    "python3 -c \"import hashlib; h = [bytes.fromhex('{0}')]; [h.append(hashlib.sha256(h[-"        \
    "1]).digest()) for i in range({1n} // 32 + 1)]; print(b''.join(h[1:])[:{1n}].hex())\""
#define ZEROS "bytes.fromhex('0000000000000000000000000000000000000000000000000000000000000000')"
#define CLIENT_MAC                                                                                 \
    N_("HMAC with SHA-256"),                                                                       \
        HMAC(HEX("0"), "bytes.fromhex('636c69656e74') + " HEX("1") " + " HEX("2")), MAC_OUT
#define SERVER_MAC                                                                                 \
    N_("HMAC with SHA-256"),                                                                       \
        HMAC(HEX("0"), "bytes.fromhex('736572766572') + " HEX("1") " + " HEX("2") " + " HEX("3")), \
        MAC_OUT

static const struct {
    const char *title, *line;
    size_t printed;
} checks[CHANNEL_STEPS] = {
    [STEP_SIGNED_DIGEST] = {N_("the hash that is signed"), SHA256(HEX("0") " + " HEX("1")),
                            DIGEST_OUT},
    [STEP_PRK] = {EXTRACTED},
    [STEP_PRK_REKEY] = {EXTRACTED},
    [STEP_PRK_RESUMED] = {EXTRACTED},
    [STEP_X25519_KEY] = {N_("X25519 of the private key and 9"), X25519("9"), X25519_PUBLIC},
    [STEP_X25519_SECRET] = {N_("X25519 by its formulas"), X25519("n(bytes.fromhex('{1}'))"),
                            X25519_SHARED},
    [STEP_MLKEM_KEY] = {N_("ML-KEM by its formulas"),
                        MLKEM("print(K(*T(h.sha3_512(" HEX("0") "[:32] + bytes([3])).digest(), "
                                                                "32)).hex())"),
                        MLKEM_KEY_EK},
    [STEP_MLKEM_ENCAPSULATED] = {N_("ML-KEM by its formulas"),
                                 MLKEM("print(F(" HEX("0") ", " HEX("1") ")[0].hex())"),
                                 MLKEM_ENCAPSULATED_OUT},
    [STEP_MLKEM_DECAPSULATED] = {N_("ML-KEM by its formulas"),
                                 MLKEM("print(V(" HEX("0") ", " HEX("1") ").hex())"),
                                 MLKEM_DECAPSULATED_SECRET},
    [STEP_HYBRID_SECRET] = {N_("one behind the other"), "echo {0}{1}", HYBRID_BOTH},
    [STEP_DH_CLIENT_KEY] = {POWER("1", "2", "0")},
    [STEP_DH_SERVER_KEY] = {POWER("1", "2", "0")},
    [STEP_DH_CLIENT_SECRET] = {POWER("2", "1", "0")},
    [STEP_DH_SERVER_SECRET] = {POWER("2", "1", "0")},
    [STEP_DH_SESSION_KEY] = {N_("hashed, and the hash hashed"), STRETCH, DH_SESSION_KEY},
    [STEP_C2S_KEY] = {EXPANDED},
    [STEP_C2S_IV] = {EXPANDED},
    [STEP_S2C_KEY] = {EXPANDED},
    [STEP_S2C_IV] = {EXPANDED},
    [STEP_EXPORTER_SECRET] = {EXPANDED},
    [STEP_CHAIN_SECRET] = {EXPANDED},
    [STEP_RESUME_CLIENT_KEY] = {EXPANDED},
    [STEP_RESUME_SERVER_KEY] = {EXPANDED},
    [STEP_TICKET_SECRET] = {N_("HKDF-Expand with OpenSSL"),
                            EXPAND("676c617373626f782d7632207469636b6574{1}"), TICKET_OUT},
    [STEP_EXPORTER] = {N_("HKDF-Extract without a salt is HMAC(zeros, K)"), HMAC(ZEROS, HEX("0")),
                       EXPORTER_OUT},
    [STEP_NONCE] = {N_("xor"), "python3 -c \"print('%024x' % (0x{0} ^ 0x{1}))\"", NONCE_OUT},
    [STEP_CLIENT_MAC] = {CLIENT_MAC},
    [STEP_CLIENT_MAC_EXPECTED] = {CLIENT_MAC},
    [STEP_SERVER_MAC] = {SERVER_MAC},
    [STEP_SERVER_MAC_EXPECTED] = {SERVER_MAC},
};

/* --- the transcript --------------------------------------------------------------------------- */

#define FRAMES_MAX 5

/* The first frames of the channel and then the rest, if they hash to this. */
static void transcript(struct page *page, const struct timeline_channel *channel, size_t frames,
                       const struct wire_value *rest, const struct trace_bytes *digest)
{
    static const char begin[] = "python3 -c \"import hashlib; print(hashlib.sha256(";
    struct trace_bytes parts[FRAMES_MAX];
    char line[300];
    struct sym_sha256 state;
    uint8_t computed[SYM_SHA256_BYTES];
    size_t count = 0, length = strlen(strcpy(line, begin));
    for (size_t i = 0; i < channel->entry_count && count < frames; i++)
        if (channel->entries[i].kind == ENTRY_FRAME)
            parts[count++] = channel->entries[i].event->frame.bytes;
    if (count < frames)
        return;
    if (rest)
        parts[count++] = (struct trace_bytes){rest->data, rest->bytes};
    sym_sha256_init(&state);
    for (size_t i = 0; i < count; i++) {
        sym_sha256_update(&state, parts[i].data, parts[i].bytes);
        length += (size_t)sprintf(line + length, "%sbytes.fromhex('{%zu}')", i > 0 ? " + " : "", i);
    }
    sym_sha256_final(computed, &state);
    strcpy(line + length, ").hexdigest())\"");
    if (memcmp(computed, digest->data, sizeof(computed)) == 0)
        page_line(page, N_("the hash over the whole dialogue so far"), line, parts, count, digest,
                  NULL);
}

/* The sealed secret of the exchange that comes as frame number `frames` + 1. */
static bool sealed_secret(struct wire_value *secret, const struct timeline_channel *channel,
                          size_t frames)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    size_t count = 0;
    for (size_t i = 0; i < channel->entry_count; i++) {
        const struct trace_event *event = channel->entries[i].event;
        if (channel->entries[i].kind != ENTRY_FRAME || count++ < frames)
            continue;
        if ((event->frame.message != WIRE_CLIENT_EXCHANGE &&
             event->frame.message != WIRE_SERVER_EXCHANGE) ||
            !timeline_whole(values, event))
            return false;
        *secret = values[EXCHANGE_SECRET];
        return true;
    }
    return false;
}

static void check_transcripts(struct page *page, const struct timeline_channel *channel,
                              const struct trace_bytes *hash)
{
    struct wire_value secret;
    for (size_t frames = 2; frames <= 3; frames++)
        if (sealed_secret(&secret, channel, frames))
            transcript(page, channel, frames, &secret, hash);
}

/* --- keys ------------------------------------------------------------------------------------- */

static struct rsa_key *read_key(const struct timeline_key *key)
{
    struct rsa_key *read = NULL;
    if (key->n.bytes == 0 ||
        rsa_key_from_public_bytes(&read, key->n.data, key->n.bytes, key->e.data, key->e.bytes))
        return NULL;
    return read;
}

static void check_signature(struct page *page, const struct timeline_step *step,
                            enum trace_key whose)
{
    const struct trace_bytes *values = step->event->step.values;
    struct rsa_key *key = read_key(&step->keys[whose]);
    uint8_t buffer[KEY_DER_BYTES];
    struct octets der;
    if (!key)
        return;
    key_der_write(&der, buffer, KEY_DER_SPKI, key);
    page_line(page, N_("the signature with OpenSSL (in bash)"),
              "openssl pkeyutl -verify -pubin -keyform DER -inkey {0f} -in {1f} -sigfile {2f} "
              "-pkeyopt rsa_padding_mode:pss -pkeyopt digest:sha256 -pkeyopt rsa_pss_saltlen:32",
              (struct trace_bytes[]){
                  {der.data, der.bytes}, values[SIGNATURE_DIGEST], values[SIGNATURE_OUT]},
              3, NULL, "Signature Verified Successfully");
    rsa_key_free(key);
}

const struct timeline_key *page_identity(const struct timeline_channel *channel,
                                         enum channel_role role)
{
    return &channel->keys[role == channel->role ? TRACE_OWN_IDENTITY : TRACE_PEER_IDENTITY];
}

bool page_fingerprint(char *text, const struct timeline_key *key)
{
    struct rsa_key *read = read_key(key);
    if (read)
        fingerprint_text(text, read);
    rsa_key_free(read);
    return read != NULL;
}

void page_check_fingerprint(struct page *page, const struct timeline_key *key)
{
    struct rsa_key *read = read_key(key);
    uint8_t blob[FINGERPRINT_BLOB_BYTES];
    char text[FINGERPRINT_TEXT_BYTES + 64], fingerprint[FINGERPRINT_TEXT_BYTES];
    if (read && rsa_key_bits(read) >= 1024) { /* OpenSSH reads no smaller ones */
        const struct trace_bytes value = {blob, fingerprint_blob(blob, read)};
        fingerprint_text(fingerprint, read);
        snprintf(text, sizeof(text), "%u %s no comment (RSA)", rsa_key_bits(read), fingerprint);
        page_line(page, N_("the fingerprint with OpenSSH (in bash)"),
                  "ssh-keygen -lf &lt;(echo ssh-rsa {0b})", &value, 1, NULL, text);
    }
    rsa_key_free(read);
}

/* --- records ---------------------------------------------------------------------------------- */

/* The frame that this step made or read. */
static const struct timeline_entry *frame_of(const struct timeline_channel *channel,
                                             const struct timeline_step *step)
{
    for (size_t i = 0; i < channel->entry_count; i++)
        if (channel->entries[i].kind == ENTRY_FRAME && step >= channel->entries[i].steps &&
            step < channel->entries[i].steps + channel->entries[i].step_count)
            return &channel->entries[i];
    return NULL;
}

#define DECRYPT                                                                                    \
    "echo {2b} | openssl base64 -d -A | openssl enc -d -chacha20 -K {0} -iv 01000000{1} | od -An " \
    "-v -tx1 | tr -d ' \\n'"
/* RFC 8439 2.8: what Poly1305 runs over is the header, the ciphertext and their lengths, padded. */
#define POLY1305                                                                                   \
    "k=$(head -c 32 /dev/zero | openssl enc -chacha20 -K {0} -iv 00000000{1} | od -An -v -tx1 | "  \
    "tr -d ' \\n'); python3 -c \"k = bytes.fromhex('$k'); m = "                                    \
    "bytes.fromhex('{3}000000000000000000000000{2}{4}{5}'); n = lambda b: int.from_bytes(b, "      \
    "'little'); r = n(k[:16]) & 0x0ffffffc0ffffffc0ffffffc0fffffff; import functools as f; a = "   \
    "f.reduce(lambda a, i: (a + n(m[i:i+16]) + 2**128) * r % (2**130 - 5), range(0, len(m), 16), " \
    "0); print(((a + n(k[16:])) % 2**128).to_bytes(16, 'little').hex())\""

static void check_seal(struct page *page, const struct timeline_channel *channel,
                       const struct timeline_step *step)
{
    static const uint8_t zeros[16];
    const struct trace_bytes *values = step->event->step.values;
    const struct timeline_entry *entry = frame_of(channel, step);
    const struct trace_bytes *frame = entry ? &entry->event->frame.bytes : NULL;
    uint8_t lengths[16] = {WIRE_HEADER_BYTES};
    size_t bytes;
    if (!frame || frame->bytes <= WIRE_HEADER_BYTES + SYM_AEAD_TAG_BYTES)
        return;
    bytes = frame->bytes - WIRE_HEADER_BYTES - SYM_AEAD_TAG_BYTES;
    for (size_t i = 0; i < 8; i++)
        lengths[8 + i] = (uint8_t)((uint64_t)bytes >> (8 * i));
    const struct trace_bytes parts[] = {values[RECORD_KEY],
                                        values[RECORD_NONCE],
                                        {frame->data + WIRE_HEADER_BYTES, bytes},
                                        {frame->data, WIRE_HEADER_BYTES},
                                        {zeros, (16 - bytes % 16) % 16},
                                        {lengths, sizeof(lengths)}};
    if (entry->inner)
        page_line(page, N_("what is inside, with OpenSSL's ChaCha20"), DECRYPT, parts, 3,
                  &entry->inner->inner.bytes, NULL);
    page_line(page, N_("the tag, Poly1305 by its formula"), POLY1305, parts, 6,
              &(struct trace_bytes){frame->data + WIRE_HEADER_BYTES + bytes, SYM_AEAD_TAG_BYTES},
              NULL);
}

void page_check_step(struct page *page, const struct timeline_channel *channel,
                     const struct timeline_step *step)
{
    const enum channel_step which = step->event->step.step;
    const struct trace_bytes *values = step->event->step.values;
    if (which == STEP_SIGNED_DIGEST)
        check_transcripts(page, channel, &values[DIGEST_TRANSCRIPT]);
    else if (which == STEP_PRK || which == STEP_PRK_REKEY || which == STEP_PRK_RESUMED)
        transcript(page, channel, channel->resumed ? 2 : 4, NULL, &values[PRK_SALT]);
    else if (which == STEP_SIGNATURE)
        check_signature(page, step, TRACE_OWN_IDENTITY);
    else if (which == STEP_SIGNATURE_VERIFIED)
        check_signature(page, step, TRACE_PEER_IDENTITY);
    else if (which == STEP_RECORD_SEALED || which == STEP_RECORD_OPENED)
        check_seal(page, channel, step);
    if (checks[which].line)
        page_line(page, checks[which].title, checks[which].line, values,
                  (size_t)step_row(which)->inputs + step_row(which)->outputs,
                  &values[checks[which].printed], NULL);
}
