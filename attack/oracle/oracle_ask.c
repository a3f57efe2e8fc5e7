/*
 * attack oracle ask: one query by hand; without one, what the oracle says of itself.
 */
#include "oracle_line.h"
#include "translate.h"

#include <stdio.h>
#include <string.h>

struct ask_options {
    struct oracle_line_options line;
    const char *query;
};

#define S struct ask_options
static const struct option_row rows[] = {
    ARGUMENT(S, query, NULL), GROUP(S, line, oracle_line_table), {0}};
#undef S

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("[QUERY]"),
    .text = N_(
        "Sends one query to an oracle and prints the answer. The query is hexadecimal, or of "
        "timing the guess. Without a query: what the oracle says of itself."
        "\vExamples:\n"
        "  attack oracle ask --port 10113\n"
        "  attack oracle ask --port 10113 00112233445566778899aabbccddeeff..."),
};

static bool ask(struct oracle_line *line, const char *query, struct problem *problem)
{
    const size_t bytes = strlen(query);
    if (bytes + 1 >= ORACLE_LINE_BYTES || memchr(query, '\n', bytes))
        return problem_set(problem, "a query is one line of less than %d signs", ORACLE_LINE_BYTES);
    const char *answer = NULL;
    if (oracle_line_send(line, query, bytes) && oracle_line_send(line, "\n", 1))
        answer = oracle_line_receive(line);
    if (!answer)
        return problem_set(problem, "the oracle has hung up");
    printf("%s\n", answer);
    return true;
}

int oracle_command_ask(int argc, char **argv)
{
    struct ask_options options = {.query = NULL};
    struct problem problem = {0};
    struct oracle_line line;
    console_parse(&command, argc, argv, &options);
    bool done = oracle_line_open(&line, &options.line, &problem);
    if (done && options.query) {
        done = ask(&line, options.query, &problem);
    } else if (done) {
        printf("kind %s\n", line.kind);
        for (size_t i = 0; i < line.field_count; i++)
            printf("%s %s\n", line.fields[i].name, line.fields[i].value);
    }
    oracle_line_close(&line);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}
