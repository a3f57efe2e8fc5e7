/*
 * The question of allow accept; see allow_ask.h.
 */
#include "allow_ask.h"
#include "console.h"
#include "fingerprint_art.h"
#include "translate.h"
#include "yes_no.h"

#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define MOST_OF_ONE_NAME 99 /* anna, anna-2 ... anna-99 */
#define ANSWER_BYTES     256

static void show(const struct pending_key *row)
{
    char art[FINGERPRINT_ART_BYTES];
    fingerprint_art(art, row->key);
    fprintf(stderr,
            translate_count("Key %lu, from %s, refused %lu time, last %s\n",
                            "Key %lu, from %s, refused %lu times, last %s\n", row->times),
            row->number, row->address, row->times, row->last_seen);
    fprintf(stderr,
            row->family == FAMILY_TEXTBOOK ? _("%u bits, for the suites textbook and dh, %s\n%s\n")
                                           : _("%u bits, %s\n%s\n"),
            rsa_key_bits(row->key), row->fingerprint, row->words);
    fprintf(stderr, "%s\n", art);
    if (row->wish[0] != '\0')
        fprintf(stderr, _("It would like to be called %s. Nothing vouches for that.\n"), row->wish);
}

/* --- which name ------------------------------------------------------------------------------- */

/* Whether it could come in under this name. */
static bool could_come_in(const struct pending_key *row, const char *name, const char *path,
                          const struct allow_new *terms, struct problem *problem)
{
    struct allow_edit *edit;
    struct allow_new entry = *terms;
    bool done = allow_edit_begin(&edit, path, problem);
    entry.key = row->key;
    entry.family = row->family;
    entry.name = name;
    done = done && allow_edit_add(edit, &entry, NULL, problem);
    allow_edit_end(edit);
    return done;
}

/* Whether another key of its family has this very name. */
static bool is_taken(const char *name, const char *path, enum key_family family)
{
    struct allow_list *list;
    bool taken = allow_list_load(&list, path, NULL) && allow_list_find_name(list, name, family);
    allow_list_free(list);
    return taken;
}

void allow_propose(char name[KEY_NAME_BYTES], const struct pending_key *row, const char *path,
                   const struct allow_new *terms)
{
    struct problem problem = {0};
    const char *wish = terms->name ? terms->name : row->wish;
    snprintf(name, KEY_NAME_BYTES, "%s", wish);
    if (wish[0] == '\0' || could_come_in(row, wish, path, terms, &problem))
        return;
    for (unsigned i = 2; i <= MOST_OF_ONE_NAME && is_taken(wish, path, row->family); i++) {
        char numbered[KEY_NAME_BYTES + 16];
        snprintf(numbered, sizeof(numbered), "%s-%u", wish, i);
        if (!could_come_in(row, numbered, path, terms, NULL))
            continue;
        strcpy(name, numbered); /* it is legal, and so short enough */
        console_warning("another key is called %s: this one would be %s", wish, name);
        return;
    }
    console_warning("%s", problem.message);
    name[0] = '\0';
}

/* --- the answer ------------------------------------------------------------------------------- */

/* A whole line, without its end; one that is too long counts as none. False at the end. */
static bool read_line(char *line, int space, const struct allow_watch *watch)
{
    if ((watch && !allow_watch_input(watch)) || !fgets(line, space, stdin))
        return false;
    size_t length = strcspn(line, "\n");
    bool whole = line[length] == '\n';
    line[length] = '\0';
    for (int c = 0; !whole && c != '\n' && c != EOF;)
        c = getchar();
    if (!whole && !feof(stdin))
        strcpy(line, "no");
    return true;
}

/* The answer may be a name, or a slip of yes or no. The same once more is the name. */
static bool is_unsure(char before[ANSWER_BYTES], const char *line, const char *name)
{
    bool unsure = yes_no_read(line) == YES_NO_NEARLY && strcmp(line, name) != 0 &&
                  strcmp(line, before) != 0;
    strcpy(before, line);
    if (unsure)
        console_note("that begins like yes or no: if it is the name, type it once more");
    return unsure;
}

static bool ask(char line[ANSWER_BYTES], const char *name, const struct allow_watch *watch)
{
    if (name[0] != '\0')
        fprintf(stderr, _("Let it in as %s? (Enter: yes; no; or another name) "), name);
    else
        fputs(_("Let it in? (yes, no, or a name for it) "), stderr);
    if (read_line(line, ANSWER_BYTES, watch))
        return true;
    fputc('\n', stderr);
    return false;
}

enum allow_answer allow_ask(char name[KEY_NAME_BYTES], const struct pending_key *row,
                            const char *path, const struct allow_new *terms,
                            const struct allow_watch *watch)
{
    char line[ANSWER_BYTES], before[ANSWER_BYTES] = "";
    if (watch)
        fputc('\n', stderr); /* from the one before */
    show(row);
    allow_propose(name, row, path, terms);
    tcflush(STDIN_FILENO, TCIFLUSH); /* Enter must not answer what was not asked yet */
    while (ask(line, name, watch)) {
        struct problem problem = {0};
        const enum yes_no said = yes_no_read(line);
        if (said == YES_NO_NO || (line[0] == '\0' && name[0] == '\0'))
            return ANSWER_NO;
        if (is_unsure(before, line, name))
            continue;
        const char *wanted = line[0] == '\0' || said == YES_NO_YES ? name : line;
        if (could_come_in(row, wanted, path, terms, &problem)) {
            if (wanted != name)
                strcpy(name, wanted); /* it is legal, and so short enough */
            return ANSWER_YES;
        }
        console_problem(&problem, CONSOLE_FAILED);
    }
    return ANSWER_STOP;
}
