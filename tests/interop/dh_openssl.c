/*
 * Finite-field Diffie-Hellman beside the OpenSSL command: its named groups, keys of ours and of
 * theirs in the same group, parameters made by one and judged by the other.
 */
#include "key_agreement.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the shell does in the folder; `said` has what it says. */
static void must(const char *folder, const char *commands)
{
    char *line;
    cr_assert_geq(asprintf(&line, "cd '%s' && { %s; } >said 2>&1", folder, commands), 0);
    if (system(line) != 0) { // NOLINT: the commands are the test's own
        char *said = scratch_read(folder, "said");
        cr_assert_fail("%s: %s", commands, said);
    }
    free(line);
}

static size_t read_hex(uint8_t *out, size_t space, const char *folder, const char *name)
{
    char *text = scratch_read(folder, name);
    size_t count = strlen(text) / 2;
    cr_assert(count > 0 && count <= space, "%s: '%s'", name, text);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(sscanf(text + 2 * i, "%2hhx", &out[i]), 1);
    free(text);
    return count;
}

static void put_number(FILE *file, const char *before, const uint8_t *bytes, size_t count)
{
    fprintf(file, "%sINTEGER:0x0", before);
    for (size_t i = 0; i < count; i++)
        fprintf(file, "%02x", bytes[i]);
    fputc('\n', file);
}

static FILE *create(const char *folder, const char *name)
{
    char *path = scratch_path(folder, name);
    FILE *file = fopen(path, "w");
    cr_assert(file, "%s", path);
    free(path);
    return file;
}

/* DHParameter of PKCS #3, in the language of openssl asn1parse -genconf. */
static void put_parameters(FILE *file, const char *section, const struct dh_group *group)
{
    uint8_t number[DH_MAX_BYTES];
    fprintf(file, "[%s]\n", section);
    put_number(file, "p=", number, dh_group_number(group, DH_P, number, sizeof(number)));
    put_number(file, "g=", number, dh_group_number(group, DH_G, number, sizeof(number)));
}

static void write_parameters(const char *folder, const struct dh_group *group)
{
    FILE *file = create(folder, "parameters.conf");
    fputs("asn1=SEQUENCE:parameters\n", file);
    put_parameters(file, "parameters", group);
    cr_assert_eq(fclose(file), 0);
    must(folder, "openssl asn1parse -genconf parameters.conf -noout -out parameters.der");
}

/* PKCS #8's PrivateKeyInfo, or SubjectPublicKeyInfo. */
static void write_key(const char *folder, const struct dh_key *key, const struct dh_group *group,
                      enum dh_number half)
{
    const bool private = half == DH_PRIVATE;
    uint8_t number[DH_MAX_BYTES];
    FILE *file = create(folder, "key.conf");
    fputs("asn1=SEQUENCE:key\n[key]\n", file);
    if (private)
        fputs("version=INTEGER:0\n", file);
    fputs("algorithm=SEQUENCE:algorithm\n", file);
    put_number(file, private ? "number=OCTWRAP," : "number=BITWRAP,", number,
               dh_key_number(key, half, number, sizeof(number)));
    fputs("[algorithm]\noid=OID:1.2.840.113549.1.3.1\nparameters=SEQUENCE:parameters\n", file);
    put_parameters(file, "parameters", group);
    cr_assert_eq(fclose(file), 0);
    must(folder, private ? "openssl asn1parse -genconf key.conf -noout -out key.der && "
                           "openssl pkey -inform DER -in key.der -out ours.pem"
                         : "openssl asn1parse -genconf key.conf -noout -out key.der && "
                           "openssl pkey -pubin -inform DER -in key.der -pubout -out ours.pub");
}

/* With their key in theirs.pem: what we get, what they get with their private key, and what they
 * get with ours. */
