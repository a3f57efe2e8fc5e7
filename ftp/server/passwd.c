/* `ftp passwd NAME`: a password for plain FTP, from the terminal or from one line of stdin. */
#include "home.h"
#include "home_option.h"
#include "key_name.h"
#include "option_table.h"
#include "passphrase.h"
#include "server.h"
#include "sym_memory.h"
#include "translate.h"
#include "users.h"

#include <stdio.h>
#include <unistd.h>

struct passwd_options {
    struct home_options home;
    const char *name, *users;
};

#define S struct passwd_options
static const struct option_row rows[] = {
    ARGUMENT(S, name, "whose password?"),
    TEXT(S, users, "users", 'u', "FILE",
         "The file of passwords (default: ftp_users.csv of the home)"),
    GROUP(S, home, home_table),
    {0}};

static bool get_password(char password_secret[PASSPHRASE_BYTES], struct problem *problem)
{
    bool got = isatty(STDIN_FILENO)
                   ? passphrase_ask_twice(password_secret, "password", problem)
                   : passphrase_read_descriptor(password_secret, STDIN_FILENO, "stdin", problem);
    return got && (password_secret[0] != '\0' || problem_set(problem, "the password is empty"));
}

static bool set_password(const struct passwd_options *options, struct problem *problem)
{
    char path[HOME_PATH_BYTES], password[PASSPHRASE_BYTES];
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
    static const struct option_table table = {
        .rows = rows,
        .arguments = N_("NAME"),
        .text = N_(
            "Set a password for plain FTP (ftp server --allow-plain)."
            "\vIt is asked for on the terminal, or read from one line of the standard input. "
            "Plain FTP sends it in the clear: use one that you use nowhere else.")};
    struct passwd_options options = {0};
    struct problem problem = {0};
    console_parse(&table, argc, argv, &options);
    if (set_password(&options, &problem))
        return CONSOLE_DONE;
    return console_problem(&problem, CONSOLE_FAILED);
}
