/*
 * The chat's lines as the network may deliver them: every one, pair and triple of them in one
 * packet is answered line by line, in order, up to the first `quit`; and a client that resets its
 * line at any moment of the dialogue ends its own session, and no other.
 */
#include "chat_scene.h"
#include "raw_client.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct chat_scene scene;
static struct rsa_key *key; /* boris's */
static struct channel_config config;

static void open_scene(void)
{
    scene = (struct chat_scene){0};
    chat_scene_open(&scene);
    chat_scene_person(&scene, "anna", true);
    chat_scene_person(&scene, "boris", true);
    key = chat_scene_key(&scene, "boris");
    config = (struct channel_config){.role = CHANNEL_CLIENT, .identity = key};
    chat_scene_serve(&scene, NULL);
}

static void close_scene(void)
{
    rsa_key_free(key);
    chat_scene_close(&scene); /* the server ends with status 0 */
}

TestSuite(chat_packets, .init = open_scene, .fini = close_scene, .timeout = 600);

static struct channel *join(int *socket)
{
    enum channel_error error;
    struct channel_ticket *ticket = raw_knock(chat_scene_port(&scene), &config, NULL, &error);
    cr_assert(ticket, "%s\n%s", channel_strerror(error), process_said(scene.server));
    struct channel *channel = raw_resume(socket, &config, ticket);
    cr_assert(channel, "%s", process_said(scene.server));
    channel_ticket_free(ticket);
    return channel;
}

/* --- lines in one packet ---------------------------------------------------------------------- */
/* What is sent, and what comes back behind the time: "" is the end. */
static const struct {
    const char *line, *answer;
} lines[] = {
    {"quit\n", ""},
    {"say\thello\n", "say\t%s\tboris\thello"},
    {"me\twaves\n", "me\t%s\tboris\twaves"},
    {"msg\tboris\tpsst\n", "msg\t%s\tboris\tboris\tpsst"},
    {"msg\tnobody\tpsst\n", "error\t%s\tnobody here is called nobody; /who lists the names"},
    {"who\n", "who\t%s\t1\tboris"},
    {"who\tx\n", "error\t%s\tthe line has too many fields"},
    {"\n", "error\t%s\tunknown word at the beginning of the line"},
    {"say\n", "error\t%s\ta field of the line is empty or missing"},
};
#define LINES (sizeof(lines) / sizeof(lines[0]))
#define QUIT  0
#define NONE  LINES

struct heard {
    char text[65536];
    size_t bytes, used;
};

/* The next line from the server; NULL: a proper end. */
static char *next_line(struct channel *channel, int socket, struct heard *heard)
{
    char *line = heard->text + heard->used, *end;
    while (!(end = memchr(line, '\n', heard->bytes - heard->used))) {
        size_t bytes;
        if (!raw_drive(channel, socket, CHANNEL_HAS_DATA, NULL)) {
            cr_expect_eq(channel_error(channel), CHANNEL_OK);
            cr_expect_eq(heard->bytes, heard->used, "the last line lacks its end");
            return NULL;
        }
        const uint8_t *data = channel_data(channel, &bytes);
        cr_assert_lt(heard->bytes + bytes, sizeof(heard->text));
        memcpy(heard->text + heard->bytes, data, bytes);
        heard->bytes += bytes;
        channel_data_done(channel, bytes);
    }
    *end = '\0';
    heard->used = (size_t)(end + 1 - heard->text);
    return line;
}

static void expect_line(struct channel *channel, int socket, struct heard *heard,
                        const char *pattern, const char *packet)
{
    const char *line = next_line(channel, socket, heard);
    const char *time = strstr(pattern, "%s");
    cr_assert(line, "no answer '%s' to %s", pattern, packet);
    cr_assert(strncmp(line, pattern, (size_t)(time - pattern)) == 0 &&
                  strcmp(strchr(strchr(line, '\t') + 1, '\t'), time + 2) == 0,
              "'%s' is not '%s', to %s", line, pattern, packet);
}

/* One packet, and all its answers. True: the session goes on. */
static bool try_packet(struct channel *channel, int socket, const size_t which[3])
{
    char packet[256] = "";
    struct heard heard = {.used = 0};
    for (size_t i = 0; i < 3 && which[i] != NONE; i++)
        strcat(packet, lines[which[i]].line);
    cr_assert_eq(channel_send(channel, packet, strlen(packet)), CHANNEL_OK);
    for (size_t i = 0; i < 3 && which[i] != NONE; i++) {
        if (which[i] == QUIT) {
            cr_expect_null(next_line(channel, socket, &heard), "%s", packet);
            return false;
        }
        expect_line(channel, socket, &heard, lines[which[i]].answer, packet);
    }
    return true;
}

