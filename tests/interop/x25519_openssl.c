/*
 * X25519 against the openssl command: its public key of our private one, and the secret that it
 * derives with a key of ours, for random keys and for odd ones. Keys go over as DER, written here
 * (RFC 8410 4 and 7).
 */
#include "key_agreement.h"

#include "fed_random.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES X25519_BYTES

static const uint8_t private_head[] = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                       0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20};
static const uint8_t public_head[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                      0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00};

static struct fed_random source;
static char *folder;

static void setup(void)
{
    fed_random_init(&source, NULL, 0, test_seed());
    folder = scratch_new();
}

static void teardown(void)
{
    scratch_remove(folder);
}

static void put(const char *name, const uint8_t *head, size_t head_bytes, const uint8_t key[BYTES])
{
    char *path = scratch_path(folder, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file, "%s", path);
    cr_assert_eq(fwrite(head, 1, head_bytes, file), head_bytes);
    cr_assert_eq(fwrite(key, 1, BYTES, file), BYTES);
    cr_assert_eq(fclose(file), 0);
    free(path);
}

/* The last 32 bytes that `openssl ARGUMENTS` prints, run in the folder; false if it fails. */
static bool openssl(uint8_t out[BYTES], const char *arguments)
{
    char *command;
    uint8_t said[200];
    cr_assert_geq(asprintf(&command, "cd '%s' && openssl %s 2>>said", folder, arguments), 0);
    FILE *pipe = popen(command, "r"); // NOLINT: the arguments are the test's own
    cr_assert_not_null(pipe);
    const size_t bytes = fread(said, 1, sizeof(said), pipe);
    free(command);
    if (pclose(pipe) != 0)
        return false;
    cr_assert_geq(bytes, (size_t)BYTES, "openssl %s", arguments);
    memcpy(out, said + bytes - BYTES, BYTES);
    return true;
}

static bool derive(uint8_t out[BYTES], const uint8_t scalar[BYTES], const uint8_t u[BYTES])
{
    put("private.der", private_head, sizeof(private_head), scalar);
    put("public.der", public_head, sizeof(public_head), u);
    return openssl(out, "pkeyutl -derive -keyform DER -inkey private.der "
                        "-peerform DER -peerkey public.der");
}

/* Random bytes, some words all zeros or all ones. */
static void odd(uint8_t out[BYTES])
{
    cr_assert_eq(rsa_random_bytes(out, BYTES, &source.source), RSA_OK);
    const uint64_t chance = fed_random_next(&source);
    for (int i = 0; i < 8; i++)
        if ((chance >> 2 * i & 3) == 0)
            memset(out + 4 * i, chance >> (20 + i) & 1 ? 0xff : 0, 4);
}

Test(x25519_openssl, both_agree, .init = setup, .fini = teardown)
{
    uint8_t scalar[BYTES], u[BYTES], ours[BYTES], theirs[BYTES];
    for (int i = 0; i < 40; i++) {
        odd(scalar);
        odd(u);
        cr_assert(x25519(ours, scalar, u));
        cr_assert(derive(theirs, scalar, u), "openssl failed");
        cr_assert_arr_eq(ours, theirs, BYTES, "secret %d", i);
        cr_assert(openssl(theirs, "pkey -inform DER -in private.der -pubout -outform DER"));
        x25519_public(ours, scalar);
        cr_assert_arr_eq(ours, theirs, BYTES, "public key %d", i);
    }
}

/* Each side with a key of its own making: what one derives the other does. */
Test(x25519_openssl, a_key_of_theirs, .init = setup, .fini = teardown)
{
    uint8_t scalar[BYTES], public[BYTES], peer[BYTES], ours[BYTES], theirs[BYTES];
    for (int i = 0; i < 10; i++) {
        odd(scalar);
        x25519_public(public, scalar);
        put("ours.der", public_head, sizeof(public_head), public);
        cr_assert(openssl(peer, "genpkey -algorithm X25519 -out theirs.pem && "
                                "openssl pkey -in theirs.pem -pubout -outform DER"));
        cr_assert(x25519(ours, scalar, peer));
        cr_assert(openssl(theirs, "pkeyutl -derive -inkey theirs.pem -peerform DER "
                                  "-peerkey ours.der"));
        cr_assert_arr_eq(ours, theirs, BYTES, "key %d", i);
    }
}

/* RFC 7748 6.1: what we refuse, openssl refuses, and derives nothing. */
Test(x25519_openssl, both_refuse, .init = setup, .fini = teardown)
{
    uint8_t scalar[BYTES], u[BYTES] = {0}, out[BYTES];
    odd(scalar);
    for (u[0] = 0; u[0] < 3; u[0]++) {
        const bool good = x25519(out, scalar, u);
        cr_assert_eq(good, u[0] == 2);
        cr_assert_eq(derive(out, scalar, u), good, "u = %d", u[0]);
    }
}
