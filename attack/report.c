/*
 * The report of an attack.
 */
#include "report.h"

#include "abbreviate.h"
#include "hexadecimal.h"
#include "output_file.h"
#include "press_enter.h"
#include "printable.h"
#include "report_words.h"
#include "text_wrap.h"
#include "translate.h"

#include <assert.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define S struct report_options
static const struct option_row rows[] = {
    FLAG(S, json, "json", 0, "Print JSON"),
    FLAG(S, step, "step", 0, "Show every step, and wait for Enter after each"),
    TEXT(S, svg, "svg", 0, "FILE", "Draw the plots into a file, too, as SVG"),
    {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    const struct report_options *options = given;
    if (options->json && options->step)
        console_usage(state, "--step and --json do not go together");
}

const struct option_table report_table = {.rows = rows, .check = check_options};

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The sentence of a library that is the whole text. */
static char *in_language(char *text)
{
    char words[TRANSLATE_LIBRARY_BYTES];
    const char *said = translate_library(words, text);
    char *copy = said == text ? NULL : strdup(said);
    if (!copy)
        return text;
    free(text);
    return copy;
}

/* The text of a call, which the caller frees; NULL without memory. */
static char *format_text(struct report *report, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
static char *format_text(struct report *report, const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, translate(format), arguments) >= 0)
        return strcmp(format, "%s") == 0 ? in_language(text) : text;
    report->no_memory = true;
    return NULL;
}

/* What JSON takes must be UTF-8: bytes of a stranger are made printable. */
static json_t *json_text(const char *text)
{
    char *printable = malloc(PRINTABLE_SPACE(strlen(text)));
    json_t *value = NULL;
    if (printable) {
        printable_text(printable, PRINTABLE_SPACE(strlen(text)), text, strlen(text));
        value = json_string(printable);
    }
    free(printable);
    return value;
}

static void keep(struct report *report, int failed)
{
    report->no_memory |= failed != 0;
}

static struct text_wrap out_rows(void)
{
    return (struct text_wrap){.out = stdout,
                              .columns = console_columns(stdout),
                              .coloured = console_is_coloured(stdout),
                              .prefix = ""};
}

static void put_marked(const char *mark, enum console_style style, const char *text)
{
    const struct text_wrap wrap = out_rows();
    text_wrap_put(&wrap, (struct text_wrap_piece){mark, style},
                  TEXT_WRAP_PIECES({text, CONSOLE_PLAIN}));
}

/* --- begin ----------------------------------------------------------------------------------- */

static bool open_terminal(struct report *report, struct problem *problem)
{
    report->terminal = report->options->step ? open("/dev/tty", O_RDWR | O_CLOEXEC) : -1;
    if (report->terminal >= 0 || !report->options->step)
        return true;
    problem_set(problem, "--step waits for Enter, and there is no terminal to press it at");
    return problem_hint(problem, "start it in a terminal, or leave out --step");
}

bool report_begin(struct report *report, const struct report_options *options, const char *attack,
                  const char *target, struct problem *problem)
{
    *report = (struct report){.options = options, .terminal = -1, .began = now_seconds()};
    if (!open_terminal(report, problem))
        return false;
    report->root = json_object();
    report->steps = json_array();
    report->values = json_object();
    report->plots = json_array();
    keep(report, json_object_set_new(report->root, "attack", json_string(attack)));
    keep(report, json_object_set_new(report->root, "target", json_text(target)));
    if (!options->json)
        put_marked(_("target:  "), CONSOLE_BOLD, target);
    return true;
}

/* --- on the way ------------------------------------------------------------------------------ */

/* A signal ends all waiting. */
static void wait_for_enter(struct report *report)
{
    fflush(stdout);
    if (press_enter(report->terminal, 6, console_is_terminal(stdout)))
        return;
    close(report->terminal);
    report->terminal = -1;
}

static void take_step(struct report *report, const char *text)
{
    char mark[16];
    keep(report, json_array_append_new(report->steps, json_text(text)));
    report->step_count++;
    if (report->options->json)
        return;
    snprintf(mark, sizeof(mark), "%4u  ", report->step_count);
    put_marked(mark, CONSOLE_CYAN, text);
    if (report->terminal >= 0)
        wait_for_enter(report);
}

