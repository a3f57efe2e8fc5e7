/*
 * attack middle: between the clients and the server of chat or ftp.
 */
#include "attack.h"
#include "middle_live.h"
#include "middle_net.h"
#include "middle_record.h"
#include "middle_trial.h"
#include "output_file.h"
#include "report.h"
#include "seed_option.h"
#include "translate.h"
#include "whole_file.h"

#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define SCRIPT_MAX ((size_t)64 * 1024)

struct middle_options {
    struct report_options report;
    const char *listen, *to, *ports, *script, *acts, *allowed, *page, *record;
    bool watch, once, table, live, open_browser;
    uint16_t live_port;
};

/* "10180", or nothing. */
static void read_live(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    struct middle_options *options = field;
    options->live = true;
    options->live_port = text ? (uint16_t)console_number(state, what, text, 1, UINT16_MAX) : 0;
}

#define S struct middle_options
static const struct option_row rows[] = {
    TEXT(S, listen, "listen", 'l', "[ADDRESS:]PORT", "Where clients come to: 127.0.0.1"),
    TEXT(S, to, "to", 't', "HOST:PORT", "The server behind it"),
    TEXT(S, ports, "ports", 'p', "LOW-HIGH",
         "Ports that lead to the same port of the server, for moves that cannot be read"),
    TEXT(S, script, "script", 's', "FILE", "Commands to begin with; \"wait\" holds up the rest"),
    TEXT(S, acts, "do", 'd', "COMMANDS", "Commands to begin with, with \";\" between them"),
    FLAG(S, watch, "watch", 'w', "Only watch in dh, too: no keys of your own"),
    FLAG(S, once, "once", 'o', "End when the first talk is over"),
    TEXT(S, page, "page", 0, "FILE",
         "At the end, draw both sides and the middle as a page of HTML"),
    {.kind = KIND_READ,
     .name = "live",
     .value = "PORT",
     .optional = true,
     .help = N_("Show that page in a browser on this machine while it happens, at PORT or one that "
                "is free; its address is told"),
     .read = read_live},
    FLAG(S, open_browser, "open-browser", 0, "With --live: open the page in a browser"),
    TEXT(S, record, "record", 0, "NAME",
         "Write down the middle's own talks: NAME.client.rec and NAME.server.rec"),
    FLAG(S, table, "table", 0,
         "Instead: do every act in every suite, in memory, and print the table"),
    TEXT(S, allowed, "i-am-allowed", 0, "ADDRESS",
         "Use this address, which is not this machine's alone: you have asked its people"),
    GROUP(S, report, report_table),
    {0}};

/* A wrong command is told before anybody comes. */
static void check_script(const S *options, const struct argp_state *state)
{
    struct problem problem = {0};
    struct whole_file file = {0};
    const char *text = options->acts;
    if (options->script && whole_file_read(&file, options->script, SCRIPT_MAX, &problem))
        text = (const char *)file.data;
    bool good = !text || middle_script_check(text, &problem);
    whole_file_free(&file); /* one that cannot be read is a problem of its own, later */
    if (good)
        return;
    if (!problem.hint[0])
        console_usage(state, "%s: %s", options->acts ? "--do" : options->script, problem.message);
    console_error("%s: %s", options->acts ? "--do" : options->script, problem.message);
    console_hint("%s", problem.hint);
    exit(CONSOLE_USAGE);
}

static void check_files(const S *options, const struct argp_state *state)
{
    static const char *const ends[] = {".client.rec", ".server.rec"};
    char name[PATH_MAX];
    for (size_t i = 0; options->record && i < sizeof(ends) / sizeof(ends[0]); i++) {
        snprintf(name, sizeof(name), "%s%s", options->record, ends[i]);
        if (output_file_would_mix(options->page, name))
            console_usage(state, "%s and %s name the same file, %s", "--page", "--record", name);
    }
}

static void check(void *given, const struct argp_state *state)
{
    const S *options = given;
    if (options->table && options->report.json)
        console_usage(state, "--table and --json do not go together");
    if (options->table)
        return;
    if (!options->listen || !options->to)
        console_usage(state, "both --listen PORT and --to HOST:PORT are needed");
    if (options->open_browser && !options->live)
        console_usage(state, "--open-browser goes with --live");
    if (options->script && options->acts)
        console_usage(state, "--script and --do do not go together");
    check_script(options, state);
    check_files(options, state);
}
#undef S

static const struct option_table table = {rows, N_("--listen PORT --to HOST:PORT"),
                                          N_("Sits between the clients and the server of chat or "
                                             "ftp, and shows what crosses. Commands can "
                                             "be typed while it runs: help lists them."),
                                          check};

/* --- addresses --------------------------------------------------------------------------------------- */

