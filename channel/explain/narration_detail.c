/*
 * The details of the narration: fields in the order of the wire; arithmetic, folded to its ends.
 */
#include "narration_internal.h"

#include "abbreviate.h"
#include "printable.h"
#include "recording_names.h"
#include "sym_memory.h"
#include "timeline.h"
#include "translate.h"

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

/* --- values ----------------------------------------------------------------------------------- */

/* Shown by its size alone. */
static bool is_hidden(const struct block *block, enum trace_secrecy secrecy,
                      const struct trace_bytes *value)
{
    return (secrecy == TRACE_SECRET && !block->narration->options.secrets) ||
           (!value->data && value->bytes > 0);
}

static void put_secret(FILE *out, size_t bytes)
{
    fprintf(out, translate_count("(%zu secret byte)", "(%zu secret bytes)", bytes), bytes);
}

/* mark, value, and what stands behind it. */
static void put_value(struct block *block, const char *mark, const struct trace_bytes *value,
                      enum trace_secrecy secrecy, bool is_number, const char *behind)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return;
    if (is_hidden(block, secrecy, value))
        put_secret(out, value->bytes);
    else if (is_number)
        abbreviate_integer(out, value->data, value->bytes, false);
    else
        abbreviate_bytes(out, value->data, value->bytes, false);
    if (fclose(out) == 0)
        text_wrap_put(&block->rows, (struct text_wrap_piece){mark, CONSOLE_PLAIN},
                      TEXT_WRAP_PIECES({text, CONSOLE_PLAIN},
                                       {behind ? translate(behind) : NULL, CONSOLE_DIM}));
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
                  TEXT_WRAP_PIECES({text, CONSOLE_PLAIN}, {translate(meaning), CONSOLE_DIM}));
}

/* As it stands on the wire: a number, or bytes with their length in front in brackets. */
static char *field_text(const struct timeline_part *part, bool hidden)
{
    const struct wire_field *field = part->field;
    const struct wire_value *value = &part->value;
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    const int digits = 2 * (int)wire_prefix_bytes(field);
    if (!wire_is_number(field) && digits > 0)
        fprintf(out, "[%0*zx] ", digits, value->bytes);
    if (wire_is_number(field))
        fprintf(out, "%0*x = %u", digits, value->number, value->number);
    else if (part->share < WIRE_MESSAGES)
        fputs(wire_layout(part->share)->name, out);
    else if (hidden)
        put_secret(out, value->bytes);
    else
        abbreviate_bytes(out, value->data, value->bytes, false);
    if (fclose(out) != 0)
        detail_forget(&text);
    return text;
}

static void put_fields(struct block *block, enum wire_message message,
                       const struct trace_bytes *bytes, size_t header)
{
    struct timeline_part parts[TIMELINE_PARTS_MAX];
    const size_t count = timeline_parts(parts, block->channel->suite, message, bytes, header);
    for (size_t i = header > 0; i < count; i++) {
        const struct timeline_part *part = &parts[i];
        bool talk = part->field == &wire_layout(WIRE_DATA)->fields[DATA_BYTES];
        char *text = part->field ? field_text(part, talk && !block->narration->options.secrets)
                                 : NULL;
        if (part->field)
            put_field(block, part->name, wire_type_name(part->field->type), text ? text : "",
                      part->share < WIRE_MESSAGES ? wire_layout(part->share)->meaning
                                                  : part->field->meaning);
        else
            put_value(block, _("      the rest           "),
                      &(struct trace_bytes){bytes->data + part->at, part->bytes}, TRACE_PUBLIC,
                      false, N_("not in the table of the wire"));
        detail_forget(&text);
    }
}

static void put_head(struct block *block, struct text_wrap_piece mark, enum wire_message message,
                     const char *format, unsigned frame, size_t bytes)
{
    const struct wire_layout *layout = message < WIRE_MESSAGES ? wire_layout(message) : NULL;
    char text[160];
    int used = snprintf(text, sizeof(text), "%s%s", layout ? layout->label : "",
                        layout && layout->label[0] ? " " : "");
    snprintf(text + used, sizeof(text) - (size_t)used, translate(format),
             layout ? translate(layout->name) : _("unknown"), frame, bytes);
    text_wrap_put(&block->rows, mark, TEXT_WRAP_PIECES({text, CONSOLE_GREEN}));
}

static const struct text_wrap_piece no_mark = {"      ", CONSOLE_PLAIN};

void detail_frame(struct block *block, const struct trace_event *event)
{
    const struct trace_bytes *frame = &event->frame.bytes;
    char type[16], length[32], number[16];
    /* What such a frame says is known when it has been opened. */
    bool comes_first = !event->frame.sent && narration_is_record(event->frame.message);
    put_head(block, comes_first ? narration_arrow(!block->channel->role) : no_mark,
             event->frame.message, N_("%s, frame %u, %zu bytes:"), event->frame.number,
             frame->bytes);
    if (frame->bytes >= WIRE_HEADER_BYTES) {
        snprintf(number, sizeof(number), "%02x%02x%02x", frame->data[1], frame->data[2],
                 frame->data[3]);
        snprintf(type, sizeof(type), "%02x = %u", frame->data[0], frame->data[0]);
        snprintf(length, sizeof(length), "%s = %lu", number, strtoul(number, NULL, 16));
        put_field(block, "type", "u8", type, N_("of the frame"));
        put_field(block, "length", "u24", length, N_("bytes that follow"));
        put_fields(block, event->frame.message, frame, WIRE_HEADER_BYTES);
    }
}

