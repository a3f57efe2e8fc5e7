/*
 * Keys in every format: round trips, recognition by content, and what is refused.
 */
#include "base64.h"
#include "fingerprint.h"
#include "key_samples.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- base64: RFC 4648 section 10 -------------------------------------------------------------- */

Test(key_formats, base64_of_the_rfc)
{
    static const char *const known[][3] = {{"", "", ""},
                                           {"f", "Zg==", "Zg"},
                                           {"fo", "Zm8=", "Zm8"},
                                           {"foo", "Zm9v", "Zm9v"},
                                           {"foob", "Zm9vYg==", "Zm9vYg"},
                                           {"fooba", "Zm9vYmE=", "Zm9vYmE"},
                                           {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
                                           {"\xfb\xff\xfe", "+//+", "-__-"}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        for (size_t kind = 0; kind < 2; kind++) {
            enum base64_kind which = kind == 0 ? BASE64_PADDED : BASE64_URL;
            char text[16];
            uint8_t data[16];
            size_t bytes, length = base64_encode(text, known[i][0], strlen(known[i][0]), which);
            cr_expect_str_eq(text, known[i][1 + kind], "got %s, want %s", text, known[i][1 + kind]);
            cr_assert(base64_decode(data, &bytes, text, length, which), "%s", text);
            cr_expect(bytes == strlen(known[i][0]) && memcmp(data, known[i][0], bytes) == 0);
        }
    }
}

Test(key_formats, base64_of_all_letters)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int sign = 0; sign < 256; sign++) {
        const char text[4] = {'A', (char)sign, 'A', 'A'};
        const char *letter = sign == 0 ? NULL : strchr(letters, sign);
        uint8_t data[3];
        size_t bytes;
        bool done = base64_decode(data, &bytes, text, 4, BASE64_PADDED);
        cr_expect_eq(done, letter != NULL, "0x%02x", (unsigned)sign);
        if (done && letter)
            cr_expect_eq((data[0] << 4 | data[1] >> 4) & 63, letter - letters, "0x%02x",
                         (unsigned)sign);
    }
}

Test(key_formats, base64_is_strict)
{
    static const char *const bad[] = {"Z",    "Zg",       "Zg=",   "Zh==",   "Zm9=", "=",    "====",
                                      "Z===", "Zg==Zg==", "Zm 9v", "Zm9v\n", "Zm9-", "Zg==="};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        uint8_t data[16];
        size_t bytes;
        cr_expect_not(base64_decode(data, &bytes, bad[i], strlen(bad[i]), BASE64_PADDED), "%s",
                      bad[i]);
        cr_expect_eq(bytes, 0);
    }
}

/* --- round trips ------------------------------------------------------------------------------ */

static struct key_finds read_text(const char *text, size_t bytes, const char *what)
{
    struct key_finds finds;
    struct problem problem = {0};
    cr_assert(key_formats_read(&finds, what, text, bytes, sample_access(), &problem), "%s: %s",
              what, problem.message);
    return finds;
}

Test(key_formats, each_is_recognised_and_read_back)
{
    for (size_t i = 0; i < KEY_SAMPLES; i++) {
        const struct key_sample *sample = key_sample(i);
        struct key_finds finds = read_text(sample->text.data, sample->text.bytes, sample->name);
        cr_assert_eq(finds.count, 1, "%s: %zu keys", sample->name, finds.count);
        const struct rsa_key *key = finds.keys[0].key;
        cr_expect_eq(rsa_key_is_private(key), sample->private, "%s", sample->name);
        for (int n = 0; n < (sample->private ? RSA_NUMBERS : RSA_E + 1); n++) {
            char *got = rsa_key_number_text(key, (enum rsa_number)n, 16);
            char *want = rsa_key_number_text(sample_pair(), (enum rsa_number)n, 16);
            cr_expect_str_eq(got, want, "%s: %s", sample->name,
                             rsa_number_name((enum rsa_number)n));
            rsa_text_free(got);
            rsa_text_free(want);
        }
        key_finds_free(&finds);
    }
}

/* Every format into every other: the same text comes out as straight from the key. */
Test(key_formats, every_pair)
{
    for (size_t i = 0; i < KEY_SAMPLES; i++) {
        const struct key_sample *from = key_sample(i);
        struct key_finds finds = read_text(from->text.data, from->text.bytes, from->name);
        for (size_t j = 0; j + 1 < KEY_SAMPLES; j++) {
            const struct key_sample *to = key_sample(j);
            struct key_text text;
            if ((to->private && !from->private) || strcmp(to->name, "openssh") == 0 ||
                to->wish.protection)
                continue; /* OpenSSH's private format and PBES2 have random bytes in them */
            cr_assert(key_formats_write(&text, finds.keys[0].key, &to->wish, NULL));
            cr_expect(text.bytes == to->text.bytes &&
                          memcmp(text.data, to->text.data, text.bytes) == 0,
                      "%s to %s", from->name, to->name);
            key_text_free(&text);
        }
        key_finds_free(&finds);
    }
}

