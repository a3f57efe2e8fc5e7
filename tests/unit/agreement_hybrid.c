/*
 * The row "hybrid" of the table of agreements, without a handshake around it: both secrets, what a
 * changed share makes of them, and what is refused. tests/unit/mlkem.c has the published answers.
 */
#include "agreed.h"
#include "agreement.h"
#include "engine.h"
#include "fed_random.h"
#include "mlkem.h"
#include "pump.h"
#include "sym_sha3.h"

#include <criterion/criterion.h>
#include <string.h>

#define CLIENT_BYTES (X25519_BYTES + MLKEM_EK_BYTES)
#define SERVER_BYTES (X25519_BYTES + MLKEM_CIPHERTEXT_BYTES)
#define BOTH         (X25519_BYTES + MLKEM_SECRET_BYTES)
/* Of all that is tried: every step-th. */
#ifdef GLASSBOX_SANITIZED
#define STEP 61
#else
#define STEP 1
#endif

/* Both ends, what they have drawn, and what crosses the wire. */
struct ends {
    struct channel *of[2];
    struct rsa_random random[2];
    struct fed_random fed[2];
    struct drawing {
        struct ends *ends;
        int role;
    } drawings[2];
    uint8_t drawn[2][128]; /* by the client, by the server */
    size_t drawn_bytes[2];
    uint8_t shares[2][CLIENT_BYTES + 1];
    uint8_t secrets[2][AGREEMENT_SECRET_MAX];
};

/* What an end draws is kept: the tests compute with it. */
static int draw(void *context, uint8_t *out, size_t bytes)
{
    struct drawing *drawing = context;
    uint8_t *kept = drawing->ends->drawn[drawing->role];
    size_t *used = &drawing->ends->drawn_bytes[drawing->role];
    for (size_t i = 0; i < bytes; i++) {
        out[i] = (uint8_t)(fed_random_next(&drawing->ends->fed[drawing->role]) >> 32);
        if (*used < sizeof(drawing->ends->drawn[0]))
            kept[(*used)++] = out[i];
    }
    return 0;
}

static uint64_t seed;

/* Anew: an end draws the same each time, so the client's key is always one. */
static void begin(struct ends *ends, int role)
{
    exchange_end(ends->of[role]);
    ends->drawn_bytes[role] = 0;
    fed_random_init(&ends->fed[role], NULL, 0, seed + (unsigned)role);
    cr_assert(exchange_start(ends->of[role]));
}

static void ends_open(struct ends *ends)
{
    *ends = (struct ends){0};
    seed = test_seed();
    for (int role = CHANNEL_CLIENT; role <= CHANNEL_SERVER; role++) {
        ends->drawings[role] = (struct drawing){ends, role};
        ends->random[role] = (struct rsa_random){.fill = draw, .context = &ends->drawings[role]};
        const struct channel_config config = {.role = (enum channel_role)role,
                                              .suite = {CHANNEL_MODERN, NULL},
                                              .identity = pump_identity((size_t)role),
                                              .random = &ends->random[role]};
        cr_assert_eq(channel_new(&ends->of[role], &config), CHANNEL_OK);
        begin(ends, role);
    }
}

static void ends_close(struct ends *ends)
{
    channel_free(ends->of[CHANNEL_CLIENT]);
    channel_free(ends->of[CHANNEL_SERVER]);
}

static enum channel_error make(struct ends *ends, int role)
{
    enum channel_error error = agreement_hybrid.make(ends->of[role]);
    const struct buffer *share = &ends->of[role]->exchange->own_share;
    if (!error) {
        cr_assert_eq(buffer_bytes(share), role == CHANNEL_CLIENT ? CLIENT_BYTES : SERVER_BYTES);
        memcpy(ends->shares[role], buffer_front(share), buffer_bytes(share));
    }
    return error;
}

