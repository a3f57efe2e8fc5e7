/*
 * Diffie-Hellman in a finite field: toy groups in full, named groups, what is refused, and how
 * exponents are drawn.
 */
#include "key_agreement.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct dh_group *group_of(const char *text)
{
    struct dh_group *group;
    cr_assert_eq(dh_group_parse(&group, text), DH_OK, "%s", text);
    return group;
}

static struct dh_key *key_of(const struct dh_group *group, uint8_t a)
{
    struct dh_key *key;
    cr_assert_eq(dh_key_from_private(&key, group, &a, 1, NULL), DH_OK);
    return key;
}

static unsigned power(unsigned base, unsigned exponent, unsigned modulus)
{
    unsigned result = 1;
    for (; exponent > 0; exponent--)
        result = result * base % modulus;
    return result;
}

/* Every (p, g, a, b) of these, against multiplication by hand; 15 and 21 are composite. */
Test(dh, toy_groups_in_full)
{
    static const unsigned moduli[] = {5, 7, 11, 15, 21, 23};
    for (size_t i = 0; i < sizeof(moduli) / sizeof(moduli[0]); i++) {
        unsigned p = moduli[i];
        for (unsigned g = 2; g < p; g++) {
            struct dh_group *group;
            cr_assert_eq(
                dh_group_from_bytes(&group, &(uint8_t){(uint8_t)p}, 1, &(uint8_t){(uint8_t)g}, 1),
                DH_OK);
            for (unsigned a = 1; a <= p; a++) {
                struct dh_key *key = key_of(group, (uint8_t)a);
                uint8_t public = 0, shared;
                dh_key_number(key, DH_PUBLIC, &public, 1);
                cr_assert_eq(public, power(g, a, p), "%u^%u mod %u", g, a, p);
                for (unsigned peer = 1; peer < p; peer++) {
                    cr_assert_eq(dh_agree(&shared, key, &(uint8_t){(uint8_t)peer}, 1, NULL), DH_OK);
                    cr_assert_eq(shared, power(peer, a, p), "%u^%u mod %u", peer, a, p);
                }
                dh_key_free(key);
            }
            dh_group_free(group);
        }
    }
}

Test(dh, both_sides_agree_in_named_groups)
{
    for (size_t i = 0; dh_group_named(i); i++) {
        const struct dh_named *named = dh_group_named(i);
        struct dh_group *group = group_of(named->name), *again;
        uint8_t p[DH_MAX_BYTES], g[1], mine[DH_MAX_BYTES], theirs[DH_MAX_BYTES];
        uint8_t first[DH_MAX_BYTES], second[DH_MAX_BYTES];
        struct dh_key *anna, *boris;
        cr_expect_eq(dh_group_bits(group), named->bits);
        cr_expect_eq(dh_group_number(group, DH_P, p, sizeof(p)), named->bits / 8);
        cr_expect_eq(dh_group_number(group, DH_G, g, 1), 1);
        cr_assert_eq(dh_group_from_bytes(&again, p, named->bits / 8, g, 1), DH_OK);
        cr_expect_str_eq(dh_group_name(again), named->name, "known by its numbers, too");
        dh_group_free(again);
        cr_assert_eq(dh_key_generate(&anna, group, NULL, NULL), DH_OK);
        cr_assert_eq(dh_key_generate(&boris, group, NULL, NULL), DH_OK);
        size_t mine_bytes = dh_key_number(anna, DH_PUBLIC, mine, sizeof(mine));
        size_t theirs_bytes = dh_key_number(boris, DH_PUBLIC, theirs, sizeof(theirs));
        cr_assert_eq(dh_agree(first, anna, theirs, theirs_bytes, NULL), DH_OK);
        cr_assert_eq(dh_agree(second, boris, mine, mine_bytes, NULL), DH_OK);
        cr_expect_arr_eq(first, second, named->bits / 8, "%s", named->name);
        dh_key_free(anna);
        dh_key_free(boris);
        dh_group_free(group);
    }
}

