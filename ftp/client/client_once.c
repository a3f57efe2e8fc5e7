/* `ftp get URL...` and `ftp put FILE... URL`: connect, do it, leave. */
#include "client.h"

#include "client_control.h"
#include "client_transfer.h"
#include "client_url.h"
#include "dh.h"
#include "entry.h"

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

/* The last name of a path that may end in slashes, as a new string. */
static char *last_name(const char *path)
{
    char *whole = path_trimmed(path), *name = whole ? strdup(path_name(whole)) : NULL;
    free(whole);
    return name;
}

static bool is_folder(const struct url *url)
{
    size_t length = strlen(url->path);
    return length == 0 || url->path[length - 1] == '/';
}

/* What a URL's file is called here. A server's top folder has no name but that of the host. */
static char *local_name(const struct url *url, const struct once_options *options)
{
    if (options->output)
        return strdup(options->output);
    if (!options->recursive)
        return strdup(path_name(url->path));
    return url->path[strspn(url->path, "/")] == '\0' ? strdup(url->host) : last_name(url->path);
}

/* PATH/ is a folder: a file goes there by its own name, what is in this folder (.) as it is. */
static char *remote_name(const struct url *url, const char *local)
{
    char *own = strcmp(local, ".") == 0 ? strdup("") : last_name(local), *name;
    if (!own || asprintf(&name, "%s%s", url->path, is_folder(url) ? own : "") < 0)
        name = NULL;
    free(own);
    return name;
}

/* One file or folder; a failure is said. local: what is put; NULL: get. */
static bool move(struct client *client, const struct url *url, const char *local,
                 const struct once_options *options)
{
    const struct transfer how = {.put = local != NULL,
                                 .folder = options->recursive,
                                 .resume = options->resume,
                                 .keep = options->keep,
                                 .newer = options->newer,
                                 .remove = options->remove};
    char *name = how.put ? remote_name(url, local) : local_name(url, options);
    const char *last = name ? path_name(name) : "";
    bool good = entry_name_is_safe(last) || (how.put ? how.folder && !*last : !!options->output);
    bool done = false;
    control_new_request(client);
    if (!name)
        problem_memory(&client->problem);
    else if (good)
        done = transfer(client, how.put ? local : name, how.put ? name : url->path, NULL, &how);
    else
        problem_set(&client->problem, "'%s' has no name to be kept by",
                    how.put ? local : url->path);
    if (!good && !how.put)
        problem_hint(&client->problem, "--output NAME gives one");
    if (!done)
        console_problem(&client->problem, CONSOLE_FAILED);
    free(name);
    return done;
}

/* All from or to one server in a row go through one connection; one that has broken is made anew.
 * After one that fails the others are moved all the same. files: of put. */
static int move_all(struct client *client, const struct once_options *options,
                    const struct url *urls, char *const *files, size_t count)
{
    int status = CONSOLE_DONE;
    const struct url *last = NULL;
    for (size_t i = 0; i < count && !client->stopped; i++) {
        const struct url *url = &urls[files ? 0 : i];
        bool same = last && client->control && url_same_server(last, url);
        if (!same && last)
            client_close(client);
        if (!same && !open_url(client, url, options->client))
            return client->status;
        if (!move(client, url, files ? files[i] : NULL, options))
            status = CONSOLE_FAILED;
        last = url;
    }
    return status;
}

/* Whether the URLs can be read, and what is asked for makes sense; otherwise it has been said. */
static bool read_urls(struct url *urls, const struct once_options *options, bool put)
{
    struct problem problem = {0};
    size_t files = options->count - put, at = put ? files : 0; /* there is an argument */
    bool done;
    do
        done = url_read(urls++, options->arguments[at], &problem);
    while (done && ++at < options->count);
    if (put && files == 0)
        console_error("where to? the URL comes behind the files");
    else if (!done)
        console_problem(&problem, CONSOLE_USAGE);
    else if (put && files > 1 && !is_folder(urls - 1))
        console_error("several files go to a folder: the URL must end in /");
    else if (options->output && files > 1)
        console_error("--output names one file, and there are %zu", files);
    else
        return true;
    return false;
}

static int once(const char *program, struct once_options *options, bool put)
{
    struct client *client = calloc(1, sizeof(*client));
    struct url *urls = calloc(options->count, sizeof(*urls));
    struct explain *explain = NULL;
    int status = CONSOLE_FAILED;
    if (urls && !read_urls(urls, options, put)) {
        status = CONSOLE_USAGE;
    } else if (client && urls && client_begin(&explain, &options->client, program)) {
        status = move_all(client, options, urls, put ? options->arguments : NULL,
                          options->count - put);
        client_close(client);
    }
    for (size_t i = 0; urls && i < options->count; i++)
        url_free(&urls[i]);
    free(urls);
    free(client);
    dh_group_free(options->client.group);
    return explain_end(explain, status);
}

int client_get_main(int argc, char **argv)
{
    struct once_options options;
    get_options_read(&options, argc, argv);
    return once("ftp get", &options, false);
}

int client_put_main(int argc, char **argv)
{
    struct once_options options;
    put_options_read(&options, argc, argv);
    return once("ftp put", &options, true);
}
