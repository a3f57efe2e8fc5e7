/*
 * RSA keys as OpenSSH writes them; see key_openssh.h.
 */
#include "key_openssh.h"
#include "base64.h"
#include "key_numbers.h"
#include "sym_memory.h"

#include <stdio.h>
#include <stdlib.h>

#define MAGIC       "openssh-key-v1" /* with its 0 */
#define PLAIN       "none"
#define BLOCK       8 /* of the cipher "none": what the private part is filled up to */
#define LENGTH      4
#define CHECK_BYTES 4

/* --- strings and numbers, RFC 4251 5 --------------------------------------------------------- */

static bool take_u32(uint32_t *number, struct octets *from, const char *what,
                     struct problem *problem)
{
    struct octets bytes;
    *number = 0;
    if (!octets_take(&bytes, from, LENGTH))
        return octets_fault(problem, from, what);
    for (size_t i = 0; i < LENGTH; i++)
        *number = *number << 8 | bytes.data[i];
    return true;
}

static bool take_string(struct octets *string, struct octets *from, const char *what,
                        struct problem *problem)
{
    struct octets at = *from;
    uint32_t length;
    return take_u32(&length, from, what, problem) &&
           (octets_take(string, from, length) || octets_fault(problem, &at, what));
}

/* mpint: two's complement without needless bytes. */
static bool take_number(struct octets *magnitude, struct octets *from, const char *what,
                        struct problem *problem)
{
    struct octets sign;
    if (!take_string(magnitude, from, what, problem))
        return false;
    const uint8_t *first = magnitude->data;
    if (magnitude->bytes == 0 || first[0] > 0x7F ||
        (first[0] == 0 && (magnitude->bytes == 1 || first[1] < 0x80)))
        return problem_set(problem,
                           "byte %zu: expected a positive number in its shortest form (%s)",
                           magnitude->offset, what);
    return first[0] != 0 || octets_take(&sign, magnitude, 1);
}

static bool take_type(struct octets *from, struct problem *problem)
{
    struct octets type;
    if (!take_string(&type, from, "the type of the key", problem))
        return false;
    return octets_equal(&type, KEY_OPENSSH_TYPE, strlen(KEY_OPENSSH_TYPE)) ||
           problem_set(problem, "byte %zu: expected the type %s: this is no RSA key", type.offset,
                       KEY_OPENSSH_TYPE);
}

static bool take_end(const struct octets *from, struct problem *problem)
{
    return from->bytes == 0 || octets_fault(problem, from, "the end");
}

/* --- the public key -------------------------------------------------------------------------- */

bool key_openssh_read_blob(struct rsa_key **key, const void *data, size_t bytes,
                           struct problem *problem)
{
    struct octets blob = octets_open(data, bytes), numbers[RSA_NUMBERS] = {{0}};
    *key = NULL;
    return take_type(&blob, problem) && take_number(&numbers[RSA_E], &blob, "e", problem) &&
           take_number(&numbers[RSA_N], &blob, "n", problem) && take_end(&blob, problem) &&
           key_from_numbers(key, numbers, problem);
}

/* A word of a line; quotation marks hold blanks together (sshd(8), options). */
static bool next_word(struct octets *word, struct octets *line)
{
    struct octets blanks;
    size_t length = 0;
    bool quoted = false;
    while (length < line->bytes && (line->data[length] == ' ' || line->data[length] == '\t'))
        length++;
    if (!octets_take(&blanks, line, length))
        return false;
    for (length = 0; length < line->bytes; length++) {
        uint8_t sign = line->data[length];
        if (sign == '"' && (length == 0 || line->data[length - 1] != '\\'))
            quoted = !quoted;
        else if (!quoted && (sign == ' ' || sign == '\t'))
            break;
    }
    return octets_take(word, line, length) && length > 0;
}

static bool begins_with(const struct octets *word, const char *text)
{
    size_t length = strlen(text);
    return word->bytes >= length && memcmp(word->data, text, length) == 0;
}

