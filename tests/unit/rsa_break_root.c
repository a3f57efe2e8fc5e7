/*
 * The e-th root without the key: where it must just work, and just beyond.
 */
#include "rsa_instance.h"
#include "rsa_message_breaks.h"

#include <criterion/criterion.h>
#include <gmp.h>

struct scene {
    struct fed_random random;
    struct rsa_instance key;
    mpz_t m, c, limit;
    struct rsa_finding finding;
};

static void scene_open(struct scene *scene, unsigned bits, unsigned long e)
{
    fed_random_init(&scene->random, NULL, 0, test_seed_of_figures());
    rsa_instance_make(&scene->key, &scene->random, bits, e);
    mpz_inits(scene->m, scene->c, scene->limit, NULL);
    rsa_finding_init(&scene->finding);
}

static void scene_close(struct scene *scene)
{
    rsa_finding_clear(&scene->finding);
    mpz_clears(scene->m, scene->c, scene->limit, NULL);
    rsa_instance_clear(&scene->key);
}

static void attack(struct scene *scene, struct rsa_root_room room)
{
    mpz_powm(scene->c, scene->m, scene->key.e, scene->key.n);
    rsa_finding_clear(&scene->finding);
    rsa_break_root(&scene->finding, scene->key.n, scene->key.e, scene->c, &room, NULL);
}

static void expect_m(const struct scene *scene)
{
    cr_assert_eq(scene->finding.verdict, RSA_BROKEN, "%s", scene->finding.text);
    cr_expect_eq(mpz_cmp(rsa_finding_get(&scene->finding, "m"), scene->m), 0);
}

/* The largest m whose power is below n comes back, the next one does not. */
Test(rsa_break_root, edge_of_the_modulus)
{
    static const unsigned long exponents[] = {3, 5, 17};
    for (size_t i = 0; i < sizeof(exponents) / sizeof(exponents[0]); i++) {
        struct scene scene;
        scene_open(&scene, 1024, exponents[i]);
        mpz_root(scene.m, scene.key.n, exponents[i]);
        attack(&scene, (struct rsa_root_room){0});
        expect_m(&scene);
        cr_expect_eq(scene.finding.work, 1);
        mpz_add_ui(scene.m, scene.m, 1);
        attack(&scene, (struct rsa_root_room){0});
        cr_expect_eq(scene.finding.verdict, RSA_RESISTED, "e = %lu", exponents[i]);
        attack(&scene, (struct rsa_root_room){.slack_bits = 1});
        expect_m(&scene);
        scene_close(&scene);
    }
}

/* m^3 = c + k n: k = 255 is within 8 bits, k = 256 is not. */
Test(rsa_break_root, edge_of_the_slack)
{
    struct scene scene;
    scene_open(&scene, 512, 3);
    mpz_mul_ui(scene.limit, scene.key.n, 256);
    mpz_root(scene.m, scene.limit, 3); /* m^3 <= 256 n */
    attack(&scene, (struct rsa_root_room){.slack_bits = 8});
    expect_m(&scene);
    cr_expect_eq(scene.finding.work, 256);
    mpz_add_ui(scene.m, scene.m, 1);
    attack(&scene, (struct rsa_root_room){.slack_bits = 8});
    cr_expect_eq(scene.finding.verdict, RSA_RESISTED);
    cr_expect_eq(scene.finding.work, 256);
    attack(&scene, (struct rsa_root_room){.slack_bits = 9});
    expect_m(&scene);
    scene_close(&scene);
}

/* m of 400 bits, of which 150 are known: 2 400 + 250 is just above 1024, so k has 26 bits or more; with
 * 190 known, 2 400 + 210 leaves one k or two. */
Test(rsa_break_root, known_beginning)
{
    struct scene scene;
    mpz_t high;
    scene_open(&scene, 1024, 3);
    mpz_init(high);
    random_of_bits(scene.m, &scene.random, 400);
    mpz_fdiv_q_2exp(high, scene.m, 210);
    attack(&scene, (struct rsa_root_room){.slack_bits = 1, .high = high, .low_bits = 210});
    expect_m(&scene);
    mpz_fdiv_q_2exp(high, scene.m, 250);
    attack(&scene, (struct rsa_root_room){.slack_bits = 1, .high = high, .low_bits = 250});
    cr_expect_eq(scene.finding.verdict, RSA_RESISTED, "%s", scene.finding.text);
    mpz_add_ui(high, high, 1); /* another beginning */
    mpz_mul_2exp(high, high, 40);
    attack(&scene, (struct rsa_root_room){.slack_bits = 8, .high = high, .low_bits = 210});
    cr_expect_eq(scene.finding.verdict, RSA_NOT_APPLICABLE, "%s", scene.finding.text);
    mpz_clear(high);
    scene_close(&scene);
}

Test(rsa_break_root, not_applicable)
{
    struct scene scene;
    scene_open(&scene, 1024, 65537);
    random_of_bits(scene.m, &scene.random, 128);
    attack(&scene, (struct rsa_root_room){.slack_bits = 4});
    cr_expect_eq(scene.finding.verdict, RSA_NOT_APPLICABLE);
    rsa_break_root(&scene.finding, scene.key.n, scene.key.e, scene.key.n,
                   &(struct rsa_root_room){0}, NULL);
    cr_expect_eq(scene.finding.verdict, RSA_NOT_APPLICABLE);
    cr_expect_str_eq(scene.finding.text, "c is not below n");
    scene_close(&scene);
}
