/*
 * The arithmetic of RSA and its paddings once more, by strangers; see page_check.c.
 */
#include "page_internal.h"

#include <string.h>

/* The nearest value of this name before (or behind, if it comes later) in the same operation. */
static const struct recording_value *near(const struct timeline_step *work, size_t index,
                                          const char *name)
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
static void power(struct page *page, const char *what, const struct timeline_key *key,
                  const struct recording_value *base, const struct recording_value *result)
{
    if (!key || !page_line_fits(base) || !page_line_fits(result))
        return;
    page_line(page, what);
    html_put(page->out, "python3 -c \"print('%%0%zux' %% pow(0x", 2 * result->bytes);
    page_line_hex(page, base);
    fputs(", 0x", page->out);
    html_hex(page->out, key->e.data, key->e.bytes, 0);
    fputs(", 0x", page->out);
    html_hex(page->out, key->n.data, key->n.bytes, 0);
    fputs("))\"", page->out);
    page_line_end(page, result->data, result->bytes);
}

/* value xor MGF1(seed), its first bits cleared where the encoded message is a bit shorter than its
 * bytes (PSS). */
static void mask(struct page *page, const struct recording_value *data,
                 const struct recording_value *seed, const struct recording_value *result,
                 unsigned first_mask)
{
    if (!page_line_fits(data) || !page_line_fits(seed) || !page_line_fits(result) ||
        data->bytes != result->bytes)
        return;
    page_line(page, "the mask: xor with MGF1");
    html_put(page->out, "python3 -c \"import hashlib; s = %s", PAGE_FROM_HEX);
    page_line_hex(page, seed);
    html_put(page->out, "'); d = %s", PAGE_FROM_HEX);
    page_line_hex(page, data);
    html_put(page->out,
             "'); m = b''.join(hashlib.sha256(s + i.to_bytes(4, 'big')).digest() for i in "
             "range(len(d) // 32 + 1)); x = bytes(a ^ b for a, b in zip(d, m)); ");
    if (first_mask < 0xff)
        html_put(page->out, "print((bytes([x[0] & %u]) + x[1:]).hex())\"", first_mask);
    else
        fputs("print(x.hex())\"", page->out);
    page_line_end(page, result->data, result->bytes);
}

/* RFC 8017 9.1.1 step 11: the encoded message has a bit less than n. */
static unsigned pss_first_mask(const struct wire_value *n)
{
    unsigned mask = 0x7f;
    for (uint8_t top = n->data[0]; !(top & 0x80) && mask > 0; top = (uint8_t)(top << 1))
        mask >>= 1;
    return mask == 0 ? 0xff : mask; /* n begins with 01: the byte in front is not part of it */
}

void page_check_math(struct page *page, const struct timeline_channel *channel,
                     const struct timeline_step *work, size_t index)
{
    const struct recording_event *math = work->math[index];
    const struct recording_value *value = &math->math.value;
    const struct timeline_key *key = timeline_key(&work->keys, math->math.key, channel->role);
    const char *name = math->math.name;
    /* PSS names a salted hash, OAEP does not. */
    const struct recording_value *h = near(work, index, "H");
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
        const struct recording_value *hash = near(work, index, "mHash"),
                                     *salt = near(work, index, "salt"),
                                     *db = near(work, index, "DB");
        struct recording_value tail = {"", TRACE_LOCAL, NULL, 0};
        if (!salt && db && db->data && db->bytes > SYM_SHA256_BYTES) {
            tail.data = db->data + db->bytes - SYM_SHA256_BYTES;
            tail.bytes = SYM_SHA256_BYTES;
            salt = &tail;
        }
        if (hash && salt)
            page_line_sha256(
                page, "the hash over the salt",
                (struct recording_value[]){{"", TRACE_PUBLIC, zeros, sizeof(zeros)}, *hash, *salt},
                3, value);
    }
}
