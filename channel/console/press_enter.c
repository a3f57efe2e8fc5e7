/* A step at a time; see press_enter.h. */
#include "press_enter.h"

#include <poll.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

bool press_enter(int terminal, int indent, bool wipes)
{
    static const char wiped[] = "\033[A\r\033[K"; /* ECMA-48 CUU, EL */
    char byte = 0;
    (void)tcflush(terminal, TCIFLUSH); /* fails on a pipe */
    dprintf(terminal, "%*s[Enter] ", indent, "");
    while (byte != '\n') {
        struct pollfd wait = {.fd = terminal, .events = POLLIN};
        if (poll(&wait, 1, -1) < 0 || read(terminal, &byte, 1) != 1)
            return false;
    }
    if (wipes)
        dprintf(terminal, "%s", wiped);
    return true;
}
