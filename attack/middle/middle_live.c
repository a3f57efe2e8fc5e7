/*
 * The middle's page while it happens; see middle_live.h.
 */
#include "middle_live.h"

#include "console.h"
#include "html.h"
#include "live.h"
#include "live_server.h"
#include "middle_internal.h"
#include "translate.h"

#include <pthread.h>
#include <stdlib.h>

struct middle_live {
    struct live_board *board;
    struct live_server *server;
    struct live_browser browser;
    pthread_mutex_t lock; /* over the texts: the page is saved on another thread */
    char *sum, *rows[MIDDLE_ROWS];
    size_t row_count;
};

/* --- the whole page --------------------------------------------------------------------------- */

static void body(void *context, FILE *out)
{
    (void)context;
    fputs("<div class=\"parts\" id=\"sums\"></div>\n", out);
    middle_page_table(out);
    fputs("</table>\n", out);
}

/* As middle_page draws it. */
static bool save(void *context, char **text, size_t *bytes, struct problem *problem)
{
    struct middle_live *live = context;
    FILE *out = open_memstream(text, bytes);
    if (!out)
        return problem_memory(problem);
    middle_page_head(out);
    pthread_mutex_lock(&live->lock);
    fputs(live->sum ? live->sum : "", out);
    middle_page_table(out);
    for (size_t i = 0; i < live->row_count; i++)
        fputs(live->rows[i] ? live->rows[i] : "", out);
    pthread_mutex_unlock(&live->lock);
    fputs(middle_page_tail, out);
    if (fclose(out) == 0)
        return true;
    free(*text);
    return problem_memory(problem);
}

/* --- what has changed ------------------------------------------------------------------------- */

/* Keeps the text in its place, and shows it. Without memory it stays as it was. */
static void put(struct middle_live *live, char **place, char *text, size_t bytes, const char *name,
                const char *in)
{
    if (!text || !live_board_put(live->board, name, in, text, bytes)) {
        free(text);
        return;
    }
    pthread_mutex_lock(&live->lock);
    free(*place);
    *place = text;
    pthread_mutex_unlock(&live->lock);
}

static void put_row(struct middle_live *live, const struct middle *middle, size_t row)
{
    char name[32], *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return;
    middle_page_row(out, middle, row);
    fclose(out);
    snprintf(name, sizeof(name), "r%zu", row + 1);
    put(live, &live->rows[row], text, bytes, name, "rows");
    if (live->row_count <= row) {
        pthread_mutex_lock(&live->lock);
        live->row_count = row + 1;
        pthread_mutex_unlock(&live->lock);
    }
}

static void put_sum(struct middle_live *live, const struct middle *middle)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return;
    middle_page_sum(out, middle);
    fclose(out);
    put(live, &live->sum, text, bytes, "sum", "sums");
}

static void put_state(struct middle_live *live, const char *class, const char *words)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    bool shown;
    if (!out)
        return;
    html_put(out, "<span id=\"state\" class=\"%s\">%s</span>", class, words);
    fclose(out);
    shown = text && live_board_put(live->board, "state", "live-state", text, bytes);
    (void)shown; /* without memory it says what it said before */
    free(text);
}

void middle_live_look(struct middle_live *live, struct middle *middle)
{
    size_t row;
    if (!live)
        return;
    put_sum(live, middle);
    while (middle_page_changed(middle, &row))
        put_row(live, middle, row);
    live_server_wake(live->server);
}

/* --- life ------------------------------------------------------------------------------------- */

static void free_live(struct middle_live *live)
{
    for (size_t i = 0; i < live->row_count; i++)
        free(live->rows[i]);
    free(live->sum);
    live_browser_end(&live->browser);
    live_board_free(live->board);
    pthread_mutex_destroy(&live->lock);
    free(live);
}

struct middle_live *middle_live_open(uint16_t port, bool open_browser, struct problem *problem)
{
    struct middle_live *live = calloc(1, sizeof(*live));
    struct live_server_config config = {.port = port,
                                        .body = body,
                                        .title = _("In the middle"),
                                        .style = middle_page_style,
                                        .save = save,
                                        .context = live};
    struct problem no_browser = {0};
    if (!live || !(live->board = live_board_new())) {
        free(live);
        problem_memory(problem);
        return NULL;
    }
    pthread_mutex_init(&live->lock, NULL);
    put_state(live, "live-goes-on", _("Live."));
    config.board = live->board;
    live->server = live_server_start(&config, problem);
    if (!live->server) {
        free_live(live);
        return NULL;
    }
    console_note("live page: %s", live_server_url(live->server));
    if (open_browser &&
        !live_browser_open(&live->browser, live_server_url(live->server), &no_browser)) {
        console_warning("%s", no_browser.message);
        console_hint("%s", no_browser.hint);
    }
    return live;
}

void middle_live_end(struct middle_live *live, struct middle *middle)
{
    if (!live)
        return;
    put_state(live, "live-ended", _("It has ended, and this page stays."));
    middle_live_look(live, middle);
    live_server_end(live->server, live->board);
    free_live(live);
}
