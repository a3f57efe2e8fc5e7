/*
 * A connection that dies without a word (a cable pulled, a router gone) is noticed: TCP asks a
 * silent peer whether it is still there (RFC 9293 3.8.4). Without this a silent connection stays
 * for ever. Where something is under way the system's own patience ends it (Linux: a quarter of an
 * hour). TCP_USER_TIMEOUT (RFC 5482) would be sooner there, but would also end a
 * connection whose peer lives and takes its time to read.
 */
#ifndef GLASSBOX_KEEP_ALIVE_H
#define GLASSBOX_KEEP_ALIVE_H

/* In seconds: silence until TCP asks, then between two questions; and so many of them. */
#define KEEP_ALIVE_IDLE      60
#define KEEP_ALIVE_INTERVAL  15
#define KEEP_ALIVE_QUESTIONS 4

/* For a TCP socket; those that a listener accepts have it from the listener. */
void keep_alive(int socket);

#endif
