/* Cipher block chaining, SP 800-38A 6.2, with RFC 5652 6.3 padding: see sym_cbc.h. */
#include "sym_cbc.h"

#include <string.h>

#define BLOCK SYM_CBC_BLOCK_BYTES

_Static_assert(SYM_FEISTEL_BLOCK_BYTES == BLOCK && SYM_AES_BLOCK_BYTES == BLOCK,
               "one size for all blocks");
_Static_assert(SYM_FEISTEL_KEY_BYTES == BLOCK, "the classic ciphers have keys of one size");

/* --- the block ciphers ------------------------------------------------------------------------ */

struct sym_block_cipher {
    void (*init)(struct sym_cbc *cbc, const uint8_t *key);
    void (*encrypt)(uint8_t out[BLOCK], const struct sym_cbc *cbc, const uint8_t in[BLOCK]);
    void (*decrypt)(uint8_t out[BLOCK], const struct sym_cbc *cbc, const uint8_t in[BLOCK]);
};

static void xor_block(uint8_t out[BLOCK], const uint8_t a[BLOCK], const uint8_t b[BLOCK])
{
    for (size_t i = 0; i < BLOCK; i++)
        out[i] = a[i] ^ b[i];
}

static void xor_init(struct sym_cbc *cbc, const uint8_t *key)
{
    memcpy(cbc->key.bytes, key, BLOCK);
}

static void xor_both_ways(uint8_t out[BLOCK], const struct sym_cbc *cbc, const uint8_t in[BLOCK])
{
    xor_block(out, in, cbc->key.bytes);
}

const struct sym_block_cipher sym_block_xor = {xor_init, xor_both_ways, xor_both_ways};

static void feistel_init(struct sym_cbc *cbc, const uint8_t *key)
{
    sym_feistel_init(&cbc->key.feistel, key);
}

static void feistel_encrypt(uint8_t out[BLOCK], const struct sym_cbc *cbc, const uint8_t in[BLOCK])
{
    sym_feistel_encrypt(out, &cbc->key.feistel, in);
}

static void feistel_decrypt(uint8_t out[BLOCK], const struct sym_cbc *cbc, const uint8_t in[BLOCK])
{
    sym_feistel_decrypt(out, &cbc->key.feistel, in);
}

const struct sym_block_cipher sym_block_feistel = {feistel_init, feistel_encrypt, feistel_decrypt};

static void aes128_init(struct sym_cbc *cbc, const uint8_t *key)
{
    sym_aes_init(&cbc->key.aes, key, SYM_AES128_KEY_BYTES);
}

static void aes192_init(struct sym_cbc *cbc, const uint8_t *key)
{
    sym_aes_init(&cbc->key.aes, key, SYM_AES192_KEY_BYTES);
}

static void aes256_init(struct sym_cbc *cbc, const uint8_t *key)
{
    sym_aes_init(&cbc->key.aes, key, SYM_AES256_KEY_BYTES);
}

static void aes_encrypt(uint8_t out[BLOCK], const struct sym_cbc *cbc, const uint8_t in[BLOCK])
{
    sym_aes_encrypt(out, &cbc->key.aes, in);
}

static void aes_decrypt(uint8_t out[BLOCK], const struct sym_cbc *cbc, const uint8_t in[BLOCK])
{
    sym_aes_decrypt(out, &cbc->key.aes, in);
}

const struct sym_block_cipher sym_block_aes128 = {aes128_init, aes_encrypt, aes_decrypt};
const struct sym_block_cipher sym_block_aes192 = {aes192_init, aes_encrypt, aes_decrypt};
const struct sym_block_cipher sym_block_aes256 = {aes256_init, aes_encrypt, aes_decrypt};

/* --- the mode --------------------------------------------------------------------------------- */

void sym_cbc_init(struct sym_cbc *cbc, const struct sym_block_cipher *cipher, const uint8_t *key,
                  const uint8_t iv[BLOCK])
{
    cbc->cipher = cipher;
    cipher->init(cbc, key);
    memcpy(cbc->chain, iv, BLOCK);
    cbc->filled = 0;
}

/* Moves input into the block until it is full; returns how much. */
static size_t fill(struct sym_cbc *cbc, const uint8_t *in, size_t in_bytes)
{
    size_t room = BLOCK - cbc->filled, taken = in_bytes < room ? in_bytes : room;
    memcpy(cbc->block + cbc->filled, in, taken);
    cbc->filled += taken;
    return taken;
}

