/* cipher walk mlkem, with the numbers of ML-KEM-768: FIPS 203 algorithms 16 to 18. */
#include "translate.h"
#include "walk_mlkem.h"

#include "sym_sha3.h"

#include <string.h>

#define BYTES MLKEM_CIPHERTEXT_BYTES

struct talk {
    struct book_key key;
    struct book_ciphertext c;
    uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES], hash_of_ek[32];
    uint8_t secret_and_r[64], ciphertext[BYTES];
};

static void tell_poly(struct mlkem_walk *walk, const char *name, const char *formula,
                      const char *section, const struct book_poly *a, bool small)
{
    char row[MLKEM_ROW];
    mlkem_row(row, a, small, walk->ring);
    mlkem_line(walk, "  %-9s = %s", name, row);
    mlkem_step(walk, name, formula, section, a);
}

static void tell_sizes(struct mlkem_walk *walk)
{
    mlkem_line(walk, "%s", "");
    mlkem_heading(walk, "ML-KEM-768: n = 256, q = 3329, k = 3");
    mlkem_line(walk, "  encapsulation key  %4d bytes: t, 3 * 256 numbers of 12 bits; rho, 32",
               MLKEM_EK_BYTES);
    mlkem_line(walk, "  ciphertext         %4d bytes: u, 3 * 256 numbers of 10 bits; v, 256 of 4",
               BYTES);
    mlkem_line(walk, "  decapsulation key  %4d bytes: s, 1152; then that key, its hash, and z",
               MLKEM_DK_BYTES);
    mlkem_line(walk, "  secret             %4d bytes", MLKEM_SECRET_BYTES);
}

/* --- the key ------------------------------------------------------------------------------------ */

/* How often each number from -2 to 2 is among all of s and e. */
static void tell_counts(struct mlkem_walk *walk, const struct book_key *key)
{
    unsigned count[5] = {0};
    for (unsigned i = 0; i < walk->ring->k; i++)
        for (unsigned j = 0; j < walk->ring->n; j++) {
            count[book_signed(key->s.of[i].f[j], walk->ring) + 2]++;
            if (walk->noise)
                count[book_signed(key->e.of[i].f[j], walk->ring) + 2]++;
        }
    mlkem_line(walk, "  in all -2: %u, -1: %u, 0: %u, 1: %u, 2: %u times; as 1 to 4 to 6 to 4 to 1",
               count[0], count[1], count[2], count[3], count[4]);
}

static void tell_key(struct mlkem_walk *walk, const struct talk *talk)
{
    struct book_poly transformed;
    mlkem_heading(walk,
                  "A key, from 64 random bytes                            [FIPS 203 algorithm 16]");
    mlkem_bytes(walk, "d", "random", "FIPS 203 algorithm 19", walk->seed, 32);
    mlkem_bytes(walk, "z", "random", "FIPS 203 algorithm 19", walk->seed + 32, 32);
    mlkem_bytes(walk, "rho", "G(d || k), its first half", "FIPS 203 algorithm 13", talk->key.rho,
                32);
    mlkem_bytes(walk, "sigma", "its second half", "FIPS 203 algorithm 13", talk->key.sigma, 32);
    book_transform(&transformed, &talk->key.A[0].of[0], walk->ring);
    tell_poly(walk, "A00^", "SampleNTT(rho || 0 || 0)", "FIPS 203 algorithm 7", &transformed,
              false);
    mlkem_line(walk, "  drawn as if transformed: of %u numbers of 12 bits 256 were below 3329",
               talk->key.drawn);
    tell_poly(walk, "s0", "SamplePolyCBD(PRF(sigma, 0))", "FIPS 203 algorithm 8",
              &talk->key.s.of[0], true);
    if (walk->noise)
        tell_poly(walk, "e0", "SamplePolyCBD(PRF(sigma, 3))", "FIPS 203 algorithm 8",
                  &talk->key.e.of[0], true);
    tell_counts(walk, &talk->key);
    tell_poly(walk, "t0",
              walk->noise ? "A00 s0 + A01 s1 + A02 s2 + e0" : "A00 s0 + A01 s1 + A02 s2",
              "FIPS 203 algorithm 13", &talk->key.t.of[0], false);
    book_transform(&transformed, &talk->key.t.of[0], walk->ring);
    tell_poly(walk, "t0^", "NTT(t0): so it stands in the key", "FIPS 203 algorithm 13",
              &transformed, false);
    mlkem_bytes(walk, "H(ek)", "SHA3-256 of the encapsulation key", "FIPS 203 algorithm 16",
                talk->hash_of_ek, 32);
    walk_pause(&walk->walk);
}

/* --- encapsulation ------------------------------------------------------------------------------ */

