/*
 * keytool seal and keytool open: whole files (channel/keys/sealed_file.h, docs/sealed.md).
 */
#include "data.h"
#include "fingerprint.h"
#include "home_option.h"
#include "key_store.h"
#include "keytool.h"
#include "option_table.h"
#include "progress.h"
#include "sealed_file.h"
#include "translate.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct seal_options {
    struct home_options home;
    const char *receivers[SEALED_MAX_RECEIVERS];
    size_t count;
    const char *key, *sender, *input, *output;
};

/* NAME|FILE: what cannot be a file (key_store_find) must be a name. */
static void read_key(void *field, const char *what, const char *text,
                     const struct argp_state *state)
{
    size_t bytes = strlen(text);
    bool file = strchr(text, '/') || (bytes > 4 && strcmp(text + bytes - 4, ".csv") == 0);
    *(const char **)field = text;
    if (!file)
        key_name_read(field, what, text, state);
}

/* --- seal ------------------------------------------------------------------------------------ */

static void read_receiver(void *field, const char *what, const char *text,
                          const struct argp_state *state)
{
    struct seal_options *options = field;
    if (options->count == SEALED_MAX_RECEIVERS)
        console_usage(state, "a file is sealed to %d keys at most", SEALED_MAX_RECEIVERS);
    read_key(&options->receivers[options->count++], what, text, state);
}

static void check_seal(void *field, const struct argp_state *state)
{
    if (((const struct seal_options *)field)->count == 0)
        console_usage(state, "no receiver given: --to NAME|FILE");
}

#define S struct seal_options
static const struct option_row seal_rows[] = {
    ARGUMENT(S, input, NULL),
    READ_ALL("to", 0, "NAME|FILE", "A key that can open it; as often as there are", read_receiver),
    READ(S, sender, "sign", 0, "NAME|FILE", "Sign it with this private key", read_key),
    TEXT(S, output, "output", 'o', "FILE", "Where the result goes (default: standard output)"),
    GROUP(S, home, home_table),
    {0}};

static const struct option_table seal_table = {
    .rows = seal_rows,
    .arguments = N_("[FILE]"),
    .text = N_(
        "Seals a file of any size, or standard input, to one or several public keys."
        "\vExamples:\n"
        "  keytool seal report.pdf --to boris -o report.sealed\n"
        "  keytool seal report.pdf --to boris --to ./clara.pub.csv --sign anna -o report.sealed\n"
        "  tar c folder | keytool seal --to boris > folder.sealed"),
    .check = check_seal,
};

static bool load(struct stored_key *key, const struct seal_options *options, const char *name,
                 enum key_part part, struct problem *problem)
{
    struct home home;
    return home_find(&home, options->home.directory, problem) &&
           key_store_find(key, &home, name, part, &options->home.access, problem) &&
           stored_key_check_family(key, FAMILY_MODERN, problem);
}

static bool load_receivers(struct stored_key keys[], const struct rsa_key *receivers[],
                           const struct seal_options *options, struct problem *problem)
{
    for (size_t i = 0; i < options->count; i++) {
        if (!load(&keys[i], options, options->receivers[i], KEY_PUBLIC, problem))
            return false;
        receivers[i] = keys[i].key;
        if (rsa_key_bits(receivers[i]) < KEY_LEARNING_BITS)
            console_note("the key %s of %u bits is for learning only: it can be broken",
                         options->receivers[i], rsa_key_bits(receivers[i]));
    }
    return true;
}

/* 0: not known, of a pipe. */
static uint64_t bytes_of(int file)
{
    struct stat status;
    bool known = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    return known ? (uint64_t)status.st_size : 0;
}

static bool seal_to(const struct seal_options *options, const struct rsa_key *const receivers[],
                    const struct rsa_key *sender, struct problem *problem)
{
    struct output_file out = {0};
    struct progress progress;
    const struct sealed_progress hears = {progress_reached, &progress};
    int in = data_open(options->input, problem);
    if (in < 0)
        return false;
    progress_begin(&progress, PROGRESS_LINE, _("sealing"), bytes_of(in), 0);
    bool done = output_file_open(&out, options->output, 0666, problem) &&
                sealed_file_seal(&out, in, receivers, options->count, sender, &hears, problem) &&
                output_file_finish(&out, problem);
    progress_end(&progress, done, 0);
    output_file_close(&out);
    close(in);
    return done;
}

