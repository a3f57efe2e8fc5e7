/*
 * --live[=PORT]: the page of three columns in a browser on this machine, while it happens. Rows are
 * drawn on the loop's thread, MIDDLE_LOOK_MS apart (middle_net.h), and served on another
 * (live_server.h).
 */
#ifndef GLASSBOX_MIDDLE_LIVE_H
#define GLASSBOX_MIDDLE_LIVE_H

#include "middle.h"

struct middle_live;

/* port: 0 for one that is free. NULL with the problem. Its address is said. */
struct middle_live *middle_live_open(uint16_t port, bool open_browser, struct problem *problem);
/* What has changed goes to the browsers. NULL is fine. */
void middle_live_look(struct middle_live *live, struct middle *middle);
/* The last look, then browsers keep the page: live_server_end. NULL is fine. */
void middle_live_end(struct middle_live *live, struct middle *middle);

#endif
