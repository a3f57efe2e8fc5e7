/*
 * attack rsa forge-e3: a signature for a verifier that does not look at the end, shown to that one
 * and to ours.
 */
#include "channel_hash.h"
#include "output_file.h"
#include "rsa.h"
#include "rsa_recording.h"
#include "rsa_show.h"
#include "rsa_signature_breaks.h"
#include "rsa_subject.h"
#include "translate.h"
#include "whole_file.h"

#include <string.h>

struct forge_options {
    struct rsa_subject subject;
    struct report_options report;
    const char *message, *text, *output;
};

#define S struct forge_options
static const struct option_row rows[] = {
    TEXT(S, message, "message", 0, "FILE", "What shall be signed"),
    TEXT(S, text, "text", 0, "TEXT", "Or this text"),
    TEXT(S, output, "output", 'o', "FILE", "Write the signature, as many bytes as n has"),
    GROUP(S, subject, rsa_subject_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    const struct forge_options *options = given;
    if ((!options->message) == (!options->text) && !rsa_is_recording(options->subject.key))
        console_usage(state, "what shall be signed? --message or --text");
}

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("[KEY]"),
    .text = N_(
        "Forges a PKCS #1 v1.5 signature with SHA-256 under a public key with a small e, for a "
        "verifier that reads the block from the front and does not look at the end. Shows it to "
        "such a one, and to ours."
        "\vExamples:\n"
        "  attack rsa forge-e3 bank --text \"pay 1000 euro\"\n"
        "  attack rsa forge-e3 bank --message letter.txt -o letter.sig"),
    .check = check_options,
};

struct forgery {
    mpz_t n, e;
    struct rsa_key *key; /* public */
    uint8_t digest[RSA_MAX_HASH_BYTES];
    uint8_t signature[RSA_MAX_BYTES];
    size_t bytes;
};

static bool hash_message(struct forgery *forgery, const struct forge_options *options,
                         struct problem *problem)
{
    enum { MOST = 64 * 1024 * 1024 };
    struct whole_file file = {0};
    if (options->message && !whole_file_read(&file, options->message, MOST, problem))
        return false;
    struct rsa_part part = {file.data, file.bytes};
    if (options->text)
        part = (struct rsa_part){options->text, strlen(options->text)};
    channel_hash.digest(forgery->digest, &part, 1);
    whole_file_free(&file);
    return true;
}

/* The key as a verifier has it. */
static bool make_key(struct forgery *forgery, struct problem *problem)
{
    uint8_t n[RSA_MAX_BYTES], e[RSA_MAX_BYTES];
    size_t n_bytes, e_bytes;
    mpz_export(n, &n_bytes, 1, 1, 1, 0, forgery->n);
    mpz_export(e, &e_bytes, 1, 1, 1, 0, forgery->e);
    enum rsa_error error = rsa_key_from_public_bytes(&forgery->key, n, n_bytes, e, e_bytes);
    return error == RSA_OK ||
           problem_set(problem, "no verifier takes this key: %s", translate(rsa_strerror(error)));
}

/* What the two verifiers say. */
static void show_verifiers(struct rsa_show *show, struct forgery *forgery)
{
    mpz_srcptr s = rsa_finding_get(&show->finding, "s");
    size_t count = 0;
    forgery->bytes = rsa_key_bytes(forgery->key);
    memset(forgery->signature, 0, forgery->bytes);
    mpz_export(forgery->signature + forgery->bytes - (mpz_sizeinbase(s, 2) + 7) / 8, &count, 1, 1,
               1, 0, s);
    bool lax = rsa_lax_verify(forgery->signature, forgery->bytes, forgery->key, &channel_hash,
                              forgery->digest);
    enum rsa_error ours = rsa_pkcs1_verify(forgery->signature, forgery->bytes, forgery->key,
                                           &channel_hash, forgery->digest);
    report_step(&show->report, "the verifier that does not look at the end: %s",
                lax ? _("the signature is good") : _("the signature is not valid"));
    report_step(&show->report, "ours, which makes the block anew and compares: %s",
                ours == RSA_OK ? _("the signature is good") : translate(rsa_strerror(ours)));
    report_json(&show->report, "verifiers",
                json_pack("{s:b,s:b}", "lax", lax, "ours", ours == RSA_OK));
}

static bool write_signature(const struct forgery *forgery, const char *path,
                            struct problem *problem)
{
    struct output_file out = {0};
    bool done = output_file_open(&out, path, 0666, problem) &&
                output_file_write(&out, forgery->signature, forgery->bytes, problem) &&
                output_file_finish(&out, problem);
    output_file_close(&out);
    return done;
}

static int attack(struct forgery *forgery, const struct forge_options *options,
                  struct problem *problem)
{
    struct rsa_show show;
    if (!rsa_show_begin(&show, &options->report, "rsa forge-e3", problem,
                        "a verifier that has n of %zu bits, and does not look at the end",
                        mpz_sizeinbase(forgery->n, 2)))
        return console_problem(problem, CONSOLE_FAILED);
    rsa_break_forge(&show.finding, forgery->n, forgery->e, &channel_hash, forgery->digest,
                    &show.listener);
    if (show.finding.verdict == RSA_BROKEN)
        show_verifiers(&show, forgery);
    if (show.finding.verdict == RSA_BROKEN && options->output &&
        !write_signature(forgery, options->output, problem))
        return rsa_show_fail(&show, problem);
    return rsa_show_end(&show);
}

int rsa_command_forge_e3(int argc, char **argv)
{
    struct forge_options options = {.text = NULL};
    struct problem problem = {0};
    struct forgery forgery = {.bytes = 0};
    console_parse(&command, argc, argv, &options);
    if (rsa_is_recording(options.subject.key))
        return rsa_recording_excuse(options.subject.key, "rsa forge-e3", &options.report);
    if (!output_file_spares(options.output, options.message, &problem) ||
        !output_file_spares(options.output, options.subject.key, &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    mpz_inits(forgery.n, forgery.e, NULL);
    int status = rsa_subject_load(forgery.n, forgery.e, &options.subject, &problem) &&
                         make_key(&forgery, &problem) && hash_message(&forgery, &options, &problem)
                     ? attack(&forgery, &options, &problem)
                     : console_problem(&problem, CONSOLE_FAILED);
    mpz_clears(forgery.n, forgery.e, NULL);
    rsa_key_free(forgery.key);
    return status;
}
