/*
 * The padding oracle in memory: whole messages of every length by seed, some bytes of one, and where
 * nothing is told.
 */
#include "sym_padding_oracle.h"

#include "fed_random.h"

#include <criterion/criterion.h>
#include <string.h>

enum { BLOCK = SYM_CBC_BLOCK_BYTES, MOST = 100 };

enum says { HONEST, ALWAYS, NEVER };

struct server {
    const struct sym_block_cipher *cipher;
    uint8_t key[16];
    uint64_t asked, most; /* then it hangs up */
    enum says says;
};

static bool ask(void *context, bool *right, const struct sym_padding_query *queries, size_t count)
{
    struct server *server = context;
    for (size_t i = 0; i < count; i++) {
        struct sym_cbc cbc;
        uint8_t plain[2 * BLOCK];
        size_t bytes;
        sym_cbc_init(&cbc, server->cipher, server->key, queries[i].bytes);
        (void)sym_cbc_decrypt(&cbc, plain, queries[i].bytes + BLOCK, BLOCK);
        right[i] = sym_cbc_decrypt_final(&cbc, plain, &bytes) == SYM_OK;
        if (server->says != HONEST)
            right[i] = server->says == ALWAYS;
    }
    server->asked += count;
    return server->asked <= server->most;
}

/* IV and blocks of this text; how many bytes. */
static size_t seal(uint8_t *out, const struct server *server, const uint8_t *text, size_t bytes,
                   struct fed_random *random)
{
    struct sym_cbc cbc;
    for (size_t i = 0; i < BLOCK; i++)
        out[i] = (uint8_t)(fed_random_next(random) >> 8);
    sym_cbc_init(&cbc, server->cipher, server->key, out);
    size_t written = sym_cbc_encrypt(&cbc, out + BLOCK, text, bytes);
    sym_cbc_encrypt_final(&cbc, out + BLOCK + written);
    return 2 * BLOCK + written;
}

static void open(struct server *server, const struct sym_block_cipher *cipher,
                 struct fed_random *random)
{
    *server = (struct server){.cipher = cipher, .most = UINT64_MAX};
    for (size_t i = 0; i < sizeof(server->key); i++)
        server->key[i] = (uint8_t)(fed_random_next(random) >> 8);
}

/* Texts of zeros and of the bytes of paddings are where a careless attack goes wrong. */
static void write_text(uint8_t *text, size_t bytes, struct fed_random *random)
{
    const uint64_t kind = fed_random_next(random) % 3;
    for (size_t i = 0; i < bytes; i++) {
        const uint8_t drawn = (uint8_t)(fed_random_next(random) >> 8);
        text[i] = kind == 0 ? drawn : kind == 1 ? drawn % 4 : 2;
    }
}

Test(sym_padding_oracle, texts_of_every_length)
{
    const struct sym_block_cipher *ciphers[] = {&sym_block_feistel, &sym_block_aes128,
                                                &sym_block_xor};
    struct fed_random random;
    struct server server;
    fed_random_init(&random, NULL, 0, test_seed_of_figures());
    for (size_t bytes = 0; bytes <= 50; bytes += bytes < 18 ? 1 + bytes % 3 : 7) {
        uint8_t text[MOST], sealed[MOST + 2 * BLOCK], plain[MOST + BLOCK];
        struct sym_padding_result result;
        const struct sym_padding_oracle oracle = {ask, &server};
        open(&server, ciphers[bytes % 3], &random);
        write_text(text, bytes, &random);
        size_t sealed_bytes = seal(sealed, &server, text, bytes, &random);
        sym_break_padding(&result, plain, sealed, sealed_bytes, 0, &oracle, NULL);
        cr_assert_eq(result.verdict, SYM_BROKEN, "%zu bytes: %s", bytes, result.why);
        cr_expect_eq(result.known, sealed_bytes - BLOCK);
        cr_expect_arr_eq(plain, text, bytes, "%zu bytes", bytes);
        cr_expect_eq(plain[result.known - 1], result.known - bytes, "the padding itself");
        cr_expect_leq(result.queries, 258 * result.known);
        cr_expect_eq(result.queries, server.asked);
    }
}

struct heard {
    size_t asked, found;
    size_t at[MOST];
    uint8_t plain[MOST];
};

static void hear(void *context, const struct sym_padding_step *step)
{
    struct heard *heard = context;
    heard->asked++;
    if (step->found) {
        heard->at[heard->found] = step->at;
        heard->plain[heard->found++] = step->plain;
    }
}

Test(sym_padding_oracle, six_bytes_from_the_end_one_by_one)
{
    static const uint8_t text[] = "attack at noon, not at dawn!"; /* 28 bytes: 4 of padding */
    uint8_t sealed[MOST], plain[MOST];
    struct fed_random random;
    struct server server;
    struct heard heard = {0};
    struct sym_padding_result result;
    fed_random_init(&random, NULL, 0, test_seed_of_figures());
    open(&server, &sym_block_feistel, &random);
    size_t bytes = seal(sealed, &server, text, 28, &random);
    sym_break_padding(&result, plain, sealed, bytes, 6, &(struct sym_padding_oracle){ask, &server},
                      &(struct sym_padding_listener){hear, &heard});
    cr_expect_eq(result.verdict, SYM_BROKEN);
    cr_expect_eq(result.known, 6);
    cr_expect_eq(heard.found, 6);
    for (size_t i = 0; i < 6; i++) {
        cr_expect_eq(heard.at[i], 31 - i);
        cr_expect_eq(heard.plain[i], i < 4 ? 4 : i == 4 ? '!' : 'n');
    }
    cr_expect(heard.asked >= 6 && heard.asked <= 6 * 256);
}

Test(sym_padding_oracle, where_nothing_is_told)
{
    uint8_t sealed[MOST] = {0}, plain[MOST];
    struct fed_random random;
    struct server server;
    struct sym_padding_result result;
    const struct sym_padding_oracle oracle = {ask, &server};
    fed_random_init(&random, NULL, 0, test_seed_of_figures());
    for (int says = ALWAYS; says <= NEVER; says++) {
        open(&server, &sym_block_feistel, &random);
        server.says = (enum says)says;
        sym_break_padding(&result, plain, sealed, 3 * BLOCK, 0, &oracle, NULL);
        cr_expect_eq(result.verdict, SYM_RESISTED);
        cr_expect(strstr(result.why, "answered alike"), "%s", result.why);
        cr_expect_eq(result.queries, 256);
    }
    open(&server, &sym_block_feistel, &random);
    server.most = 1000;
    sym_break_padding(&result, plain, sealed, 3 * BLOCK, 0, &oracle, NULL);
    cr_expect_eq(result.verdict, SYM_RESISTED);
    cr_expect(strstr(result.why, "hung up"), "%s", result.why);
    cr_expect_eq(result.known, 3, "%zu", result.known);
    static const size_t odd[] = {0, 15, 16, 17, 31, 33};
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        sym_break_padding(&result, plain, sealed, odd[i], 0, &oracle, NULL);
        cr_expect_eq(result.verdict, SYM_NOT_APPLICABLE, "%zu bytes", odd[i]);
    }
}
