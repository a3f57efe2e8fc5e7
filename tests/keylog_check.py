#!/usr/bin/env python3
"""Opens the talk of a recording without secrets: from its frames, as they crossed the wire, and the key log.

usage: tests/keylog_check.py RECORDING KEYLOG     prints what was said, a message a line: who, and what

docs/protocol.md and docs/wireshark.md are all it goes by.
"""

import json
import sys

from recording_check import chacha20, classic, fields, poly1305_tag, value, xor

ROLES = ("client", "server")


class Channel:
    def __init__(self, event):
        self.suite, self.role = event["suite"], event["role"]
        self.lookup = b""
        self.sequence = dict.fromkeys(ROLES, 0)
        self.generation = dict.fromkeys(ROLES, 0)


def read_keys(path):
    with open(path, encoding="ascii") as lines:
        rows = (line.split() for line in lines if not line.startswith("#"))
        return {(label, bytes.fromhex(lookup)): bytes.fromhex(key) for label, lookup, key in rows}


def take_hello(channel, sender, body):
    (_, random, _, _, eph), rest = fields(body[2:], 5)
    if rest:
        sys.exit("keylog_check: a hello has bytes left over")
    if sender == "client":
        channel.lookup = random or eph[-16:]
    elif not random:
        channel.lookup += eph[-16:]


def open_record(channel, sender, header, body, keys):
    generation = channel.generation[sender]
    if channel.suite.startswith("textbook"):
        (wrapped,), sealed = fields(body, 1)
        return classic(channel.suite, keys["TEXTBOOK_KEY", wrapped[:32]], sealed)
    if channel.suite.startswith("dh"):
        return classic(channel.suite, keys[f"SESSION_KEY_{generation}", channel.lookup], body)
    known = keys[f"{sender.upper()}_KEY_{generation}", channel.lookup]
    key, iv = known[:32], known[32:]
    nonce = xor(iv, channel.sequence[sender].to_bytes(12, "big"))
    channel.sequence[sender] += 1
    if poly1305_tag(key, nonce, header, body[:-16]) != body[-16:]:
        sys.exit("keylog_check: a tag is wrong")
    return chacha20(key, nonce, body[:-16])


def take_inner(channel, sender, inner):
    if inner[0] == 1:
        print(f"{sender}: {inner[1:].decode()}")
    elif inner[0] == 2:
        print(f"{sender}: (port {int.from_bytes(inner[1:3], 'big')})")
    elif inner[0] == 3 and inner[1] >= 3:  # K3 and K4: the sender's next record is under the new keys
        channel.generation[sender] += 1
        channel.sequence[sender] = 0
        print(f"{sender}: (fresh keys)")


def main(recording, keylog):
    keys, channels = read_keys(keylog), {}
    with open(recording, encoding="utf-8") as lines:
        if json.loads(next(lines))["secrets"]:
            sys.exit("keylog_check: this recording has secrets: it proves nothing here")
        for event in map(json.loads, lines):
            if event["kind"] == "open":
                channels[event["channel"]] = Channel(event)
            if event["kind"] != "frame":
                continue
            channel, frame = channels[event["channel"]], value(event["frame"])
            sender = channel.role if event["sent"] else ROLES[channel.role == "client"]
            header, body = frame[:4], frame[4:]
            if frame[0] == 1:
                take_hello(channel, sender, body)
            elif frame[0] == 4 and sender == "client":
                channel.lookup = body[:16]
            elif frame[0] == 3:
                take_inner(channel, sender, open_record(channel, sender, header, body, keys))


main(*sys.argv[1:])
