/*
 * Many come into one room in a short time, and go again: everybody learns of everybody once, in a
 * few lines, and nothing is lost of the log, of `who`, or for one who does not listen.
 */
#include "announce.h"
#include "bench.h"
#include "chat_scene.h"
#include "crowd.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { MOST = 2000, GUESTS = 200, AT_ONCE = 32, DEAF = 1, GONE = 80 };

/* As long as a name may be: a line about those who came names six of them. */
#define LONG "გრძელისახელიგრძელისახელიგრძელისა"

static struct chat_scene scene;
static struct rsa_key *keys[2];
static struct crowd *crowd;

/* What each has heard. */
static struct ears {
    size_t rank; /* in the room when it came */
    size_t come, gone, present, single;
    double quiet_ms,
        last_quiet_ms;     /* that the server has to keep after these lines, and the last */
    char names[32 * 1024]; /* of those who came, each in blanks */
} ears[MOST];

static const struct rsa_key *identity_of(void *context, size_t index)
{
    (void)context;
    return keys[index % 2];
}

static size_t count_words(const char *names)
{
    size_t count = 0;
    for (const char *at = names; at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL)
        count += strncmp(at, "...", 3) != 0;
    return count;
}

/* Nobody is told twice. */
static void keep_names(struct ears *heard, const char *names)
{
    char copy[CHAT_ANSWER_MAX], *rest = copy, word[CHAT_NAME_BYTES + 2];
    snprintf(copy, sizeof(copy), "%s", names);
    for (const char *name; (name = strsep(&rest, " "));) {
        if (strcmp(name, "...") == 0)
            continue;
        snprintf(word, sizeof(word), " %s ", name);
        cr_assert_null(strstr(heard->names, word), "told twice: %s", name);
        cr_assert_lt(strlen(heard->names) + strlen(word), sizeof(heard->names));
        strcat(heard->names, word);
    }
}

static void hear(void *context, struct crowd_client *client, const char *text, size_t bytes)
{
    struct ears *heard = &ears[client->index];
    char fields[CHAT_FIELDS][CHAT_ANSWER_MAX] = {""};
    struct chat_line line = {0};
    (void)context;
    cr_assert_null(chat_line_read(&line, true, text, bytes), "%.*s", (int)bytes, text);
    for (size_t i = 0; i < CHAT_FIELDS && line.fields[i].text; i++)
        snprintf(fields[i], sizeof(fields[i]), "%.*s", (int)line.fields[i].bytes,
                 line.fields[i].text);
    switch (line.word) {
    case CHAT_WELCOME:
        heard->rank = strtoul(fields[2], NULL, 10);
        return;
    case CHAT_JOINED:
        heard->come++;
        heard->single++;
        keep_names(heard, fields[1]);
        break;
    case CHAT_JOINED_MANY:
        heard->come += strtoul(fields[1], NULL, 10);
        cr_assert_leq(count_words(fields[2]), strtoul(fields[1], NULL, 10));
        keep_names(heard, fields[2]);
        break;
    case CHAT_LEFT:
        heard->gone++;
        break;
    case CHAT_LEFT_MANY:
        heard->gone += strtoul(fields[1], NULL, 10);
        break;
    case CHAT_PRESENT:
        heard->present += count_words(fields[2]);
        return;
    default:
        return;
    }
    heard->last_quiet_ms = (double)(heard->come - heard->gone) * 1000 / ANNOUNCE_PER_SECOND;
    heard->quiet_ms += heard->last_quiet_ms;
    cr_assert_leq(bytes, ANNOUNCE_NAMES_BYTES + 64);
}

static void serve(void)
{
    char *log = scratch_path(scene.folder, "log");
    chat_scene_serve(&scene, (const char *[]){"--log", log, NULL});
    free(log);
    crowd_free(crowd);
    crowd = crowd_new(&(struct crowd_options){
        .port = chat_scene_port(&scene), .most = MOST, .identity = identity_of, .line = hear});
}

