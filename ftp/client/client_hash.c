/* Whether both sides have the same file. HASH (draft-bryan-ftpext-hash): the server's SHA-256 of a
 * file, and ours of a local one. */
#include "client_control.h"
#include "client_transfer.h"
#include "hexadecimal.h"
#include "sym_sha256.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

static bool take_hash(struct client *client, char text[TRANSFER_HASH_TEXT], const char *remote)
{
    return (control_reply(client) / 100 == 2 && find_digest(text, client->reply.text)) ||
           control_refused(client, remote);
}

bool transfer_hash(struct client *client, char text[TRANSFER_HASH_TEXT], const char *remote)
{
    return control_send(client, "HASH", remote) && take_hash(client, text, remote);
}

/* As much of it as is there now: it may grow meanwhile. */
static bool hash_file(char text[TRANSFER_HASH_TEXT], int file)
{
    uint8_t digest[SYM_SHA256_BYTES], *piece = malloc(PIECE_BYTES);
    struct sym_sha256 state;
    struct stat status;
    bool read = piece && fstat(file, &status) == 0;
    sym_sha256_init(&state);
    for (off_t at = 0; read && at < status.st_size;) {
        size_t left = (size_t)(status.st_size - at);
        ssize_t got = pread(file, piece, left < PIECE_BYTES ? left : PIECE_BYTES, at);
        read = got >= 0;
        if (got <= 0)
            break;
        sym_sha256_update(&state, piece, (size_t)got);
        at += got;
    }
    sym_sha256_final(digest, &state);
    free(piece);
    *hex_write(text, digest, sizeof(digest)) = '\0';
    return read;
}

/* Both sides read at the same time. */
bool transfer_verify(struct client *client, const char *remote, int file, const char *local)
{
    char ours[TRANSFER_HASH_TEXT], theirs[TRANSFER_HASH_TEXT];
    if (!control_send(client, "HASH", remote))
        return false;
    bool read = hash_file(ours, file) || problem_errno(&client->problem, "%s", local);
    if (!take_hash(client, theirs, remote) || !read)
        return false;
    if (strcmp(ours, theirs) == 0)
        return true;
    return problem_set(&client->problem, "%s: not the same file on both sides (SHA-256)", local);
}
