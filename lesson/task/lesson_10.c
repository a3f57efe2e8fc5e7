/*
 * Tasks of lesson 10: what the person in the middle computes.
 */
#include "arithmetic.h"
#include "kind.h"

#include <stdio.h>
#include <string.h>

/* A and B as they came, the middle's own exponent m, and her key with either end. */
struct middle {
    mpz_t p, g, m, A, B, M, K_A, K_B;
};

static void middle_open(struct middle *middle, struct task_random *random, unsigned bits)
{
    mpz_t exponent;
    mpz_inits(middle->p, middle->g, middle->m, middle->A, middle->B, middle->M, middle->K_A,
              middle->K_B, exponent, NULL);
    task_draw_prime(middle->p, random, bits);
    task_draw_number(middle->g, random, middle->p);
    task_draw_number(middle->m, random, middle->p);
    mpz_powm(middle->M, middle->g, middle->m, middle->p);
    task_draw_number(exponent, random, middle->p);
    mpz_powm(middle->A, middle->g, exponent, middle->p);
    task_draw_number(exponent, random, middle->p);
    mpz_powm(middle->B, middle->g, exponent, middle->p);
    mpz_powm(middle->K_A, middle->A, middle->m, middle->p);
    mpz_powm(middle->K_B, middle->B, middle->m, middle->p);
    mpz_clear(exponent);
}

static void middle_close(struct middle *middle)
{
    mpz_clears(middle->p, middle->g, middle->m, middle->A, middle->B, middle->M, middle->K_A,
               middle->K_B, NULL);
}

static void middle_values(struct task *task, const struct middle *middle)
{
    task_value(task, "p", middle->p);
    task_value(task, "g", middle->g);
    task_value(task, "m", middle->m);
    task_value(task, "A", middle->A);
    task_value(task, "B", middle->B);
}

/* --- two keys ------------------------------------------------------------------------------------ */

static bool two_keys(struct task *task, struct task_random *random)
{
    struct middle middle;
    mpz_t wrong;
    mpz_init(wrong);
    middle_open(&middle, random, 64);
    task_say(task, "You sit between Anna and Boris. From Anna came A, from Boris B. To both you "
                   "sent M = g^m modulo p in its place. Which key does Anna have now, who believes "
                   "that only Boris has it?");
    middle_values(task, &middle);
    task_answer_number(task, 63, middle.K_A);
    task_mistake_number(task, middle.K_B, N_("This is the key that you have with Boris."));
    task_mistake_number(task, middle.M,
                        N_("This is M, which you sent. Anna raises it to the power of her a."));
    task_mistake_power(task, middle.m, middle.A, middle.p,
                       N_("You changed base and exponent: A is the base, and m the exponent."));
    task_mistake_product(task, middle.A, middle.M, middle.p,
                         N_("You multiplied A by M. The key is A to the power m."));
    task_mistake_product(task, middle.A, middle.m, middle.p,
                         N_("This is A times m. The key is A to the power m."));
    task_mistake_product(task, middle.K_A, middle.K_B, middle.p,
                         N_("You made one key of A and B. You have two keys, one with each end."));
    mpz_xor(wrong, middle.A, middle.m);
    task_mistake_number(task, wrong,
                        N_("In Python ^ is XOR, and no power. A power is pow(A, m, p)."));
    middle_close(&middle);
    mpz_clear(wrong);
    return true;
}

/* --- another sentence ------------------------------------------------------------------------------ */

#define KEY_BYTES  16
#define TEXT_BYTES 96

static void xor_key(uint8_t *out, const uint8_t *text, size_t bytes, const uint8_t key[KEY_BYTES])
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = text[i] ^ key[i % KEY_BYTES];
}

static void xor_mistake(struct task *task, const char *text, const uint8_t key[KEY_BYTES],
                        const char *sentence)
{
    uint8_t out[TEXT_BYTES];
    xor_key(out, (const uint8_t *)text, strlen(text), key);
    task_mistake_bytes(task, out, strlen(text), sentence);
}

