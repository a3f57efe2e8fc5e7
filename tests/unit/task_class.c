/*
 * The class: lists of students, the secret of a course, and receipts with what mails do to them.
 */
#include "receipt.h"

#include "base64.h"
#include "mail.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- lists --------------------------------------------------------------------------------------- */

static void expect_names(const char *text, const char *names, const char *folders)
{
    struct students students;
    struct problem problem = {0};
    char got[1024] = "", got_folders[1024] = "";
    bool done = students_parse(&students, "class.txt", text, strlen(text), &problem);
    for (size_t i = 0; done && i < students.count; i++) {
        strcat(strcat(got, students.list[i].name), "|");
        strcat(strcat(got_folders, students.list[i].folder), "|");
    }
    if (names)
        cr_expect_str_eq(done ? got : problem.message, names);
    if (folders)
        cr_expect_str_eq(got_folders, folders);
    students_free(&students);
}

Test(task_class, lists_of_students)
{
    expect_names("Anna\nBoris\n", "Anna|Boris|", "Anna|Boris|");
    expect_names("Anna", "Anna|", NULL);
    expect_names("\xef\xbb\xbf"
                 "Anna\r\n\r\n# the second row\r\n  Борис Петров \r\n",
                 "Anna|Борис Петров|", "Anna|Борис-Петров|");
    expect_names("\"Petrov, Boris\"\n\"B \"\"Bo\"\" C\"\nD \"Do\" E",
                 "Petrov, Boris|B \"Bo\" C|D \"Do\" E|",
                 "Petrov-Boris-0879cc|B-Bo-C-a60983|D-Do-E-a84592|");
    expect_names("group,Name\nA,Anna\nA,\"Petrov, Boris\"\nB,\n", "Anna|Petrov, Boris|", NULL);
    expect_names("student\nAnna\n", "Anna|", NULL);
    expect_names("имя,группа\nАнна,1\n", "Анна|", NULL);
    expect_names("../../x\n", "../../x|", "x-9cdf6a|");
    expect_names("...\n", "...|", "ab5df6|");
    expect_names("a b\na-b\nA.B\n", "a b|a-b|A.B|", NULL);
}

Test(task_class, lists_of_spreadsheets)
{
    expect_names("student;group\r\nAnna;1\r\nБорис Петров;2\r\n", "Anna|Борис Петров|", NULL);
    expect_names("group\tNAME\n1\tPetrov, Anna\n", "Petrov, Anna|", NULL);
    expect_names("sep=;\nstudent;group\nAnna;1\n", "Anna|", NULL);
    expect_names("# of autumn, spring\n\nФио;Класс, буква\nАнна;7, а\n", "Анна|", NULL);
    expect_names("ФИО,группа\nАнна,1\n", "Анна|", NULL);
    expect_names("ученик,группа\nАнна,1\n", "Анна|", NULL);
    expect_names("№;Студент\n1;Анна\n", "Анна|", NULL);
    expect_names("Имя;Фамилия;Класс\nАнна;Петрова;7\nАнна;Иванова;7\n;Ли;7\n",
                 "Петрова Анна|Иванова Анна|Ли|", NULL);
    expect_names("Ученик\nАнна\n", "Анна|", NULL);
    expect_names("a,b\n1,2\n", "class.txt:1: no column of the names among these columns", NULL);
    expect_names("\nPetrov, Boris\n", "class.txt:2: no column of the names among these columns",
                 NULL);
    expect_names("Anna\nPetrov, Boris\n", "class.txt:2: a name with a ',' in it", NULL);
    expect_names("Anna\nPetrov; Boris\n", "class.txt:2: a name with a ';' in it", NULL);
    expect_names("Anna\nPetrov\tBoris\n", "class.txt:2: a name with a tab in it", NULL);
    expect_names("ФИО;группа;группа\n", "class.txt:1:12: the column группа is there twice", NULL);
    expect_names("Anna\nBoris \"x, 1\n", "class.txt:2: a name with a ',' in it", NULL);
    expect_names("student;group\nAnna;1\nBoris\n",
                 "class.txt:3:6: 1 cells where the header has 2: the row is cut short", NULL);
}

