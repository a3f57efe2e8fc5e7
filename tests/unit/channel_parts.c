/*
 * Work in parts: the private operations of several channels are made outside of them, at once
 * (channel_work_part). What fails, ends, or comes in another order does not touch the others.
 */
#include "pump.h"
#include "rsa_raw.h"
#include "trace.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define PUMPS 4

static struct pump pumps[PUMPS];
static struct rsa_private_job *wanted[PUMPS];

/* A server up to the operation that it wants: its signature. */
static void bring_to_signature(size_t i)
{
    for (;;) {
        pump_run_until(&pumps[i], pumps[i].server, CHANNEL_HAS_WORK);
        channel_work_begin(pumps[i].server);
        wanted[i] = channel_work_part(pumps[i].server);
        if (wanted[i])
            return;
        channel_work_end(pumps[i].server);
    }
}

static void bring_all(const char *suite)
{
    for (size_t i = 0; i < PUMPS; i++) {
        pump_open(&pumps[i], suite);
        bring_to_signature(i);
    }
}

/* All at once; which: in another order than they have come. */
static void make(const size_t which[PUMPS])
{
    struct rsa_private_job jobs[PUMPS];
    for (size_t i = 0; i < PUMPS; i++)
        jobs[i] = *wanted[which[i]];
    rsa_private_batch(jobs, PUMPS, NULL);
    for (size_t i = 0; i < PUMPS; i++)
        *wanted[which[i]] = jobs[i];
}

static const size_t in_order[PUMPS] = {0, 1, 2, 3};

static void go_on(struct pump *pump)
{
    cr_expect_null(channel_work_part(pump->server), "a second operation");
    channel_work_end(pump->server);
    pump_run(pump);
}

static void expect_all_talk(size_t but)
{
    for (size_t i = 0; i < PUMPS; i++)
        if (i != but)
            pump_expect_talk(&pumps[i]);
}

static void close_all(void)
{
    for (size_t i = 0; i < PUMPS && pumps[i].server; i++)
        pump_close(&pumps[i]);
}

TestSuite(channel_parts, .fini = close_all);

static void play(const char *suite)
{
    static const size_t mixed[PUMPS] = {2, 0, 3, 1};
    bring_all(suite);
    make(mixed);
    for (size_t i = PUMPS; i-- > 0;)
        go_on(&pumps[i]);
    expect_all_talk(PUMPS);
}

Test(channel_parts, four_signatures_at_once)
{
    play("modern");
}

Test(channel_parts, secrets_opened_and_four_signatures)
{
    play("modern:rsa");
}

/* In vectors, where this machine has none worth using: lanes in portable C. */
Test(channel_parts, in_lanes)
{
#ifdef GLASSBOX_SANITIZED
    cr_skip("keys are made in lanes, too, and that takes long here");
#endif
    setenv("GLASSBOX_IMPLEMENTATIONS", "portable lanes", 1);
    cr_assert_gt(rsa_private_together(), 1);
    play("modern");
}

Test(channel_parts, run_is_all_parts)
{
    struct pump *pump = &pumps[0];
    pump_open(pump, "modern");
    pump_run_until(pump, pump->server, CHANNEL_HAS_WORK);
    channel_work_begin(pump->server);
    channel_work_run(pump->server);
    channel_work_end(pump->server);
    pump_run(pump);
    pump_expect_talk(pump);
}

/* --- who listens ------------------------------------------------------------------------------ */

/* Of the signature of a server: its values on the way, and where the power is told. */
struct heard {
    size_t signatures, values;
    bool power;
    uint8_t last[WIRE_MODULUS_MAX];
};

static void hear(void *context, struct trace_event *event)
{
    struct heard *heard = context;
    if (event->kind != TRACE_STEP || event->step.step != STEP_SIGNATURE)
        return;
    const struct trace_bytes *signature = &event->step.values[SIGNATURE_OUT];
    heard->signatures++;
    heard->values = event->step.arithmetic_count;
    for (size_t i = 0; i < heard->values; i++)
        heard->power |= strcmp(event->step.arithmetic[i].value.name, "x^d") == 0;
    memcpy(heard->last, signature->data, signature->bytes);
}

static void open_heard(struct pump *pump, const struct channel_trace *trace)
{
    struct channel_config client = {.role = CHANNEL_CLIENT, .identity = pump_identity(0)};
    struct channel_config server = {
        .role = CHANNEL_SERVER, .identity = pump_identity(1), .trace = trace};
    pump_open_configs(pump, &client, &server); /* modern is number 0 */
}

