/*
 * The table of acts and suites, filled by doing each act: who noticed what.
 */
#include "middle_trial.h"

#include <stdlib.h>
#include <string.h>

#define CELL_BYTES 120

/* flip: where in the client's first record of the talk a bit is turned so that its text changes and
 * its form does not: in the IV of feistel-cbc, which is laid over the first block; else anywhere. */
static const struct {
    const char *name, *flip;
    bool modern;
} suites[] = {{"textbook", "flip 268.1 client 2", false},
              {"dh", "flip 10.1 client 2", false},
              {"modern:rsa", "flip 10.1 client 2", true},
              {"modern", "flip 10.1 client 2", true}};
#define SUITES (sizeof(suites) / sizeof(suites[0]))

enum shown { SHOWN_NONE, SHOWN_STRANGER, SHOWN_ALLOWED, SHOWN_OLD, SHOWN_STOLEN };

struct act_row {
    const char *act;  /* for people */
    const char *acts; /* the script; NULL: none; "": the suite's flip */
    enum shown shown;
    bool first_time;
};

static const struct act_row act_rows[] = {
    {"only watch", NULL, SHOWN_NONE, false},
    {"change a text: `s/noon/nine/`", "s/noon/nine/", SHOWN_NONE, false},
    {"turn a bit of a record: `flip`", "", SHOWN_NONE, false},
    {"leave a record out: `drop`", "drop client 2", SHOWN_NONE, false},
    {"send a record twice: `repeat`", "repeat client 2", SHOWN_NONE, false},
    {"swap two records: `swap`", "swap client 2", SHOWN_NONE, false},
    {"play an old record: `keep`, `replay`", "keep client 2; wait client 3; replay", SHOWN_NONE,
     false},
    {"change the port: `port 4444`", "port 4444", SHOWN_NONE, false},
    {"own key share in M1: `swap keys client`", "swap keys client", SHOWN_NONE, false},
    {"own key share in M2: `swap keys server`", "swap keys server", SHOWN_NONE, false},
    {"speak as the client: `say server`", "wait client 2; say server burn it\\n", SHOWN_NONE,
     false},
    {"speak as the server: `say client`", "wait client 2; say client too late\\n", SHOWN_NONE,
     false},
    {"`pretend`: a key that nobody knows", NULL, SHOWN_STRANGER, false},
    {"the same, and the client's first visit", NULL, SHOWN_STRANGER, true},
    {"`pretend`: the key of somebody in the list", NULL, SHOWN_ALLOWED, false},
    {"the same, and the client's first visit", NULL, SHOWN_ALLOWED, true},
    {"that key, and an old one of the server to the client", NULL, SHOWN_OLD, false},
    {"that key, and the server's own, stolen, to the client", NULL, SHOWN_STOLEN, false},
};
#define ROWS (sizeof(act_rows) / sizeof(act_rows[0]))

/* --- a cell ------------------------------------------------------------------------------------------ */

static const char *short_error(enum channel_error error)
{
    switch (error) {
    case CHANNEL_ERR_NOT_ALLOWED:
        return "not allowed";
    case CHANNEL_ERR_KEY_CHANGED:
        return "key changed";
    case CHANNEL_ERR_AUTH:
        return "not authentic";
    case CHANNEL_ERR_TRUNCATED:
        return "cut line";
    case CHANNEL_ERR_TICKET:
        return "wrong ticket";
    case CHANNEL_ERR_MALFORMED:
        return "malformed";
    default:
        return channel_strerror(error);
    }
}

