/*
 * keytool encrypt, decrypt, sign and verify against openssl pkeyutl and dgst, in both directions,
 * with a key of ours; each case is one line of shell in a scratch folder.
 */
#include "key_store.h"
#include "openssl_key.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *folder;

static bool shell(const char *line)
{
    char *command;
    cr_assert_geq(asprintf(&command,
                           "cd '%s' && export GLASSBOX_HOME=\"$PWD/home\" && { %s\n} >said 2>&1",
                           folder, line),
                  0);
    int status = system(command); // NOLINT: the lines are the test's own
    free(command);
    return status == 0;
}

static void must(const char *line)
{
    if (!shell(line)) {
        char *said = scratch_read(folder, "said");
        cr_assert_fail("%s: %s", line, said);
    }
}

/* The programs' folder does not depend on where we are. */
static void find_programs(void)
{
    char *bin = realpath(getenv("GLASSBOX_BIN") ? getenv("GLASSBOX_BIN") : "bin", NULL), *path;
    cr_assert_not_null(bin);
    cr_assert_geq(asprintf(&path, "%s:%s", bin, getenv("PATH")), 0);
    setenv("PATH", path, 1);
    free(path);
    free(bin);
}

static void open_scene(void)
{
    struct stored_key key;
    struct problem problem = {0};
    find_programs();
    folder = scratch_new();
    must("keytool gen anna --bits 1024 && head -c 300000 /dev/urandom >large && "
         "printf 'the magic words' >message && "
         "{ head -c 1 /dev/zero; head -c 127 /dev/urandom; } >block");
    char *path = scratch_path(folder, "home/keys/anna.key.csv");
    cr_assert(key_file_load(&key, path, KEY_PRIVATE, NULL, &problem), "%s", problem.message);
    openssl_write_key(folder, key.key);
    stored_key_free(&key);
    free(path);
}

static void close_scene(void)
{
    scratch_remove(folder);
}

TestSuite(keytool_ops, .init = open_scene, .fini = close_scene);

#define OAEP                                                                                       \
    " -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256 "
#define PKCS1 " -pkeyopt rsa_padding_mode:pkcs1 "
#define RAW   " -pkeyopt rsa_padding_mode:none "
#define PSS   " -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 "

Test(keytool_ops, oaep)
{
    must("keytool encrypt anna message --plain -o sealed && "
         "openssl pkeyutl -decrypt -inkey key.pem" OAEP "-in sealed -out got && cmp got message");
    must("openssl pkeyutl -encrypt -pubin -inkey pub.pem" OAEP "-in message -out sealed && "
         "keytool decrypt anna sealed --plain -o back && cmp back message");
}

Test(keytool_ops, pkcs1v15_encryption)
{
    must("keytool encrypt anna message --padding pkcs1v15 -o sealed && "
         "openssl pkeyutl -decrypt -inkey key.pem" PKCS1 "-in sealed -out got && cmp got message");
    must("openssl pkeyutl -encrypt -pubin -inkey pub.pem" PKCS1 "-in message -out sealed && "
         "keytool decrypt anna sealed --padding pkcs1v15 -o back && cmp back message");
}

/* No randomness: the bytes are the same. */
Test(keytool_ops, raw)
{
    must("keytool encrypt anna block --padding raw -o ours && "
         "openssl pkeyutl -encrypt -pubin -inkey pub.pem" RAW "-in block -out theirs && "
         "cmp ours theirs && keytool decrypt anna theirs --padding raw -o back && cmp back block");
    must("keytool sign anna block --padding raw -o ours && "
         "openssl pkeyutl -decrypt -inkey key.pem" RAW "-in block -out theirs && "
         "cmp ours theirs && keytool verify anna theirs block --padding raw");
}