static bool spares_terminal(const struct seal_options *options, struct problem *problem)
{
    if (options->output || !isatty(STDOUT_FILENO))
        return true;
    problem_set(problem, "the result is bytes, which a terminal cannot show");
    return problem_hint(problem, "add -o FILE");
}

int keytool_seal(int argc, char **argv)
{
    struct seal_options options = {.count = 0};
    struct problem problem = {0};
    struct stored_key keys[SEALED_MAX_RECEIVERS] = {0}, sender = {0};
    const struct rsa_key *receivers[SEALED_MAX_RECEIVERS];
    console_parse(&seal_table, argc, argv, &options);
    bool done = data_check_output(options.output, options.input, &problem) &&
                spares_terminal(&options, &problem) &&
                load_receivers(keys, receivers, &options, &problem) &&
                (!options.sender ||
                 load(&sender, &options, options.sender, KEY_PRIVATE, &problem)) &&
                seal_to(&options, receivers, sender.key, &problem);
    for (size_t i = 0; i < options.count; i++)
        stored_key_free(&keys[i]);
    stored_key_free(&sender);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

/* --- open ------------------------------------------------------------------------------------ */

static const struct option_row open_rows[] = {
    ARGUMENT(S, key, "no key given"),
    ARGUMENT(S, input, NULL),
    READ(S, sender, "from", 0, "NAME|FILE", "It must be signed by this key", read_key),
    TEXT(S, output, "output", 'o', "FILE", "Where the result goes (default: standard output)"),
    GROUP(S, home, home_table),
    {0}};

static const struct option_table open_table = {
    .rows = open_rows,
    .arguments = N_("NAME|FILE [SEALED]"),
    .text = N_(
        "Opens a sealed file, or standard input, with the private key of a receiver. What goes to "
        "a pipe is checked chunk by chunk, but only exit status 0 says that it is whole and, with "
        "--from, that the signature is good; -o FILE appears only then."
        "\vExamples:\n"
        "  keytool open boris report.sealed -o report.pdf\n"
        "  keytool open boris report.sealed --from anna -o report.pdf"),
};

static void say_sender(const struct sealed_sender *said, const struct rsa_key *sender)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    fingerprint_digest_text(fingerprint, said->digest);
    if (sender)
        console_note("the signature is good: %s", fingerprint);
    else if (said->is_signed)
        console_note("signed, and not checked: --from KEY would check that it is %s", fingerprint);
}

static bool open_with(const struct seal_options *options, const struct rsa_key *key,
                      const struct rsa_key *sender, struct problem *problem)
{
    struct output_file out = {0};
    struct sealed_sender said;
    struct progress progress;
    const struct sealed_progress hears = {progress_reached, &progress};
    int in = data_open(options->input, problem);
    if (in < 0)
        return false;
    progress_begin(&progress, PROGRESS_LINE, _("opening"), bytes_of(in), 0);
    bool done = output_file_open(&out, options->output, 0600, problem) &&
                sealed_file_open(&out, &said, in, key, sender, &hears, problem) &&
                output_file_finish(&out, problem);
    progress_end(&progress, done, 0);
    output_file_close(&out);
    close(in);
    if (done)
        say_sender(&said, sender);
    return done;
}

int keytool_open(int argc, char **argv)
{
    struct seal_options options = {.count = 0};
    struct problem problem = {0};
    struct stored_key key = {0}, sender = {0};
    console_parse(&open_table, argc, argv, &options);
    bool done = data_check_output(options.output, options.input, &problem) &&
                load(&key, &options, options.key, KEY_PRIVATE, &problem) &&
                (!options.sender ||
                 load(&sender, &options, options.sender, KEY_PUBLIC, &problem)) &&
                open_with(&options, key.key, sender.key, &problem);
    stored_key_free(&key);
    stored_key_free(&sender);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}
