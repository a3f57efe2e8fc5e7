/*
 * Tasks of lesson 07, FTP: what a listener reads of plain FTP, what sizes tell of encrypted FTP, and
 * which paths lead out of a folder.
 */
#include "decisions.h"
#include "kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- sizes ------------------------------------------------------------------------------------------- */

#define FILES    5
#define UPLOADS  24
#define OVERHEAD 113 /* bytes of an upload beside the file's: docs/07-ftp.md, section 6 */

/* The file of each upload, one digit each; map: what a mistake makes of a file's place by size. */
static void write_digits(char out[UPLOADS + 1], const unsigned uploads[UPLOADS],
                         const unsigned map[FILES])
{
    for (size_t i = 0; i < UPLOADS; i++)
        out[i] = (char)('1' + map[uploads[i]]);
    out[UPLOADS] = '\0';
}

/* number[i]: of the file that is the i-th by size. */
static void sizes_answers(struct task *task, const unsigned uploads[UPLOADS],
                          const unsigned number[FILES])
{
    static const unsigned by_size[FILES] = {0, 1, 2, 3, 4};
    unsigned larger[FILES], smaller[FILES], backwards[UPLOADS];
    char digits[UPLOADS + 1];
    for (unsigned i = 0; i < FILES; i++) {
        larger[i] = number[i + 1 < FILES ? i + 1 : i];
        smaller[i] = number[i > 0 ? i - 1 : 0];
    }
    for (size_t i = 0; i < UPLOADS; i++)
        backwards[UPLOADS - 1 - i] = uploads[i];
    write_digits(digits, uploads, number);
    mpz_t right;
    mpz_init_set_str(right, digits, 10);
    task_answer_number(task, 55, right);
    mpz_clear(right);
    write_digits(digits, uploads, larger);
    task_mistake(task, digits,
                 N_("You took all bytes for the file's. Hand-over, record and goodbye are among "
                    "them."));
    write_digits(digits, uploads, smaller);
    task_mistake(task, digits, N_("You took the extra bytes away twice."));
    write_digits(digits, backwards, number);
    task_mistake(task, digits, N_("You began with the last upload."));
    write_digits(digits, uploads, by_size);
    task_mistake(task, digits,
                 N_("You numbered the files by their size. Their numbers are those of the list."));
}

static bool sizes(struct task *task, struct task_random *random)
{
    unsigned number[FILES], uploads[UPLOADS], base = task_draw_between(random, 2000, 9000);
    size_t place[FILES]; /* by size, of each number */
    for (unsigned i = 0; i < FILES; i++)
        number[i] = i;
    for (unsigned i = FILES - 1; i > 0; i--) {
        unsigned j = task_draw_between(random, 0, i), other = number[i];
        number[i] = number[j];
        number[j] = other;
    }
    for (unsigned i = 0; i < FILES; i++)
        place[number[i]] = i;
    task_say(task, "Eve knows these five files of the class, and their sizes:");
    for (unsigned i = 0; i < FILES; i++)
        task_show(task, "%u  %-8s  %zu bytes", i + 1, task_draw_word(random),
                  base + place[i] * OVERHEAD);
    task_say(task, "Then she sees encrypted uploads with bin/ftp, one file each. So many bytes go "
                   "to the server, on the connection for data:");
    for (size_t i = 0; i < UPLOADS; i++) {
        uploads[i] = task_draw_between(random, 0, FILES - 1);
        task_show(task, "upload %2zu  %u bytes", i + 1, base + uploads[i] * OVERHEAD + OVERHEAD);
    }
    task_say(task,
             "Which files went by? Write their numbers one behind the other, %d digits, "
             "upload 1 first. How many bytes an upload has beside the file's own is in "
             "section 6 of the lesson.",
             UPLOADS);
    sizes_answers(task, uploads, number);
    return true;
}

/* --- ports of plain FTP -------------------------------------------------------------------------------- */

#define REPLIES 5