/* What is sent of a polynomial, and what that loses. */
static void tell_sent(struct mlkem_walk *walk, const char *name, const struct book_poly *a,
                      const struct book_poly *sent, unsigned bits)
{
    struct book_poly compressed, lost = *sent;
    char row[MLKEM_ROW];
    for (unsigned i = 0; i < walk->ring->n; i++)
        compressed.f[i] = book_compress(a->f[i], bits, walk->ring);
    book_subtract(&lost, a, walk->ring);
    tell_poly(walk, name, "before compression", "FIPS 203 algorithm 14", a, false);
    mlkem_row(row, &compressed, false, walk->ring);
    mlkem_line(walk, "    %2u bits  = %s", bits, row);
    mlkem_row(row, sent, false, walk->ring);
    mlkem_line(walk, "    arrives  = %s", row);
    mlkem_row(row, &lost, true, walk->ring);
    mlkem_line(walk, "    off by   = %s", row);
}

static void tell_encapsulation(struct mlkem_walk *walk, const struct talk *talk)
{
    char m[65], hash[65], secret[65];
    mlkem_heading(walk,
                  "Encapsulation, by the other side                       [FIPS 203 algorithm 17]");
    mlkem_bytes(walk, "m", "random", "FIPS 203 algorithm 20", walk->m, 32);
    mlkem_bytes(walk, "K", "G(m || H(ek)), its first half: the secret", "FIPS 203 algorithm 17",
                talk->secret_and_r, 32);
    walk_hex(m, walk->m, 32);
    walk_hex(hash, talk->hash_of_ek, 32);
    walk_hex(secret, talk->secret_and_r, 32);
    walk_python(
        &walk->walk,
        "__import__(\"hashlib\").sha3_512(bytes.fromhex(\"%s%s\")).hexdigest()[:64] == \"%s\"", m,
        hash, secret);
    mlkem_bytes(walk, "r", "its second half: all noise of the ciphertext", "FIPS 203 algorithm 17",
                talk->secret_and_r + 32, 32);
    tell_poly(walk, "y0", "SamplePolyCBD(PRF(r, 0))", "FIPS 203 algorithm 14", &talk->c.y.of[0],
              true);
    tell_sent(walk, "u0", &talk->c.u.of[0], &talk->c.u_sent.of[0], walk->ring->du);
    tell_sent(walk, "v", &talk->c.v, &talk->c.v_sent, walk->ring->dv);
    mlkem_bytes(walk, "c", "the ciphertext", "FIPS 203 algorithm 14", talk->ciphertext, BYTES);
    walk_pause(&walk->walk);
}

/* --- decapsulation ------------------------------------------------------------------------------ */

struct opened {
    uint8_t m[32], secret_and_r[64], again[BYTES], secret[32];
    struct book_poly w;
    size_t same; /* bytes of the ciphertext that are made again */
};

/* Algorithm 18, by the book. */
static void open_again(struct opened *opened, const struct talk *talk, const uint8_t *ciphertext)
{
    static struct book_ciphertext again;
    uint8_t input[32 + BYTES];
    struct book_vector u;
    struct book_poly v;
    book_read_ciphertext(&u, &v, ciphertext);
    book_decrypt(&opened->w, opened->m, &talk->key.s, &u, &v, &book_768);
    memcpy(input, opened->m, 32);
    memcpy(input + 32, talk->hash_of_ek, 32);
    sym_sha3_512(opened->secret_and_r, input, 64);
    book_encrypt(&again, &talk->key, opened->m, opened->secret_and_r + 32, &book_768);
    book_write_ciphertext(opened->again, &again);
    opened->same = 0;
    for (size_t i = 0; i < BYTES; i++)
        opened->same += opened->again[i] == ciphertext[i];
    memcpy(opened->secret, opened->secret_and_r, 32);
    if (opened->same == BYTES)
        return;
    memcpy(input, talk->dk + MLKEM_DK_BYTES - 32, 32);
    memcpy(input + 32, ciphertext, BYTES);
    sym_shake256(opened->secret, 32, input, sizeof(input));
}

