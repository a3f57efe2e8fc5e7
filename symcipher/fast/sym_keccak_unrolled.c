/* Keccak of one sponge, unrolled: see sym_implementations.h. */
#include "sym_implementations.h"

#define WORD uint64_t
#define TARGET
#include "sym_keccak_round.h"

const struct sym_keccak_implementation sym_keccak_unrolled = {"unrolled", sym_everywhere,
                                                              permute_all, NULL};
