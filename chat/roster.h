/*
 * Who is in the room, in two orders: by name, and by key and number. Two arrays of pointers, so a
 * look-up takes log(members) steps, and coming and going moves some pointers.
 */
#ifndef GLASSBOX_CHAT_ROSTER_H
#define GLASSBOX_CHAT_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session;

/* Zeroed at first. */
struct roster {
    struct session **by_name, **by_key;
    size_t count, space;
};

/* By the session's name, digest and number, none of which changes while it is in. False: no memory,
 * and it is not. */
bool roster_add(struct roster *roster, struct session *session) __attribute__((warn_unused_result));
void roster_remove(struct roster *roster, const struct session *session);
/* It goes by another name from now on. */
void roster_rename(struct roster *roster, struct session *session, const char *name);
/* When all have left. */
void roster_free(struct roster *roster);

struct session *roster_find(const struct roster *roster, const char *name);
/* Where in by_name those begin whose names come after this one; "" for all. */
size_t roster_after(const struct roster *roster, const char *name);
/* The smallest number, from 1, that no session of this key has. */
unsigned roster_free_number(const struct roster *roster, const uint8_t *digest);

#endif
