/* The table of commands, and how one line is run: find the row, check what it needs, do it. */
#include "commands.h"

#include "printable.h"
#include "task.h"
#include "transfer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME  (NEEDS_LOGIN)
#define WRITE (NEEDS_LOGIN | NEEDS_WRITE | IS_LOGGED)
#define DATA  (NEEDS_LOGIN | NEEDS_DATA | IS_LOGGED)
#define PUT   (DATA | NEEDS_WRITE | NEEDS_ACCOUNT)

/* RFC 959 4.1, then RFC 2228, 2389, 2428, 3659, draft-bryan-ftpext-hash, draft-somers-ftp-mfxx,
 * draft-peterson-streamlined-ftp (AVBL). */
const struct command ftp_commands[] = {
    {"USER", ARGUMENT_TEXT, 0, command_user, NULL, NULL, "name: who you are"},
    {"PASS", ARGUMENT_OPTIONAL, IS_SECRET, NULL, work_password, finish_password, "password"},
    {"ACCT", ARGUMENT_TEXT, 0, command_acct, NULL, NULL, "account: not needed"},
    {"QUIT", ARGUMENT_NONE, 0, command_quit, NULL, NULL, "say goodbye"},
    {"REIN", ARGUMENT_NONE, 0, command_rein, NULL, NULL, "log out, stay connected"},
    {"NOOP", ARGUMENT_NONE, AT_ANY_TIME, command_noop, NULL, NULL, "nothing"},
    {"HELP", ARGUMENT_OPTIONAL, 0, command_help, NULL, NULL, "[command]"},
    {"SYST", ARGUMENT_NONE, 0, command_syst, NULL, NULL, "what system this is"},
    {"STAT", ARGUMENT_OPTIONAL, AT_ANY_TIME, command_stat, work_stat_path, NULL,
     "[-flags] [path or pattern]: how things stand, or a listing"},
    {"ABOR", ARGUMENT_NONE, AT_ANY_TIME, command_abor, NULL, NULL, "end the transfer"},
    {"TYPE", ARGUMENT_TEXT, 0, command_type, NULL, NULL, "A or I: text or bytes"},
    {"MODE", ARGUMENT_TEXT, 0, command_mode, NULL, NULL, "S: stream"},
    {"STRU", ARGUMENT_TEXT, 0, command_stru, NULL, NULL, "F: file"},
    {"ALLO", ARGUMENT_TEXT, NAME, command_allo, NULL, NULL, "bytes: not needed"},
    {"PWD", ARGUMENT_NONE, NAME, command_pwd, NULL, NULL, "where am I"},
    {"XPWD", ARGUMENT_NONE, NAME, command_pwd, NULL, NULL, "as PWD"},
    {"CWD", ARGUMENT_PATH, NAME | IS_LOGGED, NULL, work_cwd, finish_cwd, "folder: go there"},
    {"XCWD", ARGUMENT_PATH, NAME | IS_LOGGED, NULL, work_cwd, finish_cwd, "as CWD"},
    {"CDUP", ARGUMENT_NONE, NAME | IS_LOGGED, command_cdup, work_cwd, finish_cwd, "go up"},
    {"XCUP", ARGUMENT_NONE, NAME | IS_LOGGED, command_cdup, work_cwd, finish_cwd, "as CDUP"},
    {"MKD", ARGUMENT_PATH, WRITE, NULL, work_mkd, NULL, "folder: make it"},
    {"XMKD", ARGUMENT_PATH, WRITE, NULL, work_mkd, NULL, "as MKD"},
    {"RMD", ARGUMENT_PATH, WRITE, NULL, work_rmd, NULL, "folder: remove it, if it is empty"},
    {"XRMD", ARGUMENT_PATH, WRITE, NULL, work_rmd, NULL, "as RMD"},
    {"DELE", ARGUMENT_PATH, WRITE, NULL, work_dele, NULL, "file: remove it"},
    {"RNFR", ARGUMENT_PATH, WRITE, NULL, work_rnfr, finish_rnfr, "path: will be renamed"},
    {"RNTO", ARGUMENT_PATH, WRITE | SAYS_553, NULL, work_rnto, finish_rnfr, "path: its new name"},
    {"REST", ARGUMENT_TEXT, NAME, command_rest, NULL, NULL, "byte: where the next transfer begins"},
    {"RETR", ARGUMENT_PATH, DATA, NULL, work_retr, start_transfer, "file: download"},
    {"STOR", ARGUMENT_PATH, PUT | SAYS_553, NULL, work_stor, start_transfer, "file: upload"},
    {"STOU", ARGUMENT_OPTIONAL, PUT | SAYS_553, NULL, work_stou, start_transfer,
     "upload under a new name"},
    {"APPE", ARGUMENT_PATH, PUT, NULL, work_appe, start_transfer, "file: upload behind its end"},
    {"LIST", ARGUMENT_OPTIONAL, DATA, NULL, work_list, start_transfer,
     "[-flags] [path or pattern]: as ls -l"},
    {"NLST", ARGUMENT_OPTIONAL, DATA, NULL, work_nlst, start_transfer,
     "[-flags] [path or pattern]: names"},
    {"PASV", ARGUMENT_NONE, NAME | NEEDS_PLAIN, command_pasv, NULL, NULL, "the server listens"},
    {"PORT", ARGUMENT_TEXT, NAME | NEEDS_PLAIN, command_port, NULL, NULL,
     "h1,h2,h3,h4,p1,p2: the client listens"},
    {"AUTH", ARGUMENT_TEXT, 0, command_auth, NULL, NULL, "GLASSBOX: encrypt"},
    {"PBSZ", ARGUMENT_TEXT, 0, command_pbsz, NULL, NULL, "0"},
    {"PROT", ARGUMENT_TEXT, 0, command_prot, NULL, NULL, "P: data is encrypted too"},
    {"FEAT", ARGUMENT_NONE, 0, command_feat, NULL, NULL, "what this server can do"},
    {"OPTS", ARGUMENT_TEXT, 0, command_opts, NULL, NULL, "UTF8 ON, MLST facts, HASH SHA-256"},
    {"EPSV", ARGUMENT_OPTIONAL, NAME | NEEDS_PLAIN, command_epsv, NULL, NULL,
     "[1|2|ALL]: the server listens"},
    {"EPRT", ARGUMENT_TEXT, NAME | NEEDS_PLAIN, command_eprt, NULL, NULL,
     "|family|address|port|: the client listens"},
    {"SIZE", ARGUMENT_PATH, NAME, NULL, work_size, NULL, "file: its bytes"},
    {"MDTM", ARGUMENT_PATH, NAME, NULL, work_mdtm, NULL, "file: when it was changed"},
    {"MFMT", ARGUMENT_TEXT, WRITE, NULL, work_mfmt, NULL, "YYYYMMDDHHMMSS path: set that time"},
    {"MLST", ARGUMENT_PATH_OPTIONAL, NAME, NULL, work_mlst, NULL, "[path]: facts of it"},
    {"MLSD", ARGUMENT_PATH_OPTIONAL, DATA, NULL, work_mlsd, start_transfer,
     "[folder]: facts of all in it"},
    {"HASH", ARGUMENT_PATH, NAME | IS_LOGGED, NULL, work_hash, NULL, "file: its SHA-256"},
    {"AVBL", ARGUMENT_PATH_OPTIONAL, NAME | NEEDS_ACCOUNT, NULL, work_avbl, NULL,
     "[folder]: bytes free"},
    {"SMNT", ARGUMENT_OPTIONAL, 0, command_missing, NULL, NULL, "is not here: one tree is all"},
    {"ADAT", ARGUMENT_OPTIONAL, 0, command_missing, NULL, NULL, "is not here: AUTH does all"},
    {"CCC", ARGUMENT_OPTIONAL, 0, command_missing, NULL, NULL,
     "is not here: commands stay private"},
    {"MIC", ARGUMENT_OPTIONAL, 0, command_missing, NULL, NULL, "is not here: AUTH does all"},
    {"CONF", ARGUMENT_OPTIONAL, 0, command_missing, NULL, NULL, "is not here: AUTH does all"},
    {"ENC", ARGUMENT_OPTIONAL, 0, command_missing, NULL, NULL, "is not here: AUTH does all"},
    {"LANG", ARGUMENT_OPTIONAL, 0, command_missing, NULL, NULL, "is not here: replies are English"},
    {"SITE", ARGUMENT_TEXT, 0, command_site, NULL, NULL, "HELP: what else there is"},
    {NULL, ARGUMENT_NONE, 0, NULL, NULL, NULL, NULL}};

