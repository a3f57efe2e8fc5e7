/*
 * Tasks of lesson 12: keys that repeat, and a pad used twice.
 */
#include "kind.h"
#include "sentences.h"
#include "talk.h"

#include <stdio.h>
#include <string.h>

#define LETTERS    26
#define TEXT_BYTES (6 * SENTENCE_BYTES)
#define LINE_BYTES 64 /* of six words */

/* --- Vigenere over a to z ------------------------------------------------------------------------ */

/* How a key is laid along a text: as it should be, and as it should not. */
enum key_way { KEY_STANDS_STILL, KEY_GOES_ON, KEY_BEGINS_ANEW };

/* Each letter moved by the key letter times `sign`, plus `more`. What is no letter stays; behind it
 * the key goes on as `way` says. */
static const char *vigenere(char *out, const char *text, const char *key, int sign, int more,
                            enum key_way way)
{
    size_t letters = 0, key_letters = strlen(key), i;
    for (i = 0; text[i] != '\0'; i++) {
        int small = text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i];
        out[i] = text[i];
        if (small >= 'a' && small <= 'z') {
            int moved = small - 'a' + sign * (key[letters++ % key_letters] - 'a') + more;
            out[i] = (char)(text[i] - small + 'a' + (moved % LETTERS + LETTERS) % LETTERS);
        } else if (way == KEY_GOES_ON) {
            letters++;
        } else if (way == KEY_BEGINS_ANEW) {
            letters = 0;
        }
    }
    out[i] = '\0';
    return out;
}

static void draw_letters(char *out, struct task_random *random, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        out[i] = (char)('a' + task_draw_below(random, LETTERS));
    out[count] = '\0';
}

enum { KEY_MOST = 12 };

static void key_mistakes(struct task *task, const char *key)
{
    char wrong[2 * KEY_MOST + 1];
    size_t letters = strlen(key);
    static const char zero[] = "a";
    for (size_t i = 0; i < letters; i++)
        wrong[i] = (char)('a' + (LETTERS - (key[i] - 'a')) % LETTERS);
    wrong[letters] = '\0';
    task_mistake(task, wrong,
                 N_("These letters undo the key. The key is what was added to the text."));
    task_mistake(task, vigenere(wrong, key, zero, 1, 1, KEY_STANDS_STILL),
                 N_("Each letter is one too far: the letter a moves by 0, and b by 1."));
    snprintf(wrong, sizeof(wrong), "%s%c", key + 1, key[0]);
    task_mistake(task, wrong,
                 N_("Your key begins at its second letter. The text begins at the "
                    "first."));
    snprintf(wrong, sizeof(wrong), "%s%s", key, key);
    task_mistake(task, wrong, N_("This is the key twice: twice its length fits as well."));
    for (size_t i = 0; i < letters; i++)
        wrong[i] = key[letters - 1 - i];
    wrong[letters] = '\0';
    task_mistake(task, wrong, N_("Your key is written from its end."));
}

static bool vigenere_key(struct task *task, struct task_random *random)
{
    enum { SENTENCES = 6 };
    char text[TEXT_BYTES], sealed[TEXT_BYTES], key[KEY_MOST + 1];
    draw_letters(key, random, task_draw_between(random, 9, 11));
    task_draw_sentences(text, sizeof(text), random, SENTENCE_ENGLISH, SENTENCES);
    vigenere(sealed, text, key, 1, 0, KEY_STANDS_STILL);
    task_attach(task, "vigenere.txt", task_text(task, "%s\n", sealed), strlen(sealed) + 1);
    task_say(task,
             "The file vigenere.txt has an English text under Vigenere's cipher, over the "
             "letters a to z. The key has 9 to 11 letters, and makes no word. Find it. By "
             "hand it is the index of coincidence and then one Caesar a column. Or use this:");
    task_show(task, "attack classic vigenere vigenere.txt");
    task_answer_text(task, 42, key);
    key_mistakes(task, key);
    return true;
}

