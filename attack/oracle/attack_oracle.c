/*
 * attack oracle: the table of its commands.
 */
#include "attack_oracle.h"

#include "attack.h"
#include "console.h"
#include "translate.h"

int attack_oracle(int argc, char **argv)
{
    static const struct console_command commands[] = {
        {"serve", N_("a server that tells too much, or with --fixed nothing"),
         oracle_command_serve},
        {"ask", N_("one query by hand"), oracle_command_ask},
        {"break", N_("the secret of such a server, from its answers alone"), oracle_command_break},
        {NULL, NULL, NULL},
    };
    return console_dispatch(commands,
                            "Breaks what answers too much: paddings, and comparisons that end "
                            "early.",
                            argc, argv);
}
