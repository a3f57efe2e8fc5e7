/*
 * A walk for people:
 *
 *     maskedDB = DB xor MGF1(seed)                            RFC 8017 7.1.1 2.f
 *         7a3f90...12 (223 bytes)
 *
 * What is long is folded to its ends (abbreviate.h).
 */
#include "abbreviate.h"
#include "console.h"
#include "translate.h"
#include "walk.h"

struct printing {
    const struct walk *walk;
    size_t lines;
    bool folded; /* the gap has been shown */
};

static void print_number(mpz_srcptr number, bool full)
{
    abbreviate_number(stdout, number, full);
}

static void print_value(const struct rsa_step *told, bool full)
{
    fputs("    ", stdout);
    (told->is_number ? abbreviate_integer : abbreviate_bytes)(stdout, told->bytes, told->count,
                                                              full);
    putchar('\n');
}

/* --- the textbook's algorithms ---------------------------------------------------------------- */

static void print_line(void *context, const struct rsa_power_step *line)
{
    struct printing *printing = context;
    if (walk_is_folded(printing->walk, line->index, printing->lines)) {
        if (!printing->folded)
            puts(_("        ... and so on, bit by bit (--full shows all) ..."));
        printing->folded = true;
        return;
    }
    printf(_("        bit %zu is %d: squared "), line->index, line->bit);
    print_number(line->squared, printing->walk->full);
    if (line->bit) {
        fputs(_(", times the base "), stdout);
        print_number(line->result, printing->walk->full);
    }
    putchar('\n');
}

static void print_row(void *context, const struct rsa_euclid_step *row)
{
    const struct printing *printing = context;
    const mpz_srcptr cells[] = {row->remainder, row->x, row->y, row->quotient};
    static const char *const between[] = {"        ", " = ", " * lambda + ",
                                          N_(" * e   quotient ")};
    for (size_t i = 0; i < 4; i++) {
        fputs(translate(between[i]), stdout);
        print_number(cells[i], printing->walk->full);
    }
    putchar('\n');
}

static bool print_algorithms(const struct walk *walk, size_t step)
{
    const struct rsa_step *told = &walk->steps[step].told;
    struct printing printing = {.walk = walk};
    bool right = true;
    if (walk_shows_power(walk, step)) {
        printf(_("    square and multiply, along the bits of %s:\n"), told->power[1]);
        right = walk_power(walk, step, &printing.lines, print_line, &printing);
    }
    if (walk_has_euclid(walk, step)) {
        puts(
            _("    the extended Euclid of lambda and e; beside e in the line of 1 stands d, modulo "
              "lambda:"));
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
        printf("%s%s%s = %s  %s[%s]%s\n", console_style(stdout, CONSOLE_BOLD),
               translate(told->name), console_style(stdout, CONSOLE_PLAIN),
               translate(told->formula), console_style(stdout, CONSOLE_DIM), told->section,
               console_style(stdout, CONSOLE_PLAIN));
        if (told->is_private && !walk->show_private) {
            puts(_("    (private)"));
            continue;
        }
        print_value(told, walk->full);
        if (told->boxes[0].label)
            abbreviate_boxes(stdout, "    ", told->boxes, told->bytes);
        right = print_algorithms(walk, i) && right;
    }
    return right;
}
