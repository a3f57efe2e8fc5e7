/*
 * Lines of LIST, for servers that have no MLSD. RFC 959 leaves them to the server; nearly all send
 * what ls -l shows on Unix, or DIR on DOS:
 *
 *     -rw-r--r--   1 anna  users      5 Feb 03 04:05 name
 *     lrwxrwxrwx   1 anna            11 Feb  3  2020 name -> target
 *     02-03-20  04:05PM       <DIR>          name
 *
 * What stands in front of size and date differs a lot, as do the words for months, so those two are
 * looked for together. The time is not taken: it is of an unknown zone, and MDTM knows it exactly.
 */
#include "entry.h"

#include "pattern.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 16

/* The words of a line, and a letter for what each may be. */
struct words_of_line {
    const char *at[WORDS_MAX];
    size_t length[WORDS_MAX];
    size_t count;
    char kinds[WORDS_MAX + 1];
};

/* 9: a digit, anything else: itself. */
static bool has_form(const char *word, size_t length, const char *form)
{
    if (length != strlen(form))
        return false;
    for (size_t i = 0; i < length; i++)
        if (form[i] == '9' ? !isdigit((unsigned char)word[i]) : word[i] != form[i])
            return false;
    return true;
}

/* Day, Year, Time, ISO date, date of DOS (M); another Number, another Word. */
static char kind_of(const char *word, size_t length)
{
    static const struct {
        const char *form;
        char kind;
    } rows[] = {{"9", 'D'},        {"99", 'D'},         {"9999", 'Y'},
                {"9:99", 'T'},     {"99:99", 'T'},      {"99:99:99", 'T'},
                {"99-99-99", 'M'}, {"99-99-9999", 'M'}, {"9999-99-99", 'I'}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (has_form(word, length, rows[i].form))
            return rows[i].kind;
    return strspn(word, "0123456789") == length ? 'N' : 'W';
}

static void find_words(struct words_of_line *words, const char *line)
{
    *words = (struct words_of_line){0};
    for (line += strspn(line, " "); *line && words->count < WORDS_MAX; line += strspn(line, " ")) {
        size_t length = strcspn(line, " ");
        words->at[words->count] = line;
        words->length[words->count] = length;
        words->kinds[words->count++] = kind_of(line, length);
        line += length;
    }
}

/* Where the date ends if a size stands here, and a month with a day, in either order: numbers alone
 * may be an owner and a group. 0: it does not. */
static size_t date_end(const char *kinds, size_t at)
{
    if (pattern_matches("[DYN]I[TY]*", kinds + at))
        return at + 2;
    return pattern_matches("[DYN]D[!DYN][TY]*", kinds + at) ||
                   pattern_matches("[DYN][!DYN]D[TY]*", kinds + at)
               ? at + 3
               : 0;
}

/* --- the two kinds ---------------------------------------------------------------------------- */

static bool set_name(struct entry *entry, const char *name)
{
    entry->name = strdup(name);
    if (entry->name && (strcmp(name, ".") == 0 || strcmp(name, "..") == 0))
        entry->type = ENTRY_SELF;
    return entry->name && *name;
}

/* The name behind a word and one blank: further ones are its own. */
static const char *behind(const struct words_of_line *words, size_t index)
{
    const char *end = words->at[index] + words->length[index];
    return *end == ' ' ? end + 1 : end;
}

/* "rwxr-x--T" behind the type. */
static void read_mode(struct entry *entry, const char *text, size_t length)
{
    static const char letters[] = "rwxrwxrwx";
    if (length < 9)
        return;
    entry->has_mode = true;
    for (unsigned i = 0; i < 9; i++) {
        bool set = text[i] == letters[i] || (i % 3 == 2 && (text[i] == 's' || text[i] == 't'));
        entry->mode |= set ? 0400U >> i : 0;
    }
}

static bool read_link(struct entry *entry, const char *name)
{
    const char *arrow = strstr(name, " -> ");
    if (!arrow)
        return set_name(entry, name);
    entry->target = strdup(arrow + 4);
    entry->name = strndup(name, (size_t)(arrow - name));
    return entry->target && entry->name && *entry->name;
}

static bool read_unix(struct entry *entry, const struct words_of_line *words)
{
    const char *type = words->at[0];
    size_t at = 2, last = 0; /* behind the number of links */
    while (at < words->count && (last = date_end(words->kinds, at)) == 0)
        at++;
    if (last == 0)
        return false;
    entry->type = *type == '-'   ? ENTRY_FILE
                  : *type == 'd' ? ENTRY_FOLDER
                  : *type == 'l' ? ENTRY_LINK
                                 : ENTRY_OTHER;
    entry->size = strtoull(words->at[at], NULL, 10);
    entry->has_size = entry->type == ENTRY_FILE;
    read_mode(entry, type + 1, words->length[0] - 1);
    return entry->type == ENTRY_LINK ? read_link(entry, behind(words, last))
                                     : set_name(entry, behind(words, last));
}

static bool read_dos(struct entry *entry, const struct words_of_line *words)
{
    const char *name;
    if (pattern_matches("M?[DYN]*", words->kinds)) {
        entry->type = ENTRY_FILE;
        entry->has_size = true;
        entry->size = strtoull(words->at[2], NULL, 10);
        name = behind(words, 2);
    } else if (words->count > 3 && *words->at[2] == '<') { /* <JUNCTION>: a link, of no use here */
        entry->type = strncmp(words->at[2], "<DIR>", 5) == 0 ? ENTRY_FOLDER : ENTRY_OTHER;
        name = words->at[3];
    } else {
        return false;
    }
    return set_name(entry, name);
}

static bool read_line(struct entry *entry, const char *line)
{
    struct words_of_line words;
    find_words(&words, line);
    if (words.count == 0 || (words.count == 2 && strncmp(line, "total ", 6) == 0)) {
        entry->type = ENTRY_SELF; /* nothing is said of anything in it */
        return true;
    }
    if (*words.kinds == 'M')
        return read_dos(entry, &words);
    return strchr("-dlbcpsD", *line) && read_unix(entry, &words);
}

bool entry_read_ls(struct entry *entry, const char *line, size_t bytes)
{
    char *copy;
    bool good;
    *entry = (struct entry){0};
    if (bytes > 0 && line[bytes - 1] == '\r')
        bytes--;
    if (memchr(line, '\0', bytes))
        return false;
    copy = strndup(line, bytes);
    good = copy && read_line(entry, copy);
    free(copy);
    if (!good)
        entry_free(entry);
    return good;
}
