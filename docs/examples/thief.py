#!/usr/bin/env python3
"""Lesson 08: somebody has listened to a session, and later steals one private key. What can be read?

Takes a recording made without secrets (--record: what a listener has, and nothing more) and the
stolen key file. Opens the records of the textbook suite with vernam; tries what there is to try on
the modern one. docs/protocol.md is all that it knows; Python's own library is all that it needs.

usage: thief.py RECORDING STOLEN.key.csv
"""

import csv
import hashlib
import json
import sys

HELLO, EXCHANGE, RECORD = 1, 2, 3
VERNAM, MODERN = 0x0103, 0x0001


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
    """(channel, direction, type, body) of every frame on the line."""
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    client = {}
    for line in lines:
        if line["kind"] == "open":
            client[line["channel"]] = line["role"] == "client"
        elif line["kind"] == "frame":
            to_server = client[line["channel"]] == line["sent"]
            frame = bytes.fromhex(line["frame"]["hex"])
            yield line["channel"], "C->S" if to_server else "S->C", frame[0], frame[4:]


def hello(body):
    fields = Cursor(body)
    fields.take(2)
    suite = int.from_bytes(fields.string()[:2], "big")
    fields.string()  # random
    n, e = (int.from_bytes(fields.string(), "big") for _ in range(2))
    return suite, {"n": n, "e": e}


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


# --- modern: the stolen key is not the one that the secret was sent to --------------------------------


def mgf1(seed, count):
    out = b"".join(hashlib.sha256(seed + i.to_bytes(4, "big")).digest() for i in range(count // 32 + 1))
    return out[:count]


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def oaep_opens(sealed, key):
    """RFC 8017 7.1.2: whether this key takes the padding off."""
    size = sizes(key["n"])[1]
    number = int.from_bytes(sealed, "big")
    if number >= key["n"]:
        return False
    padded = pow(number, key["d"], key["n"]).to_bytes(size, "big")
    seed = xor(padded[1:33], mgf1(padded[33:], 32))
    block = xor(padded[33:], mgf1(seed, size - 33))
    return padded[0] == 0 and block.startswith(hashlib.sha256(b"").digest())


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    stolen, keys, suite = read_key(sys.argv[2]), {}, None
    for _, direction, kind, body in frames(sys.argv[1]):
        if kind == HELLO:
            suite, keys[direction] = hello(body)
            mine = keys[direction]["n"] == stolen["n"]
            print(f"{direction}  hello, key of {keys[direction]['n'].bit_length()} bits{': the stolen one' if mine else ''}")
        elif kind == EXCHANGE:
            opens = oaep_opens(Cursor(body).string(), stolen)
            print(f"{direction}  half of the secret: {'opened' if opens else 'the stolen key does not open it'}")
        elif kind == RECORD and suite == MODERN:
            print(f"{direction}  record, {len(body)} bytes: no key for it")
        elif kind == RECORD and suite == VERNAM:
            receiver = keys["S->C" if direction == "C->S" else "C->S"]
            if receiver["n"] == stolen["n"]:
                print(f"{direction}  record: {open_textbook(body, stolen, keys[direction])!r}")
            else:
                print(f"{direction}  record for the other key, {len(body)} bytes")
        elif kind == RECORD:
            sys.exit("this thief knows the cipher vernam alone")


if __name__ == "__main__":
    main()
