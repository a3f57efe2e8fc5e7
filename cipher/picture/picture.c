/*
 * cipher picture: the pixels of a picture under a cipher, as a picture of the same size.
 *
 * The nonce and what padding adds at the end are left out: this is for looking, not for decrypting.
 */
#include "cipher.h"
#include "crypt_stream.h"
#include "image.h"
#include "output_file.h"
#include "translate.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK        SYM_CBC_BLOCK_BYTES
#define NO_CIPHER    "none"
#define MOST_COLUMNS 64u /* of what is shown at a terminal */
#define LEAST_CELLS  32u /* so many columns must be left if cells are whole blocks */

struct picture_options {
    const char *cipher, *image, *output;
    struct key_options key;
    bool show, json;
};

#define S struct picture_options
static const struct option_row rows[] = {
    ARGUMENT(S, cipher, "no cipher given; 'none' is the picture as it is"),
    ARGUMENT(S, image, NULL),
    GROUP(S, key, key_table),
    TEXT(S, output, "output", 'o', "FILE", "Write the picture: PNG, or PPM if it ends in .ppm"),
    FLAG(S, show, "show", 0, "Show it at the terminal, too, in signs from dark to light"),
    FLAG(S, json, "json", 0, "Print JSON: sizes, and how many blocks differ"),
    {0}};
#undef S
static const struct option_table table = {
    .rows = rows,
    .arguments = N_("CIPHER [IMAGE]"),
    .text = N_(
        "Encrypts the pixels of a picture (PNG, PPM, PGM; a penguin of ours without one), and "
        "writes or shows what comes out as a picture of the same size. Key and nonce are "
        "00 01 02 .. unless they are given."
        "\vExamples:\n"
        "  cipher picture none\n"
        "  cipher picture aes-128-ecb\n"
        "  cipher picture aes-128-cbc photo.png -o photo.cbc.png"),
};

/* --- encrypting ------------------------------------------------------------------------------ */

static bool encrypt(uint8_t *out, const struct cipher *cipher, const struct cipher_key *key,
                    const uint8_t *in, size_t bytes, struct problem *problem)
{
    struct crypt_stream *stream = calloc(1, sizeof(*stream));
    size_t written = 0, got;
    bool done = stream || problem_memory(problem);
    if (done)
        crypt_begin(stream, cipher, true, key, key->nonce);
    for (size_t at = 0; done && written < bytes; at += CRYPT_PIECE) {
        size_t left = at < bytes ? bytes - at : 0;
        done = left > 0
                   ? crypt_update(stream, in + at, left < CRYPT_PIECE ? left : CRYPT_PIECE, problem)
                   : crypt_final(stream, problem);
        if (!done)
            break;
        const uint8_t *data = stream->out;
        got = stream->out_bytes;
        if (left == 0 && stream->message.count > 0) {
            data = stream->message.data;
            got = stream->message.count;
        }
        got = got < bytes - written ? got : bytes - written;
        memcpy(out + written, data, got);
        written += got;
    }
    if (stream)
        crypt_end(stream);
    free(stream);
    return done;
}

