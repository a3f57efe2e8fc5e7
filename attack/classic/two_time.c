/*
 * attack classic two-time: what several messages say that were sent under one pad.
 */
#include "two_time.h"
#include "classic.h"

#include "hexadecimal.h"
#include "pad_language.h"
#include "pad_show.h"
#include "sym_two_time.h"
#include "target.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct two_time_options {
    struct report_options report;
    struct pad_language_options language;
    char **files;
    size_t file_count;
    const char *crib;
    unsigned in, at, width;
    bool hex, by_hand;
};

#define NOWHERE        0xffffffffu /* --at is not given */
#define CRIB_MOST_BITS 7.          /* a byte of the others beside a crib that is right */

#define S struct two_time_options
static const struct option_row rows[] = {
    FLAG(S, hex, "hex", 0, "The files are hexadecimal"),
    FLAG(S, by_hand, "by-hand", 0, "Slide guesses yourself: in a window, or by lines from a pipe"),
    TEXT(S, crib, "crib", 0, "TEXT", "One message has this text in it"),
    NUMBER(S, in, "in", 0, "N", "which one: 1, the first", 1, 1000),
    NUMBER(S, at, "at", 0, "BYTE", "and where, from 0: where it fits best", 0, 1000000),
    NUMBER(S, width, "width", 0, "N", "Beginnings kept by the search: as many as the work allows",
           1, 1000),
    GROUP(S, language, pad_language_table),
    GROUP(S, report, report_table),
    ARGUMENTS(S, files, file_count, "no messages given: two files at least, or one recording"),
    {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    const struct two_time_options *options = given;
    if (options->at != NOWHERE && !options->crib)
        console_usage(state, "--at needs --crib");
    if (options->crib && !options->crib[0])
        console_usage(state, "--crib is empty: a word of a message is asked for");
    if (options->by_hand && (options->crib || options->report.json || options->report.svg))
        console_usage(state, "--by-hand does not go together with --crib, --json and --svg");
}

static const struct option_table command = {
    .rows = rows,
    .arguments = "A B [C...]",
    .text = N_(
        "Finds what messages say that were sent under one pad. Their XOR is that of the texts, "
        "and few pairs of likely texts have it."
        "\vExamples:\n"
        "  attack classic two-time monday.bin tuesday.bin\n"
        "  attack classic two-time a.bin b.bin --crib 'attack at ' --in 2\n"
        "  attack classic two-time a.bin b.bin --by-hand"),
    .check = check_options,
};

/* --- the messages ------------------------------------------------------------------------------ */

struct messages {
    struct target *targets;
    size_t target_count;
    struct sym_bytes *texts;
    size_t count;
    bool talk;
};

static void messages_close(struct messages *messages)
{
    for (size_t i = 0; i < messages->target_count; i++)
        target_free(&messages->targets[i]);
    free(messages->targets);
    free(messages->texts);
}

static bool messages_open(struct messages *messages, const struct two_time_options *options,
                          struct problem *problem)
{
    *messages =
        (struct messages){.targets = calloc(options->file_count, sizeof(*messages->targets))};
    if (!messages->targets)
        return problem_memory(problem);
    for (size_t i = 0; i < options->file_count; i++) {
        struct target *target = &messages->targets[i];
        if (!target_read(target,
                         &(struct target_options){.file = options->files[i], .hex = options->hex},
                         problem))
            return false;
        messages->target_count++;
        struct sym_bytes *more = realloc(messages->texts,
                                         (messages->count + target->count) * sizeof(*more));
        if (!more)
            return problem_memory(problem);
        messages->texts = more;
        messages->talk |= target->recording != NULL;
        for (size_t m = 0; m < target->count; m++)
            more[messages->count++] = (struct sym_bytes){target->messages[m].data,
                                                         target->messages[m].bytes};
    }
    return true;
}

/* --- the crib ---------------------------------------------------------------------------------- */

static void show_places(struct report *report, const struct sym_crib_board *board, size_t which,
                        const struct two_time_place *places, size_t count, const char *crib)
{
    char row[4 * 60 + 1];
    const size_t bytes = strlen(crib), columns = bytes < 60 ? bytes : 60;
    report_step(report,
                "the crib, slid along message %zu; it stands right where the others become "
                "text, which costs 2 to 4 bits a byte",
                which + 1);
    for (size_t i = 0; i < count; i++)
        for (size_t t = 0; t < board->count; t++) {
            const struct two_time_try guess = {which, places[i].at, bytes, (const uint8_t *)crib};
            if (t == which)
                continue;
            two_time_row(row, board, t, places[i].at, columns, &guess);
            report_line(report, "      byte %-5zu %5.1f  message %zu: %s", places[i].at,
                        places[i].bits, t + 1, row);
        }
}

/* Where the crib goes, by --at or by what fits best. False: nowhere, places[0] is the best of all. */
static bool find_place(struct report *report, struct two_time_place places[TWO_TIME_PLACES],
                       const struct sym_crib_board *board, const struct two_time_options *options,
                       struct sym_byte_model *model)
{
    const size_t which = options->in - 1, bytes = strlen(options->crib);
    const uint8_t *crib = (const uint8_t *)options->crib;
    if (options->at != NOWHERE) {
        places[0] = (struct two_time_place){
            options->at, sym_crib_fit(board, which, options->at, crib, bytes, model)};
    } else {
        places[0].bits = SYM_CRIB_NO_FIT;
        size_t count = two_time_places(places, board, which, crib, bytes, model);
        show_places(report, board, which, places, count, options->crib);
    }
    return places[0].bits < CRIB_MOST_BITS;
}

static int end_unfit(struct report *report, const struct two_time_options *options,
                     const struct two_time_place *place)
{
    char where[100];
    snprintf(where, sizeof(where), "%s", _("fits nowhere"));
    if (options->at != NOWHERE)
        snprintf(where, sizeof(where), _("does not fit at byte %u"), options->at);
    if (place->bits >= SYM_CRIB_NO_FIT)
        return report_end(report, REPORT_RESISTED,
                          "the crib %s in message %u: no other message has bytes beside it", where,
                          options->in);
    return report_end(report, REPORT_RESISTED,
                      "the crib %s in message %u: beside it the others would cost %.1f bits a "
                      "byte, and text costs 2 to 4",
                      where, options->in, place->bits);
}

static bool check_crib(const struct two_time_options *options, const struct messages *messages,
                       struct problem *problem)
{
    if (options->in > messages->count)
        return problem_set(problem, "--in %u: there are %zu messages", options->in,
                           messages->count);
    const size_t bytes = messages->texts[options->in - 1].count; // NOLINT: messages_open filled it
    const size_t crib = options->crib ? strlen(options->crib) : 0;
    if (crib > bytes)
        return problem_set(problem, "--crib: %zu bytes, and message %u has %zu", crib, options->in,
                           bytes);
    if (crib == 0 || options->at == NOWHERE || options->at + crib <= bytes)
        return true;
    return problem_set(problem, "--at %u: message %u has %zu bytes, and the crib %zu of them",
                       options->at, options->in, bytes, crib);
}

/* --- the search -------------------------------------------------------------------------------- */

static void prove(struct report *report, const struct messages *messages, const uint8_t *pad,
                  size_t pad_bytes)
{
    char *sealed[2], *texts[2];
    uint8_t text[64];
    const size_t most = pad_bytes < sizeof(text) ? pad_bytes : sizeof(text);
    size_t which[2] = {0, 0}, count = 0;
    for (size_t t = 0; t < messages->count && count < 2; t++)
        if (messages->texts[t].count >= most)
            which[count++] = t;
    for (size_t i = 0; i < 2; i++) {
        for (size_t at = 0; at < most; at++)
            text[at] = messages->texts[which[i]].data[at] ^ pad[at];
        sealed[i] = hex_string(messages->texts[which[i]].data, most);
        texts[i] = pad_python(text, most);
    }
    if (sealed[0] && sealed[1] && texts[0] && texts[1])
        report_proof(report,
                     "c = bytes.fromhex(\"%s\"); d = bytes.fromhex(\"%s\"); "
                     "print([x ^ y for x, y in zip(c, d)] == "
                     "[x ^ y for x, y in zip(%s, %s)])",
                     sealed[0], sealed[1], texts[0], texts[1]);
    for (size_t i = 0; i < 2; i++) {
        free(sealed[i]);
        free(texts[i]);
    }
}

static void show_texts(struct report *report, const struct messages *messages, const uint8_t *pad,
                       size_t pad_bytes)
{
    uint8_t *text = malloc(pad_bytes + 1);
    for (size_t t = 0; text && t < messages->count; t++) {
        size_t bytes = messages->texts[t].count < pad_bytes ? messages->texts[t].count : pad_bytes;
        char name[40];
        for (size_t at = 0; at < bytes; at++)
            text[at] = messages->texts[t].data[at] ^ pad[at];
        snprintf(name, sizeof(name), _("text %zu"), t + 1);
        pad_show_text(report, name, text, bytes);
    }
    free(text);
}

static int end_resisted(struct report *report, const struct sym_two_time_found *found, bool talk)
{
    const char *also =
        talk ? _(". A pad that is one key again and again falls to attack classic xor") : "";
    if (found->saved < 0)
        return report_end(report, REPORT_RESISTED,
                          "no pad makes text of all of them: the best costs %.0f bits more than it "
                          "saves. They are not under one pad, or not in a language that is known "
                          "here (--like)%s",
                          -found->saved, also);
    return report_end(report, REPORT_RESISTED,
                      "the best pad saves %.0f bits, and it takes %d to tell it from chance: the "
                      "messages are too few or too short for it%s",
                      found->saved, SYM_TWO_TIME_LEAST_SAVED, also);
}

static int show(struct report *report, const struct messages *messages,
                const struct sym_two_time_found *found, const uint8_t *pad)
{
    if (found->verdict == SYM_NOT_APPLICABLE)
        return report_end(report, REPORT_NOT_APPLICABLE, "%s", found->why);
    report_cost(report, &(struct report_cost){.count = (double)found->work,
                                              .unit = N_("guesses of a byte"),
                                              .real = N_("all pads of this length"),
                                              .real_log2 = 8 * (double)found->pad_bytes});
    report_step(report,
                "from left to right over %zu bytes of pad, the %zu best beginnings kept: "
                "each guess of a pad byte gives a byte of all %zu messages",
                found->pad_bytes, found->width, messages->count);
    if (found->verdict == SYM_RESISTED)
        return end_resisted(report, found, messages->talk);
    show_texts(report, messages, pad, found->pad_bytes);
    prove(report, messages, pad, found->pad_bytes);
    return report_end(
        report, REPORT_BROKEN,
        "the pad was used more than once. The texts cost %.0f bits less than under "
        "pads of their own%s",
        found->saved,
        messages->count == 2
            ? _(". Two of them may have changed places, at a word's beginning: their XOR "
                "is the same")
            : "");
}

static bool lay_crib(struct report *report, struct sym_crib_board *board,
                     const struct two_time_options *options, size_t at)
{
    report_step(report, "message %u has the crib at byte %zu from here on", options->in, at);
    return sym_crib_guess(board, options->in - 1, at, (const uint8_t *)options->crib,
                          strlen(options->crib));
}

static int attack(const struct two_time_options *options, const struct messages *messages,
                  struct sym_crib_board *board, struct sym_byte_model *model,
                  struct problem *problem)
{
    struct two_time_place places[TWO_TIME_PLACES];
    struct sym_two_time_found found;
    struct report report;
    char target[160];
    snprintf(target, sizeof(target),
             translate_count("%zu message, taken to be under one pad",
                             "%zu messages, taken to be under one pad", messages->count),
             messages->count);
    if (!report_begin(&report, &options->report, "classic two-time", target, problem))
        return console_problem(problem, CONSOLE_FAILED);
    if (options->crib && !find_place(&report, places, board, options, model))
        return end_unfit(&report, options, places);
    bool done = !options->crib || lay_crib(&report, board, options, places[0].at);
    done = done && sym_break_two_time(&found, board->pad, messages->texts, messages->count,
                                      board->is_known, options->width, model);
    if (done)
        return show(&report, messages, &found, board->pad);
    problem_memory(problem);
    return report_fail(&report, problem);
}

int classic_command_two_time(int argc, char **argv)
{
    struct two_time_options options = {.in = 1, .at = NOWHERE};
    struct problem problem = {0};
    struct messages messages = {0};
    struct sym_crib_board board = {0};
    struct sym_byte_model *model = NULL;
    console_parse(&command, argc, argv, &options);
    bool done = messages_open(&messages, &options, &problem);
    done = done && check_crib(&options, &messages, &problem);
    done = done && (model = pad_language_model(&options.language,
                                               messages.talk ? PAD_LANGUAGE_TALK : 0, &problem));
    done = done &&
           (sym_crib_open(&board, messages.texts, messages.count) || problem_memory(&problem));
    int status = CONSOLE_FAILED;
    if (!done)
        console_problem(&problem, CONSOLE_FAILED);
    else if (!options.by_hand)
        status = attack(&options, &messages, &board, model, &problem);
    else if (isatty(STDIN_FILENO) && console_is_terminal(stdout))
        status = two_time_window(&board, model);
    else
        status = two_time_lines(&board, model);
    sym_crib_close(&board);
    sym_byte_model_free(model);
    messages_close(&messages);
    return status;
}
