/*
 * What is attacked: the bytes of a file, of stdin, of the command line, or the messages of a
 * recording of one's own talk.
 *
 * From a recording come the records that crossed the wire, sealed as they were, in their order.
 * Nothing else of it is looked at: an attacker has the wire alone.
 */
#ifndef GLASSBOX_TARGET_H
#define GLASSBOX_TARGET_H

#include "option_table.h"
#include "recording.h"

struct target_options {
    const char *file; /* a file, "-" for stdin, or a recording; NULL: text */
    const char *text; /* --text: the target itself */
    bool hex;         /* what is read is hexadecimal; blanks are left out */
};
/* The argument FILE, --text, --hex. */
extern const struct option_table target_table;

struct target_message {
    uint8_t *data;
    size_t bytes;
    /* Of a recording: */
    enum channel_role sender;
    unsigned channel, frame; /* as `chat explain` numbers them */
    /* The session key under raw RSA, of a textbook record; NULL: none. Points into data's block. */
    const uint8_t *key;
    size_t key_bytes;
};

struct target {
    char *name;                      /* for people: "talk.rec, 12 records under textbook:caesar" */
    struct target_message *messages; /* one, but of a recording */
    size_t count;
    struct recording *recording; /* NULL: none */
    const char *cipher;          /* of the recording's suite; NULL: none, or a modern one */
};

#define TARGET_MAX_BYTES ((size_t)64 * 1024 * 1024)

/* Nothing at all is an error, too. */
bool target_read(struct target *target, const struct target_options *options,
                 struct problem *problem) __attribute__((warn_unused_result));
void target_free(struct target *target); /* fine on a {0} */

#endif