/* The end that refuses by itself; an end that is only told so is not it. */
static bool put_refusal(char cell[CELL_BYTES], const struct trial *trial)
{
    const struct trial_end *ends[] = {&trial->client, &trial->server};
    static const char *const names[] = {"client", "server"};
    size_t at = 0;
    for (size_t i = 0; i < 2; i++) {
        const struct trial_end *end = ends[i];
        /* What follows from the other's refusal is none. */
        const bool follows = (end->error == CHANNEL_ERR_TRUNCATED ||
                              end->error == CHANNEL_ERR_UNEXPECTED) &&
                             ends[1 - i]->error;
        if (end->error && !end->is_peers && !follows)
            at += (size_t)snprintf(cell + at, CELL_BYTES - at, "%s%s: %s", at > 0 ? "; " : "",
                                   names[i], short_error(end->error));
    }
    return at > 0;
}

/* Lines with " / " between them. */
static void put_heard(char *out, size_t space, const char *heard)
{
    size_t at = 0;
    for (const char *in = heard; *in && at + 4 < space; in++)
        if (*in != '\n')
            out[at++] = *in >= ' ' && *in < 127 ? *in : '?';
        else if (in[1])
            at += (size_t)snprintf(out + at, space - at, " / ");
    out[at] = 0;
}

static void put_cell(char cell[CELL_BYTES], const struct trial *trial)
{
    const bool server_alike = strcmp(trial->server.heard, TRIAL_TO_SERVER) == 0;
    const bool client_alike = strcmp(trial->client.heard, TRIAL_TO_CLIENT) == 0;
    const bool read = trial->result.read > 0;
    char heard[60];
    if (put_refusal(cell, trial))
        return;
    if (server_alike && client_alike)
        snprintf(cell, CELL_BYTES, "%s", read ? "**all is read**" : "nothing is read");
    else if (!trial->server.heard[0] && !trial->client.heard[0])
        snprintf(cell, CELL_BYTES, "**the client talks to the middle alone**");
    else {
        put_heard(heard, sizeof(heard), server_alike ? trial->client.heard : trial->server.heard);
        snprintf(cell, CELL_BYTES, "**%s hears:** %s", server_alike ? "client" : "server", heard);
    }
}

static bool fill_cell(char cell[CELL_BYTES], const struct act_row *row, size_t suite,
                      const struct trial_keys *keys, struct problem *problem)
{
    const struct rsa_key *to_client[] = {[SHOWN_STRANGER] = keys->stranger,
                                         [SHOWN_ALLOWED] = keys->other,
                                         [SHOWN_OLD] = keys->stranger,
                                         [SHOWN_STOLEN] = keys->server};
    const struct trial_config config = {
        .suite = suites[suite].name,
        .keys = keys,
        .acts = row->acts && !row->acts[0] ? suites[suite].flip : row->acts,
        .to_client = to_client[row->shown],
        .to_server = row->shown >= SHOWN_ALLOWED ? keys->other : to_client[row->shown],
        .first_time = row->first_time};
    struct trial trial;
    if (!trial_run(&trial, &config, problem))
        return false;
    put_cell(cell, &trial);
    free(trial.proof);
    return true;
}

/* --- the table --------------------------------------------------------------------------------------- */

bool trial_table(FILE *out, struct problem *problem)
{
    struct trial_keys keys[2] = {{0}};
    bool good = (trial_keys_make(&keys[0], false) && trial_keys_make(&keys[1], true)) ||
                problem_memory(problem);
    fprintf(out, "| act |");
    for (size_t suite = 0; suite < SUITES; suite++)
        fprintf(out, " `%s` |", suites[suite].name);
    fprintf(out, "\n| --- | --- | --- | --- | --- |\n");
    for (size_t row = 0; good && row < ROWS; row++) {
        fprintf(out, "| %s |", act_rows[row].act);
        for (size_t suite = 0; good && suite < SUITES; suite++) {
            char cell[CELL_BYTES];
            good = fill_cell(cell, &act_rows[row], suite, &keys[suites[suite].modern], problem);
            if (good)
                fprintf(out, " %s |", cell);
        }
        fprintf(out, "\n");
    }
    trial_keys_free(&keys[0]);
    trial_keys_free(&keys[1]);
    return good;
}
