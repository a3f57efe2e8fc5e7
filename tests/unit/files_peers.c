/*
 * Whom we have met: pinned servers, clients by address, refused keys.
 */
#include "known_peers.h"
#include "scratch.h"
#include "small_keys.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder, *path;
static struct rsa_key *first, *second;

static void set_up(void)
{
    folder = scratch_new();
    path = scratch_path(folder, "peers.csv");
    first = small_key(1);
    second = small_key(2);
}

static void tear_down(void)
{
    rsa_key_free(first);
    rsa_key_free(second);
    free(path);
    scratch_remove(folder);
}

TestSuite(files_peers, .init = set_up, .fini = tear_down);

/* --- servers --------------------------------------------------------------------------------- */

static enum known_peer check(const char *host, unsigned port, const struct rsa_key *key,
                             struct known_record *record)
{
    enum known_peer answer;
    struct problem problem = {0};
    cr_assert(known_server_check(&answer, record, path,
                                 &(struct known_server){host, port, FAMILY_MODERN}, key, &problem),
              "%s", problem.message);
    return answer;
}

static bool pin(const char *host, const struct rsa_key *key, bool replace, struct problem *problem)
{
    const struct known_server server = {host, 10101, FAMILY_MODERN};
    return known_server_pin(path, &server, key, replace, problem);
}

Test(files_peers, a_server_is_pinned_and_a_change_is_seen)
{
    struct known_record record;
    struct problem problem = {0};
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    fingerprint_text(fingerprint, first);
    cr_expect_eq(check("Host", 10101, first, &record), KNOWN_NEW);
    cr_expect_str_eq(record.fingerprint, "");
    cr_assert(pin("Host", first, false, &problem), "%s", problem.message);
    cr_expect_eq(check("host", 10101, first, &record), KNOWN_SAME);
    cr_expect_eq(check("host", 10102, first, &record), KNOWN_NEW, "another port, another server");
    cr_expect_eq(check("host2", 10101, first, &record), KNOWN_NEW);
    cr_expect_eq(check("HOST", 10101, second, &record), KNOWN_CHANGED);
    cr_expect_str_eq(record.fingerprint, fingerprint);
    cr_expect(timestamp_valid(record.first_seen) && timestamp_valid(record.last_seen));

    cr_expect_not(pin("host", second, false, &problem));
    cr_expect_not_null(strstr(problem.message, "peers.csv:2:12: fingerprint: another key"), "%s",
                       problem.message);
    cr_expect_eq(check("host", 10101, first, NULL), KNOWN_SAME);
    problem = (struct problem){0};
    cr_assert(pin("host", second, true, &problem), "%s", problem.message);
    cr_expect_eq(check("host", 10101, second, NULL), KNOWN_SAME);
    cr_expect_eq(check("host", 10101, first, NULL), KNOWN_CHANGED);
}

Test(files_peers, a_server_can_be_pinned_by_a_fingerprint_on_paper)
{
    char text[256], fingerprint[FINGERPRINT_TEXT_BYTES];
    fingerprint_text(fingerprint, first);
    snprintf(text, sizeof(text), "host,port,fingerprint\nclass,10101,%s\n", fingerprint);
    scratch_write(folder, "peers.csv", text);
    cr_expect_eq(check("class", 10101, first, NULL), KNOWN_SAME);
    cr_expect_eq(check("class", 10101, second, NULL), KNOWN_CHANGED);
    cr_assert(pin("class", first, false, NULL));
    cr_expect_eq(check("class", 10101, first, NULL), KNOWN_SAME);
}

