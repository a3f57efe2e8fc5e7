/* Who has come and gone, as a room is told: each once, in turn, and in how many words. */
#include "announce.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 20000, HERE = 400, QUIET_MS = HERE * 1000 / ANNOUNCE_PER_SECOND };

/* What a room has heard. */
static struct announcer announcer;
static struct announce_guest guests[MOST];
static char names[MOST][CHAT_NAME_BYTES];
static char heard[8192];
static long long lines, bytes, come, gone;

static void hear(void *context, enum chat_word word, const char *a, const char *b)
{
    static char line[CHAT_ANSWER_MAX];
    (void)context;
    size_t length = chat_line_write(line, sizeof(line), word, (const char *[]){"0", a, b});
    cr_assert(length > 0);
    struct chat_line read;
    cr_assert_null(chat_line_read(&read, true, line, length - 1), "%s", line);
    lines++;
    bytes += (long long)length;
    come += word == CHAT_JOINED ? 1 : word == CHAT_JOINED_MANY ? atoll(a) : 0;
    gone += word == CHAT_LEFT ? 1 : word == CHAT_LEFT_MANY ? atoll(a) : 0;
    line[length] = '\0';
    if (strlen(heard) + length < sizeof(heard))
        strcat(heard, line);
}

static void set_up(void)
{
    announcer = (struct announcer){.say = hear};
    memset(guests, 0, sizeof(guests));
    heard[0] = '\0';
    lines = bytes = come = gone = 0;
}

TestSuite(chat_announce, .init = set_up);

static void comes(size_t i, const char *name)
{
    strcpy(names[i], name);
    announce_come(&announcer, &guests[i], names[i]);
}

static void expect_heard(const char *text)
{
    cr_expect_str_eq(heard, text);
    heard[0] = '\0';
}

Test(chat_announce, what_comes_alone_is_told_at_once)
{
    comes(0, "anna");
    cr_expect_eq(announce_turn(&announcer, 1000, HERE), 0);
    expect_heard("join\t0\tanna\n");
    comes(1, "boris");
    cr_expect_eq(announce_turn(&announcer, 1000 + QUIET_MS, HERE), 0);
    expect_heard("join\t0\tboris\n");
    announce_gone(&announcer, &guests[1], "goodbye");
    cr_expect_eq(announce_turn(&announcer, 5000, HERE), 0);
    expect_heard("leave\t0\tboris\tgoodbye\n");
}

Test(chat_announce, what_comes_soon_after_is_told_together)
{
    comes(0, "anna");
    announce_turn(&announcer, 1000, HERE);
    expect_heard("join\t0\tanna\n");
    comes(1, "boris");
    cr_expect_eq(announce_turn(&announcer, 1050, HERE), QUIET_MS - 50);
    comes(2, "clara");
    cr_expect_eq(announce_turn(&announcer, 1100, HERE), QUIET_MS - 100);
    announce_gone(&announcer, &guests[0], "goodbye");
    expect_heard("");
    cr_expect_eq(announce_turn(&announcer, 1000 + QUIET_MS, HERE), 0);
    expect_heard("leave\t0\tanna\tgoodbye\njoins\t0\t2\tboris clara\n");
    comes(3, "dora"); /* one alone is told as ever, only later */
    cr_expect_eq(announce_turn(&announcer, 1001 + QUIET_MS, HERE), QUIET_MS - 1);
    announce_turn(&announcer, 9000, HERE);
    expect_heard("join\t0\tdora\n");
    announce_gone(&announcer, &guests[1], "a");
    announce_gone(&announcer, &guests[2], "b");
    announce_turn(&announcer, 9100, HERE);
    announce_turn(&announcer, 10000, HERE);
    expect_heard("leaves\t0\t2\tboris clara\n");
}

Test(chat_announce, who_leaves_before_it_was_told_is_not_told)
{
    comes(0, "anna");
    announce_turn(&announcer, 1000, HERE);
    comes(1, "boris");
    comes(2, "clara");
    announce_gone(&announcer, &guests[1], "goodbye");
    announce_turn(&announcer, 2000, HERE);
    expect_heard("join\t0\tanna\njoin\t0\tclara\n");
    comes(3, "dora");
    announce_gone(&announcer, &guests[3], "goodbye");
    cr_expect_eq(announce_turn(&announcer, 2001, HERE), 0);
    cr_expect_eq(announce_turn(&announcer, 9000, HERE), 0);
    expect_heard("");
}

/* The name is free before it is taken again, however often. */
Test(chat_announce, who_leaves_and_comes_back_is_told_in_that_order)
{
    comes(0, "anna");
    announce_turn(&announcer, 1000, HERE);
    expect_heard("join\t0\tanna\n");
    announce_gone(&announcer, &guests[0], "cut");
    comes(1, "anna");
    announce_gone(&announcer, &guests[1], "cut again");
    comes(2, "anna");
    announce_turn(&announcer, 2000, HERE);
    expect_heard("leave\t0\tanna\tcut\njoin\t0\tanna\n");
}

Test(chat_announce, who_speaks_is_told_before)
{
    comes(0, "anna");
    announce_turn(&announcer, 1000, HERE);
    announce_gone(&announcer, &guests[0], "goodbye");
    comes(1, "boris");
    comes(2, "anna");
    comes(3, "clara");
    heard[0] = '\0';
    announce_first(&announcer, &guests[2]);
    expect_heard("leave\t0\tanna\tgoodbye\njoin\t0\tanna\n");
    announce_first(&announcer, &guests[2]);
    expect_heard("");
    announce_turn(&announcer, 2000, HERE);
    expect_heard("joins\t0\t2\tboris clara\n");
}

