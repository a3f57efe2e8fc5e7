/*
 * The main of a fuzzer, for builds without libFuzzer: first the corpus of its name, then a bounded
 * number of new inputs from a printed seed: half of them random bytes, half of them inputs of the
 * corpus, changed in a few places. `make fuzz` builds the same files for libFuzzer, which calls
 * LLVMFuzzerTestOneInput itself and is guided by what it has seen run.
 *
 *     NAME [RUNS]     TEST_SEED=N NAME 1 repeats the run that a failure names
 *     NAME FILE...    these inputs alone: what libFuzzer has found, a part of the corpus
 */
#ifndef GLASSBOX_TESTS_FUZZ_H
#define GLASSBOX_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_CORPUS       "tests/fuzz/corpus"
#define FUZZ_RANDOM_BYTES 64                  /* the most of an input of random bytes */
#define FUZZ_INPUT_BYTES  ((size_t)16 * 1024) /* the most of any */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* runs: of new inputs, with seeds counted from TEST_SEED. */
int fuzz_main(int argc, char **argv, const char *name, unsigned long runs);

#ifdef LIBFUZZER
#define FUZZ_MAIN(name, runs) _Static_assert(sizeof(name) > 1 && (runs) > 0, "libFuzzer's main")
#else
#define FUZZ_MAIN(name, runs)                                                                      \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        return fuzz_main(argc, argv, name, runs);                                                  \
    }                                                                                              \
    _Static_assert(sizeof(name) > 1, "a name")
#endif

/* Aborts, naming the input of this run and what went wrong. */
void fuzz_require(int holds, const char *what);

/* A copy with a 0 behind it, of its own size, so that a step too far is seen; free it. */
char *fuzz_text(const uint8_t *data, size_t bytes);

#endif
