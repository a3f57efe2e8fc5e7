/*
 * A capture file, written without the right to capture: TCP segments around bytes that a test has
 * seen cross the line. The packets are IPv4 in a classic pcap file, so tshark and tcpdump read it.
 * Without Criterion.
 *
 *     struct pcap *pcap = pcap_create("talk.pcap");
 *     unsigned line = pcap_connect(pcap, 40000, 10101);
 *     pcap_send(pcap, line, PCAP_CLIENT, frame, bytes);
 *     pcap_finish(pcap, line);
 *     pcap_close(pcap);
 */
#ifndef GLASSBOX_TESTS_PCAP_H
#define GLASSBOX_TESTS_PCAP_H

#include <stddef.h>
#include <stdint.h>

enum pcap_side { PCAP_CLIENT, PCAP_SERVER };

struct pcap;

/* Aborts if it cannot be written. */
struct pcap *pcap_create(const char *path);
/* Most bytes in one segment from now on; 0: as many as fit. */
void pcap_segments(struct pcap *pcap, size_t bytes);
/* A connection's three opening packets; both ends are on 127.0.0.1. At most 256. */
unsigned pcap_connect(struct pcap *pcap, uint16_t client_port, uint16_t server_port);
void pcap_send(struct pcap *pcap, unsigned connection, enum pcap_side from, const void *data,
               size_t bytes);
void pcap_finish(struct pcap *pcap, unsigned connection);
void pcap_close(struct pcap *pcap);

#endif