/* C[i] = E(P[i] xor C[i-1]). */
static void encrypt_block(struct sym_cbc *cbc, uint8_t out[BLOCK])
{
    xor_block(cbc->block, cbc->block, cbc->chain);
    cbc->cipher->encrypt(out, cbc, cbc->block);
    memcpy(cbc->chain, out, BLOCK);
    cbc->filled = 0;
}

size_t sym_cbc_encrypt_bytes(const struct sym_cbc *cbc, size_t in_bytes)
{
    return (cbc->filled + in_bytes) / BLOCK * BLOCK;
}

size_t sym_cbc_encrypt(struct sym_cbc *cbc, uint8_t *out, const uint8_t *in, size_t in_bytes)
{
    size_t written = 0;
    while (in_bytes > 0) {
        size_t taken = fill(cbc, in, in_bytes);
        in += taken;
        in_bytes -= taken;
        if (cbc->filled < BLOCK)
            break;
        encrypt_block(cbc, out + written);
        written += BLOCK;
    }
    return written;
}

/* RFC 5652 6.3: n bytes of value n, and a whole block of them if the text ends with a block, so
 * that the last byte always tells how many to drop. */
void sym_cbc_encrypt_final(struct sym_cbc *cbc, uint8_t out[BLOCK])
{
    size_t padding = BLOCK - cbc->filled;
    memset(cbc->block + cbc->filled, (int)padding, padding);
    encrypt_block(cbc, out);
    sym_wipe(cbc, sizeof(*cbc));
}

/* P[i] = D(C[i]) xor C[i-1]. */
static void decrypt_block(struct sym_cbc *cbc, uint8_t out[BLOCK])
{
    cbc->cipher->decrypt(out, cbc, cbc->block);
    xor_block(out, out, cbc->chain);
    memcpy(cbc->chain, cbc->block, BLOCK);
    cbc->filled = 0;
}

/* All but the last 1 to 16 bytes. */
size_t sym_cbc_decrypt_bytes(const struct sym_cbc *cbc, size_t in_bytes)
{
    size_t bytes = cbc->filled + in_bytes;
    return bytes > 0 ? (bytes - 1) / BLOCK * BLOCK : 0;
}

size_t sym_cbc_decrypt(struct sym_cbc *cbc, uint8_t *out, const uint8_t *in, size_t in_bytes)
{
    size_t written = 0;
    while (in_bytes > 0) {
        size_t taken;
        if (cbc->filled == BLOCK) {
            decrypt_block(cbc, out + written);
            written += BLOCK;
        }
        taken = fill(cbc, in, in_bytes);
        in += taken;
        in_bytes -= taken;
    }
    return written;
}

/* RFC 5652 6.3, backwards: the last byte says how many there are, and all must say the same. Each
 * byte is looked at, whatever it is; only then is it known whether all was well, and the length. */
static enum sym_error unpad(const uint8_t block[BLOCK], size_t *text_bytes)
{
    const uint32_t padding = block[BLOCK - 1];
    uint32_t wrong = (padding - 1) / BLOCK; /* 0 from 1 to BLOCK */
    for (uint32_t i = 1; i <= BLOCK; i++) { /* counted from the end */
        uint32_t is_text = 0 - ((padding - i) >> 31);
        wrong |= (block[BLOCK - i] ^ padding) & ~is_text;
    }
    if (sym_reveal(wrong) != 0)
        return SYM_ERR_PADDING;
    *text_bytes = BLOCK - (size_t)sym_reveal(padding);
    return SYM_OK;
}

enum sym_error sym_cbc_decrypt_final(struct sym_cbc *cbc, uint8_t out[BLOCK], size_t *out_bytes)
{
    enum sym_error error = SYM_ERR_LENGTH;
    uint8_t last[BLOCK];
    *out_bytes = 0;
    if (cbc->filled == BLOCK) {
        decrypt_block(cbc, last);
        error = unpad(last, out_bytes);
    }
    if (*out_bytes > 0)
        memcpy(out, last, *out_bytes);
    sym_wipe(last, sizeof(last));
    sym_wipe(cbc, sizeof(*cbc));
    return error;
}
