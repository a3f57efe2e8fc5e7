/*
 * The shell of `ftp connect`: commands from a table, each a request of its own.
 */
#ifndef GLASSBOX_FTP_SHELL_H
#define GLASSBOX_FTP_SHELL_H

#include "client.h"
#include "words.h"

struct shell_command {
    const char *name;      /* NULL ends the table */
    const char *arguments; /* as the help shows them */
    const char *help;
    const char *options; /* letters that may follow a minus */
    /* What each argument is, the last letter standing for all that follow: r remote, l local, n
     * neither; R and L are expanded if they are patterns. */
    const char *kinds;
    unsigned least, most; /* arguments */
    /* words: the command, then its arguments; its options are taken off. */
    bool (*run)(struct client *client, const struct words *words);
    const char *implied; /* options that the name itself stands for */
    /* run NULL: a command of FTP that is sent for each argument, or alone, and then its reply is
     * shown; or two, for the first argument and the second. */
    const char *ftp, *ftp_second;
};

#define SHELL_MANY 1000000U

extern const struct shell_command shell_commands[];

/* Other names of commands, as users of other clients know them. */
struct shell_alias {
    const char *name; /* NULL ends the table */
    const char *command;
    char option; /* which the name stands for, or 0 */
};
extern const struct shell_alias shell_aliases[];

/* By its name or another one; NULL: none. */
const struct shell_command *shell_find(const char *name);
/* The kind of an argument (1 is the first). */
char shell_kind(const struct shell_command *command, size_t argument);

enum shell_end {
    SHELL_GO_ON,
    SHELL_FAILED, /* it has been said why */
    SHELL_LEAVE,  /* bye */
};
/* One request after the other, as ; parts them; the first that fails is the last: what comes behind
 * a cd that failed is not meant for this folder. */
enum shell_end shell_line(struct client *client, const char *line);

/* Commands until bye, the end of the input, or (without a person) the first error. Returns the
 * program's exit status. */
int shell_script(struct client *client, const char *const *commands);
int shell_input(struct client *client);

/* --- at a terminal (libedit) --- */
#define SHELL_HISTORY "ftp_history" /* in the home */
/* Whether stdin and stdout are a terminal that can be edited on. */
bool shell_is_interactive(void);
/* Commands until bye or Ctrl-D; returns the exit status. */
int shell_edit(struct client *client);

/* --- for the commands --- */
/* What the server says is the result; code: of its reply. */
bool shell_show_reply(struct client *client, int code);
/* A name for the person: printable on a terminal, as it is in a pipe. */
void shell_print(const char *text, const char *end);
/* Names in columns on a terminal, else one a line. */
void shell_print_names(const char *const *names, size_t count);

/* Adds all names that fit a pattern: ours, the server's. */
bool shell_add_local(struct client *client, struct words *out, const char *pattern);
bool shell_add_remote(struct client *client, struct words *out, const char *pattern);
/* Asks the person a question, yes or no. False without a person, or without a yes. */
bool shell_confirm(const struct client *client, const char *question);

typedef bool shell_handler(struct client *client, const struct words *words);
shell_handler shell_ls, shell_cat, shell_move, shell_hash, shell_stat;

#endif
