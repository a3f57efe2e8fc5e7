/*
 * The jail: a user's folder; no name leads out of it.
 *
 * A view path is how a user sees the tree: absolute ("/" is the folder itself), without "." and
 * "..", without double slashes. view_path makes it, from text alone: ".." cannot climb above "/".
 * What the names then mean is looked up on directory descriptors, never as a text of a path:
 * openat2(2) with RESOLVE_BENEATH, or, where the system has no such call, a walk of our own that
 * follows links one name at a time and never leaves the descriptors it has opened. So a link, or a
 * folder renamed in between, leads nowhere else. Links that stay inside are followed.
 *
 * Names of ours (uploads that are not complete: PARTIAL_PREFIX) cannot be said by users.
 */
#ifndef GLASSBOX_FTP_JAIL_H
#define GLASSBOX_FTP_JAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define VIEW_PATH_BYTES 4096 /* with the 0 at the end */

/* out: argument seen from the folder cwd (a view path). False: too long (errno ENAMETOOLONG), or a
 * name of ours (ENOENT). */
bool view_path(char out[VIEW_PATH_BYTES], const char *cwd, const char *argument);
/* The last name of a view path; "" for "/". */
const char *view_name(const char *path);

/* openat(2) in the jail: root is a descriptor of the folder, path a view path. O_CLOEXEC is
 * added. -1 and errno; EXDEV: it leads out. */
int jail_open(int root, const char *path, int flags, mode_t mode);
/* The folder in which the last name of path stands, for calls such as mkdirat(2) on that name; -1
 * and errno, EINVAL for "/". */
int jail_open_parent(int root, const char *path);

#endif