/* What was not given is 00 01 02 ... */
static bool read_key(struct cipher_key *key, const struct cipher *cipher,
                     const struct key_options *given, struct problem *problem)
{
    static const char digits[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    struct key_options options = *given;
    char text[sizeof(digits)];
    enum console_status status;
    snprintf(text, sizeof(text), "%.*s", (int)(2 * cipher->key_bytes), digits);
    if (strcmp(cipher->name, "caesar") == 0)
        strcpy(text, "03");
    if (!options.key && !options.text && !options.file && cipher->key_bytes > 0)
        options.key = text;
    if (!key_read(key, &status, cipher, &options, problem))
        return false;
    for (size_t i = 0; i < sizeof(key->nonce) && !key->has_nonce; i++)
        key->nonce[i] = (uint8_t)i;
    return true;
}

/* --- looking at it --------------------------------------------------------------------------- */

static int compare_blocks(const void *a, const void *b)
{
    return memcmp(a, b, BLOCK);
}

/* Whole blocks that differ from each other; 0 without memory. */
static size_t different_blocks(const struct image *image)
{
    size_t count = image_bytes(image) / BLOCK, different = count > 0;
    uint8_t *blocks = malloc(count * BLOCK + 1);
    if (!blocks)
        return 0;
    memcpy(blocks, image->pixels, count * BLOCK);
    qsort(blocks, count, BLOCK, compare_blocks);
    for (size_t i = 1; i < count; i++)
        different += memcmp(blocks + i * BLOCK, blocks + (i - 1) * BLOCK, BLOCK) != 0;
    free(blocks);
    return different;
}

/* The average of the bytes of a cell, its left upper corner given. */
static double brightness(const struct image *image, unsigned left, unsigned top, unsigned across,
                         unsigned down)
{
    unsigned long sum = 0, count = 0;
    for (unsigned y = top; y < top + down && y < image->height; y++)
        for (unsigned x = left; x < left + across && x < image->width; x++)
            for (unsigned i = 0; i < IMAGE_CHANNELS; i++, count++)
                sum += image->pixels[((size_t)y * image->width + x) * IMAGE_CHANNELS + i];
    return count == 0 ? 0 : (double)sum / (double)count;
}

/* Cells that are whole blocks wide, if the picture is large enough: then equal blocks look alike.
 * From the darkest cell to the lightest, all signs are used. */
static void show(const struct image *image)
{
    static const char ramp[] = "@%#*+=-:. ";
    size_t columns = console_columns(stdout);
    unsigned most = columns < MOST_COLUMNS ? (unsigned)columns : MOST_COLUMNS;
    unsigned across = (image->width + most - 1) / most, whole = (across + 15) / 16 * 16;
    if (image->width / whole >= LEAST_CELLS)
        across = whole;
    unsigned down = across + across / 4;
    double least = 255, largest = 0;
    for (unsigned y = 0; y < image->height; y += down)
        for (unsigned x = 0; x < image->width; x += across) {
            double value = brightness(image, x, y, across, down);
            least = value < least ? value : least;
            largest = value > largest ? value : largest;
        }
    for (unsigned y = 0; y < image->height; y += down) {
        char line[MOST_COLUMNS + 2];
        size_t at = 0;
        for (unsigned x = 0; x < image->width; x += across) {
            double value = brightness(image, x, y, across, down) - least;
            double scale = largest > least ? largest - least : 1;
            line[at++] = ramp[(size_t)(value / scale * (sizeof(ramp) - 2) + 0.5)];
        }
        while (at > 0 && line[at - 1] == ' ')
            at--;
        line[at] = '\0';
        puts(line);
    }
}

/* --- the command ----------------------------------------------------------------------------- */

static void tell(const struct picture_options *options, const struct image *image, size_t before,
                 size_t after)
{
    size_t count = image_bytes(image) / BLOCK;
    if (options->json) {
        json_t *object = json_pack("{s:s, s:i, s:i, s:I, s:I, s:I}", "cipher", options->cipher,
                                   "width", (int)image->width, "height", (int)image->height,
                                   "blocks", (json_int_t)count, "different_before",
                                   (json_int_t)before, "different_after", (json_int_t)after);
        json_dumpf(object, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(object);
        return;
    }
    printf(_("%u by %u pixels, %zu blocks, %zu different"), image->width, image->height, count,
           before);
    if (strcmp(options->cipher, NO_CIPHER) != 0)
        printf(_("; under %s %zu different"), options->cipher, after);
    putchar('\n');
}

static bool apply(struct image *image, const struct picture_options *options,
                  struct problem *problem)
{
    struct cipher cipher;
    struct cipher_key key = {0};
    if (strcmp(options->cipher, NO_CIPHER) == 0)
        return true;
    if (!cipher_find(&cipher, options->cipher) || cipher.kind == CIPHER_LETTERS) {
        problem_set(problem, "there is no cipher of bytes '%s'", options->cipher);
        return problem_hint(problem, "cipher list has them all; 'none' leaves the picture as it "
                                     "is");
    }
    uint8_t *out = malloc(image_bytes(image));
    bool done = (out || problem_memory(problem)) &&
                read_key(&key, &cipher, &options->key, problem) &&
                encrypt(out, &cipher, &key, image->pixels, image_bytes(image), problem);
    if (done)
        memcpy(image->pixels, out, image_bytes(image));
    free(out);
    key_free(&key);
    return done;
}

static int run(const struct picture_options *options, struct problem *problem)
{
    struct image image = {0};
    enum console_status status = CONSOLE_FAILED;
    if (!output_file_spares(options->output, options->image, problem) ||
        !output_file_spares(options->output, options->key.file, problem))
        return console_problem(problem, CONSOLE_USAGE);
    bool done = options->image ? image_read(&image, options->image, problem)
                               : image_penguin(&image, problem);
    if (done) {
        size_t before = different_blocks(&image);
        status = CONSOLE_USAGE;
        done = apply(&image, options, problem);
        if (done && (options->show || (!options->output && !options->json)))
            show(&image);
        if (done)
            tell(options, &image, before, different_blocks(&image));
    }
    if (done && options->output) {
        status = CONSOLE_FAILED;
        done = image_write(&image, options->output, problem);
    }
    image_free(&image);
    return done ? CONSOLE_DONE : console_problem(problem, status);
}

int cipher_picture(int argc, char **argv)
{
    struct picture_options options = {.cipher = NULL};
    struct problem problem = {0};
    console_parse(&table, argc, argv, &options);
    return run(&options, &problem);
}
