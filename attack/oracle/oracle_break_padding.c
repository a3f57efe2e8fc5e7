/*
 * attack oracle break, of the padding of CBC: the first six bytes one by one, then the rest.
 */
#include "oracle_break.h"

#include "hexadecimal.h"
#include "sym_padding_oracle.h"
#include "translate.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = SYM_CBC_BLOCK_BYTES, BY_HAND = 6, TAG_MOST = 64 };

struct padding {
    struct oracle_break *attack;
    uint8_t tag[TAG_MOST]; /* of the message, behind each query */
    size_t tag_bytes, all; /* bytes of plaintext */
    size_t found;
};

/* One line a query, all at once; then the answers. */
static bool ask(void *context, bool *right, const struct sym_padding_query *queries, size_t count)
{
    struct padding *padding = context;
    struct oracle_line *line = &padding->attack->line;
    const size_t bytes = 2 * (SYM_PADDING_QUERY_BYTES + padding->tag_bytes) + 1;
    char *text = calloc(count, bytes), *at = text;
    for (size_t i = 0; text && i < count; i++) {
        at = hex_write(at, queries[i].bytes, SYM_PADDING_QUERY_BYTES);
        at = hex_write(at, padding->tag, padding->tag_bytes);
        *at++ = '\n';
    }
    bool done = text && oracle_line_send(line, text, (size_t)(at - text));
    for (size_t i = 0; done && i < count; i++) {
        const char *answer = oracle_line_receive(line);
        done = answer != NULL;
        right[i] = done && strcmp(answer, "ok") == 0;
    }
    free(text);
    return done;
}

/* "byte 48 is 2e '.': guess 2f xor padding 01 xor 00, the byte of the block in front" */
static void tell_found(struct padding *padding, const struct sym_padding_step *step)
{
    char sign[8] = "";
    const unsigned before = step->guess ^ step->pad ^ step->plain;
    if (isprint(step->plain))
        snprintf(sign, sizeof(sign), " (%c)", step->plain);
    (padding->found <= BY_HAND || padding->attack->options->byte ? report_step : report_detail)(
        &padding->attack->report,
        "byte %zu of %zu is %02x%s: the guess %02x made a padding of %02x; and %02x xor %02x xor "
        "%02x, the block in front, is %02x",
        step->at + 1, padding->all, step->plain, sign, step->guess, step->pad, step->guess,
        step->pad, before, step->plain);
}

/* The two blocks of a query, from the byte that is guessed on. */
static void show_query(struct padding *padding, const struct sym_padding_step *step)
{
    char hex[2 * BLOCK + 1];
    *hex_write(hex, step->query, BLOCK) = '\0';
    report_line(&padding->attack->report, "      guess %02x: %s + block -> %s", step->guess, hex,
                step->right ? step->found ? "ok" : _("ok, but not by 01") : "padding");
}

static void hear(void *context, const struct sym_padding_step *step)
{
    struct padding *padding = context;
    const size_t place = padding->all - step->at; /* from the end, from 1 */
    if (padding->attack->options->byte == place)
        show_query(padding, step);
    if (!step->found)
        return;
    padding->found++;
    tell_found(padding, step);
}

static void cost(struct oracle_break *attack, uint64_t queries)
{
    if (queries > 0)
        report_cost(&attack->report,
                    &(struct report_cost){.count = (double)queries, .unit = N_("queries")});
}

/* What is known of the end, in hexadecimal, and the text if all of it is. */
static int end(struct padding *padding, const struct sym_padding_result *result,
               const uint8_t *plain)
{
    struct oracle_break *attack = padding->attack;
    const size_t known = result->known, pad = known > 0 ? plain[padding->all - 1] : 0;
    cost(attack, result->queries);
    if (known > 0)
        report_bytes(&attack->report, "end", plain + padding->all - known, known);
    if (result->verdict != SYM_BROKEN)
        return report_end(&attack->report,
                          result->verdict == SYM_RESISTED ? REPORT_RESISTED : REPORT_NOT_APPLICABLE,
                          "%s", result->why);
    if (known < padding->all)
        return report_end(&attack->report, REPORT_RESISTED,
                          "%zu of %zu bytes are found, as many as were asked for", known,
                          padding->all);
    if (pad > padding->all || !oracle_break_prove(attack, plain, padding->all - pad))
        return report_end(&attack->report, REPORT_RESISTED, "what was found is not the secret");
    return report_end(&attack->report, REPORT_BROKEN, "the text is \"%.*s\"",
                      (int)(padding->all - pad), (const char *)plain);
}

static int attack_target(struct padding *padding, const uint8_t *sealed, size_t bytes)
{
    const struct oracle_break_options *options = padding->attack->options;
    const struct sym_padding_oracle oracle = {ask, padding};
    const struct sym_padding_listener listener = {hear, padding};
    struct sym_padding_result result;
    struct problem problem = {0};
    uint8_t *plain = calloc(1, bytes + 1);
    if (!plain) {
        problem_memory(&problem);
        return report_fail(&padding->attack->report, &problem);
    }
    padding->all = bytes < BLOCK ? 0 : bytes - BLOCK;
    if (options->byte > padding->all || options->bytes > padding->all) {
        problem_set(&problem, "%s %u: the text has %zu bytes", options->byte ? "--byte" : "--bytes",
                    options->byte ? options->byte : options->bytes, padding->all);
        free(plain);
        return report_fail(&padding->attack->report, &problem);
    }
    sym_break_padding(&result, plain, sealed, bytes, options->byte ? options->byte : options->bytes,
                      &oracle, &listener);
    int status = end(padding, &result, plain);
    free(plain);
    return status;
}

int oracle_break_padding(struct oracle_break *attack)
{
    struct padding padding = {.attack = attack};
    struct problem problem = {0};
    const char *tag = oracle_line_field(&attack->line, "tag");
    size_t bytes;
    uint8_t *sealed = oracle_line_bytes(&bytes, &attack->line, "target", &problem);
    if (!sealed)
        return report_fail(&attack->report, &problem);
    padding.tag_bytes = tag ? strtoul(tag, NULL, 10) : 0;
    if (padding.tag_bytes > TAG_MOST || padding.tag_bytes > bytes)
        padding.tag_bytes = 0;
    bytes -= padding.tag_bytes;
    memcpy(padding.tag, sealed + bytes, padding.tag_bytes);
    report_bytes(&attack->report, "target", sealed, bytes);
    int status = attack_target(&padding, sealed, bytes);
    free(sealed);
    return status;
}
