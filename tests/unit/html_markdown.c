/*
 * Pages as HTML: terms in running text, anchors, and Markdown that nobody of the house would write.
 */
#include "glossary.h"
#include "markdown.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct glossary read_glossary(const char *text)
{
    char path[] = "/tmp/glossary-XXXXXX";
    struct glossary glossary;
    struct problem problem = {0};
    int descriptor = mkstemp(path);
    cr_assert(write(descriptor, text, strlen(text)) == (ssize_t)strlen(text));
    close(descriptor);
    cr_assert(glossary_read(&glossary, path, &problem), "%s", problem.message);
    unlink(path);
    return glossary;
}

static const char english[] = "# Glossary\n\n| term | what it means here |\n| --- | --- |\n"
                              "| allow-list | `allowed.csv`: who may come in ([x](y.md#z)) |\n"
                              "| baby steps, giant steps | a table |\n"
                              "| Diffie-Hellman (p, g) | two sides |\n"
                              "| hash (H) | a number |\n"
                              "| IV | bytes |\n"
                              "| key | a number |\n"
                              "| public key | for everybody |\n"
                              "| XOR | flips |\n";
static const char russian[] = "| термин | по-английски | что это |\n| --- | --- | --- |\n"
                              "| переход | hand-over | новый порт |\n"
                              "| открытый ключ | public key | для всех |\n"
                              "| метка | tag | в конце |\n";

static const struct {
    const char *glossary, *text;
    const char *found; /* NULL: no term */
    const char *name;
} places[] = {
    {english, "A hash is short.", "hash", "hash (H)"},
    {english, "Two Hashes? no: HASHs.", "HASHs", "hash (H)"},
    {english, "rehash, hashed, hash_table1", "hash", "hash (H)"},
    {english, "rehash hashed", NULL, NULL},
    {english, "his public keys and keys", "public keys", "public key"},
    {english, "public\nkey", "public\nkey", "public key"},
    {english, "public, key", "key", "key"},
    {english, "the allow-list", "allow-list", "allow-list"},
    {english, "by giant steps", "giant steps", "baby steps, giant steps"},
    {english, "of Diffie-Hellman.", "Diffie-Hellman", "Diffie-Hellman (p, g)"},
    {english, "section iv, and IV", "IV", "IV"},
    {english, "xor XORs", "XORs", "XOR"},
    {english, "", NULL, NULL},
    {english, "\xff\xfe key \xf0", "key", "key"},
    {russian, "Каждый переходит на порт", NULL, NULL},
    {russian, "о переходе знает", "переходе", "переход"},
    {russian, "С Открытыми ключами", "Открытыми ключами", "открытый ключ"},
    {russian, "меткой", "меткой", "метка"},
    {russian, "пометка, метровый", NULL, NULL},
};

Test(glossary, terms_are_found_where_they_stand)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        struct glossary glossary = read_glossary(places[i].glossary);
        struct glossary_place place = {0};
        bool skipped[16] = {false};
        const char *text = places[i].text;
        bool found = glossary_find(&place, &glossary, text, strlen(text), 0, skipped);
        cr_expect_eq(found, places[i].found != NULL, "'%s': %s", text, found ? "found" : "lost");
        if (found && places[i].found) {
            size_t bytes = place.end - place.begin;
            cr_expect(bytes == strlen(places[i].found) &&
                          strncmp(text + place.begin, places[i].found, bytes) == 0,
                      "'%s': got '%.*s', want '%s'", text, (int)bytes, text + place.begin,
                      places[i].found);
            cr_expect_str_eq(glossary.terms[place.term].name, places[i].name);
        }
        glossary_free(&glossary);
    }
}

Test(glossary, a_term_that_is_skipped_gives_way)
{
    struct glossary glossary = read_glossary(english);
    struct glossary_place place;
    bool skipped[16] = {false};
    skipped[6] = true;
    cr_assert(glossary_find(&place, &glossary, "public key", 10, 0, skipped));
    cr_expect_str_eq(glossary.terms[place.term].name, "key");
    cr_expect_str_eq(glossary.terms[0].meaning, "allowed.csv: who may come in (x)");
    cr_expect_str_eq(glossary.terms[2].slug, "diffie-hellman-p-g");
    glossary_free(&glossary);
}

Test(glossary, a_page_that_is_not_there_has_no_terms)
{
    struct glossary glossary;
    cr_assert(glossary_read(&glossary, "/tmp/no/such/glossary.md", NULL));
    cr_expect_eq(glossary.count, 0);
}

