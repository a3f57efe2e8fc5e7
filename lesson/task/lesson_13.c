/*
 * Tasks of lesson 13: chains, Feistel rounds, and what a reader tells.
 */
#include "kind.h"
#include "sym_cipher.h"
#include "talk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BLOCK SYM_CBC_BLOCK_BYTES

static void xor_block(uint8_t *out, const uint8_t *a, const uint8_t *b)
{
    for (size_t i = 0; i < BLOCK; i++)
        out[i] = a[i] ^ b[i];
}

/* The XOR of three blocks, of which the third may be NULL, as a mistake. */
static void block_mistake(struct task *task, const uint8_t *a, const uint8_t *b, const uint8_t *c,
                          const char *sentence)
{
    uint8_t out[BLOCK];
    xor_block(out, a, b);
    if (c)
        xor_block(out, out, c);
    task_mistake_bytes(task, out, BLOCK, sentence);
}

/* IV and ciphertext of a text under a fresh key. Returns the bytes; `key` is what was drawn. */
static size_t seal(uint8_t *out, size_t space, uint8_t key[BLOCK], const char *cipher,
                   const char *text, struct task_random *random)
{
    uint8_t iv[BLOCK];
    size_t bytes = 0;
    task_draw_bytes(random, key, BLOCK);
    task_draw_bytes(random, iv, sizeof(iv));
    if (sym_cipher_encrypt(sym_cipher_find(cipher), out, space, &bytes, key, BLOCK, iv, text,
                           strlen(text)))
        return 0;
    return bytes;
}

/* --- neighbours -------------------------------------------------------------------------------------- */

static bool neighbours(struct task *task, struct task_random *random)
{
    char words[128], text[3 * BLOCK + 1];
    uint8_t key[BLOCK], sealed[6 * BLOCK];
    task_draw_words(words, sizeof(words), random, 12);
    snprintf(text, sizeof(text), "%.*s", 3 * BLOCK, words);
    size_t bytes = seal(sealed, sizeof(sealed), key, "xor-cbc", text, random);
    const uint8_t *iv = sealed, *c1 = sealed + BLOCK, *c2 = c1 + BLOCK, *c3 = c2 + BLOCK;
    const uint8_t *p1 = (const uint8_t *)text, *p2 = p1 + BLOCK;
    task_say(task, "A text is chained over XOR: C[i] = P[i] XOR C[i-1] XOR K, in blocks of 16 "
                   "bytes. C begins with the IV. You know the second block of the text, P2. Find "
                   "the key K.");
    task_value_bytes(task, "C", sealed, bytes);
    task_value_bytes(task, "P2", p2, BLOCK);
    task_answer_bytes(task, 128, key, BLOCK);
    block_mistake(task, c2, p2, NULL,
                  N_("You left the neighbour out: the block before is XORed in, too."));
    block_mistake(task, c2, c1, NULL, N_("This is P2 XOR K. You know P2, so take it off as well."));
    block_mistake(task, c2, c3, p2,
                  N_("You took the block behind. The chain comes from the block in front."));
    block_mistake(task, iv, c1, p2,
                  N_("This is one block too early: C begins with the IV, and C1 comes next."));
    block_mistake(task, c1, p2, NULL,
                  N_("You took C1 for C2 and left the neighbour out: C begins with the IV."));
    task_mistake_bytes(task, iv, BLOCK,
                       N_("This is the IV. It is sent in clear, and it is not the key."));
    block_mistake(task, c2, p2, iv,
                  N_("You XORed with the IV. That is for block 1; block 2 has C1 before it."));
    return true;
}

/* --- Feistel by hand ----------------------------------------------------------------------------------- */

#define HALVES UINT64_C(10000000) /* a half has seven digits */
#define ROUNDS 4

struct halves {
    uint64_t left, right;
};

static uint64_t round_function(uint64_t half, uint64_t key)
{
    return (half * half + key) % HALVES;
}

static struct halves forth(struct halves block, const uint64_t *keys, size_t rounds)
{
    for (size_t i = 0; i < rounds; i++)
        block = (struct halves){block.right,
                                (block.left + round_function(block.right, keys[i])) % HALVES};
    return block;
}

