/*
 * A script: one command a line, or several with ";" between them. "wait" holds up those behind it
 * until a frame comes that it names; that frame stands still while they are done.
 */
#include "middle_internal.h"

#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 512

void middle_advance_all(struct middle *middle)
{
    for (struct middle_link *link = middle->links; link; link = link->next)
        middle_link_advance(link);
}

void middle_release_caught(struct middle *middle)
{
    for (struct middle_link *link = middle->links; link; link = link->next)
        for (int side = 0; side < 2; side++)
            for (struct middle_frame *frame = link->sides[side].queue; frame; frame = frame->next)
                frame->caught = false;
}

void middle_script_frame(struct middle *middle, struct middle_frame *frame)
{
    if (!middle->waiting || frame->content == CONTENT_SERVED ||
        !middle_which_fits(&middle->wait, frame))
        return;
    middle->waiting = false;
    frame->caught = true;
    middle_tell(middle, "caught", "frame %u stands still", frame->number);
}

bool middle_script(struct middle *middle, const char *text, struct problem *problem)
{
    free(middle->script);
    middle->script = strdup(text);
    middle->script_at = 0;
    if (!middle->script)
        return problem_memory(problem);
    middle_script_run(middle);
    return true;
}

/* The next command, without blanks around it; false behind the last. */
static bool next_line(struct middle *middle, char line[LINE_BYTES])
{
    const char *at = middle->script + middle->script_at;
    size_t length = strcspn(at, ";\n");
    if (!*at)
        return false;
    middle->script_at += length + (at[length] ? 1 : 0);
    while (length > 0 && (*at == ' ' || *at == '\t')) {
        at++;
        length--;
    }
    length = length < LINE_BYTES - 1 ? length : LINE_BYTES - 1;
    memcpy(line, at, length);
    line[length] = 0;
    return true;
}

void middle_script_run(struct middle *middle)
{
    char line[LINE_BYTES];
    if (!middle->script || middle->waiting)
        return;
    while (!middle->waiting && next_line(middle, line)) {
        struct problem problem = {0};
        if (line[0] && line[0] != '#' && !middle_command(middle, line, &problem))
            middle_say(middle, "     wrong    %s: %s", line, problem.message);
    }
    if (middle->waiting)
        return;
    free(middle->script);
    middle->script = NULL;
    middle_release_caught(middle);
}

static void say_nothing(void *context, const char *line)
{
    (void)context;
    (void)line;
}

bool middle_script_check(const char *text, struct problem *problem)
{
    struct middle *middle = middle_new(&(struct middle_config){.say = say_nothing});
    char line[LINE_BYTES];
    if (!middle || !(middle->script = strdup(text))) {
        middle_free(middle);
        return problem_memory(problem);
    }
    middle->rehearses = true;
    bool good = true;
    while (good && next_line(middle, line))
        good = !line[0] || line[0] == '#' || middle_command(middle, line, problem);
    middle_free(middle);
    return good;
}