/* Each visit would be a file written to disk, and costs more than the visit. */
Test(files_peers, the_time_of_a_server_is_written_once_a_minute)
{
    char *before, *after, *old;
    struct known_record record;
    cr_assert(pin("host", first, false, NULL));
    before = scratch_read(folder, "peers.csv");
    struct stat then, now;
    cr_assert_eq(stat(path, &then), 0);
    cr_assert(pin("host", first, false, NULL));
    cr_assert_eq(stat(path, &now), 0);
    cr_expect_eq(now.st_ino, then.st_ino, "it was written anew");
    after = strdup(before);
    cr_assert_eq(check("host", 10101, first, &record), KNOWN_SAME);
    while ((old = strstr(after, record.last_seen)))
        memcpy(old, "2020-01-02T03:04:05Z", strlen(record.last_seen));
    scratch_write(folder, "peers.csv", after);
    cr_assert(pin("host", first, false, NULL));
    cr_assert_eq(check("host", 10101, first, &record), KNOWN_SAME);
    cr_expect_str_eq(record.first_seen, "2020-01-02T03:04:05Z");
    cr_expect_str_neq(record.last_seen, "2020-01-02T03:04:05Z");
    free(before);
    free(after);
}

Test(files_peers, a_bad_row_of_servers_is_named)
{
    static const struct {
        const char *text, *what;
    } cases[] = {
        {"host,port,fingerprint\nh,x,SHA256:a\n", ":2:3: port:"},
        {"host,port,fingerprint\nh,65536,SHA256:a\n", ":2:3: port:"},
        {"host,port,fingerprint\nh,1,SHA256:a\n", ":2:5: fingerprint:"},
        {"host,port,fingerprint\nh,1,\n", ":2: n: missing"},
        {"host,port\nh,1\n", "no column fingerprint"},
        {"host,port,fingerprint,n,e\nh,1,,0xc000000000000011,17\nH,1,,0xc000000000000021,17\n",
         ":3:1: host: the same server as in line 2"},
        {"host,port,fingerprint,n,e\n"
         "h,1,SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,0xc000000000000011,17\n",
         ":2:5: fingerprint: not that of n and e"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        enum known_peer answer;
        struct problem problem = {0};
        scratch_write(folder, "peers.csv", cases[i].text);
        cr_expect_not(known_server_check(&answer, NULL, path,
                                         &(struct known_server){"h", 1, FAMILY_MODERN}, first,
                                         &problem),
                      "%zu", i);
        cr_expect_neq(answer, KNOWN_SAME);
        cr_expect_not_null(strstr(problem.message, cases[i].what), "got '%s', want '%s'",
                           problem.message, cases[i].what);
    }
}

/* --- clients --------------------------------------------------------------------------------- */

static struct known_clients *open_clients(void)
{
    struct known_clients *clients;
    struct problem problem = {0};
    cr_assert(known_clients_open(&clients, path, &problem), "%s", problem.message);
    return clients;
}

static void write_changes(struct peer_changes *changes)
{
    struct problem problem = {0};
    cr_assert_not_null(changes, "nothing has changed");
    cr_assert(peer_changes_write(changes, &problem), "%s", problem.message);
    peer_changes_free(changes);
}

static size_t lines(void)
{
    char *text = scratch_read(folder, "peers.csv");
    size_t count = 0;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        count++;
    free(text);
    return count;
}

Test(files_peers, a_known_address_with_another_key_is_reported_once)
{
    struct known_record record;
    struct known_clients *clients = open_clients();
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    fingerprint_text(fingerprint, first);
    cr_expect_eq(known_clients_record(clients, "::1", first, "anna", &record), KNOWN_NEW);
    cr_expect_eq(known_clients_record(clients, "::1", first, "anna", &record), KNOWN_SAME);
    cr_expect_eq(known_clients_record(clients, "::1", second, "eve", &record), KNOWN_CHANGED);
    cr_expect_str_eq(record.fingerprint, fingerprint);
    cr_expect_str_eq(record.name, "anna");
    cr_expect_eq(known_clients_record(clients, "::1", second, "eve", &record), KNOWN_SAME);
    cr_expect_eq(known_clients_record(clients, "::2", second, "eve", &record), KNOWN_NEW);
    write_changes(known_clients_changes(clients));
    cr_expect_null(known_clients_changes(clients), "nothing has changed since");
    cr_expect_eq(known_clients_record(clients, "::2", second, "eve", &record), KNOWN_SAME);
    write_changes(known_clients_changes(clients));
    cr_expect_eq(lines(), 1 + 3, "%zu lines", lines());
    known_clients_free(clients);

    clients = open_clients();
    cr_expect_eq(known_clients_record(clients, "::1", first, "anna", &record), KNOWN_SAME);
    cr_expect_eq(known_clients_record(clients, "::2", first, "anna", &record), KNOWN_CHANGED);
    write_changes(known_clients_changes(clients));
    cr_expect_eq(lines(), 1 + 4, "%zu lines", lines());
    known_clients_free(clients);
}

Test(files_peers, two_servers_with_one_home_lose_nothing)
{
    struct known_clients *one = open_clients(), *two = open_clients();
    known_clients_record(one, "::1", first, "anna", NULL);
    known_clients_record(two, "::2", second, "boris", NULL);
    known_clients_record(two, "::1", first, "anna", NULL);
    write_changes(known_clients_changes(one));
    write_changes(known_clients_changes(two));
    cr_expect_eq(lines(), 1 + 2, "%zu lines", lines());
    known_clients_record(one, "::3", second, "boris", NULL);
    write_changes(known_clients_changes(one));
    cr_expect_eq(lines(), 1 + 3, "%zu lines", lines());
    known_clients_free(one);
    known_clients_free(two);
}

Test(files_peers, changes_that_could_not_be_written_can_be_tried_again)
{
    struct known_clients *clients = open_clients();
    struct problem problem = {0};
    known_clients_record(clients, "::1", first, "anna", NULL);
    struct peer_changes *changes = known_clients_changes(clients);
    scratch_write(folder, "peers.csv", "address\n\"");
    cr_expect_not(peer_changes_write(changes, &problem));
    cr_expect_not_null(strstr(problem.message, "peers.csv:2:1:"), "%s", problem.message);
    scratch_write(folder, "peers.csv",
                  "address,fingerprint,name,first_seen,last_seen,n,e,shoe\nx,y,,,,,,41\n");
    write_changes(changes);
    char *text = scratch_read(folder, "peers.csv");
    cr_expect_not_null(strstr(text, "e,shoe\nx,y,,,,,,41\n::1,SHA256:"), "%s", text);
    free(text);
    known_clients_free(clients);
}

Test(files_peers, clients_are_bounded)
{
    struct known_clients *clients = open_clients();
    char address[32];
    for (unsigned i = 0; i < KNOWN_CLIENT_ROWS + 50; i++) {
        snprintf(address, sizeof(address), "10.0.%u.%u", i / 256, i % 256);
        known_clients_record(clients, address, first, "anna", NULL);
    }
    write_changes(known_clients_changes(clients));
    cr_expect_eq(lines(), 1 + KNOWN_CLIENT_ROWS, "%zu lines", lines());
    cr_expect_eq(known_clients_record(clients, "10.0.0.0", first, "anna", NULL), KNOWN_NEW,
                 "the oldest is still in memory");
    known_clients_free(clients);
    clients = open_clients();
    cr_expect_eq(known_clients_record(clients, address, first, "anna", NULL), KNOWN_SAME,
                 "the newest is gone");
    known_clients_free(clients);
}

/* --- refused keys ---------------------------------------------------------------------------- */

static void read_pending(struct pending_key **rows, size_t *count)
{
    struct problem problem = {0};
    cr_assert(pending_rows_read(rows, count, path, &problem), "%s", problem.message);
}

Test(files_peers, a_refused_key_is_one_row_with_a_number_that_stays)
{
    struct pending_keys *pending = pending_keys_new(path);
    struct pending_key *rows;
    size_t count;
    cr_expect_null(pending_keys_changes(pending));
    pending_keys_record(pending, "::1", first, FAMILY_MODERN, "");
    pending_keys_record(pending, "::2", second, FAMILY_MODERN, "");
    pending_keys_record(pending, "::3", first, FAMILY_MODERN, "");
    write_changes(pending_keys_changes(pending));
    pending_keys_record(pending, "::4", first, FAMILY_MODERN, "");
    write_changes(pending_keys_changes(pending));
    read_pending(&rows, &count);
    cr_assert_eq(count, 2, "%zu rows", count);
    cr_expect_eq(rows[0].number, 1);
    cr_expect_eq(rows[1].number, 2);
    cr_expect_eq(rows[0].times, 3, "%lu", rows[0].times);
    cr_expect_str_eq(rows[0].address, "::4");
    cr_expect(rsa_key_equal_public(rows[1].key, second));
    uint8_t digest[1][FINGERPRINT_BYTES];
    fingerprint_digest(digest[0], first);
    cr_assert(pending_rows_remove(path, digest, 1, NULL));
    pending_rows_free(rows, count);

    pending_keys_record(pending, "::1", first, FAMILY_MODERN,
                        ""); /* it comes again, as a new row */
    write_changes(pending_keys_changes(pending));
    read_pending(&rows, &count);
    cr_assert_eq(count, 2, "%zu rows", count);
    cr_expect_eq(rows[0].number, 2);
    cr_expect_eq(rows[1].number, 3);
    pending_rows_free(rows, count);
    pending_keys_free(pending);
}

/* It is added to the row; if somebody has taken that out meanwhile, no row comes of it. */
Test(files_peers, a_wish_comes_late)
{
    struct pending_keys *pending = pending_keys_new(path);
    struct pending_key *rows;
    uint8_t digest[1][FINGERPRINT_BYTES];
    size_t count;
    pending_keys_record(pending, "::1", first, FAMILY_MODERN, "");
    pending_keys_record(pending, "::2", second, FAMILY_MODERN, "");
    write_changes(pending_keys_changes(pending));
    fingerprint_digest(digest[0], second);
    cr_assert(pending_rows_remove(path, digest, 1, NULL));
    pending_keys_wish(pending, "::1", first, "anna");
    pending_keys_wish(pending, "::2", second, "boris");
    write_changes(pending_keys_changes(pending));
    read_pending(&rows, &count);
    cr_assert_eq(count, 1, "%zu rows", count);
    cr_expect_str_eq(rows[0].wish, "anna");
    cr_expect_eq(rows[0].times, 1);
    pending_rows_free(rows, count);
    pending_keys_wish(pending, "::2", second, "boris");
    pending_keys_record(pending, "::2", second, FAMILY_MODERN, ""); /* it is here again */
    write_changes(pending_keys_changes(pending));
    read_pending(&rows, &count);
    cr_assert_eq(count, 2, "%zu rows", count);
    cr_expect_str_eq(rows[1].wish, "boris");
    cr_expect_eq(rows[1].times, 1);
    pending_rows_free(rows, count);
    pending_keys_free(pending);
}

Test(files_peers, strangers_cannot_fill_the_disk)
{
    struct pending_keys *pending = pending_keys_new(path);
    struct pending_key *rows;
    size_t count;
    for (unsigned i = 0; i < 3 * PENDING_ROWS; i++) {
        struct rsa_key *key = small_key(i);
        pending_keys_record(pending, "::1", key, FAMILY_MODERN, "");
        rsa_key_free(key);
        if (i == PENDING_ROWS / 2)
            write_changes(pending_keys_changes(pending));
    }
    write_changes(pending_keys_changes(pending)); /* of the others, the newest PENDING_ROWS */
    read_pending(&rows, &count);
    cr_assert_eq(count, PENDING_ROWS, "%zu rows", count);
    struct rsa_key *newest = small_key(3 * PENDING_ROWS - 1);
    struct rsa_key *oldest = small_key(2 * PENDING_ROWS);
    cr_expect(rsa_key_equal_public(rows[count - 1].key, newest), "the newest is not the last");
    cr_expect(rsa_key_equal_public(rows[0].key, oldest), "the wrong ones went");
    rsa_key_free(newest);
    rsa_key_free(oldest);
    pending_rows_free(rows, count);
    pending_keys_free(pending);
}

/* Who typed `accept 2` meant the key that was listed under 2. */
Test(files_peers, a_number_is_given_once)
{
    struct pending_keys *pending = pending_keys_new(path);
    struct pending_key *rows;
    uint8_t digest[1][FINGERPRINT_BYTES];
    size_t count;
    pending_keys_record(pending, "::1", first, FAMILY_MODERN, "");
    pending_keys_record(pending, "::2", second, FAMILY_MODERN, "");
    write_changes(pending_keys_changes(pending));
    fingerprint_digest(digest[0], second);
    cr_assert(pending_rows_remove(path, digest, 1, NULL));
    struct rsa_key *stranger = small_key(3);
    pending_keys_record(pending, "::3", stranger, FAMILY_MODERN, "");
    write_changes(pending_keys_changes(pending));
    read_pending(&rows, &count);
    cr_assert_eq(count, 2, "%zu rows", count);
    cr_expect_eq(rows[1].number, 3, "%lu", rows[1].number);
    rsa_key_free(stranger);
    pending_rows_free(rows, count);
    pending_keys_free(pending);
}

static bool waits(const struct pending_key *rows, size_t count, const struct rsa_key *key)
{
    while (count > 0)
        if (rsa_key_equal_public(rows[--count].key, key))
            return true;
    return false;
}

/* Ten times what there is room for, from a /64 and from one address of IPv4, before a writing and
 * after it: the two who came before stay. */
Test(files_peers, strangers_push_out_their_own)
{
    struct pending_keys *pending = pending_keys_new(path);
    struct pending_key *rows;
    char address[64];
    size_t count;
    pending_keys_record(pending, "192.0.2.1", first, FAMILY_MODERN, "");
    for (unsigned i = 0; i < 10 * PENDING_ROWS; i++) {
        struct rsa_key *key = small_key(10 + i);
        snprintf(address, sizeof(address), i % 2 ? "2001:db8:0:1::%x" : "192.0.2.9", i);
        pending_keys_record(pending, address, key, FAMILY_MODERN, "");
        rsa_key_free(key);
        if (i == 5 * PENDING_ROWS) {
            write_changes(pending_keys_changes(pending));
            pending_keys_record(pending, "2001:db8:0:2::1", second, FAMILY_MODERN, "");
        }
    }
    write_changes(pending_keys_changes(pending));
    read_pending(&rows, &count);
    cr_expect_eq(count, PENDING_ROWS, "%zu rows", count);
    cr_expect(waits(rows, count, first) && waits(rows, count, second));
    pending_rows_free(rows, count);
    pending_keys_free(pending);
}

Test(files_peers, the_command_for_a_refused_key)
{
    char out[256];
    const struct home usual = {"/home/anna/.config/glassbox", true},
                      other = {"/my home/it's", false}, quotes = {"'''''''''''''''''", false};
    pending_keys_command(out, sizeof(out), "bin/keytool", "SHA256:a+b/c", "", &usual, NULL);
    cr_expect_str_eq(out, "bin/keytool allow add SHA256:a+b/c");
    pending_keys_command(out, sizeof(out), "glassbox keytool", "SHA256:x", "anna", &other, "a.csv");
    cr_expect_str_eq(out,
                     "glassbox keytool allow add SHA256:x --name anna --home '/my home/it'\\''s' "
                     "--allowed a.csv");
    pending_keys_command(out, sizeof(out), "keytool", "x", "", &(struct home){"/usr/../usr", false},
                         "/");
    cr_expect_str_eq(out, "keytool allow add x --home /usr --allowed /");
    cr_assert_eq(chdir("/usr"), 0);
    pending_keys_command(out, sizeof(out), "keytool", "x", "", &(struct home){".", false}, ".");
    cr_expect_str_eq(out, "keytool allow add x --home /usr --allowed /usr", "typed elsewhere");
    for (size_t space = 1; space < sizeof(out); space++) {
        memset(out, '#', sizeof(out));
        pending_keys_command(out, space, "keytool", "SHA256:x", "", &quotes, "b c");
        cr_expect(memchr(out, '\0', space) && (space == sizeof(out) || out[space] == '#'),
                  "space %zu", space);
    }
}
