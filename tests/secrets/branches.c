/*
 * Whether a branch, or an address, depends on a secret. valgrind's memcheck follows every bit that
 * is marked as undefined and speaks up where one decides something: so secrets are marked so, and
 * what the libraries ship is run as it is (after an idea of A. Langley, ctgrind). Where a secret
 * becomes public on purpose, the code calls rsa_reveal, sym_reveal or agreement_reveal; those are
 * wrapped here.
 *
 * One row per operation. Each checks its result, so that it is known to have run. The planted rows
 * must be found: else the whole run has failed. GMP's own places: gmp.supp. What valgrind cannot
 * run (AVX-512): tests/cli/vectors.clitest.
 *
 *     valgrind --suppressions=tests/secrets/gmp.supp build/tests/secrets/branches
 */
#include "base64.h"
#include "channel_hash.h"
#include "dh_internal.h"
#include "engine.h"
#include "hexadecimal.h"
#include "mlkem.h"
#include "pump.h"
#include "rsa_key_internal.h"
#include "rsa_lanes.h"
#include "rsa_limbs.h"
#include "rsa_padding.h"
#include "rsa_raw.h"
#include "sym_cbc.h"
#include "sym_implementations.h"
#include "sym_sha3.h"
#include "sym_shake_each.h"
#include "symcipher.h"
#include "x25519_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/memcheck.h>

static void hide(const void *data, size_t bytes)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(data, bytes);
}

static void show(const void *data, size_t bytes)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(data, bytes);
}

/* --- from secret to public --------------------------------------------------------------------- */

/* valgrind calls these in the place of those; the names are its own encoding of theirs. */
uint64_t I_WRAP_SONAME_FNNAME_ZU(NONE, rsa_reveal)(uint64_t value);
uint64_t I_WRAP_SONAME_FNNAME_ZU(NONE, sym_reveal)(uint64_t value);
uint64_t I_WRAP_SONAME_FNNAME_ZU(NONE, agreement_reveal)(uint64_t value);

uint64_t I_WRAP_SONAME_FNNAME_ZU(NONE, rsa_reveal)(uint64_t value)
{
    show(&value, sizeof(value));
    return value;
}

uint64_t I_WRAP_SONAME_FNNAME_ZU(NONE, sym_reveal)(uint64_t value)
{
    show(&value, sizeof(value));
    return value;
}

uint64_t I_WRAP_SONAME_FNNAME_ZU(NONE, agreement_reveal)(uint64_t value)
{
    show(&value, sizeof(value));
    return value;
}

/* --- what goes in --------------------------------------------------------------------------- */

#define TEXT_BYTES 1500 /* enough for the widest lanes, and a rest */

static struct rsa_key *key;
static uint8_t text[TEXT_BYTES], secret[64];

/* The same numbers at each run; blinding, seeds and salts are secrets too. */
static int fill(void *context, uint8_t *out, size_t bytes)
{
    static uint64_t state = 0x9e3779b97f4a7c15;
    (void)context;
    for (size_t i = 0; i < bytes; i++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        out[i] = (uint8_t)(state >> 56);
    }
    hide(out, bytes);
    return 0;
}

static const struct rsa_random hidden_random = {.fill = fill};

static void each_private_number(void (*mark)(const void *, size_t))
{
    for (int i = RSA_D; i <= RSA_QINV; i++)
        mark(mpz_limbs_read(key->number[i]), mpz_size(key->number[i]) * sizeof(mp_limb_t));
}

/* Every buffer is filled anew and hidden; the key's private numbers are hidden. */
static void prepare(void)
{
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (uint8_t)(i * 7 + 1);
    for (size_t i = 0; i < sizeof(secret); i++)
        secret[i] = (uint8_t)(i * 5 + 3);
    hide(text, sizeof(text));
    hide(secret, sizeof(secret));
    each_private_number(hide);
}

/* Whether two are equal, whatever is hidden in them: after the operation. */
static bool same(const void *a, const void *b, size_t bytes)
{
    show(a, bytes);
    show(b, bytes);
    return memcmp(a, b, bytes) == 0;
}

/* --- RSA ------------------------------------------------------------------------------------ */