const struct command site_commands[] = {
    {"HELP", ARGUMENT_NONE, 0, command_site_help, NULL, NULL, "this list"},
    {"CHMOD", ARGUMENT_TEXT, WRITE, NULL, work_chmod, NULL, "mode path: permissions, in octal"},
    {"CPFR", ARGUMENT_PATH, WRITE, NULL, work_cpfr, finish_cpfr, "file: will be copied"},
    {"CPTO", ARGUMENT_PATH, WRITE | NEEDS_ACCOUNT, NULL, work_cpto, finish_cpfr, "file: the copy"},
    {"QUOTA", ARGUMENT_NONE, NAME | NEEDS_ACCOUNT, NULL, work_quota, NULL,
     "what you use and may use"},
    {"TGET", ARGUMENT_PATH, DATA, NULL, work_tget, start_transfer, "folder: download it as tar"},
    {"TPUT", ARGUMENT_PATH, PUT, NULL, work_tput, start_transfer, "folder: unpack a tar into it"},
    {"WHO", ARGUMENT_NONE, NAME | NEEDS_ADMIN, command_who, NULL, NULL, "who is here"},
    {"KICK", ARGUMENT_TEXT, NAME | NEEDS_ADMIN, command_kick, NULL, NULL, "number or name: end it"},
    {"ALLOW", ARGUMENT_TEXT, NAME | NEEDS_ADMIN, NULL, work_allow, NULL,
     "fingerprint [name]: let a refused key in"},
    {NULL, ARGUMENT_NONE, 0, NULL, NULL, NULL, NULL}};

