/* How a sister program is called here, from how this one was called. */
#include "program_name.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define INSTALLED "libexec/glassbox"

void program_sister(char *out, size_t space, const char *name)
{
    const char *slash = strrchr(program_invocation_name, '/');
    size_t folder = slash ? (size_t)(slash - program_invocation_name) : 0;
    if (folder >= strlen(INSTALLED) &&
        memcmp(slash - strlen(INSTALLED), INSTALLED, strlen(INSTALLED)) == 0)
        snprintf(out, space, "glassbox %s", name);
    else
        snprintf(out, space, "%.*s%s%s", (int)folder, program_invocation_name, slash ? "/" : "",
                 name);
}

void program_keytool(char *out, size_t space)
{
    program_sister(out, space, "keytool");
}
