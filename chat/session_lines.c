/* What clients say: lines out of a stream of records, and what each of them does. */
#include "session.h"

#include "printable.h"
#include "translate.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text with all its bytes replaced, two names, a time and a word fit into an answer. */
_Static_assert(PRINTABLE_SPACE(CHAT_LINE_MAX) + 2 * CHAT_NAME_BYTES + 64 <= CHAT_ANSWER_MAX,
               "CHAT_ANSWER_MAX is too small");

#define ANSWERS_MAX  ((size_t)64 * 1024)  /* of answers that wait, before more questions are read */
#define WHISPERS_MAX ((size_t)256 * 1024) /* of lines for one alone, that others may make wait */
#define NAMES_BYTES  3000                 /* of one line of the answer to `who` */

static void tell_time(char clock[CHAT_CLOCK_BYTES], struct chat_server *server)
{
    if (server->base.seed)
        chat_clock_lesson(clock, server->seeded_lines++);
    else
        chat_clock_text(clock);
}

void session_announce(void *context, enum chat_word word, const char *a, const char *b)
{
    struct chat_server *server = context;
    char line[CHAT_ANSWER_MAX], clock[CHAT_CLOCK_BYTES];
    tell_time(clock, server);
    size_t bytes = chat_line_write(line, sizeof(line), word, (const char *[]){clock, a, b});
    room_say(server->room, line, bytes);
}

void session_tell(struct session *session, enum chat_word word, const char *a, const char *b,
                  const char *c)
{
    char line[CHAT_ANSWER_MAX], clock[CHAT_CLOCK_BYTES];
    tell_time(clock, session->server);
    size_t bytes = chat_line_write(line, sizeof(line), word, (const char *[]){clock, a, b, c});
    room_tell(session->server->room, &session->member, line, bytes);
}

static void refuse(struct session *session, const char *why)
{
    session_tell(session, CHAT_ERROR, why, NULL, NULL);
}

/* --- what the lines do ------------------------------------------------------------------------ */
/* False, and refused: nothing that can be seen is left of it. */
static bool clean(char *out, size_t space, const struct chat_field *field, struct session *session)
{
    bool seen = printable_text(out, space, field->text, field->bytes) > 0;
    if (!seen)
        refuse(session, N_("a field of the line has nothing to be seen"));
    return seen;
}

static void speak(struct session *session, enum chat_word word, const char *text)
{
    announce_first(&session->server->announcer, &session->guest);
    session_announce(session->server, word, session->name, text);
}

static void whisper(struct session *session, const struct chat_line *line)
{
    char text[PRINTABLE_SPACE(CHAT_LINE_MAX)], name[CHAT_NAME_BYTES], why[CHAT_NAME_BYTES + 64];
    if (!clean(name, sizeof(name), &line->fields[0], session) ||
        !clean(text, sizeof(text), &line->fields[1], session))
        return;
    struct session *other = roster_find(&session->server->roster, name);
    if (other && (other == session || room_told(&other->member) <= WHISPERS_MAX)) {
        announce_first(&session->server->announcer, &session->guest);
        session_tell(other, CHAT_WHISPERED, session->name, other->name, text);
        if (other != session)
            session_tell(session, CHAT_WHISPERED, session->name, other->name, text);
        return;
    }
    /* A member must not be cut because another whispers faster than it can read. */
    snprintf(why, sizeof(why),
             other ? "%s has not read what was whispered before; try again"
                   : "nobody here is called %s; /who lists the names",
             name);
    refuse(session, why);
}

void session_list_more(struct session *session)
{
    const struct roster *roster = &session->server->roster;
    size_t at = roster_after(roster, session->listed);
    while (at < roster->count && room_told(&session->member) < ANSWERS_MAX) {
        char names[NAMES_BYTES + CHAT_NAMES_MORE_BYTES], count[24];
        size_t used = 0;
        while (at < roster->count && used + CHAT_NAME_BYTES < NAMES_BYTES)
            chat_names_add(names, &used, NAMES_BYTES, roster->by_name[at++]->name);
        snprintf(count, sizeof(count), "%zu", roster->count);
        session_tell(session, CHAT_PRESENT, count, names, NULL);
    }
    strcpy(session->listed, at < roster->count ? roster->by_name[at - 1]->name : "");
}

static void obey(struct session *session, const char *text, size_t bytes)
{
    char clean_text[PRINTABLE_SPACE(CHAT_LINE_MAX)];
    struct chat_line line;
    const char *wrong = utf8_valid(text, bytes) ? chat_line_read(&line, false, text, bytes)
                                                : "the line is not UTF-8";
    if (wrong) {
        refuse(session, wrong);
        return;
    }
    switch (line.word) {
    case CHAT_SAY:
    case CHAT_ME:
        if (clean(clean_text, sizeof(clean_text), &line.fields[0], session))
            speak(session, line.word == CHAT_SAY ? CHAT_SAID : CHAT_DID, clean_text);
        break;
    case CHAT_MSG:
        whisper(session, &line);
        break;
    case CHAT_WHO:
        session_list_more(session);
        break;
    default: /* CHAT_QUIT: chat_line_read gives no other */
        session->quitting = true;
        if (announce_forget(&session->server->announcer, &session->guest))
            session_tell(session, CHAT_JOINED, session->name, NULL, NULL); /* it alone hears it */
    }
}

/* --- lines out of a stream -------------------------------------------------------------------- */
/* Keeps the beginning of a line whose end has not come. */
static void keep_part(struct session *session, const char *data, size_t bytes)
{
    char *grown = NULL;
    if (session->skipping || bytes == 0)
        return;
    if (session->part_bytes + bytes < CHAT_LINE_MAX)
        grown = realloc(session->part, session->part_bytes + bytes);
    if (!grown) {
        refuse(session, N_("the line is too long"));
        session->skipping = true;
        return;
    }
    memcpy(grown + session->part_bytes, data, bytes);
    session->part = grown;
    session->part_bytes += bytes;
}

/* The end of a line has come; its beginning may have been kept. */
static void take_line(struct session *session, const char *data, size_t bytes)
{
    bool whole = session->part_bytes == 0 && !session->skipping && bytes < CHAT_LINE_MAX;
    if (whole) {
        obey(session, data, bytes);
        return;
    }
    keep_part(session, data, bytes);
    if (!session->skipping)
        obey(session, session->part, session->part_bytes);
    session->skipping = false;
    free(session->part);
    session->part = NULL;
    session->part_bytes = 0;
}

size_t session_read_lines(struct session *session, const char *data, size_t bytes)
{
    size_t used = 0;
    while (used < bytes && !session->quitting) {
        const char *end = memchr(data + used, '\n', bytes - used);
        if (!end) {
            keep_part(session, data + used, bytes - used);
            return bytes;
        }
        if (!room_has_space(session->server->room) || session->listed[0] ||
            room_told(&session->member) > ANSWERS_MAX)
            return used;
        take_line(session, data + used, (size_t)(end - (data + used)));
        used = (size_t)(end + 1 - data);
    }
    return bytes;
}
