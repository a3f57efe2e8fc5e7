/* Keccak of one sponge, unrolled, where the processor has "and not" and rotation into another
 * register: see sym_implementations.h. */
#include "sym_implementations.h"

#if SYM_HAS_VECTORS && SYM_HAS_X86_TARGETS
#define WORD   uint64_t
#define TARGET __attribute__((target("bmi,bmi2")))
#include "sym_keccak_round.h"

void sym_keccak_bmi(uint64_t lane[SYM_KECCAK_LANES])
{
    permute_all(lane);
}
#endif
