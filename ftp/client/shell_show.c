/* The shell's commands that show: ls, cat, hash, stat; and how names are printed. */
#include "shell.h"

#include "client_control.h"
#include "client_data.h"
#include "client_list.h"
#include "client_transfer.h"
#include "printable.h"
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORD(index) words->list[index].text

/* --- printing --------------------------------------------------------------------------------- */

/* A piece of a line that a terminal may see; the caller frees it. NULL without memory. */
static char *printable(const char *text, size_t bytes)
{
    char *out = malloc(PRINTABLE_SPACE(bytes));
    if (out)
        printable_text(out, PRINTABLE_SPACE(bytes), text, bytes);
    return out;
}

/* Newlines stay. */
static void print_lines(const char *text, size_t bytes)
{
    while (bytes > 0) {
        const char *newline = memchr(text, '\n', bytes);
        size_t length = newline ? (size_t)(newline - text) : bytes;
        char *line = printable(text, length);
        printf("%s%s", line ? line : "?", newline ? "\n" : "");
        free(line);
        length += newline != NULL;
        text += length;
        bytes -= length;
    }
}

void shell_print(const char *text, const char *end)
{
    if (isatty(STDOUT_FILENO))
        print_lines(text, strlen(text));
    else
        fputs(text, stdout);
    fputs(end, stdout);
}

static size_t terminal_columns(void)
{
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

void shell_print_names(const char *const *names, size_t count)
{
    char **shown = calloc(count + 1, sizeof(*shown));
    size_t widest = 1, columns, rows;
    if (!shown || !isatty(STDOUT_FILENO)) {
        for (size_t i = 0; i < count; i++)
            shell_print(names[i], "\n");
        free(shown);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        shown[i] = printable(names[i], strlen(names[i]));
        if (shown[i] && printable_width(shown[i]) > widest)
            widest = printable_width(shown[i]);
    }
    columns = terminal_columns() / (widest + 2);
    columns = columns > 0 ? columns : 1;
    rows = (count + columns - 1) / columns;
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = row; i < count; i += rows) {
            int blanks = i + rows < count && shown[i]
                             ? (int)(widest + 2 - printable_width(shown[i]))
                             : 0;
            printf("%s%*s", shown[i] ? shown[i] : "?", blanks, "");
        }
        putchar('\n');
    }
    for (size_t i = 0; i < count; i++)
        free(shown[i]);
    free(shown);
}

/* --- ls --------------------------------------------------------------------------------------- */
static void print_mode(const struct entry *entry)
{
    static const char types[] = {[ENTRY_UNKNOWN] = '?', [ENTRY_FILE] = '-',  [ENTRY_FOLDER] = 'd',
                                 [ENTRY_LINK] = 'l',    [ENTRY_OTHER] = 's', [ENTRY_SELF] = 'd'};
    putchar(types[entry->type]);
    for (int bit = 8; bit >= 0; bit--)
        putchar(!entry->has_mode ? '?' : entry->mode & (1U << bit) ? "xwr"[bit % 3] : '-');
}

static void print_size(const struct entry *entry, bool human)
{
    char text[PROGRESS_SIZE_BYTES] = "-";
    if (entry->has_size && entry->type != ENTRY_FOLDER) {
        if (human)
            progress_size(text, (double)entry->size);
        else
            snprintf(text, sizeof(text), "%llu", (unsigned long long)entry->size);
    }
    printf(" %12s", text);
}

static void print_long(const struct entry *entry, bool human)
{
    char time[32] = "?";
    struct tm local;
    if (entry->has_time && localtime_r(&entry->modified, &local))
        strftime(time, sizeof(time), "%Y-%m-%d %H:%M", &local);
    print_mode(entry);
    print_size(entry, human);
    printf("  %16s  ", time);
    shell_print(entry->name, "\n");
}

/* Names that begin with a dot are shown to who asks for them: by -a, by name, or by a pattern. */
static void leave_out_hidden(struct listing *listing)
{
    size_t kept = 0;
    for (size_t i = 0; i < listing->count; i++)
        if (listing->entries[i].name[0] == '.')
            entry_free(&listing->entries[i]);
        else
            listing->entries[kept++] = listing->entries[i];
    listing->count = kept;
}

static int by_time(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    return a->modified != b->modified ? (a->modified < b->modified) - (a->modified > b->modified)
                                      : strcmp(a->name, b->name);
}

