/*
 * lesson grade: who has done what, from receipts.
 */
#include "class_options.h"
#include "lesson.h"
#include "mail.h"
#include "printable.h"
#include "receipt.h"
#include "result.h"
#include "translate.h"
#include "whole_file.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAIL_BYTES_MAX (64u << 20) /* of a file with receipts: a mailbox */
#define SHOWN_BYTES    PRINTABLE_SPACE(PATH_MAX)

struct grade_options {
    struct class_options class;
    char **places;
    size_t count;
    bool csv, json;
};

#define S struct grade_options
static const struct option_row rows[] = {
    GROUP(S, class, class_table),
    ARGUMENTS(S, places, count, "no receipts given: files, or folders of them"),
    FLAG(S, csv, "csv", 0, "Print CSV"),
    FLAG(S, json, "json", 0, "Print JSON"),
    {0}};

static void check(void *given, const struct argp_state *state)
{
    const struct grade_options *options = given;
    if (options->csv && options->json)
        console_usage(state, "--csv and --json do not go together");
}
#undef S

static const struct option_table table = {
    .rows = rows,
    .check = check,
    .arguments = N_("FILE|FOLDER...|-"),
    .text = N_(
        "Reads receipts, and says who has done which task. A receipt that is forged, of "
        "another course or of another student is told, and whose it is. Exit status 1 if "
        "there is one, if a file has none, or if one cannot be read."
        "\vA file may hold many receipts, among other text: a mail, quoted or broken anew. If "
        "the file, or its folder, is called as a folder of 'task new' (anna.txt, anna/mail), "
        "what is in it was handed in by that student.\n\n"
        "Examples:\n"
        "  lesson grade --course course.secret --students class.txt inbox/\n"
        "  lesson grade --course course.secret --students class.txt --csv anna.txt boris.txt"),
};

struct grade {
    const struct grade_options *options;
    const struct task_course *course;
    const struct students *students;
    json_t *right;   /* an object for each student: "02 private-exponent": true */
    json_t *refused; /* objects */
    json_t *said;    /* of one file: how often each warning was due */
    size_t receipts;
    bool lacking; /* a file was not readable, or had no receipt */
};

/* --- reading ------------------------------------------------------------------------------------- */

static const char *refusal(enum receipt_verdict verdict)
{
    static const char *const sentences[RECEIPT_VERDICTS] = {
        [RECEIPT_DAMAGED] = N_("it is damaged: a letter is lost or changed"),
        [RECEIPT_OTHER_COURSE] = N_("it is of another course"),
        [RECEIPT_OF_ANOTHER] = N_("it belongs to somebody else"),
        [RECEIPT_NOT_ON_LIST] = N_("its student is not on the list"),
        [RECEIPT_FORGED] = N_("it is forged: no student of the list has this receipt"),
    };
    return sentences[verdict];
}

/* A mailbox may have the same receipt a thousand times. */
static void warn_later(struct grade *grade, const char *warning)
{
    json_int_t count = json_integer_value(json_object_get(grade->said, warning));
    json_object_set_new(grade->said, warning, json_integer(count + 1));
}

static void warn_now(struct grade *grade)
{
    for (void *at = json_object_iter(grade->said); at;
         at = json_object_iter_next(grade->said, at)) {
        json_int_t count = json_integer_value(json_object_iter_value(at));
        if (count == 1)
            console_warning("%s", json_object_iter_key(at));
        else
            console_warning("%s (%lld times)", json_object_iter_key(at), (long long)count);
    }
    json_object_clear(grade->said);
}

static void refuse(struct grade *grade, const char *path, const struct receipt *receipt,
                   enum receipt_verdict verdict, const struct student *owner,
                   const struct student *sender)
{
    char task[TASK_NAME_BYTES + 16], warning[SHOWN_BYTES + 1024];
    snprintf(task, sizeof(task), "%02u %s", receipt->lesson, receipt->kind);
    const char *name = sender ? sender->name : receipt->student;
    if (verdict == RECEIPT_DAMAGED)
        snprintf(warning, sizeof(warning), _("%s: a receipt is refused: %s"), path,
                 _(refusal(verdict)));
    else if (verdict == RECEIPT_OF_ANOTHER)
        snprintf(warning, sizeof(warning), _("%s: %s, handed in as of %s: it is the receipt of %s"),
                 path, task, name, owner->name);
    else
        snprintf(warning, sizeof(warning), _("%s: %s, handed in as of %s: %s"), path, task, name,
                 _(refusal(verdict)));
    warn_later(grade, warning);
    json_array_append_new(grade->refused,
                          json_pack("{s:s, s:s, s:i, s:s, s:s, s:s*}", "file", path, "verdict",
                                    receipt_verdict_name(verdict), "lesson", (int)receipt->lesson,
                                    "task", receipt->kind, "student", name, "belongs_to",
                                    owner ? owner->name : NULL));
}

