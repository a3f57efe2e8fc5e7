/* Keccak of four sponges side by side: see sym_implementations.h. One alone is sym_keccak_bmi.c's. */
#include "sym_implementations.h"

#if SYM_HAS_VECTORS && SYM_HAS_X86_TARGETS
typedef uint64_t lanes __attribute__((vector_size(32)));

#define WORD   lanes
#define TARGET __attribute__((target("avx2")))
#include "sym_keccak_round.h"

TARGET static void permute_four(uint64_t lane[SYM_KECCAK_LANES][4])
{
    permute_all((lanes *)(void *)lane);
}

static bool supported(void)
{
    return sym_has_avx2() && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

const struct sym_keccak_implementation sym_keccak_four = {"four at once (AVX2)", supported,
                                                          sym_keccak_bmi, permute_four};
#endif
