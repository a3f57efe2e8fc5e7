/*
 * Keys on their way into an allow-list; see candidates.h.
 */
#include "candidates.h"
#include "allow_terms.h"
#include "console.h"
#include "known_peers.h"
#include "translate.h"
#include "weak_key.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void candidates_free(struct candidates *candidates)
{
    for (size_t i = 0; i < candidates->count; i++) {
        rsa_key_free(candidates->list[i].key);
        free(candidates->list[i].source);
    }
    free(candidates->list);
    *candidates = (struct candidates){0};
}

void candidates_take(struct candidates *candidates, struct rsa_key *key, enum key_family family,
                     const char *name, const char *format, ...)
{
    struct candidate *grown = reallocarray(candidates->list, candidates->count + 1, sizeof(*grown));
    char *source = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (grown)
        candidates->list = grown;
    if (!grown || vasprintf(&source, translate(format), arguments) < 0) {
        rsa_key_free(key);
        candidates->faults++;
        console_error("no memory");
    } else {
        struct candidate *made = &grown[candidates->count++];
        *made = (struct candidate){.key = key, .family = family, .source = source};
        snprintf(made->name, sizeof(made->name), "%s", name);
    }
    va_end(arguments);
}

void candidates_choose_family(struct candidates *candidates, enum key_family family)
{
    size_t kept = 0;
    for (size_t i = 0; i < candidates->count; i++) {
        struct candidate *candidate = &candidates->list[i];
        if (candidate->family == FAMILY_TEXTBOOK && family == FAMILY_MODERN) {
            console_error("%s: a key of the textbook suite, and a key serves one purpose",
                          candidate->source);
            rsa_key_free(candidate->key);
            free(candidate->source);
        } else {
            candidate->family = family;
            candidates->list[kept++] = *candidate;
        }
    }
    candidates->faults += candidates->count - kept;
    candidates->count = kept;
}

/* --- letting in ------------------------------------------------------------------------------ */

static struct allow_new entry_of(const struct candidate *candidate, const struct allow_new *terms)
{
    struct allow_new entry = *terms;
    entry.key = candidate->key;
    entry.family = candidate->family;
    entry.source = candidate->source;
    if (!entry.name)
        entry.name = candidate->name;
    return entry;
}

/* The fault with its source in front. Always false. */
static bool say_fault(const struct candidate *candidate, const struct problem *inside)
{
    struct problem problem = {0};
    problem_set(&problem, "%s: %s", candidate->source, inside->message);
    problem_hint(&problem, "%s", inside->hint);
    console_problem(&problem, CONSOLE_FAILED);
    return false;
}

/* names[i] is "" for one that was passed over. How many cannot come in. */
static size_t add_all(struct allow_edit *edit, char (*names)[KEY_NAME_BYTES],
                      const struct candidates *candidates, const struct allow_new *terms,
                      bool pass_known)
{
    size_t faults = 0;
    for (size_t i = 0; i < candidates->count; i++) {
        const struct candidate *candidate = &candidates->list[i];
        const struct allow_new entry = entry_of(candidate, terms);
        struct problem problem = {0};
        if (pass_known && allow_list_find_key(allow_edit_before(edit), candidate->key))
            continue;
        faults += (!weak_key_check(candidate->key, "the key", &problem) ||
                   !allow_edit_add(edit, &entry, names[i], &problem)) &&
                  !say_fault(candidate, &problem);
    }
    return faults;
}

static void report(const struct candidates *candidates, char (*names)[KEY_NAME_BYTES],
                   const struct allow_new *terms, const char *path)
{
    size_t added = 0;
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    for (size_t i = 0; i < candidates->count; i++) {
        const struct candidate *candidate = &candidates->list[i];
        if (names[i][0] == '\0') {
            console_note("%s: allowed already", candidate->source);
            continue;
        }
        added++;
        fingerprint_text(fingerprint, candidate->key);
        printf(_("allowed %s: %s\n"), names[i], fingerprint);
        if (candidate->family == FAMILY_TEXTBOOK)
            console_note("%s: in the suites textbook and dh, and no other", names[i]);
        else
            allow_terms_note_bits(names[i], rsa_key_bits(candidate->key));
        allow_terms_note_expiry(names[i], terms->expires);
    }
    if (candidates->count > 1)
        console_note("added to %s: %zu of %zu", path, added, candidates->count);
}

/* Who is allowed waits no longer. If the rows cannot be taken out, they are allowed still. */
static void forget_pending(const struct candidates *candidates, const struct home *home)
{
    char path[HOME_PATH_BYTES];
    struct problem problem = {0};
    uint8_t(*digests)[FINGERPRINT_BYTES] = calloc(candidates->count + 1, sizeof(*digests));
    home_path(path, home, HOME_PENDING);
    for (size_t i = 0; digests && i < candidates->count; i++)
        fingerprint_digest(digests[i], candidates->list[i].key);
    if (!digests)
        problem_memory(&problem);
    if (!digests || !pending_rows_remove(path, digests, candidates->count, &problem))
        console_problem(&problem, CONSOLE_FAILED);
    free(digests);
}

bool candidates_let_in(const struct candidates *candidates, const struct home *home,
                       const char *path, const struct allow_new *terms, bool pass_known)
{
    struct problem problem = {0};
    struct allow_edit *edit = NULL;
    char(*names)[KEY_NAME_BYTES] = calloc(candidates->count + 1, sizeof(*names));
    bool done = names || problem_memory(&problem);
    done = done && allow_edit_begin(&edit, path, &problem);
    size_t faults = candidates->faults;
    if (done)
        faults += add_all(edit, names, candidates, terms, pass_known);
    done = done && faults == 0 && allow_edit_write(edit, &problem);
    allow_edit_end(edit);
    if (done) {
        report(candidates, names, terms, path);
        forget_pending(candidates, home);
    } else if (problem.message[0] != '\0') {
        console_problem(&problem, CONSOLE_FAILED);
    } else if (candidates->count + candidates->faults > 1) {
        console_error("nothing was added: %zu of %zu are at fault", faults,
                      candidates->count + candidates->faults);
    }
    free(names);
    return done;
}
