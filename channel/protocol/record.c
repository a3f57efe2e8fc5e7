/*
 * Records: inner messages out and in, whatever the suite.
 *
 * The modern suites seal and open on the spot, in place; dh on the spot. In the textbook suite each
 * record costs RSA operations, so plaintexts wait in `pending`, and sealing and opening are work.
 */
#include "engine.h"

#include <string.h>

#define PENDING_HEADER 4 /* u32 length in front of each plaintext in `pending`, in host order */

/* --- out -------------------------------------------------------------------------------------- */

uint8_t *record_begin(struct channel *channel, size_t bytes)
{
    uint8_t *room;
    if (channel->suite->record == WIRE_DH_RECORD)
        return buffer_room(&channel->work_in, bytes);
    if (channel->suite->record == WIRE_TEXTBOOK_RECORD) {
        room = buffer_room(&channel->pending, PENDING_HEADER + bytes);
        return room ? room + PENDING_HEADER : NULL;
    }
    room = buffer_room(&channel->out, WIRE_HEADER_BYTES + bytes + SYM_AEAD_TAG_BYTES);
    return room ? room + WIRE_HEADER_BYTES : NULL;
}

enum channel_error record_end(struct channel *channel, size_t bytes)
{
    uint32_t length = (uint32_t)bytes;
    enum channel_error error;
    if (channel->suite->record == WIRE_DH_RECORD) {
        buffer_added(&channel->work_in, bytes);
        error = dh_seal(channel);
        if (error)
            channel_fail(channel, error, NULL); /* or a word would be missing, and nobody notice */
        return error;
    }
    if (channel->suite->record == WIRE_TEXTBOOK_RECORD) {
        memcpy(channel->pending.data + channel->pending.end, &length, PENDING_HEADER);
        buffer_added(&channel->pending, PENDING_HEADER + bytes);
        channel_advance(channel);
        return channel->error;
    }
    buffer_added(&channel->out, modern_seal(channel, channel->out.data + channel->out.end, bytes));
    return CHANNEL_OK;
}

enum channel_error record_put(struct channel *channel, enum wire_message message,
                              const struct wire_value *values)
{
    size_t bytes = wire_size(message, values);
    uint8_t *room = record_begin(channel, bytes);
    if (!room)
        return CHANNEL_ERR_MEMORY;
    wire_encode(room, message, values);
    return record_end(channel, bytes);
}

uint8_t *channel_send_space(struct channel *channel, size_t bytes)
{
    uint8_t *room;
    if (!channel_is_open(channel) || bytes > CHANNEL_DATA_MAX)
        return NULL;
    room = record_begin(channel, 1 + bytes);
    if (!room)
        return NULL;
    room[0] = WIRE_INNER_DATA;
    return room + 1;
}

enum channel_error channel_send_done(struct channel *channel, size_t bytes)
{
    return bytes == 0 ? CHANNEL_OK : record_end(channel, 1 + bytes);
}

enum channel_error channel_send(struct channel *channel, const void *data, size_t bytes)
{
    const uint8_t *at = data;
    if (!channel_is_open(channel))
        return CHANNEL_ERR_USE;
    while (bytes > 0) {
        size_t part = bytes < CHANNEL_DATA_MAX ? bytes : CHANNEL_DATA_MAX;
        uint8_t *room = channel_send_space(channel, part);
        enum channel_error error;
        if (!room)
            return CHANNEL_ERR_MEMORY;
        memcpy(room, at, part);
        error = channel_send_done(channel, part);
        if (error)
            return error;
        at += part;
        bytes -= part;
    }
    return CHANNEL_OK;
}

size_t channel_send_pending(const struct channel *channel)
{
    return buffer_bytes(&channel->pending) + buffer_bytes(&channel->work_in);
}

/* --- in --------------------------------------------------------------------------------------- */

