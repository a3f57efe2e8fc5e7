/*
 * The main of a fuzzer: a bounded number of runs from a printed seed. Built with -DLIBFUZZER a
 * fuzzer has no main, and libFuzzer calls LLVMFuzzerTestOneInput itself:
 *
 *     clang -g -O1 -fsanitize=fuzzer,address -DLIBFUZZER ... tests/fuzz/wire.c
 *
 *     NAME [RUNS]     TEST_SEED=N NAME 1 repeats the run that a failure names
 */
#ifndef GLASSBOX_TESTS_FUZZ_H
#define GLASSBOX_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_INPUT_BYTES 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* Calls LLVMFuzzerTestOneInput with random inputs, each of its own seed, counted from TEST_SEED. */
int fuzz_main(int argc, char **argv, const char *name, unsigned long runs);

/* Aborts, naming the seed of this run and what went wrong. */
void fuzz_require(int holds, const char *what);

#endif
