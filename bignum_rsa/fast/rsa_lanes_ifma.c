/* Eight lanes by AVX-512 IFMA: vpmadd52luq and vpmadd52huq multiply 52 by 52 bits in each lane and
 * add one half of the product. */
#include "rsa_lanes.h"

#if defined(__x86_64__) && defined(__SIZEOF_INT128__)
#include <immintrin.h>

#define LIMB_BITS 52

typedef uint64_t lanes __attribute__((vector_size(64)));

#define TARGET          __attribute__((target("avx512f,avx512ifma")))
#define LOW(sum, a, b)  (lanes) _mm512_madd52lo_epu64((__m512i)(sum), (__m512i)(a), (__m512i)(b))
#define HIGH(sum, a, b) (lanes) _mm512_madd52hi_epu64((__m512i)(sum), (__m512i)(a), (__m512i)(b))
#include "rsa_lanes_kernel.h"
#include "rsa_lanes_product.h"

static bool has_ifma(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma");
}

const struct rsa_lanes_implementation rsa_lanes_ifma = {
    .name = "lanes (AVX-512 IFMA)",
    .lanes = sizeof(lanes) / sizeof(uint64_t),
    .limb_bits = LIMB_BITS,
    .least = 2, /* reckoned, not measured: docs/performance.md */
    .supported = has_ifma,
    .power = power,
    .power_of_two = power_of_two,
};
#endif
