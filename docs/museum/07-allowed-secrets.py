#!/usr/bin/env python3
"""Exhibit 7: the list of those who are allowed holds the shared secrets of their last talks."""
import secrets

P, G = 2**127 - 1, 3
SERVER = secrets.randbelow(P - 2) + 2
allowed = set()


def entry(client_public, K):
    return K


def enrol(client_private):
    client_public = pow(G, client_private, P)
    allowed.add(entry(client_public, pow(client_public, SERVER, P)))


def is_allowed(client_public):
    return entry(client_public, pow(client_public, SERVER, P)) in allowed


# --- the visitor: anna is enrolled, makes a new exponent for her next talk, and somebody reads the list ---
anna = secrets.randbelow(P - 2) + 2
enrol(anna)
stolen = next(iter(allowed))
if stolen == pow(pow(G, anna, P), SERVER, P):
    raise SystemExit("falls: who reads the list has the keys of the talks; and a fresh key is a stranger: "
                     f"{is_allowed(pow(G, anna + 1, P))}")
print(f"stands: the list has nothing that is secret, and anna is known by it: {is_allowed(pow(G, anna, P))}")
