/*
 * lesson task check: right, or which mistake.
 */
#include "option_table.h"
#include "output_file.h"
#include "receipt.h"
#include "task_commands.h"
#include "task_file.h"
#include "text_wrap.h"
#include "translate.h"
#include "whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct check_options {
    const char *path, *from, *receipts;
    char **words;
    size_t count;
};

#define S struct check_options
static const struct option_row rows[] = {
    ARGUMENT(S, path, "no task given"),
    ARGUMENTS(S, words, count, NULL),
    TEXT(S, from, "from", 0, "FILE", "The answer is what stands in this file; - for stdin"),
    TEXT(S, receipts, "output", 'o', "FILE", "Add the receipt to this file"),
    {0}};

static void check_options(void *given, const struct argp_state *state)
{
    struct check_options *options = given;
    if (options->count == 1 && strcmp(options->words[0], "-") == 0 && !options->from) {
        options->from = "-";
        options->count = 0;
    }
    if (options->from && options->count > 0)
        console_usage(state, "an answer and --from do not go together");
    if (!options->from && options->count == 0)
        console_usage(state, "no answer given");
}
#undef S

static const struct option_table table = {
    .rows = rows,
    .check = check_options,
    .arguments = N_("FILE ANSWER|-"),
    .text = N_(
        "Checks an answer, without a network. A right one gives a receipt for the teacher. A "
        "wrong one is named, if it is a usual mistake. Exit status 0: right, 1: wrong, 2: no "
        "answer of the form that is asked, or no task."
        "\vBlanks, capital letters, 0x and zeros in front make no difference. "
        "The words of a text need no quotes.\n\n"
        "Examples:\n"
        "  lesson task check 02-private-exponent.task 2753\n"
        "  lesson task check 02-private-exponent.task d = 0xac1 -o receipts.txt\n"
        "  python3 mine.py | lesson task check 02-private-exponent.task -"),
};

/* --- an answer that begins with a minus ---------------------------------------------------------- */

/* "-1, 0, 1": digits, blanks, commas and minus alone. No option is called so. */
static bool is_negative(const char *word)
{
    return word[0] == '-' && strpbrk(word, "0123456789") &&
           word[strspn(word, "0123456789-, \t\r\n")] == '\0';
}

static bool takes_value(const char *option)
{
    return strcmp(option, "--from") == 0 || strcmp(option, "--output") == 0 ||
           strcmp(option, "-o") == 0;
}

/* How many words from here on are an option with its value: 0 to 2. */
static int option_words(char *const *words)
{
    if (words[0][0] != '-' || words[0][1] == '\0' || is_negative(words[0]))
        return 0;
    return takes_value(words[0]) && words[1] ? 2 : 1;
}

/* Copies the options with their values, or the other words without "--"; how many. */
static int pick(char **out, bool options, int argc, char **argv)
{
    int count = 0, words;
    bool ended = false;
    for (int i = 1; i < argc; i += words ? words : 1) {
        words = ended ? 0 : option_words(argv + i);
        if (words == 1 && strcmp(argv[i], "--") == 0)
            ended = true;
        else
            for (int k = 0; k < (words ? words : 1) && options == (words > 0); k++)
                out[count++] = argv[i + k];
    }
    return count;
}

/* If there is a negative number: the options, --, the others, for else getopt takes -1 for an
 * option. A new array in any case, NULL without memory. */
static char **options_first(int *count, int argc, char **argv)
{
    static char end[] = "--";
    char **words = calloc((size_t)argc + 2, sizeof(*words));
    bool negative = false;
    *count = argc;
    for (int i = 0; words && i < argc; i++) {
        words[i] = argv[i];
        negative = negative || is_negative(argv[i]);
    }
    if (!words || !negative)
        return words;
    *count = 1 + pick(words + 1, true, argc, argv);
    if (takes_value(argv[argc - 1])) { /* -- is no value: what is missing is to be said */
        words[*count] = NULL;
        return words;
    }
    words[(*count)++] = end;
    *count += pick(words + *count, false, argc, argv);
    words[*count] = NULL;
    return words;
}

/* --- the answer ----------------------------------------------------------------------------------- */

/* The answer as it was typed, a new string: the words with blanks between, or a file. */
static char *typed_answer(const struct check_options *options, struct problem *problem)
{
    struct whole_file file;
    if (options->from) {
        bool is_stdin = strcmp(options->from, "-") == 0;
        bool read = is_stdin ? whole_file_read_stream(&file, STDIN_FILENO, "stdin",
                                                      ANSWER_BYTES_MAX, problem)
                             : whole_file_read(&file, options->from, ANSWER_BYTES_MAX, problem);
        return read ? file.data : NULL;
    }
    size_t bytes = 1;
    for (size_t i = 0; i < options->count; i++)
        bytes += strlen(options->words[i]) + 1;
    char *text = calloc(1, bytes), *at = text;
    for (size_t i = 0; text && i < options->count; i++)
        at += sprintf(at, "%s%s", i ? " " : "", options->words[i]);
    if (!text)
        problem_memory(problem);
    return text;
}

