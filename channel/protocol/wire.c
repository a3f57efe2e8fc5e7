/*
 * Encoder and parser of the wire, both driven by the table in wire_table.c.
 */
#include "wire.h"

#include <assert.h>
#include <string.h>

const struct wire_field wire_overlong = {"end", WIRE_REST, 0, 0, "nothing may follow"};

bool wire_is_number(const struct wire_field *field)
{
    return field->type == WIRE_U8 || field->type == WIRE_U16;
}

static bool has_length(const struct wire_field *field)
{
    return field->type == WIRE_STR || field->type == WIRE_MPINT;
}

size_t wire_prefix_bytes(const struct wire_field *field)
{
    if (field->type == WIRE_U8)
        return 1;
    return field->type == WIRE_U16 || has_length(field) ? 2 : 0;
}

size_t wire_size(enum wire_message message, const struct wire_value *values)
{
    const struct wire_layout *layout = wire_layout(message);
    size_t bytes = 0;
    for (size_t i = 0; i < layout->count; i++)
        bytes += wire_prefix_bytes(&layout->fields[i]) +
                 (wire_is_number(&layout->fields[i]) ? 0 : values[i].bytes);
    return bytes;
}

static uint8_t *put_number(uint8_t *out, size_t bytes, size_t number)
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = (uint8_t)(number >> (8 * (bytes - 1 - i)));
    return out + bytes;
}

static uint8_t *put_field(uint8_t *out, const struct wire_field *field,
                          const struct wire_value *value)
{
    size_t measure = wire_is_number(field) ? value->number : value->bytes;
    assert(measure >= field->min && measure <= field->max);
    out = put_number(out, wire_prefix_bytes(field), measure);
    if (wire_is_number(field) || value->bytes == 0)
        return out;
    memcpy(out, value->data, value->bytes);
    return out + value->bytes;
}

void wire_encode(uint8_t *out, enum wire_message message, const struct wire_value *values)
{
    const struct wire_layout *layout = wire_layout(message);
    for (size_t i = 0; i < layout->count; i++)
        out = put_field(out, &layout->fields[i], &values[i]);
}

/* The bounded cursor: the only pointer that walks over bytes from the wire. */
struct cursor {
    const uint8_t *at;
    size_t left;
};

static bool take(struct cursor *cursor, const uint8_t **data, size_t bytes)
{
    if (cursor->left < bytes)
        return false;
    *data = cursor->at;
    cursor->at += bytes;
    cursor->left -= bytes;
    return true;
}

static bool take_number(struct cursor *cursor, uint32_t *number, size_t bytes)
{
    const uint8_t *data;
    if (!take(cursor, &data, bytes))
        return false;
    *number = 0;
    for (size_t i = 0; i < bytes; i++)
        *number = *number << 8 | data[i];
    return true;
}

/* How many bytes of data a field has: given by the table, by the wire, or by what is left. */
static bool take_length(struct cursor *cursor, const struct wire_field *field, size_t *bytes)
{
    uint32_t length;
    *bytes = field->type == WIRE_FIXED ? field->max : cursor->left;
    if (!has_length(field))
        return true;
    if (!take_number(cursor, &length, 2))
        return false;
    *bytes = length;
    return true;
}

static bool take_field(struct cursor *cursor, const struct wire_field *field,
                       struct wire_value *value)
{
    *value = (struct wire_value){0};
    if (wire_is_number(field))
        return take_number(cursor, &value->number, wire_prefix_bytes(field)) &&
               value->number >= field->min && value->number <= field->max;
    if (!take_length(cursor, field, &value->bytes) || value->bytes < field->min ||
        value->bytes > field->max || !take(cursor, &value->data, value->bytes))
        return false;
    /* One number, one encoding: a leading zero would give the same key two transcripts. */
    return field->type != WIRE_MPINT || value->bytes == 0 || value->data[0] != 0;
}

const struct wire_field *wire_decode(struct wire_value *values, enum wire_message message,
                                     const uint8_t *body, size_t bytes)
{
    const struct wire_layout *layout = wire_layout(message);
    struct cursor cursor = {body, bytes};
    for (size_t i = 0; i < layout->count; i++)
        if (!take_field(&cursor, &layout->fields[i], &values[i]))
            return &layout->fields[i];
    return cursor.left == 0 ? NULL : &wire_overlong;
}

void wire_put_header(uint8_t out[WIRE_HEADER_BYTES], enum wire_frame type, size_t bytes)
{
    out[0] = (uint8_t)type;
    put_number(out + 1, 3, bytes);
}

void wire_get_header(uint8_t *type, size_t *bytes, const uint8_t header[WIRE_HEADER_BYTES])
{
    *type = header[0];
    *bytes = (size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3];
}

size_t wire_frame_max(uint8_t type)
{
    if (type == WIRE_FRAME_RECORD)
        return WIRE_RECORD_MAX;
    return type >= WIRE_FRAME_HELLO && type <= WIRE_FRAME_ALERT ? WIRE_HANDSHAKE_MAX : 0;
}
