/* Ctrl-C as a flag. */
#include "interrupt.h"

#include <signal.h>

static volatile sig_atomic_t seen;

static void on_signal(int number)
{
    (void)number;
    seen = 1;
}

void interrupt_watch(void)
{
    struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART: waiting ends */
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

bool interrupt_seen(void)
{
    return seen != 0;
}

bool interrupt_clear(void)
{
    bool was = seen != 0;
    seen = 0;
    return was;
}
