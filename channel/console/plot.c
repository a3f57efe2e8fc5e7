/*
 * A plot for a terminal: a grid of cells, each filled in eighths.
 */
#include "plot_scale.h"

#include "console.h"
#include "printable.h"
#include "translate.h"

#include <math.h>
#include <string.h>

#define ROWS       8
#define GUTTER     8 /* columns of the axis and its numbers */
#define WIDEST_BAR 3

/* Where the columns of a plot go. */
struct layout {
    size_t groups, per_group; /* values in each */
    size_t slot, bar;         /* columns: of a group, of one bar in it */
};

/* --- the scale ------------------------------------------------------------------------------- */

bool plot_is_drawn(const struct plot *plot, double value)
{
    return isfinite(value) && (plot->logarithmic ? value > 0 : value >= 0);
}

struct plot_scale plot_scale(const struct plot *plot)
{
    struct plot_scale scale = {.least = INFINITY, .most = 0, .logarithmic = plot->logarithmic};
    for (size_t s = 0; s < plot->series_count; s++)
        for (size_t i = 0; i < plot->count; i++) {
            double value = plot->series[s].values[i];
            if (!plot_is_drawn(plot, value))
                continue;
            scale.least = fmin(scale.least, value);
            scale.most = fmax(scale.most, value);
        }
    if (!plot->logarithmic)
        scale.least = 0;
    else if (isfinite(scale.least)) /* so that the least is seen, too */
        scale.least = pow(10, floor(log10(scale.least) - 0.01));
    if (!(scale.most > scale.least))
        scale.most = isfinite(scale.least) ? scale.least + 1 : 1;
    return scale;
}

double plot_height(const struct plot_scale *scale, double value)
{
    if (scale->logarithmic)
        return log(value / scale->least) / log(scale->most / scale->least);
    return (value - scale->least) / (scale->most - scale->least);
}

void plot_label(char out[PLOT_LABEL_BYTES], const struct plot *plot, size_t index)
{
    if (plot->labels)
        printable_text(out, PLOT_LABEL_BYTES, plot->labels[index], strlen(plot->labels[index]));
    else
        snprintf(out, PLOT_LABEL_BYTES, "%ld", plot->first + (long)index);
}

/* --- the grid -------------------------------------------------------------------------------- */

static struct layout lay_out(const struct plot *plot, size_t columns)
{
    struct layout layout = {.per_group = 1};
    const size_t room = columns > GUTTER + 8 ? columns - GUTTER : 8;
    const size_t least = plot->kind == PLOT_BARS ? plot->series_count : 1;
    while (((plot->count + layout.per_group - 1) / layout.per_group) * least > room)
        layout.per_group++;
    layout.groups = (plot->count + layout.per_group - 1) / layout.per_group;
    layout.slot = room / layout.groups;
    if (layout.slot > WIDEST_BAR * least + 1)
        layout.slot = WIDEST_BAR * least + 1;
    layout.bar = layout.slot > least ? (layout.slot - 1) / least : 1;
    return layout;
}

/* The height of a group in a series, 0 to 1; negative: nothing is drawn. */
static double group_height(const struct plot *plot, const struct layout *layout,
                           const struct plot_scale *scale, size_t series, size_t group)
{
    double highest = -1;
    for (size_t i = group * layout->per_group; i < (group + 1) * layout->per_group; i++)
        if (i < plot->count && plot_is_drawn(plot, plot->series[series].values[i]))
            highest = fmax(highest, plot_height(scale, plot->series[series].values[i]));
    return highest;
}

