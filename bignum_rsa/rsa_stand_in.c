/* A key with a stand-in: see rsa_stand_in.h. rsa_private asks it. */
#include "rsa_stand_in.h"

#include "rsa_key_internal.h"

struct rsa_key *rsa_key_view_by(const struct rsa_key *key, const struct rsa_stand_in *stand_in)
{
    struct rsa_key *view = rsa_key_view(key, key->listener);
    if (view)
        view->stand_in = stand_in;
    return view;
}
