/*
 * Without memory, and without chance: each allocation of the engine fails once, then each draw, in a
 * session with every kind of message, in every suite. It ends with that error, or goes on as if
 * nothing had happened; it never falls over, and leaves nothing behind. GMP has no way to fail (its
 * manual, 13: it ends the program), so what it asks for is given.
 */
#include "channel.h"
#include "dh.h"
#include "pump.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static bool playing, failing; /* failing: inside the engine */
static size_t left, asked;    /* until one fails; how many there were */
static bool failed;
static long blocks; /* of this session */

/* A sanitizer brings its own allocator, and looks for what is left behind itself. */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS

void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *block, size_t bytes);
void __libc_free(void *block);
extern char __executable_start[], etext[];

/* Whether this one fails. The libraries of others call from elsewhere. */
static bool fails(const void *caller)
{
    const char *at = caller;
    if (!failing || at < __executable_start || at >= etext)
        return false;
    asked++;
    failed = failed || asked == left;
    return asked == left;
}

static void *counted(void *block)
{
    blocks += playing && block;
    return block;
}

void *malloc(size_t bytes)
{
    return fails(__builtin_return_address(0)) ? NULL : counted(__libc_malloc(bytes));
}

void *calloc(size_t count, size_t bytes)
{
    return fails(__builtin_return_address(0)) ? NULL : counted(__libc_calloc(count, bytes));
}

void *realloc(void *block, size_t bytes)
{
    if (fails(__builtin_return_address(0)))
        return NULL;
    return block ? __libc_realloc(block, bytes) : counted(__libc_malloc(bytes));
}

void free(void *block)
{
    blocks -= playing && block;
    __libc_free(block);
}
#endif

/* --- a session by hand: nothing but the engines allocates ---------------------------------------- */

struct side {
    struct channel *channel;
    struct channel_ticket *ticket;
};

static struct rsa_key *pairs[8]; /* made before, given out one by one */
static size_t next_pair;

static bool serve(struct side *side, struct side *other)
{
    struct channel *channel = side->channel;
    const unsigned flags = channel_flags(channel);
    size_t bytes, space;
    const uint8_t *output = channel_output(other->channel, &bytes);
    if (flags & CHANNEL_HAS_WORK) {
        channel_work_begin(channel);
        channel_work_run(channel);
        channel_work_end(channel);
    } else if (flags & CHANNEL_WANT_VERDICT) {
        channel_verdict(channel, CHANNEL_OK);
    } else if (flags & CHANNEL_WANT_EPHEMERAL) {
        channel_give_ephemeral(channel, pairs[next_pair]);
        pairs[next_pair++] = NULL; /* transferred */
    } else if (flags & CHANNEL_HAS_DATA) {
        channel_data(channel, &bytes);
        channel_data_done(channel, bytes);
    } else if (flags & CHANNEL_HAS_PORT && !side->ticket) {
        side->ticket = channel_take_ticket(channel);
    } else if (bytes > 0) {
        uint8_t *room = flags & CHANNEL_WANT_INPUT ? channel_input_space(channel, &space) : NULL;
        if (room) {
            bytes = bytes < space ? bytes : space;
            memcpy(room, output, bytes);
        }
        channel_output_done(other->channel, bytes); /* whoever is closed hears nothing */
        if (room)
            channel_input_done(channel, bytes);
    } else {
        return false;
    }
    return true;
}

static void run(struct side sides[2])
{
    size_t steps = 0;
    while (serve(&sides[0], &sides[1]) || serve(&sides[1], &sides[0]))
        cr_assert_lt(steps++, 10000u, "it does not come to rest");
}

static enum channel_error first(enum channel_error before, enum channel_error error)
{
    return before ? before : error;
}

/* The first error that any call tells, or that a side ends with. */
static enum channel_error talk(struct side sides[2], bool moves)
{
    enum channel_error error = CHANNEL_OK;
    run(sides);
    for (int i = 0; i < 2 && !error; i++)
        error = channel_error(sides[i].channel);
    for (int i = 0; i < 2 && !error; i++)
        error = channel_send(sides[i].channel, "hello", 5);
    run(sides);
    if (!error && !moves && sides[0].channel && channel_rekey(sides[0].channel))
        error = channel_error(sides[0].channel);
    run(sides);
    if (!error && moves && channel_flags(sides[1].channel) & CHANNEL_OPEN)
        error = channel_send_port(sides[1].channel, 20001);
    run(sides);
    for (int i = 0; i < 2; i++)
        channel_close(sides[i].channel, error, NULL);
    run(sides);
    for (int i = 0; i < 2; i++)
        channel_input_end(sides[i].channel);
    for (int i = 0; i < 2; i++)
        error = first(error, channel_error(sides[i].channel));
    return error;
}

