/*
 * keytool: makes, shows and uses keys, and says who is allowed.
 *
 * One file a command, or a few that belong together; each takes its own command line (argv[0] is
 * "keytool NAME") and returns the exit status. The files themselves are channel/keys/key_store.h,
 * allow_list.h and known_peers.h.
 */
#ifndef GLASSBOX_KEYTOOL_H
#define GLASSBOX_KEYTOOL_H

int keytool_gen(int argc, char **argv);
int keytool_list(int argc, char **argv);
int keytool_version(int argc, char **argv);
int keytool_show(int argc, char **argv);
int keytool_fingerprint(int argc, char **argv);
int keytool_export(int argc, char **argv);
int keytool_import(int argc, char **argv);
int keytool_check(int argc, char **argv);
int keytool_audit(int argc, char **argv);
int keytool_passwd(int argc, char **argv);
int keytool_encrypt(int argc, char **argv);
int keytool_decrypt(int argc, char **argv);
int keytool_sign(int argc, char **argv);
int keytool_verify(int argc, char **argv);
int keytool_seal(int argc, char **argv);
int keytool_open(int argc, char **argv);
int keytool_walk(int argc, char **argv);  /* a table of commands of its own */
int keytool_group(int argc, char **argv); /* a table of commands of its own */
int keytool_allow(int argc, char **argv); /* a table of commands of its own */

int allow_command_add(int argc, char **argv);
int allow_command_set(int argc, char **argv);
int allow_command_remove(int argc, char **argv);
int allow_command_list(int argc, char **argv);
int allow_command_check(int argc, char **argv);
int allow_command_pending(int argc, char **argv);
int allow_command_accept(int argc, char **argv);
int allow_command_reject(int argc, char **argv);
int allow_command_export(int argc, char **argv);
int allow_command_import(int argc, char **argv);

#endif
