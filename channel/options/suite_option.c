/* --suite and --group, and the warnings that go with the course's suites. */
#include "suite_option.h"

#include "group_file.h"
#include "sym_cipher.h"

#include <stdio.h>
#include <string.h>

static void read_suite(void *field, const char *what, const char *text,
                       const struct argp_state *state)
{
    struct channel_suite suite;
    char there_are[1024] = "", name[CHANNEL_SUITE_TEXT_BYTES];
    if (channel_suite_parse(field, text) == CHANNEL_OK)
        return;
    for (size_t i = 0; channel_suite_at(&suite, i); i++) {
        const size_t used = strlen(there_are);
        snprintf(there_are + used, sizeof(there_are) - used, "%s%s", i > 0 ? ", " : "",
                 channel_suite_text(name, suite));
    }
    console_usage(state, "%s is '%s'; it can be %s", what, text, there_are);
}

static const struct option_row rows[] = {
    READ_ALL("suite", 's', "modern|modern:x25519|modern:rsa|dh|textbook",
             "modern (the default: X25519 and ML-KEM-768; modern:x25519: X25519 alone; modern:rsa: "
             "with fresh RSA keys), or the course's schemes, for learning only: dh "
             "(Diffie-Hellman), textbook (RSA), or with a cipher: dh:CIPHER",
             read_suite),
    {0}};

const struct option_table suite_table = {.rows = rows};

/* --- --group ---------------------------------------------------------------------------------- */
static void read_group(void *field, const char *what, const char *text,
                       const struct argp_state *state)
{
    struct dh_group **group = field;
    struct problem problem = {0};
    dh_group_free(*group); /* the last one counts */
    if (!group_find(group, text, &problem))
        console_usage(state, "%s: %s", what, problem.message);
}

static const struct option_row group_rows[] = {
    READ_ALL("group", 0, "NAME|P,G|FILE",
             "With --suite dh: the group to agree in, by name, any prime and generator, or a file "
             "of keytool group gen: ffdhe2048",
             read_group),
    {0}};

const struct option_table group_table = {.rows = group_rows};

void suite_check_group(struct channel_suite suite, const struct dh_group *group,
                       const struct argp_state *state)
{
    if (group && suite.kind != CHANNEL_DH)
        console_usage(state, "--group goes with --suite dh");
}

/* --- words ------------------------------------------------------------------------------------ */

void suite_read_family(void *field, const char *what, const char *text,
                       const struct argp_state *state)
{
    struct channel_suite suite;
    if (channel_suite_parse(&suite, text) != CHANNEL_OK)
        console_usage(state, "%s is '%s'; it can be modern or textbook", what, text);
    *(enum key_family *)field = key_family_of(suite);
}

void suite_warn(struct channel_suite suite)
{
    char text[CHANNEL_SUITE_TEXT_BYTES];
    if (!channel_suite_is_modern(suite))
        console_note("the suite is %s, for learning only: it can be read, changed and replayed "
                     "by others; never send a real secret",
                     channel_suite_text(text, suite));
}

void suite_warn_of_peer(struct channel_suite suite, const char *address)
{
    char text[CHANNEL_SUITE_TEXT_BYTES];
    if (!channel_suite_is_modern(suite) && strncmp(address, "127.", 4) != 0 &&
        strcmp(address, "::1") != 0)
        console_warning("%s is not this machine: whoever is on the way can read and change what "
                        "%s sends",
                        address, channel_suite_text(text, suite));
}
