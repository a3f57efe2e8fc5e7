/*
 * The live page before anything is in it: its head, its bar, style and scripts. See live_server.h.
 */
#ifndef GLASSBOX_LIVE_SKELETON_H
#define GLASSBOX_LIVE_SKELETON_H

#include "live_server.h"

/* The header that says what the page may do: run what stands in it, and read its own server. */
#define LIVE_POLICY_BYTES 512
void live_skeleton(FILE *out, char policy[LIVE_POLICY_BYTES],
                   const struct live_server_config *config);

/* --- live_assets.c --- */
extern const char live_css[],
    live_js[]; /* page_live.css and page_live.js, each with a 0 behind it */

#endif
