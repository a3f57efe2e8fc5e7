/*
 * Each calculation once more, by strangers: a line for a command prompt (page_line.c) where its
 * values are recorded.
 */
#include "page_internal.h"

#include "fingerprint.h"
#include "key_der.h"
#include "sym_aead.h"

#include <stdlib.h>
#include <string.h>

static const struct recording_value *find(const struct recording_value *values, size_t count,
                                          const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(values[i].name, name) == 0)
            return &values[i];
    return NULL;
}

static const struct recording_value *in(const struct timeline_step *work, const char *name)
{
    return find(work->step->step.inputs, work->step->step.input_count, name);
}

static const struct recording_value *out(const struct timeline_step *work, const char *name)
{
    return find(work->step->step.outputs, work->step->step.output_count, name);
}

/* --- hashes and keys -------------------------------------------------------------------------- */

/* HMAC over the parts, one after the other. */
static void hmac(struct page *page, const char *what, const struct recording_value *key,
                 const struct recording_value *parts, size_t count,
                 const struct recording_value *mac)
{
    if (!page_line_fits(key) || !page_line_fits(mac))
        return;
    for (size_t i = 0; i < count; i++)
        if (!page_line_fits(&parts[i]))
            return;
    page_line(page, what);
    html_put(page->out, "python3 -c \"import hmac; print(hmac.new(%s", PAGE_FROM_HEX);
    page_line_hex(page, key);
    html_put(page->out, "'), %s", PAGE_FROM_HEX);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            html_put(page->out, "') + %s", PAGE_FROM_HEX);
        page_line_hex(page, &parts[i]);
    }
    html_put(page->out, "'), 'sha256').hexdigest())\"");
    page_line_end(page, mac->data, mac->bytes);
}

/* RFC 5869 2.3 by OpenSSL; info is label || more. */
static void expand(struct page *page, const struct recording_value *key,
                   const struct recording_value *label, const struct recording_value *more,
                   const struct recording_value *okm)
{
    if (!page_line_fits(key) || !page_line_fits(label) || !page_line_fits(okm) ||
        (more && !page_line_fits(more)))
        return;
    page_line(page, "HKDF-Expand with OpenSSL");
    html_put(page->out, "openssl kdf -binary -keylen %zu -kdfopt digest:SHA256 ", okm->bytes);
    html_put(page->out, "-kdfopt mode:EXPAND_ONLY -kdfopt hexkey:");
    page_line_hex(page, key);
    html_put(page->out, " -kdfopt hexinfo:");
    page_line_hex(page, label);
    if (more)
        page_line_hex(page, more);
    html_put(page->out, " HKDF | od -An -v -tx1 | tr -d ' \\n'");
    page_line_end(page, okm->data, okm->bytes);
}

static struct recording_value text_value(const char *text)
{
    return (struct recording_value){"", TRACE_PUBLIC, (const uint8_t *)text, strlen(text)};
}

/* --- the transcript --------------------------------------------------------------------------- */

#define FRAMES_MAX 5

/* The first frames of the scene and then the rest, if they hash to this. */
static void transcript(struct page *page, const struct timeline_channel *channel, size_t frames,
                       const struct wire_value *rest, const struct recording_value *digest)
{
    struct recording_value parts[FRAMES_MAX];
    struct sym_sha256 state;
    uint8_t computed[SYM_SHA256_BYTES];
    size_t count = 0;
    sym_sha256_init(&state);
    for (size_t i = 0; i < channel->entry_count && count < frames; i++)
        if (channel->entries[i].kind == ENTRY_FRAME)
            parts[count++] = channel->entries[i].event->frame.frame;
    if (count < frames || !page_line_fits(digest) || digest->bytes != sizeof(computed))
        return;
    if (rest)
        parts[count++] = (struct recording_value){"", TRACE_PUBLIC, rest->data, rest->bytes};
    for (size_t i = 0; i < count; i++)
        if (parts[i].data)
            sym_sha256_update(&state, parts[i].data, parts[i].bytes);
    sym_sha256_final(computed, &state);
    if (memcmp(computed, digest->data, sizeof(computed)) == 0)
        page_line_sha256(page, "the hash over the whole dialogue so far", parts, count, digest);
}

/* The sealed secret of the exchange that comes as frame number `frames` + 1. */
static bool sealed_secret(struct wire_value *secret, const struct timeline_channel *channel,
                          size_t frames)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    size_t count = 0;
    for (size_t i = 0; i < channel->entry_count; i++) {
        const struct recording_event *event = channel->entries[i].event;
        if (channel->entries[i].kind != ENTRY_FRAME || count++ < frames)
            continue;
        if (!event->frame.frame.data || event->frame.frame.bytes < WIRE_HEADER_BYTES ||
            timeline_fields(values, event->frame.message,
                            event->frame.frame.data + WIRE_HEADER_BYTES,
                            event->frame.frame.bytes - WIRE_HEADER_BYTES) != EXCHANGE_FIELDS)
            return false;
        *secret = values[EXCHANGE_SECRET];
        return true;
    }
    return false;
}

