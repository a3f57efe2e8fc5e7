/*
 * Fuzzes the FTP client with what a server says: replies on the control connection and listings on
 * data connections, for all ways of looking into a folder. There are no ports: the functions of
 * client_data.h are here, and give the listing through a pair of local sockets. No name that leads
 * out of its folder comes through.
 *
 * Parser: ftp/client/client_list.c ftp/client/entry_ls.c
 */
#include "client_control.h"
#include "client_data.h"
#include "client_list.h"
#include "entry.h"
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const uint8_t *listing_data;
static size_t listing_bytes;

/* The client's end of a connection on which all this has been said, and nothing more comes. */
static struct client_connection *link_with(const uint8_t *data, size_t bytes, int *other)
{
    int ends[2], space = FUZZ_INPUT_BYTES * 4;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
        abort();
    setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &space, sizeof(space));
    if (bytes > 0 && send(ends[1], data, bytes, MSG_NOSIGNAL) != (ssize_t)bytes)
        abort();
    shutdown(ends[1], SHUT_WR);
    *other = ends[1]; /* open: commands can still be sent to it */
    return client_connection_plain(ends[0], 1000);
}

/* --- in the place of client_data.c ---------------------------------------------------------- */

struct client_connection *data_open(struct client *client, uint64_t offset, const char *command,
                                    const char *path)
{
    struct client_connection *link;
    int other;
    (void)offset, (void)command, (void)path;
    if (!client->control) {
        problem_set(&client->problem, "the connection is gone");
        return NULL;
    }
    link = link_with(listing_data, listing_bytes, &other);
    close(other);
    return link;
}

bool data_end(struct client *client, struct client_connection *data)
{
    bool proper = client_connection_end(data);
    return proper || problem_set(&client->problem, "cut");
}

bool data_fail(struct client *client, struct client_connection *data)
{
    client_connection_drop(data);
    return problem_set(&client->problem, "cut");
}

/* --- looking -------------------------------------------------------------------------------- */

static void check_listing(struct listing *listing, bool names)
{
    for (size_t i = 0; i < listing->count; i++) {
        const char *name = listing->entries[i].name;
        fuzz_require(name && (!names || entry_name_is_safe(name)), "a name that leads out");
        fuzz_require(i == 0 || strcmp(listing->entries[i - 1].name, name) <= 0, "not sorted");
    }
    listing_free(listing);
}

static void look(struct client *client, unsigned how)
{
    static const char *const patterns[] = {"*", "d*/f?", "/a[b-d]*", "x", "\\*"};
    struct listing listing = {0};
    struct entry entry;
    char *text;
    switch (how % 4) {
    case 0:
        if (how & 32 ? list_lines(client, &listing)
                     : list_folder(client, how & 16 ? "sub" : "", &listing))
            check_listing(&listing, true);
        break;
    case 1:
        if (list_matching(client, patterns[how / 16 % 5], &listing))
            check_listing(&listing, false);
        break;
    case 2:
        if (list_text(client, "", &text)) {
            fuzz_require(!strchr(text, '\r'), "a carriage return");
            free(text);
        }
        if (list_one(client, "x", &entry))
            entry_free(&entry);
        break;
    default:
        control_new_request(client);
        if (control_do(client, "CWD", "x") && control_command(client, "PWD", NULL) == 257)
            free(reply_quoted(&client->reply));
        if (!control_go_on(client, "", "x"))
            fuzz_require(!client->control || client->stopped, "it gives up without a reason");
        (void)control_all_done(client);
    }
}

/* How to look; the size of the replies; the replies; the listing. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct client client = {0};
    size_t replies;
    int other;
    if (bytes < 3)
        return 0;
    replies = ((size_t)data[1] << 8 | data[2]) % (bytes - 2);
    listing_data = data + 3 + replies;
    listing_bytes = bytes - 3 - replies;
    client.options = (struct client_options){.host = "server", .plain = true, .seconds = 1};
    client.options.verbose = data[0] & 4;
    client.features.mlst = data[0] & 8;
    client.features.size = client.features.mdtm = data[0] & 16;
    client.control = link_with(data + 3, replies, &other);
    look(&client, data[0]);
    client_connection_drop(client.control);
    close(other);
    reply_free(&client.reply);
    return 0;
}

FUZZ_MAIN("ftp_listing", 5000);
