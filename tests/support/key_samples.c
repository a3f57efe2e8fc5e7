/* One small key in every format: see key_samples.h. */
#include "key_samples.h"
#include "der.h"
#include "key_der.h"

#include <stdlib.h>
#include <string.h>

static const char prime1[] = "0xCCAF0C0DFA8C72DE31D1A0E6D7F1A75D99D0A1F4C96774AC9449B4C1E1DD3EF3";
static const char prime2[] = "0xFEB302E5FD3E09F3F93330B8CE7FC78863E5D413F8F9D0C8C6096C1DCAB7D79B";

const struct rsa_key *sample_pair(void)
{
    static struct rsa_key *pair;
    if (!pair && rsa_key_from_primes(&pair, prime1, prime2, "65537") != RSA_OK)
        abort();
    return pair;
}

#define SAMPLE_PASSPHRASE "secret"

static bool answer(char secret[PASSPHRASE_BYTES], const struct passphrase_source *source,
                   const char *what, unsigned attempt, struct problem *problem)
{
    (void)source;
    strcpy(secret, SAMPLE_PASSPHRASE);
    return attempt == 0 || problem_set(problem, "%s: another passphrase", what);
}

const struct key_access *sample_access(void)
{
    static const struct key_access access = {.passphrase = {.get = answer}};
    return &access;
}

/* One round: tests that read thousands of them have no time for more. */
static const struct key_protection protection = {SAMPLE_PASSPHRASE, 1};

#define WISH(format_, private_, der_)                                                              \
    {                                                                                              \
        .format = KEY_FORMAT_##format_, .private = private_, .der = der_, .name = "anna",          \
        .created = "2026-02-03T04:05:06Z"                                                          \
    }

#define PROTECTED(format_, der_)                                                                   \
    {                                                                                              \
        .format = KEY_FORMAT_##format_, .private = true, .der = der_, .name = "anna",              \
        .created = "2026-02-03T04:05:06Z", .protection = &protection                               \
    }

static struct key_sample samples[KEY_SAMPLES] = {
    {"pkcs1, DER", true, true, WISH(PKCS1, true, true), {0}},
    {"pkcs1, public, DER", false, true, WISH(PKCS1, false, true), {0}},
    {"pkcs8, DER", true, true, WISH(PKCS8, true, true), {0}},
    {"spki, DER", false, true, WISH(SPKI, false, true), {0}},
    {"pkcs1", true, false, WISH(PKCS1, true, false), {0}},
    {"pkcs1, public", false, false, WISH(PKCS1, false, false), {0}},
    {"pkcs8", true, false, WISH(PKCS8, true, false), {0}},
    {"spki", false, false, WISH(SPKI, false, false), {0}},
    {"openssh", true, false, WISH(OPENSSH, true, false), {0}},
    {"openssh, public", false, false, WISH(OPENSSH, false, false), {0}},
    {"jwk", true, false, WISH(JWK, true, false), {0}},
    {"jwk, public", false, false, WISH(JWK, false, false), {0}},
    {"csv", true, false, WISH(CSV, true, false), {0}},
    {"pkcs8, passphrase, DER", true, false, PROTECTED(PKCS8, true), {0}},
    {"pkcs8, passphrase", true, false, PROTECTED(PKCS8, false), {0}},
    {"csv, passphrase", true, false, PROTECTED(CSV, false), {0}},
    {"certificate", false, false, WISH(SPKI, false, true), {0}},
};

/* RFC 5280 4.1 around the SPKI that is there: nothing is judged but its shape. */
static void make_certificate(struct key_text *text)
{
    static uint8_t buffer[KEY_DER_BYTES];
    struct der_writer writer = der_writer_open(buffer, sizeof(buffer));
    struct octets out;
    der_put_element(&writer, DER_BIT_STRING, "\0signature", 10);
    der_put_element(&writer, DER_SEQUENCE, NULL, 0); /* signatureAlgorithm */
    size_t mark = der_mark(&writer);
    der_put(&writer, text->data, text->bytes);
    for (int i = 0; i < 4; i++) /* subject, validity, issuer, signature */
        der_put_element(&writer, DER_SEQUENCE, NULL, 0);
    der_put_small(&writer, 4711); /* serialNumber */
    der_put_element(&writer, DER_CONTEXT_0, "\x02\x01\x02", 3);
    der_put_header(&writer, DER_SEQUENCE, mark);
    der_put_header(&writer, DER_SEQUENCE, sizeof(buffer));
    if (!der_written(&out, &writer))
        abort();
    key_text_free(text);
    *text = (struct key_text){(char *)(uintptr_t)out.data, out.bytes};
}

const struct key_sample *key_sample(size_t index)
{
    struct key_sample *sample = &samples[index];
    if (!sample->text.data) {
        if (!key_formats_write(&sample->text, sample_pair(), &sample->wish, NULL))
            abort();
        if (index == KEY_SAMPLES - 1)
            make_certificate(&sample->text);
    }
    return sample;
}