static bool vigenere_text(struct task *task, struct task_random *random)
{
    char text[LINE_BYTES], sealed[LINE_BYTES], key[8];
    draw_letters(key, random, 7);
    task_draw_words(text, sizeof(text), random, 6);
    task_say(task, "Encrypt this line by Vigenere's cipher, over the letters a to z. Blanks stay, "
                   "and use up nothing of the key. Answer with the line of ciphertext.");
    task_show(task, "%s", text);
    task_show(task, "key: %s", key);
    task_answer_text(task, 64, vigenere(sealed, text, key, 1, 0, KEY_STANDS_STILL));
    task_mistake(task, vigenere(sealed, text, key, 1, 0, KEY_GOES_ON),
                 N_("Blanks have used up letters of your key. The key stands still at a blank."));
    task_mistake(task, vigenere(sealed, text, key, 1, 0, KEY_BEGINS_ANEW),
                 N_("Your key begins anew with each word. It goes on over the whole line."));
    task_mistake(task, vigenere(sealed, text, key, -1, 0, KEY_STANDS_STILL),
                 N_("You subtracted the key. To encrypt, add it."));
    task_mistake(task, vigenere(sealed, text, key, 1, 1, KEY_STANDS_STILL),
                 N_("Each letter is one too far: the key letter a moves by 0, and b by 1."));
    key[1] = '\0';
    task_mistake(task, vigenere(sealed, text, key, 1, 0, KEY_STANDS_STILL),
                 N_("You moved all letters by the first one of the key. That is Caesar's cipher."));
    return true;
}

/* --- a repeating XOR -------------------------------------------------------------------------------- */

enum { XOR_KEY_MOST = 9 };

static void flip_mistake(struct task *task, const uint8_t *key, size_t bytes, uint8_t with,
                         const char *sentence)
{
    uint8_t wrong[XOR_KEY_MOST];
    for (size_t i = 0; i < bytes; i++)
        wrong[i] = key[i] ^ with;
    task_mistake_bytes(task, wrong, bytes, sentence);
}

static bool xor_key(struct task *task, struct task_random *random)
{
    enum { SENTENCES = 5 };
    char text[SENTENCES * SENTENCE_BYTES];
    uint8_t sealed[sizeof(text)], key[XOR_KEY_MOST], wrong[XOR_KEY_MOST];
    size_t bytes = task_draw_between(random, 6, XOR_KEY_MOST);
    task_draw_bytes(random, key, bytes);
    task_draw_sentences(text, sizeof(text), random, SENTENCE_ENGLISH, SENTENCES);
    for (size_t i = 0; text[i] != '\0'; i++)
        sealed[i] = (uint8_t)text[i] ^ key[i % bytes];
    task_attach(task, "sealed.bin", sealed, strlen(text));
    task_say(task, "The file sealed.bin has an English text, XORed with a key of 6 to 9 bytes "
                   "again and again. Find the key. By hand it is one column a key byte. Or use "
                   "this:");
    task_show(task, "attack classic xor sealed.bin");
    task_answer_bytes(task, 48, key, bytes);
    flip_mistake(task, key, bytes, ' ',
                 N_("Each byte differs in the bit 20: in your text capital "
                    "letters are small, and small ones capital."));
    flip_mistake(task, key, bytes, ' ' ^ 'e',
                 N_("You took the commonest byte of a column for e. It is the blank, 20."));
    for (size_t i = 0; i < bytes; i++)
        wrong[i] = key[(i + 1) % bytes];
    task_mistake_bytes(task, wrong, bytes,
                       N_("Your key begins at its second byte. The text begins at the first."));
    for (size_t i = 0; i < bytes; i++)
        wrong[i] = key[bytes - 1 - i];
    task_mistake_bytes(task, wrong, bytes, N_("Your key is written from its end."));
    task_mistake_bytes(task, sealed, bytes, N_("These are the first bytes of the file."));
    task_mistake_bytes(task, text, bytes,
                       N_("These are the first bytes of the text. XOR them with the file's."));
    return true;
}

/* --- a pad, used again and again ------------------------------------------------------------------- */

#define PAD_BYTES 48

