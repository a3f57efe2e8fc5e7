/*
 * An FTP server under test: a home, a folder that is served, the program on a free port of
 * 127.0.0.1, plain FTP allowed, with the user anna whose password is "secret". Aborts if it does
 * not come up.
 *
 *     struct ftp_scene scene;
 *     ftp_scene_start(&scene, "--idle", "1", NULL);
 *     ... scene.port, scene.folder ...
 *     ftp_scene_stop(&scene);
 */
#ifndef GLASSBOX_TESTS_FTP_SCENE_H
#define GLASSBOX_TESTS_FTP_SCENE_H

#include "allow_list.h"
#include "process.h"

#include <stdint.h>

struct ftp_scene {
    char *home, *folder;
    struct process *server;
    uint16_t port;
};

void ftp_scene_start(struct ftp_scene *scene, ...) __attribute__((sentinel));
/* In the textbook suite, where a login costs next to nothing: keys of 512 bits on both sides, the
 * client's, sample_pair, is anna's. */
void ftp_scene_start_textbook(struct ftp_scene *scene, enum allow_role role);
/* The same in two steps: `wrapper` (NULL: none) is a shell script that ends in exec "$@". */
void ftp_scene_prepare(struct ftp_scene *scene);
void ftp_scene_launch(struct ftp_scene *scene, const char *wrapper, const char *const options[]);
/* SIGTERM; the exit status. Removes everything. */
int ftp_scene_stop(struct ftp_scene *scene);

/* A file in anna's folder, as the server's own system sees it: a path, to be freed. */
char *ftp_scene_file(const struct ftp_scene *scene, const char *name);
/* What the log holds now; to be freed. */
char *ftp_scene_log(const struct ftp_scene *scene);
/* Waits until it holds this text; false: it does not come. */
bool ftp_scene_logged(const struct ftp_scene *scene, const char *text);

#endif