static void agree(const char *folder, const struct dh_group *group)
{
    uint8_t theirs[DH_MAX_BYTES + 1], K[DH_MAX_BYTES], other[DH_MAX_BYTES];
    size_t bytes = dh_group_bytes(group);
    struct dh_key *key;
    must(folder, "openssl pkey -in theirs.pem -pubout -out theirs.pub && "
                 "openssl pkey -pubin -in theirs.pub -noout -text >text && "
                 "sed -n '/public-key:/,/^[A-Z]/p' text | grep '^ ' | tr -d ' :\\n' >public");
    size_t count = read_hex(theirs, sizeof(theirs), folder, "public");
    cr_assert_eq(dh_key_generate(&key, group, NULL, NULL), DH_OK);
    cr_assert_eq(dh_agree(K, key, theirs, count, NULL), DH_OK);
    write_key(folder, key, group, DH_PUBLIC);
    write_key(folder, key, group, DH_PRIVATE);
    must(folder, "openssl pkeyutl -derive -inkey theirs.pem -peerkey ours.pub -pkeyopt dh_pad:1 "
                 "-out one && openssl pkeyutl -derive -inkey ours.pem -peerkey theirs.pub "
                 "-pkeyopt dh_pad:1 -out two && cmp one two && "
                 "od -An -v -tx1 one | tr -d ' \\n' >derived");
    cr_expect_eq(read_hex(other, sizeof(other), folder, "derived"), bytes);
    cr_expect_arr_eq(K, other, bytes, "%u bits", dh_group_bits(group));
    dh_key_free(key);
}

/* pkeyutl refuses a peer's key whose p or g is another. */
static void agree_in_named_group(const char *ours, const char *theirs)
{
    char *folder = scratch_new(), *command;
    struct dh_group *group;
    cr_assert_eq(dh_group_parse(&group, ours), DH_OK);
    cr_assert_geq(asprintf(&command,
                           "openssl genpkey -algorithm DH -pkeyopt group:%s -out theirs.pem",
                           theirs),
                  0);
    must(folder, command);
    agree(folder, group);
    free(command);
    dh_group_free(group);
    scratch_remove(folder);
}

Test(dh_openssl, named_groups)
{
    agree_in_named_group("ffdhe2048", "ffdhe2048");
    agree_in_named_group("ffdhe3072", "ffdhe3072");
    agree_in_named_group("ffdhe4096", "ffdhe4096");
    agree_in_named_group("ffdhe6144", "ffdhe6144");
    agree_in_named_group("ffdhe8192", "ffdhe8192");
    agree_in_named_group("modp1536", "modp_1536");
    agree_in_named_group("modp2048", "modp_2048");
    agree_in_named_group("modp3072", "modp_3072");
    agree_in_named_group("modp4096", "modp_4096");
    agree_in_named_group("modp6144", "modp_6144");
    agree_in_named_group("modp8192", "modp_8192");
}

/* A group of ours: theirs says that it is good, and makes a key in it. */
Test(dh_openssl, a_group_of_ours)
{
    char *folder = scratch_new();
    struct dh_group *group;
    cr_assert_eq(dh_group_make(&group, 512, NULL, NULL), DH_OK);
    write_parameters(folder, group);
    must(folder, "openssl dhparam -inform DER -in parameters.der -check -noout && "
                 "openssl dhparam -inform DER -in parameters.der -out parameters.pem && "
                 "openssl genpkey -paramfile parameters.pem -out theirs.pem");
    agree(folder, group);
    dh_group_free(group);
    scratch_remove(folder);
}

/* And one of theirs, of which we find that it is short and no more. */
Test(dh_openssl, a_group_of_theirs)
{
    char *folder = scratch_new();
    struct dh_finding *findings = calloc(DH_FINDINGS_MAX, sizeof(*findings));
    uint8_t p[DH_MAX_BYTES + 1], g = 2;
    struct dh_group *group;
    must(folder, "openssl dhparam -2 -out parameters.pem 512 && "
                 "openssl dhparam -in parameters.pem -noout -text >text && "
                 "sed -n '/P:/,/G:/p' text | grep '^        ' | tr -d ' :\\n' >p && "
                 "openssl genpkey -paramfile parameters.pem -out theirs.pem");
    size_t count = read_hex(p, sizeof(p), folder, "p");
    cr_assert_eq(dh_group_from_bytes(&group, p, count, &g, 1), DH_OK);
    cr_expect_eq(dh_look(findings, group, NULL, 0, DH_THOROUGH), 2);
    cr_expect_eq(findings[0].kind, DH_FOUND_SHORT);
    cr_expect_eq(findings[1].kind, DH_FOUND_ORDER);
    agree(folder, group);
    dh_group_free(group);
    free(findings);
    scratch_remove(folder);
}
