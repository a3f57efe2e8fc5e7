/* The main of a fuzzer: see fuzz.h. */
#include "fuzz.h"

#include "fed_random.h"

#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t current_seed;
static const char *current_name, *current_file; /* one of the two says what runs */

void fuzz_require(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "fuzz: %s; again: ", what);
    if (current_file)
        fprintf(stderr, "%s %s\n", current_name, current_file);
    else
        fprintf(stderr, "TEST_SEED=%" PRIu64 " %s 1\n", current_seed,
                current_name ? current_name : "");
    abort();
}

char *fuzz_text(const uint8_t *data, size_t bytes)
{
    char *text = malloc(bytes + 1);
    if (!text)
        abort();
    memcpy(text, data, bytes);
    text[bytes] = '\0';
    return text;
}

static void run(const uint8_t *data, size_t bytes)
{
    uint8_t *exact = malloc(bytes > 0 ? bytes : 1); /* so that a step too far is seen */
    if (!exact)
        abort();
    memcpy(exact, data, bytes);
    LLVMFuzzerTestOneInput(exact, bytes);
    free(exact);
}

/* --- the corpus ----------------------------------------------------------------------------- */

struct input {
    uint8_t data[FUZZ_INPUT_BYTES];
    size_t bytes;
};

static void read_input(struct input *input, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        abort();
    }
    input->bytes = fread(input->data, 1, sizeof(input->data), file);
    fclose(file);
}

static void run_file(struct input *input, const char *path)
{
    current_file = path;
    read_input(input, path);
    run(input->data, input->bytes);
    current_file = NULL;
}

/* --- new inputs ----------------------------------------------------------------------------- */

static size_t below(struct fed_random *random, size_t limit)
{
    return (size_t)(fed_random_next(random) % limit);
}

static void make_random(struct input *input, struct fed_random *random)
{
    input->bytes = below(random, FUZZ_RANDOM_BYTES + 1);
    if (random->source.fill(random->source.context, input->data, input->bytes))
        abort();
}

/* A piece is taken out, said twice, or overwritten by another piece; or a byte is changed. */
static void change(struct input *input, struct fed_random *random)
{
    const size_t at = below(random, input->bytes), to = below(random, input->bytes);
    size_t piece = below(random, input->bytes - (at > to ? at : to));
    piece = piece < 32 ? piece : piece % 32;
    switch (below(random, 6)) {
    case 0:
        memmove(input->data + at, input->data + at + piece, input->bytes - at - piece);
        input->bytes -= piece;
        break;
    case 1:
        if (input->bytes + piece > sizeof(input->data))
            break;
        memmove(input->data + at + piece, input->data + at, input->bytes - at);
        input->bytes += piece;
        break;
    case 2:
        memmove(input->data + to, input->data + at, piece);
        break;
    case 3:
        input->data[at] ^= (uint8_t)(1 << below(random, 8));
        break;
    default:
        input->data[at] = (uint8_t)below(random, 256);
    }
}

static void one_run(struct input *input, const glob_t *corpus, uint64_t seed)
{
    struct fed_random random;
    current_seed = seed;
    fed_random_init(&random, NULL, 0, seed);
    if (corpus->gl_pathc == 0 || seed % 2 == 0) {
        make_random(input, &random);
    } else {
        read_input(input, corpus->gl_pathv[below(&random, corpus->gl_pathc)]);
        for (size_t i = below(&random, 8); i > 0 && input->bytes > 0; i--)
            change(input, &random);
    }
    run(input->data, input->bytes);
}

int fuzz_main(int argc, char **argv, const char *name, unsigned long runs)
{
    static struct input input;
    const uint64_t seed = test_seed();
    char pattern[128], *end = NULL;
    glob_t corpus = {0};
    current_name = argv[0];
    if (argc > 1)
        runs = strtoul(argv[1], &end, 10);
    if (end && *end) {
        for (int i = 1; i < argc; i++)
            run_file(&input, argv[i]);
        return 0;
    }
    snprintf(pattern, sizeof(pattern), FUZZ_CORPUS "/%s/*", name);
    if (glob(pattern, 0, NULL, &corpus) != 0)
        corpus.gl_pathc = 0;
    for (size_t i = 0; i < corpus.gl_pathc && runs != 1; i++)
        run_file(&input, corpus.gl_pathv[i]);
    for (unsigned long i = 0; i < runs; i++)
        one_run(&input, &corpus, seed + i);
    fprintf(stderr, "%s: %zu inputs of the corpus, %lu new ones\n", name, (size_t)corpus.gl_pathc,
            runs);
    runs += corpus.gl_pathc;
    globfree(&corpus);
    return runs > 0 ? 0 : 1;
}
