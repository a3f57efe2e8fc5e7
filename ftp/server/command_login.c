/*
 * Who is there: AUTH, PBSZ, PROT (RFC 2228), USER, PASS, REIN, QUIT (RFC 959 4.1.1), and the folder
 * that becomes theirs.
 */
#include "commands.h"
#include "data_port.h"
#include "task.h"
#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FAILED_LOGINS 3
#define PAUSE_MS          1000 /* after each of them */
#define USER_FOLDER_MODE  0700

/* --- the folder ------------------------------------------------------------------------------- */
static int open_folder(const struct ftp_server *server, const char *name)
{
    if (name[0] == '\0')
        return fcntl(server->folder, F_DUPFD_CLOEXEC, 0);
    if (mkdirat(server->folder, name, USER_FOLDER_MODE) != 0 && errno != EEXIST)
        return -1;
    return openat(server->folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static uint64_t quota_of(const struct session *session)
{
    const struct allow_entry *entry = admission_find_name(session->server->base.admission,
                                                          session->name);
    return entry && !session->anonymous ? entry->quota : ALLOW_NO_QUOTA;
}

static void log_out(struct session *session)
{
    account_leave(session->account);
    session->account = NULL;
    if (session->root >= 0)
        close(session->root);
    session->root = -1;
    session->login = LOGIN_NONE;
    place_settle(&session->client.place, uv_now(&session->server->base.loop), false);
    session->restart = 0;
    free(session->cwd);
    free(session->rename_from);
    free(session->copy_from);
    session->cwd = session->rename_from = session->copy_from = NULL;
}

/* The folder becomes "/". False, with the reply said: it cannot be used. */
static bool log_in(struct session *session)
{
    bool sees_all = session->server->options.shared || session->admin;
    const char *folder = sees_all ? "" : session->name;
    log_out(session);
    session->root = open_folder(session->server, folder);
    session->account = account_enter(session->server->accounts, folder);
    session->cwd = strdup("/");
    if (session->root < 0 || !session->account || !session->cwd) {
        const char *words = errno_words(errno);
        log_out(session);
        session_log(session, LOG_AUTHORIZATION, "login", "failed", words);
        reply(session, 530, "Your folder cannot be opened: %s", words);
        return false;
    }
    account_set_quota(session->account, quota_of(session));
    session->login = LOGIN_DONE;
    place_settle(&session->client.place, uv_now(&session->server->base.loop), true);
    session_log(session, LOG_AUTHORIZATION, "login", "welcome",
                session->secure      ? "by key"
                : session->anonymous ? "anonymous"
                                     : "by password");
    return true;
}

/* --- AUTH, PBSZ, PROT (RFC 2228 3) ------------------------------------------------------------ */
void command_auth(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    if (strcasecmp(argument, "GLASSBOX") != 0) {
        reply(session, 504, "GLASSBOX is the mechanism here");
    } else if (session->secure || session->login != LOGIN_NONE) {
        reply(session, 503, "AUTH comes first, and once");
    } else {
        session->securing = true; /* the reply may leave at once */
        reply(session, 234, "Go on with the handshake");
    }
}

void command_pbsz(struct session *session, const struct command *command, char *argument)
{
    char *end;
    (void)command;
    errno = 0;
    unsigned long size = strtoul(argument, &end, 10);
    if (!session->secure) {
        reply(session, 503, "AUTH comes first");
    } else if (argument[0] < '0' || argument[0] > '9' || *end || errno || size > UINT32_MAX) {
        reply(session, 501, "PBSZ takes a number of 32 bits");
    } else {
        session->sized = true;
        reply(session, 200, "PBSZ=0");
    }
}

void command_prot(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    if (!session->secure || !session->sized) {
        reply(session, 503, session->secure ? "PBSZ comes first" : "AUTH comes first");
    } else if (strcasecmp(argument, "P") == 0) {
        session->private_data = true;
        reply(session, 200, "Data connections are private");
    } else if (strcasecmp(argument, "C") == 0) {
        reply(session, 534, "Nothing travels in the clear here: PROT P");
    } else if (strcasecmp(argument, "S") == 0 || strcasecmp(argument, "E") == 0) {
        reply(session, 536, "This mechanism has PROT P");
    } else {
        reply(session, 504, "PROT P");
    }
}

/* --- USER and PASS ---------------------------------------------------------------------------- */
static bool is_anonymous(const struct session *session, const char *name)
{
    return session->server->options.anonymous &&
           (strcasecmp(name, "anonymous") == 0 || strcasecmp(name, "ftp") == 0);
}

static void ask_password(struct session *session, const char *name)
{
    struct problem problem = {0};
    log_out(session);
    session->anonymous = session->read_only = is_anonymous(session, name);
    if (session->anonymous)
        name = "anonymous";
    if (!key_name_check(name, &problem)) /* nobody has such a name; do not say so */
        session->name[0] = '\0';
    else
        strcpy(session->name, name);
    session->login = LOGIN_NAMED;
    reply(session, 331, session->anonymous ? "Any password will do" : "Password, please");
}

void command_user(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    if (session->secure) {
        if (log_in(session))
            reply(session, 232, "%s logged in by key", session->name);
    } else if (session->server->options.allow_plain) {
        ask_password(session, argument);
    } else {
        reply(session, 534,
              "This server speaks in private: AUTH GLASSBOX, with "
              "'ftp connect'; plain FTP is off");
    }
}

/* The first of these networks in the queue, at work or in its pause. */
static struct session *first_asker(const struct ftp_server *server,
                                   const struct uv_network *network)
{
    struct session *asker = server->askers;
    while (asker && memcmp(&asker->client.place.network, network, sizeof(*network)) != 0)
        asker = asker->next_asker;
    return asker;
}

/* A hash costs as much as some thousand other commands; a guess costs a stranger nothing. So hashes
 * and guesses of one network come one after the other, however many connections it opens. One that
 * hangs up in the middle keeps its turn until the end. */
bool password_turn(struct session *session)
{
    struct session **end = &session->server->askers;
    if (session->secure || session->anonymous || session->login != LOGIN_NAMED)
        return true;
    if (!session->asks) {
        while (*end)
            end = &(*end)->next_asker;
        *end = session;
        session->next_asker = NULL;
        session->asks = true;
    }
    return first_asker(session->server, &session->client.place.network) == session;
}

void password_over(struct session *session)
{
    struct session **link = &session->server->askers;
    if (!session->asks)
        return;
    while (*link != session)
        link = &(*link)->next_asker;
    *link = session->next_asker;
    session->asks = false;
    struct session *next = first_asker(session->server, &session->client.place.network);
    if (next)
        session_next(next);
}

/* Checking a password takes time on purpose; it is a worker's. */
bool work_password(struct task *task)
{
    const struct session *session = task->session; /* what is read here stays as it is meanwhile */
    struct problem problem = {0};
    if (session->secure)
        return task_reply(task, 202, "The key is enough");
    if (session->login != LOGIN_NAMED)
        return task_reply(task, 503, "USER comes first");
    bool right = session->anonymous ||
                 users_check(session->server->users_path, session->name, task->argument, &problem);
    task->bytes = right;
    return false;
}

static void on_pause_over(uv_timer_t *timer)
{
    struct session *session = timer->data;
    session->pausing = false;
    password_over(session);
    if (session->ended) {
        session_close_timer(session);
        return;
    }
    if (session->failed_logins >= MAX_FAILED_LOGINS) {
        session_end(session, CHANNEL_OK, "Too many wrong passwords", "wrong passwords");
        return;
    }
    reply(session, 530, "Wrong name or password");
    session_next(session);
}

void finish_password(struct session *session, struct task *task)
{
    if (task->code) /* said already */
        return;
    if (task->bytes) {
        password_over(session);
        session->failed_logins = 0;
        if (log_in(session))
            reply(session, 230, "Welcome, %s. Others on the wire could read that password",
                  session->name);
        return;
    }
    session->login = LOGIN_NONE;
    session->failed_logins++;
    session->pausing = true;
    session_log(session, LOG_AUTHORIZATION, "login", "refused", "wrong name or password");
    uv_timer_start(&session->timer, on_pause_over, PAUSE_MS, 0);
}

void command_acct(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    (void)argument;
    reply(session, 202, "Not needed");
}

/* --- the end of a login, or of all ------------------------------------------------------------ */
/* RFC 959 4.1.1: all is as it was when the connection was new; but the channel stays. */
void command_rein(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    (void)argument;
    log_out(session);
    data_port_free(session->port);
    session->port = NULL;
    session->sized = session->private_data = session->ascii = session->epsv_alone = false;
    session->hidden_facts = 0;
    if (!session->secure) {
        session->name[0] = '\0';
        session->anonymous = session->read_only = false;
    }
    reply(session, 220, "Begin again with USER");
}

void command_quit(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    (void)argument;
    session->quitting = true; /* on_drained ends it */
    reply(session, 221, "Goodbye");
}
