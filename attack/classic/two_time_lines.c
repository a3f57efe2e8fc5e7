/*
 * Cribs by hand, line by line: for a pipe, and for terminals that cannot be drawn on.
 */
#include "console.h"
#include "translate.h"
#include "two_time.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ROW_BYTES 64

struct lines {
    struct sym_crib_board *board;
    struct sym_byte_model *model;
    bool quit;
};

void two_time_print(const struct sym_crib_board *board)
{
    char row[4 * ROW_BYTES + 1];
    for (size_t from = 0; from < board->pad_bytes; from += ROW_BYTES) {
        printf(_("byte %zu\n"), from);
        for (size_t t = 0; t < board->count; t++)
            if (from < board->texts[t].count) {
                two_time_row(row, board, t, from, ROW_BYTES, NULL);
                printf("%4zu  %s\n", t + 1, row);
            }
    }
}

/* A number of [least, most], and the blank behind it; false, with the error said. */
static bool take_number(const char **at, size_t *number, const char *what, size_t least,
                        size_t most)
{
    char *end;
    *number = strtoul(*at, &end, 10);
    if (end == *at || !isdigit((unsigned char)**at) || *number < least || *number > most) {
        console_error("%s must be a number from %zu to %zu", what, least, most);
        console_hint("put 2 17 noon: message 2 has \"noon\" at byte 17; slide 2 noon; fill; undo; "
                     "show; quit");
        return false;
    }
    *at = end + (*end == ' ');
    return true;
}

static bool put(struct lines *lines, const char *rest)
{
    const struct sym_crib_board *board = lines->board;
    size_t which, at;
    if (!take_number(&rest, &which, "the message", 1, board->count) ||
        !take_number(&rest, &at, "the byte", 0, board->texts[which - 1].count - 1))
        return true;
    return sym_crib_guess(lines->board, which - 1, at, (const uint8_t *)rest, strlen(rest));
}

static void slide(struct lines *lines, const char *rest)
{
    const struct sym_crib_board *board = lines->board;
    struct two_time_place places[TWO_TIME_PLACES];
    char row[4 * ROW_BYTES + 1];
    size_t which;
    if (!take_number(&rest, &which, "the message", 1, board->count))
        return;
    const size_t bytes = strlen(rest), columns = bytes < ROW_BYTES ? bytes : ROW_BYTES;
    size_t count = two_time_places(places, board, which - 1, (const uint8_t *)rest, bytes,
                                   lines->model);
    for (size_t i = 0; i < count; i++)
        for (size_t t = 0; t < board->count; t++) {
            const struct two_time_try guess = {which - 1, places[i].at, bytes,
                                               (const uint8_t *)rest};
            if (t == which - 1)
                continue;
            two_time_row(row, board, t, places[i].at, columns, &guess);
            printf(_("byte %-5zu %5.1f bits a byte, message %zu: %s\n"), places[i].at,
                   places[i].bits, t + 1, row);
        }
}

/* False without memory. */
static bool obey(struct lines *lines, const char *line)
{
    const char *rest = strchr(line, ' ');
    rest = rest ? rest + 1 : "";
    if (strncmp(line, "put ", 4) == 0) {
        if (!put(lines, rest))
            return false;
    } else if (strncmp(line, "slide ", 6) == 0) {
        slide(lines, rest);
        return true;
    } else if (strcmp(line, "fill") == 0) {
        if (!two_time_fill(lines->board, lines->model))
            return false;
    } else if (strcmp(line, "undo") == 0) {
        if (!sym_crib_undo(lines->board))
            console_note("there is no guess to take back");
    } else if (strcmp(line, "quit") == 0) {
        lines->quit = true;
        return true;
    } else if (strcmp(line, "show") != 0) {
        console_error("unknown command: %s", line);
        console_hint("put MESSAGE BYTE TEXT, slide MESSAGE TEXT, fill, undo, show, quit");
        return true;
    }
    two_time_print(lines->board);
    return true;
}

int two_time_lines(struct sym_crib_board *board, struct sym_byte_model *model)
{
    struct lines lines = {.board = board, .model = model};
    struct problem problem = {0};
    char *line = NULL;
    size_t space = 0;
    bool done = true;
    two_time_print(board);
    while (done && !lines.quit && getline(&line, &space, stdin) >= 0) {
        line[strcspn(line, "\n")] = '\0';
        if (*line)
            done = obey(&lines, line);
    }
    free(line);
    if (done)
        return CONSOLE_DONE;
    problem_memory(&problem);
    return console_problem(&problem, CONSOLE_FAILED);
}
