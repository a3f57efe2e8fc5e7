/*
 * libmicrohttpd, loaded when the first live page is asked for. It brings GnuTLS and seven more
 * libraries along, of which a page on this machine needs none: a program that shows no page starts
 * without them, and no library for cryptography is linked.
 *
 *     if (!live_library(problem)) return false;    // first, on any thread
 *     struct MHD_Daemon *daemon = HTTP(MHD_start_daemon)(...);
 */
#ifndef GLASSBOX_LIVE_LIBRARY_H
#define GLASSBOX_LIVE_LIBRARY_H

#include "problem.h"

#include <sys/socket.h>
#include <sys/types.h>

#include <microhttpd.h>

#define LIVE_CALLS(ROW)                                                                            \
    ROW(MHD_add_response_header)                                                                   \
    ROW(MHD_create_response_from_buffer)                                                           \
    ROW(MHD_create_response_from_callback)                                                         \
    ROW(MHD_destroy_response)                                                                      \
    ROW(MHD_get_connection_values)                                                                 \
    ROW(MHD_lookup_connection_value)                                                               \
    ROW(MHD_queue_response)                                                                        \
    ROW(MHD_resume_connection)                                                                     \
    ROW(MHD_start_daemon)                                                                          \
    ROW(MHD_stop_daemon)                                                                           \
    ROW(MHD_suspend_connection)

struct live_library {
#define LIVE_POINTER(name) __typeof__(name) *name;
    LIVE_CALLS(LIVE_POINTER)
#undef LIVE_POINTER
};
extern struct live_library live_library_calls;
#define HTTP(name) (live_library_calls.name)

/* Loads it once; false with the problem if it is not there. */
bool live_library(struct problem *problem) __attribute__((warn_unused_result));

#endif
