/*
 * keytool allow: the table of its commands.
 */
#include "console.h"
#include "keytool.h"
#include "translate.h"

#include <stddef.h>

static const struct console_command commands[] = {
    {"add", N_("let keys in"), allow_command_add},
    {"set", N_("change name, role, quota, expiry or comment"), allow_command_set},
    {"remove", N_("let keys in no longer"), allow_command_remove},
    {"list", N_("list who is allowed"), allow_command_list},
    {"check", N_("check a list and show all its errors"), allow_command_check},
    {"pending", N_("list the keys that a server has refused"), allow_command_pending},
    {"accept", N_("let refused keys in, after a look at each"), allow_command_accept},
    {"reject", N_("take refused keys off the list of those that wait"), allow_command_reject},
    {"export", N_("write the list, for another server"), allow_command_export},
    {"import", N_("merge a list from another server"), allow_command_import},
    {NULL, NULL, NULL},
};

int keytool_allow(int argc, char **argv)
{
    return console_dispatch(commands, "Says who may come in, by public key.", argc, argv);
}
