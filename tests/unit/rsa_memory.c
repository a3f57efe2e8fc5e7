/*
 * What a private key leaves behind: a thread on a stack of ours makes a key, uses it and frees it;
 * then all writable memory of the process, that stack and freed heap blocks included, is searched
 * for limbs of the private numbers.
 */
#include "rsa_memory.h"
#include "bignum_rsa.h"
#include "rsa_hashes.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    BITS = 1024,
    LIMBS = BITS / 64,
    STACK_BYTES = 1 << 20,
    MAPPING_LIMIT = 64 << 20, /* larger ones are shadows of sanitizers */
};

/* The searcher must not find its own copy: limbs are kept inverted. */
struct hidden {
    uint64_t limbs[RSA_NUMBERS][LIMBS];
    size_t count[RSA_NUMBERS];
};

static void hide(struct hidden *hidden, const struct rsa_key *key)
{
    for (enum rsa_number i = RSA_D; i < RSA_NUMBERS; i++) {
        uint8_t bytes[BITS / 8];
        size_t size = rsa_key_number_bytes(key, i, bytes, sizeof(bytes));

        hidden->count[i] = size / 8; /* a partial limb on top is not looked for */
        for (size_t j = 0; j < hidden->count[i]; j++) {
            uint64_t limb = 0;
            for (size_t k = 0; k < 8; k++)
                limb |= (uint64_t)(uint8_t)~bytes[size - 1 - 8 * j - k] << 8 * k;
            hidden->limbs[i][j] = limb;
        }
        explicit_bzero(bytes, sizeof(bytes));
    }
}

/* How many limbs lie in this memory, in the machine's order or as big-endian bytes. */
static __attribute__((no_sanitize("address", "thread"))) size_t
search(const struct hidden *hidden, const uint8_t *memory, size_t bytes)
{
    size_t found = 0;

    for (size_t at = 0; at + 8 <= bytes; at += 8) {
        const uint64_t *word = (const uint64_t *)(const void *)(memory + at);
        uint64_t inverted = ~*word, swapped = __builtin_bswap64(inverted);
        if (inverted == ~(uint64_t)0 || inverted == 0)
            continue;
        for (int i = RSA_D; i < RSA_NUMBERS; i++)
            for (size_t j = 0; j < hidden->count[i]; j++)
                found += inverted == hidden->limbs[i][j] || swapped == hidden->limbs[i][j];
    }
    return found;
}

/* The same in every private writable mapping of the process. */
static size_t search_everywhere(const struct hidden *hidden)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[500], modes[8];
    unsigned long start, end;
    size_t found = 0;

    cr_assert_not_null(maps);
    while (fgets(line, sizeof(line), maps))
        if (sscanf(line, "%lx-%lx %7s", &start, &end, modes) == 3 && strcmp(modes, "rw-p") == 0 &&
            end - start <= MAPPING_LIMIT)
            found += search(hidden, (const uint8_t *)start, end - start); // NOLINT
    fclose(maps);
    return found;
}

static void use(const struct rsa_key *key)
{
    uint8_t message[BITS / 8] = "message", out[BITS / 8], digest[32] = "digest";
    size_t out_bytes;

    cr_assert_eq(rsa_oaep_encrypt(out, key, &test_sha256, NULL, 0, message, 7, NULL), RSA_OK);
    cr_assert_eq(rsa_oaep_decrypt(out, &out_bytes, key, &test_sha256, NULL, 0, out, BITS / 8, NULL),
                 RSA_OK);
    cr_assert_eq(rsa_pss_sign(out, key, &test_sha256, digest, NULL, NULL), RSA_OK);
    cr_assert_eq(rsa_key_check(key, NULL), RSA_OK);
}

/* A copy by way of text, as keys are stored and loaded. */
static struct rsa_key *reload(const struct rsa_key *key, int base)
{
    char *text[RSA_NUMBERS];
    struct rsa_key *copy;

    for (enum rsa_number i = RSA_N; i < RSA_NUMBERS; i++) {
        text[i] = rsa_key_number_text(key, i, base);
        cr_assert_not_null(text[i]);
    }
    cr_assert_eq(rsa_key_from_text(&copy, (const char *const *)text, NULL), RSA_OK);
    for (int i = 0; i < RSA_NUMBERS; i++)
        rsa_text_free(text[i]);
    return copy;
}

