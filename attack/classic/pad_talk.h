/*
 * A recorded talk under a pad: which cipher it is, and records that have a key each.
 */
#ifndef GLASSBOX_PAD_TALK_H
#define GLASSBOX_PAD_TALK_H

#include "pad_language.h"
#include "report.h"
#include "target.h"

/* The messages of a target that are under one key, borrowed: all, but of a recording of dh those of
 * the channel with the most bytes, since each channel agrees on a key of its own. The list is freed by
 * the caller; NULL without memory. */
struct sym_bytes *pad_talk_texts(const struct target *target, size_t *count);
/* Says so, if some were left out. */
void pad_talk_tell(struct report *report, const struct target *target, size_t count);

/* Whether it is a recording under another classic cipher than this one; and what is said then. */
bool pad_talk_is_other(const struct target *target, const char *cipher);
int pad_talk_refuse(const struct report_options *options, const char *attack,
                    const struct target *target, const char *cipher);
/* Of the recording's cipher. */
size_t pad_talk_key_bytes(const struct target *target);

/* textbook:vernam: each record is a text of its own, under a key of its own. The exit status. */
int pad_talk_records(const struct report_options *options,
                     const struct pad_language_options *language, const struct target *target);

#endif