static bool run_private(size_t unused)
{
    uint8_t in[RSA_MAX_BYTES], out[RSA_MAX_BYTES], back[RSA_MAX_BYTES];
    const size_t bytes = rsa_key_bytes(key);
    (void)unused;
    memcpy(in, text, bytes);
    in[0] &= 0x3f;                                        /* below n */
    if (rsa_private(out, key, in, bytes, &hidden_random)) /* draws a pair for the blinding, */
        return false;
    if (rsa_private(out, key, in, bytes, &hidden_random)) /* squares it */
        return false;
    show(out, bytes);
    return rsa_public(back, key, out, bytes) == RSA_OK && same(back, in, bytes);
}

/* One half of it in lanes, by each implementation, against GMP; even p is hidden. As run_aead leaves
 * out what is not there. */
static bool run_lanes(size_t number)
{
    const struct rsa_lanes_implementation *with = rsa_lanes_implementation(number);
    const struct rsa_modulus p = rsa_modulus_of(key->number[RSA_P]);
    const size_t count = p.count, itch_count = rsa_limbs_itch(&p, count);
    struct rsa_scratch scratch;
    if (!with || !with->supported())
        return true;
    if (!rsa_scratch_open(&scratch, 4 * count + itch_count))
        return false;
    mp_limb_t *base = rsa_scratch_take(&scratch, count), *dp = rsa_scratch_take(&scratch, count);
    mp_limb_t *out = rsa_scratch_take(&scratch, count), *want = rsa_scratch_take(&scratch, count);
    mp_limb_t *itch = rsa_scratch_take(&scratch, itch_count);
    const struct rsa_lane lane = {out, base, dp, p.limbs};
    memcpy(want, text, count * sizeof(*want));
    memcpy(dp, mpz_limbs_read(key->number[RSA_DP]), mpz_size(key->number[RSA_DP]) * sizeof(*dp));
    each_private_number(show);
    show(scratch.limbs, scratch.count * sizeof(*base));
    rsa_limbs_reduce(base, want, count, &p, itch);
    rsa_limbs_power(want, base, count, dp, p.bits, &p, itch);
    each_private_number(hide);
    hide(base, count * sizeof(*base));
    hide(dp, count * sizeof(*dp));
    const bool done = rsa_lanes_power(with, &lane, 1, count, p.bits);
    const bool good = done && same(out, want, count * sizeof(*out));
    rsa_scratch_close(&scratch);
    return good;
}

static bool run_public(size_t unused)
{
    uint8_t out[RSA_MAX_BYTES];
    (void)unused;
    return rsa_public(out, key, secret, sizeof(secret)) == RSA_OK;
}

static bool run_oaep(size_t unused)
{
    uint8_t sealed[RSA_MAX_BYTES], out[RSA_MAX_BYTES];
    size_t bytes;
    (void)unused;
    if (rsa_oaep_encrypt(sealed, key, &channel_hash, NULL, 0, secret, 32, &hidden_random))
        return false;
    show(sealed, rsa_key_bytes(key));
    if (rsa_oaep_decrypt(out, &bytes, key, &channel_hash, NULL, 0, sealed, rsa_key_bytes(key),
                         &hidden_random) ||
        bytes != 32 || !same(out, secret, 32))
        return false;
    sealed[9] ^= 1; /* the faults, too */
    return rsa_oaep_decrypt(out, &bytes, key, &channel_hash, NULL, 0, sealed, rsa_key_bytes(key),
                            &hidden_random) == RSA_ERR_DECRYPT;
}

static bool run_pkcs1(size_t unused)
{
    uint8_t sealed[RSA_MAX_BYTES], out[RSA_MAX_BYTES];
    size_t bytes;
    (void)unused; /* the padding's draw branches on its bytes (no zeros): so not hidden */
    if (rsa_pkcs1_encrypt(sealed, key, secret, 32, NULL))
        return false;
    show(sealed, rsa_key_bytes(key));
    if (rsa_pkcs1_decrypt(out, &bytes, key, sealed, rsa_key_bytes(key), &hidden_random) ||
        bytes != 32 || !same(out, secret, 32))
        return false;
    sealed[9] ^= 1;
    return rsa_pkcs1_decrypt(out, &bytes, key, sealed, rsa_key_bytes(key), &hidden_random) ==
           RSA_ERR_DECRYPT;
}

