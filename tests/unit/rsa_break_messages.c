/*
 * A message without the key: broadcast, common modulus, guessing; at the edge and beyond.
 */
#include "rsa_instance.h"
#include "rsa_message_breaks.h"

#include <criterion/criterion.h>
#include <gmp.h>
#include <stdio.h>
#include <string.h>

static struct fed_random chance;
static struct rsa_finding finding;

static void begin(void)
{
    fed_random_init(&chance, NULL, 0, test_seed_of_figures());
    rsa_finding_init(&finding);
}

static void end(void)
{
    rsa_finding_clear(&finding);
}

TestSuite(rsa_break_messages, .init = begin, .fini = end);

static void expect_m(const mpz_t m)
{
    cr_assert_eq(finding.verdict, RSA_BROKEN, "%s", finding.text);
    cr_expect_eq(mpz_cmp(rsa_finding_get(&finding, "m"), m), 0);
}

/* --- broadcast --------------------------------------------------------------------------------- */

enum { MOST = 5 };

struct broadcast {
    struct rsa_instance keys[MOST];
    mpz_t c[MOST], m, smallest;
    struct rsa_sent sent[MOST];
};

static void broadcast_open(struct broadcast *broadcast, unsigned bits, unsigned long e)
{
    mpz_inits(broadcast->m, broadcast->smallest, NULL);
    for (size_t i = 0; i < MOST; i++) {
        rsa_instance_make(&broadcast->keys[i], &chance, bits, e);
        mpz_init(broadcast->c[i]);
        broadcast->sent[i] = (struct rsa_sent){broadcast->keys[i].n, broadcast->c[i]};
        if (i == 0 || mpz_cmp(broadcast->keys[i].n, broadcast->smallest) < 0)
            mpz_set(broadcast->smallest, broadcast->keys[i].n);
    }
}

static void broadcast_close(struct broadcast *broadcast)
{
    for (size_t i = 0; i < MOST; i++) {
        rsa_instance_clear(&broadcast->keys[i]);
        mpz_clear(broadcast->c[i]);
    }
    mpz_clears(broadcast->m, broadcast->smallest, NULL);
}

static void send(struct broadcast *broadcast, size_t count)
{
    for (size_t i = 0; i < MOST; i++)
        mpz_powm(broadcast->c[i], broadcast->m, broadcast->keys[i].e, broadcast->keys[i].n);
    rsa_finding_clear(&finding);
    rsa_break_broadcast(&finding, broadcast->keys[0].e, broadcast->sent, count, NULL);
}

/* The finding names the bits of the root of the product of the first moduli. */
static void expect_bound(const struct broadcast *broadcast, size_t count, unsigned long e)
{
    char want[32];
    mpz_t product;
    mpz_init_set_ui(product, 1);
    for (size_t i = 0; i < count; i++)
        mpz_mul(product, product, broadcast->keys[i].n);
    mpz_root(product, product, e);
    snprintf(want, sizeof(want), "below 2^%zu ", mpz_sizeinbase(product, 2) - 1);
    cr_expect_not_null(strstr(finding.text, want), "%s: %s", want, finding.text);
    mpz_clear(product);
}

/* The longest message that all of them can get, with as many ciphertexts as e, and with one fewer. */
Test(rsa_break_messages, broadcast_takes_as_many_as_e)
{
    for (unsigned long e = 3; e <= 5; e += 2) {
        struct broadcast broadcast;
        broadcast_open(&broadcast, 512, e);
        mpz_sub_ui(broadcast.m, broadcast.smallest, 2);
        send(&broadcast, e);
        expect_m(broadcast.m);
        send(&broadcast, e - 1);
        cr_expect_eq(finding.verdict, RSA_RESISTED, "%s", finding.text);
        expect_bound(&broadcast, e - 1, e);
        mpz_sub_ui(broadcast.c[1], broadcast.c[1], 1);
        rsa_finding_clear(&finding);
        rsa_break_broadcast(&finding, broadcast.keys[0].e, broadcast.sent, e, NULL);
        cr_expect_eq(finding.verdict, RSA_NOT_APPLICABLE, "%s", finding.text);
        broadcast_close(&broadcast);
    }
}

/* With two of three, every m up to the cube root of n1 n2, and no further. */
Test(rsa_break_messages, broadcast_of_a_short_message)
{
    struct broadcast broadcast;
    mpz_t limit;
    broadcast_open(&broadcast, 512, 3);
    mpz_init(limit);
    mpz_mul(limit, broadcast.keys[0].n, broadcast.keys[1].n);
    mpz_root(broadcast.m, limit, 3);
    send(&broadcast, 2);
    expect_m(broadcast.m);
    mpz_add_ui(broadcast.m, broadcast.m, 1);
    send(&broadcast, 2);
    cr_expect_eq(finding.verdict, RSA_RESISTED, "%s", finding.text);
    mpz_clear(limit);
    broadcast_close(&broadcast);
}

