/*
 * attack rsa: one file a command, or a few that belong together. Each takes its own command line
 * (argv[0] is "attack rsa NAME") and returns the exit status. The attacks themselves are
 * bignum_rsa/break; rsa_subject.h reads what is attacked, rsa_show.h shows what came of it.
 */
#ifndef GLASSBOX_ATTACK_RSA_H
#define GLASSBOX_ATTACK_RSA_H

int rsa_command_root(int argc, char **argv);

#endif
