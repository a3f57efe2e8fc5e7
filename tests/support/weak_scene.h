/*
 * A key made for a fault, and what rsa_weakness says of it. Each proof of what was found is run by
 * python3 at the close.
 */
#ifndef GLASSBOX_TESTS_WEAK_SCENE_H
#define GLASSBOX_TESTS_WEAK_SCENE_H

#include "python_proof.h"
#include "rsa_instance.h"
#include "rsa_weakness.h"

#include <gmp.h>

struct weak_scene {
    struct fed_random random;
    mpz_t n, e, d, p, q;
    struct rsa_weakness_report report;
    struct python_proofs proofs; /* of what was found */
};

void weak_open(struct weak_scene *scene);
void weak_close(struct weak_scene *scene);
/* A prime of exactly so many bits, the upper two set. */
void weak_draw(mpz_t p, struct weak_scene *scene, unsigned bits);
/* d mod lambda, for the private half. */
void weak_derive(struct weak_scene *scene);
/* bound 0: the quick part. */
void weak_judge(struct weak_scene *scene, uint64_t bound);
/* n = p q, and the public half alone is judged. */
void weak_judge_product(struct weak_scene *scene, uint64_t bound);
void weak_expect_found(struct weak_scene *scene, enum rsa_weakness weakness);
/* It is the first that is found. */
void weak_expect(struct weak_scene *scene, enum rsa_weakness weakness);
void weak_expect_verdict(const struct weak_scene *scene, enum rsa_weakness weakness,
                         enum rsa_verdict verdict);
void weak_expect_none(const struct weak_scene *scene);

#endif
