/*
 * The arithmetic of one step; see step_arithmetic.h.
 */
#include "step_arithmetic.h"

#include "symcipher.h"

#include <stdlib.h>
#include <string.h>

/* "x" goes into the power, "x^d" or "x^e" comes out of it: the names are rsa_raw.c's. */
static enum trace_secrecy judge(const struct arithmetic *arithmetic, const struct rsa_step *step)
{
    if (step->is_private)
        return TRACE_SECRET;
    if (strcmp(step->name, "x") == 0)
        return arithmetic->secrecy.in;
    if (strcmp(step->name, "x^d") == 0 || strcmp(step->name, "x^e") == 0)
        return arithmetic->secrecy.out;
    return arithmetic->secrecy.between;
}

static bool make_room(struct arithmetic *arithmetic)
{
    size_t space = arithmetic->space ? 2 * arithmetic->space : 16;
    struct trace_arithmetic *list;
    if (arithmetic->count < arithmetic->space)
        return true;
    list = realloc(arithmetic->list, space * sizeof(*list)); /* it holds pointers: not secret */
    if (!list)
        return false;
    arithmetic->list = list;
    arithmetic->space = space;
    return true;
}

static void hear(void *context, const struct rsa_step *step)
{
    struct arithmetic *arithmetic = context;
    uint8_t *bytes = malloc(step->count ? step->count : 1);
    if (!bytes || !make_room(arithmetic)) {
        free(bytes);
        return;
    }
    if (step->count > 0)
        memcpy(bytes, step->bytes, step->count);
    arithmetic->list[arithmetic->count] = (struct trace_arithmetic){arithmetic->key,
                                                                    judge(arithmetic, step), *step};
    arithmetic->list[arithmetic->count++].value.bytes = bytes;
}

const struct rsa_key *arithmetic_listen(struct arithmetic *arithmetic, const struct trace *trace,
                                        enum trace_key whose, const struct rsa_key *key,
                                        struct arithmetic_secrecy secrecy)
{
    if (!trace->sink)
        return key;
    rsa_key_free(arithmetic->view);
    arithmetic->key = whose;
    arithmetic->secrecy = secrecy;
    arithmetic->listener = (struct rsa_listener){hear, arithmetic};
    arithmetic->view = rsa_key_view(key, &arithmetic->listener);
    return arithmetic->view ? arithmetic->view : key;
}

void arithmetic_end(struct arithmetic *arithmetic)
{
    for (size_t i = 0; i < arithmetic->count; i++) {
        uint8_t *bytes = (uint8_t *)arithmetic->list[i].value.bytes;
        sym_wipe(bytes, arithmetic->list[i].value.count);
        free(bytes);
    }
    free(arithmetic->list);
    rsa_key_free(arithmetic->view);
    *arithmetic = (struct arithmetic){0};
}
