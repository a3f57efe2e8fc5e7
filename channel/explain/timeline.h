/*
 * A recording put in order: its channels, and in each the entries, one for a frame, for what one
 * side does by itself, for a verdict, for the end.
 *
 * Everything points into the recording, which must outlive the timeline.
 */
#ifndef GLASSBOX_TIMELINE_H
#define GLASSBOX_TIMELINE_H

#include "explain_text.h"
#include "printable.h"
#include "recording.h"

/* The four public keys of a channel, as they have crossed the line so far; n and e empty: not yet.
 * By enum trace_key, as the side that recorded calls them. */
struct timeline_key {
    struct wire_value n, e;
};

struct timeline_step {
    const struct trace_event *event;
    struct timeline_key keys[4]; /* as known at that moment */
};

enum entry_kind { ENTRY_FRAME, ENTRY_STEPS, ENTRY_VERDICT, ENTRY_END };

struct timeline_entry {
    enum entry_kind kind;
    enum channel_role actor;         /* who sends, computes, judges; whose view of the end it is */
    const struct trace_event *event; /* of STEPS the one that names it */
    const struct trace_event *inner; /* what a record holds; NULL: none, or it never got so far */
    struct timeline_step *steps;     /* all of STEPS; of a frame: how it was made or read */
    size_t step_count;
};

struct timeline_channel {
    const struct trace_event *open, *close; /* close is NULL where the recording ends before */
    enum channel_role role;                 /* of the program that recorded */
    bool resumed;
    const struct trace_address *addresses[2]; /* by role; NULL: not known */
    struct timeline_entry *entries;
    size_t entry_count;
    size_t frames[2], bytes[2]; /* by sender */
    struct timeline_key keys[4];
    size_t talk; /* index of the channel with the handshake that this goes back to, maybe itself */
    size_t changed; /* the first entry that is new, or has got more, since somebody set this */

    /* While it is read. */
    struct timeline_step *pending;
    size_t pending_count;
    const struct trace_event *pending_inner;
};

struct timeline {
    const struct recording *recording;
    struct timeline_channel *channels; /* in the order in which they began: by number */
    size_t channel_count;
};

/* One more event, while it happens; it must stay where it is. False without memory. A frame that has
 * come gets what is inside it and how it was read a little later: its entry changes. */
bool timeline_add(struct timeline *timeline, const struct trace_event *event)
    __attribute__((warn_unused_result));
/* All events of a recording. False without memory, or if there is nothing in it. */
bool timeline_read(struct timeline *timeline, const struct recording *recording,
                   struct problem *problem) __attribute__((warn_unused_result));
void timeline_free(struct timeline *timeline);

/* Which message a frame is: its inner one if that is known, else the record. */
enum wire_message timeline_message(const struct timeline_entry *entry);
/* The fields of the message that a frame or inner event holds, if all of them are there. */
bool timeline_whole(struct wire_value values[WIRE_MAX_FIELDS], const struct trace_event *event);
/* --- timeline_words.c --- */
/* Whether people can read it: UTF-8, and of control characters tabs and line ends alone. */
bool timeline_is_text(const struct wire_value *value);
/* Its length without the line end. */
size_t timeline_text_bytes(const struct wire_value *text);

/* What a message says to people, made printable; port 0 and "" where it is none that says such. */
#define TIMELINE_SAID_MAX 120 /* bytes of the first line */
struct timeline_words {
    unsigned port;                    /* a port message */
    char reason[WIRE_REASON_MAX + 1]; /* an alert, a goodbye */
    /* Data that is text: its first line, with " ..." behind it where more follows. Secret, as the talk
     * is: the caller wipes it where that counts. */
    char said[PRINTABLE_SPACE(TIMELINE_SAID_MAX) + 4];
};
struct timeline_words timeline_words(const struct trace_event *event);

/* The parts of a message, one behind the other: the frame's header, the fields that are well formed,
 * and what the table of the wire has no place for; field is NULL but for the fields. The fields of a
 * key share ("eph u") stand behind `eph`, which then has no bytes of its own but its length. */
#define TIMELINE_NAME_BYTES 24
struct timeline_part {
    char name[TIMELINE_NAME_BYTES];
    enum wire_message message; /* whose field it is */
    enum wire_message share;   /* of `eph`: what it holds; else WIRE_MESSAGES */
    const struct wire_field *field;
    struct wire_value value;
    size_t at, length_bytes,
        bytes; /* where it begins; the length in front of the value; the value */
};
#define TIMELINE_PARTS_MAX (2 * WIRE_MAX_FIELDS + 2)
/* header: bytes in front that are the frame's. How many parts there are. */
size_t timeline_parts(struct timeline_part parts[TIMELINE_PARTS_MAX], struct channel_suite suite,
                      enum wire_message message, const struct trace_bytes *bytes, size_t header);

/* Whose step it is, for its sentence; entry: NULL for what the recording side does by itself. */
struct explain_parties timeline_parties(const struct timeline_channel *channel,
                                        const struct timeline_entry *entry);

#endif
