/*
 * All pages as one folder of HTML.
 */
#include "html_page.h"

#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PAGE_BEGINS "<!DOCTYPE html>"

/* A page of ours, or nothing: other people's files are not replaced. */
static bool is_ours(const char *path, struct problem *problem)
{
    char begin[sizeof(PAGE_BEGINS)] = "";
    FILE *old = fopen(path, "re");
    if (!old)
        return errno == ENOENT || problem_errno(problem, "%s", path);
    size_t bytes = fread(begin, 1, strlen(PAGE_BEGINS), old);
    fclose(old);
    if (bytes == 0 || strcmp(begin, PAGE_BEGINS) == 0)
        return true;
    problem_set(problem, "%s is there, and is no page", path);
    return problem_hint(problem, "choose another folder");
}

/* Not synced, as the keys of this house are: what is lost can be made again. */
static bool write_page(const char *folder, const struct pages *pages, const char *page,
                       struct problem *problem)
{
    char name[PAGES_NAME_BYTES], path[PATH_MAX + PAGES_NAME_BYTES];
    const struct html_page_request request = {.pages = pages, .page = page};
    html_page_name(name, page);
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (!is_ours(path, problem))
        return false;
    FILE *out = fopen(path, "we");
    if (!out)
        return problem_errno(problem, "%s", path);
    bool good = html_page_write(out, &request, problem);
    bool failed = ferror(out) != 0;
    return (fclose(out) == 0 && !failed && good) || problem_errno(problem, "%s", path);
}

/* The pages of docs/ or of a folder in it; inside: "" or "ru/". */
static bool write_all(const char *folder, const struct pages *pages, const char *inside,
                      size_t *count, struct problem *problem)
{
    char from[PATH_MAX + PAGES_NAME_BYTES], to[PATH_MAX + PAGES_NAME_BYTES];
    snprintf(from, sizeof(from), "%s/%s", pages->folder, inside);
    snprintf(to, sizeof(to), "%s/%s", folder, inside);
    DIR *pages_folder = opendir(from);
    if (!pages_folder)
        return errno == ENOENT || problem_errno(problem, "%s", from);
    bool good = folder_make(to, problem);
    for (struct dirent *entry; good && (entry = readdir(pages_folder));) {
        char page[PAGES_NAME_BYTES];
        size_t length = strlen(entry->d_name);
        if (length <= 3 || strcmp(entry->d_name + length - 3, ".md") != 0 ||
            entry->d_name[0] == '.' || length + strlen(inside) + 4 > sizeof(page))
            continue;
        strcat(strcpy(page, inside), entry->d_name);
        good = write_page(folder, pages, page, problem);
        *count += good;
    }
    closedir(pages_folder);
    return good;
}

bool html_folder_write(const char *folder, const struct pages *pages, size_t *count,
                       struct problem *problem)
{
    *count = 0;
    return folder_make(folder, problem) && write_all(folder, pages, "", count, problem) &&
           write_all(folder, pages, "ru/", count, problem);
}