Test(dh, groups_as_text)
{
    static const struct {
        const char *text;
        enum dh_error error;
    } rows[] = {
        {"23,5", DH_OK},
        {"0x17,0x05", DH_OK},
        {"0X17,5", DH_OK},
        {"00023,05", DH_OK},
        {"5,2", DH_OK},
        {"23,22", DH_OK}, /* order 2: a finding, not a refusal */
        {"9,2", DH_OK},
        {"ffdhe2048", DH_OK},
        {"group14", DH_OK},
        {"", DH_ERR_NAME},
        {"FFDHE2048", DH_ERR_NAME},
        {"ffdhe2047", DH_ERR_NAME},
        {"23", DH_ERR_NAME},
        {"23,", DH_ERR_NUMBER},
        {",5", DH_ERR_NUMBER},
        {"23,5,7", DH_ERR_NUMBER},
        {"23, 5", DH_ERR_NUMBER},
        {"0x,5", DH_ERR_NUMBER},
        {"-23,5", DH_ERR_NUMBER},
        {"23,0x1g", DH_ERR_NUMBER},
        {"22,5", DH_ERR_MODULUS},
        {"3,2", DH_ERR_MODULUS},
        {"1,2", DH_ERR_MODULUS},
        {"0,2", DH_ERR_MODULUS},
        {"23,0", DH_ERR_GENERATOR},
        {"23,1", DH_ERR_GENERATOR},
        {"23,23", DH_ERR_GENERATOR},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dh_group *group;
        cr_expect_eq(dh_group_parse(&group, rows[i].text), rows[i].error, "'%s'", rows[i].text);
        cr_expect_eq(!group, rows[i].error != DH_OK, "'%s'", rows[i].text);
        dh_group_free(group);
    }
}

/* 2^8192 - 1 is the largest; one bit more, as bytes or as text, is not computed with. */
Test(dh, the_largest)
{
    uint8_t p[DH_MAX_BYTES + 2] = {0};
    char text[2 * sizeof(p) + 5] = "0x";
    struct dh_group *group;
    memset(p + 2, 0xff, DH_MAX_BYTES);
    cr_assert_eq(dh_group_from_bytes(&group, p, sizeof(p), (uint8_t[]){0, 2}, 2), DH_OK);
    cr_expect_eq(dh_group_bits(group), DH_MAX_BITS);
    cr_expect_null(dh_group_name(group));
    dh_group_free(group);
    p[1] = 1;
    cr_expect_eq(dh_group_from_bytes(&group, p, sizeof(p), (uint8_t[]){2}, 1), DH_ERR_LARGE);
    cr_expect_eq(dh_group_from_bytes(&group, (uint8_t[]){23}, 1, p, sizeof(p)), DH_ERR_LARGE);
    memset(text + 2, 'f', DH_MAX_BITS / 4);
    strcpy(text + 2 + DH_MAX_BITS / 4, ",2");
    cr_expect_eq(dh_group_parse(&group, text), DH_OK);
    dh_group_free(group);
    strcpy(text + 2 + DH_MAX_BITS / 4, "f,2");
    cr_expect_eq(dh_group_parse(&group, text), DH_ERR_LARGE);
    cr_expect_eq(dh_group_from_bytes(&group, p, 0, p, 0), DH_ERR_MODULUS, "no bytes are 0");
}

Test(dh, refused_exponents_and_public_numbers)
{
    struct dh_group *group = group_of("23,5");
    struct dh_key *key;
    uint8_t zeros[DH_MAX_BYTES + 1] = {0}, out;
    cr_expect_eq(dh_key_from_private(&key, group, zeros, 0, NULL), DH_ERR_EXPONENT);
    cr_expect_null(key);
    cr_expect_eq(dh_key_from_private(&key, group, zeros, DH_MAX_BYTES, NULL), DH_ERR_EXPONENT);
    cr_expect_eq(dh_key_from_private(&key, group, zeros, sizeof(zeros), NULL), DH_ERR_LARGE);
    key = key_of(group, 6);
    static const struct {
        uint8_t bytes[2];
        size_t count;
        enum dh_error error;
    } peers[] = {
        {{0}, 0, DH_ERR_PUBLIC},  {{0}, 1, DH_ERR_PUBLIC},    {{1}, 1, DH_OK},
        {{22}, 1, DH_OK},         {{0, 22}, 2, DH_OK},        {{23}, 1, DH_ERR_PUBLIC},
        {{24}, 1, DH_ERR_PUBLIC}, {{1, 1}, 2, DH_ERR_PUBLIC},
    };
    for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
        out = 99;
        cr_expect_eq(dh_agree(&out, key, peers[i].bytes, peers[i].count, NULL), peers[i].error,
                     "row %zu", i);
        cr_expect(peers[i].error == DH_OK ? out == 1 : out == 0, "row %zu: %d", i, out);
    }
    dh_key_free(key);
    dh_key_free(NULL);
    dh_group_free(group);
    dh_group_free(NULL);
}

