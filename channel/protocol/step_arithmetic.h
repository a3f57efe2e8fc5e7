/*
 * The arithmetic of one step, kept from the moment when the key is used until the step is traced.
 *
 *     struct arithmetic arithmetic = {0};
 *     const struct rsa_key *key = arithmetic_listen(&arithmetic, &channel->trace, TRACE_PEER_EPHEMERAL,
 *                                                   exchange->peer_ephemeral, secrecy);
 *     ... rsa_oaep_encrypt(sealed, key, ...) ...
 *     TRACE_ARITHMETIC(channel->trace, &arithmetic, STEP_SECRET_SEALED, ...);
 *     arithmetic_end(&arithmetic);
 *
 * Keys are shared by channels and threads, so nothing is attached to them: the operation is done
 * with a view of the key that has a listener of its own. Without a sink it is the key itself, and
 * nothing else happens. Without memory the arithmetic is left out, and the operation goes on.
 */
#ifndef GLASSBOX_STEP_ARITHMETIC_H
#define GLASSBOX_STEP_ARITHMETIC_H

#include "trace.h"

/* How secret the values of one operation are. What the library itself marks as private is secret
 * always: blinding and CRT halves give the key away. */
struct arithmetic_secrecy {
    enum trace_secrecy in;      /* the number that goes into the power */
    enum trace_secrecy between; /* the padding, and all else */
    enum trace_secrecy out;     /* the power */
};

struct arithmetic {
    enum trace_key key;
    struct arithmetic_secrecy secrecy;
    struct rsa_listener listener;
    struct rsa_key *view;
    struct trace_arithmetic *list;
    size_t count, space;
};

/* What to do the operation with. May be called again for another key: the list goes on. */
const struct rsa_key *arithmetic_listen(struct arithmetic *arithmetic, const struct trace *trace,
                                        enum trace_key whose, const struct rsa_key *key,
                                        struct arithmetic_secrecy secrecy);
/* Wipes and frees. */
void arithmetic_end(struct arithmetic *arithmetic);

#endif
