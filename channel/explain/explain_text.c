/*
 * A session in plain words, as a table: see explain_text.h.
 */
#include "explain_text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *title, *why, *textbook; /* why in the textbook suite */
} parts[EXPLAIN_PARTS] = {
    [EXPLAIN_WHO] = {"Who are you, and are you allowed?", "A key shown, and soon proved.",
                     "A key shown, and never proved."},
    [EXPLAIN_AGREE] = {"Agree on a key", "From both sides, and for this session alone.",
                       "A new one for every message, under RSA twice."},
    [EXPLAIN_MOVE] = {"Go on at another port", "The first is free for the next client then.",
                      "The first is free for the next client then."},
    [EXPLAIN_TALK] = {"Talk", "With a number and a tag in each message: no change goes unnoticed.",
                      "Without a number or a tag: a changed message is taken."},
    [EXPLAIN_FRESH] = {"Fresh keys", "Who gets hold of one reads one stretch of the talk, not all.",
                       "Who gets hold of one reads one stretch of the talk, not all."},
    [EXPLAIN_END] = {"The end", "", ""},
};

const char *explain_part_title(enum explain_part part)
{
    return parts[part].title;
}

const char *explain_part_why(enum explain_part part, bool textbook)
{
    return textbook ? parts[part].textbook : parts[part].why;
}

/* --- messages --------------------------------------------------------------------------------- */

/* Row [0] is the modern suite's; row [1] the textbook's, where it has other words. */
#define HELLO           "Hello, this is my key"
#define SECRET_FOR_PEER "A secret for the other side"

