/*
 * The table of the wire: every message there and back at both ends of every field's bounds, every
 * bound violated by one, and the table itself.
 */
#include "wire.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST ((size_t)WIRE_RECORD_MAX + 16)

static bool is_number(const struct wire_field *field)
{
    return field->type == WIRE_U8 || field->type == WIRE_U16;
}

static bool has_length(const struct wire_field *field)
{
    return field->type == WIRE_STR || field->type == WIRE_MPINT;
}

/* The tests write bodies on their own: the encoder would refuse a bad one. */
static size_t write_body(uint8_t *out, enum wire_message message, const struct wire_value *values)
{
    const struct wire_layout *layout = wire_layout(message);
    uint8_t *at = out;
    for (size_t i = 0; i < layout->count; i++) {
        const struct wire_field *field = &layout->fields[i];
        size_t number = is_number(field) ? values[i].number : values[i].bytes;
        if (field->type == WIRE_U16 || has_length(field))
            *at++ = (uint8_t)(number >> 8);
        if (is_number(field) || has_length(field))
            *at++ = (uint8_t)number;
        if (!is_number(field) && values[i].bytes > 0) {
            memcpy(at, values[i].data, values[i].bytes);
            at += values[i].bytes;
        }
    }
    return (size_t)(at - out);
}

static uint8_t *filled;

/* Values at one end of the bounds. A length of 65536 does not fit its u16: no table asks for it. */
static void fill(struct wire_value *values, enum wire_message message, bool largest)
{
    const struct wire_layout *layout = wire_layout(message);
    for (size_t i = 0; i < layout->count; i++) {
        const struct wire_field *field = &layout->fields[i];
        uint32_t bound = largest ? field->max : field->min;
        values[i] = is_number(field) ? (struct wire_value){.number = bound}
                                     : (struct wire_value){.data = filled, .bytes = bound};
    }
}

static void begin(void)
{
    filled = malloc(LARGEST);
    memset(filled, 0xa5, LARGEST);
}

static void end(void)
{
    free(filled);
}

TestSuite(wire, .init = begin, .fini = end);

Test(wire, every_message_there_and_back)
{
    uint8_t *body = malloc(LARGEST), *own = malloc(LARGEST);
    for (int m = 0; m < WIRE_MESSAGES; m++)
        for (int largest = 0; largest < 2; largest++) {
            const struct wire_layout *layout = wire_layout((enum wire_message)m);
            struct wire_value in[WIRE_MAX_FIELDS], out[WIRE_MAX_FIELDS];
            size_t bytes;
            const struct wire_field *bad;
            fill(in, (enum wire_message)m, largest);
            bytes = wire_size((enum wire_message)m, in);
            cr_assert_eq(bytes, write_body(own, (enum wire_message)m, in), "%s", layout->name);
            wire_encode(body, (enum wire_message)m, in);
            cr_assert_eq(memcmp(body, own, bytes), 0, "%s", layout->name);
            bad = wire_decode(out, (enum wire_message)m, body, bytes);
            cr_assert_null(bad, "%s: %s", layout->name, bad ? bad->name : "");
            for (size_t i = 0; i < layout->count; i++) {
                cr_assert_eq(out[i].number, in[i].number, "%s: %s", layout->name,
                             layout->fields[i].name);
                cr_assert_eq(out[i].bytes, in[i].bytes, "%s: %s", layout->name,
                             layout->fields[i].name);
                cr_assert(in[i].bytes == 0 || memcmp(out[i].data, filled, in[i].bytes) == 0);
            }
        }
    free(body);
    free(own);
}

/* The field that a decoder blames for this body. */
static void expect_blamed(enum wire_message message, const struct wire_value *values,
                          const struct wire_field *want, const char *what)
{
    uint8_t *body = malloc(2 * LARGEST);
    struct wire_value out[WIRE_MAX_FIELDS];
    size_t bytes = write_body(body, message, values);
    const struct wire_field *bad = wire_decode(out, message, body, bytes);
    cr_assert_eq(bad, want, "%s, %s of %s: blamed %s", wire_layout(message)->name, what, want->name,
                 bad ? bad->name : "nothing");
    free(body);
}

static void violate(enum wire_message message, size_t at, bool above)
{
    const struct wire_field *field = &wire_layout(message)->fields[at];
    struct wire_value values[WIRE_MAX_FIELDS];
    uint32_t bound = above ? field->max : field->min;
    uint32_t limit = field->type == WIRE_U8 ? 255 : 65535;
    if ((above && field->type != WIRE_REST && field->type != WIRE_FIXED && bound >= limit) ||
        (!above && bound == 0))
        return; /* the wire cannot say it */
    fill(values, message, false);
    bound = above ? bound + 1 : bound - 1;
    if (is_number(field))
        values[at].number = bound;
    else
        values[at] = (struct wire_value){.data = filled, .bytes = bound};
    if (field->type != WIRE_FIXED) /* its size is not on the wire: the fields behind it move */
        expect_blamed(message, values, field, above ? "one more" : "one less");
}

Test(wire, every_bound_violated_by_one)
{
    for (int m = 0; m < WIRE_MESSAGES; m++)
        for (size_t i = 0; i < wire_layout((enum wire_message)m)->count; i++) {
            violate((enum wire_message)m, i, true);
            violate((enum wire_message)m, i, false);
        }
}

