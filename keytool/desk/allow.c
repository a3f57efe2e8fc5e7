/*
 * keytool allow: the table of its commands.
 */
#include "console.h"
#include "keytool.h"

#include <stddef.h>

static const struct console_command commands[] = {
    {"add", "let a key in", allow_command_add},
    {"remove", "let it in no longer", allow_command_remove},
    {"list", "list who is allowed", allow_command_list},
    {"check", "check a list and show all its errors", allow_command_check},
    {"pending", "list the keys that a server has refused", allow_command_pending},
    {"accept", "let refused keys in", allow_command_accept},
    {NULL, NULL, NULL},
};

int keytool_allow(int argc, char **argv)
{
    return console_dispatch(commands, "Says who may come in, by public key.", argc, argv);
}
