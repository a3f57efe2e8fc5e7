/*
 * A private key under a passphrase; see key_protected.h.
 */
#include "key_protected.h"
#include "sym_memory.h"

#include <stdlib.h>

/* PBES2 itself does not say whether a passphrase was right. A wrong one gives random bytes. These
 * end in good padding once in 256 times, but they never begin like a PrivateKeyInfo, with the right
 * length, version and algorithm. */
static bool looks_right(const uint8_t *plaintext, size_t bytes)
{
    struct octets der = octets_open(plaintext, bytes), list;
    unsigned long version;
    return der_read(&list, &der, DER_SEQUENCE, "", NULL) && der_end(&der, NULL) &&
           der_small(&version, &list, 1, "", NULL) && der_next_is(&list, DER_SEQUENCE);
}

enum opened { OPENED, WRONG_PASSPHRASE, BROKEN };

static enum opened open_with(struct rsa_key **key, const struct pbes2 *frame,
                             const char *passphrase, const char *what, struct problem *problem)
{
    struct problem inside = {0};
    enum opened opened = BROKEN;
    const char *oddity; /* not told: that it is PKCS#8 was our guess */
    size_t bytes, room = frame->ciphertext.bytes;
    uint8_t *plaintext = malloc(room);
    if (!plaintext) {
        problem_memory(problem);
        return BROKEN;
    }
    if (!pbes2_decrypt(plaintext, &bytes, frame, passphrase) || !looks_right(plaintext, bytes))
        opened = WRONG_PASSPHRASE;
    else if (key_der_read(key, &oddity, KEY_DER_PKCS8, plaintext, bytes, &inside))
        opened = OPENED;
    else
        problem_set(problem, "%s: the passphrase is right, but what it opens is not: %s", what,
                    inside.message);
    sym_wipe(plaintext, room);
    free(plaintext);
    return opened;
}

bool key_protected_open(struct rsa_key **key, const struct pbes2 *frame,
                        const struct key_access *access, const char *what, struct problem *problem)
{
    char secret[PASSPHRASE_BYTES];
    enum opened opened = WRONG_PASSPHRASE;
    *key = NULL;
    if (!access || !access->passphrase.get)
        return problem_set(problem, "%s is protected by a passphrase, which is not asked for here",
                           what);
    for (unsigned attempt = 0; opened == WRONG_PASSPHRASE; attempt++) {
        if (!access->passphrase.get(secret, &access->passphrase, what, attempt, problem))
            return false;
        opened = open_with(key, frame, secret, what, problem);
        sym_wipe(secret, sizeof(secret));
    }
    return opened == OPENED;
}

bool key_protected_write(struct octets *out, uint8_t buffer[KEY_PROTECTED_BYTES],
                         const struct rsa_key *pair, const struct key_protection *protection,
                         struct problem *problem)
{
    uint8_t der_secret[KEY_DER_BYTES];
    struct octets der;
    key_der_write(&der, der_secret, KEY_DER_PKCS8, pair);
    bool done = pbes2_write(out, buffer, KEY_PROTECTED_BYTES, der.data, der.bytes,
                            protection->passphrase, protection->iterations);
    sym_wipe(der_secret, sizeof(der_secret));
    return done || problem_set(problem, "the system gives no random bytes");
}
