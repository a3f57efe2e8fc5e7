/*
 * Sealed files: sizes around the chunk, several receivers, and every way of tampering with one:
 * flipped bytes, cuts, chunks that change places, are doubled or left out.
 */
#include "channel_hash.h"
#include "key_labels.h"
#include "scratch.h"
#include "sealed_stream.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TAG_BYTES  16
#define FULL_BYTES (SEALED_CHUNK_BYTES + TAG_BYTES)

static char *folder;
static struct rsa_key *anna, *boris, *clara;
static struct problem problem;

static void open_scene(void)
{
    folder = scratch_new();
    cr_assert_eq(rsa_key_generate(&anna, 1024, NULL, NULL), RSA_OK);
    cr_assert_eq(rsa_key_generate(&boris, 1024, NULL, NULL), RSA_OK);
    cr_assert_eq(rsa_key_generate(&clara, 785, NULL, NULL), RSA_OK); /* the least that fits */
}

static void close_scene(void)
{
    rsa_key_free(anna);
    rsa_key_free(boris);
    rsa_key_free(clara);
    scratch_remove(folder);
}

TestSuite(sealed_file, .init = open_scene, .fini = close_scene);

/* A file without a name that holds this. */
static int input(const uint8_t *data, size_t bytes)
{
    FILE *file = tmpfile();
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(data, 1, bytes, file), bytes);
    rewind(file);
    int descriptor = dup(fileno(file));
    fclose(file);
    return descriptor;
}

static uint8_t *contents(const char *name, size_t *bytes)
{
    char *path = scratch_path(folder, name);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    uint8_t *data = malloc(8 * FULL_BYTES);
    *bytes = fread(data, 1, 8 * FULL_BYTES, file);
    fclose(file);
    free(path);
    return data;
}

static uint8_t *pattern(size_t bytes)
{
    uint8_t *data = malloc(bytes + 1);
    for (size_t i = 0; i < bytes; i++)
        data[i] = (uint8_t)(i * 7 + i / SEALED_CHUNK_BYTES);
    return data;
}

/* Sealed to boris and clara, by anna if signed. */
static uint8_t *seal(const uint8_t *data, size_t bytes, bool signing, size_t *sealed_bytes)
{
    const struct rsa_key *receivers[] = {boris, clara};
    char *path = scratch_path(folder, "sealed");
    struct output_file out;
    int in = input(data, bytes);
    cr_assert(output_file_open(&out, path, 0666, &problem) &&
                  sealed_file_seal(&out, in, receivers, 2, signing ? anna : NULL, NULL, &problem) &&
                  output_file_finish(&out, &problem),
              "%s", problem.message);
    output_file_close(&out);
    close(in);
    free(path);
    return contents("sealed", sealed_bytes);
}

/* Opens into the file "opened", which is there only if that succeeded. */
static bool open_sealed(const uint8_t *sealed, size_t bytes, const struct rsa_key *key,
                        const struct rsa_key *sender)
{
    char *path = scratch_path(folder, "opened");
    struct output_file out;
    struct sealed_sender said;
    int in = input(sealed, bytes);
    problem = (struct problem){0};
    unlink(path);
    cr_assert(output_file_open(&out, path, 0666, &problem), "%s", problem.message);
    bool done = sealed_file_open(&out, &said, in, key, sender, NULL, &problem) &&
                output_file_finish(&out, &problem);
    output_file_close(&out);
    close(in);
    cr_expect_eq(access(path, F_OK) == 0, done, "a file appears if and only if it is whole");
    free(path);
    return done;
}

static void expect_round_trip(size_t bytes, bool signing)
{
    size_t sealed_bytes, got_bytes;
    uint8_t *data = pattern(bytes), *sealed = seal(data, bytes, signing, &sealed_bytes);
    const struct rsa_key *keys[] = {boris, clara};
    for (size_t i = 0; i < 2; i++) {
        cr_assert(open_sealed(sealed, sealed_bytes, keys[i], signing ? anna : NULL),
                  "%zu bytes: %s", bytes, problem.message);
        uint8_t *got = contents("opened", &got_bytes);
        cr_expect(got_bytes == bytes && memcmp(got, data, bytes) == 0, "%zu bytes: got %zu", bytes,
                  got_bytes);
        free(got);
    }
    free(data);
    free(sealed);
}

