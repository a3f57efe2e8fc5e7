/* Long values, folded to their ends; see abbreviate.h. */
#include "abbreviate.h"
#include "hexadecimal.h"

#include "rsa_key.h"
#include "rsa_memory.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD_DIGITS = 24, TAIL_DIGITS = 8, BOX_DIGITS = 12 };

/* --- values ---------------------------------------------------------------------------------- */

static void put_digits(FILE *out, const char *digits, bool full)
{
    size_t length = strlen(digits);
    if (full || length <= HEAD_DIGITS + TAIL_DIGITS + 3)
        fputs(digits, out);
    else
        fprintf(out, "%.*s...%s", HEAD_DIGITS, digits, digits + length - TAIL_DIGITS);
}

void abbreviate_number(FILE *out, mpz_srcptr number, bool full)
{
    char *text = NULL;
    bool small = mpz_sizeinbase(number, 2) <= 64;
    if (gmp_asprintf(&text, small ? "%Zd" : "%#Zx", number) < 0)
        return;
    put_digits(out, text, full);
    if (!small)
        fprintf(out, translate_count(" (%zu bit)", " (%zu bits)", mpz_sizeinbase(number, 2)),
                mpz_sizeinbase(number, 2));
    rsa_text_free(text);
}

void abbreviate_bytes(FILE *out, const uint8_t *bytes, size_t count, bool full)
{
    char *text = hex_string(bytes, count);
    if (text)
        put_digits(out, text, full);
    rsa_text_free(text);
    fprintf(out, translate_count(" (%zu byte)", " (%zu bytes)", count), count);
}

void abbreviate_integer(FILE *out, const uint8_t *bytes, size_t count, bool full)
{
    mpz_t number;
    mpz_init(number);
    mpz_import(number, count, 1, 1, 1, 0, bytes);
    abbreviate_number(out, number, full);
    rsa_mpz_wipe(number);
}

/* --- boxes ----------------------------------------------------------------------------------- */

/* What a box shows of its bytes: all of them if there are few, else both ends. */
static void box_digits(char text[BOX_DIGITS + 1], const uint8_t *bytes, size_t count)
{
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t at = strlen(text);
        if (count > BOX_DIGITS / 2 && i == 2) {
            strcat(text, "...");
            i = count - 2;
            at += 3;
        }
        sprintf(text + at, "%02x", bytes[i]);
    }
}

static void box_cell(char *out, size_t space, int row, const struct rsa_box *box,
                     const uint8_t *bytes)
{
    if (row == 0)
        snprintf(out, space, "%s", box->label);
    else if (row == 1)
        snprintf(out, space, "%zu", box->bytes);
    else
        box_digits(out, bytes, box->bytes);
}

static size_t box_width(const struct rsa_box *box, const uint8_t *bytes)
{
    size_t width = 0;
    for (int row = 0; row < 3; row++) {
        char text[32];
        box_cell(text, sizeof(text), row, box, bytes);
        width = strlen(text) > width ? strlen(text) : width;
    }
    return width;
}

/* Three rows in a frame: labels, sizes in bytes, contents; row 3 is the frame's line. */
static void put_box_row(FILE *out, const struct rsa_box *boxes, const uint8_t *bytes, int row)
{
    size_t at = 0;
    for (size_t i = 0; i < RSA_MAX_BOXES && boxes[i].label; i++) {
        size_t width = box_width(&boxes[i], bytes + at);
        char text[32] = "";
        if (row < 3)
            box_cell(text, sizeof(text), row, &boxes[i], bytes + at);
        if (row < 3)
            fprintf(out, "| %-*s ", (int)width, text);
        else
            fprintf(out, "+%.*s", (int)width + 2, "----------------------------------");
        at += boxes[i].bytes;
    }
    fputs(row < 3 ? "|\n" : "+\n", out);
}

void abbreviate_boxes(FILE *out, const char *indent, const struct rsa_box *boxes,
                      const uint8_t *bytes)
{
    static const int rows[] = {3, 0, 1, 2, 3};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fputs(indent, out);
        put_box_row(out, boxes, bytes, rows[i]);
    }
}
