/* Two real ends in memory, and the middle between them: see middle_trial.h. */
#include "middle_trial.h"

#include <stdlib.h>
#include <string.h>

#define POOL_PORT  10110 /* where the server moves to: the middle has that number, too */
#define OWN_PORT   20001 /* the first that the middle opens */
#define MOVES_MAX  4
#define ROUNDS_MAX 100000

struct move_kept {
    uint16_t port;
    struct middle_move *move;
};

struct bench {
    const struct trial_config *config;
    struct trial *trial;
    struct channel_suite suite;
    struct middle *middle;
    struct middle_link *link;
    struct channel *ends[2]; /* by enum channel_role */
    bool told_end[2];
    struct move_kept moves[MOVES_MAX];
    size_t move_count;
};

/* --- what the middle asks for ------------------------------------------------------------------------ */

static void say(void *context, const char *line)
{
    const struct bench *bench = context;
    if (bench->config->say)
        bench->config->say(bench->config->context, line);
}

static uint16_t open_port(void *context, uint16_t wanted, struct middle_move *move)
{
    struct bench *bench = context;
    const uint16_t port = wanted ? wanted : (uint16_t)(OWN_PORT + bench->move_count);
    if (bench->move_count == MOVES_MAX) {
        middle_move_free(move);
        return 0;
    }
    bench->moves[bench->move_count++] = (struct move_kept){port, move};
    return port;
}

/* --- one end ----------------------------------------------------------------------------------------- */

static struct trial_end *end_of(struct bench *bench, enum channel_role role)
{
    return role == CHANNEL_CLIENT ? &bench->trial->client : &bench->trial->server;
}

static enum channel_error judge(const struct bench *bench, enum channel_role role)
{
    const struct trial_keys *keys = bench->config->keys;
    const struct rsa_key *peer = channel_peer_key(bench->ends[role]);
    if (role == CHANNEL_SERVER)
        return rsa_key_equal_public(peer, keys->client) || rsa_key_equal_public(peer, keys->other)
                   ? CHANNEL_OK
                   : CHANNEL_ERR_NOT_ALLOWED;
    return bench->config->first_time || rsa_key_equal_public(peer, keys->server)
               ? CHANNEL_OK
               : CHANNEL_ERR_KEY_CHANGED;
}

static void hear(struct trial_end *end, struct channel *channel)
{
    size_t bytes, room = sizeof(end->heard) - 1 - end->heard_bytes;
    const uint8_t *data = channel_data(channel, &bytes);
    memcpy(end->heard + end->heard_bytes, data, bytes < room ? bytes : room);
    end->heard_bytes += bytes < room ? bytes : room;
    channel_data_done(channel, bytes);
}

static void give_pair(struct channel *channel)
{
    struct rsa_key *pair = NULL;
    if (rsa_key_generate(&pair, CHANNEL_MODERN_BITS, NULL, NULL))
        pair = NULL;
    channel_give_ephemeral(channel, pair);
}

static bool take_input(struct bench *bench, enum channel_role role)
{
    struct channel *channel = bench->ends[role];
    size_t bytes, space;
    const uint8_t *output = middle_link_output(bench->link, role, &bytes);
    uint8_t *room;
    if (bytes == 0)
        return false;
    if (!(channel_flags(channel) & CHANNEL_WANT_INPUT)) {
        if (channel_flags(channel) & CHANNEL_CLOSED)
            middle_link_output_done(bench->link, role, bytes);
        return false;
    }
    room = channel_input_space(channel, &space);
    bytes = bytes < space ? bytes : space;
    if (bench->config->chunk && bytes > bench->config->chunk)
        bytes = bench->config->chunk;
    memcpy(room, output, bytes);
    middle_link_output_done(bench->link, role, bytes);
    channel_input_done(channel, bytes);
    return true;
}

static bool run_end(struct bench *bench, enum channel_role role)
{
    struct channel *channel = bench->ends[role];
    const unsigned flags = channel_flags(channel);
    if (flags & CHANNEL_HAS_OUTPUT) {
        size_t bytes;
        const uint8_t *output = channel_output(channel, &bytes);
        if (bench->config->chunk && bytes > bench->config->chunk)
            bytes = bench->config->chunk;
        middle_link_input(bench->link, role, output, bytes);
        channel_output_done(channel, bytes);
    } else if (flags & CHANNEL_HAS_WORK) {
        channel_work_begin(channel);
        channel_work_run(channel);
        channel_work_end(channel);
    } else if (flags & CHANNEL_WANT_VERDICT)
        channel_verdict(channel, judge(bench, role));
    else if (flags & CHANNEL_WANT_EPHEMERAL)
        give_pair(channel);
    else if (flags & CHANNEL_HAS_DATA)
        hear(end_of(bench, role), channel);
    else
        return take_input(bench, role);
    return true;
}

