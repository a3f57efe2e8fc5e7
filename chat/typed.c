/* What a person types: a table of commands, and lines for the server out of it. */
#include "typed.h"

#include "utf8.h"

#include <stdio.h>
#include <string.h>

const char *const typed_help[] = {
    "text              say it to everybody; //text says a text that begins with a slash",
    "/me text          tell everybody what you do: ~ anna waves",
    "/msg NAME text    say it to one person alone",
    "/who              who is here",
    "/rekey            make fresh keys now, in the middle of the talk",
    "/quit             leave, when the server has heard everything; so does Ctrl-D",
    "/help             this",
    NULL};

static void wrong(struct typed *typed, const char *what)
{
    typed->kind = TYPED_WRONG;
    snprintf(typed->text, sizeof(typed->text), "%s; /help lists the commands", what);
}

static void line(struct typed *typed, enum chat_word word, const char *const fields[])
{
    typed->kind = word == CHAT_QUIT ? TYPED_QUIT : TYPED_LINE;
    typed->bytes = chat_line_write(typed->text, sizeof(typed->text), word, fields);
}

static void read_me(struct typed *typed, char *rest)
{
    if (*rest)
        line(typed, CHAT_ME, (const char *[]){rest});
    else
        wrong(typed, "/me what");
}

static void read_msg(struct typed *typed, char *rest)
{
    char *text = strchr(rest, ' ');
    if (!text || text[1 + strspn(text + 1, " ")] == '\0') {
        wrong(typed, "/msg wants a name and a text");
        return;
    }
    *text++ = '\0';
    line(typed, CHAT_MSG, (const char *[]){rest, text});
}

static void read_who(struct typed *typed, char *rest)
{
    (void)rest;
    line(typed, CHAT_WHO, NULL);
}

static void read_quit(struct typed *typed, char *rest)
{
    (void)rest;
    line(typed, CHAT_QUIT, NULL);
}

static void read_help(struct typed *typed, char *rest)
{
    (void)rest;
    typed->kind = TYPED_HELP;
}

static void read_rekey(struct typed *typed, char *rest)
{
    (void)rest;
    typed->kind = TYPED_REKEY;
}

static const struct {
    const char *name;
    void (*read)(struct typed *typed, char *rest);
} commands[] = {{"/me", read_me},     {"/msg", read_msg},   {"/who", read_who},
                {"/quit", read_quit}, {"/help", read_help}, {"/rekey", read_rekey}};

static void read_command(struct typed *typed, char *text)
{
    char what[80], *rest = text + strcspn(text, " ");
    if (*rest)
        *rest++ = '\0';
    rest += strspn(rest, " ");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(text, commands[i].name) == 0) {
            commands[i].read(typed, rest);
            return;
        }
    snprintf(what, sizeof(what), "there is no command %.40s", text);
    wrong(typed, what);
}

void typed_read(struct typed *typed, const char *text)
{
    char copy[CHAT_TEXT_MAX + 1];
    size_t bytes = strlen(text);
    typed->kind = TYPED_NOTHING;
    if (bytes > CHAT_TEXT_MAX) {
        wrong(typed, "that is too long: a line may have 4000 bytes");
        return;
    }
    if (!utf8_valid(text, bytes)) {
        wrong(typed, "that is not UTF-8");
        return;
    }
    memcpy(copy, text, bytes + 1);
    for (char *tab = copy; (tab = strchr(tab, '\t'));)
        *tab = ' '; /* tabs separate the fields of a line */
    if (copy[strspn(copy, " ")] == '\0')
        return;
    if (copy[0] == '/' && copy[1] != '/')
        read_command(typed, copy);
    else
        line(typed, CHAT_SAY, (const char *[]){copy + (copy[0] == '/')});
}
