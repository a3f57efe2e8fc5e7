/*
 * ML-KEM in small numbers; see lattice.h. The letters are those of FIPS 203 5.
 */
#include "lattice.h"

#include "linear_solve.h"

#include <string.h>

#define Q    193
#define N    32
#define HALF ((Q + 1) / 2) /* what a bit 1 of the message is */

/* What x^N is worth: -1 in the ring, and 1 for those who forget that. */
enum wrap { RING = -1, CIRCLE = 1, CUT = 0 };

static int modulo(int number)
{
    return (number % Q + Q) % Q;
}

static void draw(int out[N], struct task_random *random, int least, int most)
{
    for (size_t i = 0; i < N; i++)
        out[i] = least + (int)task_draw_below(random, (unsigned)(most - least) + 1);
}

/* out = a b; |a b| stays far below 2^31 for coefficients up to Q. */
static void multiply(int out[N], const int a[N], const int b[N], enum wrap wrap)
{
    int sum[N] = {0};
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            sum[(i + j) % N] += (i + j < N ? 1 : (int)wrap) * a[i] * b[j];
    for (size_t i = 0; i < N; i++)
        out[i] = modulo(sum[i]);
}

/* out = a + sign b */
static void add(int out[N], const int a[N], const int b[N], int sign)
{
    for (size_t i = 0; i < N; i++)
        out[i] = modulo(a[i] + sign * b[i]);
}

static const char took_as_1[] =
    N_("You took x^32 as 1. It is -1: what goes round comes back with the other sign.");
static const char dropped[] =
    N_("You dropped x^32 and all above. It comes back at x^0, with the other sign.");
static const char apart[] =
    N_("You took coefficient by coefficient. In a product each one meets each other one.");

/* --- a key -------------------------------------------------------------------------------------- */

static void key_mistakes(struct task *task, const int A[N], const int s[N], const int e[N])
{
    int product[N], wrong[N];
    multiply(wrong, A, s, CIRCLE);
    add(wrong, wrong, e, 1);
    task_mistake_numbers(task, wrong, N, took_as_1);
    multiply(wrong, A, s, CUT);
    add(wrong, wrong, e, 1);
    task_mistake_numbers(task, wrong, N, dropped);
    for (size_t i = 0; i < N; i++)
        wrong[i] = modulo(A[i] * s[i] + e[i]);
    task_mistake_numbers(task, wrong, N, apart);
    multiply(product, A, s, RING);
    task_mistake_numbers(task, product, N,
                         N_("The noise is missing. Without it anybody finds s from A and t."));
    add(wrong, product, e, -1);
    task_mistake_numbers(task, wrong, N, N_("You took the noise away. It is added."));
    multiply(wrong, A, e, RING);
    add(wrong, wrong, s, 1);
    task_mistake_numbers(task, wrong, N, N_("You changed s and e: A is multiplied by the secret."));
}

bool lattice_key(struct task *task, struct task_random *random)
{
    int A[N], s[N], e[N], t[N];
    draw(A, random, 0, Q - 1);
    draw(s, random, -1, 1);
    draw(e, random, -1, 1);
    multiply(t, A, s, RING);
    add(t, t, e, 1);
    task_say(task, "You make a key as ML-KEM does, with small numbers: q is 193, and a polynomial "
                   "has 32 coefficients, that of x^0 first. x^32 is -1. All know A. You have drawn "
                   "the secret s and the noise e. Find the public key t = A s + e. Answer with its "
                   "32 coefficients modulo 193, from 0 to 192.");
    task_value_numbers(task, "A", A, N);
    task_value_numbers(task, "s", s, N);
    task_value_numbers(task, "e", e, N);
    task_answer_numbers(task, 240, t, N);
    key_mistakes(task, A, s, e);
    return true;
}

/* --- a ciphertext ------------------------------------------------------------------------------- */

#define BLOCK_BYTES (N / 8)
#define BLOCKS      2

