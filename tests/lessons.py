#!/usr/bin/python3
"""Runs the lessons of docs/ and compares what the programs print with what the page shows.

A lesson is Markdown. Its blocks ```console NAME are typed into the terminal NAME, a shell of its own:

    $ bin/chat server          a command for the shell
    > hello                    a line for the program that runs there
    ^C                         the interrupt key
    anything else              what must appear, line by line and nothing else

A terminal has 80 columns and takes colours and cursor movements, as a person's does; what must appear is what
stands on its screen then. A line that fills more than one row stands as one line on the page. What is typed
may be gone from the screen (chat puts the message in its place).

A block without anything to type shows what another terminal's doings brought to this one. What changes
from run to run is compared by kind: times of day, dates, durations, loopback's addresses, ports other than
the rendezvous, and marks of keys.

Each lesson begins in a folder of its own, where bin and docs are the tree's, and which is its home folder,
too. It runs in a network namespace of its own, so that port 10101 is free there. What another lesson has left
lies in that other one's folder; and nothing may be left outside the lessons' folders.

A page of docs/ru is played with LANGUAGE=ru, and what is typed there is what its English twin types.

usage: tests/lessons.py [--write] [--lang ru] [LESSON.md...]     ends with "N passed, N failed"; a block is one test
       --write puts what appeared into the page, where it differs: read it before you commit it
       --lang ru plays the twins in docs/ru, all that are there without LESSON.md
"""

import argparse
import ctypes
import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time

import pyte  # what a terminal shows

TREE = pathlib.Path(__file__).resolve().parent.parent
RUSSIAN = TREE / "docs" / "ru"
sys.path.insert(0, str(TREE / "setup"))

import twins  # what a Russian page has of its English one
PATIENCE = 60  # seconds for one block
QUIET = 1.5  # seconds without a new row, after which --write takes what is there
COLUMNS, ROWS = 80, 2000  # so many that nothing scrolls away
PROMPT = "$"
KINDS = [
    (re.compile(r"\b\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?Z?)?"), "DATE"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "TIME"),
    (re.compile(r"(?<![\w:])(127\.0\.0\.1|::1)(?![\w:])"), "LOOPBACK"),
    (re.compile(r"\b(port[ =])(?!10101\b)\d{4,5}\b"), r"\1PORT"),
    (re.compile(r"\b(порт[а-я]* )(?!10101\b)\d{4,5}\b"), r"\1PORT"),
    (re.compile(r"\b(keys[ =]|ключами )[0-9a-f]{16}\b"), r"\1MARK"),
    (re.compile(r"\b1[78]\d{11}\b"), "CLOCK"),  # milliseconds since 1970, as lines of the chat have them
    (re.compile(r"(-> (?:client|server|клиент|сервер)  hello +)\d+ (bytes|байта?)"), r"\1BYTES"),  # a number may be a byte shorter
    (re.compile(r"\bin [\d.]+ s, [\d.]+ [KMG]?i?B/s"), "in TIME"),
    (re.compile(r"\bseconds=[\d.]+"), "seconds=TIME"),
    (re.compile(r"\bin [\d.,]+ (ms|s|min) here$"), "in TIME here"),
    (re.compile(r", [\d.,^]+ (ms|s|min|h|days|years) \(extrapolated\)$"), ", TIME (extrapolated)"),
    (re.compile(r"\bза [\d.,]+ (мс|с|s|мин) здесь$"), "за TIME здесь"),
    (re.compile(r"\bза [\d.]+ с, [\d.,]+ \S+/с"), "за TIME"),
    (re.compile(r"\b(С ним текст стоит на) \d+$"), r"\1 BITS"),  # as the key of a talk falls; in English on the next line
    (re.compile(r", [\d.,^]+ (мс|с|мин|ч|дн\.?|дней|лет) \(экстраполяция\)$"), ", TIME (экстраполяция)"),
    (re.compile(r"^(\[\d\]) \d+$"), r"\1 PID"),  # of a program in the background
    (re.compile(r" +[\d.,]+ (?:ms|s|min|h|мс|с|мин|ч)(?= |$)"), " DURATION"),  # also in a column of a table
    (re.compile(r"\b10\^\d+ (years|лет)\b"), "YEARS"),
    (re.compile(r"--home /\S*/lesson\b"), "--home LESSON"),  # where the class has put its tree
]
OTHER_LESSON = "00"
LEFT_BEHIND = ["paper.key.csv", "anna.key.csv", "server.key.csv"]
# What servers tell whoever starts them as root, which a reader of the page would not.
AS_ROOT = re.compile(r"warning: running as root|hint: no port and no file of it needs that"
                     r"|внимание: .* от имени root|подсказка: ни её портам, ни файлам")


