/*
 * A fingerprint as a picture; see fingerprint_art.h.
 */
#include "fingerprint_art.h"

#include <stdio.h>
#include <string.h>

#define WIDTH  FINGERPRINT_ART_WIDTH
#define HEIGHT FINGERPRINT_ART_HEIGHT

/* By the number of visits; then where he started and where he ended. */
static const char marks[] = " .o+=*BOX@%&#/^SE";
enum { MARK_START = sizeof(marks) - 3, MARK_END, MOST_VISITS = MARK_START - 1 };

/* One step on a line of `size` squares; the walls hold him. */
static void step(int *at, int forward, int size)
{
    *at += forward ? 1 : -1;
    *at = *at < 0 ? 0 : *at >= size ? size - 1 : *at;
}

static void walk(uint8_t board[HEIGHT][WIDTH], const uint8_t digest[FINGERPRINT_BYTES])
{
    int x = WIDTH / 2, y = HEIGHT / 2;
    memset(board, 0, (size_t)HEIGHT * WIDTH);
    for (size_t i = 0; i < FINGERPRINT_BYTES; i++) {
        for (int move = 0; move < 8; move += 2) { /* the lowest bits first */
            step(&x, digest[i] >> move & 1, WIDTH);
            step(&y, digest[i] >> move & 2, HEIGHT);
            if (board[y][x] < MOST_VISITS)
                board[y][x]++;
        }
    }
    board[HEIGHT / 2][WIDTH / 2] = MARK_START;
    board[y][x] = MARK_END;
}

/* +----[label]----+, the shorter half on the left. */
static char *put_border(char *out, const char *label)
{
    size_t bytes = strlen(label), left = (WIDTH - bytes) / 2;
    *out = '+';
    memset(out + 1, '-', WIDTH);
    memcpy(out + 1 + left, label, bytes);
    out[WIDTH + 1] = '+';
    return out + WIDTH + 2;
}

void fingerprint_art(char text[FINGERPRINT_ART_BYTES], const struct rsa_key *key)
{
    uint8_t digest[FINGERPRINT_BYTES], board[HEIGHT][WIDTH];
    char title[WIDTH];
    fingerprint_digest(digest, key);
    walk(board, digest);
    snprintf(title, sizeof(title), "[RSA %u]", rsa_key_bits(key));
    text = put_border(text, title);
    for (int y = 0; y < HEIGHT; y++) {
        *text++ = '\n';
        *text++ = '|';
        for (int x = 0; x < WIDTH; x++)
            *text++ = marks[board[y][x]];
        *text++ = '|';
    }
    *text++ = '\n';
    *put_border(text, "[SHA256]") = '\0';
}