static const struct explanation messages[WIRE_MESSAGES + 1][2] = {
    [WIRE_CLIENT_HELLO] =
        {{EXPLAIN_WHO, HELLO,
          "{client} sends its public key, a fresh key for this session alone, and 32 random bytes.",
          "The public key says who is speaking. The fresh key will carry a secret and is thrown "
          "away right after, so a key stolen tomorrow opens nothing of today. The random bytes "
          "make this session different from every other."},
         {EXPLAIN_WHO, HELLO, "{client} sends its public key, and nothing else.",
          "The public key says who is speaking. Nothing proves it: whoever has a copy of the key, "
          "and it is public, can send the same bytes."}},
    [WIRE_SERVER_HELLO] =
        {{EXPLAIN_WHO, HELLO,
          "{server} has found the key in its list, and sends its own: a public key, a fresh key "
          "for this session alone, and 32 random bytes.",
          "A key that is not in the list would have been sent away before this. Now the client "
          "can compare the server's key with the one it knows."},
         {EXPLAIN_WHO, HELLO,
          "{server} has found the key in its list, and sends its own public key.",
          "A key that is not in the list would have been sent away before this. The talk can "
          "begin, though neither side has proved anything."}},
    [WIRE_CLIENT_EXCHANGE] =
        {{EXPLAIN_AGREE, "Half of the secret, and a proof",
          "{client} sends 32 secret bytes, locked with the server's fresh key, and signs all that "
          "was said.",
          "Only the server can unlock them. The signature can be made by the owner of the "
          "client's private key alone, and covers both hellos: nobody in between can have changed "
          "a key."}},
    [WIRE_SERVER_EXCHANGE] =
        {{EXPLAIN_AGREE, "The other half, and a proof",
          "{server} sends 32 secret bytes of its own, locked with the client's fresh key, and "
          "signs all that was said.",
          "Both halves together make the keys, so the keys are good if either side's random "
          "numbers are. Now both sides have proved who they are."}},
    [WIRE_MODERN_RECORD] =
        {{EXPLAIN_TALK, "A sealed message", "{from} sends {bytes}, sealed.",
          "What is inside can be read with the session's key alone. The tag at its end covers "
          "every byte, and the number of the message."}},
    [WIRE_TEXTBOOK_RECORD] =
        {{EXPLAIN_TALK, "A sealed message",
          "{from} sends {bytes}, encrypted under a key of their own.",
          "The key travels in front, under RSA twice. Nothing covers the message: whoever flips a "
          "bit on the way is not noticed."}},
    [WIRE_CLIENT_RESUME] =
        {{EXPLAIN_MOVE, "I am the one you told this port",
          "{client} comes to the new port, shows its ticket, and proves that it knows the secret "
          "behind it.",
          "A stranger who finds the port first has no ticket. One who has overheard the ticket "
          "lacks the secret that makes the proof."}},
    [WIRE_SERVER_RESUME] =
        {{EXPLAIN_MOVE, "And I am the one who told you",
          "{server} answers with random bytes of its own, and the same proof in the other "
          "direction.",
          "Now the client knows that it is its server that waits here. The two random numbers make "
          "the keys of this port new."}},
    [WIRE_ALERT] =
        {{EXPLAIN_END, "Bad news, in the clear", "{from} says why it hangs up: {text}.",
          "There are no keys that could vouch for this, so everybody can read it, and anybody "
          "could have written it."}},
    [WIRE_DATA] =
        {{EXPLAIN_TALK, "The talk", "{from} says something, sealed: {bytes} on the wire.",
          "This is what s_send was given. Each message has a number of its own in its seal, so one "
          "that is replayed, left out or changed is noticed."},
         {EXPLAIN_TALK, "The talk", "{from} says something, encrypted: {bytes} on the wire.",
          "This is what s_send was given. The message has a key of its own, and no number and no "
          "tag: an old one can be played again, and a changed one is taken."}},
    [WIRE_PORT] =
        {{EXPLAIN_MOVE, "The talk goes on elsewhere",
          "{server} names, in the first sealed message, the port where the talk goes on: {port}.",
          "The first port is free for the next client then. A ticket goes along, so that the right "
          "client can show itself there."},
         {EXPLAIN_MOVE, "The talk goes on elsewhere",
          "{server} names, in the first encrypted message, the port where the talk goes on: "
          "{port}.",
          "The first port is free for the next client then. A ticket goes along, so that the right "
          "client can show itself there."}},
    [WIRE_REKEY_ASK] =
        {{EXPLAIN_FRESH, "Fresh keys, please",
          "{client} asks for new keys, and sends a new fresh key of its own.",
          "The course wants keys that differ at every request. Whoever gets hold of one session "
          "key reads one request, not all."}},
    [WIRE_REKEY_ANSWER] =
        {{EXPLAIN_FRESH, "My new key, and half of the secret",
          "{server} answers with a new fresh key, and 32 new secret bytes locked for the client.",
          "The same exchange as at the beginning, now inside the sealed channel."}},
    [WIRE_REKEY_SECRET] =
        {{EXPLAIN_FRESH, "The other half",
          "{client} sends its own 32 new secret bytes; its next message is under the new keys.",
          "No signature is needed: whoever can speak inside the channel has proved itself."}},
    [WIRE_REKEY_SWITCH] = {{EXPLAIN_FRESH, "Switched",
                            "{server} says that its next message is under the new keys.",
                            "The client must know from where on to read with them."}},
    [WIRE_CLOSE] =
        {{EXPLAIN_END, "Goodbye", "{from} says, sealed, that this is the end of its talk here.",
          "A cut line has no goodbye. So nobody can make the talk shorter without being noticed."},
         {EXPLAIN_END, "Goodbye", "{from} says, encrypted, that this is the end of its talk here.",
          "A cut line has no goodbye. But here an old goodbye can be played again, and nothing "
          "tells."}},
    [WIRE_MESSAGES] =
        {{EXPLAIN_END, "A frame that does not exist",
          "{from} sends {bytes} that are no message of this protocol.",
          "Its first byte is no type that belongs here. Nothing in it is looked at."}},
};

/* --- steps ------------------------------------------------------------------------------------ */

