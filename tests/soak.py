#!/usr/bin/env python3
"""Two servers, a crowd of bad clients, and two honest people who must notice nothing.

`chat server` and `ftp server` run side by side on loopback. For a while strangers and rude friends
come to both: resets, silence, garbage, pieces of real handshakes, clients that read slowly or are killed,
commands by the hundred in one packet, hostile recordings for `chat replay`. Meanwhile anna and boris talk,
and carry files both ways. At the end every line and every file must have arrived, both servers must be alive
and end with status 0, and their memory and descriptors must be back where they were after the warm-up.

The bad clients come from addresses of their own (127.0.0.2 and up), so that a server can tell them apart.

usage: tests/soak.py [--seconds N] [--seed N]     ends with "N passed, N failed"
"""

import argparse
import contextlib
import hashlib
import os
import pathlib
import random
import re
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

TREE = pathlib.Path(__file__).resolve().parent.parent
BIN = pathlib.Path(os.environ.get("GLASSBOX_BIN", TREE / os.environ.get("BIN", "bin")))
PATIENCE = 120  # seconds until something that must come counts as lost
WARM_UP = 10  # rounds of every kind of bad client before memory is measured
GROWTH = 16 * 1024  # KiB: what the allocator may keep beyond the base
PASSWORD = "$5$glassbox$LfqO9Tg8/WF7XJj45gWeNQIirwU4h3dnNA09sVi.fcC"  # "secret"

stop = threading.Event()
counts_lock = threading.Lock()
counts = {}


def count(what):
    with counts_lock:
        counts[what] = counts.get(what, 0) + 1


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, good, what, why=b""):
        print(f"  {'ok    ' if good else 'FAILED'} {what}", flush=True)
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(why.decode(errors="replace") if isinstance(why, bytes) else "\n".join(why), flush=True)


# --- the two servers -----------------------------------------------------------------------------


def environment(home):
    return {**os.environ, "GLASSBOX_HOME": str(home)}


