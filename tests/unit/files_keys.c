/*
 * The key store: what is kept, what is refused, and the same key ever after.
 */
#include "key_formats.h"
#include "key_store.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct home home;
static char *folder;

static void set_up(void)
{
    folder = scratch_new();
    struct problem problem = {0};
    cr_assert(home_find(&home, folder, &problem), "%s", problem.message);
    cr_assert(home_make(&home, HOME_KEYS, &problem), "%s", problem.message);
}

static void tear_down(void)
{
    scratch_remove(folder);
}

TestSuite(files_keys, .init = set_up, .fini = tear_down);

static struct rsa_key *textbook(void)
{
    struct rsa_key *pair;
    cr_assert_eq(rsa_key_from_primes(&pair, "61", "53", "17"), RSA_OK);
    return pair;
}

static void save(const char *name, const struct key_saving *how)
{
    struct problem problem = {0};
    struct rsa_key *pair = textbook();
    cr_assert(key_store_save(&home, name, pair, how, NULL, &problem), "%s", problem.message);
    rsa_key_free(pair);
}

static mode_t mode_of(const char *name)
{
    char *path = scratch_path(folder, name);
    struct stat status;
    cr_assert_eq(stat(path, &status), 0, "%s", path);
    free(path);
    return status.st_mode & 0777;
}

Test(files_keys, a_saved_key_is_loaded_as_it_was)
{
    struct stored_key key;
    struct problem problem = {0};
    save("anna", NULL);
    cr_expect_eq(mode_of("keys/anna.key.csv"), 0600);
    cr_assert(key_store_load(&key, &home, "anna", KEY_PRIVATE, NULL, &problem), "%s",
              problem.message);
    cr_expect_str_eq(key.name, "anna");
    cr_expect(timestamp_valid(key.created));
    struct rsa_key *pair = textbook();
    for (size_t i = 0; i < RSA_NUMBERS; i++) {
        char *want = rsa_key_number_text(pair, (enum rsa_number)i, 10);
        char *got = rsa_key_number_text(key.key, (enum rsa_number)i, 10);
        cr_expect_str_eq(got, want, "%s", rsa_number_name((enum rsa_number)i));
        rsa_text_free(want);
        rsa_text_free(got);
    }
    rsa_key_free(pair);
    stored_key_free(&key);
    cr_assert(key_store_load(&key, &home, "anna", KEY_PUBLIC, NULL, &problem));
    cr_expect_not(rsa_key_is_private(key.key), "the public half has private numbers");
    stored_key_free(&key);
}

Test(files_keys, cyrillic_names)
{
    struct stored_key key;
    save("Анна", NULL);
    cr_assert(key_store_load(&key, &home, "Анна", KEY_PRIVATE, NULL, NULL));
    stored_key_free(&key);
}

static void expect_refused(const char *name, enum key_part part, const char *what)
{
    struct stored_key key;
    struct problem problem = {0};
    cr_expect_not(key_store_load(&key, &home, name, part, NULL, &problem), "want '%s'", what);
    cr_expect_not_null(strstr(problem.message, what), "want '%s', got '%s'", what, problem.message);
    cr_expect(problem.hint[0] != '\0', "no hint with '%s'", problem.message);
    cr_expect_null(key.key);
}

Test(files_keys, a_private_key_that_others_can_read_is_refused)
{
    save("anna", NULL);
    char *path = scratch_path(folder, "keys/anna.key.csv");
    static const mode_t modes[] = {0640, 0604, 0620, 0601, 0644};
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        cr_assert_eq(chmod(path, modes[i]), 0);
        expect_refused("anna", KEY_PRIVATE, "others can read or write");
    }
    cr_assert_eq(chmod(path, 0400), 0);
    struct stored_key key;
    cr_expect(key_store_load(&key, &home, "anna", KEY_PRIVATE, NULL, NULL));
    stored_key_free(&key);
    free(path);
}

