/*
 * The words of a report.
 */
#include "report_words.h"
#include "translate.h"

#include <math.h>
#include <string.h>

const char *report_verdict_name(enum report_verdict verdict)
{
    static const char *const names[] = {"broken", "resisted", "not-applicable"};
    return names[verdict];
}

void report_count_words(char out[REPORT_WORDS_BYTES], double count)
{
    char digits[32];
    if (count >= 1e15) {
        snprintf(out, REPORT_WORDS_BYTES, "10^%.0f", floor(log10(count)));
        return;
    }
    int length = snprintf(digits, sizeof(digits), "%.0f", count);
    char *at = out;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *at++ = ',';
        *at++ = digits[i];
    }
    *at = '\0';
}

void report_time_words(char out[REPORT_WORDS_BYTES], double log10_seconds)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{N_("years"), 31557600}, {N_("days"), 86400}, {N_("h"), 3600}, {N_("min"), 60}};
    const double year = log10(units[0].seconds);
    if (log10_seconds > year + 6) {
        snprintf(out, REPORT_WORDS_BYTES, _("10^%.0f years"), floor(log10_seconds - year));
        return;
    }
    const double seconds = pow(10, log10_seconds);
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
        if (seconds >= units[i].seconds) {
            snprintf(out, REPORT_WORDS_BYTES,
                     seconds >= 10 * units[i].seconds ? "%.0f %s" : "%.1f %s",
                     seconds / units[i].seconds, translate(units[i].name));
            return;
        }
    if (seconds >= 1) { /* "s" alone is a name of numbers, too */
        snprintf(out, REPORT_WORDS_BYTES, seconds >= 10 ? _("%.0f s") : _("%.1f s"), seconds);
        return;
    }
    snprintf(out, REPORT_WORDS_BYTES, seconds >= 0.001 ? _("%.0f ms") : _("%.2f ms"),
             seconds * 1000);
}

/* log10 of the seconds at real size. */
static double real_time(const struct report_cost *cost)
{
    return cost->real_log2 * log10(2) + log10(fmax(cost->seconds, 1e-9) / fmax(cost->count, 1));
}

void report_cost_print(FILE *out, const struct report_cost *cost)
{
    char count[REPORT_WORDS_BYTES], time[REPORT_WORDS_BYTES];
    report_count_words(count, cost->count);
    report_time_words(time, log10(fmax(cost->seconds, 1e-9)));
    fprintf(out, _("%scost:%s    %s %s in %s here\n"), console_style(out, CONSOLE_BOLD),
            console_style(out, CONSOLE_PLAIN), count, translate(cost->unit), time);
    if (!cost->real)
        return;
    report_time_words(time, real_time(cost));
    fprintf(out, _("         %s: 2^%.0f, %s (extrapolated)\n"), translate(cost->real),
            cost->real_log2, time);
}

json_t *report_cost_json(const struct report_cost *cost)
{
    if (!cost->unit)
        return json_null();
    json_t *json = json_pack("{s:f,s:s,s:f}", "count", cost->count, "unit", cost->unit, "seconds",
                             cost->seconds);
    if (json && cost->real)
        json_object_set_new(json, "extrapolated",
                            json_pack("{s:s,s:f,s:f}", "size", cost->real, "log2_count",
                                      cost->real_log2, "log10_seconds", real_time(cost)));
    return json;
}
