/*
 * attack dlog: the table of its attacks.
 */
#include "attack_dlog.h"

#include "attack.h"
#include "console.h"
#include "translate.h"

int attack_dlog(int argc, char **argv)
{
    static const struct console_command commands[] = {
        {"find", N_("the exponent of a public number, in a group that is small or bad"),
         dlog_command_find},
        {"talk", N_("the keys and the messages of a recorded talk under dh"), dlog_command_talk},
        {"confine", N_("the exponent of one who uses it again, by numbers of small order"),
         dlog_command_confine},
        {"ladder", N_("how the time grows with the size of p"), dlog_command_ladder},
        {NULL, NULL, NULL},
    };
    return console_dispatch(commands,
                            "Breaks Diffie-Hellman by discrete logarithms, where they are cheap.",
                            argc, argv);
}
