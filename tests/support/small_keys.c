/* Small public keys. */
#include "small_keys.h"

#include <stdio.h>
#include <stdlib.h>

struct rsa_key *small_key(unsigned index)
{
    char n[32];
    const char *const numbers[RSA_NUMBERS] = {[RSA_N] = n, [RSA_E] = "17"};
    struct rsa_key *key;
    snprintf(n, sizeof(n), "0xc%014x1", index); /* 64 bits, odd */
    if (rsa_key_from_text(&key, numbers, NULL) != RSA_OK)
        abort();
    return key;
}

bool small_list_remove(const char *path, const char *word, struct allow_entry *removed,
                       struct problem *problem)
{
    struct allow_edit *edit;
    if (!allow_edit_begin(&edit, path, problem))
        return false;
    const struct allow_entry *entry = allow_list_find_word(allow_edit_before(edit), word, problem);
    if (entry && removed)
        *removed = *entry;
    if (entry)
        allow_edit_remove(edit, entry);
    bool done = entry && allow_edit_write(edit, problem);
    allow_edit_end(edit);
    return done;
}
