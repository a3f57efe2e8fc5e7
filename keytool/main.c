/*
 * keytool: the table of its commands.
 */
#include "console.h"
#include "keytool.h"
#include "translate.h"

static const struct console_command commands[] = {
    {"gen", N_("make a key pair"), keytool_gen},
    {"list", N_("list the keys of the home"), keytool_list},
    {"show", N_("show the numbers of a key"), keytool_show},
    {"fingerprint", N_("print the fingerprint of a key"), keytool_fingerprint},
    {"export", N_("write a key in a format that other programs read"), keytool_export},
    {"import", N_("take in keys that other programs wrote"), keytool_import},
    {"passwd", N_("set, change or remove the passphrase of a key"), keytool_passwd},
    {"check", N_("judge a key in full"), keytool_check},
    {"audit", N_("judge many keys at once, alone and for what they share"), keytool_audit},
    {"encrypt", N_("encrypt a short message"), keytool_encrypt},
    {"decrypt", N_("decrypt a short message"), keytool_decrypt},
    {"sign", N_("sign a file"), keytool_sign},
    {"verify", N_("check a signature"), keytool_verify},
    {"seal", N_("seal a file of any size to one or several keys"), keytool_seal},
    {"open", N_("open a sealed file"), keytool_open},
    {"walk", N_("tell the arithmetic step by step: gen, encrypt, decrypt, sign, verify, dh"),
     keytool_walk},
    {"group", N_("groups of Diffie-Hellman: list, show, gen, check"), keytool_group},
    {"allow", N_("say who may come in: add, set, remove, list, pending, accept, ..."),
     keytool_allow},
    {"--version", N_("say which implementations run on this processor"), keytool_version},
    {NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
    console_start(&argc, argv);
    return console_finish(console_dispatch(
        commands, "Makes, shows and uses keys, and says who is allowed.", argc, argv));
}
