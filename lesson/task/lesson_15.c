/*
 * Tasks of lesson 15: the boxes of paddings, a forgery, and one step against an oracle.
 */
#include "arithmetic.h"
#include "kind.h"
#include "sym_sha256.h"

#include <stdio.h>
#include <string.h>

#define HASH SYM_SHA256_BYTES

/* --- PKCS #1 v1.5, to encrypt ---------------------------------------------------------------------- */

#define V15_BYTES 64
#define ZERO_AT   5 /* in the message */

/* 00 02 PS 00 M, and a 00 inside M. */
static void make_v15_block(uint8_t block[V15_BYTES], size_t message, struct task_random *random)
{
    for (size_t i = 0; i < V15_BYTES; i++)
        block[i] = (uint8_t)task_draw_between(random, 1, 255);
    block[0] = 0;
    block[1] = 2;
    block[V15_BYTES - message - 1] = 0;
    block[V15_BYTES - message + ZERO_AT] = 0;
}

static void v15_mistakes(struct task *task, const uint8_t *block, size_t message)
{
    uint8_t other[V15_BYTES];
    const uint8_t *M = block + (V15_BYTES - message);
    task_mistake_bytes(
        task, M + ZERO_AT + 1, message - ZERO_AT - 1,
        N_("You cut at the last 00. The first one ends the filling; M may hold 00."));
    task_mistake_bytes(task, block + 2, V15_BYTES - 2,
                       N_("The filling is still in front: M begins behind the first 00 after it."));
    task_mistake_bytes(task, block + V15_BYTES - 16, 16,
                       N_("You took the last 16 bytes. The 00 says where M begins."));
    for (size_t i = 0; i < message; i++)
        other[i] = M[message - 1 - i];
    task_mistake_bytes(task, other, message,
                       N_("You read the bytes from the right. The highest byte comes first."));
    task_mistake_bytes(task, block + 1, V15_BYTES - 1,
                       N_("This is the whole block. M is behind 02, the filling and a 00."));
}

static bool v15_message(struct task *task, struct task_random *random)
{
    struct task_rsa rsa;
    uint8_t block[V15_BYTES];
    mpz_t c;
    size_t message = 17 + task_draw_below(random, 8);
    mpz_init(c);
    task_rsa_open(&rsa, random, 4 * V15_BYTES, 65537);
    make_v15_block(block, message, random);
    mpz_import(c, V15_BYTES, 1, 1, 1, 0, block);
    mpz_powm(c, c, rsa.e, rsa.n);
    task_say(task, "c is encrypted under your key, with the padding of PKCS #1 v1.5: 00 02, a "
                   "filling, 00, and the message M. Open it, and take the block apart. Which bytes "
                   "are M?");
    task_value(task, "n", rsa.n);
    task_value(task, "d", rsa.d);
    task_value(task, "c", c);
    task_answer_bytes(task, 128, block + (V15_BYTES - message), message);
    v15_mistakes(task, block, message);
    mpz_clear(c);
    task_rsa_close(&rsa);
    return true;
}

/* --- MGF1, and how it is got wrong --------------------------------------------------------------------- */

#define EM_BYTES 128 /* n of 1024 bits */
#define DB_BYTES (EM_BYTES - HASH - 1)

enum counter { FROM_ZERO, FROM_ONE, NONE };

/* out ^= MGF1(seed) of RFC 8017 B.2.1: the hash of seed and of a counter of four bytes. */
static void mask(uint8_t *out, size_t bytes, const uint8_t *seed, size_t seed_bytes,
                 enum counter counter)
{
    uint8_t digest[HASH] = {0};
    for (size_t at = 0; at < bytes; at++) {
        struct sym_sha256 state;
        uint8_t block[4] = {0, 0, 0, (uint8_t)(at / HASH + (counter == FROM_ONE))};
        if (at % HASH == 0) {
            sym_sha256_init(&state);
            sym_sha256_update(&state, seed, seed_bytes);
            if (counter != NONE)
                sym_sha256_update(&state, block, sizeof(block));
            sym_sha256_final(digest, &state);
        }
        out[at] ^= digest[at % HASH];
    }
}

