/* Several ciphertexts under one pad, by a beam search: see sym_pad_search.h. */
#include "sym_pad_search.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

/* One beginning of the pad: all of it but its last byte is the parent's. */
struct beginning {
    float bits;
    uint32_t parent;
    uint8_t byte;
};

struct beam {
    const struct sym_pad_search *search;
    struct sym_byte_model *model;
    size_t width;
    struct beginning *kept;     /* width for each byte of the pad */
    struct beginning *heap;     /* the best children so far, the worst of them first */
    uint32_t *places, *onwards; /* of each beginning: where each row is in the model */
    size_t alive, heaped;
};

static size_t width_of(const struct sym_pad_search *search)
{
    uint64_t each = (uint64_t)search->pad_bytes * 256 * search->row_count;
    uint64_t most = SYM_PAD_MAX_WORK / (each ? each : 1);
    size_t width = search->width ? search->width : SYM_PAD_MAX_WIDTH;
    if (most < width)
        width = (size_t)most;
    return width > 0 ? width : 1;
}

static bool beam_open(struct beam *beam)
{
    const struct sym_pad_search *search = beam->search;
    const size_t places = beam->width * search->row_count;
    beam->kept = calloc(search->pad_bytes * beam->width, sizeof(*beam->kept));
    beam->heap = calloc(beam->width, sizeof(*beam->heap));
    beam->places = calloc(places, sizeof(*beam->places));
    beam->onwards = calloc(places, sizeof(*beam->onwards));
    return beam->kept && beam->heap && beam->places && beam->onwards;
}

static void beam_close(struct beam *beam)
{
    free(beam->kept);
    free(beam->heap);
    free(beam->places);
    free(beam->onwards);
}

/* --- the best children, in a heap whose first is the worst ------------------------------------- */

static void sink(struct beam *beam, size_t at)
{
    struct beginning moved = beam->heap[at];
    for (size_t child; (child = 2 * at + 1) < beam->heaped; at = child) {
        if (child + 1 < beam->heaped && beam->heap[child + 1].bits > beam->heap[child].bits)
            child++;
        if (beam->heap[child].bits <= moved.bits)
            break;
        beam->heap[at] = beam->heap[child];
    }
    beam->heap[at] = moved;
}

static void offer(struct beam *beam, struct beginning child)
{
    if (beam->heaped < beam->width) {
        size_t at = beam->heaped++;
        for (; at > 0 && beam->heap[(at - 1) / 2].bits < child.bits; at = (at - 1) / 2)
            beam->heap[at] = beam->heap[(at - 1) / 2];
        beam->heap[at] = child;
    } else if (child.bits < beam->heap[0].bits) {
        beam->heap[0] = child;
        sink(beam, 0);
    }
}

/* --- one byte further ------------------------------------------------------------------------- */

/* What each next byte of the pad would cost, over all rows. */
static void guess(struct beam *beam, float bits[256], size_t which, size_t at)
{
    const struct sym_pad_search *search = beam->search;
    const uint32_t *places = beam->places + which * search->row_count;
    memset(bits, 0, 256 * sizeof(*bits));
    for (size_t r = 0; r < search->row_count; r++) {
        if (at >= search->rows[r].count)
            continue;
        const float *costs = sym_byte_model_costs(beam->model, places[r]);
        const uint8_t sealed = search->rows[r].sealed[at];
        for (size_t byte = 0; byte < 256; byte++)
            bits[byte] += costs[byte ^ sealed];
    }
}

static void move_places(struct beam *beam, const struct beginning *kept, size_t at)
{
    const struct sym_pad_search *search = beam->search;
    for (size_t i = 0; i < beam->heaped; i++) {
        const uint32_t *from = beam->places + kept[i].parent * search->row_count;
        uint32_t *to = beam->onwards + i * search->row_count;
        for (size_t r = 0; r < search->row_count; r++)
            if (at < search->rows[r].count)
                to[r] = sym_byte_model_next(beam->model, from[r],
                                            search->rows[r].sealed[at] ^ kept[i].byte);
    }
    uint32_t *before = beam->places;
    beam->places = beam->onwards;
    beam->onwards = before;
    beam->alive = beam->heaped;
}

static void step(struct beam *beam, size_t at, const uint8_t *fixed)
{
    struct beginning *kept = beam->kept + at * beam->width;
    const struct beginning *before = at > 0 ? kept - beam->width : NULL;
    float bits[256];
    beam->heaped = 0;
    for (size_t i = 0; i < beam->alive; i++) {
        guess(beam, bits, i, at);
        for (size_t byte = 0; byte < 256; byte++)
            if (!fixed || *fixed == byte)
                offer(beam, (struct beginning){.bits = bits[byte] + (before ? before[i].bits : 0),
                                               .parent = (uint32_t)i,
                                               .byte = (uint8_t)byte});
    }
    memcpy(kept, beam->heap, beam->heaped * sizeof(*kept));
    move_places(beam, kept, at);
}

/* From the best end back to the beginning. */
static float trace_back(const struct beam *beam, uint8_t *pad)
{
    size_t at = beam->search->pad_bytes, best = 0;
    const struct beginning *kept = beam->kept + (at - 1) * beam->width;
    for (size_t i = 1; i < beam->alive; i++)
        if (kept[i].bits < kept[best].bits)
            best = i;
    float bits = kept[best].bits;
    while (at-- > 0) {
        kept = beam->kept + at * beam->width;
        pad[at] = kept[best].byte;
        best = kept[best].parent;
    }
    return bits;
}

bool sym_pad_search(uint8_t *pad, struct sym_pad_found *found, const struct sym_pad_search *search,
                    struct sym_byte_model *model)
{
    struct beam beam = {.search = search, .model = model, .width = width_of(search), .alive = 1};
    *found = (struct sym_pad_found){.width = beam.width};
    if (search->pad_bytes == 0 || search->row_count == 0)
        return true;
    bool opened = beam_open(&beam);
    for (size_t r = 0; opened && r < search->row_count; r++)
        beam.places[r] = search->rows[r].place;
    for (size_t at = 0; opened && at < search->pad_bytes; at++) {
        found->work += (uint64_t)beam.alive * 256 * search->row_count;
        step(&beam, at, search->is_fixed && search->is_fixed[at] ? &pad[at] : NULL);
    }
    if (opened)
        found->bits = (double)trace_back(&beam, pad);
    beam_close(&beam);
    return opened;
}
