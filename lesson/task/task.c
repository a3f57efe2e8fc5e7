/*
 * A task while it is made; see task.h.
 */
#include "task.h"

#include "hexadecimal.h"
#include "kind.h"
#include "sym_sha256.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that a task owns, in one list. */
struct task_keep {
    struct task_keep *next;
    max_align_t data[];
};

void task_start(struct task *task, const struct task_kind *kind, const char *student)
{
    *task = (struct task){.kind = kind, .student = student};
}

void task_free(struct task *task)
{
    while (task->kept) {
        struct task_keep *next = task->kept->next;
        free(task->kept);
        task->kept = next;
    }
    free(task->rows);
    task_start(task, task->kind, task->student);
}

/* Room that lives as long as the task; NULL without memory. */
static void *keep(struct task *task, size_t bytes)
{
    struct task_keep *kept = malloc(sizeof(*kept) + bytes);
    if (!kept) {
        problem_memory(&task->problem);
        return NULL;
    }
    kept->next = task->kept;
    task->kept = kept;
    return kept->data;
}

static __attribute__((format(printf, 2, 0))) const char *
keep_text(struct task *task, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int bytes = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = bytes < 0 ? NULL : keep(task, (size_t)bytes + 1);
    if (!text)
        return "";
    vsnprintf(text, (size_t)bytes + 1, format, arguments);
    return text;
}

const char *task_text(struct task *task, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = keep_text(task, format, arguments);
    va_end(arguments);
    return text;
}

const char *task_decimal(struct task *task, const mpz_t number)
{
    char *text = keep(task, mpz_sizeinbase(number, 10) + 2);
    return text ? mpz_get_str(text, 10, number) : "";
}

const char *task_hex(struct task *task, const void *data, size_t bytes)
{
    char *text = keep(task, 2 * bytes + 1);
    if (!text)
        return "";
    *hex_write(text, data, bytes) = '\0';
    return text;
}

const char *task_list(struct task *task, const int *numbers, size_t count)
{
    const size_t most = sizeof("-2147483648, ") - 1;
    size_t bytes = sizeof("[]") + most * count, used = 1;
    char *text = keep(task, bytes);
    if (!text)
        return "";
    text[0] = '[';
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, bytes - used, i > 0 ? ", %d" : "%d", numbers[i]);
    memcpy(text + used, "]", 2);
    return text;
}

const char *task_sha256(struct task *task, const char *text)
{
    uint8_t digest[SYM_SHA256_BYTES];
    sym_sha256(digest, text, strlen(text));
    return task_hex(task, digest, sizeof(digest));
}

/* --- what the student reads --------------------------------------------------------------------- */
static void add_row(struct task *task, const char *text, bool as_is)
{
    struct task_row *rows = reallocarray(task->rows, task->row_count + 1, sizeof(*rows));
    if (!rows) {
        problem_memory(&task->problem);
        return;
    }
    task->rows = rows;
    rows[task->row_count++] = (struct task_row){text, as_is};
}

void task_say(struct task *task, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_row(task, keep_text(task, translate(format), arguments), false);
    va_end(arguments);
}

void task_show(struct task *task, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_row(task, keep_text(task, format, arguments), true);
    va_end(arguments);
}

/* How much a value is, for people. */
static const char *value_size(struct task *task, const struct task_value *value)
{
    size_t count = strlen(value->text);
    const char *size;
    if (value->form == TASK_NUMBER) {
        size = translate_count("%zu digit", "%zu digits", count);
    } else if (value->form == TASK_BYTES) {
        count /= 2;
        size = translate_count("%zu byte", "%zu bytes", count);
    } else {
        count = 1;
        for (const char *at = value->text; *at != '\0'; at++)
            count += *at == ',';
        size = translate_count("%zu number", "%zu numbers", count);
    }
    return task_text(task, size, count);
}

