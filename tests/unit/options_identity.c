/* The hints to a client that is not let in fit the reason that it was told. */
#include "identity.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <string.h>

static char said[2000];

static void explain(enum channel_error error, const char *failure)
{
    const struct identity identity = {.fingerprint = "SHA256:mine"};
    cr_redirect_stderr();
    identity_explain(&identity, error, failure, "there", 4242);
    fflush(stderr);
    size_t length = fread(said, 1, sizeof(said) - 1, cr_get_redirected_stderr());
    said[length] = '\0';
}

Test(options_identity, a_key_that_nobody_knows_is_to_be_allowed)
{
    explain(CHANNEL_ERR_NOT_ALLOWED, "there port 4242: the peer says: the key is not allowed");
    cr_expect(strstr(said, "keytool allow add SHA256:mine"), "%s", said);
}

Test(options_identity, a_key_that_is_known_and_refused_is_not_allowed_once_more)
{
    explain(CHANNEL_ERR_NOT_ALLOWED,
            "there port 4242: the peer says: the key is not allowed: your key has expired");
    cr_expect(strstr(said, "hint: ask the person at the server"), "%s", said);
    cr_expect(strstr(said, "SHA256:mine"), "%s", said);
    cr_expect_not(strstr(said, "allow add"), "%s", said);
}

Test(options_identity, who_does_not_speak_the_protocol_has_another_port)
{
    explain(CHANNEL_ERR_UNEXPECTED, "there port 4242: a frame came that does not belong here");
    cr_expect(strstr(said, "hint: is 4242 the port that this program's server shows?"), "%s", said);
}