Test(wire, numbers_have_no_leading_zeros)
{
    for (int m = 0; m < WIRE_MESSAGES; m++)
        for (size_t i = 0; i < wire_layout((enum wire_message)m)->count; i++) {
            const struct wire_field *field = &wire_layout((enum wire_message)m)->fields[i];
            struct wire_value values[WIRE_MAX_FIELDS];
            if (field->type != WIRE_MPINT)
                continue;
            fill(values, (enum wire_message)m, false);
            values[i] = (struct wire_value){.data = (const uint8_t *)"\0\001", .bytes = 2};
            expect_blamed((enum wire_message)m, values, field, "a leading zero");
            values[i].bytes = 1;
            expect_blamed((enum wire_message)m, values, field, "a zero");
        }
}

/* Cut at every byte: a field at or before the cut is blamed. One byte more: nothing may follow. */
Test(wire, cut_short_and_overlong)
{
    uint8_t body[4096];
    for (int m = 0; m < WIRE_MESSAGES; m++) {
        const struct wire_layout *layout = wire_layout((enum wire_message)m);
        bool open_ended = layout->fields[layout->count - 1].type == WIRE_REST;
        struct wire_value values[WIRE_MAX_FIELDS], out[WIRE_MAX_FIELDS];
        size_t bytes;
        fill(values, (enum wire_message)m, false);
        bytes = wire_size((enum wire_message)m, values);
        cr_assert_lt(bytes, sizeof(body));
        wire_encode(body, (enum wire_message)m, values);
        for (size_t part = 0; part < bytes; part++) {
            uint8_t *cut =
                malloc(part + 1); /* of its own, so that a sanitizer sees a step too far */
            memcpy(cut, body, part);
            cr_assert_not_null(wire_decode(out, (enum wire_message)m, cut, part), "%s, %zu bytes",
                               layout->name, part);
            free(cut);
        }
        body[bytes] = 0;
        if (!open_ended)
            cr_assert_eq(wire_decode(out, (enum wire_message)m, body, bytes + 1), &wire_overlong,
                         "%s", layout->name);
    }
}

/* What may hold a message: a frame, a record, or the field `eph`. */
static size_t largest_of(const struct wire_layout *layout)
{
    if (layout->frame == WIRE_KEY_SHARE)
        return WIRE_SHARE_MAX;
    return layout->frame ? wire_frame_max(layout->frame) : (size_t)WIRE_PLAINTEXT_MAX;
}

Test(wire, the_table_is_sound)
{
    for (int m = 0; m < WIRE_MESSAGES; m++) {
        const struct wire_layout *layout = wire_layout((enum wire_message)m);
        cr_assert_gt(layout->count, 0u);
        cr_assert_leq(layout->count, (size_t)WIRE_MAX_FIELDS);
        cr_assert_gt(strlen(layout->meaning), 5u, "%s", layout->name);
        cr_assert(strcmp(layout->direction, "C->S") == 0 ||
                  strcmp(layout->direction, "S->C") == 0 || strcmp(layout->direction, "both") == 0);
        cr_assert_neq(largest_of(layout), 0u, "%s", layout->name);
        for (int other = 0; other < m; other++) {
            const struct wire_layout *before = wire_layout((enum wire_message)other);
            cr_assert_str_neq(layout->name, before->name);
            cr_assert(layout->label[0] == 0 || strcmp(layout->label, before->label) != 0);
        }
        for (size_t i = 0; i < layout->count; i++) {
            const struct wire_field *field = &layout->fields[i];
            cr_assert(field->name && field->name[0] && strlen(field->meaning) > 5, "%s, field %zu",
                      layout->name, i);
            cr_assert_leq(field->min, field->max, "%s: %s", layout->name, field->name);
            cr_assert(field->type != WIRE_U8 || field->max <= 255);
            cr_assert(!has_length(field) || field->max <= 65535, "%s: %s", layout->name,
                      field->name);
            cr_assert(field->type != WIRE_FIXED || field->min == field->max);
            cr_assert(field->type != WIRE_REST || i == layout->count - 1);
            for (size_t j = 0; j < i; j++)
                cr_assert_str_neq(field->name, layout->fields[j].name, "%s", layout->name);
        }
    }
}

/* The largest message of each kind fits its frame. */
Test(wire, messages_fit_their_frames)
{
    for (int m = 0; m < WIRE_MESSAGES; m++) {
        const struct wire_layout *layout = wire_layout((enum wire_message)m);
        struct wire_value values[WIRE_MAX_FIELDS];
        fill(values, (enum wire_message)m, true);
        cr_assert_leq(wire_size((enum wire_message)m, values), largest_of(layout), "%s",
                      layout->name);
    }
}

Test(wire, headers)
{
    static const size_t lengths[] = {0, 1, 255, 256, 65535, 65536, 0xffffff};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        uint8_t header[WIRE_HEADER_BYTES], type;
        size_t bytes;
        wire_put_header(header, WIRE_FRAME_RECORD, lengths[i]);
        wire_get_header(&type, &bytes, header);
        cr_assert_eq(type, WIRE_FRAME_RECORD);
        cr_assert_eq(bytes, lengths[i]);
    }
    cr_assert_eq(wire_frame_max(0), 0u);
    cr_assert_eq(wire_frame_max(6), 0u);
    cr_assert_eq(wire_frame_max(WIRE_KEY_SHARE), 0u, "a share is no frame");
}
