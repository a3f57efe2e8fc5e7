/*
 * A model of a language as a tree of strings: see sym_byte_model.h.
 *
 * A node is a string; its children are the strings one byte longer; its shorter one is the string
 * without its first byte. All parts of a text up to the order are in the tree, so where a string has
 * no child for a byte, the shorter one is asked.
 */
#include "sym_byte_model.h"

#include <stdlib.h>
#include <string.h>

#define ORDER      SYM_BYTE_MODEL_ORDER
#define DISCOUNT   0.75f
#define STORE_SETS 16384 /* of 256 costs and chances each: 32 MiB */
#define NO_NODE    UINT32_MAX

struct node {
    uint32_t count, shorter;
    uint32_t first, next; /* child, and sibling; 0: none, since the root is nobody's child */
    uint32_t set;         /* its costs in the store, if store[set] is still this node's */
    uint8_t byte, depth;
};

struct cost_set {
    uint32_t node;
    float costs[256], chances[256];
};

struct sym_byte_model {
    struct node *nodes; /* the root is the empty string */
    size_t count, space;
    uint32_t ones[256], twos[256][256]; /* the strings of one and two bytes: those lists are long */
    struct cost_set *store;
    size_t used;
};

/* --- the tree --------------------------------------------------------------------------------- */

static uint32_t find_child(const struct sym_byte_model *model, uint32_t node, uint8_t byte)
{
    if (node == 0)
        return model->ones[byte];
    if (model->nodes[node].depth == 1)
        return model->twos[model->nodes[node].byte][byte];
    uint32_t child = model->nodes[node].first;
    while (child && model->nodes[child].byte != byte)
        child = model->nodes[child].next;
    return child;
}

/* 0 without memory. */
static uint32_t add_child(struct sym_byte_model *model, uint32_t node, uint8_t byte)
{
    if (model->count == model->space) {
        size_t space = model->space * 2;
        struct node *nodes = realloc(model->nodes, space * sizeof(*nodes));
        if (!nodes)
            return 0;
        model->nodes = nodes;
        model->space = space;
    }
    uint32_t child = (uint32_t)model->count++;
    model->nodes[child] = (struct node){.byte = byte,
                                        .depth = (uint8_t)(model->nodes[node].depth + 1),
                                        .next = model->nodes[node].first,
                                        .set = NO_NODE};
    model->nodes[node].first = child;
    if (node == 0)
        model->ones[byte] = child;
    else if (model->nodes[node].depth == 1)
        model->twos[model->nodes[node].byte][byte] = child;
    return child;
}

/* All strings that begin here, up to the order; path: those that began at the byte before, which
 * learn here what their shorter ones are. */
static int add_strings(struct sym_byte_model *model, uint32_t path[ORDER + 1], const uint8_t *text,
                       size_t bytes)
{
    uint32_t node = 0, before[ORDER + 1];
    memcpy(before, path, sizeof(before));
    memset(path, 0, sizeof(before));
    model->nodes[0].count++;
    for (size_t i = 0; i < bytes && i < ORDER; i++) {
        uint32_t child = find_child(model, node, text[i]);
        if (!child && !(child = add_child(model, node, text[i])))
            return -1;
        model->nodes[child].count++;
        node = path[i + 1] = child;
        if (i + 2 <= ORDER && before[i + 2])
            model->nodes[before[i + 2]].shorter = child;
    }
    return 0;
}

struct sym_byte_model *sym_byte_model_new(const struct sym_bytes *texts, size_t count)
{
    struct sym_byte_model *model = calloc(1, sizeof(*model));
    size_t left = SYM_BYTE_MODEL_MAX_BYTES;
    if (!model)
        return NULL;
    model->space = 4096;
    model->nodes = calloc(model->space, sizeof(*model->nodes));
    model->store = malloc(STORE_SETS * sizeof(*model->store));
    if (!model->nodes || !model->store)
        goto failed;
    model->nodes[0].set = NO_NODE;
    model->count = 1;
    for (size_t t = 0; t < count; t++) {
        size_t bytes = texts[t].count < left ? texts[t].count : left;
        uint32_t path[ORDER + 1] = {0};
        for (size_t i = 0; i < bytes; i++)
            if (add_strings(model, path, texts[t].data + i, bytes - i))
                goto failed;
        left -= bytes;
    }
    return model;
failed:
    sym_byte_model_free(model);
    return NULL;
}

