/*
 * What no room can do without, and nothing else: a TCP connection for each member and one write to
 * each of them for what is said. No keys, no names, no records: the stranger that the chat server
 * is measured against. A process of its own, as the server is. Without Criterion.
 */
#ifndef GLASSBOX_TESTS_BARE_ROOM_H
#define GLASSBOX_TESTS_BARE_ROOM_H

#include <stddef.h>
#include <sys/types.h>

/* Fills sockets[count] with the members' ends, on the loopback network; the caller closes them.
 * What sockets[0] sends all of them hear, what has come in meanwhile in one write. The process ends
 * when sockets[0] is closed; it is the caller's to wait for. Aborts if anything fails. */
pid_t bare_room_start(int *sockets, size_t count);

#endif
