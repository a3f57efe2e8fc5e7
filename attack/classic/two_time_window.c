/*
 * Cribs by hand, in a window: what is typed lies over one message, and all others show what they
 * would become. The screen is drawn anew after each key, on the terminal's second page; terminal and
 * page are put back on every way out, signals among them.
 */
#include "console.h"
#include "translate.h"
#include "two_time.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#define GUESS_BYTES 200
#define MARGIN      6 /* columns in front of a message */

enum key {
    KEY_NONE,
    KEY_ENTER = '\r',
    KEY_TAB = '\t',
    KEY_LEFT = 256,
    KEY_RIGHT,
    KEY_UP,
    KEY_DOWN,
    KEY_ERASE,
    KEY_CLEAR,
    KEY_UNDO,
    KEY_FILL,
    KEY_QUIT
};

struct window {
    struct sym_crib_board *board;
    struct sym_byte_model *model;
    struct two_time_try guess;
    uint8_t text[GUESS_BYTES];
    size_t next_place; /* which of the best places Tab goes to */
    struct termios before;
    int signals;
    int held; /* a byte that was read too early; -1: none */
    bool quit, failed;
};

/* --- the terminal ------------------------------------------------------------------------------ */

static bool terminal_open(struct window *window)
{
    sigset_t set;
    struct termios raw;
    if (tcgetattr(STDIN_FILENO, &window->before) != 0)
        return false;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGWINCH);
    sigprocmask(SIG_BLOCK, &set, NULL);
    window->signals = signalfd(-1, &set, SFD_CLOEXEC);
    raw = window->before;
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG | IEXTEN);
    raw.c_iflag &= ~(tcflag_t)(ICRNL | IXON);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (window->signals < 0 || tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) != 0)
        return false;
    fputs("\033[?1049h", stdout); /* xterm: the second page */
    return true;
}

static void terminal_close(struct window *window)
{
    fputs("\033[?1049l", stdout);
    fflush(stdout);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &window->before);
    if (window->signals >= 0)
        close(window->signals);
}

/* --- drawing ----------------------------------------------------------------------------------- */

/* So that the guess is seen, with some of what is before it. */
static size_t first_column(const struct window *window, size_t columns)
{
    size_t end = window->guess.at + window->guess.bytes + 1;
    return end + 4 > columns ? end + 4 - columns : 0;
}

/* A message in three parts: the guess is drawn in reverse. */
static void draw_message(const struct window *window, size_t which, size_t from, size_t columns)
{
    const struct two_time_try *guess = &window->guess;
    const size_t before = guess->at - from, marked = guess->bytes > 0 ? guess->bytes : 1;
    const size_t behind = before + marked < columns ? columns - before - marked : 0;
    char *row = malloc(4 * columns + 1);
    if (!row)
        return;
    printf("%s%3zu ", which == guess->which ? ">" : " ", which + 1);
    two_time_row(row, window->board, which, from, before, guess);
    printf(" %s", row);
    two_time_row(row, window->board, which, guess->at, marked, guess);
    printf("\033[7m%s\033[0m", row);
    two_time_row(row, window->board, which, guess->at + marked, behind, guess);
    printf("%s\r\n", row);
    free(row);
}

static size_t known_bytes(const struct sym_crib_board *board)
{
    size_t known = 0;
    for (size_t at = 0; at < board->pad_bytes; at++)
        known += board->is_known[at];
    return known;
}

static void draw(const struct window *window)
{
    const struct two_time_try *guess = &window->guess;
    const size_t columns = console_columns(stdout) - MARGIN;
    const size_t from = first_column(window, columns);
    fputs("\033[H\033[J", stdout);
    printf(_("%zu messages under one pad; %zu of %zu bytes of it are known\r\n\r\n"),
           window->board->count, known_bytes(window->board), window->board->pad_bytes);
    for (size_t t = 0; t < window->board->count; t++)
        draw_message(window, t, from, columns);
    printf(_("\r\nguess: \"%.*s\" in message %zu at byte %zu"), (int)guess->bytes,
           (const char *)window->text, guess->which + 1, guess->at);
    if (guess->bytes > 0) {
        double bits = sym_crib_fit(window->board, guess->which, guess->at, window->text,
                                   guess->bytes, window->model);
        if (bits < SYM_CRIB_NO_FIT)
            printf(_("\r\nthe others: %.1f bits a byte (text: 2 to 5)"), bits);
    }
    fputs(_("\r\n\r\n"
            "type a guess   left, right: slide it   up, down: another message\r\n"
            "Enter: keep it   Tab: where it fits best   Esc: clear it\r\n"
            "Ctrl-U: take the last one back   Ctrl-F: fill the rest   Ctrl-D: end\r\n"),
          stdout);
    fflush(stdout);
}

/* --- keys -------------------------------------------------------------------------------------- */

/* A byte within so many milliseconds; -1: none, or a signal that ends all. */
static int read_byte(struct window *window, int patience)
{
    struct pollfd polls[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                             {.fd = window->signals, .events = POLLIN}};
    uint8_t byte;
    const int held = window->held;
    window->held = -1;
    if (held >= 0)
        return held;
    if (poll(polls, 2, patience) <= 0)
        return -1;
    if (polls[1].revents) {
        struct signalfd_siginfo info;
        if (read(window->signals, &info, sizeof(info)) != sizeof(info) ||
            info.ssi_signo != SIGWINCH)
            window->quit = true;
        return -1;
    }
    if (read(STDIN_FILENO, &byte, 1) == 1)
        return byte;
    window->quit = true;
    return -1;
}

