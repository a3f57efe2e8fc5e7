#!/usr/bin/env python3
"""The rooms of the house and the arrows between them, read from the #include lines of the code.

    setup/rooms.py           check: fails on an arrow that the table below does not have, on a private
                             header that is included from outside its room, and on a page that is not current
    setup/rooms.py --draw    print the picture for docs/channel.md
    setup/rooms.py --write   put it there
    setup/rooms.py --circles BUILD   fails on files of channel that call each other in a circle, by the
                             symbols of the objects in BUILD; those of the protocol may
    setup/rooms.py --self-test

An arrow runs from who includes to what is included, and only downwards: the table is in order.
"""
import collections
import glob
import os
import re
import subprocess
import sys

LIBRARIES = ["bignum_rsa", "symcipher", "key_agreement"]
# room: the rooms that it may include, beside itself.
ROOMS = {
    "bignum_rsa": "",
    "symcipher": "",
    "key_agreement": "",
    "symcipher/classic": "symcipher",
    "bignum_rsa/break": "bignum_rsa",
    "symcipher/break": "symcipher symcipher/classic",
    "key_agreement/break": "key_agreement",
    "text": "symcipher",
    "console": "text bignum_rsa symcipher key_agreement",
    "files": "text symcipher",
    "protocol": "bignum_rsa symcipher key_agreement",
    "drivers": "protocol bignum_rsa symcipher",
    "keys": "text files protocol bignum_rsa symcipher key_agreement",
    "peers": "keys files text bignum_rsa symcipher",
    "explain": "protocol keys files console text bignum_rsa symcipher key_agreement",
    "options": "text console files protocol drivers keys peers explain bignum_rsa symcipher key_agreement",
    "keytool": "options explain peers keys protocol files console text bignum_rsa symcipher key_agreement bignum_rsa/break",
    "cipher": "console files text symcipher symcipher/classic key_agreement key_agreement/break",
    "chat": "options explain peers keys drivers protocol files console text bignum_rsa symcipher key_agreement",
    "ftp": "options explain peers keys drivers protocol files console text bignum_rsa symcipher key_agreement",
    "attack": "options explain peers keys drivers protocol files console text bignum_rsa symcipher key_agreement "
              "bignum_rsa/break symcipher/classic symcipher/break key_agreement/break",
    "lesson": "options explain peers keys drivers protocol files console text bignum_rsa symcipher key_agreement "
              "bignum_rsa/break symcipher/classic symcipher/break key_agreement/break",
}
# Headers for the files of one room. Tests of the inside of a room may have them, too.
PRIVATE = re.compile(r"^(engine|secure_driver|csv_cells|sym_implementations|.*_internal)\.h$")
TESTS_OF_THE_INSIDE = """
    tests/unit/channel_judge.c tests/unit/channel_trace.c tests/unit/channel_ends.c tests/unit/channel_attacks.c
    tests/unit/channel_turns.c tests/unit/channel_memory.c tests/unit/channel_hello.c tests/unit/lesson_seed.c
    tests/unit/agreement_hybrid.c tests/unit/channel_errors.c tests/unit/channel_shares.c tests/unit/channel_rekey.c tests/unit/sym_aead.c tests/unit/sym_chacha20.c tests/unit/sym_poly1305.c tests/unit/sym_widths.c tests/unit/sym_pbkdf2_each.c
    tests/unit/sym_sha256.c tests/unit/sym_aes.c tests/unit/sym_sha3.c tests/bench/hash.c
    tests/bench/aead.c tests/bench/x25519.c tests/unit/rsa_raw.c tests/unit/x25519.c tests/unit/rsa_lanes.c tests/secrets/branches.c tests/threads/one_key.c docs/tools/wire_doc.c docs/tools/wire_lua.c
""".split()
PAGE, BEGIN, END = "docs/channel.md", "<!-- rooms: begin -->", "<!-- rooms: end -->"


def room_of(path):
    parts = path.split("/")
    if parts[0] in LIBRARIES and parts[1] in ("break", "classic"):
        return "/".join(parts[:2])
    return parts[1] if parts[0] == "channel" else parts[0]


def read_sources():
    names = subprocess.check_output(["git", "ls-files", "*.c", "*.h"], text=True).split()
    return {name: open(name, encoding="utf-8").read() for name in names if os.path.exists(name)}