static void check_digest(struct page *page, const struct timeline_channel *channel,
                         const struct timeline_step *work)
{
    const struct recording_value *label = in(work, "label"), *hash = in(work, "transcript hash");
    struct wire_value secret;
    if (!label || !hash)
        return;
    for (size_t frames = 2; frames <= 3; frames++)
        if (sealed_secret(&secret, channel, frames))
            transcript(page, channel, frames, &secret, hash);
    page_line_sha256(page, "the hash that is signed", (struct recording_value[]){*label, *hash}, 2,
                     out(work, "digest"));
}

static void check_prk(struct page *page, const struct timeline_channel *channel,
                      const struct timeline_step *work)
{
    const struct recording_value *salt = in(work, "salt"), *ikm = in(work, "ikm");
    if (!salt || !ikm)
        return;
    transcript(page, channel, channel->resumed ? 2 : 4, NULL, salt);
    hmac(page, "HKDF-Extract is HMAC(salt, ikm)", salt, ikm, 1, out(work, "prk"));
}

/* --- signatures ------------------------------------------------------------------------------- */

static struct rsa_key *read_key(const struct timeline_key *key)
{
    struct rsa_key *read = NULL;
    if (!key ||
        rsa_key_from_public_bytes(&read, key->n.data, key->n.bytes, key->e.data, key->e.bytes))
        return NULL;
    return read;
}

static void check_signature(struct page *page, const struct timeline_channel *channel,
                            const struct timeline_step *work, const char *whose,
                            const struct recording_value *signature)
{
    const struct recording_value *digest = in(work, "digest");
    struct rsa_key *key = read_key(timeline_key(&work->keys, whose, channel->role));
    uint8_t buffer[KEY_DER_BYTES];
    struct octets der;
    if (key && page_line_fits(digest) && page_line_fits(signature)) {
        key_der_write(&der, buffer, KEY_DER_SPKI, key);
        page_line(page, "the signature with OpenSSL (in bash)");
        fputs("openssl pkeyutl -verify -pubin -keyform DER -inkey ", page->out);
        page_line_file(page, der.data, der.bytes);
        fputs(" -in ", page->out);
        page_line_file(page, digest->data, digest->bytes);
        fputs(" -sigfile ", page->out);
        page_line_file(page, signature->data, signature->bytes);
        fputs(" -pkeyopt rsa_padding_mode:pss -pkeyopt digest:sha256 -pkeyopt rsa_pss_saltlen:32",
              page->out);
        page_line_end_text(page, "Signature Verified Successfully");
    }
    rsa_key_free(key);
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
        size_t bytes = fingerprint_blob(blob, read);
        fingerprint_text(fingerprint, read);
        snprintf(text, sizeof(text), "%u %s no comment (RSA)", rsa_key_bits(read), fingerprint);
        page_line(page, "the fingerprint with OpenSSH (in bash)");
        fputs("ssh-keygen -lf &lt;(echo ssh-rsa ", page->out);
        page_line_base64(page, blob, bytes);
        fputs(")", page->out);
        page_line_end_text(page, text);
    }
    rsa_key_free(read);
}

/* --- records ---------------------------------------------------------------------------------- */

/* The frame that these works made or read. */
static const struct timeline_entry *frame_of(const struct timeline_channel *channel,
                                             const struct timeline_step *work)
{
    for (size_t i = 0; i < channel->entry_count; i++)
        if (channel->entries[i].kind == ENTRY_FRAME && work >= channel->entries[i].steps &&
            work < channel->entries[i].steps + channel->entries[i].step_count)
            return &channel->entries[i];
    return NULL;
}

static void put_zeros(struct page *page, size_t bytes)
{
    while (bytes-- > 0)
        fputs("00", page->out);
}

/* RFC 8439 2.8: what Poly1305 runs over. */
static void put_mac_data(struct page *page, const uint8_t *frame, size_t cipher_bytes)
{
    uint8_t lengths[16] = {WIRE_HEADER_BYTES};
    for (size_t i = 0; i < 8; i++)
        lengths[8 + i] = (uint8_t)((uint64_t)cipher_bytes >> (8 * i));
    html_hex(page->out, frame, WIRE_HEADER_BYTES, 0);
    put_zeros(page, 16 - WIRE_HEADER_BYTES);
    html_hex(page->out, frame + WIRE_HEADER_BYTES, cipher_bytes, 0);
    put_zeros(page, (16 - cipher_bytes % 16) % 16);
    html_hex(page->out, lengths, sizeof(lengths), 0);
}

