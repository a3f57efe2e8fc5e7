/*
 * --record NAME: NAME.client.rec, the talk that the middle had with the client as a server, and
 * NAME.server.rec, the one with the server as a client; with its own secrets. Only where it has talks
 * of its own (dh, pretend). --page FILE: all that crossed, in three columns.
 */
#ifndef GLASSBOX_MIDDLE_RECORD_H
#define GLASSBOX_MIDDLE_RECORD_H

#include "middle.h"

struct explain;

struct middle_record {
    const char *name; /* NULL: nothing is recorded */
    char *paths[2];   /* by enum channel_role: whose side */
    struct explain *explains[2];
    struct problem problem; /* of a file that could not be made */
};

/* For middle_config.trace: the file is made when the first engine is. */
const struct channel_trace *middle_record_trace(struct middle_record *record,
                                                enum channel_role side, struct channel_suite suite);
/* After the links. status, or CONSOLE_FAILED with what went wrong said. */
int middle_record_end(struct middle_record *record, int status);
/* Writes the page; false with the problem. */
bool middle_page_save(const struct middle *middle, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));

#endif
