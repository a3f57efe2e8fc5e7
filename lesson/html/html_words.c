/*
 * The words around a page; see html_words.h.
 */
#include "html_words.h"

#include <stddef.h>
#include <string.h>

static const struct html_words words[] = {
    {"en", "English", "Contents", "All lessons", "Before it", "Next", "copy commands", "copied",
     "terminal", "dark or light", "open all answers", "close all answers", "print",
     "this page lies in", "Made by Glassbox from the page"},
    {"ru", "Русский", "Содержание", "Все уроки", "Перед ним", "Дальше", "скопировать команды",
     "скопировано", "терминал", "темнее или светлее", "открыть все ответы", "закрыть все ответы",
     "напечатать", "эта страница лежит в", "Сделано программой Glassbox из страницы"},
};

const struct html_words *html_words_of(const char *language)
{
    for (size_t i = 1; i < sizeof(words) / sizeof(*words); i++)
        if (strcmp(words[i].language, language) == 0)
            return &words[i];
    return &words[0];
}