/* Two keys with a prime in common are a find; the same key twice says nothing new. */
Test(rsa_break_messages, broadcast_to_related_keys)
{
    struct broadcast broadcast;
    broadcast_open(&broadcast, 256, 3);
    mpz_mul(broadcast.keys[2].n, broadcast.keys[0].p, broadcast.keys[1].q);
    mpz_set_ui(broadcast.m, 12345);
    send(&broadcast, 3);
    cr_assert_eq(finding.verdict, RSA_BROKEN, "%s", finding.text);
    cr_expect_eq(mpz_cmp(rsa_finding_get(&finding, "p"), broadcast.keys[0].p), 0);
    mpz_set(broadcast.keys[2].n, broadcast.keys[0].n);
    send(&broadcast, 3);
    cr_expect_eq(finding.verdict, RSA_NOT_APPLICABLE, "%s", finding.text);
    broadcast_close(&broadcast);
}

/* --- common modulus ---------------------------------------------------------------------------- */

static void common(const struct rsa_instance *key, const mpz_t m, unsigned long e1,
                   unsigned long e2)
{
    mpz_t e[2], c[2];
    for (int i = 0; i < 2; i++) {
        mpz_init_set_ui(e[i], i == 0 ? e1 : e2);
        mpz_init(c[i]);
        mpz_powm(c[i], m, e[i], key->n);
    }
    rsa_finding_clear(&finding);
    rsa_break_common_modulus(&finding, key->n, (struct rsa_raised[]){{e[0], c[0]}, {e[1], c[1]}},
                             NULL);
    mpz_clears(e[0], e[1], c[0], c[1], NULL);
}

Test(rsa_break_messages, common_modulus)
{
    struct rsa_instance key;
    mpz_t m, limit;
    rsa_instance_make(&key, &chance, 1024, 65537);
    mpz_inits(m, limit, NULL);
    random_below(m, &chance, key.n);
    common(&key, m, 65537, 3);
    expect_m(m);
    common(&key, m, 3, 65537); /* the other one gets the minus sign */
    expect_m(m);
    common(&key, m, 1, 17);
    expect_m(m);
    /* gcd(9, 15) = 3: up to the cube root of n, and no further */
    mpz_root(m, key.n, 3);
    common(&key, m, 9, 15);
    expect_m(m);
    mpz_add_ui(m, m, 1);
    common(&key, m, 9, 15);
    cr_expect_eq(finding.verdict, RSA_NOT_APPLICABLE, "%s", finding.text);
    /* a ciphertext that has a prime of n in it */
    common(&key, key.q, 9, 15);
    cr_assert_eq(finding.verdict, RSA_BROKEN, "%s", finding.text);
    cr_expect_eq(mpz_cmp(rsa_finding_get(&finding, "p"), key.q), 0);
    mpz_clears(m, limit, NULL);
    rsa_instance_clear(&key);
}

Test(rsa_break_messages, common_modulus_of_two_messages)
{
    struct rsa_instance key;
    mpz_t e[2], c[2];
    rsa_instance_make(&key, &chance, 512, 17);
    mpz_init_set_ui(e[0], 3);
    mpz_init_set_ui(e[1], 5);
    mpz_init_set_ui(c[0], 8);   /* of 2 */
    mpz_init_set_ui(c[1], 243); /* of 3 */
    rsa_break_common_modulus(&finding, key.n, (struct rsa_raised[]){{e[0], c[0]}, {e[1], c[1]}},
                             NULL);
    cr_expect_eq(finding.verdict, RSA_NOT_APPLICABLE);
    cr_expect_str_eq(finding.text, "c1 and c2 are not the same message");
    mpz_clears(e[0], e[1], c[0], c[1], NULL);
    rsa_instance_clear(&key);
}

/* --- guessing ---------------------------------------------------------------------------------- */

static bool count_up(void *context, mpz_t candidate)
{
    unsigned long *next = context;
    mpz_set_ui(candidate, (*next)++);
    return *next <= 1001;
}

static void guess(const struct rsa_instance *key, unsigned long m, uint64_t limit)
{
    unsigned long next = 0;
    mpz_t c;
    mpz_init_set_ui(c, m);
    mpz_powm(c, c, key->e, key->n);
    rsa_finding_clear(&finding);
    rsa_break_guess(&finding, key->n, key->e, c, &(struct rsa_candidates){count_up, &next}, limit,
                    NULL);
    mpz_clear(c);
}

/* The candidates are 0 to 1000. */
Test(rsa_break_messages, guess)
{
    struct rsa_instance key;
    mpz_t m;
    rsa_instance_make(&key, &chance, 512, 65537);
    mpz_init_set_ui(m, 1000);
    guess(&key, 1000, UINT64_MAX);
    expect_m(m);
    cr_expect_eq(finding.work, 1001);
    guess(&key, 1001, UINT64_MAX);
    cr_expect_eq(finding.verdict, RSA_RESISTED);
    cr_expect_eq(finding.work, 1001);
    guess(&key, 1000, 1000);
    cr_expect_eq(finding.verdict, RSA_RESISTED);
    cr_expect_eq(finding.work, 1000);
    mpz_clear(m);
    rsa_instance_clear(&key);
}