/* Where the name of the step says it all there is no title; why is what the key is for. */
static const struct {
    enum step_place place;
    struct explanation explanation;
} steps[CHANNEL_STEPS] = {
    [STEP_IDENTITY_KEY] =
        {OWN_ENTRY,
         {EXPLAIN_WHO, "A key of its own", "{own} reads the RSA key by which it is known.",
          "The public half, n and e, is what it will show. The private half never leaves this "
          "machine; not even a recording has it, unless that was asked for."}},
    [STEP_EPHEMERAL_KEY] = {OWN_ENTRY,
                            {EXPLAIN_WHO, "A fresh key",
                             "{own} takes a fresh RSA key that is used for this exchange alone.",
                             "Its private half is wiped as soon as it has opened one secret. What "
                             "nobody has, nobody can steal."}},
    [STEP_RANDOM_BYTES] = {NO_ENTRY,
                           {EXPLAIN_WHO, NULL, NULL, "what is made of them is a step of its own"}},
    [STEP_SEEDED_BYTES] = {NO_ENTRY,
                           {EXPLAIN_WHO, NULL, NULL, "what is made of them is a step of its own"}},
    [STEP_HELLO_RANDOM] = {OWN_ENTRY,
                           {EXPLAIN_WHO, "Fresh random bytes", "{own} draws 32 random bytes.",
                            "They are no secret. They make this dialogue differ from every other, "
                            "so that nothing of it can be played again."}},
    [STEP_SECRET_SEALED] =
        {OWN_ENTRY,
         {EXPLAIN_AGREE, SECRET_FOR_PEER,
          "{own} draws 32 secret bytes and locks them with the fresh key of {peer}.",
          "OAEP mixes random padding in first, so that the same secret never looks the same."}},
    [STEP_SECRET_OPENED] =
        {OWN_ENTRY,
         {EXPLAIN_AGREE, "Unlock the secret",
          "{own} unlocks the 32 secret bytes of {peer} with its own fresh key, and wipes that key.",
          "From this moment on nobody can unlock them again, whatever is stolen later."}},
    [STEP_SECRET_REFUSED] =
        {OWN_ENTRY,
         {EXPLAIN_END, "The secret does not open",
          "{own} cannot unlock the secret with its own fresh key: the padding is wrong.",
          "It was locked for another key, or changed on the way. What exactly was wrong is not "
          "told."}},
    [STEP_SIGNED_DIGEST] = {OWN_ENTRY,
                            {EXPLAIN_AGREE, "A short name for all that was said",
                             "{own} hashes every byte of the dialogue so far.",
                             "32 bytes stand for all of it. One changed bit anywhere, and they are "
                             "others. The label in front says whose words they are, so that they "
                             "cannot be sent back to their speaker."}},
    [STEP_SIGNATURE] = {OWN_ENTRY,
                        {EXPLAIN_AGREE, "Sign",
                         "{own} signs that hash with its private identity key.",
                         "Nobody else can. And everybody who knows the public key can check it."}},
    [STEP_SIGNATURE_VERIFIED] =
        {OWN_ENTRY,
         {EXPLAIN_AGREE, "Check the signature",
          "{own} checks the signature with the public key of {peer}: it is good.",
          "So this is the owner of that key, and both sides have seen the same bytes. Had it been "
          "wrong, the session would have ended here, before any private key was used."}},
    [STEP_SIGNATURE_REFUSED] =
        {OWN_ENTRY,
         {EXPLAIN_END, "The signature is wrong",
          "{own} checks the signature with the public key of {peer}: it is wrong.",
          "Either {peer} does not own the key it has shown, or the two sides have not seen the "
          "same bytes: somebody has changed one on the way. No private key is touched."}},
    [STEP_PRK] =
        {OWN_ENTRY,
         {EXPLAIN_AGREE, "The keys of this session",
          "{own} mixes both secrets with all that was said, and draws six keys from the mixture.",
          "One key for each direction and purpose. None says anything about another, and each "
          "depends "
          "on every byte of the dialogue."}},
    [STEP_PRK_REKEY] = {OWN_ENTRY,
                        {EXPLAIN_FRESH, "The fresh keys",
                         "{own} mixes both new secrets with what was said of the re-key and a "
                         "secret of the old keys, and draws six keys.",
                         "Who knows the old keys alone cannot compute the new ones, nor the old "
                         "ones from the new."}},
    [STEP_PRK_RESUMED] =
        {OWN_ENTRY,
         {EXPLAIN_MOVE, "The keys of this port",
          "{own} mixes the secret behind the ticket with both proofs, and draws the keys of this "
          "port.",
          "New keys for a new port: what was known of the old ones is of no use here."}},
    [STEP_C2S_KEY] = {WITH_PREVIOUS, {EXPLAIN_AGREE, NULL, NULL, "encrypts what the client sends"}},
    [STEP_C2S_IV] = {WITH_PREVIOUS, {EXPLAIN_AGREE, NULL, NULL, "starts the client's nonces"}},
    [STEP_S2C_KEY] = {WITH_PREVIOUS, {EXPLAIN_AGREE, NULL, NULL, "encrypts what the server sends"}},
    [STEP_S2C_IV] = {WITH_PREVIOUS, {EXPLAIN_AGREE, NULL, NULL, "starts the server's nonces"}},
    [STEP_EXPORTER_SECRET] = {WITH_PREVIOUS,
                              {EXPLAIN_AGREE, NULL, NULL,
                               "secrets of hand-overs are drawn from it"}},
    [STEP_CHAIN_SECRET] = {WITH_PREVIOUS,
                           {EXPLAIN_AGREE, NULL, NULL,
                            "goes into the next keys, if fresh ones are asked for"}},
    [STEP_KEYS_FOR_SENDING] = {WITH_PREVIOUS, {EXPLAIN_AGREE, NULL, NULL, ""}},
    [STEP_KEYS_FOR_RECEIVING] = {WITH_PREVIOUS, {EXPLAIN_AGREE, NULL, NULL, ""}},
    [STEP_NONCE] =
        {WITH_NEXT,
         {EXPLAIN_TALK, "The number of the message",
          "{own} lays the number of the message over the iv: the nonce.",
          "The number counts the messages of this direction and does not travel: both sides count. "
          "So no two messages are sealed alike, and none can take another's place."}},
    [STEP_RECORD_SEALED] =
        {WITH_FRAME_SENT,
         {EXPLAIN_TALK, "Encrypt",
          "{own} encrypts the message, and adds a tag that covers every byte of it.",
          "The nonce is the number of the message, laid over the iv: never the same twice under "
          "one key."}},
    [STEP_RECORD_OPENED] = {WITH_FRAME_RECEIVED,
                            {EXPLAIN_TALK, "Decrypt",
                             "{own} checks the tag, and then decrypts the message.",
                             "In this order: what is not authentic is never looked at."}},
    [STEP_RECORD_REFUSED] = {OWN_ENTRY,
                             {EXPLAIN_END, "The tag is wrong",
                              "{own} checks the tag, and it is not the right one.",
                              "A bit was changed, or a message was replayed, left out or moved: "
                              "its number is part of the seal. What is inside is not looked at."}},
    [STEP_SESSION_KEY] = {WITH_NEXT,
                          {EXPLAIN_AGREE, "A key for one message",
                           "{own} draws a key K for this one message.",
                           "The course wants a new key for every message."}},
    [STEP_SESSION_KEY_WRAPPED] =
        {WITH_FRAME_SENT,
         {EXPLAIN_AGREE, SECRET_FOR_PEER,
          "{own} draws a key K for this one message, and wraps it: with its own private key, then "
          "with the public key of {peer}.",
          "The second step lets {peer} alone read K. The first was meant as a signature, but "
          "without padding or a hash it proves next to nothing."}},
    [STEP_SESSION_KEY_OPENED] =
        {WITH_FRAME_RECEIVED,
         {EXPLAIN_AGREE, "Unlock the secret",
          "{own} unwraps K: with its own private key, then with the public key of {peer}.",
          "The private key of {own} is the same for years: whoever steals it can unwrap every K "
          "that was ever recorded."}},
    [STEP_SESSION_KEY_REFUSED] =
        {OWN_ENTRY,
         {EXPLAIN_END, "K does not open", "{own} cannot unwrap K: a block does not fit its place.",
          "It was wrapped for another key, or changed on the way: one of the few things that the "
          "textbook suite notices, and by accident."}},
    [STEP_TEXTBOOK_SEALED] =
        {WITH_FRAME_SENT,
         {EXPLAIN_TALK, "Encrypt", "{own} encrypts the message with the classic cipher under K.",
          "No tag is added. What comes out can be changed, and what was changed still decrypts."}},
    [STEP_TEXTBOOK_OPENED] =
        {WITH_FRAME_RECEIVED,
         {EXPLAIN_TALK, "Decrypt", "{own} decrypts the message with K.",
          "It takes whatever comes out, as there is nothing to check it against."}},
    [STEP_TEXTBOOK_REFUSED] = {OWN_ENTRY,
                               {EXPLAIN_END, "The padding is wrong",
                                "{own} decrypts the message, and it does not end right.",
                                "This is no check against changes: most of them go through."}},
    [STEP_TICKET] =
        {WITH_NEXT,
         {EXPLAIN_MOVE, "A ticket",
          "{own} draws a ticket: 16 random bytes that name this hand-over.",
          "It will cross the line openly at the new port, so it proves nothing by itself."}},
    [STEP_EXPORTER] = {WITH_NEXT,
                       {EXPLAIN_MOVE, "From K to a secret",
                        "{own} hashes K, the key of the message with the port.",
                        "The textbook suite has no key of the whole session; K stands in for it."}},
    [STEP_TICKET_SECRET] =
        {OWN_ENTRY,
         {EXPLAIN_MOVE, "The secret behind the ticket",
          "{own} draws a secret for this hand-over from the keys of the session and the ticket.",
          "Both sides can, and nobody else. It says nothing about the keys it came from."}},
    [STEP_RESUME_CLIENT_KEY] =
        {WITH_NEXT,
         {EXPLAIN_MOVE, "The key of the proof",
          "{own} draws the key of the client's proof from the secret behind the ticket.",
          "The two proofs have two keys, so one cannot be passed off as the other."}},
    [STEP_RESUME_SERVER_KEY] =
        {WITH_NEXT,
         {EXPLAIN_MOVE, "The key of the proof",
          "{own} draws the key of the server's proof from the secret behind the ticket.",
          "The two proofs have two keys, so one cannot be passed off as the other."}},
    [STEP_CLIENT_MAC] = {OWN_ENTRY,
                         {EXPLAIN_MOVE, "The proof",
                          "{own} computes the client's proof over the ticket and r.",
                          "Only who knows the secret behind the ticket can."}},
    [STEP_SERVER_MAC] = {OWN_ENTRY,
                         {EXPLAIN_MOVE, "The proof",
                          "{own} computes the server's proof over the ticket, r and r'.",
                          "Only who knows the secret behind the ticket can."}},
    [STEP_CLIENT_MAC_EXPECTED] = {WITH_NEXT,
                                  {EXPLAIN_MOVE, "The proof",
                                   "{own} computes the client's proof over the ticket and r.",
                                   "Only who knows the secret behind the ticket can."}},
    [STEP_SERVER_MAC_EXPECTED] = {WITH_NEXT,
                                  {EXPLAIN_MOVE, "The proof",
                                   "{own} computes the server's proof over the ticket, r and r'.",
                                   "Only who knows the secret behind the ticket can."}},
    [STEP_CLIENT_MAC_VERIFIED] =
        {OWN_ENTRY,
         {EXPLAIN_MOVE, "Check the proof",
          "{own} compares ticket and proof with its own: this is the client it waits for.",
          "A stranger on this port would have been sent away here."}},
    [STEP_CLIENT_MAC_REFUSED] =
        {OWN_ENTRY,
         {EXPLAIN_END, "A stranger on the port",
          "{own} compares ticket and proof with its own: they are not right.",
          "Whoever came first is not the client that this port waits for, and is sent away."}},
    [STEP_SERVER_MAC_VERIFIED] =
        {OWN_ENTRY,
         {EXPLAIN_MOVE, "Check the proof",
          "{own} compares the proof with its own: this is the server it came from.",
          "A false server on this port would have been found out here."}},
    [STEP_SERVER_MAC_REFUSED] =
        {OWN_ENTRY,
         {EXPLAIN_END, "A false server", "{own} compares the proof with its own: it is not right.",
          "Whoever answers here does not know the secret behind the ticket."}},
};

