/*
 * keytool audit: the options, and the list of keys with what was found of each.
 */
#include "audit.h"
#include "console.h"
#include "keytool.h"
#include "option_table.h"
#include "output_file.h"
#include "printable.h"
#include "progress.h"
#include "rsa_weakness.h"
#include "translate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define S struct audit_options
static const struct option_row rows[] = {
    ARGUMENTS(S, places, count, "no file and no folder given"),
    FLAG(S, moduli, "moduli", 0, "The files are numbers: n, or n and e, on each line"),
    FLAG(S, deep, "deep", 0, "Also tests whose cost grows with a bound: smooth and short keys"),
    FLAG(S, shared_only, "shared-only", 0, "Look for what keys share, and at no key alone"),
    TEXT(S, report, "report", 0, "FILE.html", "Write a page to hand out"),
    TEXT(S, graph, "graph", 0, "FILE.svg", "Draw who shares with whom"),
    NUMBER(S, memory, "memory", 0, "MIB", "What the search for shared primes may hold in memory", 1,
           1ul << 24),
    TEXT(S, scratch, "scratch", 0, "FOLDER",
         "With --memory: where the rest lies (TMPDIR, or /tmp)"),
    FLAG(S, step, "step", 0, "Show every test, and every step of the search"),
    FLAG(S, json, "json", 0, "Print JSON"),
    {0}};

static void check_options(void *given, const struct argp_state *state)
{
    const struct audit_options *options = given;
    if (options->json && options->step)
        console_usage(state, "--step and --json do not go together");
    if (options->deep && options->shared_only)
        console_usage(state, "--deep and --shared-only do not go together");
    if (output_file_would_mix(options->report, options->graph))
        console_usage(state, "%s and %s name the same file, %s", "--report", "--graph",
                      options->graph);
    if (options->scratch && options->memory == 0)
        console_usage(state, "--scratch is of use with --memory only");
}

static const struct option_table command = {
    .rows = rows,
    .check = check_options,
    .arguments = N_("FILE|FOLDER...|-"),
    .text = N_(
        "Judges many keys at once: each alone, and all together for primes that two of them share. "
        "Each gets one of three verdicts: broken, with a proof that python3 checks; resisted, "
        "which means these tests alone; or not applicable. Exit status 1 if a key is broken, or a "
        "file was not read."
        "\vFiles may be of any format and have several keys; - is stdin. No passphrase is asked "
        "for: of a protected key the public half is judged.\n\n"
        "Examples:\n"
        "  keytool audit class --report class.html --graph class.svg\n"
        "  cat *.pem | keytool audit -\n"
        "  keytool audit anna.pub.csv --deep --step\n"
        "  keytool audit --moduli all.txt --shared-only --memory 4096"),
};

/* --- the list -------------------------------------------------------------------------------- */

struct audit_key *audit_add_key(struct audit *audit)
{
    if (audit->key_count == audit->key_space) {
        size_t space = audit->key_space > 0 ? 2 * audit->key_space : 64;
        struct audit_key *grown = reallocarray(audit->keys, space, sizeof(*grown));
        if (!grown)
            return NULL;
        audit->keys = grown;
        audit->key_space = space;
    }
    struct audit_key *key = &audit->keys[audit->key_count++];
    *key = (struct audit_key){.twin = AUDIT_NONE, .found = AUDIT_NONE, .verdict = RSA_RESISTED};
    return key;
}

static uint64_t mark_of(const uint8_t *e, size_t bytes)
{
    uint64_t mark = 0;
    for (size_t i = 0; i < bytes; i++)
        mark = bytes < sizeof(mark) ? mark << 8 | e[i] : (mark ^ e[i]) * 0x100000001b3u;
    return bytes < sizeof(mark) ? mark : mark | 1ull << 63;
}

bool audit_set_numbers(struct audit *audit, const uint8_t *n_then_e, size_t n_bytes, size_t e_bytes,
                       struct problem *problem)
{
    struct audit_key *key = &audit->keys[audit->key_count - 1];
    key->n_bytes = (unsigned)n_bytes;
    key->e_bytes = (unsigned)e_bytes;
    key->e_mark = mark_of(n_then_e + n_bytes, e_bytes);
    return audit_numbers_add(&audit->numbers, &key->at, n_then_e, n_bytes + e_bytes, problem);
}

static bool make_room(struct audit *audit)
{
    size_t space = audit->finding_space > 0 ? 2 * audit->finding_space : 16;
    struct audit_finding *grown = reallocarray(audit->findings, space, sizeof(*grown));
    if (!grown)
        return false;
    audit->findings = grown;
    audit->finding_space = space;
    return true;
}

