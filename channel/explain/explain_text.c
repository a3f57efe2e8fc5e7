/*
 * A session in plain words, as a table: see explain_text.h.
 */
#include "explain_text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "explain_words.inc"

/* --- looking up ------------------------------------------------------------------------------- */

const char *explain_part_title(enum explain_part part)
{
    return parts[part].title;
}

const char *explain_part_why(enum explain_part part, bool textbook)
{
    return textbook ? parts[part].textbook : parts[part].why;
}

const struct explanation *explanation_of_message(enum wire_message message, bool textbook)
{
    const struct explanation *row = messages[message <= WIRE_MESSAGES ? message : WIRE_MESSAGES];
    return textbook && row[1].title ? &row[1] : &row[0];
}

const struct explanation *explanation_of_step(enum channel_step step)
{
    return &steps[step].explanation;
}

enum step_place explain_place(enum channel_step step)
{
    return steps[step].place;
}

const struct explanation *explanation_of_verdict(enum channel_error verdict,
                                                 enum channel_role judge)
{
    if (verdict == CHANNEL_OK)
        return judge == CHANNEL_CLIENT ? &client_knows : &server_allows;
    if (verdict == CHANNEL_ERR_NOT_ALLOWED && judge == CHANNEL_CLIENT)
        return &client_knows_not;
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
        if (verdicts[i].error == verdict)
            return &verdicts[i].explanation;
    return &refused;
}

const struct explanation *explanation_of_end(enum channel_error error, enum channel_role own,
                                             bool by_peer, bool textbook)
{
    const enum channel_role ends_it = by_peer ? !own : own;
    if (error == CHANNEL_OK && textbook)
        return &good_end_of_textbook;
    if (error == CHANNEL_ERR_NOT_ALLOWED && ends_it == CHANNEL_CLIENT)
        return &unknown_server;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (ends[i].error == error && !(by_peer && error == CHANNEL_ERR_AUTH))
            return &ends[i].explanation;
    return by_peer ? &ended_by_peer : &ended_by_us;
}

static const char *find_fact(const struct fact *facts, size_t count, unsigned seen, size_t index)
{
    for (size_t i = 0; i < count; i++)
        if ((facts[i].with & ~seen) == 0 && (facts[i].without & seen) == 0 && index-- == 0)
            return facts[i].text;
    return NULL;
}

const char *explain_learned(unsigned seen, size_t index)
{
    return find_fact(learned, sizeof(learned) / sizeof(learned[0]), seen, index);
}

const char *explain_hidden(unsigned seen, size_t index)
{
    return find_fact(hidden, sizeof(hidden) / sizeof(hidden[0]), seen, index);
}

/* --- filling in ------------------------------------------------------------------------------- */

static const char *word_for(char number[32], const char *place, size_t length,
                            const struct explain_parties *parties)
{
    const char *const names[2] = {
        [CHANNEL_CLIENT] = parties->client, [CHANNEL_SERVER] = parties->server};
    const char *actor = names[parties->actor], *other = names[!parties->actor];
    const struct {
        const char *place, *word;
    } words[] = {{"client", parties->client},
                 {"server", parties->server},
                 {"from", actor},
                 {"own", actor},
                 {"to", other},
                 {"peer", other},
                 {"text", parties->text ? parties->text : ""}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strlen(words[i].place) == length && strncmp(words[i].place, place, length) == 0)
            return words[i].word;
    if (strncmp(place, "port", length) == 0 && parties->port == 0)
        return "a new one";
    if (strncmp(place, "port", length) == 0)
        snprintf(number, 32, "%u", parties->port);
    else
        snprintf(number, 32, "%zu byte%s", parties->bytes, parties->bytes == 1 ? "" : "s");
    return number;
}

const char *explain_text_fill(char out[EXPLAIN_TEXT_BYTES], const char *sentence,
                              const struct explain_parties *parties)
{
    size_t length = 0;
    bool begins = true;
    for (const char *at = sentence; *at && length + 1 < EXPLAIN_TEXT_BYTES; at++) {
        char number[32];
        char letter[2] = {*at, 0};
        const char *word = letter, *end = *at == '{' ? strchr(at, '}') : NULL;
        if (end) {
            word = word_for(number, at + 1, (size_t)(end - at - 1), parties);
            at = end;
        }
        for (; *word && length + 1 < EXPLAIN_TEXT_BYTES; word++) {
            out[length++] = begins ? (char)toupper((unsigned char)*word) : *word;
            begins = begins && isspace((unsigned char)*word);
        }
        begins = begins || (*at == ' ' && length >= 2 && strchr(".!?", out[length - 2]));
    }
    out[length] = 0;
    return out;
}