/* Types of keys end in nothing that hosts and options do. */
static bool is_key_type(const struct octets *word)
{
    static const char *const begins[] = {"ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-",
                                         "rsa-sha2-"};
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
        if (begins_with(word, begins[i]))
            return true;
    return false;
}

/* Options of authorized_keys; what else stands in front of a key are hosts. */
static bool is_option(const struct octets *word)
{
    static const char *const begins[] = {"no-",      "agent-f", "cert-a",  "port-f",   "pty",
                                         "restrict", "user-rc", "X11-for", "verify-r", "touch-r"};
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
        if (begins_with(word, begins[i]))
            return true;
    return memchr(word->data, '=', word->bytes) != NULL;
}

static void copy_text(char comment[KEY_OPENSSH_COMMENT_BYTES], const uint8_t *text, size_t bytes)
{
    snprintf(comment, KEY_OPENSSH_COMMENT_BYTES, "%.*s", (int)bytes, (const char *)text);
}

/* "host" of "[host]:2222,10.0.0.1"; nothing of "|1|...", which is a hash. */
static void first_host(char comment[KEY_OPENSSH_COMMENT_BYTES], const struct octets *hosts)
{
    struct octets host = *hosts, bracket;
    if (host.bytes == 0 || is_option(&host) || host.data[0] == '|')
        return;
    if (host.data[0] == '[' && !octets_take(&bracket, &host, 1))
        return;
    size_t length = 0;
    while (length < host.bytes && !strchr(",]", host.data[length]))
        length++;
    copy_text(comment, host.data, length);
}

static bool decode_blob(struct rsa_key **key, const struct octets *word, struct problem *problem)
{
    struct problem inside = {0};
    size_t bytes;
    uint8_t *blob = malloc(BASE64_DATA_BYTES(word->bytes) + 1);
    if (!blob)
        return problem_memory(problem);
    bool done = base64_decode(blob, &bytes, (const char *)word->data, word->bytes, BASE64_PADDED);
    if (!done)
        problem_set(problem, "column %zu: expected the key in base64", word->offset + 1);
    else if (!(done = key_openssh_read_blob(key, blob, bytes, &inside)))
        problem_set(problem, "column %zu: the key: %s", word->offset + 1, inside.message);
    free(blob);
    return done;
}

/* The words of a line up to the type of its key. */
static enum key_openssh_line take_front(struct octets *front, struct octets *type,
                                        struct octets *line)
{
    *front = (struct octets){0};
    if (!next_word(type, line) || type->data[0] == '#')
        return KEY_OPENSSH_EMPTY;
    bool marked = type->data[0] == '@'; /* @revoked, @cert-authority */
    if (marked || !is_key_type(type)) {
        *front = *type;
        while (next_word(type, line) && !is_key_type(type)) {
            if (!marked) /* one word stands in front, and two after a mark */
                return KEY_OPENSSH_NONE;
            marked = false;
        }
        if (type->bytes == 0 || !is_key_type(type))
            return KEY_OPENSSH_NONE;
    }
    bool ours = octets_equal(type, KEY_OPENSSH_TYPE, strlen(KEY_OPENSSH_TYPE));
    return ours && !begins_with(front, "@") ? KEY_OPENSSH_KEY : KEY_OPENSSH_OTHER;
}

