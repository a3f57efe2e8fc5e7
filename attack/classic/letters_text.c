/*
 * Ciphertext of letters opened: see letters_text.h.
 */
#include "letters_text.h"

#include "sym_language.h"
#include "sym_language_signs.h"
#include "sym_letters.h"
#include "translate.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/* --- opened ----------------------------------------------------------------------------------- */

char *letters_open(const struct sym_alphabet *alphabet, const uint32_t *key, size_t length,
                   const void *text, size_t bytes, size_t *opened_bytes)
{
    const char *in = text;
    char *out = malloc(bytes * UTF8_MAX_BYTES + 1);
    uint64_t position = 0;
    size_t count = 0;
    for (size_t at = 0, used = 1; out && at < bytes; at += used) {
        uint32_t sign = (uint8_t)in[at];
        if (!sym_alphabet_is_of_bytes(alphabet))
            sign = utf8_decode(in + at, bytes - at, &used);
        if (sign == UTF8_INVALID) {
            out[count++] = in[at];
            continue;
        }
        if (sym_letters_apply(&sign, &sign, 1, alphabet, key, length, SYM_LETTERS_DECRYPT,
                              &position) == 0)
            sign = 0xFFFD; /* a surrogate: no key that was right */
        if (sym_alphabet_is_of_bytes(alphabet))
            out[count++] = (char)sign;
        else
            count += utf8_encode(out + count, sign);
    }
    if (out)
        out[count] = '\0';
    *opened_bytes = count;
    return out;
}

static bool has_words(const struct sym_alphabet *alphabet)
{
    return sym_alphabet_size(alphabet) < 256;
}

static void put_character(FILE *out, uint32_t point)
{
    char text[UTF8_MAX_BYTES] = "";
    const size_t bytes = utf8_encode(text, point);
    fwrite(text, 1, bytes, out);
}

char *letters_key_text(const struct sym_alphabet *alphabet, const uint32_t *key, size_t length)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    for (size_t i = 0; i < length; i++)
        if (has_words(alphabet))
            put_character(out, sym_alphabet_letter(alphabet, key[i], false));
        else if (sym_alphabet_is_of_bytes(alphabet))
            fprintf(out, "%02x", key[i]);
        else
            fprintf(out, "%s%u", i > 0 ? "," : "", key[i]);
    return fclose(out) == 0 ? text : NULL;
}

/* --- proof ------------------------------------------------------------------------------------ */

#define EXCERPT 72 /* signs, about */

/* A sign in a string of Python between double quotes; letters of ours as they are. */
static void quote_sign(FILE *out, uint32_t sign)
{
    if (sign > 0xFFFF)
        fprintf(out, "\\U%08x", sign);
    else if ((sign > 0x7E && (sign < 0x400 || sign > 0x45F)) || sign < ' ' || sign == '"' ||
             sign == '\\' || sign == '\'')
        fprintf(out, sign < 0x100 ? "\\x%02x" : "\\u%04x", sign);
    else
        put_character(out, sign);
}

/* Text, in lower case where the alphabet has cases; freed by the caller. */
static char *quoted(const struct sym_alphabet *alphabet, const char *text, size_t bytes)
{
    char *quotes = NULL;
    size_t room;
    FILE *out = open_memstream(&quotes, &room);
    if (!out)
        return NULL;
    for (size_t at = 0, used; at < bytes; at += used) {
        const uint32_t sign = utf8_decode(text + at, bytes - at, &used);
        const int32_t index = sign == UTF8_INVALID || !has_words(alphabet)
                                  ? SYM_ALPHABET_NO_LETTER
                                  : sym_alphabet_index(alphabet, sign, NULL);
        quote_sign(out, index >= 0 ? sym_alphabet_letter(alphabet, (uint32_t)index, false)
                        : sign == UTF8_INVALID ? '?'
                                               : sign);
    }
    return fclose(out) == 0 ? quotes : NULL;
}

/* So many bytes of the text that no character is cut; all of it, if it is short. */
static size_t excerpt(const char *text, size_t bytes)
{
    size_t at = 0, used;
    for (size_t signs = 0; at < bytes && signs < EXCERPT; at += used, signs++)
        if (utf8_decode(text + at, bytes - at, &used) == UTF8_INVALID)
            break;
    return at;
}

