/* Which implementations there are, and the choice among them: see mlkem_implementations.h. */
#include "mlkem_implementations.h"

#include "mlkem_in_use.h"

#include <stdlib.h>
#include <string.h>

static const struct mlkem_implementation *const implementations[] = {
    &mlkem_reference,
#ifdef __x86_64__
    &mlkem_avx2,
#endif
};

bool mlkem_everywhere(void)
{
    return true;
}

#define COUNT (sizeof(implementations) / sizeof(implementations[0]))

const struct mlkem_implementation *mlkem_implementation(size_t number)
{
    return number < COUNT ? implementations[number] : NULL;
}

static bool is_allowed(const char *name)
{
    const char *list = getenv("GLASSBOX_IMPLEMENTATIONS");
    if (!list)
        return true;
    for (;; list++) {
        const size_t bytes = strcspn(list, ",");
        if (bytes == strlen(name) && memcmp(list, name, bytes) == 0)
            return true;
        list += bytes;
        if (*list == '\0')
            return false;
    }
}

const struct mlkem_implementation *mlkem_best(void)
{
    static const struct mlkem_implementation *_Atomic best;
    const struct mlkem_implementation *found = implementations[0];
    if (best)
        return best;
    for (size_t i = 1; i < COUNT; i++)
        if (implementations[i]->supported() && is_allowed(implementations[i]->name))
            found = implementations[i];
    best = found;
    return best;
}

const char *mlkem_in_use(void)
{
    return mlkem_best()->name;
}

const char *mlkem_known(size_t number, bool *supported)
{
    const struct mlkem_implementation *known = mlkem_implementation(number);
    *supported = known && known->supported();
    return known ? known->name : NULL;
}

void mlkem_ntt(struct mlkem_poly *a)
{
    mlkem_best()->ntt(a);
}

void mlkem_ntt_inverse(struct mlkem_poly *a)
{
    mlkem_best()->ntt_inverse(a);
}

void mlkem_multiply_add(struct mlkem_poly *sum, const struct mlkem_poly *a,
                        const struct mlkem_poly *b)
{
    mlkem_best()->multiply_add(sum, a, b);
}

void mlkem_add(struct mlkem_poly *a, const struct mlkem_poly *b)
{
    mlkem_best()->add(a, b);
}

void mlkem_encode(uint8_t *bytes, const struct mlkem_poly *a, unsigned d)
{
    mlkem_best()->bytes->encode(bytes, a, d);
}

void mlkem_decode(struct mlkem_poly *a, const uint8_t *bytes, unsigned d)
{
    mlkem_best()->bytes->decode(a, bytes, d);
}

bool mlkem_sample_uniform(struct mlkem_poly *a, const uint8_t *bytes, size_t count)
{
    return mlkem_best()->bytes->sample_uniform(a, bytes, count);
}

void mlkem_sample_noise(struct mlkem_poly *a, const uint8_t bytes[128])
{
    mlkem_best()->bytes->sample_noise(a, bytes);
}