/* "10101", "HOST:PORT" or "[::1]:PORT"; the host is where the port begins if there is none. */
static bool resolve(struct sockaddr_storage *out, const char *what, const char *text,
                    const char *allowed, struct problem *problem)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_UNSPEC};
    const char *colon = strrchr(text, ':'), *port = colon ? colon + 1 : text;
    char host[256] = "127.0.0.1";
    struct addrinfo *found;
    if (colon && colon > text && text[0] == '[' && colon[-1] == ']')
        snprintf(host, sizeof(host), "%.*s", (int)(colon - text) - 2, text + 1);
    else if (colon)
        snprintf(host, sizeof(host), "%.*s", (int)(colon - text), text);
    if (strspn(port, "0123456789") != strlen(port) || !*port || strtoul(port, NULL, 10) > 65535) {
        problem_set(problem, "%s %s: no port", what, text);
        return problem_hint(problem, "a number, or HOST:NUMBER");
    }
    if (strcmp(host, "localhost") == 0)
        strcpy(host, "127.0.0.1");
    int error = getaddrinfo(host, port, &hints, &found);
    if (error)
        return problem_set(problem, "%s %s: %s", what, text, translate(gai_strerror(error)));
    memcpy(out, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    if (seed_is_loopback((const struct sockaddr *)out) || (allowed && strcmp(allowed, host) == 0))
        return true;
    problem_set(problem, "%s %s: not an address of this machine alone", what, text);
    return problem_hint(problem,
                        "on a network of your own, with the word of those who use it: "
                        "--i-am-allowed %s",
                        host);
}

/* Where it listens is not where it sends what comes. */
static bool is_another(const struct middle_net_config *config, const struct middle_options *options,
                       struct problem *problem)
{
    const struct sockaddr_in *listen = (const struct sockaddr_in *)&config->listen;
    const struct sockaddr_in6 *listen6 = (const struct sockaddr_in6 *)&config->listen;
    const struct sockaddr_in *to = (const struct sockaddr_in *)&config->to; /* the port of both */
    const bool same = memcmp(&config->listen, &config->to, sizeof(config->to)) == 0;
    const bool any = listen->sin_family == AF_INET ? listen->sin_addr.s_addr == htonl(INADDR_ANY)
                                                   : IN6_IS_ADDR_UNSPECIFIED(&listen6->sin6_addr);
    if (listen->sin_port == 0 || listen->sin_port != to->sin_port ||
        !(same || (any && seed_is_loopback((const struct sockaddr *)to))))
        return true;
    problem_set(problem, "--to %s: that is where the middle itself listens", options->to);
    return problem_hint(problem, "--listen another port than the server's, which clients come to");
}

static bool read_ports(struct middle_net_config *config, const char *text, struct problem *problem)
{
    unsigned low, high;
    char more;
    if (!text)
        return true;
    if (sscanf(text, "%u-%u%c", &low, &high, &more) != 2 || low < 1 || high > 65535 || low > high ||
        high - low >= MIDDLE_PORTS / 2) {
        problem_set(problem, "--ports %s: no range of ports", text);
        return problem_hint(problem, "as the server has it: --ports 10110-10119, at most %d",
                            MIDDLE_PORTS / 2);
    }
    config->low = (uint16_t)low;
    config->high = (uint16_t)high;
    return true;
}

/* --- what is shown ----------------------------------------------------------------------------------- */

struct stage {
    struct report report;
    struct middle_net *net;
    struct middle_record record;
    struct middle_live *live; /* NULL: there is none */
};

static const struct channel_trace *trace(void *context, enum channel_role side,
                                         struct channel_suite suite)
{
    struct stage *stage = context;
    return middle_record_trace(&stage->record, side, suite);
}

static void say(void *context, const char *line)
{
    struct stage *stage = context;
    report_line(&stage->report, "%s", line);
    fflush(stdout);
}

static void say_problem(const struct problem *problem)
{
    console_problem(problem, CONSOLE_FAILED);
}

static void look(void *context, struct middle *middle)
{
    struct stage *stage = context;
    middle_live_look(stage->live, middle);
}

static uint16_t open_port(void *context, uint16_t wanted, struct middle_move *move)
{
    const struct stage *stage = context;
    return middle_net_open_port(stage->net, wanted, move);
}

static int tell_broken(struct report *report, const struct middle_result *result)
{
    if (result->changed > 0)
        return report_end(
            report, REPORT_BROKEN,
            translate_count("%u message read and %u changed, the first from %s to %s",
                            "%u messages read and %u changed, the first from %s to %s",
                            result->read),
            result->read, result->changed, result->first_change[0], result->first_change[1]);
    if (result->read > 0)
        return report_end(report, REPORT_BROKEN,
                          translate_count("%u message read, and both ends believe that nobody did",
                                          "%u messages read, and both ends believe that nobody did",
                                          result->read),
                          result->read);
    return report_end(report, REPORT_BROKEN,
                      translate_count("%u record that nobody sent, made without any private key",
                                      "%u records that nobody sent, made without any private key",
                                      result->forged),
                      result->forged);
}

