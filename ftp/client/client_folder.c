/* Files and folders: what is asked for; and a folder with our server, which is one request and one
 * tar stream, made and unpacked on the way. */
#include "client_control.h"
#include "client_data.h"
#include "client_transfer.h"
#include "progress.h"
#include "tar_unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

struct stream {
    struct client *client;
    struct client_connection *data;
    size_t given; /* bytes that the unpacker is done with at its next call */
    struct progress progress;
};

static ssize_t give_bytes(void *context, const void **data)
{
    struct stream *stream = context;
    const uint8_t *fresh;
    ssize_t bytes;
    if (stream->given > 0)
        client_connection_used(stream->data, stream->given);
    progress_add(&stream->progress, stream->given);
    bytes = client_connection_peek(stream->data, &fresh);
    *data = fresh;
    stream->given = bytes > 0 ? (size_t)bytes : 0;
    return bytes;
}

static bool take_bytes(void *context, const void *data, size_t bytes)
{
    struct stream *stream = context;
    progress_add(&stream->progress, bytes);
    return client_connection_send(stream->data, data, bytes);
}

static void name_left_out(void *context, const char *path, const char *why)
{
    struct stream *stream = context;
    control_left_out(stream->client, stream->progress.name, path, why);
}

static bool as_stream(struct client *client, int folder, const char *local, const char *remote,
                      const struct transfer *how)
{
    struct stream stream = {.client = client};
    const struct tar_source source = {.read = give_bytes, .context = &stream};
    const struct tar_sink sink = {
        .write = take_bytes, .left_out = name_left_out, .context = &stream};
    struct tar_count count = {0};
    bool done;
    stream.data = data_open(client, 0, how->put ? "SITE TPUT" : "SITE TGET", remote);
    if (!stream.data)
        return false;
    progress_begin(&stream.progress, PROGRESS_ALL, how->put ? local : remote, 0, 0);
    done = how->put ? tar_pack(folder, &sink, &count, &client->problem)
                    : tar_unpack(folder, how->keep, &source, &count, &client->problem);
    done = done ? data_end(client, stream.data) : data_fail(client, stream.data);
    if (!data_tell(client, &stream.progress, done))
        return false;
    console_note("%" PRIu64 " files, %" PRIu64 " folders", count.files, count.folders);
    return control_all_done(client);
}

bool transfer_folder(struct client *client, const char *local, const char *remote,
                     const struct transfer *how)
{
    /* Our own server knows how, and what already exists does not matter. */
    bool stream = client->features.tar && !how->newer && !how->remove &&
                  client->options.parallel == 1;
    bool made = how->put || mkdir(local, 0777) == 0 || errno == EEXIST, done;
    int folder = made ? open(local, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (folder < 0)
        return problem_errno(&client->problem, "%s", local);
    remote = *remote ? remote : ".";
    done = stream ? as_stream(client, folder, local, remote, how)
                  : transfer_tree(client, folder, local, remote, how);
    close(folder);
    if (!done && client->stopped)
        problem_hint(&client->problem, "what is complete stays; with -n (--newer) the same moves "
                                       "only what is missing");
    return done;
}

bool transfer(struct client *client, const char *local, const char *remote,
              const struct entry *facts, const struct transfer *how)
{
    const struct local_file file = {.folder = AT_FDCWD, .name = local, .shown = local};
    if (how->folder)
        return transfer_folder(client, local, remote, how);
    return transfer_file(client, &file, remote, facts, how, NULL);
}