Test(channel_parts, who_listens_hears_the_same)
{
    struct heard run = {0}, parts = {0};
    const struct channel_trace traces[] = {{.event = hear, .context = &run},
                                           {.event = hear, .context = &parts}};
    open_heard(&pumps[0], &traces[0]);
    pump_run(&pumps[0]);
    pump_expect_talk(&pumps[0]);
    open_heard(&pumps[1], &traces[1]);
    bring_to_signature(1);
    const uint8_t *signature = wanted[1]->out;
    rsa_private_batch(wanted[1], 1, NULL);
    cr_expect_null(channel_work_part(pumps[1].server));
    cr_expect_arr_eq(parts.last, signature, wanted[1]->in_bytes, "another signature is told");
    channel_work_end(pumps[1].server);
    pump_run(&pumps[1]);
    pump_expect_talk(&pumps[1]);
    cr_expect_eq(run.signatures, 1);
    cr_expect_eq(parts.signatures, 1);
    cr_expect(run.power && parts.power);
    cr_expect_gt(run.values, 10);
    cr_expect_eq(parts.values, run.values);
}

/* --- who fails, and who goes ------------------------------------------------------------------ */

/* One key that cannot sign; the signature of nobody leaves, and the peer is told. */
Test(channel_parts, one_that_fails_fails_alone)
{
    struct rsa_key *public;
    cr_assert_eq(rsa_key_public_copy(&public, pump_identity(1)), RSA_OK);
    bring_all("modern");
    wanted[2]->key = public;
    make(in_order);
    cr_assert_eq(wanted[2]->error, RSA_ERR_NO_PRIVATE);
    for (size_t i = 0; i < PUMPS; i++)
        go_on(&pumps[i]);
    expect_all_talk(2);
    cr_expect_eq(channel_error(pumps[2].server), CHANNEL_ERR_KEY_BAD);
    cr_expect_neq(channel_error(pumps[2].client), CHANNEL_OK);
    cr_expect_not(channel_flags(pumps[2].client) & CHANNEL_OPEN);
    rsa_key_free(public);
}

/* A fault that the library has found keeps its name. */
Test(channel_parts, a_fault_is_told_as_one)
{
    bring_all("modern");
    make(in_order);
    wanted[0]->error = RSA_ERR_FAULT;
    for (size_t i = 0; i < PUMPS; i++)
        go_on(&pumps[i]);
    cr_expect_eq(channel_error(pumps[0].server), CHANNEL_ERR_FAULT);
    expect_all_talk(0);
}

/* The line is cut, or the owner hangs up, while the signature is being made. */
Test(channel_parts, gone_in_between)
{
    bring_all("modern");
    channel_input_end(pumps[1].server);
    channel_close(pumps[3].server, CHANNEL_ERR_NOT_ALLOWED, "removed");
    make(in_order);
    for (size_t i = 0; i < PUMPS; i++)
        go_on(&pumps[i]);
    pump_expect_talk(&pumps[0]);
    pump_expect_talk(&pumps[2]);
    cr_expect_eq(channel_error(pumps[1].server), CHANNEL_ERR_TRUNCATED);
    cr_expect_eq(channel_error(pumps[3].client), CHANNEL_ERR_NOT_ALLOWED);
    cr_expect_str_eq(channel_error_reason(pumps[3].client), "removed");
    cr_expect_not(channel_flags(pumps[3].client) & CHANNEL_OPEN, "M4 has left behind a goodbye");
}

/* M3 that proves nothing: no private key is touched. */
static int flip_last(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    (void)context;
    if (from == CHANNEL_CLIENT && frame[0] == WIRE_FRAME_EXCHANGE)
        frame[*bytes - 1] ^= 1;
    return 1;
}

Test(channel_parts, a_bad_proof_asks_for_nothing)
{
    struct pump *pump = &pumps[0];
    pump_open(pump, "modern");
    pump->frame = flip_last;
    while (!channel_error(pump->server)) {
        pump_run_until(pump, pump->server, CHANNEL_HAS_WORK);
        channel_work_begin(pump->server);
        cr_assert_null(channel_work_part(pump->server), "it signs for a stranger");
        channel_work_end(pump->server);
    }
    cr_expect_eq(channel_error(pump->server), CHANNEL_ERR_AUTH);
}