Test(files_keys, a_published_key_is_refused_unless_asked_for)
{
    struct stored_key key;
    save("anna", &(struct key_saving){.marks.published = true});
    char *path = scratch_path(folder, "keys/anna.key.csv");
    cr_assert_eq(chmod(path, 0644), 0);
    expect_refused("anna", KEY_PRIVATE, "published example");
    const struct key_access published = {.allow_published = true};
    cr_assert(key_store_load(&key, &home, "anna", KEY_PRIVATE, &published, NULL));
    cr_expect(key.marks.published);
    stored_key_free(&key);
    cr_assert(key_store_load(&key, &home, "anna", KEY_PUBLIC, NULL, NULL));
    cr_expect(key.marks.published, "the public half carries the mark too");
    stored_key_free(&key);
    free(path);
}

/* Loads keys/NAME under a seed (0: none); expects it, or what the refusal says. */
static void expect_under(const char *name, uint32_t number, bool published, const char *refusal)
{
    struct lesson_seed seed;
    struct stored_key key;
    struct problem problem = {0};
    lesson_seed_start(&seed, number, name);
    const struct key_access access = {.seed = number ? &seed : NULL, .allow_published = published};
    bool loaded = key_store_load(&key, &home, name, KEY_PRIVATE, &access, &problem);
    cr_expect_eq(loaded, !refusal, "%s under %u: %s", name, number, problem.message);
    if (!loaded && refusal)
        cr_expect_not_null(strstr(problem.message, refusal), "want '%s', got '%s'", refusal,
                           problem.message);
    cr_expect(loaded || problem.hint[0] != '\0', "no hint with '%s'", problem.message);
    stored_key_free(&key);
}

Test(files_keys, seeded_keys_and_others_do_not_mix)
{
    struct stored_key key;
    save("own", NULL);
    save("example", &(struct key_saving){.marks.published = true});
    save("seeded", &(struct key_saving){.marks.seed = {true, 7}});
    expect_under("own", 0, false, NULL);
    expect_under("own", 7, false, "not made under --seed");
    expect_under("example", 7, true, NULL);
    expect_under("example", 7, false, "published example");
    expect_under("seeded", 7, false, NULL);
    expect_under("seeded", 8, true, "was made under --seed 7, and this is --seed 8");
    expect_under("seeded", 0, true, "was made under --seed 7");
    cr_assert(key_store_load(&key, &home, "seeded", KEY_PUBLIC, NULL, NULL));
    cr_expect(key.marks.seed.given && key.marks.seed.number == 7,
              "the public half carries the mark too");
    stored_key_free(&key);
    cr_expect_eq(mode_of("keys/seeded.key.csv"), 0600);
}

Test(files_keys, a_key_made_under_a_seed_is_the_same_in_every_home)
{
    struct lesson_seed seed;
    struct stored_key keys[3];
    static const char *const names[] = {"anna", "boris", "anna"};
    static const char *const folders[] = {"one", "one", "two"};
    for (size_t i = 0; i < 3; i++) {
        struct home place;
        char *path = scratch_path(folder, folders[i]);
        lesson_seed_start(&seed, 7, names[i]);
        cr_assert(home_find(&place, path, NULL));
        cr_assert(key_store_get(&keys[i], NULL, &place, names[i], 512,
                                &(struct key_access){.seed = &seed}, NULL));
        cr_expect(keys[i].marks.seed.given && keys[i].marks.seed.number == 7);
        free(path);
    }
    cr_expect(rsa_key_equal_public(keys[0].key, keys[2].key));
    cr_expect_not(rsa_key_equal_public(keys[0].key, keys[1].key));
    for (size_t i = 0; i < 3; i++)
        stored_key_free(&keys[i]);
}

#define GOOD                                                                                       \
    "field,value\ntype,rsa-private\nname,x\ncreated,2026-02-03T04:05:06Z\nbits,12\n"               \
    "n,3233\ne,17\nd,413\np,61\nq,53\ndp,53\ndq,49\nqinv,38\n"

static void write_key(const char *text)
{
    scratch_write(folder, "keys/x.key.csv", text);
    char *path = scratch_path(folder, "keys/x.key.csv");
    cr_assert_eq(chmod(path, 0600), 0);
    free(path);
}

Test(files_keys, the_good_key_of_the_next_test_is_good)
{
    struct stored_key key;
    struct problem problem = {0};
    write_key(GOOD);
    cr_assert(key_store_load(&key, &home, "x", KEY_PRIVATE, NULL, &problem), "%s", problem.message);
    stored_key_free(&key);
}

