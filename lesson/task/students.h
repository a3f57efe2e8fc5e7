/*
 * The list of a class: a text file with a name on each line, or a CSV file whose first line names
 * its columns. That of the names is called name, student, ученик, студент, ФИО, фамилия or имя, in
 * any case; of фамилия and имя, both are the name. Commas, semicolons or tabs separate the cells.
 *
 * Text is UTF-8; a byte order mark, CRLF, empty lines and lines that begin with # do not count, nor
 * do blanks around a name. A name on a line of its own has no separator in it, unless "..." stands
 * around it. No name may come twice: which of the two would a receipt belong to? Nor may two be the
 * same but for the case of letters: some file systems would have one folder for both.
 */
#ifndef GLASSBOX_LESSON_STUDENTS_H
#define GLASSBOX_LESSON_STUDENTS_H

#include "problem.h"

#include <stddef.h>

#define STUDENTS_FILE_BYTES 1048576u
#define STUDENTS_MAX        10000u
#define STUDENT_NAME_BYTES  200 /* at most, with the 0 */

struct student {
    char *name;
    char *folder; /* of hers: letters and digits of any alphabet, and -; from the name alone */
};

struct students {
    struct student *list;
    size_t count, space;
};

/* path: "-" for standard input. The caller frees them, also after a failure. */
bool students_read(struct students *students, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));
/* The same of a text; path: for messages. */
bool students_parse(struct students *students, const char *path, const char *text, size_t bytes,
                    struct problem *problem) __attribute__((warn_unused_result));
void students_free(struct students *students);

/* The student of that name, or NULL. */
const struct student *students_named(const struct students *students, const char *name);
/* The student whose folder, or whose folder with something behind a dot, this is; or NULL. */
const struct student *students_folder(const struct students *students, const char *name);

#endif
