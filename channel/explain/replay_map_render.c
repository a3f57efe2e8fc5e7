/*
 * The tamper map, shown: rows of letters in a terminal, JSON, SVG. See replay_map.h.
 */
#include "replay_map.h"

#include "console.h"
#include "html.h"
#include "recording_names.h"
#include "text_wrap.h"
#include "translate.h"

#include <jansson.h>
#include <string.h>

/* --- in a terminal --------------------------------------------------------------------------- */

#define ROW_BYTES 64

static enum console_style style_of(const struct replay_map *map, size_t outcome)
{
    static const enum console_style checks[] = {CONSOLE_GREEN, CONSOLE_CYAN, CONSOLE_DIM};
    switch (map->outcomes[outcome].kind) {
    case REPLAY_CHANGES:
        return CONSOLE_RED;
    case REPLAY_ACCEPTS:
    case REPLAY_WAITS:
        return CONSOLE_YELLOW;
    default:
        return checks[outcome % 3];
    }
}

static void print_byte(const struct replay_map *map, size_t outcome)
{
    printf("%s%c%s", console_style(stdout, style_of(map, outcome)), replay_map_letter(map, outcome),
           console_style(stdout, CONSOLE_PLAIN));
}

/* So many letters stand in a row: a power of two. */
static size_t row_bytes(void)
{
    size_t bytes = ROW_BYTES;
    while (bytes > 8 && bytes + 9 > console_columns(stdout))
        bytes /= 2;
    return bytes;
}

static void print_frame(const struct replay_map *map, const struct trace_event *frame,
                        size_t begins)
{
    const size_t row = row_bytes();
    const struct trace_bytes *bytes = &frame->frame.bytes;
    printf(_("frame %u, %s\n"), frame->frame.number,
           frame->frame.message < WIRE_MESSAGES ? translate(wire_layout(frame->frame.message)->name)
                                                : _("no known message"));
    for (size_t i = 0; i < bytes->bytes; i++) {
        if (i % row == 0)
            printf("%7zu  ", begins + i);
        print_byte(map, map->worst[begins + i]);
        if (i % row == row - 1 || i == bytes->bytes - 1)
            putchar('\n');
    }
}

static void print_outcomes(const struct replay_map *map)
{
    const struct text_wrap wrap = {.out = stdout,
                                   .columns = console_columns(stdout),
                                   .coloured = console_is_coloured(stdout),
                                   .prefix = ""};
    for (size_t i = 0; i < map->outcome_count; i++) {
        char mark[24];
        snprintf(mark, sizeof(mark), "%c %6zu  ", replay_map_letter(map, i),
                 map->outcomes[i].count);
        text_wrap_put(&wrap, (struct text_wrap_piece){mark, style_of(map, i)},
                      TEXT_WRAP_PIECES({map->outcomes[i].text, CONSOLE_PLAIN}));
    }
}

static size_t count_of(const struct replay_map *map, enum replay_outcome_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < map->outcome_count; i++)
        if (map->outcomes[i].kind == kind)
            count += map->outcomes[i].count;
    return count;
}

static const struct trace_event *received(const struct recording *recording, size_t index,
                                          unsigned channel)
{
    const struct trace_event *event = recording_event(recording, index);
    return event->kind == TRACE_FRAME && event->channel == channel && !event->frame.sent ? event
                                                                                         : NULL;
}

void replay_map_print(const struct replay_map *map, const struct recording *recording)
{
    char suite[CHANNEL_SUITE_TEXT_BYTES];
    size_t begins = 0;
    printf(_("%s, channel %u, %s: %zu bytes, %s\n\n"), recording_head(recording)->program,
           map->channel, channel_suite_text(suite, map->suite), map->bytes,
           map->bits == 1 ? _("one bit of each flipped") : _("every bit of each flipped"));
    for (size_t i = 0; i < recording_count(recording); i++) {
        const struct trace_event *frame = received(recording, i, map->channel);
        if (!frame)
            continue;
        print_frame(map, frame, begins);
        begins += frame->frame.bytes.bytes;
    }
    printf("\n");
    print_outcomes(map);
    printf(_("\n%zu changes: %zu refused, %zu accepted"), map->bytes * map->bits,
           count_of(map, REPLAY_REFUSES),
           count_of(map, REPLAY_CHANGES) + count_of(map, REPLAY_ACCEPTS));
    if (count_of(map, REPLAY_WAITS))
        printf(_(", %zu leave it waiting"), count_of(map, REPLAY_WAITS));
    putchar('\n');
}

/* --- as JSON --------------------------------------------------------------------------------- */

