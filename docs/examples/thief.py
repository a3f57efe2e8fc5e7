#!/usr/bin/env python3
"""Lessons 08 and 09: somebody has listened to a session, and later gets hold of a key. What can be read?

Takes a recording made without secrets (--record: what a listener has, and nothing more) and the
stolen key file. Opens what the textbook suite has sent to that key, with vernam. In the modern suites
the identity key opens nothing; but who also has a fresh private key of X25519, 64 hexadecimal digits
in the file FRESH, opens all of modern:x25519. For modern the secret of ML-KEM has to stand there, too,
in a second line. docs/protocol.md is all that it knows; Python's own library is all that it needs.

usage: thief.py RECORDING STOLEN.key.csv [FRESH]
"""

import csv
import hashlib
import hmac
import json
import struct
import sys

HELLO, EXCHANGE, RECORD, RESUME = 1, 2, 3, 4
VERNAM, MODERN_X25519, MODERN = 0x0103, 0x0002, 0x0003
PORT = 2  # the first byte of the message that names one


class Cursor:
    def __init__(self, data):
        self.data = data

    def take(self, count):
        part, self.data = self.data[:count], self.data[count:]
        return part

    def string(self):
        return self.take(int.from_bytes(self.take(2), "big"))


def read_key(path):
    with open(path, newline="", encoding="utf-8") as file:
        fields = dict(row[:2] for row in csv.reader(file))
    return {name: int(fields[name], 16) for name in ("n", "e", "d")}


def frames(path):
    """(channel, direction, frame) of every frame on the line."""
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    client = {}
    for line in lines:
        if line["kind"] == "open":
            client[line["channel"]] = line["role"] == "client"
        elif line["kind"] == "frame":
            to_server = client[line["channel"]] == line["sent"]
            yield line["channel"], "C->S" if to_server else "S->C", bytes.fromhex(line["frame"]["hex"])


def hello(body):
    fields = Cursor(body)
    fields.take(2)
    suite = int.from_bytes(fields.string()[:2], "big")
    fields.string()  # random
    n, e = (int.from_bytes(fields.string(), "big") for _ in range(2))
    return suite, {"n": n, "e": e}, fields.string()


# --- textbook: take off the outer power, then the inner one; docs/protocol.md, "wrap" ----------------


def sizes(n):
    return (n.bit_length() - 1) // 8, (n.bit_length() + 7) // 8


def unwrap(wrapped, receiver, sender, key_bytes=16):
    small, large = sizes(receiver["n"])
    left, joined = sizes(sender["n"])[1], b""
    for at in range(0, len(wrapped), large):
        block = pow(int.from_bytes(wrapped[at:at + large], "big"), receiver["d"], receiver["n"])
        joined += block.to_bytes(large, "big")[-min(small, left):]
        left -= min(small, left)
    key = pow(int.from_bytes(joined, "big"), sender["e"], sender["n"])
    return key.to_bytes(sizes(sender["n"])[1], "big")[-key_bytes:]


def vernam(key, data):
    return bytes(byte ^ key[i % len(key)] for i, byte in enumerate(data))


def open_textbook(body, receiver, sender):
    fields = Cursor(body)
    return vernam(unwrap(fields.string(), receiver, sender), fields.data)[1:]


# --- modern: nothing was sent to the stolen key; a fresh one is another matter ------------------------


def x25519(private, point):
    """RFC 7748 5, the Montgomery ladder."""
    p = 2**255 - 19
    k = int.from_bytes(private, "little") & (2**254 - 8) | 2**254
    x1 = int.from_bytes(point, "little") % 2**255
    x2, z2, x3, z3 = 1, 0, x1, 1
    for bit in range(254, -1, -1):
        if k >> bit & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
        sum2, sum3, difference2, difference3 = x2 + z2, x3 + z3, x2 - z2, x3 - z3
        a, b, da, cb = sum2**2, difference2**2, difference3 * sum2, sum3 * difference2
        x3, z3 = (da + cb)**2 % p, x1 * (da - cb)**2 % p
        x2, z2 = a * b % p, (a - b) * (a + 121665 * (a - b)) % p
        if k >> bit & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, p - 2, p) % p).to_bytes(32, "little")


def expand(secret, label, count=32):
    """HKDF-Expand (RFC 5869 2.3) to 32 bytes at most."""
    return hmac.digest(secret, label + b"\x01", "sha256")[:count]


