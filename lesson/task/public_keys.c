/*
 * Public keys to look at; see public_keys.h.
 */
#include "public_keys.h"

#include "hexadecimal.h"

#include <string.h>

static const uint8_t exponent[] = {1, 0, 1};

void task_public_key_name(struct task_public_key *key)
{
    struct rsa_key *rsa = NULL;
    key->fingerprint[0] = '\0';
    if (rsa_key_from_public_bytes(&rsa, key->n, sizeof(key->n), exponent, sizeof(exponent)) ==
        RSA_OK)
        fingerprint_text(key->fingerprint, rsa);
    rsa_key_free(rsa);
}

void task_public_key_draw(struct task_public_key *key, struct task_random *random)
{
    task_draw_bytes(random, key->n, sizeof(key->n));
    key->n[0] |= 0xc0;
    key->n[sizeof(key->n) - 1] |= 1;
    task_public_key_name(key);
}

/* RFC 4251 5, mpint: the length, and a zero byte in front where the first bit is set. */
static void add_mpint(struct sym_sha256 *state, const uint8_t *number, size_t bytes)
{
    bool zero = (number[0] & 0x80) != 0;
    size_t length = bytes + zero;
    uint8_t head[5] = {0, 0, (uint8_t)(length >> 8), (uint8_t)length, 0};
    sym_sha256_update(state, head, zero ? 5 : 4);
    sym_sha256_update(state, number, bytes);
}

void task_public_key_swapped(char text[FINGERPRINT_TEXT_BYTES], const struct task_public_key *key)
{
    static const char name[] = "\0\0\0\7ssh-rsa";
    struct sym_sha256 state;
    uint8_t digest[SYM_SHA256_BYTES];
    sym_sha256_init(&state);
    sym_sha256_update(&state, name, sizeof(name) - 1);
    add_mpint(&state, key->n, sizeof(key->n));
    add_mpint(&state, exponent, sizeof(exponent));
    sym_sha256_final(digest, &state);
    fingerprint_digest_text(text, digest);
}

void task_allowed_header(FILE *out)
{
    fputs("name,role,expires,family,n,e\n", out);
}

void task_allowed_row(FILE *out, const struct task_public_key *key, const char *name,
                      const char *family, const char *expires)
{
    char n[2 * TASK_MODULUS_BYTES + 1];
    *hex_write(n, key->n, sizeof(key->n)) = '\0';
    fprintf(out, "%s,user,%s,%s,0x%s,0x10001\n", name, expires, family, n);
}
