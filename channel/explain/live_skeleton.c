/*
 * The live page before anything is in it; see live_skeleton.h.
 */
#include "live_skeleton.h"

#include "base64.h"
#include "html.h"
#include "sym_sha256.h"
#include "translate.h"

#include <string.h>

/* "'sha256-...'" of what stands in an element of style or script; "" of NULL. */
#define HASH_BYTES (BASE64_TEXT_BYTES(SYM_SHA256_BYTES) + 16)
struct hash {
    char text[HASH_BYTES];
};

static struct hash hash_of(const char *text)
{
    uint8_t digest[SYM_SHA256_BYTES];
    char base64[BASE64_TEXT_BYTES(SYM_SHA256_BYTES)];
    struct hash hash = {""};
    if (!text)
        return hash;
    sym_sha256(digest, text, strlen(text));
    base64_encode(base64, digest, sizeof(digest), BASE64_PADDED);
    snprintf(hash.text, sizeof(hash.text), " 'sha256-%s'", base64);
    return hash;
}

static void put_policy(char policy[LIVE_POLICY_BYTES], const struct live_server_config *config)
{
    snprintf(policy, LIVE_POLICY_BYTES,
             "default-src 'none'; style-src%s%s; script-src%s%s; connect-src 'self'; base-uri "
             "'none'; form-action 'none'; frame-ancestors 'none'",
             hash_of(config->style).text, hash_of(live_css).text, hash_of(config->script).text,
             hash_of(live_js).text);
}

static void put_element(FILE *out, const char *name, const char *content)
{
    if (content)
        fprintf(out, "<%s>%s</%s>\n", name, content, name);
}

/* What the script says stands here, in the language of the program. */
static void put_bar(FILE *out)
{
    html_put(out,
             "<div id=\"live-bar\" data-unsaved=\"%s\" data-kept=\"%s\">"
             "<span id=\"live-state\" role=\"status\">%s</span>"
             "<span id=\"live-lost\" role=\"alert\" hidden>%s</span>\n",
             _("The program was gone before this page had the whole of it: what you see is all."),
             _("It is saved from the memory of this page."), _("The page begins ..."),
             _("The program does not answer: it has ended without a word, or this machine slept."));
    html_put(out,
             "<span id=\"live-show\" hidden><label for=\"live-talk\">%s</label> <select "
             "id=\"live-talk\"><option value=\"new\">%s</option><option value=\"all\">%s</option>"
             "</select></span>\n",
             _("Show"), _("the latest talk"), _("all talks"));
    html_put(out,
             "<button type=\"button\" id=\"live-follow\" aria-pressed=\"true\">%s</button>\n"
             "<a id=\"live-save\" href=\"page.html\" download=\"session.html\">%s</a></div>\n",
             _("Follow"), _("Save the page"));
}

void live_skeleton(FILE *out, char policy[LIVE_POLICY_BYTES],
                   const struct live_server_config *config)
{
    put_policy(policy, config);
    fputs("<!DOCTYPE html>\n", out);
    fputs(_("<html lang=\"en\">\n"), out);
    fputs("<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<meta name=\"generator\" content=\"Glassbox\">\n",
          out);
    html_put(out, "<title>%s</title>\n", config->title);
    put_element(out, "style", config->style);
    put_element(out, "style", live_css);
    html_put(out,
             "</head>\n<body data-copy=\"%s\" data-copied=\"%s\">\n"
             "<header class=\"top\"><p class=\"kicker\">Glassbox &#183; %s</p>"
             "<h1>%s</h1></header>\n<main>\n",
             _("copy"), _("copied"), _("live, on this machine"), config->title);
    config->body(config->context, out);
    fputs("</main>\n", out);
    put_bar(out);
    put_element(out, "script", config->script);
    put_element(out, "script", live_js);
    fputs("</body>\n</html>\n", out);
}