static bool run_pss(size_t unused)
{
    uint8_t signature[RSA_MAX_BYTES];
    (void)unused;
    if (rsa_pss_sign(signature, key, &channel_hash, secret, NULL, &hidden_random))
        return false;
    show(signature, rsa_key_bytes(key));
    show(secret, sizeof(secret));
    return rsa_pss_verify(signature, rsa_key_bytes(key), key, &channel_hash, secret,
                          channel_hash.bytes) == RSA_OK;
}

static bool run_pkcs1_sign(size_t unused)
{
    uint8_t signature[RSA_MAX_BYTES];
    (void)unused;
    if (rsa_pkcs1_sign(signature, key, &channel_hash, secret, &hidden_random))
        return false;
    show(signature, rsa_key_bytes(key));
    show(secret, sizeof(secret));
    return rsa_pkcs1_verify(signature, rsa_key_bytes(key), key, &channel_hash, secret) == RSA_OK;
}

/* --- symmetric ------------------------------------------------------------------------------ */

/* Both ways with one pair of implementations; a forged one too. Past the last, or one that this
 * machine (as valgrind shows it) has not: nothing to do. */
static bool run_aead(size_t number)
{
    const struct sym_aead_implementation with = {sym_chacha20_implementation(number),
                                                 sym_poly1305_implementation(number)};
    uint8_t sealed[TEXT_BYTES + SYM_AEAD_TAG_BYTES], out[TEXT_BYTES];
    const uint8_t *nonce = secret + SYM_AEAD_KEY_BYTES;
    if (!with.chacha20 || !with.poly1305 || !with.chacha20->supported() ||
        !with.poly1305->supported())
        return true;
    if (sym_aead_seal_with(&with, sealed, secret, nonce, "header", 6, text, sizeof(text)))
        return false;
    show(sealed, sizeof(sealed));
    if (sym_aead_open_with(&with, out, secret, nonce, "header", 6, sealed, sizeof(sealed)) ||
        !same(out, text, sizeof(text)))
        return false;
    sealed[0] ^= 1;
    return sym_aead_open_with(&with, out, secret, nonce, "header", 6, sealed, sizeof(sealed)) ==
           SYM_ERR_AUTH;
}

static bool run_hmac(size_t unused)
{
    uint8_t mac[SYM_SHA256_BYTES], again[SYM_SHA256_BYTES];
    struct sym_hmac state;
    (void)unused;
    for (int i = 0; i < 2; i++) {
        sym_hmac_init(&state, text, 100); /* longer than a block: it is hashed */
        sym_hmac_update(&state, secret, sizeof(secret));
        sym_hmac_final(i == 0 ? mac : again, &state);
    }
    return sym_equal(mac, again, sizeof(mac));
}

static bool run_hkdf(size_t unused)
{
    uint8_t prk[SYM_HKDF_PRK_BYTES], okm[100];
    (void)unused;
    sym_hkdf_extract(prk, text, 32, secret, sizeof(secret));
    return sym_hkdf_expand(okm, sizeof(okm), prk, sizeof(prk), "label", 5) == SYM_OK;
}

static bool run_pbkdf2(size_t unused)
{
    uint8_t out[40], other[40];
    (void)unused;
    sym_pbkdf2(out, sizeof(out), secret, 20, "salt", 4, 3);
    sym_pbkdf2(other, sizeof(other), secret, 20, "salt", 4, 2);
    return !same(out, other, sizeof(out));
}

