/*
 * The details of the narration: fields in the order of the wire; arithmetic, folded to its ends.
 */
#include "narration_internal.h"

#include "abbreviate.h"
#include "sym_memory.h"
#include "timeline.h"

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

void detail_put(struct block *block, char **rows)
{
    if (*rows)
        fputs(*rows, block->rows.out);
    detail_forget(rows);
}

/* The same telling, onto a string of its own. */
struct aside {
    struct block block;
    char *text;
    size_t bytes;
};

static bool aside_open(struct aside *aside, const struct block *block)
{
    *aside = (struct aside){.block = *block};
    aside->block.rows.out = open_memstream(&aside->text, &aside->bytes);
    return aside->block.rows.out != NULL;
}

static char *aside_close(struct aside *aside)
{
    if (fclose(aside->block.rows.out) != 0)
        detail_forget(&aside->text);
    return aside->text;
}

/* --- values ----------------------------------------------------------------------------------- */

/* Shown by its size alone. */
static bool is_hidden(const struct block *block, enum trace_secrecy secrecy, const uint8_t *data,
                      size_t bytes)
{
    return (secrecy == TRACE_SECRET && !block->narration->options.secrets) || (!data && bytes > 0);
}

static void put_secret(FILE *out, size_t bytes)
{
    fprintf(out, "(%zu secret byte%s)", bytes, bytes == 1 ? "" : "s");
}

/* mark, value, and what stands behind it. */
static void put_value(struct block *block, const char *mark, const struct recording_value *value,
                      bool is_number, const char *behind)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return;
    if (is_hidden(block, value->secrecy, value->data, value->bytes))
        put_secret(out, value->bytes);
    else if (is_number)
        abbreviate_integer(out, value->data, value->bytes, false);
    else
        abbreviate_bytes(out, value->data, value->bytes, false);
    if (fclose(out) == 0)
        text_wrap_put(&block->rows, (struct text_wrap_piece){mark, CONSOLE_PLAIN},
                      TEXT_WRAP_PIECES({text, CONSOLE_PLAIN}, {behind, CONSOLE_DIM}));
    detail_forget(&text);
}

/* --- fields ----------------------------------------------------------------------------------- */

static void put_field(struct block *block, const char *name, const char *type, const char *value,
                      const char *meaning)
{
    char mark[64], text[160];
    snprintf(text, sizeof(text), "%s:", value);
    snprintf(mark, sizeof(mark), "      %-9s %-8s ", name, type);
    text_wrap_put(&block->rows, (struct text_wrap_piece){mark, CONSOLE_PLAIN},
                  TEXT_WRAP_PIECES({text, CONSOLE_PLAIN}, {meaning, CONSOLE_DIM}));
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
        abbreviate_bytes(out, value->data, value->bytes, false);
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

static void put_fields(struct block *block, enum wire_message message, const uint8_t *body,
                       size_t bytes)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    size_t count = message < WIRE_MESSAGES ? timeline_fields(values, message, body, bytes) : 0,
           at = 0;
    for (size_t i = 0; i < count; i++) {
        const struct wire_field *field = &wire_layout(message)->fields[i];
        bool talk = message == WIRE_DATA && i == DATA_BYTES;
        char *text = field_text(field, &values[i], talk && !block->narration->options.secrets);
        put_field(block, field->name, wire_type_name(field->type), text ? text : "",
                  field->meaning);
        detail_forget(&text);
        at += field_bytes(field, &values[i]);
    }
    if (at < bytes)
        put_value(block, "      the rest           ",
                  &(struct recording_value){"", TRACE_PUBLIC, body + at, bytes - at}, false,
                  "not in the table of the wire");
}

static void put_head(struct block *block, struct text_wrap_piece mark, enum wire_message message,
                     const char *what, unsigned frame, size_t bytes)
{
    const struct wire_layout *layout = message < WIRE_MESSAGES ? wire_layout(message) : NULL;
    char text[160];
    snprintf(text, sizeof(text),
             "%s%s%s, %s %u, %zu bytes:", layout && layout->label[0] ? layout->label : "",
             layout && layout->label[0] ? " " : "", layout ? layout->name : "unknown", what, frame,
             bytes);
    text_wrap_put(&block->rows, mark, TEXT_WRAP_PIECES({text, CONSOLE_GREEN}));
}

/* What such a frame says is known when it has been opened. */
static bool is_record(enum wire_message message)
{
    return message == WIRE_MODERN_RECORD || message == WIRE_TEXTBOOK_RECORD;
}

static const struct text_wrap_piece no_mark = {"      ", CONSOLE_PLAIN};

