/*
 * A walk as JSON; docs/keytool.md has the keys.
 */
#include "hexadecimal.h"
#include "walk.h"

#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

struct lines {
    const struct walk *walk;
    json_t *array;
    size_t count;
};

static void wiping_free(void *data)
{
    if (data)
        explicit_bzero(data, malloc_usable_size(data));
    free(data);
}

/* "0x..." of a number, negative ones with a - in front; of bytes, two digits each. */
static json_t *number_text(mpz_srcptr number)
{
    char *text = NULL;
    if (gmp_asprintf(&text, "%s%#Zx", mpz_sgn(number) == 0 ? "0x" : "", number) < 0)
        return NULL;
    json_t *value = json_string(text);
    rsa_text_free(text);
    return value;
}

static json_t *bytes_text(const struct rsa_step *told)
{
    char *text = hex_string(told->bytes, told->count);
    json_t *value = json_string(text);
    rsa_text_free(text);
    return value;
}

static json_t *value_text(const struct rsa_step *told)
{
    if (!told->is_number)
        return bytes_text(told);
    mpz_t number;
    mpz_init(number);
    mpz_import(number, told->count, 1, 1, 1, 0, told->bytes);
    json_t *value = number_text(number);
    rsa_mpz_wipe(number);
    return value;
}

static void add_line(void *context, const struct rsa_power_step *line)
{
    struct lines *lines = context;
    if (walk_is_folded(lines->walk, line->index, lines->count))
        return;
    json_array_append_new(lines->array,
                          json_pack("{s:I, s:i, s:o, s:o}", "index", (json_int_t)line->index, "bit",
                                    line->bit, "squared", number_text(line->squared), "result",
                                    number_text(line->result)));
}

static void add_row(void *context, const struct rsa_euclid_step *row)
{
    struct lines *lines = context;
    json_array_append_new(lines->array,
                          json_pack("{s:o, s:o, s:o, s:o}", "quotient", number_text(row->quotient),
                                    "remainder", number_text(row->remainder), "x",
                                    number_text(row->x), "y", number_text(row->y)));
}

static bool add_power(json_t *object, const struct walk *walk, size_t step)
{
    const char *const *power = walk->steps[step].told.power;
    struct lines lines = {.walk = walk, .array = json_array()};
    bool done = walk_power(walk, step, &lines.count, add_line, &lines);
    return json_object_set_new(object, "power",
                               json_pack("{s:s, s:s, s:s, s:o}", "base", power[0], "exponent",
                                         power[1], "modulus", power[2], "lines", lines.array)) ==
               0 &&
           done;
}

static bool add_euclid(json_t *object, const struct walk *walk, size_t step)
{
    struct lines lines = {.walk = walk, .array = json_array()};
    bool done = walk_euclid(walk, step, add_row, &lines);
    return json_object_set_new(object, "euclid", lines.array) == 0 && done;
}

static json_t *boxes_array(const struct rsa_step *told)
{
    json_t *array = json_array();
    for (size_t i = 0; i < RSA_MAX_BOXES && told->boxes[i].label; i++)
        json_array_append_new(array, json_pack("{s:s, s:I}", "label", told->boxes[i].label, "bytes",
                                               (json_int_t)told->boxes[i].bytes));
    return array;
}

static json_t *step_object(const struct walk *walk, size_t step, bool *right)
{
    const struct rsa_step *told = &walk->steps[step].told;
    bool hidden = told->is_private && !walk->show_private;
    json_t *object = json_pack("{s:s, s:s, s:s, s:b, s:s, s:o, s:o}", "name", told->name, "formula",
                               told->formula, "section", told->section, "private", told->is_private,
                               "kind", told->is_number ? "number" : "bytes", "value",
                               hidden ? json_null() : value_text(told), "boxes", boxes_array(told));
    if (walk_shows_power(walk, step))
        *right = add_power(object, walk, step) && *right;
    if (!hidden && walk_has_euclid(walk, step))
        *right = add_euclid(object, walk, step) && *right;
    return object;
}

bool walk_print_json(const struct walk *walk)
{
    bool right = true;
    json_set_alloc_funcs(malloc, wiping_free);
    json_t *steps = json_array();
    for (size_t i = 0; i < walk->count; i++)
        json_array_append_new(steps, step_object(walk, i, &right));
    json_t *object = json_pack("{s:s, s:o}", "walk", walk->what, "steps", steps);
    bool done = right && object &&
                (json_dumpf(object, stdout, JSON_INDENT(2)) == 0 ||
                 ferror(stdout) != 0); /* what cannot be written, console_finish says */
    if (done)
        putchar('\n');
    json_decref(object);
    return done;
}