static void receive_close(struct channel *channel, const uint8_t *plain, size_t bytes)
{
    struct wire_value values[CLOSE_FIELDS];
    const struct wire_field *bad = wire_decode(values, WIRE_CLOSE, plain, bytes);
    if (bad) {
        channel_fail_field(channel, WIRE_CLOSE, bad);
        return;
    }
    channel->peer_ended = !channel->said_close;
    channel_close(channel, CHANNEL_OK, NULL);
    channel->got_close = true;
    if (values[CLOSE_CODE].number != 0)
        channel_take_reason(channel, channel_alert_error((uint8_t)values[CLOSE_CODE].number),
                            &values[CLOSE_REASON]);
}

static void receive_port(struct channel *channel, const uint8_t *plain, size_t bytes)
{
    struct wire_value values[PORT_FIELDS];
    const struct wire_field *bad = wire_decode(values, WIRE_PORT, plain, bytes);
    enum channel_error error;
    if (bad || channel->config.role == CHANNEL_SERVER) {
        channel_fail(channel, bad ? CHANNEL_ERR_MALFORMED : CHANNEL_ERR_UNEXPECTED, "port");
        return;
    }
    error = handover_make_ticket(channel, (uint16_t)values[PORT_NUMBER].number,
                                 values[PORT_TICKET].data);
    if (error)
        channel_fail(channel, error, NULL);
}

/* All inner messages but data, which the driver takes. */
static void receive_inner(struct channel *channel, const uint8_t *plain, size_t bytes)
{
    switch (plain[0]) {
    case WIRE_INNER_PORT:
        receive_port(channel, plain, bytes);
        break;
    case WIRE_INNER_REKEY:
        rekey_receive(channel, plain, bytes);
        break;
    case WIRE_INNER_CLOSE:
        receive_close(channel, plain, bytes);
        break;
    default:
        channel_fail(channel, CHANNEL_ERR_UNEXPECTED, "inner message");
    }
}

/* The plaintext of the record at the front of the input, `at` bytes into it. True if it is data
 * that now waits there for the driver. */
static bool take_plaintext(struct channel *channel, size_t at, size_t bytes, size_t frame_bytes)
{
    const uint8_t *plain = buffer_front(&channel->in) + at;
    trace_inner(channel, false, plain, bytes);
    if (bytes == 0 || bytes > WIRE_PLAINTEXT_MAX) {
        channel_fail(channel, CHANNEL_ERR_MALFORMED, "inner message");
        return false;
    }
    if (plain[0] != WIRE_INNER_DATA) {
        receive_inner(channel, plain, bytes);
        return false;
    }
    if (bytes == 1)
        return false;
    channel->data_at = at + 1;
    channel->data_bytes = bytes - 1;
    channel->frame_bytes = frame_bytes;
    return true;
}

static bool receive_modern(struct channel *channel, size_t body_bytes)
{
    uint8_t *frame = buffer_front(&channel->in);
    struct wire_value values[MODERN_RECORD_FIELDS];
    const struct wire_field *bad = wire_decode(values, WIRE_MODERN_RECORD,
                                               frame + WIRE_HEADER_BYTES, body_bytes);
    enum channel_error error;
    if (bad) {
        channel_fail_field(channel, WIRE_MODERN_RECORD, bad);
        return false;
    }
    error = modern_open(channel, frame, body_bytes);
    if (error) {
        channel_fail(channel, error, "record");
        return false;
    }
    return take_plaintext(channel, WIRE_HEADER_BYTES, body_bytes - SYM_AEAD_TAG_BYTES,
                          WIRE_HEADER_BYTES + body_bytes);
}

/* The plaintext in work_out is shorter than the frame it came from, and takes its place. True if it
 * is data that now waits there. */
static bool take_opened(struct channel *channel, size_t frame_bytes)
{
    size_t bytes = buffer_bytes(&channel->work_out);
    memcpy(buffer_front(&channel->in), buffer_front(&channel->work_out), bytes);
    buffer_free(&channel->work_out);
    return take_plaintext(channel, 0, bytes, frame_bytes);
}

