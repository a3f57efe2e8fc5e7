/*
 * Tasks of lesson 06, two ports: the message that names the port, the proof of the ticket, and what
 * a pool of ports can hold.
 */
#include "kind.h"

#include "sym_hkdf.h"

#include <string.h>

#define TICKET_BYTES 16

/* --- the first encrypted message ----------------------------------------------------------------------- */

#define PORT_BYTES (1 + 2 + TICKET_BYTES) /* type, port, ticket: as it is in the record */

static void lay_over(uint8_t *out, const uint8_t *in, size_t bytes, const uint8_t key[TICKET_BYTES],
                     size_t first, size_t period)
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = in[i] ^ key[(first + i) % period];
}

static void reverse(uint8_t *out, const uint8_t *in, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = in[bytes - 1 - i];
}

static bool port_message(struct task *task, struct task_random *random)
{
    uint8_t key[TICKET_BYTES], plain[PORT_BYTES], sealed[PORT_BYTES], wrong[PORT_BYTES];
    unsigned port = task_draw_between(random, 20000, 60000);
    task_draw_bytes(random, key, sizeof(key));
    task_draw_bytes(random, plain, sizeof(plain));
    plain[0] = 2;
    plain[1] = (uint8_t)(port >> 8);
    plain[2] = (uint8_t)port;
    lay_over(sealed, plain, sizeof(plain), key, 0, sizeof(key));
    task_say(task, "This is the sealed part of the record that names the second port. The suite is "
                   "textbook:vernam, and K is the key of the record. The message inside has a "
                   "type (1 byte), the port (2 bytes) and the ticket (16 bytes). What are the "
                   "port and the ticket? Answer with their 18 bytes, as they stand in the "
                   "message.");
    task_value_bytes(task, "K", key, sizeof(key));
    task_value_bytes(task, "sealed", sealed, sizeof(sealed));
    task_answer_bytes(task, 144, plain + 1, PORT_BYTES - 1);
    task_mistake_bytes(task, plain, PORT_BYTES - 1,
                       N_("You began one byte too early: the first byte is the type."));
    reverse(wrong, plain + 1, PORT_BYTES - 1);
    task_mistake_bytes(task, wrong, PORT_BYTES - 1, N_("You read the bytes from the wrong end."));
    lay_over(wrong, sealed + 1, PORT_BYTES - 1, key, 0, sizeof(key));
    task_mistake_bytes(task, wrong, PORT_BYTES - 1,
                       N_("You began the key at the port. Its first byte lies over the type."));
    memcpy(wrong, plain + 1, PORT_BYTES - 1);
    for (size_t i = TICKET_BYTES; i < PORT_BYTES; i++)
        wrong[i - 1] = sealed[i];
    task_mistake_bytes(task, wrong, PORT_BYTES - 1,
                       N_("The key has 16 bytes, and the message 19: the key begins anew."));
    memcpy(wrong, plain + 1, PORT_BYTES - 1);
    wrong[0] = plain[2];
    wrong[1] = plain[1];
    task_mistake_bytes(task, wrong, PORT_BYTES - 1,
                       N_("The two bytes of the port are swapped: the higher one stands first."));
    return true;
}

/* --- the proof of the ticket ----------------------------------------------------------------------------- */

struct proof {
    uint8_t secret[SYM_HMAC_BYTES], ticket[TICKET_BYTES], r[TICKET_BYTES];
};

static void make_mac(uint8_t out[SYM_HMAC_BYTES], const uint8_t key[SYM_HMAC_BYTES],
                     const char *who, const uint8_t one[TICKET_BYTES],
                     const uint8_t other[TICKET_BYTES])
{
    struct sym_hmac state;
    sym_hmac_init(&state, key, SYM_HMAC_BYTES);
    sym_hmac_update(&state, who, strlen(who));
    sym_hmac_update(&state, one, TICKET_BYTES);
    sym_hmac_update(&state, other, TICKET_BYTES);
    sym_hmac_final(out, &state);
}

static void make_key(uint8_t out[SYM_HMAC_BYTES], const struct proof *proof, const char *label)
{
    if (sym_hkdf_expand(out, SYM_HMAC_BYTES, proof->secret, sizeof(proof->secret), label,
                        strlen(label)) != SYM_OK)
        memset(out, 0, SYM_HMAC_BYTES);
}

static void proof_mistakes(struct task *task, const struct proof *proof,
                           const uint8_t key[SYM_HMAC_BYTES])
{
    uint8_t wrong[SYM_HMAC_BYTES], other[SYM_HMAC_BYTES];
    make_mac(wrong, key, "client", proof->r, proof->ticket);
    task_mistake_bytes(task, wrong, sizeof(wrong),
                       N_("The order is swapped: the ticket comes before r."));
    make_mac(wrong, key, "", proof->ticket, proof->r);
    task_mistake_bytes(task, wrong, sizeof(wrong),
                       N_("The word client is missing in front of the ticket."));
    make_mac(wrong, proof->secret, "client", proof->ticket, proof->r);
    task_mistake_bytes(task, wrong, sizeof(wrong),
                       N_("You took the ticket secret for the key. The key is expanded from it."));
    make_key(other, proof, "glassbox-v2 resume server");
    make_mac(wrong, other, "server", proof->ticket, proof->r);
    task_mistake_bytes(task, wrong, sizeof(wrong),
                       N_("This is made as the server's proof. The client comes first, with its "
                          "own label."));
    make_mac(wrong, other, "client", proof->ticket, proof->r);
    task_mistake_bytes(task, wrong, sizeof(wrong),
                       N_("The key has the server's label. The client's has the word client in "
                          "it."));
}

