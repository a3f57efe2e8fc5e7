/* ML-KEM by the book: see mlkem_book.h. */
#include "mlkem_book.h"

#include "sym_sha3.h"
#include "sym_shake_each.h"

#include <string.h>

#define K_768 3

const struct book_ring book_toy = {.n = 4, .q = 17, .k = 2, .eta = 1, .root = 4, .number_bits = 5};
const struct book_ring book_768 = {.n = BOOK_MAX_N,
                                   .q = 3329,
                                   .k = K_768,
                                   .eta = 2,
                                   .root = 17,
                                   .number_bits = 12,
                                   .du = 10,
                                   .dv = 4};

const struct mlkem_hash book_hash = {sym_sha3_512, sym_sha3_256, sym_shake256, sym_shake256_each,
                                     sym_shake128_each};

int book_signed(unsigned a, const struct book_ring *ring)
{
    return a > ring->q / 2 ? (int)a - (int)ring->q : (int)a;
}

/* --- the ring --------------------------------------------------------------------------------- */

void book_add(struct book_poly *a, const struct book_poly *b, const struct book_ring *ring)
{
    for (unsigned i = 0; i < ring->n; i++)
        a->f[i] = (a->f[i] + b->f[i]) % ring->q;
}

void book_subtract(struct book_poly *a, const struct book_poly *b, const struct book_ring *ring)
{
    for (unsigned i = 0; i < ring->n; i++)
        a->f[i] = (a->f[i] + ring->q - b->f[i]) % ring->q;
}

void book_product(struct book_poly *sum, const struct book_poly *a, const struct book_poly *b,
                  const struct book_ring *ring)
{
    for (unsigned i = 0; i < ring->n; i++)
        for (unsigned j = 0; j < ring->n; j++) {
            const unsigned product = a->f[i] * b->f[j] % ring->q, at = (i + j) % ring->n;
            /* X^n = -1 */
            sum->f[at] = (sum->f[at] + (i + j < ring->n ? product : ring->q - product)) % ring->q;
        }
}

static void inner_product(struct book_poly *sum, const struct book_vector *a,
                          const struct book_vector *b, const struct book_ring *ring)
{
    memset(sum, 0, sizeof(*sum));
    for (unsigned i = 0; i < ring->k; i++)
        book_product(sum, &a->of[i], &b->of[i], ring);
}

static unsigned power(unsigned base, unsigned exponent, unsigned q)
{
    unsigned result = 1;
    for (; exponent > 0; exponent--)
        result = result * base % q;
    return result;
}

/* Equation 4.12: the root to the power of 2 BitRev(slot) + 1. */
unsigned book_gamma(unsigned slot, const struct book_ring *ring)
{
    unsigned reversed = 0;
    for (unsigned slots = ring->n / 2; slots > 1; slots /= 2, slot /= 2)
        reversed = 2 * reversed + slot % 2;
    return power(ring->root, 2 * reversed + 1, ring->q);
}

/* Modulo X^2 - gamma, X^2 is gamma, so the factor of X^(2j) counts gamma^j. */
void book_transform(struct book_poly *out, const struct book_poly *a, const struct book_ring *ring)
{
    memset(out, 0, sizeof(*out));
    for (unsigned slot = 0; slot < ring->n / 2; slot++) {
        unsigned weight = 1;
        for (unsigned j = 0; j < ring->n; j++) {
            unsigned *sum = &out->f[2 * slot + j % 2];
            *sum = (*sum + weight * a->f[j]) % ring->q;
            weight = j % 2 ? weight * book_gamma(slot, ring) % ring->q : weight;
        }
    }
}

/* The weights' inverses are their powers to the n - 1, for the root has the order n; all sums come
 * out n / 2 times too large. */
void book_transform_back(struct book_poly *out, const struct book_poly *a,
                         const struct book_ring *ring)
{
    const unsigned half_inverse = power(ring->n / 2, ring->q - 2, ring->q);
    memset(out, 0, sizeof(*out));
    for (unsigned slot = 0; slot < ring->n / 2; slot++) {
        const unsigned back = power(book_gamma(slot, ring), ring->n - 1, ring->q);
        unsigned weight = half_inverse;
        for (unsigned j = 0; j < ring->n; j++) {
            out->f[j] = (out->f[j] + weight * a->f[2 * slot + j % 2]) % ring->q;
            weight = j % 2 ? weight * back % ring->q : weight;
        }
    }
}

/* --- bits ------------------------------------------------------------------------------------- */

unsigned book_compress(unsigned x, unsigned bits, const struct book_ring *ring)
{
    return ((x << bits) + ring->q / 2) / ring->q % (1U << bits);
}

