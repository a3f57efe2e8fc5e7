/*
 * Times as text, RFC 3339 section 5.6; see timestamp.h.
 */
#include "timestamp.h"

#include <string.h>

#define DAY_FORMAT       "%Y-%m-%d"
#define TIMESTAMP_FORMAT DAY_FORMAT "T%H:%M:%SZ"
#define DAY_SECONDS      (24 * 60 * 60)

void timestamp_text(char text[TIMESTAMP_BYTES], time_t when)
{
    struct tm utc;
    if (!gmtime_r(&when, &utc) || strftime(text, TIMESTAMP_BYTES, TIMESTAMP_FORMAT, &utc) == 0)
        strcpy(text, "1970-01-01T00:00:00Z"); /* a clock beyond year 9999 */
}

void timestamp_now(char text[TIMESTAMP_BYTES])
{
    timestamp_text(text, time(NULL));
}

/* strptime takes 30 February and "2026-1-1" too: only what prints the same again is right, from a
 * year of four digits (RFC 3339 5.6). */
static bool parse(time_t *when, const char *text, const char *format)
{
    struct tm utc = {0}, same;
    char again[TIMESTAMP_BYTES];
    const char *end = strptime(text, format, &utc);
    if (!end || *end != '\0' || strcspn(text, "-") != strlen("2026"))
        return false;
    *when = timegm(&utc);
    return gmtime_r(when, &same) && strftime(again, sizeof(again), format, &same) > 0 &&
           strcmp(again, text) == 0;
}

bool timestamp_parse(time_t *when, const char *text)
{
    return parse(when, text, TIMESTAMP_FORMAT);
}

bool timestamp_parse_day_end(time_t *when, const char *text)
{
    if (!parse(when, text, DAY_FORMAT))
        return false;
    *when += DAY_SECONDS;
    return true;
}

bool timestamp_valid(const char *text)
{
    time_t when;
    return timestamp_parse(&when, text);
}
