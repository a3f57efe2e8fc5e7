#!/usr/bin/env python3
"""Lesson 03: shows another person's public key to a chat server, without the private one, and tells
how far that goes. docs/protocol.md is all that it knows; Python's own library is all that it needs.

usage: impostor.py SOMEBODY.pub.csv modern|textbook [PORT]     against a server on this machine
"""

import csv
import os
import socket
import sys

VERSION, SUITES = 2, {"modern": 0x0003, "textbook": 0x0105}
HELLO, EXCHANGE, RECORD, RESUME, ALERT = range(1, 6)
NAMES = {HELLO: "hello", EXCHANGE: "exchange", RECORD: "record", RESUME: "resume", ALERT: "alert"}


def string(data):
    return len(data).to_bytes(2, "big") + data


def mpint(number):
    return string(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def frame(kind, body):
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def read_public(path):
    with open(path, newline="", encoding="utf-8") as file:
        fields = dict(row[:2] for row in csv.reader(file))
    return int(fields["n"], 16), int(fields["e"], 16)


def fresh_keys():
    """Such as nobody has drawn: 32 bytes for X25519, and for ML-KEM 768 numbers below 3329, and a seed."""
    return os.urandom(32) + bytes(768 * 12 // 8) + os.urandom(32)


def hello(suite, n, e):
    body = VERSION.to_bytes(2, "big") + string(SUITES[suite].to_bytes(2, "big"))
    random, share = (os.urandom(32), fresh_keys()) if suite == "modern" else (b"", b"")
    return body + string(random) + mpint(n) + mpint(e) + string(share)


def receive(line):
    """The next frame, or None when the server has hung up."""
    header = line.recv(4, socket.MSG_WAITALL)
    if len(header) < 4:
        return None, b""
    body = line.recv(int.from_bytes(header[1:], "big"), socket.MSG_WAITALL)
    print(f"server -> impostor  {NAMES[header[0]]}, {len(body)} bytes")
    return header[0], body


def alert_text(body):
    return f"alert {body[0]}: {body[3:].decode('ascii', 'replace')}"


def pose(line, suite, n, e):
    """How far it goes, in words."""
    print(f"impostor -> server  hello, with a key that is not mine ({n.bit_length()} bits)")
    line.sendall(frame(HELLO, hello(suite, n, e)))
    kind, body = receive(line)
    if kind != HELLO:
        return f"not even a hello: {alert_text(body)}" if kind == ALERT else "not even a hello"
    if suite == "modern":
        size = (n.bit_length() + 7) // 8
        print("impostor -> server  exchange, with a made-up signature")
        line.sendall(frame(EXCHANGE, string(b"") + string(os.urandom(size))))
    kind, body = receive(line)
    if kind == ALERT:
        return f"thrown out: {alert_text(body)}"
    if kind == RECORD:
        return "the server takes me for the owner, and has sent me its first secret; I cannot read it"
    return "the server hung up"


def main():
    if len(sys.argv) not in (3, 4) or sys.argv[2] not in SUITES:
        sys.exit(__doc__)
    n, e = read_public(sys.argv[1])
    port = int(sys.argv[3]) if len(sys.argv) == 4 else 10101
    with socket.create_connection(("127.0.0.1", port), timeout=15) as line:
        print(pose(line, sys.argv[2], n, e))


if __name__ == "__main__":
    main()
