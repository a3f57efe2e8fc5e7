/*
 * The file of a task; see task_file.h.
 */
#include "task_file.h"

#include "base64.h"
#include "hexadecimal.h"
#include "task_near.h"
#include "utf8.h"
#include "whole_file.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT "glassbox task 1"

/* SHA-256 of the object without the two parts that depend on it, in its one spelling. */
static bool digest_of(uint8_t digest[SYM_SHA256_BYTES], json_t *object, bool with_boxes)
{
    json_t *rest = json_copy(object);
    json_object_del(rest, "sum");
    if (!with_boxes)
        json_object_del(rest, "boxes");
    char *text = json_dumps(rest, JSON_SORT_KEYS | JSON_COMPACT);
    json_decref(rest);
    if (!text)
        return false;
    sym_sha256(digest, text, strlen(text));
    free(text);
    return true;
}

/* --- writing ------------------------------------------------------------------------------------- */

static json_t *base64_json(const void *data, size_t bytes)
{
    char *text = malloc(BASE64_TEXT_BYTES(bytes));
    if (!text)
        return NULL;
    base64_encode(text, data, bytes, BASE64_PADDED);
    json_t *json = json_string(text);
    free(text);
    return json;
}

static json_t *hex_json(const uint8_t *data, size_t bytes)
{
    char *text = hex_string(data, bytes);
    json_t *json = text ? json_string(text) : NULL;
    free(text);
    return json;
}

static json_t *rows_json(const struct task *task)
{
    json_t *array = json_array();
    for (size_t i = 0; i < task->row_count; i++)
        json_array_append_new(
            array, json_pack("{s:s}", task->rows[i].as_is ? "show" : "say", task->rows[i].text));
    return array;
}

/* The values as Python reads them. */
static json_t *numbers_json(const struct task *task)
{
    size_t bytes = 1;
    for (size_t i = 0; i < task->value_count; i++)
        bytes += strlen(task->values[i].name) + strlen(task->values[i].text) + 32;
    char *text = malloc(bytes);
    if (!text)
        return NULL;
    size_t used = 0;
    for (size_t i = 0; i < task->value_count; i++) {
        const struct task_value *value = &task->values[i];
        used += (size_t)snprintf(text + used, bytes - used,
                                 value->form == TASK_BYTES ? "%s = bytes.fromhex(\"%s\")\n"
                                                           : "%s = %s\n",
                                 value->name, value->text);
    }
    json_t *json = json_pack("{s:s, s:o}", "name", "numbers.py", "data", base64_json(text, used));
    free(text);
    return json;
}

static json_t *files_json(const struct task *task)
{
    json_t *array = json_array();
    if (task->value_count > 0)
        json_array_append_new(array, numbers_json(task));
    for (size_t i = 0; i < task->file_count; i++)
        json_array_append_new(array,
                              json_pack("{s:s, s:o}", "name", task->files[i].name, "data",
                                        base64_json(task->files[i].data, task->files[i].bytes)));
    return array;
}

/* All but the boxes and the sum. */
static json_t *head_json(const struct task *task, const struct task_course *course,
                         const struct sealed_answers *sealed)
{
    return json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:o, s:o, s:s, s:i, s:o, s:i}", "format",
                     FORMAT, "course", course->id, "student", task->student, "lesson",
                     (int)task->kind->lesson, "task", task->kind->name, "title", task->kind->title,
                     "text", rows_json(task), "files", files_json(task), "answer",
                     answer_form_name(task->form), "bytes", (int)task->answer_size, "salt",
                     hex_json(sealed->salt, sizeof(sealed->salt)), "iterations",
                     (int)sealed->iterations);
}

static bool seal(json_t *object, const struct task *task, const struct task_course *course,
                 struct sealed_answers *sealed, struct task_random *random)
{
    uint8_t digest[SYM_SHA256_BYTES];
    json_t *boxes = json_array();
    if (!object || !digest_of(digest, object, false)) {
        json_decref(boxes);
        return false;
    }
    sealed_answers_seal(sealed, random, course, task, digest);
    for (size_t i = 0; i < TASK_ANSWERS; i++)
        json_array_append_new(boxes, base64_json(sealed->boxes[i], SEALED_BOX_BYTES));
    return json_object_set_new(object, "boxes", boxes) == 0 && digest_of(digest, object, true) &&
           json_object_set_new(object, "sum", hex_json(digest, sizeof(digest))) == 0;
}

char *task_file_write(const struct task *task, const struct task_course *course,
                      struct problem *problem)
{
    struct sealed_answers sealed;
    struct task_random random;
    char *text = NULL;
    if (!utf8_valid(task->student, strlen(task->student)) ||
        !sealed_answers_start(&sealed, &random, course, task)) {
        problem_set(problem, "a name that is no UTF-8, or too long");
        return NULL;
    }
    json_t *object = head_json(task, course, &sealed);
    if (seal(object, task, course, &sealed, &random))
        text = json_dumps(object, JSON_INDENT(1));
    json_decref(object);
    sym_wipe(&random, sizeof(random));
    if (!text)
        problem_memory(problem);
    return text;
}

/* --- reading ------------------------------------------------------------------------------------- */

static bool fault(struct problem *problem, const char *path, const char *what)
{
    problem_set(problem, "%s: %s", path, what);
    return problem_hint(problem, "ask your teacher for the file again");
}

/* A name that can do no harm as one of a file: letters, digits, - and dots, none of them first. */
static bool is_name(const char *text)
{
    size_t length = strlen(text);
    return length > 0 && length < TASK_NAME_BYTES && text[0] != '.' && text[0] != '-' &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.") == length;
}

