/*
 * Plots as SVG 1.1, one under the other.
 */
#include "plot_scale.h"
#include "translate.h"

#define WIDTH  720.0
#define HEIGHT 260.0 /* of one plot, with its words */
#define LEFT   64.0
#define RIGHT  16.0
#define TOP    36.0
#define BOTTOM 56.0

static void put_text(FILE *out, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*text, out);
        }
}

static void put_label(FILE *out, double x, double y, const char *anchor, const char *text)
{
    fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
    put_text(out, text);
    fputs("</text>\n", out);
}

static double x_of(const struct plot *plot, double place)
{
    return LEFT + place * (WIDTH - LEFT - RIGHT) / (double)plot->count;
}

static double y_of(double height)
{
    return HEIGHT - BOTTOM - height * (HEIGHT - TOP - BOTTOM);
}

static void put_series(FILE *out, const struct plot *plot, const struct plot_scale *scale,
                       size_t series)
{
    const double slot = x_of(plot, 1) - x_of(plot, 0);
    const double bar = slot * 0.8 / (double)plot->series_count;
    for (size_t i = 0; i < plot->count; i++) {
        double value = plot->series[series].values[i];
        if (!plot_is_drawn(plot, value))
            continue;
        double y = y_of(plot_height(scale, value));
        if (plot->kind == PLOT_BARS)
            fprintf(out,
                    "<rect class=\"s%zu\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>\n",
                    series, x_of(plot, (double)i) + slot * 0.1 + bar * (double)series, y, bar,
                    y_of(0) - y);
        else
            fprintf(out, "<circle class=\"s%zu\" cx=\"%.2f\" cy=\"%.2f\" r=\"3\"/>\n", series,
                    x_of(plot, (double)i + 0.5), y);
    }
}

/* Every label, or every second, third...: as many as have room. */
static void put_labels(FILE *out, const struct plot *plot)
{
    char label[PLOT_LABEL_BYTES];
    const double slot = x_of(plot, 1) - x_of(plot, 0);
    const size_t every = slot >= 20 || (plot->labels && slot >= 12) ? 1 : (size_t)(40 / slot) + 1;
    for (size_t i = 0; i < plot->count; i += every) {
        plot_label(label, plot, i);
        put_label(out, x_of(plot, (double)i + 0.5), HEIGHT - BOTTOM + 16, "middle", label);
    }
}

static void put_key(FILE *out, const struct plot *plot)
{
    double x = LEFT;
    for (size_t s = 0; s < plot->series_count; s++) {
        if (!plot->series[s].name)
            continue;
        fprintf(out, "<rect class=\"s%zu\" x=\"%.1f\" y=\"%.1f\" width=\"10\" height=\"10\"/>\n", s,
                x, HEIGHT - 21);
        put_label(out, x + 16, HEIGHT - 12, "start", translate(plot->series[s].name));
        x += 220;
    }
    if (plot->x)
        put_label(out, WIDTH - RIGHT, HEIGHT - 12, "end", translate(plot->x));
}

void plot_svg_head(FILE *out, size_t plots)
{
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
            "font-family=\"sans-serif\" font-size=\"12\">\n"
            "<style>svg{background:#fff}text{fill:#222}.axis{stroke:#666}.s0{fill:#1f6feb}"
            ".s1{fill:#d08700;fill-opacity:.7}\n@media(prefers-color-scheme:dark){"
            "svg{background:#111}text{fill:#ddd}.axis{stroke:#999}.s0{fill:#58a6ff}"
            ".s1{fill:#e3b341}}</style>\n",
            WIDTH, HEIGHT * (double)plots);
}

void plot_svg_part(FILE *out, const struct plot *plot, size_t place)
{
    const struct plot_scale scale = plot_scale(plot);
    char number[32];
    fprintf(out, "<g transform=\"translate(0 %.0f)\">\n", HEIGHT * (double)place);
    put_label(out, LEFT, 20, "start", translate(plot->title));
    fprintf(out, "<path class=\"axis\" fill=\"none\" d=\"M%.1f %.1fV%.1fH%.1f\"/>\n", LEFT, TOP,
            y_of(0), WIDTH - RIGHT);
    snprintf(number, sizeof(number), "%.4g", scale.most);
    put_label(out, LEFT - 6, TOP + 8, "end", number);
    snprintf(number, sizeof(number), "%.4g", scale.least);
    put_label(out, LEFT - 6, y_of(0), "end", number);
    for (size_t s = plot->series_count; plot->count && s-- > 0;)
        put_series(out, plot, &scale, s);
    if (plot->count)
        put_labels(out, plot);
    put_key(out, plot);
    fputs("</g>\n", out);
}

void plot_svg_tail(FILE *out)
{
    fputs("</svg>\n", out);
}
