/*
 * A walk for people:
 *
 *     maskedDB = DB xor MGF1(seed)                            RFC 8017 7.1.1 2.f
 *         7a3f90...12 (223 bytes)
 *
 * Numbers below 2^64 are decimal, larger ones hexadecimal; what is long is folded to its ends.
 */
#include "console.h"
#include "walk.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD_DIGITS = 24, TAIL_DIGITS = 8, BOX_DIGITS = 12, WRAP_DIGITS = 64 };

struct printing {
    const struct walk *walk;
    size_t lines;
    bool folded; /* the gap has been shown */
};

/* --- values ---------------------------------------------------------------------------------- */

static void print_digits(const char *digits, bool full)
{
    size_t length = strlen(digits);
    if (full || length <= HEAD_DIGITS + TAIL_DIGITS + 3)
        fputs(digits, stdout);
    else
        printf("%.*s...%s", HEAD_DIGITS, digits, digits + length - TAIL_DIGITS);
}

static void print_number(mpz_srcptr number, bool full)
{
    char *text = NULL;
    bool small = mpz_sizeinbase(number, 2) <= 64;
    if (gmp_asprintf(&text, small ? "%Zd" : "%#Zx", number) < 0)
        return;
    print_digits(text, full);
    if (!small)
        printf(" (%zu bits)", mpz_sizeinbase(number, 2));
    rsa_text_free(text);
}

static void print_bytes(const uint8_t *bytes, size_t count, bool full)
{
    char *text = calloc(2, count + 1);
    for (size_t i = 0; text != NULL && i < count; i++)
        sprintf(text + 2 * i, "%02x", bytes[i]);
    if (text != NULL)
        print_digits(text, full);
    rsa_text_free(text);
    printf(" (%zu byte%s)", count, count == 1 ? "" : "s");
}

static void print_value(const struct rsa_step *told, bool full)
{
    fputs("    ", stdout);
    if (told->is_number) {
        mpz_t number;
        mpz_init(number);
        mpz_import(number, told->count, 1, 1, 1, 0, told->bytes);
        print_number(number, full);
        rsa_mpz_wipe(number);
    } else {
        print_bytes(told->bytes, told->count, full);
    }
    putchar('\n');
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
static void print_box_row(const struct rsa_step *told, int row)
{
    size_t at = 0;
    fputs("    ", stdout);
    for (size_t i = 0; i < RSA_MAX_BOXES && told->boxes[i].label != NULL; i++) {
        const struct rsa_box *box = &told->boxes[i];
        size_t width = box_width(box, told->bytes + at);
        char text[32] = "";
        if (row < 3)
            box_cell(text, sizeof(text), row, box, told->bytes + at);
        if (row < 3)
            printf("| %-*s ", (int)width, text);
        else
            printf("+%.*s", (int)width + 2, "--------------------------------");
        at += box->bytes;
    }
    puts(row < 3 ? "|" : "+");
}

static void print_boxes(const struct rsa_step *told)
{
    print_box_row(told, 3);
    for (int row = 0; row < 3; row++)
        print_box_row(told, row);
    print_box_row(told, 3);
}

/* --- the textbook's algorithms ---------------------------------------------------------------- */

static void print_line(void *context, const struct rsa_power_step *line)
{
    struct printing *printing = context;
    if (walk_is_folded(printing->walk, line->index, printing->lines)) {
        if (!printing->folded)
            puts("        ... and so on, bit by bit (--full shows all) ...");
        printing->folded = true;
        return;
    }
    printf("        bit %zu is %d: squared ", line->index, line->bit);
    print_number(line->squared, printing->walk->full);
    if (line->bit) {
        fputs(", times the base ", stdout);
        print_number(line->result, printing->walk->full);
    }
    putchar('\n');
}

static void print_row(void *context, const struct rsa_euclid_step *row)
{
    const struct printing *printing = context;
    const mpz_srcptr cells[] = {row->remainder, row->x, row->y, row->quotient};
    static const char *const between[] = {"        ", " = ", " * lambda + ", " * e   quotient "};
    for (size_t i = 0; i < 4; i++) {
        fputs(between[i], stdout);
        print_number(cells[i], printing->walk->full);
    }
    putchar('\n');
}

static bool print_algorithms(const struct walk *walk, size_t step)
{
    const struct rsa_step *told = &walk->steps[step].told;
    struct printing printing = {.walk = walk};
    bool right = true;
    if (told->power[0] != NULL) {
        printf("    square and multiply, along the bits of %s:\n", told->power[1]);
        right = walk_power(walk, step, &printing.lines, print_line, &printing);
    }
    if (walk_has_euclid(walk, step)) {
        puts("    the extended Euclid of lambda and e; beside e in the line of 1 stands d, modulo "
             "lambda:");
        right = walk_euclid(walk, step, print_row, &printing) && right;
    }
    return right;
}

/* --- the whole -------------------------------------------------------------------------------- */

bool walk_print(const struct walk *walk)
{
    bool right = true;
    for (size_t i = 0; i < walk->count; i++) {
        const struct rsa_step *told = &walk->steps[i].told;
        printf("%s%s%s = %s  %s[%s]%s\n", console_style(stdout, CONSOLE_BOLD), told->name,
               console_style(stdout, CONSOLE_PLAIN), told->formula,
               console_style(stdout, CONSOLE_DIM), told->section,
               console_style(stdout, CONSOLE_PLAIN));
        if (told->is_private && !walk->show_private) {
            puts("    (private)");
            continue;
        }
        print_value(told, walk->full);
        if (told->boxes[0].label != NULL)
            print_boxes(told);
        right = print_algorithms(walk, i) && right;
    }
    return right;
}
