/*
 * Reading keys in any format; see key_formats.h.
 *
 * The content shows what a file is:
 *     DER       its first bytes
 *     PEM       a line that begins a block
 *     JSON      a brace
 *     our CSV   a header row
 * All else is read line by line as OpenSSH writes it. A text of several formats is read piece by
 * piece (key_pieces.h). A byte order mark in front is skipped. What breaks a standard and yet is
 * clear is read, with a note.
 */
#include "byte_order_mark.h"
#include "key_der.h"
#include "key_file.h"
#include "key_foreign.h"
#include "key_formats.h"
#include "key_jwk.h"
#include "key_openssh.h"
#include "key_pieces.h"
#include "key_protected.h"
#include "pem.h"
#include "translate.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct key_finds *finds;
    const char *file;
    const char *text;
    size_t bytes;
    unsigned before; /* lines of the file in front of the text */
    const struct key_access *access;
    struct problem *problem;
};

/* problem_set with the file, and the line where it is known (not 0), in front. Always false. */
static bool fault(const struct reading *reading, unsigned line, const struct problem *inside)
{
    if (line > 0)
        problem_set(reading->problem, "%s:%u: %s", reading->file, line, inside->message);
    else
        problem_set(reading->problem, "%s: %s", reading->file, inside->message);
    return inside->hint[0] == '\0' ? false : problem_hint(reading->problem, "%s", inside->hint);
}

/* Says what is odd about what was read, to whoever listens. */
static void note(const struct reading *reading, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void note(const struct reading *reading, unsigned line, const char *format, ...)
{
    char what[PROBLEM_TEXT_BYTES / 2], text[PROBLEM_TEXT_BYTES];
    va_list arguments;
    if (!reading->access || !reading->access->note)
        return;
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), translate(format), arguments);
    va_end(arguments);
    if (line > 0)
        snprintf(text, sizeof(text), "%s:%u: %s", reading->file, line, what);
    else
        snprintf(text, sizeof(text), "%s: %s", reading->file, what);
    reading->access->note(text);
}

/* --- what was found -------------------------------------------------------------------------- */

void key_finds_free(struct key_finds *finds)
{
    for (size_t i = 0; i < finds->count; i++)
        rsa_key_free(finds->keys[i].key);
    free(finds->keys);
    *finds = (struct key_finds){0};
}

/* The name in a comment such as "anna@laptop". */
static void name_from(char name[KEY_NAME_BYTES], const char *comment)
{
    size_t length = strcspn(comment, "@ \t");
    name[0] = '\0';
    if (length >= KEY_NAME_BYTES)
        return;
    memcpy(name, comment, length);
    name[length] = '\0';
    if (!key_name_check(name, NULL))
        name[0] = '\0';
}

/* A pair and its public key are one key: the pair stays, and the first name. But two of our files
 * with two names are two. */
static bool merge(struct key_finds *finds, struct key_found *more)
{
    for (size_t i = 0; i < finds->count; i++) {
        struct key_found *found = &finds->keys[i];
        if (!rsa_key_equal_public(found->key, more->key) ||
            (found->own_name && more->own_name && strcmp(found->name, more->name) != 0))
            continue;
        if (rsa_key_is_private(more->key)) {
            struct rsa_key *public = found->key;
            found->key = more->key;
            found->iterations = more->iterations;
            more->key = public;
        }
        if (found->name[0] == '\0')
            strcpy(found->name, more->name);
        rsa_key_free(more->key);
        more->key = NULL;
        return true;
    }
    return false;
}

/* Takes the key over. */
static bool keep_found(const struct reading *reading, struct key_found found, const char *comment)
{
    struct key_finds *finds = reading->finds;
    name_from(found.name, comment);
    if (merge(finds, &found))
        return true;
    struct key_found *grown = finds->count < KEY_FORMATS_KEYS
                                  ? reallocarray(finds->keys, finds->count + 1, sizeof(*grown))
                                  : NULL;
    if (!grown) {
        rsa_key_free(found.key);
        return problem_set(reading->problem, "%s: no memory, or more than %u keys", reading->file,
                           KEY_FORMATS_KEYS);
    }
    finds->keys = grown;
    grown[finds->count++] = found;
    return true;
}

