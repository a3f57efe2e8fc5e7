#!/usr/bin/env python3
"""The core and its reading order, from docs/reading.txt.

    setup/reading.py           print both lists, with line counts
    setup/reading.py --check   fail if a file is gone or in no list, the core is too long, or a page says otherwise
    setup/reading.py --write   put the numbers into the pages

LIST and LIMIT in the environment take the place of docs/reading.txt and of 11400 lines.
"""
import glob
import os
import re
import sys

LIST = os.environ.get("LIST", "docs/reading.txt")
LIMIT = int(os.environ.get("LIMIT", "11400"))
PAGES = ["README.md", "docs/README.md"]
ROOMS = ["symcipher/*.[ch]", "bignum_rsa/*.[ch]", "key_agreement/*.[ch]", "channel/protocol/*.[ch]",
         "channel/protocol/*.inc", "channel/drivers/secure_*.[ch]", "channel/drivers/keep_alive.[ch]"]
BESIDE = "Beside the core"


def read_list():
    """[(section, weekend, why, [(file, lines)])], and what is wrong with it."""
    rows, wrong, section = [], [], ""
    for line in open(LIST, encoding="utf-8"):
        if line.startswith("== "):
            section = line[3:].strip()
        elif line.strip() and not line.startswith("#"):
            name, why = line[2:].split(None, 1)
            names = [name] if name.endswith((".h", ".c", ".inc")) else [name + ".h", name + ".c"]
            wrong += [f"{LIST}: no such file: {f}" for f in names if not os.path.exists(f)]
            files = [(f, sum(1 for _ in open(f, encoding="utf-8"))) for f in names if os.path.exists(f)]
            rows.append((section, line[0] == "*", why.strip(), files))
    return rows, wrong


def count(rows):
    files = [f for row in rows for f in row[3]]
    return len(files), sum(lines for _, lines in files)


def in_hundreds(lines):
    return f"{-(-lines // 100) * 100:,}"


def sentence(core, weekend):
    return (f"Its core, {count(core)[0]} files and less than {in_hundreds(count(core)[1])} lines, can be read in a week; "
            f"a weekend path has less than {in_hundreds(count(weekend)[1])}.")


def pages_wrong(right, write):
    """The sentence stands between markers on each page, broken as the page likes it."""
    for page in PAGES:
        text = open(page, encoding="utf-8").read()
        found = re.search(r"Its\s+core,\s+\d.*?\sless\s+than\s+[\d,]+\.", text, re.S)
        if not found:
            yield f"{page}: does not say: {right}"
        elif " ".join(found.group().split()) != right and write:
            numbers = iter(re.findall(r"\d[\d,]*", right))
            with open(page, "w", encoding="utf-8") as out:
                out.write(text[:found.start()] + re.sub(r"\d[\d,]*", lambda _: next(numbers).rstrip(","), found.group())
                          + text[found.end():])
        elif " ".join(found.group().split()) != right:
            yield f"{page}: the numbers are not true (make docs writes them): {right}"


def main():
    rows, wrong = read_list()
    core = [row for row in rows if row[0] != BESIDE]
    weekend = [row for row in core if row[1]]
    listed = {f for row in rows for f, _ in row[3]}
    wrong += [f"{LIST}: not in the list: {f}" for room in ROOMS for f in sorted(glob.glob(room)) if f not in listed]
    if count(core)[1] > LIMIT:
        wrong.append(f"the core has {count(core)[1]} lines, {LIMIT} at most")
    if sys.argv[1:] == []:
        for title, some in (("The core", core), ("The weekend path", weekend)):
            section = None
            print("%s: %d files, %d lines" % (title, *count(some)))
            for row in some:
                if row[0] != section:
                    section = row[0]
                    print(f"\n  {section}")
                for name, lines in row[3]:
                    print(f"  {lines:5}  {name:36} {row[2]}")
            print()
    else:
        wrong += pages_wrong(sentence(core, weekend), sys.argv[1:] == ["--write"])
    for line in wrong:
        print(f"reading: error: {line}", file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main())
