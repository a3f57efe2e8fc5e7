/* What a process costs the machine, from /proc. Without Criterion. */
#ifndef GLASSBOX_TESTS_PROCESS_USAGE_H
#define GLASSBOX_TESTS_PROCESS_USAGE_H

#include <sys/types.h>

/* Resident memory in KiB. Aborts if there is no such process. */
double process_resident_kib(pid_t process);
/* Processor time so far, in seconds. */
double process_cpu_seconds(pid_t process);
/* Waits until it does next to nothing. */
void process_await_calm(pid_t process);

#endif