static bool keep(const struct reading *reading, struct rsa_key *key, const char *comment,
                 unsigned line)
{
    return keep_found(reading, (struct key_found){.key = key, .line = line}, comment);
}

/* --- the formats ----------------------------------------------------------------------------- */

/* Reads it under a passphrase. The prompt names the file, and the line if it is not the first. */
static bool read_protected(const struct reading *reading, const void *data, size_t bytes,
                           unsigned line)
{
    struct problem inside = {0};
    struct key_found found = {.line = line};
    struct pbes2 frame;
    char what[PROBLEM_TEXT_BYTES];
    if (!pbes2_read(&frame, data, bytes, &inside))
        return fault(reading, line, &inside);
    found.iterations = frame.iterations;
    snprintf(what, sizeof(what), line > 1 ? "%s:%u" : "%s", reading->file, line);
    return key_protected_open(&found.key, &frame, reading->access, what, reading->problem) &&
           keep_found(reading, found, "");
}

/* DER of this kind; line: where it stands, 0 if that is the whole file. */
static bool read_der_as(struct rsa_key **key, const struct reading *reading, enum key_der kind,
                        const void *data, size_t bytes, unsigned line, struct problem *problem)
{
    const char *oddity;
    if (!key_der_read(key, &oddity, kind, data, bytes, problem))
        return false;
    if (oddity)
        note(reading, line, "%s: %s", key_der_name(kind), oddity);
    return true;
}

static bool read_der(const struct reading *reading)
{
    struct problem inside = {0};
    struct rsa_key *key;
    enum key_der kind = key_der_kind(reading->text, reading->bytes);
    if (kind == KEY_DER_ENCRYPTED)
        return read_protected(reading, reading->text, reading->bytes, 0);
    if (read_der_as(&key, reading, kind, reading->text, reading->bytes, 0, &inside))
        return keep(reading, key, "", 0);
    return fault(reading, 0, &inside);
}

static enum key_der kind_of_label(const char *label)
{
    enum key_der kind = 0;
    while (kind < KEY_DERS && strcmp(key_der_label(kind), label) != 0)
        kind++;
    return kind;
}

/* Blocks that may stand beside an RSA key: keys of other algorithms, and what is no key at all. */
static bool pass_over(struct key_finds *finds, const char *label)
{
    static const char *const labels[] = {
        "EC PRIVATE KEY", "DSA PRIVATE KEY",     "PGP PUBLIC KEY BLOCK",
        "EC PARAMETERS",  "DH PARAMETERS",       "DSA PARAMETERS",
        "X509 CRL",       "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"};
    enum { OTHER_KEYS = 3 };
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        if (strcmp(label, labels[i]) != 0)
            continue;
        if (i < OTHER_KEYS)
            finds->others++;
        else
            finds->beside = labels[i];
        return true;
    }
    return false;
}

/* The label says what is inside; where that cannot be, the content decides. The content does not
 * come first, because a key of a few bits looks like more than one thing. */
static bool read_der_block(struct rsa_key **key, const struct reading *reading,
                           const struct pem_block *block, struct problem *problem)
{
    enum key_der said = kind_of_label(block->label), seen = key_der_kind(block->data, block->bytes);
    if (said < KEY_DERS &&
        read_der_as(key, reading, said, block->data, block->bytes, block->line, problem))
        return true;
    if (seen == said || seen == KEY_DERS ||
        !read_der_as(key, reading, seen, block->data, block->bytes, block->line, NULL))
        return said < KEY_DERS ? false
                               : problem_set(problem, "this is not a key in a format known here");
    note(reading, block->line, "the label says %s, but inside is %s (%s), and so it is read",
         block->label, key_der_name(seen), key_der_label(seen));
    return true;
}

