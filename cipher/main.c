/*
 * cipher: the table of its commands.
 */
#include "cipher.h"
#include "console.h"

static const struct console_command commands[] = {
    {"list", "list the ciphers, with their keys and nonces", cipher_list},
    {"encrypt", "encrypt a file, a pipe or a text", cipher_encrypt},
    {"decrypt", "decrypt it", cipher_decrypt},
    {"walk", "tell the steps of a cipher: aes, chacha20, letters, ...", cipher_walk},
    {"avalanche", "flip one bit, and count how many others change, round by round",
     cipher_avalanche},
    {"statistics", "count and draw the letters of a text", cipher_statistics},
    {"picture", "encrypt a picture, and look at it", cipher_picture},
    {NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
    console_start(&argc, argv);
    return console_finish(console_dispatch(
        commands, "Encrypts and decrypts by symmetric ciphers, and shows them at work.", argc,
        argv));
}
