/*
 * The arithmetic of RSA and its paddings once more, by strangers; see page_check.c.
 */
#include "page_internal.h"

#include "sym_sha256.h"
#include "translate.h"

#include <string.h>

/* The nearest value of this name before (or behind, if it comes later) in the same operation. */
static struct trace_bytes near(const struct timeline_step *step, size_t index, const char *name)
{
    const struct trace_arithmetic *list = step->event->step.arithmetic;
    for (size_t i = index; i > 0; i--)
        if (strcmp(list[i - 1].value.name, name) == 0)
            return (struct trace_bytes){list[i - 1].value.bytes, list[i - 1].value.count};
    for (size_t i = index; i < step->event->step.arithmetic_count; i++)
        if (strcmp(list[i].value.name, name) == 0)
            return (struct trace_bytes){list[i].value.bytes, list[i].value.count};
    return (struct trace_bytes){NULL, 0};
}

/* base^e mod n = result, with the key's public numbers. */
static void power(struct page *page, const char *title, const struct timeline_key *key,
                  struct trace_bytes base, struct trace_bytes result)
{
    if (key->n.bytes > 0)
        page_line(page, title, "python3 -c \"print('%0{3d}x' % pow(0x{0}, 0x{1}, 0x{2}))\"",
                  (struct trace_bytes[]){
                      base, {key->e.data, key->e.bytes}, {key->n.data, key->n.bytes}, result},
                  4, &result, NULL);
}

/* data xor MGF1(seed); PSS clears the first bits, where the encoded message is a bit shorter than
 * its bytes. */
#define MGF1                                                                                       \
    "python3 -c \"import hashlib; s = bytes.fromhex('{0}'); d = bytes.fromhex('{1}'); m = "        \
    "b''.join(hashlib.sha256(s + i.to_bytes(4, 'big')).digest() for i in range(len(d) // 32 + "    \
    "1)); x = bytes(a ^ b for a, b in zip(d, m)); "

static void mask(struct page *page, struct trace_bytes data, struct trace_bytes seed,
                 const struct trace_bytes *result, uint8_t first_mask)
{
    if (data.bytes == result->bytes)
        page_line(page, N_("the mask: xor with MGF1"),
                  first_mask < 0xff ? MGF1 "print((bytes([x[0] & {2u}]) + x[1:]).hex())\""
                                    : MGF1 "print(x.hex())\"",
                  (struct trace_bytes[]){seed, data, {&first_mask, 1}}, 3, result, NULL);
}

/* RFC 8017 9.1.1 step 11: the encoded message has a bit less than n. */
static uint8_t pss_first_mask(const struct wire_value *n)
{
    unsigned mask = 0x7f;
    for (uint8_t top = n->data[0]; !(top & 0x80) && mask > 0; top = (uint8_t)(top << 1))
        mask >>= 1;
    return (uint8_t)(mask == 0 ? 0xff
                               : mask); /* n begins with 01: the byte in front is not part of it */
}

static void check_salted_hash(struct page *page, const struct timeline_step *step, size_t index,
                              const struct trace_bytes *value)
{
    struct trace_bytes salt = near(step, index, "salt"), db = near(step, index, "DB");
    if (!salt.data && db.data && db.bytes > SYM_SHA256_BYTES)
        salt = (struct trace_bytes){db.data + db.bytes - SYM_SHA256_BYTES, SYM_SHA256_BYTES};
    page_line(page, N_("the hash over the salt"),
              "python3 -c \"import hashlib; print(hashlib.sha256(bytes.fromhex('0000000000000000') "
              "+ bytes.fromhex('{0}') + bytes.fromhex('{1}')).hexdigest())\"",
              (struct trace_bytes[]){near(step, index, "mHash"), salt}, 2, value, NULL);
}

void page_check_arithmetic(struct page *page, const struct timeline_step *step, size_t index)
{
    const struct trace_arithmetic *arithmetic = &step->event->step.arithmetic[index];
    const struct trace_bytes value = {arithmetic->value.bytes, arithmetic->value.count};
    const struct timeline_key *key = &step->keys[arithmetic->key];
    const char *name = arithmetic->value.name;
    const struct trace_bytes h = near(step, index,
                                      "H"); /* PSS names a salted hash, OAEP does not */
    if (strcmp(name, "x^e") == 0)
        power(page, N_("raise it to the power e modulo n"), key, near(step, index, "x"), value);
    else if (strcmp(name, "x^d") == 0)
        power(page, N_("back again with the public key: this gives x"), key, value,
              near(step, index, "x"));
    else if (strcmp(name, "maskedDB") == 0 && h.data)
        mask(page, near(step, index, "DB"), h, &value,
             key->n.bytes > 0 ? pss_first_mask(&key->n) : 0xff);
    else if (strcmp(name, "maskedDB") == 0)
        mask(page, near(step, index, "DB"), near(step, index, "seed"), &value, 0xff);
    else if (strcmp(name, "maskedSeed") == 0)
        mask(page, near(step, index, "seed"), near(step, index, "maskedDB"), &value, 0xff);
    else if (strcmp(name, "H") == 0 || strcmp(name, "H'") == 0)
        check_salted_hash(page, step, index, &value);
}
