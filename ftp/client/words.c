/* A typed line as words. */
#include "words.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC   "*?["
#define SPECIAL " \t;'\"\\#*?[]"

/* The word that is being read. */
struct reader {
    char *text, *pattern;
    size_t text_bytes, pattern_bytes;
    bool magic;
};

static void put(struct reader *reader, char byte, bool quoted)
{
    reader->text[reader->text_bytes++] = byte;
    if (quoted && strchr(MAGIC "]\\", byte))
        reader->pattern[reader->pattern_bytes++] = '\\';
    else if (strchr(MAGIC, byte))
        reader->magic = true;
    reader->pattern[reader->pattern_bytes++] = byte;
}

static bool append(struct words *words, char *text, char *pattern)
{
    struct word *more = realloc(words->list, (words->count + 1) * sizeof(*more));
    if (!text || !more) {
        free(text);
        free(pattern);
        words->list = more ? more : words->list;
        return false;
    }
    words->list = more;
    more[words->count++] = (struct word){text, pattern};
    return true;
}

bool words_add(struct words *words, const char *text)
{
    return append(words, strdup(text), NULL);
}

/* Reads one word from its first byte on; returns what is behind it. */
static const char *read_word(struct reader *reader, const char *at, char *quote)
{
    for (; *at && (*quote || !strchr(" \t;", *at)); at++)
        if (*quote ? *at == *quote : (*at == '\'' || *at == '"'))
            *quote = *quote ? 0 : *at;
        else if (*at == '\\' && *quote != '\'' && at[1])
            put(reader, *++at, true);
        else
            put(reader, *at, *quote != 0);
    return at;
}

static bool take_word(struct words *words, const char **at)
{
    size_t length = strlen(*at);
    struct reader reader = {.text = malloc(length + 1), .pattern = malloc(2 * length + 1)};
    if (!reader.text || !reader.pattern) {
        free(reader.text);
        free(reader.pattern);
        return false;
    }
    *at = read_word(&reader, *at, &words->quote);
    reader.text[reader.text_bytes] = '\0';
    reader.pattern[reader.pattern_bytes] = '\0';
    if (!reader.magic) {
        free(reader.pattern);
        reader.pattern = NULL;
    }
    return append(words, reader.text, reader.pattern);
}

bool words_split(struct words *words, const char *line)
{
    const char *at = line;
    *words = (struct words){0};
    for (;;) {
        at += strspn(at, " \t");
        words->last_at = (size_t)(at - line);
        if (*at == ';')
            words->rest = at + 1;
        if (*at == '\0' || *at == '#' || *at == ';')
            return true;
        if (!take_word(words, &at)) {
            words_free(words);
            return false;
        }
        if (*at == '\0')
            return true;
    }
}

void words_remove(struct words *words, size_t index)
{
    free(words->list[index].text);
    free(words->list[index].pattern);
    words->count--;
    memmove(words->list + index, words->list + index + 1,
            (words->count - index) * sizeof(words->list[0]));
}

void words_free(struct words *words)
{
    while (words->count > 0)
        words_remove(words, words->count - 1);
    free(words->list);
    words->list = NULL;
}

char *words_quote(const char *text, char quote)
{
    char *quoted = malloc(2 * strlen(text) + 1), *out = quoted;
    for (; quoted && *text; text++) {
        if (quote ? (quote == '"' && (*text == '"' || *text == '\\')) : !!strchr(SPECIAL, *text))
            *out++ = '\\';
        *out++ = *text;
    }
    if (quoted)
        *out = '\0';
    return quoted;
}
