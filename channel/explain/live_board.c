/*
 * The blocks of a live page; see live_board.h.
 *
 * They are in a list, in the order of their latest changes: a block that changes goes to its end.
 */
#include "live_board.h"

#include "sym_memory.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct block {
    struct block *older, *newer;
    char name[LIVE_NAME_BYTES + 8]; /* of an order "in order" */
    uint32_t hash;                  /* of the name */
    uint64_t number;                /* of the latest change */
    char *event;                    /* as it is sent, without its number */
    size_t bytes;
};

struct live_board {
    pthread_mutex_t lock; /* over all that follows */
    struct block *oldest, *newest;
    uint64_t number;
    size_t bytes;
    bool ended;
};

struct live_board *live_board_new(void)
{
    struct live_board *board = calloc(1, sizeof(*board));
    if (board)
        pthread_mutex_init(&board->lock, NULL);
    return board;
}

static void free_text(char *text, size_t bytes)
{
    if (text)
        sym_wipe(text, bytes);
    free(text);
}

void live_board_free(struct live_board *board)
{
    if (!board)
        return;
    while (board->oldest) {
        struct block *block = board->oldest;
        board->oldest = block->newer;
        free_text(block->event, block->bytes);
        free(block);
    }
    pthread_mutex_destroy(&board->lock);
    free(board);
}

/* --- the list --------------------------------------------------------------------------------- */

/* FNV-1a: names differ in their last letters, so comparing them takes long. */
static uint32_t hash_of(const char *name)
{
    uint32_t hash = 2166136261;
    for (; *name; name++)
        hash = (hash ^ (uint8_t)*name) * 16777619;
    return hash;
}

/* From the newest on: what changes has mostly changed just now. */
static struct block *find(const struct live_board *board, const char *name)
{
    const uint32_t hash = hash_of(name);
    for (struct block *block = board->newest; block; block = block->older)
        if (block->hash == hash && strcmp(block->name, name) == 0)
            return block;
    return NULL;
}

static void take_out(struct live_board *board, struct block *block)
{
    if (board->oldest == block)
        board->oldest = block->newer;
    if (board->newest == block)
        board->newest = block->older;
    if (block->older)
        block->older->newer = block->newer;
    if (block->newer)
        block->newer->older = block->older;
    board->bytes -= block->bytes;
}

static void put_newest(struct live_board *board, struct block *block)
{
    block->number = ++board->number;
    block->older = board->newest;
    block->newer = NULL;
    if (board->newest)
        board->newest->newer = block;
    else
        board->oldest = block;
    board->newest = block;
    board->bytes += block->bytes;
}

static struct block *new_block(const char *name)
{
    struct block *block = calloc(1, sizeof(*block));
    if (!block)
        return NULL;
    snprintf(block->name, sizeof(block->name), "%s", name);
    block->hash = hash_of(block->name);
    return block;
}

/* Takes the event, which is freed if it is not kept. */
static bool change(struct live_board *board, const char *name, char *event, size_t bytes)
{
    struct block *block;
    bool same;
    pthread_mutex_lock(&board->lock);
    block = find(board, name);
    same = block && block->bytes == bytes && memcmp(block->event, event, bytes) == 0;
    if (block && !same)
        take_out(board, block);
    else if (!block)
        block = new_block(name);
    if (same || !block) {
        free_text(event, bytes);
    } else {
        free_text(block->event, block->bytes);
        block->event = event;
        block->bytes = bytes;
        put_newest(board, block);
    }
    pthread_mutex_unlock(&board->lock);
    return block != NULL;
}

/* --- events ----------------------------------------------------------------------------------- */

/* A line of data for each line of the text. */
static void put_data(FILE *out, const char *text, size_t bytes)
{
    for (size_t i = 0; i <= bytes; i++) {
        const bool ends = i == bytes || text[i] == '\n' || text[i] == '\r';
        if (i == 0)
            fputs("data: ", out);
        if (!ends)
            putc(text[i], out);
        else if (i < bytes)
            fputs("\ndata: ", out);
    }
}

static bool say(struct live_board *board, const char *name, const char *kind, const char *first,
                const char *text, size_t text_bytes)
{
    char *event = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&event, &bytes);
    if (!out)
        return false;
    fprintf(out, "event: %s\ndata: %s\n", kind, first);
    put_data(out, text, text_bytes);
    fputs("\n\n", out);
    if (fclose(out) != 0) {
        free_text(event, bytes);
        return false;
    }
    return change(board, name, event, bytes);
}

bool live_board_put(struct live_board *board, const char *name, const char *in, const char *html,
                    size_t bytes)
{
    char first[2 * LIVE_NAME_BYTES];
    snprintf(first, sizeof(first), "%s %s", name, in);
    return say(board, name, "put", first, html, bytes);
}

static void name_order(char name[LIVE_NAME_BYTES + 8], const char *in)
{
    snprintf(name, LIVE_NAME_BYTES + 8, "%s order", in);
}

bool live_board_order(struct live_board *board, const char *in, const char *names)
{
    char name[LIVE_NAME_BYTES + 8];
    name_order(name, in);
    return say(board, name, "order", in, names, strlen(names));
}

static void forget(struct live_board *board, const char *name)
{
    struct block *block = find(board, name);
    if (!block)
        return;
    take_out(board, block);
    free_text(block->event, block->bytes);
    free(block);
}

void live_board_cut(struct live_board *board, const char *name)
{
    char order[LIVE_NAME_BYTES + 8];
    name_order(order, name);
    pthread_mutex_lock(&board->lock);
    forget(board, name);
    forget(board, order);
    pthread_mutex_unlock(&board->lock);
}

size_t live_board_bytes(struct live_board *board)
{
    size_t bytes;
    pthread_mutex_lock(&board->lock);
    bytes = board->bytes;
    pthread_mutex_unlock(&board->lock);
    return bytes;
}

void live_board_end(struct live_board *board)
{
    pthread_mutex_lock(&board->lock);
    board->ended = true;
    pthread_mutex_unlock(&board->lock);
}

/* --- reading ---------------------------------------------------------------------------------- */

/* The oldest that changed after this number. Readers keep up, or begin at the beginning. */
static const struct block *after(const struct live_board *board, uint64_t number)
{
    const struct block *block = number == 0 ? NULL : board->newest;
    if (number == 0)
        return board->oldest;
    if (!block || block->number <= number)
        return NULL;
    while (block->older && block->older->number > number)
        block = block->older;
    return block;
}

#define NUMBER_BYTES 32 /* "id: 18446744073709551615\n" */

size_t live_board_read(struct live_board *board, uint64_t *number, char *text, size_t space,
                       size_t *more, bool *ended)
{
    size_t used = 0;
    const struct block *block;
    pthread_mutex_lock(&board->lock);
    block = after(board, *number);
    *more = block && space < NUMBER_BYTES + block->bytes ? NUMBER_BYTES + block->bytes : 0;
    for (; block && space - used >= NUMBER_BYTES + block->bytes; block = block->newer) {
        used += (size_t)snprintf(text + used, NUMBER_BYTES, "id: %llu\n",
                                 (unsigned long long)block->number);
        memcpy(text + used, block->event, block->bytes);
        used += block->bytes;
        *number = block->number;
    }
    *ended = board->ended && !block;
    pthread_mutex_unlock(&board->lock);
    return used;
}
