/*
 * keytool allow: the table of its commands.
 */
#include "console.h"
#include "keytool.h"

#include <stddef.h>

static const struct console_command commands[] = {
    {"add", "let keys in", allow_command_add},
    {"set", "change name, role, quota, expiry or comment", allow_command_set},
    {"remove", "let keys in no longer", allow_command_remove},
    {"list", "list who is allowed", allow_command_list},
    {"check", "check a list and show all its errors", allow_command_check},
    {"pending", "list the keys that a server has refused", allow_command_pending},
    {"accept", "let refused keys in, after a look at each", allow_command_accept},
    {"reject", "take refused keys off the list of those that wait", allow_command_reject},
    {"export", "write the list, for another server", allow_command_export},
    {"import", "merge a list from another server", allow_command_import},
    {NULL, NULL, NULL},
};

int keytool_allow(int argc, char **argv)
{
    return console_dispatch(commands, "Says who may come in, by public key.", argc, argv);
}
