/*
 * How to read the page, and how the types of the wire are written.
 */
#include "page_internal.h"

#include "field_reasons.h"
#include "translate.h"

/* Texts of ours, with markup. */
static void put_item(FILE *out, const char *text)
{
    fprintf(out, "<li>%s</li>\n", text);
}

static void put_secrecy(FILE *out, const char *class, const char *word, const char *text)
{
    html_put(out, "<li class=\"%s\"><span class=\"tag\">%s</span> %s</li>\n", class, word, text);
}

static void put_types(FILE *out)
{
    static const enum wire_type types[] = {WIRE_U8,  WIRE_U16,   WIRE_FIXED,
                                           WIRE_STR, WIRE_MPINT, WIRE_REST};
    html_put(out, "<h3>%s</h3>\n<dl class=\"types\">\n", _("The types of the fields"));
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        html_put(out, "<div id=\"%s\"><dt>%s</dt><dd>%s</dd></div>\n",
                 page_type_anchor(types[i]).text, wire_type_name(types[i]),
                 _(field_type_meaning(types[i])));
    html_put(out, "<div><dt>u24</dt><dd>%s</dd></div>\n</dl>\n",
             _("a number of three bytes: the length of a frame"));
}

void page_legend(FILE *out)
{
    html_put(out, "<section class=\"legend\"><h2>%s</h2>\n<ul>\n", _("How to read this page"));
    put_item(out, _("Every line opens: to its bytes, its fields, its arithmetic. Point at a field, "
                    "and its bytes light up; and the other way round. In front of each row of "
                    "bytes stands how many come before it, in hex."));
    put_secrecy(out, "is-public", _("public"), _("crossed the wire as it is."));
    put_secrecy(out, "is-local", _("local"), _("never left the machine."));
    put_secrecy(out, "is-secret", _("secret"),
                _("never left it, and whoever knew it could read or forge."));
    put_item(out, _("The <span class=\"run kt\">tag</span> and every other proof that nobody has "
                    "changed a message have a colour of their own."));
    put_item(out, _("<b>Check it</b> gives a line for a command prompt. It needs python3 and "
                    "openssl, and nothing of ours."));
    put_item(out, _("Keys: <kbd>o</kbd> opens all, <kbd>c</kbd> closes all, <kbd>j</kbd> and "
                    "<kbd>k</kbd> go to the next and the last line. Every <b>#</b> is a link that "
                    "stays. The browser's search looks into what is closed, too."));
    put_item(out, _("What a word means stands in <code>docs/glossary.md</code>, a line each."));
    fputs("</ul>\n", out);
    put_types(out);
    fputs("</section>\n", out);
}
