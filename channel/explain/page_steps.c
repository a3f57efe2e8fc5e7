/*
 * What one side does by itself: steps with their inputs and outputs, the arithmetic folded beneath,
 * and the keys of a session as the tree they are drawn as.
 */
#include "page_internal.h"

#include <stdlib.h>
#include <string.h>

#define LABEL "glassbox-v1 "

static bool is_leaf(const struct timeline_step *work)
{
    return work->step && strncmp(work->step->step.name, LABEL, strlen(LABEL)) == 0 &&
           explanation_of_key(work->step->step.name) != NULL;
}

static void put_values(struct page *page, const char *anchor, const char *title,
                       const struct recording_value *values, size_t count)
{
    size_t there = 0;
    for (size_t i = 0; i < count; i++)
        there += values[i].bytes > 0;
    if (there == 0)
        return;
    html_put(page->out, "<p class=\"io\">%s</p>\n", title);
    for (size_t i = 0; i < count; i++)
        if (values[i].bytes > 0)
            page_value(page, anchor, &values[i]);
}

/* How c^d mod n is computed without giving d away: blinded, and by halves. The same each time, and
 * most of the bytes of a textbook session: told for the first operations alone. */
#define HALVES_TOLD 2

static bool is_halves(const struct recording_event *math)
{
    static const char *const names[] = {"r^e", "b", "m_1", "m_2", "h", "y", "r^-1"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(math->math.name, names[i]) == 0)
            return true;
    return false;
}

static void put_formula(FILE *out, const char *name, const char *formula, const char *section)
{
    html_put(out, "<p class=\"formula\"><var>%s</var> = %s <span class=\"section\">%s</span></p>\n",
             name, formula, section);
}

/* Whether this line of the arithmetic is left out; the first of those that are says so. */
static bool leave_out(struct page *page, const struct timeline_step *work, size_t index)
{
    const struct recording_event *math = work->math[index];
    if (index > 0 && is_halves(work->math[index - 1]) && !is_halves(math))
        page->halves++;
    if (!is_halves(math) || page->halves < HALVES_TOLD)
        return false;
    if (index == 0 || !is_halves(work->math[index - 1]))
        fputs("<li><p class=\"whose\">Blinding and halves, as in the operations above; the values "
              "are in the recording.</p></li>\n",
              page->out);
    return true;
}

static void put_math(struct page *page, const char *anchor, const struct timeline_channel *channel,
                     const struct timeline_step *work)
{
    const char *key = NULL;
    if (work->math_count == 0)
        return;
    html_put(page->out,
             "<details class=\"math\"><summary>The arithmetic: %zu lines</summary><ol>\n",
             work->math_count);
    for (size_t i = 0; i < work->math_count; i++) {
        const struct recording_event *math = work->math[i];
        char name[24];
        struct page_anchor at;
        if (leave_out(page, work, i))
            continue;
        snprintf(name, sizeof(name), "m%zu", i + 1);
        at = page_anchor(anchor, name);
        fputs("<li>", page->out);
        if (!key || strcmp(key, math->math.key) != 0)
            html_put(page->out, "<p class=\"whose\">with the key: %s</p>\n", math->math.key);
        key = math->math.key;
        put_formula(page->out, math->math.name, math->math.formula, math->math.section);
        page_number(page, at.text, &math->math.value, math->math.boxes, math->math.box_count);
        page_check_math(page, channel, work, i);
        fputs("</li>\n", page->out);
    }
    fputs("</ol></details>\n", page->out);
}

/* Ten messages are sealed the same way: the reasons stand at the first. */
static bool is_news(struct page *page, const struct explanation *explanation)
{
    const void **room = page->told;
    for (size_t i = 0; i < page->told_count; i++)
        if (page->told[i] == explanation)
            return false;
    room = realloc(page->told, (page->told_count + 1) * sizeof(*room));
    if (!room) {
        page->no_memory = true;
        return true;
    }
    page->told = room;
    room[page->told_count++] = explanation;
    return true;
}

