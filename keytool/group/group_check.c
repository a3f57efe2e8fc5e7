/*
 * keytool group check: what dh_look finds in a group and in a public number, each with the line
 * that proves it.
 */
#include "dh_look.h"
#include "group.h"
#include "group_file.h"
#include "number.h"
#include "option_table.h"
#include "rsa_text.h"
#include "table.h"
#include "translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct check_options {
    const char *group, *public;
    bool json;
};

#define S struct check_options
static const struct option_row rows[] = {ARGUMENT(S, group, "no group given"),
                                         READ(S, public, "public", 0, "NUMBER",
                                              "Look at this public number A of the group, too",
                                              number_read),
                                         FLAG(S, json, "json", 0, "Print JSON"),
                                         {0}};

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("NAME|P,G|FILE"),
    .text = N_(
        "Says what is wrong with a group: is p prime, is q = (p-1)/2, how large is the order "
        "of g; and with a public number: is it in range, and a power of g. Each finding has a "
        "line for python3 that proves it. Large groups without a name take a while. Exit "
        "status 1 if something harmful was found."
        "\vExamples:\n"
        "  keytool group check 23,5 --public 8\n"
        "  keytool group check ffdhe2048\n"
        "  keytool group check ours.csv --json"),
};

static const struct table_column columns[] = {{"finding", TABLE_WORD, false},
                                              {"harmful", TABLE_BOOLEAN, false},
                                              {"text", TABLE_TEXT, false},
                                              {"proof", TABLE_TEXT, false},
                                              {NULL, TABLE_TEXT, false}};

struct check {
    const struct check_options *options;
    struct dh_group *group;
    uint8_t public[RSA_MAX_BYTES];
    size_t public_bytes;
    struct dh_finding *findings;
    size_t count;
};

/* The whole command that proves a finding; NULL without memory. */
static char *write_proof(const struct check *check, const struct dh_finding *finding)
{
    char p[GROUP_NUMBER_BYTES], g[GROUP_NUMBER_BYTES], A[GROUP_NUMBER_BYTES] = "", *line = NULL;
    group_write_number(p, check->group, DH_P);
    group_write_number(g, check->group, DH_G);
    if (check->options->public)
        group_write_bytes(A, check->public, check->public_bytes);
    const char *import = strstr(finding->proof, "factorial") ? "from math import factorial; " : "";
    if (asprintf(&line, "python3 -c '%sp=%s; g=%s;%s%s%s print(%s)'", import, p, g,
                 A[0] ? " A=" : "", A, A[0] ? ";" : "", finding->proof) < 0)
        return NULL;
    return line;
}

static bool print_json(const struct check *check)
{
    struct table *table = table_new(columns);
    bool done = table != NULL;
    for (size_t i = 0; done && i < check->count; i++) {
        const struct dh_finding *finding = &check->findings[i];
        char *proof = write_proof(check, finding);
        done = proof && table_add(table, (const char *const[]){dh_finding_name(finding->kind),
                                                               table_boolean(finding->harmful),
                                                               finding->text, proof});
        free(proof);
    }
    done = done && table_print(table, true);
    table_free(table);
    return done;
}

static bool print_text(const struct check *check)
{
    char words[TRANSLATE_LIBRARY_BYTES];
    for (size_t i = 0; i < check->count; i++) {
        const struct dh_finding *finding = &check->findings[i];
        char *proof = write_proof(check, finding);
        if (!proof)
            return false;
        printf("%s%s%s  %s\n         %s\n",
               console_style(stdout, finding->harmful ? CONSOLE_RED : CONSOLE_GREEN),
               finding->harmful ? _("harmful") : _("note   "), console_style(stdout, CONSOLE_PLAIN),
               translate_library(words, finding->text), proof);
        free(proof);
    }
    return true;
}

static bool look(struct check *check, struct problem *problem)
{
    const struct check_options *options = check->options;
    size_t harmful = 0;
    if (!group_find(&check->group, options->group, problem))
        return false;
    if (options->public &&
        rsa_text_to_bytes(check->public, &check->public_bytes, options->public) != RSA_OK)
        return problem_memory(problem); /* it was read before */
    check->count = dh_look(check->findings, check->group, options->public ? check->public : NULL,
                           check->public_bytes, DH_THOROUGH);
    for (size_t i = 0; i < check->count; i++)
        harmful += check->findings[i].harmful;
    if (!(options->json ? print_json : print_text)(check))
        return problem_memory(problem);
    return harmful == 0 || problem_set(problem,
                                       translate_count("%.60s: %zu harmful finding",
                                                       "%.60s: %zu harmful findings", harmful),
                                       options->group, harmful);
}

int group_command_check(int argc, char **argv)
{
    struct check_options options = {0};
    struct problem problem = {0};
    struct check check = {.options = &options};
    console_parse(&command, argc, argv, &options);
    check.findings = calloc(DH_FINDINGS_MAX, sizeof(*check.findings));
    bool done = check.findings ? look(&check, &problem) : problem_memory(&problem);
    dh_group_free(check.group);
    free(check.findings);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}
