/* STAT and ABOR: what can be said while a transfer is at work (RFC 959 4.1.3). */
#include "commands.h"
#include "task.h"
#include "transfer.h"

static void reply_status(struct session *session)
{
    char suite[CHANNEL_SUITE_TEXT_BYTES], keys[CHANNEL_KEY_TEXT_BYTES] = "";
    if (uv_channel_engine(session->control))
        channel_key_fingerprint(keys, uv_channel_engine(session->control));
    reply_begin(session, 211, "Glassbox FTP server");
    reply_line(session, "You come from %s", session->client.address);
    if (session->login == LOGIN_DONE)
        reply_line(session, "You are %s%s", session->name, session->admin ? ", an admin" : "");
    else
        reply_line(session, "You are not logged in");
    if (session->secure)
        reply_line(session, "GLASSBOX, suite %s%s%s",
                   channel_suite_text(suite, session->server->base.config.suite),
                   keys[0] ? ", keys " : "", keys);
    else
        reply_line(session, "Plain: others can read this");
    reply_line(session, "TYPE %s, STRU F, MODE S", session->ascii ? "A" : "I");
    reply_end(session, "End of status");
}

void command_stat(struct session *session, const struct command *command, char *argument)
{
    if (session->transfer) {
        reply(session, 213, "%s %s: %llu bytes so far", transfer_verb(session->transfer),
              transfer_path(session->transfer),
              (unsigned long long)transfer_bytes(session->transfer));
    } else if (argument[0] == '\0') {
        reply_status(session);
    } else if (session->login != LOGIN_DONE) {
        reply(session, 530, "Log in first");
    } else {
        task_start(session, command, NULL, argument);
    }
}

void command_abor(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    (void)argument;
    if (session->transfer)
        transfer_abort(session->transfer);
    else
        reply(session, 226, "Nothing is at work");
}
