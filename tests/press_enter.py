#!/usr/bin/env python3
"""Runs a command on a pty, presses Enter whenever it waits for it, and says how often that was.

    press_enter.py COMMAND..."""
import os
import pty
import sys

child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen, waited = b"", 0
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:  # the child is gone
        break
    if not data:
        break
    seen += data
    while seen.count(b"[Enter] ") > waited:
        waited += 1
        os.write(terminal, b"\n")
assert os.waitpid(child, 0)[1] == 0, seen
print(f"Enter was waited for {waited} times")
