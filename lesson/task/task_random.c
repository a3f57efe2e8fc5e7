/*
 * The numbers of a task; see task_random.h.
 */
#include "task_random.h"

#include "task_random_internal.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_BYTES 2048 /* the longest number that is drawn */

bool task_random_start(struct task_random *random, const char *purpose,
                       const struct task_kind *kind, const char *student,
                       const uint8_t course[COURSE_SECRET_BYTES])
{
    static const char salt[] = "glassbox task v1";
    struct lesson_seed seed = {0};
    char info[TASK_STUDENT_BYTES + 128];
    int bytes = snprintf(info, sizeof(info), "%s\n%u\n%s\n%s", purpose, kind->lesson, kind->name,
                         student);
    if (bytes < 0 || (size_t)bytes >= sizeof(info))
        return false;
    sym_hkdf_extract(seed.prk, salt, strlen(salt), course, COURSE_SECRET_BYTES);
    seed_stream_start(&random->stream, &seed, info);
    sym_wipe(&seed, sizeof(seed));
    return true;
}

/* The stream ends after 256 GiB, and no task comes near. */
void task_draw_bytes(struct task_random *random, void *out, size_t bytes)
{
    if (random->stream.random.fill(random->stream.random.context, out, bytes) != 0)
        memset(out, 0, bytes);
}

/* Numbers of the last, incomplete multiple of limit are drawn again: all are as likely. */
uint64_t task_draw_below(struct task_random *random, uint64_t limit)
{
    uint64_t number, surplus = (UINT64_MAX % limit + 1) % limit;
    do {
        uint8_t data[sizeof(number)];
        task_draw_bytes(random, data, sizeof(data));
        number = 0;
        for (size_t i = 0; i < sizeof(data); i++) /* the same on all machines */
            number = number << 8 | data[i];
    } while (number > UINT64_MAX - surplus);
    return number % limit;
}

unsigned task_draw_between(struct task_random *random, unsigned least, unsigned most)
{
    return least + (unsigned)task_draw_below(random, (uint64_t)most - least + 1);
}

/* Uniform below 2^bits. */
static void draw_bits(mpz_t number, struct task_random *random, size_t bits)
{
    uint8_t data[NUMBER_BYTES];
    size_t bytes = (bits + 7) / 8;
    task_draw_bytes(random, data, bytes);
    mpz_import(number, bytes, 1, 1, 1, 0, data);
    mpz_fdiv_r_2exp(number, number, bits);
}

void task_draw_number(mpz_t number, struct task_random *random, const mpz_t limit)
{
    mpz_t most;
    mpz_init(most);
    mpz_sub_ui(most, limit, 2);
    do
        draw_bits(number, random, mpz_sizeinbase(limit, 2));
    while (mpz_cmp_ui(number, 2) < 0 || mpz_cmp(number, most) > 0);
    mpz_clear(most);
}

void task_draw_prime(mpz_t prime, struct task_random *random, unsigned bits)
{
    do {
        draw_bits(prime, random, bits);
        mpz_setbit(prime, bits - 1);
        mpz_setbit(prime, bits - 2);
        mpz_sub_ui(prime, prime, 1);
        mpz_nextprime(prime, prime);
    } while (mpz_sizeinbase(prime, 2) != bits);
}

void task_draw_words(char *out, size_t space, struct task_random *random, unsigned count)
{
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < count && used < space; i++)
        used += (size_t)snprintf(out + used, space - used, "%s%s", i ? " " : "",
                                 task_draw_word(random));
}
