/*
 * Tasks of lesson 05, the modern suite: what is signed, how keys come of a secret, and which nonce a
 * record has. The formulas are those of docs/protocol.md.
 */
#include "kind.h"

#include "sym_chacha20.h"
#include "sym_hkdf.h"

#include <string.h>

#define KEY_BYTES   32
#define NONCE_BYTES SYM_CHACHA20_NONCE_BYTES

/* HKDF-Expand with a label; more than 255 blocks are never asked for. */
static void expand(uint8_t *out, size_t bytes, const uint8_t key[KEY_BYTES], const char *label)
{
    if (sym_hkdf_expand(out, bytes, key, KEY_BYTES, label, strlen(label)) != SYM_OK)
        memset(out, 0, bytes);
}

/* --- what the client signs -------------------------------------------------------------------------- */

#define CLIENT_HELLO_BYTES 1525 /* with keys of 2048 bits */
#define SERVER_HELLO_BYTES 1429
#define CLIENT             "glassbox-v2 client exchange"
#define SERVER             "glassbox-v2 server exchange"

struct hellos {
    uint8_t client[CLIENT_HELLO_BYTES], server[SERVER_HELLO_BYTES];
};

static void hash_two(uint8_t out[KEY_BYTES], const void *one, size_t one_bytes, const void *other,
                     size_t other_bytes)
{
    struct sym_sha256 state;
    sym_sha256_init(&state);
    sym_sha256_update(&state, one, one_bytes);
    sym_sha256_update(&state, other, other_bytes);
    sym_sha256_final(out, &state);
}

/* A frame of a hello: its header is a true one, its body is chance. */
static void draw_hello(uint8_t *out, size_t bytes, struct task_random *random)
{
    task_draw_bytes(random, out, bytes);
    out[0] = 1;
    out[1] = 0;
    out[2] = (uint8_t)((bytes - 4) >> 8);
    out[3] = (uint8_t)(bytes - 4);
}

static void signed_mistakes(struct task *task, const struct hellos *hellos,
                            const uint8_t inner[KEY_BYTES])
{
    uint8_t wrong[KEY_BYTES];
    struct sym_sha256 state;
    task_mistake_bytes(task, inner, KEY_BYTES,
                       N_("This is the inner hash alone. The label and a second hash are "
                          "missing."));
    hash_two(wrong, SERVER, strlen(SERVER), inner, KEY_BYTES);
    task_mistake_bytes(task, wrong, KEY_BYTES,
                       N_("This has the server's label. The client signs under its own."));
    sym_sha256_init(&state);
    sym_sha256_update(&state, CLIENT, strlen(CLIENT));
    sym_sha256_update(&state, hellos->client, sizeof(hellos->client));
    sym_sha256_update(&state, hellos->server, sizeof(hellos->server));
    sym_sha256_final(wrong, &state);
    task_mistake_bytes(task, wrong, KEY_BYTES,
                       N_("You hashed once. The two hellos are hashed first, then the label with "
                          "that hash."));
    hash_two(wrong, hellos->server, sizeof(hellos->server), hellos->client, sizeof(hellos->client));
    hash_two(wrong, CLIENT, strlen(CLIENT), wrong, KEY_BYTES);
    task_mistake_bytes(task, wrong, KEY_BYTES,
                       N_("The order of the hellos is swapped. The client speaks first."));
    hash_two(wrong, CLIENT, strlen(CLIENT), task_hex(task, inner, KEY_BYTES),
             (size_t)2 * KEY_BYTES);
    task_mistake_bytes(task, wrong, KEY_BYTES,
                       N_("You hashed the digits of the inner hash. Its 32 bytes go in."));
}

static bool signed_digest(struct task *task, struct task_random *random)
{
    struct hellos hellos;
    uint8_t inner[KEY_BYTES], digest[KEY_BYTES];
    draw_hello(hellos.client, sizeof(hellos.client), random);
    draw_hello(hellos.server, sizeof(hellos.server), random);
    hash_two(inner, hellos.client, sizeof(hellos.client), hellos.server, sizeof(hellos.server));
    hash_two(digest, CLIENT, strlen(CLIENT), inner, KEY_BYTES);
    task_say(task, "In the suite modern the client signs H(label || H(M1 || M2)). M1 and M2 are "
                   "the two hellos, as they crossed the line; they are in two files. H is "
                   "SHA-256. The label is this text, without quotes or a new line:");
    task_show(task, "%s", CLIENT);
    task_say(task, "Which 32 bytes does the client sign?");
    task_attach(task, "m1.bin", hellos.client, sizeof(hellos.client));
    task_attach(task, "m2.bin", hellos.server, sizeof(hellos.server));
    task_answer_bytes(task, 256, digest, sizeof(digest));
    signed_mistakes(task, &hellos, inner);
    return true;
}

/* --- from a secret to a key ---------------------------------------------------------------------------- */