/* K keeps its leading zeros. */
Test(dh, leading_zeros_stay)
{
    struct dh_group *group = group_of("257,3");
    struct dh_key *key = key_of(group, 4);
    uint8_t out[2] = {9, 9};
    cr_expect_eq(dh_group_bytes(group), 2);
    cr_assert_eq(dh_agree(out, key, &(uint8_t){2}, 1, NULL), DH_OK);
    cr_expect_arr_eq(out, ((uint8_t[]){0, 16}), 2);
    cr_assert_eq(dh_agree(out, key, &(uint8_t){4}, 1, NULL), DH_OK);
    cr_expect_arr_eq(out, ((uint8_t[]){1, 0}), 2);
    dh_key_free(key);
    dh_group_free(group);
}

/* --- how exponents are drawn ----------------------------------------------------------------- */

/* Fills with one byte; the first `refused` times with 0xff. */
struct dull {
    uint8_t byte;
    unsigned refused, calls;
};

static int fill(void *context, uint8_t *out, size_t bytes)
{
    struct dull *dull = context;
    memset(out, dull->calls++ < dull->refused ? 0xff : dull->byte, bytes);
    return dull->calls > 1000 ? -1 : 0;
}

static size_t draw(uint8_t *a, size_t space, struct dull *dull, const struct dh_group *group)
{
    struct dh_key *key;
    const struct dh_random source = {fill, dull};
    cr_assert_eq(dh_key_generate(&key, group, &source, NULL), DH_OK);
    size_t bytes = dh_key_number(key, DH_PRIVATE, a, space);
    dh_key_free(key);
    return bytes;
}

/* SP 800-56A 5.6.1.1.4 with N = 225: a is c + 1 for c from 0 to 2^225 - 2. */
Test(dh, exponents_of_a_named_group)
{
    struct dh_group *group = group_of("ffdhe2048");
    uint8_t a[DH_MAX_BYTES];
    struct dull least = {.byte = 0}, again = {.byte = 0xfe, .refused = 3};
    cr_expect_eq(draw(a, sizeof(a), &least, group), 1);
    cr_expect_eq(a[0], 1);
    cr_expect_eq(draw(a, sizeof(a), &again, group), 28, "of 0xfe the 225th bit is 0");
    cr_expect_eq(again.calls, 4, "2^225 - 1 is refused");
    cr_expect_eq(a[0], 0xfe);
    cr_expect_eq(a[27], 0xff);
    dh_group_free(group);
}

Test(dh, exponents_of_a_toy_group)
{
    uint8_t seen[256] = {0};
    struct dh_group *group = group_of("23,5");
    for (int i = 0; i < 4000; i++) {
        struct dh_key *key;
        uint8_t a = 0;
        cr_assert_eq(dh_key_generate(&key, group, NULL, NULL), DH_OK);
        cr_assert_eq(dh_key_number(key, DH_PRIVATE, &a, 1), 1);
        seen[a] = 1;
        dh_key_free(key);
    }
    for (unsigned a = 0; a < 256; a++)
        cr_expect_eq(seen[a], a >= 2 && a <= 21, "%u", a);
    dh_group_free(group);
}

Test(dh, a_source_that_fails)
{
    struct dh_group *group = group_of("ffdhe2048");
    struct dh_key *key;
    struct dull broken = {.calls = 1000}, never = {.byte = 0xff};
    cr_expect_eq(dh_key_generate(&key, group, &(struct dh_random){fill, &broken}, NULL),
                 DH_ERR_RANDOM);
    cr_expect_null(key);
    cr_expect_eq(dh_key_generate(&key, group, &(struct dh_random){fill, &never}, NULL),
                 DH_ERR_RANDOM);
    cr_expect_null(key);
    dh_group_free(group);
}