static int tell_result(struct stage *stage, const struct middle *middle)
{
    const struct middle_result *result = middle_result(middle);
    struct report *report = &stage->report;
    const bool refused = result->refusal[0] != 0;
    char *proof = middle_proof(middle);
    int status;
    report_json(report, "seen",
                json_pack("{s:i,s:i,s:i,s:i,s:i}", "frames", result->frames, "read", result->read,
                          "changed", result->changed, "forged", result->forged, "moved",
                          result->moved));
    if (proof && (result->read > 0 || !refused)) {
        report_proof(report, "%s", proof);
        status = tell_broken(report, result);
    } else if (refused)
        status = report_end(report, REPORT_RESISTED, "%s", result->refusal);
    else if (result->acts > 0)
        status = report_end(report, REPORT_RESISTED, "%s",
                            translate_count("nothing could be read; what became of the act on "
                                            "sealed frames, the two ends say",
                                            "nothing could be read; what became of the acts on "
                                            "sealed frames, the two ends say",
                                            result->acts));
    else if (result->met)
        status = report_end(report, REPORT_RESISTED, "nothing could be read, and nothing was done");
    else
        status = report_end(report, REPORT_NOT_APPLICABLE, "no client has said hello");
    free(proof);
    return status;
}

/* --- the command ------------------------------------------------------------------------------------- */

static bool begin(struct stage *stage, const struct middle_options *options,
                  struct problem *problem)
{
    struct middle_net_config config = {.once = options->once,
                                       .reads_input = true,
                                       .say_problem = say_problem,
                                       .look = options->live ? look : NULL,
                                       .context = stage};
    char target[256];
    snprintf(target, sizeof(target), _("those who come to %s, and %s behind it"), options->listen,
             options->to);
    if (!resolve(&config.listen, "--listen", options->listen, options->allowed, problem) ||
        !resolve(&config.to, "--to", options->to, options->allowed, problem) ||
        !read_ports(&config, options->ports, problem) || !is_another(&config, options, problem))
        return false;
    stage->net = middle_net_new(&config, problem);
    if (!stage->net || !report_begin(&stage->report, &options->report, "middle", target, problem))
        return false;
    fflush(stdout);
    if (options->live)
        stage->live = middle_live_open(options->live_port, options->open_browser, problem);
    return !options->live || stage->live;
}

static bool read_script(struct middle *middle, const struct middle_options *options,
                        struct problem *problem)
{
    struct whole_file file = {0};
    bool good;
    if (!options->script)
        return !options->acts || middle_script(middle, options->acts, problem);
    good = whole_file_read(&file, options->script, SCRIPT_MAX, problem) &&
           middle_script(middle, (const char *)file.data, problem);
    whole_file_free(&file);
    return good;
}

/* Until it is over; then what came of it, and what was asked for is written. */
static int run(struct stage *stage, struct middle *middle, const struct middle_options *options)
{
    struct problem problem = {0};
    int status;
    console_note("listening on port %u; \"help\" lists what can be typed",
                 middle_net_port(stage->net));
    middle_net_run(stage->net, middle);
    status = tell_result(stage, middle);
    middle_net_free(stage->net);
    stage->net = NULL;
    middle_live_end(stage->live, middle);
    stage->live = NULL;
    status = middle_record_end(&stage->record, status);
    if (options->page && !middle_page_save(middle, options->page, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    return status;
}

int attack_middle(int argc, char **argv)
{
    struct middle_options options = {0};
    struct stage stage = {0};
    struct problem problem = {0};
    struct middle *middle;
    int status;
    console_parse(&table, argc, argv, &options);
    if (options.table)
        return trial_table(stdout, &problem) ? CONSOLE_DONE
                                             : console_problem(&problem, CONSOLE_FAILED);
    if (!begin(&stage, &options, &problem)) {
        middle_net_free(stage.net);
        return console_problem(&problem, CONSOLE_FAILED);
    }
    stage.record.name = options.record;
    middle = middle_new(&(struct middle_config){.say = say,
                                                .open_port = open_port,
                                                .trace = trace,
                                                .context = &stage,
                                                .watch = options.watch});
    if (middle && read_script(middle, &options, &problem))
        status = run(&stage, middle, &options);
    else
        status = report_fail(&stage.report, &problem);
    middle_net_free(stage.net);
    if (middle)
        middle_live_end(stage.live, middle);
    middle_free(middle);
    return status;
}
