/* Facts of files. */
#include "facts.h"

#include "lesson_seed.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

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

/* --- which facts ------------------------------------------------------------------------------ */
enum { FACT_TYPE, FACT_SIZE, FACT_MODIFY, FACT_PERM, FACT_MODE, FACT_UNIQUE, FACTS };

static const char *const fact_names[FACTS] = {"type", "size",      "modify",
                                              "perm", "UNIX.mode", "unique"};

/* Names that are no facts of ours are no error (RFC 3659 7.9). */
bool facts_choose(unsigned *hidden, const char *list)
{
    unsigned left = (1U << FACTS) - 1;
    for (const char *end; *list; list = end + 1) {
        size_t bytes = strcspn(list, "; ");
        end = list + bytes;
        if (bytes == 0 || *end != ';')
            return false;
        for (unsigned i = 0; i < FACTS; i++)
            if (strlen(fact_names[i]) == bytes && strncasecmp(fact_names[i], list, bytes) == 0)
                left &= ~(1U << i);
    }
    *hidden = left;
    return true;
}

void facts_names(char out[FACTS_BYTES], unsigned hidden, bool all)
{
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < FACTS; i++) {
        bool told = !(hidden & 1U << i);
        if (told || all)
            used += (size_t)snprintf(out + used, FACTS_BYTES - used, "%s%s;", fact_names[i],
                                     told && all ? "*" : "");
    }
}

void facts_text(char out[FACTS_BYTES], const struct stat *status, unsigned hidden, bool read_only,
                bool seeded)
{
    char values[FACTS][40] = {""};
    size_t used = 0;
    strcpy(values[FACT_TYPE], type_of(status));
    if (S_ISREG(status->st_mode))
        snprintf(values[FACT_SIZE], sizeof(values[0]), "%lld", (long long)status->st_size);
    facts_time(values[FACT_MODIFY],
               seeded && S_ISDIR(status->st_mode) ? SEED_CLOCK : status->st_mtime);
    strcpy(values[FACT_PERM], perm(status, read_only));
    snprintf(values[FACT_MODE], sizeof(values[0]), "0%o", status->st_mode & 07777U);
    if (!seeded)
        snprintf(values[FACT_UNIQUE], sizeof(values[0]), "%llxg%llx",
                 (unsigned long long)status->st_dev, (unsigned long long)status->st_ino);
    for (unsigned i = 0; i < FACTS; i++)
        if (values[i][0] && !(hidden & 1U << i))
            used += (size_t)snprintf(out + used, FACTS_BYTES - used, "%s=%s;", fact_names[i],
                                     values[i]);
    strcpy(out + used, " ");
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
