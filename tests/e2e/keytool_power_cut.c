/*
 * A power cut at any moment: every command of keytool that writes is stopped after each of its
 * system calls. Each file that has a name of its own is then what it was, or what it will be; and
 * the same command, run again from there, gets to where the first would have got.
 */
#include "process.h"
#include "scratch.h"
#include "stepped.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILES  48 /* in a scene */
#define STATES 64 /* that one command leads through */

struct file {
    char *name; /* from the scene's folder */
    char *data;
    size_t bytes;
};

/* A folder as it lies there, hidden files and all, but for locks. */
struct state {
    size_t count;
    struct file files[FILES];
    char *copy; /* a folder with the same in it */
};

/* All that one command led through; the first is before it, the last behind it. */
struct scene {
    char *folder; /* with the home in it */
    struct state states[STATES];
    size_t count;
};

static int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int shell(const char *format, ...)
{
    char *command;
    va_list arguments;
    va_start(arguments, format);
    cr_assert(vasprintf(&command, format, arguments) > 0);
    va_end(arguments);
    int status = system(command);
    free(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* --- states ---------------------------------------------------------------------------------- */

static void read_file(struct file *file, const char *folder, const char *name)
{
    char *path = scratch_path(folder, name);
    FILE *stream = fopen(path, "r");
    size_t space;
    FILE *out = open_memstream(&file->data, &space);
    cr_assert(stream && out, "%s", path);
    for (int byte; (byte = getc(stream)) != EOF;)
        putc(byte, out);
    fclose(stream);
    fclose(out);
    file->bytes = space;
    file->name = strdup(name);
    free(path);
}

static bool is_lock(const char *name)
{
    size_t bytes = strlen(name);
    return bytes > 5 && strcmp(name + bytes - 5, ".lock") == 0;
}

static void read_folder(struct state *state, const char *folder, const char *inside)
{
    char *path = scratch_path(folder, inside);
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    cr_assert(count >= 0, "%s", path);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char *relative;
        cr_assert(asprintf(&relative, "%s/%s", inside, name) > 0);
        if (entries[i]->d_type == DT_DIR && name[0] != '.') {
            read_folder(state, folder, relative);
        } else if (entries[i]->d_type != DT_DIR && !is_lock(name)) {
            cr_assert(state->count < FILES);
            read_file(&state->files[state->count++], folder, relative);
        }
        free(relative);
        free(entries[i]);
    }
    free(entries);
    free(path);
}

static const struct file *find_file(const struct state *state, const char *name)
{
    for (size_t i = 0; i < state->count; i++)
        if (strcmp(state->files[i].name, name) == 0)
            return &state->files[i];
    return NULL;
}

/* Both absent is the same, too. */
static bool same_file(const struct file *a, const struct file *b)
{
    return !a || !b ? a == b : a->bytes == b->bytes && memcmp(a->data, b->data, a->bytes) == 0;
}

static bool same_state(const struct state *a, const struct state *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = same_file(find_file(b, a->files[i].name), &a->files[i]);
    return same;
}

static void free_state(struct state *state)
{
    for (size_t i = 0; i < state->count; i++) {
        free(state->files[i].name);
        free(state->files[i].data);
    }
    if (state->copy)
        scratch_remove(state->copy);
    *state = (struct state){0};
}

/* Called at every stop: keeps a state that is another one than before. */
static void look(void *context)
{
    struct scene *scene = context;
    struct state now = {0};
    read_folder(&now, scene->folder, ".");
    if (scene->count > 0 && same_state(&scene->states[scene->count - 1], &now)) {
        free_state(&now);
        return;
    }
    cr_assert(scene->count < STATES);
    now.copy = scratch_new();
    cr_assert_eq(shell("cp -a '%s'/. '%s'", scene->folder, now.copy), 0);
    scene->states[scene->count++] = now;
}

/* --- what has to hold ------------------------------------------------------------------------ */

/* Hidden: a temporary one. TIME behind: a copy that --force keeps. */
static bool has_its_name(const char *name)
{
    return strrchr(name, '/')[1] != '.' && !strstr(name, ".csv.2");
}

/* The public file goes first and comes last when a pair is replaced; it is made from the other. */
static bool may_be_absent(const char *name)
{
    return strstr(name, ".pub.csv") != NULL;
}

static void check_old_or_new(const struct scene *scene, const struct state *state,
                             const char *command)
{
    const struct state *first = &scene->states[0], *last = &scene->states[scene->count - 1];
    for (size_t i = 0; i < scene->count; i++) { /* every name that there ever is */
        for (size_t j = 0; j < scene->states[i].count; j++) {
            const char *name = scene->states[i].files[j].name;
            const struct file *now = find_file(state, name);
            if (!has_its_name(name) || (!now && may_be_absent(name)))
                continue;
            cr_expect(same_file(now, find_file(first, name)) ||
                          same_file(now, find_file(last, name)),
                      "%s: %s is neither the old nor the new", command, name);
        }
    }
}

/* The same command, from what lies there. It may find that all is done. */
static void check_next_run(const struct scene *scene, const struct state *state,
                           const char *command)
{
    const struct state *last = &scene->states[scene->count - 1];
    struct state after = {0};
    int status = shell("cd '%s' && GLASSBOX_HOME=home \"$KEYTOOL\" %s >said 2>&1 </dev/null",
                       state->copy, command);
    char *said = scratch_read(state->copy, "said");
    cr_expect(status == 0 || status == 1, "%s: %s", command, said);
    read_folder(&after, state->copy, ".");
    for (size_t i = 0; i < last->count; i++) {
        const char *name = last->files[i].name;
        cr_expect(!has_its_name(name) || may_be_absent(name) || find_file(&after, name),
                  "%s: then there is no %s: %s", command, name, said);
    }
    cr_expect_eq(shell("cd '%s' && GLASSBOX_HOME=home \"$KEYTOOL\" list >said 2>&1 && "
                       "GLASSBOX_HOME=home \"$KEYTOOL\" allow list >>said 2>&1",
                       state->copy),
                 0, "%s: then not even list works", command);
    free(said);
    free_state(&after);
}

/* prepare: shell commands that make the scene in the working folder. command: the words behind
 * keytool, without blanks inside. */
static void play(const char *prepare, const char *command)
{
    struct scene scene = {.folder = scratch_new()};
    const char *arguments[16] = {"keytool"};
    char *home = scratch_path(scene.folder, "home"), *words = strdup(command), *rest = words;
    for (size_t i = 1; rest && i < 15; i++)
        arguments[i] = strsep(&rest, " ");
    cr_assert_eq(shell("cd '%s' && export GLASSBOX_HOME=home && { %s; } >/dev/null 2>&1",
                       scene.folder, prepare),
                 0, "%s", prepare);
    look(&scene);
    struct stepped stepped = stepped_run(home, scene.folder, arguments, look, &scene);
    cr_expect_eq(stepped.status, 0, "%s: status %d", command, stepped.status);
    cr_expect_gt(stepped.stops, 50, "%s: %zu stops", command, stepped.stops);
    cr_expect_eq(stepped.unsynced_renames, 0, "%s: renamed before it was synced", command);
    cr_expect_gt(scene.count, 1, "%s changed nothing", command);
    for (size_t i = 0; i < scene.count; i++) {
        check_old_or_new(&scene, &scene.states[i], command);
        check_next_run(&scene, &scene.states[i], command);
    }
    for (size_t i = 0; i < scene.count; i++)
        free_state(&scene.states[i]);
    scratch_remove(scene.folder);
    free(home);
    free(words);
}

/* --- the commands ---------------------------------------------------------------------------- */

static void set_up(void)
{
    const char *bin = getenv("GLASSBOX_BIN");
    char *folder = realpath(!bin ? "bin" : bin, NULL), *keytool;
    cr_assert(asprintf(&keytool, "%s/keytool", folder) > 0);
    setenv("KEYTOOL", keytool, 1);
    free(keytool);
    free(folder);
}

TestSuite(keytool_power_cut, .init = set_up, .timeout = 300);

#define KEYTOOL "\"$KEYTOOL\" "
#define ANNA    KEYTOOL "gen anna --bits 512 && "
#define BORIS   KEYTOOL "gen boris --bits 512 --home away && "
#define LIST    ANNA BORIS KEYTOOL "allow add anna && "
#define PENDING                                                                                    \
    LIST "printf '%s\\n' fingerprint,number,address,times,first_seen,last_seen,n,e "               \
         ",7,192.0.2.9,3,2026-02-03T04:05:06Z,2026-02-03T04:06:06Z,0xca1,0x11 >home/pending.csv"
#define SECRET ANNA "echo secret >word && chmod 600 word && echo hello >message"

Test(keytool_power_cut, keys)
{
    play("mkdir home", "gen anna --bits 512");
    play(ANNA "true", "gen anna --bits 512 --force");
    play(ANNA BORIS KEYTOOL "export boris --home away --format pkcs8 -o boris.pem",
         "import boris.pem");
    play(SECRET, "passwd anna --new-passphrase-file word --iterations 10000");
}

Test(keytool_power_cut, the_allow_list)
{
    play(ANNA "true", "allow add anna");
    play(LIST "true", "allow add away/keys/boris.pub.csv");
    play(LIST "true", "allow set anna --quota 1G");
    play(LIST "true", "allow remove anna");
    play(PENDING, "allow accept --all --yes");
    play(PENDING, "allow reject 7");
    play(LIST KEYTOOL "allow add boris --home away && " KEYTOOL
                      "allow export --home away -o out.csv",
         "allow import out.csv");
}

Test(keytool_power_cut, results)
{
    play(LIST "echo old >out", "allow export -o out");
    play(ANNA "true", "export anna --format pkcs8 -o out");
    play(SECRET, "encrypt anna message --padding pkcs1v15 -o out");
    play(SECRET, "sign anna message --padding pkcs1v15 -o out");
    play("echo hello >message && " KEYTOOL "gen carl --bits 1024", "seal message --to carl -o out");
    play("echo hello >message && " KEYTOOL "gen carl --bits 1024 && " KEYTOOL
         "seal message --to carl -o sealed && echo old >out",
         "open carl sealed -o out");
}
