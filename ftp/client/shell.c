/* The shell: a line becomes words, options and patterns are taken off, the table does the rest. */
#include "shell.h"

#include "client_control.h"
#include "client_list.h"
#include "input_line.h"
#include "interrupt.h"

#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLICE_MS 200

static const struct shell_alias *find_alias(const char *name)
{
    const struct shell_alias *alias = shell_aliases;
    while (alias->name && strcmp(alias->name, name) != 0)
        alias++;
    return alias->name ? alias : NULL;
}

const struct shell_command *shell_find(const char *name)
{
    const struct shell_alias *alias = find_alias(name);
    const struct shell_command *command = shell_commands;
    while (command->name && strcmp(command->name, alias ? alias->command : name) != 0)
        command++;
    return command->name ? command : NULL;
}

char shell_kind(const struct shell_command *command, size_t argument)
{
    size_t last = strlen(command->kinds);
    return last == 0 ? 'n' : command->kinds[(argument < last ? argument : last) - 1];
}

/* --- options and patterns --------------------------------------------------------------------- */
static bool wrong_use(struct client *client, const struct shell_command *command)
{
    problem_set(&client->problem, "%s: use it as: %s %s", command->name, command->name,
                command->arguments);
    return problem_hint(&client->problem, "a name that begins with - comes behind --");
}

/* Options stand in front of names; -- ends them; a pattern is no option. */
static bool take_options(struct client *client, const struct shell_command *command,
                         struct words *words)
{
    while (words->count > 1 && words->list[1].text[0] == '-' && words->list[1].text[1] &&
           !words->list[1].pattern) {
        const char *letters = words->list[1].text + 1;
        bool ends = strcmp(letters, "-") == 0;
        if (!command->options && (!ends || command->kinds[0] == 'n'))
            return true;
        for (; !ends && *letters; letters++) {
            if (!strchr(command->options, *letters))
                return wrong_use(client, command);
            WORDS_HAS(words, *letters) = true;
        }
        words_remove(words, 1);
        if (ends)
            break;
    }
    return true;
}

bool shell_add_local(struct client *client, struct words *out, const char *pattern)
{
    glob_t found = {0};
    bool done = glob(pattern, 0, NULL, &found) == 0;
    if (!done)
        problem_set(&client->problem, "%s: nothing here has such a name", pattern);
    for (size_t i = 0; done && i < found.gl_pathc; i++)
        done = words_add(out, found.gl_pathv[i]) || problem_memory(&client->problem);
    globfree(&found);
    return done;
}

bool shell_add_remote(struct client *client, struct words *out, const char *pattern)
{
    struct listing found;
    bool done = list_matching(client, pattern, &found);
    for (size_t i = 0; done && i < found.count; i++)
        done = words_add(out, found.entries[i].name) || problem_memory(&client->problem);
    listing_free(&found);
    return done;
}

static bool expand(struct client *client, const struct shell_command *command,
                   const struct words *words, struct words *out)
{
    bool done = true;
    memcpy(out->options, words->options, sizeof(out->options));
    for (size_t i = 0; done && i < words->count; i++) {
        const struct word *word = &words->list[i];
        char kind = i > 0 && word->pattern ? shell_kind(command, i) : 'n';
        if (kind == 'L')
            done = shell_add_local(client, out, word->pattern);
        else if (kind == 'R')
            done = shell_add_remote(client, out, word->pattern);
        else
            done = words_add(out, word->text) || problem_memory(&client->problem);
        if (done && word->pattern && (kind == 'r' || kind == 'l')) { /* it expands it itself */
            struct word *last = &out->list[out->count - 1];
            last->pattern = strdup(word->pattern);
            done = last->pattern || problem_memory(&client->problem);
        }
    }
    return done;
}

bool shell_confirm(const struct client *client, const char *question)
{
    char answer[80];
    if (!client->interactive)
        return false;
    shell_print(question, " (y/N) ");
    fflush(stdout);
    struct pollfd keyboard = {.fd = STDIN_FILENO, .events = POLLIN};
    while (!interrupt_seen() && poll(&keyboard, 1, SLICE_MS) <= 0)
        continue; /* a Ctrl-C that falls between looking and waiting is seen a moment later */
    if (interrupt_seen())
        return false;
    ssize_t bytes = read(STDIN_FILENO, answer, sizeof(answer)); /* one line; stdin has no buffer */
    return bytes > 0 && (answer[0] == 'y' || answer[0] == 'Y') && bytes == 2;
}