static void prove_bytes(struct report *report, const uint32_t *key, size_t length,
                        const uint8_t *sealed, const char *opened, size_t bytes)
{
    const struct sym_alphabet *plain = sym_alphabet_find("bytes");
    char *hex = malloc(2 * bytes + 1), *words = quoted(plain, opened, bytes);
    char *key_hex = letters_key_text(plain, key, length);
    for (size_t i = 0; hex && i < bytes; i++)
        sprintf(hex + 2 * i, "%02x", sealed[i]);
    if (hex && words && key_hex)
        report_proof(report,
                     "k=bytes.fromhex(\"%s\");c=bytes.fromhex(\"%.*s\");"
                     "print(bytes((x-k[i%%len(k)])%%256 for i,x in enumerate(c)).decode()==\"%s\")",
                     key_hex, (int)(2 * bytes), hex, words);
    free(hex);
    free(words);
    free(key_hex);
}

static void prove_letters(struct report *report, const struct sym_alphabet *alphabet,
                          const uint32_t *key, size_t length, const char *sealed,
                          size_t sealed_bytes, const char *opened, size_t opened_bytes)
{
    char *from = quoted(alphabet, sealed, sealed_bytes),
         *to = quoted(alphabet, opened, opened_bytes);
    char *word = letters_key_text(alphabet, key, length);
    char letters[33 * UTF8_MAX_BYTES + 1];
    size_t bytes = 0;
    for (uint32_t i = 0; has_words(alphabet) && i < sym_alphabet_size(alphabet); i++)
        bytes += utf8_encode(letters + bytes, sym_alphabet_letter(alphabet, i, false));
    letters[bytes] = '\0';
    if (from && to && word && !has_words(alphabet))
        report_proof(report, "print(\"\".join(chr((ord(x)-%s)%%65536) for x in \"%s\")==\"%s\")",
                     word, from, to);
    else if (from && to && word)
        report_proof(
            report,
            "a=\"%s\";k=\"%s\";n=iter(range(9999));print(\"\".join(a[(a.index(x)-"
            "a.index(k[next(n)%%len(k)]))%%len(a)] if x in a else x for x in \"%s\")==\"%s\")",
            letters, word, from, to);
    free(from);
    free(to);
    free(word);
}

void letters_proof(struct report *report, const struct sym_alphabet *alphabet, const uint32_t *key,
                   size_t length, const void *text, size_t bytes)
{
    size_t opened_bytes;
    if (sym_alphabet_is_of_bytes(alphabet)) {
        char *opened = letters_open(alphabet, key, length, text, bytes, &opened_bytes);
        if (opened)
            prove_bytes(report, key, length, text, opened, excerpt(opened, opened_bytes));
        free(opened);
        return;
    }
    const size_t part = excerpt(text, bytes);
    char *opened = letters_open(alphabet, key, length, text, part, &opened_bytes);
    if (opened)
        prove_letters(report, alphabet, key, length, text, part, opened, opened_bytes);
    free(opened);
}

/* --- plot ------------------------------------------------------------------------------------- */

void letters_plot(struct report *report, const struct sym_language *language,
                  const struct sym_signs *signs, uint32_t shift)
{
    const struct sym_alphabet *alphabet = sym_language_alphabet(language);
    const uint32_t size = sym_alphabet_size(alphabet);
    double text[64] = {0}, shares[64];
    char names[64][UTF8_MAX_BYTES + 1] = {{0}}, title[120];
    const char *labels[64];
    if (signs->alphabet != alphabet || signs->letters == 0)
        return;
    for (size_t i = 0; i < signs->count; i++)
        if (signs->signs[i] >= 0)
            text[((uint32_t)signs->signs[i] + size - shift) % size] += 100.0 /
                                                                       (double)signs->letters;
    for (uint32_t i = 0; i < size; i++) {
        shares[i] = 100 * sym_language_share(language, i);
        (void)utf8_encode(names[i], sym_alphabet_letter(alphabet, i, false));
        labels[i] = names[i];
    }
    snprintf(title, sizeof(title), _("letters of the %s and of %s, percent"),
             shift ? _("text moved back") : _("ciphertext"),
             translate(sym_language_title(language)));
    report_plot(report,
                &(struct plot){.kind = PLOT_BARS,
                               .title = title,
                               .labels = labels,
                               .count = size,
                               .series_count = 2,
                               .series = {{shift ? N_("moved back") : N_("ciphertext"), text},
                                          {sym_language_title(language), shares}}});
}
