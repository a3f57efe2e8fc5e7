/*
 * cipher: the symmetric ciphers of the house as commands: to use them, and to look inside.
 *
 * A file or a folder a command; each takes its own command line (argv[0] is "cipher NAME") and
 * returns the exit status.
 */
#ifndef GLASSBOX_CIPHER_H
#define GLASSBOX_CIPHER_H

int cipher_list(int argc, char **argv);
int cipher_encrypt(int argc, char **argv);
int cipher_decrypt(int argc, char **argv);
int cipher_walk(int argc, char **argv); /* a table of commands of its own */
int cipher_avalanche(int argc, char **argv);
int cipher_statistics(int argc, char **argv);
int cipher_picture(int argc, char **argv);

#endif
