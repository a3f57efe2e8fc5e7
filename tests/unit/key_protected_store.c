/*
 * Keys under a passphrase in our own files: what NAME.key.csv says and does not say, its faults,
 * and how a passphrase comes, changes and goes.
 */
#include "base64.h"
#include "csv_table.h"
#include "key_protected.h"
#include "key_samples.h"
#include "passphrase_answers.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FEW 2 /* iterations: these tests are not about the time */

static const struct key_protection secret = {"secret", FEW};
static struct home home;
static char *folder;

static void set_up(void)
{
    folder = scratch_new();
    cr_assert(home_find(&home, folder, NULL) && home_make(&home, HOME_KEYS, NULL));
}

static void tear_down(void)
{
    scratch_remove(folder);
}

TestSuite(key_protected_store, .init = set_up, .fini = tear_down);

static void save(const struct key_protection *protection)
{
    struct problem problem = {0};
    cr_assert(key_store_save(&home, "anna", sample_pair(),
                             &(struct key_saving){.protection = protection}, NULL, &problem),
              "%s", problem.message);
}

/* Loads the pair with this passphrase (NULL: nobody is asked); the message if it cannot be. */
static const char *load(struct stored_key *key, enum key_part part, const char *passphrase)
{
    static struct problem problem;
    struct passphrase_answers answers = {.answers = {passphrase}};
    struct key_access access = answering(&answers);
    problem = (struct problem){0};
    return key_store_load(key, &home, "anna", part, !passphrase ? NULL : &access, &problem)
               ? NULL
               : problem.message;
}

/* None of the private numbers stands in the file, in any base. */
Test(key_protected_store, the_file_does_not_say_the_key)
{
    save(&secret);
    char *text = scratch_read(folder, "keys/anna.key.csv");
    for (size_t i = RSA_D; i < RSA_NUMBERS; i++) {
        char field[16];
        char *hex = rsa_key_number_text(sample_pair(), (enum rsa_number)i, 16);
        snprintf(field, sizeof(field), "\n%s,", rsa_number_name((enum rsa_number)i));
        cr_expect_null(strcasestr(text, hex + 2), "%s", field);
        cr_expect_null(strstr(text, field), "%s", field);
        rsa_text_free(hex);
    }
    cr_expect_not_null(strstr(text, "\nencrypted,MII"));
    free(text);
}

Test(key_protected_store, the_public_half_needs_no_passphrase)
{
    struct stored_key key;
    save(&secret);
    char *path = scratch_path(folder, "keys/anna.pub.csv");
    cr_assert_eq(remove(path), 0); /* so that the private file is what is read */
    cr_assert_null(load(&key, KEY_PUBLIC, NULL));
    cr_expect_eq(key.iterations, FEW);
    cr_expect_not(rsa_key_is_private(key.key));
    stored_key_free(&key);
    cr_assert_null(load(&key, KEY_WHOLE, "secret"));
    cr_expect(rsa_key_is_private(key.key));
    cr_expect_eq(key.iterations, FEW);
    stored_key_free(&key);
    cr_expect_not_null(load(&key, KEY_PRIVATE, "Secret"));
    cr_expect_not_null(load(&key, KEY_PRIVATE, NULL));
    free(path);
}

/* The file, with the line that begins with `field` replaced. */
static void edit(const char *field, const char *line)
{
    char *text = scratch_read(folder, "keys/anna.key.csv"), *at = strstr(text, field), *changed;
    cr_assert_not_null(at);
    cr_assert_geq(asprintf(&changed, "%.*s%s%s", (int)(at - text), text, line, strchr(at, '\n')),
                  0);
    scratch_write_secret(folder, "keys/anna.key.csv", changed);
    free(changed);
    free(text);
}

static void expect_message(const char *want)
{
    struct stored_key key;
    const char *message = load(&key, KEY_WHOLE, "secret");
    cr_assert_not_null(message, "accepted; want '%s'", want);
    cr_expect_not_null(strstr(message, want), "got '%s', want '%s'", message, want);
}

/* Somebody puts the n of a key of his own there: what is encrypted to it he could read. */
Test(key_protected_store, a_swapped_public_half_is_refused)
{
    struct rsa_key *other;
    save(&secret);
    cr_assert_eq(rsa_key_generate(&other, 512, NULL, NULL), RSA_OK);
    char *n = rsa_key_number_text(other, RSA_N, 16), *line;
    cr_assert_geq(asprintf(&line, "n,%s", n), 0);
    edit("n,0x", line);
    expect_message("encrypted: n and e of this file are not those of what it holds");
    free(line);
    rsa_text_free(n);
    rsa_key_free(other);
}

