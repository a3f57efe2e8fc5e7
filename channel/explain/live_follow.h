/*
 * `chat page --follow A.rec [B.rec]`: recordings that are being written, as a live page; of both ends
 * as one conversation.
 */
#ifndef GLASSBOX_LIVE_FOLLOW_H
#define GLASSBOX_LIVE_FOLLOW_H

#include "problem.h"

#include <stdint.h>

#define LIVE_FOLLOW_MILLISECONDS 100 /* between two looks at the files */

struct live_follow_options {
    const char *files[2]; /* the second may be NULL */
    const char *output;   /* the page of a recording, written at the end; NULL: none */
    uint16_t port;        /* 0: one that is free */
    bool open_browser;
};

/* Until SIGINT or SIGTERM. False with the problem, as when a file is no recording. */
bool live_follow(const struct live_follow_options *options, struct problem *problem)
    __attribute__((warn_unused_result));

#endif
