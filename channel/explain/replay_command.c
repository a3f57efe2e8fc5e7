/* `chat replay`, `ftp replay`: the command line, and what is done with it. */
#include "replay_command.h"

#include "hexadecimal.h"
#include "option_table.h"
#include "output_file.h"
#include "replay_map.h"
#include "replay_render.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

struct replay_options {
    const char *path;
    struct replay_change change;
    uint8_t set[256]; /* --set: the bytes */
    bool map, bits, json;
    const char *svg;
};

static void set_kind(struct replay_change *change, enum replay_kind kind,
                     const struct argp_state *state)
{
    if (change->kind != REPLAY_AS_IT_WAS)
        console_usage(state, "one change at a time");
    change->kind = kind;
}

static unsigned frame_number(const struct argp_state *state, const char *what, const char *text)
{
    return (unsigned)console_number(state, what, text, 1, 0xffffffff);
}

static void read_flip(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    struct replay_change *change = field;
    set_kind(change, REPLAY_FLIP, state);
    change->offset = console_number(state, what, text, 0, RECORDING_MAX_BYTES);
}

/* TEXT as it is, or 0x and digits. */
static size_t read_bytes(uint8_t *out, size_t space, const char *what, const char *text,
                         const struct argp_state *state)
{
    const bool hex = strncmp(text, "0x", 2) == 0;
    const size_t count = hex ? strlen(text + 2) / 2 : strlen(text);
    if (count == 0 || count > space || (hex && strlen(text) % 2 != 0))
        console_usage(state, "%s takes 1 to %zu bytes behind =, as text or as 0x and digits", what,
                      space);
    if (!hex)
        memcpy(out, text, count);
    for (size_t i = 0; hex && i < count; i++) {
        int byte = hex_byte(text + 2 + 2 * i);
        if (byte < 0)
            console_usage(state, "%s: digit %zu is not hexadecimal", what, 2 * i + 1);
        out[i] = (uint8_t)byte;
    }
    return count;
}

static void read_set(void *field, const char *what, const char *text,
                     const struct argp_state *state)
{
    struct replay_options *options = field;
    char offset[24];
    const size_t length = strcspn(text, "=");
    set_kind(&options->change, REPLAY_SET, state);
    if (text[length] == '\0' || length >= sizeof(offset))
        console_usage(state, "%s takes a byte and what comes there, as in --set 602=nine", what);
    snprintf(offset, sizeof(offset), "%.*s", (int)length, text);
    options->change.offset = console_number(state, what, offset, 0, RECORDING_MAX_BYTES);
    options->change.bytes = options->set;
    options->change.count = read_bytes(options->set, sizeof(options->set), what, text + length + 1,
                                       state);
}

static void read_drop(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    struct replay_change *change = field;
    set_kind(change, REPLAY_DROP, state);
    change->frame = frame_number(state, what, text);
}

static void read_repeat(void *field, const char *what, const char *text,
                        const struct argp_state *state)
{
    struct replay_change *change = field;
    set_kind(change, REPLAY_REPEAT, state);
    change->frame = frame_number(state, what, text);
}

static void read_swap(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    struct replay_change *change = field;
    char first[16];
    const size_t length = strcspn(text, ",");
    set_kind(change, REPLAY_SWAP, state);
    if (text[length] == '\0' || length >= sizeof(first))
        console_usage(state, "%s takes two numbers of frames, as in --swap 5,7", what);
    snprintf(first, sizeof(first), "%.*s", (int)length, text);
    change->frame = frame_number(state, what, first);
    change->other = frame_number(state, what, text + length + 1);
    if (change->frame == change->other)
        console_usage(state, "%s takes two different frames", what);
}

