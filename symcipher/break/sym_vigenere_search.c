/* The search of sym_vigenere_search.h. */
#include "sym_vigenere_search.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CHOICES 48 /* letters tried in a column: all of an alphabet, or the likeliest bytes */

struct guess {
    double bits;
    uint32_t parent, key;
};

struct search {
    const struct sym_model *model;
    const struct sym_signs *signs;
    size_t length, width;
    size_t choices; /* letters tried in a column */
    size_t rows;
    uint32_t *cells;  /* [column * rows + row]: where in signs its letter stands; NO_CELL */
    uint32_t *order;  /* [column * choices + rank]: key letters, the likeliest first */
    uint32_t *states; /* [guess * rows + row], now and next */
    uint32_t *states_next;
    struct guess *trail; /* [column * width + guess] */
    struct guess *tried; /* width * choices */
    uint64_t *work;
};

#define NO_CELL UINT32_MAX

static int32_t opened(const struct search *search, int32_t sign, uint32_t key)
{
    const uint32_t size = search->model->alphabet_size, letter = (uint32_t)sign;
    return (int32_t)(letter >= key ? letter - key : letter + size - key);
}

double sym_vigenere_bits(const struct sym_model *model, const struct sym_signs *signs,
                         const uint32_t *key, size_t length)
{
    const struct search search = {.model = model};
    uint32_t state = SYM_MODEL_START;
    double bits = 0;
    for (size_t i = 0; i < signs->count; i++) {
        int32_t sign = signs->signs[i];
        if (sign >= 0)
            sign = opened(&search, sign, key[signs->places[i] % length]);
        bits += (double)sym_model_step(model, &state, sign);
    }
    return bits;
}

/* --- the table of columns and rows ------------------------------------------------------------ */

static bool lay_out(struct search *search)
{
    const struct sym_signs *signs = search->signs;
    const size_t length = search->length;
    size_t row = 0;
    for (size_t i = 0; i < signs->count; i++)
        search->rows += signs->signs[i] >= 0 && signs->places[i] % length == 0;
    search->cells = malloc((search->rows * length + 1) * sizeof(*search->cells));
    if (!search->cells)
        return false;
    for (size_t i = 0; i < search->rows * length; i++)
        search->cells[i] = NO_CELL;
    for (size_t i = 0; i < signs->count; i++) {
        const size_t column = signs->places[i] % length;
        if (signs->signs[i] < 0)
            continue;
        row += column == 0;
        search->cells[column * search->rows + row - 1] = (uint32_t)i;
    }
    return true;
}

/* What the letter at a cell weighs, and the gap behind it. */
static double weigh_cell(const struct search *search, size_t cell, uint32_t key, uint32_t *state)
{
    const int32_t *signs = search->signs->signs;
    double bits = (double)sym_model_step(search->model, state, opened(search, signs[cell], key));
    if (cell + 1 < search->signs->count && signs[cell + 1] == SYM_SIGN_GAP)
        bits += (double)sym_model_step(search->model, state, SYM_SIGN_GAP);
    return bits;
}

static int by_bits(const void *a, const void *b)
{
    const double left = ((const struct guess *)a)->bits, right = ((const struct guess *)b)->bits;
    return left < right ? 1 : left > right ? -1 : 0;
}

/* The key letters of each column by their letters alone. */
static bool rank_choices(struct search *search)
{
    const uint32_t size = search->model->alphabet_size;
    struct guess *ranked = malloc(size * sizeof(*ranked));
    search->choices = size < MAX_CHOICES ? size : MAX_CHOICES;
    search->order = malloc(search->length * search->choices * sizeof(*search->order));
    for (size_t column = 0; ranked && search->order && column < search->length; column++) {
        for (uint32_t key = 0; key < size; key++) {
            ranked[key] = (struct guess){.key = key};
            for (size_t row = 0; row < search->rows; row++) {
                const uint32_t cell = search->cells[column * search->rows + row];
                uint32_t state = SYM_MODEL_START;
                if (cell != NO_CELL)
                    ranked[key].bits += weigh_cell(search, cell, key, &state);
            }
        }
        qsort(ranked, size, sizeof(*ranked), by_bits);
        for (size_t rank = 0; rank < search->choices; rank++)
            search->order[column * search->choices + rank] = ranked[rank].key;
    }
    free(ranked);
    return ranked && search->order;
}

/* --- from column to column -------------------------------------------------------------------- */

/* The states before the first column: nothing is known there, but that a gap is one. */
static void set_out(struct search *search)
{
    for (size_t row = 0; row < search->rows; row++) {
        search->states[row] = SYM_MODEL_START;
        const uint32_t cell = search->cells[row];
        if (cell > 0 && search->signs->signs[cell - 1] == SYM_SIGN_GAP)
            (void)sym_model_step(search->model, &search->states[row], SYM_SIGN_GAP);
    }
}

/* Moves the best `keep` to the front: quickselect, since order among them does not matter. */
static void select_best(struct guess *guesses, size_t count, size_t keep)
{
    size_t low = 0, high = count;
    while (keep < count && high - low > 1) {
        const double pivot = guesses[low + (high - low) / 2].bits;
        size_t i = low, j = high - 1;
        for (;;) {
            while (guesses[i].bits > pivot)
                i++;
            while (guesses[j].bits < pivot)
                j--;
            if (i >= j)
                break;
            struct guess swap = guesses[i];
            guesses[i++] = guesses[j];
            guesses[j--] = swap;
        }
        if (keep <= j + 1 && j + 1 < high)
            high = j + 1;
        else if (j + 1 > low)
            low = j + 1;
        else
            break;
        if (keep <= low)
            break;
    }
}