static bool passive_ports(struct task *task, struct task_random *random)
{
    char right[64] = "", swapped[64] = "", joined[64] = "", base_255[64] = "", sums[64] = "";
    task_say(task,
             "Before each file a server of plain FTP names its port in a reply 227 (RFC 959): "
             "four numbers of the address, then the two bytes of the port, the higher one "
             "first.");
    for (size_t i = 0; i < REPLIES; i++) {
        unsigned port = task_draw_between(random, 11000, 65000), high = port >> 8;
        unsigned low = port & 255;
        task_show(task, "227 Entering Passive Mode (127,0,0,1,%u,%u)", high, low);
        snprintf(right + strlen(right), sizeof(right) - strlen(right), "%u", port);
        snprintf(swapped + strlen(swapped), sizeof(swapped) - strlen(swapped), "%u",
                 low << 8 | high);
        snprintf(joined + strlen(joined), sizeof(joined) - strlen(joined), "%u%u", high, low);
        snprintf(base_255 + strlen(base_255), sizeof(base_255) - strlen(base_255), "%u",
                 high * 255 + low);
        snprintf(sums + strlen(sums), sizeof(sums) - strlen(sums), "%u", high + low);
    }
    task_say(task, "Which %d ports are these? Write them one behind the other, %d digits.", REPLIES,
             5 * REPLIES);
    mpz_t number;
    mpz_init_set_str(number, right, 10);
    task_answer_number(task, 77, number);
    mpz_clear(number);
    task_mistake(task, swapped,
                 N_("You took the bytes from the wrong end: the higher one stands first."));
    task_mistake(task, joined,
                 N_("You wrote the two numbers one behind the other. They are bytes: the first "
                    "counts 256 times."));
    task_mistake(task, base_255, N_("You multiplied by 255. A byte has 256 values."));
    task_mistake(task, sums, N_("You added the two bytes. The first counts 256 times."));
    return true;
}

/* --- a folder that is left --------------------------------------------------------------------------- */

#define PARTS_MAX 8

/* A path as a careless server goes it, from /srv/NAME on. */
struct walk {
    const char *parts[PARTS_MAX + 2];
    size_t depth;
};

static bool is_inside(const struct walk *walk, const char *home)
{
    return walk->depth >= 2 && strcmp(walk->parts[0], "srv") == 0 &&
           strcmp(walk->parts[1], home) == 0;
}

static void step(struct walk *walk, const char *part)
{
    if (strcmp(part, "..") == 0)
        walk->depth -= walk->depth > 0;
    else if (strcmp(part, ".") != 0)
        walk->parts[walk->depth++] = part;
}

/* What a path is, and what mistakes take it for. */
struct judged {
    bool out, has_dots, begins_with_dots, was_out, other_letters;
};

static struct judged judge(const char *const *parts, size_t count, const char *home)
{
    struct walk walk = {{"srv", home}, 2};
    struct judged judged = {.begins_with_dots = strcmp(parts[0], "..") == 0};
    for (size_t i = 0; i < count; i++) {
        step(&walk, parts[i]);
        judged.has_dots |= strcmp(parts[i], "..") == 0;
        judged.was_out |= !is_inside(&walk, home);
    }
    judged.out = !is_inside(&walk, home);
    bool begins_alike = walk.depth >= 2 && strcmp(walk.parts[0], "srv") == 0 &&
                        strncmp(walk.parts[1], home, strlen(home)) == 0;
    judged.other_letters = !begins_alike;
    return judged;
}

/* One of several shapes, so that each mistake differs somewhere. */
static size_t draw_path(const char *parts[PARTS_MAX], struct task_random *random, const char *home,
                        const char *alike)
{
    size_t count = 0;
    uint64_t shape = task_draw_below(random, 6);
    const char *word = task_draw_word(random);
    if (shape == 1 || shape == 2)
        parts[count++] = word;
    if (shape == 2 || shape == 5)
        parts[count++] = "..";
    if (shape != 0) {
        parts[count++] = "..";
        parts[count++] = shape == 3 ? home : shape == 4 ? alike : task_draw_word(random);
    }
    if (shape == 5 && task_draw_below(random, 2)) {
        parts[count - 1] = "srv";
        parts[count++] = home;
    }
    if (task_draw_below(random, 3) == 0)
        parts[count++] = ".";
    parts[count++] = task_draw_word(random);
    return count;
}

static const char *join(struct task *task, const char *const *parts, size_t count)
{
    const char *path = parts[0];
    for (size_t i = 1; i < count; i++)
        path = task_text(task, "%s/%s", path, parts[i]);
    return path;
}

