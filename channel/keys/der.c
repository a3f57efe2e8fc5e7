/*
 * DER, X.690; see der.h.
 */
#include "der.h"
#include "translate.h"

#include <stdio.h>

#define LONG_TAG      0x1F /* 8.1.2.4: more bytes of the tag follow */
#define LONG_LENGTH   0x80 /* 8.1.3.5: so many bytes of length follow */
#define SIGN          0x80
#define LENGTH_OCTETS 4 /* the most we take: files are smaller */
#define OID_MORE      0x80

/* --- reading --------------------------------------------------------------------------------- */

static const char *tag_name(uint8_t tag)
{
    switch (tag) {
    case DER_INTEGER:
        return N_("an INTEGER");
    case DER_BIT_STRING:
        return N_("a BIT STRING");
    case DER_OCTET_STRING:
        return N_("an OCTET STRING");
    case DER_NULL:
        return "NULL";
    case DER_OID:
        return N_("an OBJECT IDENTIFIER");
    case DER_SEQUENCE:
        return N_("a SEQUENCE");
    default:
        return N_("another element");
    }
}

/* X.690 8.1.3 and 10.1: one byte below 128, else the fewest that hold it. */
static bool take_length(size_t *length, struct octets *from, struct problem *problem)
{
    struct octets first, more, at = *from;
    *length = 0;
    if (!octets_take(&first, from, 1))
        return octets_fault(problem, &at, "a length");
    *length = first.data[0];
    if (*length < LONG_LENGTH)
        return true;
    size_t count = *length - LONG_LENGTH;
    if (count == 0)
        return octets_fault(problem, &at, "a definite length");
    if (count > LENGTH_OCTETS || !octets_take(&more, from, count))
        return octets_fault(problem, &at, "a length that fits the file");
    *length = 0;
    for (size_t i = 0; i < count; i++)
        *length = *length << 8 | more.data[i]; /* < 2^32 */
    if (*length < LONG_LENGTH || more.data[0] == 0)
        return octets_fault(problem, &at, "the length in its shortest form");
    return true;
}

/* Any element: its tag, and its content. */
static bool take_element(uint8_t *tag, struct octets *content, struct octets *from,
                         struct problem *problem)
{
    struct octets first, at = *from;
    size_t length;
    if (!octets_take(&first, from, 1))
        return octets_fault(problem, &at, "an element");
    *tag = first.data[0];
    if ((*tag & LONG_TAG) == LONG_TAG)
        return octets_fault(problem, &at, "a tag of one byte");
    at = *from;
    if (!take_length(&length, from, problem))
        return false;
    return octets_take(content, from, length) ||
           problem_set(problem, "byte %zu: expected %zu bytes, but only %zu are left", at.offset,
                       length, from->bytes);
}

bool der_next_is(const struct octets *from, uint8_t tag)
{
    return from->bytes > 0 && from->data[0] == tag;
}

bool der_read(struct octets *content, struct octets *from, uint8_t tag, const char *what,
              struct problem *problem)
{
    if (from->bytes == 0)
        return problem_set(problem, "byte %zu: expected %s (%s), but it ends here", from->offset,
                           translate(tag_name(tag)), translate(what));
    if (!der_next_is(from, tag))
        return problem_set(problem, "byte %zu: expected %s (%s), found tag 0x%02x", from->offset,
                           translate(tag_name(tag)), translate(what), from->data[0]);
    return take_element(&tag, content, from, problem);
}

bool der_skip(struct octets *from, const char *what, struct problem *problem)
{
    struct octets content;
    uint8_t tag;
    return from->bytes > 0 ? take_element(&tag, &content, from, problem)
                           : octets_fault(problem, from, what);
}

bool der_end(const struct octets *from, struct problem *problem)
{
    return from->bytes == 0 ||
           problem_set(problem, "byte %zu: expected the end, but %zu bytes more are there",
                       from->offset, from->bytes);
}

/* X.690 8.3: two's complement in the fewest bytes: so a first byte of 0 only before a set bit. */
bool der_integer(struct octets *magnitude, struct octets *from, const char *what,
                 struct problem *problem)
{
    struct octets sign;
    if (!der_read(magnitude, from, DER_INTEGER, what, problem))
        return false;
    const uint8_t *first = magnitude->data;
    if (magnitude->bytes == 0)
        return octets_fault(problem, magnitude, "a number of at least one byte");
    if ((first[0] & SIGN) != 0)
        return octets_fault(problem, magnitude, "a number that is not negative");
    if (first[0] != 0)
        return true;
    if (magnitude->bytes > 1 && (first[1] & SIGN) == 0)
        return octets_fault(problem, magnitude, "a number without needless zeros in front");
    return octets_take(&sign, magnitude, 1);
}

