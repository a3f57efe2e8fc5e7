/* The shell at a terminal: libedit keeps the line, its history and the keys; completion of commands,
 * of the server's names, of ours. */
#include "client_control.h"
#include "client_list.h"
#include "interrupt.h"
#include "shell.h"

#include <dirent.h>
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

/* --- completion: which words could stand where the cursor is ---------------------------------- */
struct completion {
    struct listing choices; /* whole words; folders end in a slash */
    size_t typed;           /* bytes of the last word that are there (unquoted) */
    char quote;             /* the open one, or 0 */
    size_t shown_from;      /* of each choice, what the person is shown: behind its last folder */
};

/* Takes a choice if it goes on as what is typed; `folder` stands in front of it. */
static bool offer(struct completion *completion, const char *typed, const char *folder,
                  const char *name, bool is_folder)
{
    struct entry choice = {0};
    if (asprintf(&choice.name, "%s%s%s", folder, name, is_folder ? "/" : "") < 0)
        return false;
    if (strncmp(choice.name, typed, strlen(typed)) == 0)
        return listing_add(&completion->choices, &choice);
    entry_free(&choice);
    return true;
}

static bool offer_commands(struct completion *completion, const char *typed)
{
    bool done = true;
    for (const struct shell_command *one = shell_commands; one->name && done; one++)
        done = offer(completion, typed, "", one->name, false);
    for (const struct shell_alias *one = shell_aliases; one->name && done; one++)
        done = offer(completion, typed, "", one->name, false);
    return done;
}

static bool hidden(const char *name, const char *typed)
{
    return *name == '.' && *path_name(typed) != '.';
}

static bool offer_remote(struct completion *completion, struct client *client, const char *typed,
                         const char *folder)
{
    struct listing listing;
    bool done;
    control_new_request(client); /* it has its own keys, as every request */
    done = list_folder(client, folder, &listing);
    for (size_t i = 0; done && i < listing.count; i++)
        if (!hidden(listing.entries[i].name, typed))
            done = offer(completion, typed, folder, listing.entries[i].name,
                         listing.entries[i].type == ENTRY_FOLDER);
    if (done)
        listing_free(&listing);
    return done;
}

static bool is_folder(DIR *folder, const char *name)
{
    struct stat status;
    return fstatat(dirfd(folder), name, &status, 0) == 0 && S_ISDIR(status.st_mode);
}

static bool offer_local(struct completion *completion, const char *typed, const char *path)
{
    DIR *folder = opendir(*path ? path : ".");
    const struct dirent *one;
    bool done = folder != NULL;
    while (done && (one = readdir(folder)))
        if (entry_name_is_safe(one->d_name) && !hidden(one->d_name, typed))
            done = offer(completion, typed, path, one->d_name, is_folder(folder, one->d_name));
    if (folder)
        closedir(folder);
    return done;
}

/* By what the word is: the command itself, or one of its arguments. */
static bool offer_all(struct completion *completion, struct client *client,
                      const struct words *words, const char *typed)
{
    const struct shell_command *command;
    char *folder, kind;
    bool done = false;
    size_t argument = 0;
    if (words->count <= 1)
        return offer_commands(completion, typed);
    command = shell_find(words->list[0].text);
    for (size_t i = 1; i < words->count; i++)
        argument += words->list[i].text[0] != '-' || i + 1 == words->count;
    kind = command ? shell_kind(command, argument) : 'n';
    folder = strndup(typed, (size_t)(path_name(typed) - typed));
    completion->shown_from = folder ? strlen(folder) : 0;
    if (command && strcmp(command->name, "help") == 0)
        done = offer_commands(completion, typed);
    else if (folder && (kind == 'r' || kind == 'R'))
        done = offer_remote(completion, client, typed, folder);
    else if (folder && (kind == 'l' || kind == 'L'))
        done = offer_local(completion, typed, folder);
    free(folder);
    return done;
}

/* line: up to the cursor. The server's folder is asked for when it is needed. False: there is nothing
 * to complete, or it cannot be found out. */
static bool complete_line(struct completion *completion, struct client *client, const char *line)
{
    struct words words;
    const char *typed;
    bool done;
    *completion = (struct completion){0};
    if (!words_split(&words, line))
        return false;
    if (words.rest) { /* the last command of the line is the one that is typed */
        line = words.rest;
        words_free(&words);
        return complete_line(completion, client, line);
    }
    /* A blank at the end: the next word begins, with nothing typed of it. */
    done = line[words.last_at] != '\0' || words_add(&words, "");
    typed = done ? words.list[words.count - 1].text : "";
    completion->quote = words.quote;
    completion->typed = strlen(typed);
    done = done && offer_all(completion, client, &words, typed) && completion->choices.count > 0;
    words_free(&words);
    listing_sort(&completion->choices);
    if (!done)
        listing_free(&completion->choices);
    return done;
}

/* How many bytes all choices share. */
static size_t common_bytes(const struct listing *choices)
{
    const char *first = choices->entries[0].name, *last = choices->entries[choices->count - 1].name;
    size_t common = 0; /* sorted: what the ends share, all share */
    while (first[common] && first[common] == last[common])
        common++;
    while (common > 0 && ((unsigned char)first[common] & 0xC0) == 0x80)
        common--; /* not inside a character of UTF-8 */
    return common;
}

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
        size_t common = common_bytes(&completion.choices);
        if (completion.choices.count == 1) {
            take_only(edit, &completion);
        } else if (common > completion.typed) {
            completion.choices.entries[0].name[common] = '\0';
            insert(edit, &completion, completion.choices.entries[0].name + completion.typed);
        } else {
            show_choices(&completion);
        }
        listing_free(&completion.choices);
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
