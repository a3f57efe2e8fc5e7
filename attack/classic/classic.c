/*
 * attack classic: the table of its attacks.
 */
#include "classic.h"

#include "attack.h"
#include "console.h"
#include "translate.h"

int attack_classic(int argc, char **argv)
{
    static const struct console_command commands[] = {
        {"caesar", N_("one shift for all letters: every key is tried"), classic_command_caesar},
        {"vigenere", N_("a key that repeats: repeats, coincidences, columns"),
         classic_command_vigenere},
        {"xor", N_("a repeating XOR: its length, then its key"), classic_command_xor},
        {"two-time", N_("messages under one pad, automatic or by hand"), classic_command_two_time},
        {"xor-cbc", N_("chaining over a mere XOR: neighbours cancel"), classic_command_xor_cbc},
        {"feistel", N_("the Feistel cipher with few rounds"), classic_command_feistel},
        {"ecb", N_("blocks that come twice"), classic_command_ecb},
        {NULL, NULL, NULL},
    };
    return console_dispatch(commands, "Breaks the ciphers of the course.", argc, argv);
}