Test(key_protected_store, another_public_exponent_is_refused)
{
    save(&secret);
    edit("e,0x10001", "e,0x3");
    expect_message("encrypted: n and e of this file are not those of what it holds");
}

Test(key_protected_store, faults_of_the_field)
{
    static const struct {
        const char *field, *line, *want;
    } faults[] = {
        {"encrypted,", "encrypted,hello", "anna.key.csv:8:11: value: encrypted: not base64"},
        {"encrypted,", "encrypted,", "encrypted: byte 0: expected a SEQUENCE"},
        {"encrypted,", "encrypted,MAA=", "encrypted: byte 2: expected a SEQUENCE (encryptionAlg"},
        {"e,0x10001", "e,0x10001\nd,0x3", "d: it stands in the clear, beside encrypted"},
        {"e,0x10001", "e,0x10001\nencrypted,MAA=", "stands in line 8 already"},
        {"type,", "type,rsa-public", "encrypted: a public key has nothing to hide"},
        {"n,0x", "m,0x1", "n is missing"},
    };
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        save(&secret);
        edit(faults[i].field, faults[i].line);
        expect_message(faults[i].want);
        char *path = scratch_path(folder, "keys/anna.key.csv");
        char *public_path = scratch_path(folder, "keys/anna.pub.csv");
        cr_assert(remove(path) == 0 && remove(public_path) == 0);
        free(path);
        free(public_path);
    }
}

static void protect(const char *old, const struct key_protection *protection)
{
    struct stored_key key;
    struct problem problem = {0};
    cr_assert_null(load(&key, KEY_PRIVATE, old));
    cr_assert(key_store_protect(&home, &key, protection, &problem), "%s", problem.message);
    stored_key_free(&key);
}

/* In the clear, under a passphrase, under another, in the clear: always the same key, and what
 * people have noted in the file stays. */
Test(key_protected_store, a_passphrase_comes_changes_and_goes)
{
    static const struct key_protection other = {"other", FEW + 1};
    struct stored_key key;
    save(NULL);
    edit("bits,512", "bits,512\nnote,of mine");
    char *before = scratch_read(folder, "keys/anna.key.csv");
    protect("", &secret);
    cr_expect_not_null(load(&key, KEY_PRIVATE, "other"));
    protect("secret", &other);
    cr_expect_not_null(load(&key, KEY_PRIVATE, "secret"));
    cr_assert_null(load(&key, KEY_PRIVATE, "other"));
    cr_expect_eq(key.iterations, FEW + 1);
    cr_expect(rsa_key_equal_public(key.key, sample_pair()));
    stored_key_free(&key);
    protect("other", NULL);
    char *after = scratch_read(folder, "keys/anna.key.csv");
    cr_expect_str_eq(after, before);
    free(before);
    free(after);
}

/* While a passphrase was typed, somebody made another key of that name: it must not be lost. */
Test(key_protected_store, a_key_that_was_replaced_meanwhile_is_left_alone)
{
    struct stored_key key;
    struct rsa_key *other;
    struct problem problem = {0};
    save(&secret);
    cr_assert_null(load(&key, KEY_PRIVATE, "secret"));
    cr_assert_eq(rsa_key_generate(&other, 512, NULL, NULL), RSA_OK);
    cr_assert(
        key_store_save(&home, "anna", other, &(struct key_saving){.replace = true}, NULL, NULL));
    char *before = scratch_read(folder, "keys/anna.key.csv");
    cr_expect_not(key_store_protect(&home, &key, NULL, &problem));
    cr_expect_not_null(strstr(problem.message, "holds another key by now"), "%s", problem.message);
    char *after = scratch_read(folder, "keys/anna.key.csv");
    cr_expect_str_eq(after, before);
    free(before);
    free(after);
    rsa_key_free(other);
    stored_key_free(&key);
}

/* The biggest key there can be fits into a cell. */
Test(key_protected_store, room_for_16384_bits)
{
    cr_expect_leq(BASE64_TEXT_BYTES(PBES2_FRAME_BYTES(9 * RSA_MAX_BYTES / 2 + 64)),
                  (size_t)CSV_TABLE_CELL_BYTES);
}
