/* PBKDF2 of several passphrases, and SHA-256 of several blocks under it, against one at a time. */
#include "sym_pbkdf2_each.h"

#include "fed_random.h"
#include "sym_implementations.h"
#include "sym_pbkdf2.h"
#include "sym_words.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <string.h>

static struct fed_random source;

static void seeded(void)
{
    fed_random_init(&source, NULL, 0, test_seed());
}

static void random_bytes(void *out, size_t bytes)
{
    cr_assert_eq(rsa_random_bytes(out, bytes, &source.source), 0);
}

Test(sym_pbkdf2_each, every_implementation_of_several_blocks, .init = seeded)
{
    const struct sym_sha256_implementation *with;
    for (size_t number = 0; (with = sym_sha256_implementation(number)); number++) {
        for (size_t count = 0; with->supported() && with->absorb_each && count <= 8; count++) {
            uint32_t h[SYM_SHA256_LANES][8], want[SYM_SHA256_LANES][8];
            uint32_t block[SYM_SHA256_LANES][16];
            random_bytes(h, sizeof(h));
            random_bytes(block, sizeof(block));
            memcpy(want, h, sizeof(h));
            for (size_t lane = 0; lane < count; lane++) {
                uint8_t bytes[SYM_SHA256_BLOCK_BYTES];
                for (size_t i = 0; i < 16; i++)
                    sym_store32_be(bytes + 4 * i, block[lane][i]);
                sym_sha256_reference.absorb(want[lane], bytes, 1);
            }
            with->absorb_each(h, block, count);
            cr_assert_arr_eq(h, want, sizeof(want), "%s: %zu", with->name, count);
        }
    }
}

Test(sym_pbkdf2_each, the_same_keys_as_one_at_a_time, .init = seeded)
{
    static const uint32_t iterations[] = {1, 2, 3, 50};
    uint8_t text[SYM_PBKDF2_EACH][100], salt[16], keys[SYM_PBKDF2_EACH + 1][SYM_SHA256_BYTES];
    struct sym_passphrase passphrases[SYM_PBKDF2_EACH];
    random_bytes(text, sizeof(text));
    random_bytes(salt, sizeof(salt));
    for (size_t count = 0; count <= SYM_PBKDF2_EACH; count++) {
        for (size_t round = 0; round < 4; round++) {
            for (size_t i = 0; i < count; i++)
                passphrases[i] = (struct sym_passphrase){text[i], (13 * i + 31 * round) % 101};
            memset(keys, 0xee, sizeof(keys));
            sym_pbkdf2_each(keys, passphrases, count, salt, sizeof(salt), iterations[round]);
            for (size_t i = 0; i < count; i++) {
                uint8_t want[SYM_SHA256_BYTES];
                sym_pbkdf2(want, sizeof(want), text[i], passphrases[i].bytes, salt, sizeof(salt),
                           iterations[round]);
                cr_assert_arr_eq(keys[i], want, sizeof(want), "%zu of %zu", i, count);
            }
            cr_assert_eq(keys[count][0], 0xee, "more than %zu", count);
        }
    }
}
