/* `ftp get URL...` and `ftp put FILE... URL`: connect, do it, leave. */
#include "client.h"

#include "client_control.h"
#include "client_transfer.h"
#include "client_url.h"
#include "entry.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Connects to a URL's server. */
static bool open_url(struct client *client, const struct url *url, struct client_options options)
{
    options.host = url->host;
    options.port = url->port;
    if (url->user)
        options.user = url->user;
    return client_open(client, &options);
}

static struct transfer how_of(const struct once_options *options)
{
    return (struct transfer){.resume = options->resume,
                             .keep = options->keep,
                             .newer = options->newer,
                             .remove = options->remove};
}

/* The last name of a path that may end in slashes, as a new string. */
static char *last_name(const char *path)
{
    size_t length = strlen(path);
    while (length > 0 && path[length - 1] == '/')
        length--;
    char *copy = strndup(path, length), *name = copy ? strdup(path_name(copy)) : NULL;
    free(copy);
    return name;
}

/* --- get -------------------------------------------------------------------------------------- */

/* What a URL's file is called here. A server's top folder has no name but that of the host. */
static char *local_name(const struct url *url, bool folder)
{
    size_t slashes = strspn(url->path, "/");
    if (!folder)
        return strdup(path_name(url->path));
    return url->path[slashes] == '\0' ? strdup(url->host) : last_name(url->path);
}

static bool get_url(struct client *client, const struct url *url,
                    const struct once_options *options)
{
    const struct transfer how = how_of(options);
    char *name = options->output ? strdup(options->output) : local_name(url, options->recursive);
    const struct local_file local = {.folder = AT_FDCWD, .name = name, .shown = name};
    bool done = false;
    control_new_request(client);
    if (!name) {
        problem_memory(&client->problem);
    } else if (!options->output && !entry_name_is_safe(name)) {
        problem_set(&client->problem, "'%s' has no name to be kept by", url->path);
        problem_hint(&client->problem, "--output NAME gives one");
    } else if (options->recursive) {
        done = folder_get(client, url->path, name, &how);
    } else {
        done = transfer_get(client, url->path, &local, NULL, &how, NULL);
    }
    free(name);
    return done;
}

/* All URLs of one server in a row go through one connection. One that fails is said, and the others
 * are fetched all the same. */
static int get_urls(struct client *client, const struct once_options *options,
                    const struct url *urls)
{
    int status = CONSOLE_DONE;
    for (size_t i = 0; i < options->count && !client->stopped; i++) {
        bool same = i > 0 && client->control && url_same_server(&urls[i - 1], &urls[i]);
        if (!same && i > 0)
            client_close(client);
        if (!same && !open_url(client, &urls[i], options->client))
            return client->status;
        if (!get_url(client, &urls[i], options))
            status = console_problem(&client->problem, CONSOLE_FAILED);
    }
    return status;
}

static struct url *read_urls(char *const *texts, size_t count)
{
    struct url *urls = calloc(count, sizeof(*urls));
    struct problem problem = {0};
    for (size_t i = 0; urls && i < count; i++)
        if (!url_read(&urls[i], texts[i], &problem)) {
            console_problem(&problem, CONSOLE_USAGE);
            while (i-- > 0)
                url_free(&urls[i]);
            free(urls);
            return NULL;
        }
    return urls;
}

int client_get_main(int argc, char **argv)
{
    struct once_options options;
    struct client *client = calloc(1, sizeof(*client));
    struct explain *explain = NULL;
    struct url *urls;
    int status = CONSOLE_USAGE;
    get_options_read(&options, argc, argv);
    urls = client ? read_urls(options.arguments, options.count) : NULL;
    if (urls && options.output && options.count > 1) {
        console_error("--output names one file, and there are %zu", options.count);
    } else if (urls && !client_skeleton(&explain, &options.client, "ftp get")) {
        status = CONSOLE_FAILED;
    } else if (urls) {
        status = get_urls(client, &options, urls);
        client_close(client);
    }
    for (size_t i = 0; urls && i < options.count; i++)
        url_free(&urls[i]);
    free(urls);
    free(client);
    return explain_end(explain, status);
}

/* --- put -------------------------------------------------------------------------------------- */

/* PATH/ is a folder: a file goes there by its own name, what is in this folder (.) as it is. */
static char *remote_name(const struct url *url, const char *local)
{
    size_t length = strlen(url->path);
    bool folder = length == 0 || url->path[length - 1] == '/';
    char *own = strcmp(local, ".") == 0 ? strdup("") : last_name(local), *name;
    if (!own || asprintf(&name, "%s%s", url->path, folder ? own : "") < 0)
        name = NULL;
    free(own);
    return name;
}

static bool put_file(struct client *client, const char *local, const struct url *url,
                     const struct once_options *options)
{
    const struct transfer how = how_of(options);
    const struct local_file file = {.folder = AT_FDCWD, .name = local, .shown = local};
    char *remote = remote_name(url, local);
    bool done = false;
    control_new_request(client);
    if (!remote)
        problem_memory(&client->problem);
    else if (!entry_name_is_safe(path_name(remote)) &&
             !(options->recursive && *path_name(remote) == '\0'))
        problem_set(&client->problem, "'%s' has no name to be kept by", local);
    else
        done = options->recursive ? folder_put(client, local, remote, &how)
                                  : transfer_put(client, &file, remote, &how, NULL);
    free(remote);
    return done;
}

/* A connection that has broken is made anew for the files that are left. */
static void reopen(struct client *client, const struct url *url, const struct once_options *options)
{
    if (client->control || client->stopped)
        return;
    client_close(client);
    open_url(client, url, options->client);
}

static bool url_fits(const struct url *url, size_t files)
{
    size_t length = strlen(url->path);
    if (files == 1 || length == 0 || url->path[length - 1] == '/')
        return true;
    console_error("several files go to a folder: the URL must end in /");
    return false;
}

int client_put_main(int argc, char **argv)
{
    struct once_options options;
    struct client *client = calloc(1, sizeof(*client));
    struct explain *explain = NULL;
    struct url url = {0};
    struct problem problem = {0};
    int status = CONSOLE_USAGE;
    size_t files;
    put_options_read(&options, argc, argv);
    files = options.count - 1;
    if (!client)
        return CONSOLE_FAILED;
    if (files == 0) {
        console_error("where to? the URL comes behind the files");
    } else if (!url_read(&url, options.arguments[files], &problem)) {
        console_problem(&problem, CONSOLE_USAGE);
    } else if (url_fits(&url, files)) {
        status = CONSOLE_FAILED;
        if (client_skeleton(&explain, &options.client, "ftp put"))
            status = open_url(client, &url, options.client) ? CONSOLE_DONE : (int)client->status;
        for (size_t i = 0; i < files && client->control && !client->stopped; i++)
            if (!put_file(client, options.arguments[i], &url, &options)) {
                status = console_problem(&client->problem, CONSOLE_FAILED);
                reopen(client, &url, &options);
            }
        client_close(client);
    }
    url_free(&url);
    free(client);
    return explain_end(explain, status);
}
