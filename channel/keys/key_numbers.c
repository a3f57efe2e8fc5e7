/*
 * A key from the bytes of its numbers; see key_numbers.h.
 *
 * The numbers become text first, so that rsa_key_from_text is the one judge of all keys.
 */
#include "key_numbers.h"

#include <stdlib.h>

/* "0x..."; the digits by arithmetic, for the number may be a secret. rsa_text_free wipes it. */
static char *hex_text(const struct octets *number)
{
    char *text = malloc(2 * number->bytes + 4);
    if (text == NULL)
        return NULL;
    size_t length = 2;
    memcpy(text, "0x0", 4); /* if there are no bytes, it is 0 */
    for (size_t i = 0; i < 2 * number->bytes; i++) {
        uint32_t byte = number->data[i / 2], nibble = byte >> (i % 2 == 0 ? 4 : 0) & 0xFu;
        uint32_t letter = (9 - nibble) >> 31; /* 1 if it is above 9 */
        text[length++] = (char)('0' + nibble + letter * ('a' - '0' - 10));
        text[length] = '\0';
    }
    return text;
}

static bool judge(struct rsa_key **key, const char *const texts[RSA_NUMBERS],
                  struct problem *problem)
{
    enum rsa_number bad = RSA_NUMBERS;
    enum rsa_error error = rsa_key_from_text(key, texts, &bad);
    if (error == RSA_OK)
        error = rsa_key_check(*key, &bad);
    if (error == RSA_OK)
        return true;
    rsa_key_free(*key);
    *key = NULL;
    const char *name = rsa_number_name(bad);
    if (error == RSA_ERR_NO_PRIVATE)
        return problem_set(problem, "the private key has no %s: p and q are needed", name);
    return problem_set(problem, "%s%s%s", name, name[0] == '\0' ? "" : ": ", rsa_strerror(error));
}

bool key_from_numbers(struct rsa_key **key, const struct octets numbers[RSA_NUMBERS],
                      struct problem *problem)
{
    char *texts[RSA_NUMBERS] = {NULL};
    bool done = true;
    *key = NULL;
    for (size_t i = 0; done && i < RSA_NUMBERS; i++) {
        if (numbers[i].data == NULL)
            continue;
        if (numbers[i].bytes > RSA_MAX_BYTES + 1) /* the 1: a zero byte for the sign */
            done = problem_set(problem, "byte %zu: %s is longer than %d bits", numbers[i].offset,
                               rsa_number_name((enum rsa_number)i), RSA_MAX_BITS);
        else if ((texts[i] = hex_text(&numbers[i])) == NULL)
            done = problem_memory(problem);
    }
    for (size_t i = 0; done && i <= RSA_E; i++) {
        if (numbers[i].data == NULL)
            done = problem_set(problem, "%s is missing", rsa_number_name((enum rsa_number)i));
    }
    done = done && judge(key, (const char *const *)texts, problem);
    for (size_t i = 0; i < RSA_NUMBERS; i++)
        rsa_text_free(texts[i]);
    return done;
}