void report_step(struct report *report, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = format_text(report, format, arguments);
    va_end(arguments);
    if (text)
        take_step(report, text);
    free(text);
}

void report_detail(struct report *report, const char *format, ...)
{
    if (!report->options->step)
        return;
    va_list arguments;
    va_start(arguments, format);
    char *text = format_text(report, format, arguments);
    va_end(arguments);
    if (text)
        take_step(report, text);
    free(text);
}

void report_number(struct report *report, const char *name, mpz_srcptr number)
{
    char *digits = malloc(mpz_sizeinbase(number, 10) + 2);
    if (digits)
        mpz_get_str(digits, 10, number);
    keep(report, json_object_set_new(report->values, name, json_string(digits ? digits : "")));
    free(digits);
    if (report->options->json)
        return;
    printf("      %s = ", translate(name));
    abbreviate_number(stdout, number, false);
    putchar('\n');
}

void report_bytes(struct report *report, const char *name, const void *bytes, size_t count)
{
    char *hex = hex_string(bytes, count);
    keep(report, json_object_set_new(report->values, name, json_string(hex ? hex : "")));
    free(hex);
    if (report->options->json)
        return;
    printf("      %s = ", translate(name));
    abbreviate_bytes(stdout, bytes, count, false);
    putchar('\n');
}

void report_text(struct report *report, const char *name, const char *format, ...)
{
    char mark[160];
    va_list arguments;
    va_start(arguments, format);
    char *text = format_text(report, format, arguments);
    va_end(arguments);
    if (text)
        keep(report, json_object_set_new(report->values, name, json_text(text)));
    snprintf(mark, sizeof(mark), "      %s: ", translate(name));
    if (text && !report->options->json)
        put_marked(mark, CONSOLE_PLAIN, text);
    free(text);
}

void report_line(struct report *report, const char *format, ...)
{
    const struct text_wrap wrap = out_rows();
    va_list arguments;
    va_start(arguments, format);
    char *text = format_text(report, format, arguments);
    va_end(arguments);
    if (text && !report->options->json)
        text_wrap_put_line(&wrap, text);
    free(text);
}

void report_json(struct report *report, const char *name, json_t *value)
{
    keep(report, json_object_set_new(report->root, name, value));
}

/* --- plots ----------------------------------------------------------------------------------- */

static json_t *json_series(const struct plot *plot, size_t series)
{
    json_t *values = json_array();
    for (size_t i = 0; i < plot->count; i++)
        json_array_append_new(values, json_real(plot->series[series].values[i]));
    return json_pack("{s:s*,s:o}", "name", plot->series[series].name, "values", values);
}

static json_t *json_plot(const struct plot *plot)
{
    json_t *labels = json_array(), *series = json_array();
    for (size_t i = 0; i < plot->count; i++)
        json_array_append_new(labels, plot->labels ? json_text(plot->labels[i])
                                                   : json_integer(plot->first + (json_int_t)i));
    for (size_t s = 0; s < plot->series_count; s++)
        json_array_append_new(series, json_series(plot, s));
    return json_pack("{s:s,s:o,s:o}", "title", plot->title, "labels", labels, "series", series);
}

/* Parts are added to a text; the head, which says how many there are, comes at the end. */
static void draw(struct report *report, const struct plot *plot)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *stream = open_memstream(&text, &bytes);
    if (stream) {
        if (report->svg)
            fwrite(report->svg, 1, report->svg_bytes, stream);
        plot_svg_part(stream, plot, report->svg_plots++);
    }
    if (!stream || fclose(stream)) {
        report->no_memory = true;
        free(text);
        return;
    }
    free(report->svg);
    report->svg = text;
    report->svg_bytes = bytes;
}

void report_plot(struct report *report, const struct plot *plot)
{
    keep(report, json_array_append_new(report->plots, json_plot(plot)));
    if (report->options->svg)
        draw(report, plot);
    if (report->options->json)
        return;
    putchar('\n');
    plot_print(stdout, plot);
    putchar('\n');
}

