/*
 * attack oracle break, a file a kind.
 */
#ifndef GLASSBOX_ATTACK_ORACLE_BREAK_H
#define GLASSBOX_ATTACK_ORACLE_BREAK_H

#include "oracle_line.h"
#include "report.h"

struct oracle_break_options {
    struct oracle_line_options line;
    struct report_options report;
    unsigned byte, bytes; /* padding: the one to show, how many to find */
    unsigned rounds;      /* timing */
    unsigned long most;   /* rsa: queries */
};

struct oracle_break {
    const struct oracle_break_options *options;
    struct oracle_line line;
    struct report report;
};

/* Each ends the report and returns the status. */
int oracle_break_padding(struct oracle_break *attack);
int oracle_break_v15(struct oracle_break *attack);
int oracle_break_manger(struct oracle_break *attack);
int oracle_break_timing(struct oracle_break *attack);

/* Proves that this is the text whose hash the oracle has said; false: it is not. */
bool oracle_break_prove(struct oracle_break *attack, const void *text, size_t bytes);

#endif
