/* `chat server`: its room and its log, in the frame of all servers. */
#include "server.h"

#include "option_table.h"
#include "session.h"
#include "translate.h"

#include <stdio.h>

static bool open_room(struct server *base, struct problem *problem)
{
    struct chat_server *server = (struct chat_server *)base;
    if (!event_log_open(&base->log, base->options->log, stderr, console_warning_text, problem))
        return false;
    uv_timer_init(&base->loop, &server->news);
    uv_unref((uv_handle_t *)&server->news);
    server->news.data = server;
    server->announcer = (struct announcer){
        .say = session_announce, .context = server, .at_once = base->seed != NULL};
    server->room = room_new(&base->loop, session_resume);
    return server->room || problem_memory(problem);
}

static void close_room(struct server *base)
{
    struct chat_server *server = (struct chat_server *)base;
    if (server->room)
        room_close(server->room);
    if (server->news.data)
        uv_close((uv_handle_t *)&server->news, NULL);
    roster_free(&server->roster);
}

#define S struct server_options
static const struct option_row rows[] = {
    NUMBER(S, port, "port", 'p', "PORT", "Where clients come: 10101; 0 picks a free one", 0, 65535),
    READ_ALL("ports", 0, "LOW-HIGH", "Talks move to ports of this pool (else random)",
             server_read_ports),
    TEXT(S, log, "log", 0, "FILE", "Append every event to this file"),
    {.kind = KIND_GROUP, .group = &server_table},
    {0}};

static const struct option_table table = {
    .rows = rows,
    .text = N_(
        "Keep a chat room, for those whose keys are in allowed.csv."
        "\vThe server's key is made on first use and kept. A client that is not allowed is shown "
        "here, with the command that would let it in.")};

int server_main(int argc, char **argv)
{
    static const struct server_program program = {.name = "chat server",
                                                  .session_bytes = sizeof(struct session),
                                                  .open = open_room,
                                                  .close = close_room,
                                                  .begin = session_begin,
                                                  .turn_away = session_turn_away,
                                                  .judged = session_judged,
                                                  .enter = session_enter,
                                                  .closed = session_rendezvous_closed,
                                                  .recheck = session_recheck,
                                                  .check_time = session_check_time,
                                                  .end = session_end};
    struct chat_server server = {0};
    struct server_options options = {.port = CHANNEL_PORT, .places = PLACES_DEFAULTS};
    console_parse(&table, argc, argv, &options);
    return server_run(&server.base, &program, &options);
}
