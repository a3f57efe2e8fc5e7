/*
 * What the kinds of servers share.
 */
#include "oracle_kind.h"

#include "hexadecimal.h"
#include "symcipher.h"

#include <stdlib.h>
#include <string.h>

static const struct oracle_kind *const kinds[] = {&oracle_padding, &oracle_v15, &oracle_manger,
                                                  &oracle_timing};

const struct oracle_kind *oracle_kind_at(size_t index)
{
    return index < sizeof(kinds) / sizeof(*kinds) ? kinds[index] : NULL;
}

const struct oracle_kind *oracle_kind_find(const char *name)
{
    for (size_t i = 0; oracle_kind_at(i); i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

/* SplitMix64: whoever has the seed has all of it. */
static int fill(void *context, uint8_t *out, size_t bytes)
{
    struct oracle_chance *chance = context;
    for (size_t i = 0; i < bytes; i++) {
        uint64_t z = chance->state += 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        out[i] = (uint8_t)(z >> 56);
    }
    return 0;
}

void oracle_chance_start(struct oracle_chance *chance, uint64_t seed)
{
    *chance = (struct oracle_chance){.state = seed, .source = {fill, chance}};
}

size_t oracle_read_hex(uint8_t *out, size_t space, const char *line, size_t bytes)
{
    if (bytes % 2 != 0 || bytes / 2 > space)
        return SIZE_MAX;
    for (size_t i = 0; i < bytes / 2; i++) {
        int byte = hex_byte(line + 2 * i);
        if (byte < 0)
            return SIZE_MAX;
        out[i] = (uint8_t)byte;
    }
    return bytes / 2;
}

void oracle_greet_hex(FILE *out, const char *name, const void *data, size_t bytes)
{
    char *hex = hex_string(data, bytes);
    fprintf(out, "%s %s\n", name, hex ? hex : "");
    free(hex);
}

void oracle_greet_check(FILE *out, const void *text, size_t bytes)
{
    uint8_t hash[SYM_SHA256_BYTES];
    sym_sha256(hash, text, bytes);
    oracle_greet_hex(out, "check", hash, sizeof(hash));
}
