/*
 * A key serves one purpose: keys of the modern family and of the textbook family are kept apart in
 * every file, and what a textbook server can be made to compute is no signature of the modern one.
 */
#include "allow_edit.h"
#include "channel_hash.h"
#include "home_option.h"
#include "identity.h"
#include "known_peers.h"
#include "rsa_listener.h"
#include "rsa_raw.h"
#include "scratch.h"
#include "small_keys.h"
#include "sym_sha256.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct home home;
static char *folder, *path;
static struct rsa_key *first, *second;
static struct problem problem;

static void set_up(void)
{
    folder = scratch_new();
    path = scratch_path(folder, "list.csv");
    first = small_key(1);
    second = small_key(2);
    problem = (struct problem){0};
    cr_assert(home_find(&home, folder, &problem), "%s", problem.message);
    cr_assert(home_make(&home, HOME_KEYS, &problem), "%s", problem.message);
}

static void tear_down(void)
{
    rsa_key_free(first);
    rsa_key_free(second);
    free(path);
    scratch_remove(folder);
}

TestSuite(files_family, .init = set_up, .fini = tear_down);

static void expect_problem(bool done, const char *what)
{
    cr_expect_not(done);
    cr_expect_not_null(strstr(problem.message, what), "got '%s', want '%s'", problem.message, what);
    problem = (struct problem){0};
}

/* --- keys ------------------------------------------------------------------------------------ */

static bool loads(const char *name, enum key_part part, enum key_family family)
{
    const struct key_access access = {.family = family};
    struct stored_key key;
    bool done = key_store_load(&key, &home, name, part, &access, &problem);
    stored_key_free(&key);
    return done;
}

Test(files_family, a_private_key_is_used_in_its_own_family_alone)
{
    static const struct key_saving how = {.marks.family = FAMILY_TEXTBOOK};
    struct rsa_key *pair;
    cr_assert_eq(rsa_key_generate(&pair, 512, NULL, NULL), RSA_OK);
    cr_assert(key_store_save(&home, "plain", pair, NULL, NULL, &problem), "%s", problem.message);
    cr_assert(key_store_save(&home, "course", pair, &how, NULL, &problem), "%s", problem.message);
    rsa_key_free(pair);
    cr_expect(loads("plain", KEY_PRIVATE, FAMILY_MODERN), "%s", problem.message);
    cr_expect(loads("course", KEY_PRIVATE, FAMILY_TEXTBOOK), "%s", problem.message);
    cr_expect(loads("plain", KEY_PUBLIC, FAMILY_TEXTBOOK) &&
              loads("course", KEY_PUBLIC, FAMILY_MODERN));
    expect_problem(loads("course", KEY_PRIVATE, FAMILY_MODERN), "a key of the textbook suite");
    expect_problem(loads("plain", KEY_PRIVATE, FAMILY_TEXTBOOK), "a key of the modern suite");
    struct stored_key key;
    expect_problem(key_store_load(&key, &home, "course", KEY_PRIVATE, NULL, &problem),
                   "one purpose");
}

/* --- the allow-list -------------------------------------------------------------------------- */

static const char list_text[] = "name,family,n,e\n"
                                "anna,,0xc000000000000011,17\n"
                                "anna,textbook,0xc000000000000021,17\n"
                                "Boris,textbook,0xc000000000000031,17\n";

Test(files_family, an_allowed_key_comes_in_by_its_own_family)
{
    struct allow_list *list;
    scratch_write(folder, "list.csv", list_text);
    cr_assert(allow_list_load(&list, path, &problem), "%s", problem.message);
    cr_expect_not_null(allow_list_find(list, first, FAMILY_MODERN));
    cr_expect_null(allow_list_find(list, first, FAMILY_TEXTBOOK));
    cr_expect_not_null(allow_list_find(list, second, FAMILY_TEXTBOOK));
    cr_expect_null(allow_list_find(list, second, FAMILY_MODERN));
    cr_expect_eq(allow_list_find_name(list, "anna", FAMILY_TEXTBOOK)->line, 3u);
    expect_problem(allow_list_find_word(list, "anna", &problem) != NULL, "two keys called 'anna'");
    cr_expect_not_null(allow_list_find_word(list, "Boris", &problem));
    allow_list_free(list);
    scratch_write(folder, "list.csv", "family,n,e\ncourse,0xc000000000000011,17\n");
    expect_problem(allow_list_load(&list, path, &problem), ":2:1: family: neither");
    scratch_write(folder, "list.csv",
                  "family,n,e\n,0xc000000000000011,17\n"
                  "textbook,0xc000000000000011,17\n");
    expect_problem(allow_list_load(&list, path, &problem), "the same key as in line 2");
}

Test(files_family, a_name_is_one_key_in_each_family)
{
    struct rsa_key *third = small_key(4);
    struct allow_new entry = {.key = third, .name = "boris", .quota = ALLOW_NO_QUOTA};
    scratch_write(folder, "list.csv", list_text);
    entry.family = FAMILY_TEXTBOOK;
    expect_problem(allow_list_add(path, &entry, NULL, &problem), "looks like 'Boris'");
    entry.family = FAMILY_MODERN;
    cr_expect(allow_list_add(path, &entry, NULL, &problem), "%s", problem.message);
    char *text = scratch_read(folder, "list.csv");
    cr_expect_not_null(strstr(text, "\nboris,,"), "%s", text);
    free(text);
    rsa_key_free(third);
}

/* --- whom we have met ------------------------------------------------------------------------ */

