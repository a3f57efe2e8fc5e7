/* The places of a server: the policy, and who holds one. */
#include "places.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* --- the policy ------------------------------------------------------------------------------ */

unsigned long places_refusal(const struct places_limits *limits, size_t startups)
{
    if (startups >= limits->full)
        return 100;
    if (startups < limits->start)
        return 0;
    return limits->rate +
           (100 - limits->rate) * (startups - limits->start) / (limits->full - limits->start);
}

enum places_answer places_judge(const struct places_limits *limits,
                                const struct places_count *count, unsigned chance)
{
    if (limits->max_clients && count->all >= limits->max_clients)
        return PLACES_CLIENTS;
    if (limits->max_per_ip && count->all_here >= limits->max_per_ip)
        return PLACES_ADDRESS;
    bool full = chance < places_refusal(limits, count->startups);
    if (count->startups_here >= (limits->start + 1) / 2 || (full && count->startups_here > 0))
        return PLACES_INSTEAD;
    return full ? PLACES_CROWD : PLACES_FREE;
}

const char *places_words(enum places_answer answer)
{
    static const char *const words[] = {
        [PLACES_FREE] = "",
        [PLACES_INSTEAD] = "a newer connection from your address took your place",
        [PLACES_CROWD] = "too many clients that have not logged in",
        [PLACES_CLIENTS] = "too many clients",
        [PLACES_ADDRESS] = "too many clients from your address",
        [PLACES_MEMORY] = "out of memory",
    };
    return words[answer];
}

/* --- the places ------------------------------------------------------------------------------ */

/* Without random bytes nobody is refused by chance before all are. */
static unsigned draw(void)
{
    uint32_t bytes;
    return getrandom(&bytes, sizeof(bytes), GRND_NONBLOCK) == sizeof(bytes) ? bytes % 100 : 99;
}

/* All that one address holds: in the tree as long as that is something. */
struct place_account {
    struct uv_network address; /* first: what the tree compares */
    struct places *places;
    size_t all, startups;
    struct place *oldest, **newest; /* of its startups; newest: where the next is linked */
};

static int compare_networks(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct uv_network));
}

/* The network with this address, new if it holds nothing yet. NULL without memory. */
static struct place_account *open_account(struct places *places, const struct uv_network *address)
{
    struct place_account **found = tfind(address, &places->networks, compare_networks);
    if (found)
        return *found;
    struct place_account *account = calloc(1, sizeof(*account));
    if (!account)
        return NULL;
    account->address = *address;
    account->places = places;
    account->newest = &account->oldest;
    if (tsearch(account, &places->networks, compare_networks))
        return account;
    free(account);
    return NULL;
}

static void close_if_empty(struct place_account *account)
{
    if (account->all > 0)
        return;
    tdelete(account, &account->places->networks, compare_networks);
    free(account);
}

static void add_startup(struct place *place)
{
    struct place_account *account = place->account;
    place->next = NULL;
    place->link = account->newest;
    *place->link = place;
    account->newest = &place->next;
    account->startups++;
    account->places->startups++;
}

static void take_startup(struct place *place)
{
    struct place_account *account = place->account;
    *place->link = place->next;
    if (place->next)
        place->next->link = place->link;
    else
        account->newest = place->link;
    account->startups--;
    account->places->startups--;
}

enum places_answer places_take(struct places *places, struct place *place, const uv_tcp_t *tcp)
{
    uv_address_network(&place->network, tcp);
    struct place_account *account = open_account(places, &place->network);
    if (!account)
        return PLACES_MEMORY;
    const struct places_count count = {.all = places->all,
                                       .startups = places->startups,
                                       .all_here = account->all,
                                       .startups_here = account->startups};
    enum places_answer answer = places_judge(places->limits, &count, draw());
    if (answer != PLACES_FREE && answer != PLACES_INSTEAD) {
        close_if_empty(account);
        return answer;
    }
    place->account = account;
    account->all++; /* before another of its places goes, and it with that */
    places->all++;
    if (answer == PLACES_INSTEAD)
        places->make_room(account->oldest);
    place->since = uv_now(tcp->loop);
    add_startup(place);
    return answer;
}

void place_settle(struct place *place, uint64_t now, bool settled)
{
    if (!place->account || place->settled == settled)
        return;
    place->since = now;
    place->settled = settled;
    if (settled)
        take_startup(place);
    else
        add_startup(place);
}

void place_leave(struct place *place)
{
    if (!place->account)
        return;
    if (!place->settled)
        take_startup(place);
    place->account->places->all--;
    place->account->all--;
    close_if_empty(place->account);
    place->account = NULL;
}

bool place_is_late(const struct places *places, const struct place *place, uint64_t now)
{
    uint64_t grace = places->limits->login_grace;
    return grace > 0 && !place->settled && now - place->since > grace * 1000;
}
