/*
 * Files of tasks: what they hold and what they do not, what opens their boxes, and what becomes of
 * one that was changed.
 */
#include "task_file.h"

#include "base64.h"
#include "hexadecimal.h"

#include <criterion/criterion.h>
#include <gmp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef GLASSBOX_SANITIZED
enum { EVERY = 23 }; /* each box costs a PBKDF2 */
#else
enum { EVERY = 3 };
#endif

static const uint8_t secret[COURSE_SECRET_BYTES] = {1, 2, 3};

static char *make_file(struct task *task, const struct task_kind *kind, const char *student)
{
    struct problem problem = {0};
    struct task_course course;
    task_course_start(&course, secret);
    cr_assert(task_make(task, kind, student, course.secret, &problem), "%s", problem.message);
    char *text = task_file_write(task, &course, &problem);
    cr_assert(text, "%s", problem.message);
    return text;
}

static void parse(struct task_file *file, const char *text)
{
    struct problem problem = {0};
    cr_assert(task_file_parse(file, "x.task", text, strlen(text), &problem), "%s", problem.message);
}

/* --- the boxes ----------------------------------------------------------------------------------- */

static void check_boxes(const struct task *task, const struct task_file *file)
{
    struct task_course course;
    uint8_t token[TASK_TOKEN_BYTES];
    task_course_start(&course, secret);
    task_course_token(token, &course, task->kind->lesson, task->kind->name, task->student);
    for (size_t i = 0; i < task->answer_count; i++) {
        struct sealed_opened opened;
        const struct task_answer *answer = &task->answers[i];
        sealed_answers_open(&opened, &file->sealed, answer->spelling, file->digest);
        cr_assert_eq(opened.found, answer->mistake ? SEALED_MISTAKE : SEALED_RIGHT, "%s: %s",
                     task->kind->name, answer->spelling);
        if (answer->mistake)
            cr_expect_str_eq(opened.mistake, answer->mistake);
        else
            cr_expect_arr_eq(opened.token, token, sizeof(token));
    }
    struct sealed_opened opened;
    sealed_answers_open(&opened, &file->sealed, "another answer", file->digest);
    cr_expect_eq(opened.found, SEALED_NOTHING);
}

/* The right answer in the shapes in which a text could hold it. */
static void check_absent(const struct task *task, const char *text)
{
    const char *answer = task->answers[0].spelling;
    char *shapes[4] = {strdup(answer), NULL, NULL, NULL};
    if (task->form == ANSWER_NUMBER) {
        mpz_t number;
        mpz_init_set_str(number, answer, 10);
        shapes[1] = mpz_get_str(NULL, 16, number);
        shapes[2] = mpz_get_str(NULL, -16, number);
        mpz_clear(number);
    }
    shapes[3] = calloc(1, BASE64_TEXT_BYTES(strlen(answer)));
    base64_encode(shapes[3], answer, strlen(answer), BASE64_UNPADDED);
    for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
        cr_expect(!shapes[i] || !strstr(text, shapes[i]), "%s: its file has the answer, as %s",
                  task->kind->name, shapes[i]);
        free(shapes[i]);
    }
}

/* All but the attached files: in some kinds the answer is to be found there. */
static void check_text(const struct task *task, const char *text)
{
    json_t *object = json_loads(text, 0, NULL);
    cr_assert(object);
    json_object_del(object, "files");
    char *rest = json_dumps(object, 0);
    check_absent(task, rest);
    for (size_t i = 0; i < task->answer_count; i++)
        cr_expect(!task->answers[i].mistake || !strstr(rest, task->answers[i].mistake),
                  "%s: its file names a mistake", task->kind->name);
    free(rest);
    json_decref(object);
}

Test(task_files, each_answer_opens_its_box_and_none_is_in_the_file)
{
    unsigned number = 0;
    for (unsigned lesson = 1; lesson <= TASK_LESSONS; lesson++)
        for (const struct task_kind *kind = task_kinds_of(lesson); kind->lesson; kind++)
            if (number++ % EVERY == 0) {
                struct task task;
                struct task_file file;
                char *text = make_file(&task, kind, "Анна");
                parse(&file, text);
                cr_expect_str_eq(file.student, "Анна");
                cr_expect_eq(file.lesson, lesson);
                check_boxes(&task, &file);
                check_text(&task, text);
                task_file_free(&file);
                task_free(&task);
                free(text);
            }
}

Test(task_files, the_same_task_is_the_same_file)
{
    struct task one, two;
    const struct task_kind *kind = task_kind_named(1, "hash");
    char *first = make_file(&one, kind, "Anna"), *second = make_file(&two, kind, "Anna");
    cr_expect_str_eq(first, second);
    free(first);
    free(second);
    task_free(&one);
    task_free(&two);
}

/* --- a file that was changed --------------------------------------------------------------------- */

/* As somebody mends it who knows how it is made. */
static char *with_sum(json_t *object)
{
    uint8_t digest[SYM_SHA256_BYTES];
    json_object_del(object, "sum");
    char *text = json_dumps(object, JSON_SORT_KEYS | JSON_COMPACT);
    sym_sha256(digest, text, strlen(text));
    free(text);
    char *sum = hex_string(digest, sizeof(digest));
    json_object_set_new(object, "sum", json_string(sum));
    free(sum);
    return json_dumps(object, 0);
}

