/*
 * keytool walk dh: both sides of a Diffie-Hellman agreement, with numbers of one's own.
 */
#include "group_file.h"
#include "number.h"
#include "rsa_text.h"
#include "sym_memory.h"
#include "translate.h"
#include "walk.h"

#include <string.h>

struct dh_options {
    struct walk walk;
    const char *group, *a, *b;
};

/* A number of the command line that may be left out. */
static void check(void *field, const struct argp_state *state)
{
    struct dh_options *options = field;
    const char *const given[] = {options->a, options->b};
    for (int i = 0; i < 2; i++)
        if (given[i])
            number_check(state, i == 0 ? "the exponent a" : "the exponent b", given[i]);
    /* Who has typed both has them on the screen. */
    options->walk.show_private |= options->b != NULL;
}

#define S struct dh_options
static const struct option_row rows[] = {ARGUMENT(S, group, "no group given"),
                                         ARGUMENT(S, a, NULL),
                                         ARGUMENT(S, b, NULL),
                                         GROUP(S, walk, walk_view),
                                         {0}};

static const struct option_table table = {
    .rows = rows,
    .arguments = N_("NAME|P,G|FILE [a [b]]"),
    .text = N_("Tells how two agree on a key: both sides draw an exponent, or take the one that is "
               "given, send its power, and raise what comes to their own. Both exponents given are "
               "shown, as with --private."
               "\vExamples:\n"
               "  keytool walk dh 23,5 6 15\n"
               "  keytool walk dh ffdhe2048\n"
               "  keytool group check 23,5          # what is wrong with that group"),
    .check = check,
};

/* The two sides tell p, g, A and B twice: what came over the line, the other has told already. */
static void hear(void *context, const struct dh_step *step)
{
    struct walk *walk = context;
    if (!step->power[0] && walk_has(walk, step->name))
        return;
    walk_keep(walk, &(struct rsa_step){.name = step->name,
                                       .formula = step->formula,
                                       .section = step->section,
                                       .is_private = step->is_private,
                                       .is_number = step->is_number,
                                       .bytes = step->bytes,
                                       .count = step->count,
                                       .power = {step->power[0], step->power[1], step->power[2]}});
}

static enum dh_error make(struct dh_key **key, const struct dh_group *group, const char *text,
                          const struct dh_listener *listener)
{
    uint8_t bytes[RSA_MAX_BYTES];
    size_t count;
    if (!text)
        return dh_key_generate(key, group, NULL, listener);
    if (rsa_text_to_bytes(bytes, &count, text) != RSA_OK)
        return DH_ERR_NUMBER;
    enum dh_error error = dh_key_from_private(key, group, bytes, count, listener);
    sym_wipe(bytes, sizeof(bytes));
    return error;
}

static enum dh_error agree(const struct dh_key *own, const struct dh_key *peer,
                           const struct dh_listener *listener)
{
    uint8_t public[DH_MAX_BYTES], K[DH_MAX_BYTES];
    size_t bytes = dh_key_number(peer, DH_PUBLIC, public, sizeof(public));
    enum dh_error error = dh_agree(K, own, public, bytes, listener);
    sym_wipe(K, sizeof(K));
    return error;
}

static bool walk(struct dh_options *options, const struct dh_group *group, struct problem *problem)
{
    const struct dh_listener first = {hear, &options->walk, false};
    const struct dh_listener second = {hear, &options->walk, true};
    struct dh_key *a = NULL, *b = NULL;
    enum dh_error error = make(&a, group, options->a, &first);
    if (!error)
        error = make(&b, group, options->b, &second);
    if (!error)
        error = agree(a, b, &first);
    if (!error)
        error = agree(b, a, &second);
    dh_key_free(a);
    dh_key_free(b);
    bool done = walk_show(&options->walk, problem);
    return error ? problem_set(problem, "%s", translate(dh_strerror(error))) : done;
}

int walk_dh(int argc, char **argv)
{
    struct dh_options options = {.group = NULL};
    struct problem problem = {0};
    struct dh_group *group;
    console_parse(&table, argc, argv, &options);
    if (!group_find(&group, options.group, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    walk_open(&options.walk, "dh");
    bool done = walk(&options, group, &problem);
    walk_close(&options.walk);
    dh_group_free(group);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}
