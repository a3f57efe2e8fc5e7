/* What servers list: facts of RFC 3659, and the lines of LIST that are seen in the wild. */
#include "entry.h"

#include <criterion/criterion.h>
#include <string.h>

struct sample {
    const char *line;
    enum entry_type type;
    const char *name; /* NULL: the line cannot be read */
    long long size;   /* -1: none is told */
    unsigned mode;    /* 0: none is told */
    const char *target;
};

static void check(const struct sample *sample, struct entry *entry, bool good)
{
    cr_expect_eq(good, sample->name != NULL, "%s", sample->line);
    if (good && sample->name) {
        cr_expect_eq(entry->type, sample->type, "%s: type %d", sample->line, entry->type);
        cr_expect_str_eq(entry->name ? entry->name : "", sample->name, "%s", sample->line);
        cr_expect_eq(entry->has_size ? (long long)entry->size : -1, sample->size, "%s",
                     sample->line);
        cr_expect_eq(entry->mode, sample->mode, "%s: mode %o", sample->line, entry->mode);
        cr_expect_str_eq(entry->target ? entry->target : "", sample->target ? sample->target : "",
                         "%s", sample->line);
    }
    entry_free(entry);
}

/* vsftpd, proftpd, pure-ftpd, busybox, pyftpdlib; without a group; numbers for names; ISO dates;
 * words of another language; IIS; and lines that are no entries. */
static const struct sample lines[] = {
    {"-rw-r--r--    1 0        0               5 Feb 03 04:05 a", ENTRY_FILE, "a", 5, 0644, NULL},
    {"-rw-r-----   1 anna     users     1048576 Feb  3  2020 two words", ENTRY_FILE, "two words",
     1048576, 0640, NULL},
    {"-rwsr-xr-t  1 a b 12345678901234 Dec 31 23:59   blanks ", ENTRY_FILE, "  blanks ",
     12345678901234, 04755 & 0777, NULL},
    {"drwxr-xr-x+   2 1000 1000 4096 Jan 1 10:00 d", ENTRY_FOLDER, "d", -1, 0755, NULL},
    {"drwxr-xr-x    7 0        0            4096 Nov 28 19:06 d", ENTRY_FOLDER, "d", -1, 0755,
     NULL},
    {"lrwxrwxrwx   1 0 0 6 Jan 1 10:00 l -> ../d/e", ENTRY_LINK, "l", -1, 0777, "../d/e"},
    {"lrwxrwxrwx   1 0 0 6 Jan 1 10:00 l", ENTRY_LINK, "l", -1, 0777, NULL},
    {"-rw-r--r-- 1 owner 7 Jan  2 2021 no group", ENTRY_FILE, "no group", 7, 0644, NULL},
    {"-rw-r--r-- 1 1000 1000 5 Jan 2 2020 2020 10:00 x", ENTRY_FILE, "2020 10:00 x", 5, 0644, NULL},
    {"-rw-r--r-- 1 May 31 5 Jan 2 9:07 y", ENTRY_FILE, "y", 5, 0644, NULL},
    {"-rw-r--r-- 1 a b 5 2020-02-03 04:05 z", ENTRY_FILE, "z", 5, 0644, NULL},
    {"-rw-r--r-- 1 a b 5 3. f\xc3\xa9vr. 04:05 z", ENTRY_FILE, NULL, 0, 0, NULL},
    {"-rw-r--r-- 1 a b 5 f\xc3\xa9vr. 3 04:05 z", ENTRY_FILE, "z", 5, 0644, NULL},
    {"-rw-r--r-- 1 a b 5 3 Feb 04:05 z\r", ENTRY_FILE, "z", 5, 0644, NULL},
    {"prw-r--r-- 1 a b 0 Feb 3 04:05 fifo", ENTRY_OTHER, "fifo", -1, 0644, NULL},
    {"crw-rw-rw- 1 a b 1, 3 Feb 3 04:05 null", ENTRY_OTHER, "null", -1, 0666, NULL},
    {"drwxr-xr-x 2 a b 4096 Jan 1 10:00 ..", ENTRY_SELF, "..", -1, 0755, NULL},
    {"02-03-20  04:05PM       <DIR>          My Folder", ENTRY_FOLDER, "My Folder", -1, 0, NULL},
    {"02-03-2020  04:05PM              1234 a b.txt", ENTRY_FILE, "a b.txt", 1234, 0, NULL},
    {"02-03-20  04:05PM       <JUNCTION>     j [C:\\x]", ENTRY_OTHER, "j [C:\\x]", -1, 0, NULL},
    {"total 12", ENTRY_SELF, "", -1, 0, NULL},
    {"", ENTRY_SELF, "", -1, 0, NULL},
    {"-rw-r--r-- 1 a b 5 Feb 3 04:05 ", ENTRY_FILE, NULL, 0, 0, NULL},
    {"-rw-r--r-- 1 a b 5 Feb 3 04:05", ENTRY_FILE, NULL, 0, 0, NULL},
    {"lrwxrwxrwx 1 a b 5 Feb 3 04:05  -> x", ENTRY_LINK, NULL, 0, 0, NULL},
    {"-rw-r--r-- 1 a b five Feb 3 04:05 z", ENTRY_FILE, NULL, 0, 0, NULL},
    {"ls: cannot open it", ENTRY_FILE, NULL, 0, 0, NULL},
    {"02-03-20  04:05PM", ENTRY_FILE, NULL, 0, 0, NULL},
    {"02-03-20  04:05PM 12", ENTRY_FILE, NULL, 0, 0, NULL},
};

