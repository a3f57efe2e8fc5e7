/*
 * The automaton of sym_language_model.h, counted from a text.
 *
 * A state is a context: up to order - 1 signs, the newest first. It hangs below the context without
 * its oldest sign, so the states are a tree, and a parent has the smaller number:
 *
 *     (nothing) --e--> "e" --h--> "he" --t--> "the"
 *
 *   1. Each sign of the text is counted in all states that stand before it.
 *   2. From the root down, a state's chances are its counts mixed with its parent's chances: with
 *      C signs counted of T kinds, (count + T * parent) / (C + T).
 *   3. The state behind (state, sign) is the longest context that there is: found from the parent's.
 */
#include "sym_language_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX
#define DOUBT                                                                                      \
    (1.0 / 64) /* the share of signs that may come by chance: one that is odd costs 6 bits */

struct tree {
    struct sym_model *model;
    uint32_t *older;  /* [state * classes + class]: the state with one more sign before; NONE */
    uint32_t *parent; /* of a state */
    uint16_t *sign;   /* the class by which it hangs there */
    uint8_t *depth;
    uint32_t room;
    unsigned order;
};

/* The array with room for so many bytes, or as it was: then *done is false. */
static void *wider(void *array, size_t bytes, bool *done)
{
    void *moved = realloc(array, bytes);
    if (moved)
        return moved;
    *done = false;
    return array;
}

static bool grow(struct tree *tree)
{
    struct sym_model *model = tree->model;
    const uint32_t room = tree->room * 2 + 1024;
    const size_t row = model->classes * sizeof(uint32_t);
    bool done = true;
    model->bits = wider(model->bits, room * row, &done);
    tree->older = wider(tree->older, room * row, &done);
    tree->parent = wider(tree->parent, room * sizeof(*tree->parent), &done);
    tree->sign = wider(tree->sign, room * sizeof(*tree->sign), &done);
    tree->depth = wider(tree->depth, room, &done);
    if (done)
        tree->room = room;
    return done;
}

/* NONE without memory. */
static uint32_t add_state(struct tree *tree, uint32_t parent, uint16_t sign)
{
    struct sym_model *model = tree->model;
    if (model->states == tree->room && !grow(tree))
        return NONE;
    if (!tree->older || !tree->parent || !tree->sign || !tree->depth)
        return NONE; /* cannot be: there is room */
    const uint32_t state = model->states++;
    for (size_t c = 0; c < model->classes; c++) {
        tree->older[(size_t)state * model->classes + c] = NONE;
        model->bits[(size_t)state * model->classes + c] = 0;
    }
    tree->parent[state] = parent;
    tree->sign[state] = sign;
    tree->depth[state] = (uint8_t)(state == 0 ? 0 : tree->depth[parent] + 1);
    return state;
}

/* Step 1. text: classes. The counts lie where the bits will. */
static bool count_text(struct tree *tree, const uint16_t *text, size_t count)
{
    const size_t classes = tree->model->classes;
    if (add_state(tree, 0, 0) == NONE)
        return false;
    for (size_t i = 0; i < count; i++) {
        uint32_t state = 0;
        tree->model->bits[text[i]] += 1;
        for (size_t d = 1; d < tree->order && d <= i; d++) {
            const size_t at = state * classes + text[i - d];
            if (tree->older[at] == NONE) {
                const uint32_t added = add_state(tree, state, text[i - d]);
                if (added == NONE)
                    return false;
                tree->older[at] = added;
            }
            state = tree->older[at];
            tree->model->bits[state * classes + text[i]] += 1;
        }
    }
    return true;
}

/* Step 2: from counts to chances. Below the root lies a word on signs that were never seen. */
static void mix(const struct tree *tree)
{
    const size_t classes = tree->model->classes;
    for (uint32_t state = 0; state < tree->model->states; state++) {
        float *chance = tree->model->bits + state * classes;
        const float *below = tree->model->bits + tree->parent[state] * classes;
        float counted = 0, kinds = 0;
        for (size_t c = 0; c < classes; c++) {
            counted += chance[c];
            kinds += chance[c] > 0;
        }
        for (size_t c = 0; c < classes; c++)
            chance[c] = (chance[c] + kinds * (state == 0 ? 1.0f / (float)classes : below[c])) /
                        (counted + kinds);
    }
}

/* Step 3. */
static bool link_states(const struct tree *tree)
{
    struct sym_model *model = tree->model;
    const size_t classes = model->classes;
    model->next = malloc(model->states * classes * sizeof(*model->next));
    if (!model->next)
        return false;
    for (uint32_t state = 0; state < model->states; state++)
        for (size_t c = 0; c < classes; c++) {
            const uint32_t parent = tree->parent[state];
            uint32_t *next = &model->next[state * classes + c];
            if (state == 0) {
                *next = tree->order > 1 && tree->older[c] != NONE ? tree->older[c] : 0;
                continue;
            }
            const uint32_t shorter = model->next[parent * classes + c];
            const uint32_t longer = tree->older[shorter * classes + tree->sign[state]];
            const bool is_whole = tree->depth[shorter] == tree->depth[parent] + 1;
            *next = is_whole && longer != NONE ? longer : shorter;
        }
    return true;
}

