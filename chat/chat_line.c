/* The language of the chat: one table, one reader, one writer. docs/chat.md is its page. */
#include "chat_line.h"

#include "lesson_seed.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct chat_word_row rows[CHAT_WORDS] = {
    [CHAT_SAY] = {"say", {"text"}, true, "says the text to everybody"},
    [CHAT_ME] = {"me", {"text"}, true, "tells everybody what the sender does"},
    [CHAT_MSG] = {"msg", {"name", "text"}, true, "says the text to this person alone"},
    [CHAT_WHO] = {"who", {NULL}, false, "asks who is here"},
    [CHAT_QUIT] = {"quit",
                   {NULL},
                   false,
                   "asks for the end: the server sends what is left, then closes"},
    [CHAT_WELCOME] = {"welcome",
                      {"time", "name", "count"},
                      false,
                      "the client goes by this name; so many are here"},
    [CHAT_SAID] = {"say", {"time", "name", "text"}, true, "that person said it, to everybody"},
    [CHAT_DID] = {"me", {"time", "name", "text"}, true, "that person did it"},
    [CHAT_WHISPERED] = {"msg",
                        {"time", "from", "to", "text"},
                        true,
                        "said to one person; the sender gets it, too"},
    [CHAT_JOINED] = {"join", {"time", "name"}, false, "that person has come"},
    [CHAT_LEFT] = {"leave", {"time", "name", "reason"}, true, "that person has gone"},
    [CHAT_JOINED_MANY] = {"joins",
                          {"time", "count", "names"},
                          true,
                          "so many have come, together; their names, separated by blanks"},
    [CHAT_LEFT_MANY] = {"leaves",
                        {"time", "count", "names"},
                        true,
                        "so many have gone, together; their names, separated by blanks"},
    [CHAT_RENAMED] = {"rename",
                      {"time", "old", "new"},
                      false,
                      "allowed.csv gives that person another name now"},
    [CHAT_PRESENT] = {"who",
                      {"time", "count", "names"},
                      true,
                      "so many are here; some of their names, separated by blanks"},
    [CHAT_ERROR] = {"error", {"time", "text"}, true, "the client's line was not obeyed, and why"},
};

const struct chat_word_row *chat_word_row(enum chat_word word)
{
    return &rows[word];
}

static struct chat_field next_field(const char **at, const char *end, bool rest)
{
    const char *tab = rest ? NULL : memchr(*at, '\t', (size_t)(end - *at));
    struct chat_field field = {*at, (size_t)((tab ? tab : end) - *at)};
    *at = tab ? tab + 1 : end;
    return field;
}

static bool find_word(enum chat_word *word, bool from_server, const struct chat_field *name)
{
    unsigned first = from_server ? CHAT_CLIENT_WORDS : 0;
    unsigned end = from_server ? CHAT_WORDS : CHAT_CLIENT_WORDS;
    for (unsigned i = first; i < end; i++)
        if (strlen(rows[i].word) == name->bytes &&
            memcmp(rows[i].word, name->text, name->bytes) == 0) {
            *word = (enum chat_word)i;
            return true;
        }
    return false;
}

const char *chat_line_read(struct chat_line *line, bool from_server, const char *text, size_t bytes)
{
    const char *at = text, *end = text + bytes;
    struct chat_field name = next_field(&at, end, false);
    if (!find_word(&line->word, from_server, &name))
        return "unknown word at the beginning of the line";
    const struct chat_word_row *row = &rows[line->word];
    for (size_t i = 0; i < CHAT_FIELDS && row->fields[i]; i++) {
        bool last = i + 1 == CHAT_FIELDS || !row->fields[i + 1];
        line->fields[i] = next_field(&at, end, last && row->rest);
        if (line->fields[i].bytes == 0)
            return "a field of the line is empty or missing";
    }
    return at == end ? NULL : "the line has too many fields";
}

size_t chat_line_write(char *out, size_t space, enum chat_word word, const char *const fields[])
{
    const struct chat_word_row *row = &rows[word];
    char *at = out, *end = out + space;
    at = memccpy(at, row->word, '\0', (size_t)(end - at));
    for (size_t i = 0; at && i < CHAT_FIELDS && row->fields[i]; i++) {
        at[-1] = '\t'; /* over the 0 */
        at = memccpy(at, fields[i], '\0', (size_t)(end - at));
    }
    if (!at)
        return 0;
    at[-1] = '\n';
    return (size_t)(at - out);
}

bool chat_names_add(char *names, size_t *used, size_t space, const char *name)
{
    const size_t bytes = strlen(name);
    if (*used > space) /* it was full before */
        return false;
    bool fits = *used + 1 + bytes < space;
    if (!fits) {
        strcpy(names + *used, " ...");
        *used = space + 1;
        return false;
    }
    if (*used > 0)
        names[(*used)++] = ' ';
    memcpy(names + *used, name, bytes + 1);
    *used += bytes;
    return true;
}

void chat_clock_text(char text[CHAT_CLOCK_BYTES])
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(text, CHAT_CLOCK_BYTES, "%lld", now.tv_sec * 1000LL + now.tv_nsec / 1000000);
}

void chat_clock_lesson(char text[CHAT_CLOCK_BYTES], unsigned i)
{
    snprintf(text, CHAT_CLOCK_BYTES, "%lld", (SEED_CLOCK + (long long)i) * 1000);
}

void chat_clock_show(char text[CHAT_CLOCK_BYTES], const struct chat_field *field)
{
    long long milliseconds = 0;
    bool good = field->bytes <= 15; /* the year 33658 */
    for (size_t i = 0; good && i < field->bytes; i++) {
        good = field->text[i] >= '0' && field->text[i] <= '9';
        milliseconds = milliseconds * 10 + (field->text[i] - '0');
    }
    time_t seconds = (time_t)(milliseconds / 1000);
    struct tm local;
    if (!good || !localtime_r(&seconds, &local) ||
        strftime(text, CHAT_CLOCK_BYTES, "%H:%M:%S", &local) == 0)
        strcpy(text, "--:--:--");
}
