/* Which implementations there are, and the choice among them: see sym_implementations.h. */
#include "sym_implementations.h"

#if SYM_HAS_X86_TARGETS
#include <cpuid.h>
#endif

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct sym_sha256_implementation *const sha256[] = {
    &sym_sha256_reference,
#if SYM_HAS_X86_TARGETS
    &sym_sha256_ni,
#endif
};

static const struct sym_aes_implementation *const aes[] = {
    &sym_aes_reference,
#if SYM_HAS_X86_TARGETS
    &sym_aes_ni,
#endif
};

static const struct sym_chacha20_implementation *const chacha20[] = {
    &sym_chacha20_reference,
#if SYM_HAS_VECTORS
    &sym_chacha20_vector4,
#if SYM_HAS_X86_TARGETS
    &sym_chacha20_vector8,   &sym_chacha20_vector16, &sym_chacha20_lanes16,
#endif
#endif
};

static const struct sym_poly1305_implementation *const poly1305[] = {
    &sym_poly1305_reference,
#if SYM_HAS_POLY1305_WIDE
    &sym_poly1305_wide,
#if SYM_HAS_VECTORS && SYM_HAS_X86_TARGETS
    &sym_poly1305_lanes4,    &sym_poly1305_lanes8, &sym_poly1305_ifma,
#endif
#endif
};

bool sym_everywhere(void)
{
    return true;
}

#if SYM_HAS_X86_TARGETS
bool sym_has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}

bool sym_has_avx512f(void)
{
    return __builtin_cpu_supports("avx512f");
}

bool sym_has_avx512ifma(void)
{
    return sym_has_avx512f() && __builtin_cpu_supports("avx512ifma");
}

bool sym_has_aes(void)
{
    return __builtin_cpu_supports("aes");
}

/* CPUID leaf 7, EBX bit 29 (Intel SDM volume 2A, CPUID): not all compilers know a name for it. The
 * instruction is slow in a virtual machine, so it is asked once; all threads get the same answer. */
bool sym_has_sha(void)
{
    enum { UNKNOWN, NO, YES };
    static _Atomic int answer = UNKNOWN;
    if (answer == UNKNOWN) {
        unsigned eax, ebx = 0, ecx, edx;
        const bool leaf = __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx);
        answer = leaf && (ebx >> 29 & 1) != 0 && __builtin_cpu_supports("sse4.1") ? YES : NO;
    }
    return answer == YES;
}
#endif

const struct sym_sha256_implementation *sym_sha256_implementation(size_t number)
{
    return number < COUNT(sha256) ? sha256[number] : NULL;
}

const struct sym_aes_implementation *sym_aes_implementation(size_t number)
{
    return number < COUNT(aes) ? aes[number] : NULL;
}

const struct sym_chacha20_implementation *sym_chacha20_implementation(size_t number)
{
    return number < COUNT(chacha20) ? chacha20[number] : NULL;
}

const struct sym_poly1305_implementation *sym_poly1305_implementation(size_t number)
{
    return number < COUNT(poly1305) ? poly1305[number] : NULL;
}

const struct sym_sha256_implementation *sym_sha256_best(void)
{
    size_t number = COUNT(sha256) - 1;
    while (number > 0 && !sha256[number]->supported())
        number--;
    return sha256[number];
}

const struct sym_aes_implementation *sym_aes_best(void)
{
    size_t number = COUNT(aes) - 1;
    while (number > 0 && !aes[number]->supported())
        number--;
    return aes[number];
}

const struct sym_chacha20_implementation *sym_chacha20_best(void)
{
    size_t number = COUNT(chacha20) - 1;
    while (number > 0 && !chacha20[number]->supported())
        number--;
    return chacha20[number];
}

const struct sym_poly1305_implementation *sym_poly1305_best(void)
{
    size_t number = COUNT(poly1305) - 1;
    while (number > 0 && !poly1305[number]->supported())
        number--;
    return poly1305[number];
}