struct ciphertext {
    int u[N], v[N];
};

/* u = A y + e1, v = t y + e2 + m HALF */
static void seal(struct ciphertext *out, const int A[N], const int t[N],
                 const uint8_t m[BLOCK_BYTES], struct task_random *random)
{
    int y[N], noise[N];
    draw(y, random, -1, 1);
    draw(noise, random, -1, 1);
    multiply(out->u, A, y, RING);
    add(out->u, out->u, noise, 1);
    draw(noise, random, -1, 1);
    for (size_t i = 0; i < N; i++)
        noise[i] += HALF * (m[i / 8] >> i % 8 & 1);
    multiply(out->v, t, y, RING);
    add(out->v, out->v, noise, 1);
}

/* The right way is {-1, RING}: w = v - s u. */
struct way {
    int sign;
    enum wrap wrap;
    bool u_is_v, upper_half, turned, most_first, last_first;
};

static bool bit_of(int w, struct way way)
{
    bool one = way.upper_half ? w >= HALF : (4 * w + Q) / (2 * Q) % 2 == 1;
    return one != way.turned;
}

static void open_all(uint8_t m[BLOCKS * BLOCK_BYTES], const struct ciphertext from[BLOCKS],
                     const int s[N], struct way way)
{
    int w[N];
    memset(m, 0, BLOCKS * BLOCK_BYTES);
    for (size_t block = 0; block < BLOCKS; block++) {
        const struct ciphertext *c = &from[way.last_first ? BLOCKS - 1 - block : block];
        multiply(w, s, way.u_is_v ? c->v : c->u, way.wrap);
        add(w, way.u_is_v ? c->u : c->v, w, way.sign);
        for (size_t i = 0; i < N; i++)
            m[block * BLOCK_BYTES + i / 8] |= (uint8_t)(bit_of(w[i], way)
                                                        << (way.most_first ? 7 - i % 8 : i % 8));
    }
}

static void open_mistakes(struct task *task, const struct ciphertext from[BLOCKS], const int s[N])
{
    static const struct {
        struct way way;
        const char *sentence;
    } wrong_ways[] = {
        {{.sign = 1, .wrap = RING}, N_("You added s u. It is taken away from v.")},
        {{.sign = -1, .wrap = CIRCLE}, took_as_1},
        {{.sign = -1, .wrap = RING, .u_is_v = true}, N_("You changed u and v: w = v - s u.")},
        {{.sign = -1, .wrap = RING, .upper_half = true},
         N_("You took all from 97 on as 1. A bit is 1 if w is nearer to 97 than to 0, which is 193 "
            "again.")},
        {{.sign = -1, .wrap = RING, .turned = true},
         N_("You changed 0 and 1: near 97 is 1, near 0 or 193 is 0.")},
        {{.sign = -1, .wrap = RING, .most_first = true},
         N_("You began a byte with its highest bit. The first coefficient is the lowest bit.")},
        {{.sign = -1, .wrap = RING, .last_first = true},
         N_("You changed the two ciphertexts: first the bytes of u1, v1.")},
    };
    uint8_t m[BLOCKS * BLOCK_BYTES];
    for (size_t i = 0; i < sizeof(wrong_ways) / sizeof(*wrong_ways); i++) {
        open_all(m, from, s, wrong_ways[i].way);
        task_mistake_bytes(task, m, sizeof(m), wrong_ways[i].sentence);
    }
}

