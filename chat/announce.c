/* Who has come and who has gone: see announce.h. */
#include "announce.h"

#include <stdio.h>
#include <string.h>

static void take_out(struct announcer *announcer, struct announce_guest *guest)
{
    *guest->link = guest->next;
    if (guest->next)
        guest->next->link = guest->link;
    else
        announcer->end = guest->link;
    guest->link = NULL;
    announcer->come--;
}

void announce_come(struct announcer *announcer, struct announce_guest *guest, const char *name)
{
    guest->name = name;
    guest->next = NULL;
    guest->link = announcer->first ? announcer->end : &announcer->first;
    *guest->link = guest;
    announcer->end = &guest->next;
    announcer->come++;
}

bool announce_forget(struct announcer *announcer, struct announce_guest *guest)
{
    bool waits = guest->link != NULL;
    if (waits)
        take_out(announcer, guest);
    return waits;
}

void announce_gone(struct announcer *announcer, struct announce_guest *guest, const char *reason)
{
    if (announce_forget(announcer, guest) || !guest->told)
        return;
    if (announcer->gone++ == 0)
        snprintf(announcer->reason, sizeof(announcer->reason), "%s", reason);
    chat_names_add(announcer->gone_names, &announcer->gone_bytes, ANNOUNCE_NAMES_BYTES,
                   guest->name);
}

/* --- telling ---------------------------------------------------------------------------------- */
static void say_many(struct announcer *announcer, enum chat_word word, size_t count,
                     const char *names)
{
    char number[24];
    snprintf(number, sizeof(number), "%zu", count);
    announcer->say(announcer->context, word, number, names);
}

static void tell_gone(struct announcer *announcer)
{
    if (announcer->gone == 1)
        announcer->say(announcer->context, CHAT_LEFT, announcer->gone_names, announcer->reason);
    else if (announcer->gone > 1)
        say_many(announcer, CHAT_LEFT_MANY, announcer->gone, announcer->gone_names);
    announcer->gone = announcer->gone_bytes = 0;
}

static void tell_one(struct announcer *announcer, struct announce_guest *guest)
{
    take_out(announcer, guest);
    guest->told = true;
    announcer->say(announcer->context, CHAT_JOINED, guest->name, NULL);
}

static void tell_many(struct announcer *announcer)
{
    char names[ANNOUNCE_NAMES_BYTES + CHAT_NAMES_MORE_BYTES];
    size_t bytes = 0, count = announcer->come;
    for (struct announce_guest *guest = announcer->first; guest; guest = guest->next) {
        chat_names_add(names, &bytes, ANNOUNCE_NAMES_BYTES, guest->name);
        guest->link = NULL;
        guest->told = true;
    }
    announcer->first = NULL;
    announcer->come = 0;
    say_many(announcer, CHAT_JOINED_MANY, count, names);
}

void announce_first(struct announcer *announcer, struct announce_guest *guest)
{
    if (!guest->link)
        return;
    tell_gone(announcer);
    tell_one(announcer, guest);
}

void announce_all(struct announcer *announcer)
{
    tell_gone(announcer);
    if (announcer->come == 1)
        tell_one(announcer, announcer->first);
    else if (announcer->come > 1)
        tell_many(announcer);
}

uint64_t announce_turn(struct announcer *announcer, uint64_t now, size_t listeners)
{
    if (listeners == 0)
        announcer->gone = announcer->gone_bytes = 0;
    if (announcer->come + announcer->gone == 0)
        return 0;
    if (now < announcer->quiet_until && !announcer->at_once)
        return announcer->quiet_until - now;
    announce_all(announcer);
    announcer->quiet_until = now + (uint64_t)listeners * 1000 / ANNOUNCE_PER_SECOND;
    return 0;
}