static bool ticket_proof(struct task *task, struct task_random *random)
{
    struct proof proof;
    uint8_t key[SYM_HMAC_BYTES], mac[SYM_HMAC_BYTES];
    task_draw_bytes(random, proof.secret, sizeof(proof.secret));
    task_draw_bytes(random, proof.ticket, sizeof(proof.ticket));
    task_draw_bytes(random, proof.r, sizeof(proof.r));
    task_say(task, "Who comes to the second port proves that the ticket was meant for them. This "
                   "client has read the ticket, and has drawn r. Both sides have the ticket "
                   "secret. Which MAC stands in R1? The formula is in docs/protocol.md, under "
                   "Port hand-over.");
    task_value_bytes(task, "secret", proof.secret, sizeof(proof.secret));
    task_value_bytes(task, "ticket", proof.ticket, sizeof(proof.ticket));
    task_value_bytes(task, "r", proof.r, sizeof(proof.r));
    make_key(key, &proof, "glassbox-v2 resume client");
    make_mac(mac, key, "client", proof.ticket, proof.r);
    task_answer_bytes(task, 256, mac, sizeof(mac));
    proof_mistakes(task, &proof, key);
    return true;
}

/* --- a pool of ports --------------------------------------------------------------------------------------- */

#define KNOCKS 26
#define PORTS  5
#define WAIT   10 /* seconds that a port is held */
#define NEVER  0

struct knock {
    unsigned at, comes; /* seconds; how long after it, NEVER: not at all */
};

/* Which port each gets, 1 to PORTS, or 0. wait: how long a port is held for who does not come;
 * talks: a port is held until the end, by who has come. */
static void serve(char digits[KNOCKS + 1], const struct knock knocks[KNOCKS], unsigned wait,
                  bool talks, bool highest)
{
    unsigned free_at[PORTS] = {0};
    for (size_t i = 0; i < KNOCKS; i++) {
        unsigned got = 0;
        for (unsigned j = 0; j < PORTS && got == 0; j++) {
            unsigned port = highest ? PORTS - j : j + 1;
            if (free_at[port - 1] <= knocks[i].at)
                got = port;
        }
        if (got > 0) {
            unsigned held = knocks[i].comes == NEVER ? wait : talks ? 1000 : knocks[i].comes;
            free_at[got - 1] = knocks[i].at + held;
        }
        digits[i] = (char)('0' + got);
    }
    digits[KNOCKS] = '\0';
}

static void draw_knocks(struct knock knocks[KNOCKS], struct task_random *random)
{
    unsigned now = 0;
    for (size_t i = 0; i < KNOCKS; i++) {
        now += task_draw_between(random, i == 0 ? 1 : 0, 2);
        knocks[i].at = now;
        knocks[i].comes = task_draw_below(random, 2) ? task_draw_between(random, 1, 6) : NEVER;
    }
}

static bool pool(struct task *task, struct task_random *random)
{
    struct knock knocks[KNOCKS];
    char digits[KNOCKS + 1];
    draw_knocks(knocks, random);
    task_say(task,
             "A server has a pool of %d ports, 20101 to 20105. Who knocks gets the lowest "
             "port that is free, in the order of the rows. A port is free again as soon as "
             "its client has come there, or %d seconds after the knock. (A port that comes "
             "free in a second can be given away in that same second.) Here are %d knocks.",
             PORTS, WAIT, KNOCKS);
    for (size_t i = 0; i < KNOCKS; i++)
        if (knocks[i].comes == NEVER)
            task_show(task, "knock %2zu  second %2u  never comes", i + 1, knocks[i].at);
        else
            task_show(task, "knock %2zu  second %2u  comes in second %2u", i + 1, knocks[i].at,
                      knocks[i].at + knocks[i].comes);
    task_say(task,
             "Write the last digit of the port that each gets, or 0 for who gets none: %d "
             "digits one behind the other, knock 1 first.",
             KNOCKS);
    serve(digits, knocks, WAIT, false, false);
    mpz_t number;
    mpz_init_set_str(number, digits, 10);
    task_answer_number(task, 44, number);
    mpz_clear(number);
    serve(digits, knocks, WAIT, true, false);
    task_mistake(task, digits,
                 N_("You held a port for the whole talk. Who has come leaves it free for the "
                    "next."));
    serve(digits, knocks, 1000, false, false);
    task_mistake(task, digits,
                 N_("You held a port for ever for who never comes. It is free after 10 seconds."));
    serve(digits, knocks, WAIT + 1, false, false);
    task_mistake(task, digits,
                 N_("You held a port one second too long: 10 seconds after the knock it is free."));
    serve(digits, knocks, WAIT, false, true);
    task_mistake(task, digits, N_("You gave away the highest free port, not the lowest."));
    return true;
}

const struct task_kind task_kinds_06[] = {
    {6, "port-message", N_("The first encrypted message"), port_message, TASK_QUICK},
    {6, "ticket-proof", N_("The proof of the ticket"), ticket_proof, TASK_QUICK},
    {6, "pool", N_("A pool of ports"), pool, TASK_QUICK},
    {0},
};
