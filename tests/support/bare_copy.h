/*
 * What no encrypted transfer can do without, and nothing else: read, seal, TCP, open, write; one
 * thread a side, OpenSSL's ChaCha20-Poly1305, records of 256 KiB. Without Criterion.
 */
#ifndef GLASSBOX_TESTS_BARE_COPY_H
#define GLASSBOX_TESTS_BARE_COPY_H

#include <stdbool.h>

/* Copies a file through a TCP connection of the loopback network, without any cipher if it is not
 * to be encrypted; the seconds it took. Aborts if anything fails. */
double bare_copy(const char *from, const char *to, bool encrypted);

#endif
