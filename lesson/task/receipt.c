/*
 * Receipts; see receipt.h.
 */
#include "receipt.h"

#include "base64.h"
#include "hexadecimal.h"
#include "printable.h"
#include "sym_memory.h"
#include "sym_sha256.h"
#include "utf8.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK      "glassbox-receipt-1/"
#define SUM_BYTES 4

static void make_sum(char sum[2 * SUM_BYTES + 1], const char *text, size_t bytes)
{
    uint8_t digest[SYM_SHA256_BYTES];
    sym_sha256(digest, text, bytes);
    *hex_write(sum, digest, SUM_BYTES) = '\0';
}

void receipt_write(char text[RECEIPT_BYTES], const struct receipt *receipt)
{
    char student[BASE64_TEXT_BYTES(STUDENT_NAME_BYTES)], token[2 * TASK_TOKEN_BYTES + 1];
    char sum[2 * SUM_BYTES + 1], whole[RECEIPT_BYTES];
    base64_encode(student, receipt->student, strlen(receipt->student), BASE64_URL);
    *hex_write(token, receipt->token, sizeof(receipt->token)) = '\0';
    int first = snprintf(whole, sizeof(whole), MARK "%s/%02u/%s/%s/", receipt->course,
                         receipt->lesson, receipt->kind, student);
    int bytes = first + snprintf(whole + first, sizeof(whole) - (size_t)first, "%s/", token);
    make_sum(sum, whole, (size_t)bytes);
    snprintf(text, RECEIPT_BYTES, "%.*s\n%s%s.\n", first, whole, whole + first, sum);
}

/* --- reading ------------------------------------------------------------------------------------- */

/* What stands here and is no letter of a text: bytes to pass over, or 0. */
static size_t passed_over(const char *at)
{
    static const char *const wide[] = {"\u00a0", "\u200b", "\ufeff", "\u00ad", "&nbsp;", "&#8203;",
                                       "&shy;",  "&gt;",   "=20",    "=C2=A0", "=3E"};
    if (*at == '=' && (at[1] == '\n' || (at[1] == '\r' && at[2] == '\n')))
        return 2; /* RFC 2045 6.7 (5): a soft line break */
    if (isspace((unsigned char)*at) || *at == '>' || *at == '|')
        return 1;
    if (*at == '<' && (isalpha((unsigned char)at[1]) || at[1] == '/' || at[1] == '!')) {
        size_t length = 1 + strcspn(at + 1, "<>"); /* of a tag of HTML */
        return at[length] == '>' ? length + 1 : 0;
    }
    for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++)
        if (strncmp(at, wide[i], strlen(wide[i])) == 0)
            return strlen(wide[i]);
    return 0;
}

char *receipt_text_clean(char *text)
{
    char *out = text;
    for (const char *at = text; *at != '\0';) {
        size_t skip = passed_over(at);
        if (skip)
            at += skip;
        else
            *out++ = *at++;
    }
    *out = '\0';
    return text;
}

/* A part up to the next /, whose place becomes that of the following one. */
static bool take_part(char *out, size_t space, const char **at)
{
    size_t length = strcspn(*at, "/");
    if ((*at)[length] != '/' || length == 0 || length >= space)
        return false;
    memcpy(out, *at, length);
    out[length] = '\0';
    *at += length + 1;
    if (printable_is(out, length) && utf8_valid(out, length))
        return true;
    out[0] = '\0';
    return false;
}

static bool take_student(struct receipt *receipt, const char **at)
{
    char text[BASE64_TEXT_BYTES(STUDENT_NAME_BYTES)];
    uint8_t name[BASE64_DATA_BYTES(sizeof(text))];
    size_t bytes;
    if (!take_part(text, sizeof(text), at) ||
        !base64_decode(name, &bytes, text, strlen(text), BASE64_URL) ||
        bytes >= sizeof(receipt->student) || !utf8_valid((const char *)name, bytes) ||
        !printable_is((const char *)name, bytes))
        return false;
    memcpy(receipt->student, name, bytes);
    receipt->student[bytes] = '\0';
    return true;
}

static bool take_token(struct receipt *receipt, const char **at)
{
    char text[2 * TASK_TOKEN_BYTES + 1];
    if (!take_part(text, sizeof(text), at) || strlen(text) != 2 * TASK_TOKEN_BYTES)
        return false;
    for (size_t i = 0; i < TASK_TOKEN_BYTES; i++) {
        int byte = hex_byte(text + 2 * i);
        if (byte < 0)
            return false;
        receipt->token[i] = (uint8_t)byte;
    }
    return true;
}

static bool take_parts(struct receipt *receipt, const char **at)
{
    char lesson[4], sum[2 * SUM_BYTES + 1];
    const char *whole = *at;
    *at += strlen(MARK);
    if (!take_part(receipt->course, sizeof(receipt->course), at) ||
        !take_part(lesson, sizeof(lesson), at) ||
        !take_part(receipt->kind, sizeof(receipt->kind), at) || !take_student(receipt, at) ||
        !take_token(receipt, at))
        return false;
    receipt->lesson = (unsigned)strtoul(lesson, NULL, 10);
    make_sum(sum, whole, (size_t)(*at - whole));
    bool good = strncasecmp(*at, sum, strlen(sum)) == 0;
    *at += good ? strlen(sum) : 0;
    return good;
}

bool receipt_next(struct receipt *receipt, const char **at)
{
    *receipt = (struct receipt){0};
    *at = strstr(*at, MARK);
    if (!*at)
        return false;
    const char *begin = *at;
    receipt->damaged = !take_parts(receipt, at);
    if (receipt->damaged)
        *at = begin + strlen(MARK);
    return true;
}

/* --- judging ------------------------------------------------------------------------------------- */

static bool is_of(const char *student, const struct receipt *receipt,
                  const struct task_course *course)
{
    uint8_t token[TASK_TOKEN_BYTES];
    task_course_token(token, course, receipt->lesson, receipt->kind, student);
    return sym_equal(token, receipt->token, sizeof(token));
}

enum receipt_verdict receipt_judge(const struct student **owner, const struct receipt *receipt,
                                   const struct task_course *course,
                                   const struct students *students, const struct student *sender)
{
    *owner = NULL;
    if (receipt->damaged)
        return RECEIPT_DAMAGED;
    if (strcmp(receipt->course, course->id) != 0)
        return RECEIPT_OTHER_COURSE;
    for (size_t i = 0; i < students->count && !*owner; i++)
        if (is_of(students->list[i].name, receipt, course))
            *owner = &students->list[i];
    if (!*owner)
        return is_of(receipt->student, receipt, course) ? RECEIPT_NOT_ON_LIST : RECEIPT_FORGED;
    bool own = strcmp((*owner)->name, receipt->student) == 0 && (!sender || sender == *owner);
    return own ? RECEIPT_RIGHT : RECEIPT_OF_ANOTHER;
}

const char *receipt_verdict_name(enum receipt_verdict verdict)
{
    static const char *const names[RECEIPT_VERDICTS] = {
        "right", "damaged", "other course", "of another", "not on the list", "forged"};
    return names[verdict];
}
