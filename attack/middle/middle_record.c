/* Recordings of the middle's own talks, and its page: see middle_record.h. */
#include "middle_record.h"

#include "console.h"
#include "explain.h"
#include "output_file.h"

#include <stdlib.h>

const struct channel_trace *middle_record_trace(struct middle_record *record,
                                                enum channel_role side, struct channel_suite suite)
{
    static const char *const ends[] = {"client", "server"};
    struct explain_options options = {.record_secrets = true};
    if (!record->name || record->problem.message[0])
        return NULL;
    if (!record->explains[side]) {
        if (asprintf(&record->paths[side], "%s.%s.rec", record->name, ends[side]) < 0) {
            record->paths[side] = NULL;
            problem_memory(&record->problem);
            return NULL;
        }
        options.record = record->paths[side];
        if (!explain_start(&record->explains[side], &options, "attack middle",
                           side == CHANNEL_CLIENT ? CHANNEL_SERVER : CHANNEL_CLIENT, suite, NULL,
                           &record->problem)) {
            console_problem(&record->problem, CONSOLE_FAILED);
            return NULL;
        }
    }
    return explain_trace(record->explains[side]);
}

int middle_record_end(struct middle_record *record, int status)
{
    if (record->problem.message[0])
        status = CONSOLE_FAILED;
    for (int side = 0; side < 2; side++) {
        if (record->explains[side])
            status = explain_end(record->explains[side], status);
        free(record->paths[side]);
    }
    return status;
}

bool middle_page_save(const struct middle *middle, const char *path, struct problem *problem)
{
    struct output_file out;
    bool good = output_file_open_drawing(&out, path, 0666, "<!DOCTYPE html>", problem);
    if (good) {
        middle_page(middle, out.stream);
        good = output_file_finish(&out, problem);
    }
    output_file_close(&out);
    return good;
}
