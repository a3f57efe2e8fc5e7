#!/usr/bin/env python3
"""The words of fingerprints (channel/keys/fingerprint_words.inc): can they be told apart by voice?

    setup/words.py              check: 2,048 words in order, of 4 to 7 letters; no two with the same
                                first four letters, none that is another with -s or -ed, and no two
                                with the same Metaphone code
    setup/words.py --self-test  show each check a fault
    setup/words.py WORD...      print the code of each word

A word's place is its meaning, so the list is never changed once fingerprints were written down in it.
LIST in the environment takes the place of the file.
"""
import collections
import os
import re
import sys

LIST = os.environ.get("LIST", "channel/keys/fingerprint_words.inc")
COUNT, SHORTEST, LONGEST, PREFIX = 2048, 4, 7, 4
VOWELS, SOFT = "AEIOU", "EIY"
SILENT_FIRST = {"KN": "N", "GN": "N", "PN": "N", "AE": "E", "WR": "R", "WH": "W", "X": "S"}


def sound_of_c(word, i):
    if word[i - 1:i] == "S" and word[i + 1:i + 2] and word[i + 1] in SOFT:
        return "", 1  # scene: the S has said it
    if word.startswith("CH", i):
        hard = word[i - 1:i] == "S" or (i == 0 and word[2:3] not in VOWELS)
        return "K" if hard else "X", 2
    if word.startswith("CIA", i):
        return "X", 1
    if word[i + 1:i + 2] and word[i + 1] in SOFT:
        return "S", 1
    twice = word[i + 1:i + 2] == "K" or (word.startswith("CC", i) and word[i + 2:i + 3] not in tuple(SOFT))
    return "K", 2 if twice else 1


def sound_of_g(word, i):
    follows = word[i + 1:i + 2]
    if follows == "H":
        return ("K" if word[i + 2:i + 3] and word[i + 2] in VOWELS else ""), 2
    if word[i:] in ("GN", "GNED"):
        return "", 1
    soft = follows and follows in SOFT and word[i - 1:i] != "G"
    return "J" if soft else "K", 1


def sound_of_s(word, i):
    if word.startswith("SH", i):
        return "X", 2
    if word.startswith("SCH", i):
        return "SK", 3
    return ("X" if word[i:i + 3] in ("SIO", "SIA") else "S"), 1


def sound_of_t(word, i):
    if word[i:i + 3] in ("TIO", "TIA"):
        return "X", 1
    if word.startswith("TH", i):
        return "0", 2
    return ("" if word.startswith("TCH", i) else "T"), 1


def sound_of_h(word, i):
    before, follows = word[i - 1:i] if i else "", word[i + 1:i + 2]
    return ("H" if follows and follows in VOWELS and before not in ("C", "S", "P", "T", "G") else ""), 1


def sound_at(word, i):
    """What is heard of the letter there, and how many letters that takes."""
    letter, follows = word[i], word[i + 1:i + 2]
    by_letter = {"C": sound_of_c, "G": sound_of_g, "S": sound_of_s, "T": sound_of_t, "H": sound_of_h}
    if letter == word[i - 1:i] and i > 0 and letter != "C":
        return "", 1
    if letter in VOWELS:
        return (letter if i == 0 else ""), 1
    if letter in by_letter:
        return by_letter[letter](word, i)
    if letter == "B":
        return ("" if word[i - 1:] == "MB" else "B"), 1
    if letter == "D":
        return ("J", 2) if follows == "G" and word[i + 2:i + 3] and word[i + 2] in SOFT else ("T", 1)
    if letter == "P":
        return ("F", 2) if follows == "H" else ("P", 1)
    if letter in "WY":
        return (letter if follows and follows in VOWELS else ""), 1
    return {"Q": "K", "V": "F", "X": "KS", "Z": "S"}.get(letter, letter), 1


def metaphone(word):
    """What an ear keeps of a word: the rules of L. Philips, Hanging on the Metaphone (1990)."""
    word = word.upper()
    for first in sorted(SILENT_FIRST, key=len, reverse=True):
        if word.startswith(first):
            word = SILENT_FIRST[first] + word[len(first):]
            break
    code, i = "", 0
    while i < len(word):
        sound, letters = sound_at(word, i)
        code += sound
        i += letters
    return code


def faults(words):
    if len(words) != COUNT:
        yield f"{len(words)} words, not {COUNT}"
    if words != sorted(words):
        yield "not in order"
    for word in words:
        if not re.fullmatch("[a-z]{%d,%d}" % (SHORTEST, LONGEST), word):
            yield f"{word}: not {SHORTEST} to {LONGEST} small letters"
    for what, of in (("first four letters", lambda word: word[:PREFIX]), ("sound", metaphone)):
        groups = collections.defaultdict(list)
        for word in words:
            groups[of(word)].append(word)
        for same, group in groups.items():
            if len(group) > 1:
                yield f"{' and '.join(group)}: the same {what}, {same}"
    for word in set(words):
        for ending in ("s", "es", "d", "ed"):
            if word + ending in words:
                yield f"{word} and {word}{ending}: an ending is not heard"


def self_test():
    known = {"knight": "NT", "night": "NT", "physics": "FSKS", "thumb": "0M", "school": "SKL", "judge": "JJ",
             "scene": "SN", "match": "MX", "nation": "NXN", "write": "RT", "accept": "AKSPT", "occur": "OKR"}
    for word, code in known.items():
        if metaphone(word) != code:
            yield f"{word}: {metaphone(word)}, not {code}"
    for words, fault in ((["able"], "not 2048"), (["zero", "able"], "order"), (["abc"], "small letters"), (["ABLE"], "small"),
                         (["tiger", "tigers"], "not heard"), (["tender", "tendon"], "four letters"),
                         (["night", "knight"], "the same sound, NT")):
        if not any(fault in told for told in faults(words)):
            yield f"{words}: no fault is found, and one is there: {fault}"


def main(arguments):
    if arguments == ["--self-test"]:
        found = list(self_test())
    elif arguments:
        print("\n".join(f"{word} {metaphone(word)}" for word in arguments))
        return 0
    else:
        text = re.sub(r"/\*.*?\*/", "", open(LIST, encoding="ascii").read(), flags=re.S)
        found = list(faults(re.findall('"([^"]*)"', text)))
    for fault in found:
        print(f"words: {fault}", file=sys.stderr)
    return 1 if found else 0


sys.exit(main(sys.argv[1:]))
