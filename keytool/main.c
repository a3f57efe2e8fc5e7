/*
 * keytool: the table of its commands.
 */
#include "console.h"
#include "keytool.h"

static const struct console_command commands[] = {
    {"gen", "make a key pair", keytool_gen},
    {"list", "list the keys of the home", keytool_list},
    {"show", "show the numbers of a key", keytool_show},
    {"fingerprint", "print the fingerprint of a key", keytool_fingerprint},
    {"export", "write a key in a format that other programs read", keytool_export},
    {"import", "take in keys that other programs wrote", keytool_import},
    {"passwd", "set, change or remove the passphrase of a key", keytool_passwd},
    {"check", "judge a key in full", keytool_check},
    {"audit", "judge many keys at once, alone and for what they share", keytool_audit},
    {"encrypt", "encrypt a short message", keytool_encrypt},
    {"decrypt", "decrypt a short message", keytool_decrypt},
    {"sign", "sign a file", keytool_sign},
    {"verify", "check a signature", keytool_verify},
    {"seal", "seal a file of any size to one or several keys", keytool_seal},
    {"open", "open a sealed file", keytool_open},
    {"walk", "tell the arithmetic step by step: gen, encrypt, decrypt, sign, verify, dh",
     keytool_walk},
    {"group", "groups of Diffie-Hellman: list, show, gen, check", keytool_group},
    {"allow", "say who may come in: add, set, remove, list, pending, accept, ...", keytool_allow},
    {"--version", "say which implementations run on this processor", keytool_version},
    {NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
    console_start(&argc, argv);
    return console_finish(console_dispatch(
        commands, "Makes, shows and uses keys, and says who is allowed.", argc, argv));
}
