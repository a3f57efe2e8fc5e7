/*
 * A key from the bytes of its numbers; see key_numbers.h.
 *
 * The numbers become text first, so that rsa_key_from_text is the one judge of all keys.
 */
#include "key_numbers.h"
#include "hexadecimal.h"
#include "translate.h"

#include <stdlib.h>

/* "0x..."; no bytes are 0. rsa_text_free wipes it. */
static char *number_text(const struct octets *number)
{
    char *text = malloc(2 * number->bytes + 4);
    if (text)
        *hex_write(stpcpy(text, number->bytes > 0 ? "0x" : "0x0"), number->data,
                   number->bytes) = '\0';
    return text;
}

static bool judge(struct rsa_key **key, const char *const texts[RSA_NUMBERS],
                  struct problem *problem)
{
    enum rsa_number bad = RSA_NUMBERS;
    enum rsa_error error = rsa_key_from_text(key, texts, &bad);
    if (error == RSA_OK)
        error = rsa_key_check_quickly(*key, &bad);
    if (error == RSA_OK)
        return true;
    rsa_key_free(*key);
    *key = NULL;
    const char *name = rsa_number_name(bad);
    if (error == RSA_ERR_NO_PRIVATE)
        return problem_set(problem, "the private key has no %s: p and q are needed", name);
    return problem_set(problem, "%s%s%s", name, name[0] == '\0' ? "" : ": ",
                       translate(rsa_strerror(error)));
}

bool key_from_numbers(struct rsa_key **key, const struct octets numbers[RSA_NUMBERS],
                      struct problem *problem)
{
    char *texts[RSA_NUMBERS] = {NULL};
    bool done = true;
    *key = NULL;
    for (size_t i = 0; done && i < RSA_NUMBERS; i++) {
        if (!numbers[i].data)
            continue;
        if (numbers[i].bytes > RSA_MAX_BYTES + 1) /* the 1: a zero byte for the sign */
            done = problem_set(problem, "byte %zu: %s is longer than %d bits", numbers[i].offset,
                               rsa_number_name((enum rsa_number)i), RSA_MAX_BITS);
        else if (!(texts[i] = number_text(&numbers[i])))
            done = problem_memory(problem);
    }
    for (size_t i = 0; done && i <= RSA_E; i++)
        if (!numbers[i].data)
            done = problem_set(problem, "%s is missing", rsa_number_name((enum rsa_number)i));
    done = done && judge(key, (const char *const *)texts, problem);
    for (size_t i = 0; i < RSA_NUMBERS; i++)
        rsa_text_free(texts[i]);
    return done;
}
