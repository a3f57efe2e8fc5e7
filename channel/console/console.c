/*
 * Errors, hints, colours and the table of commands; see console.h.
 */
#include "console.h"
#include "implementations.h"
#include "language.h"
#include "printable.h"
#include "rsa_memory.h"
#include "sym_memory.h"
#include "translate.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <locale.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define LINE_BYTES    4096
#define USUAL_COLUMNS 80
#define LEAST_COLUMNS 40

size_t console_columns(FILE *stream)
{
    const char *text = getenv("COLUMNS");
    char *end;
    unsigned long wanted = text ? strtoul(text, &end, 10) : 0;
    struct winsize size = {0};
    if (wanted == 0 || *end != '\0' || wanted > 10000) {
        bool known = ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
        wanted = known ? size.ws_col : USUAL_COLUMNS;
    }
    return wanted < LEAST_COLUMNS ? LEAST_COLUMNS : wanted;
}

static void wiping_free(void *data)
{
    if (data)
        sym_wipe(data, malloc_usable_size(data));
    free(data);
}

/* A program that starts without one of the three would open its next file or socket there, and
 * print into it. So nothing comes from a closed stdin, and what is written to a closed stdout or
 * stderr fails (EBADF), as it should. */
static bool stdin_is_closed;

static void open_standard_descriptors(void)
{
    stdin_is_closed = fcntl(STDIN_FILENO, F_GETFD) < 0;
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != i)
            abort(); /* no safe way to go on, and none to say so */
}

bool console_stdin_is_closed(void)
{
    return stdin_is_closed;
}

/* RLIMIT_CORE does not hold back a core file that goes through a pipe (core(5)); a process that is
 * not dumpable writes none at all, and other processes of its user can neither attach to it nor
 * read its memory (prctl(2), ptrace(2)). A build without optimisation is for the debugger. */
static void keep_memory_to_ourselves(void)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
#if defined(__OPTIMIZE__) && !defined(GLASSBOX_SANITIZED)
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

static void warn_of_implementations(void)
{
    struct problem problem = {0};
    (void)implementations_check(&problem);
    if (problem.message[0])
        console_warning_text(problem.message);
    if (problem.hint[0])
        console_hint_text(problem.hint);
}

void console_start(int *argc, char **argv)
{
    open_standard_descriptors();
    if (!setlocale(LC_CTYPE, "") || MB_CUR_MAX == 1)
        setlocale(LC_CTYPE, "C.UTF-8");
    keep_memory_to_ourselves();
    rsa_memory_wipe();
    struct problem problem = {0};
    json_set_alloc_funcs(malloc, wiping_free); /* keys may come and go as JSON */
    if (!language_start(argc, argv, &problem))
        exit(console_problem(&problem, CONSOLE_USAGE));
    if (*argc < 2 || strcmp(argv[1], "--version") != 0) /* which has its own say */
        warn_of_implementations();
}

/* --- colour ---------------------------------------------------------------------------------- */

static const char *const sequences[] = {
    [CONSOLE_PLAIN] = "\033[0m", [CONSOLE_BOLD] = "\033[1m",   [CONSOLE_DIM] = "\033[2m",
    [CONSOLE_RED] = "\033[31m",  [CONSOLE_GREEN] = "\033[32m", [CONSOLE_YELLOW] = "\033[33m",
    [CONSOLE_CYAN] = "\033[36m",
};

bool console_is_terminal(FILE *stream)
{
    const char *terminal = getenv("TERM");
    return terminal && strcmp(terminal, "dumb") != 0 && isatty(fileno(stream));
}

bool console_is_coloured(FILE *stream)
{
    const char *no_colour = getenv("NO_COLOR");
    return (!no_colour || no_colour[0] == '\0') && console_is_terminal(stream);
}

const char *console_sequence(enum console_style style)
{
    return sequences[style];
}

const char *console_style(FILE *stream, enum console_style style)
{
    return console_is_coloured(stream) ? sequences[style] : "";
}

/* --- talk ------------------------------------------------------------------------------------ */

/* The blank behind the last colon, where a command to be copied begins; NULL: there is none. */
static char *blank_before_command(char *text)
{
    char *blank = NULL;
    for (char *colon = text; (colon = strstr(colon, ": ")) != NULL; colon++)
        blank = colon + 1;
    return blank;
}

/* A fingerprint is copied, often in a command: on a terminal it begins a row, or its command does,
 * rather than be broken over two. used: the columns in front of the text. */
static void keep_fingerprints_whole(char *text, size_t used)
{
    size_t columns = console_columns(stderr);
    for (char *at = text; (at = strchr(at, ' ')) != NULL; at++) {
        size_t word = strcspn(at + 1, " ");
        *at = '\0';
        size_t before = (used + printable_width(text)) % columns;
        bool whole = before + 1 + word <= columns || !memmem(at + 1, word, "SHA256:", 7);
        char *command = whole ? NULL : blank_before_command(text);
        *at = ' ';
        if (!whole) {
            char *end = command ? command : at;
            *end = '\n';
            text = end + 1;
            used = 0;
        }
    }
}

