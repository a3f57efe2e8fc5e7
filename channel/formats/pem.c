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

static bool next_line(struct line *line, struct pem_reader *reader)
{
    if (reader->left == 0)
        return false;
    size_t length = 0, taken;
    while (length < reader->left && reader->at[length] != '\n' && reader->at[length] != '\r')
        length++;
    taken = length < reader->left ? length + 1 : length;
    if (taken < reader->left && reader->at[length] == '\r' && reader->at[taken] == '\n')
        taken++;
    *line = (struct line){reader->at, length, reader->line};
    reader->at += taken;
    reader->left -= taken;
    reader->line++;
    while (line->length > 0 && strchr(" \t", line->text[line->length - 1]) != NULL)
        line->length--;
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
    return memchr(label, '\0', length) == NULL;
}

/* Passes over text up to the next BEGIN. */
static const struct frame *find_begin(char label[PEM_LABEL_BYTES], struct line *line,
                                      struct pem_reader *reader)
{
    while (next_line(line, reader)) {
        for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
            if (is_frame(label, line, frames[i].begin, frames[i].close))
                return &frames[i];
        }
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

/* A header is a line with a colon, which base64 has not. */
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
    if (gathering->in_header || memchr(line->text, ':', line->length) != NULL)
        return take_header(gathering, line, problem);
    if (memchr(line->text, '-', line->length) != NULL)
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
    if (block->data == NULL)
        return problem_memory(problem);
    return base64_decode(block->data, &block->bytes, gathering->letters, gathering->length,
                         BASE64_PADDED) ||
           problem_set(problem, "line %u: what is between BEGIN and END of %s is not base64",
                       block->line, block->label);
}

enum pem_found pem_next(struct pem_block *block, struct pem_reader *reader, struct problem *problem)
{
    struct line line;
    *block = (struct pem_block){0};
    struct gathering gathering = {.block = block};
    gathering.frame = find_begin(block->label, &line, reader);
    if (gathering.frame == NULL)
        return PEM_NONE;
    block->line = line.number;
    size_t space = reader->left + 1;
    gathering.letters = malloc(space);
    bool done = (gathering.letters != NULL || problem_memory(problem)) &&
                gather(&gathering, reader, problem) && decode(block, &gathering, problem);
    if (gathering.letters != NULL)
        sym_wipe(gathering.letters, gathering.length);
    free(gathering.letters);
    if (done)
        return PEM_BLOCK;
    pem_block_free(block);
    return PEM_FAULT;
}

void pem_block_free(struct pem_block *block)
{
    if (block->data != NULL)
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
    if (text == NULL)
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
