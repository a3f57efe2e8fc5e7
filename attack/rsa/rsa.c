/*
 * attack rsa: the table of its attacks.
 */
#include "rsa.h"

#include "attack.h"
#include "console.h"
#include "translate.h"

int attack_rsa(int argc, char **argv)
{
    static const struct console_command commands[] = {
        {"root", N_("a message whose e-th power is hardly larger than n"), rsa_command_root},
        {"broadcast", N_("one message to several people"), rsa_command_broadcast},
        {"common-modulus", N_("one message, one n, two e"), rsa_command_common_modulus},
        {"guess", N_("one of few messages: encrypt them all, and compare"), rsa_command_guess},
        {"multiply", N_("signatures that make another one"), rsa_command_multiply},
        {"blind", N_("a signature by one who does not see what he signs"), rsa_command_blind},
        {"forge-e3", N_("a signature for a verifier that does not look at the end"),
         rsa_command_forge_e3},
        {"garble", N_("what \"private then public\" loses, and how to get it back"),
         rsa_command_garble},
        {"fault", N_("p and q from one wrong signature"), rsa_command_fault},
        {"from-d", N_("p and q from n, e and d"), rsa_command_from_d},
        {"factor", N_("p and q from n: all methods, the cheapest first"), rsa_command_factor},
        {"ladder", N_("what factoring takes, by the size of n"), rsa_command_ladder},
        {NULL, NULL, NULL},
    };
    return console_dispatch(commands, "Breaks raw RSA, and keys that give themselves away.", argc,
                            argv);
}
