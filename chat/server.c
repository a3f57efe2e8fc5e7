/* `chat server`: its room and its log, in the frame of all servers. */
#include "server.h"

#include "console.h"
#include "server_options.h"
#include "session.h"

#include <stdio.h>

static bool open_room(struct server *base, struct problem *problem)
{
    struct chat_server *server = (struct chat_server *)base;
    if (!event_log_open(&base->log, base->options->log, stderr, console_warning_text, problem))
        return false;
    server->room = room_new(&base->loop, session_resume);
    return server->room || problem_memory(problem);
}

static void close_room(struct server *base)
{
    const struct chat_server *server = (struct chat_server *)base;
    if (server->room)
        room_close(server->room);
}

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
    struct server_options options;
    server_options_read(&options, argc, argv);
    return server_run(&server.base, &program, &options);
}
