/* The shell at a terminal. libedit keeps the line, its history and the keys. */
#include "client_control.h"
#include "interrupt.h"
#include "shell.h"
#include "shell_complete.h"

#include <errno.h>
#include <histedit.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#define PROMPT        "ftp> "
#define HISTORY_LINES 1000
#define SLICE_MS      200

struct editor {
    struct client *client;
    EditLine *edit;
    History *history;
};

static volatile sig_atomic_t resized, continued;

bool shell_is_interactive(void)
{
    const char *terminal = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && terminal && *terminal &&
           strcmp(terminal, "dumb") != 0;
}

/* --- keys ------------------------------------------------------------------------------------- */
static void on_signal(int number)
{
    if (number == SIGWINCH)
        resized = 1;
    else
        continued = 1;
}

static void watch_terminal(void)
{
    struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART: reading a key ends */
    sigemptyset(&action.sa_mask);
    sigaction(SIGWINCH, &action, NULL);
    sigaction(SIGCONT, &action, NULL);
}

static void look_at_signals(EditLine *edit)
{
    if (resized)
        el_resize(edit);
    if (continued) { /* stopped by Ctrl-Z, and back: the terminal is the shell's still */
        el_set(edit, EL_PREP_TERM, 1);
        el_set(edit, EL_REFRESH);
    }
    resized = continued = 0;
}

static char *prompt(EditLine *edit)
{
    static char text[] = PROMPT;
    (void)edit;
    return text;
}

/* --- completion ------------------------------------------------------------------------------- */
static bool insert(EditLine *edit, const struct completion *completion, const char *text)
{
    char *quoted = words_quote(text, completion->quote);
    bool done = quoted && (*quoted == '\0' || el_insertstr(edit, quoted) == 0);
    free(quoted);
    return done;
}

/* One choice: the rest of it; behind a file that closes the word. */
static void take_only(EditLine *edit, const struct completion *completion)
{
    const char *choice = completion->choices.entries[0].name;
    const char quote[] = {completion->quote, '\0'};
    size_t length = strlen(choice);
    insert(edit, completion, choice + completion->typed);
    if (length > 0 && choice[length - 1] == '/')
        return;
    el_insertstr(edit, quote);
    el_insertstr(edit, " ");
}

static void show_choices(const struct completion *completion)
{
    const char **names = calloc(completion->choices.count, sizeof(*names));
    putchar('\n');
    for (size_t i = 0; names && i < completion->choices.count; i++)
        names[i] = completion->choices.entries[i].name + completion->shown_from;
    if (names)
        shell_print_names(names, completion->choices.count);
    fflush(stdout);
    free(names);
}

static void complete(EditLine *edit)
{
    const LineInfo *info = el_line(edit);
    char *line = strndup(info->buffer, (size_t)(info->cursor - info->buffer));
    struct completion completion;
    struct editor *editor;
    el_get(edit, EL_CLIENTDATA, &editor);
    if (line && complete_line(&completion, editor->client, line)) {
        size_t common = completion_common(&completion);
        if (completion.choices.count == 1) {
            take_only(edit, &completion);
        } else if (common > completion.typed) {
            completion.choices.entries[0].name[common] = '\0';
            insert(edit, &completion, completion.choices.entries[0].name + completion.typed);
        } else {
            show_choices(&completion);
        }
        completion_free(&completion);
        putchar('\r'); /* the line is drawn anew, from its beginning */
        fflush(stdout);
        el_set(edit, EL_REFRESH);
    }
    free(line);
}

/* Until a key is there. False: Ctrl-C. A signal between look and wait is seen a moment later. */
static bool wait_for_key(EditLine *edit)
{
    struct pollfd keyboard = {.fd = STDIN_FILENO, .events = POLLIN};
    do {
        if (interrupt_seen())
            return false;
        look_at_signals(edit);
    } while (poll(&keyboard, 1, SLICE_MS) <= 0);
    return true;
}

/* For libedit: 1 and a character; 0 at the end of the input, or when Ctrl-C ends the line. Tab is
 * taken here: libedit never frees what EL_ADDFN keeps for a key. */
static int read_key(EditLine *edit, wchar_t *key)
{
    while (wait_for_key(edit)) {
        wint_t got = getwc(stdin);
        if (got == L'\t') {
            complete(edit);
        } else if (got != WEOF) {
            *key = (wchar_t)got;
            return 1;
        } else if (ferror(stdin) && (errno == EINTR || errno == EILSEQ)) {
            clearerr(stdin); /* a stray byte is dropped */
        } else {
            return 0;
        }
    }
    return 0;
}

/* --- lines ------------------------------------------------------------------------------------ */
static bool history_path(char path[HOME_PATH_BYTES], const struct client *client)
{
    struct home home;
    if (!home_find(&home, client->options.home.directory, NULL))
        return false;
    home_path(path, &home, SHELL_HISTORY);
    return true;
}

static bool open_editor(struct editor *editor)
{
    char path[HOME_PATH_BYTES];
    HistEvent event;
    editor->edit = el_init("ftp", stdin, stdout, stderr);
    editor->history = history_init();
    if (!editor->edit || !editor->history)
        return false;
    history(editor->history, &event, H_SETSIZE, HISTORY_LINES);
    history(editor->history, &event, H_SETUNIQUE, 1);
    if (history_path(path, editor->client))
        history(editor->history, &event, H_LOAD, path);
    el_set(editor->edit, EL_CLIENTDATA, editor);
    el_set(editor->edit, EL_PROMPT, prompt);
    el_set(editor->edit, EL_EDITOR, "emacs");
    el_set(editor->edit, EL_HIST, history, editor->history);
    el_set(editor->edit, EL_GETCFN, read_key);
    el_source(editor->edit, NULL);   /* the person's ~/.editrc */
    setvbuf(stdin, NULL, _IONBF, 0); /* what was typed ahead is for a child of ! or for us */
    return true;
}

static void close_editor(struct editor *editor)
{
    char path[HOME_PATH_BYTES];
    HistEvent event;
    if (editor->history) {
        mode_t before = umask(S_IRWXG | S_IRWXO); /* what was typed is nobody else's business */
        if (history_path(path, editor->client))
            history(editor->history, &event, H_SAVE, path);
        umask(before);
        history_end(editor->history);
    }
    if (editor->edit)
        el_end(editor->edit);
}

/* The next line without its newline, a new string; NULL at the end. Ctrl-C gives a new prompt. */
static char *read_line(struct editor *editor)
{
    for (;;) {
        int bytes = 0;
        const char *line;
        /* By itself libedit would show the prompt first: keys pressed at once would be lost. */
        el_set(editor->edit, EL_PREP_TERM, 1);
        line = el_gets(editor->edit, &bytes);
        if (line && bytes > 0)
            return strndup(line, strcspn(line, "\n"));
        putchar('\n');
        if (!interrupt_clear())
            return NULL;
    }
}

int shell_edit(struct client *client)
{
    struct editor editor = {.client = client};
    enum shell_end end = SHELL_GO_ON;
    int status = CONSOLE_DONE;
    HistEvent event;
    char *line;
    watch_terminal();
    if (!open_editor(&editor)) {
        console_error("the terminal cannot be used");
        status = CONSOLE_FAILED;
    }
    while (status == CONSOLE_DONE && end != SHELL_LEAVE && (line = read_line(&editor))) {
        if (*line)
            history(editor.history, &event, H_ENTER, line);
        end = shell_line(client, line);
        free(line);
        if (!client->control) { /* nothing more can be done here */
            console_hint("start again to go on");
            status = CONSOLE_FAILED;
        }
    }
    close_editor(&editor);
    return status;
}
