/*
 * What an audit found, for a terminal: a table of all, then each that is broken, then who shares.
 */
#include "audit.h"
#include "console.h"
#include "printable.h"
#include "table.h"
#include "text_wrap.h"
#include "translate.h"

#include <string.h>

#define TABLE_ROWS 200 /* of more keys only those that did not resist are listed */
#define TOLD_WHOLE 100 /* findings with cause, remedy and proof */

static const struct table_column columns[] = {
    {"name", TABLE_TEXT, false},    {"bits", TABLE_NUMBER, true}, {"private", TABLE_BOOLEAN, true},
    {"verdict", TABLE_WORD, false}, {"found", TABLE_TEXT, true},  {NULL, TABLE_TEXT, false}};

static bool add_row(struct table *table, const struct audit *audit, size_t index)
{
    const struct audit_key *key = &audit->keys[index];
    char name[AUDIT_NAME_BYTES], found[AUDIT_FOUND_BYTES], bits[16] = "";
    if (key->bits > 0)
        snprintf(bits, sizeof(bits), "%u", key->bits);
    return table_add(table, (const char *const[]){audit_name(name, audit, index), table_text(bits),
                                                  table_boolean(key->is_private),
                                                  audit_verdict_name(key->verdict),
                                                  table_text(audit_found(found, audit, index))});
}

static void print_table(const struct audit *audit)
{
    struct table *table = table_new(columns);
    bool all = audit->told <= TABLE_ROWS, done = table != NULL;
    size_t rows = 0;
    for (size_t i = 0; done && i < audit->key_count; i++) {
        const struct audit_key *key = &audit->keys[i];
        if (key->twin != AUDIT_NONE ||
            (!all && key->verdict == RSA_RESISTED && key->found == AUDIT_NONE))
            continue;
        if (rows++ < TABLE_ROWS)
            done = add_row(table, audit, i);
    }
    if (done && rows > 0)
        done = table_print(table, false);
    if (rows > TABLE_ROWS)
        printf(_("and %zu more\n"), rows - TABLE_ROWS);
    table_free(table);
    if (!done)
        console_error("no memory");
}

static void put_row(const char *mark, const char *text)
{
    const struct text_wrap wrap = {.out = stdout,
                                   .columns = console_columns(stdout),
                                   .coloured = console_is_coloured(stdout),
                                   .prefix = ""};
    text_wrap_put(&wrap, (struct text_wrap_piece){mark, CONSOLE_BOLD},
                  TEXT_WRAP_PIECES({text, CONSOLE_PLAIN}));
}

static void print_finding(const struct audit *audit, const struct audit_finding *finding)
{
    static const enum console_style styles[] = {CONSOLE_RED, CONSOLE_YELLOW, CONSOLE_YELLOW};
    bool note = finding->verdict == RSA_RESISTED; /* of a key that these tests may break or not */
    char name[AUDIT_NAME_BYTES], words[TRANSLATE_LIBRARY_BYTES];
    printf("\n%s%s: %s%s, %s\n", console_style(stdout, styles[finding->verdict]),
           audit_name(name, audit, finding->key),
           note ? _("note") : translate(audit_verdict_name(finding->verdict)),
           console_style(stdout, CONSOLE_PLAIN), translate(finding->title));
    put_row(_("found:   "), translate_library(words, finding->owned_detail));
    put_row(_("cause:   "), translate(finding->cause));
    put_row(_("remedy:  "), translate(finding->remedy));
    if (finding->owned_proof) /* to be copied: it begins a row, and is not broken */
        printf(_("%sproof:%s   this prints True\npython3 -c '%s'\n"),
               console_style(stdout, CONSOLE_BOLD), console_style(stdout, CONSOLE_PLAIN),
               finding->owned_proof);
}

static void print_findings(const struct audit *audit)
{
    size_t left = audit->finding_count;
    for (size_t i = 0; i < audit->finding_count && i < TOLD_WHOLE; i++, left--)
        print_finding(audit, &audit->findings[i]);
    if (left > 0)
        printf(_("\nand %zu more findings: --json and --report have their proofs\n"), left);
}

/* --- who shares with whom -------------------------------------------------------------------- */

#define SHARED_SHOWN  100
#define MEMBERS_SHOWN 20

static void print_shared(const struct audit *audit)
{
    const struct rsa_batch *batch = &audit->batch;
    char name[AUDIT_NAME_BYTES];
    if (batch->shared_count > 0)
        printf(_("\n%swho shares with whom%s\n"), console_style(stdout, CONSOLE_BOLD),
               console_style(stdout, CONSOLE_PLAIN));
    for (size_t i = 0; i < batch->shared_count && i < SHARED_SHOWN; i++) {
        const struct rsa_batch_shared *shared = &batch->shared[i];
        printf(_("  prime %zu (%zu bits)\n"), i + 1, mpz_sizeinbase(shared->factor, 2));
        for (size_t j = 0; j < shared->count && j < MEMBERS_SHOWN; j++)
            printf("    %s-- %s\n", j + 1 < shared->count ? "|" : "`",
                   audit_name(name, audit, shared->indices[j]));
        if (shared->count > MEMBERS_SHOWN)
            printf(_("    `-- and %zu more\n"), shared->count - MEMBERS_SHOWN);
    }
    if (batch->shared_count > SHARED_SHOWN)
        printf(_("  and %zu more primes\n"), batch->shared_count - SHARED_SHOWN);
}

static void print_counts(const struct audit *audit)
{
    printf(translate_count("%zu key: ", "%zu keys: ", audit->told), audit->told);
    printf(_("%s%zu broken%s, %zu resisted"),
           console_style(stdout, audit->broken > 0 ? CONSOLE_RED : CONSOLE_PLAIN), audit->broken,
           console_style(stdout, CONSOLE_PLAIN), audit->resisted);
    if (audit->not_applicable > 0)
        printf(_(", %zu not applicable"), audit->not_applicable);
    putchar('\n');
}

void audit_print_text(const struct audit *audit)
{
    char here[AUDIT_COST_BYTES], real[AUDIT_COST_BYTES];
    if (audit->options->step)
        putchar('\n');
    print_table(audit);
    print_findings(audit);
    print_shared(audit);
    putchar('\n');
    print_counts(audit);
    audit_cost(here, real, audit);
    put_row("cost:    ", here);
    if (real[0] != '\0')
        put_row("         ", real);
}
