/*
 * The table of the lessons.
 */
#include "course.h"

#include <stdlib.h>
#include <string.h>

static const struct course_lesson lessons[COURSE_LESSONS] = {
    {1, "01-first-chat", 15, true},
    {2, "02-keys", 30, false},
    {3, "03-who-are-you", 25, true},
    {4, "04-the-course-protocol", 45, true},
    {5, "05-the-modern-suite", 45, true},
    {6, "06-two-ports", 25, true},
    {7, "07-ftp", 20, true},
    {8, "08-steal-the-key-tomorrow", 25, true},
    {9, "09-two-strangers-agree", 75, true},
    {10, "10-the-person-in-the-middle", 40, true},
    {11, "11-caesar-on-the-wire", 35, true},
    {12, "12-vigenere-xor-one-time-pad", 70, true},
    {13, "13-chaining-does-not-rescue-xor", 60, false},
    {14, "14-textbook-rsa-falls-apart", 50, false},
    {15, "15-padding-that-matters", 60, false},
    {16, "16-key-fair", 40, false},
    {17, "17-review", 40, false},
};

const struct course_lesson *course_at(size_t row)
{
    return &lessons[row];
}

const struct course_lesson *course_find(const char *text, struct problem *problem)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    bool is_number = *text >= '0' && *text <= '9' && *end == '\0';
    for (size_t i = 0; i < COURSE_LESSONS; i++)
        if (is_number ? lessons[i].number == number : strcmp(lessons[i].name, text) == 0)
            return &lessons[i];
    problem_set(problem, "there is no lesson '%s'", text);
    problem_hint(problem, "the lessons are numbered from 1 to %d: `lesson list` shows them",
                 COURSE_LESSONS);
    return NULL;
}