/* The share of `from` reaches the other end. */
static enum channel_error take(struct ends *ends, int from)
{
    return exchange_take_share(
        ends->of[!from],
        &(struct wire_value){.data = ends->shares[from],
                             .bytes = from == CHANNEL_CLIENT ? CLIENT_BYTES : SERVER_BYTES});
}

static enum channel_error secret(struct ends *ends, int role)
{
    size_t bytes = 0;
    enum channel_error error = agreement_hybrid.secret(ends->secrets[role], &bytes, ends->of[role]);
    cr_assert(error || bytes == BOTH);
    return error;
}

/* Both shares are made, and the server has the client's. */
static void cross(struct ends *ends)
{
    cr_assert_eq(make(ends, CHANNEL_CLIENT), CHANNEL_OK);
    cr_assert_eq(take(ends, CHANNEL_CLIENT), CHANNEL_OK);
    cr_assert_eq(make(ends, CHANNEL_SERVER), CHANNEL_OK);
}

/* X25519's first, as GMP computes it; ML-KEM's behind it. */
Test(hybrid, both_secrets_in_their_order)
{
    for (size_t i = 0; i < 20; i++) {
        struct ends ends;
        uint8_t x25519[X25519_BYTES], ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES];
        uint8_t ciphertext[MLKEM_CIPHERTEXT_BYTES], kem[MLKEM_SECRET_BYTES];
        ends_open(&ends);
        cross(&ends);
        cr_assert_eq(take(&ends, CHANNEL_SERVER), CHANNEL_OK);
        cr_assert_eq(secret(&ends, CHANNEL_CLIENT), CHANNEL_OK);
        cr_assert_eq(secret(&ends, CHANNEL_SERVER), CHANNEL_OK);
        cr_assert_arr_eq(ends.secrets[0], ends.secrets[1], BOTH);
        agreed_x25519(x25519, ends.drawn[CHANNEL_CLIENT], ends.shares[CHANNEL_SERVER]);
        cr_assert_arr_eq(ends.secrets[0], x25519, X25519_BYTES);
        mlkem_key(ek, dk, ends.drawn[CHANNEL_CLIENT] + X25519_BYTES, &channel_mlkem_hash);
        cr_assert_arr_eq(ends.shares[CHANNEL_CLIENT] + X25519_BYTES, ek, MLKEM_EK_BYTES);
        cr_assert(mlkem_encapsulate(ciphertext, kem, ek, ends.drawn[CHANNEL_SERVER] + X25519_BYTES,
                                    &channel_mlkem_hash));
        cr_assert_arr_eq(ends.shares[CHANNEL_SERVER] + X25519_BYTES, ciphertext,
                         MLKEM_CIPHERTEXT_BYTES);
        cr_assert_arr_eq(ends.secrets[0] + X25519_BYTES, kem, MLKEM_SECRET_BYTES);
        ends_close(&ends);
    }
}