def keytool(home, *arguments):
    subprocess.run([BIN / "keytool", *arguments], env=environment(home), check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Server:
    def __init__(self, folder, name, *arguments):
        self.name, self.home = name, folder / name
        self.log = folder / f"{name}.log"
        keytool(self.home, "gen", "server")
        self.arguments = [BIN / name, "server", "--port", "0", "--bind", "127.0.0.1", "--log", self.log,
                          *arguments]
        self.said = open(folder / f"{name}.said", "wb")

    def allow(self, person, home):
        keytool(home, "gen", "client")
        keytool(self.home, "allow", "add", str(home / "keys/client.pub.csv"), "--name", person)

    def start(self):
        self.process = subprocess.Popen(self.arguments, env=environment(self.home), stdin=subprocess.DEVNULL,
                                        stdout=self.said, stderr=self.said)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = re.search(r" port=(\d+)", self.log.read_text() if self.log.exists() else "")
            if found:
                self.port = int(found[1])
                return
            time.sleep(0.05)
        raise SystemExit(f"{self.name} server did not come up")

    def alive(self):
        return self.process.poll() is None

    def last_words(self):
        return pathlib.Path(self.said.name).read_bytes()[-4000:]

    def memory(self):  # KiB
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def descriptors(self):  # None: only root may look
        try:
            return len(os.listdir(f"/proc/{self.process.pid}/fd"))
        except PermissionError:
            return None

    def finish(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "no end"


# --- bad clients ---------------------------------------------------------------------------------


class Crowd:
    """Each method named bad_* is one bad client, from its coming to its end."""

    def __init__(self, chat, ftp, folder, seed):
        self.chat, self.ftp, self.folder = chat, ftp, folder
        self.random = random.Random(seed)
        self.recorded = {}
        self.recordings = []
        self.failures = []

    # what they are made of

    def connect(self, server):
        line = socket.socket()
        line.settimeout(20)
        line.bind((f"127.0.0.{self.random.randint(2, 250)}", 0))
        line.connect(("127.0.0.1", server.port))
        return line

    @staticmethod
    def reset(line):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.close()

    def end(self, line):
        """One of the ways in which a line ends."""
        way = self.random.choice(["reset", "close", "half", "read to the end"])
        with contextlib.suppress(OSError):
            if way == "half":
                line.shutdown(socket.SHUT_WR)
                line.recv(65536)
            elif way == "read to the end":
                line.settimeout(2)
                for _ in range(200):
                    if not line.recv(65536):
                        break
        if way == "reset":
            self.reset(line)
        else:
            line.close()

    def wait(self, most):
        stop.wait(self.random.uniform(0, most))

    def either(self):
        return self.random.choice([self.chat, self.ftp])

    def piece(self, server):
        """A beginning of what an honest client really sent, maybe with a change."""
        data = bytearray(self.recorded[server.name])
        data = data[: self.random.randint(1, len(data))]
        if self.random.random() < 0.5:
            data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
        return bytes(data)

    # who comes

    def bad_reset(self):
        line = self.connect(self.either())
        if self.random.random() < 0.5:
            self.wait(0.05)
        self.reset(line)

    def bad_garbage(self):
        line = self.connect(self.either())
        with contextlib.suppress(OSError):
            line.sendall(self.random.randbytes(self.random.randint(1, 100_000)))
        self.end(line)

    def bad_silence(self):
        server = self.either()
        line = self.connect(server)
        line.sendall(self.piece(server))
        self.wait(15)
        self.end(line)

    def bad_piece(self):
        server = self.either()
        line = self.connect(server)
        line.sendall(self.piece(server))
        self.end(line)

    def bad_byte_by_byte(self):
        server = self.either()
        line = self.connect(server)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in self.piece(server)[:1500]:
            line.sendall(bytes([byte]))
            if stop.is_set():
                break
        self.end(line)

    def login(self):
        line = self.connect(self.ftp)
        line.sendall(b"USER rude\r\nPASS secret\r\n")
        for _ in range(100):
            if b"230" in line.recv(4096):
                return line
        return line

    def bad_commands(self):
        """Many commands in one packet, and maybe nobody who reads the answers."""
        words = [b"NOOP", b"STAT", b"HELP", b"EPSV", b"PASV", b"LIST", b"ABOR", b"RETR big", b"STOR new",
                 b"RNFR big", b"RNTO big", b"REST 5", b"MLSD", b"FEAT", b"SIZE big", b"HASH big", b"REIN",
                 b"USER rude", b"PASS secret", b"QUIT", b"APPE new", b"DELE new", b"MKD d", b"RMD d"]
        line = self.login()
        packet = b"".join(self.random.choice(words) + b"\r\n" for _ in range(self.random.randint(1, 300)))
        line.sendall(packet)
        self.end(line)

    def passive(self, line):
        line.sendall(b"TYPE I\r\nEPSV\r\n")
        text = b""
        while not (found := re.search(rb"\|\|\|(\d+)\|", text)):
            more = line.recv(4096)
            if not more:
                raise OSError("hung up")
            text += more
        data = socket.socket()
        data.settimeout(20)
        data.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        data.bind((line.getsockname()[0], 0))
        data.connect(("127.0.0.1", int(found[1])))
        return data

    def bad_slow_reader(self):
        line = self.login()
        data = self.passive(line)
        line.sendall(b"RETR big\r\n")
        for _ in range(self.random.randint(1, 100)):
            if not data.recv(512) or stop.is_set():
                break
            self.wait(0.1)
        self.end(data)
        self.end(line)

    def bad_upload(self):
        line = self.login()
        data = self.passive(line)
        line.sendall(b"STOR half\r\n")
        data.sendall(self.random.randbytes(self.random.randint(0, 200_000)))
        if self.random.random() < 0.5:
            line.sendall(b"\xff\xf4\xff\xf2ABOR\r\n")
        self.end(self.random.choice([line, data]))
        self.wait(0.5)
        line.close()
        data.close()

    def rude(self, program, *arguments):
        return subprocess.Popen([BIN / program, *arguments], env=environment(self.folder / "rude"),
                                cwd=self.folder / "rude", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def bad_killed(self):
        """An allowed client that dies, or stands still for a while, in the middle."""
        if self.random.random() < 0.5:
            process = self.rude("chat", "connect", "127.0.0.1", "--port", str(self.chat.port), "--accept-new")
            with contextlib.suppress(OSError):
                process.stdin.write(b"I am rude\n" * self.random.randint(0, 2000))
                process.stdin.flush()
        else:
            process = self.rude("ftp", "get", f"ftp://127.0.0.1:{self.ftp.port}/big", "-o",
                                f"got.{threading.get_ident()}", "--accept-new")
        self.wait(1)
        if self.random.random() < 0.3:
            process.send_signal(signal.SIGSTOP)
            self.wait(8)
        process.kill()
        with contextlib.suppress(OSError):
            process.stdin.close()
        process.wait()

    def bad_recording(self):
        """What a stranger hands over as a recording ends chat's readers with a word, never by a signal."""
        lines = self.random.choice(self.recordings).splitlines(keepends=True)
        for _ in range(self.random.randint(1, 4)):
            at = self.random.choice([i for i, line in enumerate(lines) if line])
            line = bytearray(lines[at])
            kind = self.random.choice(["flip", "cut", "again", "gone", "digit"])
            if kind == "flip":
                line[self.random.randrange(len(line))] ^= 1 << self.random.randrange(8)
            elif kind == "cut":
                del line[self.random.randrange(len(line)):]
            elif kind == "gone":
                line = bytearray()
            elif kind == "digit":  # a number or a hexadecimal digit becomes another
                places = [m.start() for m in re.finditer(rb"[0-9a-f]", line)]
                line[self.random.choice(places or [0])] = self.random.choice(b"0123456789abcdef")
            lines[at] = bytes(line) * (2 if kind == "again" else 1)
        path = self.folder / f"hostile.{threading.get_ident()}.rec"
        path.write_bytes(b"".join(lines))
        change = self.random.choice([["--flip", "80"], ["--drop", "2"], ["--repeat", "1"], ["--swap", "1,2"]])
        for command in (["replay", path, "--channel", "1", *change], ["explain", path],
                        ["page", path, "-o", path.with_suffix(".html")]):
            done = subprocess.run([BIN / "chat", *command], env=environment(self.folder / "rude"),
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
            if not 0 <= done.returncode < 128:
                kept = TREE / "build" / f"soak-{command[0]}-{os.getpid()}.rec"
                shutil.copy(path, kept)
                self.failures.append(f"chat {command[0]}: status {done.returncode}: {kept}")
            path.with_suffix(".html").unlink(missing_ok=True)

    # how they come

    def one(self, kind):
        try:
            getattr(self, kind)()
        except OSError:
            count("turned away")  # the server may hang up on such people
        except Exception as fault:  # a fault of this script must not look like peace
            self.failures.append(f"{kind}: {fault!r}")
        count(kind)

    def kinds(self):
        return sorted(name for name in dir(self) if name.startswith("bad_"))

    def keep_coming(self):
        while not stop.is_set():
            self.one(self.random.choice(self.kinds()))
            stop.wait(self.random.uniform(0, 0.3))

    def record_honest(self, server, *command):
        """What an honest client sends, seen by a relay; and its recording."""
        relay = socket.socket()
        relay.bind(("127.0.0.1", 0))
        relay.listen(1)
        recording = self.folder / f"{server.name}.rec"
        process = self.rude(*command[:2], "127.0.0.1", "--port", str(relay.getsockname()[1]), "--accept-new",
                            "--record", str(recording), "--record-secrets")
        process.stdin.write(b"pwd\n")
        process.stdin.close()
        client, _ = relay.accept()
        upstream = socket.create_connection(("127.0.0.1", server.port))
        seen, ends = b"", selectors.DefaultSelector()
        ends.register(client, selectors.EVENT_READ, upstream)
        ends.register(upstream, selectors.EVENT_READ, client)
        while ends.get_map():
            for key, _ in ends.select(PATIENCE):
                data = key.fileobj.recv(65536)
                if key.fileobj is client:
                    seen += data
                if data:
                    key.data.sendall(data)
                else:
                    ends.unregister(key.fileobj)
                    with contextlib.suppress(OSError):
                        key.data.shutdown(socket.SHUT_WR)
        process.wait(PATIENCE)
        for line in (client, upstream, relay):
            line.close()
        self.recorded[server.name] = seen
        self.recordings.append(recording.read_bytes())


# --- honest people -------------------------------------------------------------------------------


class Talker:
    """Says numbered lines and remembers what it hears; `chat connect` as a filter."""

    def __init__(self, name, home, chat):
        self.name, self.said, self.heard = name, 0, []
        self.process = subprocess.Popen(
            [BIN / "chat", "connect", "127.0.0.1", "--port", str(chat.port), "--accept-new"],
            env=environment(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.errors = b""
        self.threads = [threading.Thread(target=work, daemon=True)
                        for work in (self.listen, self.listen_errors)]
        for thread in self.threads:
            thread.start()

    def listen(self):
        for line in self.process.stdout:
            found = re.match(rb"[0-9:]{8} (anna|boris): (\d+) ", line)
            if found:
                self.heard.append((found[1].decode(), int(found[2])))

    def listen_errors(self):
        for line in self.process.stderr:
            self.errors += line

    def say(self, text):
        self.said += 1
        self.process.stdin.write(f"{self.said} {text}\n".encode())
        self.process.stdin.flush()

    def command(self, word):
        self.process.stdin.write(f"{word}\n".encode())
        self.process.stdin.flush()

    def finish(self):
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "no end"
        for thread in self.threads:
            thread.join(PATIENCE)
        return status

    def heard_from(self, name):
        return [number for who, number in self.heard if who == name]


def talk(anna, boris, dice):
    """Both talk; now and then fresh keys in the middle."""
    try:
        while not stop.is_set():
            who = dice.choice([anna, boris])
            who.say("x" * dice.choice([0, 1, 20, 300, 1500]))
            if dice.random() < 0.01:
                who.command("/rekey")
            stop.wait(dice.uniform(0, 0.1))
    except OSError:
        pass  # the client is gone: what was not heard shows it


class Carrier:
    """Files to the server and back, each compared."""

    def __init__(self, folder, ftp, dice):
        self.home, self.folder, self.ftp, self.dice = folder / "anna", folder / "carried", ftp, dice
        self.folder.mkdir()
        self.carried, self.bytes, self.refused, self.losses = 0, 0, 0, []

    def run(self, *arguments):
        """True when it went well. A full server may send one away (it says so); one comes again."""
        for _ in range(20):
            done = subprocess.run([BIN / "ftp", *arguments], env=environment(self.home), cwd=self.folder,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
            if done.returncode == 0:
                return True
            if not re.search(rb"busy|no place|too many|421", done.stderr, re.I):
                break
            self.refused += 1
            time.sleep(1)
        self.losses.append(f"{arguments}: status {done.returncode}: {done.stderr.decode(errors='replace')}")
        return False

    def carry(self):
        data = self.dice.randbytes(self.dice.choice([0, 1, 1000, 100_000, 4_000_000]))
        url = f"ftp://127.0.0.1:{self.ftp.port}/file"
        (self.folder / "there").write_bytes(data)
        back = self.folder / "back"
        back.unlink(missing_ok=True)
        if not (self.run("put", "there", url, "--accept-new") and self.run("get", url, "-o", "back")):
            return
        if hashlib.sha256(back.read_bytes()).digest() != hashlib.sha256(data).digest():
            self.losses.append(f"{len(data)} bytes came back otherwise")
        self.carried += 1
        self.bytes += len(data)

    def keep_carrying(self):
        while not stop.is_set():
            self.carry()
            stop.wait(0.2)


# --- the run -------------------------------------------------------------------------------------


def settle(servers, bases):
    """Waits until sessions have ended and descriptors are back; True if they are."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if all(server.descriptors() in (None, bases[server.name][1]) for server in servers):
            return True
        time.sleep(0.5)
    return False


def hear_the_rest(anna, boris):
    """What was said last is on its way; nobody leaves before it has come."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(len(talker.heard) < anna.said + boris.said
                                              for talker in (anna, boris)):
        time.sleep(0.2)


def idle(servers):
    """Nobody but the honest talkers is connected: descriptors have stood still for a while."""
    last, still = None, 0
    deadline = time.monotonic() + PATIENCE
    while still < 30 and time.monotonic() < deadline:
        now = [server.descriptors() for server in servers]
        still = still + 1 if now == last else 0
        last = now
        time.sleep(0.5)


def run(folder, seconds, seed, checks):
    dice = random.Random(seed)
    served = folder / "served"
    served.mkdir()
    chat = Server(folder, "chat")
    ftp = Server(folder, "ftp", served, "--allow-plain")
    for person in ("anna", "boris", "rude"):
        chat.allow(person, folder / person)
        keytool(ftp.home, "allow", "add", str(folder / person / "keys/client.pub.csv"), "--name", person)
    (ftp.home / "ftp_users.csv").write_text(f"name,password\nrude,{PASSWORD}\n")
    (ftp.home / "ftp_users.csv").chmod(0o600)
    (served / "rude").mkdir()
    (served / "rude" / "big").write_bytes(dice.randbytes(8 * 1024 * 1024))
    servers = [chat, ftp]
    for server in servers:
        server.start()

    crowd = Crowd(chat, ftp, folder, seed)
    crowd.record_honest(chat, "chat", "connect")
    crowd.record_honest(ftp, "ftp", "connect")
    anna = Talker("anna", folder / "anna", chat)
    boris = Talker("boris", folder / "boris", chat)
    carrier = Carrier(folder, ftp, dice)
    carrier.carry()
    for kind in crowd.kinds():  # what is made once is made now
        for _ in range(WARM_UP):
            crowd.one(kind)
    idle(servers)
    bases = {server.name: (server.memory(), server.descriptors()) for server in servers}

    threads = [threading.Thread(target=work) for work in
               [lambda: talk(anna, boris, random.Random(seed + 1)), carrier.keep_carrying,
                *[Crowd.keep_coming.__get__(crowd)] * 8]]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and all(server.alive() for server in servers):
        time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()

    for server in servers:
        checks.check(server.alive(), f"{server.name} server is alive", server.last_words())
    back = settle(servers, bases)
    for server in servers:
        if not server.alive():
            continue
        memory, descriptors = server.memory(), server.descriptors()
        base = bases[server.name]
        if descriptors is not None:
            checks.check(back or descriptors == base[1],
                         f"{server.name} server: {descriptors} descriptors, {base[1]} at the base")
        checks.check(memory <= base[0] + GROWTH or os.environ.get("SAN"),
                     f"{server.name} server: {memory} KiB, {base[0]} KiB at the base")
    hear_the_rest(anna, boris)
    for talker in (anna, boris):
        status = talker.finish()
        checks.check(status == 0, f"{talker.name} left in peace: status {status}", talker.errors)
        for speaker in (anna, boris):
            heard = talker.heard_from(speaker.name)
            checks.check(heard == list(range(1, speaker.said + 1)) and heard,
                         f"{talker.name} heard {len(heard)} of {speaker.said} lines of {speaker.name}, in order")
    checks.check(not carrier.losses and carrier.carried > 0,
                 f"{carrier.carried} files, {carrier.bytes} bytes, went there and back "
                 f"({carrier.refused} times the server was full)", carrier.losses[:10])
    checks.check(not crowd.failures, "no reader of a hostile recording died", crowd.failures[:10])
    for server in servers:
        status = server.finish()
        checks.check(status == 0, f"{server.name} server ended with {status}", server.last_words())
    print("  " + ", ".join(f"{name.removeprefix('bad_')} {number}" for name, number in sorted(counts.items())))


def main():
    options = argparse.ArgumentParser(description="Two servers, a crowd of bad clients, two honest people.")
    options.add_argument("--seconds", type=int, default=1200)
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    given = options.parse_args()
    print(f"soak: {given.seconds} s, --seed {given.seed}", flush=True)
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="glassbox-soak.") as folder:
        run(pathlib.Path(folder), given.seconds, given.seed, checks)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return checks.failed != 0


if __name__ == "__main__":
    sys.exit(main())
