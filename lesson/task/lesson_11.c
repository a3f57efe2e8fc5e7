/*
 * Tasks of lesson 11: Caesar's cipher, broken by counting; and letters, counted.
 */
#include "kind.h"
#include "sentences.h"
#include "sym_letters.h"
#include "talk.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

#define LINE_BYTES (SENTENCE_LINE_BYTES + 1)

/* The text under one key letter, in UTF-8. No alphabet here has surrogates. */
static void move(char out[LINE_BYTES], const char *text, const char *alphabet, uint32_t key,
                 enum sym_letters_way way)
{
    const struct sym_alphabet *letters = sym_alphabet_find(alphabet);
    size_t used, length = 0, bytes = strlen(text);
    for (size_t at = 0; at < bytes; at += used) {
        uint32_t letter = utf8_decode(text + at, bytes - at, &used);
        if (length + UTF8_MAX_BYTES >= LINE_BYTES)
            break;
        length += utf8_encode(
            out + length, sym_letters_move(letters, letter, key % sym_alphabet_size(letters), way));
    }
    out[length] = '\0';
}

static void moved_mistake(struct task *task, const char *sealed, const char *alphabet, uint32_t key,
                          enum sym_letters_way way, const char *sentence)
{
    char text[LINE_BYTES];
    move(text, sealed, alphabet, key, way);
    task_mistake(task, text, sentence);
}

/* The key by the rule of the course: the commonest letter is this one. The first in the alphabet
 * of those that are as common. */
static uint32_t rule_key(const char *sealed, const char *alphabet, uint32_t commonest)
{
    const struct sym_alphabet *letters = sym_alphabet_find(alphabet);
    unsigned counts[64] = {0};
    size_t used, bytes = strlen(sealed);
    uint32_t size = sym_alphabet_size(letters), most = 0;
    for (size_t at = 0; at < bytes; at += used) {
        int32_t index = sym_alphabet_index(letters, utf8_decode(sealed + at, bytes - at, &used),
                                           NULL);
        if (index >= 0)
            counts[index]++;
    }
    for (uint32_t i = 0; i < size; i++)
        if (counts[i] > counts[most])
            most = i;
    uint32_t expected = (uint32_t)sym_alphabet_index(letters, commonest, NULL);
    return most >= expected ? most - expected : most + size - expected;
}

static void attach_line(struct task *task, const char *line)
{
    task_attach(task, "caesar.txt", task_text(task, "%s\n", line), strlen(line) + 1);
}

/* --- a line of English ------------------------------------------------------------------------------- */

static bool latin_text(struct task *task, struct task_random *random)
{
    char text[LINE_BYTES], sealed[LINE_BYTES];
    uint32_t key = task_draw_between(random, 2, 24);
    task_draw_plain_line(text, sizeof(text), random, SENTENCE_ENGLISH);
    move(sealed, text, "latin", key, SYM_LETTERS_ENCRYPT);
    uint32_t rule = rule_key(sealed, "latin", 'e');
    if (rule == key)
        return false;
    attach_line(task, sealed);
    task_say(task,
             "The file caesar.txt has a line of English under Caesar's cipher, over the "
             "letters a to z. The commonest letter in it is no e. Answer with the line, as it "
             "was before.");
    task_show(task, "%.60s...", sealed);
    /* A key of 26 is no key; but only one of 26 lines can be read, and that is the lesson. */
    task_answer_text(task, 2 * SENTENCE_BITS, text);
    moved_mistake(task, sealed, "latin", rule, SYM_LETTERS_DECRYPT,
                  N_("You took the commonest letter for e. Here it is another; read the line."));
    moved_mistake(task, sealed, "latin", key, SYM_LETTERS_ENCRYPT,
                  N_("You moved the letters on by the key. To decrypt, move them back."));
    moved_mistake(task, sealed, "latin", key + 1, SYM_LETTERS_DECRYPT,
                  N_("One step too far: a moved by the key 1 is b."));
    moved_mistake(task, sealed, "latin", key - 1, SYM_LETTERS_DECRYPT,
                  N_("One step too few. If a is counted as 1, the key comes out wrong by one."));
    task_mistake(task, sealed, N_("This is the ciphertext."));
    return true;
}

/* --- a line of Russian ------------------------------------------------------------------------------- */

