/* Who may take a place of a server: the policy, in numbers. */
#include "places.h"

#include <criterion/criterion.h>

static const struct places_limits limits = PLACES_DEFAULTS;

Test(places, refusal_grows_from_start_to_full)
{
    static const struct {
        size_t startups;
        unsigned long percent;
    } rows[] = {{0, 0}, {199, 0}, {200, 30}, {201, 30}, {600, 65}, {999, 99}, {1000, 100}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        cr_expect_eq(places_refusal(&limits, rows[i].startups), rows[i].percent, "at %zu: %lu",
                     rows[i].startups, places_refusal(&limits, rows[i].startups));
    unsigned long before = 0;
    for (size_t startups = 0; startups < 1200; startups++) {
        unsigned long now = places_refusal(&limits, startups);
        cr_assert_geq(now, before, "at %zu", startups);
        before = now;
    }
}

/* Of a connection that was reset before it was taken in: the system does not know it any more. */
Test(places, an_address_that_is_gone_is_unknown)
{
    char text[UV_ADDRESS_BYTES];
    uint16_t port = 1;
    cr_expect(!uv_address_text(text, &port, &(struct sockaddr_storage){0}));
    cr_expect_str_eq(text, "unknown");
    cr_expect_eq(port, 0);
}

/* START alone: nobody is refused below, everybody from there on. */
Test(places, start_and_full_may_be_one)
{
    const struct places_limits plain = {.start = 5, .rate = 100, .full = 5};
    cr_expect_eq(places_refusal(&plain, 4), 0);
    cr_expect_eq(places_refusal(&plain, 5), 100);
}

Test(places, chance_decides_between_start_and_full)
{
    const struct places_count count = {.all = 600, .startups = 600};
    cr_expect_eq(places_judge(&limits, &count, 64), PLACES_CROWD);
    cr_expect_eq(places_judge(&limits, &count, 65), PLACES_FREE);
}

/* What one address holds makes nobody else be refused, however much it wants. */
Test(places, one_address_alone_refuses_nobody_else)
{
    struct places_count count = {0};
    while (places_judge(&limits, &count, 0) == PLACES_FREE) {
        count.all++, count.all_here++;
        count.startups++, count.startups_here++;
    }
    cr_expect_eq(count.startups_here, 100);
    cr_expect_eq(places_judge(&limits, &count, 0), PLACES_INSTEAD);
    count.all_here = count.startups_here = 0; /* somebody else comes */
    cr_expect_eq(places_judge(&limits, &count, 0), PLACES_FREE);
}

/* In a crowd, who has a place already may have another in its stead: that makes no crowd larger. */
Test(places, in_a_crowd_the_own_oldest_makes_room)
{
    struct places_count count = {.all = 1000, .all_here = 1, .startups = 1000, .startups_here = 1};
    cr_expect_eq(places_judge(&limits, &count, 0), PLACES_INSTEAD);
    count.startups_here = 0;
    cr_expect_eq(places_judge(&limits, &count, 99), PLACES_CROWD);
}

Test(places, who_has_logged_in_is_bounded_by_other_limits)
{
    struct places_limits few = limits;
    struct places_count count = {.all = 1999, .all_here = 1999};
    cr_expect_eq(places_judge(&limits, &count, 0), PLACES_FREE);
    count.all = 2000;
    cr_expect_eq(places_judge(&limits, &count, 0), PLACES_CLIENTS);
    few.max_clients = 0;
    cr_expect_eq(places_judge(&few, &count, 0), PLACES_FREE);
    few.max_per_ip = 3;
    cr_expect_eq(places_judge(&few, &count, 0), PLACES_ADDRESS);
    count.all_here = 2;
    cr_expect_eq(places_judge(&few, &count, 0), PLACES_FREE);
}

/* Sockets that are not connected have no address, and share one. */
Test(places, a_place_is_a_startup_until_it_settles)
{
    const struct places_limits two = {.login_grace = 10, .start = 4, .rate = 100, .full = 4};
    struct places places = {.limits = &two, .make_room = place_leave};
    struct place place[4] = {0};
    uv_loop_t loop;
    uv_tcp_t tcp;
    uv_loop_init(&loop);
    uv_tcp_init(&loop, &tcp);
    uint64_t now = uv_now(&loop);
    cr_expect_eq(places_take(&places, &place[0], &tcp), PLACES_FREE);
    cr_expect_eq(places_take(&places, &place[1], &tcp), PLACES_FREE);
    cr_expect_eq(places_take(&places, &place[2], &tcp), PLACES_INSTEAD);
    cr_expect(!place[0].account && place[1].account && place[2].account, "the oldest makes room");
    cr_expect_not(place_is_late(&places, &place[1], now + 10000));
    cr_expect(place_is_late(&places, &place[1], now + 10001));
    place_settle(&place[1], now + 5000, true);
    cr_expect_not(place_is_late(&places, &place[1], now + 99999));
    cr_expect_eq(places_take(&places, &place[3], &tcp), PLACES_FREE);
    place_settle(&place[1], now + 50000, false); /* logs out: its time begins again */
    place_settle(&place[1], now + 59000, false);
    cr_expect_not(place_is_late(&places, &place[1], now + 60000));
    cr_expect(place_is_late(&places, &place[1], now + 60001));
    for (size_t i = 0; i < 4; i++)
        place_leave(&place[i]); /* one that has left holds none */
    cr_expect(places.all == 0 && places.startups == 0 && !places.networks);
    uv_close((uv_handle_t *)&tcp, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
}
