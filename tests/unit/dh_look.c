/*
 * What is found in groups and in public numbers: each finding at its edge, and its proof, which
 * python3 checks.
 */
#include "key_agreement.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 2^2047 - 1 and 2^2047 + 1 are written as this many digits. */
#define F16  "ffffffffffffffff"
#define F128 F16 F16 F16 F16 F16 F16 F16 F16
#define F496 F128 F128 F128 F16 F16 F16 F16 F16 F16 F16
#define Z16  "0000000000000000"
#define Z128 Z16 Z16 Z16 Z16 Z16 Z16 Z16 Z16
#define Z496 Z128 Z128 Z128 Z16 Z16 Z16 Z16 Z16 Z16 Z16
#define DSA_P                                                                                      \
    "0xed8102c2cef02883f348f7b384c9de500b16f8e1b72bd66be096c6b4b731276f7b95bb8839ee17770f67025a"   \
    "16a2077aa86ff75ab3c8d1c95c9f6cab0abca7"
#define DSA_G                                                                                      \
    "0x378c353319f7d313c5f425b85ce0cc7721eba49becec80747a028df3d13633dd08fcb095c28aac394ceac792"   \
    "da437ca297d453a891d9b71d6a65e22ffcd028"

static const struct row {
    const char *group, *number; /* number: as the second number of a group; NULL: none */
    enum dh_effort effort;
    const char *found; /* ! in front of what is harmful */
} rows[] = {
    /* toys: everything, at either effort */
    {"23,5", NULL, DH_QUICK, "!short order"},
    {"23,5", "8", DH_THOROUGH, "!short order parity"},
    {"23,5", "8", DH_QUICK, "!short order parity"},
    {"23,2", "4", DH_QUICK, "!short order"},
    {"23,2", "5", DH_QUICK, "!public-no-power !short order"},
    {"23,22", NULL, DH_QUICK, "!small-order !short"},
    {"5,2", "3", DH_QUICK, "!short order parity"},
    {"5,4", NULL, DH_QUICK, "!small-order !short"},
    {"7,2", "4", DH_QUICK, "!short order"},
    {"29,2", NULL, DH_QUICK, "!short !not-safe order"},
    {"29,2", "12", DH_QUICK, "!public-small-order !short !not-safe order parity"},
    {"29,12", "12", DH_QUICK, "!small-order !short !not-safe parity"},
    {"257,3", NULL, DH_QUICK, "!small-order !short !not-safe"},
    /* the range of the public number */
    {"23,5", "0", DH_QUICK, "!public-outside !short order"},
    {"23,5", "1", DH_QUICK, "!public-one !short order"},
    {"23,5", "2", DH_QUICK, "!short order parity"},
    {"23,5", "21", DH_QUICK, "!short order parity"},
    {"23,5", "22", DH_QUICK, "!public-minus-one !short order"},
    {"23,5", "23", DH_QUICK, "!public-outside !short order"},
    {"ffdhe2048", "1", DH_QUICK, "!public-one order named"},
    /* p composite: by a factor, by Fermat (two primes of 140 bits), by a root (Carmichael's) */
    {"15,2", "22", DH_QUICK, "!p-composite !public-outside !short"},
    {"561,2", "560", DH_QUICK, "!p-composite !public-minus-one !short"},
    {"0xc1d8f970c12c82fbd763f39f50ecfbfb4209a1b451b3ea61ade44a2cac4880d98bb895f,2", "3", DH_QUICK,
     "!p-composite !short"},
    {"0x5100000000000000000001fd064c00000000000000042a47ae3840000000000002e887d01c2351,2", "3",
     DH_THOROUGH, "!p-composite !short"},
    /* 2^2047 + 1 has 2048 bits, 2^2047 - 1 has 2047 */
    {"0x8000000000000000" Z496 "1,2", NULL, DH_QUICK, "!p-composite"},
    {"0x7fffffffffffffff" F496 ",2", NULL, DH_QUICK, "!p-composite !short"},
    /* p - 1 = 2 r s, two primes of 140 bits: nobody takes that apart; then a quick look, which
     * does not try */
    {"0x3e250a3078576c92d8477804e3b63de4104d2d8b1f426b9865e2732795be4995a6524cb,3", "9",
     DH_THOROUGH, "!short !not-safe order"},
    {"0x3e250a3078576c92d8477804e3b63de4104d2d8b1f426b9865e2732795be4995a6524cb,3", "9", DH_QUICK,
     "!short !not-safe"},
    /* p - 1 is made of primes of 16 bits */
    {"0x9eff6705c68be008477634a80c44ed419233f5a077a3862b1b30125acacbe67,2", "3", DH_THOROUGH,
     "!small-order !short !not-safe"},
    /* q of 224 bits, as in DSA; then with a number outside of its subgroup */
    {DSA_P "," DSA_G, DSA_G, DH_THOROUGH, "!short !not-safe order"},
    {DSA_P "," DSA_G, "2", DH_THOROUGH, "!public-no-power !short !not-safe order"},
    /* a safe prime of 256 bits, and g of the full order */
    {"0x9e01179d272431a65295cd3fa6a14c71386a92ee46666a4398035bceab4912b3,2", "3", DH_QUICK,
     "!short order parity"},
    /* named ones, and one of theirs under another g */
    {"ffdhe2048", "4", DH_QUICK, "order named"},
    {"ffdhe2048", "11", DH_QUICK, "!public-no-power order named"},
    {"ffdhe3072", NULL, DH_THOROUGH, "order named"},
    {"ffdhe8192", NULL, DH_QUICK, "order named"},
    {"modp768", NULL, DH_QUICK, "!short order named"},
    {"modp1536", "2", DH_QUICK, "!short order named"},
    {"modp2048", "2", DH_QUICK, "order named"},
    {"modp3072", NULL, DH_QUICK, "order named"},
};

