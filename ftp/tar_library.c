/* Loading libarchive; see tar_library.h. */
#include "tar_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#define NAME "libarchive.so.13" /* of every release 3 */

struct tar_library tar_library_calls;

static const char *const names[] = {
#define TAR_NAME(name) #name,
    TAR_CALLS(TAR_NAME)
#undef TAR_NAME
};
_Static_assert(sizeof(struct tar_library) == sizeof(names) / sizeof(names[0]) * sizeof(void *),
               "a pointer for each name, and a function's is like an object's (POSIX, dlsym)");

static bool loaded;

static void load(void)
{
    void *library = dlopen(NAME, RTLD_NOW | RTLD_LOCAL), *calls[sizeof(names) / sizeof(names[0])];
    size_t found = 0;
    while (library && found < sizeof(names) / sizeof(names[0]) &&
           (calls[found] = dlsym(library, names[found])))
        found++;
    loaded = found == sizeof(names) / sizeof(names[0]);
    if (loaded)
        memcpy(&tar_library_calls, calls, sizeof(calls));
}

bool tar_library(struct problem *problem)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (loaded)
        return true;
    problem_set(problem, "folders travel with the help of %s, and it cannot be loaded", NAME);
    return problem_hint(problem, "install it: on Debian and Ubuntu it is in libarchive13");
}