/* Adds the receipt behind what the file has, unless it is in there. */
static bool keep(const char *path, const char *text, struct problem *problem)
{
    struct whole_file old;
    struct problem unused = {0};
    bool ended = true;
    if (whole_file_read(&old, path, STUDENTS_FILE_BYTES, &unused)) {
        bool has = strstr(old.data, text) != NULL;
        ended = old.bytes == 0 || old.data[old.bytes - 1] == '\n';
        whole_file_free(&old);
        if (has)
            return true;
    } else if (errno != ENOENT)
        return problem_set(problem, "%s", unused.message);
    FILE *out = fopen(path, "a");
    if (!out)
        return problem_errno(problem, "cannot write %s", path);
    bool written = fprintf(out, "%s%s", ended ? "" : "\n", text) > 0;
    written = fclose(out) == 0 && written;
    return written || problem_errno(problem, "cannot write %s", path);
}

static int give_receipt(const struct check_options *options, const struct task_file *file,
                        const struct sealed_opened *opened)
{
    struct problem problem = {0};
    struct receipt receipt = {.lesson = file->lesson};
    char text[RECEIPT_BYTES];
    snprintf(receipt.course, sizeof(receipt.course), "%s", file->course);
    snprintf(receipt.kind, sizeof(receipt.kind), "%s", file->kind);
    snprintf(receipt.student, sizeof(receipt.student), "%s", file->student);
    memcpy(receipt.token, opened->token, sizeof(receipt.token));
    receipt_write(text, &receipt);
    printf("%s%s%s\n", console_style(stdout, CONSOLE_GREEN),
           _("Right. This is your receipt, for your teacher:"),
           console_style(stdout, CONSOLE_PLAIN));
    printf("\n%s", text);
    if (!options->receipts)
        return CONSOLE_DONE;
    if (!keep(options->receipts, text, &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    console_note("%s: has the receipt", options->receipts);
    return CONSOLE_DONE;
}

static int say_wrong(const struct sealed_opened *opened)
{
    struct text_wrap wrap = {stdout, console_columns(stdout), console_is_coloured(stdout), ""};
    const char *sentence = opened->found == SEALED_MISTAKE
                               ? translate(opened->mistake)
                               : _("It is not one of the usual mistakes.");
    text_wrap_put(&wrap, (struct text_wrap_piece){_("Wrong. "), CONSOLE_RED},
                  TEXT_WRAP_PIECES({sentence, CONSOLE_PLAIN}));
    return CONSOLE_FAILED;
}

/* The spelling of what was typed. False, with the problem: it has not the form, or not so many
 * numbers as the task says. */
static bool spell(char spelling[ANSWER_BYTES_MAX], const struct task_file *file, const char *typed,
                  struct problem *problem)
{
    size_t numbers = 1;
    bool is = answer_spell(spelling, file->form, file->answer_size, typed);
    for (const char *at = spelling; *at != '\0'; at++)
        numbers += *at == ' ';
    if (!is)
        problem_set(problem, "an answer of another form than the task asks for");
    else if (file->form == ANSWER_NUMBERS && file->answer_size && numbers != file->answer_size)
        problem_set(problem, "numbers in the answer: %zu; the task asks for %zu", numbers,
                    file->answer_size);
    else
        return true;
    return problem_hint(problem, "it is %s", answer_form_hint(file->form));
}

static int check(const struct check_options *options, const struct task_file *file,
                 const char *typed)
{
    char spelling[ANSWER_BYTES_MAX];
    struct sealed_opened opened;
    struct problem problem = {0};
    if (!spell(spelling, file, typed, &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    sealed_answers_open(&opened, &file->sealed, spelling, file->digest);
    int status = opened.found == SEALED_RIGHT ? give_receipt(options, file, &opened)
                                              : say_wrong(&opened);
    sym_wipe(&opened, sizeof(opened));
    return status;
}

static int check_file(const struct check_options *options)
{
    struct problem problem = {0};
    struct task_file file;
    if (!output_file_spares(options->receipts, options->path, &problem) ||
        !output_file_spares(options->receipts, options->from, &problem) ||
        !task_file_read(&file, options->path, &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    char *typed = typed_answer(options, &problem);
    int status = typed ? check(options, &file, typed) : console_problem(&problem, CONSOLE_USAGE);
    free(typed);
    task_file_free(&file);
    return status;
}

int task_check_command(int argc, char **argv)
{
    struct check_options options = {0};
    struct problem problem = {0};
    int count;
    char **words = options_first(&count, argc, argv);
    if (!words) {
        problem_memory(&problem);
        return console_problem(&problem, CONSOLE_FAILED);
    }
    console_parse(&table, count, words, &options);
    int status = check_file(&options);
    free(words);
    return status;
}
