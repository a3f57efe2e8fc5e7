/*
 * attack rsa: the table of its attacks.
 */
#include "rsa.h"

#include "attack.h"
#include "console.h"

int attack_rsa(int argc, char **argv)
{
    static const struct console_command commands[] = {
        {"root", "a message whose e-th power is hardly larger than n", rsa_command_root},
        {NULL, NULL, NULL},
    };
    return console_dispatch(commands, "Breaks raw RSA, and keys that give themselves away.", argc,
                            argv);
}
