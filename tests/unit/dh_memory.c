/*
 * What an agreement leaves behind: a thread on a stack of ours draws a key, agrees and frees it; then
 * that stack and all other writable memory are searched for words of the exponent and of K, in a
 * program that has not asked GMP to wipe anything.
 */
#include "key_agreement.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum {
    WORD = 8,
    STACK_BYTES = 1 << 20,
    MAPPING_LIMIT = 64 << 20, /* larger ones are shadows of sanitizers */
};

/* Whole words from the low end, inverted, so that the searcher finds no copy of its own. */
struct hidden {
    uint64_t words[2 * DH_MAX_BYTES / WORD];
    size_t count;
};

static void hide(struct hidden *hidden, const uint8_t *number, size_t bytes)
{
    for (; bytes >= WORD; bytes -= WORD) {
        uint64_t word = 0;
        for (size_t i = WORD; i > 0; i--)
            word = word << 8 | number[bytes - i];
        hidden->words[hidden->count++] = ~word;
    }
}

/* How many lie here, as limbs or as big-endian bytes. */
static __attribute__((no_sanitize("address", "thread"))) size_t
search(const struct hidden *hidden, const uint8_t *memory, size_t bytes)
{
    size_t found = 0;
    for (size_t at = 0; at + WORD <= bytes; at += WORD) {
        const uint64_t inverted = ~*(const uint64_t *)(const void *)(memory + at);
        for (size_t i = 0; inverted != 0 && i < hidden->count; i++)
            found += inverted == hidden->words[i] ||
                     inverted == __builtin_bswap64(hidden->words[i]);
    }
    return found;
}

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

static void *agree(void *context)
{
    struct dh_group *group;
    struct dh_key *key;
    uint8_t a[DH_MAX_BYTES], K[DH_MAX_BYTES], g = 4;
    cr_assert_eq(dh_group_parse(&group, "ffdhe2048"), DH_OK);
    cr_assert_eq(dh_key_generate(&key, group, NULL, NULL), DH_OK);
    cr_assert_eq(dh_agree(K, key, &g, 1, NULL), DH_OK);
    hide(context, a, dh_key_number(key, DH_PRIVATE, a, sizeof(a)));
    hide(context, K, dh_group_bytes(group));
    explicit_bzero(a, sizeof(a));
    explicit_bzero(K, sizeof(K));
    dh_key_free(key);
    dh_group_free(group);
    return NULL;
}

Test(dh_memory, nothing_is_left)
{
    static struct hidden hidden;
    pthread_attr_t attributes;
    pthread_t thread;
    uint8_t *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    cr_assert_neq((void *)stack, MAP_FAILED);
    pthread_attr_init(&attributes);
    cr_assert_eq(pthread_attr_setstack(&attributes, stack, STACK_BYTES), 0);
    cr_assert_eq(pthread_create(&thread, &attributes, agree, &hidden), 0);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    cr_expect_geq(hidden.count, (size_t)(256 + 24) / WORD);
    cr_expect_eq(search(&hidden, stack, STACK_BYTES), 0, "on the stack");
    cr_expect_eq(search_everywhere(&hidden), 0, "anywhere");
    uint64_t forgotten = ~hidden.words[0]; /* it would have been found */
    memcpy(stack + 800, &forgotten, sizeof(forgotten));
    cr_expect_eq(search(&hidden, stack, STACK_BYTES), 1);
    munmap(stack, STACK_BYTES);
}

/* The searcher sees a living key, so its silence means something. */
Test(dh_memory, a_living_key_is_found)
{
    static struct hidden hidden;
    uint8_t a[DH_MAX_BYTES];
    struct dh_group *group;
    struct dh_key *key;
    cr_assert_eq(dh_group_parse(&group, "ffdhe2048"), DH_OK);
    cr_assert_eq(dh_key_generate(&key, group, NULL, NULL), DH_OK);
    hide(&hidden, a, dh_key_number(key, DH_PRIVATE, a, sizeof(a)));
    explicit_bzero(a, sizeof(a));
    cr_expect_geq(search_everywhere(&hidden), (size_t)3);
    dh_key_free(key);
    cr_expect_eq(search_everywhere(&hidden), 0);
    dh_group_free(group);
}