def includes(sources):
    """(file, included file, line) for every quoted #include that is a file of the house."""
    where = collections.defaultdict(list)
    for name in sources:
        where[os.path.basename(name)].append(name)
    for name, text in sources.items():
        for match in re.finditer(r'^#include "([^"]+)"', text, re.M):
            found = where[match.group(1)]
            own = [f for f in found if room_of(f) == room_of(name)]
            if found:
                yield name, (own or found)[0], text.count("\n", 0, match.start()) + 1


def check(sources):
    """The arrows between rooms, and what is wrong."""
    arrows, wrong = collections.Counter(), []
    for name, target, line in includes(sources):
        here, there = room_of(name), room_of(target)
        if here == there:
            continue
        if PRIVATE.match(os.path.basename(target)) and name not in TESTS_OF_THE_INSIDE:
            wrong.append(f"{name}:{line}: {target} is private to its room")
        if here not in ROOMS:
            continue
        arrows[here, there] += 1
        if there not in ROOMS[here].split():
            wrong.append(f"{name}:{line}: {here} may not include {there} ({target})")
    for name in sources:
        if name.split("/")[0] == "channel" and room_of(name) not in ROOMS:
            wrong.append(f"{name}: {room_of(name)} is no room of the table")
    return arrows, wrong


def draw(arrows):
    """The matrix: a row for who includes, a column for what is included."""
    names = list(ROOMS)
    columns = names[:names.index("keytool")]
    width = max(map(len, names))
    marks = [["-" if column == name else "x" if arrows[name, column] else "." for column in columns]
             for name in names]
    rows = [" " * width + "  " + " ".join(f"{column[:7]:>7}" for column in columns)]
    rows += [f"{name:<{width}}  " + " ".join(f"{mark:>7}" for mark in row) for name, row in zip(names, marks)]
    return "\n".join("    " + row for row in rows) + "\n"


def put_on_page(page, picture):
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    return page[:begin] + "\n\n" + picture + "\n" + page[end:]


def read_symbols(build):
    """What each object of channel defines, and what it uses."""
    defined, used = {}, collections.defaultdict(set)
    for path in sorted(glob.glob(build + "/channel/*/*.o")):
        for line in subprocess.check_output(["nm", path], text=True).splitlines():
            kind, name = line.split()[-2:]
            if kind in "TDBR":
                defined[name] = path
            elif kind == "U":
                used[path].add(name)
    return {path: {defined[name] for name in names if name in defined} - {path} for path, names in used.items()}


def circles(calls):
    """The files from which one comes back to where one was."""
    def reach(start):
        seen, left = set(), [start]
        while left:
            for path in calls.get(left.pop(), ()):
                if path not in seen:
                    seen.add(path)
                    left.append(path)
        return seen
    return sorted(path for path in calls if path in reach(path))


def self_test():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]
    below, above = "channel/text/a.h", "channel/keys/b.h"
    good = {below: "", above: '#include "a.h"\n'}
    assert check(good)[1] == [] and check(good)[0]["keys", "text"] == 1
    assert "text may not include keys" in check({below: '\n#include "b.h"\n', above: ""})[1][0]
    assert "private" in check({"channel/keys/k.c": '#include "engine.h"\n', "channel/protocol/engine.h": ""})[1][0]
    assert "symcipher may not include symcipher/classic" in check({"symcipher/s.c": '#include "c.h"\n', "symcipher/classic/c.h": ""})[1][0]
    assert "no room" in check({"channel/attic/x.c": ""})[1][0]
    print("rooms: the checks fail where they must")


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    if "--self-test" in sys.argv:
        return self_test()
    if "--circles" in sys.argv:
        calls = read_symbols(sys.argv[-1])
        found = [path for path in circles(calls) if "/protocol/" not in path]
        for path in found:
            print(f"rooms: error: {path} calls itself through others", file=sys.stderr)
        return bool(found) or not calls
    arrows, wrong = check(read_sources())
    picture = draw(arrows)
    page = open(PAGE, encoding="utf-8").read()
    if "--draw" in sys.argv:
        print(picture, end="")
    elif "--write" in sys.argv:
        open(PAGE, "w", encoding="utf-8").write(put_on_page(page, picture))
    elif put_on_page(page, picture) != page:
        wrong.append(f"{PAGE}: the picture of the rooms is not current: make docs writes it")
    for line in wrong:
        print(f"rooms: error: {line}", file=sys.stderr)
    return bool(wrong)


sys.exit(main())
