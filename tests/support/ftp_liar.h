/*
 * An FTP server that says whatever a test wants: to see how our client meets a hostile one. Plain,
 * one session after the other, a thread of its own; without Criterion.
 */
#ifndef GLASSBOX_TESTS_FTP_LIAR_H
#define GLASSBOX_TESTS_FTP_LIAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NULL: an honest answer. */
struct ftp_lies {
    const char *greeting;  /* with its CRLF */
    const char *listing;   /* of MLSD */
    const char *contents;  /* of RETR and SITE TGET */
    size_t contents_bytes; /* 0: to its end */
    const char *facts;     /* the reply to MLST, without CRLF */
    const char *later;     /* the same once RETR has been said; NULL: as before */
    const char *size;      /* the reply to SIZE */
    const char *hash;      /* the reply to HASH; NULL: there is no such command */
    const char *passive;   /* the reply to EPSV, and then "%u" may stand for the port */
    const char *auth;      /* the reply to AUTH and what comes with it; no CRLF */
    const char *list;      /* of LIST: then there is no MLST, nor MLSD */
    bool tar;              /* FEAT names our mechanism, so folders come by SITE TGET */
    const char *done;      /* the reply behind a list or a file */
    bool classic;          /* PASV is known, and works */
    bool bare_lf;          /* lines end in LF alone */
    unsigned deaf_ms;      /* what is sent by STOR is not read for so long, but for a reset */
    bool stalls;           /* contents have no end, until the client hangs up */
    unsigned replies;      /* so many, then it hangs up; 0: no end */
};

struct ftp_liar;
struct ftp_liar *ftp_liar_start(const struct ftp_lies *lies);
uint16_t ftp_liar_port(const struct ftp_liar *liar);
/* Whether a command that begins like this has come, in any session; also while it runs. */
bool ftp_liar_heard(struct ftp_liar *liar, const char *command);
void ftp_liar_stop(struct ftp_liar *liar);

#endif
