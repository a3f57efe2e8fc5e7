/* The table of the shell's commands, and those that are one or two lines to the server. */
#include "shell.h"

#include "client_control.h"
#include "client_list.h"
#include "client_remote.h"
#include "printable.h"
#include "translate.h"

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
static bool run_cd(struct client *client, const struct words *words)
{
    const char *to = words->count > 1 ? WORD(1) : "/";
    bool back = strcmp(to, "-") == 0;
    if (back && !client->previous)
        return problem_set(&client->problem, "cd -: no other folder was left");
    char *left = control_command(client, "PWD", NULL) == 257 ? reply_quoted(&client->reply) : NULL;
    to = back ? client->previous : to;
    if (!control_do(client, "CWD", to)) {
        free(left);
        return false;
    }
    if (back)
        shell_print(to, "\n");
    free(client->previous);
    client->previous = left;
    return true;
}

static bool run_pwd(struct client *client, const struct words *words)
{
    char *path;
    (void)words;
    if (!control_do(client, "PWD", NULL))
        return false;
    path = reply_quoted(&client->reply);
    shell_print(path ? path : client->reply.text, "\n");
    free(path);
    return true;
}

static bool run_chmod(struct client *client, const struct words *words)
{
    char command[64];
    if (strspn(WORD(1), "01234567") != strlen(WORD(1)) || strlen(WORD(1)) > 8)
        return problem_set(&client->problem, "chmod: %s: a mode is octal, as 644", WORD(1));
    snprintf(command, sizeof(command), "SITE CHMOD %s", WORD(1));
    for (size_t i = 2; i < words->count; i++)
        if (!control_do(client, command, WORD(i)))
            return false;
    return true;
}

/* --- rm: files, and with -r whole folders, which a person is asked about ----------------------- */
static bool may_go(struct client *client, const char *path, const struct words *words)
{
    char question[1024];
    if (WORDS_HAS(words, 'f'))
        return true;
    snprintf(question, sizeof(question), "remove %s and all that is in it?", path);
    if (shell_confirm(client, question))
        return true;
    problem_set(&client->problem, "%s: stays", path);
    return problem_hint(&client->problem, client->interactive
                                              ? "y and Enter is the answer that removes it"
                                              : "where nobody can be asked, rm -rf removes it");
}

static bool remove_folder(struct client *client, const char *path, const struct words *words)
{
    char *whole = path_trimmed(path), *folder = whole ? path_folder(whole) : NULL;
    struct entry entry = {.name = whole ? (char *)(uintptr_t)path_name(whole) : NULL,
                          .type = ENTRY_FOLDER},
                 facts = {0};
    struct remote remote = {0};
    bool done = folder || problem_memory(&client->problem);
    if (done && !entry_name_is_safe(entry.name)) /* as / or .. */
        done = problem_set(&client->problem, "%s: is not a name that could be removed", path);
    done = done && list_one(client, path, &facts) && may_go(client, path, words) &&
           remote_open(&remote, client, "", folder, false) && remote_remove(&remote, "", &entry);
    remote_close(&remote);
    entry_free(&facts);
    free(folder);
    free(whole);
    return done;
}

static bool run_rm(struct client *client, const struct words *words)
{
    for (size_t i = 1; i < words->count; i++) {
        if (control_command(client, "DELE", WORD(i)) / 100 == 2)
            continue;
        if (!client->control || !WORDS_HAS(words, 'r'))
            return control_refused(client, WORD(i));
        if (!remove_folder(client, WORD(i), words))
            return false;
    }
    return control_all_done(client);
}

/* --- a line as it is -------------------------------------------------------------------------- */
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
    return shell_show_reply(client, control_command(client, line, NULL));
}

static bool run_site(struct client *client, const struct words *words)
{
    return run_raw(client, "SITE", words);
}

static bool run_quote(struct client *client, const struct words *words)
{
    static const char *const transfers[] = {"RETR", "STOR", "STOU", "APPE", "LIST", "NLST", "MLSD"};
    for (size_t i = 0; i < sizeof(transfers) / sizeof(transfers[0]); i++)
        if (strcasecmp(WORD(1), transfers[i]) == 0) {
            problem_set(&client->problem, "quote: %s needs a data connection", transfers[i]);
            return problem_hint(&client->problem, "get, put and ls make one");
        }
    return run_raw(client, "", words);
}

/* --- on this side ----------------------------------------------------------------------------- */
static bool run_lcd(struct client *client, const struct words *words)
{
    const char *folder = words->count > 1 ? WORD(1) : getenv("HOME");
    return chdir(folder ? folder : "/") == 0 ||
           problem_errno(&client->problem, "%s", folder ? folder : "/");
}

static bool run_lpwd(struct client *client, const struct words *words)
{
    char path[PATH_MAX];
    (void)words;
    if (!getcwd(path, sizeof(path)))
        return problem_errno(&client->problem, "this folder");
    shell_print(path, "\n");
    return true;
}

static bool run_lls(struct client *client, const struct words *words)
{
    char **arguments = calloc(words->count + 3, sizeof(*arguments));
    size_t count = 0;
    int status = 0, error;
    pid_t child;
    if (!arguments)
        return problem_memory(&client->problem);
    arguments[count++] = (char *)(uintptr_t) "ls";
    if (WORDS_HAS(words, 'l'))
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
    char use[128];
    snprintf(use, sizeof(use), "%s %s", command->name,
             command->arguments[0] ? translate(command->arguments) : "");
    printf("%s%*s %s", use, printable_pad(use, 34), "", translate(command->help));
    for (const struct shell_alias *alias = shell_aliases; alias->name; alias++)
        if (strcmp(alias->command, command->name) == 0)
            printf("; %s", alias->name);
    putchar('\n');
}

