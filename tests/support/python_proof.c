/*
 * Running proofs.
 */
#include "python_proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void python_proofs_add(struct python_proofs *proofs, const char *code)
{
    if (!code || strpbrk(code, "'\n") ||
        proofs->count == sizeof(proofs->code) / sizeof(proofs->code[0]) ||
        !(proofs->code[proofs->count] = strdup(code)))
        proofs->bad = true;
    else
        proofs->count++;
}

bool python_proofs_hold(struct python_proofs *proofs)
{
    static const char checker[] = "python3 -c 'import sys, io, contextlib\n"
                                  "wrong = 0\n"
                                  "for line in sys.stdin:\n"
                                  "    out = io.StringIO()\n"
                                  "    with contextlib.redirect_stdout(out):\n"
                                  "        exec(line, {})\n"
                                  "    if out.getvalue() != \"True\\n\":\n"
                                  "        wrong += 1\n"
                                  "        print(\"does not hold:\", line, file=sys.stderr)\n"
                                  "sys.exit(wrong)'";
    FILE *python = popen(checker, "w");
    bool done = python && !proofs->bad;
    for (size_t i = 0; i < proofs->count; i++) {
        if (python)
            done &= fprintf(python, "%s\n", proofs->code[i]) > 0;
        free(proofs->code[i]);
    }
    proofs->count = 0;
    return python && pclose(python) == 0 && done;
}