static bool jail(struct task *task, struct task_random *random)
{
    const char *home = task_draw_word(random), *alike = task_text(task, "%s2", home);
    bool out[DECISIONS], dots[DECISIONS], begins[DECISIONS], was[DECISIONS], letters[DECISIONS];
    task_say(task,
             "A careless server keeps the files of one student in /srv/%s. It puts that and "
             "a slash in front of what the student types, and opens the file, wherever it "
             "is. (None of these folders is a link.) Mark each path by 1 if it leads to a "
             "file outside of /srv/%s, else by 0.",
             home, home);
    for (size_t i = 0; i < DECISIONS; i++) {
        const char *parts[PARTS_MAX];
        size_t count = draw_path(parts, random, home, alike);
        struct judged judged = judge(parts, count, home);
        out[i] = judged.out;
        dots[i] = judged.has_dots;
        begins[i] = judged.begins_with_dots;
        was[i] = judged.was_out;
        letters[i] = judged.other_letters;
        task_show(task, "%2zu  %s", i + 1, join(task, parts, count));
    }
    task_say_decisions(task);
    task_answer_decisions(task, out);
    task_mistake_decisions(task, dots,
                           N_("You marked every path with two dots. Some of them stay "
                              "inside."));
    task_mistake_decisions(task, begins, N_("You looked at the beginning of the path alone."));
    task_mistake_decisions(task, was,
                           N_("Some paths leave the folder and come back into it. What "
                              "counts is where they end."));
    task_mistake_decisions(task, letters,
                           N_("You compared letters. A folder whose name only "
                              "begins like the student's is another one."));
    return true;
}

/* --- a password in the clear ---------------------------------------------------------------------------- */

#define PASSWORD_WORDS 6
#define PASSWORD_BYTES 64

static void draw_password(char out[PASSWORD_BYTES], struct task_random *random)
{
    task_draw_words(out, PASSWORD_BYTES, random, PASSWORD_WORDS);
    for (char *at = out; (at = strchr(at, ' ')) != NULL;)
        *at = '-';
}

static void put_login(FILE *out, const char *user, const char *password, bool right)
{
    fprintf(out, "USER %s\\r\n331 Type the password\\r\nPASS %s\\r\n", user, password);
    if (right)
        fprintf(out, "230 Welcome, %s. Others on the wire could read that password\\r\n", user);
    else
        fprintf(out, "530 That is not the password\\r\n");
}

static bool password(struct task *task, struct task_random *random)
{
    char right[PASSWORD_BYTES], refused[PASSWORD_BYTES], other[PASSWORD_BYTES];
    char later[PASSWORD_BYTES], *text = NULL;
    size_t bytes;
    const char *user = task_draw_word(random), *neighbour = task_draw_word(random);
    FILE *out = open_memstream(&text, &bytes);
    if (!out || strcmp(user, neighbour) == 0) {
        if (out)
            fclose(out);
        free(text);
        return false;
    }
    draw_password(right, random);
    draw_password(refused, random);
    draw_password(other, random);
    draw_password(later, random);
    put_login(out, neighbour, other, true);
    put_login(out, user, refused, false);
    put_login(out, user, right, true);
    fprintf(out, "STOR %s.txt\\r\n226 Complete\\r\n", task_draw_word(random));
    put_login(out, neighbour, later, false);
    fclose(out);
    task_attach(task, "commands.txt", text, bytes);
    free(text);
    task_say(task,
             "Eve's relay has copied the commands of several sessions of plain FTP into a "
             "file. By which password has %s come in?",
             user);
    task_answer_text(task, 8 * PASSWORD_WORDS, right);
    task_mistake(task, refused, N_("The server refused that one: its reply is 530."));
    task_mistake(task, other, N_("That is the password of somebody else."));
    task_mistake(task, later, N_("That is somebody else's, and it was refused besides."));
    task_mistake(task, user, N_("That is the name. The password stands behind PASS."));
    return true;
}

const struct task_kind task_kinds_07[] = {
    {7, "password", N_("A password in the clear"), password, TASK_QUICK},
    {7, "passive-ports", N_("Two bytes of a port"), passive_ports, TASK_QUICK},
    {7, "sizes", N_("What sizes tell"), sizes, TASK_QUICK},
    {7, "jail", N_("Which paths lead out"), jail, TASK_QUICK},
    {0},
};