void detail_frame(struct block *block, const struct recording_event *event)
{
    const struct recording_value *frame = &event->frame.frame;
    char type[16], length[32], number[16];
    bool comes_first = !event->frame.sent && is_record(event->frame.message);
    put_head(block, comes_first ? narration_arrow(!block->channel->role) : no_mark,
             event->frame.message, "frame", event->frame.number, frame->bytes);
    if (frame->bytes >= WIRE_HEADER_BYTES) {
        snprintf(number, sizeof(number), "%02x%02x%02x", frame->data[1], frame->data[2],
                 frame->data[3]);
        snprintf(type, sizeof(type), "%02x = %u", frame->data[0], frame->data[0]);
        snprintf(length, sizeof(length), "%s = %lu", number, strtoul(number, NULL, 16));
        put_field(block, "type", "u8", type, "of the frame");
        put_field(block, "length", "u24", length, "bytes that follow");
        put_fields(block, event->frame.message, frame->data + WIRE_HEADER_BYTES,
                   frame->bytes - WIRE_HEADER_BYTES);
    }
}

char *detail_inner(struct block *block, const struct recording_event *event)
{
    const struct recording_value *bytes = &event->inner.bytes;
    struct aside aside;
    if (!aside_open(&aside, block))
        return NULL;
    put_head(&aside.block, no_mark, event->inner.message, "inside frame", event->inner.record,
             bytes->bytes);
    if (bytes->data)
        put_fields(&aside.block, event->inner.message, bytes->data, bytes->bytes);
    else
        put_value(&aside.block, "      ", bytes, false, "not in the recording");
    return aside_close(&aside);
}

/* --- arithmetic ------------------------------------------------------------------------------- */

/* The boxes of a value, if they are what it is made of. */
static void put_boxes(struct block *block, const struct recording_event *event)
{
    struct rsa_box boxes[RSA_MAX_BOXES + 1] = {{NULL, 0}};
    const struct recording_value *value = &event->math.value;
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
    abbreviate_boxes(out, "          ", boxes, value->data);
    if (fclose(out) == 0)
        for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
            *end = '\0';
            text_wrap_put_line(&block->rows, line);
        }
    sym_wipe(text, bytes);
    free(text);
}

static void put_formula(struct block *block, const char *indent, const char *name,
                        const char *formula, const char *section)
{
    char mark[96], where[96];
    snprintf(mark, sizeof(mark), "%s%s = ", indent, name);
    snprintf(where, sizeof(where), "[%s]", section);
    text_wrap_put(&block->rows, (struct text_wrap_piece){mark, CONSOLE_PLAIN},
                  TEXT_WRAP_PIECES({formula, CONSOLE_PLAIN}, {where, CONSOLE_DIM}));
}

static void put_math(struct block *block, const struct recording_event *event)
{
    const struct recording_value *value = &event->math.value;
    struct narration_channel *channel = block->channel;
    if (strcmp(channel->math_key, event->math.key) != 0) {
        char text[96];
        snprintf(text, sizeof(text), "with the key: %s", event->math.key);
        text_wrap_put(&block->rows, (struct text_wrap_piece){"      ", CONSOLE_PLAIN},
                      TEXT_WRAP_PIECES({text, CONSOLE_GREEN}));
    }
    snprintf(channel->math_key, sizeof(channel->math_key), "%s", event->math.key);
    put_formula(block, "        ", event->math.name, event->math.formula, event->math.section);
    put_value(block, "          ", value, event->math.is_number, NULL);
    if (event->math.box_count > 0 && !is_hidden(block, value->secrecy, value->data, value->bytes))
        put_boxes(block, event);
}

/* Kept until its step is told, whose sentence stands above it. */
void detail_math(struct block *block, const struct recording_event *event)
{
    struct narration_channel *channel = block->channel;
    struct aside aside;
    char *rows;
    if (!aside_open(&aside, block))
        return;
    if (channel->math_rows)
        fputs(channel->math_rows, aside.block.rows.out);
    put_math(&aside.block, event);
    rows = aside_close(&aside);
    detail_forget(&channel->math_rows);
    channel->math_rows = rows;
}

static void put_list(struct block *block, const char *direction,
                     const struct recording_value *values, size_t count)
{
    char mark[96];
    for (size_t i = 0; i < count; i++) {
        snprintf(mark, sizeof(mark), "        %-3s %-15s ", direction, values[i].name);
        put_value(block, mark, &values[i], false, NULL);
    }
}

void detail_step(struct block *block, const struct recording_event *event)
{
    detail_put(block, &block->channel->math_rows);
    put_formula(block, "      ", event->step.name, event->step.formula, event->step.section);
    put_list(block, "in", event->step.inputs, event->step.input_count);
    put_list(block, "out", event->step.outputs, event->step.output_count);
}
