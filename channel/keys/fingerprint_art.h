/*
 * A fingerprint as a picture: what ssh-keygen -lv draws for the same key.
 *
 * A bishop starts in the middle of a board of 17 by 9 and moves diagonally, two bits of the digest
 * a move, sliding along the walls; each square shows how often he was there. Pictures of different
 * keys usually look different. Only the letters prove that two keys are the same. See D. Loss and
 * others, "The drunken bishop" (2009).
 */
#ifndef GLASSBOX_FINGERPRINT_ART_H
#define GLASSBOX_FINGERPRINT_ART_H

#include "fingerprint.h"

#define FINGERPRINT_ART_WIDTH  17
#define FINGERPRINT_ART_HEIGHT 9
/* With a frame, a line break behind each line but the last, and the 0 at the end. */
#define FINGERPRINT_ART_BYTES ((FINGERPRINT_ART_WIDTH + 3) * (FINGERPRINT_ART_HEIGHT + 2))

void fingerprint_art(char text[FINGERPRINT_ART_BYTES], const struct rsa_key *key);

#endif