static const struct key_sample *sample_named(const char *name)
{
    for (size_t i = 0; i < KEY_SAMPLES; i++)
        if (strcmp(key_sample(i)->name, name) == 0)
            return key_sample(i);
    cr_assert_fail("no sample %s", name);
    abort();
}

/* A copy of a sample's text with something in front, and other ends of lines. */
static char *dressed(const char *name, const char *front, const char *line_end)
{
    const struct key_sample *sample = sample_named(name);
    char *text = calloc(1, strlen(front) + 3 * sample->text.bytes + 1);
    size_t length = (size_t)sprintf(text, "%s", front);
    for (size_t i = 0; i < sample->text.bytes; i++)
        if (sample->text.data[i] == '\n')
            length += (size_t)sprintf(text + length, "%s", line_end);
        else
            text[length++] = sample->text.data[i];
    return text;
}

Test(key_formats, line_ends_and_leading_text)
{
    static const char *const names[] = {"pkcs1", "pkcs8",           "spki", "openssh",
                                        "jwk",   "openssh, public", "csv"};
    static const char *const ends[] = {"\n", "\r\n", " \t\r\n"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        for (size_t end = 0; end < 3; end++) {
            bool pem = i < 4;
            char *text = dressed(names[i], pem ? "Bag Attributes: none\r\nkey:\n" : "\n",
                                 ends[end]);
            struct key_finds finds = read_text(text, strlen(text), names[i]);
            cr_expect_eq(finds.count, 1);
            key_finds_free(&finds);
            free(text);
        }
    }
}

/* --- several keys ----------------------------------------------------------------------------- */

Test(key_formats, a_pair_and_its_public_key_are_one)
{
    char *public = dressed("spki", "", "\n"), *both = dressed("pkcs8", public, "\n");
    struct key_finds finds = read_text(both, strlen(both), "both");
    cr_expect_eq(finds.count, 1);
    cr_expect(rsa_key_is_private(finds.keys[0].key));
    key_finds_free(&finds);
    free(both);
    free(public);
}

/* source: sshd(8) on authorized_keys and known_hosts; %s is the blob of the sample. */
static const struct {
    const char *line, *name;
    size_t keys, others;
} lines[] = {
    {"ssh-rsa %s anna@laptop", "anna", 1, 0},
    {"ssh-rsa %s", "", 1, 0},
    {"ssh-rsa %s two words", "two", 1, 0},
    {"ssh-rsa %s ../evil", "", 1, 0},
    {"  ssh-rsa\t%s\tanna", "anna", 1, 0},
    {"from=\"10.0.0.1,*.example\",command=\"echo \\\"a b\\\"\" ssh-rsa %s anna", "anna", 1, 0},
    {"no-pty ssh-rsa %s", "", 1, 0},
    {"server.example,10.0.0.1 ssh-rsa %s", "server.example", 1, 0},
    {"[server]:2222 ssh-rsa %s", "server", 1, 0},
    {"|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-rsa %s", "", 1, 0},
    {"# ssh-rsa\nssh-rsa %s anna", "anna", 1, 0},
    {"ssh-rsa %s anna\n@revoked * ssh-rsa %s", "anna", 1, 1},
    {"ssh-rsa %s anna\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBFoo x\n\n", "anna", 1, 1},
};

Test(key_formats, lines_of_openssh)
{
    const struct key_sample *sample = sample_named("openssh, public");
    char blob[512] = "", text[2048];
    cr_assert_eq(sscanf(sample->text.data, "ssh-rsa %511s", blob), 1);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct key_finds finds;
        size_t length = 0;
        for (const char *at = lines[i].line; *at != '\0'; at++) {
            if (at[0] == '%' && at[1] == 's') {
                length += (size_t)sprintf(text + length, "%s", blob);
                at++;
            } else {
                text[length++] = *at;
            }
        }
        text[length] = '\0';
        finds = read_text(text, length, lines[i].line);
        cr_expect_eq(finds.count, lines[i].keys, "%s: %zu keys", lines[i].line, finds.count);
        cr_expect_eq(finds.others, lines[i].others, "%s: %zu others", lines[i].line, finds.others);
        cr_expect_str_eq(finds.keys[0].name, lines[i].name, "%s: name %s", lines[i].line,
                         finds.keys[0].name);
        key_finds_free(&finds);
    }
}

