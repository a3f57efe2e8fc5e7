/*
 * The details of the narration: fields in the order of the wire; arithmetic, folded to its ends.
 */
#include "narration_parts.h"

#include "drama.h"
#include "folded.h"
#include "sym_memory.h"

#include <stdlib.h>
#include <string.h>

/* --- rows for later --------------------------------------------------------------------------- */

void detail_forget(char **rows)
{
    if (*rows)
        sym_wipe(*rows, strlen(*rows));
    free(*rows);
    *rows = NULL;
}

void detail_put(struct telling *telling, char **rows)
{
    if (*rows)
        fputs(*rows, telling->rows.out);
    detail_forget(rows);
}

/* The same telling, onto a string of its own. */
struct aside {
    struct telling telling;
    char *text;
    size_t bytes;
};

static bool aside_open(struct aside *aside, const struct telling *telling)
{
    *aside = (struct aside){.telling = *telling};
    aside->telling.rows.out = open_memstream(&aside->text, &aside->bytes);
    return aside->telling.rows.out != NULL;
}

static char *aside_close(struct aside *aside)
{
    if (fclose(aside->telling.rows.out) != 0)
        detail_forget(&aside->text);
    return aside->text;
}

/* --- values ----------------------------------------------------------------------------------- */

/* Shown by its size alone. */
static bool is_hidden(const struct telling *telling, enum trace_secrecy secrecy,
                      const uint8_t *data, size_t bytes)
{
    return (secrecy == TRACE_SECRET && !telling->narration->options.secrets) ||
           (!data && bytes > 0);
}

static void put_secret(FILE *out, size_t bytes)
{
    fprintf(out, "(%zu secret byte%s)", bytes, bytes == 1 ? "" : "s");
}

/* mark, value, and what stands behind it. */
static void put_value(struct telling *telling, const char *mark, const struct lens_value *value,
                      bool is_number, const char *behind)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return;
    if (is_hidden(telling, value->secrecy, value->data, value->bytes))
        put_secret(out, value->bytes);
    else if (is_number)
        folded_integer(out, value->data, value->bytes, false);
    else
        folded_bytes(out, value->data, value->bytes, false);
    if (fclose(out) == 0)
        rows_put(&telling->rows, (struct rows_piece){mark, CONSOLE_PLAIN},
                 ROWS_PIECES({text, CONSOLE_PLAIN}, {behind, CONSOLE_DIM}));
    detail_forget(&text);
}

/* --- fields ----------------------------------------------------------------------------------- */

static void put_field(struct telling *telling, const char *name, const char *type,
                      const char *value, const char *meaning)
{
    char mark[64], text[160];
    snprintf(text, sizeof(text), "%s:", value);
    snprintf(mark, sizeof(mark), "      %-9s %-8s ", name, type);
    rows_put(&telling->rows, (struct rows_piece){mark, CONSOLE_PLAIN},
             ROWS_PIECES({text, CONSOLE_PLAIN}, {meaning, CONSOLE_DIM}));
}

/* As it stands on the wire: a number, or bytes with their length in front in brackets. */
static char *field_text(const struct wire_field *field, const struct wire_value *value, bool hidden)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    if (field->type == WIRE_STR || field->type == WIRE_MPINT)
        fprintf(out, "[%04zx] ", value->bytes);
    if (field->type == WIRE_U8 || field->type == WIRE_U16)
        fprintf(out, "%0*x = %u", field->type == WIRE_U8 ? 2 : 4, value->number, value->number);
    else if (hidden)
        put_secret(out, value->bytes);
    else
        folded_bytes(out, value->data, value->bytes, false);
    if (fclose(out) != 0)
        detail_forget(&text);
    return text;
}

static size_t field_bytes(const struct wire_field *field, const struct wire_value *value)
{
    switch (field->type) {
    case WIRE_U8:
        return 1;
    case WIRE_U16:
        return 2;
    case WIRE_STR:
    case WIRE_MPINT:
        return 2 + value->bytes;
    default:
        return value->bytes;
    }
}

static void put_fields(struct telling *telling, enum wire_message message, const uint8_t *body,
                       size_t bytes)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    size_t count = message < WIRE_MESSAGES ? drama_fields(values, message, body, bytes) : 0, at = 0;
    for (size_t i = 0; i < count; i++) {
        const struct wire_field *field = &wire_layout(message)->fields[i];
        bool talk = message == WIRE_DATA && i == DATA_BYTES;
        char *text = field_text(field, &values[i], talk && !telling->narration->options.secrets);
        put_field(telling, field->name, wire_type_name(field->type), text ? text : "",
                  field->meaning);
        detail_forget(&text);
        at += field_bytes(field, &values[i]);
    }
    if (at < bytes)
        put_value(telling, "      the rest           ",
                  &(struct lens_value){"", TRACE_PUBLIC, body + at, bytes - at}, false,
                  "not in the table of the wire");
}

static void put_head(struct telling *telling, struct rows_piece mark, enum wire_message message,
                     const char *what, unsigned frame, size_t bytes)
{
    const struct wire_layout *layout = message < WIRE_MESSAGES ? wire_layout(message) : NULL;
    char text[160];
    snprintf(text, sizeof(text),
             "%s%s%s, %s %u, %zu bytes:", layout && layout->label[0] ? layout->label : "",
             layout && layout->label[0] ? " " : "", layout ? layout->name : "unknown", what, frame,
             bytes);
    rows_put(&telling->rows, mark, ROWS_PIECES({text, CONSOLE_GREEN}));
}

