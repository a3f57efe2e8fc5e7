/*
 * Telling a listener: what a key and an agreement are made of. See dh.h.
 */
#include "agreement_memory.h"
#include "dh_internal.h"

static void tell(const struct dh_listener *listener, struct dh_step step, const uint8_t *bytes,
                 size_t count)
{
    for (; count > 0 && *bytes == 0; count--)
        bytes++;
    step.is_number = true;
    step.bytes = bytes;
    step.count = count;
    listener->hear(listener->context, &step);
}

void dh_tell_key(const struct dh_listener *listener, const struct dh_key *key)
{
    if (!listener)
        return;
    const char *own = listener->answers ? "b" : "a";
    const struct {
        enum dh_number number;
        struct dh_step step;
    } steps[] = {
        {DH_P, {.name = "p", .formula = "the modulus", .section = "RFC 2631 2"}},
        {DH_G, {.name = "g", .formula = "the generator", .section = "RFC 2631 2"}},
        {DH_PRIVATE,
         {.name = own,
          .formula = "the private exponent",
          .section = "SP 800-56A 5.6.1.1.4",
          .is_private = true}},
        {DH_PUBLIC,
         {.name = listener->answers ? "B" : "A",
          .formula = listener->answers ? "g^b mod p" : "g^a mod p",
          .section = "SP 800-56A 5.6.1.1.4",
          .power = {"g", own, "p"}}},
    };
    uint8_t bytes[DH_MAX_BYTES] = {0};
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        tell(listener, steps[i].step, bytes,
             dh_key_number(key, steps[i].number, bytes, sizeof(bytes)));
    agreement_wipe(bytes, sizeof(bytes));
}

void dh_tell_secret(const struct dh_listener *listener, const uint8_t *peer, size_t peer_bytes,
                    const uint8_t *K, size_t bytes)
{
    if (!listener)
        return;
    const char *theirs = listener->answers ? "A" : "B";
    tell(listener,
         (struct dh_step){.name = theirs,
                          .formula = "the peer's public number",
                          .section = "SP 800-56A 5.7.1.1"},
         peer, peer_bytes);
    tell(listener,
         (struct dh_step){.name = "K",
                          .formula = listener->answers ? "A^b mod p" : "B^a mod p",
                          .section = "SP 800-56A 5.7.1.1",
                          .is_private = true,
                          .power = {theirs, listener->answers ? "b" : "a", "p"}},
         K, bytes);
}