/* --- what a listener hears ------------------------------------------------------------------- */

static void hear(void *context, const struct dh_step *step)
{
    char *heard = context, line[200];
    cr_expect(step->is_number);
    snprintf(line, sizeof(line), "%s = %s is %d%s%s%s%s\n", step->name, step->formula,
             step->count ? step->bytes[0] : 0, step->is_private ? ", private" : "",
             step->power[0] ? ", to the " : "", step->power[0] ? step->power[1] : "",
             step->power[0] ? step->power[2] : "");
    strcat(heard, line);
}

Test(dh, the_listener_hears_each_value)
{
    struct dh_group *group = group_of("23,5");
    char heard[2000] = "";
    uint8_t out;
    for (int answers = 0; answers < 2; answers++) {
        const struct dh_listener listener = {hear, heard, answers};
        struct dh_key *key;
        cr_assert_eq(dh_key_from_private(&key, group, (uint8_t[]){answers ? 15 : 6}, 1, &listener),
                     DH_OK);
        cr_assert_eq(dh_agree(&out, key, (uint8_t[]){0, answers ? 8 : 19}, 2, &listener), DH_OK);
        dh_key_free(key);
    }
    cr_expect_str_eq(heard, "p = the modulus is 23\n"
                            "g = the generator is 5\n"
                            "a = the private exponent is 6, private\n"
                            "A = g^a mod p is 8, to the ap\n"
                            "B = the peer's public number is 19\n"
                            "K = B^a mod p is 2, private, to the ap\n"
                            "p = the modulus is 23\n"
                            "g = the generator is 5\n"
                            "b = the private exponent is 15, private\n"
                            "B = g^b mod p is 19, to the bp\n"
                            "A = the peer's public number is 8\n"
                            "K = A^b mod p is 2, private, to the bp\n");
    dh_group_free(group);
}

/* --- groups made to order -------------------------------------------------------------------- */

struct heard {
    unsigned long calls, tried, expected;
};

static void tried(void *context, unsigned long count, unsigned long expected)
{
    struct heard *heard = context;
    cr_expect(heard->calls == 0 || count > heard->tried);
    *heard = (struct heard){heard->calls + 1, count, expected};
}

/* Each is a safe prime of its size with a g of order q: nothing is found but that it is short. */
Test(dh, groups_made_to_order)
{
    struct dh_finding *findings = calloc(DH_FINDINGS_MAX, sizeof(*findings));
    struct heard heard = {0};
    const struct dh_progress progress = {tried, &heard};
    for (unsigned bits = DH_MIN_MADE_BITS; bits < 400; bits += bits < 70 ? 1 : 61) {
        struct dh_group *group;
        heard.calls = 0;
        cr_assert_eq(dh_group_make(&group, bits, NULL, &progress), DH_OK, "%u", bits);
        cr_expect_eq(dh_group_bits(group), bits);
        cr_expect_eq(dh_look(findings, group, NULL, 0, DH_THOROUGH), 2, "%u", bits);
        cr_expect_eq(findings[0].kind, DH_FOUND_SHORT);
        cr_expect_eq(findings[1].kind, DH_FOUND_ORDER);
        cr_expect(strstr(findings[1].text, "q = (p-1)/2"), "%u: %s", bits, findings[1].text);
        dh_group_free(group);
    }
    cr_expect(heard.calls > 0 && heard.expected > 1);
    free(findings);
}

Test(dh, groups_that_are_not_made)
{
    struct dh_group *group;
    struct dull broken = {.calls = 1000};
    cr_expect_eq(dh_group_make(&group, DH_MIN_MADE_BITS - 1, NULL, NULL), DH_ERR_SIZE);
    cr_expect_null(group);
    cr_expect_eq(dh_group_make(&group, DH_MAX_BITS + 1, NULL, NULL), DH_ERR_SIZE);
    cr_expect_eq(dh_group_make(&group, 64, &(struct dh_random){fill, &broken}, NULL),
                 DH_ERR_RANDOM);
    cr_expect_null(group);
}

/* --- published ------------------------------------------------------------------------------- */

