/*
 * How all programs of the house talk: errors, hints, colours, exit statuses, options.
 *
 *     PROG: error: lower case, what and where
 *     PROG: hint: what to do about it
 *
 * Results go to stdout, talk goes to stderr. Colour only on a terminal, never under NO_COLOR
 * (https://no-color.org) or TERM=dumb. Every text printed here has passed printable_text first, so
 * that nothing from a file or a peer can command the terminal. This is the one module of the
 * library that prints and exits: programs call it, libraries do not.
 *
 * Commands stand in a table; each has a table of its options (option_table.h):
 *
 *     static const struct console_command commands[] = {
 *         {"gen", "make a key pair", keytool_gen}, ..., {NULL, NULL, NULL}};
 *     int main(int argc, char **argv)
 *     {
 *         console_start(&argc, argv);
 *         return console_finish(console_dispatch(commands, "what keytool is for", argc, argv));
 *     }
 */
#ifndef GLASSBOX_CONSOLE_H
#define GLASSBOX_CONSOLE_H

#include "problem.h"

#include <argp.h>
#include <stdio.h>

enum console_status {
    CONSOLE_DONE = 0,
    CONSOLE_FAILED = 1,
    CONSOLE_USAGE = 2,       /* the command line is wrong */
    CONSOLE_NOT_ALLOWED = 3, /* a key was refused */
    CONSOLE_KEY_CHANGED = 4, /* the peer's key is not the one on record */
};

/* First in main, before any thread: descriptors 0, 1 and 2 are open whatever the caller closed; the
 * locale; no core file and no debugger of another process (they would have the secrets); GMP
 * (rsa_memory_wipe) and jansson wipe what they free; the language, and --lang is taken out of the
 * command line (language.h); a warning where GLASSBOX_IMPLEMENTATIONS names what there is not
 * (implementations.h), but for --version, which calls that an error. */
void console_start(int *argc, char **argv);

/* --- talk, on stderr: one line each, PROG from the name the program was started by ----------- */
/* Formats are translated (translate.h); texts for their holes are not. */
void console_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void console_hint(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "PROG: warning: ...", all of it red: for what must not be overlooked. */
void console_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void console_note(const char *format, ...) __attribute__((format(printf, 1, 2))); /* "PROG: ..." */
/* The same as functions that the rooms below can be given, which do not print by themselves. */
void console_note_text(const char *text);
void console_hint_text(const char *text);
void console_warning_text(const char *text);

/* The error and, if there is one, the hint. Returns status, for `return console_problem(...)`. */
int console_problem(const struct problem *problem, enum console_status status);

/* --- colour ---------------------------------------------------------------------------------- */
enum console_style {
    CONSOLE_PLAIN,
    CONSOLE_BOLD,
    CONSOLE_DIM,
    CONSOLE_RED,
    CONSOLE_GREEN,
    CONSOLE_YELLOW,
    CONSOLE_CYAN
};
/* The escape sequence that starts a style (CONSOLE_PLAIN ends it), or "" where colour is off. */
const char *console_style(FILE *stream, enum console_style style);
/* Whether there is a terminal that obeys escape sequences; whether colours are wanted there; and a
 * style whatever the answers are. */
bool console_is_terminal(FILE *stream);
bool console_is_coloured(FILE *stream);
const char *console_sequence(enum console_style style);

/* Whether the program was started without a standard input, so that nothing comes from it. */
bool console_stdin_is_closed(void);

/* How wide text is made: COLUMNS of the environment, or the terminal's width, or 80 where it is
 * unknown; at least 40, for narrower screens break rows themselves. */
size_t console_columns(FILE *stream);

/* --- the command line ------------------------------------------------------------------------ */
struct console_command {
    const char *name; /* NULL ends the table */
    const char *summary;
    int (*run)(int argc, char **argv); /* argv[0] is "PROG NAME", as its usage line shows it */
};

/* Runs the command named by argv[1] and returns its status. --help and help list the table and
 * return 0; no command or an unknown one is wrong usage. Commands may dispatch again. */
int console_dispatch(const struct console_command *table, const char *purpose, int argc,
                     char **argv);

/* Wrong usage: the error, a hint at --help, exit 2. */
_Noreturn void console_usage(const struct argp_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Text of an option to a number in [least, most]; wrong usage otherwise. what: "--bits". */
unsigned long console_number(const struct argp_state *state, const char *what, const char *text,
                             unsigned long least, unsigned long most);

/* At the end of main: flushes stdout; a result that could not be written (a full disk, a closed
 * pipe) turns status 0 into 1, with the error said. */
int console_finish(int status);

#endif
