/* A capture file made of segments: see pcap.h. */
#include "pcap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTIONS_MAX 256
#define IP_BYTES        20
#define TCP_BYTES       20
#define SEGMENT_MAX     60000
#define LINKTYPE_IPV4   228
#define FIN             0x01
#define SYN             0x02
#define PUSH            0x08
#define ACK             0x10

struct pcap {
    FILE *file;
    size_t segment;
    uint32_t microseconds;
    unsigned connections;
    struct {
        uint16_t ports[2];
        uint32_t next[2]; /* sequence numbers */
    } lines[CONNECTIONS_MAX];
};

static void put16(uint8_t *at, uint32_t number)
{
    at[0] = (uint8_t)(number >> 8);
    at[1] = (uint8_t)number;
}

static void put32(uint8_t *at, uint32_t number)
{
    put16(at, number >> 16);
    put16(at + 2, number & 0xffff);
}

static void write_all(struct pcap *pcap, const void *data, size_t bytes)
{
    if (bytes > 0 && fwrite(data, 1, bytes, pcap->file) != bytes) {
        perror("pcap");
        abort();
    }
}

struct pcap *pcap_create(const char *path)
{
    /* Magic number, version 2.4, no time zone, no accuracy, snap length, link type. */
    const uint32_t head[] = {0xa1b2c3d4, 4u << 16 | 2, 0, 0, 262144, LINKTYPE_IPV4};
    struct pcap *pcap = calloc(1, sizeof(*pcap));
    if (!pcap || !(pcap->file = fopen(path, "wb"))) {
        perror(path);
        abort();
    }
    write_all(pcap, head, sizeof(head));
    return pcap;
}

void pcap_segments(struct pcap *pcap, size_t bytes)
{
    pcap->segment = bytes;
}

/* One IPv4 packet (RFC 791) with one TCP segment (RFC 9293); checksums are left 0, as a network
 * card would fill them in. */
static void put_packet(struct pcap *pcap, unsigned line, enum pcap_side from, unsigned flags,
                       const uint8_t *data, size_t bytes)
{
    const uint32_t size = (uint32_t)(IP_BYTES + TCP_BYTES + bytes);
    const uint32_t head[] = {1700000000, pcap->microseconds += 100, size, size};
    uint8_t packet[IP_BYTES + TCP_BYTES] = {0x45, [8] = 64, [9] = 6}, *tcp = packet + IP_BYTES;
    put16(packet + 2, size);
    put32(packet + 12, 0x7f000001);
    put32(packet + 16, 0x7f000001);
    put16(tcp, pcap->lines[line].ports[from]);
    put16(tcp + 2, pcap->lines[line].ports[!from]);
    put32(tcp + 4, pcap->lines[line].next[from]);
    put32(tcp + 8, flags & ACK ? pcap->lines[line].next[!from] : 0);
    tcp[12] = TCP_BYTES / 4 << 4;
    tcp[13] = (uint8_t)flags;
    put16(tcp + 14, 65535);
    write_all(pcap, head, sizeof(head));
    write_all(pcap, packet, sizeof(packet));
    write_all(pcap, data, bytes);
    pcap->lines[line].next[from] += (uint32_t)bytes + (flags & (SYN | FIN) ? 1 : 0);
}

unsigned pcap_connect(struct pcap *pcap, uint16_t client_port, uint16_t server_port)
{
    unsigned line = pcap->connections++;
    if (line >= CONNECTIONS_MAX)
        abort();
    pcap->lines[line].ports[PCAP_CLIENT] = client_port;
    pcap->lines[line].ports[PCAP_SERVER] = server_port;
    pcap->lines[line].next[PCAP_CLIENT] = 1000;
    pcap->lines[line].next[PCAP_SERVER] = 5000;
    put_packet(pcap, line, PCAP_CLIENT, SYN, NULL, 0);
    put_packet(pcap, line, PCAP_SERVER, SYN | ACK, NULL, 0);
    put_packet(pcap, line, PCAP_CLIENT, ACK, NULL, 0);
    return line;
}

void pcap_send(struct pcap *pcap, unsigned connection, enum pcap_side from, const void *data,
               size_t bytes)
{
    const uint8_t *at = data;
    const size_t most = pcap->segment ? pcap->segment : SEGMENT_MAX;
    while (bytes > 0) {
        size_t part = bytes < most ? bytes : most;
        put_packet(pcap, connection, from, PUSH | ACK, at, part);
        at += part;
        bytes -= part;
    }
}

void pcap_finish(struct pcap *pcap, unsigned connection)
{
    put_packet(pcap, connection, PCAP_CLIENT, FIN | ACK, NULL, 0);
    put_packet(pcap, connection, PCAP_SERVER, FIN | ACK, NULL, 0);
    put_packet(pcap, connection, PCAP_CLIENT, ACK, NULL, 0);
}

void pcap_close(struct pcap *pcap)
{
    if (!pcap)
        return;
    if (fclose(pcap->file) != 0) {
        perror("pcap");
        abort();
    }
    free(pcap);
}
