/*
 * Results that appear only when they are complete: who may read them; what killed programs left.
 */
#include "output_file.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char *folder;

static void set_up(void)
{
    folder = scratch_new();
}

static void tear_down(void)
{
    scratch_remove(folder);
}

TestSuite(files_output, .init = set_up, .fini = tear_down);

static void write_out(const char *name, mode_t mode)
{
    char *path = scratch_path(folder, name);
    struct problem problem = {0};
    struct output_file out;
    cr_expect(output_file_open(&out, path, mode, &problem) &&
                  output_file_write(&out, "new", 3, &problem) && output_file_finish(&out, &problem),
              "%s", problem.message);
    output_file_close(&out);
    char *text = scratch_read(folder, name);
    cr_expect_str_eq(text, "new");
    free(text);
    free(path);
}

Test(files_output, a_secret_does_not_take_over_who_may_read)
{
    static const struct {
        mode_t before, mode, after;
    } cases[] = {{0644, 0600, 0600},
                 {0666, 0600, 0600},
                 {0400, 0600, 0600},
                 {0640, 0666, 0640},
                 {0600, 0666, 0600}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *path = scratch_path(folder, "out");
        struct stat status;
        scratch_write(folder, "out", "old");
        cr_assert_eq(chmod(path, cases[i].before), 0);
        write_out("out", cases[i].mode);
        cr_assert_eq(stat(path, &status), 0);
        cr_expect_eq(status.st_mode & 0777, cases[i].after, "case %zu: %o", i,
                     (unsigned)status.st_mode & 0777);
        cr_assert_eq(unlink(path), 0);
        free(path);
    }
}

/* Makes a file of that age and says where. */
static char *left_over(const char *name, time_t seconds)
{
    char *path = scratch_path(folder, name);
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = time(NULL) - seconds}};
    scratch_write(folder, name, "a secret, half");
    cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0);
    return path;
}

/* The temporary name has dots and digits besides. */
Test(files_output, a_name_as_long_as_names_may_be)
{
    for (size_t length = 240; length <= NAME_MAX; length++) {
        char name[NAME_MAX + 1];
        memset(name, 'n', length);
        name[length] = '\0';
        write_out(name, 0600);
    }
}

Test(files_output, what_a_killed_program_left_is_swept)
{
    static const struct {
        const char *name;
        time_t age;
        bool locked, goes;
    } cases[] = {
        {".out.0123abcd", 3600, false, true},   {".out.0123abce", 3600, true, false},
        {".out.0123abcf", 1, false, false},     {".out.0123abcg", 3600, false, false},
        {".out.0123abcd0", 3600, false, false}, {".other.0123abcd", 3600, false, false},
        {"out.0123abcd", 3600, false, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *path = left_over(cases[i].name, cases[i].age);
        int descriptor = open(path, O_RDONLY | O_CLOEXEC);
        cr_assert(descriptor >= 0);
        cr_assert(!cases[i].locked || flock(descriptor, LOCK_EX) == 0);
        write_out("out", 0600);
        cr_expect_eq(access(path, F_OK) != 0, cases[i].goes, "%s", cases[i].name);
        close(descriptor);
        free(path);
    }
}

/* Another program may be at it for an hour: its file is locked as long as it is open. */
Test(files_output, a_file_that_is_being_written_is_locked)
{
    char *path = scratch_path(folder, "out"), name[64];
    struct output_file out;
    cr_assert(output_file_open(&out, path, 0600, NULL));
    snprintf(name, sizeof(name), "/proc/self/fd/%d", fileno(out.stream));
    int other = open(name, O_RDONLY | O_CLOEXEC);
    cr_assert(other >= 0);
    cr_expect_neq(flock(other, LOCK_EX | LOCK_NB), 0);
    output_file_close(&out);
    cr_expect_eq(flock(other, LOCK_EX | LOCK_NB), 0);
    close(other);
    free(path);
}

/* Those who draw look at no single write: the end must notice. */
Test(files_output, a_write_that_nobody_looked_at_is_noticed_at_the_end)
{
    char *path = scratch_path(folder, "out");
    struct output_file out;
    const struct rlimit small = {1024, 1024};
    scratch_write(folder, "out", "old");
    signal(SIGXFSZ, SIG_IGN);
    cr_assert(output_file_open(&out, path, 0666, NULL));
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; i < 1000; i++)
        fputs("a line of a drawing\n", out.stream);
    struct problem problem = {0};
    cr_expect_not(output_file_finish(&out, &problem));
    cr_expect(strstr(problem.message, "not all of it was taken"), "%s", problem.message);
    output_file_close(&out);
    char *text = scratch_read(folder, "out");
    cr_expect_str_eq(text, "old");
    free(text);
    free(path);
}

Test(files_output, a_drawing_replaces_drawings_alone)
{
    static const struct {
        const char *old;
        bool opens;
    } cases[] = {{"<svg of yesterday", true}, {"", true}, {"d,0x1234", false}, {"<sv", false}};
    char *path = scratch_path(folder, "out");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct output_file out;
        struct problem problem = {0};
        scratch_write(folder, "out", cases[i].old);
        bool opens = output_file_open_drawing(&out, path, 0666, "<svg", &problem);
        cr_expect_eq(opens, cases[i].opens, "%s: %s", cases[i].old, problem.message);
        output_file_close(&out);
        char *text = scratch_read(folder, "out");
        cr_expect_str_eq(text, cases[i].old);
        free(text);
    }
    unlink(path);
    struct output_file out;
    cr_expect(output_file_open_drawing(&out, path, 0666, "<svg", NULL));
    output_file_close(&out);
    free(path);
}
