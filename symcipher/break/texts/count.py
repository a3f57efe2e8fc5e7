#!/usr/bin/env python3
"""Counts the letters of the texts beside it into tables for C: english.inc and russian.inc.

usage: count.py            writes the tables
       count.py --check    fails if one is not current

A table is the count of each letter, in the order of the alphabet; both cases are one letter.
"""

import collections
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ALPHABETS = {
    "english": "abcdefghijklmnopqrstuvwxyz",
    "russian": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
}


def table(name, alphabet):
    counts = collections.Counter((HERE / f"{name}.txt").read_text(encoding="utf-8").lower())
    lines = [f"/* Letters of {name}.txt, counted by count.py. */"]
    lines += [f"{counts[letter]}, /* {letter} */" for letter in alphabet]
    return "\n".join(lines) + "\n"


def main():
    stale = []
    for name, alphabet in ALPHABETS.items():
        path, text = HERE / f"{name}.inc", table(name, alphabet)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
    if stale:
        sys.exit(f"{', '.join(stale)}: not what count.py counts; run symcipher/break/texts/count.py")


main()
