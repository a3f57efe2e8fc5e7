/*
 * The commands of the FTP server: one table of {verb, argument, what it needs, who does it, help}.
 *
 * A command is done by one of two: `handle`, at once and on the loop's thread, for what touches no
 * file; or `work`, on a worker thread (task.h), which leaves a reply, after which `finish` (may be
 * NULL) takes what came of it.
 */
#ifndef GLASSBOX_FTP_COMMANDS_H
#define GLASSBOX_FTP_COMMANDS_H

#include "session.h"

enum argument_rule {
    ARGUMENT_NONE,
    ARGUMENT_TEXT,
    ARGUMENT_OPTIONAL,
    ARGUMENT_PATH,          /* resolved in the user's view */
    ARGUMENT_PATH_OPTIONAL, /* the current folder without one */
};

enum command_need {
    NEEDS_LOGIN = 1,
    NEEDS_WRITE = 2, /* not for those who may only read */
    NEEDS_DATA = 4,  /* a transfer request: PROT P and fresh keys, or plain FTP */
    NEEDS_ADMIN = 8,
    NEEDS_PLAIN = 16,    /* has no place inside the mechanism */
    AT_ANY_TIME = 32,    /* also during a transfer */
    IS_LOGGED = 64,      /* as an action on files */
    IS_SECRET = 128,     /* the argument is never shown */
    NEEDS_ACCOUNT = 256, /* what the folder holds must be counted first */
    SAYS_553 = 512       /* where others say 550 (RFC 959 5.4: it makes a name) */
};

struct command {
    const char *verb; /* NULL ends the table */
    enum argument_rule rule;
    unsigned needs;
    void (*handle)(struct session *session, const struct command *command, char *argument);
    bool (*work)(struct task *task);
    void (*finish)(struct session *session, struct task *task);
    const char *help; /* what comes behind the verb, and a word on it */
};

extern const struct command ftp_commands[];  /* commands.c */
extern const struct command site_commands[]; /* behind SITE */

/* One line, without its CRLF and with a 0 behind it. */
void command_run(struct session *session, char *line, size_t bytes);
/* What becomes of an error's code in the replies of this command. */
int command_code(const struct command *command, int code);
/* Whether this line may be run now. */
bool command_may_run(struct session *session, const char *line);
/* Runs the argument of SITE. */
void command_site(struct session *session, const struct command *command, char *argument);
void command_help(struct session *session, const struct command *command, char *argument);
void command_site_help(struct session *session, const struct command *command, char *argument);

typedef void command_handler(struct session *session, const struct command *command,
                             char *argument);
typedef bool command_worker(struct task *task);
typedef void command_finisher(struct session *session, struct task *task);

/* --- command_login.c: who is there ------------------------------------------------------------ */
command_handler command_auth, command_user, command_acct, command_rein, command_quit, command_pbsz,
    command_prot;
command_worker work_password;
command_finisher finish_password;
/* Whether this session's password may be looked at now: one at a time of each network, and a wrong
 * one takes its pause. False: session_next says when. */
bool password_turn(struct session *session);
/* Its turn is over; fine if it had none. */
void password_over(struct session *session);

/* --- command_settings.c: how it shall be done ------------------------------------------------- */
command_handler command_type, command_mode, command_stru, command_opts, command_feat, command_syst,
    command_noop, command_missing, command_allo, command_rest, command_pwd;

/* --- command_status.c ------------------------------------------------------------------------- */
command_handler command_stat, command_abor;

/* --- command_files.c: names and folders ------------------------------------------------------- */
command_worker work_cwd, work_mkd, work_rmd, work_dele, work_rnfr, work_rnto, work_size, work_mdtm,
    work_mfmt, work_mlst, work_avbl, work_chmod, work_stat_path;
command_finisher finish_cwd, finish_rnfr;
command_handler command_cdup;

/* --- command_contents.c: what is in them, in slices ------------------------------------------- */
command_worker work_hash, work_cpfr, work_cpto, work_quota;
command_finisher finish_cpfr;

/* --- command_transfer.c: requests for the data connection ------------------------------------- */
command_handler command_pasv, command_epsv, command_port, command_eprt;
command_worker work_retr, work_stor, work_stou, work_appe, work_list, work_nlst, work_mlsd,
    work_tget, work_tput;
command_finisher start_transfer;

/* --- command_admin.c -------------------------------------------------------------------------- */
command_handler command_who, command_kick;
command_worker work_allow;

#endif
