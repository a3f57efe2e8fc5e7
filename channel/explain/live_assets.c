/*
 * page_live.css and page_live.js, put into the program by the assembler as they are, each with a 0
 * behind it; as in page_assets.c.
 */
#include "live_skeleton.h"

#define ASSET(name, path)                                                                          \
    __asm__(".section .rodata\n"                                                                   \
            ".global " #name "\n" #name ":\n"                                                      \
            ".incbin \"" path "\"\n"                                                               \
            ".byte 0\n"                                                                            \
            ".previous\n")

ASSET(live_css, "channel/explain/page_live.css");
ASSET(live_js, "channel/explain/page_live.js");
