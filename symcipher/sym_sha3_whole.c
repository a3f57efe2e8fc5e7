/* SHA-3 and SHAKE in one call: see sym_sha3.h. */
#include "sym_memory.h"
#include "sym_sha3.h"

static void in_one(void *out, size_t out_bytes, enum sym_sha3 function, const void *data,
                   size_t bytes)
{
    struct sym_sponge sponge;
    sym_sponge_init(&sponge, function);
    sym_sponge_absorb(&sponge, data, bytes);
    sym_sponge_squeeze(out, out_bytes, &sponge);
    sym_wipe(&sponge, sizeof(sponge));
}

void sym_sha3_256(uint8_t digest[SYM_SHA3_256_BYTES], const void *data, size_t bytes)
{
    in_one(digest, SYM_SHA3_256_BYTES, SYM_SHA3_256, data, bytes);
}

void sym_sha3_512(uint8_t digest[SYM_SHA3_512_BYTES], const void *data, size_t bytes)
{
    in_one(digest, SYM_SHA3_512_BYTES, SYM_SHA3_512, data, bytes);
}

void sym_shake128(void *out, size_t out_bytes, const void *data, size_t bytes)
{
    in_one(out, out_bytes, SYM_SHAKE128, data, bytes);
}

void sym_shake256(void *out, size_t out_bytes, const void *data, size_t bytes)
{
    in_one(out, out_bytes, SYM_SHAKE256, data, bytes);
}
