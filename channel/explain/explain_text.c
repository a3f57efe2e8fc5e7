/*
 * A session in plain words, as a table: see explain_text.h.
 */
#include "explain_text.h"

#include "translate.h"
#include "utf8.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "explain_words.inc"

/* --- looking up ------------------------------------------------------------------------------- */

const char *explain_part_title(enum explain_part part)
{
    return parts[part].title;
}

/* A suite without words of its own has those of another; modern's are there always. */
static const enum channel_suite_kind shares_words[] = {[CHANNEL_MODERN_X25519] = CHANNEL_MODERN,
                                                       [CHANNEL_MODERN_RSA] = CHANNEL_MODERN,
                                                       [CHANNEL_DH] = CHANNEL_TEXTBOOK,
                                                       [CHANNEL_TEXTBOOK] = CHANNEL_MODERN};

const char *explain_part_why(enum explain_part part, enum channel_suite_kind suite)
{
    while (!parts[part].why[suite])
        suite = shares_words[suite];
    return parts[part].why[suite];
}

static const struct explanation *words_of(const struct explanation *row,
                                          enum channel_suite_kind suite)
{
    while (suite != CHANNEL_MODERN && !row[suite].sentence)
        suite = shares_words[suite];
    return &row[suite];
}

const struct explanation *explanation_of_message(enum wire_message message,
                                                 enum channel_suite_kind suite)
{
    return words_of(messages[message <= WIRE_MESSAGES ? message : WIRE_MESSAGES], suite);
}

const struct explanation *explanation_of_step(enum channel_step step, enum channel_suite_kind suite)
{
    return words_of(steps[step].words, suite);
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
                                             bool by_peer, enum channel_suite_kind suite)
{
    const enum channel_role ends_it = by_peer ? !own : own;
    if (error == CHANNEL_OK && (suite == CHANNEL_TEXTBOOK || suite == CHANNEL_DH))
        return &good_end_unproven;
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
                 {"said", parties->said ? parties->said : _("something")},
                 {"text", parties->text ? parties->text : ""}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strlen(words[i].place) == length && strncmp(words[i].place, place, length) == 0)
            return words[i].word;
    if (strncmp(place, "port", length) == 0 && parties->port == 0)
        return _("a new one");
    if (strncmp(place, "port", length) == 0)
        snprintf(number, 32, "%u", parties->port);
    else
        snprintf(number, 32, translate_count("%zu byte", "%zu bytes", parties->bytes),
                 parties->bytes);
    return number;
}

/* One character, of which the last byte is returned. Letters of two bytes are those of Cyrillic. */
static const char *put_capital(char out[EXPLAIN_TEXT_BYTES], size_t *length, const char *word)
{
    size_t bytes;
    uint32_t letter = utf8_decode(word, strlen(word), &bytes);
    if (bytes != 2 || *length + bytes >= EXPLAIN_TEXT_BYTES) {
        out[(*length)++] = (char)toupper((unsigned char)*word);
        return word;
    }
    if (letter >= 0x430 && letter <= 0x44f)
        letter -= 0x20;
    else if (letter >= 0x450 && letter <= 0x45f)
        letter -= 0x50;
    out[(*length)++] = (char)(0xc0 | letter >> 6);
    out[(*length)++] = (char)(0x80 | (letter & 0x3f));
    return word + 1;
}

const char *explain_text_fill(char out[EXPLAIN_TEXT_BYTES], const char *sentence,
                              const struct explain_parties *parties)
{
    size_t length = 0;
    bool begins = true;
    for (const char *at = translate(sentence); *at && length + 1 < EXPLAIN_TEXT_BYTES; at++) {
        char number[32];
        const char letter[3] = {*at};
        const char *word = letter, *end = *at == '{' ? strchr(at, '}') : NULL;
        if (end) {
            word = word_for(number, at + 1, (size_t)(end - at - 1), parties);
            at = end;
        }
        for (; *word && length + 1 < EXPLAIN_TEXT_BYTES; word++) {
            if (begins)
                word = put_capital(out, &length, word);
            else
                out[length++] = *word;
            begins = begins && isspace((unsigned char)*word);
        }
        begins = begins || (*at == ' ' && length >= 2 && strchr(".!?", out[length - 2]));
    }
    out[length] = 0;
    return out;
}
