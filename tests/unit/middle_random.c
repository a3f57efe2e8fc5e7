/*
 * The unarmed modern suites: acts by lot, on a talk at the new port and on whole handshakes. Whatever
 * is done, an end hears nothing that the other has not said, in its order; and who believes in a good
 * end has heard all. The seed is printed; TEST_SEED=N enters it again.
 */
#include "middle_trial.h"
#include "pump.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef GLASSBOX_SANITIZED
#define TALKS      400
#define HANDSHAKES 6
#else
#define TALKS      5000 /* two acts each */
#define HANDSHAKES 40
#endif

struct lot {
    uint64_t state, seed;
};

/* xorshift64* */
static unsigned draw(struct lot *lot, unsigned below)
{
    lot->state ^= lot->state >> 12;
    lot->state ^= lot->state << 25;
    lot->state ^= lot->state >> 27;
    return (unsigned)((lot->state * 2685821657736338717ULL) >> 33) % below;
}

static struct lot begin(void)
{
    const char *given = getenv("TEST_SEED");
    const uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("TEST_SEED=%llu\n", (unsigned long long)seed);
    return (struct lot){.state = seed * 0x9E3779B97F4A7C15ULL + 1, .seed = seed};
}

static void put_act(char *out, size_t space, struct lot *lot, bool handshake)
{
    static const char *const talk[] = {"client", "server", "resume client", "resume server"};
    static const char *const begin[] = {"hello client", "hello server", "exchange client",
                                        "exchange server"};
    const char *const which = handshake ? begin[draw(lot, 4)] : talk[draw(lot, 4)];
    const unsigned nth = handshake || strncmp(which, "resume", 6) == 0 ? 1 : 1 + draw(lot, 4);
    switch (draw(lot, 8)) {
    case 0:
    case 1:
    case 2:
        snprintf(out, space, "flip %u.%u %s %u;", draw(lot, handshake ? 300 : 60), draw(lot, 8),
                 which, nth);
        break;
    case 3:
        snprintf(out, space, "drop %s %u;", which, nth);
        break;
    case 4:
        snprintf(out, space, "repeat %s %u;", which, nth);
        break;
    case 5:
        snprintf(out, space, "swap %s %u;", which, nth);
        break;
    case 6:
        snprintf(out, space, "keep %s %u; wait %s; replay;", which, nth,
                 draw(lot, 2) ? "client" : "server");
        break;
    default:
        snprintf(out, space, "%s",
                 handshake      ? (draw(lot, 2) ? "swap keys client;" : "swap keys server;")
                 : draw(lot, 2) ? "wait client; say server meet at nine\\n;"
                                : "wait server; say client refused\\n;");
    }
}

static void check_end(const char *acts, uint64_t seed, const char *who, const struct trial_end *end,
                      const char *said)
{
    cr_assert(strncmp(said, end->heard, strlen(end->heard)) == 0,
              "TEST_SEED=%llu, %s: the %s heard \"%s\"", (unsigned long long)seed, acts, who,
              end->heard);
    cr_assert(!end->good_end || strcmp(said, end->heard) == 0,
              "TEST_SEED=%llu, %s: the %s believes that \"%s\" was all", (unsigned long long)seed,
              acts, who, end->heard);
}

/* False: both have come to a good end, all the same. */
static bool disturb(struct trial_config *config, struct lot *lot, bool handshake)
{
    char acts[200];
    struct problem problem = {0};
    struct trial trial;
    put_act(acts, 100, lot, handshake);
    put_act(acts + strlen(acts), 100, lot, handshake);
    config->acts = acts;
    cr_assert(trial_run(&trial, config, &problem), "%s", problem.message);
    check_end(acts, lot->seed, "server", &trial.server, trial.client.said);
    check_end(acts, lot->seed, "client", &trial.client, trial.server.said);
    free(trial.proof);
    return !trial.server.good_end || trial.client.error;
}

Test(middle_random, nothing_is_heard_that_was_not_said, .timeout = 120)
{
    const struct trial_keys keys = {.client = (struct rsa_key *)pump_identity(0),
                                    .server = (struct rsa_key *)pump_identity(1),
                                    .other = (struct rsa_key *)pump_identity(2)};
    struct lot lot = begin();
    struct pump pump;
    unsigned noticed = 0;
    pump_open_keys(&pump, "modern", keys.client, keys.server);
    pump_run(&pump);
    cr_assert_eq(channel_send_port(pump.server, 10110), CHANNEL_OK);
    pump_run(&pump);
    struct channel_ticket *client = channel_take_ticket(pump.client);
    struct channel_ticket *server = channel_take_ticket(pump.server);
    struct trial_config config = {.suite = "modern", .keys = &keys, .tickets = {client, server}};
    for (unsigned i = 0; i < TALKS; i++)
        noticed += disturb(&config, &lot, false);
    /* Most acts are to the point: the others name a frame that never came. */
    cr_assert_gt(noticed, TALKS / 2, "%u of %u", noticed, TALKS);
    channel_ticket_free(client);
    channel_ticket_free(server);
    pump_close(&pump);
}

Test(middle_random, no_handshake_is_bent, .timeout = 120)
{
    const struct trial_keys keys = {.client = (struct rsa_key *)pump_identity(0),
                                    .server = (struct rsa_key *)pump_identity(1),
                                    .other = (struct rsa_key *)pump_identity(2)};
    struct lot lot = begin();
    struct trial_config config = {.suite = "modern", .keys = &keys};
    unsigned noticed = 0;
    for (unsigned i = 0; i < HANDSHAKES; i++)
        noticed += disturb(&config, &lot, true);
    cr_assert_gt(noticed, HANDSHAKES / 2, "%u of %u", noticed, HANDSHAKES);
}
