/*
 * `chat server`: what all sessions share.
 */
#ifndef GLASSBOX_CHAT_SERVER_H
#define GLASSBOX_CHAT_SERVER_H

#include "admission.h"
#include "lesson_seed.h"
#include "places.h"
#include "room.h"
#include "uv_ports.h"
#include "uv_stock.h"

struct session;

struct server {
    uv_loop_t loop;
    struct channel_config config;
    struct uv_stock *stock; /* NULL in the textbook suite, and under a seed */
    struct uv_ports *ports;
    struct room *room;
    struct admission *admission;
    struct event_log *log;
    struct places places;
    struct session *sessions;
    struct lesson_seed *seed; /* NULL: none */
    unsigned seeded_lines;    /* of this server, for its clock under a seed */
    bool stopping;
};

/* The program. */
int server_main(int argc, char **argv);

#endif
