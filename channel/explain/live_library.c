/* Loading libmicrohttpd; see live_library.h. */
#include "live_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#define NAME "libmicrohttpd.so.12" /* of all releases from 0.9.40 to 1.0 */

struct live_library live_library_calls;

static const char *const names[] = {
#define LIVE_NAME(name) #name,
    LIVE_CALLS(LIVE_NAME)
#undef LIVE_NAME
};
_Static_assert(sizeof(struct live_library) == sizeof(names) / sizeof(names[0]) * sizeof(void *),
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
        memcpy(&live_library_calls, calls, sizeof(calls));
}

bool live_library(struct problem *problem)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (loaded)
        return true;
    problem_set(problem, "a live page is shown with the help of " NAME ", and it cannot be loaded");
    return problem_hint(
        problem,
        "install it: on Debian and Ubuntu it is in libmicrohttpd12, or in libmicrohttpd12t64");
}
