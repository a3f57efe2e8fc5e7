#!/usr/bin/env python3
"""Values of GLASSBOX_IMPLEMENTATIONS that together run every implementation of this processor.

    setup/implementations.py   one value a line: the first implementation of every primitive, the second, ...

Each value is tried: `keytool --version` must say that just these run. Exit status 1 if it does not. Where a primitive has
fewer than another, its last one stays. BIN in the environment: where keytool is.
"""
import os
import re
import subprocess
import sys

KEYTOOL = os.path.join(os.environ.get("BIN", "bin"), "keytool")


def rows(value, *arguments):
    """Lists of cells that `keytool --version` prints, without the heading."""
    environment = dict(os.environ, LANG="C.UTF-8")
    environment.pop("GLASSBOX_IMPLEMENTATIONS", None)
    if value is not None:
        environment["GLASSBOX_IMPLEMENTATIONS"] = value
    lines = subprocess.run([KEYTOOL, "--version", *arguments], env=environment, check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    return [re.split(r"  +", line.strip()) for line in lines[1:]]


def main():
    possible = {}
    for primitive, name, state in rows(None, "--all"):
        if state in ("possible", "in use"):
            possible.setdefault(primitive, []).append(name)
    for number in range(max(map(len, possible.values()))):
        chosen = {primitive: names[min(number, len(names) - 1)] for primitive, names in possible.items()}
        value = ",".join(dict.fromkeys(chosen.values()))
        used = dict(rows(value))
        if used != chosen:
            sys.exit(f"{value}: asked for {chosen}, but these run: {used}")
        print(value)


if __name__ == "__main__":
    main()
