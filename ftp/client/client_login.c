/* The login, and what the server can do. */
#include "client_login.h"

#include "client_control.h"
#include "passphrase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* A server without FEAT still has what RFC 959 has, and may have SIZE and MDTM. */
static bool ask_features(struct client *client)
{
    int code = control_command(client, "FEAT");
    if (code / 100 == 2)
        read_features(&client->features, client->reply.text);
    else
        client->features.size = client->features.mdtm = true;
    if (code != 0 && client->features.utf8)
        code = control_command(client, "OPTS UTF8 ON"); /* older servers want to hear it */
    return code != 0 && control_do(client, "TYPE I");
}

/* --- with a key ------------------------------------------------------------------------------- */
static bool login_by_key(struct client *client)
{
    int code = control_command(client, "USER *");
    if (code != 0 && code != 232 && code != 230)
        return control_refused(client, "the login by key");
    if (code != 0 && client->interactive)
        console_note("%s", client->reply.text);
    return code != 0 && control_do(client, "PBSZ 0") && control_do(client, "PROT P");
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
    fprintf(stderr, "User at %s: ", client->options.host);
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
    int code;
    if (client->first)
        *login = client->first->login;
    else if (!ask_name(login->user, client))
        return false;
    if (strpbrk(login->user, "\r\n"))
        return problem_set(&client->problem, "a user's name is one line");
    code = control_command(client, "USER %s", login->user);
    if (code == 331 && (client->first || get_password(login->password_secret, client, login->user)))
        code = control_command(client, "PASS %s", login->password_secret);
    if (client->first || client->options.parallel == 1) /* nobody will need it again */
        explicit_bzero(login->password_secret, sizeof(login->password_secret));
    if (code == 331 || code == 0)
        return problem_set(&client->problem, "not logged in");
    return code / 100 == 2 || control_refused(client, "not logged in");
}

bool login(struct client *client)
{
    bool done;
    client->logging_in = true;
    done = (client->options.plain ? login_by_password(client) : login_by_key(client)) &&
           ask_features(client);
    client->logging_in = false;
    return done;
}