static void start(struct channel **channel, int *socket)
{
    struct heard heard = {.used = 0};
    *channel = join(socket);
    expect_line(*channel, *socket, &heard, "welcome\t%s\tboris\t1", "nothing");
    expect_line(*channel, *socket, &heard, "join\t%s\tboris", "nothing");
}

Test(chat_packets, every_pair_and_triple)
{
    struct channel *channel = NULL;
    int socket = -1;
    size_t which[3], packets = 0;
    for (which[0] = 0; which[0] < LINES; which[0]++)
        for (which[1] = 0; which[1] <= NONE; which[1]++)
            for (which[2] = which[1] == NONE ? NONE : 0; which[2] <= NONE; which[2]++) {
                if (which[0] == QUIT && which[1] != NONE && which[2] != NONE)
                    continue; /* nobody hears what comes two lines behind the end */
                if (!channel)
                    start(&channel, &socket);
                packets++;
                if (try_packet(channel, socket, which))
                    continue;
                channel_free(channel);
                close(socket);
                channel = NULL;
            }
    cr_log_info("%zu packets", packets);
    cr_expect_eq(packets, LINES * (1 + LINES * (1 + LINES)) - LINES * LINES);
    channel_free(channel);
    close(socket);
}

/* And each line byte by byte, a record for each. */
Test(chat_packets, byte_by_byte)
{
    struct channel *channel;
    struct heard heard = {.used = 0};
    int socket;
    start(&channel, &socket);
    for (size_t i = QUIT + 1; i < LINES; i++) {
        for (const char *at = lines[i].line; *at; at++) {
            cr_assert_eq(channel_send(channel, at, 1), CHANNEL_OK);
            raw_drive(channel, socket, CHANNEL_OPEN, NULL);
        }
        expect_line(channel, socket, &heard, lines[i].answer, lines[i].line);
    }
    channel_free(channel);
    close(socket);
}

/* --- resets ----------------------------------------------------------------------------------- */
static void reset(int socket)
{
    const struct linger at_once = {.l_onoff = 1};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(socket);
}

/* Before the room: at each step of the handshake, and on the port that was named. */
static void reset_on_the_way(unsigned flags)
{
    struct channel *channel;
    int socket = raw_connect(chat_scene_port(&scene));
    cr_assert_eq(channel_new(&channel, &config), CHANNEL_OK);
    if (flags)
        cr_assert(raw_drive(channel, socket, flags, NULL), "%x: %s", flags,
                  channel_strerror(channel_error(channel)));
    if (flags & CHANNEL_HAS_PORT) {
        struct channel_ticket *ticket = channel_take_ticket(channel);
        reset(raw_connect(channel_ticket_port(ticket)));
        struct channel *talk = raw_resume(&socket, &config, ticket);
        cr_assert(talk);
        channel_free(talk);
        channel_ticket_free(ticket);
    }
    reset(socket);
    channel_free(channel);
}

/* In the room: this packet, then the reset; the answer meets a broken line. */
static void reset_behind(const char *packet)
{
    int socket;
    struct channel *channel = join(&socket);
    cr_assert_eq(channel_send(channel, packet, strlen(packet)), CHANNEL_OK);
    raw_drive(channel, socket, CHANNEL_OPEN, NULL);
    reset(socket);
    channel_free(channel);
}

Test(chat_packets, resets_at_every_step)
{
    char burst[4096] = "", expected[32];
    struct process *anna = chat_scene_join(&scene, "anna", NULL);
    static const unsigned steps[] = {0, CHANNEL_WANT_INPUT, CHANNEL_WANT_VERDICT, CHANNEL_OPEN,
                                     CHANNEL_HAS_PORT};
    for (size_t i = 0; i < 100; i++)
        strcat(burst, i % 2 ? "who\n" : "say\thello\n");
    for (size_t round = 0; round < 4; round++) {
        for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
            reset_on_the_way(steps[i]);
        for (size_t i = 0; i < LINES; i++)
            reset_behind(lines[i].line);
        reset_behind("say\thalf a line");
        reset_behind(burst);
        strcat(burst, "quit\n");
        reset_behind(burst);
        snprintf(expected, sizeof(expected), "round %zu\n", round);
        process_type(anna, expected);
        snprintf(expected, sizeof(expected), "anna: round %zu$", round);
        expect_said(anna, PROCESS_OUT, expected);
    }
    process_type(anna, "/quit\n");
    expect_status(anna, 0);
    process_free(anna);
}
