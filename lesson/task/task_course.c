/*
 * A course's secret; see task_course.h.
 */
#include "task_course.h"

#include "hexadecimal.h"
#include "output_file.h"
#include "sym_hmac.h"
#include "whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FILE_BYTES_MAX 4096
static const char mark[] = "glassbox-course-1 ";

static void expand(uint8_t *out, size_t bytes, const struct task_course *course, const char *info)
{
    static const char salt[] = "glassbox task v1";
    uint8_t prk[SYM_HKDF_PRK_BYTES];
    sym_hkdf_extract(prk, salt, strlen(salt), course->secret, sizeof(course->secret));
    if (sym_hkdf_expand(out, bytes, prk, sizeof(prk), info, strlen(info)) != SYM_OK)
        memset(out, 0, bytes); /* 255 blocks are never asked for */
    sym_wipe(prk, sizeof(prk));
}

void task_course_start(struct task_course *course, const uint8_t secret[COURSE_SECRET_BYTES])
{
    uint8_t id[(TASK_COURSE_ID_BYTES - 1) / 2];
    memcpy(course->secret, secret, sizeof(course->secret));
    expand(id, sizeof(id), course, "id");
    *hex_write(course->id, id, sizeof(id)) = '\0';
}

static void hash_task(uint8_t out[TASK_TOKEN_BYTES], const struct task_course *course,
                      const char *info, unsigned lesson, const char *kind, const char *student)
{
    uint8_t key[SYM_HMAC_BYTES], whole[SYM_HMAC_BYTES];
    char number[16];
    struct sym_hmac state;
    int digits = snprintf(number, sizeof(number), "%u\n", lesson);
    expand(key, sizeof(key), course, info);
    sym_hmac_init(&state, key, sizeof(key));
    sym_hmac_update(&state, number, (size_t)digits);
    sym_hmac_update(&state, kind, strlen(kind));
    sym_hmac_update(&state, "\n", 1);
    sym_hmac_update(&state, student, strlen(student));
    sym_hmac_final(whole, &state);
    memcpy(out, whole, TASK_TOKEN_BYTES);
    sym_wipe(key, sizeof(key));
    sym_wipe(whole, sizeof(whole));
}

void task_course_token(uint8_t token[TASK_TOKEN_BYTES], const struct task_course *course,
                       unsigned lesson, const char *kind, const char *student)
{
    hash_task(token, course, "receipts", lesson, kind, student);
}

void task_course_rank(uint8_t rank[TASK_TOKEN_BYTES], const struct task_course *course,
                      unsigned lesson, const char *kind, const char *student)
{
    hash_task(rank, course, "ranks", lesson, kind, student);
}

void task_course_wipe(struct task_course *course)
{
    sym_wipe(course, sizeof(*course));
}

/* --- the file ------------------------------------------------------------------------------------ */

/* The secret of the line that begins with the mark. */
static bool parse(uint8_t secret[COURSE_SECRET_BYTES], const char *text)
{
    const char *at = strstr(text, mark);
    if (!at || (at != text && at[-1] != '\n'))
        return false;
    at += strlen(mark);
    for (size_t i = 0; i < COURSE_SECRET_BYTES; i++, at += 2) {
        int byte = at[0] != '\0' ? hex_byte(at) : -1;
        if (byte < 0)
            return false;
        secret[i] = (uint8_t)byte;
    }
    return *at == '\n' || *at == '\r' || *at == '\0';
}

bool task_course_read(struct task_course *course, const char *path, struct problem *problem)
{
    struct whole_file file;
    uint8_t secret[COURSE_SECRET_BYTES];
    if (!whole_file_read(&file, path, FILE_BYTES_MAX, problem)) {
        if (errno == ENOENT)
            problem_hint(problem, "'lesson task new --course %s ...' makes it, on its first use",
                         path);
        return false;
    }
    bool good = (file.mode & 077) == 0;
    if (!good) {
        problem_set(problem, "%s: others may read the secret of the course", path);
        problem_hint(problem, "chmod 600 %s", path);
    } else if (!parse(secret, file.data)) {
        good = problem_set(problem, "%s: no secret of a course", path);
        problem_hint(problem, "name a file that is not there yet, and 'lesson task new' makes it");
    } else {
        task_course_start(course, secret);
    }
    sym_wipe(secret, sizeof(secret));
    whole_file_free(&file);
    return good;
}

static bool make(const char *path, struct problem *problem)
{
    uint8_t secret[COURSE_SECRET_BYTES];
    char digits[2 * COURSE_SECRET_BYTES + 1], text[512];
    if (rsa_random_bytes(secret, sizeof(secret), NULL) != RSA_OK)
        return problem_set(problem, "no random numbers from the system");
    *hex_write(digits, secret, sizeof(secret)) = '\0';
    int bytes =
        snprintf(text, sizeof(text),
                 "# The secret of a course: all its tasks and receipts follow from it. Who "
                 "has it has every\n# answer. Keep it to yourself, and keep a copy.\n%s%s\n",
                 mark, digits);
    struct output_file out;
    bool done = output_file_open(&out, path, 0600, problem) &&
                output_file_write(&out, text, (size_t)bytes, problem) &&
                output_file_finish(&out, problem);
    output_file_close(&out);
    sym_wipe(secret, sizeof(secret));
    sym_wipe(digits, sizeof(digits));
    sym_wipe(text, sizeof(text));
    return done;
}

bool task_course_read_or_make(struct task_course *course, bool *made, const char *path,
                              struct problem *problem)
{
    struct file_stamp stamp, none = {0};
    *made = false;
    if (!file_stamp_take(&stamp, path))
        return problem_errno(problem, "%s", path);
    if (file_stamp_equal(&stamp, &none)) {
        if (!make(path, problem))
            return false;
        *made = true;
    }
    return task_course_read(course, path, problem);
}