Test(ftp_entry, lines_of_list)
{
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct entry entry;
        check(&lines[i], &entry, entry_read_ls(&entry, lines[i].line, strlen(lines[i].line)));
    }
}

/* No line is read beyond its end, and none of its beginnings does harm. */
Test(ftp_entry, every_beginning_of_a_line)
{
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        for (size_t bytes = strlen(lines[i].line); bytes > 0; bytes--) {
            char *exact = malloc(bytes);
            struct entry entry;
            memcpy(exact, lines[i].line, bytes);
            bool good = entry_read_ls(&entry, exact, bytes);
            cr_expect(!good || entry.name || entry.type == ENTRY_SELF, "%s", lines[i].line);
            entry_free(&entry);
            free(exact);
        }
}

static const struct sample facts[] = {
    {"type=file;size=5;UNIX.mode=0644; a b", ENTRY_FILE, "a b", 5, 0644, NULL},
    {"Type=Dir;modify=20200203040506; d", ENTRY_FOLDER, "d", -1, 0, NULL},
    {"type=OS.unix=symlink;size=3; l", ENTRY_LINK, "l", 3, 0, NULL},
    {"type=OS.unix=slink:../x; l", ENTRY_LINK, "l", -1, 0, "../x"},
    {"type=OS.unix=slink:/etc;type=OS.unix=slink:b; l", ENTRY_LINK, "l", -1, 0, "b"},
    {"type=OS.unix=fifo; p", ENTRY_OTHER, "p", -1, 0, NULL},
    {"type=OS.unix=special; p", ENTRY_OTHER, "p", -1, 0, NULL},
    {" bare", ENTRY_UNKNOWN, "bare", -1, 0, NULL},
    {"type=cdir; .", ENTRY_SELF, ".", -1, 0, NULL},
    {"type file", ENTRY_FILE, NULL, 0, 0, NULL},
    {"type=file;size=5;", ENTRY_FILE, NULL, 0, 0, NULL},
};

Test(ftp_entry, facts)
{
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        struct entry entry;
        check(&facts[i], &entry, entry_read(&entry, facts[i].line, strlen(facts[i].line)));
    }
}

Test(ftp_entry, found_by_name)
{
    struct listing listing = {0};
    for (const char *name = "dbca"; *name; name++) {
        struct entry entry = {.name = strndup(name, 1)};
        cr_assert(listing_add(&listing, &entry));
    }
    cr_expect_null(listing_find(&(struct listing){0}, "a"));
    listing_sort(&listing);
    cr_expect_str_eq(listing_find(&listing, "c")->name, "c");
    cr_expect_null(listing_find(&listing, "e"));
    listing_free(&listing);
}
