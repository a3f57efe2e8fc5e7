/*
 * Kinds of tasks of lesson 09 about X25519 and ML-KEM-768 side by side, in their full size.
 */
#ifndef GLASSBOX_LESSON_HYBRID_H
#define GLASSBOX_LESSON_HYBRID_H

#include "kind.h"

bool hybrid_key(struct task *task, struct task_random *random);      /* a key from both secrets */
bool hybrid_rejected(struct task *task, struct task_random *random); /* of a changed ciphertext */

#endif
