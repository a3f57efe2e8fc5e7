#!/usr/bin/env python3
"""Exhibit 4: p = 123456, because it is easy to remember."""

P, G = 123456, 5


def public(private):
    return pow(G, private, P)


# --- the visitor: counts how many different public values there can be ---
values, x = set(), G % P
while x not in values:
    values.add(x)
    x = x * G % P
if len(values) < (P - 1) // 2:
    raise SystemExit(f"falls: {len(values)} public values in all; a list of them is made in a moment")
print(f"stands: {len(values)} public values, every second number at least (and p is still for paper)")
