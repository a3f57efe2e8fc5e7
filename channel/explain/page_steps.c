/*
 * What one side does by itself: steps with their inputs and outputs, the arithmetic folded beneath,
 * and the keys of a session as the tree they are drawn as.
 */
#include "page_internal.h"

#include "recording_names.h"
#include "translate.h"

#include <string.h>

/* A key drawn from the PRK: its name without the label's stem, by which it is used from now on. */
#define STEM "glassbox-v2 "

static bool is_leaf(enum channel_step step)
{
    return step >= STEP_C2S_KEY && step <= STEP_CHAIN_SECRET;
}

static bool is_trunk(enum channel_step step)
{
    return step >= STEP_PRK && step <= STEP_PRK_RESUMED;
}

static void put_values(struct page *page, const char *anchor, const char *title,
                       const struct trace_event *event, size_t from, size_t count)
{
    const struct step_row *row = step_row(event->step.step);
    const struct trace_bytes *values = event->step.values;
    size_t there = 0;
    for (size_t i = from; i < from + count; i++)
        there += values[i].bytes > 0;
    if (there == 0)
        return;
    html_put(page->out, "<p class=\"io\">%s</p>\n", title);
    for (size_t i = from; i < from + count; i++)
        if (values[i].bytes > 0)
            page_value(page, anchor, &row->values[i], &values[i]);
}

/* How c^d mod n is computed without giving d away: blinded, and by halves. The same each time, and
 * most of the bytes of a textbook session: shown for the first operations alone. */
#define HALVES_SHOWN 2

static bool is_halves(const struct trace_arithmetic *arithmetic)
{
    static const char *const names[] = {"r^e", "b", "m_1", "m_2", "h", "y", "r^-1"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(arithmetic->value.name, names[i]) == 0)
            return true;
    return false;
}

static void put_formula(FILE *out, const char *name, const char *formula, const char *section)
{
    html_put(out, "<p class=\"formula\"><var>%s</var> = %s <span class=\"section\">%s</span></p>\n",
             translate(name), translate(formula), section);
}

/* Whether this line of the arithmetic is left out; the first of those that are says so. */
static bool leave_out(struct page *page, const struct trace_arithmetic *list, size_t index)
{
    const bool halves = is_halves(&list[index]), before = index > 0 && is_halves(&list[index - 1]);
    if (before && !halves)
        page->halves++;
    if (!halves || page->halves < HALVES_SHOWN)
        return false;
    if (!before)
        html_put(page->out, "<li><p class=\"whose\">%s</p></li>\n",
                 _("Blinding and halves, as in the operations above; the values are in the "
                   "recording."));
    return true;
}

static void put_arithmetic(struct page *page, const char *anchor, const struct timeline_step *step)
{
    const struct trace_arithmetic *list = step->event->step.arithmetic;
    const size_t count = step->event->step.arithmetic_count;
    int key = -1;
    if (count == 0)
        return;
    html_put(page->out,
             "<details class=\"math\"><summary>The arithmetic: %zu lines</summary><ol>\n", count);
    for (size_t i = 0; i < count; i++) {
        const struct rsa_step *value = &list[i].value;
        char name[24];
        if (leave_out(page, list, i))
            continue;
        snprintf(name, sizeof(name), "m%zu", i + 1);
        fputs("<li>", page->out);
        if (key != (int)list[i].key)
            html_put(page->out, "<p class=\"whose\">with the key: %s</p>\n",
                     _(recording_word(WORDS_KEY, (int)list[i].key)));
        key = (int)list[i].key;
        put_formula(page->out, value->name, value->formula, value->section);
        page_number(page, page_anchor(anchor, name).text, &list[i]);
        page_check_arithmetic(page, step, i);
        fputs("</li>\n", page->out);
    }
    fputs("</ol></details>\n", page->out);
}

