/* The frame of the attacks on ciphers of letters: see letters_command.h. */
#include "letters_command.h"

#include "letters_text.h"
#include "output_file.h"

#include <stdio.h>
#include <stdlib.h>

int letters_command_fail(struct letters_work *work, struct problem *problem)
{
    problem_memory(problem);
    return report_fail(&work->report, problem);
}

static int run(struct letters_work *work, const struct letters_attack *attack)
{
    struct problem problem = {0};
    letters_trim(&work->target);
    const char *other = letters_excuse(&work->target, attack->cipher);
    if (other)
        return report_end(&work->report, REPORT_NOT_APPLICABLE,
                          "the talk is under %s, and not under %s", other, attack->cipher);
    work->text_of_message = calloc(work->target.count, sizeof(*work->text_of_message));
    if (!work->text_of_message)
        return letters_command_fail(work, &problem);
    work->texts = letters_texts(&work->target, work->text_of_message);
    return work->target.recording ? attack->recording(work, &problem) : attack->one(work, &problem);
}

int letters_command_run(struct letters_work *work, const struct letters_attack *attack,
                        const struct letters_options *options)
{
    struct problem problem = {0};
    char title[32];
    int status;
    work->options = options;
    if (!output_file_spares(options->report.svg, options->target.file, &problem))
        return console_problem(&problem, CONSOLE_USAGE);
    snprintf(title, sizeof(title), "classic %s", attack->cipher);
    if (target_read(&work->target, &options->target, &problem) &&
        report_begin(&work->report, &options->report, title, work->target.name, &problem))
        status = run(work, attack);
    else
        status = console_problem(&problem, CONSOLE_FAILED);
    free(work->text_of_message);
    letters_models_free(&work->models);
    target_free(&work->target);
    return status;
}