bool lattice_open(struct task *task, struct task_random *random)
{
    int A[N], s[N], t[N], e[N];
    struct ciphertext sealed[BLOCKS];
    uint8_t m[BLOCKS * BLOCK_BYTES], opened[BLOCKS * BLOCK_BYTES];
    draw(A, random, 0, Q - 1);
    draw(s, random, -1, 1);
    draw(e, random, -1, 1);
    multiply(t, A, s, RING);
    add(t, t, e, 1);
    task_draw_bytes(random, m, sizeof(m));
    for (size_t i = 0; i < BLOCKS; i++)
        seal(&sealed[i], A, t, m + i * BLOCK_BYTES, random);
    task_say(task, "Boris has sealed eight bytes under your key as ML-KEM does, with small "
                   "numbers: q is 193, a polynomial has 32 coefficients, that of x^0 first, and "
                   "x^32 is -1. u1, v1 hold the first four bytes, u2, v2 the others. Your secret "
                   "is s.");
    task_say(task, "Each coefficient of w = v - s u is a bit below noise: 0 lies near 0, and 1 "
                   "near 97. The first coefficient is the lowest bit of the first byte. Answer "
                   "with the eight bytes.");
    task_value_numbers(task, "s", s, N);
    task_value_numbers(task, "u1", sealed[0].u, N);
    task_value_numbers(task, "v1", sealed[0].v, N);
    task_value_numbers(task, "u2", sealed[1].u, N);
    task_value_numbers(task, "v2", sealed[1].v, N);
    task_answer_bytes(task, 64, m, sizeof(m));
    open_mistakes(task, sealed, s);
    open_all(opened, sealed, s, (struct way){.sign = -1, .wrap = RING});
    return memcmp(opened, m, sizeof(m)) == 0; /* the noise was small enough */
}

/* --- without noise ------------------------------------------------------------------------------ */

/* A row for each coefficient of t: what each of s is multiplied by, and t. */
struct equations {
    uint16_t row[N][N + 1];
};

static void equations_of(struct equations *equations, const int A[N], const int t[N],
                         enum wrap wrap)
{
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < N; j++)
            equations->row[i][j] = (uint16_t)modulo((i < j ? (int)wrap : 1) * A[(N + i - j) % N]);
        equations->row[i][N] = (uint16_t)t[i];
    }
}

static void transpose(struct equations *equations)
{
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < i; j++) {
            uint16_t other = equations->row[i][j];
            equations->row[i][j] = equations->row[j][i];
            equations->row[j][i] = other;
        }
}

/* False: they do not say what s is. */
static bool solve(int s[N], struct equations *equations)
{
    struct linear_system system = {.rows = equations->row[0], .unknowns = N, .q = Q};
    bool solved = linear_solve(&system);
    for (size_t i = 0; i < N; i++)
        s[i] = equations->row[i][N];
    return solved;
}

static bool no_noise_mistakes(struct task *task, const int A[N], const int t[N], const int s[N])
{
    struct equations equations;
    int wrong[N];
    for (size_t i = 0; i < N; i++)
        wrong[i] = modulo(s[i]);
    task_mistake_numbers(
        task, wrong, N, N_("Right modulo 193. But s was drawn from -1, 0 and 1: write 192 as -1."));
    for (size_t i = 0; i < N; i++)
        wrong[i] = -s[i];
    task_mistake_numbers(task, wrong, N, N_("This is -s: A times it gives -t."));
    for (size_t i = 0; i < N; i++)
        wrong[i] = s[N - 1 - i];
    task_mistake_numbers(task, wrong, N,
                         N_("You began with the highest power. The first number belongs to x^0."));
    for (size_t i = 0; i < N; i++)
        wrong[i] = modulo(t[i] * (int)linear_inverse((unsigned)A[i], Q));
    task_mistake_numbers(task, wrong, N, apart);
    equations_of(&equations, A, t, CIRCLE);
    if (!solve(wrong, &equations))
        return false;
    task_mistake_numbers(task, wrong, N, took_as_1);
    equations_of(&equations, A, t, RING);
    transpose(&equations);
    if (!solve(wrong, &equations))
        return false;
    task_mistake_numbers(task, wrong, N,
                         N_("You changed rows and columns: equation i is coefficient i of A s."));
    return true;
}