static void put_title(struct page *page, const struct timeline_channel *channel,
                      enum channel_step step)
{
    const struct explanation *explanation = explanation_of_step(step,
                                                                channel->open->open.suite.kind);
    struct explain_parties parties = timeline_parties(channel, NULL);
    char text[EXPLAIN_TEXT_BYTES], why[EXPLAIN_TEXT_BYTES];
    html_put(page->out, "<h5>%s</h5>\n",
             explanation->title ? _(explanation->title) : translate(step_row(step)->name));
    /* Ten messages are sealed the same way: the reasons stand at the first. */
    if (explanation->title && !page->explained[step])
        html_put(page->out, "<p class=\"why\">%s %s</p>\n",
                 explain_text_fill(text, explanation->sentence, &parties),
                 explain_text_fill(why, explanation->why, &parties));
    page->explained[step] = true;
}

static void put_step(struct page *page, const char *anchor, const struct timeline_channel *channel,
                     const struct timeline_step *step, bool titled)
{
    const struct step_row *row = step_row(step->event->step.step);
    if (titled)
        put_title(page, channel, step->event->step.step);
    put_formula(page->out, row->name, row->formula, row->section);
    put_values(page, anchor, _("In"), step->event, 0, row->inputs);
    put_values(page, anchor, _("Out"), step->event, row->inputs, row->outputs);
    page_check_step(page, channel, step);
    put_arithmetic(page, anchor, step);
}

/* --- the tree --------------------------------------------------------------------------------- */

static void put_leaf(struct page *page, const char *anchor, const struct timeline_channel *channel,
                     const struct timeline_step *step)
{
    const enum channel_step which = step->event->step.step;
    const struct step_row *row = step_row(which);
    const struct trace_bytes *values = step->event->step.values;
    const char *name = row->name + strlen(STEM);
    html_put(page->out, "<li><b>%s</b> <span class=\"purpose\">%s</span>\n", name,
             _(explanation_of_step(which, channel->open->open.suite.kind)->why));
    page_value(page, anchor, &row->values[EXPAND_LABEL], &values[EXPAND_LABEL]);
    page_value(page, anchor, &(struct step_value){name, TRACE_SECRET, false}, &values[EXPAND_OKM]);
    page_check_step(page, channel, step);
    fputs("</li>\n", page->out);
}

/* steps[0] is the trunk. */
static void put_tree(struct page *page, const char *anchor, const struct timeline_channel *channel,
                     const struct timeline_step *steps, size_t count)
{
    const struct step_row *row = step_row(steps[0].event->step.step);
    const struct trace_bytes *values = steps[0].event->step.values;
    fputs("<div class=\"tree\">", page->out);
    put_formula(page->out, "PRK", row->formula, row->section);
    fputs("<ul class=\"roots\">\n", page->out);
    for (size_t i = PRK_SALT; i <= PRK_IKM; i++) {
        fputs("<li>", page->out);
        page_value(page, anchor, &row->values[i], &values[i]);
        fputs("</li>\n", page->out);
    }
    fputs("</ul>\n<div class=\"trunk\">\n", page->out);
    page_value(page, anchor, &row->values[PRK_OUT], &values[PRK_OUT]);
    page_check_step(page, channel, &steps[0]);
    put_formula(page->out, _("each leaf"), N_("HKDF-Expand(PRK, its label, its length)"),
                "RFC 5869 2.3");
    fputs("</div>\n<ul class=\"leaves\">\n", page->out);
    for (size_t i = 1; i < count; i++)
        if (is_leaf(steps[i].event->step.step))
            put_leaf(
                page,
                page_anchor(anchor, step_row(steps[i].event->step.step)->name + strlen(STEM)).text,
                channel, &steps[i]);
    fputs("</ul></div>\n", page->out);
}

void page_steps(struct page *page, const char *anchor, const struct timeline_channel *channel,
                const struct timeline_step *steps, size_t count)
{
    size_t leaves = 0;
    for (size_t i = 0; i < count; i++)
        leaves += is_leaf(steps[i].event->step.step);
    if (leaves > 0 && is_trunk(steps[0].event->step.step)) {
        put_tree(page, anchor, channel, steps, count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char name[24];
        snprintf(name, sizeof(name), "%zu", i + 1);
        put_step(page, page_anchor(anchor, name).text, channel, &steps[i], count - leaves > 1);
    }
}