class Failure(Exception):
    pass


WORDS = re.compile(r"\b[a-z]{4,7}(-[a-z]{4,7}){5}\b")
ANY_WORDS = "-".join(["word"] * 6)
PICTURE_ROW, ANY_ROW = re.compile(r"\|.{17}\|"), "|       ...       |"
FINGERPRINT = re.compile(r"SHA256:([A-Za-z0-9+/]{43}|\.\.\.)")


def same(got, wanted):
    """SHA256:... on the page stands for any fingerprint, as of a key that was just made; so do six
    times "word", and for its picture rows with three dots."""
    if "SHA256:..." in wanted:
        got, wanted = (FINGERPRINT.sub("SHA256:...", line) for line in (got, wanted))
    if ANY_WORDS in wanted:
        got, wanted = (WORDS.sub(ANY_WORDS, line) for line in (got, wanted))
    if wanted == ANY_ROW and PICTURE_ROW.fullmatch(got):
        return True
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


class Screen(pyte.Screen):
    """One that knows which of its rows go on in the next, because there was no more room."""

    def __init__(self, *size):
        self.continued, self.drawing = set(), False
        super().__init__(*size)

    def draw(self, data):
        self.drawing = True
        super().draw(data)
        self.drawing = False

    def row(self, y):
        return "".join(self.buffer[y][x].data for x in range(self.columns))

    def linefeed(self):
        (self.continued.add if self.drawing else self.continued.discard)(self.cursor.y)
        super().linefeed()