/* GOOD with one line replaced. */
static void expect_bad_line(const char *line, const char *by, const char *what)
{
    char text[1024];
    const char *at = strstr(GOOD, line);
    cr_assert_not_null(at, "%s", line);
    snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - GOOD), GOOD, by, at + strlen(line));
    write_key(text);
    expect_refused("x", KEY_PRIVATE, what);
}

Test(files_keys, a_bad_number_is_named_with_its_line_and_column)
{
    expect_bad_line("n,3233\n", "n,3235\n", "x.key.csv:6:3: value: n:");
    expect_bad_line("n,3233\n", "n,\n", "x.key.csv:6:3: value: n: missing");
    expect_bad_line("n,3233\n", "", "the field n is missing");
    expect_bad_line("n,3233\n", "n,hello\n", "x.key.csv:6:3:");
    expect_bad_line("e,17\n", "e,16\n", "x.key.csv:7:3: value: e:");
    expect_bad_line("e,17\n", "e,1\n", "x.key.csv:7:3: value: e:");
    expect_bad_line("d,413\n", "d,415\n", "x.key.csv:8:3: value: d:");
    expect_bad_line("d,413\n", "", "the field d is missing");
    expect_bad_line("p,61\n", "p,63\n", "x.key.csv:6:3: value: n:");
    expect_bad_line("p,61\n", "", "the field p is missing");
    expect_bad_line("q,53\n", "q,61\n", "x.key.csv:");
    expect_bad_line("dp,53\n", "dp,52\n", "x.key.csv:11:4: value: dp:");
    expect_bad_line("dq,49\n", "dq,48\n", "x.key.csv:12:4: value: dq:");
    expect_bad_line("qinv,38\n", "qinv,3\n", "x.key.csv:13:6: value: qinv:");
    expect_bad_line("bits,12\n", "bits,2048\n", "x.key.csv:5:6: value: bits:");
    expect_bad_line("type,rsa-private\n", "type,dsa\n", "x.key.csv:2:6: value: type:");
    expect_bad_line("type,rsa-private\n", "", "the field type is missing");
    expect_bad_line("created,2026-02-03T04:05:06Z\n", "created,monday\n", "x.key.csv:4:9:");
    expect_bad_line("name,x\n", "name,../x\n", "x.key.csv:3:6: value: name:");
    expect_bad_line("name,x\n", "published,perhaps\n", "x.key.csv:3:11:");
    expect_bad_line("name,x\n", "seed,yes\n", "x.key.csv:3:6:");
    expect_bad_line("name,x\n", "seed,-1\n", "x.key.csv:3:6:");
    expect_bad_line("name,x\n", "seed,4294967296\n", "x.key.csv:3:6:");
    expect_bad_line("name,x\n", "seed,18446744073709551623\n", "x.key.csv:3:6:");
    struct stored_key key;
    struct problem problem = {0};
    write_key(GOOD "n,3233\n");
    cr_expect_not(key_store_load(&key, &home, "x", KEY_PRIVATE, NULL, &problem));
    cr_expect_not_null(strstr(problem.message, "x.key.csv:14:1: field: n stands in line 6"), "%s",
                       problem.message);
}

/* Cut anywhere before the CRT parts, which can be computed from the rest, it is refused. */
Test(files_keys, a_half_written_key_is_refused)
{
    size_t whole = strlen(GOOD), enough = (size_t)(strstr(GOOD, "\ndp,") - GOOD);
    for (size_t bytes = 0; bytes < whole; bytes++) {
        struct stored_key key;
        struct problem problem = {0};
        char text[1024];
        snprintf(text, sizeof(text), "%.*s", (int)bytes, GOOD);
        write_key(text);
        bool done = key_store_load(&key, &home, "x", KEY_PRIVATE, NULL, &problem);
        cr_expect(!done || bytes >= enough, "cut after %zu bytes it was taken", bytes);
        cr_expect(done || strstr(problem.message, "x.key.csv"), "%s", problem.message);
        stored_key_free(&key);
    }
}

Test(files_keys, the_public_half_is_no_private_key)
{
    save("anna", NULL);
    char *path = scratch_path(folder, "keys/anna.key.csv");
    cr_assert_eq(unlink(path), 0);
    free(path);
    expect_refused("anna", KEY_PRIVATE, "public half");
    expect_refused("nobody", KEY_PRIVATE, "no key 'nobody'");
    expect_refused("../anna", KEY_PUBLIC, "does not begin");
}