/* The cell of a bar that is `height` high, in a row counted from 0 at the bottom. */
static const char *bar_cell(double height, size_t row, bool light)
{
    static const char *const eighths[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double filled = height * ROWS * 8 - (double)row * 8;
    if (light)
        return filled >= 4 || (row == 0 && filled > 0) ? "░" : " ";
    return eighths[filled >= 8 ? 8 : filled < 0 ? 0 : (size_t)ceil(filled)];
}

static const char *point_cell(double height, size_t row, bool light)
{
    size_t at = height >= 1 ? ROWS - 1 : (size_t)(height * ROWS);
    if (height < 0 || at != row)
        return " ";
    return light ? "o" : "•";
}

static void put_slot(FILE *out, const struct plot *plot, const struct layout *layout,
                     const double heights[PLOT_SERIES_MAX], size_t row)
{
    size_t used = 0;
    if (plot->kind == PLOT_POINTS) { /* the first series stands in front */
        const char *cell = point_cell(heights[0], row, false);
        if (*cell == ' ' && plot->series_count > 1)
            cell = point_cell(heights[1], row, true);
        fputs(cell, out);
        used = 1;
    }
    for (size_t s = 0; plot->kind == PLOT_BARS && s < plot->series_count; s++)
        for (size_t i = 0; i < layout->bar; i++, used++)
            fputs(bar_cell(heights[s], row, s > 0), out);
    for (; used < layout->slot; used++)
        fputc(' ', out);
}

/* At most six columns. */
static void put_number(FILE *out, double value)
{
    if (value >= 1e6)
        fprintf(out, "%5.3gM |", value / 1e6);
    else if (value >= 1e4)
        fprintf(out, "%5.3gk |", value / 1e3);
    else
        fprintf(out, "%6.4g |", value);
}

static void put_row(FILE *out, const struct plot *plot, const struct layout *layout,
                    const struct plot_scale *scale, size_t row)
{
    if (row == ROWS - 1)
        put_number(out, scale->most);
    else if (row == 0)
        put_number(out, scale->least);
    else
        fputs("       |", out);
    for (size_t group = 0; group < layout->groups; group++) {
        double heights[PLOT_SERIES_MAX] = {0};
        for (size_t s = 0; s < plot->series_count; s++)
            heights[s] = group_height(plot, layout, scale, s, group);
        put_slot(out, plot, layout, heights, row);
    }
    fputc('\n', out);
}

/* As many labels as have room, each under the first column of its group. */
static void put_labels(FILE *out, const struct plot *plot, const struct layout *layout,
                       size_t columns)
{
    char label[PLOT_LABEL_BYTES];
    size_t widest = 1, at = 0;
    for (size_t group = 0; group < layout->groups; group++) {
        plot_label(label, plot, group * layout->per_group);
        size_t width = printable_width(label);
        widest = width > widest ? width : widest;
    }
    const size_t needed = widest == 1 ? 1 : widest + 1;
    const size_t every = (needed + layout->slot - 1) / layout->slot;
    fprintf(out, "%*s", GUTTER, "");
    for (size_t group = 0; group < layout->groups; group += every) {
        const size_t edge = group * layout->slot;
        plot_label(label, plot, group * layout->per_group);
        if (GUTTER + edge + printable_width(label) > columns)
            break;
        fprintf(out, "%*s", (int)(edge - at), "");
        fputs(label, out);
        at = edge + printable_width(label);
    }
    fputc('\n', out);
}

static void put_key(FILE *out, const struct plot *plot)
{
    const char *marks[PLOT_SERIES_MAX] = {plot->kind == PLOT_BARS ? "█" : "•",
                                          plot->kind == PLOT_BARS ? "░" : "o"};
    bool any = false;
    for (size_t s = 0; s < plot->series_count && s < PLOT_SERIES_MAX; s++)
        if (plot->series[s].name) {
            fprintf(out, "%*s%s %s", any ? 3 : GUTTER, "", marks[s],
                    translate(plot->series[s].name));
            any = true;
        }
    if (plot->x)
        fprintf(out, "%*s%s", any ? 3 : GUTTER, "", translate(plot->x));
    if (any || plot->x)
        fputc('\n', out);
}

void plot_print(FILE *out, const struct plot *plot)
{
    if (plot->count == 0)
        return;
    const struct plot_scale scale = plot_scale(plot);
    const size_t columns = console_columns(out);
    const struct layout layout = lay_out(plot, columns);
    fprintf(out, "%s%s\n", translate(plot->title), plot->logarithmic ? _(" (logarithmic)") : "");
    for (size_t row = ROWS; row-- > 0;)
        put_row(out, plot, &layout, &scale, row);
    put_labels(out, plot, &layout, columns);
    put_key(out, plot);
}
