/*
 * The templates of ChaCha20 and Poly1305 at the widths of AVX-512, in plain instructions: what runs
 * on machines that have it is held against the readable reference on those that have not, too. The
 * same text is compiled, without the attribute that would allow the instructions.
 */
#include "fed_random.h"
#include "poly1305_in_c.h"
#include "sym_chacha20_rotate.h"
#include "sym_implementations.h"
#include "sym_poly1305_limbs.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <string.h>

#if SYM_HAS_VECTORS && SYM_HAS_POLY1305_WIDE

#define TARGET
#define NAMED(name) name##_plain
#define BLOCK       SYM_CHACHA20_BLOCK_BYTES
#define WORDS       SYM_CHACHA20_STATE_WORDS
#define MAX_BYTES   2400

typedef uint32_t words __attribute__((vector_size(16)));

#define BLOCKS       4
#define ROTATE_BYTES ROTATE_LEFT
#include "sym_chacha20_rows.h"

static const struct sym_chacha20_implementation rows = {"rows of four blocks", sym_everywhere,
                                                        apply_plain};

#undef NAMED
#define NAMED(name) name##_of_16
#define LANES       16
#define LAST_ROWS   rows
#include "sym_chacha20_lanes.h"

static const struct sym_chacha20_implementation lanes16 = {"sixteen lanes", sym_everywhere,
                                                           apply_of_16};

#undef NAMED
#undef LANES
#undef BLOCK
#define NAMED(name)    name##_of_8
#define LANES          8
#define BLOCK          SYM_POLY1305_BLOCK_BYTES
#define MIN_BYTES      384
#define MULTIPLY(a, b) (((a)&UINT32_MAX) * ((b)&UINT32_MAX))
#include "sym_poly1305_lanes.h"

static void init(struct sym_poly1305 *state, const uint8_t r[BLOCK])
{
    sym_poly1305_wide.init(state, r);
}

static void reduce_wide(uint64_t sum[2], struct sym_poly1305 *state)
{
    sym_poly1305_wide.reduce(sum, state);
}

static const struct sym_poly1305_implementation poly8 = {"eight lanes", sym_everywhere, init,
                                                         absorb_of_8, reduce_wide};

static struct fed_random source;

static void seeded(void)
{
    fed_random_init(&source, NULL, 0, test_seed());
}

static void random_bytes(void *out, size_t bytes)
{
    cr_assert_eq(rsa_random_bytes(out, bytes, &source.source), 0);
}

static void expect_chacha20(const struct sym_chacha20_implementation *with)
{
    static uint8_t in[MAX_BYTES], want[MAX_BYTES], got[MAX_BYTES + 1];
    uint32_t state[WORDS];
    random_bytes(in, sizeof(in));
    random_bytes(state, sizeof(state));
    state[SYM_CHACHA20_COUNTER] &= 0xffffff;
    sym_chacha20_reference.apply(want, in, sizeof(want), state);
    for (size_t bytes = 0; bytes <= MAX_BYTES; bytes++) {
        memset(got, 0xee, sizeof(got));
        with->apply(got, in, bytes, state);
        cr_assert_arr_eq(got, want, bytes, "%s: %zu bytes", with->name, bytes);
        cr_assert_eq(got[bytes], 0xee, "%s: more than %zu bytes", with->name, bytes);
    }
}

Test(sym_widths, rows_of_four_blocks_at_every_length, .init = seeded)
{
    expect_chacha20(&rows);
}

Test(sym_widths, sixteen_lanes_at_every_length, .init = seeded)
{
    expect_chacha20(&lanes16);
}

static void tag_with(const struct sym_poly1305_implementation *with,
                     uint8_t tag[SYM_POLY1305_TAG_BYTES], const uint8_t *key, const uint8_t *data,
                     size_t bytes)
{
    struct sym_poly1305 state;
    sym_poly1305_init_with(&state, with, key);
    sym_poly1305_update(&state, data, bytes);
    sym_poly1305_final(tag, &state);
}

/* By both that AVX-512 has; the one by IFMA where the compiler knows x86. */
static void expect_tag(const uint8_t *key, const uint8_t *data, size_t bytes)
{
    const struct sym_poly1305_implementation *const both[] = {&poly8, poly1305_in_c()};
    uint8_t want[SYM_POLY1305_TAG_BYTES], got[SYM_POLY1305_TAG_BYTES];
    tag_with(&sym_poly1305_reference, want, key, data, bytes);
    for (size_t i = 0; i < 2 && both[i]; i++) {
        tag_with(both[i], got, key, data, bytes);
        cr_assert_arr_eq(got, want, sizeof(want), "%s: %zu bytes", both[i]->name, bytes);
    }
}

Test(sym_widths, eight_lanes_of_poly1305_at_every_length, .init = seeded)
{
    uint8_t key[SYM_POLY1305_KEY_BYTES], data[1100];
    random_bytes(data, sizeof(data));
    for (size_t bytes = 0; bytes <= sizeof(data); bytes++) {
        random_bytes(key, sizeof(key));
        expect_tag(key, data, bytes);
    }
}

/* Carries at their worst: r and the blocks all ones. */
Test(sym_widths, eight_lanes_of_poly1305_at_the_limits)
{
    uint8_t key[SYM_POLY1305_KEY_BYTES], data[1100];
    memset(key, 0xff, sizeof(key));
    memset(data, 0xff, sizeof(data));
    for (size_t bytes = sizeof(data) - 600; bytes <= sizeof(data); bytes++)
        expect_tag(key, data, bytes);
}

#endif

/* A compiler without such vectors has nothing to hold. */
Test(sym_widths, nothing_else)
{
}
