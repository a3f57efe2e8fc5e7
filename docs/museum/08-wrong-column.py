#!/usr/bin/env python3
"""Exhibit 8: the reader of the key file takes the line "e" for the private exponent, where "d" should be."""
import csv
import io

FILE = "field,value\nn,3233\ne,17\nd,2753\n"
FIELD_OF_PRIVATE = "e"


def load_private(text):
    rows = dict(csv.reader(io.StringIO(text)))
    return int(rows["n"]), int(rows[FIELD_OF_PRIVATE])


def sign(message):
    n, d = load_private(FILE)
    return pow(message, d, n)


# --- the visitor: has n and e, as everybody, and signs 65 ---
if sign(65) == pow(65, 17, 3233):
    raise SystemExit("falls: everybody can sign with this key: the signature of 65 is 65^e mod n")
assert pow(sign(65), 17, 3233) == 65
print("stands: only d signs, and e checks it")
