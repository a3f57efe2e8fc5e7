/* The table of the shell's commands, and those that are one or two lines to the server. */
#include "shell.h"

#include "client_control.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORD(index) words->list[index].text

/* `cd -` goes back, as often as one likes. */
static bool run_cd(struct client *client, const struct words *words, const bool *options)
{
    const char *to = words->count > 1 ? WORD(1) : "/";
    bool back = strcmp(to, "-") == 0;
    (void)options;
    if (back && !client->previous)
        return problem_set(&client->problem, "cd -: no other folder was left");
    char *left = control_command(client, "PWD") == 257 ? reply_quoted(&client->reply) : NULL;
    to = back ? client->previous : to;
    if (!client->control || !control_do(client, "CWD %s%s", CONTROL_PATH(to))) {
        free(left);
        return false;
    }
    if (back)
        shell_print(to, "\n");
    free(client->previous);
    client->previous = left;
    return true;
}

static bool run_pwd(struct client *client, const struct words *words, const bool *options)
{
    char *path;
    (void)words, (void)options;
    if (!control_do(client, "PWD"))
        return false;
    path = reply_quoted(&client->reply);
    shell_print(path ? path : client->reply.text, "\n");
    free(path);
    return true;
}

static bool each(struct client *client, const char *verb, const struct words *words)
{
    for (size_t i = 1; i < words->count; i++) {
        int code = control_command(client, "%s %s%s", verb, CONTROL_PATH(WORD(i)));
        if (code / 100 != 2)
            return code != 0 && control_refused(client, WORD(i));
    }
    return true;
}

static bool run_mkdir(struct client *client, const struct words *words, const bool *options)
{
    (void)options;
    return each(client, "MKD", words);
}

static bool run_rmdir(struct client *client, const struct words *words, const bool *options)
{
    (void)options;
    return each(client, "RMD", words);
}

/* From here, to there: two commands, the first answered by 350. */
static bool from_to(struct client *client, const char *from, const char *to,
                    const struct words *words)
{
    int code = control_command(client, "%s %s%s", from, CONTROL_PATH(WORD(1)));
    if (code == 350)
        return control_do(client, "%s %s%s", to, CONTROL_PATH(WORD(2)));
    return code != 0 && control_refused(client, WORD(1));
}

static bool run_mv(struct client *client, const struct words *words, const bool *options)
{
    (void)options;
    return from_to(client, "RNFR", "RNTO", words);
}

static bool run_cp(struct client *client, const struct words *words, const bool *options)
{
    (void)options;
    return from_to(client, "SITE CPFR", "SITE CPTO", words);
}

static bool run_chmod(struct client *client, const struct words *words, const bool *options)
{
    (void)options;
    if (strspn(WORD(1), "01234567") != strlen(WORD(1)))
        return problem_set(&client->problem, "chmod: %s: a mode is octal, as 644", WORD(1));
    for (size_t i = 2; i < words->count; i++) {
        int code = control_command(client, "SITE CHMOD %s %s%s", WORD(1), CONTROL_PATH(WORD(i)));
        if (code / 100 != 2)
            return code != 0 && control_refused(client, WORD(i));
    }
    return true;
}

/* What the server says is the result. */
static bool show_reply(struct client *client, int code)
{
    if (code == 0)
        return false;
    if (code >= 400)
        return control_refused(client, "not done");
    shell_print(client->reply.text, "\n");
    return true;
}

static bool run_quota(struct client *client, const struct words *words, const bool *options)
{
    (void)words, (void)options;
    return show_reply(client, control_command(client, "SITE QUOTA"));
}

/* The words again as one line, behind `start`. */
static bool run_raw(struct client *client, const char *start, const struct words *words)
{
    char line[4096];
    size_t length = (size_t)snprintf(line, sizeof(line), "%s", start);
    for (size_t i = 1; i < words->count && length < sizeof(line); i++)
        length += (size_t)snprintf(line + length, sizeof(line) - length, "%s%s",
                                   length > 0 ? " " : "", WORD(i));
    if (length >= sizeof(line))
        return problem_set(&client->problem, "the line is too long");
    return show_reply(client, control_command(client, "%s", line));
}

static bool run_site(struct client *client, const struct words *words, const bool *options)
{
    (void)options;
    return run_raw(client, "SITE", words);
}

static bool run_quote(struct client *client, const struct words *words, const bool *options)
{
    static const char *const transfers[] = {"RETR", "STOR", "STOU", "APPE", "LIST", "NLST", "MLSD"};
    (void)options;
    for (size_t i = 0; i < sizeof(transfers) / sizeof(transfers[0]); i++)
        if (strcasecmp(WORD(1), transfers[i]) == 0) {
            problem_set(&client->problem, "quote: %s needs a data connection", transfers[i]);
            return problem_hint(&client->problem, "get, put and ls make one");
        }
    return run_raw(client, "", words);
}

/* --- on this side ----------------------------------------------------------------------------- */
static bool run_lcd(struct client *client, const struct words *words, const bool *options)
{
    const char *folder = words->count > 1 ? WORD(1) : getenv("HOME");
    (void)options;
    return chdir(folder ? folder : "/") == 0 ||
           problem_errno(&client->problem, "%s", folder ? folder : "/");
}

static bool run_lpwd(struct client *client, const struct words *words, const bool *options)
{
    char path[PATH_MAX];
    (void)words, (void)options;
    if (!getcwd(path, sizeof(path)))
        return problem_errno(&client->problem, "this folder");
    shell_print(path, "\n");
    return true;
}

