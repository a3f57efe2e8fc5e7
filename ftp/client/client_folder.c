/* Whole folders: one request, one tar stream, made and unpacked on the way. */
#include "client_control.h"
#include "client_data.h"
#include "client_transfer.h"
#include "progress.h"
#include "tar_unpack.h"
#include "tree_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

struct stream {
    struct link *data;
    size_t given; /* bytes that the unpacker is done with at its next call */
    struct progress progress;
};

static ssize_t give_bytes(void *context, const void **data)
{
    struct stream *stream = context;
    const uint8_t *fresh;
    ssize_t bytes;
    if (stream->given > 0)
        link_used(stream->data, stream->given);
    progress_add(&stream->progress, stream->given);
    bytes = link_peek(stream->data, &fresh);
    *data = fresh;
    stream->given = bytes > 0 ? (size_t)bytes : 0;
    return bytes;
}

static bool take_bytes(void *context, const void *data, size_t bytes)
{
    struct stream *stream = context;
    progress_add(&stream->progress, bytes);
    return link_send(stream->data, data, bytes);
}

/* The rest goes on, and the exit status says that it is not all. */
static void name_left_out(void *context, const char *path, const char *why)
{
    char shown[TREE_SHOWN_BYTES];
    (void)context;
    console_warning("%s: %s", tree_path_shown(shown, path), why);
}

static bool tell(struct client *client, const struct tar_count *count)
{
    console_note("%" PRIu64 " files, %" PRIu64 " folders", count->files, count->folders);
    return count->left_out == 0 ||
           problem_set(&client->problem, "%" PRIu64 " left out", count->left_out);
}

/* The server does not know the command: docs/ftp.md 4 is ours alone. */
static void hint_at_server(struct client *client)
{
    int code = client->reply.code;
    if (code == 500 || code == 501 || code == 502 || code == 504)
        problem_hint(&client->problem, "this server cannot move whole folders");
}

static int open_folder(struct client *client, const char *path, bool make)
{
    int folder;
    if (make && mkdir(path, 0777) != 0 && errno != EEXIST) {
        problem_errno(&client->problem, "%s", path);
        return -1;
    }
    folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        problem_errno(&client->problem, "%s", path);
    return folder;
}

bool folder_get(struct client *client, const char *remote, const char *local, bool keep)
{
    struct stream stream = {0};
    const struct tar_source source = {.read = give_bytes, .context = &stream};
    struct tar_count count = {0};
    int folder;
    bool done;
    stream.data = data_open(client, 0, "SITE TGET %s%s", CONTROL_PATH(remote));
    if (!stream.data) {
        hint_at_server(client);
        return false;
    }
    folder = open_folder(client, local, true);
    progress_begin(&stream.progress, remote, 0, 0);
    done = folder >= 0 && tar_unpack(folder, keep, &source, &count, &client->problem);
    done = done ? data_end(client, stream.data) : data_fail(client, stream.data);
    progress_end(&stream.progress, done, client->data_port);
    done = done && tell(client, &count);
    if (folder >= 0)
        close(folder);
    return done;
}

bool folder_put(struct client *client, const char *local, const char *remote)
{
    struct stream stream = {0};
    const struct tar_sink sink = {
        .write = take_bytes, .left_out = name_left_out, .context = &stream};
    struct tar_count count = {0};
    int folder = open_folder(client, local, false);
    bool done;
    if (folder < 0)
        return false;
    stream.data = data_open(client, 0, "SITE TPUT %s%s", CONTROL_PATH(remote));
    if (!stream.data) {
        hint_at_server(client);
        close(folder);
        return false;
    }
    progress_begin(&stream.progress, local, 0, 0);
    done = tar_pack(folder, &sink, &count, &client->problem);
    done = done ? data_end(client, stream.data) : data_fail(client, stream.data);
    progress_end(&stream.progress, done, client->data_port);
    done = done && tell(client, &count);
    close(folder);
    return done;
}
