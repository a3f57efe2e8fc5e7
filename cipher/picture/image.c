/* Pictures, read and written: see image.h. */
#include "image.h"

#include "output_file.h"
#include "whole_file.h"

#include <ctype.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT ((size_t)64 * 1024 * 1024)

bool image_new(struct image *image, unsigned width, unsigned height, struct problem *problem)
{
    *image = (struct image){width, height, NULL};
    if (width == 0 || height == 0 || width > IMAGE_MOST_SIDE || height > IMAGE_MOST_SIDE)
        return problem_set(problem, "a picture of %u by %u pixels: 1 to %u a side are possible",
                           width, height, IMAGE_MOST_SIDE);
    image->pixels = calloc(1, image_bytes(image));
    return image->pixels || problem_memory(problem);
}

void image_free(struct image *image)
{
    free(image->pixels);
    *image = (struct image){0};
}

/* --- PNG ------------------------------------------------------------------------------------- */

static bool read_png(struct image *image, const struct whole_file *file, const char *path,
                     struct problem *problem)
{
    png_image png = {.version = PNG_IMAGE_VERSION};
    const png_color white = {255, 255, 255};
    if (!png_image_begin_read_from_memory(&png, file->data, file->bytes))
        return problem_set(problem, "%s: no PNG that can be read: %s", path, png.message);
    png.format = PNG_FORMAT_RGB;
    bool done = image_new(image, png.width, png.height, problem);
    if (done && !png_image_finish_read(&png, &white, image->pixels, 0, NULL)) {
        problem_set(problem, "%s: no PNG that can be read: %s", path, png.message);
        done = false;
    }
    png_image_free(&png);
    return done;
}

static bool make_png(uint8_t **data, size_t *bytes, const struct image *image,
                     struct problem *problem)
{
    png_image png = {.version = PNG_IMAGE_VERSION,
                     .width = image->width,
                     .height = image->height,
                     .format = PNG_FORMAT_RGB};
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png);
    *data = malloc(size);
    if (!*data)
        return problem_memory(problem);
    if (!png_image_write_to_memory(&png, *data, &size, 0, image->pixels, 0, NULL))
        return problem_set(problem, "cannot make a PNG: %s", png.message);
    *bytes = size;
    return true;
}

/* --- PPM and PGM ----------------------------------------------------------------------------- */

/* The next number of the head; blanks and comments go before it. 0: there is none. */
static unsigned head_number(const struct whole_file *file, size_t *at)
{
    unsigned number = 0;
    while (*at < file->bytes && (isspace((uint8_t)file->data[*at]) || file->data[*at] == '#')) {
        const bool comment = file->data[*at] == '#';
        while (comment && *at < file->bytes && file->data[*at] != '\n')
            (*at)++;
        *at += *at < file->bytes;
    }
    while (*at < file->bytes && isdigit((uint8_t)file->data[*at]) && number < 100000)
        number = 10 * number + (unsigned)(file->data[(*at)++] - '0');
    return number;
}

static bool read_netpbm(struct image *image, const struct whole_file *file, const char *path,
                        struct problem *problem)
{
    bool grey = file->data[1] == '5';
    size_t at = 2;
    unsigned width = head_number(file, &at), height = head_number(file, &at);
    unsigned most = head_number(file, &at);
    at++; /* one blank ends the head */
    if (most != 255)
        return problem_set(problem, "%s: a PPM or PGM of 8 bits a sample has 255 in its head",
                           path);
    if (!image_new(image, width, height, problem))
        return false;
    size_t wanted = image_bytes(image) / (grey ? IMAGE_CHANNELS : 1);
    if (at > file->bytes || file->bytes - at < wanted)
        return problem_set(problem, "%s ends in the middle of its pixels", path);
    for (size_t i = 0; i < image_bytes(image); i++)
        image->pixels[i] = (uint8_t)file->data[at + (grey ? i / IMAGE_CHANNELS : i)];
    return true;
}

/* --- both ------------------------------------------------------------------------------------ */

bool image_read(struct image *image, const char *path, struct problem *problem)
{
    struct whole_file file;
    bool done = false;
    *image = (struct image){0};
    if (!whole_file_read(&file, path, FILE_LIMIT, problem))
        return false;
    if (file.bytes > 8 && png_sig_cmp((png_const_bytep)file.data, 0, 8) == 0)
        done = read_png(image, &file, path, problem);
    else if (file.bytes > 8 && (memcmp(file.data, "P6", 2) == 0 || memcmp(file.data, "P5", 2) == 0))
        done = read_netpbm(image, &file, path, problem);
    else if (!problem_set(problem, "%s is neither PNG nor PPM or PGM", path))
        problem_hint(problem, "convert or pnmtopng make one of other formats");
    whole_file_free(&file);
    if (!done)
        image_free(image);
    return done;
}

static bool ends_in(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);
    return length >= tail && strcmp(path + length - tail, end) == 0;
}

bool image_write(const struct image *image, const char *path, struct problem *problem)
{
    struct output_file out = {0};
    char head[64] = "";
    uint8_t *png = NULL;
    const uint8_t *data = image->pixels;
    size_t bytes = image_bytes(image);
    bool done = true;
    if (ends_in(path, ".ppm")) {
        snprintf(head, sizeof(head), "P6\n%u %u\n255\n", image->width, image->height);
    } else {
        done = make_png(&png, &bytes, image, problem);
        data = png;
    }
    done = done && output_file_open(&out, path, 0666, problem) &&
           output_file_write(&out, head, strlen(head), problem) &&
           output_file_write(&out, data, bytes, problem) && output_file_finish(&out, problem);
    output_file_close(&out);
    free(png);
    return done;
}
