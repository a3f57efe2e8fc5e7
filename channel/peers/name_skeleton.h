/*
 * What a name looks like, so that nobody goes by a name that people take for another's.
 *
 * Two names are alike if they look the same as they are typed (Ivan, lvan), in small letters (Anna,
 * anna; Latin coca, Cyrillic соса) or in capitals (Latin HATA, Cyrillic ната). A look is a text in
 * which letters that are drawn alike have become one; two looks are compared byte by byte. After
 * Unicode Technical Standard 39, section 4 (confusables), for the letters that names may have
 * (key_name.h); accents count, for they are seen.
 *
 * Names that are alike are legal each by itself: only together are they a danger.
 */
#ifndef GLASSBOX_NAME_SKELETON_H
#define GLASSBOX_NAME_SKELETON_H

#include "key_name.h"

enum name_skeleton { NAME_AS_TYPED, NAME_SMALL, NAME_CAPITAL, NAME_SKELETONS };

/* name: a legal one. */
void name_skeleton(char out[KEY_NAME_BYTES], const char *name, enum name_skeleton look);

#endif
