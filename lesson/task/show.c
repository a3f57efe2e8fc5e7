/*
 * lesson task show: a task for the screen, and its files.
 */
#include "option_table.h"
#include "output_file.h"
#include "program_name.h"
#include "students.h"
#include "task_commands.h"
#include "task_file.h"
#include "text_wrap.h"
#include "translate.h"
#include "whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct show_options {
    const char *path, *folder;
};

#define S struct show_options
static const struct option_row rows[] = {
    ARGUMENT(S, path, "no task given"),
    TEXT(S, folder, "output", 'o', "FOLDER", "Write the files that go with the task into it"),
    {0}};
#undef S

static const struct option_table table = {
    .rows = rows,
    .arguments = N_("FILE"),
    .text = N_("Shows a task: what is asked, and which files go with it."
               "\vA file that is there already, with other contents, is left as it is.\n\n"
               "Examples:\n"
               "  lesson task show 02-private-exponent.task -o ."),
};

static void print_text(const struct task_file *file)
{
    struct text_wrap wrap = {stdout, console_columns(stdout), console_is_coloured(stdout), ""};
    struct text_wrap indented = {stdout, console_columns(stdout), false, "    "};
    struct text_wrap_piece edge = {"", CONSOLE_PLAIN};
    char head[STUDENT_NAME_BYTES + 256];
    snprintf(head, sizeof(head), "%02u. %s -- %s", file->lesson, translate(file->title),
             file->student);
    text_wrap_put(&wrap, edge, TEXT_WRAP_PIECES({head, CONSOLE_BOLD}));
    bool was_as_is = false, as_is;
    const char *row;
    for (size_t i = 0; (row = task_file_row(&as_is, file, i)) != NULL; i++) {
        if (i == 0 || !as_is || !was_as_is)
            putchar('\n');
        if (as_is)
            text_wrap_put_line(&indented, row);
        else
            text_wrap_put(&wrap, edge, TEXT_WRAP_PIECES({row, CONSOLE_PLAIN}));
        was_as_is = as_is;
    }
}

static bool same_as(const char *path, const struct task_attachment *attachment)
{
    struct whole_file there;
    struct problem unused = {0};
    if (!whole_file_read(&there, path, attachment->bytes, &unused))
        return false;
    bool same = there.bytes == attachment->bytes &&
                memcmp(there.data, attachment->data, there.bytes) == 0;
    whole_file_free(&there);
    return same;
}

static bool write_one(const char *folder, const struct task_attachment *attachment,
                      struct problem *problem)
{
    char path[PATH_MAX];
    struct stat status;
    int length = snprintf(path, sizeof(path), "%s/%s", folder, attachment->name);
    if (length < 0 || (size_t)length >= sizeof(path))
        return problem_set(problem, "%s: the name is too long", folder);
    if (lstat(path, &status) == 0) {
        if (same_as(path, attachment))
            return true;
        problem_set(problem, "%s: already exists, and is another file", path);
        return problem_hint(problem, "move it, or name another folder with -o");
    }
    struct output_file out;
    mode_t mode = strstr(attachment->name, ".key.csv") ? 0600 : 0666; /* programs insist on it */
    bool done = output_file_open(&out, path, mode, problem) &&
                output_file_write(&out, attachment->data, attachment->bytes, problem) &&
                output_file_finish(&out, problem);
    output_file_close(&out);
    return done;
}

/* Writes all files into the folder, or, if folder is NULL, names them behind prefix. */
static bool each_file(const struct task_file *file, const char *folder, const char *prefix,
                      struct problem *problem)
{
    struct task_attachment attachment;
    bool done = true;
    for (size_t i = 0; done && task_file_attachment(&attachment, file, i, problem); i++) {
        if (!folder && i == 0)
            printf("\n%s\n", prefix[0] ? _("Written:") : _("Files (-o FOLDER writes them):"));
        if (folder)
            done = write_one(folder, &attachment, problem);
        else
            printf("    %s%s%s\n", prefix, prefix[0] ? "/" : "", attachment.name);
        free((void *)attachment.data);
    }
    return done && problem->message[0] == '\0';
}

/* Whatever is named as written is written. */
static bool show_files(const struct task_file *file, const char *folder, struct problem *problem)
{
    if (folder && !(task_make_folder(folder, problem) && each_file(file, folder, "", problem)))
        return false;
    return each_file(file, NULL, folder ? folder : "", problem);
}

int task_show_command(int argc, char **argv)
{
    struct show_options options = {0};
    struct problem problem = {0};
    struct task_file file;
    console_parse(&table, argc, argv, &options);
    if (!task_file_read(&file, options.path, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    print_text(&file);
    bool done = show_files(&file, options.folder, &problem);
    if (done) {
        struct text_wrap wrap = {stdout, console_columns(stdout), false, ""};
        char answer[256], program[PATH_MAX];
        snprintf(answer, sizeof(answer), _("The answer is %s. This checks it:"),
                 answer_form_hint(file.form));
        putchar('\n');
        text_wrap_put(&wrap, (struct text_wrap_piece){"", CONSOLE_PLAIN},
                      TEXT_WRAP_PIECES({answer, CONSOLE_PLAIN}));
        program_sister(program, sizeof(program), "lesson");
        printf("    %s task check %s %s\n", program, options.path, _("ANSWER"));
    }
    task_file_free(&file);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}
