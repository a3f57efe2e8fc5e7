/*
 * keytool export and import against openssl and ssh-keygen: what we write they take, what they
 * write we take, and the fingerprint stays the same; and what openssl refuses we refuse.
 */
#include "fed_random.h"
#include "key_samples.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder;

static void set_up(void)
{
    folder = scratch_new();
}

static void tear_down(void)
{
    scratch_remove(folder);
}

TestSuite(keytool_formats, .init = set_up, .fini = tear_down);

/* Runs a shell command in the folder, with keytool at hand; its status. Output: the file "said". */
static int run(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int run_list(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

static int run_list(const char *format, va_list arguments)
{
    const char *programs = getenv("GLASSBOX_BIN");
    char command[4096], whole[8192], here[2048] = "";
    vsnprintf(command, sizeof(command), format, arguments);
    if (!programs || programs[0] != '/')
        cr_assert_not_null(getcwd(here, sizeof(here)));
    snprintf(whole, sizeof(whole),
             "cd '%s' && export GLASSBOX_HOME=$PWD/home PATH='%s/%s':$PATH && { %s\n} >said 2>&1",
             folder, here, !programs ? "bin" : programs, command);
    return system(whole);
}

static int run(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int status = run_list(format, arguments);
    va_end(arguments);
    return status;
}

/* The same, and it must go well. */
static void must(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void must(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int status = run_list(format, arguments);
    va_end(arguments);
    char *said = scratch_read(folder, "said");
    cr_assert_eq(status, 0, "%s: %s", format, said);
    free(said);
}

/* The two-word start of what ssh-keygen -l prints is "BITS SHA256:...". */
#define SAME_FINGERPRINT                                                                           \
    "test \"$(ssh-keygen -l -f %s | cut -d' ' -f2)\" = \"$(keytool fingerprint %s)\""

/* --- ours to theirs --------------------------------------------------------------------------- */

static void ours_to_theirs(unsigned bits)
{
    must("rm -rf home k.*; keytool gen k --bits %u", bits);
    /* private: OpenSSL checks the whole key, and it is ours */
    must("for f in pkcs1 pkcs8; do keytool export k --format $f -o k.$f && "
         "openssl pkey -in k.$f -check -noout && openssl asn1parse -in k.$f && "
         "keytool export k --format $f --der -o k.$f.der && "
         "openssl pkey -in k.$f.der -inform DER -outform DER -traditional -out k.t && "
         "openssl pkey -in k.$f -outform DER -traditional -out k.u && cmp k.t k.u || exit 1; done");
    /* public: SPKI and PKCS#1, the same bytes as OpenSSL makes of the private key */
    must("keytool export k --format spki -o k.spki && "
         "openssl pkey -in k.pkcs8 -pubout -out k.want && cmp k.spki k.want && "
         "openssl asn1parse -in k.spki");
    must("keytool export k --format pkcs1 --public -o k.pub1 && "
         "openssl rsa -in k.pkcs8 -RSAPublicKey_out -out k.want && cmp k.pub1 k.want");
    /* OpenSSH: the public half of the private file, and both fingerprints */
    must("keytool export k --format openssh -o k.ssh && "
         "keytool export k --format openssh --public -o k.pub && "
         "ssh-keygen -y -P '' -f k.ssh >k.y && cmp k.y k.pub");
    must(SAME_FINGERPRINT, "k.pub", "k");
    must(SAME_FINGERPRINT, "k.ssh", "k");
    must("ssh-keygen -i -m PKCS8 -f k.spki >k.i && ssh-keygen -i -m PEM -f k.pub1 >k.j && "
         "cut -d' ' -f1-2 k.pub >k.want && cmp k.i k.want && cmp k.j k.want");
}

Test(keytool_formats, ours_to_theirs)
{
    static const unsigned sizes[] = {1024, 2048, 2049, 3072, 4096};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        ours_to_theirs(sizes[i]);
}

/* --- theirs to ours --------------------------------------------------------------------------- */

/* Each file of the folder named k.* holds the same key: all have the one fingerprint. */
static void same_in_all(const char *files)
{
    must("for f in %s; do test \"$(keytool fingerprint ./$f)\" = \"$(cat want)\" || "
         "{ echo \"$f\"; keytool fingerprint ./$f; exit 1; }; done",
         files);
}

static void theirs_to_ours(unsigned bits)
{
    must("rm -rf home k.*; openssl genrsa -out k.pem %u", bits);
    must("ssh-keygen -y -f k.pem >k.pub && ssh-keygen -l -f k.pub | cut -d' ' -f2 >want");
    must("openssl pkey -in k.pem -traditional -out k.1 && openssl pkey -in k.pem -pubout -out k.2 "
         "&& "
         "openssl pkey -in k.pem -outform DER -out k.3 && "
         "openssl pkey -in k.pem -pubout -outform DER -out k.4 && "
         "openssl rsa -in k.pem -RSAPublicKey_out -out k.5 && "
         "openssl req -x509 -key k.pem -subj /CN=anna -out k.6 && "
         "openssl x509 -in k.6 -outform DER -out k.7 && "
         "cp k.pem k.8 && ssh-keygen -p -P '' -N '' -f k.8 && "
         "ssh-keygen -e -f k.pub >k.9 && sed 's/$/\\r/' k.9 >k.10 && chmod 600 k.*");
    same_in_all("k.*");
    must("grep -q 'BEGIN OPENSSH' k.8 && grep -q 'BEGIN SSH2' k.9 && grep -q 'BEGIN RSA PUB' k.5");
    must("cat k.pem k.6 | keytool import - --name anna && "
         "test \"$(keytool fingerprint anna)\" = \"$(cat want)\" && "
         "keytool export anna --format pkcs8 | openssl pkey -check -noout");
}

Test(keytool_formats, theirs_to_ours)
{
    static const unsigned sizes[] = {1024, 2048, 3072, 4096};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        theirs_to_ours(sizes[i]);
}

/* One large key both ways. It was made long ago by openssl genrsa, which takes half a minute, and
 * is written once: judging it takes seconds. */
Test(keytool_formats, a_large_key, .timeout = 300)
{
    char *here = realpath("tests/vectors/rsa_8192.pem", NULL);
    must("cp '%s' k.pem && chmod 600 k.pem && ssh-keygen -y -f k.pem >k.pub && "
         "keytool export ./k.pem --format pkcs8 -o k.8 && openssl asn1parse -in k.8 && "
         "openssl pkey -in k.8 -check -noout && openssl pkey -in k.8 -pubout -out k.spki && "
         "ssh-keygen -i -m PKCS8 -f k.spki | cmp - k.pub && "
         "keytool export ./k.pem --format openssh -o k.ssh && ssh-keygen -y -P '' -f k.ssh >k.y && "
         "cut -d' ' -f1-2 k.pub >k.want && cut -d' ' -f1-2 k.y | cmp - k.want && "
         "keytool import k.pub --name k",
         here);
    free(here);
    must(SAME_FINGERPRINT, "k.pub", "k");
}

/* --- several keys in a file ------------------------------------------------------------------- */

Test(keytool_formats, authorized_keys_and_known_hosts)
{
    must("for n in anna boris; do ssh-keygen -q -t rsa -b 1024 -N '' -C $n@laptop -f $n; done; "
         "ssh-keygen -q -t ed25519 -N '' -C eve -f eve; ssh-keygen -q -t ecdsa -N '' -f ec");
    must("{ echo '# people'; cat eve.pub; echo; printf 'no-pty,from=\"10.*\" '; cat anna.pub; "
         "cat boris.pub; } >authorized_keys && keytool import authorized_keys");
    must(SAME_FINGERPRINT, "anna.pub", "anna");
    must(SAME_FINGERPRINT, "boris.pub", "boris");
    must(
        "{ printf 'host.example,10.0.0.1 '; cut -d' ' -f1-2 anna.pub; printf '[b.example]:2222 '; "
        "cut -d' ' -f1-2 boris.pub; printf 'b.example '; cut -d' ' -f1-2 ec.pub; } >known_hosts && "
        "keytool import known_hosts 2>notes && grep -q '1 keys of other kinds' notes");
    must(SAME_FINGERPRINT, "anna.pub", "host.example");
    must(SAME_FINGERPRINT, "boris.pub", "b.example");
    must("! cat anna boris | keytool import - 2>notes && grep -q '2 private keys' notes || "
         "{ cat notes; exit 1; }");
}

/* --- under a passphrase ----------------------------------------------------------------------- */

#define FAST "--iterations 10000"

static void ours_to_theirs_protected(unsigned bits)
{
    must("rm -rf home k k.*; printf 'пароль 1\\n' >pass && printf 'wrong\\n' >wrong && "
         "chmod 600 pass wrong && keytool gen k --bits %u --passphrase-file pass " FAST,
         bits);
    must(
        "keytool export k --format pkcs8 --passphrase-file pass --new-passphrase-file pass " FAST
        " -o k.8 && openssl pkey -in k.8 -passin file:pass -check -noout && "
        "! openssl pkey -in k.8 -passin file:wrong -noout && "
        "openssl asn1parse -in k.8 >k.asn && grep -q ':PBES2' k.asn && grep -q ':PBKDF2' k.asn && "
        "grep -q ':hmacWithSHA256' k.asn && grep -q ':aes-256-cbc' k.asn && grep -q ':2710' k.asn");
    must("keytool export k --format pkcs8 --der --passphrase-file pass --new-passphrase-file "
         "pass " FAST " | openssl pkey -inform DER -passin file:pass -traditional -out k.t && "
         "keytool export k --format pkcs1 --passphrase-file pass -o k.1 && cmp k.t k.1");
    /* the row of our CSV is that block */
    must("grep ^encrypted, home/keys/k.key.csv | cut -d, -f2 | base64 -d | "
         "openssl pkey -inform DER -passin file:pass -traditional -out k.c && cmp k.c k.1");
    must("ssh-keygen -y -P 'пароль 1' -f k.8 | cut -d' ' -f1-2 >k.y && "
         "keytool export k --format openssh --public | cut -d' ' -f1-2 | cmp - k.y && "
         "! ssh-keygen -y -P wrong -f k.8");
}

Test(keytool_formats, ours_to_theirs_under_a_passphrase)
{
    static const unsigned sizes[] = {1024, 2048, 4096};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        ours_to_theirs_protected(sizes[i]);
}

/* What openssl and ssh-keygen make when nobody says how, and what they make when told. */
Test(keytool_formats, theirs_to_ours_under_a_passphrase)
{
    must("printf 'secret\\n' >pass && chmod 600 pass");
    for (unsigned bits = 1024; bits <= 4096; bits *= 2) {
        must("rm -rf home k.*; openssl genrsa -out k.pem %u && keytool fingerprint ./k.pem >want",
             bits);
        must("topk8() { openssl pkcs8 -topk8 -in k.pem -passout file:pass \"$@\"; }; "
             "topk8 -out k.1 && topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -out k.2 && "
             "topk8 -v2 aes-128-cbc -out k.3 && topk8 -v2 aes-192-cbc -outform DER -out k.4 && "
             "openssl pkey -in k.pem -aes256 -passout file:pass -out k.5 && "
             "cp k.pem k.6 && chmod 600 k.* && ssh-keygen -q -p -N secret -m PKCS8 -f k.6 && "
             "grep -q ENCRYPTED k.6");
        must("for f in 1 2 3 4 5 6; do keytool fingerprint ./k.$f --passphrase-file pass | "
             "cmp - want || exit 1; done");
    }
    must("keytool import k.6 --name k --passphrase-file pass && keytool fingerprint k | cmp - want "
         "&& "
         "keytool check k --passphrase-file pass | grep '600000 rounds'");
    must("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -aes-256-cbc "
         "-pass file:pass -out k.7 && chmod 600 k.7 && "
         "keytool check ./k.7 --passphrase-file pass | grep '2048 rounds'");
}

/* What is not read says what it is, and how it can be. */
Test(keytool_formats, other_passphrases_are_named)
{
    must("printf 'secret\\n' >pass && chmod 600 pass && openssl genrsa -out k.pem 1024");
    must("chmod 600 k.pem && cp k.pem k.ssh && ssh-keygen -q -p -N secret -f k.ssh && "
         "! keytool import k.ssh --passphrase-file pass 2>errors && "
         "grep -q 'ssh-keygen -p -m PKCS8 -f' errors && "
         "ssh-keygen -q -p -m PKCS8 -P secret -N secret -f k.ssh && "
         "keytool import k.ssh --passphrase-file pass");
    must("openssl pkey -in k.pem -traditional -aes256 -passout file:pass -out k.old && "
         "! keytool import k.old --passphrase-file pass 2>errors && grep -q 'RFC 1421' errors");
    must("openssl pkcs8 -topk8 -in k.pem -scrypt -passout file:pass -out k.s && "
         "! keytool import k.s --passphrase-file pass 2>errors && grep -q scrypt errors && "
         "openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in k.s -passin pass:secret "
         "-passout pass:secret -out k.n && keytool import k.n --name n --passphrase-file pass");
}

/* --- what they refuse ------------------------------------------------------------------------- */

/* A copy of the sample with one byte changed by these bits, in the file "changed". */
static void write_changed(const struct key_sample *sample, size_t at, uint8_t bits)
{
    char *path = scratch_path(folder, "changed");
    uint8_t byte = (uint8_t)sample->text.data[at] ^ bits;
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fwrite(sample->text.data, 1, at, file);
    fputc(byte, file);
    fwrite(sample->text.data + at + 1, 1, sample->text.bytes - at - 1, file);
    cr_assert_eq(fclose(file), 0);
    cr_assert_eq(chmod(path, 0600), 0);
    free(path);
}

/* Where we differ we are stricter: whatever is accepted here, openssl pkey -check takes. */
Test(keytool_formats, nothing_that_openssl_refuses)
{
    struct fed_random random;
    uint64_t seed = test_seed();
    fed_random_init(&random, NULL, 0, seed);
    for (int round = 0; round < 300; round++) {
        static const size_t private[] = {0, 2, 4, 6}; /* PKCS#1 and PKCS#8, DER and PEM */
        const struct key_sample *sample = key_sample(private[round % 4]);
        size_t at = fed_random_next(&random) % sample->text.bytes;
        bool as_it_is = round < 4; /* so it is seen that good ones are accepted */
        write_changed(sample, at, as_it_is ? 0 : (uint8_t)(1 + fed_random_next(&random) % 255));
        bool accepted = run("keytool fingerprint ./changed") == 0;
        cr_expect(accepted || !as_it_is, "%s", sample->name);
        if (!accepted)
            continue;
        cr_expect_eq(run("openssl pkey -in changed -inform %s -check -noout",
                         sample->wish.der ? "DER" : "PEM"),
                     0, "TEST_SEED=%llu, round %d: %s", (unsigned long long)seed, round,
                     sample->name);
    }
}