bool lattice_no_noise(struct task *task, struct task_random *random)
{
    struct equations equations;
    int A[N], s[N], t[N], found[N];
    draw(A, random, 1, Q - 1);
    draw(s, random, -1, 1);
    multiply(t, A, s, RING);
    task_say(task, "Somebody made a key as ML-KEM does, with small numbers, and left the noise "
                   "out: t = A s. q is 193, a polynomial has 32 coefficients, that of x^0 first, "
                   "and x^32 is -1. You know A and t. Find the secret s. Answer with its 32 "
                   "coefficients, each of them -1, 0 or 1.");
    task_value_numbers(task, "A", A, N);
    task_value_numbers(task, "t", t, N);
    task_answer_numbers(task, 50, s, N);
    equations_of(&equations, A, t, RING);
    return solve(found, &equations) && no_noise_mistakes(task, A, t, s);
}

/* --- the transform ------------------------------------------------------------------------------ */

#define VALUES 8

static int power(int base, unsigned exponent)
{
    int out = 1;
    for (unsigned i = 0; i < exponent; i++)
        out = out * base % Q;
    return out;
}

static int value_at(const int f[VALUES], int x)
{
    int value = 0;
    for (size_t i = VALUES; i > 0; i--) /* Horner */
        value = (value * x + f[i - 1]) % Q;
    return value;
}

/* f at z^(first + step i), for all i */
static void values_at(int out[VALUES], const int f[VALUES], int z, unsigned first, unsigned step)
{
    for (unsigned i = 0; i < VALUES; i++)
        out[i] = value_at(f, power(z, first + step * i));
}

static void transform_mistakes(struct task *task, const int f[VALUES], int z, const int right[])
{
    static const unsigned bit_reversed[VALUES] = {0, 4, 2, 6, 1, 5, 3, 7};
    int wrong[VALUES], turned[VALUES];
    for (size_t i = 0; i < VALUES; i++)
        wrong[i] = right[bit_reversed[i]];
    task_mistake_numbers(task, wrong, VALUES,
                         N_("These are the values, in the order of FIPS 203. Here z, z^3, z^5 "
                            "follow each other."));
    values_at(wrong, f, z, 0, 2);
    task_mistake_numbers(task, wrong, VALUES,
                         N_("You took the even powers of z: there x^8 is 1. It has to be -1."));
    values_at(wrong, f, z, 1, 1);
    task_mistake_numbers(task, wrong, VALUES,
                         N_("You took every power of z. x^8 is -1 at the odd ones alone."));
    for (unsigned i = 0; i < VALUES; i++)
        wrong[i] = value_at(f, z * (int)(2 * i + 1) % Q);
    task_mistake_numbers(task, wrong, VALUES,
                         N_("You multiplied z by 3, 5 and so on. Raise it to these powers."));
    for (size_t i = 0; i < VALUES; i++)
        turned[i] = f[VALUES - 1 - i];
    values_at(wrong, turned, z, 1, 2);
    task_mistake_numbers(task, wrong, VALUES,
                         N_("You began with the highest power. The first number belongs to x^0."));
}

bool lattice_transform(struct task *task, struct task_random *random)
{
    int f[VALUES], values[VALUES], z;
    mpz_t number;
    for (size_t i = 0; i < VALUES; i++)
        f[i] = (int)task_draw_below(random, Q);
    do
        z = power(2 + (int)task_draw_below(random, Q - 3), (Q - 1) / (2 * VALUES));
    while (power(z, VALUES) != Q - 1);
    values_at(values, f, z, 1, 2);
    task_say(task, "The polynomial f has eight coefficients modulo 193, that of x^0 first. The "
                   "powers of z come to -1 at z^8. A product modulo x^8 + 1 is quick if both "
                   "polynomials are given by their values at z, z^3, z^5 and so on up to z^15. "
                   "Find these eight values of f, modulo 193 and in this order.");
    mpz_init_set_si(number, z);
    task_value_numbers(task, "f", f, VALUES);
    task_value(task, "z", number);
    mpz_clear(number);
    task_answer_numbers(task, 60, values, VALUES);
    transform_mistakes(task, f, z, values);
    return true;
}
