/*
 * The parts of the narration: narration.c (connections, channels, events), narration_sentences.c
 * (the sentences), narration_detail.c (fields and arithmetic).
 */
#ifndef GLASSBOX_NARRATION_INTERNAL_H
#define GLASSBOX_NARRATION_INTERNAL_H

#include "explain_text.h"
#include "narration.h"
#include "text_wrap.h"
#include "timeline.h"

#define NARRATION_TICKETS      8 /* of a connection, the newest */
#define NARRATION_EXPLANATIONS 96

/* A handshake and everything that comes of it. */
struct narration_connection {
    struct narration_connection *next;
    unsigned number;
    size_t channels; /* that are open */
    unsigned parts;  /* titles so far */
    bool titled[EXPLAIN_PARTS];
    const char *explained[NARRATION_EXPLANATIONS]; /* sentences whose why has been said */
    size_t explained_count;
    bool talking;
    bool agreed; /* how a K comes about has been said */
    uint8_t tickets[NARRATION_TICKETS][WIRE_TICKET_BYTES];
    size_t ticket_count; /* given so far */
};

/* An inner message, or one that is none. */
struct narration_message {
    enum wire_message message;
    bool sent;
    size_t bytes; /* on the wire */
    struct timeline_words words;
};

/* One channel. */
struct narration_channel {
    struct narration_channel *next;
    struct narration_connection *connection;
    unsigned channel;
    enum channel_role role;
    struct channel_suite suite;
    bool resumed;
    unsigned port;     /* on which it runs, at the server */
    bool begun;        /* its addresses are known, or never will be */
    char *early_rows;  /* what came before them; NULL: nothing */
    bool settled;      /* a resumed one: the other side has proved itself */
    bool moved, spoke; /* it has named a port; data has crossed it */
    bool has_message;  /* an inner message waits for its frame */
    struct narration_message message;
    char *inner_rows;   /* made already, to be shown after a sentence; or NULL */
    size_t frame_bytes; /* of the last record that came */
    bool run_sent;      /* messages in one direction, one after the other */
    size_t run, hidden, hidden_bytes;
};

struct narration {
    struct narration_options options;
    void (*say)(void *screen, const char *rows);
    void *screen;
    struct narration_connection *connections;
    struct narration_channel *channels;
    unsigned count; /* of connections so far */
};

/* What is being said about one event. */
struct block {
    struct narration *narration;
    struct narration_channel *channel;
    struct narration_connection *connection;
    struct text_wrap rows;
    char prefix[16];
    char *text;
    size_t bytes;
    bool pause; /* a step is over */
};

/* --- narration_sentences.c --- */
/* Each direction has a colour; without colours the arrow tells it. */
static inline enum console_style narration_colour(enum channel_role from)
{
    return from == CHANNEL_CLIENT ? CONSOLE_CYAN : CONSOLE_YELLOW;
}
static inline struct text_wrap_piece narration_arrow(enum channel_role from)
{
    return (struct text_wrap_piece){from == CHANNEL_CLIENT ? "  --> " : "  <-- ",
                                    narration_colour(from)};
}
static inline bool narration_is_record(enum wire_message message)
{
    return message < WIRE_MESSAGES && wire_layout(message)->frame == WIRE_FRAME_RECORD;
}
void narrate_addresses(struct block *block, const struct trace_event *event);
void narrate_message(struct block *block, const struct narration_message *message);
void narrate_verdict(struct block *block, const struct trace_event *event);
void narrate_step(struct block *block, const struct trace_event *event);
void narrate_close(struct block *block, const struct trace_event *event);

/* --- narration_detail.c --- */
void detail_frame(struct block *block, const struct trace_event *event);
/* Rows for later; a new string, NULL without memory. */
char *detail_inner(struct block *block, const struct trace_event *event);
void detail_step(struct block *block, const struct trace_event *event);
/* Shows rows that were kept, and forgets them. */
void detail_put(struct block *block, char **rows);
void detail_forget(char **rows);

#endif
