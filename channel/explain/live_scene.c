/*
 * One scene of a live page, line by line; see live_page.h.
 */
#include "live_scene_internal.h"

#include "sym_memory.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

/* --- what is drawn in memory ------------------------------------------------------------------ */

bool live_text_begin(struct live_text *text)
{
    *text = (struct live_text){NULL, NULL, 0};
    text->out = open_memstream(&text->text, &text->bytes);
    return text->out != NULL;
}

bool live_text_put(struct live_text *text, bool good, struct live_board *board, const char *name,
                   const char *in)
{
    good = fclose(text->out) == 0 && good;
    good = good && live_board_put(board, name, in, text->text, text->bytes);
    if (text->text)
        sym_wipe(text->text, text->bytes);
    free(text->text);
    return good;
}

/* --- life ------------------------------------------------------------------------------------- */

/* page_bytes.c makes room whenever the count is a power of two: so the room is the next one. */
static bool copy_seen(struct page *page, const struct page *from)
{
    size_t room = 1;
    while (room < from->seen_count)
        room *= 2;
    page->seen = calloc(room, sizeof(*page->seen));
    if (page->seen && from->seen_count > 0)
        memcpy(page->seen, from->seen, from->seen_count * sizeof(*page->seen));
    return page->seen != NULL;
}

struct live_scene *live_scene_new(const struct timeline_channel *channel, const char *prefix,
                                  unsigned talk, const struct live_scene *before)
{
    struct live_scene *scene = calloc(1, sizeof(*scene));
    if (!scene)
        return NULL;
    if (before) {
        scene->page = before->page;
        scene->page.seen = NULL;
        if (!copy_seen(&scene->page, &before->page)) {
            free(scene);
            return NULL;
        }
    }
    scene->page.prefix = prefix;
    scene->marks[0] = scene->page;
    scene->name = page_channel_anchor(&scene->page, channel);
    scene->talk = talk;
    return scene;
}

void live_scene_free(struct live_scene *scene, struct live_board *board)
{
    if (!scene)
        return;
    for (size_t i = 0; i < scene->shown_count; i++)
        live_board_cut(board, scene->shown[i].text);
    live_board_cut(board, page_anchor(scene->name.text, "beats").text);
    live_board_cut(board, page_anchor(scene->name.text, "top").text);
    live_board_cut(board, scene->name.text);
    free(scene->page.seen); /* pointers: not secret */
    free(scene);
}

/* --- its element, and what stands above it ---------------------------------------------------- */

static bool put_element(struct live_scene *scene, struct live_board *board)
{
    const char *name = scene->name.text;
    char label[64];
    struct live_text text;
    if (scene->known)
        return true;
    if (!live_text_begin(&text))
        return false;
    snprintf(label, sizeof(label), _("Talk %u"), scene->talk);
    html_put(text.out,
             "<section class=\"scene\" id=\"%s\" data-talk=\"%u\" data-label=\"%s\">"
             "<div class=\"parts\" id=\"%s-head\"></div><ol class=\"beats\" id=\"%s-beats\"></ol>"
             "</section>",
             name, scene->talk, label, name, name);
    scene->known = live_text_put(&text, true, board, name, LIVE_SCENES);
    return scene->known;
}

static bool put_top(struct live_scene *scene, struct live_board *board,
                    const struct page_scene *ends, size_t number)
{
    const struct page_anchor name = page_anchor(scene->name.text, "top");
    struct page page = {.prefix = scene->page.prefix};
    struct live_text text;
    if (!live_text_begin(&text))
        return false;
    page.out = text.out;
    page.timeline = ends->timelines[0];
    html_put(text.out, "<div class=\"parts\" id=\"%s\">", name.text);
    page_channel_head(&page, ends->ends[0], number);
    fputs("</div>", text.out);
    return live_text_put(&text, !page.no_memory, board, name.text,
                         page_anchor(scene->name.text, "head").text);
}

/* --- its lines -------------------------------------------------------------------------------- */

static struct page_anchor name_of(const struct page_scene *ends, const struct page_item *item)
{
    const int end = item->entries[0] ? 0 : 1;
    const struct page page = {.prefix = ends->prefixes[end]};
    return page_entry_anchor(&page, ends->ends[end], item->entries[end]);
}

static bool draw_item(struct live_scene *scene, struct live_board *board,
                      const struct page_scene *ends, const struct page_item *item)
{
    struct live_text text;
    bool good;
    if (!live_text_begin(&text))
        return false;
    scene->page.out = text.out;
    page_item(&scene->page, ends, item);
    scene->page.out = NULL;
    good = !scene->page.no_memory;
    scene->page.no_memory = false;
    return live_text_put(&text, good, board, name_of(ends, item).text,
                         page_anchor(scene->name.text, "beats").text);
}

static bool has_changed(const struct page_scene *ends, const struct page_item *item)
{
    for (int i = 0; i < 2 && ends->ends[i]; i++)
        if (item->entries[i] && item->entries[i] >= ends->ends[i]->entries + ends->ends[i]->changed)
            return true;
    return false;
}

