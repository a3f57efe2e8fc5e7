/*
 * lesson read: the page of a lesson, in the pager or in the browser; or all pages as a folder.
 */
#include "folder.h"
#include "folders_option.h"
#include "html_page.h"
#include "lesson.h"
#include "output_file.h"
#include "page_text.h"
#include "program_name.h"
#include "translate.h"
#include "viewer.h"
#include "whole_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE_BYTES ((size_t)4 << 20)
#define HTML_FOLDER                                                                                \
    "html" /* in the lessons' folders: browsers that are shut in may not look elsewhere */

struct read_options {
    const char *lesson, *directory, *output;
    bool html, all;
};

#define S struct read_options
static const struct option_row rows[] = {
    ARGUMENT(S, lesson, NULL),
    FLAG(S, html, "html", 'w', "Show it in the browser"),
    TEXT(S, output, "output", 'o', "FILE", "Write it as one file of HTML, which loads nothing"),
    FLAG(S, all, "all", 'a', "With -o: all pages, as a folder of HTML"),
    FOLDERS_OPTION(S, directory),
    {0}};
#undef S

static void check(void *values, const struct argp_state *state)
{
    const struct read_options *options = values;
    if (options->all && !options->output)
        console_usage(state, "--all goes with -o: the folder for the pages");
    if (options->all && (options->lesson || options->html))
        console_usage(state, "--all is all pages: no lesson and no --html go with it");
    if (options->html && options->output)
        console_usage(state, "--html shows the page, and -o writes it: one of the two");
}

static const struct option_table table = {
    .rows = rows,
    .arguments = "[N]",
    .text = N_(
        "Shows the page of a lesson: of lesson N, or of the one whose folder you are in. On a "
        "terminal it goes through $PAGER or less, with the answers at the end. --html shows it "
        "in the browser: there answers fold, terms have their meaning beside them, and commands "
        "can be copied."
        "\vExamples:\n"
        "  lesson read 3\n"
        "  lesson read 3 --html\n"
        "  lesson read 3 -o three.html\n"
        "  lesson read --all -o pages\n"
        "\n"
        "The browser is $BROWSER, or what xdg-open opens."),
    .check = check,
};

/* --- as text ------------------------------------------------------------------------------------ */

static bool show_text(const char *page, struct problem *problem)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    bool good = out &&
                page_text_write(out, page, console_columns(stdout), console_is_coloured(stdout));
    if (out && fclose(out) != 0)
        good = false;
    if (good && !viewer_page(text, bytes)) {
        console_note("there is no pager: PAGER names one");
        fwrite(text, 1, bytes, stdout);
    }
    free(text);
    return good || problem_memory(problem);
}

static bool read_text(const struct pages *pages, const struct course_lesson *lesson,
                      struct problem *problem)
{
    char path[PATH_MAX];
    struct whole_file file = {0};
    pages_path(path, pages, lesson, pages_language());
    if (!whole_file_read(&file, path, PAGE_BYTES, problem))
        return false;
    bool good = true;
    if (isatty(STDOUT_FILENO))
        good = show_text(file.data, problem);
    else
        fwrite(file.data, 1, file.bytes, stdout);
    whole_file_free(&file);
    return good;
}

/* --- as HTML ------------------------------------------------------------------------------------ */

static bool write_file(const char *path, const struct pages *pages,
                       const struct course_lesson *lesson, struct problem *problem)
{
    char page[PAGES_NAME_BYTES];
    struct output_file out = {0};
    pages_page(page, pages, lesson, pages_language());
    const struct html_page_request request = {.pages = pages, .page = page, .is_alone = true};
    bool good = output_file_open_drawing(&out, path, 0666, "<!DOCTYPE html>", problem) &&
                html_page_write(out.stream, &request, problem) && output_file_finish(&out, problem);
    output_file_close(&out);
    return good;
}

static bool write_folder(const char *path, const struct pages *pages, struct problem *problem)
{
    size_t count;
    char shown[PATH_MAX];
    if (!html_folder_write(path, pages, &count, problem))
        return false;
    folder_path_shown(shown, path);
    printf(_("%zu pages are in %s; index.html is the first.\n"), count, shown);
    return true;
}

/* All pages, so that links between them lead somewhere; the folder is the person's alone. */
static bool show_html(const struct pages *pages, const struct folders *folders,
                      const struct course_lesson *lesson, struct problem *problem)
{
    char folder[PATH_MAX], page[PAGES_NAME_BYTES], name[PAGES_NAME_BYTES], shown[PATH_MAX];
    char path[PATH_MAX + PAGES_NAME_BYTES];
    size_t count;
    if (!folders_make(folders, problem))
        return false;
    snprintf(folder, sizeof(folder), "%s/" HTML_FOLDER, folders->parent);
    (void)mkdir(folder, 0700); /* what is wrong with it, the next step says */
    if (!html_folder_write(folder, pages, &count, problem))
        return false;
    pages_page(page, pages, lesson, pages_language());
    html_page_name(name, page);
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    folder_path_shown(shown, path);
    if (viewer_browse(path))
        printf(_("The browser shows %s.\n"), shown);
    else
        printf(_("Open this in a browser: %s\n"), shown);
    return true;
}

/* --- the command --------------------------------------------------------------------------------- */

static const struct course_lesson *find_lesson(const char *text, const struct folders *folders,
                                               struct problem *problem)
{
    if (text)
        return course_find(text, problem);
    const struct course_lesson *lesson = folders_here(folders);
    if (!lesson) {
        problem_set(problem, "no lesson given, and this is no lesson's folder");
        problem_hint(problem, "say the number of the lesson, as `lesson list` shows it");
    }
    return lesson;
}

int lesson_read(int argc, char **argv)
{
    struct read_options options = {NULL, NULL, NULL, false, false};
    struct problem problem = {0};
    struct pages pages;
    struct folders folders = {""};
    bool good;
    console_parse(&table, argc, argv, &options);
    if (!pages_find(&pages, &problem) || !folders_find(&folders, options.directory, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    if (options.all) {
        good = write_folder(options.output, &pages, &problem);
        return good ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
    }
    const struct course_lesson *lesson = find_lesson(options.lesson, &folders, &problem);
    if (!lesson)
        return console_problem(&problem, CONSOLE_USAGE);
    if (options.output)
        good = write_file(options.output, &pages, lesson, &problem);
    else if (options.html)
        good = show_html(&pages, &folders, lesson, &problem);
    else
        good = read_text(&pages, lesson, &problem);
    return good ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}