static void open_scene(void)
{
    scene = (struct chat_scene){0};
    chat_scene_open(&scene);
    chat_scene_person(&scene, "anna", true);
    chat_scene_person(&scene, LONG, true);
    keys[0] = chat_scene_key(&scene, "anna");
    keys[1] = chat_scene_key(&scene, LONG);
    serve();
}

static void close_scene(void)
{
    crowd_free(crowd);
    rsa_key_free(keys[0]);
    rsa_key_free(keys[1]);
    chat_scene_close(&scene);
}

TestSuite(chat_crowd, .init = open_scene, .fini = close_scene, .timeout = 240);

static void until(const size_t *counter, size_t goal)
{
    for (double begin = bench_now(); *counter < goal && bench_now() - begin < PROCESS_SECONDS;)
        crowd_poll(crowd, 100);
    cr_assert_geq(*counter, goal, "%zu, not %zu", *counter, goal);
}

/* What the server says is read meanwhile: a full pipe would stop it. */
static void enter(size_t count)
{
    for (size_t done = 0, part; done < count; done += part) {
        part = count - done < AT_ONCE ? count - done : AT_ONCE;
        crowd_enter(crowd, part, AT_ONCE);
        for (size_t i = 0; i < part; i++)
            expect_said(scene.server, PROCESS_ERR, " joined name=");
    }
}

static size_t count_in_log(const char *what)
{
    char *log = scratch_read(scene.folder, "log");
    size_t count = 0;
    for (const char *at = log; (at = strstr(at, what)); at++)
        count++;
    free(log);
    return count;
}

/* How often known_clients.csv was replaced since the folder is watched. */
static size_t count_rewrites(int watch)
{
    _Alignas(struct inotify_event) char events[4096];
    size_t count = 0;
    for (ssize_t bytes; (bytes = read(watch, events, sizeof(events))) > 0;)
        for (ssize_t at = 0; at < bytes;) {
            const struct inotify_event *event = (const struct inotify_event *)(events + at);
            count += (event->mask & IN_MOVED_TO) && strcmp(event->name, "known_clients.csv") == 0;
            at += (ssize_t)(sizeof(*event) + event->len);
        }
    return count;
}

/* As many as the file may have: merging takes a while. */
static void know_many(void)
{
    char *text;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    fputs("address,fingerprint,name,first_seen,last_seen,n,e\n", file);
    for (unsigned i = 0; i < 4096; i++)
        fprintf(file, "10.0.%u.%u,,guest,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,0x%x,17\n",
                i / 256, i % 256, 0x10000001U + 2 * i);
    fclose(file);
    scratch_write(scene.server_home, "known_clients.csv", text);
    free(text);
}

/* Once a second at most, however many come: the file is written whole. */
Test(chat_crowd, who_has_come_is_written_down_once_a_second)
{
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    chat_scene_stop(&scene);
    know_many();
    serve();
    cr_assert_geq(inotify_add_watch(watch, scene.server_home, IN_CREATE | IN_MOVED_TO), 0);
    double begin = bench_now();
    size_t rewrites = 0, most = 0;
    while (bench_now() - begin < 3 && crowd_count(crowd) < MOST) {
        enter(1);
        crowd_cut(crowd_client(crowd, crowd_count(crowd) - 1));
        rewrites += count_rewrites(watch);
    }
    most = (size_t)(bench_now() - begin) + 2;
    cr_expect_leq(rewrites, most, "%zu", rewrites);
    chat_scene_stop(&scene); /* and nobody is forgotten at the end */
    cr_expect_geq(rewrites + count_rewrites(watch), 1);
    char *known = scratch_read(scene.server_home, "known_clients.csv");
    cr_expect(strstr(known, ",anna,") && strstr(known, "," LONG ","), "%s", known);
    free(known);
    close(watch);
    serve();
}

/* However fast they come: after each line the server has kept quiet, and the longer, the more were
 * there. Told one by one, this crowd would need ten seconds of quiet. */
