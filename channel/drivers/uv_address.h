/*
 * Internet addresses as text, with numbers only: for logs, and for records by address.
 */
#ifndef GLASSBOX_UV_ADDRESS_H
#define GLASSBOX_UV_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#define UV_ADDRESS_BYTES 64 /* with the 0 at the end */

/* "127.0.0.1" (also for an IPv4 peer of an IPv6 socket), "::1"; false, with "unknown" and 0, for no
 * address: the system forgets it when a connection is reset. port may be NULL. */
bool uv_address_text(char text[UV_ADDRESS_BYTES], uint16_t *port,
                     const struct sockaddr_storage *from);
/* The same of the two ends of a connection. */
bool uv_address_peer(char text[UV_ADDRESS_BYTES], uint16_t *port, const uv_tcp_t *tcp);
bool uv_address_own(char text[UV_ADDRESS_BYTES], uint16_t *port, const uv_tcp_t *tcp);
uint16_t uv_address_local_port(const uv_tcp_t *tcp);

/* What one person may hold: an IPv4 address, or the first 64 bits of an IPv6 one (RFC 6177). To be
 * compared with memcmp; all 0 for no address. */
struct uv_network {
    uint8_t bytes[16];
};
void uv_address_network(struct uv_network *network, const uv_tcp_t *tcp);

#endif
