/*
 * cipher walk cbc: C[i] = E(P[i] xor C[i-1]), block by block, over any of the block ciphers; and for
 * the mere XOR, what neighbours give away.
 */
#include "cipher_table.h"
#include "key_option.h"
#include "source.h"
#include "translate.h"
#include "walk.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK         SYM_CBC_BLOCK_BYTES
#define MESSAGE_LIMIT ((size_t)64 * 1024)

struct cbc_options {
    struct walk_options walk;
    const char *cipher;
    struct source_options source;
    struct key_options key;
};

#define S struct cbc_options
static const struct option_row rows[] = {ARGUMENT(S, cipher, NULL),
                                         ARGUMENT(S, source.file, NULL),
                                         GROUP(S, key, key_table),
                                         GROUP(S, source, source_table),
                                         FLAG(S, source.hex, "hex", 'x', "The text is hexadecimal"),
                                         GROUP(S, walk, walk_table),
                                         {0}};
#undef S
static const struct option_table table = {
    .rows = rows,
    .arguments = N_("[CIPHER] [FILE]"),
    .text = N_("Tells how blocks are chained: xor-cbc (the default), feistel-cbc, aes-128-cbc, "
               "aes-192-cbc or aes-256-cbc. Key and IV are 00 01 02 .. unless they are given."
               "\vExamples:\n"
               "  cipher walk cbc\n"
               "  cipher walk cbc feistel-cbc --text 'the same, the same, the same'"),
};

/* E: one block by itself. */
static void encrypt_block(uint8_t out[BLOCK], const struct cipher *cipher,
                          const struct cipher_key *key, const uint8_t in[BLOCK])
{
    struct sym_feistel feistel;
    struct sym_aes aes;
    if (strcmp(cipher->name, "xor-cbc") == 0) {
        for (size_t i = 0; i < BLOCK; i++)
            out[i] = in[i] ^ key->bytes[i];
    } else if (strcmp(cipher->name, "feistel-cbc") == 0) {
        sym_feistel_init(&feistel, key->bytes);
        sym_feistel_encrypt(out, &feistel, in);
    } else {
        sym_aes_init(&aes, key->bytes, key->count);
        sym_aes_encrypt(out, &aes, in);
    }
}

static void tell(struct walk *walk, size_t number, const char *what, const char *formula,
                 const uint8_t block[BLOCK])
{
    char name[40], digits[2 * BLOCK + 1];
    snprintf(name, sizeof(name), "%s[%zu]", what, number);
    walk_hex(digits, block, BLOCK);
    walk_line(walk, "  %-5s = %-24s %s", name, formula, digits);
    walk_step(walk, name, formula, "SP 800-38A 6.2", block, BLOCK);
}

static void tell_xor(struct walk *walk, const uint8_t *a, const uint8_t *b, const uint8_t *out)
{
    char digits[3][2 * BLOCK + 1];
    walk_hex(digits[0], a, BLOCK);
    walk_hex(digits[1], b, BLOCK);
    walk_hex(digits[2], out, BLOCK);
    walk_python(walk, "0x%s ^ 0x%s == 0x%s", digits[0], digits[1], digits[2]);
}

static void one_block(struct walk *walk, const struct cipher *cipher, const struct cipher_key *key,
                      const uint8_t plain[BLOCK], const uint8_t before[BLOCK], uint8_t out[BLOCK],
                      size_t number)
{
    uint8_t mixed[BLOCK], difference[BLOCK];
    for (size_t i = 0; i < BLOCK; i++)
        mixed[i] = plain[i] ^ before[i];
    encrypt_block(out, cipher, key, mixed);
    tell(walk, number, "P", "the text, padded", plain);
    tell(walk, number, "X", "P[i] xor C[i-1]", mixed);
    tell_xor(walk, plain, before, mixed);
    tell(walk, number, "C", "E(X[i])", out);
    if (strcmp(cipher->name, "xor-cbc") == 0) {
        for (size_t i = 0; i < BLOCK; i++)
            difference[i] = out[i] ^ before[i];
        tell(walk, number, "D", "C[i] xor C[i-1]", difference);
        tell_xor(walk, difference, plain, key->bytes);
    }
    walk_pause(walk);
}

