/*
 * The parts of the narration, for the files that tell it: narration.c (connections, and which event
 * is told by whom), narration_story.c (the sentences), narration_detail.c (fields and arithmetic).
 */
#ifndef GLASSBOX_NARRATION_PARTS_H
#define GLASSBOX_NARRATION_PARTS_H

#include "narration.h"
#include "rows.h"
#include "story.h"

#define NARRATION_TICKETS 8 /* of a connection, the newest */
#define NARRATION_STORIES 96

/* A handshake and everything that comes of it. */
struct connection {
    struct connection *next;
    unsigned number;
    size_t channels; /* that are open */
    unsigned parts;  /* titles told so far */
    bool titled[STORY_PARTS];
    const struct story *told[NARRATION_STORIES]; /* whose why has been told */
    size_t told_count;
    bool talking;
    bool agreed; /* how a K comes about has been told */
    uint8_t tickets[NARRATION_TICKETS][WIRE_TICKET_BYTES];
    size_t ticket_count; /* given so far */
};

/* An inner message, or one that is none. */
struct message {
    enum wire_message message;
    bool sent;
    size_t bytes; /* on the wire */
    unsigned port;
    char reason[WIRE_REASON_MAX + 1];
};

/* One channel. */
struct told_channel {
    struct told_channel *next;
    struct connection *connection;
    unsigned channel;
    enum channel_role role;
    bool textbook, resumed;
    unsigned port;     /* on which it runs, at the server */
    bool lined;        /* its addresses have been told */
    char *early_rows;  /* what came before them; NULL: nothing */
    bool settled;      /* a resumed one: the other side has proved itself */
    bool moved, spoke; /* it has named a port; data has crossed it */
    bool has_message;  /* an inner message waits for its frame */
    struct message message;
    char *inner_rows, *math_rows; /* made already, to be shown after a sentence; or NULL */
    char math_key[32];            /* whose they were last */
    size_t frame_bytes;           /* of the last record that came */
    bool run_sent;                /* messages in one direction, one after the other */
    size_t run, hidden, hidden_bytes;
};

struct narration {
    struct narration_options options;
    void (*say)(void *screen, const char *rows);
    void *screen;
    struct connection *connections;
    struct told_channel *channels;
    unsigned count; /* of connections so far */
};

/* What is being told about one event. */
struct telling {
    struct narration *narration;
    struct told_channel *channel;
    struct connection *connection;
    struct rows rows;
    char prefix[16];
    char *text;
    size_t bytes;
    bool pause; /* a step is over */
};

/* --- narration_story.c --- */
struct rows_piece narration_arrow(enum channel_role from);
void tell_line(struct telling *telling, const struct lens_event *event);
void tell_message(struct telling *telling, const struct message *message);
void tell_verdict(struct telling *telling, const struct lens_event *event);
void tell_step(struct telling *telling, const struct lens_event *event);
void tell_close(struct telling *telling, const struct lens_event *event);

/* --- narration_detail.c --- */
void detail_frame(struct telling *telling, const struct lens_event *event);
/* Rows for later; a new string, NULL without memory. */
char *detail_inner(struct telling *telling, const struct lens_event *event);
void detail_math(struct telling *telling, const struct lens_event *event);
void detail_step(struct telling *telling, const struct lens_event *event);
/* Shows rows that were kept, and forgets them. */
void detail_put(struct telling *telling, char **rows);
void detail_forget(char **rows);

#endif