/* --- what is refused, and what is said -------------------------------------------------------- */

static const struct {
    const char *text, *want;
} faults[] = {
    {"", "f: there is no RSA key in it"},
    {"hello\n", "f:1: this is not a key in a format known here"},
    {"\n\nssh-rsa\n", "f:3: column 8: expected the key in base64"},
    {"ssh-rsa AAAA!\n", "f:1: column 9: expected the key in base64"},
    {"ssh-rsa AAAAB3NzaC1yc2EAAAAA\n", "f:1: column 9: the key: byte 15: expected a positive "
                                       "number in its shortest form (e)"},
    {"ssh-ed25519 AAAA x\n", "f: there is no RSA key in it, only keys of other kinds"},
    {"-----BEGIN PUBLIC KEY-----\nMA==\n", "f: line 1: the file ends before the END of PUBLIC KEY"},
    {"-----BEGIN PUBLIC KEY-----\nM!==\n-----END PUBLIC KEY-----\n",
     "f: line 1: what is between BEGIN and END of PUBLIC KEY is not base64"},
    {"x\n-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n",
     "f:2: PUBLIC KEY: byte 2: expected a SEQUENCE (algorithm), but it ends here"},
    {"-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
     "f: line 3: expected the END of PUBLIC KEY, which began in line 1"},
    {"-----BEGIN PUBLIC KEY-----\n-----BEGIN PUBLIC KEY-----\n",
     "f: line 2: expected base64 or the END of PUBLIC KEY"},
    {"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n",
     "f: line 2: this block has headers: it is encrypted in the way of RFC 1421, or no key at all"},
    {"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n",
     "f: there is no RSA key in it, only CERTIFICATE REQUEST"},
    {"-----BEGIN EC PARAMETERS-----\nMAA=\n-----END EC PARAMETERS-----\n"
     "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n",
     "f: there is no RSA key in it, only keys of other kinds"},
    {"-----BEGIN NONSENSE-----\nMAA=\n-----END NONSENSE-----\n",
     "f:1: NONSENSE: this is not a key in a format known here"},
    {"{\"kty\":\"RSA\",\"n\":\"DKE\"}", "f: JWK: e is missing"},
    {"{\"kty\":\"RSA\",\"n\":\"DK=\",\"e\":\"EQ\"}", "f: JWK: \"n\" is not a number in base64url"},
    {"{\"kty\":\"RSA\",\"n\":7,\"e\":\"EQ\"}", "f: JWK: \"n\" is not a number in base64url"},
    {"{\"kty\":\"EC\"}", "f: there is no RSA key in it, only keys of other kinds"},
    {"{\"n\":\"DKE\"}", "f: JWK: there is no \"kty\""},
    {"{", "f: line 1, column 1: string or '}' expected near end of file"},
    {"{\"kty\":\"RSA\",\"n\":\"DKE\",\"e\":\"EQ\",\"d\":\"AZ4\"}",
     "f: JWK: d: the private exponent does not undo the public one, or is too small"},
    {"{\"kty\":\"RSA\",\"n\":\"DKE\",\"e\":\"EQ\",\"d\":\"AZ0\",\"q\":\"NQ\"}",
     "f: JWK: the private key has no p: p and q are needed"},
};

Test(key_formats, faults_say_where)
{
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct key_finds finds;
        struct problem problem = {0};
        cr_expect_not(
            key_formats_read(&finds, "f", faults[i].text, strlen(faults[i].text), NULL, &problem),
            "%s", faults[i].text);
        cr_expect_str_eq(problem.message, faults[i].want, "%s: got %s", faults[i].text,
                         problem.message);
    }
}

Test(key_formats, wishes_that_no_format_can_hold)
{
    static const struct key_wish wishes[] = {{.format = KEY_FORMAT_PKCS8, .private = false},
                                             {.format = KEY_FORMAT_SPKI, .private = true},
                                             {.format = KEY_FORMAT_JWK, .der = true},
                                             {.format = KEY_FORMAT_CSV, .der = true},
                                             {.format = KEY_FORMAT_OPENSSH, .der = true}};
    for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
        struct problem problem = {0};
        cr_expect_not(key_wish_check(&wishes[i], &problem), "%zu", i);
        cr_expect(problem.hint[0] != '\0', "%zu", i);
    }
}
