/*
 * keytool audit: many keys at once, each with a verdict of three values.
 *
 * audit_input.c reads keys and judges each alone (rsa_weakness.h), audit_shared.c finds what
 * they have in common (rsa_batch_gcd.h), audit_text.c, audit_json.c, audit_graph.c and
 * audit_report.c show it.
 */
#ifndef GLASSBOX_AUDIT_H
#define GLASSBOX_AUDIT_H

#include "audit_numbers.h"
#include "rsa_batch_gcd.h"
#include "rsa_break.h"
#include "rsa_key.h"

#include <stdio.h>

#define AUDIT_NONE SIZE_MAX

struct audit_options {
    char **places;
    size_t count;
    bool moduli, json, step, shared_only, deep;
    const char *graph, *report, *scratch;
    unsigned long memory; /* MiB; 0: no bound */
};

/* What was found of a key. Texts are owned where the name says so; the others are static. */
struct audit_finding {
    size_t key;
    enum rsa_verdict verdict;
    const char *name, *title, *cause, *remedy;
    char *owned_detail; /* what was seen */
    char *owned_proof;  /* for python3 -c; NULL: none */
};

/* A key, or a file in which there is none to be judged (bits 0). Small, for there may be a
 * million. */
struct audit_key {
    char *name;  /* NULL: line N */
    size_t file; /* of audit->files */
    size_t at;   /* n, then e, in the numbers */
    size_t
        twin; /* the key that this one is, too, under the same name: told once. AUDIT_NONE: none */
    size_t found;    /* the first of its findings; AUDIT_NONE: none */
    uint64_t e_mark; /* e where it is small, else a hash of it; 0: not given */
    unsigned line, bits, n_bytes, e_bytes;
    bool is_private;
    enum rsa_verdict verdict;
};

struct audit {
    const struct audit_options *options;
    char **files;
    size_t file_count;
    struct audit_key *keys;
    size_t key_count, key_space;
    struct audit_finding *findings; /* in the end in the order of the keys */
    size_t finding_count, finding_space;
    struct audit_numbers numbers;
    struct rsa_batch batch;
    size_t told, broken, resisted, not_applicable; /* keys, each once */
    uint64_t tests_work;
    double tests_seconds, shared_seconds;
};

/* --- audit_input.c: each key alone --- */
bool audit_read(struct audit *audit, struct problem *problem) __attribute__((warn_unused_result));

/* --- audit_lines.c: a number a line --- */
bool audit_read_lines(struct audit *audit, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));

/* --- audit_shared.c: all together; then findings are sorted, and keys have their verdicts --- */
bool audit_compare(struct audit *audit, struct problem *problem)
    __attribute__((warn_unused_result));

/* --- audit.c --- */
/* A new key, NULL without memory; and its numbers, big-endian. */
struct audit_key *audit_add_key(struct audit *audit);
bool audit_set_numbers(struct audit *audit, const uint8_t *n_then_e, size_t n_bytes, size_t e_bytes,
                       struct problem *problem) __attribute__((warn_unused_result));
/* Both texts are taken over; false if a text is NULL that must not be, or without memory. */
bool audit_add_finding(struct audit *audit, const struct audit_finding *finding)
    __attribute__((warn_unused_result));
/* The tests of one key: key, or n and e; what is not known is NULL. */
bool audit_judge(struct audit *audit, size_t index, const struct rsa_key *key, mpz_srcptr n,
                 mpz_srcptr e) __attribute__((warn_unused_result));
/* "anna", "line 17". Printable. */
#define AUDIT_NAME_BYTES 64
const char *audit_name(char text[AUDIT_NAME_BYTES], const struct audit *audit, size_t index);
double audit_seconds(void);
bool audit_key_n(mpz_t n, const struct audit *audit, size_t index)
    __attribute__((warn_unused_result));

/* The findings of a key, from the first on: while at < finding_count and findings[at].key ==
 * index. */
#define AUDIT_EACH_FINDING(audit, index, at)                                                       \
    for (size_t at = (audit)->keys[index].found;                                                   \
         at < (audit)->finding_count && (audit)->findings[at].key == (index); at++)

const char *audit_verdict_name(enum rsa_verdict verdict);
/* "close, shared"; "" if nothing was found. */
#define AUDIT_FOUND_BYTES 80
const char *audit_found(char text[AUDIT_FOUND_BYTES], const struct audit *audit, size_t index);
/* Two lines: what it took here, and what a million keys would. */
#define AUDIT_COST_BYTES 200
void audit_cost(char here[AUDIT_COST_BYTES], char real[AUDIT_COST_BYTES],
                const struct audit *audit);

/* --- what is shown --- */
void audit_print_text(const struct audit *audit);
bool audit_print_json(const struct audit *audit) __attribute__((warn_unused_result));
/* The picture inside an <svg> element, whose classes have their colours from who draws it. */
void audit_draw_graph(FILE *out, const struct audit *audit);
bool audit_write_graph(const struct audit *audit, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));
bool audit_write_report(const struct audit *audit, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));

#endif