/* An end that has closed hangs up, once; its first error stays. */
static bool hang_up(struct bench *bench, enum channel_role role)
{
    struct channel *channel = bench->ends[role];
    struct trial_end *end = end_of(bench, role);
    if (bench->told_end[role] || !(channel_flags(channel) & CHANNEL_CLOSED))
        return false;
    bench->told_end[role] = true;
    end->good_end = !channel_error(channel) && role == CHANNEL_SERVER;
    if (!end->error && channel_error(channel)) {
        end->error = channel_error(channel);
        end->is_peers = channel_error_is_peers(channel);
        snprintf(end->detail, sizeof(end->detail), "%s", channel_error_detail(channel));
    }
    if (!channel_error(channel))
        channel_close(channel, CHANNEL_OK, NULL);
    while (run_end(bench, role))
        continue;
    middle_link_input_end(bench->link, role);
    return true;
}

static bool cut(struct bench *bench, enum channel_role role)
{
    size_t bytes;
    middle_link_output(bench->link, role, &bytes);
    if (bytes > 0 || !middle_link_output_ended(bench->link, role) ||
        (channel_flags(bench->ends[role]) & CHANNEL_CLOSED))
        return false;
    channel_input_end(bench->ends[role]);
    return true;
}

static void run(struct bench *bench)
{
    bool moved = true;
    for (unsigned round = 0; moved && round < ROUNDS_MAX; round++) {
        moved = false;
        for (int i = 0; i < 2; i++) {
            const enum channel_role role = (enum channel_role)i;
            moved = run_end(bench, role) || hang_up(bench, role) || cut(bench, role) || moved;
        }
    }
}

/* --- a talk ------------------------------------------------------------------------------------------ */

static void free_link(struct bench *bench)
{
    channel_free(bench->ends[0]);
    channel_free(bench->ends[1]);
    bench->ends[0] = bench->ends[1] = NULL;
    if (bench->link)
        middle_link_free(bench->link);
    bench->link = NULL;
}

static struct channel_config config_of(const struct bench *bench, enum channel_role role)
{
    const struct trial_keys *keys = bench->config->keys;
    return (struct channel_config){.role = role,
                                   .suite = bench->suite,
                                   .identity = role == CHANNEL_CLIENT ? keys->client
                                                                      : keys->server};
}

static bool begin(struct bench *bench)
{
    const struct channel_config client = config_of(bench, CHANNEL_CLIENT);
    const struct channel_config server = config_of(bench, CHANNEL_SERVER);
    bench->link = middle_link_new(bench->middle, NULL);
    return bench->link && !channel_new(&bench->ends[CHANNEL_CLIENT], &client) &&
           !channel_new(&bench->ends[CHANNEL_SERVER], &server);
}

/* The client's ticket says which port it goes to: one that the middle has opened, or the pool's. */
static struct middle_link *link_at(struct bench *bench, uint16_t port)
{
    for (size_t i = 0; i < bench->move_count; i++)
        if (bench->moves[i].port == port) {
            struct middle_move *move = bench->moves[i].move;
            bench->moves[i].move = NULL; /* transferred */
            return move ? middle_link_new(bench->middle, move) : NULL;
        }
    return port == POOL_PORT ? middle_link_new(bench->middle, NULL) : NULL;
}

static bool resume(struct bench *bench, const struct channel_ticket *client,
                   const struct channel_ticket *server)
{
    const struct channel_config configs[] = {config_of(bench, CHANNEL_CLIENT),
                                             config_of(bench, CHANNEL_SERVER)};
    free_link(bench);
    bench->told_end[0] = bench->told_end[1] = false;
    bench->link = link_at(bench, channel_ticket_port(client));
    return bench->link && !channel_new_resume(&bench->ends[CHANNEL_CLIENT], &configs[0], client) &&
           !channel_new_resume(&bench->ends[CHANNEL_SERVER], &configs[1], server);
}

