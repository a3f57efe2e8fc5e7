/*
 * Following a talk under dh: see dlog_session.h.
 */
#include "dlog_session.h"

#include "symcipher.h"
#include "wire.h"

#include <stdlib.h>
#include <string.h>

struct channel_state {
    const struct sym_cipher *cipher; /* NULL: no channel of dh */
    enum channel_role recorder;
    struct dlog_agreement agreement;
    bool has_A, has_key[2], has_next;
    uint8_t key[2][SYM_CIPHER_MAX_KEY_BYTES]; /* by sender */
    uint8_t next[SYM_CIPHER_MAX_KEY_BYTES];   /* of a re-key */
    uint8_t exporter[SYM_HKDF_PRK_BYTES];
    const struct handover *handover; /* that it goes back to */
    struct sym_sha256 transcript;    /* R1, R2 */
};

struct handover {
    uint8_t ticket[WIRE_TICKET_BYTES], secret[SYM_SHA256_BYTES];
};

struct session {
    const struct dlog_session_sink *sink;
    struct channel_state *channels; /* channel n at n - 1 */
    size_t channel_count;
    struct handover *handovers; /* one for each record at most */
    size_t handover_count;
};

/* --- keys ------------------------------------------------------------------------------------ */

/* H(secret) || H(H(secret)) || ..., its first bytes; and what hand-overs are drawn from. */
static void derive(uint8_t key[SYM_CIPHER_MAX_KEY_BYTES], struct channel_state *state,
                   const uint8_t *secret, size_t bytes)
{
    uint8_t hash[SYM_SHA256_BYTES];
    const size_t wanted = sym_cipher_key_bytes(state->cipher);
    sym_sha256(hash, secret, bytes);
    for (size_t at = 0; at < wanted; at += sizeof(hash)) {
        memcpy(key + at, hash, wanted - at < sizeof(hash) ? wanted - at : sizeof(hash));
        sym_sha256(hash, hash, sizeof(hash));
    }
    sym_hkdf_extract(state->exporter, NULL, 0, key, wanted);
}

/* K, as long as p. */
static bool agree(struct session *session, struct channel_state *state,
                  uint8_t key[SYM_CIPHER_MAX_KEY_BYTES])
{
    uint8_t bytes[DH_MAX_BYTES + 1] = {0};
    const size_t size = (mpz_sizeinbase(state->agreement.p, 2) + 7) / 8;
    size_t count = 0;
    mpz_t K;
    mpz_init(K);
    bool found = size <= DH_MAX_BYTES &&
                 session->sink->find(session->sink->context, K, &state->agreement) &&
                 mpz_sgn(K) >= 0 && mpz_cmp(K, state->agreement.p) < 0;
    if (found) {
        uint8_t digits[DH_MAX_BYTES];
        mpz_export(digits, &count, 1, 1, 1, 0, K);
        memcpy(bytes + size - count, digits, count);
        derive(key, state, bytes, size);
        session->sink->key(session->sink->context, "K", key, sym_cipher_key_bytes(state->cipher));
    }
    mpz_clear(K);
    return found;
}

static void use_key(struct channel_state *state, const uint8_t key[SYM_CIPHER_MAX_KEY_BYTES])
{
    for (int sender = 0; sender < 2; sender++) {
        memcpy(state->key[sender], key, SYM_CIPHER_MAX_KEY_BYTES);
        state->has_key[sender] = true;
    }
}

/* --- shares ---------------------------------------------------------------------------------- */

static void take_number(mpz_t out, const struct wire_value *value)
{
    mpz_import(out, value->bytes, 1, 1, 1, 0, value->data);
}

static void take_client_share(struct channel_state *state, const struct wire_value *eph)
{
    struct wire_value values[DH_CLIENT_SHARE_FIELDS];
    state->has_A = !wire_decode(values, WIRE_DH_CLIENT_SHARE, eph->data, eph->bytes);
    if (!state->has_A)
        return;
    take_number(state->agreement.p, &values[DH_CLIENT_SHARE_P]);
    take_number(state->agreement.g, &values[DH_CLIENT_SHARE_G]);
    take_number(state->agreement.A, &values[DH_CLIENT_SHARE_A]);
    state->has_A = mpz_cmp_ui(state->agreement.p, 1) > 0;
}