/* --- verdicts and ends ------------------------------------------------------------------------ */

static const struct explanation client_knows = {
    EXPLAIN_WHO, "Is this the right server?",
    "{own} looks at the server's key, and takes it for the server's.",
    "It is the key that was known or named before, or the first one that this server has shown. "
    "The fingerprint below is what people compare."};
static const struct explanation client_knows_not = {
    EXPLAIN_WHO, "Is this the right server?", "{own} does not know the server's key, and hangs up.",
    "The fingerprint below must be the one on the server's own screen. A person compares them, and "
    "names it: --server-key. --accept-new takes the first key that is shown."};
static const struct explanation server_allows = {
    EXPLAIN_WHO, "Are you allowed?", "{own} looks the client's key up in its list: it may come in.",
    "The list is allowed.csv, a table of names and public keys. Who is not in it gets no further."};

static const struct {
    enum channel_error error;
    struct explanation explanation;
} verdicts[] = {
    {CHANNEL_ERR_NOT_ALLOWED,
     {EXPLAIN_WHO, "Are you allowed?",
      "{own} looks the client's key up in its list, does not find it, and hangs up.",
      "The list is allowed.csv. The refused key is kept in pending.csv, so that a person can look "
      "at its fingerprint and let it in."}},
    {CHANNEL_ERR_KEY_CHANGED,
     {EXPLAIN_WHO, "Is this the right server?",
      "{own} knows another key for this server, and hangs up.",
      "Either the server has got a new key, or somebody else answers in its place. Only people can "
      "find out which."}},
    {CHANNEL_ERR_BUSY,
     {EXPLAIN_WHO, "Are you allowed?", "{own} has no place free, and hangs up.",
      "The key may be a good one. It is no use trying at once again."}},
};
static const struct explanation refused = {EXPLAIN_WHO, "Refused",
                                           "{own} does not take the key of {peer}, and hangs up.",
                                           "The reason stands at the end of the conversation."};