static bool run_aes(size_t number)
{
    static const struct sym_block_cipher *const ciphers[] = {&sym_block_aes128, &sym_block_aes192,
                                                             &sym_block_aes256};
    uint8_t sealed[64], out[64];
    const uint8_t *iv = text + 1;
    struct sym_cbc cbc;
    size_t bytes, rest;
    sym_cbc_init(&cbc, ciphers[number], secret, iv);
    bytes = sym_cbc_encrypt(&cbc, sealed, text, 40);
    sym_cbc_encrypt_final(&cbc, sealed + bytes);
    show(sealed, sizeof(sealed));
    sym_cbc_init(&cbc, ciphers[number], secret, iv);
    bytes = sym_cbc_decrypt(&cbc, out, sealed, 48);
    if (sym_cbc_decrypt_final(&cbc, out + bytes, &rest) || bytes + rest != 40 ||
        !same(out, text, 40))
        return false;
    sym_cbc_init(&cbc, ciphers[number], secret, iv);
    bytes = sym_cbc_decrypt(&cbc, out, sealed, 32); /* ends with text where padding should be */
    return sym_cbc_decrypt_final(&cbc, out + bytes, &rest) == SYM_ERR_PADDING;
}

/* A block both ways by each implementation, and hashes of one; as run_aead leaves out what is not
 * there. */
static bool run_blocks(size_t number)
{
    const struct sym_aes_implementation *aes = sym_aes_implementation(number);
    const struct sym_sha256_implementation *sha256 = sym_sha256_implementation(number);
    uint8_t block[SYM_AES_BLOCK_BYTES];
    uint32_t h[8] = {0}, again[8] = {0};
    struct sym_aes state;
    if (sha256 && sha256->supported()) {
        sha256->absorb(h, secret, 1);
        sym_sha256_absorb(again, secret, 1);
    }
    if (!aes || !aes->supported())
        return same(h, again, sizeof(h));
    sym_aes_init(&state, secret, SYM_AES256_KEY_BYTES);
    aes->encrypt(block, &state, text);
    aes->decrypt(block, &state, block);
    return same(h, again, sizeof(h)) && same(block, text, sizeof(block));
}

/* --- key agreement -------------------------------------------------------------------------- */

/* Both ways to X25519, and the calls; even the other's key is hidden. A point of low order too. */
static bool run_x25519(size_t unused)
{
    uint8_t k[X25519_BYTES], out[3][X25519_BYTES], low[X25519_BYTES] = {1};
    (void)unused;
    x25519_decode_scalar(k, secret);
    x25519_ladder(out[0], k, text);
    x25519_quick(out[1], k, text);
    hide(low, sizeof(low));
    return x25519(out[2], secret, text) && same(out[0], out[1], sizeof(k)) &&
           same(out[0], out[2], sizeof(k)) && !x25519(out[2], secret, low);
}

static bool run_x25519_public(size_t unused)
{
    uint8_t k[X25519_BYTES], out[2][X25519_BYTES];
    const uint8_t nine[X25519_BYTES] = {9};
    (void)unused;
    x25519_decode_scalar(k, secret);
    x25519_ladder(out[0], k, nine);
    x25519_public(out[1], secret);
    return same(out[0], out[1], sizeof(k));
}

/* The seed, m, and what the two agree on are secrets; and whether a ciphertext is rejected. */
static bool run_mlkem(size_t unused)
{
    static const struct mlkem_hash hash = {sym_sha3_512, sym_sha3_256, sym_shake256,
                                           sym_shake256_each, sym_shake128_each};
    uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES], ciphertext[MLKEM_CIPHERTEXT_BYTES];
    uint8_t ours[MLKEM_SECRET_BYTES], theirs[MLKEM_SECRET_BYTES];
    (void)unused;
    mlkem_key(ek, dk, secret, &hash);
    show(ek, sizeof(ek));
    if (!mlkem_encapsulate(ciphertext, ours, ek, text, &hash))
        return false;
    mlkem_decapsulate(theirs, dk, ciphertext, &hash);
    const bool good = same(ours, theirs, sizeof(ours));
    ciphertext[7] ^= 1;
    mlkem_decapsulate(theirs, dk, ciphertext, &hash);
    return good && !same(ours, theirs, sizeof(ours));
}