Test(chat_announce, who_is_forgotten_is_never_told)
{
    comes(0, "anna");
    cr_expect(announce_forget(&announcer, &guests[0]));
    cr_expect_not(announce_forget(&announcer, &guests[0]));
    announce_gone(&announcer, &guests[0], "goodbye");
    cr_expect_eq(announce_turn(&announcer, 1000, HERE), 0);
    expect_heard("");
}

/* The last of those who wait, the first, one in the middle: the list holds. */
Test(chat_announce, any_of_those_who_wait_may_leave)
{
    static const char *const people[] = {"a", "b", "c", "d", "e"};
    for (size_t i = 0; i < 5; i++)
        comes(i, people[i]);
    announce_gone(&announcer, &guests[4], "cut");
    announce_gone(&announcer, &guests[0], "cut");
    announce_gone(&announcer, &guests[2], "cut");
    comes(5, "f");
    announce_all(&announcer);
    expect_heard("joins\t0\t3\tb d f\n");
    announce_gone(&announcer, &guests[3], "cut");
    announce_all(&announcer);
    expect_heard("leave\t0\td\tcut\n");
}

/* Names of every width: the line is bounded, the count is right, and "..." says that some lack. */
Test(chat_announce, a_line_is_bounded)
{
    for (size_t width = 1; width < CHAT_NAME_BYTES; width++) {
        set_up();
        for (size_t i = 0; i < 1200; i++) {
            char name[CHAT_NAME_BYTES];
            memset(name, 'x', width);
            name[width] = '\0';
            comes(i, name);
        }
        announce_all(&announcer);
        cr_assert_eq(lines, 1);
        cr_assert_eq(come, 1200);
        cr_assert_leq(bytes, ANNOUNCE_NAMES_BYTES + CHAT_NAMES_MORE_BYTES + 20, "%lld", bytes);
        cr_assert_geq(bytes, ANNOUNCE_NAMES_BYTES - CHAT_NAME_BYTES, "%lld", bytes);
        cr_assert_not_null(strstr(heard, " ...\n"), "%s", heard);
        for (size_t i = 0; i < 1200; i++)
            announce_gone(&announcer, &guests[i], "goodbye");
        announce_all(&announcer);
        cr_assert_eq(gone, 1200);
        cr_assert_eq(lines, 2);
    }
}

/* So many come in a row, one every two milliseconds: what all of them hear. */
struct sum {
    double lines, bytes;
};
static struct sum told_to_all(size_t count)
{
    struct sum all = {0};
    set_up();
    for (size_t i = 0; i < count; i++) {
        char name[24];
        long long lines_before = lines, bytes_before = bytes;
        snprintf(name, sizeof(name), "guest-%zu", i);
        comes(i, name);
        announce_turn(&announcer, 1000 + 2 * i, i + 1);
        all.lines += (double)(lines - lines_before) * (double)(i + 1);
        all.bytes += (double)(bytes - bytes_before) * (double)(i + 1);
    }
    announce_turn(&announcer, 1000 + 2 * count + 60000, count);
    cr_expect_eq(come, (long long)count);
    return all;
}

/* Four times as many cost four times as many lines; told one by one they would cost sixteen times.
 * So it is with the bytes, as soon as there are more names than a line has. */
Test(chat_announce, a_crowd_hears_in_proportion)
{
    for (size_t count = 50; count * 4 <= MOST; count *= 4) {
        struct sum few = told_to_all(count), many = told_to_all(4 * count);
        cr_expect_leq(many.lines / few.lines, 6, "%zu: %.0f, %zu: %.0f lines", count, few.lines,
                      4 * count, many.lines);
        if (count >= 800)
            cr_expect_leq(many.bytes / few.bytes, 6, "%zu: %.0f, %zu: %.0f bytes", count, few.bytes,
                          4 * count, many.bytes);
    }
    cr_expect_leq(told_to_all(10000).bytes, 10000 * 20e3);
}

/* Who is alone waits for nothing, and hears nothing of those before it. */
Test(chat_announce, an_empty_room_forgets_who_has_gone)
{
    for (size_t i = 0; i < 3; i++) {
        comes(i, "anna");
        cr_expect_eq(announce_turn(&announcer, 1000, 1), 0);
        expect_heard("join\t0\tanna\n");
        announce_gone(&announcer, &guests[i], "goodbye");
        cr_expect_eq(announce_turn(&announcer, 1000, 0), 0);
        expect_heard("");
    }
}

/* A class has every line of its own, unless two come within milliseconds. */
Test(chat_announce, a_class_of_thirty_sees_no_difference)
{
    for (size_t i = 0; i < 30; i++) {
        comes(i, "someone");
        cr_expect_eq(announce_turn(&announcer, 1000 + 15 * i, i + 1), 0);
    }
    cr_expect_eq(lines, 30);
}

/* A lesson repeats itself: there, nothing depends on the clock. */
Test(chat_announce, under_a_seed_all_are_told_at_once)
{
    announcer.at_once = true;
    for (size_t i = 0; i < 3; i++) {
        comes(i, (const char *[]){"anna", "boris", "clara"}[i]);
        cr_expect_eq(announce_turn(&announcer, 1000, i), 0);
    }
    expect_heard("join\t0\tanna\njoin\t0\tboris\njoin\t0\tclara\n");
}
