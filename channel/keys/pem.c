/*
 * PEM, RFC 7468, and RFC 4716; see pem.h.
 */
#include "pem.h"
#include "base64.h"
#include "sym_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Five dashes of RFC 7468; four and a blank of RFC 4716 (3.2). */
static const struct frame {
    const char *begin, *end, *close;
} frames[] = {{"-----BEGIN ", "-----END ", "-----"}, {"---- BEGIN ", "---- END ", " ----"}};
#define SSH2 (&frames[1])

/* --- lines ----------------------------------------------------------------------------------- */

struct line {
    const char *text; /* without blanks and the line break behind it */
    size_t length;
    unsigned number;
};

/* The bytes of the line break that stands here, 0 if none does. */
static size_t break_bytes(const char *at, size_t left, bool escaped)
{
    if (at[0] == '\r' && left > 1 && at[1] == '\n')
        return 2;
    if (at[0] == '\n' || at[0] == '\r')
        return 1;
    return escaped && at[0] == '\\' && left > 1 && (at[1] == 'n' || at[1] == 'r') ? 2 : 0;
}

static bool is_blank(char sign)
{
    return sign == ' ' || sign == '\t';
}

static bool next_line(struct line *line, struct pem_reader *reader)
{
    if (reader->left == 0)
        return false;
    size_t length = 0, end = 0;
    while (length < reader->left &&
           (end = break_bytes(reader->at + length, reader->left - length, reader->escaped)) == 0)
        length++;
    *line = (struct line){reader->at, length, reader->line};
    bool goes_on = end > 0 && reader->at[length] == '\\'; /* the line as an editor counts it */
    reader->line += !goes_on;
    reader->at += length + end;
    reader->left -= length + end;
    while (line->length > 0 && is_blank(line->text[line->length - 1]))
        line->length--;
    for (; line->length > 0 && is_blank(line->text[0]); line->length--)
        line->text++;
    return true;
}

/* Whether the line is open + a label + close; copies the label. */
static bool is_frame(char label[PEM_LABEL_BYTES], const struct line *line, const char *open,
                     const char *close)
{
    size_t before = strlen(open), behind = strlen(close);
    if (line->length < before + behind || line->length - before - behind >= PEM_LABEL_BYTES ||
        memcmp(line->text, open, before) != 0 ||
        memcmp(line->text + line->length - behind, close, behind) != 0)
        return false;
    size_t length = line->length - before - behind;
    memcpy(label, line->text + before, length);
    label[length] = '\0';
    return !memchr(label, '\0', length);
}

/* Whether BEGIN is there, but is not the whole line. If it ends in the two characters \n, the line
 * is read again from BEGIN on, with those as line ends. */
static bool is_odd(const struct line *line, struct pem_reader *reader)
{
    const char *at = memmem(line->text, line->length, frames[0].begin, strlen(frames[0].begin));
    if (!at)
        return false;
    size_t left = line->length - (size_t)(at - line->text);
    if (reader->escaped ||
        (!memmem(at, left, "-----\\n", 7) && !memmem(at, left, "-----\\r\\n", 9)))
        return true;
    reader->left += (size_t)(reader->at - at);
    reader->at = at;
    reader->line = line->number;
    reader->escaped = true;
    return false;
}

/* Skips text up to the next BEGIN. If there is none, *odd is the line of the first BEGIN that does
 * not stand alone, or 0. */
static const struct frame *find_begin(char label[PEM_LABEL_BYTES], struct line *line, unsigned *odd,
                                      struct pem_reader *reader)
{
    *odd = 0;
    while (next_line(line, reader)) {
        for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
            if (is_frame(label, line, frames[i].begin, frames[i].close))
                return &frames[i];
        if (is_odd(line, reader) && *odd == 0)
            *odd = line->number;
    }
    return NULL;
}

/* --- a block --------------------------------------------------------------------------------- */

/* A block under way: its letters, line after line. */
struct gathering {
    const struct frame *frame;
    struct pem_block *block;
    char *letters; /* room for all that is left of the text */
    size_t length;
    bool in_header; /* RFC 4716 3.3: the line before ended in a backslash */
};

/* RFC 4716 3.3.2: Comment: "text", in quotes or not. */
static void keep_comment(struct pem_block *block, const struct line *line)
{
    static const char tag[] = "Comment: ";
    size_t skip = sizeof(tag) - 1;
    if (line->length < skip || strncasecmp(line->text, tag, skip) != 0)
        return;
    const char *text = line->text + skip;
    size_t length = line->length - skip;
    if (length >= 2 && text[0] == '"' && text[length - 1] == '"') {
        text++;
        length -= 2;
    }
    snprintf(block->comment, sizeof(block->comment), "%.*s", (int)length, text);
}

