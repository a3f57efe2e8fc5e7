/*
 * attack: the table of its commands.
 */
#include "attack.h"
#include "console.h"
#include "translate.h"

int main(int argc, char **argv)
{
    static const struct console_command commands[] = {
        {"classic", N_("ciphers of the course"), attack_classic},
        {"rsa", N_("raw RSA, and keys that give themselves away"), attack_rsa},
        {"dlog", N_("Diffie-Hellman, in groups that are small or bad"), attack_dlog},
        {"oracle", N_("what answers too much: paddings, and comparisons that end early"),
         attack_oracle},
        {"middle", N_("chat and ftp, from between their two ends"), attack_middle},
        {NULL, NULL, NULL},
    };
    console_start(&argc, argv);
    return console_finish(console_dispatch(
        commands, "Breaks keys, ciphers and talks, where they can be broken.", argc, argv));
}
