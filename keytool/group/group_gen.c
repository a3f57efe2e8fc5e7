/*
 * keytool group gen: a group made to order.
 */
#include "clock.h"
#include "dh_make.h"
#include "group.h"
#include "group_file.h"
#include "option_table.h"
#include "output_file.h"
#include "translate.h"

#include <stdlib.h>
#include <sys/stat.h>

#define NEW_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH)

struct gen_options {
    unsigned bits;
    const char *output;
};

static void check(void *field, const struct argp_state *state)
{
    const struct gen_options *options = field;
    if (options->bits == 0)
        console_usage(state, "--bits is missing");
}

#define S struct gen_options
static const struct option_row rows[] = {
    NUMBER(S, bits, "bits", 0, "BITS", "Size of p", DH_MIN_MADE_BITS, DH_MAX_BITS),
    TEXT(S, output, "output", 'o', "FILE", "Write the group to FILE (default: standard output)"),
    {0}};

static const struct option_table table = {
    .rows = rows,
    .arguments = N_("--bits BITS"),
    .text = N_(
        "Makes a group to order: a random safe prime p = 2 q + 1, and g = 2 or 3, of order q. "
        "1024 bits take seconds, 2048 about a minute, 4096 half an hour, 8192 most of a day; "
        "with luck a tenth of that. For learning: real use takes a group that has a name."
        "\vExamples:\n"
        "  keytool group gen --bits 16\n"
        "  keytool group gen --bits 1024 -o ours.csv"),
    .check = check,
};

/* One line on a terminal, drawn over and over. */
static void draw(void *context, unsigned long tried, unsigned long expected)
{
    int64_t *drawn = context, now = clock_ms();
    if (!console_is_terminal(stderr) || now - *drawn < 200)
        return;
    *drawn = now;
    fprintf(stderr, _("\r%lu candidates tried; on average it takes %lu \r"), tried, expected);
}

static bool write(const struct gen_options *options, const struct dh_group *group,
                  struct problem *problem)
{
    struct output_file out = {0};
    size_t bytes = 0;
    char *text = group_file_text(&bytes, group, problem);
    bool done = text && output_file_open(&out, options->output, NEW_MODE, problem) &&
                output_file_write(&out, text, bytes, problem) && output_file_finish(&out, problem);
    output_file_close(&out);
    free(text);
    return done;
}

int group_command_gen(int argc, char **argv)
{
    struct gen_options options = {0};
    struct problem problem = {0};
    struct dh_group *group;
    int64_t drawn = 0;
    console_parse(&table, argc, argv, &options);
    const struct dh_progress progress = {draw, &drawn};
    enum dh_error error = dh_group_make(&group, options.bits, NULL, &progress);
    if (drawn > 0)
        fputs("\x1b[K", stderr);
    bool done = error ? problem_set(&problem, "cannot make this group: %s",
                                    translate(dh_strerror(error)))
                      : write(&options, group, &problem);
    if (done && dh_group_bits(group) < 2048)
        console_note("a group below 2048 bits is for learning only");
    dh_group_free(group);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}
