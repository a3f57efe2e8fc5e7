/*
 * page.css and page.js, put into the program by the assembler as they are, each with a 0 behind it.
 * The path is from the top of the tree, where make runs; the Makefile knows that this object
 * depends on the two.
 */
#include "page_internal.h"

#define ASSET(name, path)                                                                          \
    __asm__(".section .rodata\n"                                                                   \
            ".global " #name "\n" #name ":\n"                                                      \
            ".incbin \"" path "\"\n"                                                               \
            ".byte 0\n"                                                                            \
            ".previous\n")

ASSET(page_css, "channel/explain/page.css");
ASSET(page_js, "channel/explain/page.js");