/* What a masked box is under MGF1 of a seed, as a mistake. */
static void mask_mistake(struct task *task, const uint8_t *box, const uint8_t *seed,
                         size_t seed_bytes, enum counter counter, const char *sentence)
{
    uint8_t out[HASH];
    memcpy(out, box, HASH);
    mask(out, HASH, seed, seed_bytes, counter);
    task_mistake_bytes(task, out, HASH, sentence);
}

/* --- OAEP --------------------------------------------------------------------------------------------- */

static void make_oaep(uint8_t EM[EM_BYTES], uint8_t seed[HASH], struct task_random *random)
{
    char words[64];
    uint8_t *DB = EM + 1 + HASH;
    memset(EM, 0, EM_BYTES);
    task_draw_bytes(random, seed, HASH);
    task_draw_words(words, sizeof(words), random, 4);
    sym_sha256(DB, "", 0);
    DB[DB_BYTES - strlen(words) - 1] = 1;
    memcpy(DB + DB_BYTES - strlen(words), words, strlen(words));
    mask(DB, DB_BYTES, seed, HASH, FROM_ZERO);
    memcpy(EM + 1, seed, HASH);
    mask(EM + 1, HASH, DB, DB_BYTES, FROM_ZERO);
}

static bool oaep_seed(struct task *task, struct task_random *random)
{
    static const uint8_t nothing[HASH];
    uint8_t EM[EM_BYTES], seed[HASH];
    const uint8_t *masked = EM + 1, *DB = masked + HASH;
    make_oaep(EM, seed, random);
    task_say(task, "EM is a block of OAEP with SHA-256, as it stands after the private power: 00, "
                   "the masked seed, the masked DB. Which 32 bytes are the seed?");
    task_value_bytes(task, "EM", EM, sizeof(EM));
    task_answer_bytes(task, 256, seed, HASH);
    task_mistake_bytes(task, masked, HASH,
                       N_("This is the masked seed. Take the mask off: MGF1 of the masked DB."));
    mask_mistake(task, nothing, DB, DB_BYTES, FROM_ZERO,
                 N_("This is the mask. XOR the masked seed with it."));
    mask_mistake(task, masked, DB, DB_BYTES, FROM_ONE,
                 N_("MGF1 counts from 0: the first counter is 00 00 00 00."));
    mask_mistake(task, masked, DB, DB_BYTES, NONE,
                 N_("You hashed without a counter. MGF1 puts four bytes behind its seed."));
    mask_mistake(task, EM, EM + HASH, DB_BYTES, FROM_ZERO,
                 N_("You forgot the 00 in front: all boxes lie one byte further."));
    mask_mistake(task, masked, masked, HASH, FROM_ZERO,
                 N_("You made the mask of the masked seed. It is made of the masked DB."));
    mask_mistake(task, masked, DB, HASH, FROM_ZERO,
                 N_("You took 32 bytes of the masked DB. The mask is made of all 95."));
    return true;
}

/* --- PSS ------------------------------------------------------------------------------------------------ */

static void make_pss(uint8_t EM[EM_BYTES], uint8_t salt[HASH], struct task_random *random)
{
    uint8_t *H = EM + DB_BYTES, hashed[8 + 2 * HASH] = {0};
    task_draw_bytes(random, salt, HASH);
    task_draw_bytes(random, hashed + 8, HASH); /* the hash of some letter */
    memcpy(hashed + 8 + HASH, salt, HASH);
    sym_sha256(H, hashed, sizeof(hashed));
    memset(EM, 0, DB_BYTES);
    EM[DB_BYTES - HASH - 1] = 1;
    memcpy(EM + DB_BYTES - HASH, salt, HASH);
    mask(EM, DB_BYTES, H, HASH, FROM_ZERO);
    EM[0] &= 0x7f;
    EM[EM_BYTES - 1] = 0xbc;
}

