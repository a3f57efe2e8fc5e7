/* Which implementations there are, and the choice among them: see sym_implementations.h. */
#include "sym_implementations.h"

#include "sym_in_use.h"

#include <stdlib.h>
#include <string.h>

#if SYM_HAS_X86_TARGETS
#include <cpuid.h>
#endif

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct sym_sha256_implementation *const sha256[] = {
    &sym_sha256_reference,
#if SYM_HAS_X86_TARGETS
#if SYM_HAS_VECTORS
    &sym_sha256_lanes,
#endif
    &sym_sha256_ni,
#endif
};

static const struct sym_keccak_implementation *const keccak[] = {
    &sym_keccak_reference,
    &sym_keccak_unrolled,
#if SYM_HAS_VECTORS && SYM_HAS_X86_TARGETS
    &sym_keccak_four,
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
    &sym_chacha20_vector8,   &sym_chacha20_lanes8, &sym_chacha20_vector16, &sym_chacha20_lanes16,
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

/* CPUID leaf 7, EBX bit 29 (Intel SDM volume 2A, CPUID): not all compilers know a name for it. */
bool sym_has_sha(void)
{
    unsigned eax, ebx = 0, ecx, edx;
    return __builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) &&
           (ebx >> 29 & 1) != 0;
}
#endif

const struct sym_sha256_implementation *sym_sha256_implementation(size_t number)
{
    return number < COUNT(sha256) ? sha256[number] : NULL;
}

const struct sym_keccak_implementation *sym_keccak_implementation(size_t number)
{
    return number < COUNT(keccak) ? keccak[number] : NULL;
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

bool sym_is_allowed(const char *name)
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

/* The last that is supported and allowed, or the reference. Found once: processor and environment
 * stay what they are, so all threads find the same. */
#define RETURN_BEST(type, table)                                                                   \
    static const struct type *_Atomic best;                                                        \
    if (!best) {                                                                                   \
        size_t number = COUNT(table) - 1;                                                          \
        while (number > 0 &&                                                                       \
               !((table)[number]->supported() && sym_is_allowed((table)[number]->name)))           \
            number--;                                                                              \
        best = (table)[number];                                                                    \
    }                                                                                              \
    return best

const struct sym_sha256_implementation *sym_sha256_best(void)
{
    RETURN_BEST(sym_sha256_implementation, sha256);
}

const struct sym_keccak_implementation *sym_keccak_best(void)
{
    RETURN_BEST(sym_keccak_implementation, keccak);
}

const struct sym_aes_implementation *sym_aes_best(void)
{
    RETURN_BEST(sym_aes_implementation, aes);
}

const struct sym_chacha20_implementation *sym_chacha20_best(void)
{
    RETURN_BEST(sym_chacha20_implementation, chacha20);
}

const struct sym_poly1305_implementation *sym_poly1305_best(void)
{
    RETURN_BEST(sym_poly1305_implementation, poly1305);
}

/* Row `number` of this table, or less to go in the next. */
#define RETURN_KNOWN(name_of_primitive, table, best)                                               \
    if (number < COUNT(table)) {                                                                   \
        *known = (struct sym_known){name_of_primitive, (table)[number]->name,                      \
                                    (table)[number]->supported(), (table)[number] == (best)()};    \
        return true;                                                                               \
    }                                                                                              \
    number -= COUNT(table)

bool sym_known(size_t number, struct sym_known *known)
{
    RETURN_KNOWN("SHA-256", sha256, sym_sha256_best);
    RETURN_KNOWN("Keccak", keccak, sym_keccak_best);
    RETURN_KNOWN("AES", aes, sym_aes_best);
    RETURN_KNOWN("ChaCha20", chacha20, sym_chacha20_best);
    RETURN_KNOWN("Poly1305", poly1305, sym_poly1305_best);
    return false;
}