bool audit_add_finding(struct audit *audit, const struct audit_finding *finding)
{
    bool good = finding->owned_detail && (finding->owned_proof || finding->verdict != RSA_BROKEN);
    if (good && audit->finding_count == audit->finding_space)
        good = make_room(audit);
    if (good) {
        audit->findings[audit->finding_count++] = *finding;
        return true;
    }
    free(finding->owned_detail);
    free(finding->owned_proof);
    return false;
}

const char *audit_name(char text[AUDIT_NAME_BYTES], const struct audit *audit, size_t index)
{
    const struct audit_key *key = &audit->keys[index];
    if (key->name)
        printable_text(text, AUDIT_NAME_BYTES, key->name, strlen(key->name));
    else
        snprintf(text, AUDIT_NAME_BYTES, "line %u", key->line);
    return text;
}

const char *audit_verdict_name(enum rsa_verdict verdict)
{
    static const char *const names[] = {"broken", "resisted", "not applicable"};
    return names[verdict];
}

const char *audit_found(char text[AUDIT_FOUND_BYTES], const struct audit *audit, size_t index)
{
    size_t used = 0;
    text[0] = '\0';
    AUDIT_EACH_FINDING(audit, index, at)
    {
        const char *name = audit->findings[at].name;
        if (used + strlen(name) + 3 > AUDIT_FOUND_BYTES)
            break;
        used += (size_t)sprintf(text + used, "%s%s", used > 0 ? ", " : "", name);
    }
    return text;
}

double audit_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

bool audit_key_n(mpz_t n, const struct audit *audit, size_t index)
{
    const struct audit_key *key = &audit->keys[index];
    return audit_numbers_get(&audit->numbers, n, key->at, key->n_bytes);
}

static void audit_free(struct audit *audit)
{
    for (size_t i = 0; i < audit->key_count; i++)
        free(audit->keys[i].name);
    for (size_t i = 0; i < audit->finding_count; i++) {
        free(audit->findings[i].owned_detail);
        free(audit->findings[i].owned_proof);
    }
    for (size_t i = 0; i < audit->file_count; i++)
        free(audit->files[i]);
    free(audit->keys);
    free(audit->findings);
    free(audit->files);
    rsa_batch_free(&audit->batch);
    audit_numbers_close(&audit->numbers);
}

/* --- a key alone ----------------------------------------------------------------------------- */

static void show_tests(const struct audit *audit, size_t index,
                       const struct rsa_weakness_report *report)
{
    char name[AUDIT_NAME_BYTES];
    unsigned bits = audit->keys[index].bits;
    printf(translate_count("%s, %u bit\n", "%s, %u bits\n", bits), audit_name(name, audit, index),
           bits);
    for (enum rsa_weakness i = 0; i < RSA_WEAKNESSES; i++)
        printf("  %-14s  %-15s  %s\n", translate(audit_verdict_name(report->findings[i].verdict)),
               rsa_weakness_info(i)->name, report->findings[i].detail);
}

static bool take_findings(struct audit *audit, size_t index,
                          const struct rsa_weakness_report *report)
{
    bool done = true;
    for (enum rsa_weakness i = 0; done && i < RSA_WEAKNESSES; i++) {
        const struct rsa_weakness_finding *found = &report->findings[i];
        const struct rsa_weakness_info *info = rsa_weakness_info(i);
        if (found->verdict != RSA_BROKEN)
            continue;
        done = audit_add_finding(
            audit,
            &(struct audit_finding){.key = index,
                                    .verdict = RSA_BROKEN,
                                    .name = info->name,
                                    .title = info->title,
                                    .cause = info->cause,
                                    .remedy = info->remedy,
                                    .owned_detail = strdup(found->detail),
                                    .owned_proof = found->proof ? strdup(found->proof) : NULL});
    }
    return done;
}

/* 0 and 1, which are no modulus. */
static bool add_no_modulus(struct audit *audit, size_t index)
{
    return audit_add_finding(audit,
                             &(struct audit_finding){.key = index,
                                                     .verdict = RSA_NOT_APPLICABLE,
                                                     .name = "no-modulus",
                                                     .title = N_("no modulus"),
                                                     .cause = "a line that is no key",
                                                     .remedy = "look where the number came from",
                                                     .owned_detail = strdup("n is 0 or 1")});
}

/* Whether the key before this one is its pair, of which all this has been asked: a folder has the
 * two side by side. */
static bool follows_its_pair(const struct audit *audit, size_t index)
{
    mpz_t n, before;
    if (index == 0 || !audit->keys[index - 1].is_private ||
        audit->keys[index - 1].n_bytes != audit->keys[index].n_bytes)
        return false;
    mpz_inits(n, before, NULL);
    bool same = audit_key_n(n, audit, index) && audit_key_n(before, audit, index - 1) &&
                mpz_cmp(n, before) == 0;
    mpz_clears(n, before, NULL);
    return same;
}

