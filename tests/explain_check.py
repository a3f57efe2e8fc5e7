#!/usr/bin/env python3
"""Compares what --explain=math printed with the recording of the same session.

usage: tests/explain_check.py RECORDING TEXT [secrets]

RECORDING holds the secrets (its values are computed anew by tests/recording_check.py). TEXT was told
on a screen so wide that no row is broken, with the secrets or without. Every value of the recording must
stand in it, folded; every field of every frame, decoded here; and without "secrets" nothing of a secret
value. Prints how much was compared.
"""

import json
import re
import sys
from collections import Counter

FIELDS = {  # by message: names and types, in the order of the wire
    "hello": "version u16|suites str|random str|id n mpint|id e mpint|eph str",
    "client exchange": "c_c str|signature str",
    "server exchange": "c_s str|signature str",
    "modern record": "sealed rest",
    "textbook record": "key str|sealed rest",
    "dh record": "sealed rest",
    "client resume": "ticket 16|r 16|mac 32",
    "server resume": "r' 16|mac 32",
    "alert": "code u8|reason str",
    "data": "inner u8|data rest",
    "port": "inner u8|port u16|ticket 16",
    "rekey ask": "inner u8|step u8|eph str",
    "rekey answer": "inner u8|step u8|eph str|c_s str",
    "rekey secret": "inner u8|step u8|c_c str",
    "rekey switch": "inner u8|step u8",
    "close": "inner u8|code u8|reason str",
}
SHARES = {  # what `eph` holds: by suite, the client's and the server's
    "modern": ("hybrid client share", "hybrid server share"),
    "modern:x25519": ("x25519 share",) * 2,
    "modern:rsa": ("rsa share",) * 2,
    "dh": ("dh client share", "dh server share"),
}
SHARE_FIELDS = {
    "x25519 share": "u 32",
    "hybrid client share": "u 32|ek 1184",
    "hybrid server share": "u 32|ct 1088",
    "rsa share": "n mpint|e mpint",
    "dh client share": "p mpint|g mpint|A mpint",
    "dh server share": "B mpint",
}
NUMBERS = ("dh key", "dh secret")  # steps whose values are numbers


def fold(digits):
    return digits if len(digits) <= 35 else digits[:24] + "..." + digits[-8:]


def of_bytes(data):
    return f"{fold(data.hex())} ({len(data)} byte{'' if len(data) == 1 else 's'})".lstrip()


def of_number(data):
    n = int.from_bytes(data, "big")
    return fold(str(n)) if n < 2**64 else fold(hex(n)) + f" ({n.bit_length()} bits)"


def secret(data):
    return f"({len(data)} secret byte{'' if len(data) == 1 else 's'})"


def share_of(suite, message):
    server = message in ("server hello", "rekey answer")
    return SHARES.get(suite.partition(":")[0] if suite.startswith("dh") else suite, (None, None))[server]


def decode(message, body, show_secrets, suite, before=""):
    """The fields as they are to be printed."""
    names = SHARE_FIELDS.get(message) or FIELDS["hello" if message.endswith("hello") else message]
    at = 0
    for name, kind in (f.rsplit(" ", 1) for f in names.split("|")):
        if kind in ("u8", "u16"):
            size = int(kind[1:]) // 8
            data = body[at : at + size]
            text = f"{data.hex()} = {int.from_bytes(data, 'big')}"
        else:
            front = body[at : at + 2] if kind in ("str", "mpint") else b""
            at += len(front)
            size = int.from_bytes(front, "big") if front else len(body) - at if kind == "rest" else int(kind)
            data = body[at : at + size]
            hidden = message == "data" and name == "data" and not show_secrets
            text = (f"[{front.hex()}] " if front else "") + (secret(data) if hidden else of_bytes(data))
        at += size
        share = share_of(suite, message) if name == "eph" else None
        if share:
            yield ("field", name, f"[{front.hex()}] {share}")
            yield from decode(share, data, show_secrets, suite, "eph ")
        else:
            yield ("field", before + name, text)
    if at != len(body):
        sys.exit(f"explain_check: {message}: bytes are left over")


def wanted(events, show_secrets):
    rows = Counter()

    def value(v, number=False):
        data = bytes.fromhex(v["hex"])
        if v["secrecy"] == "secret" and not show_secrets:
            return secret(data)
        return of_number(data) if number else of_bytes(data)

    math, suites = [], {}
    for e in events:
        kind = e["kind"]
        if kind == "open":
            suites[e["channel"]] = e["suite"]
        elif kind == "math":
            math.append(("math", e["name"], value(e["value"], e["number"])))
        elif kind == "step":
            if e["name"] != "random bytes":
                rows.update(math)
                for way, values in (("in", e["inputs"]), ("out", e["outputs"])):
                    rows.update((way, v["name"], value(v, e["name"] in NUMBERS)) for v in values if v["hex"])
            math = []
        elif kind == "frame":
            frame = bytes.fromhex(e["frame"]["hex"])
            rows[("field", "type", f"{frame[0]:02x} = {frame[0]}")] += 1
            rows[("field", "length", f"{frame[1:4].hex()} = {len(frame) - 4}")] += 1
            rows.update(decode(e["message"], frame[4:], show_secrets, suites[e["channel"]]))
        elif kind == "inner":
            inner = bytes.fromhex(e["bytes"]["hex"])
            rows.update(decode(e["message"], inner, show_secrets, suites[e["channel"]]))
    return rows


def printed(text):
    rows, name = Counter(), None
    for line in text.splitlines():
        line = re.sub(r"^#\d+ ", "", line)
        if m := re.match(r"        (in|out) +(.+?)  ?((?:[0-9a-f]|\().*)$", line):
            way, label, value = m.groups()
            rows[(way, label.rstrip(), value)] += 1
        elif m := re.match(r"      (\S(?:.{0,8}?)) +(?:u8|u16|u24|str|mpint|bytes|the rest) +(.*?): ", line):
            rows[("field", m[1].rstrip(), m[2])] += 1
        elif m := re.match(r"        (\S.*?) = .* \[.*\]$", line):
            name = m[1]
        elif name and (m := re.match(r"          ([^+| ].*)$", line)):
            rows[("math", name, m[1])] += 1
            name = None
    return rows


def search(events, text):
    """Secret values of which a beginning stands in the text though nothing public has it."""
    secrets, public = [], []
    for e in events:
        values = e.get("inputs", []) + e.get("outputs", []) + [e[k] for k in ("value", "frame") if k in e]
        for v in values:
            (secrets if v["secrecy"] == "secret" else public).append(v["hex"])
        if e["kind"] == "inner" and e["message"] == "data":
            secrets.append(e["bytes"]["hex"][2:])
        elif e["kind"] == "inner":
            public.append(e["bytes"]["hex"])
    public = "\n".join(public)
    looked = 0
    for value in set(secrets):
        ends = (value[:24], value.lstrip("0")[:22])
        if len(value) < 8 or any(end in public for end in ends):
            continue
        looked += 1
        if any(end in text for end in ends):
            sys.exit(f"explain_check: a secret stands in the text: {value[:24]}")
    return looked


def main():
    show_secrets = "secrets" in sys.argv[3:]
    events = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
    text = open(sys.argv[2], encoding="utf-8").read()
    want, got = wanted(events, show_secrets), printed(text)
    for row in (want - got) + (got - want):
        print("missing:" if row in want - got else "too much:", *row)
    if want != got:
        sys.exit("explain_check: the text and the recording differ")
    looked = 0 if show_secrets else search(events, text)
    print(f"{sum(want.values())} values, {looked} secrets searched for")


main()
