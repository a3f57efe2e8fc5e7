/*
 * Times as text: RFC 3339 in UTC with whole seconds, 2026-02-03T04:05:06Z. They sort as text.
 */
#ifndef GLASSBOX_TIMESTAMP_H
#define GLASSBOX_TIMESTAMP_H

#include <stdbool.h>
#include <time.h>

#define TIMESTAMP_BYTES 21 /* with the 0 at the end */

void timestamp_text(char text[TIMESTAMP_BYTES], time_t when);
void timestamp_now(char text[TIMESTAMP_BYTES]);
/* Whether a text has that form and names a time. */
bool timestamp_valid(const char *text);
bool timestamp_parse(time_t *when, const char *text); /* false if it has another form */
/* The end of a day, 2026-02-03: the first second of the next one, in UTC. */
bool timestamp_parse_day_end(time_t *when, const char *text);

#endif