/* Two draw exponents and agree; A and B are public, K is not. */
static bool run_dh(size_t named)
{
    static const char *const groups[] = {"ffdhe2048", "0xb68cc3,5"};
    const struct dh_random chance = {.fill = fill};
    struct dh_group *group = NULL;
    struct dh_key *keys[2] = {NULL, NULL};
    uint8_t public[DH_MAX_BYTES], K[2][DH_MAX_BYTES];
    bool good = dh_group_parse(&group, groups[named]) == DH_OK;
    for (int i = 0; good && i < 2; i++) {
        good = dh_key_generate(&keys[i], group, &chance, NULL) == DH_OK;
        if (good)
            show(keys[i]->public_number, sizeof(keys[i]->public_number));
    }
    for (int i = 0; good && i < 2; i++) {
        size_t bytes = dh_key_number(keys[1 - i], DH_PUBLIC, public, sizeof(public));
        good = dh_agree(K[i], keys[i], public, bytes, NULL) == DH_OK;
    }
    good = good && same(K[0], K[1], dh_group_bytes(group));
    dh_key_free(keys[0]);
    dh_key_free(keys[1]);
    dh_group_free(group);
    return good;
}

static bool run_dh_from_private(size_t unused)
{
    struct dh_group *group = NULL;
    struct dh_key *own = NULL;
    (void)unused;
    bool good = dh_group_parse(&group, "modp1536") == DH_OK &&
                dh_key_from_private(&own, group, secret, 32, NULL) == DH_OK;
    dh_key_free(own);
    dh_group_free(group);
    return good;
}

/* --- the protocol --------------------------------------------------------------------------- */

/* It was followed all the way. */
static bool is_hidden(const uint8_t *data)
{
    uint8_t bits = 0;
    return VALGRIND_GET_VBITS(data, &bits, 1) == 1 && bits == 0xff;
}

/* A channel's first draw is its private key; what it draws after it becomes public, or a salt. */
static int fill_private(void *context, uint8_t *out, size_t bytes)
{
    bool *drawn = context;
    fill(NULL, out, bytes);
    if (*drawn)
        show(out, bytes);
    *drawn = true;
    return 0;
}

/* What crosses the line is public, and so is its hash. */
static int show_frame(void *context, enum channel_role from, uint8_t *frame, size_t *bytes)
{
    const struct pump *pump = context;
    const struct channel *channel = from == CHANNEL_CLIENT ? pump->client : pump->server;
    show(frame, *bytes);
    if (channel->exchange)
        show(&channel->exchange->transcript, sizeof(channel->exchange->transcript));
    return 1;
}

/* The modern handshake, both sides: private keys, shared secret and all that is drawn from it; and
 * the sealing of a record. */
static bool run_handshake(size_t unused)
{
    bool drawn[2] = {false, false};
    const struct rsa_random random[] = {{fill_private, &drawn[0]}, {fill_private, &drawn[1]}};
    const struct channel_config client = {.role = CHANNEL_CLIENT,
                                          .identity = pump_identity(0),
                                          .random = &random[0]},
                                server = {.role = CHANNEL_SERVER,
                                          .identity = pump_identity(1),
                                          .random = &random[1]};
    struct pump pump;
    (void)unused;
    pump_open_configs(&pump, &client, &server);
    pump.frame = show_frame;
    pump.context = &pump;
    pump_run(&pump);
    bool good = channel_flags(pump.client) & channel_flags(pump.server) & CHANNEL_OPEN &&
                channel_send(pump.client, "x", 1) == CHANNEL_OK;
    good = good && is_hidden(pump.client->send.key_secret) &&
           is_hidden(pump.server->exporter_secret) &&
           same(pump.client->send.key_secret, pump.server->receive.key_secret, SYM_AEAD_KEY_BYTES);
    pump_close(&pump);
    return good;
}

/* --- text ----------------------------------------------------------------------------------- */

static bool run_base64(size_t kind)
{
    char letters[BASE64_TEXT_BYTES(sizeof(secret))];
    uint8_t back[BASE64_DATA_BYTES(sizeof(letters))];
    size_t bytes, length = base64_encode(letters, secret, 62, (enum base64_kind)kind);
    for (size_t i = length; i > 0 && kind == BASE64_PADDED && i > length - 2; i--)
        show(letters + i - 1, 1); /* that there is padding tells the length alone */
    return base64_decode(back, &bytes, letters, length, (enum base64_kind)kind) && bytes == 62 &&
           same(back, secret, 62);
}