/* The row of the text has the first digits of a long value; numbers.py has all. */
static void add_value(struct task *task, const char *name, const char *text,
                      enum task_value_form form)
{
    const size_t columns = 74;
    size_t length = strlen(text), shown = 40;
    assert(task->value_count < TASK_VALUES);
    struct task_value *value = &task->values[task->value_count++];
    *value = (struct task_value){name, text, form};
    if (strlen(name) + strlen(" = ") + length <= columns)
        task_show(task, "%s = %s", name, text);
    else {
        while (form == TASK_NUMBERS && text[shown - 1] != ' ')
            shown--; /* not within a number */
        task_show(task, "%s = %.*s...  (%s: numbers.py)", name, (int)shown, text,
                  value_size(task, value));
    }
}

void task_value(struct task *task, const char *name, const mpz_t number)
{
    add_value(task, name, task_decimal(task, number), TASK_NUMBER);
}

void task_value_bytes(struct task *task, const char *name, const void *data, size_t bytes)
{
    add_value(task, name, task_hex(task, data, bytes), TASK_BYTES);
}

void task_value_numbers(struct task *task, const char *name, const int *numbers, size_t count)
{
    add_value(task, name, task_list(task, numbers, count), TASK_NUMBERS);
}

const char *task_value_text(const struct task *task, const char *name)
{
    for (size_t i = 0; i < task->value_count; i++)
        if (strcmp(task->values[i].name, name) == 0)
            return task->values[i].text;
    return "";
}

void task_attach(struct task *task, const char *name, const void *data, size_t bytes)
{
    assert(task->file_count < TASK_FILES);
    void *copy = keep(task, bytes + 1);
    if (!copy)
        return;
    memcpy(copy, data, bytes);
    task->files[task->file_count++] = (struct task_attachment){task_text(task, "%s", name), copy,
                                                               bytes};
}

/* --- answers ------------------------------------------------------------------------------------- */
static void add_answer(struct task *task, const char *answer, const char *mistake)
{
    char spelling[ANSWER_BYTES_MAX];
    assert(task->answer_count < TASK_ANSWERS);
    assert(!mistake || (task->answer_count > 0 && strlen(mistake) < TASK_SENTENCE_BYTES));
    if (!answer_spell(spelling, task->form, task->answer_size, answer))
        task->again = true;
    for (size_t i = 0; i < task->answer_count; i++)
        if (strcmp(task->answers[i].spelling, spelling) == 0)
            task->again = true;
    task->answers[task->answer_count++] = (struct task_answer){task_text(task, "%s", spelling),
                                                               mistake};
}

static void add_right(struct task *task, enum answer_form form, size_t size, unsigned space_bits,
                      const char *answer)
{
    assert(task->answer_count == 0);
    task->form = form;
    task->answer_size = size;
    task->space_bits = space_bits;
    add_answer(task, answer, NULL);
}

void task_answer_number(struct task *task, unsigned space_bits, const mpz_t number)
{
    add_right(task, ANSWER_NUMBER, 0, space_bits, task_decimal(task, number));
}

void task_answer_bytes(struct task *task, unsigned space_bits, const void *data, size_t bytes)
{
    add_right(task, ANSWER_BYTES, bytes, space_bits, task_hex(task, data, bytes));
}

void task_answer_numbers(struct task *task, unsigned space_bits, const int *numbers, size_t count)
{
    add_right(task, ANSWER_NUMBERS, count, space_bits, task_list(task, numbers, count));
}

void task_answer_text(struct task *task, unsigned space_bits, const char *text)
{
    add_right(task, ANSWER_TEXT, 0, space_bits, text);
}

void task_answer_fingerprint(struct task *task, const char *fingerprint)
{
    add_right(task, ANSWER_FINGERPRINT, 0, 256, fingerprint);
}

void task_mistake(struct task *task, const char *answer, const char *sentence)
{
    add_answer(task, answer, sentence);
}

void task_mistake_number(struct task *task, const mpz_t number, const char *sentence)
{
    task_mistake(task, task_decimal(task, number), sentence);
}

void task_mistake_bytes(struct task *task, const void *data, size_t bytes, const char *sentence)
{
    task_mistake(task, task_hex(task, data, bytes), sentence);
}

void task_mistake_numbers(struct task *task, const int *numbers, size_t count, const char *sentence)
{
    task_mistake(task, task_list(task, numbers, count), sentence);
}
