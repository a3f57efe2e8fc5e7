/*
 * Tasks of lesson 17: exhibits of the museum with one's own numbers, and the protocol with the faults.
 */
#include "arithmetic.h"
#include "kind.h"
#include "sentences.h"
#include "sym_hmac.h"
#include "sym_sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- exhibit 3: a power as cipher ---------------------------------------------------------------------- */

struct power {
    mpz_t p, K, x, y, inverse;
};

static void power_mistakes(struct task *task, struct power *power)
{
    task_mistake_power(task, power->y, power->K, power->p,
                       N_("You raised y to K, as the exhibit does. That does not lead back."));
    mpz_neg(power->inverse, power->K);
    task_mistake_power(task, power->y, power->inverse, power->p,
                       N_("You raised y to -K. The exponent back is 1/K modulo p - 1."));
    mpz_invert(power->inverse, power->K, power->p);
    task_mistake_power(task, power->y, power->inverse, power->p,
                       N_("You inverted K modulo p. Exponents live modulo p - 1."));
    task_mistake_product(task, power->y, power->inverse, power->p,
                         N_("You divided y by K. K is an exponent: invert it modulo p - 1."));
    mpz_root(power->inverse, power->y, mpz_get_ui(power->K));
    task_mistake_number(
        task, power->inverse,
        N_("You took the K-th root of a whole number. The power was cut modulo p."));
}

static bool power_cipher(struct task *task, struct task_random *random)
{
    struct power power;
    mpz_t order;
    mpz_inits(power.p, power.K, power.x, power.y, power.inverse, order, NULL);
    task_draw_prime(power.p, random, 64);
    mpz_sub_ui(order, power.p, 1);
    do
        mpz_set_ui(power.K, 2 * task_draw_between(random, 6, 25) + 1);
    while (!mpz_invert(power.inverse, power.K, order));
    task_draw_number(power.x, random, power.p);
    mpz_powm(power.y, power.x, power.K, power.p);
    task_say(task,
             "Exhibit 3 encrypts by y = x^K modulo p, and decrypts by raising to K once more, "
             "which does not lead back. With this p and K there is a way back. Which number is x?");
    task_value(task, "p", power.p);
    task_value(task, "K", power.K);
    task_value(task, "y", power.y);
    task_answer_number(task, 63, power.x);
    power_mistakes(task, &power);
    mpz_clears(power.p, power.K, power.x, power.y, power.inverse, order, NULL);
    return true;
}

/* --- exhibit 2: the public value as the secret ------------------------------------------------------------ */

struct public
{
    mpz_t p, g, A, B, K, m, c;
};

static void public_mistake(struct task *task, const struct public *public, const mpz_t K,
                           const char *sentence)
{
    mpz_t wrong;
    mpz_init(wrong);
    mpz_xor(wrong, public->c, K);
    task_mistake_number(task, wrong, sentence);
    mpz_clear(wrong);
}

static void public_mistakes(struct task *task, const struct public *public)
{
    mpz_t K;
    mpz_init(K);
    task_mistake_number(task, public->K, N_("This is K. Take it off c by XOR."));
    mpz_mul(K, public->A, public->B);
    public_mistake(task, public, K, N_("You did not reduce A B modulo p."));
    mpz_add(K, public->A, public->B);
    mpz_mod(K, K, public->p);
    public_mistake(task, public, K, N_("You added A and B. The exhibit multiplies them."));
    public_mistake(task, public, public->B, N_("You took B alone. The exhibit multiplies A by B."));
    mpz_powm(K, public->A, public->B, public->p);
    public_mistake(task, public, K, N_("You raised A to B. The exhibit multiplies them."));
    mpz_sub(K, public->c, public->K);
    mpz_mod(K, K, public->p);
    task_mistake_number(task, K, N_("You subtracted K. It was XORed with m."));
    mpz_clear(K);
}

static bool public_as_secret(struct task *task, struct task_random *random)
{
    struct public public;
    mpz_inits(public.p, public.g, public.A, public.B, public.K, public.m, public.c, NULL);
    task_draw_prime(public.p, random, 96);
    mpz_set_ui(public.g, 3);
    task_draw_number(public.m, random, public.p);
    mpz_powm(public.A, public.g, public.m, public.p);
    task_draw_number(public.m, random, public.p);
    mpz_powm(public.B, public.g, public.m, public.p);
    task_draw_number(public.m, random, public.p);
    mpz_mul(public.K, public.A, public.B);
    mpz_mod(public.K, public.K, public.p);
    mpz_xor(public.c, public.m, public.K);
    task_say(task, "Two programs agree as exhibit 2 does: each multiplies its own public value by "
                   "the other's, modulo p, and takes that for K. Then the number m went over the "
                   "line as c, which is m XOR K. You heard p, g, A, B and c. Find m.");
    task_value(task, "p", public.p);
    task_value(task, "g", public.g);
    task_value(task, "A", public.A);
    task_value(task, "B", public.B);
    task_value(task, "c", public.c);
    task_answer_number(task, 94, public.m);
    public_mistakes(task, &public);
    mpz_clears(public.p, public.g, public.A, public.B, public.K, public.m, public.c, NULL);
    return true;
}

