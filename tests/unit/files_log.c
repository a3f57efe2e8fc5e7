/*
 * The log: one line an event, whatever is in the values.
 */
#include "console.h"
#include "event_log.h"
#include "scratch.h"
#include "timestamp.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder, *path;
static struct event_log *event_log;

static void set_up(void)
{
    struct problem problem = {0};
    folder = scratch_new();
    path = scratch_path(folder, "log");
    cr_assert(event_log_open(&event_log, path, NULL, console_warning_text, &problem), "%s",
              problem.message);
}

static void tear_down(void)
{
    event_log_close(event_log);
    free(path);
    scratch_remove(folder);
}

TestSuite(files_log, .init = set_up, .fini = tear_down);

/* The log without the time of its first line. */
static char *said(void)
{
    char *text = scratch_read(folder, "log"), time_text[TIMESTAMP_BYTES];
    snprintf(time_text, sizeof(time_text), "%s", text);
    cr_assert(timestamp_valid(time_text), "no time in '%s'", text);
    char *rest = strdup(text + TIMESTAMP_BYTES);
    free(text);
    return rest;
}

Test(files_log, a_line_has_time_event_and_pairs)
{
    event_log_write(event_log, "joined", "name", "анна", "address", "127.0.0.1", "role", NULL,
                    "port", "10101", NULL);
    char *text = said();
    cr_expect_str_eq(text, "joined name=\"анна\" address=127.0.0.1 port=10101\n");
    free(text);
    struct stat status;
    cr_assert_eq(stat(path, &status), 0);
    cr_expect_eq(status.st_mode & 0777, 0600);
}

Test(files_log, no_value_can_forge_a_line_or_command_a_terminal)
{
    static const struct {
        const char *value, *text;
    } cases[] = {
        {"x\n2026-02-03T04:05:06Z joined name=root",
         "\"x\\n2026-02-03T04:05:06Z joined name=root\""},
        {"a b", "\"a b\""},
        {"", "\"\""},
        {"\"quoted\\\"", "\"\\\"quoted\\\\\\\"\""},
        {"x name=root", "\"x name=root\""},
        {"x=y", "\"x=y\""},
        {"\033[2J", "\"\\u{1B}[2J\""},
        {"\r\t", "\"\\r\\t\""},
        {"\xE2\x80\xAE", "\"\\u{202E}\""},
        {"\xE2\x80\xA8", "\"\\u{2028}\""},
        {"\xC2\x85", "\"\\u{85}\""},
        {"\xFF", "\"\\xFF\""},
        {"SHA256:ab+/c", "SHA256:ab+/c"},
        {"[::1]:80", "[::1]:80"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cr_assert_eq(truncate(path, 0), 0);
        event_log_write(event_log, "e", "v", cases[i].value, NULL);
        char *text = said(), want[256];
        snprintf(want, sizeof(want), "e v=%s\n", cases[i].text);
        cr_expect_str_eq(text, want, "got %s want %s", text, want);
        free(text);
    }
}

Test(files_log, long_values_are_cut)
{
    static const char *const fillers[] = {"x", "\n", "\x01", "я", "\xFF"};
    for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++) {
        char value[20000] = "";
        for (size_t n = 0; n < 9000; n += strlen(fillers[i]))
            strcat(value + n, fillers[i]);
        cr_assert_eq(truncate(path, 0), 0);
        event_log_write(event_log, "e", "a", value, "b", value, "c", value, "d", value, "f", value,
                        "g", "short", NULL);
        char *text = said();
        cr_expect_leq(strlen(text), EVENT_LOG_LINE_BYTES);
        cr_expect_eq(strchr(text, '\n'), text + strlen(text) - 1, "filler %zu: two lines", i);
        cr_expect_not_null(strstr(text, "\xE2\x80\xA6\" b=\""), "filler %zu", i);
        free(text);
    }
}

