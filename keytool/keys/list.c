/*
 * keytool list: the keys of the home, or in the files of a folder: whose they are, which are
 * private or protected, and who of them is allowed.
 */
#include "allow_place.h"
#include "fingerprint_words.h"
#include "folder.h"
#include "key_input.h"
#include "key_store.h"
#include "keytool.h"
#include "option_table.h"
#include "table.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct list_options {
    struct allow_place place;
    const char *folder; /* NULL: the home */
    bool json;
};

#define S struct list_options
static const struct option_row rows[] = {ARGUMENT(S, folder, NULL),
                                         FLAG(S, json, "json", 0, "Print JSON"),
                                         GROUP(S, place, allow_place_table),
                                         {0}};

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("[FOLDER]"),
    .text = N_(
        "Lists the keys of the home, or those in the files of a folder, in any format: whose they "
        "are, which are private, which lie under a passphrase, and under which name a key is "
        "allowed. Columns in which there is nothing to say are left out."
        "\vA private key's passphrase is not asked for: of one in PKCS#8 there is then no more to "
        "see.\n\n"
        "Examples:\n"
        "  keytool list\n"
        "  keytool list ~/.ssh\n"
        "  keytool list --json --home docs/examples/first-lesson"),
};

static const struct table_column columns[] = {{"name", TABLE_TEXT, false},
                                              {"file", TABLE_TEXT, false},
                                              {"kind", TABLE_WORD, false},
                                              {"bits", TABLE_NUMBER, false},
                                              {"created", TABLE_TEXT, true},
                                              {"protected", TABLE_BOOLEAN, true},
                                              {"allowed_as", TABLE_TEXT, true},
                                              {"for_learning", TABLE_BOOLEAN, true},
                                              {"family", TABLE_TEXT, true},
                                              {"published", TABLE_BOOLEAN, true},
                                              {"seed", TABLE_NUMBER, true},
                                              {"flaw", TABLE_TEXT, true},
                                              {"fingerprint", TABLE_FINGERPRINT, false},
                                              {"words", TABLE_FINGERPRINT, false},
                                              {NULL, TABLE_TEXT, false}};

/* What is listed, and where: a bad file is said, counts as a failure, and the others are listed. */
struct listing {
    struct table *table;
    const struct allow_list *allowed; /* NULL: it cannot be read */
    bool whole;                       /* nothing was bad */
};

static void say_bad(struct listing *listing, const struct problem *problem)
{
    console_problem(problem, CONSOLE_FAILED);
    listing->whole = false;
}

/* One row. */
struct seen {
    const char *name, *file, *created; /* name and created: "" if unknown */
    const struct rsa_key *key;         /* NULL: it lies under a passphrase */
    bool private, protected;
    struct key_marks marks;
};

static void add_row(struct listing *listing, const struct seen *seen)
{
    char bits[16] = "", seed[16] = "", fingerprint[FINGERPRINT_TEXT_BYTES] = "",
         words[FINGERPRINT_WORDS_BYTES] = "";
    const struct allow_entry *entry = NULL;
    bool learning = false;
    if (seen->key) {
        snprintf(bits, sizeof(bits), "%u", rsa_key_bits(seen->key));
        fingerprint_text(fingerprint, seen->key);
        fingerprint_words(words, seen->key);
        learning = rsa_key_bits(seen->key) < KEY_LEARNING_BITS;
        entry = !listing->allowed
                    ? NULL
                    : allow_list_find(listing->allowed, seen->key, seen->marks.family);
    }
    if (seen->marks.seed.given)
        snprintf(seed, sizeof(seed), "%u", seen->marks.seed.number);
    const char *const cells[] = {table_text(seen->name),
                                 seen->file,
                                 seen->private ? "private" : "public",
                                 table_text(bits),
                                 table_text(seen->created),
                                 table_boolean(seen->protected),
                                 !entry ? NULL : entry->name,
                                 !seen->key ? NULL : table_boolean(learning),
                                 table_text(key_family_mark(seen->marks.family)),
                                 table_boolean(seen->marks.published),
                                 table_text(seed),
                                 table_text(seen->marks.flaw),
                                 table_text(fingerprint),
                                 table_text(words)};
    struct problem problem = {0};
    if (!table_add(listing->table, cells)) {
        problem_memory(&problem);
        say_bad(listing, &problem);
    }
}

static const struct key_access looking = {.allow_flawed = true};

