/*
 * The words and the order they come in. Russian phrases are in the case that their place asks for,
 * and all who act are masculine, so that any phrase fits any other.
 */
#include "sentences.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PARTS  7 /* when, what kind of, who, did, what kind of, what, where */
#define CHOICE 16

struct language {
    const char *words[PARTS][CHOICE];
    const char *article[PARTS]; /* before the word of that part */
};

static const struct language languages[] = {
    [SENTENCE_ENGLISH] =
        {{{"On Monday", "On Tuesday", "On Wednesday", "On Thursday", "On Friday", "On Saturday",
           "On Sunday", "At noon", "At dawn", "Late at night", "In the morning", "After the rain",
           "Before the storm", "Last winter", "In the autumn", "During the fair"},
          {"old", "young", "quiet", "careful", "tall", "clever", "tired", "happy", "busy", "honest",
           "patient", "gentle", "lazy", "proud", "curious", "cheerful"},
          {"miller", "baker", "farmer", "sailor", "gardener", "teacher", "doctor", "painter",
           "carpenter", "shepherd", "fisherman", "librarian", "tailor", "postman", "watchman",
           "student"},
          {"carried", "brought", "sold", "lost", "found", "hid", "painted", "mended", "forgot",
           "weighed", "borrowed", "washed", "bought", "kept", "wrapped", "showed"},
          {"heavy", "small", "broken", "wooden", "golden", "dusty", "painted", "round", "narrow",
           "strange", "lovely", "plain", "blue", "white", "long", "cracked"},
          {"basket", "lantern", "ladder", "kettle", "carpet", "mirror", "letter", "bottle",
           "barrel", "hammer", "blanket", "candle", "drum", "map", "key", "chair"},
          {"near the bridge", "behind the mill", "at the harbour", "under the oak",
           "in the kitchen", "beside the well", "at the market", "on the hill", "in the cellar",
           "by the river", "in the garden", "at the station", "outside the church", "in the forest",
           "on the island", "in front of the school"}},
         {[1] = "the ", [4] = "a "}},
    [SENTENCE_RUSSIAN] =
        {{{"В понедельник", "Во вторник", "В среду", "В четверг", "В пятницу",
           "В субботу", "В воскресенье", "В полдень", "На рассвете", "Поздно ночью", "Днём",
           "После дождя", "Перед грозой", "Прошлой зимой", "Осенью", "В день ярмарки"},
          {"старый", "молодой", "тихий", "весёлый", "высокий", "умный", "усталый", "счастливый",
           "занятой", "честный", "терпеливый", "добрый", "ленивый", "гордый", "любопытный",
           "бородатый"},
          {"мельник", "пекарь", "фермер", "моряк", "садовник", "учитель", "доктор", "художник",
           "плотник", "пастух", "рыбак", "библиотекарь", "портной", "почтальон", "сторож",
           "студент"},
          {"принёс", "продал", "потерял", "нашёл", "спрятал", "покрасил", "починил", "забыл",
           "взвесил", "одолжил", "вымыл", "купил", "сохранил", "завернул", "показал", "унёс"},
          {"тяжёлую", "маленькую", "сломанную", "деревянную", "золотую", "пыльную", "зелёную",
           "круглую", "узкую", "странную", "красивую", "простую", "синюю", "белую", "длинную",
           "старинную"},
          {"корзину", "лампу", "лестницу", "картину", "скатерть", "шкатулку", "книгу", "бутылку",
           "бочку", "тетрадь", "шубу", "свечу", "трубу", "карту", "лодку", "скамейку"},
          {"у моста", "за мельницей", "в гавани", "под дубом", "на кухне", "возле колодца",
           "на рынке", "на холме", "в подвале", "у реки", "в саду", "на вокзале", "около церкви",
           "в лесу", "на острове", "перед школой"}},
         {0}},
};

/* A sentence without an end. A small letter at its beginning: the capitals are Latin, or Cyrillic
 * letters from U+0410 to U+041F, whose small ones have the same first byte in UTF-8; in both rows a
 * small letter is 0x20 above its capital. */
static void draw(char *out, size_t space, struct task_random *random,
                 enum sentence_language language, bool small)
{
    const struct language *words = &languages[language];
    size_t used = 0;
    out[0] = '\0';
    for (size_t part = 0; part < PARTS && used < space; part++) {
        const char *word = words->words[part][task_draw_below(random, CHOICE)];
        const char *article = words->article[part] ? words->article[part] : "";
        int added = snprintf(out + used, space - used, "%s%s%s", part > 0 ? " " : "", article,
                             word);
        used += added > 0 ? (size_t)added : 0;
    }
    char *first = out + (language == SENTENCE_RUSSIAN ? 1 : 0);
    if (small)
        *first = (char)(*first + 0x20);
}

void task_draw_sentences(char *out, size_t space, struct task_random *random,
                         enum sentence_language language, unsigned count)
{
    out[0] = '\0';
    for (unsigned i = 0; i < count; i++) {
        size_t used = strlen(out);
        draw(out + used, space - used, random, language, false);
        used += strlen(out + used);
        snprintf(out + used, space - used, "%s", i + 1 < count ? ". " : ".");
    }
}

void task_draw_plain_line(char *out, size_t space, struct task_random *random,
                          enum sentence_language language)
{
    draw(out, space, random, language, true);
    size_t used = strlen(out);
    snprintf(out + used, space - used, "%s", language == SENTENCE_RUSSIAN ? " а " : " and ");
    used += strlen(out + used);
    draw(out + used, space - used, random, language, true);
    for (char *sign = out; language == SENTENCE_ENGLISH && *sign; sign++)
        if (*sign >= 'A' && *sign <= 'Z')
            *sign = (char)(*sign + ('a' - 'A'));
}
