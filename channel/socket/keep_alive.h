/*
 * A line that dies without a word (a cable pulled, a router gone) is noticed: TCP asks a silent
 * peer whether it is still there (RFC 9293 3.8.4), and what is sent must be acknowledged in time
 * (RFC 5482). Without this a connection over which nothing is said stays for ever.
 */
#ifndef GLASSBOX_KEEP_ALIVE_H
#define GLASSBOX_KEEP_ALIVE_H

/* In seconds: silence until TCP asks, then between two questions; and so many of them. */
#define KEEP_ALIVE_IDLE      60
#define KEEP_ALIVE_INTERVAL  15
#define KEEP_ALIVE_QUESTIONS 4
#define KEEP_ALIVE_SECONDS   (KEEP_ALIVE_IDLE + KEEP_ALIVE_INTERVAL * KEEP_ALIVE_QUESTIONS)

/* For a TCP socket; those that a listener accepts have it from the listener. */
void keep_alive(int socket);

#endif