/* Folders are of the names alone: whatever the order, each has her own. */
Test(task_class, folders_differ)
{
    struct students students;
    struct problem problem = {0};
    static const char text[] = "a-b\na b\nA.B\na/b\na  b\n";
    cr_assert(students_parse(&students, "x", text, strlen(text), &problem));
    for (size_t i = 0; i < students.count; i++) {
        char folder[2 * STUDENT_NAME_BYTES];
        snprintf(folder, sizeof(folder), "%s|", students.list[i].folder);
        expect_names(students.list[i].name, NULL, folder);
        for (size_t j = 0; j < i; j++)
            cr_expect(strcasecmp(students.list[i].folder, students.list[j].folder) != 0);
    }
    cr_expect_eq(students_folder(&students, "a-b"), &students.list[1]);
    cr_expect_eq(students_folder(&students, "a-b.txt"), &students.list[1]);
    cr_expect_null(students_folder(&students, "a-bc.txt"));
    cr_expect_eq(students_named(&students, "a-b"), &students.list[0]);
    cr_expect_null(students_named(&students, "a"));
    students_free(&students);
    expect_names("a b\nA B\n", "class.txt:2: A B and a b are too much alike for two folders", NULL);
}

Test(task_class, lists_that_are_refused)
{
    expect_names("", "class.txt: no student in the list", NULL);
    expect_names("# nobody\n\n", "class.txt: no student in the list", NULL);
    expect_names("Anna\nBoris\nAnna\n", "class.txt:3: Anna stands twice in the list", NULL);
    expect_names("Anna\nB\x1b[2Joris\n", "class.txt:2: a name that is not plain UTF-8 text", NULL);
    expect_names("Andr\xe9\n", "class.txt:1: a name that is not plain UTF-8 text", NULL);
    char line[400];
    memset(line, 'a', sizeof(line));
    line[sizeof(line) - 1] = '\0';
    expect_names(line, "class.txt:1: a name of more than 199 bytes", NULL);
    struct students students;
    struct problem problem = {0};
    cr_expect(!students_parse(&students, "x",
                              "\xff\xfe"
                              "A\0",
                              4, &problem));
    students_free(&students);
    problem = (struct problem){0};
    cr_expect(!students_parse(&students, "x", "Anna\0Boris\n", 11, &problem));
    cr_expect_str_eq(problem.message, "x: a zero byte: this is not a text file");
    students_free(&students);
}

/* --- the secret ------------------------------------------------------------------------------------ */

Test(task_class, a_secret_is_made_once_and_kept_to_oneself)
{
    char *folder = scratch_new(), *path = scratch_path(folder, "course");
    struct task_course first, again;
    struct problem problem = {0};
    struct stat status;
    bool made;
    cr_expect(!task_course_read(&first, path, &problem));
    cr_assert(task_course_read_or_make(&first, &made, path, &problem));
    cr_expect(made);
    cr_assert_eq(stat(path, &status), 0);
    cr_expect_eq(status.st_mode & 0777, 0600);
    cr_assert(task_course_read_or_make(&again, &made, path, &problem));
    cr_expect(!made);
    cr_expect_arr_eq(first.secret, again.secret, sizeof(first.secret));
    cr_expect_str_eq(first.id, again.id);
    cr_assert_eq(chmod(path, 0640), 0);
    problem = (struct problem){0};
    cr_expect(!task_course_read(&again, path, &problem));
    cr_expect(strstr(problem.message, "others may read"), "%s", problem.message);
    cr_assert_eq(chmod(path, 0600), 0);
    FILE *file = fopen(path, "w");
    fputs("glassbox-course-1 0123\n", file);
    fclose(file);
    problem = (struct problem){0};
    cr_expect(!task_course_read_or_make(&again, &made, path, &problem));
    cr_expect(strstr(problem.message, "no secret of a course"), "%s", problem.message);
    free(path);
    scratch_remove(folder);
}

/* --- receipts -------------------------------------------------------------------------------------- */

static struct task_course course;
static struct students class;

static void set_up(void)
{
    static const uint8_t secret[COURSE_SECRET_BYTES] = {5};
    static const char text[] = "Анна\nBoris\n";
    struct problem problem = {0};
    task_course_start(&course, secret);
    cr_assert(students_parse(&class, "class", text, strlen(text), &problem));
}

static void tear_down(void)
{
    students_free(&class);
}

static struct receipt receipt_of(const char *student)
{
    struct receipt receipt = {.lesson = 2, .kind = "encrypt"};
    strcpy(receipt.course, course.id);
    strcpy(receipt.student, student);
    task_course_token(receipt.token, &course, receipt.lesson, receipt.kind, student);
    return receipt;
}

