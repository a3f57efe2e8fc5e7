/* For admins: SITE WHO, KICK, ALLOW. */
#include "allow_edit.h"
#include "known_peers.h"
#include "task.h"
#include "transfer.h"

#include <stdlib.h>
#include <string.h>

void command_who(struct session *session, const struct command *command, char *argument)
{
    char since[TIMESTAMP_BYTES];
    (void)command;
    (void)argument;
    reply_begin(session, 211, "Who is here:");
    for (const struct server_client *client = session->server->base.clients; client;
         client = client->next) {
        const struct session *other = (const struct session *)client;
        timestamp_text(since, other->since);
        reply_line(session, "%lu %s %s %s %s%s%s", other->id, other->name[0] ? other->name : "-",
                   other->client.address, since, other->secure ? "glassbox" : "plain",
                   other->transfer ? " " : "",
                   other->transfer ? transfer_verb(other->transfer) : "");
    }
    reply_end(session, "That is all");
}

void command_kick(struct session *session, const struct command *command, char *argument)
{
    char *end;
    unsigned long number = strtoul(argument, &end, 10), kicked = 0;
    bool by_number = end != argument && *end == '\0';
    (void)command;
    for (struct server_client *client = session->server->base.clients, *next; client;
         client = next) {
        struct session *other = (struct session *)client;
        next = client->next;
        if (other == session ||
            !(by_number ? other->id == number : strcmp(other->name, argument) == 0))
            continue;
        session_end(other, CHANNEL_ERR_SHUTDOWN, "An admin has ended your session", "kicked");
        kicked++;
    }
    session_log(session, LOG_AUTHORIZATION, "kick", kicked ? "done" : "nobody", argument);
    if (kicked)
        reply(session, 200, "%lu ended", kicked);
    else
        reply(session, 550, "Nobody is called that; SITE WHO lists them");
}

/* As `keytool allow accept` does: into allowed.csv, out of pending.csv. */
bool work_allow(struct task *task)
{
    const struct ftp_server *server = task->session->server; /* its paths never change */
    struct problem problem = {0};
    struct pending_key *rows = NULL;
    size_t count = 0;
    char given[KEY_NAME_BYTES];
    uint8_t digest[1][FINGERPRINT_BYTES];
    char *name = strchr(task->argument, ' ');
    if (name)
        *name++ = '\0';
    if (!pending_rows_read(&rows, &count, server->pending_path, &problem))
        return task_reply(task, 451, "%s", problem.message);
    const struct pending_key *found = pending_rows_find(rows, count, task->argument, NULL);
    struct allow_new entry = {.key = found ? found->key : NULL,
                              .name = name,
                              .role = ALLOW_USER,
                              .quota = ALLOW_NO_QUOTA};
    if (found)
        fingerprint_digest(digest[0], found->key);
    if (!found)
        task_reply(task, 550, "No refused key has that fingerprint");
    else if (!allow_list_add(admission_allowed_path(server->base.admission), &entry, given,
                             &problem) ||
             !pending_rows_remove(server->pending_path, digest, 1, &problem))
        task_reply(task, 550, "%s", problem.message);
    else
        task_reply(task, 200, "%s may come in", given);
    pending_rows_free(rows, count);
    return false;
}
