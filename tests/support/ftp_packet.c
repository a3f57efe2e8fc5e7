/* Several commands before a reply. */
#include "ftp_packet.h"

#include "raw_client.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECONDS   30
#define DATA_MAX  16
#define LINE_FULL 4096

const struct ftp_packet_command ftp_packet_commands[] = {
    {"USER anna", FTP_LOGIN},
    {"PASS secret", FTP_LOGIN},
    {"ACCT x", 0},
    {"QUIT", FTP_LOGIN},
    {"REIN", FTP_LOGIN},
    {"NOOP", FTP_ANY_TIME},
    {"HELP", 0},
    {"SYST", 0},
    {"STAT", FTP_ANY_TIME},
    {"STAT f", 0},
    {"ABOR", FTP_ANY_TIME},
    {"\377\364\377\362ABOR", FTP_ANY_TIME},
    {"TYPE A", 0},
    {"MODE S", 0},
    {"STRU F", 0},
    {"ALLO 1", 0},
    {"PWD", 0},
    {"XPWD", FTP_ALIAS},
    {"CWD d", 0},
    {"XCWD d", FTP_ALIAS},
    {"CDUP", 0},
    {"XCUP", FTP_ALIAS},
    {"MKD new", FTP_CHANGES},
    {"XMKD new", FTP_ALIAS | FTP_CHANGES},
    {"RMD e", FTP_CHANGES},
    {"XRMD e", FTP_ALIAS | FTP_CHANGES},
    {"DELE f", FTP_CHANGES},
    {"RNFR f", 0},
    {"RNTO g", FTP_CHANGES},
    {"REST 2", 0},
    {"RETR f", FTP_DOWNLOAD},
    {"STOR up", FTP_UPLOAD},
    {"STOU", FTP_UPLOAD},
    {"APPE up", FTP_UPLOAD},
    {"LIST", FTP_DOWNLOAD},
    {"NLST", FTP_DOWNLOAD},
    {"PASV", 0},
    {"PORT 127,0,0,1,0,0", 0},
    {"AUTH GLASSBOX", FTP_LOGIN},
    {"PBSZ 0", 0},
    {"PROT P", 0},
    {"CCC", 0},
    {"ADAT x", FTP_ALIAS},
    {"MIC x", FTP_ALIAS},
    {"CONF x", FTP_ALIAS},
    {"ENC x", FTP_ALIAS},
    {"SMNT d", 0},
    {"LANG en", 0},
    {"FEAT", 0},
    {"OPTS UTF8 ON", 0},
    {"EPSV", 0},
    {"EPSV ALL", FTP_LOGIN},
    {"EPRT |1|127.0.0.1|0|", 0},
    {"SIZE f", 0},
    {"MDTM f", 0},
    {"MFMT 20260101000000 f", FTP_CHANGES},
    {"MLST f", 0},
    {"MLSD", FTP_DOWNLOAD},
    {"HASH f", 0},
    {"AVBL", 0},
    {"SITE HELP", 0},
    {"SITE CHMOD 644 f", 0},
    {"SITE CPFR f", 0},
    {"SITE CPTO h", FTP_CHANGES},
    {"SITE QUOTA", 0},
    {"SITE TGET d", FTP_DOWNLOAD},
    {"SITE TPUT t", FTP_UPLOAD},
    {"SITE WHO", 0},
    {"SITE KICK 1", 0},
    {"SITE ALLOW x", 0},
    {"XYZZY", 0},
    {"", 0},
    {NULL, 0},
};

size_t ftp_packet_count(void)
{
    size_t count = 0;
    while (ftp_packet_commands[count].line)
        count++;
    return count;
}

struct ftp_packet {
    int control, listener;
    int data[DATA_MAX];
    size_t data_count;
    uint16_t own_port;
    char line[LINE_FULL]; /* the reply's line as far as it has come */
    size_t line_bytes;
    int open_reply; /* the code of a reply of several lines, 0: none */
    bool ended;
    bool sealed; /* after 234: what comes is no FTP any more */
    bool uploading;
    /* of this packet */
    const size_t *rows;
    int *codes;
    size_t finals;
};

