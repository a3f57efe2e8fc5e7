/*
 * `chat connect`: connects, then talks, with a person at a terminal or with a script.
 */
#ifndef GLASSBOX_CHAT_CLIENT_H
#define GLASSBOX_CHAT_CLIENT_H

/* The program. */
int client_main(int argc, char **argv);

#endif
