/*
 * A talk of one's own; see talk.h.
 */
#include "talk.h"

#include "sentences.h"
#include "session.h"

#include <string.h>

#define LINES    3
#define KEY_BITS 512 /* of the identities: they prove nothing in these suites */

#define SHORT_WORDS   6
#define SHORT_LETTERS 38 /* at most; half of all lines are no longer */
#define SHORT_BITS    (8 * SHORT_WORDS - 2)

static void draw_line(char line[SENTENCE_LINE_BYTES], struct task_random *random,
                      enum talk_lines length)
{
    do {
        if (length == TALK_SHORT)
            task_draw_words(line, SENTENCE_LINE_BYTES, random, SHORT_WORDS);
        else
            task_draw_plain_line(line, SENTENCE_LINE_BYTES, random, SENTENCE_ENGLISH);
    } while (length == TALK_SHORT && strlen(line) > SHORT_LETTERS);
}

static void ask(struct task *task, const char *const lines[LINES], enum talk_lines length)
{
    task_answer_text(task, length == TALK_SHORT ? SHORT_BITS : 2 * SENTENCE_BITS, lines[1]);
    task_mistake(task, lines[0], N_("That is the first line. The second was asked for."));
    task_mistake(task, lines[2], N_("That is the last line. The second was asked for."));
    task_mistake(task, task_text(task, "say %s", lines[1]),
                 N_("Leave out the word say: it is the command, not what was said."));
    task_mistake(task, task_text(task, "say %s", lines[0]),
                 N_("That is the first line, with its command. The second was asked for."));
}

bool task_talk(struct task *task, struct task_random *random, const char *suite,
               const struct dh_group *group, enum talk_lines length)
{
    const char *texts[LINES];
    struct session_line lines[LINES];
    struct rsa_key *keys[2] = {session_key(random, KEY_BITS), session_key(random, KEY_BITS)};
    for (size_t i = 0; i < LINES; i++) {
        char line[SENTENCE_LINE_BYTES];
        draw_line(line, random, length);
        texts[i] = task_text(task, "%s", line);
        lines[i] = (struct session_line){CHANNEL_CLIENT, task_text(task, "say\t%s\n", line)};
    }
    const struct session_plan plan = {.suite = suite,
                                      .keys = {keys[0], keys[1]},
                                      .seen_by = CHANNEL_CLIENT,
                                      .port = (uint16_t)task_draw_between(random, 20000, 60000),
                                      .lines = lines,
                                      .count = LINES,
                                      .group = group};
    struct recording *recording = keys[0] && keys[1] ? session_play(&plan, random, &task->problem)
                                                     : NULL;
    if (recording) {
        session_attach(task, "talk.rec", recording, false);
        ask(task, texts, length);
    }
    recording_free(recording);
    rsa_key_free(keys[0]);
    rsa_key_free(keys[1]);
    return recording != NULL;
}
