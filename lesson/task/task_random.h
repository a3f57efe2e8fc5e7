/*
 * The numbers of a task: chance that follows from the course, the student, the lesson and the kind.
 *
 *     PRK     HKDF-Extract(salt "glassbox task v1", ikm: the course's secret)     RFC 5869 2.2
 *     key     HKDF-Expand(PRK, info "numbers\nLESSON\nKIND\nSTUDENT", 32)         RFC 5869 2.3
 *     stream  ChaCha20(key, nonce 0) from block 0 on                              RFC 8439 2.4
 *
 * So the same secret gives the same tasks again, and one student's numbers say nothing about
 * another's. Whoever has the course's secret has all answers. CT: no.
 */
#ifndef GLASSBOX_LESSON_TASK_RANDOM_H
#define GLASSBOX_LESSON_TASK_RANDOM_H

#include "lesson_seed.h"

#include <gmp.h>

/* Where it lies, it stays: stream.random points into it. Hand &random->stream.random to a library
 * that asks for a struct rsa_random. */
struct task_random {
    struct seed_stream stream;
};

void task_draw_bytes(struct task_random *random, void *out, size_t bytes);
/* Uniform, below limit, which is at least 1. */
uint64_t task_draw_below(struct task_random *random, uint64_t limit);
/* Uniform, both ends included. */
unsigned task_draw_between(struct task_random *random, unsigned least, unsigned most);
/* Uniform, from 2 to limit - 2. */
void task_draw_number(mpz_t number, struct task_random *random, const mpz_t limit);
/* A prime of exactly so many bits (at least 3), whose two upper bits are set: the product of two
 * has exactly the sum of their bits. */
void task_draw_prime(mpz_t prime, struct task_random *random, unsigned bits);

/* A plain English word of 3 to 8 small letters, out of 256. */
const char *task_draw_word(struct task_random *random);
/* So many of them with single blanks between: 8 bits each. Cut where space ends. */
void task_draw_words(char *out, size_t space, struct task_random *random, unsigned count);

#endif