static const struct {
    enum channel_error error;
    struct explanation explanation;
} ends[] = {
    {CHANNEL_OK,
     {EXPLAIN_END, "A good end", "Both sides have said goodbye.",
      "All that was said has arrived: a gap would have been noticed."}},
    {CHANNEL_ERR_AUTH,
     {EXPLAIN_END, "Not authentic",
      "{own} has found a signature, a secret or a tag that is wrong, and ends the session.",
      "Somebody has changed the bytes, or does not have the key. Which check it was is not told to "
      "the other side: an attacker would learn from it."}},
    {CHANNEL_ERR_NOT_ALLOWED,
     {EXPLAIN_END, "Refused: not allowed", "The client's key is not in the server's list.",
      "Nothing was agreed on, and nothing was said."}},
    {CHANNEL_ERR_KEY_CHANGED,
     {EXPLAIN_END, "Refused: another key", "The server's key is not the one that was known before.",
      "Nothing was said that this server could have read."}},
    {CHANNEL_ERR_TRUNCATED,
     {EXPLAIN_END, "The line was cut", "The line ended without a goodbye.",
      "What came whole before the cut is authentic. Whether more was to come, nobody knows."}},
    {CHANNEL_ERR_TICKET,
     {EXPLAIN_END, "A stranger", "The ticket is not the one that this port waits for.",
      "The port goes on waiting for its own client."}},
    {CHANNEL_ERR_TIMEOUT,
     {EXPLAIN_END, "Silence", "The other side was silent for too long.",
      "A side that says nothing must not hold a place for ever."}},
    {CHANNEL_ERR_SHUTDOWN,
     {EXPLAIN_END, "The server goes home", "The server is going down.", "It has said so itself."}},
};
static const struct explanation unknown_server = {
    EXPLAIN_END, "Refused: an unknown server", "The client does not know the server's key.",
    "Nothing was said that this server could have read."};
