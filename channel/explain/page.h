/*
 * A session as one page of HTML: your own, both parties, every byte with its reason.
 *
 *     chat page session.jsonl -o session.html
 *     chat page client.jsonl server.jsonl -o both.html      both ends of one session
 *     chat page modern.jsonl textbook.jsonl -o suites.html  two sessions, step beside step
 *
 * The page stands alone: no request, no library, no font; its style and its script are in it, and a
 * Content-Security-Policy allows these two alone (by their hashes) and no request at all. It works
 * without the script, too. What the peer said is data everywhere: html.h escapes all of it.
 *
 * Messages, fields and meanings come from the table of the wire (wire.h), the sentences from the
 * explain_text.h, everything else from the recording; docs/page.md says how to read it.
 */
#ifndef GLASSBOX_PAGE_H
#define GLASSBOX_PAGE_H

#include "explain.h"
#include "replay_map.h"

#include <stdio.h>

/* Draws one recording, or two beside each other (second may be NULL). Secrets are on the page if
 * they are in the recording. maps: tamper maps of channels of the first recording, which stand at
 * the end. False with the problem if a session is not in it, memory runs out, or it cannot be
 * written. */
bool page_write(FILE *out, const struct recording *first, const struct recording *second,
                const struct replay_map *maps, size_t map_count, struct problem *problem)
    __attribute__((warn_unused_result));

/* --page FILE: keeps the events in memory, draws the page when the program ends. The file is
 * there when it is complete; with no channel there is none; one that already exists is refused.
 * After PAGE_KEEP_BYTES of recording nothing more is kept, and the page says that the session went
 * on. */
#define PAGE_KEEP_BYTES ((size_t)32 * 1024 * 1024)
bool page_open(struct explain_observer *observer, const char *path,
               const struct recording_head *head, struct problem *problem)
    __attribute__((warn_unused_result));

/* The command `chat page`, `ftp page`. */
int page_main(int argc, char **argv);

#endif