/* --- the end --------------------------------------------------------------------------------- */

void report_proof(struct report *report, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = format_text(report, format, arguments);
    va_end(arguments);
    free(report->proof);
    report->proof = text;
    assert(!text || !strchr(text, '\''));
}

void report_cost(struct report *report, const struct report_cost *cost)
{
    report->cost = *cost;
    if (report->cost.seconds <= 0)
        report->cost.seconds = now_seconds() - report->began;
}

static bool write_svg(const struct report *report, struct problem *problem)
{
    struct output_file out = {0};
    if (report->svg_plots == 0) {
        console_note("there was nothing to plot: %s is not written", report->options->svg);
        return true;
    }
    bool done = output_file_open_drawing(&out, report->options->svg, 0666, "<svg", problem);
    if (done) {
        plot_svg_head(out.stream, report->svg_plots);
        fwrite(report->svg, 1, report->svg_bytes, out.stream);
        plot_svg_tail(out.stream);
        done = output_file_finish(&out, problem);
    }
    output_file_close(&out);
    return done;
}

static void release(struct report *report)
{
    json_decref(report->root);
    json_decref(report->steps);
    json_decref(report->values);
    json_decref(report->plots);
    free(report->proof);
    free(report->svg);
    if (report->terminal >= 0)
        close(report->terminal);
}

static void print_json(struct report *report, enum report_verdict verdict, const char *words)
{
    json_t *root = report->root;
    keep(report, json_object_set(root, "steps", report->steps));
    keep(report, json_object_set(root, "values", report->values));
    keep(report, json_object_set(root, "plots", report->plots));
    keep(report, json_object_set_new(root, "verdict", json_string(report_verdict_name(verdict))));
    keep(report, json_object_set_new(root, "words", json_text(words)));
    keep(report, json_object_set_new(root, "proof",
                                     report->proof ? json_string(report->proof) : json_null()));
    keep(report, json_object_set_new(root, "cost", report_cost_json(&report->cost)));
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    putchar('\n');
}

static void print_text(const struct report *report, enum report_verdict verdict, const char *words)
{
    static const enum console_style styles[] = {CONSOLE_RED, CONSOLE_GREEN, CONSOLE_YELLOW};
    static const char *const joined[] = {N_("broken: "), N_("resisted: "), N_("not applicable: ")};
    const struct text_wrap wrap = out_rows();
    text_wrap_put(
        &wrap, (struct text_wrap_piece){_("verdict: "), CONSOLE_BOLD},
        TEXT_WRAP_PIECES({translate(joined[verdict]), styles[verdict]}, {words, CONSOLE_PLAIN}));
    if (report->cost.unit)
        report_cost_print(stdout, &report->cost);
    if (report->proof) /* to be copied: it begins a row, and is not broken */
        printf(_("%sproof:%s   this prints True\npython3 -c '%s'\n"),
               console_style(stdout, CONSOLE_BOLD), console_style(stdout, CONSOLE_PLAIN),
               report->proof);
}

int report_end(struct report *report, enum report_verdict verdict, const char *format, ...)
{
    struct problem problem = {0};
    va_list arguments;
    va_start(arguments, format);
    char *words = format_text(report, format, arguments);
    va_end(arguments);
    assert(verdict != REPORT_BROKEN || report->proof || report->no_memory);
    bool done = (words && !report->no_memory) || problem_memory(&problem);
    if (done && report->options->json)
        print_json(report, verdict, words);
    else if (done)
        print_text(report, verdict, words);
    done = done && (!report->options->svg || write_svg(report, &problem));
    free(words);
    release(report);
    if (!done)
        return console_problem(&problem, CONSOLE_FAILED);
    return verdict == REPORT_BROKEN ? CONSOLE_DONE : CONSOLE_FAILED;
}

int report_fail(struct report *report, const struct problem *problem)
{
    release(report);
    return console_problem(problem, CONSOLE_FAILED);
}