unsigned book_decompress(unsigned y, unsigned bits, const struct book_ring *ring)
{
    return (y * ring->q + (1U << (bits - 1))) >> bits;
}

static unsigned take_bits(const uint8_t *bytes, size_t *at, unsigned count)
{
    unsigned number = 0;
    for (unsigned i = 0; i < count; i++, ++*at)
        number |= ((unsigned)bytes[*at / 8] >> *at % 8 & 1) << i;
    return number;
}

size_t book_encode(uint8_t *bytes, const struct book_poly *a, unsigned bits,
                   const struct book_ring *ring)
{
    size_t at = 0;
    memset(bytes, 0, ring->n * bits / 8);
    for (unsigned i = 0; i < ring->n; i++)
        for (unsigned bit = 0; bit < bits; bit++, at++)
            bytes[at / 8] |= (uint8_t)((a->f[i] >> bit & 1) << at % 8);
    return at / 8;
}

void book_decode(struct book_poly *a, const uint8_t *bytes, unsigned bits,
                 const struct book_ring *ring)
{
    size_t at = 0;
    for (unsigned i = 0; i < ring->n; i++)
        a->f[i] = take_bits(bytes, &at, bits);
}

/* --- chance, 4.2.2 ---------------------------------------------------------------------------- */

/* Algorithm 7: of numbers of as many bits as q has, those below q. Returns how many it took. */
static unsigned draw_uniform(struct book_poly *a, const uint8_t rho[32], unsigned i, unsigned j,
                             const struct book_ring *ring)
{
    uint8_t input[34], bytes[2016]; /* 1344 numbers of 12 bits; 256 of them are below q */
    size_t at = 0;
    unsigned drawn = 0;
    memcpy(input, rho, 32);
    input[32] = (uint8_t)j;
    input[33] = (uint8_t)i;
    sym_shake128(bytes, sizeof(bytes), input, sizeof(input));
    for (unsigned taken = 0; taken < ring->n && at + ring->number_bits <= 8 * sizeof(bytes);) {
        const unsigned number = take_bits(bytes, &at, ring->number_bits);
        drawn++;
        if (number < ring->q)
            a->f[taken++] = number;
    }
    return drawn;
}

/* Algorithm 8: of 2 eta bits, half count up and half count down. */
static void draw_noise(struct book_poly *a, const uint8_t seed[32], unsigned number,
                       const struct book_ring *ring)
{
    uint8_t input[33], bytes[128];
    size_t at = 0;
    memcpy(input, seed, 32);
    input[32] = (uint8_t)number;
    sym_shake256(bytes, sizeof(bytes), input, sizeof(input));
    for (unsigned i = 0; i < ring->n; i++) {
        unsigned up = 0, down = 0;
        for (unsigned bit = 0; bit < ring->eta; bit++)
            up += take_bits(bytes, &at, 1);
        for (unsigned bit = 0; bit < ring->eta; bit++)
            down += take_bits(bytes, &at, 1);
        a->f[i] = (up + ring->q - down) % ring->q;
    }
}

/* --- K-PKE ------------------------------------------------------------------------------------ */

/* The real A is drawn as if it were transformed already; the toy's as it is. */
static void draw_matrix(struct book_key *key, const struct book_ring *ring)
{
    for (unsigned i = 0; i < ring->k; i++)
        for (unsigned j = 0; j < ring->k; j++) {
            struct book_poly *a = &key->A[i].of[j], drawn = {{0}};
            const unsigned count = draw_uniform(&drawn, key->rho, i, j, ring);
            if (i == 0 && j == 0)
                key->drawn = count;
            if (ring == &book_768)
                book_transform_back(a, &drawn, ring);
            else
                *a = drawn;
        }
}

void book_key(struct book_key *key, const uint8_t d[32], bool noise, const struct book_ring *ring)
{
    uint8_t input[33], both[64];
    memset(key, 0, sizeof(*key));
    memcpy(input, d, 32);
    input[32] = (uint8_t)ring->k;
    sym_sha3_512(both, input, sizeof(input));
    memcpy(key->rho, both, 32);
    memcpy(key->sigma, both + 32, 32);
    draw_matrix(key, ring);
    for (unsigned i = 0; i < ring->k; i++) {
        draw_noise(&key->s.of[i], key->sigma, i, ring);
        if (noise)
            draw_noise(&key->e.of[i], key->sigma, ring->k + i, ring);
    }
    for (unsigned i = 0; i < ring->k; i++) {
        inner_product(&key->t.of[i], &key->A[i], &key->s, ring);
        book_add(&key->t.of[i], &key->e.of[i], ring);
    }
}