/* A header is a line with a colon, which base64 does not have. */
static bool take_header(struct gathering *gathering, const struct line *line,
                        struct problem *problem)
{
    if (gathering->frame != SSH2) {
        problem_set(problem,
                    "line %u: this block has headers: it is encrypted in the way of RFC "
                    "1421, or no key at all",
                    line->number);
        return problem_hint(problem, "openssl pkey -in FILE -aes256 -out NEW writes it anew");
    }
    keep_comment(gathering->block, line);
    gathering->in_header = line->length > 0 && line->text[line->length - 1] == '\\';
    return true;
}

static bool take_line(struct gathering *gathering, const struct line *line, struct problem *problem)
{
    if (gathering->in_header || memchr(line->text, ':', line->length))
        return take_header(gathering, line, problem);
    if (memchr(line->text, '-', line->length))
        return problem_set(problem, "line %u: expected base64 or the END of %s", line->number,
                           gathering->block->label);
    memcpy(gathering->letters + gathering->length, line->text, line->length);
    gathering->length += line->length;
    return true;
}

/* Everything up to END. */
static bool gather(struct gathering *gathering, struct pem_reader *reader, struct problem *problem)
{
    struct pem_block *block = gathering->block;
    struct line line;
    char label[PEM_LABEL_BYTES];
    while (next_line(&line, reader)) {
        if (!is_frame(label, &line, gathering->frame->end, gathering->frame->close)) {
            if (!take_line(gathering, &line, problem))
                return false;
            continue;
        }
        return strcmp(label, block->label) == 0 ||
               problem_set(problem, "line %u: expected the END of %s, which began in line %u",
                           line.number, block->label, block->line);
    }
    return problem_set(problem, "line %u: the file ends before the END of %s", block->line,
                       block->label);
}

static bool decode(struct pem_block *block, const struct gathering *gathering,
                   struct problem *problem)
{
    block->data = malloc(BASE64_DATA_BYTES(gathering->length) + 1);
    if (!block->data)
        return problem_memory(problem);
    return base64_decode(block->data, &block->bytes, gathering->letters, gathering->length,
                         BASE64_PADDED) ||
           problem_set(problem, "line %u: what is between BEGIN and END of %s is not base64",
                       block->line, block->label);
}

/* No block at all, but something that was meant to be one. */
static enum pem_found no_block(unsigned odd, bool found, struct problem *problem)
{
    if (odd == 0 || found)
        return PEM_NONE;
    problem_set(problem, "line %u: BEGIN has company on its line", odd);
    problem_hint(problem, "-----BEGIN ...----- and -----END ...----- each stand on a line of their "
                          "own, the letters on lines between them");
    return PEM_FAULT;
}

enum pem_found pem_next(struct pem_block *block, struct pem_reader *reader, struct problem *problem)
{
    struct line line;
    unsigned odd;
    *block = (struct pem_block){0};
    struct gathering gathering = {.block = block};
    gathering.frame = find_begin(block->label, &line, &odd, reader);
    if (!gathering.frame)
        return no_block(odd, reader->found, problem);
    reader->found = true;
    block->line = line.number;
    size_t space = reader->left + 1;
    gathering.letters = malloc(space);
    bool done = (gathering.letters || problem_memory(problem)) &&
                gather(&gathering, reader, problem) && decode(block, &gathering, problem);
    if (gathering.letters)
        sym_wipe(gathering.letters, gathering.length);
    free(gathering.letters);
    if (done)
        return PEM_BLOCK;
    pem_block_free(block);
    return PEM_FAULT;
}

void pem_block_free(struct pem_block *block)
{
    if (block->data)
        sym_wipe(block->data, block->bytes);
    free(block->data);
    *block = (struct pem_block){0};
}

/* --- writing --------------------------------------------------------------------------------- */

char *pem_write(size_t *length, const char *label, const void *data, size_t bytes)
{
    static const size_t step = PEM_LINE_LETTERS / 4 * 3; /* bytes a line */
    size_t lines = bytes / step + 1;
    size_t space = 2 * (sizeof("-----BEGIN -----\n") + strlen(label)) +
                   lines * (PEM_LINE_LETTERS + 1) + 1;
    char *text = malloc(space);
    if (!text)
        return NULL;
    *length = (size_t)sprintf(text, "-----BEGIN %s-----\n", label);
    for (size_t at = 0; at < bytes; at += step) {
        size_t part = bytes - at < step ? bytes - at : step;
        *length += base64_encode(text + *length, (const uint8_t *)data + at, part, BASE64_PADDED);
        text[(*length)++] = '\n';
    }
    *length += (size_t)sprintf(text + *length, "-----END %s-----\n", label);
    return text;
}
