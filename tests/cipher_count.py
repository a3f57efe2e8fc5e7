#!/usr/bin/env python3
"""Counts again what cipher statistics --json (on stdin) has counted. Usage: cipher_count.py FILE [LETTERS]; without
letters, bytes."""
import collections
import json
import math
import sys

got = json.load(sys.stdin)
data = open(sys.argv[1], "rb").read()
if len(sys.argv) > 2:
    text = data.decode()
    letters = [c for c in text.lower() if c in sys.argv[2]]
else:
    text, letters = data, [f"{byte:02x}" for byte in data]
counts, n = collections.Counter(letters), len(letters)
entropy = -sum(c / n * math.log2(c / n) for c in counts.values())
coincidence = sum(c * (c - 1) for c in counts.values()) / (n * (n - 1))
assert (got["signs"], got["letters"]) == (len(text), n)
assert {k: c for k, c in got["counts"].items() if c} == counts
assert abs(got["entropy"] - entropy) < 1e-9 and abs(got["index_of_coincidence"] - coincidence) < 1e-9


def repeats(length):
    pieces = ["".join(letters[i:i + length]) for i in range(n - length + 1)]
    return len(set(pieces)) < len(pieces)


for repeat in got["repeats"]:
    first, second, length = repeat["first"], repeat["second"], repeat["length"]
    assert first < second and letters[first:first + length] == letters[second:second + length]
    assert "".join(letters[first:first + length]) == repeat["text"]
most = max((r["length"] for r in got["repeats"]), default=2)
assert most == 200 or not repeats(most + 1)
assert [r["length"] for r in got["repeats"]] == sorted((r["length"] for r in got["repeats"]), reverse=True)
print("good")