static const struct explanation good_end_of_textbook = {
    EXPLAIN_END, "A good end", "Both sides have said goodbye.",
    "Whether all that was said has arrived, nobody can tell here."};
static const struct explanation ended_by_us = {EXPLAIN_END, "Ended with an error",
                                               "{own} ends the session: {text}.",
                                               "The first error ends it; there is no second try."};
static const struct explanation ended_by_peer = {
    EXPLAIN_END, "Ended by the other side", "{peer} ends the session: {text}.",
    "The first error ends it; there is no second try."};
/* --- what a listener knows -------------------------------------------------------------------- */

/* A line is true if all of one are seen and none of the other. */
struct fact {
    unsigned with, without;
    const char *text;
};
#define BOTH_KEYS (SEEN_CLIENT_KEY | SEEN_SERVER_KEY)

static const struct fact learned[] = {
    {0, SEEN_MOVED, "The addresses and the port, and when it was."},
    {SEEN_MOVED, 0, "The addresses, the two ports, and when it was."},
    {SEEN_CLIENT_KEY, SEEN_SERVER_KEY | SEEN_TEXTBOOK,
     "The client's public key: a listener can recognise it next time."},
    {BOTH_KEYS, SEEN_TEXTBOOK,
     "Both public keys: a listener can recognise the same people next time."},
    {SEEN_CLIENT_KEY | SEEN_TEXTBOOK, SEEN_SERVER_KEY,
     "The client's public key, and who says it is taken for its owner."},
    {BOTH_KEYS | SEEN_TEXTBOOK, 0,
     "Both public keys, and who says one of them is taken for its owner."},
    {0, 0, "How many messages there were, how long each is, and when each was sent."},
    {SEEN_TALKED | SEEN_TEXTBOOK, 0,
     "What was said to a side, the day its private key is stolen: every K is in these bytes."},
    {SEEN_TALKED | SEEN_TEXTBOOK, 0,
     "Where to flip a bit, and which message to play again: nothing would notice."},
};
static const struct fact hidden[] = {
    {0, SEEN_TALKED, "There is nothing more to know: nothing secret was said."},
    {SEEN_TALKED, SEEN_TEXTBOOK, "What was said, and by which names people go."},
    {SEEN_TALKED, SEEN_TEXTBOOK,
     "The keys of the session; nor can they be had later, with a stolen identity key."},
    {SEEN_TALKED, SEEN_TEXTBOOK,
     "A way to change, repeat or leave out a message: it would be noticed."},
    {SEEN_TALKED | SEEN_TEXTBOOK, 0,
     "What was said, as long as the classic cipher holds. Most of them do not hold long."},
};

