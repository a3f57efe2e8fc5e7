/* What a person types: a table of commands, and lines for the server out of it. */
#include "input.h"

#include "translate.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

const char *const input_help[] = {
    N_("text              say it to everybody; //text says a text that begins with a slash"),
    N_("/me text          tell everybody what you do: ~ anna waves"),
    N_("/msg NAME text    say it to one person alone"),
    N_("/who              who is here"),
    N_("/rekey            make fresh keys now, in the middle of the talk"),
    N_("/quit             leave, when the server has heard everything; so does Ctrl-D"),
    N_("/help             this"),
    NULL};

static void wrong(struct input *input, const char *what)
{
    input->kind = INPUT_WRONG;
    snprintf(input->text, sizeof(input->text), _("%s; /help lists the commands"), translate(what));
}

static void line(struct input *input, enum chat_word word, const char *const fields[])
{
    input->kind = word == CHAT_QUIT ? INPUT_QUIT : INPUT_LINE;
    input->bytes = chat_line_write(input->text, sizeof(input->text), word, fields);
}

static void read_me(struct input *input, char *rest)
{
    if (*rest)
        line(input, CHAT_ME, (const char *[]){rest});
    else
        wrong(input, N_("/me what"));
}

static void read_msg(struct input *input, char *rest)
{
    char *text = strchr(rest, ' ');
    if (!text || text[1 + strspn(text + 1, " ")] == '\0') {
        wrong(input, N_("/msg wants a name and a text"));
        return;
    }
    *text++ = '\0';
    line(input, CHAT_MSG, (const char *[]){rest, text});
}

static void read_who(struct input *input, char *rest)
{
    (void)rest;
    line(input, CHAT_WHO, NULL);
}

static void read_quit(struct input *input, char *rest)
{
    (void)rest;
    line(input, CHAT_QUIT, NULL);
}

static void read_help(struct input *input, char *rest)
{
    (void)rest;
    input->kind = INPUT_HELP;
}

static void read_rekey(struct input *input, char *rest)
{
    (void)rest;
    input->kind = INPUT_REKEY;
}

static const struct {
    const char *name;
    void (*read)(struct input *input, char *rest);
} commands[] = {{"/me", read_me},     {"/msg", read_msg},   {"/who", read_who},
                {"/quit", read_quit}, {"/help", read_help}, {"/rekey", read_rekey}};

static void read_command(struct input *input, char *text)
{
    char what[120], *rest = text + strcspn(text, " ");
    if (*rest)
        *rest++ = '\0';
    rest += strspn(rest, " ");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(text, commands[i].name) == 0) {
            commands[i].read(input, rest);
            return;
        }
    snprintf(what, sizeof(what), _("there is no command %.40s"), text);
    wrong(input, what);
}

void input_read(struct input *input, const char *text)
{
    char copy[CHAT_TEXT_MAX + 1];
    size_t bytes = strlen(text);
    input->kind = INPUT_NOTHING;
    if (bytes > CHAT_TEXT_MAX) {
        wrong(input, N_("that is too long: a line may have 4000 bytes"));
        return;
    }
    if (!utf8_valid(text, bytes)) {
        wrong(input, N_("that is not UTF-8"));
        return;
    }
    memcpy(copy, text, bytes + 1);
    for (char *tab = copy; (tab = strchr(tab, '\t'));)
        *tab = ' '; /* tabs separate the fields of a line */
    if (copy[strspn(copy, " ")] == '\0')
        return;
    if (copy[0] == '/' && copy[1] != '/')
        read_command(input, copy);
    else
        line(input, CHAT_SAY, (const char *[]){copy + (copy[0] == '/')});
}