static void take_receipt(struct grade *grade, const char *path, const struct receipt *receipt,
                         const struct student *sender)
{
    char task[TASK_NAME_BYTES + 16];
    const struct student *owner;
    enum receipt_verdict verdict = receipt_judge(&owner, receipt, grade->course, grade->students,
                                                 sender);
    grade->receipts++;
    if (verdict != RECEIPT_RIGHT) {
        refuse(grade, path, receipt, verdict, owner, sender);
        return;
    }
    if (!lessons_have(grade->options->class.lessons, receipt->lesson))
        return;
    snprintf(task, sizeof(task), "%02u %s", receipt->lesson, receipt->kind);
    json_t *done = json_object_get(grade->right, owner->name);
    if (!done) {
        done = json_object();
        json_object_set_new(grade->right, owner->name, done);
    }
    json_object_set_new(done, task, json_true());
}

/* Who handed the file in, by its name or its folder's; NULL if that is nobody of the list. */
static const struct student *sender_of(const struct grade *grade, const char *path)
{
    char copy[PATH_MAX];
    snprintf(copy, sizeof(copy), "%s", path);
    char *slash = strrchr(copy, '/');
    const struct student *sender = students_folder(grade->students, slash ? slash + 1 : copy);
    if (sender || !slash)
        return sender;
    *slash = '\0';
    slash = strrchr(copy, '/');
    return students_folder(grade->students, slash ? slash + 1 : copy);
}

/* All receipts of a text. path: fit for a terminal, and for JSON. */
static void take_text(struct grade *grade, const char *path, char *text,
                      const struct student *sender)
{
    struct receipt receipt;
    size_t before = grade->receipts;
    const char *at = receipt_text_clean(mail_decode(text));
    while (receipt_next(&receipt, &at))
        take_receipt(grade, path, &receipt, sender);
    warn_now(grade);
    if (grade->receipts == before) {
        console_warning("%s: no receipt in it", path);
        grade->lacking = true;
    }
}