/* --- data connections ------------------------------------------------------------------------- */
static void add_data(struct ftp_packet *packet, int data)
{
    if (data < 0)
        return;
    if (packet->data_count == DATA_MAX)
        abort();
    packet->data[packet->data_count++] = data;
    if (packet->uploading)
        shutdown(data, SHUT_WR);
}

/* What comes is forgotten; false: the end. */
static bool drain(int data)
{
    char piece[65536];
    return recv(data, piece, sizeof(piece), MSG_DONTWAIT) > 0;
}

/* PASV and EPSV: the port is called at once, for what may stand behind them in the packet. */
static void call(struct ftp_packet *packet, const char *line, int code)
{
    unsigned high = 0, low = 0;
    if (code == 229 && sscanf(strchr(line, '('), "(|||%u|)", &low) == 1)
        add_data(packet, raw_connect((uint16_t)low));
    else if (code == 227 && sscanf(strchr(line, '('), "(%*u,%*u,%*u,%*u,%u,%u)", &high, &low) == 2)
        add_data(packet, raw_connect((uint16_t)(high * 256 + low)));
}

/* Until now every command has its last reply, so that this transfer is the next one. */
static void begin(struct ftp_packet *packet)
{
    packet->uploading = ftp_packet_commands[packet->rows[packet->finals]].kind & FTP_UPLOAD;
    for (size_t i = 0; packet->uploading && i < packet->data_count; i++)
        shutdown(packet->data[i], SHUT_WR);
}

/* --- replies ---------------------------------------------------------------------------------- */
static void on_addresses(struct ftp_packet *packet, const char *line)
{
    int code = atoi(line);
    if (packet->open_reply && (code != packet->open_reply || line[3] != ' '))
        return;
    packet->open_reply = line[3] == '-' ? code : 0;
    if (line[3] == '-')
        return;
    call(packet, line, code);
    if (code == 150)
        begin(packet);
    if (code < 200)
        return;
    packet->uploading = false;
    packet->codes[packet->finals++] = code;
    packet->sealed = code == 234;
}

static void hear(struct ftp_packet *packet)
{
    char piece[16384];
    ssize_t got = recv(packet->control, piece, sizeof(piece), MSG_DONTWAIT);
    packet->ended = got <= 0;
    for (ssize_t i = 0; i < got && !packet->sealed; i++) {
        packet->line[packet->line_bytes] = piece[i];
        if (packet->line_bytes + 1 < LINE_FULL)
            packet->line_bytes++;
        if (piece[i] != '\n')
            continue;
        packet->line[packet->line_bytes] = '\0';
        packet->line_bytes = 0;
        if (packet->finals < FTP_PACKET_COMMANDS)
            on_addresses(packet, packet->line);
    }
}

/* False: time is up. */
static bool wait_once(struct ftp_packet *packet)
{
    struct pollfd all[2 + DATA_MAX] = {{packet->control, POLLIN, 0}, {packet->listener, POLLIN, 0}};
    size_t count = packet->data_count;
    for (size_t i = 0; i < count; i++)
        all[2 + i] = (struct pollfd){packet->data[i], POLLIN, 0};
    if (poll(all, 2 + count, SECONDS * 1000) <= 0)
        return false;
    for (size_t i = count; i-- > 0;)
        if (all[2 + i].revents && !drain(packet->data[i])) {
            close(packet->data[i]);
            packet->data[i] = packet->data[--packet->data_count];
        }
    if (all[1].revents)
        add_data(packet, accept(packet->listener, NULL, NULL));
    if (all[0].revents)
        hear(packet);
    return true;
}

static void wait_for(struct ftp_packet *packet, size_t wanted)
{
    while (!packet->ended && packet->finals < wanted && wait_once(packet))
        continue;
}