/* --- the line --------------------------------------------------------------------------------- */
/* The verb ends at the first blank; what follows is the argument, blanks and all. */
static const struct command *find(const struct command *table, const char *line, size_t *verb_bytes)
{
    *verb_bytes = strcspn(line, " ");
    for (const struct command *command = table; command->verb; command++)
        if (strlen(command->verb) == *verb_bytes &&
            strncasecmp(command->verb, line, *verb_bytes) == 0)
            return command;
    return NULL;
}

int command_code(const struct command *command, int code)
{
    return code == 550 && (command->needs & SAYS_553) ? 553 : code;
}

bool command_may_run(struct session *session, const char *line)
{
    size_t verb_bytes;
    const struct command *command = find(ftp_commands, line, &verb_bytes);
    if (!session_is_busy(session))
        return !command || command->work != work_password || password_turn(session);
    /* STAT with a path is work like all others. What follows an ABOR is answered behind it. */
    return command && (command->needs & AT_ANY_TIME) && line[verb_bytes] == '\0' &&
           !session->task && session->transfer && transfer_is_under_way(session->transfer);
}

static bool is_plain_login(const struct session *session)
{
    return session->login == LOGIN_DONE && !session->secure;
}

/* docs/ftp.md 1 and 2. */
static bool may_transfer(struct session *session)
{
    if (is_plain_login(session))
        return true;
    if (!session->private_data) {
        reply(session, 521, "Data connections need PBSZ 0 and PROT P first");
        return false;
    }
    if (!channel_suite_rekeys(session->server->base.config.suite))
        return true;
    unsigned generation = channel_generation(uv_channel_engine(session->control));
    if (session->generation_used && session->generation == generation) {
        reply(session, 533, "These keys have carried a request already: re-key before each");
        return false;
    }
    session->generation = generation;
    session->generation_used = true;
    return true;
}

