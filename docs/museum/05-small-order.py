#!/usr/bin/env python3
"""Exhibit 5: p = 19 is prime, but g = 25 mod 19 = 6 comes back to 1 after nine steps."""

P, G = 19, 25


def accept(g, p):
    return 1 < g % p < p - 1


# --- the visitor: how many different powers of g are there? ---
if accept(G, P):
    powers = {pow(G, i, P) for i in range(P)}
    if len(powers) < P - 1:
        raise SystemExit(f"falls: g was accepted, and has {len(powers)} powers, not {P - 1}")
print("stands: g is refused, its order is less than p - 1")
