/*
 * The parts of the page, for the files that draw it: page.c (the whole, and what stands above the
 * talk), page_channel.c and page_entry.c (channels, and what happens in them), page_message.c (frames,
 * byte by byte), page_bytes.c (values), page_steps.c (steps, arithmetic, the tree of keys), page_check*.c and
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
    char name[TIMELINE_NAME_BYTES];
};

struct page {
    FILE *out;
    const struct timeline *timeline; /* whose channel is being drawn */
    const char *prefix;              /* of its anchors: "", or "b-" for the second recording */
    struct page_seen *seen;
    size_t seen_count;
    bool explained[CHANNEL_STEPS]; /* of the steps inside messages: each why is given once */
    const struct replay_map *maps; /* of the first recording */
    size_t map_count;
    unsigned halves;                 /* private operations shown in full so far */
    unsigned lines;                  /* of the talk so far */
    bool opened;                     /* the first arrow has been drawn, which is open */
    bool highlighted[WIRE_MESSAGES]; /* the first of its kind, which is open on paper */
    bool live;                       /* more may come: what has no end has none yet */
    bool no_memory;
};
/* Paper has ten pages at most: what is behind so many lines of the talk is on the screen alone. */
#define PAGE_PAPER_LINES 60

/* --- page.c: what the live page takes from there, which draws the talk line by line --- */
/* What stands between the title and the talk, and what stands behind the talk. */
void page_above(struct page *page, const struct timeline *first, const struct timeline *second);
void page_talk_head(FILE *out); /* opens the section of the talk */
void page_below(struct page *page, const struct timeline *first, const struct timeline *second);
/* page_write of what has been put in order already. */
bool page_write_timelines(FILE *out, const struct timeline *first, const struct timeline *second,
                          const struct replay_map *maps, size_t map_count, struct problem *problem)
    __attribute__((warn_unused_result));

/* --- page_overview.c --- */
/* The suites of its channels, each once, by number from 0. NULL: no more. */
const struct channel_suite *page_suite(const struct timeline *timeline, size_t number);
size_t page_talks(const struct timeline *timeline); /* how many: a server's page has many */
void page_overview(struct page *page, const struct timeline *timeline, const char *title);
/* What a listener on the lines of this suite has learned, and what not. */
void page_listener(FILE *out, const struct timeline *timeline, struct channel_suite suite);

/* --- page_legend.c, page_contents.c --- */
void page_legend(FILE *out);
void page_contents(struct page *page, const struct timeline *timeline);

/* --- page_entry.c --- */
struct page_anchor page_channel_anchor(const struct page *page,
                                       const struct timeline_channel *channel);
struct page_anchor page_entry_anchor(const struct page *page,
                                     const struct timeline_channel *channel,
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
/* A scene: a channel as one recording has it, or as both ends have it. */
struct page_scene {
    const struct timeline *timelines[2];
    const struct timeline_channel *ends[2]; /* the second is NULL where it is not known */
    const char *prefixes[2];
};
/* One line of it: an entry of one end, or a frame as both have it. */
struct page_item {
    const struct timeline_entry *entries[2]; /* by end; NULL: it has none */
};
/* A talk of a thousand messages is shown by its beginning and its end. */
#define PAGE_ITEMS_MAX  300
#define PAGE_ITEMS_HEAD 240
void page_item(struct page *page, const struct page_scene *scene, const struct page_item *item);
void page_gap(struct page *page, size_t left_out);
void page_scene(struct page *page, const struct page_scene *scene, size_t number);
/* A whole channel of one recording. */
void page_channel(struct page *page, const struct timeline_channel *channel, size_t number);

/* --- page_items.c --- */
/* All that stands in a scene, in order; to be freed. They point into the timelines. False without
 * memory. */
bool page_items(struct page_item **items, size_t *count, const struct page_scene *scene);
/* The same channel in the other recording; NULL: it is not there. */
const struct timeline_channel *page_other_end(const struct timeline *first,
                                              const struct timeline_channel *channel,
                                              const struct timeline *second);

/* --- page_message.c --- */
/* A frame or an inner message: its bytes, coloured by field, and its fields by the table of the
 * wire. message: WIRE_MESSAGES if there is none. header: bytes in front that are the frame's. */
void page_message(struct page *page, const char *anchor, struct channel_suite suite,
                  enum wire_message message, const struct trace_bytes *value, size_t header);
/* Where the legend explains a type. */
struct page_anchor page_type_anchor(enum wire_type type);

/* --- page_bytes.c --- */
#define PAGE_COLOURS 7
/* A stretch longer than this is shown by its ends: a file that was sent is not a page. The longest
 * number of a handshake, the decapsulation key with 2,400 bytes, is shown whole. */
#define PAGE_RUN_MAX  2560
#define PAGE_RUN_HEAD 512
#define PAGE_RUN_TAIL 64
/* Says how many bytes are left out. */
void page_cut(FILE *out, size_t bytes);
/* A secret that was not recorded: its size. Why it is not there is said once, above. */
void page_unseen(FILE *out, size_t bytes);
/* What comes again is a link to here. */
void page_remember(struct page *page, const uint8_t *data, size_t bytes,
                   const struct page_anchor *at, const char *name);
/* A value of a step, under its name. */
void page_value(struct page *page, const char *anchor, const struct step_value *about,
                const struct trace_bytes *value);
/* A value of the arithmetic, whose name stands above it, with the boxes it is made of. */
void page_number(struct page *page, const char *anchor, const struct trace_arithmetic *arithmetic);

/* --- page_steps.c --- */
void page_steps(struct page *page, const char *anchor, const struct timeline_channel *channel,
                const struct timeline_step *steps, size_t count);

/* --- page_check.c, page_check_rsa.c: lines for a command prompt --- */
void page_check_step(struct page *page, const struct timeline_channel *channel,
                     const struct timeline_step *step);
void page_check_arithmetic(struct page *page, const struct timeline_step *step, size_t index);
/* ssh-keygen's word for a fingerprint. */
void page_check_fingerprint(struct page *page, const struct timeline_key *key);
/* "SHA256:..." of a key that has crossed the line; false if it is no key. */
bool page_fingerprint(char *text, const struct timeline_key *key);
const struct timeline_key *page_identity(const struct timeline_channel *channel,
                                         enum channel_role role);

/* --- page_line.c --- */
/* A line for a command prompt, and what it prints: printed as hex, or if that is NULL, text. In the
 * line {0} is the first of the values in hex, {1} the second; {0b} in base64; {0f} a file of it that
 * is nowhere: bash and zsh know <(...); {0n} the number of its bytes, {0d} of its digits; {0u} its
 * first byte in decimal. Nothing is drawn where one of the values is not recorded, or too long for
 * a shell or for a page. */
void page_line(struct page *page, const char *title, const char *line,
               const struct trace_bytes *values, size_t count, const struct trace_bytes *printed,
               const char *text);

/* --- page_pair.c --- */
/* The talks of two sessions. */
void page_pair(struct page *page, const struct timeline *first, const struct timeline *second);
/* Whether they are the two ends of one session. */
bool page_is_one_session(const struct timeline *first, const struct timeline *second);

/* --- page_assets.c --- */
extern const char page_css[], page_js[]; /* the files, each with a 0 behind it */

#endif
