/*
 * The blocks of a live page: what readers get, whenever they come and however slowly they read.
 */
#include "live_board.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct live_board *board;
static char text[64 * 1024];

static void setup(void)
{
    board = live_board_new();
    cr_assert(board);
}

static void teardown(void)
{
    live_board_free(board);
}

static void put(const char *name, const char *html)
{
    cr_assert(live_board_put(board, name, "in", html, strlen(html)));
}

/* What is new behind a number. */
static const char *read_after(uint64_t *number, bool *ended)
{
    size_t more, bytes = live_board_read(board, number, text, sizeof(text) - 1, &more, ended);
    text[bytes] = '\0';
    cr_assert_eq(more, 0);
    return text;
}

TestSuite(live_board, .init = setup, .fini = teardown);

Test(live_board, a_late_reader_gets_everything_in_the_order_of_its_last_change)
{
    uint64_t number = 0;
    bool ended;
    put("a", "<p>old</p>");
    put("b", "<p>b</p>");
    put("a", "<p>new</p>");
    cr_assert(live_board_order(board, "in", "b a"));
    cr_assert_str_eq(read_after(&number, &ended),
                     "id: 2\nevent: put\ndata: b in\ndata: <p>b</p>\n\n"
                     "id: 3\nevent: put\ndata: a in\ndata: <p>new</p>\n\n"
                     "id: 4\nevent: order\ndata: in\ndata: b a\n\n");
    cr_assert_eq(number, 4);
    cr_assert_str_eq(read_after(&number, &ended), "");
    cr_assert_not(ended);
}

Test(live_board, who_comes_back_gets_what_it_lacks)
{
    uint64_t number = 2;
    bool ended;
    put("a", "1");
    put("b", "2");
    put("c", "3");
    cr_assert_str_eq(read_after(&number, &ended), "id: 3\nevent: put\ndata: c in\ndata: 3\n\n");
}

Test(live_board, what_is_the_same_is_not_said_again)
{
    uint64_t number = 0;
    bool ended;
    put("a", "1");
    read_after(&number, &ended);
    put("a", "1");
    cr_assert_str_eq(read_after(&number, &ended), "");
}

/* The queue of a reader who does not read is the page itself, however often it changes. */
Test(live_board, a_slow_reader_costs_nothing_and_skips_what_was_replaced)
{
    uint64_t number = 0;
    bool ended;
    char html[32];
    size_t bytes = 0;
    for (int i = 100000; i < 200000; i++) {
        snprintf(html, sizeof(html), "<p>%d</p>", i);
        put("a", html);
        if (i == 100000)
            bytes = live_board_bytes(board);
    }
    cr_assert_eq(live_board_bytes(board), bytes, "%zu is not %zu", live_board_bytes(board), bytes);
    cr_assert_str_eq(read_after(&number, &ended),
                     "id: 100000\nevent: put\ndata: a in\ndata: <p>199999</p>\n\n");
}

/* A line end would end the event, and a carriage return is one. */
Test(live_board, lines_stay_lines)
{
    uint64_t number = 0;
    bool ended;
    put("a", "one\ntwo\r\n three\n\nid: 7");
    cr_assert_str_eq(read_after(&number, &ended),
                     "id: 1\nevent: put\ndata: a in\ndata: one\ndata: two\ndata: \ndata:  three\n"
                     "data: \ndata: id: 7\n\n");
}

Test(live_board, what_does_not_fit_says_how_much_room_it_wants)
{
    uint64_t number = 0;
    bool ended;
    size_t more;
    put("a", "0123456789");
    cr_assert_eq(live_board_read(board, &number, text, 20, &more, &ended), 0);
    cr_assert(more > 20 && more < sizeof(text), "%zu", more);
    cr_assert_eq(number, 0);
    cr_assert(live_board_read(board, &number, text, more, &more, &ended) > 0);
    cr_assert_eq(number, 1);
}

Test(live_board, a_block_that_is_cut_and_its_order_are_gone)
{
    uint64_t number = 0;
    bool ended;
    put("a", "1");
    cr_assert(live_board_order(board, "a", "x"));
    live_board_cut(board, "a");
    live_board_cut(board, "never");
    cr_assert_eq(live_board_bytes(board), 0);
    cr_assert_str_eq(read_after(&number, &ended), "");
}

Test(live_board, the_end_comes_behind_everything)
{
    uint64_t number = 0;
    bool ended;
    size_t more;
    put("a", "1");
    put("b", "2");
    live_board_end(board);
    cr_assert(live_board_read(board, &number, text, 80, &more, &ended) > 0);
    cr_assert_not(ended, "the second was not read yet");
    cr_assert(live_board_read(board, &number, text, 80, &more, &ended) > 0);
    cr_assert(ended);
}