/* One line, made printable and written at once, so that lines of several threads do not mix. */
static void talk(const char *label, enum console_style style, enum console_style text_style,
                 const char *format, va_list arguments) __attribute__((format(printf, 4, 0)));

static void talk(const char *label, enum console_style style, enum console_style text_style,
                 const char *format, va_list arguments)
{
    const char *plain = console_style(stderr, CONSOLE_PLAIN);
    char raw[LINE_BYTES], text[PRINTABLE_SPACE(LINE_BYTES)];
    vsnprintf(raw, sizeof(raw), translate(format), arguments);
    printable_text(text, sizeof(text), raw, strlen(raw));
    if (isatty(STDERR_FILENO))
        keep_fingerprints_whole(text, strlen(program_invocation_short_name) + 2 + strlen(label));
    fprintf(stderr, "%s: %s%s%s%s%s%s\n", program_invocation_short_name,
            console_style(stderr, style), label, plain,
            text_style == CONSOLE_PLAIN ? "" : console_style(stderr, text_style), text,
            text_style == CONSOLE_PLAIN ? "" : plain);
}

void console_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    talk(_("error: "), CONSOLE_RED, CONSOLE_PLAIN, format, arguments);
    va_end(arguments);
}

void console_hint(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    talk(_("hint: "), CONSOLE_CYAN, CONSOLE_PLAIN, format, arguments);
    va_end(arguments);
}

void console_warning(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    talk(_("warning: "), CONSOLE_RED, CONSOLE_RED, format, arguments);
    va_end(arguments);
}

void console_note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    talk("", CONSOLE_PLAIN, CONSOLE_PLAIN, format, arguments);
    va_end(arguments);
}

void console_note_text(const char *text)
{
    console_note("%s", text);
}

void console_hint_text(const char *text)
{
    console_hint("%s", text);
}

void console_warning_text(const char *text)
{
    char words[TRANSLATE_LIBRARY_BYTES];
    console_warning("%s", translate_parts(words, text));
}

int console_problem(const struct problem *problem, enum console_status status)
{
    console_error("%s", problem->message);
    if (problem->hint[0] != '\0')
        console_hint("%s", problem->hint);
    return (int)status;
}

/* Why an earlier write failed: its errno is lost, and one more write gets it again. The output is
 * torn already, so a line break at its end does no harm. */
static const char *why_not_written(void)
{
    return write(STDOUT_FILENO, "\n", 1) < 0 ? translate(strerrordesc_np(errno))
                                             : _("a part of it was lost on the way");
}

int console_finish(int status)
{
    bool failed = ferror(stdout) != 0;
    const char *why = fflush(stdout) != 0 ? translate(strerrordesc_np(errno)) : NULL;
    if (!why && !failed)
        return status;
    console_error("cannot write the result: %s", failed ? why_not_written() : why);
    return status == CONSOLE_DONE ? (int)CONSOLE_FAILED : status;
}

/* --- commands -------------------------------------------------------------------------------- */

static void print_commands(const struct console_command *table, const char *purpose,
                           const char *name)
{
    int width = 12;
    for (const struct console_command *row = table; row->name; row++)
        if ((int)strlen(row->name) > width)
            width = (int)strlen(row->name);
    printf(_("Usage: %s COMMAND [OPTION...]\n%s\n\n"), name, translate(purpose));
    for (; table->name != NULL; table++)
        printf("  %-*s %s\n", width, table->name, translate(table->summary));
    printf(_("\n'%s COMMAND --help' tells more, with examples.\n"), name);
}

int console_dispatch(const struct console_command *table, const char *purpose, int argc,
                     char **argv)
{
    /* As usage lines show it: without its folder, or "PROG COMMAND" from an outer table. */
    bool outer = strcmp(argv[0], program_invocation_name) == 0;
    const char *name = outer ? program_invocation_short_name : argv[0];
    const char *word = argc > 1 ? argv[1] : NULL;
    for (const struct console_command *command = table; word && command->name; command++) {
        char full_name[256];
        if (strcmp(command->name, word) != 0)
            continue;
        snprintf(full_name, sizeof(full_name), "%s %s", name, word);
        argv[1] = full_name;
        return command->run(argc - 1, argv + 1);
    }
    if (word && (strcmp(word, "--help") == 0 || strcmp(word, "help") == 0)) {
        print_commands(table, purpose, name);
        return CONSOLE_DONE;
    }
    if (!word)
        console_error("no command given");
    else
        console_error("there is no command '%s'", word);
    console_hint("'%s --help' lists the commands", name);
    return CONSOLE_USAGE;
}