static bool run_lls(struct client *client, const struct words *words, const bool *options)
{
    char **arguments = calloc(words->count + 3, sizeof(*arguments));
    size_t count = 0;
    int status = 0, error;
    pid_t child;
    if (!arguments)
        return problem_memory(&client->problem);
    arguments[count++] = (char *)(uintptr_t) "ls";
    if (SHELL_HAS(options, 'l'))
        arguments[count++] = (char *)(uintptr_t) "-l";
    arguments[count++] = (char *)(uintptr_t) "--";
    for (size_t i = 1; i < words->count; i++)
        arguments[count++] = WORD(i);
    fflush(stdout);
    error = posix_spawnp(&child, "ls", NULL, NULL, arguments, environ);
    free(arguments);
    if (error) {
        errno = error;
        return problem_errno(&client->problem, "ls");
    }
    waitpid(child, &status, 0);
    return status == 0 || problem_set(&client->problem, "lls: not done");
}

static void print_help(const struct shell_command *command)
{
    char use[64];
    snprintf(use, sizeof(use), "%s %s", command->name, command->arguments);
    printf("%-34s %s", use, command->help);
    for (const struct shell_alias *alias = shell_aliases; alias->name; alias++)
        if (strcmp(alias->command, command->name) == 0)
            printf("; %s", alias->name);
    putchar('\n');
}

static bool run_help(struct client *client, const struct words *words, const bool *options)
{
    const struct shell_command *only = words->count > 1 ? shell_find(WORD(1)) : NULL;
    (void)options;
    if (words->count > 1 && !only)
        return problem_set(&client->problem, "there is no command '%s'", WORD(1));
    for (const struct shell_command *one = shell_commands; one->name; one++)
        if (!only || only == one)
            print_help(one);
    if (!only)
        puts("!COMMAND                           a command of this machine's shell\n"
             "Words: 'quoted', \"quoted\" or with \\; patterns: * ? [a-z]; # begins a remark;\n"
             "; stands between commands of one line, which ends at the first error.\n"
             "Options of get and put: -p keeps times and modes, -n moves only what is newer,\n"
             "-d (of folders) removes on the other side what is not on this one; -- ends them");
    return true;
}

/* Known before it is looked up here: shell_line. */
static bool run_bye(struct client *client, const struct words *words, const bool *options)
{
    (void)client, (void)words, (void)options;
    return true;
}

const struct shell_command shell_commands[] = {
    {"ls", "[-lahtr] [FOLDER|PATTERN]...", "what is there", "lahtr", "r", 0, SHELL_MANY, shell_ls},
    {"cd", "[FOLDER|-]", "go there; to the top; - goes back", NULL, "r", 0, 1, run_cd},
    {"pwd", "", "where we are", NULL, "", 0, 0, run_pwd},
    {"lcd", "[FOLDER]", "go there on this side; without a name home", NULL, "l", 0, 1, run_lcd},
    {"lls", "[-l] [FILE]...", "what is here on this side", "l", "L", 0, SHELL_MANY, run_lls},
    {"lpwd", "", "where we are on this side", NULL, "", 0, 0, run_lpwd},
    {"mkdir", "FOLDER...", "make folders", NULL, "r", 1, SHELL_MANY, run_mkdir},
    {"rmdir", "FOLDER...", "remove empty folders", NULL, "R", 1, SHELL_MANY, run_rmdir},
    {"rm", "[-rf] FILE...", "remove files; -r folders, -f unasked", "rf", "R", 1, SHELL_MANY,
     shell_rm},
    {"mv", "FROM TO", "rename or move", NULL, "r", 2, 2, run_mv},
    {"cp", "FROM TO", "copy, on the server", NULL, "r", 2, 2, run_cp},
    {"cat", "FILE...", "show files", NULL, "R", 1, SHELL_MANY, shell_cat},
    {"get", "[-pnd] FILE|FOLDER [LOCAL]", "fetch it, or all that fit a pattern", "rpnd", "rl", 1, 2,
     shell_get},
    {"put", "[-pnd] FILE|FOLDER [REMOTE]", "send it, or all that fit a pattern", "rpnd", "lr", 1, 2,
     shell_put},
    {"mget", "[-pn] FILE...", "fetch files into this folder", "pn", "R", 1, SHELL_MANY, shell_mget},
    {"mput", "[-pn] FILE...", "send files into the server's folder", "pn", "L", 1, SHELL_MANY,
     shell_mput},
    {"reget", "[-p] FILE [LOCAL]", "go on with an interrupted get", "p", "rl", 1, 2, shell_reget},
    {"reput", "[-p] FILE [REMOTE]", "go on with an interrupted put", "p", "lr", 1, 2, shell_reput},
    {"chmod", "MODE FILE...", "change permissions", NULL, "nR", 2, SHELL_MANY, run_chmod},
    {"hash", "FILE...", "the server's SHA-256 of files", NULL, "R", 1, SHELL_MANY, shell_hash},
    {"stat", "[FILE]", "facts of a file, or of this session", NULL, "r", 0, 1, shell_stat},
    {"quota", "", "how much room is used", NULL, "", 0, 0, run_quota},
    {"site", "WORD...", "a command of this server's own", NULL, "n", 1, SHELL_MANY, run_site},
    {"quote", "WORD...", "a line to the server as it is", NULL, "n", 1, SHELL_MANY, run_quote},
    {"help", "[COMMAND]", "this list", NULL, "n", 0, 1, run_help},
    {"bye", "", "leave", NULL, "", 0, 0, run_bye},
    {0}};

const struct shell_alias shell_aliases[] = {{"dir", "ls", 'l'},
                                            {"delete", "rm", 0},
                                            {"rename", "mv", 0},
                                            {"?", "help", 0},
                                            {"quit", "bye", 0},
                                            {"exit", "bye", 0},
                                            {0}};
