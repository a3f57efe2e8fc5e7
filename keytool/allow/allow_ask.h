/*
 * The question of allow accept: one refused key is shown, and a person says whether it comes in, and
 * under which name.
 */
#ifndef GLASSBOX_KEYTOOL_ALLOW_ASK_H
#define GLASSBOX_KEYTOOL_ALLOW_ASK_H

#include "allow_edit.h"
#include "allow_watch.h"
#include "known_peers.h"

enum allow_answer { ANSWER_YES, ANSWER_NO, ANSWER_STOP };

/* Shows the key and asks, until the answer can be followed. terms: on which it would come in; their
 * name is proposed, else the one that the key would like. name: what it is called; "": key-...
 * What was typed before the question is no answer to it. watch: NULL, or what ends the question. */
enum allow_answer allow_ask(char name[KEY_NAME_BYTES], const struct pending_key *row,
                            const char *path, const struct allow_new *terms,
                            const struct allow_watch *watch);

/* The name that Enter takes: the wish, or the wish with a number, or "" where neither will do. What
 * is not as wished is said. */
void allow_propose(char name[KEY_NAME_BYTES], const struct pending_key *row, const char *path,
                   const struct allow_new *terms);

#endif