static void *whole_life(void *context)
{
    struct rsa_key *key;

    cr_assert_eq(rsa_key_generate(&key, BITS, NULL, NULL), RSA_OK);
    for (int base = 10; base <= 16; base += 6) {
        struct rsa_key *copy = reload(key, base);
        use(copy);
        rsa_key_free(copy);
    }
    use(key);
    hide(context, key);
    rsa_key_free(key);
    return NULL;
}

/* Runs a life on a stack of ours and searches it afterwards. */
static size_t stack_after(void *(*life)(void *), struct hidden *hidden)
{
    uint8_t *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    pthread_attr_t attributes;
    pthread_t thread;

    cr_assert_neq((void *)stack, MAP_FAILED);
    pthread_attr_init(&attributes);
    cr_assert_eq(pthread_attr_setstack(&attributes, stack, STACK_BYTES), 0);
    cr_assert_eq(pthread_create(&thread, &attributes, life, hidden), 0);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    size_t found = search(hidden, stack, STACK_BYTES);
    munmap(stack, STACK_BYTES);
    return found;
}

Test(rsa_memory, nothing_is_left)
{
    static struct hidden hidden;

    rsa_memory_wipe();
    cr_expect_eq(stack_after(whole_life, &hidden), 0, "on the stack");
    cr_expect_eq(search_everywhere(&hidden), 0, "anywhere");
}

static void *life_kept(void *context)
{
    struct rsa_key **key = context;

    cr_assert_eq(rsa_key_generate(key, BITS, NULL, NULL), RSA_OK);
    return NULL;
}

/* The searcher sees a living key, so its silence means something. */
Test(rsa_memory, a_living_key_is_found)
{
    static struct hidden hidden;
    struct rsa_key *key;

    rsa_memory_wipe();
    life_kept(&key);
    hide(&hidden, key);
    cr_expect_geq(search_everywhere(&hidden), (size_t)3 * LIMBS);
    rsa_key_free(key);
    cr_expect_eq(search_everywhere(&hidden), 0);
}

static void *careless(void *context)
{
    struct hidden *hidden = context;
    struct rsa_key *key;
    uint64_t frame[4096]; /* deep enough that the end of the thread does not tread on it */

    cr_assert_eq(rsa_key_generate(&key, BITS, NULL, NULL), RSA_OK);
    hide(hidden, key);
    rsa_key_free(key);
    for (size_t j = 0; j < hidden->count[RSA_P]; j++)
        frame[j] = ~hidden->limbs[RSA_P][j];
    __asm__ volatile("" : : "r"(frame) : "memory");
    return NULL;
}

/* And a number forgotten in a dead frame. */
Test(rsa_memory, a_forgotten_copy_is_found)
{
    static struct hidden hidden;

    rsa_memory_wipe();
    cr_expect_geq(stack_after(careless, &hidden), (size_t)1);
}

static size_t blocks_freed, blocks_dirty;

static void *inspect_allocate(size_t bytes)
{
    return malloc(bytes);
}

static void *inspect_move(void *block, size_t old_bytes, size_t new_bytes)
{
    (void)old_bytes;
    return realloc(block, new_bytes);
}

static void inspect_free(void *block, size_t bytes)
{
    const uint8_t *content = block;
    bool dirty = false;

    for (size_t i = 0; i < bytes; i++)
        dirty = dirty || content[i];
    blocks_freed++;
    blocks_dirty += dirty;
    free(block);
}

/* What the library frees itself is wiped even in a program that did not ask for rsa_memory_wipe. */
Test(rsa_memory, own_numbers_are_wiped_without_asking)
{
    mpz_t x;

    mp_set_memory_functions(inspect_allocate, inspect_move, inspect_free);
    mpz_init_set_str(x, "123456789012345678901234567890123456789012345678901234567890", 10);
    blocks_freed = blocks_dirty = 0;
    mpz_set_ui(x, 7); /* the limbs beyond its size still hold the number */
    rsa_mpz_wipe(x);
    cr_expect_eq(blocks_freed, 1);
    cr_expect_eq(blocks_dirty, 0);
}
