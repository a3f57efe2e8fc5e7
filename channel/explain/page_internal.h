/*
 * The parts of the page, for the files that draw it: page.c (the whole, and what stands above the
 * talk), page_channel.c and page_entry.c (scenes, and what happens in them), page_bytes.c (frames and
 * values as coloured bytes), page_steps.c (steps, arithmetic, the tree of keys), page_check*.c and
 * page_line.c (lines for a command prompt), page_pair.c (two recordings).
 */
#ifndef GLASSBOX_PAGE_INTERNAL_H
#define GLASSBOX_PAGE_INTERNAL_H

#include "explain_text.h"
#include "html.h"
#include "page.h"
#include "timeline.h"

/* The name of a place on the page, for links to it. Made of numbers and of names of ours, so the
 * same place has the same name on every page of the session. */
#define PAGE_ANCHOR_BYTES 96
struct page_anchor {
    char text[PAGE_ANCHOR_BYTES];
};
/* "c1-f3" and "id n" make "c1-f3-id-n". */
struct page_anchor page_anchor(const char *base, const char *name);

/* A value that stands on the page already: what comes again is a link to it. */
struct page_seen {
    const uint8_t *data;
    size_t bytes;
    struct page_anchor at;
    const char *name;
};

struct page {
    FILE *out;
    const struct timeline *timeline; /* whose scene is being drawn */
    const char *prefix;              /* of its anchors: "", or "b-" for the second recording */
    struct page_seen *seen;
    size_t seen_count;
    const void **told; /* the stories of steps inside messages: each why is told once */
    size_t told_count;
    unsigned halves; /* private operations told in full so far */
    bool no_memory;
};

/* --- page_entry.c --- */
struct page_anchor page_channel_anchor(const struct page *page,
                                       const struct timeline_channel *channel);
struct page_anchor page_entry_anchor(const struct page *page,
                                     const struct timeline_channel *channel,
                                     const struct timeline_entry *entry);
struct explain_parties page_parties(const struct timeline_channel *channel,
                                    const struct timeline_entry *entry);
const struct explanation *page_explanation(const struct timeline_channel *channel,
                                           const struct timeline_entry *entry);
/* One entry as a list item. other: the same entry as the second recording saw it, drawn into the same
 * item; or NULL. */
struct page_side {
    const struct timeline *timeline;
    const struct timeline_channel *channel;
    const struct timeline_entry *entry; /* NULL: it has no such entry */
    const char *prefix;
};
void page_entry(struct page *page, const struct page_side *side, const struct page_side *other);
void page_time(FILE *out, uint64_t microseconds);

/* --- page_channel.c --- */
void page_channel_head(struct page *page, const struct timeline_channel *channel, size_t number);
/* A whole scene of one recording. */
void page_channel(struct page *page, const struct timeline_channel *channel, size_t number);

/* --- page_bytes.c --- */
/* A frame or an inner message: its bytes, coloured by field, and its fields by the table of the
 * wire. message: WIRE_MESSAGES if there is none. header: bytes in front that are the frame's. */
void page_message(struct page *page, const char *anchor, enum wire_message message,
                  const struct recording_value *value, size_t header);
/* A value of a step, under its name. */
void page_value(struct page *page, const char *anchor, const struct recording_value *value);
/* A value of the arithmetic, whose name stands above it, with the boxes it is made of (or none). */
void page_number(struct page *page, const char *anchor, const struct recording_value *value,
                 const struct recording_box *boxes, size_t box_count);

/* Whether people can read it: UTF-8, and of control characters tabs and line ends alone. */
bool page_is_text(const struct wire_value *value);
/* Its length without the line end. */
size_t page_text_bytes(const struct wire_value *text);

/* --- page_steps.c --- */
void page_steps(struct page *page, const char *anchor, const struct timeline_channel *channel,
                const struct timeline_step *steps, size_t count);

/* --- page_line.c: a line for a command prompt, and what it prints --- */
void page_line(struct page *page, const char *what);
void page_line_end(struct page *page, const uint8_t *printed, size_t bytes);
void page_line_end_text(struct page *page, const char *printed);
void page_line_hex(struct page *page, const struct recording_value *value);
void page_line_base64(struct page *page, const void *data, size_t bytes);
/* A file of these bytes that is nowhere: bash and zsh know <(...). */
void page_line_file(struct page *page, const void *data, size_t bytes);
/* Whether it may stand in a line: there, recorded, and not too long for a shell or for a page. */
#define PAGE_LINE_BYTES 4096
static inline bool page_line_fits(const struct recording_value *value)
{
    return value && value->data && value->bytes > 0 && value->bytes <= PAGE_LINE_BYTES;
}
#define PAGE_FROM_HEX "bytes.fromhex('"
/* SHA-256 over the parts, one after the other. Nothing if one of them does not fit. */
void page_line_sha256(struct page *page, const char *what, const struct recording_value *parts,
                      size_t count, const struct recording_value *digest);

/* --- page_check.c, page_check_rsa.c --- */
void page_check_step(struct page *page, const struct timeline_channel *channel,
                     const struct timeline_step *work);
void page_check_math(struct page *page, const struct timeline_channel *channel,
                     const struct timeline_step *work, size_t index);
/* ssh-keygen's word for a fingerprint. */
void page_check_fingerprint(struct page *page, const struct timeline_key *key);
/* "SHA256:..." of a key that has crossed the line; false if it is no key. */
bool page_fingerprint(char *text, const struct timeline_key *key);

/* --- page_pair.c --- */
/* The talks of two sessions. */
void page_pair(struct page *page, const struct timeline *first, const struct timeline *second);
/* Whether they are the two ends of one session. */
bool page_is_one_session(const struct timeline *first, const struct timeline *second);

/* --- page_assets.c --- */
extern const char page_css[], page_js[]; /* the files, each with a 0 behind it */

#endif