#define S struct replay_options
static const struct option_row rows[] = {
    ARGUMENT(S, path, "which recording?"),
    READ(S, change, "flip", 0, "OFFSET",
         "Change the lowest bit of this byte, of all that the channel received, from 0", read_flip),
    READ_ALL("set", 0, "OFFSET=TEXT",
             "Other bytes from this one on: a text, or 0x and digits; within one frame", read_set),
    READ(S, change, "drop", 0, "N", "Frame N never comes", read_drop),
    READ(S, change, "swap", 0, "N,M", "Frames N and M come in each other's place", read_swap),
    READ(S, change, "repeat", 0, "N", "Frame N comes twice", read_repeat),
    NUMBER(S, change.channel, "channel", 0, "K", "The channel that this is about: 1", 1,
           0xffffffff),
    FLAG(S, map, "map", 0, "Flip every byte, one after the other, and show what refuses each"),
    FLAG(S, bits, "bits", 0, "With --map: every bit of each byte"),
    TEXT(S, svg, "svg", 0, "FILE", "With --map: draw it into a file, too, as SVG"),
    FLAG(S, json, "json", 0, "Print JSON"),
    {0}};

static void check_options(void *given, const struct argp_state *state)
{
    const struct replay_options *options = given;
    if (options->map && options->change.kind != REPLAY_AS_IT_WAS)
        console_usage(state, "--map makes all the flips itself: it goes with no other change");
    if ((options->bits || options->svg) && !options->map)
        console_usage(state, "%s goes with --map", options->bits ? "--bits" : "--svg");
}

/* An unchanged session that does not come out as it was is a fault of ours. */
static int render(const struct replay_options *options, const struct recording *recording,
                  const struct replay_result *result)
{
    const bool unchanged = options->change.kind == REPLAY_AS_IT_WAS;
    if (options->json) {
        if (!replay_render_json(&options->change, result))
            return CONSOLE_FAILED;
    } else {
        if (unchanged)
            replay_render_frames(recording, result->channel);
        else
            printf(_("%s, channel %u, %s\n"), recording_head(recording)->program, result->channel,
                   result->suite);
        replay_render_text(&options->change, result);
    }
    if (!unchanged || (result->same_bytes && result->error == result->recorded))
        return CONSOLE_DONE;
    console_error("%s: the engines of today do not say what was recorded", options->path);
    return CONSOLE_FAILED;
}

static bool draw(const struct replay_map *map, const struct recording *recording, const char *path,
                 struct problem *problem)
{
    struct output_file out = {0};
    bool done = output_file_open_drawing(&out, path, 0666, "<svg", problem);
    if (done) {
        replay_map_draw(out.stream, map, recording);
        done = output_file_finish(&out, problem);
    }
    output_file_close(&out);
    return done;
}

static int show_map(const struct replay_options *options, const struct recording *recording)
{
    struct replay_map map;
    struct problem problem = {0};
    if (!replay_map_make(&map, recording, options->change.channel, options->bits, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    bool done = true;
    if (options->json)
        done = replay_map_print_json(&map) || problem_memory(&problem);
    else
        replay_map_print(&map, recording);
    done = done && (!options->svg || draw(&map, recording, options->svg, &problem));
    replay_map_free(&map);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

static int show_change(const struct replay_options *options, const struct recording *recording)
{
    struct replay_result result;
    struct problem problem = {0};
    if (!replay_run(&result, recording, &options->change, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    int status = render(options, recording, &result);
    replay_free(&result);
    return status;
}

int replay_main(int argc, char **argv)
{
    static const struct option_table table = {
        .rows = rows,
        .arguments = N_("FILE"),
        .check = check_options,
        .text = N_(
            "Play a recording again, with one change on the line, and see what refuses it."
            "\vFILE was made with --record and --record-secrets, by either side. It is fed to a "
            "fresh engine of that side: the real one, with the keys, random bytes and verdicts of "
            "then. Without a change the frames that it received are listed, and the engine must "
            "say the same bytes again. A change says which check refuses it, or, in "
            "textbook and dh, what arrives instead. --map tries them all.")};
    struct replay_options options = {0};
    struct problem problem = {0};
    struct recording *recording;
    console_parse(&table, argc, argv, &options);
    if (!output_file_spares(options.svg, options.path, &problem) ||
        !recording_load(&recording, options.path, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    if (recording_is_cut(recording))
        console_note("%s: the last line is cut short, and is left out", options.path);
    int status = options.map ? show_map(&options, recording) : show_change(&options, recording);
    recording_free(recording);
    return status;
}
