/*
 * Our FTP client under test, as people use it: shell scripts in a scratch folder.
 *
 *     struct ftp_scene scene;
 *     ftp_scene_prepare(&scene);
 *     ftp_script_allow(&scene);
 *     ftp_scene_launch(&scene, NULL, (const char *const[]){NULL});
 *     int status = ftp_script(&scene, "echo hello >a; c 'put a' 'get a b'; cmp a b", &said);
 *
 * In the script: $P the server's port, $S anna's folder on the server, $BIN the programs; `f
 * OPTIONS` is ftp connect to it, `c COMMAND...` the same with each COMMAND behind a -c. The first
 * command that fails ends the script with its status.
 */
#ifndef GLASSBOX_TESTS_FTP_SCRIPT_H
#define GLASSBOX_TESTS_FTP_SCRIPT_H

#include "ftp_scene.h"

/* Makes the key `client` in the scene's home and allows it as anna. */
void ftp_script_allow(const struct ftp_scene *scene);
/* The same for a server of this suite, which has keys of its own: `client` or `client-textbook`. */
void ftp_script_allow_in(const struct ftp_scene *scene, const char *suite);

/* Runs the script in a scratch folder of its own, and returns its status; *said (freed by the
 * caller) is all it wrote. It may be silent for PROCESS_SECONDS, `patience` times. */
int ftp_script_patient(const struct ftp_scene *scene, const char *script, unsigned patience,
                       char **said);
int ftp_script(const struct ftp_scene *scene, const char *script, char **said);

/* All of it: a server with these options, a script that must end with status 0. */
void ftp_script_check(const char *script, ...) __attribute__((sentinel));

#endif