void sym_byte_model_free(struct sym_byte_model *model)
{
    if (!model)
        return;
    free(model->nodes);
    free(model->store);
    free(model);
}

uint32_t sym_byte_model_next(const struct sym_byte_model *model, uint32_t place, uint8_t byte)
{
    uint32_t child;
    while (!(child = find_child(model, place, byte)) && place)
        place = model->nodes[place].shorter;
    while (child && !model->nodes[child].first) /* nothing is known to follow */
        child = model->nodes[child].shorter;
    return child;
}

/* --- costs ------------------------------------------------------------------------------------ */

static struct cost_set *kept(const struct sym_byte_model *model, uint32_t node)
{
    uint32_t set = model->nodes[node].set;
    return set < model->used && model->store[set].node == node ? &model->store[set] : NULL;
}

/* -log2(x) for 0 < x: the exponent as it stands in the number, and for the rest 1 <= m < 2 the series
 * of artanh((m - 1) / (m + 1)), to five digits. The library links no libm. */
static float cost_of(float x)
{
    uint32_t bits;
    float m, t, square;
    memcpy(&bits, &x, sizeof(bits));
    int exponent = (int)(bits >> 23 & 0xff) - 127;
    bits = (bits & 0x7fffff) | (uint32_t)127 << 23;
    memcpy(&m, &bits, sizeof(m));
    t = (m - 1) / (m + 1);
    square = t * t;
    return -((float)exponent +
             2.88539f * t * (1 + square * (1 / 3.0f + square * (0.2f + square / 7))));
}

/* The formula of the header, from the chances behind the shorter context. */
static struct cost_set *compute(struct sym_byte_model *model, uint32_t node, const float *shorter)
{
    const struct node *nodes = model->nodes;
    struct cost_set *set = &model->store[model->used];
    float total = 0, kinds = 0;
    for (uint32_t child = nodes[node].first; child; child = nodes[child].next) {
        total += (float)nodes[child].count;
        kinds++;
    }
    for (size_t b = 0; b < 256; b++)
        set->chances[b] = (total > 0 ? DISCOUNT * kinds / total : 1) *
                          (shorter ? shorter[b] : 1.0f / 256);
    for (uint32_t child = nodes[node].first; child; child = nodes[child].next)
        set->chances[nodes[child].byte] += ((float)nodes[child].count - DISCOUNT) / total;
    for (size_t b = 0; b < 256; b++)
        set->costs[b] = cost_of(set->chances[b]);
    set->node = node;
    model->nodes[node].set = (uint32_t)model->used++;
    return set;
}

const float *sym_byte_model_costs(struct sym_byte_model *model, uint32_t place)
{
    uint32_t path[ORDER + 2];
    size_t depth = 0;
    struct cost_set *set = kept(model, place);
    if (set)
        return set->costs;
    if (model->used + ORDER + 2 > STORE_SETS) /* full: all is computed anew when asked for */
        model->used = 0;
    path[depth++] = place;
    while (path[depth - 1] && !kept(model, path[depth - 1])) {
        path[depth] = model->nodes[path[depth - 1]].shorter;
        depth++;
    }
    set = kept(model, path[depth - 1]);
    if (!set)
        set = compute(model, path[depth - 1], NULL);
    while (--depth > 0)
        set = compute(model, path[depth - 1], set->chances);
    return set->costs;
}

double sym_byte_model_text_cost(struct sym_byte_model *model, uint32_t *place, const uint8_t *text,
                                size_t bytes)
{
    uint32_t start = SYM_BYTE_MODEL_START;
    double bits = 0;
    if (!place)
        place = &start;
    for (size_t i = 0; i < bytes; i++) {
        bits += (double)sym_byte_model_costs(model, *place)[text[i]];
        *place = sym_byte_model_next(model, *place, text[i]);
    }
    return bits;
}
