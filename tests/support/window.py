#!/usr/bin/env python3
"""Types into the window of `attack classic two-time --by-hand`, on a terminal of 80 columns.

Prints each screen row with the guess in it, what stands on the first page in the end, and whether the
terminal is as it was. KEYS: text, or <left> <right> <up> <down> <enter> <tab> <esc> <undo> <fill> <end>
<term>, the last one a SIGTERM.

usage: window.py KEYS COMMAND...
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

KEYS = {"left": b"\033[D", "right": b"\033[C", "up": b"\033[A", "down": b"\033[B", "enter": b"\r", "tab": b"\t",
        "esc": b"\033", "undo": b"\x15", "fill": b"\x06", "end": b"\x04"}
PATIENCE = 20


def read_until(master, pattern, silence=None):
    """What comes until the pattern has come and, if silence is given, nothing more for so long."""
    seen, deadline = b"", time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if re.search(pattern, seen) and not (silence and select.select([master], [], [], silence)[0]):
            break
        if select.select([master], [], [], 0.2)[0]:
            try:
                seen += os.read(master, 65536)
            except OSError:
                break
    return seen


def main():
    keys = re.findall(r"<(\w+)>|([^<]+)", sys.argv[1])
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    before = termios.tcgetattr(slave)
    child = os.fork()
    if child == 0:
        for descriptor in (0, 1, 2):
            os.dup2(slave, descriptor)
        os.environ["TERM"] = "xterm"
        os.execvp(sys.argv[2], sys.argv[2:])
    end = rb"Ctrl-D: end"
    screen = read_until(master, end, 0.2)
    for name, text in keys:
        if name == "term":
            os.kill(child, signal.SIGTERM)
        else:
            os.write(master, KEYS[name] if name else text.encode())
        if name in ("term", "end"):
            break
        screen = read_until(master, end, 0.2)
    rows = re.findall(rb"guess: [^\r]*", screen)
    print(rows[-1].decode() if rows else "no guess")
    rest = read_until(master, rb"\033\[\?1049l(.|\n)*\n", 0.5)
    os.waitpid(child, 0)
    print(re.sub(r"\r", "", rest.split(b"\033[?1049l")[-1].decode()), end="")
    print("terminal", "as before" if termios.tcgetattr(slave) == before else "changed")


main()