/* The verdict of the only receipt in a text. */
static enum receipt_verdict verdict_of(const char *text, const char *sender, const char *owner)
{
    char *copy = strdup(text);
    const char *at = receipt_text_clean(copy);
    struct receipt receipt, none;
    const struct student *found;
    cr_assert(receipt_next(&receipt, &at), "no receipt in: %s", text);
    cr_expect(!receipt_next(&none, &at));
    free(copy);
    enum receipt_verdict verdict = receipt_judge(&found, &receipt, &course, &class,
                                                 sender ? students_named(&class, sender) : NULL);
    cr_expect_str_eq(found ? found->name : "", owner);
    return verdict;
}

Test(task_class, a_receipt_comes_through_a_mail, .init = set_up, .fini = tear_down)
{
    char text[RECEIPT_BYTES], mail[8 * RECEIPT_BYTES];
    struct receipt receipt = receipt_of("Анна");
    receipt_write(text, &receipt);
    cr_expect_eq(verdict_of(text, NULL, "Анна"), RECEIPT_RIGHT);
    for (size_t width = 3; width < 90; width++) { /* broken anew, quoted, as quoted-printable */
        static const char *const breaks[] = {"\n", "\r\n> ", "=\r\n", "\n> > ", "\n| \xc2\xa0"};
        for (size_t b = 0; b < sizeof(breaks) / sizeof(*breaks); b++) {
            size_t used = (size_t)sprintf(mail, "On Monday she wrote:\n> ");
            for (size_t i = 0; text[i] != '\0'; i++) {
                if (i % width == width - 1)
                    used += (size_t)sprintf(mail + used, "%s", breaks[b]);
                if (text[i] != '\n')
                    mail[used++] = text[i];
            }
            strcpy(mail + used, "\n-- \nAnna\n");
            cr_expect_eq(verdict_of(mail, NULL, "Анна"), RECEIPT_RIGHT, "width %zu: %s", width,
                         mail);
        }
    }
}

/* Every width of lines; tags of HTML; a body in base64, alone or as a part. */
Test(task_class, a_receipt_comes_through_html_and_base64, .init = set_up, .fini = tear_down)
{
    char text[RECEIPT_BYTES], html[8 * RECEIPT_BYTES], code[16 * RECEIPT_BYTES],
        mail[32 * RECEIPT_BYTES];
    struct receipt receipt = receipt_of("Анна");
    receipt_write(text, &receipt);
    for (size_t width = 3; width < 90; width++) {
        static const char *const breaks[] = {"<br>\n", "</p>\r\n<p class=3D\"x\">", "<wbr>",
                                             "=20\r\n&gt; ", "&nbsp;</div><div>"};
        for (size_t b = 0; b < sizeof(breaks) / sizeof(*breaks); b++) {
            size_t used = (size_t)sprintf(html, "<p>1 <2, she <anna@localhost> wrote:<p>");
            for (size_t i = 0; text[i] != '\0'; i++) {
                if (i % width == width - 1)
                    used += (size_t)sprintf(html + used, "%s", breaks[b]);
                if (text[i] != '\n')
                    html[used++] = text[i];
            }
            strcpy(html + used, "</p>");
            cr_expect_eq(verdict_of(html, NULL, "Анна"), RECEIPT_RIGHT, "%s", html);
            base64_encode(code, html, strlen(html), BASE64_PADDED);
            for (size_t form = 0; form < 3; form++) {
                static const char *const heads[] = {
                    "From x\nContent-Transfer-Encoding: base64\nSubject: x\n\n",
                    "a: b\r\n\r\n--==x\r\ncontent-transfer-encoding:  BASE64\r\n\r\n",
                    ("Content-Transfer-Encoding: base64\n\nno base64 (\n--x\n"
                     "Content-Transfer-Encoding: base64\n\n")};
                static const char *const ends[] = {"\n\nFrom y\n", "\r\n--==x--\r\n", ""};
                used = (size_t)sprintf(mail, "%s", heads[form]);
                for (size_t i = 0; code[i] != '\0'; i++) {
                    if (i % width == width - 1)
                        used += (size_t)sprintf(mail + used, form == 1 ? "\r\n" : "\n");
                    mail[used++] = code[i];
                }
                strcpy(mail + used, ends[form]);
                cr_expect_eq(verdict_of(mail_decode(mail), NULL, "Анна"), RECEIPT_RIGHT, "%s",
                             mail);
            }
        }
    }
}