/* --- a line ----------------------------------------------------------------------------------- */
bool shell_show_reply(struct client *client, int code)
{
    if (code == 0 || code >= 400)
        return control_refused(client, "not done");
    shell_print(client->reply.text, "\n");
    return true;
}

/* See the table's ftp and ftp_second. */
static bool run_ftp(struct client *client, const struct shell_command *command,
                    const struct words *words)
{
    if (words->count == 1)
        return shell_show_reply(client, control_command(client, command->ftp, NULL));
    if (command->ftp_second) /* the first is answered by 350 */
        return (control_command(client, command->ftp, words->list[1].text) == 350 ||
                control_refused(client, words->list[1].text)) &&
               control_do(client, command->ftp_second, words->list[2].text);
    for (size_t i = 1; i < words->count; i++)
        if (!control_do(client, command->ftp, words->list[i].text))
            return false;
    return true;
}

static bool run_words(struct client *client, struct words *words)
{
    const struct shell_command *command = shell_find(words->list[0].text);
    const struct shell_alias *alias = find_alias(words->list[0].text);
    struct words expanded = {0};
    bool done;
    if (!command) {
        problem_set(&client->problem, "there is no command '%s'", words->list[0].text);
        return problem_hint(&client->problem, "help lists them");
    }
    if (alias && alias->option)
        WORDS_HAS(words, alias->option) = true;
    for (const char *implied = command->implied; implied && *implied; implied++)
        WORDS_HAS(words, *implied) = true;
    done = take_options(client, command, words) && expand(client, command, words, &expanded);
    if (done && (expanded.count - 1 < command->least || expanded.count - 1 > command->most))
        done = wrong_use(client, command);
    done = done &&
           (command->run ? command->run(client, &expanded) : run_ftp(client, command, &expanded));
    words_free(&expanded);
    return done;
}

/* !command: of the person's own shell. */
static bool run_outside(struct client *client, const char *text)
{
    int status;
    fflush(stdout);
    /* What the person at this terminal has typed. NOLINTNEXTLINE(cert-env33-c) */
    status = system(*text ? text : "exec \"${SHELL:-/bin/sh}\"");
    if (status == 0)
        return true;
    return problem_set(&client->problem, "!%s: status %d", text,
                       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static bool is_bye(const char *word)
{
    const struct shell_command *command = shell_find(word);
    return command && strcmp(command->name, "bye") == 0;
}

/* One request. *rest: what comes behind it on the same line, or NULL. */
static enum shell_end run_request(struct client *client, const char *line, const char **rest)
{
    struct words words;
    bool done = false, leave = false;
    *rest = NULL;
    line += strspn(line, " \t");
    control_new_request(client);
    interrupt_clear();
    if (*line == '!') {
        done = run_outside(client, line + 1);
    } else if (!words_split(&words, line)) {
        problem_memory(&client->problem);
    } else {
        *rest = words.rest;
        leave = words.count > 0 && is_bye(words.list[0].text);
        if (words.quote)
            problem_set(&client->problem, "a quote %c is not closed", words.quote);
        else
            done = words.count == 0 || leave || run_words(client, &words);
        words_free(&words);
    }
    fflush(stdout);
    if (!done)
        console_problem(&client->problem, CONSOLE_FAILED);
    return !done ? SHELL_FAILED : leave ? SHELL_LEAVE : SHELL_GO_ON;
}

enum shell_end shell_line(struct client *client, const char *line)
{
    enum shell_end end;
    do
        end = run_request(client, line, &line);
    while (line && end == SHELL_GO_ON);
    return end;
}

/* --- without a person ------------------------------------------------------------------------- */
int shell_script(struct client *client, const char *const *commands)
{
    for (; *commands; commands++) {
        enum shell_end end = shell_line(client, *commands);
        if (end != SHELL_GO_ON)
            return end == SHELL_FAILED ? CONSOLE_FAILED : CONSOLE_DONE;
    }
    return CONSOLE_DONE;
}

int shell_input(struct client *client)
{
    enum shell_end end = SHELL_GO_ON;
    char *line = NULL;
    size_t space = 0, lines = 0;
    ssize_t bytes;
    while (end == SHELL_GO_ON && (bytes = getline(&line, &space, stdin)) > 0) {
        const char *text = input_line(line, (size_t)bytes - (line[bytes - 1] == '\n'), ++lines,
                                      &client->problem);
        end = text ? shell_line(client, text) : SHELL_FAILED;
        if (!text)
            console_problem(&client->problem, CONSOLE_FAILED);
    }
    free(line);
    return end == SHELL_FAILED ? CONSOLE_FAILED : CONSOLE_DONE;
}
