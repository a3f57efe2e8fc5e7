/*
 * The published RSA answers: see rsa_answers.h.
 */
#include "rsa_answers.h"

#include "hex.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VECTORS "/usr/lib/python3/dist-packages/cryptography_vectors"

enum { MOST_FIELDS = 40, MOST_NAME = 80, MOST_VALUE = 20000 };

struct field {
    char name[MOST_NAME];
    char value[MOST_VALUE];
};

struct answers {
    FILE *file;
    char where[1200];
    size_t path_length;
    unsigned line;
    char text[MOST_VALUE];
    struct field fields[MOST_FIELDS];
    size_t count;
    struct field *open; /* the label whose hex is being read */
    bool pending;       /* text holds a line that was read ahead */
};

struct answers *answers_open(const char *name)
{
    struct answers *answers = calloc(1, sizeof(*answers));
    const char *given = getenv("CRYPTOGRAPHY_VECTORS");
    int length;

    cr_assert_not_null(answers);
    length = snprintf(answers->where, sizeof(answers->where), "%s/asymmetric/RSA/%s",
                      given ? given : VECTORS, name);
    answers->file = fopen(answers->where, "r");
    cr_assert_not_null(answers->file, "%s: cannot be read (package python3-cryptography-vectors)",
                       answers->where);
    answers->path_length = (size_t)length;
    return answers;
}

void answers_close(struct answers *answers)
{
    fclose(answers->file);
    free(answers);
}

const char *answers_where(const struct answers *answers)
{
    return answers->where;
}

static struct field *find(const struct answers *answers, const char *name)
{
    for (size_t i = 0; i < answers->count; i++)
        if (strcmp(answers->fields[i].name, name) == 0)
            return (struct field *)&answers->fields[i];
    return NULL;
}

/* The field of this name, emptied. */
static struct field *begin(struct answers *answers, const char *name, size_t length)
{
    char copy[MOST_NAME];

    snprintf(copy, sizeof(copy), "%.*s", (int)length, name);
    struct field *field = find(answers, copy);
    if (!field) {
        cr_assert_lt(answers->count, (size_t)MOST_FIELDS, "%s: too many fields", answers->where);
        field = &answers->fields[answers->count++];
        memcpy(field->name, copy, sizeof(copy));
    }
    field->value[0] = '\0';
    return field;
}

static void append(struct field *field, const char *text)
{
    size_t length = strlen(field->value);

    for (; *text; text++)
        if (!isspace((unsigned char)*text) && length + 1 < MOST_VALUE)
            field->value[length++] = *text;
    field->value[length] = '\0';
}

static bool read_line(struct answers *answers)
{
    if (answers->pending) {
        answers->pending = false;
        return true;
    }
    if (!fgets(answers->text, sizeof(answers->text), answers->file))
        return false;
    snprintf(answers->where + answers->path_length, sizeof(answers->where) - answers->path_length,
             ":%u", ++answers->line);
    return true;
}

/* "# Label:" begins a field whose hex follows; any other comment ends one. */
static void take_comment(struct answers *answers)
{
    const char *label = answers->text + 1 + strspn(answers->text + 1, " ");
    const char *colon = strchr(label, ':');

    answers->open = NULL;
    if (colon && strspn(colon + 1, " \r\n") == strlen(colon + 1))
        answers->open = begin(answers, label, (size_t)(colon - label));
}

/* One line; returns the field that it completes, if any. */
static struct field *take_line(struct answers *answers)
{
    const char *equals = strchr(answers->text, '=');
    struct field *done = NULL;

    if (answers->text[0] == '#') {
        done = answers->open && answers->open->value[0] ? answers->open : NULL;
        if (done) {
            answers->open = NULL;
            answers->pending = true; /* this line again, next time */
            return done;
        }
        take_comment(answers);
    } else if (answers->open) {
        append(answers->open, answers->text);
    } else if (equals && answers->text[0] != '[') {
        size_t length = strcspn(answers->text, " =");
        done = begin(answers, answers->text, length);
        append(done, equals + 1);
    }
    return done;
}

bool answers_until(struct answers *answers, const char *last)
{
    while (read_line(answers)) {
        const struct field *done = take_line(answers);
        if (done && strcmp(done->name, last) == 0)
            return true;
    }
    /* The end completes the last label too, once. */
    const struct field *done = answers->open;
    answers->open = NULL;
    return done && strcmp(done->name, last) == 0;
}

const char *answers_text(const struct answers *answers, const char *name)
{
    const struct field *field = find(answers, name);

    cr_assert_not_null(field, "%s: no field \"%s\" so far", answers->where, name);
    return field->value;
}

uint8_t *answers_bytes(const struct answers *answers, const char *name, size_t *bytes)
{
    return hex_decode(answers_text(answers, name), bytes);
}

static struct rsa_key *make_key(const struct answers *answers, size_t numbers)
{
    static const char *const names[RSA_NUMBERS][2] = {
        {"n", "Modulus"},           {"e", "Public exponent"}, {"d", "Exponent"},
        {"p", "Prime 1"},           {"q", "Prime 2"},         {"dp", "Prime exponent 1"},
        {"dq", "Prime exponent 2"}, {"qinv", "Coefficient"}};
    char *text[RSA_NUMBERS] = {NULL};
    enum rsa_number bad;
    struct rsa_key *key;

    for (size_t i = 0; i < numbers; i++) {
        const struct field *nist = find(answers, names[i][0]);
        const struct field *field = nist ? nist : find(answers, names[i][1]);
        if (field)
            cr_assert_neq(asprintf(&text[i], "0x%s", field->value), -1);
    }
    enum rsa_error error = rsa_key_from_text(&key, (const char *const *)text, &bad);
    cr_assert_eq(error, RSA_OK, "%s: %s: %s", answers->where, rsa_number_name(bad),
                 rsa_strerror(error));
    for (size_t i = 0; i < RSA_NUMBERS; i++)
        free(text[i]);
    return key;
}

struct rsa_key *answers_pair(const struct answers *answers)
{
    return make_key(answers, RSA_NUMBERS);
}

struct rsa_key *answers_public(const struct answers *answers)
{
    return make_key(answers, RSA_E + 1);
}