static void send_text(struct bench *bench, enum channel_role role, const char *text)
{
    struct trial_end *end = end_of(bench, role);
    if ((channel_flags(bench->ends[role]) & CHANNEL_OPEN) &&
        !channel_send(bench->ends[role], text, strlen(text)))
        strcat(end->said, text); /* three short lines at most */
    run(bench);
}

/* Line by line, then the client's goodbye. */
static void talk(struct bench *bench)
{
    const unsigned open = channel_flags(bench->ends[0]) & channel_flags(bench->ends[1]);
    bench->trial->moved = (open & CHANNEL_OPEN) != 0;
    send_text(bench, CHANNEL_CLIENT, "meet at noon\n");
    send_text(bench, CHANNEL_SERVER, TRIAL_TO_CLIENT);
    send_text(bench, CHANNEL_CLIENT, "bring the book\n");
    channel_close(bench->ends[CHANNEL_CLIENT], CHANNEL_OK, NULL);
    run(bench);
}

/* The rendezvous, the port, the talk there. */
static void run_trial(struct bench *bench)
{
    struct channel_ticket *client, *server;
    if (bench->config->tickets[0]) {
        if (resume(bench, bench->config->tickets[0], bench->config->tickets[1])) {
            run(bench);
            talk(bench);
        }
        return;
    }
    run(bench);
    if (!(channel_flags(bench->ends[CHANNEL_SERVER]) & CHANNEL_OPEN) ||
        channel_send_port(bench->ends[CHANNEL_SERVER], POOL_PORT))
        return;
    run(bench);
    client = channel_take_ticket(bench->ends[CHANNEL_CLIENT]);
    server = channel_take_ticket(bench->ends[CHANNEL_SERVER]);
    if (client) {
        channel_close(bench->ends[CHANNEL_CLIENT], CHANNEL_OK, NULL);
        run(bench);
    }
    if (client && server && resume(bench, client, server)) {
        run(bench);
        talk(bench);
    }
    channel_ticket_free(client);
    channel_ticket_free(server);
}

static bool show(struct bench *bench, enum channel_role to, const struct rsa_key *key)
{
    struct rsa_key *view = key ? rsa_key_view(key, NULL) : NULL;
    if (view)
        middle_pretend(bench->middle, to, view);
    return !key || view;
}

static bool prepare(struct bench *bench, struct problem *problem)
{
    if (channel_suite_parse(&bench->suite, bench->config->suite))
        return problem_set(problem, "%s: no such suite", bench->config->suite);
    bench->middle =
        middle_new(&(struct middle_config){.say = say, .open_port = open_port, .context = bench});
    if (!bench->middle)
        return problem_memory(problem);
    if (!show(bench, CHANNEL_CLIENT, bench->config->to_client) ||
        !show(bench, CHANNEL_SERVER, bench->config->to_server))
        return problem_memory(problem);
    return !bench->config->acts || middle_script(bench->middle, bench->config->acts, problem);
}

bool trial_run(struct trial *trial, const struct trial_config *config, struct problem *problem)
{
    struct bench bench = {.config = config, .trial = trial};
    bool good;
    *trial = (struct trial){0};
    good = prepare(&bench, problem) &&
           (config->tickets[0] || begin(&bench) || problem_memory(problem));
    if (good) {
        run_trial(&bench);
        trial->result = *middle_result(bench.middle);
        trial->proof = middle_proof(bench.middle);
    }
    free_link(&bench);
    for (size_t i = 0; i < bench.move_count; i++)
        middle_move_free(bench.moves[i].move);
    middle_free(bench.middle);
    return good;
}

bool trial_keys_make(struct trial_keys *keys, bool modern)
{
    const unsigned bits = modern ? CHANNEL_MODERN_BITS : 1024;
    *keys = (struct trial_keys){0};
    return !rsa_key_generate(&keys->client, bits, NULL, NULL) &&
           !rsa_key_generate(&keys->server, bits, NULL, NULL) &&
           !rsa_key_generate(&keys->other, bits, NULL, NULL) &&
           !rsa_key_generate(&keys->stranger, bits, NULL, NULL);
}

void trial_keys_free(struct trial_keys *keys)
{
    rsa_key_free(keys->client);
    rsa_key_free(keys->server);
    rsa_key_free(keys->other);
    rsa_key_free(keys->stranger);
    *keys = (struct trial_keys){0};
}
