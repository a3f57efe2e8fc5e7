/*
 * The steps, described once: what happens between the messages of the wire. Each has a name, a
 * formula, the section that defines it, and its values by name, with how secret they are. The
 * engine says STEP_PRK, never a string; recordings, narration, page, key log and replay read the
 * row in step_table.inc; docs/protocol.md is printed from it by `make docs`.
 *
 * One step may have several rows: the PRK of a handshake, of a re-key and of a hand-over are made
 * of different things. A check that fails is a row of its own, which `refuses`.
 */
#ifndef GLASSBOX_STEP_TABLE_H
#define GLASSBOX_STEP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum channel_step {
#define STEP(number, ...) number,
#include "step_table.inc"
    CHANNEL_STEPS
};

/* The values of a row by number. */
#define VALUES(...) enum { __VA_ARGS__ };
#include "step_table.inc"
#define STEP_VALUES_MAX 5

enum trace_secrecy {
    TRACE_PUBLIC, /* it crosses the wire as it is */
    TRACE_LOCAL,  /* it never leaves this machine, but protects nothing by itself */
    TRACE_SECRET, /* who knows it can read or forge */
};

struct step_value {
    const char *name;
    enum trace_secrecy secrecy;
    bool is_text;
};

struct step_row {
    const char *name;    /* "signed digest"; refusals end in "refused" */
    const char *formula; /* over the names of its values */
    const char *section;
    const char *whose; /* "both", "client" or "server": who takes it */
    bool refuses;
    uint8_t inputs, outputs;
    struct step_value values[STEP_VALUES_MAX]; /* number of a value: see VALUES */
};

/* One row of the table. */
const struct step_row *step_row(enum channel_step step);

#endif
