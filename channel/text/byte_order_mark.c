/* What stands in front of a text and is no part of it; see byte_order_mark.h. */
#include "byte_order_mark.h"

#include <string.h>

size_t byte_order_mark(const void *text, size_t bytes)
{
    size_t mark = strlen(BYTE_ORDER_MARK);
    return bytes >= mark && memcmp(text, BYTE_ORDER_MARK, mark) == 0 ? mark : 0;
}

/* Zero bytes in turn with others, first the others (little endian) or first the zeros. */
static bool has_zeros_in_turn(const unsigned char *text, size_t bytes)
{
    if (bytes < 4)
        return false;
    bool first = text[0] == 0, second = text[1] == 0;
    return first != second && first == (text[2] == 0) && second == (text[3] == 0);
}

bool utf16_check(struct problem *problem, const char *name, const void *text, size_t bytes)
{
    bool marked = bytes >= 2 &&
                  (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0);
    if (!marked && !has_zeros_in_turn(text, bytes))
        return true;
    problem_set(problem, "%s: this is text in UTF-16, and UTF-8 is wanted", name);
    return problem_hint(problem, "save it as UTF-8, or: iconv -f UTF-16 -t UTF-8 FILE >NEW");
}
