/*
 * ftp: files for those whose keys are known. The server and the client are one program.
 */
#include "client.h"
#include "console.h"
#include "narration.h"
#include "page.h"
#include "replay_command.h"
#include "server.h"

int main(int argc, char **argv)
{
    static const struct console_command commands[] = {
        {"server", "serve a folder", server_main},
        {"passwd", "set a password for plain FTP", passwd_main},
        {"connect", "work with the files of a server", client_connect_main},
        {"get", "fetch files by their URLs", client_get_main},
        {"put", "send files to a URL", client_put_main},
        {"explain", "tell a recorded session", narration_main},
        {"page", "draw a recorded session", page_main},
        {"replay", "play a recording with a change", replay_main},
        {NULL, NULL, NULL}};
    console_start(&argc, argv);
    return console_finish(
        console_dispatch(commands, "Encrypted FTP: a server and its clients.", argc, argv));
}
