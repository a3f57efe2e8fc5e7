/*
 * Plain FTP's data connections: PASV and EPSV (we listen), PORT and EPRT (we connect).
 *
 * Only the control connection's peer may connect, and we connect to it alone, at a port above 1023
 * (RFC 2577: against the bounce attack and port theft).
 */
#ifndef GLASSBOX_FTP_DATA_PORT_H
#define GLASSBOX_FTP_DATA_PORT_H

#include "uv_ports.h"

#include <sys/socket.h>

struct data_port;

/* Listens at the address that the client has reached us at. A libuv error. */
int data_port_listen(struct data_port **port, struct uv_ports *ports, const uv_tcp_t *control);
uint16_t data_port_number(const struct data_port *port);

/* Will connect there. UV_EPERM: not the peer's address, or not a port for this. */
int data_port_aim(struct data_port **port, const uv_tcp_t *control,
                  const struct sockaddr_storage *target);

/* Calls back once, with a connection (from malloc, the caller's), or NULL and a libuv error. The
 * port is not the caller's any more then. */
typedef void data_port_ready(void *owner, uv_tcp_t *tcp, int error);
void data_port_open(struct data_port *port, data_port_ready *ready, void *owner);

/* Gives up. NULL is fine. */
void data_port_free(struct data_port *port);

#endif
