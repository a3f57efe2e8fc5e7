/*
 * The person in the middle: what is common to all links, and what came of it.
 */
#include "middle_internal.h"

#include "hexadecimal.h"
#include "rsa_raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OWN_BITS 512 /* nobody sees this key, nobody asks for it */

/* --- what the engines tell ----------------------------------------------------------------------- */

/* A proof of python3 of what a step in dh computed: the private exponent is the middle's, A came from
 * the client, B is what the client took for the server's. */
static void keep_proof(struct middle *middle, const struct trace_bytes *values)
{
    static const int order[] = {DH_SECRET_P, DH_SECRET_PRIVATE, DH_SECRET_PEERS, DH_SECRET_K};
    char *hex[4] = {NULL};
    bool whole = true;
    for (size_t i = 0; i < 4; i++) {
        hex[i] = hex_string(values[order[i]].data, values[order[i]].bytes);
        whole = whole && hex[i];
    }
    free(middle->proof);
    middle->proof = NULL;
    if (whole && asprintf(&middle->proof, "p=0x%s;b=0x%s;A=0x%s;print(pow(A,b,p)==0x%s)", hex[0],
                          hex[1], hex[2], hex[3]) < 0)
        middle->proof = NULL;
    for (size_t i = 0; i < 4; i++)
        free(hex[i]);
}

static void hear(void *context, struct trace_event *event)
{
    struct middle_sink *sink = context;
    if (sink->next)
        sink->next->event(sink->next->context, event);
    else if (event->kind == TRACE_OPEN)
        event->channel = ++sink->channels;
    if (event->kind == TRACE_STEP && event->step.step == STEP_DH_SERVER_SECRET)
        keep_proof(sink->middle, event->step.values);
}

const struct channel_trace *middle_sink(struct middle *middle, enum channel_role side,
                                        struct channel_suite suite)
{
    const struct middle_config *config = &middle->config;
    if (config->trace)
        middle->sinks[side].next = config->trace(config->context, side, suite);
    return &middle->sinks[side].trace;
}

/* --- life ---------------------------------------------------------------------------------------- */

struct middle *middle_new(const struct middle_config *config)
{
    struct middle *middle = calloc(1, sizeof(*middle));
    if (!middle)
        return NULL;
    middle->config = *config;
    for (int i = 0; i < 2; i++)
        middle->sinks[i] = (struct middle_sink){
            .trace = {.event = hear, .context = &middle->sinks[i]}, .middle = middle};
    return middle;
}

void middle_free(struct middle *middle)
{
    if (!middle)
        return;
    for (size_t i = 0; i < middle->retired_count; i++)
        rsa_key_free(middle->retired[i]);
    free(middle->retired);
    rsa_key_free(middle->own);
    rsa_key_free(middle->pretend[0]);
    rsa_key_free(middle->pretend[1]);
    rsa_key_free(middle->forge[0]);
    rsa_key_free(middle->forge[1]);
    buffer_free(&middle->hellos[0]);
    buffer_free(&middle->hellos[1]);
    buffer_free(&middle->kept);
    free(middle->script);
    free(middle->proof);
    middle_rows_free(middle);
    free(middle);
}

void middle_retire(struct middle *middle, struct rsa_key *key)
{
    const size_t count = middle->retired_count + 1;
    struct rsa_key **more = key ? reallocarray(middle->retired, count, sizeof(*more)) : NULL;
    if (!more)
        return; /* without memory it stays until the program ends */
    middle->retired = more;
    middle->retired[middle->retired_count++] = key;
}

void middle_pretend(struct middle *middle, enum channel_role to, struct rsa_key *key)
{
    middle_retire(middle, middle->pretend[to]);
    middle->pretend[to] = key; /* transferred */
}

const struct rsa_key *middle_shown_key(const struct middle *middle, enum channel_role to)
{
    return middle->pretend[to] ? middle->pretend[to] : middle->pretend[middle_other(to)];
}

const struct rsa_key *middle_own_key(struct middle *middle)
{
    if (!middle->own && rsa_key_generate(&middle->own, OWN_BITS, NULL, NULL))
        middle->own = NULL;
    return middle->own;
}

/* --- results ------------------------------------------------------------------------------------- */

const struct middle_result *middle_result(const struct middle *middle)
{
    return &middle->result;
}

bool middle_wants_to_quit(const struct middle *middle)
{
    return middle->quit;
}

/* Whoever raises 2 to the private power has the private key: of the key that both ends took. */
static char *proof_of_key(const struct rsa_key *key)
{
    const uint8_t two = 2;
    uint8_t n[RSA_MAX_BYTES], e[RSA_MAX_BYTES], power[RSA_MAX_BYTES];
    const size_t n_bytes = rsa_key_number_bytes(key, RSA_N, n, sizeof(n));
    const size_t e_bytes = rsa_key_number_bytes(key, RSA_E, e, sizeof(e));
    char *hex[3] = {NULL}, *proof = NULL;
    if (!rsa_private(power, key, &two, 1, NULL)) {
        hex[0] = hex_string(n, n_bytes);
        hex[1] = hex_string(e, e_bytes);
        hex[2] = hex_string(power, rsa_key_bytes(key));
    }
    if (hex[0] && hex[1] && hex[2] &&
        asprintf(&proof, "print(pow(0x%s,0x%s,0x%s)==2)", hex[2], hex[1], hex[0]) < 0)
        proof = NULL;
    free(hex[0]);
    free(hex[1]);
    free(hex[2]);
    return proof;
}

char *middle_proof(const struct middle *middle)
{
    if (middle->result.forged == 0 && middle->result.read == 0)
        return NULL;
    if (middle_shown_key(middle, CHANNEL_CLIENT) && middle->result.read > 0)
        return proof_of_key(middle_shown_key(middle, CHANNEL_CLIENT));
    if (middle->proof)
        return strdup(middle->proof);
    /* Whatever d and n are: the "signature" of K = 1, and its encryption. */
    return strdup("n,e,d=2773,17,157;print(pow(1,d,n)==1 and pow(1,e,n)==1)");
}