static void go_back_to(struct live_scene *scene, size_t mark)
{
    struct page_seen *seen = scene->page.seen;
    scene->page = scene->marks[mark];
    scene->page.seen = seen;
}

/* From the first one that has changed, but for those that are left out. */
static bool draw_items(struct live_scene *scene, struct live_board *board,
                       const struct page_scene *ends, const struct page_item *items, size_t count,
                       size_t first)
{
    const size_t left_out = count > PAGE_ITEMS_MAX ? count - PAGE_ITEMS_MAX : 0;
    for (size_t i = first; i < count; i++) {
        if (i >= PAGE_ITEMS_HEAD && i < PAGE_ITEMS_HEAD + left_out)
            i = PAGE_ITEMS_HEAD + left_out;
        go_back_to(scene, i < PAGE_ITEMS_HEAD ? i : PAGE_ITEMS_HEAD);
        if (!draw_item(scene, board, ends, &items[i]))
            return false;
        if (i < PAGE_ITEMS_HEAD)
            scene->marks[i + 1] = scene->page;
    }
    return true;
}

/* The line that says how many are left out; its name stands among theirs. */
static bool put_gap(const struct live_scene *scene, struct live_board *board, size_t left_out)
{
    const struct page_anchor name = page_anchor(scene->name.text, "gap");
    struct page page = {0};
    struct live_text text;
    if (left_out == 0)
        return true;
    if (!live_text_begin(&text))
        return false;
    page.out = text.out;
    html_put(text.out, "<li class=\"parts\" id=\"%s\"><ul class=\"parts\">", name.text);
    page_gap(&page, left_out);
    fputs("</ul></li>", text.out);
    return live_text_put(&text, true, board, name.text,
                         page_anchor(scene->name.text, "beats").text);
}

/* Which lines stand in it now, in order. Those before the first that has changed are where they were,
 * as far as none is left out there. */
static size_t list_names(const struct live_scene *scene, struct page_anchor *names,
                         const struct page_scene *ends, const struct page_item *items, size_t count,
                         size_t first)
{
    const size_t left_out = count > PAGE_ITEMS_MAX ? count - PAGE_ITEMS_MAX : 0;
    size_t shown = 0;
    for (size_t i = 0; i < count; i++) {
        if (left_out > 0 && i == PAGE_ITEMS_HEAD) {
            names[shown++] = page_anchor(scene->name.text, "gap");
            i += left_out;
        }
        names[shown] = i < first && i < PAGE_ITEMS_HEAD ? scene->shown[i]
                                                        : name_of(ends, &items[i]);
        shown++;
    }
    return shown;
}

/* Those that stood there before and do not now leave the board. Most stand where they stood. */
static void cut_lost(const struct live_scene *scene, struct live_board *board,
                     const struct page_anchor *names, size_t count)
{
    for (size_t i = 0; i < scene->shown_count; i++) {
        const char *name = scene->shown[i].text;
        bool there = i < count && strcmp(name, names[i].text) == 0;
        for (size_t k = 0; k < count && !there; k++)
            there = strcmp(name, names[k].text) == 0;
        if (!there)
            live_board_cut(board, name);
    }
}

static bool put_order(struct live_scene *scene, struct live_board *board,
                      const struct page_anchor *names, size_t count)
{
    const struct page_anchor beats = page_anchor(scene->name.text, "beats");
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    bool good;
    if (!out)
        return false;
    for (size_t i = 0; i < count; i++)
        fprintf(out, i > 0 ? " %s" : "%s", names[i].text);
    good = fclose(out) == 0 && live_board_order(board, beats.text, text);
    free(text); /* names: not secret */
    if (good) {
        cut_lost(scene, board, names, count);
        memcpy(scene->shown, names, count * sizeof(*names));
        scene->shown_count = count;
    }
    return good;
}

static bool draw_lines(struct live_scene *scene, struct live_board *board,
                       const struct page_scene *ends)
{
    struct page_anchor *names = calloc(PAGE_ITEMS_MAX + 1, sizeof(*names));
    struct page_item *items = NULL;
    size_t count = 0, first = 0;
    bool good = names && page_items(&items, &count, ends);
    while (good && first < count && !has_changed(ends, &items[first]))
        first++;
    good = good && draw_items(scene, board, ends, items, count, first) &&
           put_gap(scene, board, count > PAGE_ITEMS_MAX ? count - PAGE_ITEMS_MAX : 0) &&
           put_order(scene, board, names, list_names(scene, names, ends, items, count, first));
    free(items); /* pointers and names: not secret */
    free(names);
    return good;
}

bool live_scene_draw(struct live_scene *scene, struct live_board *board,
                     const struct page_scene *ends, size_t number)
{
    bool changed = false;
    for (int i = 0; i < 2 && ends->ends[i]; i++)
        changed = changed || ends->ends[i]->changed < ends->ends[i]->entry_count;
    return put_element(scene, board) && put_top(scene, board, ends, number) &&
           (!changed || draw_lines(scene, board, ends));
}
