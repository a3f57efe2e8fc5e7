/*
 * Replies of an FTP server (RFC 959 4.2): three digits and a text, on one line or, as "123-" until
 * "123 ", on several. Lines end in CR LF; what is inside a line may be any byte. If the very first
 * line ends in LF alone, so do all.
 */
#ifndef GLASSBOX_FTP_REPLY_H
#define GLASSBOX_FTP_REPLY_H

#include "buffer.h"

#define REPLY_MAX ((size_t)1024 * 1024) /* longer ones are an error */

struct reply {
    int code;   /* 0 before the first line is complete */
    char *text; /* without codes, lines joined by a newline; a 0 follows */
    size_t bytes;
    /* Inside: */
    struct buffer line;
    bool first_seen, bare_lf; /* the first line was, and how it ended */
};

enum reply_state { REPLY_MORE, REPLY_COMPLETE, REPLY_WRONG };

/* Empties it for the next reply. Set it to {0} first. */
void reply_clear(struct reply *reply);
void reply_free(struct reply *reply);

/* Takes bytes up to the end of the reply, and says how many it used. REPLY_WRONG: this is no reply,
 * it is too long, or there is no memory. */
enum reply_state reply_take(struct reply *reply, const void *data, size_t bytes, size_t *used);

/* The path in the quotes of a 257 (RFC 959, appendix II), "" becoming ", a new string; or NULL. */
char *reply_quoted(const struct reply *reply);

#endif