static void print_listing(const struct listing *listing, const struct words *words)
{
    const char **names = calloc(listing->count + 1, sizeof(*names));
    if (WORDS_HAS(words, 't'))
        qsort(listing->entries, listing->count, sizeof(listing->entries[0]), by_time);
    for (size_t i = 0; names && i < listing->count; i++) {
        size_t at = WORDS_HAS(words, 'r') ? listing->count - 1 - i : i;
        names[i] = listing->entries[at].name;
        if (WORDS_HAS(words, 'l'))
            print_long(&listing->entries[at], WORDS_HAS(words, 'h'));
    }
    if (names && !WORDS_HAS(words, 'l'))
        shell_print_names(names, listing->count);
    free(names);
}

/* RFC 3659 7.2.1 has MLSD refuse a file, so what it is must be known first. A file is added to the
 * listing, a folder is not. */
static bool list_file(struct client *client, const char *path, struct listing *listing)
{
    struct entry entry;
    if (!list_one(client, path, &entry))
        return false;
    if (entry.type == ENTRY_FOLDER || entry.type == ENTRY_SELF) {
        entry_free(&entry);
        return true;
    }
    free(entry.name);
    entry.name = strdup(path);
    if (!entry.name || !listing_add(listing, &entry))
        return problem_memory(&client->problem);
    return true;
}

/* A server without MLSD has its own ls -l. */
static bool list_old(struct client *client, const char *path)
{
    char *text;
    bool done = list_text(client, path, &text);
    if (done)
        shell_print(text, "");
    free(text);
    return done;
}

static bool list_word(struct client *client, const struct word *word, const struct words *words)
{
    struct listing listing = {0};
    bool facts = client->features.mlst && !word->pattern, is_file, done;
    if (!word->pattern && !facts && WORDS_HAS(words, 'l'))
        return list_old(client, word->text);
    done = !facts || !*word->text || list_file(client, word->text, &listing);
    is_file = listing.count > 0;
    if (done && !is_file)
        done = word->pattern ? list_matching(client, word->pattern, &listing)
                             : list_folder(client, word->text, &listing);
    if (!done)
        return false;
    if (!word->pattern && !is_file && !WORDS_HAS(words, 'a'))
        leave_out_hidden(&listing);
    print_listing(&listing, words);
    listing_free(&listing);
    return true;
}

bool shell_ls(struct client *client, const struct words *words)
{
    static char here[] = "";
    const struct word this_folder = {.text = here};
    if (words->count == 1)
        return list_word(client, &this_folder, words);
    for (size_t i = 1; i < words->count; i++) {
        if (words->count > 2 && !words->list[i].pattern)
            shell_print(WORD(i), ":\n");
        if (!list_word(client, &words->list[i], words))
            return false;
    }
    return true;
}

/* --- cat, hash, stat -------------------------------------------------------------------------- */
static bool cat_one(struct client *client, const char *path)
{
    struct client_connection *data = data_open(client, 0, "RETR", path);
    bool terminal = isatty(STDOUT_FILENO);
    const uint8_t *fresh;
    ssize_t bytes;
    if (!data)
        return false;
    while ((bytes = client_connection_peek(data, &fresh)) > 0) {
        if (terminal)
            print_lines((const char *)fresh, (size_t)bytes);
        else if (fwrite(fresh, 1, (size_t)bytes, stdout) != (size_t)bytes)
            break;
        client_connection_used(data, (size_t)bytes);
    }
    if (bytes > 0)
        problem_errno(&client->problem, "stdout");
    return bytes == 0 ? data_end(client, data) : data_fail(client, data);
}

bool shell_cat(struct client *client, const struct words *words)
{
    for (size_t i = 1; i < words->count; i++)
        if (!cat_one(client, WORD(i)))
            return false;
    return true;
}

bool shell_hash(struct client *client, const struct words *words)
{
    char hash[TRANSFER_HASH_TEXT];
    for (size_t i = 1; i < words->count; i++) {
        if (!transfer_hash(client, hash, WORD(i)))
            return false;
        printf("%s  ", hash); /* as sha256sum has it */
        shell_print(WORD(i), "\n");
    }
    return true;
}

bool shell_stat(struct client *client, const struct words *words)
{
    struct entry entry;
    if (words->count == 1) {
        if (!control_do(client, "STAT", NULL))
            return false;
        shell_print(client->reply.text, "\n");
        return true;
    }
    if (!list_one(client, WORD(1), &entry))
        return false;
    free(entry.name);
    entry.name = strdup(WORD(1));
    if (entry.name)
        print_long(&entry, false);
    entry_free(&entry);
    return true;
}
