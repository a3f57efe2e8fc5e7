/* Numbers of any size on the command line; see number.h. */
#include "number.h"
#include "option_table.h"
#include "rsa_text.h"
#include "sym_memory.h"

void number_check(const struct argp_state *state, const char *what, const char *text)
{
    uint8_t bytes[RSA_MAX_BYTES];
    size_t count;
    enum rsa_error error = rsa_text_to_bytes(bytes, &count, text);
    sym_wipe(bytes, sizeof(bytes)); /* it may be a message, or a prime */
    if (error == RSA_ERR_LARGE)
        console_usage(state, "%s is too large: %d bits are the most", what, RSA_MAX_BITS);
    if (error != RSA_OK)
        console_usage(state, "%s is '%.40s'; it can be a number, decimal or hexadecimal after 0x",
                      what, text);
}

void number_read(void *field, const char *what, const char *text, const struct argp_state *state)
{
    number_check(state, what, text);
    *(const char **)field = text;
}

int number_status(enum rsa_error error)
{
    bool of_this_machine = error == RSA_ERR_MEMORY || error == RSA_ERR_RANDOM ||
                           error == RSA_ERR_FAULT;
    return of_this_machine ? CONSOLE_FAILED : CONSOLE_USAGE;
}
