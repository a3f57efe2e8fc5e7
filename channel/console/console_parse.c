/*
 * argp in our way: its parsing and its help, our form of errors; see console.h.
 *
 * argp and getopt print errors of their own. ARGP_NO_ERRS silences both, and --help with them: so
 * --help is an option of ours here, and what getopt stumbled over is found out by looking again.
 */
#include "console.h"

#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define OPTION_HELP '?'

struct parse {
    const struct argp *root; /* what --help prints */
    void *input;             /* the caller's */
};

_Noreturn void console_usage(const struct argp_state *state, const char *format, ...)
{
    char text[PROBLEM_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    console_error("%s", text);
    console_hint("'%s --help' shows how it is used", state->name);
    exit(CONSOLE_USAGE);
}

unsigned long console_number(const struct argp_state *state, const char *what, const char *text,
                             unsigned long least, unsigned long most)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || number < least ||
        number > most)
        console_usage(state, "%s is '%s'; it can be %lu to %lu", what, text, least, most);
    return number;
}

const char *console_address(const struct argp_state *state, const char *what, const char *text)
{
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(text, NULL, &wanted, &found);
    if (error == 0)
        freeaddrinfo(found);
    if (error == EAI_NONAME)
        console_usage(state, "%s is '%s'; it can be an address of this machine, such as 127.0.0.1",
                      what, text);
    return text;
}

/* --- what was wrong -------------------------------------------------------------------------- */

/* The long option with this name or, like getopt, the one that it begins. */
static const struct argp_option *find_option(const struct argp *argp, const char *name,
                                             size_t bytes)
{
    const struct argp_option *begun = NULL;
    for (const struct argp_option *option = argp->options;
         option != NULL && (option->name != NULL || option->key != 0 || option->doc != NULL);
         option++) {
        if (option->name == NULL || strncmp(option->name, name, bytes) != 0)
            continue;
        if (option->name[bytes] == '\0')
            return option;
        begun = option;
    }
    for (const struct argp_child *child = argp->children; child != NULL && child->argp != NULL;
         child++) {
        const struct argp_option *option = find_option(child->argp, name, bytes);
        if (option != NULL && option->name[bytes] == '\0')
            return option;
        begun = begun == NULL ? option : begun;
    }
    return begun;
}

/* getopt has refused the word before state->next. */
static _Noreturn void explain(const struct argp_state *state)
{
    const struct parse *parse = state->input;
    const char *word = state->argv[state->next - 1];
    if (strncmp(word, "--", 2) == 0) {
        size_t bytes = strcspn(word + 2, "=");
        const struct argp_option *option = find_option(parse->root, word + 2, bytes);
        if (option != NULL && option->name[bytes] != '\0')
            console_usage(state, "'%s' is cut short: is it --%s?", word, option->name);
        if (option != NULL && option->arg == NULL && word[2 + bytes] == '=')
            console_usage(state, "--%s takes no value", option->name);
        if (option != NULL && option->arg != NULL && word[2 + bytes] == '\0')
            console_usage(state, "--%s needs a value: %s", option->name, option->arg);
    }
    console_usage(state, "there is no option '%s'", word);
}

/* --- parsing --------------------------------------------------------------------------------- */

static error_t parse_root(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    const struct parse *parse = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = parse->input;
        return 0;
    case OPTION_HELP:
        argp_help(parse->root, stdout, ARGP_HELP_SHORT_USAGE | ARGP_HELP_DOC | ARGP_HELP_LONG,
                  state->name);
        exit(console_finish(CONSOLE_DONE));
    case ARGP_KEY_ERROR:
        explain(state);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void console_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    static const struct argp_option options[] = {
        {"help", OPTION_HELP, NULL, 0, "Print this help", -1}, {0}};
    struct argp inner = *argp; /* its texts stand at the root, once */
    inner.args_doc = inner.doc = NULL;
    const struct argp_child children[] = {{&inner, 0, NULL, 0}, {0}};
    struct argp root = {.options = options,
                        .parser = parse_root,
                        .args_doc = argp->args_doc,
                        .doc = argp->doc,
                        .children = children};
    struct parse parse = {&root, input};
    struct argp_state state = {.name = argv[0]};
    int end;
    error_t error = argp_parse(&root, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP, &end, &parse);
    if (error == 0 && end < argc)
        console_usage(&state, "too many arguments: '%s'", argv[end]);
    if (error != 0) {
        console_error("%s", strerrordesc_np(error));
        exit(CONSOLE_FAILED);
    }
}