static bool russian_text(struct task *task, struct task_random *random)
{
    char text[LINE_BYTES], sealed[LINE_BYTES];
    uint32_t key = task_draw_between(random, 2, 31);
    task_draw_plain_line(text, sizeof(text), random, SENTENCE_RUSSIAN);
    move(sealed, text, "russian", key, SYM_LETTERS_ENCRYPT);
    uint32_t rule = rule_key(sealed, "russian", 0x43e);
    if (rule == key)
        return false;
    attach_line(task, sealed);
    task_say(task, "The file caesar.txt has a line of Russian under Caesar's cipher, over the 33 "
                   "letters with yo in its place. The commonest letter in it is not the one that "
                   "the rule names. Answer with the line, as it was before.");
    task_answer_text(task, 2 * SENTENCE_BITS, text);
    moved_mistake(task, sealed, "russian", rule, SYM_LETTERS_DECRYPT,
                  N_("You went by the commonest letter. Here it misleads; score all letters."));
    moved_mistake(task, sealed, "russian", key, SYM_LETTERS_ENCRYPT,
                  N_("You moved the letters on by the key. To decrypt, move them back."));
    moved_mistake(task, sealed, "russian32", key, SYM_LETTERS_DECRYPT,
                  N_("You counted 32 letters, without yo. It was encrypted over 33."));
    moved_mistake(task, sealed, "russian", key + 1, SYM_LETTERS_DECRYPT,
                  N_("One step too far: the first letter, moved by 1, is the second."));
    task_mistake(task, sealed, N_("This is the ciphertext."));
    return true;
}

/* --- a large alphabet ---------------------------------------------------------------------------------- */

struct large {
    mpz_t m, key, known, known_sealed, sealed, text;
};

static void large_mistakes(struct task *task, const struct large *large)
{
    mpz_t wrong;
    mpz_init(wrong);
    task_mistake_number(task, large->key, N_("This is the key. Take it off c2."));
    mpz_add(wrong, large->sealed, large->key);
    mpz_mod(wrong, wrong, large->m);
    task_mistake_number(task, wrong, N_("You added the key to c2. To decrypt, subtract it."));
    mpz_sub(wrong, large->key, large->sealed);
    task_mistake_number(task, wrong,
                        N_("c2 less the key is below 0 here. You dropped the sign: add m."));
    mpz_sub(wrong, large->sealed, large->known);
    mpz_mod(wrong, wrong, large->m);
    task_mistake_number(task, wrong, N_("You took x1 for the key. The key is c1 - x1 modulo m."));
    mpz_sub(wrong, large->sealed, large->known_sealed);
    mpz_mod(wrong, wrong, large->m);
    task_mistake_number(task, wrong, N_("This is c2 - c1, which is x2 - x1. x1 is to be added."));
    mpz_add(wrong, large->sealed, large->known);
    mpz_mod(wrong, wrong, large->m);
    task_mistake_number(task, wrong,
                        N_("You left c1 out: the key is c1 - x1, and x2 is c2 less that."));
    mpz_clear(wrong);
}

static bool large_alphabet(struct task *task, struct task_random *random)
{
    struct large large;
    mpz_inits(large.m, large.key, large.known, large.known_sealed, large.sealed, large.text, NULL);
    mpz_ui_pow_ui(large.key, 10, 14);
    task_draw_number(large.m, random, large.key);
    mpz_ui_pow_ui(large.key, 10, 13);
    mpz_add(large.m, large.m, large.key);
    task_draw_number(large.key, random, large.m);
    task_draw_number(large.known, random, large.m);
    task_draw_number(large.text, random, large.m);
    mpz_add(large.known_sealed, large.known, large.key);
    mpz_mod(large.known_sealed, large.known_sealed, large.m);
    mpz_add(large.sealed, large.text, large.key);
    mpz_mod(large.sealed, large.sealed, large.m);
    bool fits = mpz_cmp(large.sealed, large.key) < 0;
    task_say(task,
             "Somebody has mended Caesar by a large alphabet, of m signs: the sign x becomes "
             "c = x + k modulo m. Nobody tries so many keys. But you know that the first sign "
             "of the text was x1. Which was the second?");
    task_value(task, "m", large.m);
    task_value(task, "x1", large.known);
    task_value(task, "c1", large.known_sealed);
    task_value(task, "c2", large.sealed);
    task_answer_number(task, 43, large.text);
    large_mistakes(task, &large);
    mpz_clears(large.m, large.key, large.known, large.known_sealed, large.sealed, large.text, NULL);
    return fits;
}

/* --- letters, counted ------------------------------------------------------------------------------------ */

#define LETTERS 26

struct counted {
    unsigned counts[LETTERS], first[LETTERS]; /* how many, and where the first stands */
};