static enum sealed_found found_in(const char *text, const char *answer)
{
    struct task_file file;
    struct sealed_opened opened;
    parse(&file, text);
    sealed_answers_open(&opened, &file.sealed, answer, file.digest);
    task_file_free(&file);
    return opened.found;
}

Test(task_files, nobody_makes_it_his_own)
{
    struct task task;
    char *text = make_file(&task, task_kind_named(1, "hash"), "Anna");
    json_t *object = json_loads(text, 0, NULL);
    char *again = with_sum(object);
    cr_expect_eq(found_in(again, task.answers[0].spelling), SEALED_RIGHT);
    free(again);
    json_object_set_new(object, "student", json_string("Boris"));
    char *his = with_sum(object);
    cr_expect_eq(found_in(his, task.answers[0].spelling), SEALED_NOTHING);
    cr_expect_eq(found_in(his, task.answers[1].spelling), SEALED_NOTHING);
    json_decref(object);
    free(his);
    free(text);
    task_free(&task);
}

Test(task_files, boxes_have_their_places)
{
    struct task task;
    char *text = make_file(&task, task_kind_named(1, "hash"), "Anna");
    json_t *object = json_loads(text, 0, NULL), *boxes = json_object_get(object, "boxes");
    json_t *first = json_incref(json_array_get(boxes, 0));
    json_array_remove(boxes, 0); /* all of them move on */
    json_array_append_new(boxes, first);
    char *turned = with_sum(object);
    cr_expect_eq(found_in(turned, task.answers[0].spelling), SEALED_NOTHING);
    json_decref(object);
    free(turned);
    free(text);
    task_free(&task);
}

static void expect_refused(const char *text, const char *message)
{
    struct task_file file;
    struct problem problem = {0};
    cr_expect(!task_file_parse(&file, "x.task", text, strlen(text), &problem), "%s", message);
    cr_expect(strstr(problem.message, message), "%s", problem.message);
}

static void expect_field_refused(const char *text, const char *field, json_t *value,
                                 const char *message)
{
    json_t *object = json_loads(text, 0, NULL);
    if (value)
        json_object_set_new(object, field, value);
    else
        json_object_del(object, field);
    char *changed = with_sum(object);
    expect_refused(changed, message);
    json_decref(object);
    free(changed);
}

Test(task_files, what_is_no_task_is_refused)
{
    struct task task;
    char *text = make_file(&task, task_kind_named(1, "hash"), "Anna");
    static const char bounds[] = "out of its bounds", missing[] = "missing";
    expect_refused("", "not a task");
    expect_refused("[]", "not a task");
    expect_refused("{\"format\": \"something else\"}", "not a task");
    expect_field_refused(text, "format", json_string("glassbox task 2"), "another version");
    expect_field_refused(text, "iterations", json_integer(2000000000), bounds);
    expect_field_refused(text, "iterations", json_integer(-1), bounds);
    expect_field_refused(text, "lesson", json_integer(18), bounds);
    expect_field_refused(text, "bytes", json_integer(1 << 30), bounds);
    expect_field_refused(text, "answer", json_string("a guess"), bounds);
    expect_field_refused(text, "task", json_string("../../hash"), bounds);
    expect_field_refused(text, "salt", json_string("00"), bounds);
    expect_field_refused(text, "boxes", json_array(), bounds);
    expect_field_refused(text, "boxes", NULL, missing);
    expect_field_refused(text, "student", json_integer(1), missing);
    char *letter = strstr(text, "Anna");
    *letter = 'E';
    expect_refused(text, "its sum is wrong");
    free(text);
    task_free(&task);
}

Test(task_files, an_attached_file_stays_in_its_folder)
{
    struct task task;
    char *text = make_file(&task, task_kind_named(2, "encrypt"), "Anna");
    static const char *const names[] = {"../x", "/etc/passwd", ".bashrc", "", "a/b", "-o", "A B"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct task_file file;
        struct task_attachment attachment;
        struct problem problem = {0};
        json_t *object = json_loads(text, 0, NULL);
        json_t *attached = json_array_get(json_object_get(object, "files"), 0);
        json_object_set_new(attached, "name", json_string(names[i]));
        char *changed = with_sum(object);
        parse(&file, changed);
        cr_expect(!task_file_attachment(&attachment, &file, 0, &problem), "%s", names[i]);
        cr_expect(problem.message[0] != '\0', "%s", names[i]);
        task_file_free(&file);
        json_decref(object);
        free(changed);
    }
    free(text);
    task_free(&task);
}

/* A name that JSON cannot hold, and one that is too long. */
Test(task_files, names_that_do_not_fit)
{
    struct task task;
    struct task_course course;
    struct problem problem = {0};
    char name[1000];
    memset(name, 'a', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    task_course_start(&course, secret);
    const struct task_kind *kind = task_kind_named(1, "hash");
    cr_expect(!task_make(&task, kind, name, secret, &problem));
    task_free(&task);
    cr_assert(task_make(&task, kind, "\xff", secret, &problem) || problem.message[0] != '\0');
    cr_expect_null(task_file_write(&task, &course, &problem));
    task_free(&task);
}