static bool take_hex(uint8_t *out, size_t bytes, const char *text)
{
    if (strlen(text) != 2 * bytes)
        return false;
    for (size_t i = 0; i < bytes; i++) {
        int byte = hex_byte(text + 2 * i);
        if (byte < 0)
            return false;
        out[i] = (uint8_t)byte;
    }
    return true;
}

static bool take_boxes(struct sealed_answers *sealed, const json_t *boxes)
{
    if (json_array_size(boxes) != TASK_ANSWERS)
        return false;
    for (size_t i = 0; i < TASK_ANSWERS; i++) {
        uint8_t box[BASE64_DATA_BYTES(BASE64_TEXT_BYTES(SEALED_BOX_BYTES))];
        const char *text = json_string_value(json_array_get(boxes, i));
        size_t bytes;
        if (!text || strlen(text) >= BASE64_TEXT_BYTES(SEALED_BOX_BYTES) ||
            !base64_decode(box, &bytes, text, strlen(text), BASE64_PADDED) ||
            bytes != SEALED_BOX_BYTES)
            return false;
        memcpy(sealed->boxes[i], box, SEALED_BOX_BYTES);
    }
    return true;
}

/* The fields, each in its bounds; what is wrong, or NULL. */
static const char *take(struct task_file *file)
{
    const char *format, *form, *salt, *sum;
    json_t *boxes, *rows, *files;
    int lesson, size, iterations;
    uint8_t digest[SYM_SHA256_BYTES], said[SYM_SHA256_BYTES];
    if (json_unpack(file->json, "{s:s}", "format", &format) != 0 ||
        strncmp(format, FORMAT, 13) != 0)
        return "not a task";
    if (strcmp(format, FORMAT) != 0)
        return "a task of another version of this program";
    if (json_unpack(file->json, "{s:s, s:s, s:s, s:i, s:s, s:o, s:o, s:s, s:i, s:s, s:i, s:o, s:s}",
                    "course", &file->course, "student", &file->student, "title", &file->title,
                    "lesson", &lesson, "task", &file->kind, "text", &rows, "files", &files,
                    "answer", &form, "bytes", &size, "salt", &salt, "iterations", &iterations,
                    "boxes", &boxes, "sum", &sum) != 0)
        return "a part of the task is missing";
    if (!take_hex(said, sizeof(said), sum) || !digest_of(digest, file->json, true) ||
        memcmp(said, digest, sizeof(said)) != 0)
        return "the task was changed or damaged: its sum is wrong";
    file->lesson = (unsigned)lesson;
    file->answer_size = (size_t)size;
    file->form = answer_form_named(form);
    file->sealed.iterations = (uint32_t)iterations;
    if (lesson < 1 || lesson > TASK_LESSONS || size < 0 || size > ANSWER_BYTES_MAX / 2 ||
        file->form == ANSWER_FORMS || iterations < 1 || iterations > (int)SEALED_ITERATIONS_MAX ||
        !is_name(file->kind) || !json_is_array(rows) || !json_is_array(files) ||
        !take_hex(file->sealed.salt, sizeof(file->sealed.salt), salt) ||
        !take_boxes(&file->sealed, boxes))
        return "a part of the task is out of its bounds";
    return digest_of(file->digest, file->json, false) ? NULL : "no memory";
}

bool task_file_parse(struct task_file *file, const char *path, const char *text, size_t bytes,
                     struct problem *problem)
{
    json_error_t error;
    *file = (struct task_file){0};
    if (bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* Notepad's byte order mark */
        text += 3;
        bytes -= 3;
    }
    file->json = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &error);
    if (!file->json)
        return fault(problem, path, "not a task");
    const char *wrong = take(file);
    if (!wrong)
        return true;
    task_file_free(file);
    return fault(problem, path, wrong);
}

bool task_file_read(struct task_file *file, const char *path, struct problem *problem)
{
    struct whole_file whole;
    *file = (struct task_file){0};
    if (!whole_file_read(&whole, path, TASK_FILE_BYTES_MAX, problem))
        return errno == ENOENT && task_near_hint(path, problem);
    bool done = task_file_parse(file, path, whole.data, whole.bytes, problem);
    whole_file_free(&whole);
    return done;
}

void task_file_free(struct task_file *file)
{
    json_decref(file->json);
    *file = (struct task_file){0};
}

const char *task_file_row(bool *as_is, const struct task_file *file, size_t row)
{
    const json_t *object = json_array_get(json_object_get(file->json, "text"), row);
    const char *show = json_string_value(json_object_get(object, "show"));
    const char *say = json_string_value(json_object_get(object, "say"));
    *as_is = show != NULL;
    return show ? show : object && !say ? "" : say;
}

bool task_file_attachment(struct task_attachment *attachment, const struct task_file *file,
                          size_t index, struct problem *problem)
{
    const json_t *object = json_array_get(json_object_get(file->json, "files"), index);
    const char *name = json_string_value(json_object_get(object, "name"));
    const char *text = json_string_value(json_object_get(object, "data"));
    if (!object)
        return false;
    if (!name || !is_name(name) || !text)
        return problem_set(problem, "a file of the task has no fit name, or no contents");
    size_t bytes, length = strlen(text);
    uint8_t *data = malloc(BASE64_DATA_BYTES(length) + 1);
    if (!data)
        return problem_memory(problem);
    if (!base64_decode(data, &bytes, text, length, BASE64_PADDED)) {
        free(data);
        return problem_set(problem, "%s: the file of the task is damaged", name);
    }
    *attachment = (struct task_attachment){name, data, bytes};
    return true;
}