/* One round back: left' is right, so F of it can be computed and taken off. */
static struct halves back(struct halves block, uint64_t key)
{
    return (struct halves){
        (block.right + HALVES - round_function(block.left, key)) % HALVES,
        block.left,
    };
}

static struct halves all_back(struct halves block, const uint64_t *keys, size_t rounds)
{
    while (rounds > 0)
        block = back(block, keys[--rounds]);
    return block;
}

static const char *pair(struct task *task, uint64_t one, uint64_t other)
{
    return task_text(task, "%" PRIu64 " %" PRIu64, one, other);
}

static void draw_halves(uint64_t *out, size_t count, struct task_random *random)
{
    for (size_t i = 0; i < count; i++)
        out[i] = task_draw_below(random, HALVES);
}

static void show_rounds(struct task *task)
{
    task_show(task, "left'  = right");
    task_show(task, "right' = (left + F(right, k)) mod 10000000");
    task_show(task, "F(r, k) = (r * r + k) mod 10000000");
}

static void back_mistakes(struct task *task, struct halves block, const uint64_t *keys)
{
    uint64_t other[ROUNDS];
    struct halves wrong = all_back(block, keys, ROUNDS);
    task_mistake(task, pair(task, wrong.right, wrong.left), N_("Your halves have changed places."));
    for (size_t i = 0; i < ROUNDS; i++)
        other[i] = keys[ROUNDS - 1 - i];
    wrong = all_back(block, other, ROUNDS);
    task_mistake(task, pair(task, wrong.left, wrong.right),
                 N_("You took the keys in the order of encryption. Back, the last comes first."));
    wrong = forth(block, other, ROUNDS);
    task_mistake(task, pair(task, wrong.left, wrong.right),
                 N_("You encrypted once more, if with the keys turned. Back, F is taken off."));
    wrong = forth(block, keys, ROUNDS);
    task_mistake(task, pair(task, wrong.left, wrong.right),
                 N_("You encrypted the block once more. It is to be decrypted."));
    wrong = all_back(block, keys + 1, ROUNDS - 1);
    task_mistake(task, pair(task, wrong.left, wrong.right),
                 N_("One round is missing: the one with the first key."));
    wrong = block;
    for (size_t i = ROUNDS; i > 0; i--)
        wrong = (struct halves){
            (wrong.right + HALVES - round_function(wrong.right, keys[i - 1])) % HALVES, wrong.left};
    task_mistake(task, pair(task, wrong.left, wrong.right),
                 N_("You gave F the wrong half: what was its right half is your left one now."));
}

static bool feistel_back(struct task *task, struct task_random *random)
{
    uint64_t keys[ROUNDS], text[2];
    draw_halves(keys, ROUNDS, random);
    draw_halves(text, 2, random);
    struct halves block = forth((struct halves){text[0], text[1]}, keys, ROUNDS);
    task_say(task, "A block has two halves of seven digits. Four rounds, each with its key, do "
                   "this with it:");
    show_rounds(task);
    task_say(task, "Round 1 takes the first key. This block came out:");
    task_show(task, "keys  %" PRIu64 "  %" PRIu64 "  %" PRIu64 "  %" PRIu64, keys[0], keys[1],
              keys[2], keys[3]);
    task_show(task, "left  %" PRIu64, block.left);
    task_show(task, "right %" PRIu64, block.right);
    task_say(task, "Which block went in? Answer with left and right, with a blank between them and "
                   "without zeros in front.");
    task_answer_text(task, 46, pair(task, text[0], text[1]));
    back_mistakes(task, block, keys);
    return true;
}