Test(files_family, a_server_is_pinned_in_each_family)
{
    const struct known_server modern = {"host", 1, FAMILY_MODERN};
    const struct known_server textbook = {"host", 1, FAMILY_TEXTBOOK};
    enum known_peer answer;
    cr_assert(known_server_pin(path, &modern, first, false, &problem), "%s", problem.message);
    cr_assert(known_server_check(&answer, NULL, path, &textbook, second, &problem));
    cr_expect_eq(answer, KNOWN_NEW);
    cr_assert(known_server_pin(path, &textbook, second, false, &problem), "%s", problem.message);
    cr_assert(known_server_check(&answer, NULL, path, &textbook, second, &problem));
    cr_expect_eq(answer, KNOWN_SAME);
    cr_assert(known_server_check(&answer, NULL, path, &modern, first, &problem));
    cr_expect_eq(answer, KNOWN_SAME);
    const struct known_server elsewhere = {"other", 2, FAMILY_TEXTBOOK};
    cr_assert(known_server_check(&answer, NULL, path, &elsewhere, first, &problem));
    cr_expect_eq(answer, KNOWN_OTHER_FAMILY, "a key of the modern suite");
    cr_assert(known_server_check(&answer, NULL, path, &modern, second, &problem));
    cr_expect_eq(answer, KNOWN_OTHER_FAMILY, "a key of the textbook suite");
}

Test(files_family, a_refused_key_waits_for_the_suite_that_it_came_for)
{
    struct pending_keys *pending = pending_keys_new(path);
    struct pending_key *rows;
    size_t count;
    /* a file that is older than the column */
    scratch_write(folder, "list.csv",
                  "fingerprint,number,address,times,first_seen,last_seen,n,e\n"
                  ",1,::1,1,,,0xc000000000000041,17\n");
    pending_keys_record(pending, "::1", first, FAMILY_MODERN, "");
    pending_keys_record(pending, "::1", second, FAMILY_MODERN, "");
    pending_keys_record(pending, "::1", second, FAMILY_TEXTBOOK, "");
    struct peer_changes *changes = pending_keys_changes(pending);
    cr_assert(peer_changes_write(changes, &problem), "%s", problem.message);
    peer_changes_free(changes);
    cr_assert(pending_rows_read(&rows, &count, path, &problem), "%s", problem.message);
    cr_assert_eq(count, 3u);
    cr_expect_eq(rows[0].family, FAMILY_MODERN);
    cr_expect_eq(rows[1].family, FAMILY_MODERN);
    cr_expect_eq(rows[2].family, FAMILY_TEXTBOOK, "the last word counts");
    pending_rows_free(rows, count);
    pending_keys_free(pending);
}

/* --- the attack ------------------------------------------------------------------------------ */

struct encoded {
    uint8_t bytes[RSA_MAX_BYTES];
    size_t count;
};

static void keep_encoded(void *context, const struct rsa_step *step)
{
    struct encoded *encoded = context;
    if (strcmp(step->name, "EM") != 0)
        return;
    memcpy(encoded->bytes, step->bytes, step->count);
    encoded->count = step->count;
}

/* EM of RFC 8017 8.1.1 step 1 needs no private key; signing one's own way is how we come by it. */
static void encode(struct encoded *encoded, const uint8_t digest[SYM_SHA256_BYTES])
{
    const struct rsa_listener listener = {keep_encoded, encoded};
    uint8_t signature[RSA_MAX_BYTES];
    struct rsa_key *own;
    cr_assert_eq(rsa_key_generate(&own, CHANNEL_MODERN_BITS, NULL, NULL), RSA_OK);
    rsa_key_listen(own, &listener);
    cr_assert_eq(rsa_pss_sign(signature, own, &channel_hash, digest, NULL, NULL), RSA_OK);
    rsa_key_free(own);
    cr_assert_gt(encoded->count, 0u);
}

static void load_server(struct stored_key *stored, const char *suite_text)
{
    static const struct home_options options;
    struct channel_suite suite;
    bool created;
    cr_assert_eq(channel_suite_parse(&suite, suite_text), CHANNEL_OK);
    cr_assert(identity_load(stored, &created, &home, &options,
                            identity_default(CHANNEL_SERVER, suite), suite, &problem),
              "%s", problem.message);
}

/* A textbook server gives raw powers of its key to whoever asks often enough. Step 2 of 8.1.1 is
 * one: it makes a signature under that key, of no use against its home's modern server. */
Test(files_family, no_modern_signature_comes_out_of_a_textbook_server, .timeout = 120)
{
    static const uint8_t digest[SYM_SHA256_BYTES] = "what the modern server signs";
    struct stored_key textbook, modern;
    struct encoded encoded = {.count = 0};
    uint8_t power[RSA_MAX_BYTES];
    load_server(&textbook, "textbook");
    load_server(&modern, "modern");
    do { /* another salt, until EM is below n as it is */
        encode(&encoded, digest);
    } while (rsa_private(power, textbook.key, encoded.bytes, encoded.count, NULL) != RSA_OK);
    const size_t bytes = rsa_key_bytes(textbook.key);
    cr_expect_eq(
        rsa_pss_verify(power, bytes, textbook.key, &channel_hash, digest, RSA_PSS_ANY_SALT), RSA_OK,
        "the attack is well made");
    cr_expect_eq(rsa_pss_verify(power, bytes, modern.key, &channel_hash, digest, RSA_PSS_ANY_SALT),
                 RSA_ERR_VERIFY, "and works");
    cr_expect_not(rsa_key_equal_public(textbook.key, modern.key));
    stored_key_free(&textbook);
    stored_key_free(&modern);
}
