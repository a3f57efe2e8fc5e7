/*
 * keytool allow export and allow import: an allow-list goes to another server.
 */
#include "allow_carry.h"
#include "allow_place.h"
#include "csv_table.h"
#include "keytool.h"
#include "option_table.h"
#include "output_file.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct move_options {
    struct allow_place place;
    char **words; /* names and fingerprints, or one file, as typed */
    size_t count;
    const char *output;
    bool update;
};

/* --- export ---------------------------------------------------------------------------------- */

#define S struct move_options
static const struct option_row export_rows[] = {
    ARGUMENTS(S, words, count, NULL),
    TEXT(S, output, "output", 'o', "FILE", "Where it goes (default: standard output)"),
    GROUP(S, place, allow_place_table),
    {0}};

static const struct option_table export_table = {
    .rows = export_rows,
    .arguments = N_("[NAME|FINGERPRINT...]"),
    .text = N_("Writes the allow-list, or these people of it, as CSV for keytool allow import on "
               "another server."
               "\vExamples:\n"
               "  keytool allow export -o class.csv\n"
               "  keytool allow export anna boris | ssh other keytool allow import -"),
};

static bool write_text(const char *path, const char *text, size_t bytes, struct problem *problem)
{
    struct output_file out;
    bool done = output_file_open(&out, path, 0666, problem) &&
                output_file_write(&out, text, bytes, problem) && output_file_finish(&out, problem);
    output_file_close(&out);
    return done;
}

int allow_command_export(int argc, char **argv)
{
    struct move_options options = {.count = 0};
    struct problem problem = {0};
    struct home home;
    char path[HOME_PATH_BYTES], *text = NULL;
    size_t bytes = 0;
    console_parse(&export_table, argc, argv, &options);
    bool done = allow_place_find(&home, path, &options.place, &problem) &&
                output_file_spares(options.output, path, &problem) &&
                allow_list_text(&text, &bytes, path, (const char *const *)options.words,
                                options.count, &problem) &&
                write_text(options.output, text, bytes, &problem);
    free(text);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

/* --- import ---------------------------------------------------------------------------------- */

static void check_import(void *field, const struct argp_state *state)
{
    if (((const struct move_options *)field)->count > 1)
        console_usage(state, "one file at a time");
}

static const struct option_row import_rows[] = {
    ARGUMENTS(S, words, count, "no file given"),
    FLAG(S, update, "update", 0,
         "Let the file have the last word on keys that are allowed already"),
    GROUP(S, place, allow_place_table),
    {0}};

static const struct option_table import_table = {
    .rows = import_rows,
    .arguments = N_("FILE|-"),
    .text = N_(
        "Merges an allow-list that keytool allow export wrote into this one, and tells of each "
        "row. All of it comes in, or none and every reason is said."
        "\vKeys that are here and say the same are fine. Those that differ are refused, or "
        "changed with --update. Nobody is removed.\n\n"
        "Examples:\n"
        "  keytool allow import class.csv\n"
        "  keytool allow import class.csv --update"),
    .check = check_import,
};

struct report {
    size_t counts[ALLOW_MERGED_REFUSED + 1];
    char *lines; /* what was done, to be said once it is written */
    size_t bytes;
    FILE *stream;
};

static void tell_row(void *context, enum allow_merged what, const struct allow_entry *entry,
                     const char *changes, const struct problem *problem)
{
    struct report *report = context;
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    report->counts[what]++;
    if (what == ALLOW_MERGED_REFUSED) {
        console_problem(problem, CONSOLE_FAILED);
        return;
    }
    fingerprint_digest_text(fingerprint, entry->digest);
    if (what == ALLOW_MERGED_CHANGED)
        fprintf(report->stream, _("changed %s: %s\n"), entry->name, changes);
    else
        fprintf(report->stream, "%s %s: %s\n", what == ALLOW_MERGED_ADDED ? "allowed" : "unchanged",
                entry->name, fingerprint);
}

static bool read_list(struct whole_file *file, const char *path, const char **name,
                      struct problem *problem)
{
    bool standard = strcmp(path, "-") == 0;
    *name = standard ? "stdin" : path;
    return standard
               ? whole_file_read_stream(file, STDIN_FILENO, *name, CSV_TABLE_FILE_BYTES, problem)
               : whole_file_read(file, path, CSV_TABLE_FILE_BYTES, problem);
}

static bool merge(struct report *report, const struct move_options *options, const char *path,
                  struct problem *problem)
{
    struct whole_file file;
    const char *name;
    if (!read_list(&file, options->words[0], &name, problem))
        return false;
    bool done = allow_list_merge(path, name, file.data, file.bytes, options->update, tell_row,
                                 report, problem);
    whole_file_free(&file);
    fflush(report->stream);
    if (done)
        fputs(report->lines, stdout);
    else if (report->counts[ALLOW_MERGED_REFUSED] > 0)
        console_error("nothing was imported: %zu rows are at fault",
                      report->counts[ALLOW_MERGED_REFUSED]);
    return done;
}

int allow_command_import(int argc, char **argv)
{
    struct move_options options = {.count = 0};
    struct problem problem = {0};
    struct home home;
    struct report report = {.lines = NULL};
    char path[HOME_PATH_BYTES];
    console_parse(&import_table, argc, argv, &options);
    report.stream = open_memstream(&report.lines, &report.bytes);
    if (!report.stream)
        return console_problem(&problem, CONSOLE_FAILED);
    bool done = allow_place_find(&home, path, &options.place, &problem) &&
                (options.place.allowed || home_make(&home, NULL, &problem)) &&
                merge(&report, &options, path, &problem);
    if (problem.message[0] != '\0')
        console_problem(&problem, CONSOLE_FAILED);
    fclose(report.stream);
    free(report.lines);
    return done ? CONSOLE_DONE : CONSOLE_FAILED;
}
