/*
 * attack rsa: one file a command, or a few that belong together. Each takes its own command line
 * (argv[0] is "attack rsa NAME") and returns the exit status. The attacks themselves are
 * bignum_rsa/break; rsa_subject.h reads what is attacked, rsa_show.h shows what came of it.
 */
#ifndef GLASSBOX_ATTACK_RSA_H
#define GLASSBOX_ATTACK_RSA_H

int rsa_command_root(int argc, char **argv);
int rsa_command_broadcast(int argc, char **argv);
int rsa_command_common_modulus(int argc, char **argv);
int rsa_command_guess(int argc, char **argv);
int rsa_command_multiply(int argc, char **argv);
int rsa_command_blind(int argc, char **argv);
int rsa_command_forge_e3(int argc, char **argv);
int rsa_command_garble(int argc, char **argv);
int rsa_command_fault(int argc, char **argv);
int rsa_command_from_d(int argc, char **argv);
int rsa_command_factor(int argc, char **argv);
int rsa_command_ladder(int argc, char **argv);

#endif
