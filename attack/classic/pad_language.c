/*
 * A model of what the texts under a pad may be.
 */
#include "pad_language.h"

#include "sym_xor_cbc.h"
#include "whole_file.h"

#include <string.h>

#define S struct pad_language_options
static const struct option_row rows[] = {
    TEXT(S, like, "like", 0, "FILE",
         "The texts are like this one: count their language from it, too"),
    {0}};
#undef S

const struct option_table pad_language_table = {.rows = rows};

#define LIKE_MAX_BYTES ((size_t)1024 * 1024)
#define WEIGHT         4 /* of what is known of these texts alone */

/* Messages of the channel begin with their kind, data or 4 for goodbye; lines of the chat with a word. */
static const char talk[] = "\1say\t"
                           "\1say\t"
                           "\1say\thello\n"
                           "\1say\tI am here\n"
                           "\1say\tпривет\n"
                           "\1me\t"
                           "\1who\n"
                           "\1quit\n"
                           "\4\0\0"
                           "\1welcome\tanna\t1\n"
                           "\1joined\t1764284400123\tanna\n"
                           "\1joined\t1796000000999\tboris\n"
                           "\1said\t1764284400456\tanna\tgood morning\n"
                           "\1said\t1796000123789\tboris\tgood morning\n"
                           "\1left\t1764284499012\tanna\tgoodbye\n";

struct sym_byte_model *pad_language_model(const struct pad_language_options *options,
                                          unsigned kinds, struct problem *problem)
{
    uint8_t paddings[SYM_XOR_CBC_PADDINGS_BYTES];
    struct whole_file like = {0};
    struct sym_bytes more[3];
    struct sym_byte_model *model = NULL;
    size_t count = 0;
    if (options->like && !whole_file_read(&like, options->like, LIKE_MAX_BYTES, problem))
        return NULL;
    if (like.bytes > 0)
        more[count++] = (struct sym_bytes){(const uint8_t *)like.data, like.bytes};
    if (kinds & PAD_LANGUAGE_TALK)
        more[count++] = (struct sym_bytes){(const uint8_t *)talk, sizeof(talk) - 1};
    if (kinds & PAD_LANGUAGE_PADDED)
        more[count++] = sym_xor_cbc_paddings(paddings);
    model = sym_byte_model_of_texts(more, count, WEIGHT);
    whole_file_free(&like);
    if (!model)
        problem_memory(problem);
    return model;
}
