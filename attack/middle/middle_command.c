/*
 * What can be typed: the table of commands, and help, which is that table.
 */
#include "middle_internal.h"

#include "key_store.h"
#include "printable.h"
#include "translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES   512
#define HELP_COLUMNS 24 /* of a command and its arguments */

struct command {
    const char *name, *arguments, *help;
    bool (*run)(struct middle *middle, char *rest, struct problem *problem);
};

static const struct command *command_at(size_t index);

/* --- looking and holding ---------------------------------------------------------------------------- */

static bool run_help(struct middle *middle, char *rest, struct problem *problem)
{
    (void)rest;
    (void)problem;
    for (size_t i = 0; command_at(i); i++) {
        char left[80];
        const char *blank = command_at(i)->arguments[0] == '/' ? "" : " ";
        snprintf(left, sizeof(left), "%s%s%s", command_at(i)->name, blank,
                 translate(command_at(i)->arguments));
        middle_say(middle, "  %s%*s %s", left, printable_pad(left, HELP_COLUMNS), "",
                   translate(command_at(i)->help));
    }
    middle_say(middle, "FRAME: the next record, or what these words name: client, server, hello,");
    middle_say(middle, "exchange, record, resume, alert, 2 (the second of them), /text/ in it");
    return true;
}

static bool run_show(struct middle *middle, char *rest, struct problem *problem)
{
    (void)rest;
    (void)problem;
    unsigned held = 0;
    for (struct middle_link *link = middle->links; link; link = link->next)
        for (int side = 0; side < 2; side++)
            for (struct middle_frame *frame = link->sides[side].queue; frame; frame = frame->next)
                if (middle_is_held(middle, frame)) {
                    middle_tell_frame(middle, frame);
                    held++;
                }
    char acts[80], frames[80];
    snprintf(acts, sizeof(acts),
             translate_count("%zu act is waiting", "%zu acts are waiting", middle->act_count),
             middle->act_count);
    snprintf(frames, sizeof(frames),
             translate_count("%u frame so far", "%u frames so far", middle->frame_count),
             middle->frame_count);
    middle_say(middle,
               middle->hold ? N_("%u held, %s, %s; all that comes is held") : N_("%u held, %s, %s"),
               held, acts, frames);
    for (size_t i = 0; i < middle->rule_count; i++)
        middle_say(middle, "s/%s/%s/ %s", middle->rules[i].from, middle->rules[i].to,
                   middle->rules[i].role < 0
                       ? ""
                       : middle_role_name((enum channel_role)middle->rules[i].role));
    return true;
}

static bool run_hold(struct middle *middle, char *rest, struct problem *problem)
{
    (void)rest;
    (void)problem;
    middle->hold = true;
    middle_say(middle, "what comes is held; \"pass\" lets the oldest go, \"pass all\" everything");
    return true;
}

static bool run_pass(struct middle *middle, char *rest, struct problem *problem)
{
    struct middle_link *link = NULL;
    struct middle_frame *held;
    if (strcmp(rest, "all") == 0) {
        middle->hold = false;
        middle_release_caught(middle);
        middle_advance_all(middle);
        return true;
    }
    held = middle_held(middle, &link);
    if (middle->rehearses)
        return true;
    if (!held)
        return problem_set(problem, "nothing is held");
    held->released = true;
    middle_link_advance(link);
    return true;
}

static bool run_wait(struct middle *middle, char *rest, struct problem *problem)
{
    struct middle_which which;
    if (!middle_which_read(&which, rest, WIRE_FRAME_RECORD, problem))
        return false;
    middle_release_caught(middle);
    middle->wait = which;
    middle->waiting = true;
    middle_advance_all(middle);
    return true;
}

/* --- acts ------------------------------------------------------------------------------------------- */

static bool add(struct middle *middle, struct middle_act *act, char *words, struct problem *problem)
{
    return middle_which_read(&act->which, words, WIRE_FRAME_RECORD, problem) &&
           middle_act_add(middle, act, problem);
}

static bool run_drop(struct middle *middle, char *rest, struct problem *problem)
{
    return add(middle, &(struct middle_act){.kind = ACT_DROP}, rest, problem);
}

static bool run_repeat(struct middle *middle, char *rest, struct problem *problem)
{
    return add(middle, &(struct middle_act){.kind = ACT_REPEAT}, rest, problem);
}

