/* The source of Poly1305 by IFMA, compiled with the header beside this file: see poly1305_in_c.h. */
#include "poly1305_in_c.h"

#include <string.h>

#include <immintrin.h> /* ours */

#if SYM_HAS_VECTORS && SYM_HAS_X86_TARGETS && SYM_HAS_POLY1305_WIDE
#define sym_has_avx512ifma sym_everywhere /* plain C: it runs on other processors too */
#define sym_poly1305_ifma  sym_poly1305_ifma_in_c
extern const struct sym_poly1305_implementation sym_poly1305_ifma_in_c;
#include "../../../symcipher/fast/sym_poly1305_ifma.c"

const struct sym_poly1305_implementation *poly1305_in_c(void)
{
    return &sym_poly1305_ifma_in_c;
}
#else
const struct sym_poly1305_implementation *poly1305_in_c(void)
{
    return NULL;
}
#endif
