/*
 * Cutting a text into pieces of one format each; see key_pieces.h.
 */
#include "key_pieces.h"

#include <ctype.h>
#include <string.h>

enum kind { WORDS, BLOCKS, TABLE, LINES, JSON };

/* The piece under way. */
struct cutting {
    enum kind kind; /* WORDS: it is not known yet */
    bool in_block;  /* before END */
    size_t braces;  /* open ones */
};

struct line {
    const char *text;
    size_t length;
};

static bool has(const struct line *line, const char *what)
{
    return memmem(line->text, line->length, what, strlen(what));
}

/* field,value, quoted or not, with empty cells behind it or not. */
static bool is_header(const struct line *line)
{
    static const char header[] = "field,value";
    size_t at = 0, i = 0;
    for (; i < line->length && header[at] != '\0'; i++) {
        char c = (char)tolower((unsigned char)line->text[i]);
        if (c == header[at])
            at++;
        else if (!strchr("\xef\xbb\xbf\" \t", c) || c == '\0') /* a byte order mark, blanks */
            return false;
    }
    while (i < line->length && line->text[i] != '\0' && strchr("\", \t\r", line->text[i]))
        i++;
    return header[at] == '\0' && i == line->length;
}

static enum kind kind_of(const struct line *line)
{
    if (has(line, "-----BEGIN ") || has(line, "---- BEGIN "))
        return BLOCKS;
    if (is_header(line))
        return TABLE;
    if (has(line, "ssh-rsa AAAA"))
        return LINES;
    return line->length > 0 && line->text[0] == '{' ? JSON : WORDS;
}

static void count_braces(struct cutting *cutting, const struct line *line)
{
    for (size_t i = 0; i < line->length; i++)
        if (line->text[i] == '{')
            cutting->braces++;
        else if (line->text[i] == '}' && cutting->braces > 0)
            cutting->braces--;
}

/* Whether a new piece begins with this line. */
static bool begins(struct cutting *cutting, const struct line *line)
{
    enum kind kind = kind_of(line);
    bool inside = cutting->in_block || cutting->braces > 0, cut = false;
    if (!inside && kind != WORDS) {
        cut = cutting->kind != WORDS && (kind != cutting->kind || kind == TABLE || kind == JSON);
        cutting->kind = kind;
    }
    if (inside && cutting->kind == JSON && kind == BLOCKS) { /* a block as text in JSON */
        cutting->kind = BLOCKS;
        cutting->braces = 0;
    }
    if (cutting->kind == BLOCKS && kind == BLOCKS)
        cutting->in_block = true;
    if (has(line, "-----END ") || has(line, "---- END "))
        cutting->in_block = false;
    if (cutting->kind == JSON)
        count_braces(cutting, line);
    return cut;
}

bool key_pieces_next(struct key_piece *piece, struct key_pieces *pieces)
{
    struct cutting cutting = {0};
    const char *at = pieces->at, *end = at + pieces->left;
    unsigned lines = 0;
    if (pieces->left == 0)
        return false;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const struct line line = {at, (size_t)((!stop ? end : stop) - at)};
        if (begins(&cutting, &line))
            break;
        at += line.length + (stop ? 1 : 0);
        lines += stop ? 1 : 0;
    }
    *piece = (struct key_piece){pieces->at, (size_t)(at - pieces->at), pieces->before};
    *pieces = (struct key_pieces){at, (size_t)(end - at), pieces->before + lines};
    return true;
}