bool replay_map_print_json(const struct replay_map *map)
{
    static const char *const kinds[] = {[REPLAY_CHANGES] = "changes",
                                        [REPLAY_ACCEPTS] = "accepts",
                                        [REPLAY_WAITS] = "waits",
                                        [REPLAY_REFUSES] = "refuses"};
    char suite[CHANNEL_SUITE_TEXT_BYTES];
    json_t *outcomes = json_array(), *worst = json_array();
    for (size_t i = 0; i < map->outcome_count; i++)
        json_array_append_new(outcomes,
                              json_pack("{s:s, s:s, s:I}", "kind", kinds[map->outcomes[i].kind],
                                        "text", map->outcomes[i].text, "count",
                                        (json_int_t)map->outcomes[i].count));
    for (size_t i = 0; i < map->bytes; i++)
        json_array_append_new(worst, json_integer(map->worst[i]));
    json_t *object = json_pack(
        "{s:I, s:s, s:s, s:I, s:o, s:o}", "channel", (json_int_t)map->channel, "role",
        recording_word(WORDS_ROLE, (int)map->role), "suite", channel_suite_text(suite, map->suite),
        "bits", (json_int_t)map->bits, "outcomes", outcomes, "bytes", worst);
    bool good = object && (json_dumpf(object, stdout, 0) == 0 || ferror(stdout) != 0);
    if (good)
        putchar('\n');
    json_decref(object);
    return good;
}

/* --- as SVG ---------------------------------------------------------------------------------- */

#define CELL      11u
#define LEFT      64u
#define LINE      18u
#define WORDS_TOP 26u

static const char *colour_of(const struct replay_map *map, size_t outcome)
{
    static const char *const checks[] = {"#1a7f37", "#0969da", "#8250df", "#57606a",
                                         "#0a9396", "#7a8b00", "#c2479b", "#8b5a2b",
                                         "#4ac26b", "#a6adb5", "#b39ddb", "#f08fb5"};
    switch (map->outcomes[outcome].kind) {
    case REPLAY_CHANGES:
        return "#d1242f";
    case REPLAY_ACCEPTS:
        return "#e8a33d";
    case REPLAY_WAITS:
        return "#bf8700";
    default:
        return checks[outcome % (sizeof(checks) / sizeof(*checks))];
    }
}

static unsigned rows_of(const struct trace_event *frame)
{
    return (unsigned)((frame->frame.bytes.bytes + ROW_BYTES - 1) / ROW_BYTES);
}

static void draw_cell(FILE *out, const struct replay_map *map, size_t byte, unsigned x, unsigned y)
{
    const size_t outcome = map->worst[byte];
    html_put(out,
             "<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" fill=\"%s\"><title>byte "
             "%zu: %s</title></rect>\n",
             x, y, CELL - 1, CELL - 1, colour_of(map, outcome), byte, map->outcomes[outcome].text);
}

static unsigned draw_frame(FILE *out, const struct replay_map *map, const struct trace_event *frame,
                           size_t begins, unsigned top)
{
    html_put(
        out, "<text x=\"%u\" y=\"%u\">frame %u, %s</text>\n", LEFT, top + 12, frame->frame.number,
        frame->frame.message < WIRE_MESSAGES ? translate(wire_layout(frame->frame.message)->name)
                                             : _("no known message"));
    for (size_t i = 0; i < frame->frame.bytes.bytes; i++) {
        const unsigned y = top + LINE + (unsigned)(i / ROW_BYTES) * CELL;
        if (i % ROW_BYTES == 0)
            html_put(out, "<text x=\"%u\" y=\"%u\" text-anchor=\"end\">%zu</text>\n", LEFT - 6,
                     y + 9, begins + i);
        draw_cell(out, map, begins + i, LEFT + (unsigned)(i % ROW_BYTES) * CELL, y);
    }
    return top + LINE + rows_of(frame) * CELL + 6;
}

static void draw_outcomes(FILE *out, const struct replay_map *map, unsigned top)
{
    for (size_t i = 0; i < map->outcome_count; i++, top += LINE) {
        html_put(out, "<rect x=\"%u\" y=\"%u\" width=\"10\" height=\"10\" fill=\"%s\"/>\n", LEFT,
                 top, colour_of(map, i));
        html_put(out, "<text x=\"%u\" y=\"%u\">%zu: %s</text>\n", LEFT + 16, top + 9,
                 map->outcomes[i].count, map->outcomes[i].text);
    }
}

void replay_map_draw(FILE *out, const struct replay_map *map, const struct recording *recording)
{
    char suite[CHANNEL_SUITE_TEXT_BYTES];
    unsigned height = WORDS_TOP + (unsigned)map->outcome_count * LINE + LINE, top = WORDS_TOP;
    size_t begins = 0;
    const struct trace_event *frame;
    for (size_t i = 0; i < recording_count(recording); i++)
        if ((frame = received(recording, i, map->channel)))
            height += LINE + rows_of(frame) * CELL + 6;
    html_put(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\" "
             "font-family=\"sans-serif\" font-size=\"11\" fill=\"#777\">\n"
             "<text x=\"%u\" y=\"14\">channel %u, %s: %zu bytes came; %s flipped</text>\n",
             LEFT + ROW_BYTES * CELL + 16, height, LEFT, map->channel,
             channel_suite_text(suite, map->suite), map->bytes,
             map->bits == 1 ? _("the lowest bit of each") : _("each bit of each"));
    for (size_t i = 0; i < recording_count(recording); i++) {
        if (!(frame = received(recording, i, map->channel)))
            continue;
        top = draw_frame(out, map, frame, begins, top);
        begins += frame->frame.bytes.bytes;
    }
    draw_outcomes(out, map, top + 6);
    html_put(out, "</svg>\n");
}
