/*
 * Tasks of lesson 08, steal the key tomorrow: a recorded talk, and one key that opens it.
 */
#include "kind.h"
#include "session.h"

#include "sym_memory.h"
#include "x25519.h"

#include <string.h>

#define LINES      4
#define LINE_WORDS 6
#define LINE_BYTES 80

#define TEXTBOOK_BITS 512

/* What the client says. */
struct talk {
    char words[LINES][LINE_BYTES];
    struct session_line lines[LINES];
};

static void draw_talk(struct talk *talk, struct task *task, struct task_random *random)
{
    for (size_t i = 0; i < LINES; i++) {
        task_draw_words(talk->words[i], LINE_BYTES, random, LINE_WORDS);
        talk->lines[i] = (struct session_line){CHANNEL_CLIENT,
                                               task_text(task, "say\t%s\n", talk->words[i])};
    }
}

/* The second line is asked for. */
static void ask(struct task *task, const struct talk *talk)
{
    task_answer_text(task, 8 * LINE_WORDS, talk->words[1]);
    task_mistake(task, talk->words[0], N_("That is the first line. The second was asked."));
    task_mistake(task, talk->words[2], N_("That is the third line. The second was asked."));
    task_mistake(task, talk->words[3], N_("That is the last line. The second was asked."));
    task_mistake(task, task_text(task, "say %s", talk->words[1]),
                 N_("Leave out the word say: it is the command, not what was said."));
}

/* Plays the talk between these two and attaches the listener's notes. NULL with task->problem. */
static struct recording *play(struct task *task, struct task_random *random, const char *suite,
                              struct rsa_key *const keys[2], const struct talk *talk)
{
    struct session_plan plan = {.suite = suite,
                                .keys = {keys[0], keys[1]},
                                .seen_by = CHANNEL_SERVER,
                                .port = (uint16_t)task_draw_between(random, 20000, 60000),
                                .lines = talk->lines,
                                .count = LINES};
    struct recording *recording = keys[0] && keys[1] ? session_play(&plan, random, &task->problem)
                                                     : NULL;
    if (recording)
        session_attach(task, "notes.rec", recording, false);
    else
        problem_set(&task->problem, "no keys for a session");
    return recording;
}

/* --- textbook: the identity key ---------------------------------------------------------------------- */

static bool stolen_key(struct task *task, struct task_random *random)
{
    struct talk talk = {0};
    draw_talk(&talk, task, random);
    struct rsa_key *keys[2] = {session_key(random, TEXTBOOK_BITS),
                               session_key(random, TEXTBOOK_BITS)};
    struct recording *recording = play(task, random, "textbook:vernam", keys, &talk);
    if (recording) {
        session_attach_key(task, "server.key.csv", keys[CHANNEL_SERVER], true, true);
        task_say(task, "Somebody sat on the line and kept every byte: notes.rec, a talk in the "
                       "suite textbook:vernam. Today the server's private key was stolen. What "
                       "was the second line that the client said?");
        task_show(task, "python3 docs/examples/thief.py notes.rec server.key.csv");
        ask(task, &talk);
    }
    recording_free(recording);
    rsa_key_free(keys[0]);
    rsa_key_free(keys[1]);
    return recording != NULL;
}

/* --- modern: the key of the moment --------------------------------------------------------------------- */

/* The private half that the server drew for its first channel. */
static const struct trace_bytes *fresh_key(const struct recording *recording)
{
    for (size_t i = 0; i < recording_count(recording); i++) {
        const struct trace_event *event = recording_event(recording, i);
        if (event->kind != TRACE_STEP || event->step.step != STEP_X25519_KEY)
            continue;
        return &event->step.values[0];
    }
    return NULL;
}

static bool fresh(struct task *task, struct task_random *random)
{
    struct talk talk = {0};
    draw_talk(&talk, task, random);
    struct rsa_key *keys[2] = {session_key(random, CHANNEL_MODERN_BITS),
                               session_key(random, CHANNEL_MODERN_BITS)};
    struct recording *recording = play(task, random, "modern:x25519", keys, &talk);
    const struct trace_bytes *key = recording ? fresh_key(recording) : NULL;
    if (key) {
        const char *digits = task_text(task, "%s\n", task_hex(task, key->data, key->bytes));
        session_attach_key(task, "server.key.csv", keys[CHANNEL_SERVER], true, false);
        task_attach(task, "fresh.txt", digits, strlen(digits));
        task_say(
            task,
            "The same thief has the notes of another talk, in the suite modern:x25519, and the "
            "key that its server is known by. That opens nothing. But from the "
            "server's memory he also got a fresh private key of that very talk: "
            "fresh.txt. What was the second line that the client said?");
        task_show(task, "python3 docs/examples/thief.py notes.rec server.key.csv fresh.txt");
        ask(task, &talk);
    }
    recording_free(recording);
    rsa_key_free(keys[0]);
    rsa_key_free(keys[1]);
    return key != NULL;
}

/* --- what comes of it ---------------------------------------------------------------------------------- */

static void reverse(uint8_t out[X25519_BYTES], const uint8_t in[X25519_BYTES])
{
    for (size_t i = 0; i < X25519_BYTES; i++)
        out[i] = in[X25519_BYTES - 1 - i];
}

static bool shared_secret(struct task *task, struct task_random *random)
{
    uint8_t own[X25519_BYTES], other[X25519_BYTES], peer[X25519_BYTES], out[X25519_BYTES];
    uint8_t turned[X25519_BYTES];
    task_draw_bytes(random, own, sizeof(own));
    task_draw_bytes(random, other, sizeof(other));
    x25519_public(peer, other);
    if (!x25519(out, own, peer))
        return false;
    task_say(task, "A thief has the server's fresh private key k, and from his notes the client's "
                   "half u, as they lie in memory and on the line: least byte first. Which 32 "
                   "bytes is the secret of both? docs/examples/thief.py has the function x25519.");
    task_value_bytes(task, "k", own, sizeof(own));
    task_value_bytes(task, "u", peer, sizeof(peer));
    task_answer_bytes(task, 255, out, sizeof(out));
    reverse(turned, out);
    task_mistake_bytes(task, turned, sizeof(turned),
                       N_("You wrote the secret with its highest byte first."));
    x25519_public(out, own);
    task_mistake_bytes(task, out, sizeof(out),
                       N_("This is the server's own public half: k and the point 9."));
    reverse(turned, own);
    if (!x25519(out, turned, peer))
        return false;
    task_mistake_bytes(task, out, sizeof(out),
                       N_("You read k from the wrong end. Its least byte stands first."));
    if (!x25519(out, peer, own))
        return false;
    task_mistake_bytes(task, out, sizeof(out),
                       N_("k and u are exchanged: k is the scalar, u is the point."));
    return true;
}

const struct task_kind task_kinds_08[] = {
    {8, "stolen-key", N_("A stolen key, and the notes of yesterday"), stolen_key, TASK_SLOW},
    {8, "fresh-key", N_("The key that would open it"), fresh, TASK_SLOW},
    {8, "shared-secret", N_("What comes of a fresh key"), shared_secret, TASK_QUICK},
    {0},
};