static size_t try_column(struct search *search, size_t column, size_t guesses)
{
    const uint32_t *cells = search->cells + column * search->rows;
    size_t count = 0;
    for (size_t g = 0; g < guesses; g++)
        for (size_t rank = 0; rank < search->choices; rank++) {
            const uint32_t key = search->order[column * search->choices + rank];
            double bits = column > 0 ? search->trail[(column - 1) * search->width + g].bits : 0;
            for (size_t row = 0; row < search->rows; row++) {
                uint32_t state = search->states[g * search->rows + row];
                if (cells[row] != NO_CELL)
                    bits += weigh_cell(search, cells[row], key, &state);
            }
            search->tried[count++] = (struct guess){bits, (uint32_t)g, key};
        }
    *search->work += count * search->signs->letters / search->length;
    return count;
}

/* Keeps the best of what was tried. Returns how many. */
static size_t keep_best(struct search *search, size_t column, size_t count)
{
    const uint32_t *cells = search->cells + column * search->rows;
    const size_t keep = count < search->width ? count : search->width;
    select_best(search->tried, count, keep);
    memcpy(search->trail + column * search->width, search->tried, keep * sizeof(*search->tried));
    for (size_t g = 0; g < keep; g++)
        for (size_t row = 0; row < search->rows; row++) {
            uint32_t *state = &search->states_next[g * search->rows + row];
            *state = search->states[search->tried[g].parent * search->rows + row];
            if (cells[row] != NO_CELL)
                (void)weigh_cell(search, cells[row], search->tried[g].key, state);
        }
    uint32_t *swap = search->states;
    search->states = search->states_next;
    search->states_next = swap;
    return keep;
}

/* --- whole keys ------------------------------------------------------------------------------- */

static void read_key(const struct search *search, size_t guess, uint32_t *key)
{
    for (size_t column = search->length; column-- > 0;) {
        const struct guess *step = &search->trail[column * search->width + guess];
        key[column] = step->key;
        guess = step->parent;
    }
}

static double weigh_key(const struct search *search, const uint32_t *key)
{
    *search->work += search->signs->letters;
    return sym_vigenere_bits(search->model, search->signs, key, search->length);
}

/* Changes one letter of the key after the other to the best one, until nothing helps. */
static double polish(const struct search *search, uint32_t *key, double bits)
{
    for (bool better = true; better;) {
        better = false;
        for (size_t column = 0; column < search->length; column++) {
            uint32_t *letter = &key[column], best = *letter;
            for (size_t rank = 0; rank < search->choices; rank++) {
                *letter = search->order[column * search->choices + rank];
                const double now = weigh_key(search, key);
                if (now > bits + 1e-6) {
                    bits = now;
                    best = *letter;
                    better = true;
                }
            }
            *letter = best;
        }
    }
    return bits;
}

static bool best_key(struct search *search, size_t guesses, size_t polished, uint32_t *key,
                     double *bits)
{
    uint32_t *other = malloc(search->length * sizeof(*other));
    if (!other)
        return false;
    for (size_t g = 0; g < guesses; g++) {
        read_key(search, g, other);
        search->tried[g] = (struct guess){weigh_key(search, other), 0, (uint32_t)g};
    }
    qsort(search->tried, guesses, sizeof(*search->tried), by_bits);
    *bits = -DBL_MAX;
    for (size_t g = 0; g < guesses && g < (polished ? polished : 1); g++) {
        read_key(search, search->tried[g].key, other);
        double now = search->tried[g].bits;
        if (polished)
            now = polish(search, other, now);
        if (now > *bits) {
            *bits = now;
            memcpy(key, other, search->length * sizeof(*key));
        }
    }
    free(other);
    return true;
}

static bool find_room(struct search *search)
{
    const size_t states = search->width * search->rows;
    search->states = calloc(states, sizeof(*search->states));
    search->states_next = calloc(states, sizeof(*search->states_next));
    search->trail = calloc(search->length * search->width, sizeof(*search->trail));
    search->tried = malloc(search->width * search->choices * sizeof(*search->tried));
    return search->states && search->states_next && search->trail && search->tried;
}

bool sym_vigenere_search(const struct sym_model *model, const struct sym_signs *signs,
                         size_t length, const struct sym_vigenere_effort *effort, uint32_t *key,
                         double *bits, uint64_t *work)
{
    struct search search = {
        .model = model, .signs = signs, .length = length, .width = effort->width, .work = work};
    bool done = lay_out(&search) && rank_choices(&search) && find_room(&search);
    if (done) {
        size_t guesses = 1;
        set_out(&search);
        for (size_t column = 0; column < length; column++)
            guesses = keep_best(&search, column, try_column(&search, column, guesses));
        done = best_key(&search, guesses, effort->polished, key, bits);
    }
    free(search.cells);
    free(search.order);
    free(search.states);
    free(search.states_next);
    free(search.trail);
    free(search.tried);
    return done;
}