static void put_step(struct page *page, const char *anchor, const struct timeline_channel *channel,
                     const struct timeline_step *work, bool titled)
{
    const struct recording_event *event = work->step;
    const struct explanation *explanation;
    if (!event) {
        put_math(page, anchor, channel, work);
        return;
    }
    explanation = explanation_of_step(event->step.name, channel->textbook, channel->resumed);
    if (titled) {
        html_put(page->out, "<h5>%s</h5>\n", explanation ? explanation->title : event->step.name);
        if (explanation && is_news(page, explanation)) {
            struct explain_parties parties = page_parties(channel, NULL);
            char text[EXPLAIN_TEXT_BYTES], why[EXPLAIN_TEXT_BYTES];
            html_put(page->out, "<p class=\"why\">%s %s</p>\n",
                     explain_text_fill(text, explanation->told, &parties),
                     explain_text_fill(why, explanation->why, &parties));
        }
    }
    put_formula(page->out, event->step.name, event->step.formula, event->step.section);
    put_values(page, anchor, "In", event->step.inputs, event->step.input_count);
    put_values(page, anchor, "Out", event->step.outputs, event->step.output_count);
    page_check_step(page, channel, work);
    put_math(page, anchor, channel, work);
}

/* --- the tree --------------------------------------------------------------------------------- */

static void put_leaf(struct page *page, const char *anchor, const struct timeline_channel *channel,
                     const struct timeline_step *work)
{
    const struct recording_event *event = work->step;
    html_put(page->out, "<li><b>%s</b> <span class=\"purpose\">%s</span>\n",
             event->step.name + strlen(LABEL), explanation_of_key(event->step.name));
    for (size_t i = 0; i < event->step.input_count; i++)
        if (strcmp(event->step.inputs[i].name, "label") == 0)
            page_value(page, anchor, &event->step.inputs[i]);
    for (size_t i = 0; i < event->step.output_count; i++) {
        struct recording_value okm = event->step.outputs[i];
        okm.name = event->step.name + strlen(LABEL); /* by which it is used from now on */
        page_value(page, anchor, &okm);
    }
    page_check_step(page, channel, work);
    fputs("</li>\n", page->out);
}

/* works[0] is the trunk. */
static void put_tree(struct page *page, const char *anchor, const struct timeline_channel *channel,
                     const struct timeline_step *steps, size_t count)
{
    const struct recording_event *trunk = steps[0].step;
    fputs("<div class=\"tree\">", page->out);
    put_formula(page->out, "PRK", trunk->step.formula, trunk->step.section);
    fputs("<ul class=\"roots\">\n", page->out);
    for (size_t i = 0; i < trunk->step.input_count; i++) {
        fputs("<li>", page->out);
        page_value(page, anchor, &trunk->step.inputs[i]);
        fputs("</li>\n", page->out);
    }
    fputs("</ul>\n<div class=\"trunk\">\n", page->out);
    for (size_t i = 0; i < trunk->step.output_count; i++)
        page_value(page, anchor, &trunk->step.outputs[i]);
    page_check_step(page, channel, &steps[0]);
    put_formula(page->out, "each leaf", "HKDF-Expand(PRK, its label, its length)", "RFC 5869 2.3");
    fputs("</div>\n<ul class=\"leaves\">\n", page->out);
    for (size_t i = 1; i < count; i++)
        if (is_leaf(&steps[i])) {
            struct page_anchor at = page_anchor(anchor, steps[i].step->step.name + strlen(LABEL));
            put_leaf(page, at.text, channel, &steps[i]);
        }
    fputs("</ul></div>\n", page->out);
}

void page_steps(struct page *page, const char *anchor, const struct timeline_channel *channel,
                const struct timeline_step *steps, size_t count)
{
    size_t leaves = 0, titled = 0;
    for (size_t i = 0; i < count; i++) {
        leaves += is_leaf(&steps[i]);
        titled += !is_leaf(&steps[i]);
    }
    if (leaves > 0 && steps[0].step && strcmp(steps[0].step->step.name, "prk") == 0) {
        put_tree(page, anchor, channel, steps, count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char name[24];
        struct page_anchor at;
        snprintf(name, sizeof(name), "%zu", i + 1);
        at = page_anchor(anchor, name);
        put_step(page, at.text, channel, &steps[i], titled > 1);
    }
}