/* --- exhibit 9: zeros that are stripped -------------------------------------------------------------------- */

#define K_BYTES 16

/* SHA-256 of some bytes as a mistake. */
static void hash_mistake(struct task *task, const void *data, size_t bytes, const char *sentence)
{
    uint8_t digest[SYM_SHA256_BYTES];
    sym_sha256(digest, data, bytes);
    task_mistake_bytes(task, digest, sizeof(digest), sentence);
}

static void stripped_mistakes(struct task *task, const mpz_t K)
{
    uint8_t bytes[K_BYTES], turned[K_BYTES];
    task_number_bytes(bytes, sizeof(bytes), K);
    for (size_t i = 0; i < K_BYTES; i++)
        turned[i] = bytes[K_BYTES - 1 - i];
    hash_mistake(task, bytes + 1, K_BYTES - 1,
                 N_("This is Boris's key: you left out the zero byte in front."));
    hash_mistake(task, turned, sizeof(turned),
                 N_("You wrote K with its lowest byte first. The highest comes first."));
    const char *text = task_decimal(task, K);
    hash_mistake(task, text, strlen(text),
                 N_("You hashed the decimal digits. Hash the 16 bytes of K."));
    text = task_hex(task, bytes, sizeof(bytes));
    hash_mistake(task, text, strlen(text),
                 N_("You hashed the hexadecimal digits. Hash the 16 bytes of K."));
    task_mistake_bytes(task, bytes, sizeof(bytes), N_("This is K. The key is SHA-256 of it."));
}

static bool stripped_zeros(struct task *task, struct task_random *random)
{
    mpz_t p, g, a, B, K;
    uint8_t bytes[K_BYTES], digest[SYM_SHA256_BYTES];
    mpz_inits(p, g, a, B, K, NULL);
    task_draw_prime(p, random, 8 * K_BYTES);
    mpz_set_ui(g, 3);
    task_draw_number(a, random, p);
    task_draw_number(B, random, p);
    do { /* as long as it takes to a zero byte in front, and only one */
        mpz_add_ui(a, a, 1);
        mpz_powm(K, B, a, p);
    } while (mpz_sizeinbase(K, 2) > 8 * (K_BYTES - 1) || mpz_sizeinbase(K, 2) <= 8 * (K_BYTES - 2));
    task_number_bytes(bytes, sizeof(bytes), K);
    sym_sha256(digest, bytes, sizeof(bytes));
    task_say(task,
             "Anna and Boris agree by Diffie-Hellman on K = B^a modulo p, and make a key of "
             "it: SHA-256 of the bytes of K, the highest first. Anna's program writes K as 16 "
             "bytes. Boris's strips zeros, as exhibit 9 does, and today they do not "
             "understand each other. Which key has Anna?");
    task_value(task, "p", p);
    task_value(task, "a", a);
    task_value(task, "B", B);
    task_answer_bytes(task, 120, digest, sizeof(digest));
    stripped_mistakes(task, K);
    mpz_clears(p, g, a, B, K, NULL);
    return true;
}

/* --- exhibit 10: a length of four digits ---------------------------------------------------------------------- */

#define STREAM_SENTENCES 170
#define STREAM_BYTES     (STREAM_SENTENCES * SENTENCE_BYTES)

static void digits_mistakes(struct task *task, const char *stream, size_t read, size_t whole)
{
    hash_mistake(task, stream + 5, whole,
                 N_("This is the hash of what was sent. The reader takes four digits alone."));
    hash_mistake(
        task, stream + 5, read,
        N_("You passed over five digits. The reader takes four, the fifth is text to it."));
    hash_mistake(task, stream, read,
                 N_("You began with the length. The message begins behind its four digits."));
    hash_mistake(task, stream, 4 + read,
                 N_("The length is still in front. Hash the bytes behind the four digits."));
    hash_mistake(task, stream + 4, read + 1,
                 N_("One byte too many: the four digits say how many follow them."));
    hash_mistake(task, stream + 4, whole + 1,
                 N_("You took all that came. The reader takes as many as the four digits say."));
}

static bool four_digits(struct task *task, struct task_random *random)
{
    uint8_t digest[SYM_SHA256_BYTES];
    char *text = malloc(STREAM_BYTES);
    if (!text)
        return !problem_memory(&task->problem);
    task_draw_sentences(text, STREAM_BYTES, random, SENTENCE_ENGLISH, STREAM_SENTENCES);
    size_t whole = strlen(text);
    bool fits = whole >= 10000;
    if (fits) {
        const char *stream = task_text(task, "%04zu%s", whole, text);
        size_t read = whole / 10;
        task_attach(task, "stream.txt", stream, strlen(stream));
        task_say(task, "As exhibit 10 does, somebody sends each message with its length in front, "
                       "by \"%%04d\". The file stream.txt has what was sent of a long one, without "
                       "a line end. The reader takes four digits, and then as many bytes. Of the "
                       "bytes that it takes for the message, what is the SHA-256?");
        sym_sha256(digest, stream + 4, read);
        task_answer_bytes(task, 256, digest, sizeof(digest));
        digits_mistakes(task, stream, read, whole);
    }
    free(text);
    return fits;
}

