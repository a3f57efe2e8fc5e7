/* A scene heard on both sides: see recorded_scene.h. */
#include "recorded_scene.h"

#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- an event as text ------------------------------------------------------------------------- */

static void print_value(FILE *out, const char *name, enum trace_secrecy secrecy,
                        const uint8_t *data, size_t bytes, bool secrets)
{
    const bool shown = data && (secrets || secrecy != TRACE_SECRET);
    fprintf(out, " %s/%d/%zu=", name, (int)secrecy, bytes);
    for (size_t i = 0; shown && i < bytes; i++)
        fprintf(out, "%02x", data[i]);
}

static void print_arithmetic(FILE *out, const struct trace_arithmetic *arithmetic, bool secrets)
{
    const struct rsa_step *value = &arithmetic->value;
    fprintf(out, "math %d|%s|%s|%s|%d", (int)arithmetic->key, value->name, value->formula,
            value->section, value->is_number);
    print_value(out, value->name, arithmetic->secrecy, value->bytes, value->count, secrets);
    for (size_t i = 0; i < RSA_MAX_BOXES && value->boxes[i].label; i++)
        fprintf(out, " [%s %zu]", value->boxes[i].label, value->boxes[i].bytes);
    for (size_t i = 0; i < 3; i++)
        fprintf(out, " ^%s", value->power[i] ? value->power[i] : "");
}

static void print_step(FILE *out, const struct trace_event *event, bool secrets)
{
    const struct step_row *row = step_row(event->step.step);
    for (size_t i = 0; i < event->step.arithmetic_count; i++)
        print_arithmetic(out, &event->step.arithmetic[i], secrets);
    fprintf(out, "step %d", (int)event->step.step);
    for (size_t i = 0; i < (size_t)row->inputs + row->outputs; i++)
        print_value(out, row->values[i].name, row->values[i].secrecy, event->step.values[i].data,
                    event->step.values[i].bytes, secrets);
}

static void print_event(FILE *out, const struct trace_event *event, bool secrets)
{
    char suite[CHANNEL_SUITE_TEXT_BYTES];
    switch (event->kind) {
    case TRACE_OPEN:
        fprintf(out, "open %d %s", (int)event->open.role,
                channel_suite_text(suite, event->open.suite));
        if (event->open.ticket)
            print_value(out, "ticket", TRACE_PUBLIC, event->open.ticket, WIRE_TICKET_BYTES, true);
        break;
    case TRACE_ADDRESSES:
        fprintf(out, "line %s %u %s %u", event->addresses.own.address, event->addresses.own.port,
                event->addresses.peer.address, event->addresses.peer.port);
        break;
    case TRACE_FRAME:
        fprintf(out, "frame %d %u %d", event->frame.sent, event->frame.number,
                (int)event->frame.message);
        print_value(out, "frame", TRACE_PUBLIC, event->frame.bytes.data, event->frame.bytes.bytes,
                    secrets);
        break;
    case TRACE_INNER:
        fprintf(out, "inner %d %u %d", event->inner.sent, event->inner.record,
                (int)event->inner.message);
        print_value(out, "bytes", TRACE_SECRET, event->inner.bytes.data, event->inner.bytes.bytes,
                    secrets);
        break;
    case TRACE_STEP:
        print_step(out, event, secrets);
        break;
    case TRACE_VERDICT:
        fprintf(out, "verdict %d %s", (int)event->verdict.verdict, event->verdict.fingerprint);
        break;
    case TRACE_CLOSE:
        fprintf(out, "close %d %d |%s|%s|", (int)event->close.error, event->close.is_peers,
                event->close.reason, event->close.detail);
        break;
    }
}

char *explain_text(const struct trace_event *event, bool secrets)
{
    char *text;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        abort();
    fprintf(out, "%u %llu ", event->channel, (unsigned long long)event->microseconds);
    print_event(out, event, secrets);
    fclose(out);
    return text;
}

