/*
 * The parts that the lines of a recording are made of: words, numbers, values.
 */
#include "recording_parse.h"

#include "recording_names.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define VALUE_MAX (WIRE_HEADER_BYTES + 0xffffff) /* no frame can be longer */

bool reading_fail(const struct reading *reading, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reading->why, RECORDING_WHY_BYTES, format, arguments);
    va_end(arguments);
    return false;
}

bool reading_in_range(const struct reading *reading, const char *name, json_int_t number,
                      json_int_t least, json_int_t most)
{
    return (number >= least && number <= most) ||
           reading_fail(reading, "%s is %lld, not from %lld to %lld", name, (long long)number,
                        (long long)least, (long long)most);
}

bool reading_keep(const struct reading *reading, const char **kept, const char *text)
{
    char *copy = recording_keep(reading->recording, strlen(text) + 1);
    if (!copy)
        return reading_fail(reading, "no memory");
    *kept = strcpy(copy, text);
    return true;
}

bool reading_unknown(const struct reading *reading, const char *name, const char *word)
{
    return reading_fail(reading, "%s is '%.40s', which is none that exists", name, word);
}

/* --- values ----------------------------------------------------------------------------------- */

static int hex_digit(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = digit ? strchr(digits, digit) : NULL;
    return found ? (int)(found - digits) : -1;
}

static bool decode_hex(const struct reading *reading, struct recording_value *value,
                       const char *hex, size_t length)
{
    uint8_t *data;
    if (length != 2 * value->bytes)
        return reading_fail(reading, "hex has %zu digits where bytes is %zu", length, value->bytes);
    data = recording_keep(reading->recording, value->bytes + 1);
    if (!data)
        return reading_fail(reading, "no memory");
    for (size_t i = 0; i < value->bytes; i++) {
        int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return reading_fail(reading, "hex has other characters than 0-9 and a-f");
        data[i] = (uint8_t)(high << 4 | low);
    }
    value->data = data;
    return true;
}

bool reading_value(struct reading *reading, struct recording_value *value, json_t *object)
{
    const char *name, *secrecy, *hex = NULL;
    size_t length = 0;
    json_int_t bytes;
    if (!UNPACK(reading, object, "{s:s, s:s, s:I, s?s%}", "name", &name, "secrecy", &secrecy,
                "bytes", &bytes, "hex", &hex, &length) ||
        !reading_in_range(reading, "bytes", bytes, 0, VALUE_MAX) ||
        !reading_keep(reading, &value->name, name))
        return false;
    value->bytes = (size_t)bytes;
    if (!recording_secrecy_find(&value->secrecy, secrecy))
        return reading_unknown(reading, "secrecy", secrecy);
    if (value->secrecy == TRACE_SECRET && !reading->recording->head.secrets)
        return !hex || reading_fail(reading, "a secret in a recording that says it has none");
    return hex ? decode_hex(reading, value, hex, length)
               : reading_fail(reading, "%.40s has no hex", value->name);
}

bool reading_values(struct reading *reading, const struct recording_value **values, size_t *count,
                    json_t *list)
{
    struct recording_value *kept;
    if (!json_is_array(list) || json_array_size(list) > RECORDING_VALUES_MAX)
        return reading_fail(reading, "inputs and outputs are lists of up to %d values",
                            RECORDING_VALUES_MAX);
    *count = json_array_size(list);
    *values = kept = recording_keep(reading->recording, (*count + 1) * sizeof(*kept));
    if (!kept)
        return reading_fail(reading, "no memory");
    for (size_t i = 0; i < *count; i++) {
        kept[i] = (struct recording_value){0};
        if (!reading_value(reading, &kept[i], json_array_get(list, i)))
            return false;
    }
    return true;
}

/* All bytes are in a box, and no box holds more. */
static bool check_boxes(const struct reading *reading)
{
    size_t sum = 0;
    for (size_t i = 0; i < reading->event.math.box_count; i++)
        sum += reading->event.math.boxes[i].bytes;
    return reading->event.math.box_count == 0 || sum == reading->event.math.value.bytes ||
           reading_fail(reading, "the boxes hold %zu bytes, the value %zu", sum,
                        reading->event.math.value.bytes);
}

bool reading_boxes(struct reading *reading, json_t *list)
{
    struct recording_event *event = &reading->event;
    size_t count = json_array_size(list);
    struct recording_box *boxes;
    if (!json_is_array(list) || count > RSA_MAX_BOXES)
        return reading_fail(reading, "boxes is a list of up to %d", RSA_MAX_BOXES);
    boxes = recording_keep(reading->recording, (count + 1) * sizeof(*boxes));
    if (!boxes)
        return reading_fail(reading, "no memory");
    for (size_t i = 0; i < count; i++) {
        const char *label;
        json_int_t bytes;
        if (!UNPACK(reading, json_array_get(list, i), "{s:s, s:I}", "label", &label, "bytes",
                    &bytes) ||
            !reading_in_range(reading, "bytes", bytes, 0, VALUE_MAX) ||
            !reading_keep(reading, &boxes[i].label, label))
            return false;
        boxes[i].bytes = (size_t)bytes;
    }
    event->math.boxes = boxes;
    event->math.box_count = count;
    return check_boxes(reading);
}

bool reading_power(struct reading *reading, json_t *list)
{
    const char *names[3];
    if (!UNPACK(reading, list, "[s, s, s]", &names[0], &names[1], &names[2]))
        return false;
    for (size_t i = 0; i < 3; i++)
        if (!reading_keep(reading, &reading->event.math.power[i], names[i]))
            return false;
    return true;
}
