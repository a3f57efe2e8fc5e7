/*
 * Free TCP ports of the loopback network, for programs that cannot pick one themselves.
 */
#ifndef GLASSBOX_TESTS_FREE_PORT_H
#define GLASSBOX_TESTS_FREE_PORT_H

#include <stdint.h>

/* The first of `count` ports in a row that are free at this moment, outside the range from which
 * the system takes its own (so nobody else gets them by chance). Aborts if there are none. */
uint16_t free_ports(unsigned count);

#endif