Test(sealed_file, round_trips)
{
    const size_t chunk = SEALED_CHUNK_BYTES;
    const size_t sizes[] = {0,         1,         2,         chunk - 1,     chunk,
                            chunk + 1, 2 * chunk, 3 * chunk, 3 * chunk + 5, 2 * chunk - 1};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        expect_round_trip(sizes[i], false);
        expect_round_trip(sizes[i], true);
    }
}

Test(sealed_file, wrong_keys)
{
    size_t bytes;
    uint8_t *sealed = seal((const uint8_t *)"hello", 5, true, &bytes);
    cr_expect_not(open_sealed(sealed, bytes, anna, NULL));
    cr_expect_str_eq(problem.message, "the file is not sealed to this key");
    cr_expect_not(open_sealed(sealed, bytes, boris, clara), "signed by another");
    cr_expect(open_sealed(sealed, bytes, boris, NULL), "%s", problem.message);
    free(sealed);
    sealed = seal((const uint8_t *)"hello", 5, false, &bytes);
    cr_expect_not(open_sealed(sealed, bytes, boris, anna));
    cr_expect_str_eq(problem.message, "the file is not signed");
    free(sealed);
}

Test(sealed_file, a_key_too_small_is_refused)
{
    struct rsa_key *small;
    struct output_file out;
    cr_assert_eq(rsa_key_generate(&small, 776, NULL, NULL), RSA_OK);
    const struct rsa_key *receivers[] = {small};
    char *path = scratch_path(folder, "never");
    int in = input((const uint8_t *)"x", 1);
    cr_assert(output_file_open(&out, path, 0666, NULL));
    cr_expect_not(sealed_file_seal(&out, in, receivers, 1, NULL, NULL, NULL));
    output_file_close(&out);
    cr_expect_neq(access(path, F_OK), 0);
    close(in);
    free(path);
    rsa_key_free(small);
}

/* Every byte, one bit of it: nobody opens it. The exceptions are honest ones: the other receiver's
 * entry, when it stays an entry, is bound by the key of the chunks. */
Test(sealed_file, every_flipped_byte_is_noticed)
{
    size_t bytes;
    uint8_t *sealed = seal((const uint8_t *)"the magic words", 15, true, &bytes);
    for (size_t i = 0; i < bytes; i++) {
        sealed[i] ^= (uint8_t)(1 << i % 8);
        cr_expect_not(open_sealed(sealed, bytes, boris, anna), "byte %zu of %zu, signed", i, bytes);
        sealed[i] ^= (uint8_t)(1 << i % 8);
    }
    free(sealed);
    sealed = seal((const uint8_t *)"the magic words", 15, false, &bytes);
    for (size_t i = 0; i < bytes; i++) {
        sealed[i] ^= (uint8_t)(0x80 >> i % 8);
        cr_expect_not(open_sealed(sealed, bytes, clara, NULL), "byte %zu of %zu", i, bytes);
        sealed[i] ^= (uint8_t)(0x80 >> i % 8);
    }
    free(sealed);
}

Test(sealed_file, every_cut_is_noticed)
{
    for (int signing = 0; signing < 2; signing++) {
        const size_t size = 2 * SEALED_CHUNK_BYTES + 7;
        size_t bytes;
        uint8_t *data = pattern(size), *sealed = seal(data, size, signing == 1, &bytes);
        size_t start = bytes - size - 3 * TAG_BYTES -
                       (signing ? rsa_key_bytes(anna) + TAG_BYTES : 0);
        for (size_t cut = 0; cut < bytes;) {
            cr_expect_not(open_sealed(sealed, cut, boris, NULL), "cut at %zu of %zu", cut, bytes);
            /* the header and the end byte by byte, between them around the ends of chunks */
            bool near = cut < start + 3 || cut + 400 > bytes || (cut - start) % FULL_BYTES < 2 ||
                        (cut - start) % FULL_BYTES > FULL_BYTES - 3;
            cut += near ? 1 : FULL_BYTES - 2 - (cut - start) % FULL_BYTES;
        }
        sealed[bytes] = 0;
        cr_expect_not(open_sealed(sealed, bytes + 1, boris, NULL), "a byte behind the end");
        free(data);
        free(sealed);
    }
}