static bool has_what_it_needs(struct session *session, const struct command *command)
{
    unsigned needs = command->needs;
    if ((needs & NEEDS_LOGIN) && session->login != LOGIN_DONE)
        reply(session, 530, session->secure ? "USER comes first" : "Log in first: AUTH GLASSBOX");
    else if ((needs & NEEDS_ADMIN) && !session->admin)
        reply(session, 550, "That is for admins");
    else if ((needs & NEEDS_WRITE) && session->read_only)
        reply(session, command_code(command, 550), "You may read, and change nothing");
    else if ((needs & NEEDS_PLAIN) && session->secure)
        reply(session, 503, "Inside GLASSBOX the port comes with the request");
    else if ((needs & NEEDS_PLAIN) && session->epsv_alone && command->handle != command_epsv)
        reply(session, 503, "You said EPSV ALL");
    else
        return !(needs & NEEDS_DATA) || may_transfer(session);
    return false;
}

/* The right number of arguments; RFC 959 4.2: 501 otherwise. */
static bool has_argument(struct session *session, const struct command *command,
                         const char *argument)
{
    bool wanted = command->rule == ARGUMENT_TEXT || command->rule == ARGUMENT_PATH;
    if (wanted && argument[0] == '\0')
        reply(session, 501, "%s %s", command->verb, command->help);
    else if (command->rule == ARGUMENT_NONE && argument[0] != '\0')
        reply(session, 501, "%s takes no argument", command->verb);
    else
        return true;
    return false;
}

static void run(struct session *session, const struct command *command, char *argument)
{
    char path[VIEW_PATH_BYTES];
    bool takes_path = command->rule == ARGUMENT_PATH || command->rule == ARGUMENT_PATH_OPTIONAL;
    if (!has_argument(session, command, argument) || !has_what_it_needs(session, command))
        return;
    if (command->handle)
        command->handle(session, command, argument);
    else if (takes_path && !view_path(path, session->cwd, argument))
        reply(session, command_code(command, errno_code(errno)), "%s", errno_words(errno));
    else
        task_start(session, command, takes_path ? path : NULL, argument);
}

void command_run(struct session *session, char *line, size_t bytes)
{
    size_t verb_bytes;
    char shown[PRINTABLE_SPACE(16)];
    const struct command *command = find(ftp_commands, line, &verb_bytes);
    char *argument = line + verb_bytes + (line[verb_bytes] == ' ');
    if (memchr(line, '\0', bytes)) {
        reply(session, 501, "A zero byte has no place in a line");
    } else if (!command) {
        printable_text(shown, sizeof(shown), line, verb_bytes < 16 ? verb_bytes : 16);
        reply(session, 500, "%s: no such command; HELP lists them", shown);
    } else {
        run(session, command, argument);
    }
}

void command_site(struct session *session, const struct command *command, char *argument)
{
    size_t verb_bytes;
    const struct command *found = find(site_commands, argument, &verb_bytes);
    (void)command;
    if (found)
        run(session, found, argument + verb_bytes + (argument[verb_bytes] == ' '));
    else
        reply(session, 500, "No such SITE command; SITE HELP lists them");
}

/* --- help ------------------------------------------------------------------------------------- */
static void list(struct session *session, const struct command *table, const char *what)
{
    reply_begin(session, 214, what);
    for (const struct command *command = table; command->verb; command++)
        reply_line(session, "%-5s %s", command->verb, command->help);
    reply_end(session, "That is all");
}

void command_help(struct session *session, const struct command *command, char *argument)
{
    size_t verb_bytes;
    (void)command;
    if (argument[0] == '\0') {
        list(session, ftp_commands, "Commands:");
        return;
    }
    if (strcasecmp(argument, "SITE") == 0) {
        list(session, site_commands, "Behind SITE:");
        return;
    }
    const struct command *found = find(ftp_commands, argument, &verb_bytes);
    if (found)
        reply(session, 214, "%s %s", found->verb, found->help);
    else
        reply(session, 502, "There is no such command");
}

void command_site_help(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    (void)argument;
    list(session, site_commands, "Behind SITE:");
}
