/*
 * tshark with our dissector (docs/wireshark/glassbox.lua), as a stranger that reads our captures.
 * Without Criterion; the tests run in the folder of the sources.
 */
#ifndef GLASSBOX_TESTS_TSHARK_H
#define GLASSBOX_TESTS_TSHARK_H

#include "wire.h"

/* "glassbox.client_hello.id_n", at most 64 bytes. Returns path. */
char *tshark_field(char path[64], enum wire_message message, size_t field);

/* Runs tshark on a capture with these arguments more (ended by NULL), a key log or NULL; all that
 * it prints on both streams, to be freed. Aborts if it fails, or if the dissector has an error. */
char *tshark_run(const char *pcap, const char *keys, const char *const arguments[]);

/* Every field of the table, in order, a line each: its path, a space, its bytes in hex. */
char *tshark_fields(const char *pcap, const char *keys);

#endif
