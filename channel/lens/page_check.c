/*
 * Each calculation once more, by strangers: a line for a command prompt, and what it prints.
 *
 * Only digits and words of ours go into a line, never a text from the recording: whoever copies it
 * into a shell runs what he reads. `python3` and `openssl` (3.0 or later) are all it takes.
 */
#include "page_parts.h"

#include "base64.h"
#include "engine.h"
#include "fingerprint.h"
#include "key_der.h"

#include <stdlib.h>
#include <string.h>

/* --- a line ------------------------------------------------------------------------------------
 */

static void begin(struct page *page, const char *what)
{
    html_put(page->out,
             "<details class=\"check\"><summary>Check it: %s</summary><pre class=\"command\" "
             "tabindex=\"0\"><code>",
             what);
}

static void end_text(struct page *page, const char *printed)
{
    html_put(page->out,
             "</code></pre><p>It prints</p><pre class=\"prints\"><samp>%s</samp></pre>"
             "</details>\n",
             printed);
}

static void end(struct page *page, const uint8_t *data, size_t bytes)
{
    fputs("</code></pre><p>It prints</p><pre class=\"prints\"><samp>", page->out);
    html_hex(page->out, data, bytes, 0);
    fputs("</samp></pre></details>\n", page->out);
}

static void hex(struct page *page, const struct lens_value *value)
{
    html_hex(page->out, value->data, value->bytes, 0);
}

/* Longer values make lines that no shell takes, and pages that nobody reads. */
#define LINE_MAX_BYTES 4096

static bool usable(const struct lens_value *value)
{
    return value && value->data && value->bytes > 0 && value->bytes <= LINE_MAX_BYTES;
}

static const struct lens_value *find(const struct lens_value *values, size_t count,
                                     const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(values[i].name, name) == 0)
            return &values[i];
    return NULL;
}

static const struct lens_value *in(const struct drama_work *work, const char *name)
{
    return find(work->step->step.inputs, work->step->step.input_count, name);
}

static const struct lens_value *out(const struct drama_work *work, const char *name)
{
    return find(work->step->step.outputs, work->step->step.output_count, name);
}

/* --- hashes and keys ---------------------------------------------------------------------------
 */

#define PYTHON_FROM_HEX "bytes.fromhex('"

static void sha256(struct page *page, const char *what, const struct lens_value *parts,
                   size_t count, const struct lens_value *digest)
{
    for (size_t i = 0; i < count; i++)
        if (!usable(&parts[i]))
            return;
    if (!usable(digest))
        return;
    begin(page, what);
    html_put(page->out, "python3 -c \"%s%s", "import hashlib; print(hashlib.sha256(",
             PYTHON_FROM_HEX);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            html_put(page->out, "') + %s", PYTHON_FROM_HEX);
        hex(page, &parts[i]);
    }
    html_put(page->out, "')).hexdigest())\"");
    end(page, digest->data, digest->bytes);
}

/* HMAC over the parts, one after the other. */
static void hmac(struct page *page, const char *what, const struct lens_value *key,
                 const struct lens_value *parts, size_t count, const struct lens_value *mac)
{
    if (!usable(key) || !usable(mac))
        return;
    for (size_t i = 0; i < count; i++)
        if (!usable(&parts[i]))
            return;
    begin(page, what);
    html_put(page->out, "python3 -c \"import hmac; print(hmac.new(%s", PYTHON_FROM_HEX);
    hex(page, key);
    html_put(page->out, "'), %s", PYTHON_FROM_HEX);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            html_put(page->out, "') + %s", PYTHON_FROM_HEX);
        hex(page, &parts[i]);
    }
    html_put(page->out, "'), 'sha256').hexdigest())\"");
    end(page, mac->data, mac->bytes);
}

/* RFC 5869 2.3 by OpenSSL; info is label || more. */
static void expand(struct page *page, const struct lens_value *key, const struct lens_value *label,
                   const struct lens_value *more, const struct lens_value *okm)
{
    if (!usable(key) || !usable(label) || !usable(okm) || (more && !usable(more)))
        return;
    begin(page, "HKDF-Expand with OpenSSL");
    html_put(page->out, "openssl kdf -binary -keylen %zu -kdfopt digest:SHA256 ", okm->bytes);
    html_put(page->out, "-kdfopt mode:EXPAND_ONLY -kdfopt hexkey:");
    hex(page, key);
    html_put(page->out, " -kdfopt hexinfo:");
    hex(page, label);
    if (more)
        hex(page, more);
    html_put(page->out, " HKDF | od -An -v -tx1 | tr -d ' \\n'");
    end(page, okm->data, okm->bytes);
}

