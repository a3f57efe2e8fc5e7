/*
 * Two locks side by side; see hybrid.h. The formulas are those of docs/protocol.md and of FIPS 203.
 */
#include "hybrid.h"

#include "mlkem.h"
#include "sym_hkdf.h"
#include "sym_sha3.h"

#include <string.h>

#define KEY_BYTES 32
#define LABEL     "glassbox-v2 c2s key"

/* --- both secrets, one key ---------------------------------------------------------------------- */

/* The key that these secrets give: HKDF of RFC 5869, which never fails for 32 bytes. */
static void key_of(uint8_t key[KEY_BYTES], const uint8_t salt[KEY_BYTES], const void *secret,
                   size_t bytes, const char *label)
{
    uint8_t prk[KEY_BYTES];
    sym_hkdf_extract(prk, salt, KEY_BYTES, secret, bytes);
    if (sym_hkdf_expand(key, KEY_BYTES, prk, sizeof(prk), label, strlen(label)) != SYM_OK)
        memset(key, 0, KEY_BYTES);
}

static void key_mistakes(struct task *task, const uint8_t salt[KEY_BYTES],
                         const uint8_t x[KEY_BYTES], const uint8_t k[KEY_BYTES])
{
    uint8_t both[2 * KEY_BYTES], key[KEY_BYTES];
    memcpy(both, k, KEY_BYTES);
    memcpy(both + KEY_BYTES, x, KEY_BYTES);
    key_of(key, salt, both, sizeof(both), LABEL);
    task_mistake_bytes(task, key, sizeof(key),
                       N_("You changed the order: X25519's secret stands first."));
    key_of(key, salt, x, KEY_BYTES, LABEL);
    task_mistake_bytes(task, key, sizeof(key),
                       N_("Only X25519's secret went in. Then a quantum computer opens the talk."));
    key_of(key, salt, k, KEY_BYTES, LABEL);
    task_mistake_bytes(task, key, sizeof(key),
                       N_("Only ML-KEM's secret went in. Then all rests on the younger lock."));
    for (size_t i = 0; i < KEY_BYTES; i++)
        both[i] = x[i] ^ k[i];
    key_of(key, salt, both, KEY_BYTES, LABEL);
    task_mistake_bytes(task, key, sizeof(key),
                       N_("You laid one secret over the other by XOR. They stand one behind the "
                          "other."));
    memcpy(both, x, KEY_BYTES);
    memcpy(both + KEY_BYTES, k, KEY_BYTES);
    key_of(key, salt, both, sizeof(both), "glassbox-v2 s2c key");
    task_mistake_bytes(task, key, sizeof(key),
                       N_("This is the other direction: s2c is from the server to the client."));
    sym_hkdf_extract(key, salt, KEY_BYTES, both, sizeof(both));
    task_mistake_bytes(task, key, sizeof(key),
                       N_("This is PRK. Expand is missing: every key has a label of its own."));
}

bool hybrid_key(struct task *task, struct task_random *random)
{
    uint8_t salt[KEY_BYTES], both[2 * KEY_BYTES], key[KEY_BYTES];
    task_draw_bytes(random, salt, sizeof(salt));
    task_draw_bytes(random, both, sizeof(both));
    task_say(task, "Client and server talk in the suite modern. x is the secret that X25519 gave "
                   "them, k that of ML-KEM. The hash of their four messages is the salt. HKDF (RFC "
                   "5869, with SHA-256) makes PRK of both secrets, one behind the other, and "
                   "expands it. Which key do the records from the client to the server have?");
    task_value_bytes(task, "x", both, KEY_BYTES);
    task_value_bytes(task, "k", both + KEY_BYTES, KEY_BYTES);
    task_value_bytes(task, "salt", salt, sizeof(salt));
    task_say(task, "The label of that key:");
    task_show(task, "%s", LABEL);
    key_of(key, salt, both, sizeof(both), LABEL);
    task_answer_bytes(task, 256, key, sizeof(key));
    key_mistakes(task, salt, both, both + KEY_BYTES);
    return true;
}

/* --- a changed ciphertext ----------------------------------------------------------------------- */

/* J of FIPS 203 4.1 over z and the ciphertext behind it. */
struct rejected {
    uint8_t z[KEY_BYTES], c[MLKEM_CIPHERTEXT_BYTES];
};

static void rejected_mistakes(struct task *task, struct rejected *in, size_t at)
{
    uint8_t out[KEY_BYTES], turned[sizeof(struct rejected)];
    in->c[at] ^= 1;
    sym_shake256(out, sizeof(out), in, sizeof(*in));
    in->c[at] ^= 1;
    task_mistake_bytes(task, out, sizeof(out),
                       N_("This goes with the ciphertext as it was sent. Another one arrived."));
    memcpy(turned, in->c, sizeof(in->c));
    memcpy(turned + sizeof(in->c), in->z, sizeof(in->z));
    sym_shake256(out, sizeof(out), turned, sizeof(turned));
    task_mistake_bytes(task, out, sizeof(out), N_("You changed the order: z stands first."));
    sym_sha3_256(out, in, sizeof(*in));
    task_mistake_bytes(task, out, sizeof(out), N_("This is SHA3-256. J is SHAKE256."));
    sym_shake128(out, sizeof(out), in, sizeof(*in));
    task_mistake_bytes(task, out, sizeof(out), N_("This is SHAKE128. J is SHAKE256."));
    sym_shake256(out, sizeof(out), in->c, sizeof(in->c));
    task_mistake_bytes(task, out, sizeof(out),
                       N_("z is missing: without it everybody could compute this secret."));
    task_mistake_bytes(task, in->z, sizeof(in->z),
                       N_("z itself is not the secret: every changed ciphertext gives another."));
}

bool hybrid_rejected(struct task *task, struct task_random *random)
{
    struct rejected in;
    uint8_t secret[KEY_BYTES];
    _Static_assert(sizeof(in) == KEY_BYTES + MLKEM_CIPHERTEXT_BYTES, "one behind the other");
    task_draw_bytes(random, in.z, sizeof(in.z));
    task_draw_bytes(random, in.c, sizeof(in.c));
    size_t at = (size_t)task_draw_below(random, sizeof(in.c));
    task_say(task,
             "The server sent the ciphertext c of ML-KEM-768. On its way somebody turned one "
             "bit: byte %u, counted from 0, was changed by XOR with 1. The client's key "
             "holds z. It opens what arrived, locks the result again, and sees that it "
             "differs. So its secret is J(z || what arrived), and there is no error. J is "
             "SHAKE256 with 32 bytes. Which secret has the client?",
             (unsigned)at);
    task_value_bytes(task, "z", in.z, sizeof(in.z));
    task_value_bytes(task, "c", in.c, sizeof(in.c));
    in.c[at] ^= 1;
    sym_shake256(secret, sizeof(secret), &in, sizeof(in));
    task_answer_bytes(task, 256, secret, sizeof(secret));
    rejected_mistakes(task, &in, at);
    return true;
}
