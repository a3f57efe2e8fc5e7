/* Memory and processor time of a process: see process_usage.h and proc(5). */
#include "process_usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static FILE *open_figures(pid_t process, const char *name)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)process, name);
    FILE *file = fopen(path, "r");
    if (!file)
        abort();
    return file;
}

double process_resident_kib(pid_t process)
{
    long pages;
    FILE *file = open_figures(process, "statm");
    if (fscanf(file, "%*d %ld", &pages) != 1)
        abort();
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1024;
}

/* Processor time so far, in ticks of the clock. */
static unsigned long long busy(pid_t process)
{
    unsigned long long user, system;
    FILE *file = open_figures(process, "stat");
    if (fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user,
               &system) != 2)
        abort();
    fclose(file);
    return user + system;
}

double process_cpu_seconds(pid_t process)
{
    return (double)busy(process) / (double)sysconf(_SC_CLK_TCK);
}

void process_await_calm(pid_t process)
{
    unsigned long long before;
    do {
        before = busy(process);
        usleep(300000);
    } while (busy(process) > before + 1);
}
