/* URLs of files. */
#include "client_url.h"

#include "hexadecimal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A new string without %XX; NULL if one is malformed, or stands for a 0. */
static char *decode(const char *text, size_t bytes)
{
    char *out = malloc(bytes + 1), *at = out;
    for (size_t i = 0; out && i < bytes; i++) {
        int byte = (unsigned char)text[i];
        if (text[i] == '%') {
            byte = bytes - i > 2 ? hex_byte(text + i + 1) : -1;
            i += 2;
            if (byte <= 0) {
                free(out);
                return NULL;
            }
        }
        *at++ = (char)byte;
    }
    if (out)
        *at = '\0';
    return out;
}

static bool read_port(struct url *url, const char *text, size_t bytes)
{
    unsigned long port = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (!isdigit((unsigned char)text[i]) || port > 65535)
            return false;
        port = port * 10 + (unsigned)(text[i] - '0');
    }
    url->port = (uint16_t)port;
    return bytes > 0 && port > 0 && port <= 65535;
}

/* HOST, HOST:PORT, [ADDRESS] or [ADDRESS]:PORT. */
static bool read_host(struct url *url, const char *text, size_t bytes)
{
    const char *end = text + bytes, *host_end, *rest;
    if (bytes > 0 && *text == '[') {
        host_end = memchr(text, ']', bytes);
        rest = host_end ? host_end + 1 : NULL;
        text++;
    } else {
        host_end = memchr(text, ':', bytes);
        host_end = rest = host_end ? host_end : end;
    }
    if (!host_end || host_end == text)
        return false;
    url->host = decode(text, (size_t)(host_end - text));
    if (rest < end && (*rest != ':' || !read_port(url, rest + 1, (size_t)(end - rest - 1))))
        return false;
    return url->host != NULL;
}

bool url_read(struct url *url, const char *text, struct problem *problem)
{
    static const char scheme[] = "ftp://";
    const char *place = text + sizeof(scheme) - 1, *end, *at;
    *url = (struct url){0};
    if (strncasecmp(text, scheme, sizeof(scheme) - 1) != 0) {
        problem_set(problem, "%s: not a URL such as ftp://HOST/PATH", text);
        return false;
    }
    end = place + strcspn(place, "/");
    at = memrchr(place, '@', (size_t)(end - place));
    if (at && memchr(place, ':', (size_t)(at - place))) {
        problem_set(problem, "a password in a URL can be seen by everybody on this machine");
        problem_hint(problem, "leave it out: it is asked for, or --password-file FILE has it");
        return false;
    }
    url->user = at ? decode(place, (size_t)(at - place)) : NULL;
    place = at ? at + 1 : place;
    url->path = decode(*end ? end + 1 : end, strlen(*end ? end + 1 : end));
    if ((!at || url->user) && url->path && read_host(url, place, (size_t)(end - place)))
        return true;
    url_free(url);
    return problem_set(problem, "%s: this URL cannot be read", text);
}

bool url_same_server(const struct url *a, const struct url *b)
{
    bool same_user = a->user && b->user ? strcmp(a->user, b->user) == 0 : a->user == b->user;
    return same_user && strcasecmp(a->host, b->host) == 0 && a->port == b->port;
}

void url_free(struct url *url)
{
    free(url->user);
    free(url->host);
    free(url->path);
    *url = (struct url){0};
}
