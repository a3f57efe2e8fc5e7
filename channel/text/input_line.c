/* One line of a text that a person hands in; see input_line.h. */
#include "input_line.h"
#include "byte_order_mark.h"

#include <string.h>

char *input_line(char *line, size_t bytes, size_t number, struct problem *problem)
{
    char *text = line + (number == 1 ? byte_order_mark(line, bytes) : 0);
    if (memchr(line, '\0', bytes)) {
        if (number == 1)
            utf16_check(problem, "stdin", line, bytes);
        problem_set(problem, "line %zu of stdin has a zero byte in it, and was not taken", number);
        return NULL;
    }
    if (line + bytes > text && line[bytes - 1] == '\r')
        bytes--;
    line[bytes] = '\0';
    return text;
}