enum key_openssh_line key_openssh_read_line(struct rsa_key **key,
                                            char comment[KEY_OPENSSH_COMMENT_BYTES],
                                            const char *line, size_t length,
                                            struct problem *problem)
{
    struct octets rest = octets_open(line, length), type, blob, front, word;
    *key = NULL;
    comment[0] = '\0';
    enum key_openssh_line kind = take_front(&front, &type, &rest);
    if (kind == KEY_OPENSSH_OTHER)
        copy_text(comment, begins_with(&front, "@") ? front.data : type.data,
                  begins_with(&front, "@") ? front.bytes : type.bytes);
    if (kind != KEY_OPENSSH_KEY)
        return kind;
    if (!next_word(&blob, &rest)) {
        problem_set(problem, "column %zu: expected the key in base64", rest.offset + 1);
        return KEY_OPENSSH_FAULT;
    }
    if (!decode_blob(key, &blob, problem))
        return KEY_OPENSSH_FAULT;
    if (next_word(&word, &rest))
        copy_text(comment, word.data, word.bytes + rest.bytes);
    else
        first_host(comment, &front);
    return KEY_OPENSSH_KEY;
}

/* --- the private format, PROTOCOL.key -------------------------------------------------------- */

/* Everything around the private part; one key, not encrypted. */
static bool take_envelope(struct octets *private, struct octets *public, struct octets *from,
                          struct problem *problem)
{
    struct octets magic, cipher, kdf, options;
    uint32_t keys;
    if (!octets_take(&magic, from, sizeof(MAGIC)) || !octets_equal(&magic, MAGIC, sizeof(MAGIC)))
        return problem_set(problem, "byte 0: expected \"%s\"", MAGIC);
    if (!take_string(&cipher, from, "the name of a cipher", problem) ||
        !take_string(&kdf, from, "the name of a KDF", problem) ||
        !take_string(&options, from, "options of the KDF", problem))
        return false;
    if (!octets_equal(&cipher, PLAIN, strlen(PLAIN))) {
        problem_set(problem, "this key is protected by a passphrase in OpenSSH's own way");
        return problem_hint(problem, "ssh-keygen -p -m PKCS8 -f FILE turns it into a PKCS#8, whose "
                                     "passphrase we can ask for");
    }
    if (!octets_equal(&kdf, PLAIN, strlen(PLAIN)) || options.bytes != 0)
        return octets_fault(problem, &kdf, "no KDF where there is no cipher");
    if (!take_u32(&keys, from, "how many keys there are", problem))
        return false;
    return keys == 1 ? take_string(public, from, "the public key", problem) &&
                           take_string(private, from, "the private key", problem) &&
                           take_end(from, problem)
                     : problem_set(problem, "%u keys in one block: OpenSSH writes one", keys);
}

/* "The private key list is padded with the bytes 1, 2, 3, ..." to a multiple of the block. PuTTYgen
 * pads by more than it needs, and ssh-keygen accepts that. */
static bool check_padding(const struct octets *rest, size_t whole, struct problem *problem)
{
    bool good = rest->bytes == 0 || (rest->bytes <= UINT8_MAX && whole % BLOCK == 0);
    for (size_t i = 0; good && i < rest->bytes; i++)
        good = rest->data[i] == i + 1;
    return good || octets_fault(problem, rest, "padding of 1, 2, 3, ...");
}

/* The order of the numbers there; dp and dq are left out. */
static const enum rsa_number order[] = {RSA_N, RSA_E, RSA_D, RSA_QINV, RSA_P, RSA_Q};
#define NUMBERS (sizeof(order) / sizeof(order[0]))

/* The private part after decryption (with "none", as it stands). */
static bool take_private(struct octets numbers[RSA_NUMBERS], struct octets *comment,
                         struct octets *from, struct problem *problem)
{
    uint32_t check[2];
    size_t whole = from->bytes;
    if (!take_u32(&check[0], from, "the check", problem) ||
        !take_u32(&check[1], from, "the check", problem))
        return false;
    if (check[0] != check[1])
        return octets_fault(problem, from, "two equal checks before this");
    if (!take_type(from, problem))
        return false;
    for (size_t i = 0; i < NUMBERS; i++)
        if (!take_number(&numbers[order[i]], from, rsa_number_name(order[i]), problem))
            return false;
    return take_string(comment, from, "a comment", problem) && check_padding(from, whole, problem);
}

