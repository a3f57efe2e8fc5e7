/*
 * RSA keys as JSON Web Keys; see key_jwk.h.
 */
#include "key_jwk.h"
#include "base64.h"
#include "key_numbers.h"
#include "sym_memory.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* RFC 7518 6.3.1 and 6.3.2: their names for the numbers. */
static const char *const members[RSA_NUMBERS] = {
    [RSA_N] = "n", [RSA_E] = "e",   [RSA_D] = "d",   [RSA_P] = "p",
    [RSA_Q] = "q", [RSA_DP] = "dp", [RSA_DQ] = "dq", [RSA_QINV] = "qi"};

/* --- reading --------------------------------------------------------------------------------- */

/* Decodes one member into its place in the buffer, if it is there. */
static bool read_number(struct octets *number, uint8_t *buffer, const json_t *object,
                        const char *member, struct problem *problem)
{
    const json_t *value = json_object_get(object, member);
    const char *text = json_string_value(value);
    size_t length = json_string_length(value);
    if (!value)
        return true;
    if (!text || length > BASE64_TEXT_BYTES(RSA_MAX_BYTES))
        return problem_set(problem, "JWK: \"%s\" is not a number in base64url", member);
    number->data = buffer;
    return base64_decode(buffer, &number->bytes, text, length, BASE64_URL) ||
           problem_set(problem, "JWK: \"%s\" is not a number in base64url", member);
}

/* RFC 7518 6.3.2.7: a key of more than two primes has "oth". */
static bool read_numbers(struct rsa_key **key, const json_t *object, struct problem *problem)
{
    static const size_t each = BASE64_DATA_BYTES(BASE64_TEXT_BYTES(RSA_MAX_BYTES));
    struct octets numbers[RSA_NUMBERS] = {{0}};
    if (json_object_get(object, "oth"))
        return problem_set(problem, "JWK: this key has more than two primes");
    uint8_t *buffer = calloc(RSA_NUMBERS, each);
    bool done = buffer || problem_memory(problem);
    for (size_t i = 0; done && i < RSA_NUMBERS; i++)
        done = read_number(&numbers[i], buffer + i * each, object, members[i], problem);
    struct problem judging = {0};
    if (done && !key_from_numbers(key, numbers, &judging))
        done = problem_set(problem, "JWK: %s", judging.message);
    if (buffer)
        sym_wipe(buffer, RSA_NUMBERS * each);
    free(buffer);
    return done;
}

/* One object: another's key is counted. False with a problem, or if the listener says so. */
static bool read_object(const struct key_jwk_listener *listener, const json_t *object,
                        size_t *others, struct problem *problem)
{
    const char *type = json_string_value(json_object_get(object, "kty"));
    const char *name = json_string_value(json_object_get(object, "kid"));
    struct rsa_key *key;
    if (!json_is_object(object))
        return problem_set(problem, "JWK: this is not an object");
    if (!type)
        return problem_set(problem, "JWK: there is no \"kty\"");
    if (strcmp(type, "RSA") != 0) {
        (*others)++;
        return true;
    }
    return read_numbers(&key, object, problem) &&
           listener->found(listener->context, key, !name ? "" : name);
}

/* RFC 7517 5: a JWK in a set that lacks a member or is out of range is passed over. */
static bool read_set(const struct key_jwk_listener *listener, const json_t *set, size_t *others)
{
    for (size_t i = 0; i < json_array_size(set); i++) {
        struct problem bad = {0};
        if (read_object(listener, json_array_get(set, i), others, &bad))
            continue;
        if (bad.message[0] == '\0')
            return false;
        listener->bad(listener->context, i + 1, bad.message);
    }
    return true;
}

bool key_jwk_read(const char *text, size_t bytes, const struct key_jwk_listener *listener,
                  size_t *others, struct problem *problem)
{
    json_error_t error;
    json_t *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &error);
    *others = 0;
    if (!root)
        return problem_set(problem, "line %d, column %d: %s", error.line, error.column, error.text);
    const json_t *set = json_object_get(root, "keys");
    bool done = json_is_array(set) ? read_set(listener, set, others)
                                   : read_object(listener, root, others, problem);
    json_decref(root);
    return done;
}

/* --- writing --------------------------------------------------------------------------------- */

static size_t put_number(char *out, const struct rsa_key *key, enum rsa_number number)
{
    uint8_t magnitude[RSA_MAX_BYTES];
    size_t bytes = rsa_key_number_bytes(key, number, magnitude, sizeof(magnitude));
    size_t length = (size_t)sprintf(out, ",\n  \"%s\": \"", members[number]);
    length += base64_encode(out + length, magnitude, bytes, BASE64_URL);
    sym_wipe(magnitude, bytes);
    return length + (size_t)sprintf(out + length, "\"");
}

char *key_jwk_write(size_t *length, const struct rsa_key *key, bool private, const char *name)
{
    size_t count = private ? RSA_NUMBERS : RSA_E + 1, space = 64 + strlen(name);
    for (size_t i = 0; i < count; i++)
        space += 16 + BASE64_TEXT_BYTES(rsa_key_number_bytes(key, (enum rsa_number)i, NULL, 0));
    char *text = malloc(space);
    if (!text)
        return NULL;
    *length = (size_t)sprintf(text, "{\n  \"kty\": \"RSA\"");
    if (name[0] != '\0')
        *length += (size_t)sprintf(text + *length, ",\n  \"kid\": \"%s\"", name);
    for (size_t i = 0; i < count; i++)
        *length += put_number(text + *length, key, (enum rsa_number)i);
    *length += (size_t)sprintf(text + *length, "\n}\n");
    return text;
}
