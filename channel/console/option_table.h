/*
 * The command line of a program as a table: one row an option or an argument, read by argp.
 *
 *     struct gen_options { struct home_options home; const char *name; unsigned bits; bool force; }
 *     #define S struct gen_options
 *     static const struct option_row rows[] = {
 *         ARGUMENT(S, name, "no name given"),
 *         NUMBER(S, bits, "bits", 'b', "BITS", "Size of the modulus: 2048", 512, 16384),
 *         FLAG(S, force, "force", 0, "Replace a key of this name"),
 *         GROUP(S, home, home_table),
 *         {0}};
 *     static const struct option_table table = {rows, "NAME", "Makes a key pair.", check};
 *     struct gen_options options = {.bits = 2048};
 *     console_parse(&table, argc, argv, &options);      // --help exits 0, wrong usage 2
 *
 * A field that no option names keeps what it had before. Options that several commands share are
 * tables, too, which fill a structure inside the command's own.
 */
#ifndef GLASSBOX_OPTION_TABLE_H
#define GLASSBOX_OPTION_TABLE_H

#include "console.h"

#include <stddef.h>

struct option_table;

enum option_kind {
    KIND_END,
    KIND_SET,       /* takes no value: the field becomes `least` */
    KIND_NUMBER,    /* least to most, into an unsigned integer of any size */
    KIND_TEXT,      /* as it was given: const char * */
    KIND_READ,      /* by a function */
    KIND_ARGUMENT,  /* no option: one more word, in the order of the rows */
    KIND_ARGUMENTS, /* all words that are left: char ** into the field, and their number, size_t */
    KIND_GROUP      /* the rows of another table */
};

/* what: "--bits". Wrong usage is console_usage's. */
typedef void option_read(void *field, const char *what, const char *text,
                         const struct argp_state *state);

struct option_row {
    enum option_kind kind;
    int letter; /* 0: none */
    const char *name;
    const char *value; /* as --help calls it */
    const char *help;  /* of an argument: what is said when it is missing; NULL: it may be */
    size_t at, bytes;  /* the field */
    size_t count_at;   /* KIND_ARGUMENTS: of the number */
    unsigned long least, most;
    bool optional; /* the value; then its text may be NULL */
    option_read *read;
    const struct option_table *group;
};

struct option_table {
    const struct option_row *rows;
    const char *arguments; /* of the usage line; NULL: none */
    const char *text;      /* what the command is for; what follows \v stands below the options */
    /* When all is read, and the groups are checked: what does not go together, and what follows
     * from the rest. NULL: nothing. */
    void (*check)(void *options, const struct argp_state *state);
};

/* The place of a field of this type. */
#define OPTION_AT(S, field, type) (offsetof(S, field) + 0 * sizeof((type *)0 == &((S *)0)->field))
#define OPTION_FIELD(S, field_)   .at = offsetof(S, field_), .bytes = sizeof(((S *)0)->field_)

#define SET(S, field, name_, letter_, help_, to)                                                   \
    {                                                                                              \
        .kind = KIND_SET, .name = (name_), .letter = (letter_), .help = (help_),                   \
        OPTION_FIELD(S, field), .least = (to)                                                      \
    }
#define FLAG(S, field, name_, letter_, help_) SET(S, field, name_, letter_, help_, 1)
#define NUMBER(S, field, name_, letter_, value_, help_, least_, most_)                             \
    {                                                                                              \
        .kind = KIND_NUMBER, .name = (name_), .letter = (letter_), .value = (value_),              \
        .help = (help_), OPTION_FIELD(S, field), .least = (least_), .most = (most_)                \
    }
#define TEXT(S, field, name_, letter_, value_, help_)                                              \
    {                                                                                              \
        .kind = KIND_TEXT, .name = (name_), .letter = (letter_), .value = (value_),                \
        .help = (help_), .at = OPTION_AT(S, field, const char *)                                   \
    }
#define READ(S, field, name_, letter_, value_, help_, read_)                                       \
    {                                                                                              \
        .kind = KIND_READ, .name = (name_), .letter = (letter_), .value = (value_),                \
        .help = (help_), OPTION_FIELD(S, field), .read = (read_)                                   \
    }
/* The function gets the whole structure; value NULL: it takes none, and the text is NULL. */
#define READ_ALL(name_, letter_, value_, help_, read_)                                             \
    {                                                                                              \
        .kind = KIND_READ, .name = (name_), .letter = (letter_), .value = (value_),                \
        .help = (help_), .read = (read_)                                                           \
    }
#define ARGUMENT(S, field, missing)                                                                \
    {                                                                                              \
        .kind = KIND_ARGUMENT, .help = (missing), .at = OPTION_AT(S, field, const char *)          \
    }
#define ARGUMENTS(S, field, count, missing)                                                        \
    {                                                                                              \
        .kind = KIND_ARGUMENTS, .help = (missing), .at = OPTION_AT(S, field, char **),             \
        .count_at = OPTION_AT(S, count, size_t)                                                    \
    }
#define GROUP(S, field, table)                                                                     \
    {                                                                                              \
        .kind = KIND_GROUP, .at = offsetof(S, field), .group = &(table)                            \
    }

/* An address or name of this machine to bind a socket to; the field is a const char *. */
option_read console_read_address;

/* Reads the command line. Errors in our form, exit status 2 on wrong usage and 0 after --help:
 * returns only if it was right. */
void console_parse(const struct option_table *table, int argc, char **argv, void *options);

#endif
