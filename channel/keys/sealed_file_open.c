/*
 * Opening a sealed file; see sealed_file.h, and docs/sealed.md for each field.
 */
#include "channel_hash.h"
#include "fingerprint.h"
#include "key_labels.h"
#include "read_full.h"
#include "sealed_stream.h"

#include <stdlib.h>
#include <string.h>

struct opening {
    struct sealed_stream stream;
    struct output_file *out;
    struct problem *problem;
    int in;
    const struct rsa_key *key;
    uint8_t file_key[SEALED_KEY_BYTES];
    bool has_key;
    size_t signature_bytes; /* 0: not signed */
    uint8_t *buffer;        /* room for what follows a chunk too: `space` bytes */
    size_t space;
};

/* --- the header ------------------------------------------------------------------------------ */

static bool damaged(struct opening *opening, const char *where)
{
    problem_set(opening->problem, "the sealed file is damaged or cut short: %s", where);
    return problem_hint(opening->problem, "get another copy of it");
}

static bool take(struct opening *opening, void *out, size_t bytes)
{
    ssize_t got = read_full(opening->in, out, bytes);
    if (got < 0)
        return problem_errno(opening->problem, "cannot read the sealed file");
    if ((size_t)got != bytes)
        return damaged(opening, "it ends in its header");
    sym_sha256_update(&opening->stream.header, out, bytes);
    return true;
}

static bool take_u16(struct opening *opening, size_t *number)
{
    uint8_t bytes[2];
    if (!take(opening, bytes, sizeof(bytes)))
        return false;
    *number = (size_t)bytes[0] << 8 | bytes[1];
    return true;
}

/* Ours if the fingerprint is that of our key. */
static bool unwrap(struct opening *opening, const uint8_t *wrapped, size_t bytes)
{
    const char *label = key_label_text(KEY_LABEL_SEALED_KEY);
    uint8_t *message = calloc(1, RSA_MAX_BYTES);
    size_t count = 0;
    if (!message)
        return problem_memory(opening->problem);
    enum rsa_error error = rsa_oaep_decrypt(message, &count, opening->key, &channel_hash, label,
                                            strlen(label), wrapped, bytes, NULL);
    opening->has_key = error == RSA_OK && count == SEALED_KEY_BYTES;
    if (opening->has_key)
        memcpy(opening->file_key, message, SEALED_KEY_BYTES);
    sym_wipe(message, RSA_MAX_BYTES);
    free(message);
    if (error == RSA_ERR_NO_PRIVATE)
        return problem_set(opening->problem, "opening takes a private key");
    return opening->has_key || damaged(opening, "its key does not come out");
}

static bool take_receiver(struct opening *opening)
{
    uint8_t digest[FINGERPRINT_BYTES], own[FINGERPRINT_BYTES];
    uint8_t wrapped[RSA_MAX_BYTES]; /* not secret, not wiped */
    size_t bytes;
    fingerprint_digest(own, opening->key);
    if (!take(opening, digest, sizeof(digest)) || !take_u16(opening, &bytes))
        return false;
    if (bytes < SEALED_MIN_KEY_BYTES || bytes > RSA_MAX_BYTES)
        return damaged(opening, "a receiver's key of an impossible size");
    if (!take(opening, wrapped, bytes))
        return false;
    if (opening->has_key || memcmp(digest, own, sizeof(own)) != 0)
        return true;
    return unwrap(opening, wrapped, bytes);
}

static bool take_receivers(struct opening *opening)
{
    uint8_t magic[SEALED_MAGIC_BYTES], count;
    if (!take(opening, magic, sizeof(magic)))
        return false;
    if (memcmp(magic, SEALED_MAGIC, sizeof(magic)) != 0)
        return problem_set(opening->problem, "this is not a sealed file");
    if (!take(opening, &count, 1))
        return false;
    bool done = count > 0 || damaged(opening, "it has no receiver");
    for (unsigned i = 0; done && i < count; i++)
        done = take_receiver(opening);
    if (!done || opening->has_key)
        return done;
    problem_set(opening->problem, "the file is not sealed to this key");
    return problem_hint(opening->problem, "one of its %u receivers can open it", count);
}

static bool take_rest(struct opening *opening, struct sealed_sender *said)
{
    uint8_t commitment[SYM_SHA256_BYTES], expected[SYM_SHA256_BYTES];
    if (!take(opening, commitment, sizeof(commitment)) ||
        !take_u16(opening, &opening->signature_bytes))
        return false;
    sealed_commitment(expected, opening->file_key);
    if (!sym_equal(commitment, expected, sizeof(expected)))
        return damaged(opening, "its key is not the one that it was made with");
    said->is_signed = opening->signature_bytes > 0;
    if (opening->signature_bytes > RSA_MAX_BYTES)
        return damaged(opening, "a signature of an impossible size");
    return !said->is_signed || take(opening, said->digest, sizeof(said->digest));
}

