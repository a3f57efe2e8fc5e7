/*
 * The client's talk, once it is connected: what both faces of the client (terminal.h, for a person,
 * and pipe.h, for scripts) have in common.
 */
#ifndef GLASSBOX_CHAT_TALK_H
#define GLASSBOX_CHAT_TALK_H

#include "chat_line.h"
#include "console.h"
#include "explain.h"
#include "home.h"
#include "secure_socket.h"

enum talk_text {
    TALK_LINE,  /* of the server */
    TALK_NOTE,  /* of ours */
    TALK_ERROR, /* of ours: the talk is over, and not as it should be */
};

struct talk {
    struct secure_socket *socket;
    const struct home *home;
    struct channel_suite suite;
    struct explain *explain; /* tells above the line that is being typed; NULL: nobody looks in */
    unsigned linger;         /* seconds */
    /* Shows a finished text. */
    void (*render)(struct talk *talk, const char *text, enum talk_text kind);
    bool coloured;
    bool wants_rekey;
    bool quitting;       /* the end has been asked for: the server will close */
    bool over;           /* nothing more will come */
    int status;          /* enum console_status */
    unsigned generation; /* of the keys, as last told */
    size_t warnings;     /* of the channel, told so far */
    bool skipping;       /* the rest of a line that was too long */
    size_t part_bytes;
    char part[CHAT_ANSWER_MAX]; /* a line whose end has not come */
};

/* A line that was typed, or came through stdin: does what it says. False if it cannot be done,
 * which is shown. */
bool talk_input(struct talk *talk, const char *line);
/* Takes what has come from the server, and shows it; then looks whether the talk is over. To be
 * called before each poll: sending may have taken something in, too. */
void talk_receive(struct talk *talk);
/* Asks for the end, once. */
void talk_quit(struct talk *talk);

/* Signals as something to poll: a descriptor that becomes readable on SIGINT, SIGTERM, SIGHUP,
 * SIGWINCH and SIGCONT, which are blocked; -1 if there is none. talk_signal: the next, or 0. */
int talk_signals(void);
int talk_signal(int signals);

#endif