/* The XOR of those that are not NULL. */
static void pad_mistake(struct task *task, const uint8_t *a, const uint8_t *b, const uint8_t *c,
                        const uint8_t *d, const char *sentence)
{
    uint8_t out[PAD_BYTES] = {0};
    const uint8_t *const all[] = {a, b, c, d};
    for (size_t which = 0; which < sizeof(all) / sizeof(*all); which++)
        for (size_t i = 0; all[which] && i < PAD_BYTES; i++)
            out[i] ^= all[which][i];
    if (sentence)
        task_mistake_bytes(task, out, PAD_BYTES, sentence);
    else
        task_answer_bytes(task, 8 * PAD_BYTES, out, PAD_BYTES);
}

/* Words, cut where the pad ends. */
static void draw_text(char text[PAD_BYTES + 1], struct task_random *random)
{
    char words[256];
    task_draw_words(words, sizeof(words), random, 16);
    snprintf(text, PAD_BYTES + 1, "%.*s", PAD_BYTES, words);
}

static bool pad_twice(struct task *task, struct task_random *random)
{
    char text[3][PAD_BYTES + 1];
    uint8_t pad[PAD_BYTES], c[2][PAD_BYTES];
    const uint8_t *p[3];
    task_draw_bytes(random, pad, sizeof(pad));
    for (size_t message = 0; message < 3; message++) {
        draw_text(text[message], random);
        p[message] = (const uint8_t *)text[message];
        for (size_t i = 0; message < 2 && i < PAD_BYTES; i++)
            c[message][i] = p[message][i] ^ pad[i];
    }
    task_say(task, "Anna has used one pad for two messages, C1 and C2. You know what the first one "
                   "says, its last word cut off:");
    task_show(task, "%s", text[0]);
    task_value_bytes(task, "C1", c[0], PAD_BYTES);
    task_value_bytes(task, "C2", c[1], PAD_BYTES);
    task_say(task, "Now you can read the second. You can also write a third one under her pad. Let "
                   "it say this, and answer with its bytes:");
    task_show(task, "%s", text[2]);
    pad_mistake(task, pad, p[2], NULL, NULL, NULL);
    pad_mistake(task, p[2], c[0], NULL, NULL,
                N_("You took C1 for the pad. The pad is C1 XOR the first text."));
    pad_mistake(task, p[2], c[0], c[1], NULL,
                N_("C1 XOR C2 is no pad: the pad has cancelled itself in it."));
    pad_mistake(task, p[2], p[0], NULL, NULL,
                N_("You took the first text for the pad. XOR it with C1."));
    pad_mistake(task, p[2], p[0], c[1], NULL,
                N_("You mixed the messages: the first text belongs to C1, not to C2."));
    pad_mistake(task, pad, NULL, NULL, NULL, N_("This is the pad. Encrypt your message with it."));
    pad_mistake(task, p[1], NULL, NULL, NULL,
                N_("This is what the second message says. You were to write a third one."));
    return true;
}

/* --- a talk of one's own ---------------------------------------------------------------------------- */

static bool xor_talk(struct task *task, struct task_random *random)
{
    if (!task_talk(task, random, "dh:vernam", NULL, TALK_LONG))
        return false;
    task_say(task, "talk.rec is what a listener has kept of a talk. The two agreed on 16 bytes, "
                   "and XORed them with each message from its beginning. What was the second line "
                   "that the client said?");
    task_show(task, "attack classic xor talk.rec");
    return true;
}

const struct task_kind task_kinds_12[] = {
    {12, "vigenere-key", N_("A key of Vigenere's cipher"), vigenere_key, TASK_QUICK},
    {12, "vigenere-text", N_("A line under Vigenere's cipher"), vigenere_text, TASK_QUICK},
    {12, "xor-key", N_("A key of a repeating XOR"), xor_key, TASK_QUICK},
    {12, "pad-twice", N_("A pad, used twice"), pad_twice, TASK_QUICK},
    {12, "xor-talk", N_("A talk under a repeating XOR"), xor_talk, TASK_SLOW},
    {0},
};