static void two_rounds_mistakes(struct task *task, struct halves in, struct halves out,
                                const uint64_t keys[2])
{
    uint64_t square = round_function(in.right, 0), again = round_function(out.left, 0);
    task_mistake(task, pair(task, keys[1], keys[0]), N_("Your keys have changed places."));
    task_mistake(task,
                 pair(task, (out.left + HALVES - in.left) % HALVES,
                      (out.right + HALVES - in.right) % HALVES),
                 N_("These are the values of F. A key is F(r, k) less r times r."));
    task_mistake(task,
                 pair(task, (out.right + 2 * HALVES - in.left - square) % HALVES,
                      (out.left + 2 * HALVES - in.right - again) % HALVES),
                 N_("You took the wrong half: the left one that came out is right after round 1."));
    task_mistake(task,
                 pair(task, (keys[0] + square + HALVES - round_function(in.left, 0)) % HALVES,
                      (keys[1] + again + HALVES - square) % HALVES),
                 N_("You squared the left half. F works on the right one."));
    task_mistake(task, pair(task, (HALVES - keys[0]) % HALVES, (HALVES - keys[1]) % HALVES),
                 N_("Your keys have the wrong sign: subtract the other way round."));
}

static bool feistel_two_rounds(struct task *task, struct task_random *random)
{
    uint64_t keys[2], text[2];
    draw_halves(keys, 2, random);
    draw_halves(text, 2, random);
    struct halves in = {text[0], text[1]}, out = forth(in, keys, 2);
    task_say(task, "A block has two halves of seven digits. Two rounds, each with its key, do this "
                   "with it:");
    show_rounds(task);
    task_say(task, "You have seen what went in and what came out:");
    task_show(task, "in   left %" PRIu64 ", right %" PRIu64, in.left, in.right);
    task_show(task, "out  left %" PRIu64 ", right %" PRIu64, out.left, out.right);
    task_say(task, "Find both keys. Answer with the key of round 1 and that of round 2, with a "
                   "blank between them and without zeros in front.");
    task_answer_text(task, 46, pair(task, keys[0], keys[1]));
    two_rounds_mistakes(task, in, out, keys);
    return true;
}

/* --- a bit, turned in a chain ----------------------------------------------------------------------------- */

static void draw_digits(char out[BLOCK + 1], struct task_random *random)
{
    for (size_t i = 0; i < BLOCK; i++)
        out[i] = (char)('0' + task_draw_below(random, 10));
    out[BLOCK] = '\0';
}

static bool cbc_flip(struct task *task, struct task_random *random)
{
    char is[BLOCK + 1], shall[BLOCK + 1], text[4 * BLOCK + 1];
    uint8_t key[BLOCK], sealed[6 * BLOCK], right[BLOCK];
    draw_digits(is, random);
    draw_digits(shall, random);
    snprintf(text, sizeof(text), "dear Boris, to: %s pay now. Anna", is);
    size_t bytes = seal(sealed, sizeof(sealed), key, "feistel-cbc", text, random);
    const uint8_t *iv = sealed, *c1 = sealed + BLOCK, *c2 = c1 + BLOCK;
    const uint8_t *old = (const uint8_t *)is, *new = (const uint8_t *)shall;
    xor_block(right, c1, old);
    xor_block(right, right, new);
    task_say(task, "A letter is under feistel-cbc, in blocks of 16 bytes; C begins with the IV. "
                   "You do not know the key, but this text:");
    task_show(task, "%s", text);
    task_value_bytes(task, "C", sealed, bytes);
    task_say(task, "Change one block of C, so that Boris reads the digits below in the second "
                   "block of the text. Answer with the 16 bytes of the new block.");
    task_show(task, "%s", shall);
    task_answer_bytes(task, 128, right, BLOCK);
    block_mistake(task, c2, old, new,
                  N_("You changed C2. Then the second block is noise; change the one before."));
    block_mistake(task, iv, old, new,
                  N_("You changed the IV. That turns bits of the first block, not the second."));
    block_mistake(task, c1, new, NULL,
                  N_("You XORed the new digits alone. The old ones have to go out, too."));
    block_mistake(task, c1, old, NULL, N_("The old digits are out, but the new ones are not in."));
    block_mistake(task, old, new, NULL,
                  N_("This is the difference. XOR it into the block of C in front."));
    task_mistake_bytes(task, new, BLOCK,
                       N_("These are the digits in clear. Boris XORs the block with D(C2)."));
    return true;
}

/* --- what a reader tells ------------------------------------------------------------------------------------ */

#define ASKED 8 /* bytes of the block, from its end */

