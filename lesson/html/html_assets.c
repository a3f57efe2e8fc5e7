/*
 * lesson.css and lesson.js, put into the program by the assembler as they are, each with a 0 behind
 * it. The path is from the top of the tree, where make runs; the Makefile knows that this object
 * depends on the two.
 */
#include "html_page.h"

#define ASSET(name, path)                                                                          \
    __asm__(".section .rodata\n"                                                                   \
            ".global " #name "\n" #name ":\n"                                                      \
            ".incbin \"" path "\"\n"                                                               \
            ".byte 0\n"                                                                            \
            ".previous\n")

ASSET(lesson_css, "lesson/html/lesson.css");
ASSET(lesson_js, "lesson/html/lesson.js");
