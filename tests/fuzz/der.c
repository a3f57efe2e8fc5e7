/*
 * Fuzzes the reader of key formats with keys of every format, changed in a few places. What is
 * accepted is a good key; and where a format leaves no choice (DER), the very bytes come out again
 * when the key is written: one key, one encoding. Foreign files are tried as well.
 *
 * Parser: channel/keys/der.c channel/keys/key_der.c channel/keys/pem.c
 * Parser: channel/keys/key_openssh.c channel/keys/key_jwk.c channel/keys/key_protected.c
 * Parser: channel/keys/pbes2.c channel/keys/key_formats_read.c
 */
#include "fuzz.h"
#include "key_samples.h"

#include <stdlib.h>
#include <string.h>

/* Changes by triples: how, where, what. */
static size_t change(uint8_t *text, size_t bytes, const uint8_t *data, size_t data_bytes)
{
    for (size_t i = 0; i + 4 <= data_bytes && bytes > 1; i += 4) {
        /* Lengths stand near the front: every second change goes there. */
        size_t at = (size_t)data[i + 1] << 8 | data[i + 2];
        at = data[i] & 1 ? at % bytes : at % (bytes < 40 ? bytes : 40);
        switch (data[i] >> 1 & 7) {
        case 0: /* cut short */
            bytes = at > 0 ? at : 1;
            break;
        case 1: /* take out one */
            memmove(text + at, text + at + 1, bytes - at - 1);
            bytes--;
            break;
        case 2: /* say one twice */
            memmove(text + at + 1, text + at, bytes - at);
            bytes++;
            break;
        case 3: /* one more or less */
            text[at] = (uint8_t)(text[at] + (data[i + 3] & 1 ? 1 : -1));
            break;
        default:
            text[at] = data[i + 3];
        }
    }
    return bytes;
}

static void check(const struct key_sample *sample, const uint8_t *text, size_t bytes)
{
    struct key_finds finds;
    struct problem problem = {0};
    struct key_text again;
    if (!key_formats_read(&finds, "fuzzed", text, bytes, sample_access(), &problem)) {
        fuzz_require(problem.message[0] != '\0', "refused without a word");
        fuzz_require(!finds.keys, "a key beside a fault");
        return;
    }
    fuzz_require(finds.count > 0, "accepted without a key");
    for (size_t i = 0; i < finds.count; i++)
        fuzz_require(rsa_key_check(finds.keys[i].key, NULL) == RSA_OK, "a bad key");
    if (sample->strict) {
        struct key_wish wish = sample->wish;
        fuzz_require(rsa_key_is_private(finds.keys[0].key) == wish.private, "another half");
        if (!key_formats_write(&again, finds.keys[0].key, &wish, NULL))
            abort();
        fuzz_require(again.bytes == bytes && memcmp(again.data, text, bytes) == 0,
                     "another encoding");
        key_text_free(&again);
    }
    key_finds_free(&finds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static const struct key_sample unknown;
    if (bytes < 2)
        return 0;
    if (data[0] == 0xff) { /* nothing of ours */
        check(&unknown, data + 1, bytes - 1);
        return 0;
    }
    const struct key_sample *sample = key_sample(data[0] % KEY_SAMPLES);
    size_t size = sample->text.bytes;
    uint8_t *text = malloc(size + FUZZ_INPUT_BYTES);
    memcpy(text, sample->text.data, size);
    size_t most = data[1] % 4 == 0 ? bytes - 2 : data[1] % 2 == 0 ? 8 : 4; /* mostly one or two */
    size = change(text, size, data + 2, bytes - 2 < most ? bytes - 2 : most);
    uint8_t *exact = malloc(size); /* of its own size, so that a step too far is seen */
    memcpy(exact, text, size);
    check(sample, exact, size);
    free(exact);
    free(text);
    return 0;
}

FUZZ_MAIN("der", 20000);
