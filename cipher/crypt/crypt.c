/*
 * cipher encrypt and decrypt: files and pipes of any size, piece by piece.
 *
 * A nonce is drawn and written in front of the ciphertext, and read there again, unless --nonce
 * gives it. A file appears when it is whole. Standard output gets the pieces as they come.
 */
#include "cipher.h"
#include "crypt_stream.h"
#include "hexadecimal.h"
#include "output_file.h"
#include "printable.h"
#include "source.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

struct crypt_options {
    const char *cipher;
    struct source_options source;
    struct key_options key;
    const char *output, *ad;
    bool hex;
    uint32_t counter;
};

#define S struct crypt_options
static const struct option_row rows[] = {
    ARGUMENT(S, cipher, "no cipher given; cipher list has them all"),
    ARGUMENT(S, source.file, NULL),
    GROUP(S, key, key_table),
    GROUP(S, source, source_table),
    TEXT(S, output, "output", 'o', "FILE", "Write to this file, and not to standard output"),
    FLAG(S, hex, "hex", 'x', "The ciphertext is hexadecimal"),
    TEXT(S, ad, "ad", 0, "TEXT", "Bound to the message, not sent with it (chacha20-poly1305)"),
    NUMBER(S, counter, "counter", 0, "N", "The first block of the key stream (chacha20): 0", 0,
           UINT32_MAX),
    {0}};
#undef S

struct job {
    const struct crypt_options *options;
    struct cipher cipher;
    bool encrypting;
    struct cipher_key key;
    struct source source;
    struct output_file out;
    bool to_terminal; /* what is decrypted must not command it */
    struct crypt_stream stream;
    uint8_t in[CRYPT_PIECE];
    char text[PRINTABLE_SPACE(CRYPT_OUT_SPACE) + 1];
    char last; /* sign written */
};

/* --- output ---------------------------------------------------------------------------------- */

static bool put_hex(struct job *job, const uint8_t *data, size_t bytes, struct problem *problem)
{
    for (size_t at = 0, some; at < bytes; at += some) {
        some = bytes - at < CRYPT_PIECE ? bytes - at : CRYPT_PIECE;
        char *end = hex_write(job->text, data + at, some);
        if (!output_file_write(&job->out, job->text, (size_t)(end - job->text), problem))
            return false;
    }
    return true;
}

/* Line by line, since printable_text makes one line of all. */
static bool put_printable(struct job *job, const char *data, size_t bytes, struct problem *problem)
{
    for (size_t at = 0, line; at < bytes; at += line) {
        const char *end = memchr(data + at, '\n', bytes - at);
        line = !end ? bytes - at : (size_t)(end - data) - at + 1;
        line = line < CRYPT_PIECE ? line : CRYPT_PIECE;
        bool broken = data[at + line - 1] == '\n';
        size_t length = printable_text(job->text, sizeof(job->text), data + at, line - broken);
        if (broken)
            job->text[length++] = '\n';
        if (!output_file_write(&job->out, job->text, length, problem))
            return false;
    }
    return true;
}

static bool put(struct job *job, const uint8_t *data, size_t bytes, struct problem *problem)
{
    if (bytes == 0)
        return true;
    job->last = (char)data[bytes - 1];
    if (job->encrypting && job->options->hex)
        return put_hex(job, data, bytes, problem);
    if (job->to_terminal)
        return put_printable(job, (const char *)data, bytes, problem);
    return output_file_write(&job->out, data, bytes, problem);
}

/* A line of text ends: digits do, and what the command line gave as a line of letters. */
static bool put_line_end(struct job *job, struct problem *problem)
{
    bool letters = job->cipher.kind == CIPHER_LETTERS && job->options->source.text;
    bool digits = job->encrypting && job->options->hex;
    if (!digits && !letters && !(job->to_terminal && job->last != '\n'))
        return true;
    return output_file_write(&job->out, "\n", 1, problem);
}

/* --- the work -------------------------------------------------------------------------------- */

static bool make_nonce(struct job *job, struct problem *problem)
{
    size_t bytes = job->cipher.nonce_bytes, got;
    if (bytes == 0 || job->key.has_nonce)
        return true;
    if (job->encrypting) {
        if (getrandom(job->key.nonce, bytes, 0) != (ssize_t)bytes)
            return problem_errno(problem, "no random bytes");
        return put(job, job->key.nonce, bytes, problem);
    }
    if (!source_read(&job->source, job->key.nonce, bytes, &got, problem))
        return false;
    if (got == bytes)
        return true;
    problem_set(problem, "%s is %zu bytes: too short for the nonce of %s, which is %zu",
                job->source.name, got, job->cipher.name, bytes);
    return problem_hint(problem, "--nonce gives one that is not in front of the ciphertext");
}

