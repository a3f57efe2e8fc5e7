#!/usr/bin/env python3
"""Runs the lessons of docs/ and compares what the programs print with what the page shows.

A lesson is Markdown. Its blocks ```console NAME are typed into the terminal NAME, a shell of its own:

    $ bin/chat server          a command for the shell
    > hello                    a line for the program that runs there
    ^C                         the interrupt key
    anything else              what must appear, line by line and nothing else

A block without anything to type shows what another terminal's doings brought to this one. What changes
from run to run is compared by kind: times of day, dates, durations, loopback's addresses, ports other than
the rendezvous, and marks of keys.

Each lesson runs in a folder of its own, where bin and docs are the tree's, and in a network namespace of
its own, so that port 10101 is free there. A folder `lesson` that another one has left lies there, too: it
must break nothing.

usage: tests/lessons.py [LESSON.md...]     ends with "N passed, N failed"; a block is one test
"""

import ctypes
import fcntl
import os
import pathlib
import re
import selectors
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

TREE = pathlib.Path(__file__).resolve().parent.parent
PATIENCE = 20  # seconds for one block
KINDS = [
    (re.compile(r"\b\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?Z?)?"), "DATE"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "TIME"),
    (re.compile(r"(?<![\w:])(127\.0\.0\.1|::1)(?![\w:])"), "LOOPBACK"),
    (re.compile(r"\b(port[ =])(?!10101\b)\d{4,5}\b"), r"\1PORT"),
    (re.compile(r"\b(keys[ =])[0-9a-f]{16}\b"), r"\1MARK"),
    (re.compile(r"\b1[78]\d{11}\b"), "CLOCK"),  # milliseconds since 1970, as lines of the chat have them
    (re.compile(r"(-> (?:client|server)  hello +)\d+ bytes"), r"\1BYTES"),  # a number may be a byte shorter
    (re.compile(r"\bin [\d.]+ s, [\d.]+ [KMG]?i?B/s"), "in TIME"),
    (re.compile(r"\bseconds=[\d.]+"), "seconds=TIME"),
    (re.compile(r" +[\d.,]+ (?:ms|s|min|h)(?= |$)"), " DURATION"),  # also in a column of a table
    (re.compile(r"\b10\^\d+ years\b"), "YEARS"),
    (re.compile(r"\b1[78]\d{11}\b"), "CLOCK"),  # milliseconds since 1970, as lines of the chat have them
    (re.compile(r"--home /\S*/lesson\b"), "--home LESSON"),  # where the class has put its tree
]
LEFT_BEHIND = ["paper.key.csv", "anna.key.csv", "server.key.csv"]
# What servers tell whoever starts them as root, which a reader of the page would not.
AS_ROOT = re.compile(rb"warning: running as root|hint: no port and no file of it needs that")


class Failure(Exception):
    pass


FINGERPRINT = re.compile(r"SHA256:([A-Za-z0-9+/]{43}|\.\.\.)")


def same(got, wanted):
    """SHA256:... on the page stands for any fingerprint, as of a key that was just made."""
    if "SHA256:..." in wanted:
        got, wanted = (FINGERPRINT.sub("SHA256:...", line) for line in (got, wanted))
    if "0x..." in wanted:  # any number in hexadecimal
        got = re.sub(r"\b0x[0-9a-f]+", "0x...", got)
    return by_kind(got) == by_kind(wanted)


def by_kind(line):
    for pattern, kind in KINDS:
        line = pattern.sub(kind, line)
    return line.rstrip()


def own_network():
    """A network namespace with nothing in it but a loopback that is up."""
    clone_newuser, clone_newnet, siocsifflags, iff_up = 0x10000000, 0x40000000, 0x8914, 1
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(clone_newnet) != 0 and libc.unshare(clone_newuser | clone_newnet) != 0:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, siocsifflags, struct.pack("16sH14x", b"lo", iff_up))
    return True


