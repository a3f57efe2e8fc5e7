/*
 * A penguin to encrypt: ellipses in flat colours, one over the other. A row of 640 pixels is 120
 * blocks of 16 bytes, so that equal rows are equal blocks.
 */
#include "image.h"

#define WIDTH  640
#define HEIGHT 400

struct ellipse {
    int x, y, across, down; /* centre, and half of each axis */
    uint8_t colour[IMAGE_CHANNELS];
};

#define SKY                                                                                        \
    {                                                                                              \
        150, 200, 235                                                                              \
    }
#define SNOW                                                                                       \
    {                                                                                              \
        245, 245, 250                                                                              \
    }
#define BLACK                                                                                      \
    {                                                                                              \
        25, 25, 30                                                                                 \
    }
#define WHITE                                                                                      \
    {                                                                                              \
        255, 255, 255                                                                              \
    }
#define ORANGE                                                                                     \
    {                                                                                              \
        245, 150, 20                                                                               \
    }

/* From the back to the front. */
static const struct ellipse shapes[] = {
    {320, 420, 500, 70, SNOW},                               /* the ground */
    {270, 372, 50, 16, ORANGE},  {370, 372, 50, 16, ORANGE}, /* feet */
    {195, 235, 30, 95, BLACK},   {445, 235, 30, 95, BLACK},  /* wings */
    {320, 235, 130, 140, BLACK}, {320, 250, 88, 112, WHITE}, /* body, belly */
    {320, 105, 88, 80, BLACK},                               /* head */
    {285, 100, 26, 32, WHITE},   {355, 100, 26, 32, WHITE},  /* eyes */
    {290, 104, 10, 14, BLACK},   {350, 104, 10, 14, BLACK},  /* pupils */
    {320, 138, 42, 14, ORANGE},                              /* beak */
};

static void paint(struct image *image, int x, int y, const uint8_t colour[IMAGE_CHANNELS])
{
    for (int i = 0; i < IMAGE_CHANNELS; i++)
        image->pixels[(y * WIDTH + x) * IMAGE_CHANNELS + i] = colour[i];
}

static bool is_inside(const struct ellipse *shape, int x, int y)
{
    long across = (long)(x - shape->x) * shape->down, down = (long)(y - shape->y) * shape->across;
    long edge = (long)shape->across * shape->down;
    return across * across + down * down <= edge * edge;
}

bool image_penguin(struct image *image, struct problem *problem)
{
    static const uint8_t sky[] = SKY;
    if (!image_new(image, WIDTH, HEIGHT, problem))
        return false;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const uint8_t *colour = sky;
            for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
                if (is_inside(&shapes[i], x, y))
                    colour = shapes[i].colour;
            paint(image, x, y, colour);
        }
    return true;
}