static struct lens_value text_value(const char *text)
{
    return (struct lens_value){"", TRACE_PUBLIC, (const uint8_t *)text, strlen(text)};
}

/* --- the transcript ----------------------------------------------------------------------------
 */

#define FRAMES_MAX 5

/* The first frames of the scene and then the rest, if they hash to this. */
static void transcript(struct page *page, const struct drama_scene *scene, size_t frames,
                       const struct wire_value *rest, const struct lens_value *digest)
{
    struct lens_value parts[FRAMES_MAX];
    struct sym_sha256 state;
    uint8_t computed[SYM_SHA256_BYTES];
    size_t count = 0;
    sym_sha256_init(&state);
    for (size_t i = 0; i < scene->beat_count && count < frames; i++)
        if (scene->beats[i].kind == BEAT_FRAME)
            parts[count++] = scene->beats[i].event->frame.frame;
    if (count < frames || !usable(digest) || digest->bytes != sizeof(computed))
        return;
    if (rest)
        parts[count++] = (struct lens_value){"", TRACE_PUBLIC, rest->data, rest->bytes};
    for (size_t i = 0; i < count; i++)
        if (parts[i].data)
            sym_sha256_update(&state, parts[i].data, parts[i].bytes);
    sym_sha256_final(computed, &state);
    if (memcmp(computed, digest->data, sizeof(computed)) == 0)
        sha256(page, "the hash over the whole dialogue so far", parts, count, digest);
}

/* The sealed secret of the exchange that comes as frame number `frames` + 1. */
static bool sealed_secret(struct wire_value *secret, const struct drama_scene *scene, size_t frames)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    size_t count = 0;
    for (size_t i = 0; i < scene->beat_count; i++) {
        const struct lens_event *event = scene->beats[i].event;
        if (scene->beats[i].kind != BEAT_FRAME || count++ < frames)
            continue;
        if (!event->frame.frame.data ||
            drama_fields(values, event->frame.message, event->frame.frame.data + WIRE_HEADER_BYTES,
                         event->frame.frame.bytes - WIRE_HEADER_BYTES) != EXCHANGE_FIELDS)
            return false;
        *secret = values[EXCHANGE_SECRET];
        return true;
    }
    return false;
}

static void check_digest(struct page *page, const struct drama_scene *scene,
                         const struct drama_work *work)
{
    const struct lens_value *label = in(work, "label"), *hash = in(work, "transcript hash");
    struct wire_value secret;
    if (!label || !hash)
        return;
    for (size_t frames = 2; frames <= 3; frames++)
        if (sealed_secret(&secret, scene, frames))
            transcript(page, scene, frames, &secret, hash);
    sha256(page, "the hash that is signed", (struct lens_value[]){*label, *hash}, 2,
           out(work, "digest"));
}

static void check_prk(struct page *page, const struct drama_scene *scene,
                      const struct drama_work *work)
{
    const struct lens_value *salt = in(work, "salt"), *ikm = in(work, "ikm");
    if (!salt || !ikm)
        return;
    transcript(page, scene, scene->resumed ? 2 : 4, NULL, salt);
    hmac(page, "HKDF-Extract is HMAC(salt, ikm)", salt, ikm, 1, out(work, "prk"));
}

/* --- signatures --------------------------------------------------------------------------------
 */

static struct rsa_key *read_key(const struct drama_key *key)
{
    struct rsa_key *read = NULL;
    if (!key ||
        rsa_key_from_public_bytes(&read, key->n.data, key->n.bytes, key->e.data, key->e.bytes))
        return NULL;
    return read;
}

static void put_base64(struct page *page, const void *data, size_t bytes)
{
    char *text = malloc(BASE64_TEXT_BYTES(bytes));
    if (!text) {
        page->no_memory = true;
        return;
    }
    base64_encode(text, data, bytes, BASE64_PADDED);
    fputs(text, page->out); /* letters, digits, + / = */
    free(text);
}

/* A file made of nothing: bash and zsh know <(...). */
static void put_file(struct page *page, const void *data, size_t bytes)
{
    fputs("&lt;(echo ", page->out);
    put_base64(page, data, bytes);
    fputs(" | openssl base64 -d -A)", page->out);
}

