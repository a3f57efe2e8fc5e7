/* A line from the server, as people read it: a picture for each word of the table. */
#include "render.h"

#include "console.h"
#include "printable.h"
#include "translate.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

/* Only what the room says begins with "* ": else `/me joined` would look like somebody who joins.
 * What stands for each field: %1 is the field behind the time, and so on. The style is of the whole
 * line; what stands between %( and %) is bold. */
static const struct {
    const char *picture;
    enum console_style style;
} pictures[CHAT_WORDS] = {
    [CHAT_WELCOME] = {N_("* you are %(%1%); %2 here, with you"), CONSOLE_GREEN},
    [CHAT_SAID] = {"%(%1:%) %2", CONSOLE_PLAIN},
    [CHAT_DID] = {"~ %(%1%) %2", CONSOLE_PLAIN},
    [CHAT_WHISPERED] = {"[%(%1%) -> %(%2%)] %3", CONSOLE_CYAN},
    [CHAT_JOINED] = {N_("* %(%1%) joined"), CONSOLE_DIM},
    [CHAT_LEFT] = {N_("* %(%1%) left: %2"), CONSOLE_DIM},
    [CHAT_JOINED_MANY] = {N_("* %1 people joined: %2"), CONSOLE_DIM},
    [CHAT_LEFT_MANY] = {N_("* %1 people left: %2"), CONSOLE_DIM},
    [CHAT_RENAMED] = {N_("* %(%1%) is called %(%2%) now"), CONSOLE_DIM},
    [CHAT_PRESENT] = {N_("* %1 here: %2"), CONSOLE_PLAIN},
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

/* The server's own words come in English. */
static void put_field(struct output *out, enum chat_word word, const struct chat_field *field)
{
    char text[TRANSLATE_LIBRARY_BYTES], words[TRANSLATE_LIBRARY_BYTES];
    if (word != CHAT_ERROR || field->bytes >= sizeof(text)) {
        put(out, field->text, field->bytes);
        return;
    }
    snprintf(text, sizeof(text), "%.*s", (int)field->bytes, field->text);
    const char *said = translate_library(words, text);
    put(out, said, strlen(said));
}

static void put_picture(struct output *out, const struct chat_line *line)
{
    enum console_style style = pictures[line->word].style;
    for (const char *at = translate(pictures[line->word].picture); *at; at++) {
        if (*at != '%') {
            const size_t bytes = strcspn(at, "%"); /* whole characters */
            put(out, at, bytes);
            at += bytes - 1;
        } else if (*++at == '(') {
            put_style(out, CONSOLE_BOLD);
        } else if (*at == ')') {
            put_style(out, CONSOLE_PLAIN);
            if (style != CONSOLE_PLAIN)
                put_style(out, style);
        } else {
            const struct chat_field *field = &line->fields[*at - '0'];
            put_field(out, line->word, field);
        }
    }
}

void render_line(char text[RENDER_BYTES], const char *from, size_t bytes, bool coloured)
{
    struct output out = {text, RENDER_BYTES, coloured};
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

/* The character or style at the front of the text: its bytes, and how many columns it takes. */
static size_t next_piece(size_t *columns, const char *text)
{
    char one[UTF8_MAX_BYTES + 1] = "";
    size_t bytes;
    *columns = 0;
    if (*text == '\033')
        return strcspn(text, "m") + 1;
    (void)utf8_decode(text, strlen(text), &bytes);
    memcpy(one, text, bytes);
    *columns = printable_width(one);
    return bytes;
}

void render_fold(char *out, size_t space, const char *text, size_t columns)
{
    static const char below[] = "\n         "; /* as wide as "12:03:04 " */
    const size_t more = strlen(below), indent = more - 1;
    size_t column = 0, used = 0, bytes, width;
    size_t word = 0, word_column = 0; /* where the last word of the row begins; 0: it has but one */
    for (; *text; text += bytes) {
        bytes = next_piece(&width, text);
        if (used + bytes + more + 1 > space)
            break;
        if (column + width > columns && columns > 2 * indent) {
            size_t from = word > 0 ? word : used;
            memmove(out + from + more, out + from, used - from);
            memcpy(out + from, below, more);
            used += more;
            column = indent + (word > 0 ? column - word_column : 0);
            word = 0;
        }
        memcpy(out + used, text, bytes);
        used += bytes;
        column += width;
        if (*text == ' ' && column > indent) {
            word = used;
            word_column = column;
        }
    }
    out[used] = '\0';
}
