/*
 * A file put into the program by the assembler as it is, with a 0 behind it. The path is from the
 * top of the tree, where make runs; the Makefile knows that the object depends on the file.
 */
#ifndef GLASSBOX_ASSET_H
#define GLASSBOX_ASSET_H

#define ASSET(name, path)                                                                          \
    __asm__(".section .rodata\n"                                                                   \
            ".global " #name "\n" #name ":\n"                                                      \
            ".incbin \"" path "\"\n"                                                               \
            ".byte 0\n"                                                                            \
            ".previous\n")

#endif
