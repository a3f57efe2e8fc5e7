#!/usr/bin/env python3
"""Exhibit 10: each message has its length in front, as four digits; and recv is called once for it."""
import socket

one, other = socket.socketpair()


def send(message):
    one.send(b"%04d" % len(message) + message)


def receive():
    length = int(other.recv(4))
    return other.recv(length)


# --- the visitor: sends a long message ---
for size in (5, 12345):
    message = bytes(i % 251 for i in range(size))
    send(message)
    try:
        got = receive()
    except ValueError as error:
        raise SystemExit(f"falls: {error}")
    if got != message:
        raise SystemExit(f"falls: of {size} bytes came {len(got)}: the length was read as {'%05d' % size}"[:72])
print("stands: every byte came, and no length is without a bound")