static bool run_keep(struct middle *middle, char *rest, struct problem *problem)
{
    return add(middle, &(struct middle_act){.kind = ACT_KEEP}, rest, problem);
}

/* To whom it was for, in the talk of now. */
static bool run_replay(struct middle *middle, char *rest, struct problem *problem)
{
    const enum channel_role to = middle_other(middle->kept_from);
    (void)rest;
    if (middle->rehearses)
        return true;
    if (buffer_bytes(&middle->kept) == 0)
        return problem_set(problem, "nothing is kept: \"keep\" comes first");
    if (!middle->links)
        return problem_set(problem, "nobody is connected");
    middle_link_put(middle->links, to, buffer_front(&middle->kept), buffer_bytes(&middle->kept));
    middle->result.acts++;
    middle_tell(middle, "replayed", "what was kept, to the %s", translate(middle_role_name(to)));
    return true;
}

static bool run_flip(struct middle *middle, char *rest, struct problem *problem)
{
    struct middle_act act = {.kind = ACT_FLIP};
    int used = 0;
    if (sscanf(rest, "%u.%u%n", &act.byte, &act.bit, &used) != 2 || act.bit > 7) {
        problem_set(problem, "flip: no place BYTE.BIT");
        return problem_hint(problem, "flip 12.0 is the lowest bit of byte 12, counted from 0");
    }
    return add(middle, &act, rest + used, problem);
}

/* "keys" are those of the handshake; else two frames change places. */
static bool run_swap(struct middle *middle, char *rest, struct problem *problem)
{
    struct middle_act act = {.kind = ACT_SWAP};
    if (strncmp(rest, "keys", 4) != 0)
        return add(middle, &act, rest, problem);
    act.kind = ACT_KEYS;
    return middle_which_read(&act.which, rest + 4, WIRE_FRAME_HELLO, problem) &&
           middle_act_add(middle, &act, problem);
}

static bool run_text(struct middle *middle, char *rest, struct problem *problem)
{
    const char mark = rest[0];
    char *to = mark ? strchr(rest + 1, mark) : NULL, *end = to ? strchr(to + 1, mark) : NULL;
    struct middle_rule *rule = &middle->rules[middle->rule_count];
    struct middle_which which;
    if (!end || to == rest + 1) { /* behind it: who says it */
        problem_set(problem, "s: it wants two texts");
        return problem_hint(problem, "s/noon/nine/ puts nine where noon stands");
    }
    if (middle->rule_count == MIDDLE_RULES)
        return problem_set(problem, "more than %d texts are changed", MIDDLE_RULES);
    *to = *end = 0;
    if (strlen(rest + 1) >= RULE_BYTES || strlen(to + 1) >= RULE_BYTES)
        return problem_set(problem, "s: a text of more than %d bytes", RULE_BYTES - 1);
    if (!middle_which_read(&which, end + 1, 0, problem))
        return false;
    rule->role = which.from;
    strcpy(rule->from, rest + 1);
    strcpy(rule->to, to + 1);
    middle->rule_count++;
    return true;
}

static bool run_port(struct middle *middle, char *rest, struct problem *problem)
{
    char *end;
    unsigned long port = strtoul(rest, &end, 10);
    if (!*rest || *end || port < 1 || port > 65535) {
        problem_set(problem, "port: no number from 1 to 65535");
        return problem_hint(problem, "port 10111 names that one to the client");
    }
    middle->next_port = (uint16_t)port;
    return true;
}

/* --- words in another's name ------------------------------------------------------------------------ */

static size_t read_escapes(char *text)
{
    char *out = text;
    for (const char *in = text; *in; in++)
        if (in[0] == '\\' && (in[1] == 't' || in[1] == 'n' || in[1] == '\\')) {
            in++;
            *out++ = (char)(*in == 't' ? '\t' : *in == 'n' ? '\n' : '\\');
        } else
            *out++ = *in;
    *out = 0;
    return (size_t)(out - text);
}

static bool run_say(struct middle *middle, char *rest, struct problem *problem)
{
    char *text = strchr(rest, ' ');
    enum channel_role to = strncmp(rest, "server ", 7) == 0 ? CHANNEL_SERVER : CHANNEL_CLIENT;
    if (!text || (to == CHANNEL_CLIENT && strncmp(rest, "client ", 7) != 0)) {
        problem_set(problem, "say: to whom?");
        return problem_hint(problem, "say server say\\tmeet at nine\\n is a line of chat");
    }
    if (!middle->links && !middle->rehearses)
        return problem_set(problem, "nobody is connected");
    size_t bytes = read_escapes(++text);
    if (bytes > RULE_BYTES)
        return problem_set(problem, "say: more than %d bytes", RULE_BYTES);
    return middle->rehearses || middle_forge_say(middle->links, to, text, bytes, problem);
}

