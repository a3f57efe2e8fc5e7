/*
 * Names by their looks, sorted, so that those that are alike lie side by side; see allow_confusables.h.
 */
#include "allow_confusables.h"
#include "name_skeleton.h"

#include <stdlib.h>
#include <string.h>

struct look {
    enum key_family family; /* names of one family are held against each other */
    enum name_skeleton kind;
    char text[KEY_NAME_BYTES];
    const struct allow_entry *entry;
};

struct allow_confusables {
    size_t count;
    struct look looks[];
};

/* Whether two looks are the same one. */
static int compare(const struct look *a, const struct look *b)
{
    if (a->family != b->family)
        return (int)a->family - (int)b->family;
    return a->kind != b->kind ? (int)a->kind - (int)b->kind : strcmp(a->text, b->text);
}

static int compare_for_sort(const void *a, const void *b)
{
    const struct look *first = a, *second = b;
    int order = compare(first, second);
    unsigned line = first->entry->line, other = second->entry->line;
    return order != 0 ? order : (line > other) - (line < other);
}

struct allow_confusables *allow_confusables_new(const struct allow_entry *entries, size_t count)
{
    struct allow_confusables *made =
        malloc(sizeof(*made) + NAME_SKELETONS * count * sizeof(made->looks[0]));
    if (!made)
        return NULL;
    made->count = NAME_SKELETONS * count;
    for (size_t i = 0; i < made->count; i++) {
        struct look *look = &made->looks[i];
        look->entry = &entries[i / NAME_SKELETONS];
        look->family = look->entry->family;
        look->kind = (enum name_skeleton)(i % NAME_SKELETONS);
        name_skeleton(look->text, look->entry->name, look->kind);
    }
    qsort(made->looks, made->count, sizeof(made->looks[0]), compare_for_sort);
    return made;
}

void allow_confusables_free(struct allow_confusables *looks)
{
    free(looks);
}

static int compare_for_search(const void *a, const void *b)
{
    return compare(a, b);
}

const struct allow_entry *allow_confusables_find(const struct allow_confusables *looks,
                                                 const char *name, enum key_family family,
                                                 const struct allow_entry *except)
{
    struct look wanted = {.family = family};
    for (wanted.kind = NAME_AS_TYPED; wanted.kind < NAME_SKELETONS; wanted.kind++) {
        name_skeleton(wanted.text, name, wanted.kind);
        const struct look *found = bsearch(&wanted, looks->looks, looks->count,
                                           sizeof(looks->looks[0]), compare_for_search);
        if (found && found->entry != except)
            return found->entry;
    }
    return NULL;
}

/* Whether the two are alike in an earlier look: then they were reported there. */
static bool alike_before(const struct look *look, const struct look *first)
{
    char a[KEY_NAME_BYTES], b[KEY_NAME_BYTES];
    for (enum name_skeleton kind = NAME_AS_TYPED; kind < look->kind; kind++) {
        name_skeleton(a, look->entry->name, kind);
        name_skeleton(b, first->entry->name, kind);
        if (strcmp(a, b) == 0)
            return true;
    }
    return false;
}

void allow_confusables_twins(const struct allow_confusables *looks, allow_twin *tell, void *context)
{
    const struct look *first = looks->looks;
    for (size_t i = 1; i < looks->count; i++) {
        const struct look *look = &looks->looks[i];
        if (compare(first, look) != 0)
            first = look;
        else if (strcmp(first->entry->name, look->entry->name) != 0 && !alike_before(look, first))
            tell(context, look->entry, first->entry);
    }
}