def chacha20(key, nonce, data):
    """RFC 8439 2.4, from block 1. The tag behind the data is not looked at: a thief does not mind."""
    out = b""
    for at in range(0, len(data), 64):
        begin = struct.unpack("<16I", b"expand 32-byte k" + key + (1 + at // 64).to_bytes(4, "little") + nonce)
        s = list(begin)
        for _ in range(10):
            for i, shift in ((0, 0), (1, 0), (2, 0), (3, 0), (0, 1), (1, 1), (2, 1), (3, 1)):
                a, b, c, d = (4 * row + (i + shift * row) % 4 for row in range(4))
                for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                    s[x] = (s[x] + s[y]) % 2**32
                    mixed = s[z] ^ s[x]
                    s[z] = (mixed << turn | mixed >> 32 - turn) % 2**32
        stream = struct.pack("<16I", *((x + y) % 2**32 for x, y in zip(s, begin)))
        out += bytes(x ^ y for x, y in zip(data[at:at + 64], stream))
    return out


class Modern:
    """The keys of a session, from its first port to the last; none without a fresh private key. kem: the
    secret of ML-KEM, for the suite modern alone."""

    def __init__(self, fresh, kem=None):
        self.fresh, self.kem, self.transcript, self.shares, self.keys = fresh, kem, b"", {}, {}
        self.secret = None  # of the ticket, for the next port

    def draw_keys(self, suite=MODERN_X25519):
        secret, self.secret = self.secret, None
        for direction, peer in (("C->S", "S->C"), ("S->C", "C->S")):
            if self.fresh and x25519(self.fresh, (9).to_bytes(32, "little")) == self.shares.get(direction, b"")[:32]:
                secret = x25519(self.fresh, self.shares[peer][:32])
                if suite == MODERN and not self.kem:
                    print("      X25519's secret is there; without that of ML-KEM there are no keys")
                secret = secret if suite == MODERN_X25519 else secret + self.kem if self.kem else None
        if secret:
            prk = hmac.digest(hashlib.sha256(self.transcript).digest(), secret, "sha256")
            for direction, name in (("C->S", b"glassbox-v2 c2s "), ("S->C", b"glassbox-v2 s2c ")):
                self.keys[direction] = [expand(prk, name + b"key"), expand(prk, name + b"iv", 12), 0]
            self.exporter = expand(prk, b"glassbox-v2 exporter")
        self.transcript, self.shares = b"", {}

    def open(self, direction, body):
        if direction not in self.keys:
            return f"record, {len(body)} bytes: no key for it"
        key, iv, number = self.keys[direction]
        self.keys[direction][2] += 1
        nonce = (int.from_bytes(iv, "big") ^ number).to_bytes(12, "big")
        text = chacha20(key, nonce, body[:-16])
        if text[0] == PORT:
            self.secret = expand(self.exporter, b"glassbox-v2 ticket" + text[3:])
            return f"record: the talk goes on at port {int.from_bytes(text[1:3], 'big')}, and the ticket for it"
        return f"record: {text[1:]!r}"


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    stolen, keys, suite, last = read_key(sys.argv[2]), {}, None, None
    fresh = [bytes.fromhex(line) for line in open(sys.argv[3], encoding="ascii")] if len(sys.argv) == 4 else []
    modern = Modern(*fresh[:2]) if fresh else Modern(None)
    for channel, direction, frame in frames(sys.argv[1]):
        kind, body = frame[0], frame[4:]
        if channel != last:
            modern.keys, last = {}, channel
        if kind != RECORD:
            modern.transcript += frame
        if kind == HELLO:
            suite, keys[direction], share = hello(body)
            modern.shares[direction] = share
            mine = keys[direction]["n"] == stolen["n"]
            print(f"{direction}  hello, key of {keys[direction]['n'].bit_length()} bits{': the stolen one' if mine else ''}")
        elif kind == EXCHANGE:
            print(f"{direction}  a signature: nothing in it is encrypted")
        if kind in (EXCHANGE, RESUME) and direction == "S->C":
            modern.draw_keys(suite)
        if kind == RECORD and suite in (MODERN, MODERN_X25519):
            print(f"{direction}  {modern.open(direction, body)}")
        elif kind == RECORD and suite == VERNAM:
            receiver = keys["S->C" if direction == "C->S" else "C->S"]
            if receiver["n"] == stolen["n"]:
                print(f"{direction}  record: {open_textbook(body, stolen, keys[direction])!r}")
            else:
                print(f"{direction}  record for the other key, {len(body)} bytes")
        elif kind == RECORD:
            sys.exit("this thief knows modern and modern:x25519, and of the textbook suites vernam alone")


if __name__ == "__main__":
    main()
