#!/usr/bin/env python3
"""Prints x25519_table.inc: constants of x25519_public, worked out anew from RFC 7748 4.1.

The curve is v^2 = u^3 + A u^2 + u. With B the base point and S the point of order four at u = 1, the
first line is u(B - S); then, for i = 0 ... 251, (u + 1) / (u - 1) of u = u(2^i B). A line is four words
of 64 bits, the lowest first.
"""
P = 2**255 - 19
A = 486662


def over(a, b):
    return a * pow(b, P - 2, P) % P


def v(u):
    """One of the two v of a point, by p = 5 mod 8."""
    square = (u**3 + A * u**2 + u) % P
    root = pow(square, (P + 3) // 8, P)
    if root * root % P != square:
        root = root * pow(2, (P - 1) // 4, P) % P
    assert root * root % P == square
    return root


def row(x):
    return "{{" + ", ".join(f"0x{x >> 64 * i & 2**64 - 1:016x}" for i in range(4)) + "}},"


u = 9
slope = over(v(u) + v(1), u - 1)
print("/* Printed by x25519_table.py. */")
print(row((slope**2 - A - u - 1) % P))
for _ in range(252):
    print(row(over(u + 1, u - 1)))
    u = over((u * u - 1)**2, 4 * u * (u * u + A * u + 1))
