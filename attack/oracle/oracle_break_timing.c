/*
 * attack oracle break, of a comparison that ends early: by the clock, or by what the oracle counts.
 */
#include "oracle_break.h"

#include "report_words.h"
#include "sym_timing.h"
#include "translate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct timing {
    struct oracle_break *attack;
    bool counted;
    size_t length;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static bool measure(void *context, double *microseconds, bool *right, const char *guess)
{
    struct timing *timing = context;
    char text[SYM_TIMING_MOST_LENGTH + 2];
    int bytes = snprintf(text, sizeof(text), "%s\n", guess);
    const double began = now();
    const char *answer = NULL;
    if (oracle_line_send(&timing->attack->line, text, (size_t)bytes))
        answer = oracle_line_receive(&timing->attack->line);
    *microseconds = now() - began;
    if (!answer)
        return false;
    const char *blank = strchr(answer, ' ');
    if (timing->counted)
        *microseconds = blank ? strtod(blank, NULL) : 0;
    *right = strncmp(answer, "ok", 2) == 0;
    return true;
}

static double mean_of_others(const struct sym_timing_check *check)
{
    double sum = 0;
    for (unsigned i = 0; i < SYM_TIMING_DIGIT_COUNT; i++)
        sum += i == check->best ? 0 : check->times[i];
    return sum / (SYM_TIMING_DIGIT_COUNT - 1);
}

static void plot(struct timing *timing, const struct sym_timing_check *check)
{
    static const char *const labels[] = {"0", "1", "2", "3", "4", "5", "6", "7",
                                         "8", "9", "a", "b", "c", "d", "e", "f"};
    report_plot(&timing->attack->report,
                &(struct plot){.kind = PLOT_BARS,
                               .title = timing->counted ? N_("digits looked at, by the first digit")
                                                        : N_("microseconds, by the first digit"),
                               .labels = labels,
                               .count = SYM_TIMING_DIGIT_COUNT,
                               .series_count = 1,
                               .series = {{NULL, check->times}}});
}

static void hear(void *context, const struct sym_timing_check *check)
{
    struct timing *timing = context;
    struct report *report = &timing->attack->report;
    const char *unit = timing->counted ? _("digits") : _("microseconds");
    char out[64];
    snprintf(out, sizeof(out), "%s", _("beyond all doubt"));
    if (isfinite(check->sigmas))
        snprintf(out, sizeof(out), _("by %.1f spreads"), check->sigmas);
    if (check->believed)
        report_step(report,
                    "digit %zu is %c: %.1f %s, the others %.1f; it stands out %s, after %u "
                    "rounds",
                    check->place + 1, SYM_TIMING_DIGITS[check->best], check->times[check->best],
                    unit, mean_of_others(check), out, check->rounds);
    else
        report_detail(report,
                      "digit %zu, after %u rounds: %c is slowest, and stands out by %.1f "
                      "spreads; %.0f are asked for",
                      check->place + 1, check->rounds, SYM_TIMING_DIGITS[check->best],
                      check->sigmas, SYM_TIMING_SIGMAS);
    if (check->place == 0 && check->believed)
        plot(timing, check);
}

static int end(struct timing *timing, const struct sym_timing_result *result)
{
    struct report *report = &timing->attack->report;
    if (result->queries > 0)
        report_cost(report,
                    &(struct report_cost){.count = (double)result->queries, .unit = N_("queries")});
    if (result->verdict == SYM_BROKEN &&
        oracle_break_prove(timing->attack, result->guess, timing->length))
        return report_end(report, REPORT_BROKEN, "the secret is %s", result->guess);
    if (result->verdict == SYM_NOT_APPLICABLE)
        return report_end(report, REPORT_NOT_APPLICABLE, "%s", result->why);
    return report_end(report, REPORT_RESISTED, "%s, after %zu of %zu digits", result->why,
                      result->known, timing->length);
}

int oracle_break_timing(struct oracle_break *attack)
{
    struct timing timing = {.attack = attack};
    struct sym_timing_result result;
    const char *length = oracle_line_field(&attack->line, "length");
    timing.counted = oracle_line_field(&attack->line, "counted") != NULL;
    timing.length = length ? strtoul(length, NULL, 10) : 0;
    sym_break_timing(&result, timing.length, attack->options->rounds,
                     &(struct sym_timing_oracle){measure, &timing},
                     &(struct sym_timing_listener){hear, &timing});
    return end(&timing, &result);
}