static void write_hex(FILE *out, const char *name, const uint8_t *bytes, size_t count)
{
    fprintf(out, "%s = 0x0", name);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%02x", bytes[i]);
    fputc('\n', out);
}

/* The number at the end of "p,g" as bytes; any p that is larger will do. */
static size_t read_number(uint8_t *out, size_t space, const char *text)
{
    char *group, *end = NULL;
    if (strncmp(text, "0x", 2) != 0) {
        unsigned long number = strtoul(text, &end, 10);
        cr_assert(*end == '\0' && number < 1 << 16);
        out[0] = (uint8_t)(number >> 8);
        out[1] = (uint8_t)number;
        return 2;
    }
    struct dh_group *read;
    cr_assert(asprintf(&group, "0xf" F496 ",%s", text) > 0);
    cr_assert_eq(dh_group_parse(&read, group), DH_OK);
    size_t bytes = dh_group_number(read, DH_G, out, space);
    dh_group_free(read);
    free(group);
    return bytes;
}

/* Looks, compares, and writes what python3 is to check. */
static void check_row(const struct row *row, FILE *script)
{
    struct dh_finding *findings = calloc(DH_FINDINGS_MAX, sizeof(*findings));
    struct dh_group *group;
    uint8_t bytes[DH_MAX_BYTES], number[DH_MAX_BYTES];
    char found[200] = "";
    cr_assert_eq(dh_group_parse(&group, row->group), DH_OK, "%s", row->group);
    size_t count = row->number ? read_number(number, sizeof(number), row->number) : 0;
    size_t many = dh_look(findings, group, row->number ? number : NULL, row->number ? count : 0,
                          row->effort);
    cr_assert_leq(many, DH_FINDINGS_MAX);
    write_hex(script, "p", bytes, dh_group_number(group, DH_P, bytes, sizeof(bytes)));
    write_hex(script, "g", bytes, dh_group_number(group, DH_G, bytes, sizeof(bytes)));
    write_hex(script, "A", number, count);
    for (size_t i = 0; i < many; i++) {
        size_t used = strlen(found);
        snprintf(found + used, sizeof(found) - used, "%s%s%s", i ? " " : "",
                 findings[i].harmful ? "!" : "", dh_finding_name(findings[i].kind));
        cr_expect(strlen(findings[i].text) > 0 && strlen(findings[i].proof) > 0, "%s", row->group);
        cr_expect_lt(strlen(findings[i].text), sizeof(findings[i].text) - 1, "%s", row->group);
        cr_expect_lt(strlen(findings[i].proof), sizeof(findings[i].proof) - 1, "%s", row->group);
        fprintf(script, "assert (%s) is True, %d\n", findings[i].proof, (int)i);
    }
    cr_expect_str_eq(found, row->found, "%s %s: %s", row->group, row->number ? row->number : "",
                     found);
    dh_group_free(group);
    free(findings);
}

Test(dh_look, each_finding_at_its_edge_with_its_proof)
{
    FILE *script = popen("python3 -", "w");
    cr_assert(script);
    fputs("from math import factorial\n", script);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_row(&rows[i], script);
    cr_assert_eq(pclose(script), 0, "a proof does not hold");
}

/* A number longer than any p, and one of no bytes. */
Test(dh_look, numbers_of_odd_sizes)
{
    static uint8_t number[3 * DH_MAX_BYTES] = {[DH_MAX_BYTES] = 1};
    struct dh_finding *findings = calloc(DH_FINDINGS_MAX, sizeof(*findings));
    struct dh_group *group;
    cr_assert_eq(dh_group_parse(&group, "ffdhe2048"), DH_OK);
    dh_look(findings, group, number, sizeof(number), DH_QUICK);
    cr_expect_eq(findings[0].kind, DH_FOUND_PUBLIC_OUTSIDE);
    dh_look(findings, group, number, 0, DH_QUICK);
    cr_expect_eq(findings[0].kind, DH_FOUND_PUBLIC_OUTSIDE);
    number[DH_MAX_BYTES] = 0;
    number[sizeof(number) - 1] = 4;
    cr_expect_eq(dh_look(findings, group, number, sizeof(number), DH_QUICK), 2, "leading zeros");
    dh_group_free(group);
    free(findings);
}

/* The order of every g modulo every prime below 300, counted by hand. */
Test(dh_look, orders_counted_by_hand)
{
    struct dh_finding *findings = calloc(DH_FINDINGS_MAX, sizeof(*findings));
    for (unsigned p = 5; p < 300; p += 2) {
        bool prime = true;
        for (unsigned d = 3; d * d <= p; d += 2)
            prime = prime && p % d != 0;
        for (unsigned g = 2; prime && g < p; g++) {
            unsigned order = 1, power = g;
            char text[40], want[40];
            struct dh_group *group;
            for (; power != 1; order++)
                power = power * g % p;
            snprintf(text, sizeof(text), "%u,%u", p, g);
            snprintf(want, sizeof(want), "pow(g, %u, p) == 1 and all", order);
            cr_assert_eq(dh_group_parse(&group, text), DH_OK);
            size_t many = dh_look(findings, group, NULL, 0, DH_QUICK), seen = 0;
            for (size_t i = 0; i < many; i++)
                if (findings[i].kind == DH_FOUND_ORDER || findings[i].kind == DH_FOUND_SMALL_ORDER)
                    seen += strncmp(findings[i].proof, want, strlen(want)) == 0;
            cr_expect_eq(seen, 1, "%s: %s", text, want);
            dh_group_free(group);
        }
    }
    free(findings);
}
