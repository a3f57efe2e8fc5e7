/* HKDF-SHA-256 (RFC 5869) against its appendix and a long published output. */
#include "sym_hkdf.h"

#include "vectors.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static void check(struct vectors *file, const char *ikm_field, const char *okm_field)
{
    uint8_t prk[SYM_HKDF_PRK_BYTES], *okm;
    size_t ikm_bytes, salt_bytes, info_bytes, okm_bytes;
    const uint8_t *ikm = vectors_bytes(file, ikm_field, &ikm_bytes);
    const uint8_t *salt = vectors_bytes(file, "salt", &salt_bytes);
    const uint8_t *info = vectors_bytes(file, "info", &info_bytes);
    sym_hkdf_extract(prk, salt, salt_bytes, ikm, ikm_bytes);
    if (vectors_has(file, "prk"))
        vectors_expect(file, "prk", prk, sizeof(prk), "prk");
    vectors_bytes(file, okm_field, &okm_bytes);
    okm = malloc(okm_bytes);
    cr_assert_eq(sym_hkdf_expand(okm, okm_bytes, prk, sizeof(prk), info, info_bytes), SYM_OK);
    vectors_expect(file, "okm", okm, okm_bytes, okm_field);
    free(okm);
}

Test(sym_hkdf, rfc_5869)
{
    struct vectors *file = vectors_open("hkdf.txt");
    while (vectors_next(file))
        check(file, "ikm", "okm");
    vectors_close(file);
}

Test(sym_hkdf, a_long_output)
{
    struct vectors *file = vectors_open_installed("KDF/hkdf-generated.txt");
    cr_assert(vectors_next(file));
    check(file, "IKM", "OKM");
    vectors_close(file);
}

/* RFC 5869 2.2: no salt is as good as HashLen zeros. */
Test(sym_hkdf, no_salt_is_zeros)
{
    uint8_t zeros[SYM_SHA256_BYTES] = {0}, none[SYM_HKDF_PRK_BYTES], prk[SYM_HKDF_PRK_BYTES];
    sym_hkdf_extract(none, NULL, 0, "material", 8);
    sym_hkdf_extract(prk, zeros, sizeof(zeros), "material", 8);
    cr_assert_arr_eq(none, prk, sizeof(prk));
}

/* RFC 5869 2.3: a shorter output is the beginning of a longer one; 255 blocks are the most. */
Test(sym_hkdf, lengths)
{
    static uint8_t longest[SYM_HKDF_MAX_BYTES], okm[SYM_HKDF_MAX_BYTES + 1];
    static const uint8_t zeros[sizeof(okm)];
    cr_assert_eq(sym_hkdf_expand(longest, sizeof(longest), "prk", 3, "info", 4), SYM_OK);
    for (size_t bytes = 0; bytes < 100; bytes++) {
        okm[bytes] = 0xee;
        cr_assert_eq(sym_hkdf_expand(okm, bytes, "prk", 3, "info", 4), SYM_OK);
        cr_assert_arr_eq(okm, longest, bytes, "%zu bytes", bytes);
        cr_assert_eq(okm[bytes], 0xee, "%zu bytes: one more was written", bytes);
    }
    cr_assert_eq(sym_hkdf_expand(okm, sizeof(okm), "prk", 3, "info", 4), SYM_ERR_LENGTH);
    cr_assert_arr_eq(okm, zeros, sizeof(okm), "asked for too much: zeros");
}
