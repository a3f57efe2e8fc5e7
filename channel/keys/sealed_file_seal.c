/*
 * Sealing a file; see sealed_file.h, and docs/sealed.md for each field.
 */
#include "channel_hash.h"
#include "fingerprint.h"
#include "key_labels.h"
#include "read_full.h"
#include "sealed_stream.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

struct sealing {
    struct sealed_stream stream;
    struct output_file *out;
    struct problem *problem;
    uint8_t *buffer; /* a chunk, its tag, and one byte that tells whether another follows */
};

/* --- the header ------------------------------------------------------------------------------ */

static bool put_header(struct sealing *sealing, const void *data, size_t bytes)
{
    sym_sha256_update(&sealing->stream.header, data, bytes);
    return output_file_write(sealing->out, data, bytes, sealing->problem);
}

static bool put_u16(struct sealing *sealing, size_t number)
{
    const uint8_t bytes[] = {(uint8_t)(number >> 8), (uint8_t)number};
    return put_header(sealing, bytes, sizeof(bytes));
}

static bool put_fingerprint(struct sealing *sealing, const struct rsa_key *key)
{
    uint8_t digest[FINGERPRINT_BYTES];
    fingerprint_digest(digest, key);
    return put_header(sealing, digest, sizeof(digest));
}

/* Fingerprint, and the file key under OAEP. */
static bool put_receiver(struct sealing *sealing, const struct rsa_key *key,
                         const uint8_t file_key[SEALED_KEY_BYTES])
{
    const char *label = key_label_text(KEY_LABEL_SEALED_KEY);
    uint8_t wrapped[RSA_MAX_BYTES]; /* not secret, not wiped */
    enum rsa_error error = rsa_oaep_encrypt(wrapped, key, &channel_hash, label, strlen(label),
                                            file_key, SEALED_KEY_BYTES, NULL);
    if (error != RSA_OK)
        return problem_set(sealing->problem, "cannot seal to a key of %u bits: %s",
                           rsa_key_bits(key), translate(rsa_strerror(error)));
    return put_fingerprint(sealing, key) && put_u16(sealing, rsa_key_bytes(key)) &&
           put_header(sealing, wrapped, rsa_key_bytes(key));
}

static bool put_head(struct sealing *sealing, const struct rsa_key *const receivers[], size_t count,
                     const struct rsa_key *sender, const uint8_t file_key[SEALED_KEY_BYTES])
{
    uint8_t commitment[SYM_SHA256_BYTES], number = (uint8_t)count;
    sealed_commitment(commitment, file_key);
    bool done = put_header(sealing, SEALED_MAGIC, SEALED_MAGIC_BYTES) &&
                put_header(sealing, &number, 1);
    for (size_t i = 0; done && i < count; i++)
        done = put_receiver(sealing, receivers[i], file_key);
    done = done && put_header(sealing, commitment, sizeof(commitment)) &&
           put_u16(sealing, !sender ? 0 : rsa_key_bytes(sender)) &&
           (!sender || put_fingerprint(sealing, sender));
    return done;
}

/* --- the chunks ------------------------------------------------------------------------------ */

/* Seals the first bytes of the buffer in place and writes them. */
static bool put_chunk(struct sealing *sealing, size_t bytes, enum sealed_mark mark)
{
    uint8_t nonce[SYM_AEAD_NONCE_BYTES];
    sealed_nonce(nonce, &sealing->stream, mark);
    if (sym_aead_seal(sealing->buffer, sealing->stream.key, nonce, NULL, 0, sealing->buffer,
                      bytes) != SYM_OK)
        return problem_set(sealing->problem, "cannot seal");
    return output_file_write(sealing->out, sealing->buffer, bytes + SYM_AEAD_TAG_BYTES,
                             sealing->problem);
}

static bool put_chunks(struct sealing *sealing, int in, const struct sealed_progress *progress)
{
    uint8_t *buffer = sealing->buffer;
    uint64_t total = 0;
    size_t held = 0;
    bool more = true, done = true;
    while (done && more) {
        ssize_t got = read_full(in, buffer + held, SEALED_CHUNK_BYTES + 1 - held);
        if (got < 0)
            return problem_errno(sealing->problem, "cannot read what is to be sealed");
        held += (size_t)got;
        more = held > SEALED_CHUNK_BYTES;
        size_t bytes = more ? SEALED_CHUNK_BYTES : held;
        uint8_t next = buffer[SEALED_CHUNK_BYTES];
        if (sealing->stream.is_signed)
            sym_sha256_update(&sealing->stream.plain, buffer, bytes);
        done = put_chunk(sealing, bytes, more ? SEALED_MORE : SEALED_LAST);
        total += bytes;
        if (progress->hear)
            progress->hear(progress->context, total);
        buffer[0] = next;
        held = 1;
    }
    return done;
}

static bool put_signature(struct sealing *sealing, const struct rsa_key *sender)
{
    uint8_t digest[SYM_SHA256_BYTES];
    sealed_signed_digest(digest, &sealing->stream);
    enum rsa_error error = rsa_pss_sign(sealing->buffer, sender, &channel_hash, digest, NULL, NULL);
    if (error != RSA_OK)
        return problem_set(sealing->problem, "cannot sign: %s", translate(rsa_strerror(error)));
    return put_chunk(sealing, rsa_key_bytes(sender), SEALED_SIGNATURE);
}

bool sealed_file_seal(struct output_file *out, int in, const struct rsa_key *const receivers[],
                      size_t count, const struct rsa_key *sender,
                      const struct sealed_progress *progress, struct problem *problem)
{
    struct sealing sealing = {.out = out, .problem = problem};
    const struct sealed_progress nobody = {NULL, NULL};
    uint8_t file_key[SEALED_KEY_BYTES] = {0};
    bool done = false;
    if (count == 0 || count > SEALED_MAX_RECEIVERS)
        return problem_set(problem, "a file is sealed to 1 to %d keys", SEALED_MAX_RECEIVERS);
    sealing.buffer = malloc(SEALED_FULL_BYTES);
    if (!sealing.buffer || rsa_random_bytes(file_key, sizeof(file_key), NULL) != RSA_OK) {
        problem_set(problem, "no memory, or no random bytes");
        goto out;
    }
    sealing.stream.is_signed = sender != NULL;
    sym_sha256_init(&sealing.stream.header);
    if (!put_head(&sealing, receivers, count, sender, file_key))
        goto out;
    sealed_start(&sealing.stream, file_key);
    done = put_chunks(&sealing, in, !progress ? &nobody : progress) &&
           (!sender || put_signature(&sealing, sender));
out:
    if (sealing.buffer)
        sym_wipe(sealing.buffer, SEALED_FULL_BYTES);
    free(sealing.buffer);
    sym_wipe(file_key, sizeof(file_key));
    sym_wipe(&sealing.stream, sizeof(sealing.stream));
    return done;
}
