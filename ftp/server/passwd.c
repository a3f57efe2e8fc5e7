/* `ftp passwd NAME`: a password for plain FTP, from the terminal or from one line of stdin. */
#include "console.h"
#include "home.h"
#include "key_name.h"
#include "password.h"
#include "server.h"
#include "sym_memory.h"
#include "users.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct passwd_options {
    struct home_options home;
    const char *name, *users;
};

static const struct argp_option rows[] = {
    {"users", 'u', "FILE", 0, "The file of passwords (default: ftp_users.csv of the home)", 0},
    {0}};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct passwd_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->home;
        return 0;
    case 'u':
        options->users = text;
        return 0;
    case ARGP_KEY_ARG:
        if (options->name)
            return ARGP_ERR_UNKNOWN;
        options->name = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        console_usage(state, "whose password?");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* One line of a pipe, without its end. */
static bool read_line(char password_secret[PASSWORD_BYTES], struct problem *problem)
{
    setvbuf(stdin, NULL, _IONBF, 0); /* no copy of the password stays in a buffer */
    if (!fgets(password_secret, PASSWORD_BYTES, stdin))
        return problem_set(problem, "no password was given");
    password_secret[strcspn(password_secret, "\r\n")] = '\0';
    return true;
}

static bool ask_twice(char password_secret[PASSWORD_BYTES], struct problem *problem)
{
    char again_secret[PASSWORD_BYTES];
    bool done = password_ask(password_secret, "password: ", problem) &&
                password_ask(again_secret, "once more: ", problem);
    if (done && strcmp(password_secret, again_secret) != 0)
        done = problem_set(problem, "the two are not the same");
    sym_wipe(again_secret, sizeof(again_secret));
    return done;
}

static bool get_password(char password_secret[PASSWORD_BYTES], struct problem *problem)
{
    bool got = isatty(STDIN_FILENO) ? ask_twice(password_secret, problem)
                                    : read_line(password_secret, problem);
    return got && (password_secret[0] != '\0' || problem_set(problem, "the password is empty"));
}

static bool set_password(const struct passwd_options *options, struct problem *problem)
{
    char path[HOME_PATH_BYTES], password[PASSWORD_BYTES];
    struct home home;
    if (!key_name_check(options->name, problem) ||
        !home_find(&home, options->home.directory, problem) ||
        !home_path_or(path, options->users, &home, USERS_FILE, problem) ||
        (!options->users && !home_make(&home, NULL, problem)))
        return false;
    bool done = get_password(password, problem) &&
                users_set(path, options->name, password, problem);
    sym_wipe(password, sizeof(password));
    if (done)
        console_note("%s may now log in to plain FTP (%s)", options->name, path);
    return done;
}

int passwd_main(int argc, char **argv)
{
    static const struct argp_child children[] = {{&home_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        rows,
        parse,
        "NAME",
        "Set a password for plain FTP (ftp server --allow-plain)."
        "\vIt is asked for on the terminal, or read from one line of the standard input. Plain FTP "
        "sends it in the clear: use one that you use nowhere else.",
        children,
        NULL,
        NULL};
    struct passwd_options options = {0};
    struct problem problem = {0};
    console_parse(&argp, argc, argv, &options);
    if (set_password(&options, &problem))
        return CONSOLE_DONE;
    return console_problem(&problem, CONSOLE_FAILED);
}