static bool run_help(struct client *client, const struct words *words)
{
    const struct shell_command *only = words->count > 1 ? shell_find(WORD(1)) : NULL;
    if (words->count > 1 && !only)
        return problem_set(&client->problem, "there is no command '%s'", WORD(1));
    for (const struct shell_command *one = shell_commands; one->name; one++)
        if (!only || only == one)
            print_help(one);
    if (!only)
        puts(_("!COMMAND                           a command of this machine's shell\n"
               "Words: 'quoted', \"quoted\" or with \\; patterns: * ? [a-z]; # begins a remark;\n"
               "; stands between commands of one line, which ends at the first error.\n"
               "Options of get and put: -p keeps times and modes, -n moves only what is newer,\n"
               "-d (of folders) removes on the other side what is not on this one; -- ends them"));
    return true;
}

/* For the rows of get and put: options that no person types. */
#define GO_ON "c"
#define PUT   "u"
#define MANY  "m"

const struct shell_command shell_commands[] = {
    {"ls", N_("[-lahtr] [FOLDER|PATTERN]..."), N_("what is there"), "lahtr", "r", 0, SHELL_MANY,
     .run = shell_ls},
    {"cd", N_("[FOLDER|-]"), N_("go there; to the top; - goes back"), NULL, "r", 0, 1,
     .run = run_cd},
    {"pwd", "", N_("where we are"), NULL, "", 0, 0, .run = run_pwd},
    {"lcd", N_("[FOLDER]"), N_("go there on this side; without a name home"), NULL, "l", 0, 1,
     .run = run_lcd},
    {"lls", N_("[-l] [FILE]..."), N_("what is here on this side"), "l", "L", 0, SHELL_MANY,
     .run = run_lls},
    {"lpwd", "", N_("where we are on this side"), NULL, "", 0, 0, .run = run_lpwd},
    {"mkdir", N_("FOLDER..."), N_("make folders"), NULL, "r", 1, SHELL_MANY, .ftp = "MKD"},
    {"rmdir", N_("FOLDER..."), N_("remove empty folders"), NULL, "R", 1, SHELL_MANY, .ftp = "RMD"},
    {"rm", N_("[-rf] FILE..."), N_("remove files; -r folders, -f unasked"), "rf", "R", 1,
     SHELL_MANY, .run = run_rm},
    {"mv", N_("FROM TO"), N_("rename or move"), NULL, "r", 2, 2, .ftp = "RNFR",
     .ftp_second = "RNTO"},
    {"cp", N_("FROM TO"), N_("copy, on the server"), NULL, "r", 2, 2, .ftp = "SITE CPFR",
     .ftp_second = "SITE CPTO"},
    {"cat", N_("FILE..."), N_("show files"), NULL, "R", 1, SHELL_MANY, .run = shell_cat},
    {"get", N_("[-pnd] FILE|FOLDER [LOCAL]"), N_("fetch it, or all that fit a pattern"), "rpnd",
     "rl", 1, 2, .run = shell_move},
    {"put", N_("[-pnd] FILE|FOLDER [REMOTE]"), N_("send it, or all that fit a pattern"), "rpnd",
     "lr", 1, 2, .run = shell_move, .implied = PUT},
    {"mget", N_("[-pn] FILE..."), N_("fetch files into this folder"), "pn", "R", 1, SHELL_MANY,
     .run = shell_move, .implied = MANY},
    {"mput", N_("[-pn] FILE..."), N_("send files into the server's folder"), "pn", "L", 1,
     SHELL_MANY, .run = shell_move, .implied = MANY PUT},
    {"reget", N_("[-p] FILE [LOCAL]"), N_("go on with an interrupted get"), "p", "rl", 1, 2,
     .run = shell_move, .implied = GO_ON},
    {"reput", N_("[-p] FILE [REMOTE]"), N_("go on with an interrupted put"), "p", "lr", 1, 2,
     .run = shell_move, .implied = GO_ON PUT},
    {"chmod", N_("MODE FILE..."), N_("change permissions"), NULL, "nR", 2, SHELL_MANY,
     .run = run_chmod},
    {"hash", N_("FILE..."), N_("the server's SHA-256 of files"), NULL, "R", 1, SHELL_MANY,
     .run = shell_hash},
    {"stat", N_("[FILE]"), N_("facts of a file, or of this session"), NULL, "r", 0, 1,
     .run = shell_stat},
    {"quota", "", N_("how much room is used"), NULL, "", 0, 0, .ftp = "SITE QUOTA"},
    {"site", N_("WORD..."), N_("a command of this server's own"), NULL, "n", 1, SHELL_MANY,
     .run = run_site},
    {"quote", N_("WORD..."), N_("a line to the server as it is"), NULL, "n", 1, SHELL_MANY,
     .run = run_quote},
    {"help", N_("[COMMAND]"), N_("this list"), NULL, "n", 0, 1, .run = run_help},
    {"bye", "", N_("leave"), NULL, "", 0, 0, .run = NULL}, /* known before: shell_line */
    {0}};

const struct shell_alias shell_aliases[] = {{"dir", "ls", 'l'},
                                            {"delete", "rm", 0},
                                            {"rename", "mv", 0},
                                            {"?", "help", 0},
                                            {"quit", "bye", 0},
                                            {"exit", "bye", 0},
                                            {0}};