/* The salt that comes out with another counter. */
static void salt_mistake(struct task *task, const uint8_t *EM, enum counter counter,
                         const char *sentence)
{
    uint8_t DB[DB_BYTES];
    memcpy(DB, EM, DB_BYTES);
    mask(DB, DB_BYTES, EM + DB_BYTES, HASH, counter);
    task_mistake_bytes(task, DB + DB_BYTES - HASH, HASH, sentence);
}

static bool pss_salt(struct task *task, struct task_random *random)
{
    uint8_t EM[EM_BYTES], salt[HASH], DB[DB_BYTES] = {0};
    const uint8_t *H = EM + DB_BYTES;
    make_pss(EM, salt, random);
    task_say(task, "EM is the block of a signature by PSS with SHA-256: the masked DB of 95 bytes, "
                   "H of 32, and bc. The salt has 32 bytes and ends DB. Which bytes are the salt?");
    task_value_bytes(task, "EM", EM, sizeof(EM));
    task_answer_bytes(task, 256, salt, HASH);
    task_mistake_bytes(task, H - HASH, HASH,
                       N_("This is the masked end of DB. Take the mask off: MGF1 of H."));
    task_mistake_bytes(task, H, HASH,
                       N_("This is H, a hash in which the salt is. MGF1 of H is "
                          "the mask."));
    mask(DB, DB_BYTES, H, HASH, FROM_ZERO);
    task_mistake_bytes(task, DB + DB_BYTES - HASH, HASH,
                       N_("This is the end of the mask. XOR the masked DB with it."));
    mask_mistake(task, H - HASH, H, HASH, FROM_ZERO,
                 N_("You took the first 32 bytes of the mask. The salt lies under the last ones."));
    for (size_t i = 0; i < DB_BYTES; i++)
        DB[i] ^= EM[i];
    task_mistake_bytes(task, DB + DB_BYTES - HASH - 1, HASH,
                       N_("You are one byte early: the 01 stands in front of the salt."));
    salt_mistake(task, EM, FROM_ONE, N_("MGF1 counts from 0: the first counter is 00 00 00 00."));
    salt_mistake(task, EM, NONE,
                 N_("You hashed without a counter. MGF1 puts four bytes behind H."));
    return true;
}

/* --- a forgery with e = 3 ---------------------------------------------------------------------------------- */

/* The bank's key, of 1536 bits and e = 3: one for all, as the forgery asks for its size alone. */
static const char bank_n[] = "b6d29c73c9f49607ae9a3ea95c3409761d16e4a7f2ea30e57ef2d57581ee51ca"
                             "6523d9bf84c89a7595a6354755f3a70fe4199452e32b7061d138d3a4ecbea473"
                             "f8ba6e3e4e9dbcc24595c3737a44020f96f28ffc7cca0e66ce4427e004ac48e0"
                             "983b016bb81e61a605aea61a4f4d6cae4b38860b9b04bfaf82627e0a5eda4a66"
                             "b3f47b40a353dc1f8755132c1d6a1763b6fa67dce0093634ecf02cdec9525fd4"
                             "e05ef0c52e069915b58bfda86e49737f7932c1f4f7fc5dabac86db11a4570dd7";
#define BANK_BYTES 192
#define FEWEST_FF  8

