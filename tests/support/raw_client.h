/*
 * A client of the rendezvous in single steps, over the engine and a blocking socket, so that a test
 * can do in between what no honest client does. Without Criterion, so that benches use it too.
 */
#ifndef GLASSBOX_TESTS_RAW_CLIENT_H
#define GLASSBOX_TESTS_RAW_CLIENT_H

#include "channel.h"

/* A TCP connection to 127.0.0.1; -1 if refused. Reads and writes give up after 30 seconds. */
int raw_connect(uint16_t port);
/* The same from 127.0.0.LAST: as far as a server sees, somebody else. */
int raw_connect_from(uint8_t last, uint16_t port);
/* Waits until the peer closes the connection; false if it does not within 30 seconds. */
bool raw_wait_closed(int socket);

/* Does what the engine asks for (every server is welcome) until one of these flags is up. False:
 * the channel has ended before; see channel_error. ephemeral: a pair, copied; NULL: fresh. */
bool raw_drive(struct channel *channel, int socket, unsigned flags,
               const struct rsa_key *ephemeral);

/* The first half: handshake at the rendezvous up to the ticket, which the caller frees; NULL and
 * *error if it fails. */
struct channel_ticket *raw_knock(uint16_t port, const struct channel_config *config,
                                 const struct rsa_key *ephemeral, enum channel_error *error);
/* The second: an open channel at the ticket's port, and its socket; NULL if it fails. */
struct channel *raw_resume(int *socket, const struct channel_config *config,
                           const struct channel_ticket *ticket);

#endif
