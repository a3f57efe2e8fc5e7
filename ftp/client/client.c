/* The client's life: our key, the connection, the login by key (docs/ftp.md, section 1) or with
 * --plain by name and password; and `ftp connect`. */
#include "client.h"

#include "client_control.h"
#include "dh.h"
#include "interrupt.h"
#include "passphrase.h"
#include "seed_option.h"
#include "shell.h"
#include "suite_option.h"
#include "translate.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STOCK_KEYS 2 /* fresh pairs ahead: one request's, while the next one is typed */

/* Pairs are made ahead where a person types; a script would wait for the last one at its end, and
 * needs no more than it asks for. */
static bool get_keys(struct client *client)
{
    const struct client_options *options = &client->options;
    if (options->plain) {
        console_note("without encryption: everything can be read and changed on the way");
        return true;
    }
    suite_warn(options->suite);
    if (client->interactive && channel_suite_takes_pairs(options->suite) && !options->seed)
        client->stock = key_stock_new(CHANNEL_MODERN_BITS, STOCK_KEYS, NULL, NULL);
    if (!seed_check_host(options->seed, options->host, &client->problem) ||
        !identity_get(&client->identity, &options->home, options->key, options->suite,
                      !client->interactive, &client->problem)) {
        console_problem(&client->problem, CONSOLE_FAILED);
        return false;
    }
    client->identity.wish = options->name;
    trust_init(
        &client->trust, &options->trust, &client->identity.home,
        &(struct known_server){options->host, client_port(options), key_family_of(options->suite)},
        client->interactive);
    return true;
}

bool client_begin(struct explain **explain, struct client_options *options, const char *program)
{
    struct problem problem = {0};
    options->seed = seed_begin(&options->lesson, options->seed_given, options->key);
    options->home.access.seed = options->seed;
    if (!explain_start(explain, &options->explain, program, CHANNEL_CLIENT, options->suite,
                       options->seed, &problem)) {
        console_problem(&problem, CONSOLE_FAILED);
        return false;
    }
    signal(SIGXFSZ, SIG_IGN); /* write(2) says it: EFBIG */
    options->trace = explain_trace(*explain);
    return true;
}

/* --- what the server can do (RFC 2389 3) ------------------------------------------------------ */
static bool names(const char *line, size_t length, const char *feature)
{
    size_t bytes = strlen(feature);
    return length >= bytes && strncasecmp(line, feature, bytes) == 0 &&
           (length == bytes || line[bytes] == ' ');
}

static void read_features(struct features *features, const char *text)
{
    const struct {
        const char *name;
        bool *there;
    } rows[] = {{"MLST", &features->mlst},        {"SIZE", &features->size},
                {"MDTM", &features->mdtm},        {"MFMT", &features->mfmt},
                {"HASH", &features->hash},        {"UTF8", &features->utf8},
                {"AUTH GLASSBOX", &features->tar}};
    while (*text) {
        size_t length = strcspn(text, "\n");
        size_t blanks = strspn(text, " ");
        blanks = blanks < length ? blanks : length;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
            *rows[i].there |= names(text + blanks, length - blanks, rows[i].name);
        text += length + (text[length] == '\n');
    }
}

/* The reply to FEAT. A server without it still has what RFC 959 has, and may have SIZE and MDTM. */
static void take_features(struct client *client, int code)
{
    if (code / 100 == 2)
        read_features(&client->features, client->reply.text);
    else
        client->features.size = client->features.mdtm = true;
}

static bool ask_features(struct client *client)
{
    int code = control_command(client, "FEAT", NULL);
    take_features(client, code);
    if (code != 0 && client->features.utf8)
        code = control_command(client, "OPTS UTF8 ON", NULL); /* older servers want to hear it */
    return control_do(client, "TYPE I", NULL);
}

/* --- with a key ------------------------------------------------------------------------------- */
/* The server takes many lines at once (docs/ftp.md 6): one journey for all that no answer changes. */
static bool login_by_key(struct client *client)
{
    static const char *const lines[] = {"USER *", "PBSZ 0", "PROT P", "TYPE I", "FEAT", NULL};
    int code = control_send_all(client, lines) ? control_reply(client) : 0;
    if (code != 232 && code != 230)
        return control_refused(client, "the login by key");
    if (client->interactive)
        console_note("%s", client->reply.text);
    for (size_t i = 1; i < 4; i++)
        if (control_reply(client) / 100 != 2)
            return control_refused(client, lines[i]);
    take_features(client, control_reply(client));
    return client->control != NULL;
}