static bool work(struct job *job, struct problem *problem)
{
    size_t got = CRYPT_PIECE;
    if (!make_nonce(job, problem))
        return false;
    crypt_begin(&job->stream, &job->cipher, job->encrypting, &job->key, job->key.nonce);
    job->stream.ad = job->options->ad;
    job->stream.counter = job->options->counter;
    while (got == CRYPT_PIECE)
        if (!source_read(&job->source, job->in, CRYPT_PIECE, &got, problem) ||
            (got > 0 && !crypt_update(&job->stream, job->in, got, problem)) ||
            (got > 0 && !put(job, job->stream.out, job->stream.out_bytes, problem)))
            return false;
    if (!crypt_final(&job->stream, problem) ||
        !put(job, job->stream.out, job->stream.out_bytes, problem) ||
        !put(job, job->stream.message.data, job->stream.message.count, problem))
        return false;
    return put_line_end(job, problem) && output_file_finish(&job->out, problem);
}

/* --- before it ------------------------------------------------------------------------------- */

static bool check_output(const struct crypt_options *options, struct problem *problem)
{
    return output_file_spares(options->output, options->source.file, problem) &&
           output_file_spares(options->output, options->key.file, problem);
}

/* Whether what comes out is text that a person may look at. */
static bool check_terminal(struct job *job, struct problem *problem)
{
    bool standard = !job->options->output || strcmp(job->options->output, "-") == 0;
    job->to_terminal = standard && isatty(STDOUT_FILENO);
    if (!job->to_terminal || !job->encrypting || job->options->hex ||
        (job->cipher.kind == CIPHER_LETTERS && !sym_alphabet_is_of_bytes(job->cipher.alphabet)))
        return true;
    problem_set(problem, "a ciphertext of %s is bytes, and no text for a terminal",
                job->cipher.name);
    return problem_hint(problem, "--hex shows it in hexadecimal, -o FILE writes it to a file");
}

static bool check_usage(const struct job *job, struct problem *problem)
{
    if (job->options->ad && job->cipher.kind != CIPHER_AEAD)
        return problem_set(problem, "--ad goes with chacha20-poly1305");
    if (job->options->counter > 0 && job->cipher.kind != CIPHER_STREAM)
        return problem_set(problem, "--counter goes with chacha20");
    return true;
}

static int run(struct job *job, struct problem *problem)
{
    const struct crypt_options *options = job->options;
    enum console_status status = CONSOLE_USAGE;
    if (!cipher_find(&job->cipher, options->cipher)) {
        problem_set(problem, "there is no cipher '%s'", options->cipher);
        problem_hint(problem, "cipher list has them all");
        return console_problem(problem, CONSOLE_USAGE);
    }
    if (!check_usage(job, problem) ||
        !key_read(&job->key, &status, &job->cipher, &options->key, problem))
        return console_problem(problem, status);
    if (!check_output(options, problem) || !check_terminal(job, problem))
        return console_problem(problem, CONSOLE_USAGE);
    bool secret = !job->encrypting && !job->cipher.for_learning;
    bool done = source_open(&job->source, &options->source, problem) &&
                output_file_open(&job->out, options->output, secret ? 0600 : 0666, problem) &&
                work(job, problem);
    return done ? CONSOLE_DONE : console_problem(problem, CONSOLE_FAILED);
}

static int crypt_command(bool encrypting, const struct option_table *table, int argc, char **argv)
{
    struct crypt_options options = {.cipher = NULL};
    struct problem problem = {0};
    console_parse(table, argc, argv, &options);
    struct job *job = calloc(1, sizeof(*job));
    if (!job)
        return problem_memory(&problem), console_problem(&problem, CONSOLE_FAILED);
    options.source.hex = options.hex && !encrypting;
    job->options = &options;
    job->encrypting = encrypting;
    int status = run(job, &problem);
    output_file_close(&job->out);
    source_close(&job->source);
    key_free(&job->key);
    crypt_end(&job->stream);
    sym_wipe(job, sizeof(*job));
    free(job);
    return status;
}

int cipher_encrypt(int argc, char **argv)
{
    static const struct option_table table = {
        .rows = rows,
        .arguments = N_("CIPHER [FILE]"),
        .text = N_(
            "Encrypts a file, standard input or --text. A fresh nonce is written in front, "
            "unless --nonce gives it. Others on the machine can read a command line: --key and "
            "--key-text are for lessons."
            "\vExamples:\n"
            "  cipher encrypt caesar:latin --key 3 --text 'attack at dawn'\n"
            "  cipher encrypt vigenere:russian --key-text ключ letter.txt\n"
            "  head -c 32 /dev/urandom >key\n"
            "  cipher encrypt chacha20-poly1305 --key-file key letter.txt -o sealed\n"
            "  tar c folder | cipher encrypt chacha20 --key-file key >folder.enc"),
    };
    return crypt_command(true, &table, argc, argv);
}

int cipher_decrypt(int argc, char **argv)
{
    static const struct option_table table = {
        .rows = rows,
        .arguments = N_("CIPHER [FILE]"),
        .text = N_(
            "Decrypts what cipher encrypt has written. Only chacha20-poly1305 notices that a "
            "text was changed."
            "\vExamples:\n"
            "  cipher decrypt caesar:latin --key 3 --text 'dwwdfn dw gdzq'\n"
            "  cipher decrypt chacha20-poly1305 --key-file key sealed -o letter.txt\n"
            "  cipher decrypt caesar --key 03 --hex --text 6b686f6f72"),
    };
    return crypt_command(false, &table, argc, argv);
}
