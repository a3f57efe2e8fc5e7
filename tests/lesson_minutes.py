#!/usr/bin/env python3
"""Whether the minutes of `lesson list --json` (stdin) are those that the pages say in words."""
import json
import pathlib
import re
import sys

ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
TENS = dict(zip("twenty thirty forty fifty sixty seventy".split(), range(20, 80, 10)))


def number(word):
    """"forty-five"; 0 for a word that is none. "One" may be something else than a number."""
    parts = [TENS.get(part, ONES.index(part) + 1 if part in ONES[1:] else 0) for part in word.split("-")]
    return sum(parts) if all(parts) else 0


for row in json.load(sys.stdin):
    page = pathlib.Path("docs", row["name"] + ".md").read_text()
    time = re.search(r"\*\*Time:\*\* (.*?)\n(?:- |\n)", page, re.S)[1]
    head = re.sub(r"section \w+", "", re.split(r"[:;.]", time)[0])
    said = 60 if "an hour" in head else sum(map(number, re.findall(r"[a-z-]+", head)))
    if said != row["minutes"]:
        print(f"{row['name']}: the page says {said} ({time!r}), the list {row['minutes']}")