static void check_seal(struct page *page, const struct timeline_channel *channel,
                       const struct timeline_step *work)
{
    const struct recording_value *key = in(work, "key"), *nonce = in(work, "nonce");
    const struct timeline_entry *entry = frame_of(channel, work);
    const struct recording_value *frame = entry ? &entry->event->frame.frame : NULL;
    const struct recording_value *plain = entry && entry->inner ? &entry->inner->inner.bytes : NULL;
    size_t bytes;
    if (!page_line_fits(key) || !page_line_fits(nonce) || !page_line_fits(frame) ||
        frame->bytes <= WIRE_HEADER_BYTES + SYM_AEAD_TAG_BYTES)
        return;
    bytes = frame->bytes - WIRE_HEADER_BYTES - SYM_AEAD_TAG_BYTES;
    if (page_line_fits(plain)) {
        page_line(page, "what is inside, with OpenSSL's ChaCha20");
        fputs("echo ", page->out);
        page_line_base64(page, frame->data + WIRE_HEADER_BYTES, bytes);
        fputs(" | openssl base64 -d -A | openssl enc -d -chacha20 -K ", page->out);
        page_line_hex(page, key);
        fputs(" -iv 01000000", page->out);
        page_line_hex(page, nonce);
        fputs(" | od -An -v -tx1 | tr -d ' \\n'", page->out);
        page_line_end(page, plain->data, plain->bytes);
    }
    page_line(page, "the tag, Poly1305 by its formula");
    fputs("k=$(head -c 32 /dev/zero | openssl enc -chacha20 -K ", page->out);
    page_line_hex(page, key);
    fputs(" -iv 00000000", page->out);
    page_line_hex(page, nonce);
    html_put(page->out,
             " | od -An -v -tx1 | tr -d ' \\n'); python3 -c \"k = bytes.fromhex('$k'); m = %s",
             PAGE_FROM_HEX);
    put_mac_data(page, frame->data, bytes);
    html_put(
        page->out,
        "'); n = lambda b: int.from_bytes(b, 'little'); r = n(k[:16]) & "
        "0x0ffffffc0ffffffc0ffffffc0fffffff; import functools as f; a = f.reduce(lambda a, i: "
        "(a + n(m[i:i+16]) + 2**128) * r %% (2**130 - 5), range(0, len(m), 16), 0); print(((a + "
        "n(k[16:])) %% 2**128).to_bytes(16, 'little').hex())\"");
    page_line_end(page, frame->data + WIRE_HEADER_BYTES + bytes, SYM_AEAD_TAG_BYTES);
}

static void check_nonce(struct page *page, const struct timeline_step *work)
{
    const struct recording_value *iv = in(work, "iv"), *sequence = in(work, "sequence");
    const struct recording_value *nonce = out(work, "nonce");
    if (!page_line_fits(iv) || !page_line_fits(sequence) || !page_line_fits(nonce))
        return;
    page_line(page, "xor");
    fputs("python3 -c \"print('%024x' % (0x", page->out);
    page_line_hex(page, iv);
    fputs(" ^ 0x", page->out);
    page_line_hex(page, sequence);
    fputs("))\"", page->out);
    page_line_end(page, nonce->data, nonce->bytes);
}

static void check_mac(struct page *page, const struct timeline_step *work, const char *who)
{
    const struct recording_value *ticket = in(work, "ticket"), *r = in(work, "r"),
                                 *other = in(work, "r'");
    struct recording_value parts[4] = {text_value(who)};
    size_t count = 1;
    if (!ticket || !r)
        return;
    parts[count++] = *ticket;
    parts[count++] = *r;
    if (other && other->bytes > 0)
        parts[count++] = *other;
    hmac(page, "HMAC with SHA-256", in(work, "key"), parts, count, out(work, "mac"));
}

void page_check_step(struct page *page, const struct timeline_channel *channel,
                     const struct timeline_step *work)
{
    const char *name = work->step->step.name;
    if (strcmp(name, "signed digest") == 0)
        check_digest(page, channel, work);
    else if (strcmp(name, "signature") == 0)
        check_signature(page, channel, work, "own identity", out(work, "signature"));
    else if (strcmp(name, "signature verified") == 0)
        check_signature(page, channel, work, "peer's identity", in(work, "signature"));
    else if (strcmp(name, "prk") == 0)
        check_prk(page, channel, work);
    else if (strcmp(name, "ticket secret") == 0) {
        struct recording_value label = text_value("glassbox-v1 ticket");
        expand(page, in(work, "exporter"), &label, in(work, "ticket"), out(work, "ticket secret"));
    } else if (strncmp(name, "glassbox-v1 ", 12) == 0)
        expand(page, in(work, in(work, "prk") ? "prk" : "ticket secret"), in(work, "label"), NULL,
               out(work, "okm"));
    else if (strcmp(name, "exporter") == 0) {
        static const uint8_t zeros[SYM_SHA256_BYTES];
        struct recording_value salt = {"", TRACE_PUBLIC, zeros, sizeof(zeros)};
        if (in(work, "K"))
            hmac(page, "HKDF-Extract without a salt is HMAC(zeros, K)", &salt, in(work, "K"), 1,
                 out(work, "exporter"));
    } else if (strcmp(name, "nonce") == 0)
        check_nonce(page, work);
    else if (strcmp(name, "client mac") == 0)
        check_mac(page, work, "client");
    else if (strcmp(name, "server mac") == 0)
        check_mac(page, work, "server");
    else if (!channel->textbook &&
             (strcmp(name, "record sealed") == 0 || strcmp(name, "record opened") == 0))
        check_seal(page, channel, work);
}
