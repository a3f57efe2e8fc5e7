/* Who is in the room: two sorted arrays. See roster.h. */
#include "roster.h"

#include "session.h"

#include <stdlib.h>
#include <string.h>

/* What a place in one of the two orders is told by. */
struct place_key {
    const char *name;
    const uint8_t *digest;
    unsigned number;
};

static struct place_key key_of(const struct session *session)
{
    return (struct place_key){session->name, session->client.digest, session->number};
}

typedef int compare_keys(const struct place_key *a, const struct place_key *b);

static int by_name(const struct place_key *a, const struct place_key *b)
{
    return strcmp(a->name, b->name);
}

static int by_key(const struct place_key *a, const struct place_key *b)
{
    int order = memcmp(a->digest, b->digest, FINGERPRINT_BYTES);
    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

/* How many stand before this key. */
static size_t count_before(struct session *const *list, size_t count, const struct place_key *key,
                           compare_keys *compare)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct place_key other = key_of(list[middle]);
        if (compare(&other, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void put_in(struct session **list, size_t count, struct session *session,
                   compare_keys *compare)
{
    struct place_key key = key_of(session);
    size_t at = count_before(list, count, &key, compare);
    memmove(list + at + 1, list + at, (count - at) * sizeof(struct session *));
    list[at] = session;
}

/* Two may have one name for a moment, while a changed list is gone through. */
static void take_out(struct session **list, size_t count, const struct session *session,
                     compare_keys *compare)
{
    struct place_key key = key_of(session);
    size_t at = count_before(list, count, &key, compare);
    while (list[at] != session)
        at++;
    memmove(list + at, list + at + 1, (count - at - 1) * sizeof(struct session *));
}

static bool grow(struct session ***list, size_t space)
{
    struct session **grown = reallocarray(*list, space, sizeof(struct session *));
    if (grown)
        *list = grown;
    return grown != NULL;
}

bool roster_add(struct roster *roster, struct session *session)
{
    if (roster->count == roster->space) {
        size_t space = roster->space ? 2 * roster->space : 64;
        if (!grow(&roster->by_name, space) || !grow(&roster->by_key, space))
            return false;
        roster->space = space;
    }
    put_in(roster->by_name, roster->count, session, by_name);
    put_in(roster->by_key, roster->count, session, by_key);
    roster->count++;
    return true;
}

void roster_remove(struct roster *roster, const struct session *session)
{
    take_out(roster->by_name, roster->count, session, by_name);
    take_out(roster->by_key, roster->count, session, by_key);
    roster->count--;
}

void roster_rename(struct roster *roster, struct session *session, const char *name)
{
    take_out(roster->by_name, roster->count, session, by_name);
    strcpy(session->name, name);
    put_in(roster->by_name, roster->count - 1, session, by_name);
}

void roster_free(struct roster *roster)
{
    free(roster->by_name);
    free(roster->by_key);
    *roster = (struct roster){0};
}

struct session *roster_find(const struct roster *roster, const char *name)
{
    struct place_key key = {.name = name};
    size_t at = count_before(roster->by_name, roster->count, &key, by_name);
    bool found = at < roster->count && strcmp(roster->by_name[at]->name, name) == 0;
    return found ? roster->by_name[at] : NULL;
}

size_t roster_after(const struct roster *roster, const char *name)
{
    struct place_key key = {.name = name};
    size_t at = count_before(roster->by_name, roster->count, &key, by_name);
    while (at < roster->count && strcmp(roster->by_name[at]->name, name) == 0)
        at++;
    return at;
}

/* The numbers of a key rise, so the first i of them are 1 to i up to the first gap. */
unsigned roster_free_number(const struct roster *roster, const uint8_t *digest)
{
    struct place_key key = {.digest = digest};
    size_t first = count_before(roster->by_key, roster->count, &key, by_key);
    size_t low = 0, high = roster->count - first;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct session *session = roster->by_key[first + middle];
        if (memcmp(session->client.digest, digest, FINGERPRINT_BYTES) == 0 &&
            session->number == middle + 1)
            low = middle + 1;
        else
            high = middle;
    }
    return (unsigned)low + 1;
}