Test(files_keys, a_key_is_replaced_only_when_asked_and_a_copy_stays)
{
    char backup[HOME_PATH_BYTES];
    struct problem problem = {0};
    struct rsa_key *pair;
    save("anna", NULL);
    char *old = scratch_read(folder, "keys/anna.key.csv");
    cr_assert_eq(rsa_key_generate(&pair, 64, "17", NULL), RSA_OK);
    cr_expect_not(key_store_save(&home, "anna", pair, NULL, backup, &problem));
    cr_expect_not_null(strstr(problem.message, "already"), "%s", problem.message);
    problem = (struct problem){0};
    cr_assert(key_store_save(&home, "anna", pair, &(struct key_saving){.replace = true}, backup,
                             &problem),
              "%s", problem.message);
    char *kept = scratch_read(folder, backup + strlen(folder) + 1);
    cr_expect_str_eq(kept, old, "the copy is not the old key");
    struct stored_key key;
    for (int part = KEY_PUBLIC; part <= KEY_PRIVATE; part++) {
        cr_assert(key_store_load(&key, &home, "anna", (enum key_part)part, 0, NULL));
        cr_expect(rsa_key_equal_public(key.key, pair));
        stored_key_free(&key);
    }
    rsa_key_free(pair);
    free(kept);
    free(old);
}

static void get(struct stored_key *key, bool *created)
{
    struct problem problem = {0};
    cr_assert(key_store_get(key, created, &home, "server", 256, 0, &problem), "%s",
              problem.message);
}

Test(files_keys, get_makes_a_key_once)
{
    struct stored_key first, second;
    bool created;
    get(&first, &created);
    cr_expect(created);
    char *path = scratch_path(folder, "keys/server.pub.csv");
    cr_assert_eq(unlink(path), 0); /* as after a crash between the two files */
    get(&second, &created);
    cr_expect_not(created);
    cr_expect(rsa_key_equal_public(first.key, second.key));
    cr_expect_eq(access(path, F_OK), 0, "the public file was not made again");
    free(path);
    stored_key_free(&first);
    stored_key_free(&second);
}

Test(files_keys, get_never_replaces_a_bad_key)
{
    struct stored_key key;
    struct problem problem = {0};
    write_key("field,value\ntype,rsa-pri");
    cr_expect_not(key_store_get(&key, NULL, &home, "x", 256, 0, &problem));
    char *text = scratch_read(folder, "keys/x.key.csv");
    cr_expect_str_eq(text, "field,value\ntype,rsa-pri");
    free(text);
}

#define PROCESSES 8

/* All at once, in a store that is empty: one pair comes out, and all of them have it. */
Test(files_keys, processes_that_get_a_key_at_once_get_the_same)
{
    int start[2], results[2];
    cr_assert_eq(pipe(start), 0);
    cr_assert_eq(pipe(results), 0);
    for (int i = 0; i < PROCESSES; i++) {
        if (fork() != 0)
            continue;
        struct stored_key key;
        uint8_t n[64] = {0};
        char go;
        bool created = false;
        close(start[1]);
        if (read(start[0], &go, 1) != 0 || /* the end of the pipe is the signal */
            !key_store_get(&key, &created, &home, "server", 256, 0, NULL))
            _exit(1);
        rsa_key_number_bytes(key.key, RSA_N, n, sizeof(n) - 1);
        n[sizeof(n) - 1] = created;
        _exit(write(results[1], n, sizeof(n)) == (ssize_t)sizeof(n) ? 0 : 1);
    }
    close(start[1]);
    uint8_t first[64], other[64];
    int makers = 0, status;
    for (int i = 0; i < PROCESSES; i++)
        cr_assert(wait(&status) > 0 && status == 0, "one failed");
    for (int i = 0; i < PROCESSES; i++) {
        cr_assert_eq(read(results[0], i == 0 ? first : other, 64), 64);
        makers += i == 0 ? first[63] : other[63];
        cr_expect(i == 0 || memcmp(first, other, 63) == 0, "two different keys");
    }
    cr_expect_eq(makers, 1, "%d say that they made it", makers);
}