/* --- the home -------------------------------------------------------------------------------- */

/* The private half itself is not read: its numbers are of no use here. */
static void add_stored(struct listing *listing, const struct home *home, const char *name)
{
    char path[HOME_PATH_BYTES];
    struct stored_key key;
    struct problem problem = {0};
    key_store_path(path, home, name, KEY_PRIVATE);
    bool private = access(path, F_OK) == 0;
    if (!private)
        key_store_path(path, home, name, KEY_PUBLIC);
    if (!key_file_load(&key, path, KEY_PUBLIC, &looking, &problem)) {
        say_bad(listing, &problem);
        return;
    }
    add_row(listing, &(struct seen){.name = name,
                                    .file = strrchr(path, '/') + 1,
                                    .created = key.created,
                                    .key = key.key,
                                    .private = private,
                                    .protected = key.iterations > 0,
                                    .marks = key.marks});
    stored_key_free(&key);
}

static bool list_home(struct listing *listing, const struct home *home, struct problem *problem)
{
    char **names;
    size_t count;
    if (!key_store_names(&names, &count, home, problem))
        return false;
    for (size_t i = 0; i < count; i++)
        add_stored(listing, home, names[i]);
    key_store_names_free(names, count);
    return true;
}

/* --- a folder -------------------------------------------------------------------------------- */

/* In the place of somebody who knows a passphrase: nobody does, but that it is needed is noted. */
static bool note_protected(char secret[PASSPHRASE_BYTES], const struct passphrase_source *source,
                           const char *what, unsigned attempt, struct problem *problem)
{
    (void)secret;
    (void)attempt;
    *(bool *)source->context = true;
    return problem_set(problem, "%s is protected", what);
}

/* Of our own format the public half can be seen all the same. */
static void add_protected(struct listing *listing, const char *path, const char *file)
{
    struct stored_key key = {0};
    struct seen seen = {
        .name = "", .file = file, .created = "", .private = true, .protected = true};
    if (key_file_load(&key, path, KEY_PUBLIC, &looking, NULL)) {
        seen.name = key.name;
        seen.created = key.created;
        seen.key = key.key;
        seen.marks = key.marks;
    }
    add_row(listing, &seen);
    stored_key_free(&key);
}

static void add_file(struct listing *listing, const char *path, const char *file)
{
    bool protected = false;
    const struct key_access access = {.passphrase = {.get = note_protected, .context = &protected}};
    struct key_finds finds = {0};
    struct problem problem = {0};
    if (!key_input_read(&finds, NULL, path, &access, &problem)) {
        if (protected)
            add_protected(listing, path, file);
        else
            say_bad(listing, &problem);
        return;
    }
    for (size_t i = 0; i < finds.count; i++)
        add_row(listing, &(struct seen){.name = finds.keys[i].name,
                                        .file = file,
                                        .created = "",
                                        .key = finds.keys[i].key,
                                        .private = rsa_key_is_private(finds.keys[i].key),
                                        .marks = finds.keys[i].marks});
    key_finds_free(&finds);
}

static void add_folder_file(void *context, const char *path)
{
    add_file(context, path, strrchr(path, '/') + 1);
}

/* --- all together ---------------------------------------------------------------------------- */

static bool fill(struct listing *listing, const struct list_options *options,
                 struct problem *problem)
{
    char path[HOME_PATH_BYTES];
    struct home home;
    struct allow_list *allowed = NULL;
    struct problem bad_list = {0};
    if (!allow_place_find(&home, path, &options->place, problem))
        return false;
    if (!allow_list_load(&allowed, path, &bad_list))
        say_bad(listing, &bad_list);
    listing->allowed = allowed;
    bool done = !options->folder ? list_home(listing, &home, problem)
                                 : folder_files(options->folder, add_folder_file, listing, problem);
    allow_list_free(allowed);
    return done;
}

int keytool_list(int argc, char **argv)
{
    struct list_options options = {.json = false};
    struct problem problem = {0};
    struct listing listing = {.whole = true};
    console_parse(&command, argc, argv, &options);
    listing.table = table_new(columns);
    bool done = (listing.table || problem_memory(&problem)) && fill(&listing, &options, &problem) &&
                (table_print(listing.table, options.json) || problem_memory(&problem));
    table_free(listing.table);
    if (!done)
        return console_problem(&problem, CONSOLE_FAILED);
    return listing.whole ? CONSOLE_DONE : CONSOLE_FAILED;
}
