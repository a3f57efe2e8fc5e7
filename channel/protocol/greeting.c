/* The first bytes of well-known protocols; see greeting.h. */
#include "greeting.h"

#include <string.h>

const char *greeting_name(const uint8_t *data, size_t bytes)
{
    static const char *const known[][2] = {
        {"220 ", "the greeting of an FTP server"}, /* RFC 959 5.4 */
        {"220-", "the greeting of an FTP server"},
        {"SSH-", "the greeting of an SSH server"}, /* RFC 4253 4.2 */
        {"HTTP", "the answer of a web server"},    /* RFC 9112 4 */
    };
    for (size_t i = 0; bytes >= 4 && i < sizeof(known) / sizeof(known[0]); i++)
        if (memcmp(data, known[i][0], 4) == 0)
            return known[i][1];
    return NULL;
}