/* ECMA-48: ESC [ A and its like; ESC alone clears. */
static int read_escape(struct window *window)
{
    static const int arrows[] = {KEY_UP, KEY_DOWN, KEY_RIGHT, KEY_LEFT};
    int byte = read_byte(window, 50);
    if (byte != '[' && byte != 'O') {
        window->held = byte;
        return KEY_CLEAR;
    }
    while ((byte = read_byte(window, 50)) >= '0' && byte <= '?') /* parameters */
        ;
    return byte >= 'A' && byte <= 'D' ? arrows[byte - 'A'] : KEY_NONE;
}

static int read_key(struct window *window)
{
    int byte = read_byte(window, -1);
    switch (byte) {
    case -1:
        return KEY_NONE;
    case 0x1b:
        return read_escape(window);
    case '\n':
        return KEY_ENTER;
    case 3: /* Ctrl-C */
    case 4: /* Ctrl-D */
        return KEY_QUIT;
    case 6: /* Ctrl-F */
        return KEY_FILL;
    case 8:
    case 0x7f:
        return KEY_ERASE;
    case 21: /* Ctrl-U */
        return KEY_UNDO;
    default:
        return byte;
    }
}

/* --- what the keys do --------------------------------------------------------------------------- */

static void type(struct window *window, int byte)
{
    struct two_time_try *guess = &window->guess;
    const bool is_full = guess->at + guess->bytes >= window->board->texts[guess->which].count;
    if (byte < ' ' || byte > 255 || guess->bytes == GUESS_BYTES || (is_full && guess->at == 0))
        return;
    guess->at -= is_full; /* at the message's end it is pushed to the left */
    window->text[guess->bytes++] = (uint8_t)byte;
    window->next_place = 0;
}

/* The last character, all its bytes. */
static void erase(struct window *window)
{
    struct two_time_try *guess = &window->guess;
    while (guess->bytes > 0 && (window->text[--guess->bytes] & 0xc0) == 0x80)
        ;
    window->next_place = 0;
}

static void keep(struct window *window)
{
    struct two_time_try *guess = &window->guess;
    if (!sym_crib_guess(window->board, guess->which, guess->at, window->text, guess->bytes))
        window->failed = true;
    guess->at += guess->bytes;
    guess->bytes = 0;
    if (guess->at >= window->board->texts[guess->which].count)
        guess->at = window->board->texts[guess->which].count - 1;
}

static void go_to_best(struct window *window)
{
    struct two_time_place places[TWO_TIME_PLACES];
    struct two_time_try *guess = &window->guess;
    size_t count = guess->bytes == 0 ? 0
                                     : two_time_places(places, window->board, guess->which,
                                                       window->text, guess->bytes, window->model);
    if (count > 0)
        guess->at = places[window->next_place++ % count].at;
}

static void slide(struct window *window, bool onwards)
{
    struct two_time_try *guess = &window->guess;
    const size_t bytes = guess->bytes > 0 ? guess->bytes : 1;
    if (onwards && guess->at + bytes < window->board->texts[guess->which].count)
        guess->at++;
    else if (!onwards && guess->at > 0)
        guess->at--;
}

static void choose(struct window *window, bool down)
{
    struct two_time_try *guess = &window->guess;
    const size_t count = window->board->count;
    guess->which = (guess->which + (down ? 1 : count - 1)) % count;
    const size_t bytes = window->board->texts[guess->which].count;
    if (guess->at >= bytes)
        guess->at = bytes - 1;
    if (guess->bytes > bytes - guess->at)
        guess->bytes = bytes - guess->at;
}

static void obey(struct window *window, int key)
{
    switch (key) {
    case KEY_NONE:
        break;
    case KEY_LEFT:
    case KEY_RIGHT:
        slide(window, key == KEY_RIGHT);
        break;
    case KEY_UP:
    case KEY_DOWN:
        choose(window, key == KEY_DOWN);
        break;
    case KEY_ENTER:
        keep(window);
        break;
    case KEY_TAB:
        go_to_best(window);
        break;
    case KEY_ERASE:
        erase(window);
        break;
    case KEY_CLEAR:
        window->guess.bytes = 0;
        break;
    case KEY_UNDO:
        sym_crib_undo(window->board);
        break;
    case KEY_FILL:
        window->failed |= !two_time_fill(window->board, window->model);
        break;
    case KEY_QUIT:
        window->quit = true;
        break;
    default:
        type(window, key);
    }
}

int two_time_window(struct sym_crib_board *board, struct sym_byte_model *model)
{
    struct window window = {.board = board, .model = model, .signals = -1, .held = -1};
    window.guess.text = window.text;
    if (!terminal_open(&window)) {
        console_error("this terminal cannot be used: %s", translate(strerror(errno)));
        return CONSOLE_FAILED;
    }
    while (!window.quit && !window.failed) {
        draw(&window);
        obey(&window, read_key(&window));
    }
    terminal_close(&window);
    two_time_print(board);
    return window.failed ? CONSOLE_FAILED : CONSOLE_DONE;
}