bool der_small(unsigned long *value, struct octets *from, unsigned long most, const char *what,
               struct problem *problem)
{
    struct octets magnitude;
    if (!der_integer(&magnitude, from, what, problem))
        return false;
    *value = 0;
    for (size_t i = 0; i < magnitude.bytes; i++)
        *value = i < sizeof(uint32_t) ? *value << 8 | magnitude.data[i] : ~0ul;
    return *value <= most || problem_set(problem, "byte %zu: expected at most %lu (%s)",
                                         magnitude.offset, most, what);
}

/* X.690 8.6.2: the first byte says how many bits of the last are unused. */
bool der_bits(struct octets *content, struct octets *from, const char *what,
              struct problem *problem)
{
    struct octets unused;
    if (!der_read(content, from, DER_BIT_STRING, what, problem))
        return false;
    return (octets_take(&unused, content, 1) && unused.data[0] == 0) ||
           octets_fault(problem, content, "a BIT STRING of whole bytes");
}

bool der_null(struct octets *from, const char *what, struct problem *problem)
{
    struct octets content;
    return der_read(&content, from, DER_NULL, what, problem) && der_end(&content, problem);
}

/* X.690 8.19: base 128, the first number being 40 times the first arc and the second. */
void der_oid_text(char text[DER_OID_TEXT_BYTES], const struct octets *oid)
{
    size_t length = 0;
    uint32_t number = 0;
    text[0] = '\0';
    for (size_t i = 0; i < oid->bytes && length < DER_OID_TEXT_BYTES; i++) {
        number = number << 7 | (oid->data[i] & 0x7Fu);
        if ((oid->data[i] & OID_MORE) != 0)
            continue;
        uint32_t arc = length > 0 ? 0 : number < 80 ? number / 40 : 2;
        int put = length > 0 ? snprintf(text + length, DER_OID_TEXT_BYTES - length, ".%u", number)
                             : snprintf(text, DER_OID_TEXT_BYTES, "%u.%u", arc, number - 40 * arc);
        length += (size_t)put;
        number = 0;
    }
}

/* --- writing --------------------------------------------------------------------------------- */

struct der_writer der_writer_open(uint8_t *buffer, size_t space)
{
    return (struct der_writer){buffer, space, space, false};
}

size_t der_mark(const struct der_writer *writer)
{
    return writer->at;
}

void der_put(struct der_writer *writer, const void *data, size_t bytes)
{
    if (bytes > writer->at) {
        writer->overflow = true;
        return;
    }
    writer->at -= bytes;
    if (bytes > 0)
        memcpy(writer->buffer + writer->at, data, bytes);
}

static void put_byte(struct der_writer *writer, size_t byte)
{
    der_put(writer, &(uint8_t){(uint8_t)byte}, 1);
}

void der_put_header(struct der_writer *writer, uint8_t tag, size_t mark)
{
    size_t length = mark - writer->at, count = 0;
    for (size_t rest = length; length >= LONG_LENGTH && rest > 0; rest >>= 8, count++)
        put_byte(writer, rest);
    put_byte(writer, count > 0 ? LONG_LENGTH | count : length);
    put_byte(writer, tag);
}

void der_put_integer(struct der_writer *writer, const uint8_t *magnitude, size_t bytes)
{
    size_t mark = der_mark(writer);
    for (; bytes > 0 && *magnitude == 0; magnitude++)
        bytes--;
    der_put(writer, magnitude, bytes);
    if (bytes == 0 || (*magnitude & SIGN) != 0)
        put_byte(writer, 0);
    der_put_header(writer, DER_INTEGER, mark);
}

void der_put_small(struct der_writer *writer, unsigned long value)
{
    uint8_t magnitude[sizeof(value)];
    for (size_t i = 0; i < sizeof(value); i++)
        magnitude[i] = (uint8_t)(value >> (8 * (sizeof(value) - 1 - i)));
    der_put_integer(writer, magnitude, sizeof(magnitude));
}

void der_put_element(struct der_writer *writer, uint8_t tag, const void *data, size_t bytes)
{
    size_t mark = der_mark(writer);
    der_put(writer, data, bytes);
    der_put_header(writer, tag, mark);
}

bool der_written(struct octets *out, const struct der_writer *writer)
{
    *out = octets_open(writer->buffer + writer->at, writer->space - writer->at);
    return !writer->overflow;
}