/* The two halves stand there by themselves; they must be those of one key. */
static bool check_public(const struct octets *public, const struct rsa_key *key,
                         struct problem *problem)
{
    uint8_t blob[FINGERPRINT_BLOB_BYTES]; /* not secret, not wiped */
    return octets_equal(public, blob, fingerprint_blob(blob, key)) ||
           octets_fault(problem, public, "the public half of this private key");
}

bool key_openssh_read_private(struct rsa_key **key, char comment[KEY_OPENSSH_COMMENT_BYTES],
                              const void *data, size_t bytes, struct problem *problem)
{
    struct octets file = octets_open(data, bytes), private, public, text;
    struct octets numbers[RSA_NUMBERS] = {{0}};
    *key = NULL;
    if (!take_envelope(&private, &public, &file, problem) ||
        !take_private(numbers, &text, &private, problem) ||
        !key_from_numbers(key, numbers, problem))
        return false;
    copy_text(comment, text.data, text.bytes);
    if (check_public(&public, *key, problem))
        return true;
    rsa_key_free(*key);
    *key = NULL;
    return false;
}

/* --- writing --------------------------------------------------------------------------------- */

static size_t put_u32(uint8_t *out, size_t number)
{
    for (size_t i = 0; i < LENGTH; i++)
        out[i] = (uint8_t)(number >> (8 * (LENGTH - 1 - i)));
    return LENGTH;
}

static size_t put_string(uint8_t *out, const void *data, size_t bytes)
{
    memmove(out + put_u32(out, bytes), data, bytes); /* data may lie there already */
    return LENGTH + bytes;
}

static size_t put_number(uint8_t *out, const struct rsa_key *key, enum rsa_number number)
{
    uint8_t *magnitude = out + LENGTH + 1;
    size_t bytes = rsa_key_number_bytes(key, number, magnitude, RSA_MAX_BYTES);
    bool sign = (magnitude[0] & 0x80) != 0;
    magnitude[-1] = 0;
    return put_string(out, magnitude - sign, bytes + sign);
}

/* The part that would be encrypted. */
static size_t put_private(uint8_t *out, const struct rsa_key *pair, const char *comment,
                          const uint8_t check[CHECK_BYTES])
{
    size_t bytes = 2 * CHECK_BYTES;
    memcpy(out, check, CHECK_BYTES);
    memcpy(out + CHECK_BYTES, check, CHECK_BYTES);
    bytes += put_string(out + bytes, KEY_OPENSSH_TYPE, strlen(KEY_OPENSSH_TYPE));
    for (size_t i = 0; i < NUMBERS; i++)
        bytes += put_number(out + bytes, pair, order[i]);
    bytes += put_string(out + bytes, comment, strnlen(comment, KEY_OPENSSH_COMMENT_BYTES));
    for (uint8_t next = 1; bytes % BLOCK != 0; next++)
        out[bytes++] = next;
    return bytes;
}

size_t key_openssh_write_private(uint8_t out[KEY_OPENSSH_PRIVATE_BYTES], const struct rsa_key *pair,
                                 const char *comment)
{
    uint8_t check[CHECK_BYTES];
    if (rsa_random_bytes(check, sizeof(check), NULL) != RSA_OK)
        return 0;
    size_t bytes = sizeof(MAGIC);
    memcpy(out, MAGIC, sizeof(MAGIC));
    bytes += put_string(out + bytes, PLAIN, strlen(PLAIN)); /* cipher */
    bytes += put_string(out + bytes, PLAIN, strlen(PLAIN)); /* KDF, */
    bytes += put_string(out + bytes, "", 0);                /* and its options */
    bytes += put_u32(out + bytes, 1);
    size_t blob = fingerprint_blob(out + bytes + LENGTH, pair);
    bytes += put_u32(out + bytes, blob) + blob;
    size_t private = put_private(out + bytes + LENGTH, pair, comment, check);
    return bytes + put_u32(out + bytes, private) + private;
}