static void sentence_mistakes(struct task *task, const struct middle *middle, const char *said,
                              const char *heard)
{
    uint8_t anna[KEY_BYTES], boris[KEY_BYTES], other[KEY_BYTES] = {0};
    task_number_bytes(anna, sizeof(anna), middle->K_A);
    task_number_bytes(boris, sizeof(boris), middle->K_B);
    xor_mistake(task, heard, anna,
                N_("This is under Anna's key. Boris has another one: B to the power m."));
    xor_mistake(task, said, boris, N_("This is Anna's sentence. Boris shall read monday in it."));
    for (size_t i = 0; i < KEY_BYTES; i++)
        other[i] = anna[i] ^ boris[i];
    xor_mistake(task, said, other,
                N_("You did not open it: Anna's key is still on it, below that of Boris."));
    for (size_t i = 0; i < KEY_BYTES; i++)
        other[i] = boris[KEY_BYTES - 1 - i];
    xor_mistake(task, heard, other,
                N_("The key's bytes are the wrong way round: the highest byte comes first."));
    task_mistake_bytes(task, heard, strlen(heard),
                       N_("This is not encrypted. XOR it with the bytes of Boris's key."));
}

static bool other_sentence(struct task *task, struct task_random *random)
{
    char words[48], said[TEXT_BYTES], heard[TEXT_BYTES];
    uint8_t key[KEY_BYTES], sealed[TEXT_BYTES];
    struct middle middle;
    middle_open(&middle, random, 8 * KEY_BYTES);
    task_draw_words(words, sizeof(words), random, 3);
    snprintf(said, sizeof(said), "come on friday and bring %s", words);
    snprintf(heard, sizeof(heard), "come on monday and bring %s", words);
    task_number_bytes(key, sizeof(key), middle.K_A);
    xor_key(sealed, (const uint8_t *)said, strlen(said), key);
    task_say(task, "You sit between Anna and Boris, and sent M = g^m modulo p to both. So you have "
                   "a key with each of them. A key of 16 bytes, the highest first, is XORed with a "
                   "sentence again and again. From Anna comes C. Boris shall get her sentence, but "
                   "with monday in place of friday. Which bytes do you send to him?");
    middle_values(task, &middle);
    task_value_bytes(task, "C", sealed, strlen(said));
    task_number_bytes(key, sizeof(key), middle.K_B);
    xor_key(sealed, (const uint8_t *)heard, strlen(heard), key);
    task_answer_bytes(task, 128, sealed, strlen(heard));
    sentence_mistakes(task, &middle, said, heard);
    middle_close(&middle);
    return true;
}

/* --- bits, turned unread ---------------------------------------------------------------------------- */

#define DIGITS 16

static void draw_account(char account[DIGITS + 1], struct task_random *random)
{
    for (size_t i = 0; i < DIGITS; i++)
        account[i] = (char)('0' + task_draw_below(random, 10));
    account[DIGITS] = '\0';
}

/* The record with a mask over the account, which begins `late` bytes behind its place. */
static const uint8_t *masked(uint8_t *out, const uint8_t *record, size_t bytes, size_t place,
                             const uint8_t mask[DIGITS])
{
    memcpy(out, record, bytes);
    for (size_t i = 0; i < DIGITS && place + i < bytes; i++)
        out[place + i] ^= mask[i];
    return out;
}

static void bits_mistakes(struct task *task, const uint8_t *record, size_t bytes, size_t place,
                          const char *is, const char *shall)
{
    uint8_t out[TEXT_BYTES], mask[DIGITS];
    for (size_t i = 0; i < DIGITS; i++)
        mask[i] = (uint8_t)(is[i] ^ shall[i]);
    task_mistake_bytes(task, masked(out, record, bytes, place + 1, mask), bytes,
                       N_("You are one byte late: the first byte of the record has number 0."));
    task_mistake_bytes(task, masked(out, record, bytes, place - 1, mask), bytes,
                       N_("You are one byte early. Count the bytes of the text once more."));
    task_mistake_bytes(
        task, masked(out, record, bytes, place, (const uint8_t *)shall), bytes,
        N_("You XORed the new account alone. XOR the old one, too, to take it out."));
    task_mistake_bytes(task, masked(out, record, bytes, place, (const uint8_t *)is), bytes,
                       N_("You took the old account out, but did not put the new one in."));
    memcpy(out, record, bytes);
    memcpy(out + place, shall, DIGITS);
    task_mistake_bytes(task, out, bytes,
                       N_("The account stands there in clear. Boris would take the key off it."));
    memcpy(out, record, bytes);
    for (size_t i = 0; i < DIGITS; i++)
        out[place + i] = (uint8_t)(out[place + i] + shall[i] - is[i]);
    task_mistake_bytes(task, out, bytes,
                       N_("You added the difference of the digits. XOR wants their XOR."));
}

