#!/usr/bin/env python3
"""Exhibit 2: the other side's public value is taken as the secret. It even works: as long as nobody listens."""
import secrets

P, G = 2**127 - 1, 3


def shared(own_private, own_public, their_public):
    return own_public * their_public % P  # the same on both sides!


a, b = (secrets.randbelow(P - 2) + 2 for _ in range(2))
A, B = pow(G, a, P), pow(G, b, P)
K = shared(a, A, B)
assert K == shared(b, B, A)

# --- the visitor: saw A and B, and tries what can be made of them ---
if K in (A, B, A * B % P, (A + B) % P, A ^ B):
    raise SystemExit("falls: K is made of A and B, and both crossed the wire")
print("stands: K is none of A, B, A * B, A + B, A xor B")
