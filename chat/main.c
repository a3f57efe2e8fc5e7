/*
 * chat: a room for those whose keys are known. The server and the client are one program.
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
        {"server", N_("keep a chat room"), server_main},
        {"connect", N_("talk in a room"), client_main},
        {"explain", N_("tell a recorded session"), narration_main},
        {"page", N_("draw a recorded session"), page_main},
        {"replay", N_("play a recording with a change"), replay_main},
        {NULL, NULL, NULL}};
    console_start(&argc, argv);
    return console_finish(
        console_dispatch(commands, "An encrypted chat: a server and its clients.", argc, argv));
}