class Terminal:
    def __init__(self, name, folder):
        self.name = name
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GLASSBOX_")}
        self.shell = subprocess.Popen(
            ["bash", "--norc"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env=environment, start_new_session=True)
        os.set_blocking(self.shell.stdout.fileno(), False)
        self.text = b""
        self.lines = []

    def type(self, line):
        if line == "^C":
            for child in self.children():
                os.kill(child, signal.SIGINT)
        else:
            self.shell.stdin.write(line.encode() + b"\n")
            self.shell.stdin.flush()

    def children(self):
        path = f"/proc/{self.shell.pid}/task/{self.shell.pid}/children"
        return [int(pid) for pid in pathlib.Path(path).read_text().split()]

    def read(self):
        self.text += self.shell.stdout.read() or b""
        *lines, self.text = self.text.split(b"\n")
        self.lines += [line.decode() for line in lines if not AS_ROOT.search(line)]

    def expect(self, wanted, deadline):
        """Takes as many lines as are wanted; they must be those."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.shell.stdout, selectors.EVENT_READ)
            self.read()
            while len(self.lines) < len(wanted) and time.monotonic() < deadline:
                selector.select(deadline - time.monotonic())
                self.read()
        got, self.lines = self.lines[: len(wanted)], self.lines[len(wanted):]
        if len(got) != len(wanted) or not all(map(same, got, wanted)):
            shown = "\n".join(["  wanted:", *("    " + l for l in wanted), "  got:",
                               *("    " + l for l in got + self.lines)])
            raise Failure(f"terminal {self.name}:\n{shown}")

    def close(self):
        self.shell.stdin.close()
        try:
            os.killpg(self.shell.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        self.shell.wait()
        self.shell.stdout.close()


def blocks(page):
    """(line number, terminal, lines) of each ```console block."""
    name, start, held = None, 0, []
    for number, line in enumerate(page.read_text().split("\n"), 1):
        opening = re.fullmatch(r"```console (\w+)", line)
        if opening:
            name, start, held = opening[1], number, []
        elif name and line == "```":
            yield start, name, held
            name = None
        elif name:
            held.append(line)


def play(terminal, lines):
    """Types what is to be typed; what stands behind it must appear before the next is typed."""
    deadline = time.monotonic() + PATIENCE
    wanted = []
    for line in lines:
        typed = line[2:] if line.startswith(("$ ", "> ")) else line if line == "^C" else None
        if typed is None:
            wanted.append(line)
            continue
        terminal.expect(wanted, deadline)
        wanted = []
        if line.startswith("$ ") and " server " in line:
            time.sleep(1 - time.time() % 1)  # no person starts two within a second, which is what files tell apart
        terminal.type(typed)
    terminal.expect(wanted, deadline)


def run_lesson(page):
    terminals, passed = {}, 0
    with tempfile.TemporaryDirectory() as folder:
        programs = pathlib.Path(os.environ.get("GLASSBOX_BIN", TREE / "bin"))
        os.symlink(programs, os.path.join(folder, "bin"))
        os.symlink(TREE / "docs", os.path.join(folder, "docs"))
        left = pathlib.Path(folder, "lesson", "keys")
        left.mkdir(parents=True)
        for name in LEFT_BEHIND:
            (left / name).write_text("left behind\n")
        try:
            for number, name, lines in blocks(page):
                if name not in terminals:
                    terminals[name] = Terminal(name, folder)
                try:
                    play(terminals[name], lines)
                except Failure as failure:
                    print(f"{page}:{number}: {failure}")
                    return passed, 1
                passed += 1
            for terminal in terminals.values():
                terminal.read()
                if terminal.lines:
                    print(f"{page}: terminal {terminal.name} printed more than the page shows:")
                    print("\n".join("    " + line for line in terminal.lines))
                    return passed, 1
        finally:
            for terminal in terminals.values():
                terminal.close()
    return passed, 0


def main():
    pages = [pathlib.Path(a) for a in sys.argv[1:]] or sorted(TREE.glob("docs/[0-9][0-9]-*.md"))
    if not own_network():
        print("lessons: no network namespace to be had; port 10101 must be free here", file=sys.stderr)
    passed = failed = 0
    for page in pages:
        good, bad = run_lesson(page)
        if good + bad == 0:
            print(f"{page}: no ```console block in it")
            bad = 1
        passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
