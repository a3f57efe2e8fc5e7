/* Who gets the next fresh key: the policy, in names. */
#include "uv_queue.h"

#include <criterion/criterion.h>
#include <string.h>

#define SHARE 4

static struct uv_asker waits[64];
static size_t count;
static struct uv_asker *waiting, *holding;

static void start(void)
{
    memset(waits, 0, sizeof(waits));
    waiting = holding = NULL;
    count = 0;
}

TestSuite(stock_share, .init = start);

static struct uv_asker *add(struct uv_asker **list, const char *identity, uint8_t address)
{
    struct uv_asker *wait = &waits[count++];
    strcpy((char *)wait->identity, identity);
    wait->network.bytes[15] = address;
    while (*list)
        list = &(*list)->next;
    *list = wait;
    return wait;
}

static struct uv_asker *ask(const char *identity, uint8_t address)
{
    return add(&waiting, identity, address);
}

static void hold(size_t keys, const char *identity, uint8_t address)
{
    while (keys-- > 0)
        add(&holding, identity, address);
}

static const struct uv_asker *next(void)
{
    return uv_queue_choose(waiting, holding, SHARE);
}

Test(stock_share, first_come_first_served)
{
    cr_expect_null(next());
    struct uv_asker *anna = ask("anna", 1);
    ask("boris", 2);
    cr_expect_eq(next(), anna);
}

/* Silent hellos with anna's public key from address 9, hundreds of them in the queue. */
Test(stock_share, a_copied_key_holds_up_nobody)
{
    hold(SHARE - 1, "anna", 9);
    for (size_t i = 0; i < 30; i++)
        ask("anna", 9);
    struct uv_asker *boris = ask("boris", 9); /* behind the same router */
    cr_expect_eq(next(), boris);
    struct uv_asker *anna = ask("anna", 1); /* she herself */
    cr_expect_eq(next(), boris, "both hold nothing on one side: who came first");
    waiting = anna;
    cr_expect_eq(next(), anna);
}

/* Every key that is allowed, copied: each holds little, their address holds much. */
Test(stock_share, many_copied_keys_come_behind)
{
    static const char *const names[] = {"anna", "boris", "clara", "dora"};
    for (size_t i = 0; i < 4; i++)
        hold(2, names[i], 9);
    for (size_t i = 0; i < 4; i++)
        ask(names[i], 9);
    struct uv_asker *clara = ask("clara", 3);
    cr_expect_eq(next(), clara);
}

Test(stock_share, a_share_is_the_end_of_it)
{
    hold(SHARE, "anna", 9);
    ask("anna", 9);
    cr_expect_null(next());
    struct uv_asker *elsewhere = ask("anna", 1);
    cr_expect_eq(next(), elsewhere);
    holding = holding->next; /* one of them is through */
    waiting = waiting->next;
    cr_expect_eq(next(), elsewhere);
}

/* Whoever is in the room already does not wait behind strangers who show the same key. */
Test(stock_share, a_rekey_waits_behind_nobody_that_holds)
{
    hold(SHARE, "anna", 9);
    ask("anna", 9);
    struct uv_asker *rekey = ask("anna", 9);
    rekey->proven = true;
    cr_expect_eq(next(), rekey);
}