/* FIPS 203 6.3, implicit rejection: J(z || ciphertext), and no error. */
Test(hybrid, every_bit_of_the_ciphertext)
{
    struct ends ends;
    uint8_t rejected[MLKEM_SECRET_BYTES], input[32 + MLKEM_CIPHERTEXT_BYTES];
    uint8_t *share = ends.shares[CHANNEL_SERVER] + X25519_BYTES;
    ends_open(&ends);
    cross(&ends);
    cr_assert_eq(secret(&ends, CHANNEL_SERVER), CHANNEL_OK);
    for (size_t bit = 0; bit < MLKEM_CIPHERTEXT_BYTES * 8; bit += STEP) {
        begin(&ends, CHANNEL_CLIENT);
        cr_assert_eq(make(&ends, CHANNEL_CLIENT), CHANNEL_OK);
        share[bit / 8] ^= (uint8_t)(1u << bit % 8);
        cr_assert_eq(take(&ends, CHANNEL_SERVER), CHANNEL_OK);
        cr_assert_eq(secret(&ends, CHANNEL_CLIENT), CHANNEL_OK, "bit %zu", bit);
        cr_assert_arr_eq(ends.secrets[0], ends.secrets[1], X25519_BYTES);
        memcpy(input, ends.drawn[CHANNEL_CLIENT] + X25519_BYTES + 32, 32); /* z */
        memcpy(input + 32, share, MLKEM_CIPHERTEXT_BYTES);
        sym_shake256(rejected, sizeof(rejected), input, sizeof(input));
        cr_assert_arr_eq(ends.secrets[0] + X25519_BYTES, rejected, sizeof(rejected), "bit %zu",
                         bit);
        cr_assert_neq(memcmp(rejected, ends.secrets[1] + X25519_BYTES, sizeof(rejected)), 0);
        share[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    ends_close(&ends);
}

/* Either it is no key any more, or both ends have different secrets. */
Test(hybrid, every_bit_of_the_encapsulation_key)
{
    struct ends ends;
    size_t refused = 0;
    uint8_t *share = ends.shares[CHANNEL_CLIENT] + X25519_BYTES;
    ends_open(&ends);
    for (size_t bit = 0; bit < MLKEM_EK_BYTES * 8; bit += STEP) {
        begin(&ends, CHANNEL_CLIENT);
        begin(&ends, CHANNEL_SERVER);
        cr_assert_eq(make(&ends, CHANNEL_CLIENT), CHANNEL_OK);
        share[bit / 8] ^= (uint8_t)(1u << bit % 8);
        cr_assert_eq(take(&ends, CHANNEL_CLIENT), CHANNEL_OK);
        enum channel_error error = make(&ends, CHANNEL_SERVER);
        refused += error == CHANNEL_ERR_SHARE;
        cr_assert(!error || error == CHANNEL_ERR_SHARE, "bit %zu: %s", bit,
                  channel_strerror(error));
        if (error)
            continue;
        cr_assert_eq(take(&ends, CHANNEL_SERVER), CHANNEL_OK);
        cr_assert_eq(secret(&ends, CHANNEL_CLIENT), CHANNEL_OK);
        cr_assert_eq(secret(&ends, CHANNEL_SERVER), CHANNEL_OK);
        cr_assert_arr_eq(ends.secrets[0], ends.secrets[1], X25519_BYTES);
        cr_assert_neq(memcmp(ends.secrets[0] + X25519_BYTES, ends.secrets[1] + X25519_BYTES,
                             MLKEM_SECRET_BYTES),
                      0, "bit %zu", bit);
    }
    cr_assert_gt(refused, 0u, "a high bit of a coefficient was never set");
    ends_close(&ends);
}

/* Puts a coefficient of 12 bits into its place (FIPS 203 4.2.1, algorithm 5). */
static void put_coefficient(uint8_t *ek, size_t i, unsigned value)
{
    uint8_t *at = ek + i / 2 * 3;
    if (i % 2 == 0) {
        at[0] = (uint8_t)value;
        at[1] = (uint8_t)((at[1] & 0xf0) | value >> 8);
    } else {
        at[1] = (uint8_t)((at[1] & 0x0f) | (value & 15) << 4);
        at[2] = (uint8_t)(value >> 4);
    }
}

/* FIPS 203 7.2. */
Test(hybrid, a_coefficient_that_is_not_below_q)
{
    static const unsigned values[] = {3328, 3329, 4095};
    for (size_t v = 0; v < 3; v++)
        for (size_t i = 0; i < MLKEM_K * 256; i += STEP) {
            struct ends ends;
            ends_open(&ends);
            cr_assert_eq(make(&ends, CHANNEL_CLIENT), CHANNEL_OK);
            put_coefficient(ends.shares[CHANNEL_CLIENT] + X25519_BYTES, i, values[v]);
            cr_assert_eq(take(&ends, CHANNEL_CLIENT), CHANNEL_OK);
            cr_assert_eq(make(&ends, CHANNEL_SERVER), v == 0 ? CHANNEL_OK : CHANNEL_ERR_SHARE,
                         "coefficient %zu: %u", i, values[v]);
            ends_close(&ends);
        }
}

/* A point of low order, and the client's own one: as in X25519 alone. */
Test(hybrid, points_that_are_refused)
{
    static const uint8_t low[X25519_BYTES] = {1};
    for (int bad = CHANNEL_CLIENT; bad <= CHANNEL_SERVER; bad++) {
        struct ends ends;
        ends_open(&ends);
        cr_assert_eq(make(&ends, CHANNEL_CLIENT), CHANNEL_OK);
        if (bad == CHANNEL_CLIENT)
            memcpy(ends.shares[CHANNEL_CLIENT], low, sizeof(low));
        cr_assert_eq(take(&ends, CHANNEL_CLIENT), CHANNEL_OK);
        cr_assert_eq(make(&ends, CHANNEL_SERVER), CHANNEL_OK);
        if (bad == CHANNEL_SERVER)
            memcpy(ends.shares[CHANNEL_SERVER], low, sizeof(low));
        cr_assert_eq(take(&ends, CHANNEL_SERVER), CHANNEL_OK);
        cr_assert_eq(secret(&ends, !bad), CHANNEL_ERR_SHARE);
        for (int mask = 0; mask <= 0x80; mask += 0x80) {
            memcpy(ends.shares[CHANNEL_SERVER],
                   buffer_front(&ends.of[CHANNEL_CLIENT]->exchange->own_share), X25519_BYTES);
            ends.shares[CHANNEL_SERVER][X25519_BYTES - 1] ^= (uint8_t)mask;
            cr_assert_eq(take(&ends, CHANNEL_SERVER), CHANNEL_ERR_SHARE);
        }
        ends_close(&ends);
    }
}

/* Of every length but its own: neither cut nor longer, and never the other side's. */
Test(hybrid, shares_of_another_size)
{
    struct ends ends;
    ends_open(&ends);
    cross(&ends);
    for (int from = CHANNEL_CLIENT; from <= CHANNEL_SERVER; from++)
        for (size_t bytes = 0; bytes <= CLIENT_BYTES + 1; bytes++)
            cr_assert_eq(
                exchange_take_share(ends.of[!from], &(struct wire_value){.data = ends.shares[from],
                                                                         .bytes = bytes}),
                bytes == (from == CHANNEL_CLIENT ? CLIENT_BYTES : SERVER_BYTES)
                    ? CHANNEL_OK
                    : CHANNEL_ERR_MALFORMED,
                "role %d, %zu bytes", from, bytes);
    ends_close(&ends);
}

static bool holds(const struct channel *channel, const uint8_t *bytes)
{
    return memmem(channel->exchange->state, agreement_hybrid.state_bytes, bytes, 16);
}

/* Once the secret is out nobody can find it again. */
Test(hybrid, nothing_private_is_left)
{
    struct ends ends;
    uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES];
    ends_open(&ends);
    cross(&ends);
    cr_assert_eq(take(&ends, CHANNEL_SERVER), CHANNEL_OK);
    mlkem_key(ek, dk, ends.drawn[CHANNEL_CLIENT] + X25519_BYTES, &channel_mlkem_hash);
    cr_assert(holds(ends.of[CHANNEL_CLIENT], dk));
    cr_assert(holds(ends.of[CHANNEL_CLIENT], ends.drawn[CHANNEL_CLIENT]));
    for (int role = CHANNEL_CLIENT; role <= CHANNEL_SERVER; role++) {
        cr_assert_eq(secret(&ends, role), CHANNEL_OK);
        cr_assert_not(holds(ends.of[role], ends.drawn[role]));
        cr_assert_not(holds(ends.of[role], ends.drawn[role] + X25519_BYTES));
        cr_assert_not(holds(ends.of[role], dk));
        cr_assert_not(holds(ends.of[role], dk + MLKEM_DK_BYTES - 32));
        cr_assert_not(holds(ends.of[role], ends.secrets[role]));
        cr_assert_not(holds(ends.of[role], ends.secrets[role] + X25519_BYTES));
    }
    ends_close(&ends);
}
