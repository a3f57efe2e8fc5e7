/* Facts of files. */
#include "facts.h"

#include "lesson_seed.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define HALF_A_YEAR ((time_t)182 * 24 * 3600)

void facts_time(char out[FACTS_TIME_BYTES], time_t when)
{
    struct tm parts;
    if (!gmtime_r(&when, &parts) || strftime(out, FACTS_TIME_BYTES, "%Y%m%d%H%M%S", &parts) == 0)
        strcpy(out, "19700101000000");
}

/* The number that so many digits at the front of text make; text moves behind them. */
static int take_digits(const char **text, size_t digits)
{
    int number = 0;
    for (; digits > 0; digits--)
        number = 10 * number + (*(*text)++ - '0');
    return number;
}

bool facts_time_parse(time_t *when, const char *text)
{
    struct tm parts = {0};
    char again[FACTS_TIME_BYTES];
    const char *rest = text;
    for (size_t i = 0; i < FACTS_TIME_BYTES - 1; i++)
        if (!isdigit((unsigned char)text[i]))
            return false;
    parts.tm_year = take_digits(&rest, 4) - 1900;
    parts.tm_mon = take_digits(&rest, 2) - 1;
    parts.tm_mday = take_digits(&rest, 2);
    parts.tm_hour = take_digits(&rest, 2);
    parts.tm_min = take_digits(&rest, 2);
    parts.tm_sec = take_digits(&rest, 2);
    *when = timegm(&parts);
    facts_time(again, *when);
    /* The 31st of February comes back as another day. */
    return strncmp(again, text, FACTS_TIME_BYTES - 1) == 0;
}

/* RFC 3659 7.5.5: what may be done with it. */
static const char *perm(const struct stat *status, bool read_only)
{
    if (S_ISDIR(status->st_mode))
        return read_only ? "el" : "cdeflmp";
    return read_only ? "r" : "adfrw";
}

static const char *type_of(const struct stat *status)
{
    return S_ISREG(status->st_mode)   ? "file"
           : S_ISDIR(status->st_mode) ? "dir"
           : S_ISLNK(status->st_mode) ? "OS.unix=symlink"
                                      : "OS.unix=special";
}

void facts_text(char out[FACTS_BYTES], const struct stat *status, const char *type, bool read_only,
                bool seeded)
{
    char time_text[FACTS_TIME_BYTES], size[40] = "", unique[48] = "";
    facts_time(time_text, seeded && S_ISDIR(status->st_mode) ? SEED_CLOCK : status->st_mtime);
    if (S_ISREG(status->st_mode))
        snprintf(size, sizeof(size), "size=%lld;", (long long)status->st_size);
    if (!seeded)
        snprintf(unique, sizeof(unique), "unique=%llxg%llx;", (unsigned long long)status->st_dev,
                 (unsigned long long)status->st_ino);
    snprintf(out, FACTS_BYTES, "type=%s;%smodify=%s;perm=%s;UNIX.mode=0%o;%s ",
             type ? type : type_of(status), size, time_text, perm(status, read_only),
             status->st_mode & 07777U, unique);
}

static void mode_text(char out[11], mode_t mode)
{
    static const char letters[] = "rwxrwxrwx";
    out[0] = S_ISDIR(mode) ? 'd' : S_ISLNK(mode) ? 'l' : '-';
    for (unsigned i = 0; i < 9; i++)
        out[1 + i] = mode & (0400U >> i) ? letters[i] : '-';
    out[10] = '\0';
}

void facts_ls(char out[FACTS_BYTES], const struct stat *status, time_t now)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char mode[11], clock[8];
    struct tm parts = {.tm_mday = 1};
    bool recent = status->st_mtime > now - HALF_A_YEAR && status->st_mtime <= now + 3600;
    mode_text(mode, status->st_mode);
    gmtime_r(&status->st_mtime, &parts);
    if (recent)
        snprintf(clock, sizeof(clock), "%02u:%02u", (unsigned)parts.tm_hour % 24,
                 (unsigned)parts.tm_min % 60);
    else
        snprintf(clock, sizeof(clock), " %4u", (unsigned)(parts.tm_year + 1900) % 10000);
    snprintf(out, FACTS_BYTES, "%s %3u ftp      ftp      %12lld %s %02d %s ", mode,
             (unsigned)status->st_nlink, (long long)status->st_size,
             months[(unsigned)parts.tm_mon % 12], parts.tm_mday, clock);
}