static bool read_block(struct rsa_key **key, char comment[KEY_OPENSSH_COMMENT_BYTES],
                       const struct reading *reading, const struct pem_block *block,
                       struct problem *problem)
{
    struct problem inside = {0};
    bool done;
    if (strcmp(block->label, KEY_OPENSSH_PRIVATE_LABEL) == 0)
        done = key_openssh_read_private(key, comment, block->data, block->bytes, &inside);
    else if (strcmp(block->label, KEY_OPENSSH_SSH2_LABEL) == 0)
        done = key_openssh_read_blob(key, block->data, block->bytes, &inside);
    else
        done = read_der_block(key, reading, block, &inside);
    if (done)
        return true;
    problem_set(problem, "%s: %s", block->label, inside.message);
    return inside.hint[0] == '\0' ? false : problem_hint(problem, "%s", inside.hint);
}

static bool keep_block(const struct reading *reading, const struct pem_block *block)
{
    struct problem inside = {0};
    struct rsa_key *key;
    char comment[KEY_OPENSSH_COMMENT_BYTES];
    snprintf(comment, sizeof(comment), "%s", block->comment);
    if (pass_over(reading->finds, block->label))
        return true;
    if (key_der_kind(block->data, block->bytes) == KEY_DER_ENCRYPTED) {
        if (kind_of_label(block->label) != KEY_DER_ENCRYPTED)
            note(reading, block->line, "the label says %s, but inside is a key under a passphrase",
                 block->label);
        return read_protected(reading, block->data, block->bytes, block->line);
    }
    if (read_block(&key, comment, reading, block, &inside))
        return keep(reading, key, comment, block->line);
    return fault(reading, block->line, &inside);
}

static bool read_pem(const struct reading *reading)
{
    struct pem_reader reader = {
        .at = reading->text, .left = reading->bytes, .line = reading->before + 1};
    for (;;) {
        struct problem inside = {0};
        struct pem_block block;
        switch (pem_next(&block, &reader, &inside)) {
        case PEM_NONE:
            return true;
        case PEM_FAULT:
            return fault(reading, 0, &inside);
        case PEM_BLOCK:
            break;
        }
        bool done = keep_block(reading, &block);
        pem_block_free(&block);
        if (!done)
            return false;
    }
}

static bool keep_jwk(void *context, struct rsa_key *key, const char *name)
{
    return keep(context, key, name, 0);
}

static void pass_jwk(void *context, size_t entry, const char *why)
{
    note(context, 0, "key %zu of the set was passed over: %s", entry, why);
}

static bool read_jwk(struct reading *reading)
{
    const struct key_jwk_listener listener = {keep_jwk, pass_jwk, reading};
    struct problem inside = {0};
    if (key_jwk_read(reading->text, reading->bytes, &listener, &reading->finds->others, &inside))
        return true;
    return inside.message[0] == '\0' ? false : fault(reading, 0, &inside);
}

/* The whole key; marks such as published, seed or flaw are judged later. */
static bool read_csv(const struct reading *reading, const struct csv_table *table, const char *file)
{
    struct key_access access = reading->access ? *reading->access : (struct key_access){0};
    struct stored_key key;
    access.allow_published = access.allow_seeded = access.any_family = true;
    access.allow_flawed = true;
    if (!key_file_read(&key, table, file, 0, KEY_WHOLE, &access, reading->problem))
        return false;
    const struct key_found found = {.key = key.key,
                                    .line = reading->before > 0 ? reading->before + 1 : 0,
                                    .marks = key.marks,
                                    .own_name = key.name[0] != '\0',
                                    .iterations = key.iterations};
    return keep_found(reading, found, key.name);
}