static void expect_few_lines(double begin)
{
    double kept = ears[0].quiet_ms - ears[0].last_quiet_ms, passed = (bench_now() - begin) * 1000;
    cr_expect_leq(kept, passed + GUESTS, "%.0f ms in %.0f", kept, passed);
    ears[0].quiet_ms = 0;
}

Test(chat_crowd, everybody_learns_of_everybody_once)
{
    double begin = bench_now();
    enter(1); /* it hears of all */
    until(&ears[0].come, 1);
    enter(1);
    crowd_deafen(crowd_client(crowd, DEAF), true);
    enter(GUESTS - 2);
    until(&ears[0].come, GUESTS);
    expect_few_lines(begin);
    crowd_deafen(crowd_client(crowd, DEAF), false);
    cr_expect_eq(ears[0].come, GUESTS);
    for (size_t i = 1; i < GUESTS; i++) { /* of itself, of all who came later, maybe of others */
        until(&ears[i].come, GUESTS - ears[i].rank + 1);
        cr_expect_leq(ears[i].come, GUESTS);
    }
    cr_expect_eq(count_in_log(" joined name="), GUESTS);

    /* Who comes alone is told in the words of every day. */
    size_t single = ears[0].single + 1;
    enter(1);
    until(&ears[0].single, single);
    cr_expect_eq(ears[0].come, GUESTS + 1);

    begin = bench_now();
    for (size_t i = GUESTS; i > GUESTS - GONE; i--)
        crowd_cut(crowd_client(crowd, i));
    until(&ears[0].gone, GONE);
    cr_expect_eq(ears[0].gone, GONE);
    expect_few_lines(begin);
    for (size_t i = 1; i <= GUESTS - GONE; i++)
        until(&ears[i].gone, GONE);
    cr_expect_eq(count_in_log(" left name="), GONE);
}

/* A few answers are more than may wait: they go on when what was before has left. */
Test(chat_crowd, everybody_is_listed_however_long_that_gets)
{
    enum { HERE = 60, QUESTIONS = 20 };
    enter(HERE);
    struct crowd_client *client = crowd_client(crowd, 0);
    for (size_t i = 0; i < QUESTIONS; i++)
        cr_assert_eq(channel_send(client->channel, "who\n", 4), CHANNEL_OK);
    crowd_send(client);
    until(&ears[0].present, (size_t)HERE * QUESTIONS);
    cr_expect_eq(ears[0].present, (size_t)HERE * QUESTIONS);
}

/* How many a line on the screen says have come, or gone: "* NAME joined", "* 2 people joined". */
static long count_told(const char *line, const char *what)
{
    if (!strstr(line, what))
        return 0;
    return strstr(line, " people ") ? strtol(strchr(line, '*') + 1, NULL, 10) : 1;
}

/* Who speaks has been told before: nobody hears a stranger. Who only looks in hears of itself. */
Test(chat_crowd, who_speaks_was_told_before)
{
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    for (int i = 0; i < 5; i++) {
        struct process *guests[2] = {chat_scene_shell(&scene, LONG, "echo hello | $join"),
                                     chat_scene_shell(&scene, LONG, "$join </dev/null")};
        expect_said(anna, PROCESS_OUT, LONG "(\\([0-9]+\\))?: hello$");
        for (size_t j = 0; j < 2; j++) {
            expect_status(guests[j], 0);
            cr_expect(strstr(process_text(guests[j], PROCESS_OUT), " joined"), "%s",
                      process_said(guests[j]));
            process_free(guests[j]);
        }
    }
    char *text = strdup(process_text(anna, PROCESS_OUT)), *rest = text;
    long here = 0;
    for (const char *line; (line = strsep(&rest, "\n"));) {
        if (!strstr(line, LONG))
            continue;
        here += count_told(line, " joined");
        here -= count_told(line, " left");
        if (strstr(line, ": hello"))
            cr_expect_geq(here, 1, "a stranger speaks:\n%s", process_text(anna, PROCESS_OUT));
    }
    free(text);
    process_free(anna);
}
