/*
 * attack: the table of its commands.
 */
#include "attack.h"
#include "console.h"

int main(int argc, char **argv)
{
    static const struct console_command commands[] = {
        {"classic", "ciphers of the course", attack_classic},
        {"rsa", "raw RSA, and keys that give themselves away", attack_rsa},
        {"dlog", "Diffie-Hellman, in groups that are small or bad", attack_dlog},
        {"oracle", "what answers too much: paddings, and comparisons that end early",
         attack_oracle},
        {"middle", "chat and ftp, from between their two ends", attack_middle},
        {NULL, NULL, NULL},
    };
    console_start(&argc, argv);
    return console_finish(console_dispatch(
        commands, "Breaks keys, ciphers and talks, where they can be broken.", argc, argv));
}
