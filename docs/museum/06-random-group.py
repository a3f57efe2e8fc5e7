#!/usr/bin/env python3
"""Exhibit 6: p and g are drawn at random below 250, fresh for each talk."""
import random

rng = random.Random(6)  # a seed, so that you see what the page shows


def group():
    return rng.randrange(5, 250), rng.randrange(2, 250)


# --- the visitor: draws two hundred groups, and tries all exponents of each ---
solved = 0
for _ in range(200):
    p, g = group()
    A = pow(g, rng.randrange(1, p), p)
    guess = next((x for x in range(1, p) if pow(g, x, p) == A), None) if p < 2**20 else None
    solved += guess is not None
if solved:
    raise SystemExit(f"falls: of 200 talks, {solved} gave up their exponent, after 249 tries at most")
print("stands: nobody tries that many exponents")
