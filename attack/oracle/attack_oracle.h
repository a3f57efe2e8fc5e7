/*
 * attack oracle: a server that gives a little away, and what becomes of it. A file a command; each
 * takes its own command line (argv[0] is "attack oracle NAME") and returns the exit status.
 *
 * The lines between server and attacker, each ended by LF:
 *
 *     S: glassbox oracle KIND     padding, v15, manger or timing
 *     S: NAME VALUE               target, check; n, e; length; counted; tag
 *     S: ready
 *     C: a query                  bytes in hexadecimal; of timing the guess itself
 *     S: the answer               a word: "ok", or what is wrong. As many lines as came, in order
 *
 * target is the sealed message, check the SHA-256 of what is in it, for the proof at the end.
 */
#ifndef GLASSBOX_ATTACK_ORACLE_H
#define GLASSBOX_ATTACK_ORACLE_H

#define ORACLE_LINE_BYTES 8192 /* the longest, its LF included */

int oracle_command_serve(int argc, char **argv);
int oracle_command_ask(int argc, char **argv);
int oracle_command_break(int argc, char **argv);

#endif
