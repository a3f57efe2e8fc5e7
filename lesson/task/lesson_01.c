/*
 * Tasks of lesson 01, a first chat: a hash, a fingerprint, and the bytes of one's own talk.
 */
#include "kind.h"
#include "public_keys.h"
#include "session.h"

#include "sym_aead.h"
#include "sym_sha256.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- a hash ------------------------------------------------------------------------------------------------ */

#define LINE_WORDS 6
#define LINE_BYTES 80

static bool hash(struct task *task, struct task_random *random)
{
    char line[LINE_BYTES], capitals[LINE_BYTES];
    uint8_t digest[SYM_SHA256_BYTES];
    task_draw_words(line, sizeof(line), random, LINE_WORDS);
    for (size_t i = 0; i < sizeof(line); i++)
        capitals[i] = (char)toupper((unsigned char)line[i]);
    task_say(task, "What is the SHA-256 of this line? The line ends with its last letter.");
    task_show(task, "%s", line);
    sym_sha256(digest, line, strlen(line));
    task_answer_bytes(task, 256, digest, sizeof(digest));
    sym_sha256(digest, digest, sizeof(digest));
    task_mistake_bytes(task, digest, sizeof(digest), N_("You hashed the hash once more."));
    task_mistake(task, task_sha256(task, task_text(task, "%s\n", line)),
                 N_("You hashed a new line with it, as echo adds one. printf %s does not."));
    task_mistake(task, task_sha256(task, task_text(task, "%s\r\n", line)),
                 N_("You hashed the line's end with it, and of the sort that Windows has."));
    task_mistake(task, task_sha256(task, task_text(task, "\"%s\"", line)),
                 N_("You hashed quotes with it."));
    task_mistake(task, task_sha256(task, capitals),
                 N_("You wrote it in capital letters. To a hash that is another line."));
    return true;
}

/* --- a fingerprint -------------------------------------------------------------------------------------------- */

/* The hash of the file's text, as somebody makes it who takes the file for the key. */
static void hash_file(char text[FINGERPRINT_TEXT_BYTES], const char *file, size_t bytes)
{
    uint8_t digest[SYM_SHA256_BYTES];
    sym_sha256(digest, file, bytes);
    fingerprint_digest_text(text, digest);
}

static bool fingerprint(struct task *task, struct task_random *random)
{
    struct task_public_key keys[3];
    char wrong[FINGERPRINT_TEXT_BYTES], *text = NULL;
    size_t bytes;
    const char *name = task_draw_word(random), *other = task_draw_word(random);
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return problem_memory(&task->problem);
    for (size_t i = 0; i < 3; i++)
        task_public_key_draw(&keys[i], random);
    task_allowed_header(out);
    task_allowed_row(out, &keys[0], name, "textbook", "");
    task_allowed_row(out, &keys[1], other, "", "");
    task_allowed_row(out, &keys[2], name, "", "");
    fclose(out);
    task_attach(task, "allowed.csv", text, bytes);
    task_say(task,
             "The server's list of allowed keys is in allowed.csv. Two keys belong to %s, one "
             "of them for the course's own protocol. What is the fingerprint of the other "
             "one, for the modern suite? The list lies in a folder, and this shows it:",
             name);
    task_show(task, "bin/keytool allow list --home FOLDER");
    task_answer_fingerprint(task, keys[2].fingerprint);
    task_mistake(task, keys[0].fingerprint,
                 N_("That key is marked textbook: it is for the course's own protocol."));
    task_mistake(task, keys[1].fingerprint, N_("That key belongs to somebody else."));
    hash_file(wrong, text, bytes);
    task_mistake(task, wrong,
                 N_("You hashed the file. A fingerprint is the hash of one key's "
                    "numbers."));
    task_public_key_swapped(wrong, &keys[2]);
    task_mistake(task, wrong, N_("n and e are swapped: e comes first, as OpenSSH writes them."));
    free(text);
    return strcmp(name, other) != 0;
}

/* --- a tag ------------------------------------------------------------------------------------------------------ */

#define LINES     3
#define TAG_BYTES SYM_AEAD_TAG_BYTES
#define HEADER    4 /* bytes of a frame in front of its sealed part */

/* The line at `which` is asked for; the one behind it is a usual mistake. */
static void tag_answers(struct task *task, const struct recording *recording,
                        const char *const said[LINES])
{
    const struct trace_event *frame = session_frame(recording, said[1]);
    const struct trace_event *next = session_frame(recording, said[2]);
    if (!frame || !next) {
        problem_set(&task->problem, "a line is missing in the session");
        return;
    }
    const uint8_t *data = frame->frame.bytes.data;
    const uint8_t *end = data + frame->frame.bytes.bytes, *tag = end - TAG_BYTES;
    uint8_t turned[TAG_BYTES];
    for (size_t i = 0; i < TAG_BYTES; i++)
        turned[i] = tag[TAG_BYTES - 1 - i];
    task_answer_bytes(task, 8 * TAG_BYTES, tag, TAG_BYTES);
    task_mistake_bytes(task, data + HEADER, TAG_BYTES,
                       N_("You read the bytes from the left. The tag stands at the end."));
    task_mistake_bytes(task, data, TAG_BYTES,
                       N_("This is the beginning of the frame, with its header."));
    task_mistake_bytes(task, tag - TAG_BYTES, TAG_BYTES,
                       N_("These bytes stand in front of the tag: they are encrypted text."));
    task_mistake_bytes(task, turned, TAG_BYTES, N_("You wrote the tag from its last byte on."));
    task_mistake_bytes(task, next->frame.bytes.data + next->frame.bytes.bytes - TAG_BYTES,
                       TAG_BYTES, N_("This is the tag of the next line's record."));
}

static bool tag(struct task *task, struct task_random *random)
{
    char words[LINES][LINE_BYTES];
    const char *said[LINES];
    struct session_line lines[LINES];
    for (size_t i = 0; i < LINES; i++) {
        task_draw_words(words[i], LINE_BYTES, random, LINE_WORDS);
        said[i] = task_text(task, "say\t%s\n", words[i]);
        lines[i] = (struct session_line){CHANNEL_CLIENT, said[i]};
    }
    struct rsa_key *client = session_key(random, CHANNEL_MODERN_BITS);
    struct rsa_key *server = session_key(random, CHANNEL_MODERN_BITS);
    struct session_plan plan = {"modern", {client, server}, CHANNEL_SERVER, 20101, lines, LINES,
                                NULL};
    struct recording *recording = client && server ? session_play(&plan, random, &task->problem)
                                                   : NULL;
    if (recording) {
        session_attach(task, "talk.rec", recording, true);
        task_say(task, "A talk of your own is in talk.rec, as its server saw it. This draws it as "
                       "a page:");
        task_show(task, "bin/chat page talk.rec -o talk.html");
        task_say(task, "Look for the record that carried this line:");
        task_show(task, "%s", words[1]);
        task_say(task, "At the end of that record, as it crossed the line, stands the tag. Which "
                       "16 bytes is it?");
        tag_answers(task, recording, said);
    }
    recording_free(recording);
    rsa_key_free(client);
    rsa_key_free(server);
    return recording != NULL;
}

const struct task_kind task_kinds_01[] = {
    {1, "hash", N_("A hash"), hash, TASK_QUICK},
    {1, "fingerprint", N_("A fingerprint"), fingerprint, TASK_QUICK},
    {1, "tag", N_("The tag of a line of yours"), tag, TASK_SLOW},
    {0},
};
