/*
 * keytool group: groups of Diffie-Hellman, those with names and others; list and show.
 */
#include "group.h"
#include "group_file.h"
#include "hexadecimal.h"
#include "keytool.h"
#include "option_table.h"
#include "table.h"
#include "translate.h"

#include <stdio.h>
#include <string.h>

struct group_options {
    const char *group;
    bool json;
};

/* --- list ------------------------------------------------------------------------------------ */

#define S struct group_options
static const struct option_row list_rows[] = {FLAG(S, json, "json", 0, "Print JSON"), {0}};
static const struct option_row show_rows[] = {
    ARGUMENT(S, group, "no group given"), FLAG(S, json, "json", 0, "Print JSON"), {0}};
#undef S

static const struct option_table list_table = {
    .rows = list_rows,
    .text = N_("Lists the groups that have names: all of them safe primes that nobody chose."),
};

static const struct table_column list_columns[] = {{"name", TABLE_TEXT, false},
                                                   {"bits", TABLE_NUMBER, false},
                                                   {"exponent_bits", TABLE_NUMBER, false},
                                                   {"also", TABLE_TEXT, false},
                                                   {"source", TABLE_WORD, false},
                                                   {NULL, TABLE_TEXT, false}};

static bool add_named(struct table *table, const struct dh_named *named)
{
    char bits[16], exponent_bits[16];
    snprintf(bits, sizeof(bits), "%u", named->bits);
    snprintf(exponent_bits, sizeof(exponent_bits), "%u", named->exponent_bits);
    return table_add(table, (const char *const[]){named->name, bits, exponent_bits,
                                                  table_text(named->alias), named->source});
}

static int group_list(int argc, char **argv)
{
    struct group_options options = {0};
    struct problem problem = {0};
    console_parse(&list_table, argc, argv, &options);
    struct table *table = table_new(list_columns);
    bool done = table != NULL;
    for (size_t i = 0; done && dh_group_named(i); i++)
        done = add_named(table, dh_group_named(i));
    done = (done && table_print(table, options.json)) || problem_memory(&problem);
    table_free(table);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

/* --- show ------------------------------------------------------------------------------------ */

static const struct option_table show_table = {
    .rows = show_rows,
    .arguments = N_("NAME|P,G|FILE"),
    .text = N_("Shows the numbers of a group, and the formula of one that has a name."
               "\vExamples:\n"
               "  keytool group show ffdhe2048\n"
               "  keytool group show 23,5 --json"),
};

static const struct table_column show_columns[] = {
    {"name", TABLE_TEXT, false},    {"bits", TABLE_NUMBER, false}, {"source", TABLE_WORD, false},
    {"formula", TABLE_TEXT, false}, {"p", TABLE_TEXT, false},      {"g", TABLE_TEXT, false},
    {NULL, TABLE_TEXT, false}};

void group_write_number(char out[GROUP_NUMBER_BYTES], const struct dh_group *group,
                        enum dh_number number)
{
    uint8_t bytes[DH_MAX_BYTES];
    group_write_bytes(out, bytes, dh_group_number(group, number, bytes, sizeof(bytes)));
}

void group_write_bytes(char out[GROUP_NUMBER_BYTES], const uint8_t *bytes, size_t count)
{
    uint64_t number = 0;
    for (size_t i = 0; i < count && count <= sizeof(number); i++)
        number = number << 8 | bytes[i];
    if (count <= sizeof(number))
        snprintf(out, GROUP_NUMBER_BYTES, "%ju", (uintmax_t)number);
    else
        *hex_write(stpcpy(out, "0x"), bytes, count) = '\0';
}

static bool print_group(const struct dh_group *group, bool json)
{
    char p[GROUP_NUMBER_BYTES], g[GROUP_NUMBER_BYTES], bits[16], formula[120] = "";
    const struct dh_named *named = dh_group_known(group);
    struct table *table = table_new(show_columns);
    group_write_number(p, group, DH_P);
    group_write_number(g, group, DH_G);
    snprintf(bits, sizeof(bits), "%u", dh_group_bits(group));
    if (named)
        snprintf(formula, sizeof(formula), "2^%u - 2^%u - 1 + 2^64 (floor(2^%u %s) + %lu)",
                 named->bits, named->bits - 64, named->bits - 130,
                 named->constant == 'e' ? "e" : "pi", named->added);
    bool done = table &&
                table_add(table, (const char *const[]){!named ? NULL : named->name, bits,
                                                       !named ? NULL : named->source,
                                                       table_text(formula), p, g}) &&
                table_print_record(table, json);
    table_free(table);
    return done;
}

static int group_show(int argc, char **argv)
{
    struct group_options options = {0};
    struct problem problem = {0};
    struct dh_group *group;
    console_parse(&show_table, argc, argv, &options);
    if (!group_find(&group, options.group, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    bool done = print_group(group, options.json) || problem_memory(&problem);
    dh_group_free(group);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

static const struct console_command commands[] = {
    {"list", N_("list the groups that have names"), group_list},
    {"show", N_("show the numbers of a group"), group_show},
    {"gen", N_("make a group to order: a safe prime"), group_command_gen},
    {"check", N_("say what is wrong with a group or a public number, with proofs"),
     group_command_check},
    {NULL, NULL, NULL},
};

int keytool_group(int argc, char **argv)
{
    return console_dispatch(commands, "Groups of Diffie-Hellman.", argc, argv);
}