Test(slug, is_that_of_markdown_everywhere)
{
    char slug[SLUG_BYTES];
    slug_make(slug, "2. The move: `s_send`, twice!");
    cr_expect_str_eq(slug, "2-the-move-s_send-twice");
    slug_make(slug, "Ёж и ШИФР");
    cr_expect_str_eq(slug, "ёж-и-шифр");
}

static char *html_of(const char *text, const struct glossary *glossary)
{
    char *html = NULL;
    size_t bytes = 0;
    static struct markdown_result result;
    struct problem problem = {0};
    FILE *out = open_memstream(&html, &bytes);
    const struct markdown_request request = {
        .docs = "/tmp/no/docs", .page = "a.md", .glossary = glossary, .words = html_words_of("en")};
    cr_assert(markdown_write(out, &result, &request, text, strlen(text), &problem), "%s",
              problem.message);
    fclose(out);
    return html;
}

static const struct {
    const char *markdown, *html;
} pages[] = {
    {"## A *b* & c\n", "<h2 id=\"a-b--c\">A <em>b</em> &amp; c</h2>\n"},
    {"## A\n## A\n", "<h2 id=\"a\">A</h2>\n<h2 id=\"a-1\">A</h2>\n"},
    {"<script>alert(1)</script>\n", "&lt;script&gt;alert(1)&lt;/script&gt;\n"},
    {"a <b onclick=x>b</b>\n", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n"},
    {"<details><summary>Why `n`?</summary>\n\nSo.\n\n</details>\n",
     "<details><summary>Why <code>n</code>?</summary>\n<p>So.</p>\n</details>\n"},
    {"<!-- <details> -->\n", "\n"},
    {"[x](javascript:alert(1))\n", "<p><span>x</span></p>\n"},
    {"[x](https://example.org/a)\n", "<p><a href=\"https://example.org/a\">x</a></p>\n"},
    {"[x](a\"b.md)\n", "<p><span class=\"elsewhere\" title=\"this page lies in "
                       "docs/a&quot;b.md\">x</span></p>\n"},
    {"![words](none.svg)\n", "<p>words</p>\n"},
    {"![words](../../../etc/passwd)\n", "<p>words</p>\n"},
    {"```console me\n$ a <b\nout\n^C\n> c\n```\n",
     "<div class=\"console t0\"><p class=\"bar\">terminal <b>me</b></p><pre>"
     "<span class=\"typed command\"><span class=\"prompt\">$ </span><kbd>a &lt;b</kbd></span>\n"
     "out\n<span class=\"typed\"><kbd>^C</kbd></span>\n<span class=\"typed words\"><span "
     "class=\"prompt\">&gt; </span><kbd>c</kbd></span>\n</pre></div>\n"},
    {"```console\nx\n```\n", "<pre>x\n</pre>\n"},
    {"3. c\n", "<ol start=\"3\">\n<li>c</li>\n</ol>\n"},
    {"a&nbsp;b &amp; \\*\n", "<p>a&nbsp;b &amp; *</p>\n"},
};

Test(markdown, becomes_html)
{
    struct glossary none = {0};
    for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
        char *html = html_of(pages[i].markdown, &none);
        cr_expect_str_eq(html, pages[i].html, "%s: got %s, want %s", pages[i].markdown, html,
                         pages[i].html);
        free(html);
    }
}

/* Once a section, never in a heading, a link or code; in emphasis again. */
Test(markdown, a_term_is_explained_once_a_section)
{
    struct glossary glossary = read_glossary(english);
    char *html = html_of("## A hash\nA hash, a hash, `hash`, [hash](x.md), **hash**, *hash*.\n"
                         "## B\nA hash.\n",
                         &glossary);
    size_t count = 0;
    for (const char *at = html; (at = strstr(at, "href=\"glossary.html#hash-h\"")); at++)
        count++;
    cr_expect_eq(count, 3, "%zu in %s", count, html);
    free(html);
    glossary_free(&glossary);
}

/* Whatever the bytes are, there is an answer, and every quote of it is closed by whoever opened it. */
Test(markdown, takes_any_bytes)
{
    static const char letters[] = "#*_`<>[]()!|-\n $&;:\"'abc\xd0\xb6\xff";
    struct glossary glossary = read_glossary(english);
    char text[256];
    srandom(13);
    for (int round = 0; round < 2000; round++) {
        size_t bytes = (size_t)random() % (sizeof(text) - 1);
        for (size_t i = 0; i < bytes; i++)
            text[i] = letters[(size_t)random() % (sizeof(letters) - 1)];
        text[bytes] = '\0';
        char *html = html_of(text, &glossary);
        cr_expect(!strstr(html, "<script") && !strstr(html, "javascript:"), "round %d", round);
        free(html);
    }
    glossary_free(&glossary);
}
