/*
 * ML-KEM-768 against an implementation that has nothing in common with ours: the package mlkem, in
 * TypeScript, of the version that tests/support/mlkem_npm/package-lock.json names, installed from npm
 * into the build's folder. Both sides make keys from the same seeds, encapsulate with the same m,
 * and open each other's ciphertexts, changed ones, too.
 */
#include "mlkem.h"
#include "sym_sha3.h"
#include "sym_shake_each.h"

#include "fed_random.h"
#include "hex.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define ROUNDS      20
#define NO_REGISTRY 75

static const struct mlkem_hash hash = {sym_sha3_512, sym_sha3_256, sym_shake256, sym_shake256_each,
                                       sym_shake128_each};
static struct fed_random source;
static char *folder;
/* What they are asked, and what we say to it, line by line. */
static FILE *questions, *answers;

static const char *build_folder(void)
{
    const char *build = getenv("GLASSBOX_BUILD");
    return build ? build : "build";
}

static void open_files(void)
{
    char *question_path, *answer_path;
    fed_random_init(&source, NULL, 0, test_seed());
    folder = scratch_new();
    question_path = scratch_path(folder, "questions");
    answer_path = scratch_path(folder, "answers");
    questions = fopen(question_path, "w");
    answers = fopen(answer_path, "w");
    cr_assert(questions && answers);
    free(question_path);
    free(answer_path);
}

static void setup(void)
{
    char command[4096];
    snprintf(command, sizeof(command), "tests/support/mlkem_npm/install.sh '%s/mlkem_npm'",
             build_folder());
    const int status = system(command); // NOLINT: a script of the tests
    if (WIFEXITED(status) && WEXITSTATUS(status) == NO_REGISTRY)
        cr_skip_test("npm reaches no registry: the package mlkem was not asked");
    cr_assert_eq(status, 0, "tests/support/mlkem_npm/install.sh failed");
    open_files();
}

static void teardown(void)
{
    scratch_remove(folder);
}

static void random_bytes(uint8_t *out, size_t bytes)
{
    cr_assert_eq(rsa_random_bytes(out, bytes, &source.source), 0);
}

static void put(FILE *file, const void *data, size_t bytes, const char *after)
{
    char *digits = hex_encode(data, bytes);
    fprintf(file, "%s%s", digits, after);
    free(digits);
}

/* --- a question, and our answer to it ---------------------------------------------------------- */

static void key(uint8_t ek[MLKEM_EK_BYTES], uint8_t dk[MLKEM_DK_BYTES])
{
    uint8_t seed[MLKEM_SEED_BYTES];
    random_bytes(seed, sizeof(seed));
    mlkem_key(ek, dk, seed, &hash);
    fputs("key ", questions);
    put(questions, seed, sizeof(seed), "\n");
    put(answers, ek, MLKEM_EK_BYTES, " ");
    put(answers, dk, MLKEM_DK_BYTES, "\n");
}

static void encapsulate(uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES],
                        const uint8_t ek[MLKEM_EK_BYTES])
{
    uint8_t m[MLKEM_SECRET_BYTES], secret[MLKEM_SECRET_BYTES];
    random_bytes(m, sizeof(m));
    fputs("encapsulate ", questions);
    put(questions, ek, MLKEM_EK_BYTES, " ");
    put(questions, m, sizeof(m), "\n");
    if (!mlkem_encapsulate(ciphertext, secret, ek, m, &hash)) {
        fputs("refused\n", answers);
        return;
    }
    put(answers, ciphertext, MLKEM_CIPHERTEXT_BYTES, " ");
    put(answers, secret, sizeof(secret), "\n");
}

static void decapsulate(const uint8_t dk[MLKEM_DK_BYTES],
                        const uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES])
{
    uint8_t secret[MLKEM_SECRET_BYTES];
    mlkem_decapsulate(secret, dk, ciphertext, &hash);
    fputs("decapsulate ", questions);
    put(questions, dk, MLKEM_DK_BYTES, " ");
    put(questions, ciphertext, MLKEM_CIPHERTEXT_BYTES, "\n");
    put(answers, secret, sizeof(secret), "\n");
}

/* They answer as we did. */
static void expect_the_same(void)
{
    char command[4096];
    cr_assert_eq(fclose(questions) + fclose(answers), 0);
    snprintf(command, sizeof(command),
             "NODE_PATH='%s/mlkem_npm/node_modules' node tests/support/mlkem_npm/answers.js "
             "<'%s/questions' >'%s/theirs' 2>&1",
             build_folder(), folder, folder);
    cr_assert_eq(system(command), 0, "%s", command); // NOLINT: likewise
    char *ours = scratch_read(folder, "answers"), *theirs = scratch_read(folder, "theirs");
    char *our_rest, *their_rest;
    char *our_line = strtok_r(ours, "\n", &our_rest);
    char *their_line = strtok_r(theirs, "\n", &their_rest);
    for (unsigned line = 1; our_line; line++) {
        cr_assert(their_line, "only %u answers", line - 1);
        cr_assert_str_eq(their_line, our_line, "answer %u", line);
        our_line = strtok_r(NULL, "\n", &our_rest);
        their_line = strtok_r(NULL, "\n", &their_rest);
    }
    cr_assert_null(their_line);
    free(ours);
    free(theirs);
}

TestSuite(mlkem_npm, .init = setup, .fini = teardown, .timeout = 120);

Test(mlkem_npm, the_same_keys_ciphertexts_and_secrets)
{
    uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES], ciphertext[MLKEM_CIPHERTEXT_BYTES];
    for (int round = 0; round < ROUNDS; round++) {
        key(ek, dk);
        encapsulate(ciphertext, ek);
        decapsulate(dk, ciphertext);
    }
    expect_the_same();
}

/* The rejected secret is as much a part of the standard as the other. */
Test(mlkem_npm, the_same_rejected_secrets)
{
    uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES], ciphertext[MLKEM_CIPHERTEXT_BYTES];
    key(ek, dk);
    encapsulate(ciphertext, ek);
    for (int round = 0; round < ROUNDS; round++) {
        const size_t at = fed_random_next(&source) % sizeof(ciphertext);
        ciphertext[at] ^= (uint8_t)(1U << round % 8);
        decapsulate(dk, ciphertext);
        ciphertext[at] ^= (uint8_t)(1U << round % 8);
    }
    random_bytes(ciphertext, sizeof(ciphertext));
    decapsulate(dk, ciphertext);
    expect_the_same();
}

/* FIPS 203 7.2: the last coefficient is q. */
Test(mlkem_npm, the_same_refusal)
{
    uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES], ciphertext[MLKEM_CIPHERTEXT_BYTES];
    key(ek, dk);
    ek[MLKEM_VECTOR_BYTES - 1] = 0xd0;
    ek[MLKEM_VECTOR_BYTES - 2] = 0x10 | (ek[MLKEM_VECTOR_BYTES - 2] & 15);
    encapsulate(ciphertext, ek);
    expect_the_same();
}

/* Without a registry (nothing listens on port 9) the tests above are skipped, and this one is what
 * was tested. */
Test(mlkem_npm_alone, without_a_registry_it_says_so, .timeout = 120)
{
    char command[1000], *scratch = scratch_new();
    snprintf(command, sizeof(command),
             "npm_config_registry=http://127.0.0.1:9 tests/support/mlkem_npm/install.sh '%s/new' "
             "2>'%s/said'",
             scratch, scratch);
    const int status = system(command); // NOLINT: likewise
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == NO_REGISTRY, "%d", status);
    scratch_remove(scratch);
}