Test(keytool_ops, pss)
{
    must("keytool sign anna large --plain -o ours && "
         "openssl dgst -sha256 -verify pub.pem -signature ours" PSS "large");
    must("openssl dgst -sha256 -sign key.pem -out theirs" PSS "large && "
         "keytool verify anna theirs large --plain && "
         "keytool verify anna theirs --plain <large");
    /* a salt as long as the key lets it be, as openssl makes unless told otherwise */
    must("openssl dgst -sha256 -sign key.pem -out theirs -sigopt rsa_padding_mode:pss large && "
         "keytool verify anna theirs large --plain");
    cr_expect_not(shell("printf x >>large; keytool verify anna theirs large --plain"));
}

Test(keytool_ops, pkcs1v15_signature)
{
    must("keytool sign anna large --plain --padding pkcs1v15 -o ours && "
         "openssl dgst -sha256 -sign key.pem -out theirs large && cmp ours theirs && "
         "openssl dgst -sha256 -verify pub.pem -signature ours large && "
         "keytool verify anna theirs large --plain --padding pkcs1v15");
    cr_expect_not(
        shell("printf x >>large; keytool verify anna theirs large --plain --padding pkcs1v15"));
}

/* The label stands in front of the message's hash; strangers can check that, too. */
Test(keytool_ops, a_signature_of_a_document_is_under_its_label)
{
    must("{ printf 'glassbox keytool v1 document'; openssl dgst -sha256 -binary message; } >doc && "
         "keytool sign anna message -o ours && "
         "openssl dgst -sha256 -verify pub.pem -signature ours" PSS "doc && "
         "keytool sign anna message --padding pkcs1v15 -o ours && "
         "openssl dgst -sha256 -verify pub.pem -signature ours doc");
    cr_expect_not(shell("openssl dgst -sha256 -verify pub.pem -signature ours message"));
}

/* Whoever could choose what is signed chose what opens a chat (59 bytes) or seals a file (92). */
Test(keytool_ops, no_document_is_a_message_of_another_protocol)
{
    static const char *const documents[] = {
        "printf 'glassbox-v2 client exchange'; head -c 32 /dev/urandom",
        "printf 'glassbox-v2 server exchange'; head -c 32 /dev/urandom",
        "printf 'glassbox sealed v1 signature'; head -c 64 /dev/urandom",
        "printf 'glassbox keytool v1 document'; head -c 32 /dev/urandom",
        "printf 'glassbox-v2 something to come'"};
    for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
        char line[200];
        snprintf(line, sizeof(line), "{ %s; } >doc", documents[i]);
        must(line);
        must("keytool sign anna doc -o ours && keytool verify anna ours doc");
        cr_expect_not(shell("openssl dgst -sha256 -verify pub.pem -signature ours" PSS "doc"), "%s",
                      documents[i]);
        must("keytool sign anna doc --padding pkcs1v15 -o ours");
        cr_expect_not(shell("openssl dgst -sha256 -verify pub.pem -signature ours doc"), "%s",
                      documents[i]);
        cr_expect_not(shell("keytool sign anna doc --plain -o ours"), "%s", documents[i]);
        cr_expect_not(shell("keytool sign anna doc --plain --padding pkcs1v15 -o ours"), "%s",
                      documents[i]);
        must("openssl dgst -sha256 -sign key.pem -out theirs" PSS "doc");
        cr_expect_not(shell("keytool verify anna theirs doc --plain"), "%s", documents[i]);
    }
}

Test(keytool_ops, hex_and_base64)
{
    must("keytool encrypt anna message --plain --base64 -o sealed && openssl base64 -A -d -in "
         "sealed | "
         "openssl pkeyutl -decrypt -inkey key.pem" OAEP "-out got && cmp got message");
    must("openssl pkeyutl -encrypt -pubin -inkey pub.pem" OAEP "-in message | openssl base64 | "
         "keytool decrypt anna --plain --base64 -o back && cmp back message");
    must("openssl pkeyutl -encrypt -pubin -inkey pub.pem" OAEP "-in message | od -An -tx1 -v | "
         "keytool decrypt anna --plain --hex -o back && cmp back message");
    must("keytool sign anna message --plain --hex -o ours && keytool verify anna ours message "
         "--plain --hex && "
         "python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(open(\"ours\").read()))' "
         ">bytes && openssl dgst -sha256 -verify pub.pem -signature bytes" PSS "message");
}