char *detail_inner(struct block *block, const struct trace_event *event)
{
    const struct trace_bytes *bytes = &event->inner.bytes;
    struct block aside = *block;
    char *text = NULL;
    size_t length = 0;
    aside.rows.out = open_memstream(&text, &length);
    if (!aside.rows.out)
        return NULL;
    put_head(&aside, no_mark, event->inner.message, N_("%s, inside frame %u, %zu bytes:"),
             event->inner.record, bytes->bytes);
    if (bytes->data)
        put_fields(&aside, event->inner.message, bytes, 0);
    else
        put_value(&aside, "      ", bytes, TRACE_SECRET, false, N_("not in the recording"));
    if (fclose(aside.rows.out) != 0)
        detail_forget(&text);
    return text;
}

/* --- steps ------------------------------------------------------------------------------------ */

/* What a value is made of. */
static void put_boxes(struct block *block, const struct rsa_step *value)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return;
    abbreviate_boxes(out, "          ", value->boxes, value->bytes);
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
    char mark[160], where[96];
    snprintf(mark, sizeof(mark), "%s%s = ", indent, translate(name));
    snprintf(where, sizeof(where), "[%s]", section);
    text_wrap_put(&block->rows, (struct text_wrap_piece){mark, CONSOLE_PLAIN},
                  TEXT_WRAP_PIECES({translate(formula), CONSOLE_PLAIN}, {where, CONSOLE_DIM}));
}

static void put_arithmetic(struct block *block, const struct trace_arithmetic *arithmetic)
{
    const struct rsa_step *value = &arithmetic->value;
    const struct trace_bytes bytes = {value->bytes, value->count};
    put_formula(block, "        ", value->name, value->formula, value->section);
    put_value(block, "          ", &bytes, arithmetic->secrecy, value->is_number, NULL);
    if (value->boxes[0].label && !is_hidden(block, arithmetic->secrecy, &bytes))
        put_boxes(block, value);
}

static void put_key(struct block *block, enum trace_key key)
{
    char text[96];
    snprintf(text, sizeof(text), _("with the key: %s"),
             translate(recording_word(WORDS_KEY, (int)key)));
    text_wrap_put(&block->rows, no_mark, TEXT_WRAP_PIECES({text, CONSOLE_GREEN}));
}

/* The values of a class that computes on paper are numbers. */
static bool is_number(enum channel_step step)
{
    return step == STEP_DH_CLIENT_KEY || step == STEP_DH_SERVER_KEY ||
           step == STEP_DH_CLIENT_SECRET || step == STEP_DH_SERVER_SECRET;
}

/* The formula with its numbers, if they are as small as on paper: 8 = 5^6 mod 23. */
static void put_power(struct block *block, const struct trace_event *event)
{
    const bool makes_key = event->step.step == STEP_DH_CLIENT_KEY ||
                           event->step.step == STEP_DH_SERVER_KEY;
    const size_t base = makes_key ? (size_t)DH_KEY_G : (size_t)DH_SECRET_PEERS;
    const size_t exponent = makes_key ? (size_t)DH_KEY_PRIVATE : (size_t)DH_SECRET_PRIVATE;
    unsigned long long numbers[DH_KEY_PUBLIC + 1] = {0};
    char text[128];
    for (size_t i = 0; i <= DH_KEY_PUBLIC; i++) {
        const struct trace_bytes *value = &event->step.values[i];
        if (!value->data || value->bytes > sizeof(uint32_t))
            return;
        for (size_t k = 0; k < value->bytes; k++)
            numbers[i] = numbers[i] << 8 | value->data[k];
    }
    snprintf(text, sizeof(text), "%llu = %llu^%llu mod %llu", numbers[DH_KEY_PUBLIC], numbers[base],
             numbers[exponent], numbers[DH_KEY_P]);
    text_wrap_put(&block->rows, (struct text_wrap_piece){"        ", CONSOLE_PLAIN},
                  TEXT_WRAP_PIECES({text, CONSOLE_PLAIN}));
}

_Static_assert((int)DH_KEY_P == DH_SECRET_P && (int)DH_KEY_PUBLIC == DH_SECRET_K,
               "both steps begin with p and end with the power");

void detail_step(struct block *block, const struct trace_event *event)
{
    const struct step_row *row = step_row(event->step.step);
    const struct trace_arithmetic *arithmetic = event->step.arithmetic;
    char mark[160];
    for (size_t i = 0; i < event->step.arithmetic_count; i++) {
        if (i == 0 || arithmetic[i].key != arithmetic[i - 1].key)
            put_key(block, arithmetic[i].key);
        put_arithmetic(block, &arithmetic[i]);
    }
    put_formula(block, "      ", row->name, row->formula, row->section);
    if (is_number(event->step.step) && block->narration->options.secrets)
        put_power(block, event);
    for (size_t i = 0; i < (size_t)row->inputs + row->outputs; i++) {
        if (event->step.values[i].bytes == 0)
            continue; /* it has none here: r' in the client's proof, an iv in dh */
        const char *way = i < row->inputs ? _("in") : _("out");
        const char *name = translate(row->values[i].name);
        snprintf(mark, sizeof(mark), "        %s%*s %s%*s ", way, printable_pad(way, 3), "", name,
                 printable_pad(name, 15), "");
        put_value(block, mark, &event->step.values[i], row->values[i].secrecy,
                  is_number(event->step.step), NULL);
    }
}
