/*
 * `chat server`: the frame of all servers (server_loop.h) with a room.
 */
#ifndef GLASSBOX_CHAT_SERVER_H
#define GLASSBOX_CHAT_SERVER_H

#include "announce.h"
#include "room.h"
#include "roster.h"
#include "server_loop.h"

struct chat_server {
    struct server base; /* first: the frame gives its address */
    struct room *room;
    struct roster roster; /* of those in the room */
    struct announcer announcer;
    uv_timer_t news;       /* when the announcer may speak again */
    unsigned seeded_lines; /* for its clock under a seed */
};

/* The program. */
int server_main(int argc, char **argv);

#endif
