/*
 * Fuzzes the small languages of the FTP client: URLs, typed lines, replies, facts. A word that is
 * quoted is one word again; a reply is the same in pieces as in one.
 *
 * Parser: ftp/client/client_url.c ftp/client/words.c ftp/client/reply.c ftp/client/entry.c
 * Parser: ftp/facts.c
 */
#include "client_url.h"
#include "entry.h"
#include "facts.h"
#include "fuzz.h"
#include "reply.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

static void check_url(const char *text)
{
    struct problem problem = {0};
    struct url url, again;
    if (!url_read(&url, text, &problem)) {
        fuzz_require(problem.message[0] != '\0', "a URL is refused without a word");
        return;
    }
    fuzz_require(url.host && url.host[0] && url.path, "a URL without a host or path");
    fuzz_require(url_read(&again, text, &problem) && url_same_server(&url, &again), "not the same");
    url_free(&url);
    url_free(&again);
}

static void check_words(const char *text)
{
    struct words words, again = {0};
    if (!words_split(&words, text))
        abort();
    for (size_t i = 0; i < words.count; i++) {
        char *quoted = words_quote(words.list[i].text, 0);
        if (!quoted || !words_split(&again, quoted))
            abort();
        fuzz_require(words.list[i].text[0] == '\0' ||
                         (again.count == 1 && strcmp(again.list[0].text, words.list[i].text) == 0),
                     "a quoted word is another");
        words_free(&again);
        free(quoted);
    }
    if (!words_add(&words, "more"))
        abort();
    words_free(&words);
}

/* --- replies -------------------------------------------------------------------------------- */

/* The codes and sizes of all replies, one after the other. */
static unsigned read_replies(const uint8_t *data, size_t bytes, size_t piece)
{
    struct reply reply = {0};
    unsigned sum = 0;
    size_t at = 0;
    while (at < bytes) {
        size_t used = 0, part = bytes - at < piece ? bytes - at : piece;
        enum reply_state state = reply_take(&reply, data + at, part, &used);
        fuzz_require(used > 0 && used <= part, "used too little or too much");
        at += used;
        if (state == REPLY_WRONG) {
            sum = sum * 31 + 1;
            break;
        }
        if (state == REPLY_COMPLETE) {
            char *path = reply_quoted(&reply);
            fuzz_require(strlen(reply.text) <= reply.bytes, "no 0 behind the text");
            sum = (sum * 31 + (unsigned)reply.code) * 31 + (unsigned)reply.bytes;
            free(path);
            reply_clear(&reply);
        }
    }
    reply_free(&reply);
    return sum;
}

/* --- listings ------------------------------------------------------------------------------- */

static void check_listing(const char *text, size_t bytes)
{
    struct listing listing = {0};
    const char *end = text + bytes;
    for (const char *line = text; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        struct entry entry;
        stop = stop ? stop : end;
        if (entry_read(&entry, line, (size_t)(stop - line))) {
            if (entry_name_is_safe(entry.name))
                fuzz_require(strcmp(path_name(entry.name), entry.name) == 0, "no name");
            if (!listing_add(&listing, &entry))
                abort();
        }
        line = stop + 1;
    }
    listing_sort(&listing);
    for (size_t i = 0; i < listing.count; i++)
        fuzz_require(listing_find(&listing, listing.entries[i].name) != NULL, "an entry is lost");
    listing_free(&listing);
}

/* A path is its folder and its name. */
static void check_path(const char *text)
{
    char *path = path_trimmed(text), *folder = path ? path_folder(path) : NULL;
    char *joined = folder ? path_join(folder, path_name(path)) : NULL;
    if (!joined)
        abort();
    fuzz_require(strcmp(path_name(joined), path_name(path)) == 0, "another name");
    fuzz_require(strlen(joined) <= strlen(path), "a folder and a name are longer than the path");
    free(joined);
    free(folder);
    free(path);
}

static void check_facts(const char *text)
{
    char out[FACTS_BYTES], clock[FACTS_TIME_BYTES];
    unsigned hidden = 0;
    struct stat status = {.st_mode = S_IFDIR | 0750, .st_size = 1 << 20};
    time_t when;
    if (facts_choose(&hidden, text))
        facts_names(out, hidden, true);
    status.st_mode = (strlen(text) % 2 ? S_IFREG : S_IFLNK) | 0640;
    facts_text(out, &status, hidden, strlen(text) % 3 == 0, strlen(text) % 5 == 0);
    facts_ls(out, &status, (time_t)strlen(text) * 100000);
    if (strlen(text) >= 14 && facts_time_parse(&when, text)) {
        facts_time(clock, when);
        fuzz_require(strncmp(clock, text, 14) == 0, "another time");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    char *text = fuzz_text(data, bytes);
    check_url(text);
    check_words(text);
    check_listing(text, bytes);
    check_facts(text);
    check_path(text);
    fuzz_require(read_replies(data, bytes, bytes) == read_replies(data, bytes, 1),
                 "replies in pieces are others");
    free(text);
    return 0;
}

FUZZ_MAIN("ftp_text", 50000);