/* --- commands --------------------------------------------------------------------------------- */
static size_t write_line(const struct ftp_packet *packet, char *out, size_t space, size_t row)
{
    const char *line = ftp_packet_commands[row].line;
    int bytes;
    if (strncmp(line, "PORT", 4) == 0)
        bytes = snprintf(out, space, "PORT 127,0,0,1,%u,%u\r\n", packet->own_port / 256,
                         packet->own_port % 256);
    else if (strncmp(line, "EPRT", 4) == 0)
        bytes = snprintf(out, space, "EPRT |1|127.0.0.1|%u|\r\n", packet->own_port);
    else
        bytes = snprintf(out, space, "%s\r\n", line);
    return (size_t)bytes;
}

static void send_all(const struct ftp_packet *packet, const char *bytes, size_t count, size_t step)
{
    for (size_t at = 0; at < count; at += step) {
        ssize_t sent = send(packet->control, bytes + at, step, MSG_NOSIGNAL);
        (void)sent; /* the reply that does not come tells */
    }
}

size_t ftp_packet_say(struct ftp_packet *packet, enum ftp_packet_way way, const size_t rows[],
                      size_t count, size_t wanted, int codes[])
{
    char text[FTP_PACKET_COMMANDS * 64];
    size_t bytes = 0;
    packet->rows = rows;
    packet->codes = codes;
    packet->finals = 0;
    for (size_t i = 0; i < count; i++) {
        bytes += write_line(packet, text + bytes, sizeof(text) - bytes, rows[i]);
        if (way == FTP_IN_TURN && !packet->sealed) {
            send_all(packet, text, bytes, bytes);
            wait_for(packet, i + 1);
            bytes = 0;
        }
    }
    if (way != FTP_IN_TURN) {
        send_all(packet, text, bytes, way == FTP_IN_ONE ? bytes : 1);
        wait_for(packet, wanted);
    }
    return packet->finals;
}

bool ftp_packet_ended(const struct ftp_packet *packet)
{
    return packet->ended || packet->sealed;
}

/* Rows of the table, whatever its order. */
static size_t row_of(const char *line)
{
    size_t row = 0;
    while (strcmp(ftp_packet_commands[row].line, line) != 0)
        row++;
    return row;
}

bool ftp_packet_again(struct ftp_packet *packet)
{
    const size_t rows[] = {row_of("REIN"), row_of("USER anna"), row_of("PASS secret")};
    int codes[FTP_PACKET_COMMANDS];
    return ftp_packet_say(packet, FTP_IN_ONE, rows, 3, 3, codes) == 3 && codes[2] == 230;
}

/* --- there and gone --------------------------------------------------------------------------- */
static int listen_somewhere(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, bytes) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &bytes) != 0)
        abort();
    *port = ntohs(address.sin_port);
    return listener;
}

struct ftp_packet *ftp_packet_new(uint16_t port)
{
    struct ftp_packet *packet = calloc(1, sizeof(*packet));
    int codes[FTP_PACKET_COMMANDS];
    if (!packet)
        abort();
    packet->control = raw_connect(port);
    packet->listener = listen_somewhere(&packet->own_port);
    packet->codes = codes;
    packet->ended = packet->control < 0;
    wait_for(packet, 1);
    if (packet->finals == 1 && ftp_packet_again(packet))
        return packet;
    ftp_packet_free(packet);
    return NULL;
}

void ftp_packet_free(struct ftp_packet *packet)
{
    if (!packet)
        return;
    for (size_t i = 0; i < packet->data_count; i++)
        close(packet->data[i]);
    close(packet->listener);
    if (packet->control >= 0)
        close(packet->control);
    free(packet);
}

void ftp_packet_reset(struct ftp_packet *packet)
{
    const struct linger now = {.l_onoff = 1};
    setsockopt(packet->control, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    ftp_packet_free(packet);
}
