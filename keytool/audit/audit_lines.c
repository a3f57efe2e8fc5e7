/*
 * Moduli as text, one a line: decimal, hexadecimal after 0x, or as `openssl rsa -modulus` prints
 * them; the exponent may stand behind it.
 *
 *     0xc79a6f38f618...  65537
 *     Modulus=C79A6F38F618...
 *     # a comment
 */
#include "audit.h"
#include "printable.h"
#include "rsa_key.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DECIMAL_DIGITS (RSA_MAX_BITS / 3)          /* more than any number may have */
#define LINE_BYTES     (2 * (DECIMAL_DIGITS + 16)) /* n, e and what is around them */

struct lines {
    struct audit *audit;
    const char *name; /* for messages */
    size_t file;
    unsigned line;
    mpz_t n, e;
    struct problem *problem;
};

static bool bad(const struct lines *lines, const char *what, const char *word)
{
    char shown[PRINTABLE_SPACE(24)];
    printable_text(shown, sizeof(shown), word, strnlen(word, 24));
    problem_set(lines->problem, "%s:%u: %s: '%s'%s", lines->name, lines->line, what, shown,
                strlen(word) > 24 ? "..." : "");
    return problem_hint(lines->problem,
                        "a line is n, or n and e: decimal, hexadecimal after 0x, or "
                        "Modulus=... of openssl; # begins a comment");
}

/* "Modulus=" counts as 0x. */
static bool read_number(mpz_t number, const struct lines *lines, const char *word)
{
    int base = 10;
    const char *digits = word;
    if (strncmp(word, "Modulus=", 8) == 0 || strncmp(word, "0x", 2) == 0) {
        digits += word[0] == 'M' ? 8 : 2;
        base = 16;
    }
    size_t length = strlen(digits), right = 0;
    while (right < length && (base == 16 ? isxdigit((unsigned char)digits[right])
                                         : isdigit((unsigned char)digits[right])))
        right++;
    if (length == 0 || right < length)
        return bad(lines, "this is no number", word);
    if (length > DECIMAL_DIGITS || mpz_set_str(number, digits, base) != 0 ||
        mpz_sizeinbase(number, 2) > RSA_MAX_BITS) {
        problem_set(lines->problem, "%s:%u: a number of %zu digits", lines->name, lines->line,
                    length);
        return problem_hint(lines->problem, "moduli have at most %d bits here", RSA_MAX_BITS);
    }
    return true;
}

static bool keep(struct lines *lines, bool has_e)
{
    uint8_t bytes[2 * RSA_MAX_BYTES];
    size_t n_bytes = 0, e_bytes = 0;
    struct audit *audit = lines->audit;
    struct audit_key *key = audit_add_key(audit);
    if (!key)
        return problem_memory(lines->problem);
    mpz_export(bytes, &n_bytes, 1, 1, 1, 0, lines->n);
    if (has_e)
        mpz_export(bytes + n_bytes, &e_bytes, 1, 1, 1, 0, lines->e);
    key->file = lines->file;
    key->line = lines->line;
    key->bits = n_bytes > 0 ? (unsigned)mpz_sizeinbase(lines->n, 2) : 0;
    return audit_set_numbers(audit, bytes, n_bytes, e_bytes, lines->problem) &&
           (audit_judge(audit, audit->key_count - 1, NULL, lines->n, has_e ? lines->e : NULL) ||
            problem_memory(lines->problem));
}

static bool read_line(struct lines *lines, char *text)
{
    static const char blanks[] = " \t\r\n,";
    char *rest = NULL;
    const char *n = strtok_r(text, blanks, &rest), *e = n ? strtok_r(NULL, blanks, &rest) : NULL;
    const char *more = e ? strtok_r(NULL, blanks, &rest) : NULL;
    if (!n || n[0] == '#')
        return true;
    e = e && e[0] == '#' ? NULL : e;
    if (e && more && more[0] != '#')
        return bad(lines, "this is a third word", more);
    return read_number(lines->n, lines, n) && (!e || read_number(lines->e, lines, e)) &&
           keep(lines, e != NULL);
}

static bool read_stream(struct lines *lines, FILE *stream)
{
    char *text = malloc(LINE_BYTES);
    bool done = text || problem_memory(lines->problem);
    while (done && fgets(text, LINE_BYTES, stream)) {
        lines->line++;
        if (strlen(text) + 1 < LINE_BYTES || text[LINE_BYTES - 2] == '\n') {
            done = read_line(lines, text);
        } else {
            problem_set(lines->problem, "%s:%u: a line of more than %d letters", lines->name,
                        lines->line, LINE_BYTES - 2);
            done = problem_hint(lines->problem, "moduli have at most %d bits here", RSA_MAX_BITS);
        }
    }
    if (done && ferror(stream))
        done = problem_errno(lines->problem, "cannot read %s", lines->name);
    free(text);
    return done;
}

bool audit_read_lines(struct audit *audit, const char *path, struct problem *problem)
{
    bool standard = strcmp(path, "-") == 0;
    struct lines lines = {.audit = audit,
                          .name = standard ? "stdin" : path,
                          .file = audit->file_count - 1,
                          .problem = problem};
    FILE *stream = standard ? stdin : fopen(path, "re");
    if (!stream)
        return problem_errno(problem, "cannot read %s", path);
    mpz_inits(lines.n, lines.e, NULL);
    bool done = read_stream(&lines, stream);
    mpz_clears(lines.n, lines.e, NULL);
    if (!standard)
        fclose(stream);
    return done;
}
