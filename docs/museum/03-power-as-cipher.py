#!/usr/bin/env python3
"""Exhibit 3: x -> x^K mod 23 is the cipher, and the decipher too."""

P, K = 23, 6


def encrypt(x):
    return pow(x, K, P)


def decrypt(y):
    return pow(y, K, P)


# --- the visitor: sends every number there is ---
lost = [x for x in range(1, P) if decrypt(encrypt(x)) != x]
if lost:
    raise SystemExit(f"falls: {len(lost)} of {P - 1} numbers do not come back; 2 becomes {encrypt(2)}, then {decrypt(encrypt(2))}")
print(f"stands: all {P - 1} numbers come back")
