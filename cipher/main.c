/*
 * cipher: the table of its commands.
 */
#include "cipher.h"
#include "console.h"
#include "translate.h"

static const struct console_command commands[] = {
    {"list", N_("list the ciphers, with their keys and nonces"), cipher_list},
    {"encrypt", N_("encrypt a file, a pipe or a text"), cipher_encrypt},
    {"decrypt", N_("decrypt it"), cipher_decrypt},
    {"walk", N_("tell the steps of a cipher: aes, chacha20, letters, ..."), cipher_walk},
    {"avalanche", N_("flip one bit, and count how many others change, round by round"),
     cipher_avalanche},
    {"statistics", N_("count and draw the letters of a text"), cipher_statistics},
    {"picture", N_("encrypt a picture, and look at it"), cipher_picture},
    {NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
    console_start(&argc, argv);
    return console_finish(console_dispatch(
        commands, "Encrypts and decrypts by symmetric ciphers, and shows them at work.", argc,
        argv));
}