/* order: the chunks of a file of four, the last of them short; -1 ends. */
static bool opens_in_order(const int order[])
{
    const size_t size = 3 * SEALED_CHUNK_BYTES + 9, last = 9 + TAG_BYTES;
    size_t bytes;
    uint8_t *data = pattern(size), *sealed = seal(data, size, false, &bytes);
    size_t start = bytes - 3 * FULL_BYTES - last, at = start;
    uint8_t *mixed = malloc(start + 8 * FULL_BYTES);
    memcpy(mixed, sealed, start);
    for (size_t i = 0; order[i] >= 0; i++) {
        size_t length = order[i] == 3 ? last : FULL_BYTES;
        memcpy(mixed + at, sealed + start + (size_t)order[i] * FULL_BYTES, length);
        at += length;
    }
    bool opened = open_sealed(mixed, at, boris, NULL);
    free(mixed);
    free(sealed);
    free(data);
    return opened;
}

Test(sealed_file, chunks_have_their_places)
{
    cr_expect(opens_in_order((const int[]){0, 1, 2, 3, -1}), "%s", problem.message);
    cr_expect_not(opens_in_order((const int[]){1, 0, 2, 3, -1}));
    cr_expect_not(opens_in_order((const int[]){0, 2, 1, 3, -1}));
    cr_expect_not(opens_in_order((const int[]){0, 0, 1, 2, 3, -1}));
    cr_expect_not(opens_in_order((const int[]){0, 2, 3, -1}));
    cr_expect_not(opens_in_order((const int[]){1, 2, 3, -1}));
    cr_expect_not(opens_in_order((const int[]){0, 1, 2, -1}));
    cr_expect_not(opens_in_order((const int[]){3, -1}));
    cr_expect_not(opens_in_order((const int[]){0, 1, 2, 3, 3, -1}));
    cr_expect_not(opens_in_order((const int[]){-1}));
}

/* A receiver knows the file key, and so can put other contents under the same header; the sender's
 * signature does not come along. */
Test(sealed_file, a_receiver_cannot_change_what_is_signed)
{
    static const char forged[] = "pay 99";
    struct sealed_stream stream;
    uint8_t nonce[SYM_AEAD_NONCE_BYTES], file_key[RSA_MAX_BYTES];
    size_t bytes, key_bytes, wrapped = SEALED_MAGIC_BYTES + 1 + SYM_SHA256_BYTES + 2;
    size_t trailer = rsa_key_bytes(anna) + TAG_BYTES;
    uint8_t *sealed = seal((const uint8_t *)"pay 10", 6, true, &bytes);
    uint8_t *chunk = sealed + bytes - trailer - 6 - TAG_BYTES;
    const char *label = key_label_text(KEY_LABEL_SEALED_KEY);
    cr_assert_eq(rsa_oaep_decrypt(file_key, &key_bytes, boris, &channel_hash, label, strlen(label),
                                  sealed + wrapped, rsa_key_bytes(boris), NULL),
                 RSA_OK);
    sym_sha256_init(&stream.header);
    sym_sha256_update(&stream.header, sealed, (size_t)(chunk - sealed));
    sealed_start(&stream, file_key);
    sealed_nonce(nonce, &stream, SEALED_LAST);
    cr_assert_eq(sym_aead_seal(chunk, stream.key, nonce, NULL, 0, forged, 6), SYM_OK);
    cr_expect(open_sealed(sealed, bytes, boris, NULL), "the forgery is well made: %s",
              problem.message);
    cr_expect_not(open_sealed(sealed, bytes, boris, anna));
    cr_expect_str_eq(problem.message, "the signature of the file is not valid");
    free(sealed);
}