Test(files_keys, names_are_listed_once_and_sorted)
{
    char **names;
    size_t count;
    struct problem problem = {0};
    save("boris", NULL);
    save("anna", NULL);
    scratch_write(folder, "keys/notes.txt", "");
    scratch_write(folder, "keys/.hidden.key.csv", "");
    cr_assert(key_store_names(&names, &count, &home, &problem), "%s", problem.message);
    cr_assert_eq(count, 2, "%zu names", count);
    cr_expect_str_eq(names[0], "anna");
    cr_expect_str_eq(names[1], "boris");
    key_store_names_free(names, count);
}

/* Each field is looked for among all: so their number is bounded before. */
Test(files_keys, a_key_file_of_a_hundred_thousand_fields_is_refused_at_once, .timeout = 60)
{
    char *text = malloc(16 * 100000), *at = stpcpy(text, "field,value\n");
    struct key_finds finds;
    struct problem problem = {0};
    for (unsigned i = 0; i < 99999; i++)
        at += sprintf(at, "f%u,1\n", i);
    cr_assert_not(key_formats_read(&finds, "f.csv", text, (size_t)(at - text), NULL, &problem));
    cr_expect_str_eq(problem.message, "f.csv:102:1: field: more than 100 fields");
    free(text);
}

Test(files_keys, copies_of_one_second_do_not_meet)
{
    char backup[HOME_PATH_BYTES], first[HOME_PATH_BYTES] = "";
    struct problem problem = {0};
    char *texts[4];
    size_t copies = 0;
    save("anna", NULL);
    for (size_t i = 0; i < 4; i++) { /* in less than two seconds, so two of them share one */
        struct rsa_key *pair;
        texts[i] = scratch_read(folder, "keys/anna.key.csv");
        cr_assert_eq(rsa_key_generate(&pair, 64, "17", NULL), RSA_OK);
        cr_assert(key_store_save(&home, "anna", pair, &(struct key_saving){.replace = true}, backup,
                                 &problem),
                  "%s", problem.message);
        rsa_key_free(pair);
        char *kept = scratch_read(folder, backup + strlen(folder) + 1);
        cr_expect_str_eq(kept, texts[i], "%s is not the old key", backup);
        cr_expect_str_neq(backup, first);
        strcpy(first, backup);
        free(kept);
    }
    char *keys = scratch_path(folder, "keys");
    DIR *stream = opendir(keys);
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;)
        copies += strncmp(entry->d_name, "anna.key.csv.", 13) == 0;
    closedir(stream);
    cr_expect_eq(copies, 4, "%zu copies of 4", copies);
    for (size_t i = 0; i < 4; i++)
        free(texts[i]);
    free(keys);
}

/* As a killed gen leaves it. */
Test(files_keys, a_private_half_alone_is_made_whole_at_its_next_use)
{
    for (int part = KEY_PUBLIC; part <= KEY_WHOLE; part++) {
        struct stored_key key;
        char name[16];
        snprintf(name, sizeof(name), "anna%d", part);
        save(name, NULL);
        char *path = scratch_path(folder, "keys/anna?.pub.csv");
        *strchr(path, '?') = name[4];
        char *before = scratch_read(folder, path + strlen(folder) + 1);
        cr_assert_eq(unlink(path), 0);
        cr_assert(key_store_load(&key, &home, name, (enum key_part)part, NULL, NULL));
        char *after = scratch_read(folder, path + strlen(folder) + 1);
        cr_expect_str_eq(after, before, "%s", name);
        stored_key_free(&key);
        free(before);
        free(after);
        free(path);
    }
}

/* With a private key in them, maybe. */
Test(files_keys, temporary_files_of_killed_programs_go)
{
    scratch_write(folder, "keys/.boris.key.csv.tmp", "half a ke");
    scratch_write(folder, "keys/.boris.tmp.txt", "somebody's own");
    scratch_write(folder, "keys/boris.tmp", "likewise");
    save("anna", NULL);
    char *gone = scratch_path(folder, "keys/.boris.key.csv.tmp");
    char *own = scratch_path(folder, "keys/.boris.tmp.txt");
    char *other = scratch_path(folder, "keys/boris.tmp");
    cr_expect_neq(access(gone, F_OK), 0);
    cr_expect_eq(access(own, F_OK), 0);
    cr_expect_eq(access(other, F_OK), 0);
    free(gone);
    free(own);
    free(other);
}
