/* A scratch folder for one test: mkdtemp(3), and nftw(3) to remove it. */
#include "scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void *require(void *pointer, const char *what)
{
    if (!pointer) {
        perror(what);
        abort();
    }
    return pointer;
}

char *scratch_new(void)
{
    const char *top = getenv("TMPDIR");
    char *folder = NULL;
    if (asprintf(&folder, "%s/glassbox.XXXXXX", top && *top ? top : "/tmp") < 0)
        folder = NULL;
    require(folder, "asprintf");
    require(mkdtemp(folder), folder);
    return folder;
}

static void remove_tree(const char *folder)
{
    char *command = NULL;
    if (asprintf(&command, "rm -rf '%s'", folder) > 0 && system(command) != 0)
        fprintf(stderr, "scratch: %s is still there\n", folder);
    free(command);
}

static int open_up(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status, (void)ftw;
    return type == FTW_D || type == FTW_DNR ? chmod(path, 0700) : 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status, (void)type, (void)ftw;
    return remove(path);
}

/* nftw(3) is quick, has paths, and ends where those do. */
void scratch_wipe(const char *folder)
{
    if (nftw(folder, open_up, 16, FTW_PHYS) != 0 ||
        nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
        remove_tree(folder);
}

void scratch_remove(char *folder)
{
    if (folder)
        remove_tree(folder);
    free(folder);
}

int scratch_chain(int folder, size_t depth)
{
    int at = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < depth; i++) {
        int next = -1, file = -1;
        if (mkdirat(at, "d", 0700) == 0)
            next = openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (next >= 0)
            file = openat(next, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0 || write(file, "five!", 5) != 5) {
            perror("scratch_chain");
            abort();
        }
        close(file);
        close(at);
        at = next;
    }
    return at;
}

char *scratch_path(const char *folder, const char *name)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        path = NULL;
    return require(path, "asprintf");
}

char *scratch_read(const char *folder, const char *name)
{
    char *path = scratch_path(folder, name), *text = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "r");
    if (file && getdelim(&text, &room, '\0', file) < 0 && text)
        *text = '\0';
    if (file)
        fclose(file);
    free(path);
    return text ? text : require(strdup(""), "strdup");
}

void scratch_write(const char *folder, const char *name, const char *text)
{
    char *path = scratch_path(folder, name), *fresh = scratch_path(folder, ".scratch-new");
    FILE *file = require(fopen(fresh, "w"), fresh);
    if (fputs(text, file) < 0 || fclose(file) != 0 || rename(fresh, path) != 0) {
        perror(path);
        abort();
    }
    free(fresh);
    free(path);
}

void scratch_write_secret(const char *folder, const char *name, const char *text)
{
    char *path = scratch_path(folder, name);
    scratch_write(folder, name, text);
    if (chmod(path, S_IRUSR | S_IWUSR) != 0) {
        perror(path);
        abort();
    }
    free(path);
}
