/*
 * Pictures: PNG by libpng; PPM and PGM (netpbm's P6 and P5, 8 bits a sample) by hand.
 *
 * Pixels are red, green, blue, a byte each, row by row from the top, without gaps.
 */
#ifndef GLASSBOX_CIPHER_IMAGE_H
#define GLASSBOX_CIPHER_IMAGE_H

#include "problem.h"

#include <stddef.h>
#include <stdint.h>

#define IMAGE_CHANNELS  3
#define IMAGE_MOST_SIDE 4096u /* pixels */

struct image {
    unsigned width, height;
    uint8_t *pixels;
};

static inline size_t image_bytes(const struct image *image)
{
    return (size_t)image->width * image->height * IMAGE_CHANNELS;
}

/* Black. */
bool image_new(struct image *image, unsigned width, unsigned height, struct problem *problem)
    __attribute__((warn_unused_result));
void image_free(struct image *image); /* fine on a {0} */

/* What is transparent becomes white. */
bool image_read(struct image *image, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));
/* PPM if path ends in .ppm, else PNG; the file appears when it is whole. */
bool image_write(const struct image *image, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));

/* Our own: a penguin of ellipses, in flat colours. */
bool image_penguin(struct image *image, struct problem *problem)
    __attribute__((warn_unused_result));

#endif