static bool take_server_share(struct session *session, struct channel_state *state,
                              const struct wire_value *eph, unsigned frame,
                              uint8_t key[SYM_CIPHER_MAX_KEY_BYTES])
{
    struct wire_value values[DH_SERVER_SHARE_FIELDS];
    if (!state->has_A || wire_decode(values, WIRE_DH_SERVER_SHARE, eph->data, eph->bytes))
        return false;
    take_number(state->agreement.B, &values[DH_SERVER_SHARE_B]);
    state->agreement.frame = frame;
    return agree(session, state, key);
}

static void take_hello(struct session *session, struct channel_state *state,
                       const struct trace_event *event, const uint8_t *body, size_t bytes)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    uint8_t key[SYM_CIPHER_MAX_KEY_BYTES] = {0};
    const enum wire_message hello = event->frame.message;
    if (wire_decode(values, hello, body, bytes))
        return;
    if (hello == WIRE_CLIENT_HELLO)
        take_client_share(state, &values[HELLO_EPH]);
    else if (take_server_share(session, state, &values[HELLO_EPH], event->frame.number, key))
        use_key(state, key);
}

/* --- inside of records ----------------------------------------------------------------------- */

static void take_port(struct session *session, const struct channel_state *state,
                      const struct wire_value *ticket)
{
    static const char label[] = "glassbox-v2 ticket";
    uint8_t info[sizeof(label) - 1 + WIRE_TICKET_BYTES];
    struct handover *handover = &session->handovers[session->handover_count];
    memcpy(info, label, sizeof(label) - 1);
    memcpy(info + sizeof(label) - 1, ticket->data, WIRE_TICKET_BYTES);
    memcpy(handover->ticket, ticket->data, WIRE_TICKET_BYTES);
    if (!sym_hkdf_expand(handover->secret, sizeof(handover->secret), state->exporter,
                         sizeof(state->exporter), info, sizeof(info)))
        session->handover_count++;
}

/* K1 .. K4: whose next record is under the new key. */
static void take_rekey(struct session *session, struct channel_state *state,
                       const struct trace_event *event, enum channel_role sender,
                       const uint8_t *inner, size_t bytes)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    const uint8_t step = bytes > 1 ? inner[1] : 0;
    if (step == 1 && !wire_decode(values, WIRE_REKEY_ASK, inner, bytes))
        take_client_share(state, &values[REKEY_ASK_EPH]);
    else if (step == 2 && !wire_decode(values, WIRE_REKEY_ANSWER, inner, bytes))
        state->has_next = take_server_share(session, state, &values[REKEY_ANSWER_EPH],
                                            event->frame.number, state->next);
    if (step < 3)
        return;
    state->has_key[sender] = state->has_next;
    memcpy(state->key[sender], state->next, sizeof(state->next));
}

static void take_inner(struct session *session, struct channel_state *state,
                       const struct trace_event *event, enum channel_role sender,
                       const uint8_t *inner, size_t bytes)
{
    struct wire_value values[WIRE_MAX_FIELDS];
    if (bytes > 0 && inner[0] == WIRE_INNER_PORT && !wire_decode(values, WIRE_PORT, inner, bytes))
        take_port(session, state, &values[PORT_TICKET]);
    else if (bytes > 0 && inner[0] == WIRE_INNER_REKEY)
        take_rekey(session, state, event, sender, inner, bytes);
}

static bool take_record(struct session *session, struct channel_state *state,
                        const struct trace_event *event, enum channel_role sender,
                        const uint8_t *body, size_t bytes)
{
    size_t plain_bytes = 0;
    uint8_t *plain = malloc(sym_cipher_plain_bytes(state->cipher, bytes) + 1);
    if (!plain)
        return false;
    bool opened = state->has_key[sender] &&
                  !sym_cipher_decrypt(state->cipher, plain,
                                      sym_cipher_plain_bytes(state->cipher, bytes), &plain_bytes,
                                      state->key[sender], sym_cipher_key_bytes(state->cipher), body,
                                      bytes);
    session->sink->record(session->sink->context, sender, event, opened ? plain : NULL,
                          plain_bytes);
    if (opened)
        take_inner(session, state, event, sender, plain, plain_bytes);
    free(plain);
    return true;
}

/* --- the new port ---------------------------------------------------------------------------- */

