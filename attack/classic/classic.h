/*
 * attack classic: ciphers of the course, from their ciphertexts alone or with what is known beside.
 */
#ifndef GLASSBOX_ATTACK_CLASSIC_H
#define GLASSBOX_ATTACK_CLASSIC_H

int classic_command_caesar(int argc, char **argv);
int classic_command_vigenere(int argc, char **argv);
int classic_command_xor(int argc, char **argv);
int classic_command_two_time(int argc, char **argv);
int classic_command_xor_cbc(int argc, char **argv);
int classic_command_feistel(int argc, char **argv);
int classic_command_ecb(int argc, char **argv);

#endif
