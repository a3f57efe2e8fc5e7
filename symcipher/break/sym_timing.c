/*
 * A comparison that ends early: see sym_timing.h.
 */
#include "sym_timing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = SYM_TIMING_DIGIT_COUNT, RETREATS = 4 };

struct attack {
    struct sym_timing_result *result;
    const struct sym_timing_oracle *oracle;
    const struct sym_timing_listener *listener;
    size_t length;
    unsigned most;
    bool right, lost;
    double samples[DIGITS][SYM_TIMING_MOST];
};

static bool end(struct attack *attack, enum sym_verdict verdict, const char *why)
{
    attack->result->verdict = verdict;
    attack->result->why = why;
    return false;
}

/* Each digit once; who was first last time is later now, so that nothing favours one. */
static bool measure_round(struct attack *attack, size_t place, unsigned round)
{
    char *guess = attack->result->guess;
    const char before = guess[place];
    for (unsigned i = 0; i < DIGITS; i++) {
        const unsigned digit = (i * 5 + round * 7) % DIGITS;
        bool right = false;
        guess[place] = SYM_TIMING_DIGITS[digit];
        if (!attack->oracle->measure(attack->oracle->context, &attack->samples[digit][round],
                                     &right, guess)) {
            attack->lost = true;
            return end(attack, SYM_RESISTED, "the one who compares has hung up");
        }
        attack->result->queries++;
        if (right) {
            attack->right = true;
            attack->result->known = attack->length;
            return end(attack, SYM_BROKEN, "");
        }
    }
    guess[place] = before;
    return true;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The lower quartile: what disturbs a measurement makes it longer, never shorter. */
static double quartile(const double *samples, unsigned count)
{
    double sorted[SYM_TIMING_MOST];
    memcpy(sorted, samples, count * sizeof(*samples));
    qsort(sorted, count, sizeof(*sorted), compare);
    return sorted[count / 4];
}

/* By how many spreads of the others the best stands out from their mean. */
static double sigmas_of(const double times[DIGITS], unsigned best)
{
    double sum = 0, squares = 0;
    for (unsigned i = 0; i < DIGITS; i++)
        sum += i == best ? 0 : times[i];
    const double mean = sum / (DIGITS - 1);
    for (unsigned i = 0; i < DIGITS; i++)
        squares += i == best ? 0 : (times[i] - mean) * (times[i] - mean);
    const double spread = sqrt(squares / (DIGITS - 2)), gap = times[best] - mean;
    if (gap <= 0)
        return 0;
    return spread > 0 ? gap / spread : HUGE_VAL;
}

static bool measure_rounds(struct attack *attack, size_t place, unsigned rounds)
{
    for (unsigned round = 0; round < rounds; round++)
        if (!measure_round(attack, place, round))
            return false;
    return true;
}

static double judge(unsigned *best, double times[DIGITS], const struct attack *attack,
                    unsigned rounds)
{
    *best = 0;
    for (unsigned i = 0; i < DIGITS; i++) {
        times[i] = quartile(attack->samples[i], rounds);
        *best = times[i] > times[*best] ? i : *best;
    }
    return sigmas_of(times, *best);
}

/* What stands out is measured once more, from the beginning: noise comes in bursts. */
static bool check(struct attack *attack, size_t place, unsigned rounds)
{
    double times[DIGITS];
    unsigned best, again;
    double sigmas = judge(&best, times, attack, rounds);
    bool believed = sigmas >= SYM_TIMING_SIGMAS;
    if (believed && !measure_rounds(attack, place, rounds))
        return false;
    if (believed) {
        sigmas = judge(&again, times, attack, rounds);
        believed = again == best && sigmas >= SYM_TIMING_SIGMAS / 2;
        best = again;
    }
    if (attack->listener && attack->listener->hear)
        attack->listener->hear(
            attack->listener->context,
            &(struct sym_timing_check){place, rounds, times, best, sigmas, believed});
    if (believed)
        attack->result->guess[place] = SYM_TIMING_DIGITS[best];
    return believed;
}

static bool find_digit(struct attack *attack, size_t place)
{
    for (unsigned rounds = SYM_TIMING_LEAST; rounds <= attack->most; rounds *= 2) {
        if (!measure_rounds(attack, place, rounds))
            return false;
        if (check(attack, place, rounds))
            return true;
        if (attack->lost || attack->right)
            return false;
    }
    return end(attack, SYM_RESISTED, "no digit stands out from the noise");
}

/* Behind a digit that was believed by chance nothing stands out: back to it, a few times. At the last
 * digit the right one is answered so, and needs no clock. */
static void run(struct attack *attack)
{
    struct sym_timing_result *result = attack->result;
    unsigned retreats = 0;
    while (result->known < attack->length)
        if (find_digit(attack, result->known))
            result->known++;
        else if (attack->lost || attack->right || result->known == 0 || ++retreats > RETREATS)
            return;
        else
            attack->result->guess[--result->known] = '0';
    end(attack, SYM_RESISTED, "what stood out was not right: it was noise");
}

void sym_break_timing(struct sym_timing_result *result, size_t length, unsigned most,
                      const struct sym_timing_oracle *oracle,
                      const struct sym_timing_listener *listener)
{
    *result = (struct sym_timing_result){.verdict = SYM_NOT_APPLICABLE,
                                         .why = "the secret has no length, or too much of it"};
    if (length == 0 || length > SYM_TIMING_MOST_LENGTH)
        return;
    struct attack *attack = calloc(1, sizeof(*attack));
    if (!attack) {
        result->why = "no memory";
        return;
    }
    *attack = (struct attack){.result = result,
                              .oracle = oracle,
                              .listener = listener,
                              .length = length,
                              .most = most == 0 || most > SYM_TIMING_MOST ? SYM_TIMING_MOST : most};
    memset(result->guess, '0', length);
    run(attack);
    free(attack);
}
