/*
 * Who shares with whom, as a picture: the keys on a ring, an edge for each prime that two of
 * them have, a star with the prime in its middle where there are more.
 */
#include "audit.h"
#include "html.h"
#include "output_file.h"
#include "translate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RING_MOST 240 /* keys; of more, those that share are drawn, as far as there is room */
#define HALF      380.0
#define RADIUS    230.0

struct ring {
    const struct audit *audit;
    size_t *keys; /* in their order on the ring */
    size_t count;
    FILE *out;
};

static bool shares(const struct audit *audit, size_t index)
{
    AUDIT_EACH_FINDING(audit, index, at)
    if (strcmp(audit->findings[at].name, "shared") == 0)
        return true;
    return false;
}

static bool open_ring(struct ring *ring)
{
    const struct audit *audit = ring->audit;
    bool all = audit->told <= RING_MOST;
    ring->keys = reallocarray(NULL, RING_MOST, sizeof(*ring->keys));
    for (size_t i = 0; ring->keys && i < audit->key_count && ring->count < RING_MOST; i++)
        if (audit->keys[i].twin == AUDIT_NONE && audit->keys[i].bits > 0 &&
            (all || shares(audit, i)))
            ring->keys[ring->count++] = i;
    return ring->keys != NULL;
}

static double angle_of(const struct ring *ring, size_t place)
{
    return 2 * M_PI * (double)place / (double)ring->count - M_PI / 2;
}

/* The place of a key, or of the one that it is told as; AUDIT_NONE: not drawn. */
static size_t place_of(const struct ring *ring, size_t index)
{
    const struct audit_key *keys = ring->audit->keys;
    while (keys[index].twin != AUDIT_NONE)
        index = keys[index].twin;
    for (size_t i = 0; i < ring->count; i++)
        if (ring->keys[i] == index)
            return i;
    return AUDIT_NONE;
}

struct point {
    double x, y;
};

static struct point at(const struct ring *ring, size_t place, double radius)
{
    const double angle = angle_of(ring, place), x = cos(angle), y = sin(angle);
    return (struct point){radius * x, radius * y};
}

static void put_edge(const struct ring *ring, struct point from, struct point to)
{
    fprintf(ring->out, "<line class=\"edge\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
            from.x, from.y, to.x, to.y);
}

static void put_prime(const struct ring *ring, struct point middle, size_t number)
{
    fprintf(ring->out,
            "<rect class=\"prime\" x=\"%.1f\" y=\"%.1f\" width=\"26\" height=\"18\" rx=\"4\"/>"
            "<text class=\"prime-name\" x=\"%.1f\" y=\"%.1f\">p%zu</text>\n",
            middle.x - 13, middle.y - 9, middle.x, middle.y + 4, number);
}

static void put_shared(const struct ring *ring, size_t number)
{
    const struct rsa_batch_shared *shared = &ring->audit->batch.shared[number];
    struct point middle = {0, 0};
    size_t drawn = 0;
    for (size_t i = 0; i < shared->count; i++) {
        size_t place = place_of(ring, shared->indices[i]);
        if (place == AUDIT_NONE)
            continue;
        middle.x += at(ring, place, RADIUS).x;
        middle.y += at(ring, place, RADIUS).y;
        drawn++;
    }
    if (drawn < 2)
        return;
    middle.x /= (double)drawn;
    middle.y /= (double)drawn;
    for (size_t i = 0; i < shared->count; i++) {
        size_t place = place_of(ring, shared->indices[i]);
        if (place != AUDIT_NONE)
            put_edge(ring, at(ring, place, RADIUS), middle);
    }
    put_prime(ring, middle, number + 1);
}

/* Names stand outside, along the ray, so that neighbours do not meet. */
static void put_key(const struct ring *ring, size_t place)
{
    size_t index = ring->keys[place];
    double angle = angle_of(ring, place) * 180 / M_PI;
    bool left = angle > 90 && angle < 270;
    struct point dot = at(ring, place, RADIUS), word = at(ring, place, RADIUS + 13);
    char name[AUDIT_NAME_BYTES];
    fprintf(ring->out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\"/>",
            ring->audit->keys[index].verdict == RSA_BROKEN ? "broken" : "whole", dot.x, dot.y);
    fprintf(ring->out,
            "<text class=\"key-name\" text-anchor=\"%s\" dominant-baseline=\"central\" "
            "transform=\"translate(%.1f %.1f) rotate(%.1f)\">",
            left ? "end" : "start", word.x, word.y, left ? angle - 180 : angle);
    audit_name(name, ring->audit, index);
    html_text(ring->out, name, strnlen(name, 22));
    fputs("</text>\n", ring->out);
}

void audit_draw_graph(FILE *out, const struct audit *audit)
{
    struct ring ring = {.audit = audit, .out = out};
    if (!open_ring(&ring))
        return;
    for (size_t i = 0; i < audit->batch.shared_count && i < RING_MOST; i++)
        put_shared(&ring, i);
    for (size_t i = 0; i < ring.count; i++)
        put_key(&ring, i);
    if (ring.count == RING_MOST && audit->told > RING_MOST)
        fprintf(
            out,
            _("<text class=\"key-name\" x=\"%.0f\" y=\"%.0f\">the first %d that share</text>\n"),
            -HALF + 10, HALF - 10, RING_MOST);
    free(ring.keys);
}

bool audit_write_graph(const struct audit *audit, const char *path, struct problem *problem)
{
    static const char style[] =
        "svg{background:#fff;font:12px system-ui,sans-serif}.edge{stroke:#a3160f;stroke-width:1.6}"
        ".prime{fill:#fff;stroke:#a3160f}.prime-name{text-anchor:middle;fill:#a3160f}"
        ".whole{fill:#9aa59c}.broken{fill:#a3160f}.key-name{fill:#1d1c1a}"
        "@media(prefers-color-scheme:dark){svg{background:#15171b}.edge,.prime{stroke:#ff9a8f}"
        ".prime{fill:#15171b}.prime-name{fill:#ff9a8f}.broken{fill:#ff9a8f}.whole{fill:#5d6a60}"
        ".key-name{fill:#e9e6e0}}";
    struct output_file out = {0};
    bool done = output_file_open_drawing(&out, path, 0666, "<svg", problem);
    if (done) {
        fprintf(out.stream,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"%.0f %.0f %.0f %.0f\" "
                "role=\"img\" aria-label=\"who shares a prime with whom\">\n<style>%s</style>\n",
                -HALF, -HALF, 2 * HALF, 2 * HALF, style);
        audit_draw_graph(out.stream, audit);
        fputs("</svg>\n", out.stream);
        done = output_file_finish(&out, problem);
    }
    output_file_close(&out);
    return done;
}