/* --- the protocol with the five faults -------------------------------------------------------------------------- */

#define TAG_BYTES  16
#define WIRE_BYTES 160

struct mini {
    uint8_t key; /* the weak suite's: one byte */
    uint8_t wire[WIRE_BYTES];
    size_t bytes;
};

enum mini_way { MINI_RIGHT, MINI_NO_PADDING, MINI_TAG_OF_TEXT, MINI_TAG_OF_ALL };

/* End.seal of docs/museum/mini_protocol.py: number, ciphertext, tag. */
static void mini_seal(struct mini *mini, const char *text, uint8_t number, enum mini_way way)
{
    size_t bytes = strlen(text), padding = way == MINI_NO_PADDING ? 0 : 16 - bytes % 16;
    uint8_t padded[WIRE_BYTES], stream[SYM_SHA256_BYTES] = {0}, tag[SYM_SHA256_BYTES];
    memcpy(padded, text, bytes);
    memset(padded + bytes, (int)padding, padding);
    bytes += padding;
    mini->wire[0] = number;
    for (size_t i = 0; i < bytes; i++) {
        const uint8_t seed[] = {mini->key, number, (uint8_t)(i / sizeof(stream))};
        if (i % sizeof(stream) == 0)
            sym_sha256(stream, seed, sizeof(seed));
        mini->wire[1 + i] = padded[i] ^ stream[i % sizeof(stream)];
    }
    const uint8_t *tagged = way == MINI_TAG_OF_TEXT ? padded : mini->wire + 1;
    if (way == MINI_TAG_OF_ALL)
        sym_hmac(tag, &mini->key, 1, mini->wire, 1 + bytes);
    else
        sym_hmac(tag, &mini->key, 1, tagged, bytes);
    memcpy(mini->wire + 1 + bytes, tag, TAG_BYTES);
    mini->bytes = 1 + bytes + TAG_BYTES;
}

static void mini_mistake(struct task *task, struct mini *mini, const char *text, uint8_t number,
                         enum mini_way way, const char *sentence)
{
    mini_seal(mini, text, number, way);
    task_mistake_bytes(task, mini->wire, mini->bytes, sentence);
}

static void mini_mistakes(struct task *task, struct mini *mini, const char *text, uint8_t number)
{
    mini_mistake(task, mini, text, 0, MINI_RIGHT,
                 N_("Your message has the number 0. It shall have the one that comes next."));
    mini_mistake(task, mini, text, number, MINI_NO_PADDING,
                 N_("The padding is missing: the text is filled up to whole blocks of 16."));
    mini_mistake(
        task, mini, text, number, MINI_TAG_OF_TEXT,
        N_("Your tag is made of the text. In this protocol it is made of the ciphertext."));
    mini_mistake(task, mini, text, number, MINI_TAG_OF_ALL,
                 N_("Your tag covers the number, too. It should; but this protocol's does not."));
    mini_mistake(task, mini, text, (uint8_t)(number - 1), MINI_RIGHT,
                 N_("You took the number of the message that you heard. Take the next one."));
}

static bool mini_weak(struct task *task, struct task_random *random)
{
    char words[48], text[WIRE_BYTES];
    struct mini mini;
    uint8_t number = (uint8_t)task_draw_between(random, 3, 200);
    task_draw_bytes(random, &mini.key, 1);
    task_draw_words(words, sizeof(words), random, 4);
    task_say(task, "Two ends of docs/museum/mini_protocol.py were talked into the weak suite: "
                   "self.key is one byte. This message of the client crossed the line, as End.seal "
                   "makes it:");
    mini_seal(&mini, words, (uint8_t)(number - 1), MINI_RIGHT);
    task_value_bytes(task, "sealed", mini.wire, mini.bytes);
    task_draw_words(words, sizeof(words), random, 3);
    snprintf(text, sizeof(text), "pay %u to %s", task_draw_between(random, 10, 9999), words);
    task_say(task, "Find the key. Then seal the client's next message, with the number that comes "
                   "next, so that it says what stands below. Answer with its bytes.");
    task_show(task, "%s", text);
    mini_seal(&mini, text, number, MINI_RIGHT);
    /* A key of 8 bits is no secret; but the bytes under it nobody guesses who does not look for it. */
    task_answer_bytes(task, 128, mini.wire, mini.bytes);
    mini_mistakes(task, &mini, text, number);
    return true;
}

const struct task_kind task_kinds_17[] = {
    {17, "power-cipher", N_("A power as a cipher"), power_cipher, TASK_QUICK},
    {17, "public-as-secret", N_("A secret made of what was heard"), public_as_secret, TASK_QUICK},
    {17, "stripped-zeros", N_("Zeros that were stripped"), stripped_zeros, TASK_COSTLY},
    {17, "four-digits", N_("A length of four digits"), four_digits, TASK_COSTLY},
    {17, "mini-weak", N_("A message under a weak key"), mini_weak, TASK_QUICK},
    {0},
};
