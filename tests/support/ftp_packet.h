/*
 * A client of plain FTP that says several commands before it hears a reply: in one packet, one byte
 * at a time, or hanging up in the middle. It serves the data connections on the way: an upload is
 * empty, a download is read and forgotten. Without Criterion.
 */
#ifndef GLASSBOX_TESTS_FTP_PACKET_H
#define GLASSBOX_TESTS_FTP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FTP_PACKET_COMMANDS 16 /* at most */

enum ftp_packet_kind {
    FTP_LOGIN = 1,  /* the login is another one afterwards, or gone */
    FTP_UPLOAD = 2, /* a transfer, and its direction */
    FTP_DOWNLOAD = 4,
    FTP_ANY_TIME = 8, /* is answered during a transfer */
    FTP_ALIAS = 16,   /* of another row, or refused like it */
    FTP_CHANGES = 32  /* files, as uploads do */
};

/* Rows that together have all verbs of the server, SITE's too; the last has no line. Port 0 of PORT
 * and EPRT stands for the client's own. */
struct ftp_packet_command {
    const char *line;
    unsigned kind;
};
extern const struct ftp_packet_command ftp_packet_commands[];
size_t ftp_packet_count(void);

struct ftp_packet;

/* Connects, and logs in as anna; NULL: nobody is there. */
struct ftp_packet *ftp_packet_new(uint16_t port);
void ftp_packet_free(struct ftp_packet *packet);
/* The same without a FIN: what the server says from now on fails. */
void ftp_packet_reset(struct ftp_packet *packet);

enum ftp_packet_way { FTP_IN_ONE, FTP_IN_TURN, FTP_BY_BYTES };

/* Says these rows, and waits until `wanted` last replies (200 and more) have come. Returns how many
 * did; their codes follow the order in which they came. Fewer: the connection is at its end
 * (ftp_packet_ended), or time was up. */
size_t ftp_packet_say(struct ftp_packet *packet, enum ftp_packet_way way, const size_t rows[],
                      size_t count, size_t wanted, int codes[]);
bool ftp_packet_ended(const struct ftp_packet *packet);
/* REIN, USER and PASS in one packet: all is as if it was new. */
bool ftp_packet_again(struct ftp_packet *packet);

#endif
