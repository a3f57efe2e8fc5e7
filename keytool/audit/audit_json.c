/*
 * What an audit found, as JSON: key by key, for there may be a million.
 */
#include "audit.h"
#include "printable.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* What JSON takes must be UTF-8. */
static json_t *json_text(const char *text)
{
    size_t space = PRINTABLE_SPACE(strlen(text));
    char *safe = malloc(space);
    json_t *value = NULL;
    if (safe) {
        printable_text(safe, space, text, strlen(text));
        value = json_string(safe);
    }
    free(safe);
    return value;
}

static json_t *json_finding(const struct audit_finding *finding)
{
    char *proof = NULL;
    if (finding->owned_proof && asprintf(&proof, "python3 -c '%s'", finding->owned_proof) < 0)
        return NULL;
    json_t *value = json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:s?}", "finding", finding->name,
                              "verdict", audit_verdict_name(finding->verdict), "title",
                              finding->title, "detail", json_text(finding->owned_detail), "cause",
                              finding->cause, "remedy", finding->remedy, "proof", proof);
    free(proof);
    return value;
}

static json_t *json_key(const struct audit *audit, size_t index)
{
    const struct audit_key *key = &audit->keys[index];
    char name[AUDIT_NAME_BYTES];
    json_t *findings = json_array();
    AUDIT_EACH_FINDING(audit, index, at)
    json_array_append_new(findings, json_finding(&audit->findings[at]));
    return json_pack("{s:o, s:o, s:I, s:I, s:b, s:s, s:o}", "name",
                     json_text(audit_name(name, audit, index)), "file",
                     json_text(audit->files[key->file]), "line", (json_int_t)key->line, "bits",
                     (json_int_t)key->bits, "private", key->is_private, "verdict",
                     audit_verdict_name(key->verdict), "findings", findings);
}

static json_t *json_shared(const struct audit *audit, const struct rsa_batch_shared *shared)
{
    char name[AUDIT_NAME_BYTES], *factor = NULL;
    json_t *keys = json_array();
    for (size_t i = 0; i < shared->count; i++)
        json_array_append_new(keys, json_text(audit_name(name, audit, shared->indices[i])));
    if (gmp_asprintf(&factor, "%#Zx", shared->factor) < 0)
        factor = NULL;
    json_t *value = json_pack("{s:s, s:I, s:o}", "factor", factor, "bits",
                              (json_int_t)mpz_sizeinbase(shared->factor, 2), "keys", keys);
    free(factor);
    return value;
}

static json_t *json_cost(const struct audit *audit)
{
    char here[AUDIT_COST_BYTES], real[AUDIT_COST_BYTES];
    audit_cost(here, real, audit);
    return json_pack("{s:s, s:s?, s:I, s:I, s:I, s:I, s:f, s:f}", "words", here, "extrapolated",
                     real[0] ? real : NULL, "tests_work", (json_int_t)audit->tests_work,
                     "shared_work", (json_int_t)audit->batch.work, "blocks",
                     (json_int_t)audit->batch.blocks, "memory", (json_int_t)audit->batch.memory,
                     "tests_seconds", audit->tests_seconds, "shared_seconds",
                     audit->shared_seconds);
}

/* Prints it and lets it go. */
static bool print(const char *before, json_t *value)
{
    fputs(before, stdout);
    bool done = value && (json_dumpf(value, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) == 0 ||
                          ferror(stdout) != 0); /* what cannot be written, console_finish says */
    json_decref(value);
    return done;
}

bool audit_print_json(const struct audit *audit)
{
    bool done = true;
    const char *comma = "";
    printf("{\"told\": %zu, \"broken\": %zu, \"resisted\": %zu, \"not_applicable\": %zu,\n"
           "\"keys\": [",
           audit->told, audit->broken, audit->resisted, audit->not_applicable);
    for (size_t i = 0; done && i < audit->key_count; i++) {
        if (audit->keys[i].twin != AUDIT_NONE)
            continue;
        done = print(comma, json_key(audit, i));
        comma = ",\n";
    }
    comma = "],\n\"shared\": [";
    for (size_t i = 0; done && i < audit->batch.shared_count; i++) {
        done = print(comma, json_shared(audit, &audit->batch.shared[i]));
        comma = ",\n";
    }
    if (audit->batch.shared_count == 0)
        fputs(comma, stdout);
    done = done && print("],\n\"cost\": ", json_cost(audit));
    puts("}");
    return done;
}
