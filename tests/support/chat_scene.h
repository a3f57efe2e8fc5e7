/*
 * A chat on stage: bin/chat as server and clients, each with a home of its own in one scratch
 * folder. For Criterion tests: what cannot be set up fails the test.
 */
#ifndef GLASSBOX_TESTS_CHAT_SCENE_H
#define GLASSBOX_TESTS_CHAT_SCENE_H

#include "channel.h"
#include "process.h"

struct chat_scene {
    char *folder;      /* server/ and one folder for each person */
    const char *suite; /* for all of them; NULL: not given */
    char *server_home;
    struct process *server;
    char port[8]; /* of the server, as text */
};

/* A folder, with the server's key for the suite in it, and no server yet. */
void chat_scene_open(struct chat_scene *scene);
/* Starts the server on a free port, waits until it listens. options: end with NULL; or NULL. */
void chat_scene_serve(struct chat_scene *scene, const char *const options[]);
/* Stops the server with SIGTERM: it must end with status 0. */
void chat_scene_stop(struct chat_scene *scene);
void chat_scene_close(struct chat_scene *scene);

/* Makes a key for this person, and an entry in allowed.csv if allowed. */
void chat_scene_person(struct chat_scene *scene, const char *name, bool allowed);
char *chat_scene_home(const struct chat_scene *scene, const char *name); /* free it */
/* The person's pair, for a client of the test's own; free it. */
struct rsa_key *chat_scene_key(const struct chat_scene *scene, const char *name);
uint16_t chat_scene_port(const struct chat_scene *scene);

/* Starts `chat connect` as this person; options as above. */
struct process *chat_scene_connect(struct chat_scene *scene, const char *name,
                                   enum process_kind kind, const char *const options[]);
/* The same, and waits until the person is in the room. */
struct process *chat_scene_join(struct chat_scene *scene, const char *name,
                                const char *const options[]);
/* A line of shell as this person; $join in it is `chat connect` to the server. */
struct process *chat_scene_shell(struct chat_scene *scene, const char *name, const char *line);

/* The stream must say this pattern (process_expect); the message shows what it said instead. */
#define expect_said(process, stream, pattern)                                                      \
    do {                                                                                           \
        if (!process_expect(process, stream, pattern))                                             \
            cr_assert_fail("expected %s\n%s", pattern, process_said(process));                     \
    } while (0)
#define expect_status(process, status)                                                             \
    do {                                                                                           \
        int got_status = process_wait(process);                                                    \
        cr_assert_eq(got_status, status, "status %d, not %d\n%s", got_status, status,              \
                     process_said(process));                                                       \
    } while (0)

#endif
