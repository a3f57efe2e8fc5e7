/* Formats of keys that are not read here; see key_foreign.h. */
#include "key_foreign.h"
#include "byte_order_mark.h"
#include "der.h"

#include <string.h>

static bool begins(const void *data, size_t bytes, const char *with)
{
    size_t length = strlen(with);
    return bytes >= length && memcmp(data, with, length) == 0;
}

/* RFC 7292 4: version 3, then ContentInfo. Some write it in BER, with an indefinite length. */
static bool is_pkcs12(const void *data, size_t bytes)
{
    struct octets der = octets_open(data, bytes), list, version;
    return begins(data, bytes, "\x30\x80\x02\x01\x03\x30") ||
           (der_read(&list, &der, DER_SEQUENCE, "", NULL) &&
            der_integer(&version, &list, "", NULL) && octets_equal(&version, "\3", 1) &&
            der_next_is(&list, DER_SEQUENCE));
}

bool key_foreign_check(const char *file, const void *data, size_t bytes, struct problem *problem)
{
    if (begins(data, bytes, "PuTTY-User-Key-File-")) {
        problem_set(problem, "%s: this is PuTTY's own format (PPK)", file);
        return problem_hint(problem,
                            "puttygen %s -O private-openssh-new -o NEW converts it; in the window "
                            "of PuTTYgen: Conversions, Export OpenSSH key",
                            file);
    }
    if (is_pkcs12(data, bytes)) {
        problem_set(problem, "%s: this is PKCS#12, a box of keys and certificates", file);
        return problem_hint(problem,
                            "openssl pkcs12 -in %s -nocerts -nodes -out NEW.pem takes the private "
                            "key out of it, without a passphrase",
                            file);
    }
    if (begins(data, bytes, "\xFE\xED\xFE\xED")) {
        problem_set(problem, "%s: this is a key store of Java (JKS)", file);
        return problem_hint(problem,
                            "Java's own keytool makes a PKCS#12 of it: keytool -importkeystore "
                            "-srckeystore %s -destkeystore NEW.p12 -deststoretype pkcs12",
                            file);
    }
    return utf16_check(problem, file, data, bytes);
}
