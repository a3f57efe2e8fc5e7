/* Who is in the room: found by name, numbered by key, through any coming and going. */
#include "roster.h"
#include "session.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 300, KEYS = 5 };

static struct roster roster;
static struct session sessions[MOST];

/* The name follows from key and number, as in the room. */
static void enters(struct session *session, uint8_t key)
{
    *session = (struct session){.client.digest = {key}};
    session->number = roster_free_number(&roster, session->client.digest);
    snprintf(session->name, sizeof(session->name), session->number > 1 ? "key%u(%u)" : "key%u", key,
             session->number);
    cr_assert(roster_add(&roster, session));
}

/* The smallest number that no session of this key has, found the slow way. */
static unsigned smallest_free(uint8_t key)
{
    for (unsigned number = 1;; number++) {
        bool taken = false;
        for (size_t i = 0; i < MOST; i++)
            taken |= sessions[i].number == number && sessions[i].client.digest[0] == key;
        if (!taken)
            return number;
    }
}

Test(chat_roster, numbers_are_given_again)
{
    for (size_t i = 0; i < 100; i++)
        enters(&sessions[i], 1);
    cr_expect_str_eq(sessions[0].name, "key1");
    cr_expect_str_eq(sessions[99].name, "key1(100)");
    roster_remove(&roster, &sessions[70]);
    enters(&sessions[100], 1);
    cr_expect_str_eq(sessions[100].name, "key1(71)");
    enters(&sessions[101], 2);
    cr_expect_str_eq(sessions[101].name, "key2");
    roster_free(&roster);
}

Test(chat_roster, everybody_is_found_through_any_coming_and_going)
{
    srand(11);
    for (int round = 0; round < 20000; round++) {
        struct session *session = &sessions[rand() % MOST];
        uint8_t key = (uint8_t)(rand() % KEYS);
        if (session->number == 0) {
            unsigned number = smallest_free(key);
            enters(session, key);
            cr_assert_eq(session->number, number);
        } else {
            cr_assert_eq(roster_find(&roster, session->name), session);
            roster_remove(&roster, session);
            cr_assert_null(roster_find(&roster, session->name));
            session->number = 0;
        }
        cr_assert_null(roster_find(&roster, "nobody"));
    }
    for (size_t i = 0; i + 1 < roster.count; i++)
        cr_assert(strcmp(roster.by_name[i]->name, roster.by_name[i + 1]->name) < 0);
    roster_free(&roster);
}

/* While a changed list is gone through, two have one name. */
Test(chat_roster, two_may_change_names)
{
    enters(&sessions[0], 0);
    enters(&sessions[1], 1);
    roster_rename(&roster, &sessions[0], "key1");
    cr_expect_eq(roster.count, 2);
    roster_rename(&roster, &sessions[1], "key0");
    cr_expect_eq(roster_find(&roster, "key1"), &sessions[0]);
    cr_expect_eq(roster_find(&roster, "key0"), &sessions[1]);
    cr_expect_eq(roster_after(&roster, ""), 0);
    cr_expect_eq(roster_after(&roster, "key0"), 1);
    cr_expect_eq(roster_after(&roster, "key1"), 2);
    roster_remove(&roster, &sessions[0]);
    roster_remove(&roster, &sessions[1]);
    cr_expect_eq(roster.count, 0);
    roster_free(&roster);
}
