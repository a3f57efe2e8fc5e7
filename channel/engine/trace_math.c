/*
 * The arithmetic of one step; see trace_math.h.
 */
#include "trace_math.h"

#include "symcipher.h"

#include <stdlib.h>
#include <string.h>

/* "x" goes into the power, "x^d" or "x^e" comes out of it: the names are rsa_raw.c's. */
static enum trace_secrecy judge(const struct math *math, const struct rsa_step *step)
{
    if (step->is_private)
        return TRACE_SECRET;
    if (strcmp(step->name, "x") == 0)
        return math->secrecy.in;
    if (strcmp(step->name, "x^d") == 0 || strcmp(step->name, "x^e") == 0)
        return math->secrecy.out;
    return math->secrecy.between;
}

static bool make_room(struct math *math)
{
    size_t space = math->space ? 2 * math->space : 16;
    struct trace_math *list;
    if (math->count < math->space)
        return true;
    list = realloc(math->list, space * sizeof(*list)); /* it holds pointers: not secret */
    if (!list)
        return false;
    math->list = list;
    math->space = space;
    return true;
}

static void hear(void *context, const struct rsa_step *step)
{
    struct math *math = context;
    uint8_t *bytes = malloc(step->count ? step->count : 1);
    if (!bytes || !make_room(math)) {
        free(bytes);
        return;
    }
    if (step->count > 0)
        memcpy(bytes, step->bytes, step->count);
    math->list[math->count] = (struct trace_math){math->key, judge(math, step), *step};
    math->list[math->count++].told.bytes = bytes;
}

const struct rsa_key *math_listen(struct math *math, const struct trace *trace, const char *whose,
                                  const struct rsa_key *key, struct math_secrecy secrecy)
{
    if (!trace->sink || !trace->sink->step)
        return key;
    rsa_key_free(math->view);
    math->key = whose;
    math->secrecy = secrecy;
    math->listener = (struct rsa_listener){hear, math};
    math->view = rsa_key_view(key, &math->listener);
    return math->view ? math->view : key;
}

void math_end(struct math *math)
{
    for (size_t i = 0; i < math->count; i++) {
        uint8_t *bytes = (uint8_t *)math->list[i].told.bytes;
        sym_wipe(bytes, math->list[i].told.count);
        free(bytes);
    }
    free(math->list);
    rsa_key_free(math->view);
    *math = (struct math){0};
}
