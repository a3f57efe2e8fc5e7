/*
 * The client for a person at a terminal. libedit reads characters through read_character, which
 * waits for the talk and for signals as well; when a line comes, what is being typed is erased, the
 * line printed in its place, and libedit draws its own line again below.
 */
#include "screen.h"

#include "show.h"

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

struct screen {
    struct talk talk; /* first: the talk's address is the screen's */
    EditLine *edit;
    History *history;
    int signals;
    bool editing; /* libedit's line is on the screen */
};

bool screen_is_possible(void)
{
    const char *terminal = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && terminal && *terminal &&
           strcmp(terminal, "dumb") != 0;
}

/* --- showing ---------------------------------------------------------------------------------- */
static size_t columns_of_screen(void)
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
    return columns / columns_of_screen();
}

/* To the beginning of the prompt's row; everything below is erased. */
static void erase_rows(size_t rows)
{
    if (rows > 0)
        printf("\033[%zuA", rows); /* ECMA-48 CUU */
    fputs("\r\033[J", stdout);     /* ED */
}

/* What is being typed. */
static void erase_edited(const struct screen *screen)
{
    const LineInfoW *line = el_wline(screen->edit);
    erase_rows(rows_below_prompt(line->buffer, (size_t)(line->cursor - line->buffer)));
    fflush(stdout);
}

/* Whole rows, above what is being typed. */
static void show_rows(void *context, const char *rows)
{
    struct screen *screen = context;
    if (screen->editing)
        erase_edited(screen);
    fputs(rows, stdout);
    fflush(stdout);
    if (screen->editing)
        el_set(screen->edit, EL_REFRESH);
}

static void show(struct talk *talk, const char *text, enum talk_text kind)
{
    static char rows[2 * SHOW_BYTES]; /* too much for a stack, and nobody is called in between */
    size_t mark = kind != TALK_LINE ? strlen("- ") : 0;
    memcpy(rows, "- ", mark);
    show_fold(rows + mark, sizeof(rows) - mark - 1, text, columns_of_screen() - mark);
    strcat(rows, "\n");
    show_rows(talk, rows);
}

/* --- typing ----------------------------------------------------------------------------------- */
static void take_signal(struct screen *screen)
{
    switch (talk_signal(screen->signals)) {
    case SIGWINCH:
        el_resize(screen->edit);
        break;
    case SIGCONT: /* stopped by Ctrl-Z, and back: the terminal is the shell's still */
        el_set(screen->edit, EL_PREP_TERM, 1);
        el_set(screen->edit, EL_REFRESH);
        break;
    case SIGINT:
    case SIGTERM:
    case SIGHUP:
        talk_quit(&screen->talk);
        screen->talk.over = true;
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
    struct screen *screen;
    el_get(edit, EL_CLIENTDATA, &screen);
    struct secure_socket *socket = screen->talk.socket;
    while (talk_receive(&screen->talk), !screen->talk.over) {
        struct pollfd polls[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                 {.fd = s_fd(socket), .events = s_events(socket)},
                                 {.fd = screen->signals, .events = POLLIN}};
        if (poll(polls, 3, -1) < 0 && errno != EINTR)
            return -1;
        if (polls[2].revents)
            take_signal(screen);
        if (polls[0].revents && !screen->talk.over)
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

/* The typed line goes away: the server's echo takes its place. */
static void erase_typed(const char *line)
{
    wchar_t wide[CHAT_LINE_MAX];
    size_t length = mbstowcs(wide, line, CHAT_LINE_MAX);
    erase_rows(1 + rows_below_prompt(wide, length == (size_t)-1 ? 0 : length));
    fflush(stdout);
}

/* The next line without its newline, in a new string; NULL at the end. */
static char *read_line(struct screen *screen)
{
    int bytes = 0;
    screen->editing = true;
    const char *line = el_gets(screen->edit, &bytes);
    screen->editing = false;
    if (!line || bytes <= 0 || screen->talk.over) {
        erase_edited(screen);
        return NULL;
    }
    char *copy = strndup(line, strcspn(line, "\n"));
    if (copy)
        erase_typed(copy);
    return copy;
}

static void remember(struct screen *screen, const char *line)
{
    HistEvent event;
    if (*line)
        history(screen->history, &event, H_ENTER, line);
}

static bool open_editor(struct screen *screen, const char *history_path)
{
    HistEvent event;
    screen->edit = el_init("chat", stdin, stdout, stderr);
    screen->history = history_init();
    if (!screen->edit || !screen->history)
        return false;
    history(screen->history, &event, H_SETSIZE, HISTORY_LINES);
    history(screen->history, &event, H_SETUNIQUE, 1);
    history(screen->history, &event, H_LOAD, history_path);
    el_set(screen->edit, EL_CLIENTDATA, screen);
    el_set(screen->edit, EL_PROMPT, prompt);
    el_set(screen->edit, EL_EDITOR, "emacs");
    el_set(screen->edit, EL_HIST, history, screen->history);
    el_set(screen->edit, EL_GETCFN, read_character);
    el_source(screen->edit, NULL); /* the person's ~/.editrc */
    return true;
}

static void close_editor(struct screen *screen, const char *history_path)
{
    HistEvent event;
    if (screen->history) {
        mode_t before = umask(S_IRWXG | S_IRWXO); /* what was typed is nobody else's business */
        history(screen->history, &event, H_SAVE, history_path);
        umask(before);
        history_end(screen->history);
    }
    if (screen->edit)
        el_end(screen->edit);
}

/* After /quit or Ctrl-D: what still comes, until the server closes. */
static void await_end(struct screen *screen)
{
    struct talk *talk = &screen->talk;
    while (talk_receive(talk), !talk->over) {
        struct pollfd polls[] = {{.fd = s_fd(talk->socket), .events = s_events(talk->socket)},
                                 {.fd = screen->signals, .events = POLLIN}};
        if (poll(polls, 2, CHANNEL_SECONDS * 1000) <= 0 || polls[1].revents)
            return;
    }
}

void screen_talk(struct talk *talk)
{
    struct screen *screen = calloc(1, sizeof(*screen));
    char history_path[HOME_PATH_BYTES], *line;
    if (!screen) {
        talk->status = CONSOLE_FAILED;
        return;
    }
    home_path(history_path, talk->home, SCREEN_HISTORY);
    screen->talk = *talk;
    screen->talk.show = show;
    screen->talk.coloured = true;
    screen->signals = talk_signals();
    if (isatty(STDERR_FILENO))
        lens_say_through(talk->lens, show_rows, screen);
    if (open_editor(screen, history_path)) {
        while (!screen->talk.over && !screen->talk.quitting && (line = read_line(screen))) {
            remember(screen, line);
            talk_typed(&screen->talk, line);
            free(line);
        }
        if (!screen->talk.over) {
            talk_quit(&screen->talk);
            await_end(screen);
        }
    } else {
        console_error("the terminal cannot be used");
        screen->talk.status = CONSOLE_FAILED;
    }
    close_editor(screen, history_path);
    lens_say_through(talk->lens, NULL, NULL);
    talk->status = screen->talk.status;
    if (screen->signals >= 0)
        close(screen->signals);
    free(screen);
}
