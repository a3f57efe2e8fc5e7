/*
 * Fuzzes the opener of sealed files with files of our own, changed in a few places. What opens
 * holds what was sealed: there is no second way to say it, but for what stands before the file is
 * known to be whole. Random bytes are tried as well.
 *
 * Parser: channel/keys/sealed_file_open.c channel/keys/sealed_stream.c
 */
#include "fuzz.h"
#include "output_file.h"
#include "pump.h"
#include "scratch.h"
#include "sealed_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SAMPLES     4
#define PLAIN_BYTES (SEALED_CHUNK_BYTES + 100)

static struct rsa_key *receivers[2], *sender;
static uint8_t plain[PLAIN_BYTES];
static struct {
    uint8_t *data;
    size_t bytes, plain_bytes;
    bool is_signed;
} samples[SAMPLES];
static char *folder, *path;

static int memory_file(const void *data, size_t bytes)
{
    int file = memfd_create("fuzzed", MFD_CLOEXEC);
    if (file < 0 || write(file, data, bytes) != (ssize_t)bytes || lseek(file, 0, SEEK_SET) != 0)
        abort();
    return file;
}

static uint8_t *read_back(size_t *bytes)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(2 * PLAIN_BYTES);
    if (!file || !data)
        abort();
    *bytes = fread(data, 1, 2 * PLAIN_BYTES, file);
    fclose(file);
    return data;
}

/* To one receiver and to two; empty, and of two chunks; signed, and not. */
static void prepare(void)
{
    folder = scratch_new();
    path = scratch_path(folder, "out");
    receivers[0] = pump_make_key(1024);
    receivers[1] = pump_make_key(1024);
    sender = pump_make_key(1024);
    for (size_t i = 0; i < sizeof(plain); i++)
        plain[i] = (uint8_t)(i * i);
    for (size_t i = 0; i < SAMPLES; i++) {
        struct output_file out;
        struct problem problem = {0};
        int in = memory_file(plain, samples[i].plain_bytes = i % 2 ? PLAIN_BYTES : 10 * i);
        samples[i].is_signed = i > 1;
        if (!output_file_open(&out, path, 0600, &problem) ||
            !sealed_file_seal(&out, in, (const struct rsa_key *const *)receivers, 1 + i % 2,
                              samples[i].is_signed ? sender : NULL, NULL, &problem) ||
            !output_file_finish(&out, &problem))
            abort();
        output_file_close(&out);
        close(in);
        samples[i].data = read_back(&samples[i].bytes);
    }
}

static void check(const uint8_t *data, size_t bytes, size_t which, bool changed, unsigned how)
{
    struct output_file out;
    struct problem problem = {0};
    struct sealed_sender said;
    const bool wants_sender = how & 1;
    int in = memory_file(data, bytes);
    if (!output_file_open(&out, path, 0600, &problem))
        abort();
    if (sealed_file_open(&out, &said, in, how & 2 ? sender : receivers[0],
                         wants_sender ? sender : NULL, NULL, &problem)) {
        size_t opened_bytes;
        uint8_t *opened;
        if (!output_file_finish(&out, &problem))
            abort();
        opened = read_back(&opened_bytes);
        fuzz_require(opened_bytes == samples[which].plain_bytes &&
                         memcmp(opened, plain, opened_bytes) == 0,
                     "it opens to something else");
        fuzz_require(!changed || !wants_sender, "a signed file was changed");
        free(opened);
    } else {
        fuzz_require(problem.message[0] != '\0', "refused without a word");
        fuzz_require(changed || how & 2 || (wants_sender && !samples[which].is_signed),
                     "a good file is refused");
    }
    output_file_close(&out);
    close(in);
}

/* Changes by fours: how, where, what. Most fields stand near the front. */
static size_t change(uint8_t *data, size_t bytes, const uint8_t *input, size_t input_bytes)
{
    for (size_t i = 0; i + 4 <= input_bytes && bytes > 0; i += 4) {
        size_t at = (size_t)input[i + 1] << 8 | input[i + 2];
        at = input[i] & 1 ? bytes - 1 - at % bytes : at % (bytes < 400 ? bytes : 400);
        switch (input[i] >> 1 & 3) {
        case 0:
            bytes = at; /* cut */
            break;
        case 1:
            memmove(data + at, data + at + 1, bytes - at - 1);
            bytes--;
            break;
        default:
            data[at] = (uint8_t)(data[at] ^ input[i + 3]);
        }
    }
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    uint8_t *copy;
    size_t which, size;
    if (!folder)
        prepare();
    if (bytes < 2)
        return 0;
    if (data[0] == 0xff) { /* nothing of ours */
        check(data + 2, bytes - 2, 0, true, data[1]);
        return 0;
    }
    which = data[0] % SAMPLES;
    size = samples[which].bytes;
    copy = malloc(size);
    memcpy(copy, samples[which].data, size);
    size = change(copy, size, data + 2, (bytes - 2) % 13);
    check(copy, size, which,
          size != samples[which].bytes || memcmp(copy, samples[which].data, size) != 0, data[1]);
    free(copy);
    return 0;
}

FUZZ_MAIN("sealed", 500);