static void check_signature(struct page *page, const struct drama_scene *scene,
                            const struct drama_work *work, const char *whose,
                            const struct lens_value *signature)
{
    const struct lens_value *digest = in(work, "digest");
    struct rsa_key *key = read_key(drama_key(&work->keys, whose, scene->role));
    uint8_t buffer[KEY_DER_BYTES];
    struct octets der;
    if (key && usable(digest) && usable(signature)) {
        key_der_write(&der, buffer, KEY_DER_SPKI, key);
        begin(page, "the signature with OpenSSL (in bash)");
        fputs("openssl pkeyutl -verify -pubin -keyform DER -inkey ", page->out);
        put_file(page, der.data, der.bytes);
        fputs(" -in ", page->out);
        put_file(page, digest->data, digest->bytes);
        fputs(" -sigfile ", page->out);
        put_file(page, signature->data, signature->bytes);
        fputs(" -pkeyopt rsa_padding_mode:pss -pkeyopt digest:sha256 -pkeyopt rsa_pss_saltlen:32",
              page->out);
        end_text(page, "Signature Verified Successfully");
    }
    rsa_key_free(key);
}

bool page_fingerprint(char *text, const struct drama_key *key)
{
    struct rsa_key *read = read_key(key);
    if (read)
        fingerprint_text(text, read);
    rsa_key_free(read);
    return read != NULL;
}

void page_check_fingerprint(struct page *page, const struct drama_key *key)
{
    struct rsa_key *read = read_key(key);
    uint8_t blob[FINGERPRINT_BLOB_BYTES];
    char text[FINGERPRINT_TEXT_BYTES + 64], fingerprint[FINGERPRINT_TEXT_BYTES];
    if (read && rsa_key_bits(read) >= 1024) { /* OpenSSH reads no smaller ones */
        size_t bytes = fingerprint_blob(blob, read);
        fingerprint_text(fingerprint, read);
        snprintf(text, sizeof(text), "%u %s no comment (RSA)", rsa_key_bits(read), fingerprint);
        begin(page, "the fingerprint with OpenSSH (in bash)");
        fputs("ssh-keygen -lf &lt;(echo ssh-rsa ", page->out);
        put_base64(page, blob, bytes);
        fputs(")", page->out);
        end_text(page, text);
    }
    rsa_key_free(read);
}

/* --- records -----------------------------------------------------------------------------------
 */

