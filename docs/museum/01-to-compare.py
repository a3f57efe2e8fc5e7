#!/usr/bin/env python3
"""Exhibit 1: both sides send the shared secret, to see whether they have the same one."""
import hashlib
import secrets

P, G = 2**127 - 1, 3


def compare(wire, name, secret):
    wire.append(f"{name}: K = {secret}")


def talk():
    wire = []
    a, b = (secrets.randbelow(P - 2) + 2 for _ in range(2))
    wire += [f"client: A = {pow(G, a, P)}", f"server: B = {pow(G, b, P)}"]
    K = pow(pow(G, b, P), a, P)
    compare(wire, "client", K)
    compare(wire, "server", K)
    return wire, K


# --- the visitor: has the wire, and nothing else ---
wire, K = talk()
if any(str(K) in line for line in wire):
    raise SystemExit("falls: K stands on the wire: " + wire[2][:32] + "...")
print("stands: both sides compared, and K is not on the wire")
