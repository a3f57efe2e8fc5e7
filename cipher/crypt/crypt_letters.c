/*
 * Text through Caesar's or Vigenere's cipher on letters: UTF-8 to code points and back, in pieces.
 */
#include "crypt_stream.h"

#include "sym_letters.h"
#include "utf8.h"

#include <string.h>

static enum sym_letters_way way(const struct crypt_stream *stream)
{
    return stream->encrypting ? SYM_LETTERS_ENCRYPT : SYM_LETTERS_DECRYPT;
}

static bool lost(const struct crypt_stream *stream, uint32_t sign, struct problem *problem)
{
    uint32_t key = stream->key->letters[stream->letters % stream->key->count];
    problem_set(problem,
                "byte %llu: key %u moves U+%04X onto the surrogate U+%04X, which is no character: "
                "nothing can write it as UTF-8",
                (unsigned long long)stream->offset + 1, key, sign,
                sym_letters_move(stream->cipher->alphabet, sign, key, way(stream)));
    return problem_hint(problem,
                        "take another key; cipher walk letters %s --key %u --text TEXT counts "
                        "those that lose a text",
                        stream->cipher->name, key);
}

/* One sign of the text, of `bytes` bytes; the alphabet of bytes has no other. */
static bool one_sign(struct crypt_stream *stream, uint32_t sign, size_t bytes,
                     struct problem *problem)
{
    const struct sym_alphabet *alphabet = stream->cipher->alphabet;
    uint32_t moved = sign;
    if (sym_letters_apply(&moved, &sign, 1, alphabet, stream->key->letters, stream->key->count,
                          way(stream), &stream->letters) != 1)
        return lost(stream, sign, problem);
    if (sym_alphabet_is_of_bytes(alphabet))
        stream->out[stream->out_bytes++] = (uint8_t)moved;
    else
        stream->out_bytes += utf8_encode((char *)stream->out + stream->out_bytes, moved);
    stream->offset += bytes;
    return true;
}

static bool no_utf8(const struct crypt_stream *stream, struct problem *problem)
{
    problem_set(problem, "byte %llu is not UTF-8: %s moves letters of a text",
                (unsigned long long)stream->offset + 1, stream->cipher->name);
    return problem_hint(problem, "caesar and vigenere, without an alphabet, take any bytes");
}

/* How many bytes a character takes that begins with this one. */
static size_t bytes_of(uint8_t first)
{
    return first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

bool crypt_letters_update(struct crypt_stream *stream, const uint8_t *in, size_t bytes,
                          struct problem *problem)
{
    bool of_bytes = sym_alphabet_is_of_bytes(stream->cipher->alphabet);
    for (size_t i = 0; i < bytes; i++) {
        size_t used = 1;
        stream->held[stream->held_bytes++] = in[i];
        if (!of_bytes && stream->held_bytes < bytes_of(stream->held[0]))
            continue;
        uint32_t sign = of_bytes
                            ? in[i]
                            : utf8_decode((const char *)stream->held, stream->held_bytes, &used);
        if (sign == UTF8_INVALID)
            return no_utf8(stream, problem);
        if (!one_sign(stream, sign, stream->held_bytes, problem))
            return false;
        stream->held_bytes = 0;
    }
    return true;
}

bool crypt_letters_final(struct crypt_stream *stream, struct problem *problem)
{
    return stream->held_bytes == 0 || no_utf8(stream, problem);
}