/* One that cannot be read is told, and does not hold up the others. */
static void take_file(struct grade *grade, const char *path)
{
    struct whole_file file;
    struct problem problem = {0};
    char shown[SHOWN_BYTES] = "stdin";
    bool is_stdin = strcmp(path, "-") == 0;
    bool read = is_stdin
                    ? whole_file_read_stream(&file, STDIN_FILENO, "stdin", MAIL_BYTES_MAX, &problem)
                    : whole_file_read(&file, path, MAIL_BYTES_MAX, &problem);
    if (!read) {
        console_problem(&problem, CONSOLE_FAILED);
        grade->lacking = true;
        return;
    }
    if (!is_stdin)
        printable_text(shown, sizeof(shown), path, strlen(path));
    for (size_t i = 0; i < file.bytes; i++) /* a 0 would end the text too early */
        file.data[i] = file.data[i] == '\0' ? ' ' : file.data[i];
    take_text(grade, shown, file.data, sender_of(grade, path));
    whole_file_free(&file);
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* A file, or all that a folder holds: the folders of students in it, too. */
static void take_place(struct grade *grade, const char *path, unsigned depth)
{
    struct stat status;
    struct dirent **entries;
    struct problem problem = {0};
    if (depth == 0 || strcmp(path, "-") == 0 || stat(path, &status) != 0 ||
        !S_ISDIR(status.st_mode)) {
        take_file(grade, path);
        return;
    }
    int count = scandir(path, &entries, visible, alphasort);
    if (count < 0) {
        problem_errno(&problem, "%s", path);
        console_problem(&problem, CONSOLE_FAILED);
        grade->lacking = true;
        return;
    }
    for (int i = 0; i < count; i++) {
        char inside[PATH_MAX];
        snprintf(inside, sizeof(inside), "%s/%s", path, entries[i]->d_name);
        take_place(grade, inside, depth - 1);
        free(entries[i]);
    }
    free(entries);
}

/* --- telling ------------------------------------------------------------------------------------- */

/* How many tasks of a lesson. */
static int count_of(json_t *done, unsigned lesson)
{
    int count = 0;
    for (void *at = json_object_iter(done); at; at = json_object_iter_next(done, at))
        count += strtoul(json_object_iter_key(at), NULL, 10) == lesson;
    return count;
}

/* A row for each student of the list: how many tasks of each lesson, and of all. */
static json_t *student_rows(const struct grade *grade)
{
    json_t *rows_json = json_array();
    for (size_t i = 0; i < grade->students->count; i++) {
        const char *name = grade->students->list[i].name;
        json_t *done = json_object_get(grade->right, name);
        json_t *row = json_pack("{s:s}", "student", name);
        int total = 0;
        for (unsigned lesson = 1; lesson <= TASK_LESSONS; lesson++) {
            char key[8];
            int count = count_of(done, lesson);
            snprintf(key, sizeof(key), "%02u", lesson);
            json_object_set_new(row, key, json_integer(count));
            total += count;
        }
        json_object_set_new(row, "right", json_integer(total));
        json_array_append_new(rows_json, row);
    }
    return rows_json;
}

static bool print_table(const struct grade *grade, struct problem *problem)
{
    char numbers[TASK_LESSONS][8];
    const char *keys[TASK_LESSONS + 3] = {"student", "right"};
    const char *titles[TASK_LESSONS + 3] = {_("student"), _("right")};
    size_t count = 2;
    for (unsigned lesson = 1; lesson <= TASK_LESSONS; lesson++)
        if (lessons_have(grade->options->class.lessons, lesson)) {
            snprintf(numbers[lesson - 1], sizeof(numbers[0]), "%02u", lesson);
            titles[count] = keys[count] = numbers[lesson - 1];
            count++;
        }
    json_t *rows_json = student_rows(grade);
    bool done = grade->options->csv ? result_print_csv(rows_json, keys, problem)
                                    : result_print_columns(rows_json, keys, titles, problem);
    json_decref(rows_json);
    return done;
}

static bool print_json(const struct grade *grade, struct problem *problem)
{
    json_t *students = json_array();
    for (size_t i = 0; i < grade->students->count; i++) {
        const char *name = grade->students->list[i].name;
        json_t *done = json_object_get(grade->right, name), *tasks = json_array();
        for (void *at = json_object_iter(done); at; at = json_object_iter_next(done, at)) {
            const char *task = json_object_iter_key(at); /* "02 private-exponent" */
            json_array_append_new(tasks, json_pack("{s:i, s:s}", "lesson",
                                                   (int)strtoul(task, NULL, 10), "task", task + 3));
        }
        json_array_append_new(students, json_pack("{s:s, s:o}", "student", name, "right", tasks));
    }
    json_t *whole = json_pack("{s:s, s:o, s:O}", "course", grade->course->id, "students", students,
                              "refused", grade->refused);
    bool done = result_print_json(whole, problem);
    json_decref(whole);
    return done;
}

static bool run(struct grade *grade, struct problem *problem)
{
    for (size_t i = 0; i < grade->options->count; i++)
        take_place(grade, grade->options->places[i], 3);
    return grade->options->json ? print_json(grade, problem) : print_table(grade, problem);
}

int lesson_grade(int argc, char **argv)
{
    struct grade_options options = {0};
    struct problem problem = {0};
    struct students students = {0};
    struct task_course course = {0};
    console_parse(&table, argc, argv, &options);
    struct grade grade = {.options = &options,
                          .course = &course,
                          .students = &students,
                          .right = json_object(),
                          .refused = json_array(),
                          .said = json_object()};
    bool done = students_read(&students, options.class.students, &problem) &&
                task_course_read(&course, options.class.course, &problem) && run(&grade, &problem);
    bool all_right = json_array_size(grade.refused) == 0 && !grade.lacking;
    int status = done ? (all_right ? CONSOLE_DONE : CONSOLE_FAILED)
                      : console_problem(&problem, CONSOLE_FAILED);
    json_decref(grade.said);
    json_decref(grade.right);
    json_decref(grade.refused);
    students_free(&students);
    task_course_wipe(&course);
    return status;
}