static bool run_hex(size_t unused)
{
    char digits[2 * sizeof(secret)];
    (void)unused;
    hex_write(digits, secret, sizeof(secret));
    return same(digits, "03080d12", 8);
}

/* --- planted -------------------------------------------------------------------------------- */

static volatile int sink;

static bool plant_branch(size_t unused)
{
    (void)unused;
    if (secret[5] & 1)
        sink = 1;
    return true;
}

static bool plant_index(size_t unused)
{
    static volatile const uint8_t table[256];
    (void)unused;
    sink = table[secret[5]];
    return true;
}

/* What a library would do that compares tags with memcmp. */
static bool plant_early_return(size_t unused)
{
    (void)unused;
    for (size_t i = 0; i < 16; i++)
        if (secret[i] != text[i])
            return true;
    return false;
}

/* What a private operation would do that skips the zeros of its exponent. */
static bool plant_exponent(size_t unused)
{
    const mp_limb_t *d = mpz_limbs_read(key->number[RSA_D]);
    (void)unused;
    for (size_t bit = 0; bit < 64; bit++)
        if (d[0] >> bit & 1)
            sink++;
    return true;
}

/* --- all of them ---------------------------------------------------------------------------- */

static const struct {
    const char *name;
    bool (*run)(size_t number);
    size_t variants; /* calls with 0, 1, ... */
    bool planted;
} rows[] = {
    {"planted: a branch", plant_branch, 1, true},
    {"planted: an index", plant_index, 1, true},
    {"planted: an early return", plant_early_return, 1, true},
    {"planted: a bit of d", plant_exponent, 1, true},
    {"RSA, private operation", run_private, 1, false},
    {"RSA, powers in lanes", run_lanes, 3, false},
    {"RSA, public operation on a secret", run_public, 1, false},
    {"OAEP", run_oaep, 1, false},
    {"PKCS#1 v1.5, encryption", run_pkcs1, 1, false},
    {"PKCS#1 v1.5, signature", run_pkcs1_sign, 1, false},
    {"PSS", run_pss, 1, false},
    {"AEAD, each implementation", run_aead, 5, false},
    {"HMAC", run_hmac, 1, false},
    {"HKDF", run_hkdf, 1, false},
    {"PBKDF2", run_pbkdf2, 1, false},
    {"AES-CBC, each size", run_aes, 3, false},
    {"AES, SHA-256, each implementation", run_blocks, 2, false},
    {"X25519, both ways", run_x25519, 1, false},
    {"X25519, public key", run_x25519_public, 1, false},
    {"ML-KEM-768", run_mlkem, 1, false},
    {"modern handshake", run_handshake, 1, false},
    {"DH, in a named group and in another", run_dh, 2, false},
    {"DH, an exponent given", run_dh_from_private, 1, false},
    {"base64, each kind", run_base64, 3, false},
    {"hexadecimal", run_hex, 1, false},
};

static bool run_row(size_t row)
{
    const unsigned before = VALGRIND_COUNT_ERRORS;
    bool good = true;
    VALGRIND_PRINTF("== %s\n", rows[row].name);
    for (size_t i = 0; i < rows[row].variants; i++) {
        prepare();
        good = rows[row].run(i) && good;
    }
    if (!good)
        printf("%s: a wrong result\n", rows[row].name);
    if (rows[row].planted != (VALGRIND_COUNT_ERRORS > before)) {
        printf("%s: %s\n", rows[row].name,
               rows[row].planted ? "not found" : "branches on a secret");
        good = false;
    }
    return good;
}

int main(void)
{
    const size_t count = sizeof(rows) / sizeof(rows[0]);
    size_t passed = 0;
    if (!RUNNING_ON_VALGRIND) {
        fputs("branches: run it under valgrind: without it nothing would be found\n", stderr);
        return 1;
    }
    if (rsa_key_generate(&key, 1024, NULL, NULL))
        abort();
    for (size_t i = 0; i < count; i++)
        passed += run_row(i);
    each_private_number(show);
    rsa_key_free(key);
    printf("%zu passed, %zu failed\n", passed, count - passed);
    return passed == count ? 0 : 1;
}