static bool key(struct task *task, struct task_random *random)
{
    uint8_t secret[KEY_BYTES], transcript[KEY_BYTES], prk[KEY_BYTES], out[KEY_BYTES];
    static const char label[] = "glassbox-v2 c2s key";
    task_draw_bytes(random, secret, sizeof(secret));
    task_draw_bytes(random, transcript, sizeof(transcript));
    task_say(task, "Client and server have agreed on a secret. The hash of their four messages is "
                   "the salt. HKDF (RFC 5869, with SHA-256) extracts PRK from both, and expands "
                   "it. Which key do the records from the client to the server have?");
    task_value_bytes(task, "secret", secret, sizeof(secret));
    task_value_bytes(task, "salt", transcript, sizeof(transcript));
    task_say(task, "The label of that key:");
    task_show(task, "%s", label);
    sym_hkdf_extract(prk, transcript, sizeof(transcript), secret, sizeof(secret));
    expand(out, sizeof(out), prk, label);
    task_answer_bytes(task, 256, out, sizeof(out));
    task_mistake_bytes(task, prk, sizeof(prk),
                       N_("This is PRK. Expand is missing: every key has a label of its own."));
    expand(out, sizeof(out), prk, "glassbox-v2 s2c key");
    task_mistake_bytes(task, out, sizeof(out),
                       N_("This is the other direction: s2c is from the server to the client."));
    sym_hmac(out, prk, sizeof(prk), label, strlen(label));
    task_mistake_bytes(task, out, sizeof(out),
                       N_("The counter is missing: in RFC 5869 2.3 a byte 1 stands behind the "
                          "label."));
    expand(out, sizeof(out), secret, label);
    task_mistake_bytes(task, out, sizeof(out),
                       N_("Extract is missing: you expanded the secret itself. The salt is not in "
                          "it."));
    sym_hkdf_extract(prk, secret, sizeof(secret), transcript, sizeof(transcript));
    expand(out, sizeof(out), prk, label);
    task_mistake_bytes(task, out, sizeof(out),
                       N_("Salt and secret are exchanged. The salt is the key of the HMAC."));
    return true;
}

/* --- the nonce of a record -------------------------------------------------------------------------------- */

/* The sequence number over 8 bytes of the IV, from `at` on. */
static void lay(uint8_t out[NONCE_BYTES], const uint8_t iv[NONCE_BYTES], size_t at,
                uint64_t sequence, bool big_endian)
{
    memcpy(out, iv, NONCE_BYTES);
    for (size_t i = 0; i < 8; i++)
        out[at + i] ^= (uint8_t)(sequence >> (big_endian ? 56 - 8 * i : 8 * i));
}

/* iv + sequence, as one number of 96 bits. */
static void add(uint8_t out[NONCE_BYTES], const uint8_t iv[NONCE_BYTES], uint64_t sequence)
{
    uint64_t carry = sequence;
    for (size_t i = NONCE_BYTES; i-- > 0; carry >>= 8) {
        carry += iv[i];
        out[i] = (uint8_t)carry;
    }
}

static bool nonce(struct task *task, struct task_random *random)
{
    uint8_t prk[KEY_BYTES], iv[NONCE_BYTES], out[NONCE_BYTES];
    uint64_t sequence = task_draw_between(random, 300, 60000);
    task_draw_bytes(random, prk, sizeof(prk));
    task_say(task,
             "A session of the suite modern has this PRK. The client has sent %u records "
             "under its keys, and now sends one more. Which nonce does that record have?",
             (unsigned)sequence);
    task_value_bytes(task, "prk", prk, sizeof(prk));
    task_say(task,
             "The IV is HKDF-Expand(PRK, \"%s\", %d). How the number of a record is laid over "
             "it stands in docs/protocol.md, under Records.",
             "glassbox-v2 c2s iv", NONCE_BYTES);
    expand(iv, sizeof(iv), prk, "glassbox-v2 c2s iv");
    lay(out, iv, 4, sequence, true);
    task_answer_bytes(task, 96, out, sizeof(out));
    lay(out, iv, 4, sequence + 1, true);
    task_mistake_bytes(task, out, sizeof(out),
                       N_("You counted from 1. The first record has the number 0."));
    lay(out, iv, 0, sequence, true);
    task_mistake_bytes(task, out, sizeof(out),
                       N_("You laid the number over the first 8 bytes. It goes over the last 8."));
    lay(out, iv, 4, sequence, false);
    task_mistake_bytes(task, out, sizeof(out),
                       N_("You read the number from the wrong end: the highest byte stands "
                          "first."));
    add(out, iv, sequence);
    task_mistake_bytes(task, out, sizeof(out), N_("You added. The number is laid over by XOR."));
    task_mistake_bytes(task, iv, sizeof(iv), N_("This is the IV, without the record's number."));
    return true;
}

const struct task_kind task_kinds_05[] = {
    {5, "signed-digest", N_("What the client signs"), signed_digest, TASK_QUICK},
    {5, "key", N_("From a secret to a key"), key, TASK_QUICK},
    {5, "nonce", N_("The nonce of a record"), nonce, TASK_QUICK},
    {0},
};
