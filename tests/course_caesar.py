#!/usr/bin/env python3
"""Caesar's cipher as courses write it in Python, to hold ours against.

    course_caesar.py latin|russian|code-points|unicode KEY TEXT
"""
import sys

RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"


def latin(sign, key):
    for first in "aA":
        if first <= sign <= chr(ord(first) + 25):
            return chr((ord(sign) - ord(first) + key) % 26 + ord(first))
    return sign


def russian(sign, key):
    if sign.lower() not in RUSSIAN:
        return sign
    moved = RUSSIAN[(RUSSIAN.index(sign.lower()) + key) % 33]
    return moved.upper() if sign.isupper() else moved


MOVES = {
    "latin": latin,
    "russian": russian,
    "code-points": lambda sign, key: chr((ord(sign) + key) % 65536),
    "unicode": lambda sign, key: chr((ord(sign) + key) % 0x110000),
}
name, key, text = sys.argv[1], int(sys.argv[2]), sys.argv[3]
print("".join(MOVES[name](sign, key) for sign in text))
