/* The main of a fuzzer: see fuzz.h. */
#include "fuzz.h"

#include "fed_random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t current_seed;
static const char *current_name;

void fuzz_require(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "fuzz: %s; again: TEST_SEED=%" PRIu64 " %s 1\n", what, current_seed,
            current_name ? current_name : "");
    abort();
}

static void one_run(uint64_t seed)
{
    struct fed_random random;
    uint8_t input[FUZZ_INPUT_BYTES];
    size_t bytes;
    current_seed = seed;
    fed_random_init(&random, NULL, 0, seed);
    bytes = (size_t)(fed_random_next(&random) % (sizeof(input) + 1));
    if (random.source.fill(random.source.context, input, bytes))
        abort();
    LLVMFuzzerTestOneInput(input, bytes);
}

int fuzz_main(int argc, char **argv, const char *name, unsigned long runs)
{
    uint64_t seed = test_seed();
    current_name = argv[0];
    if (argc > 1)
        runs = strtoul(argv[1], NULL, 10);
    for (unsigned long run = 0; run < runs; run++)
        one_run(seed + run);
    printf("%s: %lu runs\n", name, runs);
    return runs > 0 ? 0 : 1;
}
