/*
 * What is left of a passphrase when a key has been opened or written: nothing, neither in blocks
 * that were given back nor on the stack.
 *
 * The work runs in a thread whose stack is ours, so that it can be looked through afterwards;
 * free() of this program looks into each block before it goes back. Looked for are the passphrase,
 * the AES key that PBKDF2 made of it (the first of its round keys, too), and the primes.
 */
#include "key_formats.h"
#include "key_protected.h"
#include "key_samples.h"
#include "passphrase_answers.h"
#include "rsa_memory.h"
#include "sym_pbkdf2.h"

#include <criterion/criterion.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Sanitizers keep freed blocks and stacks of their own: there the work alone is under test. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAN_LOOK 0
#else
#define CAN_LOOK 1
#endif

#define PASSPHRASE  "correct horse battery staple"
#define ITERATIONS  3
#define STACK_BYTES (1u << 20)

void __libc_free(void *block);

static struct {
    const char *name;
    uint8_t bytes[16];
} needles[5];
static size_t needle_count;
static volatile bool looking; /* the compiler takes free for one that does not look */
static const char *found;

static const char *look(const void *data, size_t bytes)
{
    for (size_t i = 0; CAN_LOOK && i < needle_count; i++)
        if (memmem(data, bytes, needles[i].bytes, sizeof(needles[i].bytes)))
            return needles[i].name;
    return NULL;
}

#if CAN_LOOK
void free(void *block)
{
    size_t bytes = block && looking ? malloc_usable_size(block) : 0;
    const char *here = bytes > 0 ? look(block, bytes) : NULL;
    if (here)
        found = here;
    __libc_free(block);
}
#endif

static void remember(const char *name, const void *data)
{
    needles[needle_count].name = name;
    memcpy(needles[needle_count++].bytes, data, sizeof(needles[0].bytes));
}

static void remember_prime(const char *name, enum rsa_number number)
{
    uint8_t magnitude[RSA_MAX_BYTES];
    rsa_key_number_bytes(sample_pair(), number, magnitude, sizeof(magnitude));
    remember(name, magnitude);
}

static void remember_secrets(const struct key_text *text)
{
    struct pbes2 frame;
    uint8_t key[32];
    cr_assert(pbes2_read(&frame, text->data, text->bytes, NULL));
    sym_pbkdf2(key, sizeof(key), PASSPHRASE, strlen(PASSPHRASE), frame.salt.data, frame.salt.bytes,
               ITERATIONS);
    needle_count = 0;
    remember("passphrase", PASSPHRASE);
    remember("AES key", key);
    remember("AES key, second half", key + 16);
    remember_prime("p", RSA_P);
    remember_prime("q", RSA_Q);
}

static const struct key_protection protection = {PASSPHRASE, ITERATIONS};
static const struct key_wish wish = {.format = KEY_FORMAT_PKCS8,
                                     .private = true,
                                     .der = true,
                                     .name = "",
                                     .created = "",
                                     .protection = &protection};

/* --- the work -------------------------------------------------------------------------------- */

static struct key_text text;
static bool went_well;

static bool get_as_a_program_does(char secret[PASSPHRASE_BYTES],
                                  const struct passphrase_source *source, const char *what,
                                  unsigned attempt, struct problem *problem)
{
    (void)source, (void)what, (void)problem;
    strcpy(secret, attempt == 0 ? "correct horse battery stable" : PASSPHRASE);
    return true;
}

static void *open_key(void *unused)
{
    const struct key_access access = {.passphrase = {.get = get_as_a_program_does}};
    struct key_finds finds;
    (void)unused;
    went_well = key_formats_read(&finds, "f", text.data, text.bytes, &access, NULL);
    key_finds_free(&finds);
    return NULL;
}

/* The result is the only thing that is kept. */
static void *write_key(void *unused)
{
    (void)unused;
    went_well = key_formats_write(&text, sample_pair(), &wish, NULL);
    return NULL;
}

/* Runs it; what is on the stack it had. If it writes, what to look for is known afterwards. */
static const char *run(void *(*work)(void *), bool writes)
{
    pthread_attr_t attributes;
    pthread_t thread;
    void *stack = aligned_alloc(4096, STACK_BYTES);
    memset(stack, 0, STACK_BYTES);
    found = NULL;
    went_well = false;
    looking = !writes;
    cr_assert_eq(pthread_attr_init(&attributes), 0);
    cr_assert_eq(pthread_attr_setstack(&attributes, stack, STACK_BYTES), 0);
    cr_assert_eq(pthread_create(&thread, &attributes, work, NULL), 0);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    looking = false;
    cr_assert(went_well);
    if (writes)
        remember_secrets(&text);
    const char *on_stack = look(stack, STACK_BYTES);
    pthread_attr_destroy(&attributes);
    free(stack);
    return on_stack;
}

static void write_sample(void)
{
    cr_assert(key_formats_write(&text, sample_pair(), &wish, NULL));
    remember_secrets(&text);
}

Test(passphrase_memory, writing_leaves_nothing_on_the_stack)
{
    const char *left = run(write_key, true);
    cr_expect_null(left, "%s on the stack", left);
    key_text_free(&text);
}

Test(passphrase_memory, opening_leaves_nothing)
{
    rsa_memory_wipe();
    write_sample();
    const char *left = run(open_key, false);
    cr_expect_null(left, "%s on the stack", left);
    cr_expect_null(found, "%s in a block that was freed", found);
    key_text_free(&text);
}

#if CAN_LOOK
/* The looking itself: a copy that is left behind is seen. */
static void *keep_copies(void *unused)
{
    char copy[16384], *block = strdup(PASSPHRASE); /* deeper than what the end of a thread needs */
    (void)unused;
    memcpy(copy, PASSPHRASE, sizeof(PASSPHRASE));
    __asm__ volatile("" : : "r"(copy) : "memory");
    free(block);
    went_well = true;
    return NULL;
}

Test(passphrase_memory, a_copy_would_be_seen)
{
    write_sample();
    cr_expect_str_eq(run(keep_copies, false), "passphrase");
    cr_expect_str_eq(found, "passphrase");
    key_text_free(&text);
}

#endif