Test(task_class, what_is_no_base64_stays)
{
    static const char *const texts[] = {"",
                                        "Content-Transfer-Encoding: base64",
                                        "Content-Transfer-Encoding: base64\n\n",
                                        "Content-Transfer-Encoding: base64\n\n\n",
                                        "Content-Transfer-Encoding: base64\n\nab\n",
                                        "Content-Transfer-Encoding: 8bit\n\nYWJj\n",
                                        "YWJj\n\n"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        char *copy = strdup(texts[i]);
        cr_expect_str_eq(mail_decode(copy), texts[i]);
        free(copy);
    }
    char two[] = "Content-Transfer-Encoding: base64\n\nYWJj\nZAA=\n--x\n"
                 "Content-Transfer-Encoding: base64\n\nZWZn\n\nend\n";
    cr_expect_str_eq(mail_decode(two), "Content-Transfer-Encoding: base64\n\nabcd \n--x\n"
                                       "Content-Transfer-Encoding: base64\n\nefg\n\n\nend\n");
}

/* A damaged one may have any bytes in it; they go into no JSON. */
Test(task_class, bytes_that_are_no_text_are_damage, .init = set_up, .fini = tear_down)
{
    struct receipt receipt;
    const char *at = "glassbox-receipt-1/0/02/\xff\x1b/QW/";
    cr_assert(receipt_next(&receipt, &at));
    cr_expect(receipt.damaged);
    cr_expect_str_eq(receipt.kind, "");
}

Test(task_class, whose_receipt_it_is, .init = set_up, .fini = tear_down)
{
    char text[RECEIPT_BYTES];
    struct receipt receipt = receipt_of("Анна");
    receipt_write(text, &receipt);
    cr_expect_eq(verdict_of(text, "Анна", "Анна"), RECEIPT_RIGHT);
    cr_expect_eq(verdict_of(text, "Boris", "Анна"), RECEIPT_OF_ANOTHER);
    strcpy(receipt.student, "Boris"); /* her token under his name */
    receipt_write(text, &receipt);
    cr_expect_eq(verdict_of(text, NULL, "Анна"), RECEIPT_OF_ANOTHER);
    receipt = receipt_of("Eve");
    receipt_write(text, &receipt);
    cr_expect_eq(verdict_of(text, NULL, ""), RECEIPT_NOT_ON_LIST);
    receipt = receipt_of("Boris");
    receipt.token[3] ^= 1;
    receipt_write(text, &receipt);
    cr_expect_eq(verdict_of(text, NULL, ""), RECEIPT_FORGED);
    receipt = receipt_of("Boris");
    receipt.lesson = 3; /* of another task */
    receipt_write(text, &receipt);
    cr_expect_eq(verdict_of(text, NULL, ""), RECEIPT_FORGED);
    receipt = receipt_of("Boris");
    receipt.course[0] ^= 1;
    receipt_write(text, &receipt);
    cr_expect_eq(verdict_of(text, NULL, ""), RECEIPT_OTHER_COURSE);
}

/* Every letter changed, and every letter lost. */
Test(task_class, a_damaged_receipt_is_told, .init = set_up, .fini = tear_down)
{
    char text[RECEIPT_BYTES];
    struct receipt receipt = receipt_of("Boris");
    receipt_write(text, &receipt);
    size_t length = strlen(text);
    for (size_t i = strlen("glassbox-receipt-1/"); i < length; i++) {
        char other[RECEIPT_BYTES];
        if (text[i] == '\n' || text[i] == '.')
            continue;
        memcpy(other, text, length + 1);
        other[i] = text[i] == '1' ? '2' : '1';
        cr_expect_eq(verdict_of(other, NULL, ""), RECEIPT_DAMAGED, "%s", other);
        memcpy(other + i, text + i + 1, length - i);
        cr_expect_eq(verdict_of(other, NULL, ""), RECEIPT_DAMAGED, "%s", other);
    }
}

Test(task_class, several_in_one_text, .init = set_up, .fini = tear_down)
{
    char text[3 * RECEIPT_BYTES] = "glassbox-receipt-1/ is how it begins.\n";
    struct receipt receipt = receipt_of("Boris"), got;
    receipt_write(text + strlen(text), &receipt);
    receipt = receipt_of("Анна");
    receipt_write(text + strlen(text), &receipt);
    const char *at = receipt_text_clean(text);
    cr_assert(receipt_next(&got, &at));
    cr_expect(got.damaged);
    cr_assert(receipt_next(&got, &at));
    cr_expect_str_eq(got.student, "Boris");
    cr_assert(receipt_next(&got, &at));
    cr_expect_str_eq(got.student, "Анна");
    cr_expect(!receipt_next(&got, &at));
}