static bool receive_dh(struct channel *channel, size_t body_bytes)
{
    struct wire_value values[DH_RECORD_FIELDS];
    const struct wire_field *bad = wire_decode(
        values, WIRE_DH_RECORD, buffer_front(&channel->in) + WIRE_HEADER_BYTES, body_bytes);
    enum channel_error error = bad ? CHANNEL_OK : dh_open(channel, &values[DH_RECORD_SEALED]);
    if (bad)
        channel_fail_field(channel, WIRE_DH_RECORD, bad);
    else if (error)
        channel_fail(channel, error, "record");
    return !bad && !error && take_opened(channel, WIRE_HEADER_BYTES + body_bytes);
}

static void textbook_opened(struct channel *channel)
{
    size_t frame_bytes = channel->frame_bytes;
    channel->frame_bytes = 0;
    buffer_free(&channel->work_in);
    if (!take_opened(channel, frame_bytes))
        buffer_consume(&channel->in, frame_bytes);
    sym_wipe(channel->session_key_secret, sizeof(channel->session_key_secret));
}

static bool receive_textbook(struct channel *channel, size_t body_bytes)
{
    const struct wire_field *bad;
    if (!buffer_append(&channel->work_in, buffer_front(&channel->in) + WIRE_HEADER_BYTES,
                       body_bytes)) {
        channel_fail(channel, CHANNEL_ERR_MEMORY, NULL);
        return false;
    }
    bad = wire_decode(channel->work_values, WIRE_TEXTBOOK_RECORD, buffer_front(&channel->work_in),
                      body_bytes);
    if (bad) {
        buffer_free(&channel->work_in);
        channel_fail_field(channel, WIRE_TEXTBOOK_RECORD, bad);
        return false;
    }
    channel->frame_bytes = WIRE_HEADER_BYTES + body_bytes;
    channel->sealed_last = false;
    channel->work = (struct work){.run = textbook_open, .done = textbook_opened};
    return true;
}

bool record_receive(struct channel *channel, size_t body_bytes)
{
    if (channel->suite->record == WIRE_MODERN_RECORD)
        return receive_modern(channel, body_bytes);
    return channel->suite->record == WIRE_DH_RECORD ? receive_dh(channel, body_bytes)
                                                    : receive_textbook(channel, body_bytes);
}

/* --- textbook: out, the second half ----------------------------------------------------------- */

static void textbook_sealed(struct channel *channel)
{
    const uint8_t *plain = buffer_front(&channel->work_in);
    struct wire_value values[PORT_FIELDS];
    bool sent = buffer_append(&channel->out, buffer_front(&channel->work_out),
                              buffer_bytes(&channel->work_out));
    enum channel_error error = sent ? CHANNEL_OK : CHANNEL_ERR_MEMORY;
    if (sent)
        trace_frame(channel, true, buffer_front(&channel->work_out),
                    buffer_bytes(&channel->work_out));
    /* The K of the record that carries the port is what the hand-over is built on. */
    if (!error && plain[0] == WIRE_INNER_PORT &&
        !wire_decode(values, WIRE_PORT, plain, buffer_bytes(&channel->work_in)))
        error = handover_make_ticket(channel, (uint16_t)values[PORT_NUMBER].number,
                                     values[PORT_TICKET].data);
    buffer_free(&channel->work_in);
    buffer_free(&channel->work_out);
    sym_wipe(channel->session_key_secret, sizeof(channel->session_key_secret));
    if (error)
        channel_fail(channel, error, NULL);
}

void record_seal_pending(struct channel *channel)
{
    uint32_t length;
    memcpy(&length, buffer_front(&channel->pending), PENDING_HEADER);
    if (!buffer_append(&channel->work_in, buffer_front(&channel->pending) + PENDING_HEADER,
                       length)) {
        channel_fail(channel, CHANNEL_ERR_MEMORY, NULL);
        return;
    }
    trace_inner(channel, true, buffer_front(&channel->work_in), length);
    buffer_consume(&channel->pending, PENDING_HEADER + length);
    channel->sealed_last = true;
    channel->work = (struct work){.run = textbook_seal, .done = textbook_sealed};
}