class Terminal:
    """A shell on a pseudo-terminal, and its screen; `taken` rows of it stand on the page already."""

    def __init__(self, name, folder, language):
        self.name, self.taken, self.typed = name, 0, {}  # typed: {row: (rows, what may stand there)}
        self.screen = Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GLASSBOX_") and k != "NO_COLOR"}
        environment |= {"PS1": PROMPT + " ", "TERM": "xterm", "LC_ALL": "C.UTF-8", "LANGUAGE": language}
        environment |= {"HOME": str(folder), "HISTFILE": ""}
        self.pid, self.pty = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and no person's shell does
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "--noediting", "-i"], environment)
        fcntl.ioctl(self.pty, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
        os.set_blocking(self.pty, False)

    def read(self):
        try:
            self.stream.feed(os.read(self.pty, 65536))
        except OSError:
            pass  # nothing there, or the shell has gone

    def cursor_row(self):
        """Less a ^C: of a pipe whose parts end one after the other the shell does not begin a new row."""
        return self.screen.row(self.screen.cursor.y).rstrip().removeprefix("^C")

    def lines(self, last=True):
        """[(line, rows of the screen up to its end)] that are not taken yet, less one that only waits for input.
        last: with the one where the cursor is, which may not be whole."""
        lines, held, behind = [], "", self.taken
        for y in range(self.taken, self.screen.cursor.y + 1):
            behind = max(behind, y + self.rows_typed(y))
            if y < behind:
                continue
            held += self.screen.row(y)
            if y in self.screen.continued:
                continue
            line, held = held.rstrip().removeprefix("^C"), ""
            if y == self.screen.cursor.y and (not last or line in ("", PROMPT, ">", "ftp>")):
                break
            if not AS_ROOT.search(line) and not (line == "" and "^C" in self.screen.row(y)):
                lines.append((line, y + 1))
        return lines

    def type(self, line):
        """What is typed may stay on the screen, or the program puts something in its place, soon or late."""
        os.write(self.pty, b"\x03" if line == "^C" else line.encode() + b"\n")
        row = self.screen.cursor.y
        if line == "^C":
            return
        typed = (self.screen.row(row).rstrip() + " " + line).strip()
        self.typed[row] = -(-len(typed) // COLUMNS), (typed, line)
        deadline = time.monotonic() + 1
        while self.screen.cursor.y == row and time.monotonic() < deadline:
            wait_for([self], 0.05)

    def rows_typed(self, y):
        """How many rows from y on show what was typed there, and nothing else."""
        height, lines = self.typed.get(y, (0, ()))
        return height if "".join(map(self.screen.row, range(y, y + height))).rstrip() in lines else 0

    def close(self):
        """Ends the shell and all that was started in it, which waits for a signal perhaps."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in session_of(self.pid):
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
            deadline = time.monotonic() + 2
            while session_of(self.pid) - {self.pid} and time.monotonic() < deadline:
                time.sleep(0.02)
        os.close(self.pty)
        os.waitpid(self.pid, 0)


def session_of(leader):
    """The processes of its session that have not ended."""
    found = set()
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[3]) == leader and fields[0] != "Z":
            found.add(int(path.parent.name))
    return found


def wait_for(terminals, seconds):
    """Reads all that comes to any of them within the time, or until something has come."""
    ready, _, _ = select.select([terminal.pty for terminal in terminals], [], [], max(seconds, 0))
    for terminal in terminals:
        if terminal.pty in ready:
            terminal.read()
    return ready


def are_same(lines, wanted):
    return len(lines) == len(wanted) and all(same(line, one) for (line, _), one in zip(lines, wanted))


class Player:
    def __init__(self, folder, language, writes):
        self.folder, self.language, self.writes, self.terminals = folder, language, writes, {}

    def terminal(self, name):
        if name not in self.terminals:
            self.terminals[name] = Terminal(name, self.folder, self.language)
        return self.terminals[name]

    def all(self):
        return list(self.terminals.values())

    def wait_until(self, condition, deadline):
        while not condition() and time.monotonic() < deadline:
            wait_for(self.all(), min(0.2, deadline - time.monotonic()))
        return condition()

    def expect(self, terminal, wanted, deadline):
        """Takes as many lines as are wanted; they must be those, in the end: a program may still redraw a row.
        Returns what has come."""
        def is_there():
            return are_same(terminal.lines()[: len(wanted)], wanted)
        def is_long_enough():
            """In other words, perhaps: as many lines, and those that are none, as `seconds=4.5`, are there."""
            lines = [line for line, _ in terminal.lines()]
            return len(lines) >= len(wanted) and all(
                any(same(line, one) for line in lines) for one in wanted if "=" in one and " " not in one)
        if self.writes:
            long_enough = self.wait_until(lambda: is_there() or is_long_enough(), min(deadline, time.monotonic() + 15))
            while wait_for(self.all(), QUIET / 2 if long_enough else QUIET):
                pass
        else:
            self.wait_until(is_there, deadline)
        got = terminal.lines() if self.writes else terminal.lines()[: len(wanted)]
        lines = [line for line, _ in got]
        if got:
            terminal.taken = got[-1][1]
        if are_same(got, wanted):
            return wanted
        if self.writes:
            return [next((old for old in wanted if same(line, old)), line) for line in lines]
        more = [line for line, _ in terminal.lines()]
        shown = "\n".join(["  wanted:", *("    " + l for l in wanted), "  got:", *("    " + l for l in lines + more)])
        raise Failure(f"terminal {terminal.name}:\n{shown}")

    def play(self, name, lines):
        """Types what is to be typed; what stands behind it must appear before the next is typed. Returns the
        block as it was seen."""
        terminal = self.terminal(name)
        deadline = time.monotonic() + PATIENCE
        wanted, seen = [], []
        for line in lines:
            typed = line[2:] if line.startswith(("$ ", "> ")) else line if line == "^C" else None
            if typed is None:
                wanted.append(line)
                continue
            seen += self.expect(terminal, wanted, deadline)
            wanted = []
            if line.startswith("$ ") and not self.wait_until(lambda: terminal.cursor_row() == PROMPT, deadline):
                raise Failure(f"terminal {name}: no prompt of the shell before: {line}")
            if line.startswith("$ ") and " server " in line:
                time.sleep(1 - time.time() % 1)  # no person starts two within a second, which is what files tell apart
            terminal.type(typed)
            seen.append(line)
        return seen + self.expect(terminal, wanted, deadline)

    def close(self):
        for terminal in self.all():
            terminal.close()


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


def rewrite(page, seen):
    """seen: {line number of a block: (its lines, those that it gets)}."""
    lines = page.read_text().split("\n")
    others = [shown for _, _, shown in blocks(TREE / "docs" / page.name)] if is_russian(page) else []
    for index, number in reversed(list(enumerate(sorted(seen)))):
        old, new = seen[number]
        lines[number: number + len(old)] = twins.with_numbers_of(new, others[index]) if others else new
    page.write_text("\n".join(lines))


def is_russian(page):
    return page.resolve().parent == RUSSIAN


def play_all(page, player):
    """How many blocks were as they must be; raises Failure."""
    passed, seen = 0, {}
    for number, name, lines in blocks(page):
        try:
            seen[number] = lines, player.play(name, lines)
        except Failure as failure:
            raise Failure(f"{page}:{number}: {failure}", passed) from failure
        passed += 1
    wait_for(player.all(), 0.2)
    for terminal in player.all():
        more = [line for line, _ in terminal.lines()]
        if more and not player.writes:
            raise Failure("\n".join([f"{page}: terminal {terminal.name} shows more than the page:", *more]), passed)
    if player.writes:
        rewrite(page, seen)
    return passed


def run_lesson(page, writes):
    if is_russian(page) and writes:
        subprocess.check_call([TREE / "setup" / "twins.py", "--fill", page])
    with tempfile.TemporaryDirectory() as folder:
        programs = pathlib.Path(os.environ.get("GLASSBOX_BIN", TREE / "bin"))
        os.symlink(programs, os.path.join(folder, "bin"))
        os.symlink(TREE / "docs", os.path.join(folder, "docs"))
        left = pathlib.Path(folder, "glassbox-lessons", OTHER_LESSON, "lesson", "keys")
        left.mkdir(parents=True)
        for name in LEFT_BEHIND:
            (left / name).write_text("left behind\n")
        player = Player(folder, "ru" if is_russian(page) else "", writes)
        try:
            passed = play_all(page, player)
            outside = set(os.listdir(folder)) - {"bin", "docs", "glassbox-lessons"}
            if outside:
                raise Failure(f"{page}: left outside the lessons' folders: {outside}", passed)
            return passed, 0
        except Failure as failure:
            print(failure.args[0])
            return failure.args[1], 1
        finally:
            player.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--lang", choices=["en", "ru"], default="en")
    parser.add_argument("pages", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    folder = RUSSIAN if options.lang == "ru" else TREE / "docs"
    pages = options.pages or sorted(folder.glob("[0-9][0-9]-*.md"))
    if options.lang == "ru":
        pages = [RUSSIAN / page.name for page in pages]
    if not own_network():
        print("lessons: no network namespace to be had; port 10101 must be free here", file=sys.stderr)
    passed = failed = 0
    for page in pages:
        good, bad = run_lesson(page, options.write)
        if good + bad == 0:
            print(f"{page}: no ```console block in it")
            bad = 1
        passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
