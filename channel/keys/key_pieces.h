/*
 * A text that holds keys of several formats, one behind the other, as `cat` makes it: cut into
 * pieces of one format each.
 *
 *     piece 1   -----BEGIN ...      blocks, and the words around them
 *     piece 2   field,value         our CSV: one key
 *     piece 3   ssh-rsa AAAA...     lines of OpenSSH
 *     piece 4   { ... }             JSON
 *
 * What is in front of the first belongs to it. A text of one format is one piece. For
 * key_formats_read.c. CT: none; where the pieces begin shows in time.
 */
#ifndef GLASSBOX_KEY_PIECES_H
#define GLASSBOX_KEY_PIECES_H

#include <stdbool.h>
#include <stddef.h>

struct key_pieces {
    const char *at;  /* where the next piece begins */
    size_t left;     /* bytes from there on */
    unsigned before; /* lines in front of it */
};

struct key_piece {
    const char *text;
    size_t bytes;
    unsigned before; /* lines in front of it */
};

/* The next piece; false: there is no more. */
bool key_pieces_next(struct key_piece *piece, struct key_pieces *pieces);

#endif
