/* The places of a server: the policy, and who holds one. */
#include "places.h"

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

/* Counts, and returns the oldest startup of this network: the newest come first. */
static struct place *count_places(struct places_count *count, const struct places *places,
                                  const struct uv_network *network)
{
    struct place *oldest = NULL;
    for (struct place *place = places->first; place; place = place->next) {
        bool here = memcmp(&place->network, network, sizeof(*network)) == 0;
        count->all++;
        count->all_here += here;
        count->startups += !place->settled;
        count->startups_here += here && !place->settled;
        if (here && !place->settled)
            oldest = place;
    }
    return oldest;
}

enum places_answer places_take(struct places *places, struct place *place, const uv_tcp_t *tcp)
{
    struct places_count count = {0};
    uv_address_network(&place->network, tcp);
    struct place *oldest = count_places(&count, places, &place->network);
    enum places_answer answer = places_judge(places->limits, &count, draw());
    if (answer == PLACES_INSTEAD)
        places->make_room(oldest);
    else if (answer != PLACES_FREE)
        return answer;
    place->since = uv_now(tcp->loop);
    place->next = places->first;
    place->link = &places->first;
    if (place->next)
        place->next->link = &place->next;
    places->first = place;
    return answer;
}

void place_settle(struct place *place, uint64_t now, bool settled)
{
    if (place->settled != settled)
        place->since = now;
    place->settled = settled;
}

void place_leave(struct place *place)
{
    if (!place->link)
        return;
    *place->link = place->next;
    if (place->next)
        place->next->link = place->link;
    place->link = NULL;
}

bool place_is_late(const struct places *places, const struct place *place, uint64_t now)
{
    uint64_t grace = places->limits->login_grace;
    return grace > 0 && !place->settled && now - place->since > grace * 1000;
}
