/*
 * `ftp server`: what all sessions share.
 */
#ifndef GLASSBOX_FTP_SERVER_H
#define GLASSBOX_FTP_SERVER_H

#include "account.h"
#include "admission.h"
#include "server_log.h"
#include "server_options.h"
#include "uv_ports.h"
#include "uv_stock.h"

struct session;

struct server {
    uv_loop_t loop;
    struct server_options options;
    struct channel_config config;
    struct uv_stock *stock; /* NULL in the textbook suite, and under a seed */
    struct uv_ports *ports;
    struct admission *admission;
    struct server_log log;
    struct accounts *accounts;
    struct session *sessions;
    struct session *askers; /* who is at a password, or waits to be: password_turn */
    struct places places;
    unsigned long last_id;
    int folder; /* DIR */
    char users_path[HOME_PATH_BYTES];
    char pending_path[HOME_PATH_BYTES];
    bool stopping;
};

/* The programs. */
int server_main(int argc, char **argv);
int passwd_main(int argc, char **argv);

#endif
