/*
 * attack dlog: a file a command. Each takes its own command line (argv[0] is "attack dlog NAME") and
 * returns the exit status. The logarithms themselves are key_agreement/break; dlog_show.h shows what
 * is found, dlog_session.h follows a recorded talk.
 */
#ifndef GLASSBOX_ATTACK_DLOG_H
#define GLASSBOX_ATTACK_DLOG_H

int dlog_command_find(int argc, char **argv);
int dlog_command_talk(int argc, char **argv);
int dlog_command_confine(int argc, char **argv);
int dlog_command_ladder(int argc, char **argv);

#endif