/* --- the scene -------------------------------------------------------------------------------- */

static void keep(void *context, const struct trace_event *event)
{
    struct recorded_side *side = context;
    side->texts = realloc(side->texts, (side->count + 1) * sizeof(*side->texts));
    if (!side->texts)
        abort();
    side->texts[side->count++] = explain_text(event, side->secrets);
    if (!recording_add(side->kept, event))
        abort();
}

static void or_abort(bool good, const struct problem *problem)
{
    if (good)
        return;
    fprintf(stderr, "recorded_scene: %s\n", problem->message);
    abort();
}

static void open_side(struct recorded_side *side, const char *folder, enum channel_role role,
                      const char *suite, bool secrets)
{
    struct problem problem = {0};
    struct channel_suite parsed;
    side->secrets = secrets;
    char text[CHANNEL_SUITE_TEXT_BYTES];
    side->path = scratch_path(folder, role == CHANNEL_CLIENT ? "client.rec" : "server.rec");
    side->keylog = scratch_path(folder, role == CHANNEL_CLIENT ? "client.keys" : "server.keys");
    if (channel_suite_parse(&parsed, suite))
        abort();
    const struct explain_options options = {
        .record = side->path, .record_secrets = secrets, .keylog = side->keylog};
    const struct recording_head head = {.program = "tests",
                                        .role = role,
                                        .suite = channel_suite_text(text, parsed),
                                        .started = "",
                                        .secrets = secrets};
    if (!recording_new(&side->kept, &head))
        abort();
    or_abort(explain_open(&side->explain, &options, &head, &problem), &problem);
    or_abort(explain_add(&side->explain, &(struct explain_observer){.event = keep, .context = side},
                         &problem),
             &problem);
}

void recorded_scene_open(struct recorded_scene *scene, enum scene which, const char *suite,
                         bool secrets)
{
    const struct channel_trace *traces[2];
    *scene = (struct recorded_scene){.folder = scratch_new(), .scene = which};
    for (int role = 0; role < 2; role++) {
        open_side(&scene->sides[role], scene->folder, (enum channel_role)role, suite, secrets);
        traces[role] = explain_trace(scene->sides[role].explain);
    }
    scene_open_traced(&scene->pump, which, suite, traces);
}

void recorded_scene_play(struct recorded_scene *scene)
{
    struct problem problem = {0};
    scene_play(&scene->pump, scene->scene);
    pump_close(&scene->pump);
    for (int role = 0; role < 2; role++) {
        struct recorded_side *side = &scene->sides[role];
        or_abort(explain_close(side->explain, &problem), &problem);
        side->explain = NULL;
        or_abort(recording_load(&side->recording, side->path, &problem), &problem);
    }
}

void recorded_scene_close(struct recorded_scene *scene)
{
    for (int role = 0; role < 2; role++) {
        struct recorded_side *side = &scene->sides[role];
        for (size_t i = 0; i < side->count; i++)
            free(side->texts[i]);
        free(side->texts);
        free(side->path);
        free(side->keylog);
        recording_free(side->recording);
        recording_free(side->kept);
    }
    scratch_remove(scene->folder);
}

/* --- looking ---------------------------------------------------------------------------------- */

const struct trace_event *recording_find(const struct recording *recording, enum trace_kind kind,
                                         size_t nth)
{
    for (size_t i = 0; i < recording_count(recording); i++)
        if (recording_event(recording, i)->kind == kind && nth-- == 0)
            return recording_event(recording, i);
    return NULL;
}

const struct trace_event *recording_find_step(const struct recording *recording, const char *name,
                                              size_t nth)
{
    for (size_t i = 0; i < recording_count(recording); i++) {
        const struct trace_event *event = recording_event(recording, i);
        if (event->kind == TRACE_STEP && strcmp(step_row(event->step.step)->name, name) == 0 &&
            nth-- == 0)
            return event;
    }
    return NULL;
}