/* Reads each line by itself; the first line that is none ends it. */
static bool read_lines(const struct reading *reading)
{
    const char *at = reading->text, *end = at + reading->bytes;
    for (unsigned line = reading->before + 1; at < end; line++) {
        struct problem inside = {0};
        struct rsa_key *key;
        char comment[KEY_OPENSSH_COMMENT_BYTES];
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((!stop ? end : stop) - at);
        size_t shown = length > 0 && at[length - 1] == '\r' ? length - 1 : length;
        switch (key_openssh_read_line(&key, comment, at, shown, &inside)) {
        case KEY_OPENSSH_KEY:
            if (!keep(reading, key, comment, line))
                return false;
            break;
        case KEY_OPENSSH_OTHER:
            reading->finds->others++;
            break;
        case KEY_OPENSSH_EMPTY:
            break;
        case KEY_OPENSSH_NONE:
            problem_set(&inside, "this is not a key in a format known here");
            problem_hint(&inside, "known are PEM and DER of PKCS#1, PKCS#8, SPKI and X.509, "
                                  "OpenSSH, JWK, and our CSV");
            return fault(reading, line, &inside);
        case KEY_OPENSSH_FAULT:
            return fault(reading, line, &inside);
        }
        at += !stop ? length : length + 1;
    }
    return true;
}

/* --- which is it? ---------------------------------------------------------------------------- */

/* A SEQUENCE whose first element shows that it is no text beginning with the digit 0. */
static bool is_der(const struct reading *reading)
{
    size_t bytes = reading->bytes < 16 ? reading->bytes : 16;
    if (bytes == 0 || reading->text[0] != DER_SEQUENCE)
        return false;
    for (size_t i = 0; i < bytes; i++) {
        uint8_t byte = (uint8_t)reading->text[i];
        if (byte < '\t' || byte >= 0x80)
            return true;
    }
    return false;
}

static bool has_block(const struct reading *reading)
{
    return memmem(reading->text, reading->bytes, "-----BEGIN ", 11) ||
           memmem(reading->text, reading->bytes, "---- BEGIN ", 11);
}

static bool begins_with_brace(const struct reading *reading)
{
    size_t at = 0;
    while (at < reading->bytes && memchr(" \t\r\n", reading->text[at], 4))
        at++;
    return at < reading->bytes && reading->text[at] == '{';
}

/* The table counts its lines from where it begins: its messages say where that is. */
static bool read_text(const struct reading *reading)
{
    struct csv_table *table;
    char file[PATH_MAX + 32];
    if (reading->before == 0)
        snprintf(file, sizeof(file), "%s", reading->file);
    else
        snprintf(file, sizeof(file), "%s (from line %u on)", reading->file, reading->before + 1);
    bool csv = csv_table_parse(&table, file, reading->text, reading->bytes, NULL) &&
               key_file_is(table);
    bool done = csv ? read_csv(reading, table, file) : read_lines(reading);
    csv_table_free(table);
    return done;
}

static bool read_piece(struct reading *reading)
{
    if (has_block(reading))
        return read_pem(reading);
    return begins_with_brace(reading) ? read_jwk(reading) : read_text(reading);
}

static bool read_any(const struct reading *whole)
{
    struct key_pieces pieces = {whole->text, whole->bytes, 0};
    struct key_piece piece;
    bool done = true;
    if (is_der(whole))
        return read_der(whole);
    while (done && key_pieces_next(&piece, &pieces)) {
        struct reading reading = *whole;
        reading.text = piece.text;
        reading.bytes = piece.bytes;
        reading.before = piece.before;
        done = read_piece(&reading);
    }
    return done;
}

bool key_formats_read(struct key_finds *finds, const char *file, const void *data, size_t bytes,
                      const struct key_access *access, struct problem *problem)
{
    size_t mark = byte_order_mark(data, bytes);
    const struct reading reading = {finds,  file,   (const char *)data + mark, bytes - mark, 0,
                                    access, problem};
    *finds = (struct key_finds){0};
    bool done = key_foreign_check(file, reading.text, reading.bytes, problem) && read_any(&reading);
    if (done && finds->count == 0) {
        const char *beside = finds->others > 0 ? "keys of other kinds" : finds->beside;
        done = problem_set(problem, "%s: there is no RSA key in it%s%s", file,
                           beside ? ", only " : "", beside ? beside : "");
        if (beside && strstr(beside, "REQUEST"))
            problem_hint(problem,
                         "openssl req -in %s -pubkey -noout takes the public key out of it", file);
    }
    if (!done)
        key_finds_free(finds);
    return done;
}
