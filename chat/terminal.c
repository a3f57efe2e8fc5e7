/*
 * The client for a person at a terminal. libedit reads characters through read_character, which
 * waits for the talk and for signals as well; when a line comes, what is being typed is erased, the
 * line printed in its place, and libedit draws its own line again below.
 */
#include "terminal.h"

#include "render.h"

#include <errno.h>
#include <histedit.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#define PROMPT        "> "
#define HISTORY_LINES 1000

struct terminal {
    struct talk talk; /* first: the talk's address is the terminal's */
    EditLine *edit;
    History *history;
    int signals;
    bool editing; /* libedit's line is shown */
};

bool terminal_is_possible(void)
{
    const char *terminal = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && terminal && *terminal &&
           strcmp(terminal, "dumb") != 0;
}

/* --- rendering -------------------------------------------------------------------------------- */
static size_t columns_of_terminal(void)
{
    struct winsize size = {0};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* How many rows lie between the prompt's row and the one where a text of this length ends. */
static size_t rows_below_prompt(const wchar_t *text, size_t length)
{
    size_t columns = strlen(PROMPT);
    for (size_t i = 0; i < length; i++) {
        int width = wcwidth(text[i]);
        columns += width > 0 ? (size_t)width : 0;
    }
    return columns / columns_of_terminal();
}

/* To the beginning of the prompt's row; everything below is erased. */
static void erase_rows(size_t rows)
{
    if (rows > 0)
        printf("\033[%zuA", rows); /* ECMA-48 CUU */
    fputs("\r\033[J", stdout);     /* ED */
}

/* What is being typed. */
static void erase_edited(const struct terminal *terminal)
{
    const LineInfoW *line = el_wline(terminal->edit);
    erase_rows(rows_below_prompt(line->buffer, (size_t)(line->cursor - line->buffer)));
    fflush(stdout);
}

/* Whole rows, above what is being typed. */
static void print_rows(void *context, const char *rows)
{
    struct terminal *terminal = context;
    if (terminal->editing)
        erase_edited(terminal);
    fputs(rows, stdout);
    fflush(stdout);
    if (terminal->editing)
        el_set(terminal->edit, EL_REFRESH);
}

static void render(struct talk *talk, const char *text, enum talk_text kind)
{
    static char rows[2 * RENDER_BYTES]; /* too much for a stack, and nobody is called in between */
    size_t mark = kind != TALK_LINE ? strlen("- ") : 0;
    memcpy(rows, "- ", mark);
    render_fold(rows + mark, sizeof(rows) - mark - 1, text, columns_of_terminal() - mark);
    strcat(rows, "\n");
    print_rows(talk, rows);
}

/* --- typing ----------------------------------------------------------------------------------- */
static void take_signal(struct terminal *terminal)
{
    switch (talk_signal(terminal->signals)) {
    case SIGWINCH:
        el_resize(terminal->edit);
        break;
    case SIGCONT: /* stopped by Ctrl-Z, and back: the terminal is the shell's still */
        el_set(terminal->edit, EL_PREP_TERM, 1);
        el_set(terminal->edit, EL_REFRESH);
        break;
    case SIGINT:
    case SIGTERM:
    case SIGHUP:
        talk_quit(&terminal->talk);
        terminal->talk.over = true;
        break;
    default:
        break;
    }
}

/* One character of UTF-8 from the keyboard. */
static int read_key(wchar_t *character)
{
    mbstate_t state = {0};
    for (;;) {
        char byte;
        ssize_t got = read(STDIN_FILENO, &byte, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return (int)got;
        size_t used = mbrtowc(character, &byte, 1, &state);
        if (used == (size_t)-1)
            memset(&state, 0, sizeof(state)); /* a stray byte is dropped */
        else if (used != (size_t)-2)
            return 1;
    }
}

/* For libedit: 1 and a character, or 0 when the talk is over. */
static int read_character(EditLine *edit, wchar_t *character)
{
    struct terminal *terminal;
    el_get(edit, EL_CLIENTDATA, &terminal);
    struct secure_socket *socket = terminal->talk.socket;
    while (talk_receive(&terminal->talk), !terminal->talk.over) {
        struct pollfd polls[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                 {.fd = s_fd(socket), .events = s_events(socket)},
                                 {.fd = terminal->signals, .events = POLLIN}};
        if (poll(polls, 3, -1) < 0 && errno != EINTR)
            return -1;
        if (polls[2].revents)
            take_signal(terminal);
        if (polls[0].revents && !terminal->talk.over)
            return read_key(character);
    }
    return 0;
}

static char *prompt(EditLine *edit)
{
    static char text[] = PROMPT;
    (void)edit;
    return text;
}

/* The line goes away: the server's echo takes its place. */
static void erase_input(const char *line)
{
    wchar_t wide[CHAT_LINE_MAX];
    size_t length = mbstowcs(wide, line, CHAT_LINE_MAX);
    erase_rows(1 + rows_below_prompt(wide, length == (size_t)-1 ? 0 : length));
    fflush(stdout);
}

/* The next line without its newline, in a new string; NULL at the end. */
static char *read_line(struct terminal *terminal)
{
    int bytes = 0;
    terminal->editing = true;
    const char *line = el_gets(terminal->edit, &bytes);
    terminal->editing = false;
    if (!line || bytes <= 0 || terminal->talk.over) {
        erase_edited(terminal);
        return NULL;
    }
    char *copy = strndup(line, strcspn(line, "\n"));
    if (copy)
        erase_input(copy);
    return copy;
}

static void remember(struct terminal *terminal, const char *line)
{
    HistEvent event;
    if (*line)
        history(terminal->history, &event, H_ENTER, line);
}

static bool open_editor(struct terminal *terminal, const char *history_path)
{
    HistEvent event;
    terminal->edit = el_init("chat", stdin, stdout, stderr);
    terminal->history = history_init();
    if (!terminal->edit || !terminal->history)
        return false;
    history(terminal->history, &event, H_SETSIZE, HISTORY_LINES);
    history(terminal->history, &event, H_SETUNIQUE, 1);
    history(terminal->history, &event, H_LOAD, history_path);
    el_set(terminal->edit, EL_CLIENTDATA, terminal);
    el_set(terminal->edit, EL_PROMPT, prompt);
    el_set(terminal->edit, EL_EDITOR, "emacs");
    el_set(terminal->edit, EL_HIST, history, terminal->history);
    el_set(terminal->edit, EL_GETCFN, read_character);
    el_source(terminal->edit, NULL); /* the person's ~/.editrc */
    return true;
}

static void close_editor(struct terminal *terminal, const char *history_path)
{
    HistEvent event;
    if (terminal->history) {
        mode_t before = umask(S_IRWXG | S_IRWXO); /* what was typed is nobody else's business */
        history(terminal->history, &event, H_SAVE, history_path);
        umask(before);
        history_end(terminal->history);
    }
    if (terminal->edit)
        el_end(terminal->edit);
}

/* After /quit or Ctrl-D: what still comes, until the server closes. */
static void await_end(struct terminal *terminal)
{
    struct talk *talk = &terminal->talk;
    while (talk_receive(talk), !talk->over) {
        struct pollfd polls[] = {{.fd = s_fd(talk->socket), .events = s_events(talk->socket)},
                                 {.fd = terminal->signals, .events = POLLIN}};
        if (poll(polls, 2, CHANNEL_SECONDS * 1000) <= 0 || polls[1].revents)
            return;
    }
}

void terminal_talk(struct talk *talk)
{
    struct terminal *terminal = calloc(1, sizeof(*terminal));
    char history_path[HOME_PATH_BYTES], *line;
    if (!terminal) {
        talk->status = CONSOLE_FAILED;
        return;
    }
    home_path(history_path, talk->home, TERMINAL_HISTORY);
    terminal->talk = *talk;
    terminal->talk.render = render;
    terminal->talk.coloured = true;
    terminal->signals = talk_signals();
    if (isatty(STDERR_FILENO))
        explain_print_through(talk->explain, print_rows, terminal);
    if (open_editor(terminal, history_path)) {
        while (!terminal->talk.over && !terminal->talk.quitting && (line = read_line(terminal))) {
            remember(terminal, line);
            talk_input(&terminal->talk, line);
            free(line);
        }
        if (!terminal->talk.over) {
            talk_quit(&terminal->talk);
            await_end(terminal);
        }
    } else {
        console_error("the terminal cannot be used");
        terminal->talk.status = CONSOLE_FAILED;
    }
    close_editor(terminal, history_path);
    explain_print_through(talk->explain, NULL, NULL);
    talk->status = terminal->talk.status;
    if (terminal->signals >= 0)
        close(terminal->signals);
    free(terminal);
}
