#!/usr/bin/env python3
"""Exhibit 9: the message is filled up with zero bytes to whole blocks, and zeros are stripped at the other end."""

BLOCK = 16


def pad(message):
    return message + bytes(-len(message) % BLOCK)


def unpad(padded):
    return padded.rstrip(b"\0")


# --- the visitor: sends a picture, a number, and nothing ---
for message in (b"hello", (100 << 24).to_bytes(8, "big"), b""):
    if unpad(pad(message)) != message:
        raise SystemExit(f"falls: {message.hex()} arrives as {unpad(pad(message)).hex()}")
print("stands: every message arrives with the length that it had")
