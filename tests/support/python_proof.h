/*
 * Whether proofs hold: each is one line of Python that prints True and nothing else.
 *
 *     struct python_proofs proofs = {0};
 *     python_proofs_add(&proofs, "print(3*5==15)");
 *     cr_expect(python_proofs_hold(&proofs));   // runs all of them in one python3, and frees
 */
#ifndef GLASSBOX_TESTS_PYTHON_PROOF_H
#define GLASSBOX_TESTS_PYTHON_PROOF_H

#include <stdbool.h>
#include <stddef.h>

struct python_proofs {
    char *code[256];
    size_t count;
    bool bad; /* one that was no proof: NULL, of two lines, or with a single quote */
};

void python_proofs_add(struct python_proofs *proofs, const char *code);

/* Says on stderr which one does not hold. */
bool python_proofs_hold(struct python_proofs *proofs);

#endif