static bool check_sender(struct opening *opening, const struct sealed_sender *said,
                         const struct rsa_key *sender)
{
    uint8_t digest[FINGERPRINT_BYTES];
    if (!sender)
        return true;
    if (!said->is_signed)
        return problem_set(opening->problem, "the file is not signed");
    fingerprint_digest(digest, sender);
    if (memcmp(digest, said->digest, sizeof(digest)) == 0 &&
        opening->signature_bytes == rsa_key_bytes(sender))
        return true;
    char text[FINGERPRINT_TEXT_BYTES];
    fingerprint_digest_text(text, said->digest);
    return problem_set(opening->problem, "the file is signed by another key: %s", text);
}

/* --- the chunks ------------------------------------------------------------------------------ */

/* Opens the first bytes of the buffer in place, the tag included. */
static bool open_chunk(struct opening *opening, size_t bytes, enum sealed_mark mark)
{
    uint8_t nonce[SYM_AEAD_NONCE_BYTES];
    sealed_nonce(nonce, &opening->stream, mark);
    return sym_aead_open(opening->buffer, opening->stream.key, nonce, NULL, 0, opening->buffer,
                         bytes) == SYM_OK ||
           damaged(opening, "a chunk is not what was sealed in its place");
}

static bool pass_chunk(struct opening *opening, size_t bytes, enum sealed_mark mark)
{
    if (!open_chunk(opening, bytes, mark))
        return false;
    size_t plain = bytes - SYM_AEAD_TAG_BYTES;
    if (opening->stream.is_signed)
        sym_sha256_update(&opening->stream.plain, opening->buffer, plain);
    return output_file_write(opening->out, opening->buffer, plain, opening->problem);
}

/* How much stands behind the last chunk. */
static size_t trailer_bytes(const struct opening *opening)
{
    return opening->signature_bytes == 0 ? 0 : opening->signature_bytes + SYM_AEAD_TAG_BYTES;
}

/* Opens all chunks, and leaves what follows them at the front of the buffer. A chunk is the last if
 * no more than the trailer follows it, so the end is looked for before the chunk is opened. */
static bool pass_chunks(struct opening *opening, const struct sealed_progress *progress)
{
    size_t held = 0, trailer = trailer_bytes(opening);
    uint64_t total = 0;
    bool more = true;
    while (more) {
        ssize_t got = read_full(opening->in, opening->buffer + held, opening->space - held);
        if (got < 0)
            return problem_errno(opening->problem, "cannot read the sealed file");
        held += (size_t)got;
        more = held == opening->space;
        if (held < trailer + SYM_AEAD_TAG_BYTES)
            return damaged(opening, "it ends before its last chunk");
        size_t bytes = more ? SEALED_FULL_BYTES : held - trailer;
        if (bytes == SYM_AEAD_TAG_BYTES && total > 0)
            return damaged(opening, "its last chunk is empty");
        if (!pass_chunk(opening, bytes, more ? SEALED_MORE : SEALED_LAST))
            return false;
        total += bytes - SYM_AEAD_TAG_BYTES;
        if (progress->hear)
            progress->hear(progress->context, total);
        held -= bytes;
        memmove(opening->buffer, opening->buffer + bytes, held);
    }
    return true;
}

static bool check_signature(struct opening *opening, const struct rsa_key *sender)
{
    uint8_t digest[SYM_SHA256_BYTES];
    if (opening->signature_bytes == 0)
        return true;
    if (!open_chunk(opening, trailer_bytes(opening), SEALED_SIGNATURE))
        return false;
    if (!sender)
        return true;
    sealed_signed_digest(digest, &opening->stream);
    return rsa_pss_verify(opening->buffer, opening->signature_bytes, sender, &channel_hash, digest,
                          channel_hash.bytes) == RSA_OK ||
           problem_set(opening->problem, "the signature of the file is not valid");
}

bool sealed_file_open(struct output_file *out, struct sealed_sender *said, int in,
                      const struct rsa_key *key, const struct rsa_key *sender,
                      const struct sealed_progress *progress, struct problem *problem)
{
    struct opening opening = {.out = out, .problem = problem, .in = in, .key = key};
    const struct sealed_progress nobody = {NULL, NULL};
    bool done = false;
    *said = (struct sealed_sender){0};
    sym_sha256_init(&opening.stream.header);
    if (!take_receivers(&opening) || !take_rest(&opening, said) ||
        !check_sender(&opening, said, sender))
        goto out;
    opening.stream.is_signed = sender != NULL;
    /* One byte more than the last chunk and the trailer have: it tells of another chunk. */
    opening.space = SEALED_FULL_BYTES + trailer_bytes(&opening) + 1;
    opening.buffer = malloc(opening.space);
    if (!opening.buffer) {
        problem_memory(problem);
        goto out;
    }
    sealed_start(&opening.stream, opening.file_key);
    done = pass_chunks(&opening, !progress ? &nobody : progress) &&
           check_signature(&opening, sender);
out:
    if (opening.buffer)
        sym_wipe(opening.buffer, opening.space);
    free(opening.buffer);
    sym_wipe(&opening, sizeof(opening));
    return done;
}