static void count_letters(struct counted *counted, const char *text, bool small_only)
{
    *counted = (struct counted){0};
    for (unsigned at = 0; text[at] != '\0'; at++) {
        char sign = text[at];
        if (sign >= 'A' && sign <= 'Z' && !small_only)
            sign = (char)(sign + ('a' - 'A'));
        if (sign < 'a' || sign > 'z')
            continue;
        if (counted->counts[sign - 'a']++ == 0)
            counted->first[sign - 'a'] = at;
    }
}

enum among_equals { AS_IN_ALPHABET, AGAINST_ALPHABET, AS_THEY_COME };

/* Whether letter a stands before b. */
static bool before(const struct counted *counted, int a, int b, enum among_equals equals,
                   bool rarest_first)
{
    if (counted->counts[a] != counted->counts[b])
        return (counted->counts[a] > counted->counts[b]) != rarest_first;
    if (equals == AS_THEY_COME)
        return counted->first[a] < counted->first[b];
    return (a < b) != (equals == AGAINST_ALPHABET);
}

/* All letters that the text has, in their order. */
static const char *ordered(char out[LETTERS + 1], const struct counted *counted,
                           enum among_equals equals, bool rarest_first)
{
    size_t length = 0;
    for (int letter = 0; letter < LETTERS; letter++) {
        size_t place = 0;
        if (counted->counts[letter] == 0)
            continue;
        while (place < length && before(counted, out[place] - 'a', letter, equals, rarest_first))
            place++;
        memmove(out + place + 1, out + place, length - place);
        out[place] = (char)('a' + letter);
        length++;
    }
    out[length] = '\0';
    return out;
}

static bool letter_order(struct task *task, struct task_random *random)
{
    enum { SENTENCES = 5 };
    char text[SENTENCES * SENTENCE_BYTES], order[LETTERS + 1];
    struct counted counted;
    task_draw_sentences(text, sizeof(text), random, SENTENCE_ENGLISH, SENTENCES);
    uint32_t key = task_draw_between(random, 1, 25);
    for (char *sign = text; *sign != '\0'; sign++)
        *sign = (char)sym_letters_move(sym_alphabet_find("latin"), (uint8_t)*sign, key,
                                       SYM_LETTERS_ENCRYPT);
    task_attach(task, "letters.txt", task_text(task, "%s\n", text), strlen(text) + 1);
    task_say(task, "The file letters.txt is encrypted. Count its letters, capitals together with "
                   "small ones. Write all letters that it has, the commonest first; letters that "
                   "are as common stand in the order of the alphabet. Answer with them as one "
                   "word.");
    count_letters(&counted, text, false);
    task_answer_text(task, 60, ordered(order, &counted, AS_IN_ALPHABET, false));
    task_mistake(task, ordered(order, &counted, AS_IN_ALPHABET, true),
                 N_("The rarest letter comes first. The commonest was asked."));
    task_mistake(
        task, ordered(order, &counted, AS_THEY_COME, false),
        N_("Letters as common stand as they come in the text; sort them by the alphabet."));
    task_mistake(task, ordered(order, &counted, AGAINST_ALPHABET, false),
                 N_("Letters that are as common stand against the order of the alphabet."));
    count_letters(&counted, text, true);
    task_mistake(task, ordered(order, &counted, AS_IN_ALPHABET, false),
                 N_("You left the capitals out. They count as their small letters."));
    return true;
}

/* --- a talk of one's own ---------------------------------------------------------------------------- */

static bool caesar_talk(struct task *task, struct task_random *random)
{
    if (!task_talk(task, random, "dh:caesar", NULL, TALK_SHORT))
        return false;
    task_say(task, "talk.rec is what a listener has kept of a talk. The two agreed on a key by "
                   "Diffie-Hellman with 2048 bits, and then used one byte of it, for Caesar's "
                   "cipher over bytes. What was the second line that the client said?");
    task_show(task, "attack classic caesar talk.rec");
    return true;
}

const struct task_kind task_kinds_11[] = {
    {11, "latin-text", N_("A line of English under Caesar"), latin_text, TASK_QUICK},
    {11, "russian-text", N_("A line of Russian under Caesar"), russian_text, TASK_QUICK},
    {11, "large-alphabet", N_("A very large alphabet"), large_alphabet, TASK_QUICK},
    {11, "letter-order", N_("Letters, counted"), letter_order, TASK_QUICK},
    {11, "caesar-talk", N_("A talk under Caesar"), caesar_talk, TASK_SLOW},
    {0},
};