/* RFC 3526: the primes as printed there. */
Test(dh, rfc_3526)
{
    struct vectors *file = vectors_open_installed("asymmetric/DH/rfc3526.txt");
    for (size_t i = 7; vectors_next(file); i++) {
        const struct dh_named *named = dh_group_named(i);
        uint8_t p[DH_MAX_BYTES];
        struct dh_group *group = group_of(named->name);
        cr_assert(strncmp(named->source, "RFC 3526", 8) == 0, "row %zu", i);
        vectors_expect(file, named->name, p, dh_group_number(group, DH_P, p, sizeof(p)), "P");
        dh_group_free(group);
    }
    vectors_close(file);
}

/* One of NIST's: the group comes in a record of its own. Says what does not fit. */
struct nist {
    struct dh_group *group;
    uint8_t q[DH_MAX_BYTES];
    size_t q_bytes;
    unsigned fits, faults;
};

static bool is_number(const struct vectors *file, const char *field, const uint8_t *got,
                      size_t got_bytes)
{
    size_t bytes;
    const uint8_t *want = vectors_bytes(file, field, &bytes);
    for (; got_bytes > bytes && *got == 0; got_bytes--)
        got++;
    for (; bytes > got_bytes && *want == 0; bytes--)
        want++;
    return bytes == got_bytes && memcmp(want, got, bytes) == 0;
}

/* Y = g^X, Y of the other side is in the subgroup of order q, Z = Y^X. */
static bool fits(const struct nist *nist, const struct vectors *file)
{
    uint8_t out[DH_MAX_BYTES];
    struct dh_key *key, *order;
    size_t bytes = 0, x_bytes, size = dh_group_bytes(nist->group);
    const uint8_t *peer = vectors_bytes(file, "YstatCAVS", &bytes);
    const uint8_t *x = vectors_bytes(file, "XstatIUT", &x_bytes);
    cr_assert_eq(dh_key_from_private(&key, nist->group, x, x_bytes, NULL), DH_OK);
    cr_assert_eq(dh_key_from_private(&order, nist->group, nist->q, nist->q_bytes, NULL), DH_OK);
    bool good = is_number(file, "YstatIUT", out, dh_key_number(key, DH_PUBLIC, out, sizeof(out)));
    cr_assert_eq(dh_agree(out, order, peer, bytes, NULL), DH_OK);
    for (size_t i = 0; i < size; i++)
        good = good && out[i] == (i == size - 1);
    cr_assert_eq(dh_agree(out, key, peer, bytes, NULL), DH_OK);
    good = good && is_number(file, "Z", out, size);
    dh_key_free(key);
    dh_key_free(order);
    return good;
}

static void take_group(struct nist *nist, const struct vectors *file)
{
    size_t p_bytes, g_bytes;
    const uint8_t *p = vectors_bytes(file, "P", &p_bytes), *g = vectors_bytes(file, "G", &g_bytes);
    const uint8_t *q = vectors_bytes(file, "Q", &nist->q_bytes);
    dh_group_free(nist->group);
    memcpy(nist->q, q, nist->q_bytes);
    cr_assert_eq(dh_group_from_bytes(&nist->group, p, p_bytes, g, g_bytes), DH_OK);
}

static void check_nist(const char *name, unsigned fitting, unsigned faults)
{
    struct vectors *file = vectors_open_installed(name);
    struct nist nist = {0};
    while (vectors_next(file)) {
        if (vectors_has(file, "P"))
            take_group(&nist, file);
        if (!vectors_has(file, "XstatIUT"))
            continue;
        bool good = vectors_text(file, "Result")[0] == 'P';
        cr_expect_eq(fits(&nist, file), good, "%s: %s", vectors_where(file),
                     vectors_text(file, "Result"));
        nist.fits += good;
        nist.faults += !good;
    }
    cr_expect_eq(nist.fits, fitting);
    cr_expect_eq(nist.faults, faults);
    dh_group_free(nist.group);
    vectors_close(file);
}

/* NIST's validation of SP 800-56A: right ones, Z with a leading zero, and each kind of fault. */
Test(dh, nist)
{
    check_nist("asymmetric/DH/KASValidityTest_FFCStatic_NOKC_ZZOnly_init.fax", 48, 24);
    check_nist("asymmetric/DH/KASValidityTest_FFCStatic_NOKC_ZZOnly_resp.fax", 48, 24);
}
