/* How it shall be done: TYPE, MODE, STRU, REST, OPTS, FEAT (RFC 959, 2389, 3659); small talk. */
#include "commands.h"
#include "facts.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One of the letters that RFC 959 has, but not one of ours: 504; else it is no letter at all. */
static void reply_unknown(struct session *session, const char *argument, const char *letters,
                          const char *ours)
{
    bool known = strchr(letters, toupper((unsigned char)argument[0])) &&
                 (argument[1] == '\0' || argument[1] == ' ');
    reply(session, known ? 504 : 501, "%s is all there is", ours);
}

/* RFC 959 3.1.1: A (N) and I; L 8 is I by another name. */
void command_type(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    if (strcasecmp(argument, "A") == 0 || strcasecmp(argument, "A N") == 0) {
        session->ascii = true;
        reply(session, 200, "Text: lines end in CR LF");
    } else if (strcasecmp(argument, "I") == 0 || strcasecmp(argument, "L 8") == 0) {
        session->ascii = false;
        reply(session, 200, "Bytes, as they are");
    } else {
        reply_unknown(session, argument, "AEIL", "TYPE A or TYPE I");
    }
}

void command_mode(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    if (strcasecmp(argument, "S") == 0)
        reply(session, 200, "Stream, as always");
    else
        reply_unknown(session, argument, "SBC", "MODE S");
}

void command_stru(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    if (strcasecmp(argument, "F") == 0)
        reply(session, 200, "File, as always");
    else
        reply_unknown(session, argument, "FRP", "STRU F");
}

/* RFC 959 4.1.3: bytes, and perhaps R and the size of a record. */
void command_allo(struct session *session, const struct command *command, char *argument)
{
    size_t digits = strspn(argument, "0123456789");
    const char *rest = argument + digits;
    (void)command;
    if (strncasecmp(rest, " R ", 3) == 0 && rest[3])
        rest += 3 + strspn(rest + 3, "0123456789");
    if (digits == 0 || *rest)
        reply(session, 501, "ALLO takes a number of bytes");
    else
        reply(session, 202, "Not needed: files grow as they come");
}

/* RFC 3659 5.2 */
void command_rest(struct session *session, const struct command *command, char *argument)
{
    char *end;
    (void)command;
    errno = 0;
    unsigned long long byte = strtoull(argument, &end, 10);
    if (argument[0] < '0' || argument[0] > '9' || *end || errno || byte > INT64_MAX) {
        reply(session, 501, "REST takes the number of a byte");
        return;
    }
    session->restart = byte;
    reply(session, 350, "The next transfer begins at byte %llu", byte);
}

void command_pwd(struct session *session, const struct command *command, char *argument)
{
    char quoted[2 * VIEW_PATH_BYTES], *out = quoted; /* RFC 959, appendix II: " is doubled */
    (void)command;
    (void)argument;
    for (const char *in = session->cwd; *in; in++) {
        *out++ = *in;
        if (*in == '"')
            *out++ = *in;
    }
    *out = '\0';
    reply(session, 257, "\"%s\" is where you are", quoted);
}

/* What an RFC has, and this server has not. */
void command_missing(struct session *session, const struct command *command, char *argument)
{
    (void)argument;
    reply(session, 502, "%s %s", command->verb, command->help);
}

void command_syst(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    (void)argument;
    reply(session, 215, "UNIX Type: L8");
}

void command_noop(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    (void)argument;
    reply(session, 200, "Here I am");
}

/* RFC 2389 3.2: each feature on a line that begins with one blank. */
void command_feat(struct session *session, const struct command *command, char *argument)
{
    static const char *const features[] = {
        "AUTH GLASSBOX", "PBSZ",
        "PROT",          "UTF8",
        "SIZE",          "MDTM",
        "MFMT",          "AVBL",
        "REST STREAM",   "TVFS",
        "EPSV",          "EPRT",
        "HASH SHA-256*", "SITE TGET;TPUT;CHMOD;CPFR;CPTO;QUOTA;WHO;KICK;ALLOW",
    };
    char facts[FACTS_BYTES];
    (void)command;
    (void)argument;
    reply_begin(session, 211, "Features:");
    for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
        reply_line(session, "%s", features[i]);
    facts_names(facts, session->hidden_facts, true);
    reply_line(session, "MLST %s", facts);
    reply_end(session, "End");
}

/* RFC 3659 7.9 */
static void choose_facts(struct session *session, const char *list)
{
    char facts[FACTS_BYTES];
    if (!facts_choose(&session->hidden_facts, list)) {
        reply(session, 501, "OPTS MLST fact;fact;");
        return;
    }
    facts_names(facts, session->hidden_facts, false);
    reply(session, 200, "MLST OPTS%s%s", facts[0] ? " " : "", facts);
}

/* RFC 2389 4 */
void command_opts(struct session *session, const struct command *command, char *argument)
{
    (void)command;
    if (strcasecmp(argument, "UTF8 ON") == 0 || strcasecmp(argument, "UTF8") == 0)
        reply(session, 200, "Names are UTF-8, or whatever bytes they have");
    else if (strcasecmp(argument, "MLST") == 0)
        choose_facts(session, "");
    else if (strncasecmp(argument, "MLST ", 5) == 0)
        choose_facts(session, argument + 5);
    else if (strcasecmp(argument, "HASH") == 0 || strcasecmp(argument, "HASH SHA-256") == 0)
        reply(session, 200, "SHA-256");
    else
        reply(session, 501, "No such option");
}