Test(files_log, it_follows_its_name_when_asked)
{
    char *old = scratch_path(folder, "log.1");
    struct problem problem = {0};
    event_log_write(event_log, "one", NULL);
    cr_assert_eq(rename(path, old), 0);
    event_log_write(event_log, "two", NULL);
    cr_assert(event_log_reopen(event_log, &problem), "%s", problem.message);
    event_log_write(event_log, "three", NULL);
    char *text = said(), *rotated = scratch_read(folder, "log.1");
    cr_expect_str_eq(text, "three\n");
    cr_expect_not_null(strstr(rotated, "two\n"), "%s", rotated);
    free(text);
    free(rotated);
    free(old);
}

Test(files_log, a_log_that_cannot_be_reopened_goes_on)
{
    struct problem problem = {0};
    char *old = scratch_path(folder, "log.1");
    cr_assert_eq(rename(path, old), 0);
    cr_assert_eq(mkdir(path, 0700), 0);
    cr_expect_not(event_log_reopen(event_log, &problem));
    cr_expect_not_null(strstr(problem.message, path), "%s", problem.message);
    event_log_write(event_log, "still", NULL);
    char *text = scratch_read(folder, "log.1");
    cr_expect_not_null(strstr(text, "still\n"));
    free(text);
    free(old);
}

Test(files_log, lost_lines_are_counted)
{
    struct event_log *full;
    struct problem problem = {0};
    cr_assert(event_log_open(&full, "/dev/full", NULL, console_warning_text, &problem), "%s",
              problem.message);
    event_log_write(full, "one", NULL);
    event_log_write(full, "two", NULL);
    event_log_close(full);
    /* a pipe that is full, then emptied */
    char *name = scratch_path(folder, "pipe"), gulp[1 << 17];
    cr_assert_eq(mkfifo(name, 0600), 0);
    FILE *reader = fopen(name, "r+");
    cr_assert(event_log_open(&full, name, NULL, console_warning_text, &problem), "%s",
              problem.message);
    char value[EVENT_LOG_VALUE_BYTES];
    memset(value, 'x', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    for (int i = 0; i < 100; i++)
        event_log_write(full, "filler", "v", value, NULL);
    ssize_t got = read(fileno(reader), gulp, sizeof(gulp));
    cr_assert_gt(got, 0);
    event_log_write(full, "after", NULL);
    got = read(fileno(reader), gulp, sizeof(gulp) - 1);
    cr_assert_gt(got, 0);
    gulp[got] = '\0';
    cr_expect(strstr(gulp, "log-gap lines=") && strstr(gulp, " after\n"), "%s", gulp);
    event_log_close(full);
    fclose(reader);
    free(name);
}

#define THREADS 4
#define EVENTS  500

static void *write_many(void *value)
{
    for (int i = 0; i < EVENTS; i++)
        event_log_write(event_log, "event", "value", (const char *)value, NULL);
    return NULL;
}

Test(files_log, lines_of_threads_do_not_mix)
{
    static char values[THREADS][1001];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        memset(values[i], 'a' + i, sizeof(values[i]) - 1);
        cr_assert_eq(pthread_create(&threads[i], NULL, write_many, values[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0, count = 0;
    while (getline(&line, &room, file) > 0) {
        const char *value = strstr(line, " event value=") + 13;
        cr_assert(strspn(value, (char[]){value[0], '\0'}) == 1000 && value[1000] == '\n', "%s",
                  line);
        count++;
    }
    cr_expect_eq(count, THREADS * EVENTS);
    free(line);
    fclose(file);
}

Test(files_log, the_screen_shows_the_same)
{
    char *text = NULL;
    size_t bytes = 0;
    struct event_log *screen;
    FILE *stream = open_memstream(&text, &bytes);
    cr_assert(event_log_open(&screen, NULL, stream, NULL, NULL));
    event_log_write(screen, "joined", "name", "a b", NULL);
    event_log_close(screen);
    fclose(stream);
    cr_expect_str_eq(text + 8, " joined name=\"a b\"\n", "%s", text);
    free(text);
}
