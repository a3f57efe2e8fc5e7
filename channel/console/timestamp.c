/*
 * Times as text, RFC 3339 section 5.6; see timestamp.h.
 */
#include "timestamp.h"

#include <string.h>

#define TIMESTAMP_FORMAT "%Y-%m-%dT%H:%M:%SZ"

void timestamp_text(char text[TIMESTAMP_BYTES], time_t when)
{
    struct tm utc;
    if (gmtime_r(&when, &utc) == NULL ||
        strftime(text, TIMESTAMP_BYTES, TIMESTAMP_FORMAT, &utc) == 0)
        strcpy(text, "1970-01-01T00:00:00Z"); /* a clock beyond year 9999 */
}

void timestamp_now(char text[TIMESTAMP_BYTES])
{
    timestamp_text(text, time(NULL));
}

bool timestamp_valid(const char *text)
{
    struct tm utc = {0};
    const char *end = strptime(text, TIMESTAMP_FORMAT, &utc);
    if (end == NULL || *end != '\0')
        return false;
    /* strptime takes 30 February and "2026-1-1" too: only what prints the same again is right */
    char again[TIMESTAMP_BYTES];
    timestamp_text(again, timegm(&utc));
    return strcmp(again, text) == 0;
}
