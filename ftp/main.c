/*
 * ftp: files for those whose keys are known. The server and the client are one program.
 */
#include "client.h"
#include "console.h"
#include "narration.h"
#include "page.h"
#include "replay_command.h"
#include "server.h"
#include "translate.h"

int main(int argc, char **argv)
{
    static const struct console_command commands[] = {
        {"server", N_("serve a folder"), server_main},
        {"passwd", N_("set a password for plain FTP"), passwd_main},
        {"connect", N_("work with the files of a server"), client_connect_main},
        {"get", N_("fetch files by their URLs"), client_get_main},
        {"put", N_("send files to a URL"), client_put_main},
        {"explain", N_("tell a recorded session"), narration_main},
        {"page", N_("draw a recorded session"), page_main},
        {"replay", N_("play a recording with a change"), replay_main},
        {NULL, NULL, NULL}};
    console_start(&argc, argv);
    return console_finish(
        console_dispatch(commands, "Encrypted FTP: a server and its clients.", argc, argv));
}