static bool whole(uint8_t *out, const struct cipher *cipher, const struct cipher_key *key,
                  const uint8_t *plain, size_t bytes)
{
    struct sym_cbc cbc;
    const struct sym_block_cipher *blocks = cipher->blocks;
    if (!blocks)
        blocks = strcmp(cipher->name, "xor-cbc") == 0 ? &sym_block_xor : &sym_block_feistel;
    sym_cbc_init(&cbc, blocks, key->bytes, key->nonce);
    size_t written = sym_cbc_encrypt(&cbc, out, plain, bytes);
    sym_cbc_encrypt_final(&cbc, out + written);
    return true;
}

static int chain(struct walk *walk, const struct cipher *cipher, const struct cipher_key *key,
                 const uint8_t *plain, size_t bytes)
{
    size_t padded = (bytes / BLOCK + 1) * BLOCK;
    uint8_t *text = malloc(padded), *ours = malloc(padded), *library = malloc(padded);
    int status = CONSOLE_FAILED;
    if (text && ours && library) {
        memcpy(text, plain, bytes);
        memset(text + bytes, (int)(padded - bytes), padded - bytes); /* RFC 5652 6.3 */
        tell(walk, 0, "C", "the IV", key->nonce);
        for (size_t at = 0; at < padded; at += BLOCK)
            one_block(walk, cipher, key, text + at, at == 0 ? key->nonce : ours + at - BLOCK,
                      ours + at, at / BLOCK + 1);
        if (strcmp(cipher->name, "xor-cbc") == 0)
            walk_line(walk, "  D[i] = P[i] xor key: neighbours cancel the chain, and a mere XOR is "
                            "left");
        whole(library, cipher, key, plain, bytes);
        status = walk_close(walk, "ciphertext = C[1] || C[2] || ...", ours, library, padded);
    }
    free(text);
    free(ours);
    free(library);
    return status;
}

/* What was not given is 00 01 02 ... */
static bool read_key(struct cipher_key *key, const struct cipher *cipher,
                     const struct key_options *given, struct problem *problem)
{
    static const char digits[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    char text[sizeof(digits)], nonce[2 * BLOCK + 1];
    enum console_status status;
    struct key_options options = *given;
    snprintf(text, sizeof(text), "%.*s", (int)(2 * cipher->key_bytes), digits);
    snprintf(nonce, sizeof(nonce), "%.*s", 2 * BLOCK, digits);
    if (!options.key && !options.text && !options.file)
        options.key = text;
    if (!options.nonce)
        options.nonce = nonce;
    return key_read(key, &status, cipher, &options, problem);
}

static int run(const struct cbc_options *options, struct problem *problem)
{
    struct cipher cipher;
    struct cipher_key key = {0};
    struct walk walk;
    uint8_t *plain = NULL;
    size_t bytes;
    int status = CONSOLE_USAGE;
    if (!cipher_find(&cipher, options->cipher) || cipher.nonce_bytes != BLOCK) {
        problem_set(problem, "'%s' is no cipher that chains blocks", options->cipher);
        problem_hint(problem, "xor-cbc, feistel-cbc, aes-128-cbc, aes-192-cbc, aes-256-cbc");
        return console_problem(problem, CONSOLE_USAGE);
    }
    if (read_key(&key, &cipher, &options->key, problem) &&
        source_whole(&plain, &bytes, &options->source, MESSAGE_LIMIT, problem) &&
        walk_open(&walk, &options->walk, cipher.name, problem))
        status = chain(&walk, &cipher, &key, plain, bytes);
    else
        console_problem(problem, CONSOLE_USAGE);
    free(plain);
    key_free(&key);
    return status;
}

int walk_cbc(int argc, char **argv)
{
    struct cbc_options options = {.cipher = "xor-cbc"};
    struct problem problem = {0};
    console_parse(&table, argc, argv, &options);
    if (!options.source.file && !options.source.text)
        options.source.text = "the same block..the same block..";
    return run(&options, &problem);
}