/* --- looking up ------------------------------------------------------------------------------- */

const struct explanation *explanation_of_message(enum wire_message message, bool textbook)
{
    const struct explanation *row = messages[message <= WIRE_MESSAGES ? message : WIRE_MESSAGES];
    return textbook && row[1].title ? &row[1] : &row[0];
}

const struct explanation *explanation_of_step(enum channel_step step)
{
    return &steps[step].explanation;
}

enum step_place explain_place(enum channel_step step)
{
    return steps[step].place;
}

const struct explanation *explanation_of_verdict(enum channel_error verdict,
                                                 enum channel_role judge)
{
    if (verdict == CHANNEL_OK)
        return judge == CHANNEL_CLIENT ? &client_knows : &server_allows;
    if (verdict == CHANNEL_ERR_NOT_ALLOWED && judge == CHANNEL_CLIENT)
        return &client_knows_not;
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
        if (verdicts[i].error == verdict)
            return &verdicts[i].explanation;
    return &refused;
}

const struct explanation *explanation_of_end(enum channel_error error, enum channel_role own,
                                             bool by_peer, bool textbook)
{
    const enum channel_role ends_it = by_peer ? !own : own;
    if (error == CHANNEL_OK && textbook)
        return &good_end_of_textbook;
    if (error == CHANNEL_ERR_NOT_ALLOWED && ends_it == CHANNEL_CLIENT)
        return &unknown_server;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (ends[i].error == error && !(by_peer && error == CHANNEL_ERR_AUTH))
            return &ends[i].explanation;
    return by_peer ? &ended_by_peer : &ended_by_us;
}

