/* HASH (draft-bryan-ftp-hash): the server's SHA-256 of a file, and ours of a local one. */
#include "client_control.h"
#include "client_transfer.h"
#include "sym_sha256.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)256 * 1024)

/* "SHA-256 0-LAST HEX path": the first word that is a digest. */
static bool find_digest(char text[TRANSFER_HASH_TEXT], const char *reply)
{
    while (*reply) {
        size_t length = strcspn(reply, " "), hex = 0;
        while (hex < length && isxdigit((unsigned char)reply[hex]))
            hex++;
        if (hex == length && length == TRANSFER_HASH_TEXT - 1) {
            for (size_t i = 0; i < length; i++)
                text[i] = (char)tolower((unsigned char)reply[i]);
            text[length] = '\0';
            return true;
        }
        reply += length + strspn(reply + length, " ");
    }
    return false;
}

bool transfer_hash(struct client *client, char text[TRANSFER_HASH_TEXT], const char *remote)
{
    int code = control_command(client, "HASH %s", remote);
    if (code == 0)
        return false;
    if (code / 100 == 2 && find_digest(text, client->reply.text))
        return true;
    return control_refused(client, remote);
}

static bool hash_file(char text[TRANSFER_HASH_TEXT], int file)
{
    uint8_t digest[SYM_SHA256_BYTES], *piece = malloc(PIECE_BYTES);
    struct sym_sha256 state;
    ssize_t got = -1;
    off_t at = 0;
    sym_sha256_init(&state);
    for (; piece && (got = pread(file, piece, PIECE_BYTES, at)) > 0; at += got)
        sym_sha256_update(&state, piece, (size_t)got);
    sym_sha256_final(digest, &state);
    free(piece);
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    return got == 0;
}

bool transfer_verify(struct client *client, const char *remote, int file, const char *local)
{
    char ours[TRANSFER_HASH_TEXT], theirs[TRANSFER_HASH_TEXT];
    if (!transfer_hash(client, theirs, remote))
        return false;
    if (!hash_file(ours, file))
        return problem_errno(&client->problem, "%s", local);
    if (strcmp(ours, theirs) == 0)
        return true;
    return problem_set(&client->problem, "%s: not the same file on both sides (SHA-256)", local);
}