/* To whom: a word behind the file; else to both. */
static bool run_pretend(struct middle *middle, char *rest, struct problem *problem)
{
    const struct key_access access = {
        .allow_published = true, .allow_seeded = true, .any_family = true};
    char *word = strchr(rest, ' ');
    if (word)
        *word++ = 0;
    if (!*rest) {
        problem_set(problem, "pretend: no file of a key pair");
        return problem_hint(problem, "pretend mallory.key shows that pair to both");
    }
    if (word && strcmp(word, "client") != 0 && strcmp(word, "server") != 0)
        return problem_set(problem, "pretend: %s: it is shown to client or server", word);
    for (int to = 0; to < 2; to++) {
        struct stored_key stored = {0};
        if (word && strcmp(word, middle_role_name((enum channel_role)to)) != 0)
            continue;
        if (!key_file_load(&stored, rest, KEY_PRIVATE, &access, problem))
            return false;
        middle_pretend(middle, (enum channel_role)to, stored.key);
        stored.key = NULL; /* transferred */
        stored_key_free(&stored);
    }
    middle_say(middle,
               !word          ? N_("from the next talk on the two ends are shown the key of %s")
               : *word == 'c' ? N_("from the next talk on the client is shown the key of %s")
                              : N_("from the next talk on the server is shown the key of %s"),
               rest);
    return true;
}

static bool run_quit(struct middle *middle, char *rest, struct problem *problem)
{
    (void)rest;
    (void)problem;
    middle->quit = true;
    return true;
}

/* --- the table -------------------------------------------------------------------------------------- */

static const struct command commands[] = {
    {"show", "", N_("what is held, what waits, which texts are changed"), run_show},
    {"hold", "", N_("let nothing through"), run_hold},
    {"pass", "[all]", N_("let the oldest that is held go, or all from now on"), run_pass},
    {"wait", N_("[FRAME]"), N_("stop it when it comes; a script goes on then"), run_wait},
    {"drop", N_("[FRAME]"), N_("leave it out"), run_drop},
    {"repeat", N_("[FRAME]"), N_("send it twice"), run_repeat},
    {"swap", N_("[FRAME]"), N_("send it behind the one that follows"), run_swap},
    {"flip", N_("BYTE.BIT [FRAME]"), N_("turn one bit over, on the line"), run_flip},
    {"keep", N_("[FRAME]"), N_("keep a copy, for this talk or a later one"), run_keep},
    {"replay", "", N_("send that copy once more, now"), run_replay},
    {"s", "/noon/nine/ [client]", N_("change a text that can be read (of the client)"), run_text},
    {"port", "N", N_("name this port to the client for the next move"), run_port},
    {"swap keys", N_("[FRAME]"), N_("put your own key share into the next hello"), run_swap},
    {"pretend", N_("KEYFILE [client]"), N_("show this pair to both (to the client), from now on"),
     run_pretend},
    {"say", N_("server|client TEXT"), N_("speak in the other's name (\\t, \\n)"), run_say},
    {"help", "", N_("this"), run_help},
    {"quit", "", N_("hang up on both, and say what came of it"), run_quit},
};

static const struct command *command_at(size_t index)
{
    return index < sizeof(commands) / sizeof(commands[0]) ? &commands[index] : NULL;
}

bool middle_command(struct middle *middle, const char *line, struct problem *problem)
{
    char copy[LINE_BYTES];
    size_t length = strcspn(line, " \t\r\n");
    snprintf(copy, sizeof(copy), "%s", line);
    copy[strcspn(copy, "\r\n")] = 0;
    if (copy[0] == 's' && copy[1] && strchr("/|,:", copy[1]))
        return run_text(middle, copy + 1, problem);
    for (size_t i = 0; command_at(i); i++)
        if (strlen(command_at(i)->name) == length &&
            strncmp(command_at(i)->name, line, length) == 0)
            return command_at(i)->run(middle, copy + length + strspn(copy + length, " \t"),
                                      problem);
    problem_set(problem, "%s: no such command", copy);
    return problem_hint(problem, "the command help lists all");
}