static void tell_decapsulation(struct mlkem_walk *walk, const struct talk *talk,
                               const struct opened *opened)
{
    struct book_poly noise = opened->w;
    int largest = 0;
    book_subtract(&noise, &talk->c.m, walk->ring);
    for (unsigned i = 0; i < walk->ring->n; i++) {
        const int number = abs(book_signed(noise.f[i], walk->ring));
        largest = number > largest ? number : largest;
    }
    mlkem_heading(walk,
                  "Decapsulation                                          [FIPS 203 algorithm 18]");
    tell_poly(walk, "w", "v - s0 u0 - s1 u1 - s2 u2", "FIPS 203 algorithm 15", &opened->w, false);
    tell_poly(walk, "1665 m", "its bits, each 1665 times", "FIPS 203 algorithm 14", &talk->c.m,
              false);
    tell_poly(walk, "w - m", "w - m", "FIPS 203 algorithm 15", &noise, true);
    mlkem_line(walk,
               "  the largest of 256 is %d; from 832 on, a quarter of q, a bit would be wrong",
               largest);
    mlkem_bytes(walk, "m'", "what was opened", "FIPS 203 algorithm 18", opened->m, 32);
    mlkem_line(walk, "  m' encrypted again, r from G(m' || H(ek)): %zu of %d bytes are the same",
               opened->same, BYTES);
    mlkem_line(walk, "  so the secret is K");
    walk_pause(&walk->walk);
}

static void tell_rejection(struct mlkem_walk *walk, const struct opened *opened,
                           const uint8_t changed[BYTES])
{
    unsigned bits = 0;
    for (unsigned i = 0; i < 256; i++)
        bits += (opened->m[i / 8] ^ walk->m[i / 8]) >> i % 8 & 1;
    mlkem_heading(walk, "The same ciphertext with one bit flipped on its way");
    mlkem_line(walk, "  byte 0 is %02x, was %02x", changed[0], changed[0] ^ 1);
    mlkem_line(walk, "  bits of m' that are another: %u of 256", bits);
    mlkem_line(walk, "  m' encrypted again: %zu of %d bytes are the same as what came",
               opened->same, BYTES);
    mlkem_bytes(walk, "J(z, c)", "SHAKE256(z || c): the secret of a ciphertext that nobody made",
                "FIPS 203 algorithm 18", opened->secret, 32);
    mlkem_line(walk,
               "  so the secret is J(z || c), which nobody else can compute. No error is told:");
    mlkem_line(walk, "  who may ask \"is this one right?\" often enough finds s.");
    walk_pause(&walk->walk);
}

/* --- both ways ---------------------------------------------------------------------------------- */

static void make(struct talk *talk, const struct mlkem_walk *walk)
{
    uint8_t input[64];
    book_key(&talk->key, walk->seed, walk->noise, walk->ring);
    book_write_keys(talk->ek, talk->dk, &talk->key, walk->seed + 32);
    memcpy(talk->hash_of_ek, talk->dk + MLKEM_DK_BYTES - 64, 32);
    memcpy(input, walk->m, 32);
    memcpy(input + 32, talk->hash_of_ek, 32);
    sym_sha3_512(talk->secret_and_r, input, sizeof(input));
    book_encrypt(&talk->c, &talk->key, walk->m, talk->secret_and_r + 32, walk->ring);
    book_write_ciphertext(talk->ciphertext, &talk->c);
}

/* The library makes no key without noise; there it takes the book's. False: it refuses it. */
static bool ask_library(uint8_t library[MLKEM_WALK_RESULT_BYTES], uint8_t ciphertext[BYTES],
                        const struct mlkem_walk *walk, const struct talk *talk)
{
    uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES], changed[BYTES];
    memcpy(ek, talk->ek, sizeof(ek));
    memcpy(dk, talk->dk, sizeof(dk));
    if (walk->noise)
        mlkem_key(ek, dk, walk->seed, &book_hash);
    if (!mlkem_encapsulate(ciphertext, library, ek, walk->m, &book_hash))
        return false;
    memcpy(changed, ciphertext, BYTES);
    changed[0] ^= 1;
    mlkem_decapsulate(library + 32, dk, changed, &book_hash);
    return true;
}

/* The book opens the library's ciphertext: it comes to K only if its own key and its own encryption
 * are the library's to the bit. */
void walk_mlkem_real(struct mlkem_walk *walk, uint8_t ours[MLKEM_WALK_RESULT_BYTES],
                     uint8_t library[MLKEM_WALK_RESULT_BYTES])
{
    static struct talk talk;
    static struct opened opened;
    uint8_t ciphertext[BYTES];
    walk->ring = &book_768;
    walk->prefix = "";
    make(&talk, walk);
    if (!ask_library(library, ciphertext, walk, &talk))
        memset(library, 0, MLKEM_WALK_RESULT_BYTES);
    tell_sizes(walk);
    tell_key(walk, &talk);
    tell_encapsulation(walk, &talk);
    open_again(&opened, &talk, ciphertext);
    memcpy(ours, opened.secret, 32);
    tell_decapsulation(walk, &talk, &opened);
    ciphertext[0] ^= 1;
    open_again(&opened, &talk, ciphertext);
    memcpy(ours + 32, opened.secret, 32);
    tell_rejection(walk, &opened, ciphertext);
    walk_mlkem_listener(walk, &(struct mlkem_opened){talk.ek, talk.ciphertext, talk.secret_and_r});
}