/* The frame that these works made or read. */
static const struct drama_beat *frame_of(const struct drama_scene *scene,
                                         const struct drama_work *work)
{
    for (size_t i = 0; i < scene->beat_count; i++)
        if (scene->beats[i].kind == BEAT_FRAME && work >= scene->beats[i].works &&
            work < scene->beats[i].works + scene->beats[i].work_count)
            return &scene->beats[i];
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

static void check_seal(struct page *page, const struct drama_scene *scene,
                       const struct drama_work *work)
{
    const struct lens_value *key = in(work, "key"), *nonce = in(work, "nonce");
    const struct drama_beat *beat = frame_of(scene, work);
    const struct lens_value *frame = beat ? &beat->event->frame.frame : NULL;
    const struct lens_value *plain = beat && beat->inner ? &beat->inner->inner.bytes : NULL;
    size_t bytes;
    if (!usable(key) || !usable(nonce) || !usable(frame) ||
        frame->bytes <= WIRE_HEADER_BYTES + SYM_AEAD_TAG_BYTES)
        return;
    bytes = frame->bytes - WIRE_HEADER_BYTES - SYM_AEAD_TAG_BYTES;
    if (usable(plain)) {
        begin(page, "what is inside, with OpenSSL's ChaCha20");
        fputs("echo ", page->out);
        put_base64(page, frame->data + WIRE_HEADER_BYTES, bytes);
        fputs(" | openssl base64 -d -A | openssl enc -d -chacha20 -K ", page->out);
        hex(page, key);
        fputs(" -iv 01000000", page->out);
        hex(page, nonce);
        fputs(" | od -An -v -tx1 | tr -d ' \\n'", page->out);
        end(page, plain->data, plain->bytes);
    }
    begin(page, "the tag, Poly1305 by its formula");
    fputs("k=$(head -c 32 /dev/zero | openssl enc -chacha20 -K ", page->out);
    hex(page, key);
    fputs(" -iv 00000000", page->out);
    hex(page, nonce);
    html_put(page->out,
             " | od -An -v -tx1 | tr -d ' \\n'); python3 -c \"k = bytes.fromhex('$k'); m = %s",
             PYTHON_FROM_HEX);
    put_mac_data(page, frame->data, bytes);
    html_put(
        page->out,
        "'); n = lambda b: int.from_bytes(b, 'little'); r = n(k[:16]) & "
        "0x0ffffffc0ffffffc0ffffffc0fffffff; import functools as f; a = f.reduce(lambda a, i: "
        "(a + n(m[i:i+16]) + 2**128) * r %% (2**130 - 5), range(0, len(m), 16), 0); print(((a + "
        "n(k[16:])) %% 2**128).to_bytes(16, 'little').hex())\"");
    end(page, frame->data + WIRE_HEADER_BYTES + bytes, SYM_AEAD_TAG_BYTES);
}

static void check_nonce(struct page *page, const struct drama_work *work)
{
    const struct lens_value *iv = in(work, "iv"), *sequence = in(work, "sequence");
    const struct lens_value *nonce = out(work, "nonce");
    if (!usable(iv) || !usable(sequence) || !usable(nonce))
        return;
    begin(page, "xor");
    fputs("python3 -c \"print('%024x' % (0x", page->out);
    hex(page, iv);
    fputs(" ^ 0x", page->out);
    hex(page, sequence);
    fputs("))\"", page->out);
    end(page, nonce->data, nonce->bytes);
}

static void check_mac(struct page *page, const struct drama_work *work, const char *who)
{
    const struct lens_value *ticket = in(work, "ticket"), *r = in(work, "r"),
                            *other = in(work, "r'");
    struct lens_value parts[4] = {text_value(who)};
    size_t count = 1;
    if (!ticket || !r)
        return;
    parts[count++] = *ticket;
    parts[count++] = *r;
    if (other && other->bytes > 0)
        parts[count++] = *other;
    hmac(page, "HMAC with SHA-256", in(work, "key"), parts, count, out(work, "mac"));
}

void page_check_step(struct page *page, const struct drama_scene *scene,
                     const struct drama_work *work)
{
    const char *name = work->step->step.name;
    if (strcmp(name, "signed digest") == 0)
        check_digest(page, scene, work);
    else if (strcmp(name, "signature") == 0)
        check_signature(page, scene, work, "own identity", out(work, "signature"));
    else if (strcmp(name, "signature verified") == 0)
        check_signature(page, scene, work, "peer's identity", in(work, "signature"));
    else if (strcmp(name, "prk") == 0)
        check_prk(page, scene, work);
    else if (strcmp(name, "ticket secret") == 0) {
        struct lens_value label = text_value("glassbox-v1 ticket");
        expand(page, in(work, "exporter"), &label, in(work, "ticket"), out(work, "ticket secret"));
    } else if (strncmp(name, "glassbox-v1 ", 12) == 0)
        expand(page, in(work, in(work, "prk") ? "prk" : "ticket secret"), in(work, "label"), NULL,
               out(work, "okm"));
    else if (strcmp(name, "exporter") == 0) {
        static const uint8_t zeros[SYM_SHA256_BYTES];
        struct lens_value salt = {"", TRACE_PUBLIC, zeros, sizeof(zeros)};
        if (in(work, "K"))
            hmac(page, "HKDF-Extract without a salt is HMAC(zeros, K)", &salt, in(work, "K"), 1,
                 out(work, "exporter"));
    } else if (strcmp(name, "nonce") == 0)
        check_nonce(page, work);
    else if (strcmp(name, "client mac") == 0)
        check_mac(page, work, "client");
    else if (strcmp(name, "server mac") == 0)
        check_mac(page, work, "server");
    else if (!scene->textbook &&
             (strcmp(name, "record sealed") == 0 || strcmp(name, "record opened") == 0))
        check_seal(page, scene, work);
}

/* --- RSA's arithmetic --------------------------------------------------------------------------
 */

/* The nearest value of this name before (or behind, if it comes later) in the same operation. */
static const struct lens_value *near(const struct drama_work *work, size_t index, const char *name)
{
    for (size_t i = index; i > 0; i--)
        if (strcmp(work->math[i - 1]->math.name, name) == 0)
            return &work->math[i - 1]->math.value;
    for (size_t i = index; i < work->math_count; i++)
        if (strcmp(work->math[i]->math.name, name) == 0)
            return &work->math[i]->math.value;
    return NULL;
}

/* base^e mod n = power, with the key's public numbers. */
static void power(struct page *page, const char *what, const struct drama_key *key,
                  const struct lens_value *base, const struct lens_value *result)
{
    if (!key || !usable(base) || !usable(result))
        return;
    begin(page, what);
    html_put(page->out, "python3 -c \"print('%%0%zux' %% pow(0x", 2 * result->bytes);
    hex(page, base);
    fputs(", 0x", page->out);
    html_hex(page->out, key->e.data, key->e.bytes, 0);
    fputs(", 0x", page->out);
    html_hex(page->out, key->n.data, key->n.bytes, 0);
    fputs("))\"", page->out);
    end(page, result->data, result->bytes);
}

/* value xor MGF1(seed), its first bits cleared where the encoded message is a bit shorter than its
 * bytes (PSS). */
static void mask(struct page *page, const struct lens_value *data, const struct lens_value *seed,
                 const struct lens_value *result, unsigned first_mask)
{
    if (!usable(data) || !usable(seed) || !usable(result) || data->bytes != result->bytes)
        return;
    begin(page, "the mask: xor with MGF1");
    html_put(page->out, "python3 -c \"import hashlib; s = %s", PYTHON_FROM_HEX);
    hex(page, seed);
    html_put(page->out, "'); d = %s", PYTHON_FROM_HEX);
    hex(page, data);
    html_put(page->out,
             "'); m = b''.join(hashlib.sha256(s + i.to_bytes(4, 'big')).digest() for i in "
             "range(len(d) // 32 + 1)); x = bytes(a ^ b for a, b in zip(d, m)); ");
    if (first_mask < 0xff)
        html_put(page->out, "print((bytes([x[0] & %u]) + x[1:]).hex())\"", first_mask);
    else
        fputs("print(x.hex())\"", page->out);
    end(page, result->data, result->bytes);
}

/* RFC 8017 9.1.1 step 11: the encoded message has a bit less than n. */
static unsigned pss_first_mask(const struct wire_value *n)
{
    unsigned mask = 0x7f;
    for (uint8_t top = n->data[0]; !(top & 0x80) && mask > 0; top = (uint8_t)(top << 1))
        mask >>= 1;
    return mask == 0 ? 0xff : mask; /* n begins with 01: the byte in front is not part of it */
}

void page_check_math(struct page *page, const struct drama_scene *scene,
                     const struct drama_work *work, size_t index)
{
    const struct lens_event *math = work->math[index];
    const struct lens_value *value = &math->math.value;
    const struct drama_key *key = drama_key(&work->keys, math->math.key, scene->role);
    const char *name = math->math.name;
    /* PSS names a salted hash, OAEP does not. */
    const struct lens_value *h = near(work, index, "H");
    static const uint8_t zeros[8];
    if (strcmp(name, "x^e") == 0)
        power(page, "raise it to the power e modulo n", key, near(work, index, "x"), value);
    else if (strcmp(name, "x^d") == 0)
        power(page, "back again with the public key: this gives x", key, value,
              near(work, index, "x"));
    else if (strcmp(name, "maskedDB") == 0 && h)
        mask(page, near(work, index, "DB"), h, value, key ? pss_first_mask(&key->n) : 0xff);
    else if (strcmp(name, "maskedDB") == 0)
        mask(page, near(work, index, "DB"), near(work, index, "seed"), value, 0xff);
    else if (strcmp(name, "maskedSeed") == 0)
        mask(page, near(work, index, "seed"), near(work, index, "maskedDB"), value, 0xff);
    else if (strcmp(name, "H") == 0 || strcmp(name, "H'") == 0) {
        const struct lens_value *hash = near(work, index, "mHash"),
                                *salt = near(work, index, "salt"), *db = near(work, index, "DB");
        struct lens_value tail = {"", TRACE_LOCAL, NULL, 0};
        if (!salt && db && db->data && db->bytes > SYM_SHA256_BYTES) {
            tail.data = db->data + db->bytes - SYM_SHA256_BYTES;
            tail.bytes = SYM_SHA256_BYTES;
            salt = &tail;
        }
        if (hash && salt)
            sha256(page, "the hash over the salt",
                   (struct lens_value[]){{"", TRACE_PUBLIC, zeros, sizeof(zeros)}, *hash, *salt}, 3,
                   value);
    }
}
