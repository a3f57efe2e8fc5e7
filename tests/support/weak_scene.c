/* See weak_scene.h. */
#include "weak_scene.h"

#include <criterion/criterion.h>

void weak_open(struct weak_scene *scene)
{
    *scene = (struct weak_scene){0};
    fed_random_init(&scene->random, NULL, 0, test_seed_of_figures());
    mpz_inits(scene->n, scene->d, scene->p, scene->q, scene->report.factor, NULL);
    mpz_init_set_ui(scene->e, 65537);
}

void weak_close(struct weak_scene *scene)
{
    if (scene->proofs.count > 0)
        cr_expect(python_proofs_hold(&scene->proofs));
    rsa_weakness_report_free(&scene->report);
    mpz_clears(scene->n, scene->e, scene->d, scene->p, scene->q, NULL);
}

void weak_draw(mpz_t p, struct weak_scene *scene, unsigned bits)
{
    random_of_bits(p, &scene->random, bits);
    mpz_setbit(p, bits - 2);
    mpz_nextprime(p, p);
}

void weak_derive(struct weak_scene *scene)
{
    mpz_t t;
    mpz_init(t);
    mpz_sub_ui(t, scene->q, 1);
    mpz_sub_ui(scene->d, scene->p, 1);
    mpz_lcm(t, t, scene->d);
    cr_assert(mpz_invert(scene->d, scene->e, t), "e does not fit");
    mpz_clear(t);
}

void weak_judge(struct weak_scene *scene, uint64_t bound)
{
    const struct rsa_weakness_key key = {scene->n, scene->e, scene->d, scene->p, scene->q};
    rsa_weakness_report_free(&scene->report);
    if (bound > 0)
        rsa_weakness_deep(&scene->report, &key, bound);
    else
        rsa_weakness_quick(&scene->report, &key);
}

void weak_judge_product(struct weak_scene *scene, uint64_t bound)
{
    mpz_t p, q;
    mpz_init_set(p, scene->p);
    mpz_init_set(q, scene->q);
    mpz_mul(scene->n, p, q);
    mpz_set_ui(scene->p, 0);
    mpz_set_ui(scene->q, 0);
    mpz_set_ui(scene->d, 0);
    weak_judge(scene, bound);
    mpz_swap(scene->p, p);
    mpz_swap(scene->q, q);
    mpz_clears(p, q, NULL);
}

void weak_expect_found(struct weak_scene *scene, enum rsa_weakness weakness)
{
    const struct rsa_weakness_finding *finding = &scene->report.findings[weakness];
    cr_expect_eq(finding->verdict, RSA_BROKEN, "%s: %s", rsa_weakness_info(weakness)->name,
                 finding->detail);
    cr_expect(scene->report.is_weak);
    python_proofs_add(&scene->proofs, finding->proof);
}

void weak_expect(struct weak_scene *scene, enum rsa_weakness weakness)
{
    enum rsa_weakness first = rsa_weakness_first(&scene->report);
    weak_expect_found(scene, weakness);
    cr_expect_eq(first, weakness, "%s came first",
                 first == RSA_WEAKNESSES ? "none" : rsa_weakness_info(first)->name);
}

void weak_expect_verdict(const struct weak_scene *scene, enum rsa_weakness weakness,
                         enum rsa_verdict verdict)
{
    const struct rsa_weakness_finding *finding = &scene->report.findings[weakness];
    cr_expect_eq(finding->verdict, verdict, "%s: %s", rsa_weakness_info(weakness)->name,
                 finding->detail);
    cr_expect(verdict == RSA_BROKEN || !finding->proof);
}

void weak_expect_none(const struct weak_scene *scene)
{
    enum rsa_weakness first = rsa_weakness_first(&scene->report);
    cr_expect_eq(first, RSA_WEAKNESSES, "%s: %s", rsa_weakness_info(first)->name,
                 scene->report.findings[first % RSA_WEAKNESSES].detail);
    cr_expect(!scene->report.is_weak && mpz_sgn(scene->report.factor) == 0);
}
