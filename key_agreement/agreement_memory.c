/* Secrets in memory: see agreement_memory.h. */
#include "agreement_memory.h"

#include <string.h>

/* The empty assembly may, for all the compiler knows, read what data points to: so the zeros have
 * to be there. */
void agreement_wipe(void *data, size_t bytes)
{
    if (bytes == 0)
        return;
    memset(data, 0, bytes);
    __asm__ __volatile__("" : : "r"(data) : "memory");
}

__attribute__((noinline)) void agreement_scrub_stack(void)
{
    uint8_t below[8192];
    agreement_wipe(below, sizeof(below));
}

/* The empty assembly keeps the compiler from knowing that what comes out is what went in. */
__attribute__((noinline)) uint64_t agreement_reveal(uint64_t value)
{
    __asm__("" : "+r"(value));
    return value;
}