static void attach_questions(struct task *task, const uint8_t D[BLOCK], const uint8_t C[BLOCK])
{
    const char *rows = "";
    for (size_t i = 1; i <= ASKED; i++) {
        uint8_t asked[BLOCK] = {0};
        for (size_t j = BLOCK - i; j < BLOCK; j++)
            asked[j] = D[j] ^ (uint8_t)i;
        rows = task_text(task, "%s%s %s ok\n", rows, task_hex(task, asked, BLOCK),
                         task_hex(task, C, BLOCK));
    }
    task_attach(task, "asked.txt", rows, strlen(rows));
}

static void oracle_mistakes(struct task *task, const uint8_t *D, const uint8_t *X)
{
    uint8_t wrong[4][ASKED];
    for (size_t i = 0; i < ASKED; i++) {
        uint8_t padding = (uint8_t)(ASKED - i);
        wrong[0][i] = D[i] ^ X[i] ^ padding;
        wrong[1][i] = D[i] ^ padding;
        wrong[2][i] = D[ASKED - 1 - i] ^ X[ASKED - 1 - i];
        wrong[3][i] = D[i] ^ padding ^ ASKED ^ X[i];
    }
    task_mistake_bytes(task, wrong[0], ASKED,
                       N_("You left the padding in: XOR each guess with its 01, 02, 03 .. 08."));
    task_mistake_bytes(task, D, ASKED,
                       N_("This is D(C). XOR it with the block that stood in front of C."));
    task_mistake_bytes(task, wrong[1], ASKED,
                       N_("These are the guesses. XOR each with its padding, and with X."));
    task_mistake_bytes(task, wrong[2], ASKED,
                       N_("Your bytes are in the order of the questions, from the end."));
    task_mistake_bytes(task, wrong[3], ASKED,
                       N_("You took each row for an end of 08 08 .. 08. Row 1 made an end of 01."));
}

static bool padding_oracle(struct task *task, struct task_random *random)
{
    uint8_t X[BLOCK], C[BLOCK], D[BLOCK], text[BLOCK];
    task_draw_bytes(random, X, sizeof(X));
    task_draw_bytes(random, C, sizeof(C));
    for (size_t i = 0; i < BLOCK; i++) /* printable, and no padding */
        text[i] = (uint8_t)task_draw_between(random, '!', '~');
    xor_block(D, X, text);
    attach_questions(task, D, C);
    task_say(task, "A reader under CBC tells whether the padding was right. Somebody has asked it "
                   "for the last 8 bytes of a block. The file asked.txt has what was answered with "
                   "ok: the block in front that was tried, and C. Row 1 made an end of 01, row 2 "
                   "one of 02 02, and so on. In the real message X stood in front of C.");
    task_value_bytes(task, "X", X, sizeof(X));
    task_value_bytes(task, "C", C, sizeof(C));
    task_say(task, "Which are the last 8 bytes of that block of the text?");
    task_answer_bytes(task, 52, text + BLOCK - ASKED, ASKED);
    oracle_mistakes(task, D + BLOCK - ASKED, X + BLOCK - ASKED);
    return true;
}

/* --- a talk of one's own ---------------------------------------------------------------------------- */

static bool chained_talk(struct task *task, struct task_random *random)
{
    if (!task_talk(task, random, "dh:xor-cbc", NULL, TALK_LONG))
        return false;
    task_say(task, "talk.rec is what a listener has kept of a talk. The two agreed on 16 bytes, "
                   "and chained each message over XOR with them, with a fresh IV. What was the "
                   "second line that the client said?");
    task_show(task, "attack classic xor-cbc talk.rec");
    return true;
}

const struct task_kind task_kinds_13[] = {
    {13, "neighbours", N_("A chain over XOR"), neighbours, TASK_QUICK},
    {13, "feistel-back", N_("Feistel rounds, taken back"), feistel_back, TASK_QUICK},
    {13, "feistel-two-rounds", N_("The keys of two Feistel rounds"), feistel_two_rounds,
     TASK_QUICK},
    {13, "cbc-flip", N_("A block changed under CBC"), cbc_flip, TASK_QUICK},
    {13, "padding-oracle", N_("What a reader told"), padding_oracle, TASK_QUICK},
    {13, "chained-talk", N_("A talk under a chain over XOR"), chained_talk, TASK_SLOW},
    {0},
};