/* From chances to bits over chance. Blindly, a gap comes as often as in the text, and all letters of
 * the alphabet come equally often; those that the text lacks share one class. */
static void weigh(struct sym_model *model, double gap_share)
{
    uint32_t unseen = 0;
    const uint16_t last = (uint16_t)(model->classes - 1);
    for (uint32_t sign = 0; sign < model->alphabet_size; sign++)
        unseen += model->class_of[sign] == last;
    const double letter = (1 - gap_share) / model->alphabet_size;
    for (uint32_t state = 0; state < model->states; state++)
        for (uint32_t c = 0; c < model->classes; c++) {
            float *bits = &model->bits[(size_t)state * model->classes + c];
            const double blind = model->words && c == model->gap_class ? gap_share
                                 : c == last ? letter * (unseen ? unseen : 1)
                                             : letter;
            *bits = (float)log2((1 - DOUBT) * (double)*bits / blind + DOUBT);
        }
}

/* Classes: signs that the text has, the gap, and one for all others. */
static bool find_classes(struct sym_model *model, const struct sym_signs *signs)
{
    model->class_of = malloc(model->alphabet_size * sizeof(*model->class_of));
    if (!model->class_of)
        return false;
    for (uint32_t sign = 0; sign < model->alphabet_size; sign++)
        model->class_of[sign] = UINT16_MAX;
    for (size_t i = 0; i < signs->count; i++)
        if (signs->signs[i] >= 0 && model->class_of[signs->signs[i]] == UINT16_MAX)
            model->class_of[signs->signs[i]] = (uint16_t)model->classes++;
    model->gap_class = (uint16_t)model->classes;
    model->classes += model->words;
    for (uint32_t sign = 0; sign < model->alphabet_size; sign++)
        if (model->class_of[sign] == UINT16_MAX)
            model->class_of[sign] = (uint16_t)model->classes;
    model->classes++;
    return true;
}

static bool learn(struct sym_model *model, const struct sym_signs *signs, unsigned order)
{
    struct tree tree = {.model = model, .order = order};
    size_t count = 0;
    uint16_t *text = malloc((signs->count + 1) * sizeof(*text));
    for (size_t i = 0; text && i < signs->count; i++)
        if (signs->signs[i] >= 0)
            text[count++] = model->class_of[signs->signs[i]];
        else if (model->words)
            text[count++] = model->gap_class;
    bool done = text && count_text(&tree, text, count);
    if (done) {
        mix(&tree);
        done = link_states(&tree);
    }
    if (done)
        weigh(model,
              model->words ? (double)signs->gaps / (double)(signs->gaps + signs->letters) : 0);
    free(text);
    free(tree.older);
    free(tree.parent);
    free(tree.sign);
    free(tree.depth);
    return done;
}

/* The lines of talk that have letters of the language. */
static bool add_talk(struct sym_signs *signs, const struct sym_language *language)
{
    size_t bytes;
    const char *line = sym_language_talk(&bytes), *end = line + bytes;
    bool done = true;
    while (done && line < end) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        const char *next = stop ? stop + 1 : end;
        struct sym_signs letters = {.alphabet = sym_language_alphabet(language)};
        done = sym_signs_add(&letters, line, (size_t)(next - line)) &&
               (letters.letters == 0 || sym_signs_add(signs, line, (size_t)(next - line)));
        sym_signs_free(&letters);
        line = next;
    }
    return done;
}

struct sym_model *sym_model_new(const struct sym_language *language,
                                const struct sym_alphabet *alphabet, bool words, unsigned order)
{
    struct sym_model *model = calloc(1, sizeof(*model));
    struct sym_signs signs = {.alphabet = alphabet};
    size_t bytes;
    const char *text = sym_language_text(language, &bytes);
    bool done = model && sym_signs_add(&signs, text, bytes);
    if (done && sym_alphabet_size(alphabet) >= 256) /* blanks and marks are moved, too */
        done = add_talk(&signs, language);
    if (done) {
        model->alphabet_size = sym_alphabet_size(alphabet);
        model->words = words;
        done = find_classes(model, &signs) && learn(model, &signs, order);
    }
    sym_signs_free(&signs);
    if (done)
        return model;
    sym_model_free(model);
    return NULL;
}

void sym_model_free(struct sym_model *model)
{
    if (!model)
        return;
    free(model->class_of);
    free(model->bits);
    free(model->next);
    free(model);
}
