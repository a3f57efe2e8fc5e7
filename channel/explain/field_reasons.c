/*
 * Why a field is there: see field_reasons.h. A row for each message, in the order of wire_table.inc.
 */
#include "field_reasons.h"

#include "translate.h"

#define INNER_REASON                                                                               \
    N_("It is encrypted with the rest: a listener cannot tell words from a goodbye.")
#define STEP_REASON N_("Each step is taken in its turn alone; any other number ends the session.")
#define REASON_REASON                                                                              \
    N_("A person needs a sentence. It is short and printable, for the other side shows it.")

static const char *const reasons[WIRE_MESSAGES][WIRE_MAX_FIELDS] = {
    [WIRE_CLIENT_HELLO] =
        {
            [HELLO_VERSION] = N_("A program that speaks another version says so at once, and does "
                                 "not guess at the rest."),
            [HELLO_SUITES] = N_(
                "The server can take only what both know. In modern the client signs "
                "the list later: nobody in between can shorten it unnoticed."),
            [HELLO_RANDOM] = N_("It makes this session unlike every other: an old recording played "
                                "again does not fit."),
            [HELLO_ID_N] = N_("The server looks it up in its list before it answers. It is no "
                              "secret: only its owner can sign for it."),
            [HELLO_ID_E] = N_("Without it nobody can check a signature. It belongs to the key, so "
                              "the fingerprint covers both."),
            [HELLO_EPH] = N_("The keys of the session come of it, not of the identity key: who "
                             "steals that tomorrow cannot read today's talk."),
        },
    [WIRE_SERVER_HELLO] =
        {
            [HELLO_VERSION] = N_("Both must mean the same by every byte that follows."),
            [HELLO_SUITES] = N_("There is no second round: the client takes this suite or hangs "
                                "up."),
            [HELLO_RANDOM] = N_("The server's own part in making the session unlike every other: "
                                "it need not trust the client's."),
            [HELLO_ID_N] = N_("The client compares it with the key that it knows for this server: "
                              "another key may be another person."),
            [HELLO_ID_E] = N_("Without it nobody can check a signature. It belongs to the key, so "
                              "the fingerprint covers both."),
            [HELLO_EPH] = N_("With both key shares each side can compute the same secret, and a "
                             "listener who has seen both cannot."),
        },
    [WIRE_CLIENT_EXCHANGE] =
        {
            [EXCHANGE_SECRET] = N_("Only the holder of the fresh private key can open it. In the "
                                   "other suites the key shares do this work, so it is empty."),
            [EXCHANGE_SIGNATURE] = N_("It proves the private key behind id n, now: it covers both "
                                      "hellos with their fresh random bytes."),
        },
    [WIRE_SERVER_EXCHANGE] =
        {
            [EXCHANGE_SECRET] = N_("The server adds its half, so the keys are good if either "
                                   "side's random numbers are. Empty but for modern:rsa."),
            [EXCHANGE_SIGNATURE] = N_("The same proof in the other direction. Its label differs, "
                                      "so the client's signature cannot be sent back."),
        },
    [WIRE_X25519_SHARE] = {[X25519_SHARE_U] = N_(
                               "From it nobody can find the private key, and with one's own "
                               "private key it gives the shared secret.")},
    [WIRE_HYBRID_CLIENT_SHARE] =
        {
            [HYBRID_CLIENT_SHARE_U] = N_("From it nobody can find the private key, and with one's "
                                         "own private key it gives the first secret."),
            [HYBRID_CLIENT_SHARE_EK] = N_("To it the server locks the second secret: not even a "
                                          "quantum computer is known to open it."),
        },
    [WIRE_HYBRID_SERVER_SHARE] =
        {
            [HYBRID_SERVER_SHARE_U] = N_("The server's half of the first secret, made for this "
                                         "session alone."),
            [HYBRID_SERVER_SHARE_CT] = N_(
                "The second secret, locked to ek. Changed by one bit, it opens to another "
                "secret, and no key fits."),
        },
    [WIRE_RSA_SHARE] =
        {
            [RSA_SHARE_N] = N_("Made for this session alone and forgotten after it: what was "
                               "locked with it stays locked."),
            [RSA_SHARE_E] = N_("The other side locks with n and e; to unlock takes d, which never "
                               "leaves."),
        },
    [WIRE_DH_CLIENT_SHARE] =
        {
            [DH_CLIENT_SHARE_P] = N_("Both compute modulo the same number. It must be a large "
                                     "prime, or a can be found; the server looks."),
            [DH_CLIENT_SHARE_G] = N_("Its powers must reach many numbers: a g of small order has "
                                     "few, and a listener tries them all."),
            [DH_CLIENT_SHARE_A] = N_("The client's half. To find a in it is the discrete "
                                     "logarithm; nothing proves whose half it is."),
        },
    [WIRE_DH_SERVER_SHARE] = {[DH_SERVER_SHARE_B] = N_(
                                  "The server's half: K = B^a = A^b mod p. Nobody signs it, so "
                                  "somebody in between can send another.")},
    [WIRE_MODERN_RECORD] = {[MODERN_RECORD_SEALED] = N_(
                                "Without the key it looks like random bytes; only its length "
                                "tells something.")},
    [WIRE_TEXTBOOK_RECORD] =
        {
            [TEXTBOOK_RECORD_KEY] = N_("The receiver needs the key of this message. First the "
                                       "sender's private key: from whom; then the peer's public "
                                       "key: for whom."),
            [TEXTBOOK_RECORD_SEALED] = N_("Nothing covers it: a flipped bit here arrives as "
                                          "another message, and nobody notices."),
        },
    [WIRE_DH_RECORD] = {[DH_RECORD_SEALED] = N_(
                            "One key serves both directions, and nothing covers the message: "
                            "it can be changed, repeated, sent back.")},
    [WIRE_CLIENT_RESUME] =
        {
            [CLIENT_RESUME_TICKET] = N_("The server must find the secret that belongs to it. By "
                                        "itself it proves nothing: it crosses the wire."),
            [CLIENT_RESUME_R] = N_("A proof that was overheard once is of no use again."),
            [CLIENT_RESUME_MAC] = N_("Only who has the secret behind the ticket can make it; it is "
                                     "the proof that a stranger lacks."),
        },
    [WIRE_SERVER_RESUME] =
        {
            [SERVER_RESUME_R] = N_("The server's part: both random numbers make the keys of this "
                                   "port new."),
            [SERVER_RESUME_MAC] = N_("The client learns that it is its server that listens here, "
                                     "and not whoever came to the port first."),
        },
    [WIRE_ALERT] =
        {
            [ALERT_CODE] = N_("A program needs a number to act on: which exit status, whether to "
                              "try again."),
            [ALERT_REASON] = REASON_REASON,
        },
    [WIRE_DATA] =
        {
            [INNER_TYPE] = INNER_REASON,
            [DATA_BYTES] = N_("It is what all the rest is for. Its length needs no field: it ends "
                              "where the record ends."),
        },
    [WIRE_PORT] =
        {
            [INNER_TYPE] = INNER_REASON,
            [PORT_NUMBER] =
                N_("Said under the keys: a listener does not learn it here, and in modern "
                   "nobody can send the client elsewhere."),
            [PORT_TICKET] = N_("At the new port many may come. By this the server knows which talk "
                               "goes on."),
        },
    [WIRE_REKEY_ASK] =
        {
            [INNER_TYPE] = INNER_REASON,
            [REKEY_STEP] = STEP_REASON,
            [REKEY_ASK_EPH] = N_("A new share makes new keys: who has stolen the old ones is "
                                 "locked out again."),
        },
    [WIRE_REKEY_ANSWER] =
        {
            [INNER_TYPE] = INNER_REASON,
            [REKEY_STEP] = STEP_REASON,
            [REKEY_ANSWER_EPH] = N_("Both sides bring a fresh share, as in the hellos; the keys in "
                                    "use vouch for it."),
            [REKEY_ANSWER_SECRET] = N_("The server's half of the new secret, where key shares do "
                                       "not make one by themselves."),
        },
    [WIRE_REKEY_SECRET] =
        {
            [INNER_TYPE] = INNER_REASON,
            [REKEY_STEP] = STEP_REASON,
            [REKEY_SECRET_SECRET] = N_("The client's half of it. Behind this message the client "
                                       "uses the new keys."),
        },
    [WIRE_REKEY_SWITCH] =
        {
            [INNER_TYPE] = INNER_REASON,
            [REKEY_STEP] = STEP_REASON,
        },
    [WIRE_CLOSE] =
        {
            [INNER_TYPE] = INNER_REASON,
            [CLOSE_CODE] = N_("A talk that was cut looks like one that ended. This number, under "
                              "the keys, tells them apart."),
            [CLOSE_REASON] = REASON_REASON,
        },
};

const char *field_reason(enum wire_message message, size_t field)
{
    const bool there = message < WIRE_MESSAGES && field < wire_layout(message)->count;
    return there && reasons[message][field] ? reasons[message][field] : "";
}

const char *field_reason_header(void)
{
    return N_("A stream of bytes has no ends: the reader must know how much to wait for before it "
              "can look inside.");
}

const char *field_reason_tag(void)
{
    return N_("Computed over every byte and the number of the message under the key: one bit "
              "changed on the way, and it does not fit.");
}

const char *field_type_meaning(enum wire_type type)
{
    static const char *const meanings[] = {
        [WIRE_U8] = N_("a number of one byte, 0 to 255"),
        [WIRE_U16] = N_("a number of two bytes, the larger part first: 01 02 is 258"),
        [WIRE_FIXED] = N_("so many bytes, always as many: no length in front"),
        [WIRE_STR] = N_("a length of two bytes, then that many bytes"),
        [WIRE_MPINT] = N_("a large number: a length of two bytes, then its bytes, the largest part "
                          "first, without zeros in front"),
        [WIRE_REST] = N_("all that is left of the message: the frame has said where it ends")};
    return meanings[type];
}