/* What such a frame says is known when it has been opened. */
static bool is_record(enum wire_message message)
{
    return message == WIRE_MODERN_RECORD || message == WIRE_TEXTBOOK_RECORD;
}

static const struct rows_piece no_mark = {"      ", CONSOLE_PLAIN};

void detail_frame(struct telling *telling, const struct lens_event *event)
{
    const struct lens_value *frame = &event->frame.frame;
    char type[16], length[32], number[16];
    bool comes_first = !event->frame.sent && is_record(event->frame.message);
    put_head(telling, comes_first ? narration_arrow(!telling->channel->role) : no_mark,
             event->frame.message, "frame", event->frame.number, frame->bytes);
    if (frame->bytes >= WIRE_HEADER_BYTES) {
        snprintf(number, sizeof(number), "%02x%02x%02x", frame->data[1], frame->data[2],
                 frame->data[3]);
        snprintf(type, sizeof(type), "%02x = %u", frame->data[0], frame->data[0]);
        snprintf(length, sizeof(length), "%s = %lu", number, strtoul(number, NULL, 16));
        put_field(telling, "type", "u8", type, "of the frame");
        put_field(telling, "length", "u24", length, "bytes that follow");
        put_fields(telling, event->frame.message, frame->data + WIRE_HEADER_BYTES,
                   frame->bytes - WIRE_HEADER_BYTES);
    }
}

char *detail_inner(struct telling *telling, const struct lens_event *event)
{
    const struct lens_value *bytes = &event->inner.bytes;
    struct aside aside;
    if (!aside_open(&aside, telling))
        return NULL;
    put_head(&aside.telling, no_mark, event->inner.message, "inside frame", event->inner.record,
             bytes->bytes);
    if (bytes->data)
        put_fields(&aside.telling, event->inner.message, bytes->data, bytes->bytes);
    else
        put_value(&aside.telling, "      ", bytes, false, "not in the recording");
    return aside_close(&aside);
}

/* --- arithmetic ------------------------------------------------------------------------------- */

/* The boxes of a value, if they are what it is made of. */
static void put_boxes(struct telling *telling, const struct lens_event *event)
{
    struct rsa_box boxes[RSA_MAX_BOXES + 1] = {{NULL, 0}};
    const struct lens_value *value = &event->math.value;
    char *text = NULL;
    size_t bytes = 0, sum = 0;
    FILE *out;
    for (size_t i = 0; i < event->math.box_count && i < RSA_MAX_BOXES; i++) {
        boxes[i] = (struct rsa_box){event->math.boxes[i].label, event->math.boxes[i].bytes};
        sum += boxes[i].bytes;
    }
    if (sum != value->bytes || event->math.box_count > RSA_MAX_BOXES ||
        !(out = open_memstream(&text, &bytes)))
        return;
    folded_boxes(out, "          ", boxes, value->data);
    if (fclose(out) == 0)
        for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
            *end = '\0';
            rows_put_line(&telling->rows, line);
        }
    sym_wipe(text, bytes);
    free(text);
}

static void put_formula(struct telling *telling, const char *indent, const char *name,
                        const char *formula, const char *section)
{
    char mark[96], where[96];
    snprintf(mark, sizeof(mark), "%s%s = ", indent, name);
    snprintf(where, sizeof(where), "[%s]", section);
    rows_put(&telling->rows, (struct rows_piece){mark, CONSOLE_PLAIN},
             ROWS_PIECES({formula, CONSOLE_PLAIN}, {where, CONSOLE_DIM}));
}

static void put_math(struct telling *telling, const struct lens_event *event)
{
    const struct lens_value *value = &event->math.value;
    struct told_channel *channel = telling->channel;
    if (strcmp(channel->math_key, event->math.key) != 0) {
        char text[96];
        snprintf(text, sizeof(text), "with the key: %s", event->math.key);
        rows_put(&telling->rows, (struct rows_piece){"      ", CONSOLE_PLAIN},
                 ROWS_PIECES({text, CONSOLE_GREEN}));
    }
    snprintf(channel->math_key, sizeof(channel->math_key), "%s", event->math.key);
    put_formula(telling, "        ", event->math.name, event->math.formula, event->math.section);
    put_value(telling, "          ", value, event->math.is_number, NULL);
    if (event->math.box_count > 0 && !is_hidden(telling, value->secrecy, value->data, value->bytes))
        put_boxes(telling, event);
}

/* Kept until its step is told, whose sentence stands above it. */
void detail_math(struct telling *telling, const struct lens_event *event)
{
    struct told_channel *channel = telling->channel;
    struct aside aside;
    char *rows;
    if (!aside_open(&aside, telling))
        return;
    if (channel->math_rows)
        fputs(channel->math_rows, aside.telling.rows.out);
    put_math(&aside.telling, event);
    rows = aside_close(&aside);
    detail_forget(&channel->math_rows);
    channel->math_rows = rows;
}

static void put_list(struct telling *telling, const char *direction,
                     const struct lens_value *values, size_t count)
{
    char mark[96];
    for (size_t i = 0; i < count; i++) {
        snprintf(mark, sizeof(mark), "        %-3s %-15s ", direction, values[i].name);
        put_value(telling, mark, &values[i], false, NULL);
    }
}

void detail_step(struct telling *telling, const struct lens_event *event)
{
    detail_put(telling, &telling->channel->math_rows);
    put_formula(telling, "      ", event->step.name, event->step.formula, event->step.section);
    put_list(telling, "in", event->step.inputs, event->step.input_count);
    put_list(telling, "out", event->step.outputs, event->step.output_count);
}