static void free_both(struct side sides[2])
{
    for (int i = 0; i < 2; i++) {
        rsa_key_free(sides[i].channel ? channel_take_ephemeral(sides[i].channel) : NULL);
        channel_free(sides[i].channel);
        sides[i].channel = NULL;
    }
}

/* The rendezvous, and the new port. */
static enum channel_error play(const struct channel_config configs[2])
{
    struct side sides[2] = {{0}};
    enum channel_error error = CHANNEL_OK;
    for (int i = 0; i < 2 && !error; i++)
        error = channel_new(&sides[i].channel, &configs[i]);
    if (!error)
        error = talk(sides, true);
    free_both(sides);
    for (int i = 0; i < 2 && !error; i++) {
        error = sides[i].ticket
                    ? channel_new_resume(&sides[i].channel, &configs[i], sides[i].ticket)
                    : CHANNEL_ERR_STOPPED;
        channel_ticket_free(sides[i].ticket);
        sides[i].ticket = NULL;
    }
    if (!error)
        error = talk(sides, false);
    free_both(sides);
    for (int i = 0; i < 2; i++)
        channel_ticket_free(sides[i].ticket);
    return error;
}

/* Of either kind the nth fails (0: none does). */
static bool memory_is_short;

static int draw(void *context, uint8_t *out, size_t bytes)
{
    (void)context;
    if (!memory_is_short) {
        asked++;
        failed = failed || asked == left;
        if (asked == left)
            return -1;
    }
    return rsa_random_bytes(out, bytes, NULL) ? -1 : 0;
}

/* One run; false if there were fewer than n. */
static bool play_without(const struct channel_config configs[2], const char *suite, size_t nth)
{
    const enum channel_error want = memory_is_short ? CHANNEL_ERR_MEMORY : CHANNEL_ERR_RANDOM;
    const size_t count = sizeof(pairs) / sizeof(pairs[0]);
    blocks = 0;
    playing = true;
    for (size_t i = 0; i < count; i++)
        pairs[i] = channel_suite_takes_pairs(configs[0].suite) ? pump_ephemeral(i) : NULL;
    next_pair = asked = 0;
    left = nth;
    failed = false;
    failing = memory_is_short;
    const enum channel_error error = play(configs);
    failing = false;
    for (size_t i = 0; i < count; i++)
        rsa_key_free(pairs[i]);
    playing = false;
    cr_assert(failed || error == CHANNEL_OK, "%s: %s", suite, channel_strerror(error));
    cr_assert(!error || error == want, "%s, the %zuth: %s", suite, nth, channel_strerror(error));
    cr_assert(nth == 0 || blocks == 0, "%s, the %zuth: %ld blocks are left behind", suite, nth,
              blocks);
    return failed;
}

static size_t play_all(const char *suite)
{
    const struct rsa_random random = {.fill = draw};
    struct channel_config configs[2] = {
        {.role = CHANNEL_CLIENT, .identity = pump_identity(0), .random = &random},
        {.role = CHANNEL_SERVER, .identity = pump_identity(1), .random = &random}};
    struct dh_group *group;
    size_t nth = 0;
    cr_assert_eq(dh_group_parse(&group, "modp768"), DH_OK);
    configs[0].group = group;
    for (int i = 0; i < 2; i++)
        cr_assert_eq(channel_suite_parse(&configs[i].suite, suite), CHANNEL_OK);
    for (int i = 0; i < 3; i++)
        play_without(configs, suite, 0); /* what is made once per key or process */
    while (play_without(configs, suite, nth + 1))
        nth++;
    dh_group_free(group);
    return nth;
}

static const char *const suites[] = {"modern", "modern:x25519", "modern:rsa", "dh", "textbook"};
#define SUITES (sizeof(suites) / sizeof(suites[0]))

#ifdef COUNTS_ALLOCATIONS
Test(exhaustion, every_allocation_fails_once)
{
    memory_is_short = true;
    for (size_t i = 0; i < SUITES; i++)
        cr_assert_gt(play_all(suites[i]), 40u, "%s: too few", suites[i]);
}
#endif

/* Shares, hello randoms, secrets, seeds, salts, keys of records, IVs, tickets and resumes. */
Test(exhaustion, every_draw_fails_once)
{
    memory_is_short = false;
    for (size_t i = 0; i < SUITES; i++)
        cr_assert_gt(play_all(suites[i]), 8u, "%s: too few", suites[i]);
}
