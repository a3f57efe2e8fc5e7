/*
 * An audit as one page to hand out: no request, no script; its style is in it, and a
 * Content-Security-Policy allows that alone.
 */
#include "asset.h"
#include "audit.h"
#include "base64.h"
#include "html.h"
#include "output_file.h"
#include "sym_sha256.h"
#include "timestamp.h"
#include "translate.h"

#include <string.h>

ASSET(audit_css, "keytool/audit/audit.css");
extern const char audit_css[];

static void put_head(FILE *out)
{
    uint8_t digest[SYM_SHA256_BYTES];
    char base64[BASE64_TEXT_BYTES(SYM_SHA256_BYTES)];
    sym_sha256(digest, audit_css, strlen(audit_css));
    base64_encode(base64, digest, sizeof(digest), BASE64_PADDED);
    fputs("<!DOCTYPE html>\n", out);
    fputs(_("<html lang=\"en\">\n"), out);
    fputs("<head>\n<meta charset=\"utf-8\">\n", out);
    fprintf(out,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
            "'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
            base64);
    fputs(_("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n"
            "<meta name=\"generator\" content=\"Glassbox\">\n<title>Key audit</title>\n<style>"),
          out);
    fputs(audit_css, out);
    fputs("</style>\n</head>\n<body>\n", out);
}

static void put_counts(FILE *out, const struct audit *audit)
{
    char now[TIMESTAMP_BYTES];
    timestamp_now(now);
    html_put(
        out,
        translate_count("<h1>Key audit</h1>\n<p class=\"soft\">%zu key, judged on %s by keytool "
                        "audit.</p>\n<ul class=\"counts\">\n",
                        "<h1>Key audit</h1>\n<p class=\"soft\">%zu keys, judged on %s by keytool "
                        "audit.</p>\n<ul class=\"counts\">\n",
                        audit->told),
        audit->told, now);
    html_put(out, _("<li><b class=\"broken\">%zu</b> broken: there is a proof</li>\n"),
             audit->broken);
    html_put(out, _("<li><b class=\"resisted\">%zu</b> resisted: these tests, and no more</li>\n"),
             audit->resisted);
    html_put(out,
             _("<li><b class=\"not-applicable\">%zu</b> not applicable: nothing to judge</li>\n"
               "</ul>\n"),
             audit->not_applicable);
}

/* A verdict as a class: "not-applicable". */
static const char *class_of(enum rsa_verdict verdict)
{
    return verdict == RSA_NOT_APPLICABLE ? "not-applicable" : audit_verdict_name(verdict);
}

static void put_finding(FILE *out, const struct audit *audit, const struct audit_finding *finding)
{
    char name[AUDIT_NAME_BYTES];
    html_put(out, "<article class=\"finding %s\"><h3><b>%s</b>: %s</h3>\n<dl>",
             class_of(finding->verdict), audit_name(name, audit, finding->key), finding->title);
    html_put(out, "<dt>Found</dt><dd>%s</dd><dt>Cause</dt><dd>%s</dd><dt>Remedy</dt><dd>%s</dd>",
             finding->owned_detail, finding->cause, finding->remedy);
    if (finding->owned_proof)
        html_put(out, "<dt>Proof</dt><dd>This prints True:<code>python3 -c '%s'</code></dd>",
                 finding->owned_proof);
    fputs("</dl></article>\n", out);
}

static void put_graph(FILE *out, const struct audit *audit)
{
    if (audit->batch.shared_count == 0)
        return;
    fputs(_("<h2>Who shares with whom</h2>\n<p>Each p is a prime. Two keys that share one fall "
            "together: the greatest common divisor of their moduli is that prime.</p>\n"
            "<svg viewBox=\"-380 -380 760 760\" role=\"img\" "
            "aria-label=\"who shares a prime with whom\">\n"),
          out);
    audit_draw_graph(out, audit);
    fputs("</svg>\n", out);
}

#define REPORT_ROWS 2000

static void put_table(FILE *out, const struct audit *audit)
{
    char name[AUDIT_NAME_BYTES], found[AUDIT_FOUND_BYTES];
    size_t rows = 0, left_out = 0;
    fputs(_("<h2>All keys</h2>\n<div class=\"scroll\"><table>\n<tr><th>Name</th><th>Bits</th>"
            "<th>Verdict</th><th>Found</th><th>File</th></tr>\n"),
          out);
    for (size_t i = 0; i < audit->key_count; i++) {
        const struct audit_key *key = &audit->keys[i];
        if (key->twin != AUDIT_NONE)
            continue;
        if (rows++ >= REPORT_ROWS && key->verdict == RSA_RESISTED && ++left_out)
            continue;
        html_put(out,
                 "<tr><td>%s</td><td class=\"number\">%u</td><td class=\"%s\">%s</td><td>%s</td>"
                 "<td>%s</td></tr>\n",
                 audit_name(name, audit, i), key->bits, class_of(key->verdict),
                 translate(audit_verdict_name(key->verdict)), audit_found(found, audit, i),
                 audit->files[key->file]);
    }
    fputs("</table></div>\n", out);
    if (left_out > 0)
        html_put(out, "<p class=\"soft\">%zu more, which resisted, are not listed.</p>\n",
                 left_out);
}

static void put_foot(FILE *out, const struct audit *audit)
{
    char here[AUDIT_COST_BYTES], real[AUDIT_COST_BYTES];
    audit_cost(here, real, audit);
    fputs(_("<h2>What the verdicts mean</h2>\n<p><b class=\"broken\">Broken</b> means that there "
            "is a "
            "line which anybody can run, and which prints True. <b class=\"resisted\">Resisted</b> "
            "does not mean secure: these tests found nothing, and other people know other tests. "
            "Primes that are shared with a key which is not in this list are not found.</p>\n"),
          out);
    html_put(out, "<h2>What it took</h2>\n<p>%s.</p>\n", here);
    if (real[0] != '\0')
        html_put(out, "<p>%s.</p>\n", real);
    fputs(
        _("<footer><p>Drawn by <b>Glassbox</b>, crypto in a glass box: for learning, not audited. "
          "This file is all there is; it asks nothing of any network.</p></footer>\n</body>\n"
          "</html>\n"),
        out);
}

bool audit_write_report(const struct audit *audit, const char *path, struct problem *problem)
{
    struct output_file out = {0};
    bool done = output_file_open_drawing(&out, path, 0666, "<!DOCTYPE html>", problem);
    if (done) {
        put_head(out.stream);
        put_counts(out.stream, audit);
        if (audit->finding_count > 0)
            fputs(_("<h2>What was found</h2>\n"), out.stream);
        for (size_t i = 0; i < audit->finding_count; i++)
            put_finding(out.stream, audit, &audit->findings[i]);
        put_graph(out.stream, audit);
        put_table(out.stream, audit);
        put_foot(out.stream, audit);
        done = output_file_finish(&out, problem);
    }
    output_file_close(&out);
    return done;
}
