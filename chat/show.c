/* A line from the server, as people read it: a picture for each word of the table. */
#include "show.h"

#include "console.h"
#include "printable.h"

#include <stdio.h>
#include <string.h>

/* What stands for each field: %1 is the field behind the time, and so on. The style is of the whole
 * line; what stands between %( and %) is bold. */
static const struct {
    const char *picture;
    enum console_style style;
} pictures[CHAT_WORDS] = {
    [CHAT_WELCOME] = {"* you are %(%1%); %2 here, with you", CONSOLE_GREEN},
    [CHAT_SAID] = {"%(%1:%) %2", CONSOLE_PLAIN},
    [CHAT_DID] = {"* %(%1%) %2", CONSOLE_PLAIN},
    [CHAT_WHISPERED] = {"[%(%1%) -> %(%2%)] %3", CONSOLE_CYAN},
    [CHAT_JOINED] = {"* %(%1%) joined", CONSOLE_DIM},
    [CHAT_LEFT] = {"* %(%1%) left: %2", CONSOLE_DIM},
    [CHAT_RENAMED] = {"* %(%1%) is called %(%2%) now", CONSOLE_DIM},
    [CHAT_PRESENT] = {"* %1 here: %2", CONSOLE_PLAIN},
    [CHAT_ERROR] = {"! %1", CONSOLE_YELLOW},
};

struct output {
    char *at;
    size_t space;
    bool coloured;
};

static void put(struct output *out, const char *text, size_t bytes)
{
    size_t used = printable_text(out->at, out->space, text, bytes);
    out->at += used;
    out->space -= used;
}

static void put_style(struct output *out, enum console_style style)
{
    const char *sequence = out->coloured ? console_style(stdout, style) : "";
    size_t bytes = strlen(sequence);
    if (bytes < out->space) {
        memcpy(out->at, sequence, bytes + 1);
        out->at += bytes;
        out->space -= bytes;
    }
}

static void put_picture(struct output *out, const struct chat_line *line)
{
    enum console_style style = pictures[line->word].style;
    for (const char *at = pictures[line->word].picture; *at; at++) {
        if (*at != '%') {
            put(out, at, 1);
        } else if (*++at == '(') {
            put_style(out, CONSOLE_BOLD);
        } else if (*at == ')') {
            put_style(out, CONSOLE_PLAIN);
            if (style != CONSOLE_PLAIN)
                put_style(out, style);
        } else {
            const struct chat_field *field = &line->fields[*at - '0'];
            put(out, field->text, field->bytes);
        }
    }
}

void show_line(char text[SHOW_BYTES], const char *from, size_t bytes, bool coloured)
{
    struct output out = {text, SHOW_BYTES, coloured};
    struct chat_line line;
    char clock[CHAT_CLOCK_BYTES];
    if (chat_line_read(&line, true, from, bytes)) {
        put(&out, "? ", 2); /* a newer server's word */
        put(&out, from, bytes);
        return;
    }
    chat_clock_show(clock, &line.fields[0]);
    put_style(&out, CONSOLE_DIM);
    put(&out, clock, strlen(clock));
    put_style(&out, CONSOLE_PLAIN);
    put(&out, " ", 1);
    if (pictures[line.word].style != CONSOLE_PLAIN)
        put_style(&out, pictures[line.word].style);
    put_picture(&out, &line);
    if (pictures[line.word].style != CONSOLE_PLAIN)
        put_style(&out, CONSOLE_PLAIN);
}