static const uint8_t digest_info[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                      0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

/* The cube root of the block whose read part is given and whose rest is 0, rounded up or down.
 * head: bytes in front of the ff. */
static void forge(mpz_t s, const char *head, size_t head_bytes, bool with_info, const char *letter,
                  bool up)
{
    uint8_t block[BANK_BYTES] = {0}, *at = block;
    memcpy(at, head, head_bytes);
    at += head_bytes;
    memset(at, 0xff, FEWEST_FF);
    at += FEWEST_FF + 1;
    if (with_info)
        memcpy(at, digest_info, sizeof(digest_info));
    at += with_info ? sizeof(digest_info) : 0;
    sym_sha256(at, letter, strlen(letter));
    mpz_import(s, sizeof(block), 1, 1, 1, 0, block);
    if (!mpz_root(s, s, 3) && up)
        mpz_add_ui(s, s, 1);
}

static void forge_mistakes(struct task *task, const char *letter)
{
    mpz_t wrong;
    mpz_init(wrong);
    forge(wrong, "\0\1", 2, true, letter, false);
    task_mistake_number(
        task, wrong, N_("You rounded the root down. Then the cube begins just below the block."));
    forge(wrong, "\0\1", 2, true, task_text(task, "%s\n", letter), true);
    task_mistake_number(task, wrong,
                        N_("Your letter ends with a line end. The hash is of the letter alone."));
    forge(wrong, "\0\1", 2, false, letter, true);
    task_mistake_number(task, wrong,
                        N_("The DigestInfo is missing: 19 bytes between the 00 and the hash."));
    forge(wrong, "\1", 1, true, letter, true);
    task_mistake_number(task, wrong,
                        N_("Your block begins with 01. The 00 in front moves it by one byte."));
    forge(wrong, "\0\2", 2, true, letter, true);
    task_mistake_number(
        task, wrong,
        N_("Your block begins with 00 02, as an encrypted one does. A signed one has 00 01."));
    mpz_clear(wrong);
}

static bool forge_e3(struct task *task, struct task_random *random)
{
    char words[64];
    mpz_t n, s;
    mpz_init_set_str(n, bank_n, 16);
    mpz_init(s);
    task_draw_words(words, sizeof(words), random, 4);
    const char *letter = task_text(task, "pay %u euro to %s", task_draw_between(random, 10, 9999),
                                   words);
    task_say(task,
             "The bank verifies PKCS #1 v1.5 with SHA-256 and e = 3, and does not look at the "
             "end of the block. Forge its signature under this letter, which has no line end:");
    task_show(task, "%s", letter);
    task_value(task, "n", n);
    task_say(task, "The block begins with 00 01, eight bytes ff, 00, the DigestInfo, the hash. "
                   "Answer with s, the least number whose cube begins so. Or use this:");
    task_show(task, "attack rsa forge-e3 --n N --e 3 --text LETTER");
    forge(s, "\0\1", 2, true, letter, true);
    task_answer_number(task, 256, s);
    forge_mistakes(task, letter);
    mpz_clears(n, s, NULL);
    return true;
}

/* --- one step of Bleichenbacher's -------------------------------------------------------------------------- */

#define N_BYTES 16

struct step {
    mpz_t n, s, two_B, last, low, high; /* last = 3 B - 1 */
};

/* What is left: from (2 B + r n) / s to (3 B - 1 + r n) / s. */
static void bounds(mpz_t low, mpz_t high, const struct step *step, unsigned long r, bool inward)
{
    mpz_set(low, step->two_B);
    mpz_addmul_ui(low, step->n, r);
    mpz_set(high, step->last);
    mpz_addmul_ui(high, step->n, r);
    if (inward) {
        mpz_cdiv_q(low, low, step->s);
        mpz_fdiv_q(high, high, step->s);
    } else {
        mpz_fdiv_q(low, low, step->s);
        mpz_cdiv_q(high, high, step->s);
    }
}

/* An s for which r = 1 is the only one that leaves anything, and cuts at both ends. */
static bool draw_step(struct step *step, struct task_random *random)
{
    mpz_t factor;
    mpz_init(factor);
    mpz_setbit(factor, 8 * N_BYTES);
    do
        task_draw_number(step->n, random, factor);
    while (mpz_sizeinbase(step->n, 2) != 8 * N_BYTES || mpz_even_p(step->n));
    mpz_set_ui(step->two_B, 2);
    mpz_mul_2exp(step->two_B, step->two_B, 8 * (N_BYTES - 2));
    mpz_set_ui(step->last, 3);
    mpz_mul_2exp(step->last, step->last, 8 * (N_BYTES - 2));
    mpz_sub_ui(step->last, step->last, 1);
    mpz_fdiv_q(step->s, step->n, step->last);
    mpz_add_ui(step->s, step->s, 2 + task_draw_between(random, 0, 9000));
    bounds(step->low, step->high, step, 1, true);
    mpz_clear(factor);
    return mpz_cmp(step->low, step->two_B) > 0 && mpz_cmp(step->high, step->last) < 0;
}

static void bounds_mistake(struct task *task, const mpz_t low, const mpz_t high,
                           const char *sentence)
{
    task_mistake(task, task_text(task, "%s %s", task_decimal(task, low), task_decimal(task, high)),
                 sentence);
}

static void step_mistakes(struct task *task, const struct step *step)
{
    mpz_t low, high, width;
    mpz_inits(low, high, width, NULL);
    bounds_mistake(task, step->high, step->low,
                   N_("The lower bound comes first, then the upper one."));
    bounds(low, high, step, 1, false);
    bounds_mistake(task, low, high,
                   N_("You rounded outward. The lower bound is rounded up, the upper one down."));
    bounds(low, high, step, 2, true);
    bounds_mistake(task, low, high, N_("You took r = 2. That lies above 3 B; here r is 1."));
    bounds(low, high, step, 0, true);
    bounds_mistake(task, low, high,
                   N_("You left out r n. m s is larger than n and was cut: r is 1."));
    mpz_add(low, step->two_B, step->n);
    mpz_add(high, step->last, step->n);
    bounds_mistake(task, low, high, N_("These are the bounds of m s. Divide them by s."));
    bounds(low, high, step, 1, true);
    mpz_sub(width, high, low);
    bounds_mistake(task, low, width,
                   N_("This is the lower bound and the width. The upper bound "
                      "was asked for."));
    bounds_mistake(task, step->two_B, step->last,
                   N_("These are the bounds before the answer. Each answer cuts them."));
    mpz_clears(low, high, width, NULL);
}

static bool bleichenbacher(struct task *task, struct task_random *random)
{
    struct step step;
    mpz_inits(step.n, step.s, step.two_B, step.last, step.low, step.high, NULL);
    bool fits = draw_step(&step, random);
    task_say(task, "n has 128 bits, so B is 2 to the power of 112. The block m that you look for "
                   "lies between 2 B and 3 B - 1. You sent c s^e to the reader, and it did not say "
                   "padding. So m s - n, too, lies between 2 B and 3 B - 1. Between which two "
                   "numbers does m lie now? Answer with the least and the largest, with a blank "
                   "between them.");
    task_value(task, "n", step.n);
    task_value(task, "s", step.s);
    task_answer_text(
        task, 100,
        task_text(task, "%s %s", task_decimal(task, step.low), task_decimal(task, step.high)));
    step_mistakes(task, &step);
    mpz_clears(step.n, step.s, step.two_B, step.last, step.low, step.high, NULL);
    return fits;
}

const struct task_kind task_kinds_15[] = {
    {15, "v15-message", N_("A block of PKCS #1 v1.5"), v15_message, TASK_COSTLY},
    {15, "oaep-seed", N_("The seed of OAEP"), oaep_seed, TASK_QUICK},
    {15, "pss-salt", N_("The salt of PSS"), pss_salt, TASK_QUICK},
    {15, "forge-e3", N_("A forged signature"), forge_e3, TASK_QUICK},
    {15, "bleichenbacher", N_("One step of Bleichenbacher's"), bleichenbacher, TASK_QUICK},
    {0},
};
