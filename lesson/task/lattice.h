/*
 * Kinds of tasks of lesson 09: ML-KEM (FIPS 203) in small numbers, as its section 8 has it by hand.
 *
 * A polynomial has 32 coefficients modulo q = 193, and one of them is a whole vector or matrix (k =
 * 1). x^32 is -1. Noise and secrets are -1, 0 or 1.
 */
#ifndef GLASSBOX_LESSON_LATTICE_H
#define GLASSBOX_LESSON_LATTICE_H

#include "kind.h"

bool lattice_key(struct task *task, struct task_random *random);       /* t = A s + e */
bool lattice_open(struct task *task, struct task_random *random);      /* m out of u and v */
bool lattice_no_noise(struct task *task, struct task_random *random);  /* s out of t = A s */
bool lattice_transform(struct task *task, struct task_random *random); /* values of a polynomial */

#endif