static void send(struct book_poly *sent, const struct book_poly *a, unsigned bits,
                 const struct book_ring *ring)
{
    for (unsigned i = 0; i < ring->n; i++)
        sent->f[i] = bits == 0 ? a->f[i]
                               : book_decompress(book_compress(a->f[i], bits, ring), bits, ring);
}

void book_encrypt(struct book_ciphertext *ciphertext, const struct book_key *key,
                  const uint8_t m[32], const uint8_t r[32], const struct book_ring *ring)
{
    struct book_ciphertext *c = ciphertext;
    memset(c, 0, sizeof(*c));
    for (unsigned i = 0; i < ring->k; i++) {
        draw_noise(&c->y.of[i], r, i, ring);
        draw_noise(&c->e1.of[i], r, ring->k + i, ring);
    }
    draw_noise(&c->e2, r, 2 * ring->k, ring);
    for (unsigned i = 0; i < ring->k; i++) {
        for (unsigned j = 0; j < ring->k; j++)
            book_product(&c->u.of[i], &key->A[j].of[i], &c->y.of[j], ring);
        book_add(&c->u.of[i], &c->e1.of[i], ring);
        send(&c->u_sent.of[i], &c->u.of[i], ring->du, ring);
    }
    inner_product(&c->v, &key->t, &c->y, ring);
    book_add(&c->v, &c->e2, ring);
    book_decode(&c->m, m, 1, ring);
    for (unsigned i = 0; i < ring->n; i++)
        c->m.f[i] = book_decompress(c->m.f[i], 1, ring);
    book_add(&c->v, &c->m, ring);
    send(&c->v_sent, &c->v, ring->dv, ring);
}

void book_decrypt(struct book_poly *w, uint8_t m[32], const struct book_vector *s,
                  const struct book_vector *u, const struct book_poly *v,
                  const struct book_ring *ring)
{
    struct book_poly product, bits = {{0}};
    inner_product(&product, s, u, ring);
    *w = *v;
    book_subtract(w, &product, ring);
    for (unsigned i = 0; i < ring->n; i++)
        bits.f[i] = book_compress(w->f[i], 1, ring);
    memset(m, 0, 32);
    for (unsigned i = 0; i < ring->n; i++)
        m[i / 8] |= (uint8_t)(bits.f[i] << i % 8);
}

/* --- bytes ------------------------------------------------------------------------------------ */

static void write_vector(uint8_t out[MLKEM_VECTOR_BYTES], const struct book_vector *a)
{
    struct book_poly transformed;
    for (size_t i = 0; i < K_768; i++) {
        book_transform(&transformed, &a->of[i], &book_768);
        out += book_encode(out, &transformed, 12, &book_768);
    }
}

void book_write_keys(uint8_t ek[MLKEM_EK_BYTES], uint8_t dk[MLKEM_DK_BYTES],
                     const struct book_key *key, const uint8_t z[32])
{
    write_vector(ek, &key->t);
    memcpy(ek + MLKEM_VECTOR_BYTES, key->rho, 32);
    write_vector(dk, &key->s);
    memcpy(dk + MLKEM_VECTOR_BYTES, ek, MLKEM_EK_BYTES);
    sym_sha3_256(dk + MLKEM_VECTOR_BYTES + MLKEM_EK_BYTES, ek, MLKEM_EK_BYTES);
    memcpy(dk + MLKEM_DK_BYTES - 32, z, 32);
}

static size_t write_compressed(uint8_t *out, const struct book_poly *a, unsigned bits)
{
    struct book_poly compressed;
    for (unsigned i = 0; i < BOOK_MAX_N; i++)
        compressed.f[i] = book_compress(a->f[i], bits, &book_768);
    return book_encode(out, &compressed, bits, &book_768);
}

void book_write_ciphertext(uint8_t out[MLKEM_CIPHERTEXT_BYTES],
                           const struct book_ciphertext *ciphertext)
{
    for (size_t i = 0; i < K_768; i++)
        out += write_compressed(out, &ciphertext->u.of[i], book_768.du);
    write_compressed(out, &ciphertext->v, book_768.dv);
}

static void read_compressed(struct book_poly *a, const uint8_t *in, unsigned bits)
{
    book_decode(a, in, bits, &book_768);
    for (unsigned i = 0; i < BOOK_MAX_N; i++)
        a->f[i] = book_decompress(a->f[i], bits, &book_768);
}

void book_read_ciphertext(struct book_vector *u, struct book_poly *v,
                          const uint8_t in[MLKEM_CIPHERTEXT_BYTES])
{
    for (size_t i = 0; i < K_768; i++, in += BOOK_MAX_N / 8 * book_768.du)
        read_compressed(&u->of[i], in, book_768.du);
    read_compressed(v, in, book_768.dv);
}
