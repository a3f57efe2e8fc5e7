/*
 * Errors as sentences, and random bytes from getrandom(2).
 */
#include "rsa_error.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

const char *rsa_strerror(enum rsa_error error)
{
    switch (error) {
    case RSA_OK:
        return "no error";
    case RSA_ERR_MEMORY:
        return "out of memory";
    case RSA_ERR_RANDOM:
        return "the random source failed";
    case RSA_ERR_BITS:
        return "the modulus has a size that is not supported";
    case RSA_ERR_EXPONENT:
        return "the public exponent is even, too small, too large, or does not fit the primes";
    case RSA_ERR_NUMBER:
        return "0, or not a number: those are decimal, or hexadecimal after 0x";
    case RSA_ERR_LARGE:
        return "the number is too large: it has more than 16384 bits";
    case RSA_ERR_NOT_PRIME:
        return "a factor is not prime";
    case RSA_ERR_PRIMES_EQUAL:
        return "the two primes are equal";
    case RSA_ERR_PRIMES_CLOSE:
        return "the two primes are so close that Fermat's method finds them";
    case RSA_ERR_MODULUS:
        return "the modulus is even or not the product of the primes";
    case RSA_ERR_PRIVATE:
        return "the private exponent does not undo the public one, or is too small";
    case RSA_ERR_CRT:
        return "a CRT part does not fit the primes and the private exponent";
    case RSA_ERR_NO_PRIVATE:
        return "the key has no private part";
    case RSA_ERR_TOO_LONG:
        return "the message is too long for this key";
    case RSA_ERR_RANGE:
        return "the number is not below the modulus";
    case RSA_ERR_FAULT:
        return "the private operation failed its own check";
    case RSA_ERR_DECRYPT:
        return "decryption failed";
    case RSA_ERR_VERIFY:
        return "the signature is not valid";
    }
    return "unknown error";
}

static enum rsa_error from_kernel(uint8_t *out, size_t bytes)
{
    while (bytes > 0) {
        ssize_t got = getrandom(out, bytes, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return RSA_ERR_RANDOM;
        out += got;
        bytes -= (size_t)got;
    }
    return RSA_OK;
}

enum rsa_error rsa_random_bytes(uint8_t *out, size_t bytes, const struct rsa_random *source)
{
    enum rsa_error error;
    if (source)
        error = source->fill(source->context, out, bytes) ? RSA_ERR_RANDOM : RSA_OK;
    else
        error = from_kernel(out, bytes);
    if (error)
        explicit_bzero(out, bytes);
    return error;
}