static const char *find_fact(const struct fact *facts, size_t count, unsigned seen, size_t index)
{
    for (size_t i = 0; i < count; i++)
        if ((facts[i].with & ~seen) == 0 && (facts[i].without & seen) == 0 && index-- == 0)
            return facts[i].text;
    return NULL;
}

const char *explain_learned(unsigned seen, size_t index)
{
    return find_fact(learned, sizeof(learned) / sizeof(learned[0]), seen, index);
}

const char *explain_hidden(unsigned seen, size_t index)
{
    return find_fact(hidden, sizeof(hidden) / sizeof(hidden[0]), seen, index);
}

/* --- filling in ------------------------------------------------------------------------------- */

static const char *word_for(char number[32], const char *place, size_t length,
                            const struct explain_parties *parties)
{
    const char *const names[2] = {
        [CHANNEL_CLIENT] = parties->client, [CHANNEL_SERVER] = parties->server};
    const char *actor = names[parties->actor], *other = names[!parties->actor];
    const struct {
        const char *place, *word;
    } words[] = {{"client", parties->client},
                 {"server", parties->server},
                 {"from", actor},
                 {"own", actor},
                 {"to", other},
                 {"peer", other},
                 {"text", parties->text ? parties->text : ""}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strlen(words[i].place) == length && strncmp(words[i].place, place, length) == 0)
            return words[i].word;
    if (strncmp(place, "port", length) == 0 && parties->port == 0)
        return "a new one";
    if (strncmp(place, "port", length) == 0)
        snprintf(number, 32, "%u", parties->port);
    else
        snprintf(number, 32, "%zu byte%s", parties->bytes, parties->bytes == 1 ? "" : "s");
    return number;
}

const char *explain_text_fill(char out[EXPLAIN_TEXT_BYTES], const char *sentence,
                              const struct explain_parties *parties)
{
    size_t length = 0;
    bool begins = true;
    for (const char *at = sentence; *at && length + 1 < EXPLAIN_TEXT_BYTES; at++) {
        char number[32];
        char letter[2] = {*at, 0};
        const char *word = letter, *end = *at == '{' ? strchr(at, '}') : NULL;
        if (end) {
            word = word_for(number, at + 1, (size_t)(end - at - 1), parties);
            at = end;
        }
        for (; *word && length + 1 < EXPLAIN_TEXT_BYTES; word++) {
            out[length++] = begins ? (char)toupper((unsigned char)*word) : *word;
            begins = begins && isspace((unsigned char)*word);
        }
        begins = begins || (*at == ' ' && length >= 2 && strchr(".!?", out[length - 2]));
    }
    out[length] = 0;
    return out;
}