static bool turned_bits(struct task *task, struct task_random *random)
{
    char text[TEXT_BYTES], is[DIGITS + 1], shall[DIGITS + 1];
    uint8_t record[TEXT_BYTES], key[TEXT_BYTES], out[TEXT_BYTES], mask[DIGITS];
    draw_account(is, random);
    draw_account(shall, random);
    snprintf(text, sizeof(text), "pay %u euro to account %s now",
             task_draw_between(random, 10, 9999), is);
    size_t bytes = strlen(text), place = (size_t)(strstr(text, is) - text);
    task_draw_bytes(random, key, bytes);
    for (size_t i = 0; i < bytes; i++)
        record[i] = (uint8_t)text[i] ^ key[i];
    task_say(task, "Anna sends a record that is XORed with a key which nobody but Boris knows. But "
                   "you know what it says:");
    task_show(task, "%s", text);
    task_value_bytes(task, "C", record, bytes);
    task_say(task, "Turn bits of it, so that Boris reads the same with the account below. Answer "
                   "with all bytes of the new record.");
    task_show(task, "%s", shall);
    for (size_t i = 0; i < DIGITS; i++)
        mask[i] = (uint8_t)(is[i] ^ shall[i]);
    task_answer_bytes(task, 53, masked(out, record, bytes, place, mask), bytes);
    bits_mistakes(task, record, bytes, place, is, shall);
    return true;
}

/* --- a signature that everybody knows ---------------------------------------------------------------- */

static bool speak_for_anna(struct task *task, struct task_random *random)
{
    struct task_rsa anna, server;
    mpz_t s, K, right;
    mpz_inits(s, K, right, NULL);
    task_rsa_open(&anna, random, 128, 3);
    task_rsa_open(&server, random, 128, 17);
    mpz_set_ui(right, 1);
    mpz_mul_2exp(right, right, 42);
    task_draw_number(s, random, right);
    mpz_pow_ui(K, s, 3);
    mpz_powm(right, s, server.e, server.n);
    task_say(task, "In the course's protocol a record carries its key K so: first K is raised to "
                   "Anna's private d, then the result to the server's public e. You have neither "
                   "private key, and want to speak as Anna. You take K = s^3, which is short "
                   "enough. Which number does your record carry in the place of the key?");
    task_value(task, "nA", anna.n);
    task_value(task, "eA", anna.e);
    task_value(task, "nS", server.n);
    task_value(task, "eS", server.e);
    task_value(task, "s", s);
    task_answer_number(task, 250, right);
    task_mistake_number(task, K, N_("This is K: encrypt the words with it. It travels wrapped."));
    task_mistake_number(task, s,
                        N_("This is K under Anna's d, as s^3 = K. The server's e is missing."));
    task_mistake_power(task, K, server.e, server.n,
                       N_("You wrapped K itself. The server takes K under Anna's d, which is s."));
    task_mistake_power(task, s, server.e, anna.n,
                       N_("You worked modulo Anna's n. The outer power is the server's."));
    task_mistake_power(task, K, anna.e, server.n,
                       N_("You raised K to Anna's e. It is s that has to go to the server's e."));
    mpz_clears(s, K, right, NULL);
    task_rsa_close(&anna);
    task_rsa_close(&server);
    return true;
}

const struct task_kind task_kinds_10[] = {
    {10, "two-keys", N_("A key in the middle"), two_keys, TASK_QUICK},
    {10, "other-sentence", N_("Another sentence for Boris"), other_sentence, TASK_QUICK},
    {10, "turned-bits", N_("Bits turned in an unread record"), turned_bits, TASK_QUICK},
    {10, "speak-for-anna", N_("A record in Anna's name"), speak_for_anna, TASK_COSTLY},
    {0},
};