/* --- with a name and a password --------------------------------------------------------------- */
static bool ask_name(char name[256], struct client *client)
{
    if (client->options.user) {
        snprintf(name, 256, "%s", client->options.user);
        return true;
    }
    if (!client->interactive) {
        problem_set(&client->problem, "nobody is there to ask for the user's name");
        return problem_hint(&client->problem, "give --user NAME");
    }
    fprintf(stderr, _("User at %s: "), client->options.host);
    if (!fgets(name, 256, stdin) || name[0] == '\n')
        return problem_set(&client->problem, "no name was given");
    name[strcspn(name, "\n")] = '\0';
    return true;
}

static bool get_password(char password_secret[PASSPHRASE_BYTES], struct client *client,
                         const char *name)
{
    const char *file = client->options.password_file;
    char prompt[512];
    if (file)
        return passphrase_read_file(password_secret, file, &client->problem);
    snprintf(prompt, sizeof(prompt), "Password of %s at %s (it travels in the clear)", name,
             client->options.host);
    return passphrase_ask(password_secret, prompt, &client->problem) ||
           problem_hint(&client->problem, "--password-file FILE takes it from a file");
}

static bool login_by_password(struct client *client)
{
    struct login *login = &client->login;
    char line_secret[sizeof(*login)];
    int code;
    if (client->first)
        *login = client->first->login;
    else if (!ask_name(login->user, client))
        return false;
    if (strpbrk(login->user, "\r\n"))
        return problem_set(&client->problem, "a user's name is one line");
    snprintf(line_secret, sizeof(line_secret), "USER %s", login->user);
    code = control_command(client, line_secret, NULL);
    if (code == 331 &&
        (client->first || get_password(login->password_secret, client, login->user))) {
        snprintf(line_secret, sizeof(line_secret), "PASS %s", login->password_secret);
        code = control_command(client, line_secret, NULL);
        explicit_bzero(line_secret, sizeof(line_secret));
    }
    if (client->first || client->options.parallel == 1) /* nobody will need it again */
        explicit_bzero(login->password_secret, sizeof(login->password_secret));
    if (code == 331 || code == 0)
        return problem_set(&client->problem, "not logged in");
    return code / 100 == 2 || control_refused(client, "not logged in");
}

/* USER, PASS, FEAT and what must be said before the first request. The problem says why not. */
static bool login(struct client *client)
{
    bool done;
    client->logging_in = true;
    done = client->options.plain ? login_by_password(client) && ask_features(client)
                                 : login_by_key(client);
    client->logging_in = false;
    return done;
}

/* --- its life --------------------------------------------------------------------------------- */
bool client_open(struct client *client, const struct client_options *options)
{
    *client = (struct client){.options = *options, .status = CONSOLE_FAILED};
    client->interactive = shell_is_interactive();
    signal(SIGPIPE, SIG_IGN);
    client->mask = umask(022);
    umask(client->mask);
    if (!get_keys(client) || !control_open(client))
        return false;
    if (!login(client)) {
        console_problem(&client->problem, CONSOLE_FAILED);
        if (client->reply.code == 534)
            console_hint("this server wants encryption: leave --plain away");
        return false;
    }
    if (client->interactive && !options->plain)
        console_note("connected to %s, encrypted; data goes through ports of its own",
                     options->host);
    client->status = CONSOLE_DONE;
    interrupt_watch();
    return true;
}

bool client_open_too(struct client *client, const struct client *first)
{
    *client = (struct client){.options = first->options,
                              .first = first,
                              .identity = first->identity,
                              .mask = first->mask,
                              .talk = PROGRESS_NOTHING,
                              .status = CONSOLE_FAILED};
    trust_init(&client->trust, &client->options.trust, &client->identity.home, &first->trust.server,
               false);
    return control_open(client) && login(client);
}

void client_close(struct client *client)
{
    if (client->control) {
        client->options.verbose = false;
        control_command(client, "QUIT", NULL);
    }
    if (client->control && client_connection_socket(client->control))
        client_connection_end(client->control);
    else
        client_connection_drop(client->control);
    reply_free(&client->reply);
    free(client->previous);
    key_stock_free(client->stock);
    if (!client->first)
        identity_free(&client->identity);
    explicit_bzero(&client->login, sizeof(client->login));
}

int client_connect_main(int argc, char **argv)
{
    struct connect_options options;
    struct client *client = calloc(1, sizeof(*client));
    struct explain *explain = NULL;
    int status = CONSOLE_FAILED;
    if (!client)
        return status;
    connect_options_read(&options, argc, argv);
    if (!client_begin(&explain, &options.client, "ftp connect"))
        status = CONSOLE_FAILED;
    else if (!client_open(client, &options.client))
        status = client->status;
    else if (options.commands)
        status = shell_script(client, options.commands);
    else if (client->interactive)
        status = shell_edit(client);
    else
        status = shell_input(client);
    client_close(client);
    free(client);
    free(options.commands);
    dh_group_free(options.client.group);
    return explain_end(explain, status);
}