bool audit_judge(struct audit *audit, size_t index, const struct rsa_key *key, mpz_srcptr n,
                 mpz_srcptr e)
{
    struct rsa_weakness_report report;
    double began = audit_seconds();
    uint64_t bound = audit->options->deep ? RSA_WEAKNESS_BOUND : RSA_WEAKNESS_PRIME;
    const struct rsa_weakness_key numbers = {.n = n, .e = e};
    if (!audit->options->deep && follows_its_pair(audit, index))
        bound = 0;
    if (!key && mpz_cmp_ui(n, 2) < 0)
        return add_no_modulus(audit, index);
    if (audit->options->shared_only)
        return true;
    if (key)
        rsa_weakness_of_key(&report, key, bound);
    else
        rsa_weakness_deep(&report, &numbers, bound);
    audit->tests_seconds += audit_seconds() - began;
    audit->tests_work += report.work;
    if (audit->options->step)
        show_tests(audit, index, &report);
    bool done = !report.is_weak || take_findings(audit, index, &report);
    rsa_weakness_report_free(&report);
    return done;
}

/* --- the cost -------------------------------------------------------------------------------- */

static void put_time(char *text, size_t space, double seconds)
{
    if (seconds < 1)
        snprintf(text, space, _("%.0f ms"), ceil(seconds * 1e3));
    else if (seconds < 120)
        snprintf(text, space, _("%.1f s"), seconds);
    else
        snprintf(text, space, _("%.0f minutes"), seconds / 60);
}

void audit_cost(char here[AUDIT_COST_BYTES], char real[AUDIT_COST_BYTES], const struct audit *audit)
{
    const struct rsa_batch *batch = &audit->batch;
    char tests[24], shared[24], size[PROGRESS_SIZE_BYTES];
    double bits = 0, real_bits = 2048e6, keys = (double)batch->distinct;
    double pairs = keys > 1 ? keys * (keys - 1) / 2 : 0;
    for (size_t i = 0; i < audit->key_count; i++)
        bits += audit->keys[i].bits;
    put_time(tests, sizeof(tests), audit->tests_seconds);
    put_time(shared, sizeof(shared), audit->shared_seconds);
    char pair[64], block[64];
    snprintf(pair, sizeof(pair), translate_count("%.0f pair", "%.0f pairs", (unsigned long)pairs),
             pairs);
    snprintf(block, sizeof(block), translate_count("%zu block", "%zu blocks", batch->blocks),
             batch->blocks);
    snprintf(here, AUDIT_COST_BYTES,
             _("tests of single keys %s; shared primes of %s by one tree %s, %s of memory in %s"),
             audit->options->shared_only ? _("left out") : tests, pair, shared,
             progress_size(size, (double)batch->memory), block);
    real[0] = '\0';
    if (audit->shared_seconds < 0.02 || bits < 1e6 || batch->hit_count > batch->distinct / 8)
        return; /* too little to tell anything from, or the tree is not what took the time */
    double logs = log2(real_bits) / log2(bits);
    put_time(shared, sizeof(shared), audit->shared_seconds * real_bits / bits * logs * logs);
    snprintf(real, AUDIT_COST_BYTES,
             "extrapolated from this machine: a million keys of 2048 bits would take about %s",
             shared);
}

/* --- all of it ------------------------------------------------------------------------------- */

static bool run(struct audit *audit, struct problem *problem)
{
    const struct audit_options *options = audit->options;
    const char *folder = getenv("TMPDIR");
    folder = options->scratch ? options->scratch : folder && folder[0] ? folder : "/tmp";
    if (!audit_numbers_open(&audit->numbers, options->memory > 0 ? folder : NULL, problem) ||
        !audit_read(audit, problem) || !audit_compare(audit, problem))
        return false;
    if (options->json && !audit_print_json(audit))
        return problem_memory(problem);
    if (!options->json)
        audit_print_text(audit);
    return (!options->graph || audit_write_graph(audit, options->graph, problem)) &&
           (!options->report || audit_write_report(audit, options->report, problem));
}

int keytool_audit(int argc, char **argv)
{
    struct audit_options options = {0};
    struct problem problem = {0};
    console_parse(&command, argc, argv, &options);
    struct audit audit = {.options = &options, .numbers = {.file = -1, .products = -1}};
    bool done = run(&audit, &problem);
    bool good = audit.broken == 0 && audit.not_applicable == 0;
    audit_free(&audit);
    if (!done)
        return console_problem(&problem, CONSOLE_FAILED);
    return good ? CONSOLE_DONE : CONSOLE_FAILED;
}
