/*
 * One part of p, a power of a prime: the order of g there, and with it the pieces of x.
 */
#include "dlog_internal.h"

#include <stdio.h>

struct part {
    struct dlog_field field;
    struct dlog_factors factors; /* of the number of elements that have an inverse */
    mpz_t elements,
        order; /* that number; of g. A rest of the factors counts as if it were prime. */
};

static bool open(struct part *part, const struct dlog_prime *of, uint64_t squarings)
{
    mpz_t modulus, less;
    mpz_inits(modulus, less, part->order, part->elements, NULL);
    mpz_pow_ui(modulus, of->prime, of->exponent);
    mpz_divexact(part->elements, modulus, of->prime);
    mpz_sub_ui(less, of->prime, 1);
    mpz_mul(part->elements, part->elements, less);
    bool done = dlog_field_open(&part->field, modulus);
    done = dlog_factors_open(&part->factors, less, squarings) && done;
    if (of->exponent > 1)
        done = done && dlog_factors_add(&part->factors, of->prime, of->exponent - 1);
    mpz_clears(modulus, less, NULL);
    return done;
}

static void close(struct part *part)
{
    dlog_field_close(&part->field);
    dlog_factors_close(&part->factors);
    mpz_clears(part->elements, part->order, NULL);
}

/* --- the order of g -------------------------------------------------------------------------- */

static bool is_one(const struct part *part, const mpz_t x, const mpz_t exponent)
{
    mpz_t power;
    mpz_init(power);
    mpz_powm(power, x, exponent, part->field.modulus);
    bool it_is = mpz_cmp_ui(power, 1) == 0;
    mpz_clear(power);
    return it_is;
}

static void reduce_order(struct part *part, const mpz_t g, const mpz_t prime)
{
    mpz_t less;
    mpz_init(less);
    while (mpz_divisible_p(part->order, prime)) {
        mpz_divexact(less, part->order, prime);
        if (!is_one(part, g, less))
            break;
        mpz_set(part->order, less);
    }
    mpz_clear(less);
}

static void set_order(struct part *part, const struct dlog_search *search)
{
    mpz_set(part->order, part->elements);
    for (size_t i = 0; i < part->factors.count; i++)
        reduce_order(part, search->g, part->factors.primes[i].prime);
    if (mpz_cmp_ui(part->factors.rest, 1) > 0)
        reduce_order(part, search->g, part->factors.rest);
    dlog_tell(search->listener,
              (struct dlog_step){"order",
                                 "the least r with g^r = 1 mod m",
                                 {{"m", part->field.modulus}, {"r", part->order}}});
}

/* --- the pieces ------------------------------------------------------------------------------ */

static void leave(struct dlog_search *search, const mpz_t factor, bool is_prime)
{
    const unsigned bits = (unsigned)mpz_sizeinbase(factor, 2);
    search->is_open = true;
    if (bits <= search->result->open_bits)
        return;
    search->result->open_bits = bits;
    if (is_prime)
        snprintf(search->left, sizeof(search->left),
                 "the order of g has a prime factor of %u bits: about 2^%u multiplications, more "
                 "than were allowed",
                 bits, (bits + 1) / 2);
    else
        snprintf(search->left, sizeof(search->left),
                 "the order of g has a factor of %u bits that was not taken apart", bits);
}

static bool add_piece(struct dlog_search *search, struct dlog_run *run, const struct part *part,
                      const mpz_t prime)
{
    const struct dlog_piece piece = {run, search->g, search->A, part->order, prime};
    bool known = true;
    mpz_t x, power;
    mpz_inits(x, power, NULL);
    enum dlog_outcome outcome = dlog_prime_power(x, power, &piece);
    if (outcome == DLOG_FOUND)
        known = dlog_known_add(search->result->x, search->result->modulus, x, power);
    else if (outcome == DLOG_BOUND)
        leave(search, prime, true);
    mpz_clears(x, power, NULL);
    if (outcome == DLOG_MEMORY)
        return dlog_search_no_memory(search);
    return (known && outcome != DLOG_ABSENT) || dlog_search_no_power(search);
}

static bool add_pieces(struct dlog_search *search, struct part *part)
{
    struct dlog_run run = {
        .field = &part->field, .bounds = search->bounds, .listener = search->listener};
    bool done = true;
    set_order(part, search);
    if (!is_one(part, search->A, part->order))
        return dlog_search_no_power(search);
    for (size_t i = 0; i < part->factors.count && done; i++)
        if (mpz_divisible_p(part->order, part->factors.primes[i].prime))
            done = add_piece(search, &run, part, part->factors.primes[i].prime);
    if (mpz_cmp_ui(part->factors.rest, 1) > 0 && mpz_divisible_p(part->order, part->factors.rest))
        leave(search, part->factors.rest, false);
    dlog_search_count(search, &run);
    return done;
}

/* A g that the prime divides has no order there: its powers end as 0, and say no more. */
bool dlog_part_look(struct dlog_search *search, const struct dlog_prime *of)
{
    struct part part;
    if (mpz_divisible_p(search->g, of->prime))
        return mpz_divisible_p(search->A, of->prime) || dlog_search_no_power(search);
    bool done = open(&part, of, search->bounds.factoring);
    done = done ? add_pieces(search, &part) : dlog_search_no_memory(search);
    close(&part);
    return done;
}
