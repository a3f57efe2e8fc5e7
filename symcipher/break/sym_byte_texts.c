/*
 * The texts, put into the library by the assembler as they are, each with a 0 behind it. The paths
 * are from the top of the tree, where make runs; the Makefile knows that this object depends on them.
 * sym_language.c takes them from here, by their names and NAME_end.
 */
#include "sym_byte_texts.h"

#include <stdlib.h>
#include <string.h>

#define TEXT(name, path)                                                                           \
    __asm__(".section .rodata\n"                                                                   \
            ".global " #name "\n" #name ":\n"                                                      \
            ".incbin \"" path "\"\n"                                                               \
            ".global " #name "_end\n" #name "_end:\n"                                              \
            ".byte 0\n"                                                                            \
            ".previous\n")

TEXT(sym_text_english, "symcipher/break/texts/english.txt");
TEXT(sym_text_russian, "symcipher/break/texts/russian.txt");
TEXT(sym_text_talk, "symcipher/break/texts/talk.txt");
extern const char sym_text_english[], sym_text_russian[], sym_text_talk[];

#define OWN_TEXTS 3

struct sym_byte_model *sym_byte_model_of_texts(const struct sym_bytes *more, size_t count,
                                               unsigned weight)
{
    const struct sym_bytes own[OWN_TEXTS] = {
        {(const uint8_t *)sym_text_english, strlen(sym_text_english)},
        {(const uint8_t *)sym_text_russian, strlen(sym_text_russian)},
        {(const uint8_t *)sym_text_talk, strlen(sym_text_talk)},
    };
    struct sym_bytes *all = calloc(OWN_TEXTS + count * weight, sizeof(*all));
    struct sym_byte_model *model = NULL;
    size_t used = 0;
    if (!all)
        return NULL;
    for (size_t i = 0; i < count * weight; i++)
        all[used++] = more[i % count];
    for (size_t i = 0; i < OWN_TEXTS; i++)
        all[used++] = own[i];
    model = sym_byte_model_new(all, used);
    free(all);
    return model;
}