static void take_resume(struct session *session, struct channel_state *state,
                        const struct trace_bytes *frame, bool is_client)
{
    uint8_t salt[SYM_SHA256_BYTES], prk[SYM_HKDF_PRK_BYTES], key[SYM_CIPHER_MAX_KEY_BYTES] = {0};
    if (is_client) {
        sym_sha256_init(&state->transcript);
        for (size_t i = 0; i < session->handover_count; i++)
            if (frame->bytes >= WIRE_HEADER_BYTES + WIRE_TICKET_BYTES &&
                memcmp(frame->data + WIRE_HEADER_BYTES, session->handovers[i].ticket,
                       WIRE_TICKET_BYTES) == 0)
                state->handover = &session->handovers[i];
    }
    sym_sha256_update(&state->transcript, frame->data, frame->bytes);
    if (is_client || !state->handover)
        return;
    sym_sha256_final(salt, &state->transcript);
    sym_hkdf_extract(prk, salt, sizeof(salt), state->handover->secret,
                     sizeof(state->handover->secret));
    derive(key, state, prk, sizeof(prk));
    session->sink->key(session->sink->context, "the ticket", key,
                       sym_cipher_key_bytes(state->cipher));
    use_key(state, key);
}

/* --- the whole ------------------------------------------------------------------------------- */

static bool take_frame(struct session *session, const struct trace_event *event)
{
    struct channel_state *state = &session->channels[event->channel - 1];
    const struct trace_bytes *frame = &event->frame.bytes;
    const enum channel_role sender = event->frame.sent == (state->recorder == CHANNEL_CLIENT)
                                         ? CHANNEL_CLIENT
                                         : CHANNEL_SERVER;
    if (!state->cipher || frame->bytes < WIRE_HEADER_BYTES)
        return true;
    const uint8_t *body = frame->data + WIRE_HEADER_BYTES;
    const size_t bytes = frame->bytes - WIRE_HEADER_BYTES;
    switch (event->frame.message) {
    case WIRE_CLIENT_HELLO:
    case WIRE_SERVER_HELLO:
        take_hello(session, state, event, body, bytes);
        return true;
    case WIRE_CLIENT_RESUME:
    case WIRE_SERVER_RESUME:
        take_resume(session, state, frame, event->frame.message == WIRE_CLIENT_RESUME);
        return true;
    case WIRE_DH_RECORD:
        return take_record(session, state, event, sender, body, bytes);
    default:
        return true;
    }
}

static void open_channel(struct session *session, const struct trace_event *event)
{
    struct channel_state *state = &session->channels[event->channel - 1];
    state->recorder = event->open.role;
    state->agreement.channel = event->channel;
    if (event->open.suite.kind == CHANNEL_DH)
        state->cipher = sym_cipher_find(event->open.suite.cipher);
}

/* Room for all that there can be: channels, and a hand-over for each event. */
static bool open_session(struct session *session, const struct recording *recording)
{
    const size_t events = recording_count(recording);
    for (size_t i = 0; i < events; i++)
        if (recording_event(recording, i)->channel > session->channel_count)
            session->channel_count = recording_event(recording, i)->channel;
    session->channels = calloc(session->channel_count + 1, sizeof(*session->channels));
    session->handovers = calloc(events + 1, sizeof(*session->handovers));
    for (size_t i = 0; session->channels && i < session->channel_count; i++)
        mpz_inits(session->channels[i].agreement.p, session->channels[i].agreement.g,
                  session->channels[i].agreement.A, session->channels[i].agreement.B, NULL);
    return session->channels && session->handovers;
}

static void close_session(struct session *session)
{
    for (size_t i = 0; session->channels && i < session->channel_count; i++)
        mpz_clears(session->channels[i].agreement.p, session->channels[i].agreement.g,
                   session->channels[i].agreement.A, session->channels[i].agreement.B, NULL);
    free(session->channels);
    free(session->handovers);
}

bool dlog_session_follow(const struct recording *recording, const struct dlog_session_sink *sink)
{
    struct session session = {.sink = sink};
    bool done = open_session(&session, recording);
    for (size_t i = 0; done && i < recording_count(recording); i++) {
        const struct trace_event *event = recording_event(recording, i);
        if (event->kind == TRACE_OPEN)
            open_channel(&session, event);
        else if (event->kind == TRACE_FRAME)
            done = take_frame(&session, event);
    }
    close_session(&session);
    return done;
}
