/*
 * lesson: the program that teaches: the lessons' pages, a fresh folder for each, and tasks.
 *
 * A file a command; each takes its own command line (argv[0] is "lesson NAME") and returns the exit
 * status. task/ has a table of commands of its own.
 */
#ifndef GLASSBOX_LESSON_H
#define GLASSBOX_LESSON_H

int lesson_list(int argc, char **argv);
int lesson_start(int argc, char **argv);
int lesson_reset(int argc, char **argv);
int lesson_read(int argc, char **argv);
int lesson_done(int argc, char **argv);
int lesson_task(int argc, char **argv);  /* a table of commands of its own */
int lesson_grade(int argc, char **argv); /* in task/, too */

#endif
