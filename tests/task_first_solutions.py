"""Tasks of lessons 01 to 08, solved as a student does who has python3 and the page of the lesson, from the numbers and
files of the task alone; and each usual mistake, made on purpose. tests/task_answers.py compares.

A kind is a function that gives the right answer and the list of wrong ones, in the order of the task."""
import ast
import base64
import csv
import hashlib
import hmac
import io
import json
import math
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "examples"))
import thief

KINDS = {}


def kind(lesson, name):
    def keep(function):
        KINDS[lesson, name] = function
        return function
    return keep


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def rows(task, name):
    return list(csv.DictReader(io.StringIO(task.file(name).decode())))


def said(task, pattern):
    """What the ( ) of the pattern match in the task's paragraphs."""
    found = re.search(pattern, " ".join(task.says))
    return found.groups() if len(found.groups()) > 1 else found.group(1)


# --- fingerprints: RFC 4253 6.6 ---

def field(data):
    return len(data).to_bytes(4, "big") + data


def mpint(number):
    return field(number.to_bytes(number.bit_length() // 8 + 1, "big"))


def named(digest):
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def fingerprint(row, swapped=False):
    n, e = (mpint(int(row[name], 16)) for name in "ne")
    return named(sha256(field(b"ssh-rsa"), *((n, e) if swapped else (e, n))))


# --- 48 questions ---

def packed(bits):
    return int("".join("1" if bit else "0" for bit in bits), 2).to_bytes(6, "big")


def decisions(right, *wrong):
    return packed(right), [packed(right[::-1]), packed([not bit for bit in right]), *map(packed, wrong)]


# --- 01 ---

@kind(1, "hash")
def hash_(task):
    line = task.shows[0].encode()
    right = sha256(line)
    return right, [sha256(right), sha256(line, b"\n"), sha256(line, b"\r\n"), sha256(b'"', line, b'"'),
                   sha256(line.upper())]


@kind(1, "fingerprint")
def fingerprint_(task):
    textbook, other, modern = rows(task, "allowed.csv")
    assert textbook["name"] == modern["name"] == said(task, r"belong to (\w+),") != other["name"]
    assert textbook["family"] == "textbook" and modern["family"] == ""
    return fingerprint(modern), [fingerprint(textbook), fingerprint(other),
                                 named(sha256(task.file("allowed.csv"))), fingerprint(modern, swapped=True)]


def lines_of(task, name):
    return [json.loads(line) for line in task.file(name).decode().splitlines()]


@kind(1, "tag")
def tag(task):
    events = lines_of(task, "talk.rec")
    records = [event for event in events if event["kind"] == "frame" and not event["sent"] and event["channel"] == 2]
    inner = {event["record"]: bytes.fromhex(event["bytes"]["hex"]) for event in events
             if event["kind"] == "inner" and event["channel"] == 2}
    said_ = f"\1say\t{task.shows[1]}\n".encode()
    at = next(i for i, record in enumerate(records) if inner.get(record["number"]) == said_)
    frame, later = (bytes.fromhex(record["frame"]["hex"]) for record in records[at:at + 2])
    return frame[-16:], [frame[4:20], frame[:16], frame[-32:-16], frame[:-17:-1], later[-16:]]


# --- 02 ---

@kind(2, "private-exponent")
def private_exponent(task):
    phi = (task.p - 1) * (task.q - 1)
    lambda_ = phi // math.gcd(task.p - 1, task.q - 1)
    right = pow(task.e, -1, lambda_)
    wrong = [pow(task.e, -1, phi), lambda_ - right, task.e]
    try:
        return right, wrong + [pow(task.e, -1, task.p * task.q)]
    except ValueError:
        return right, wrong


@kind(2, "encrypt")
def encrypt(task):
    n, e, d, m = task.n, task.e, task.d, task.m
    before = pow(m, e - 1, n)
    return pow(m, e, n), [pow(m, d, n), m * e % n, pow(e, m, n), before, before * m]


@kind(2, "crt")
def crt(task):
    p, q = task.p, task.q
    mp, mq = pow(task.c % p, task.d % (p - 1), p), pow(task.c % q, task.d % (q - 1), q)
    m = pow(task.c, task.d, p * q)
    h = m // q
    assert m == mq + h * q
    return h, [p - h, (mp - mq) % p, (mp - mq) * pow(p, -1, q) % p, m]


@kind(2, "false-prime")
def false_prime(task):
    smallest, largest, middle = int(task.answer), int(task.wrong[0]), int(task.wrong[1])
    assert smallest * middle * largest == task.q and 1 < smallest < middle < largest
    assert all(pow(2, n - 1, n) == 1 and pow(3, n - 1, n) == 1 for n in (smallest, middle, largest))
    assert all(pow(b, task.q - 1, task.q) == 1 for b in (2, 3, 5, 7))
    return smallest, [largest, middle, middle * largest, smallest * middle]


# --- 03 ---

@kind(3, "allowed")
def allowed(task):
    known = {fingerprint(row): row for row in rows(task, "allowed.csv")}
    right, any_suite, for_ever, listed = [], [], [], []
    for knock in rows(task, "knocks.csv"):
        row = known.get(knock["fingerprint"])
        fits = bool(row) and (row["family"] or "modern") == knock["suite"]
        over = bool(row) and row["expires"].startswith("2020")
        right.append(fits and not over)
        any_suite.append(bool(row) and not over)
        for_ever.append(fits)
        listed.append(bool(row))
    return decisions(right, any_suite, for_ever, listed)


@kind(3, "proof")
def proof(task):
    return pow(task.r, task.d, task.n), [task.signature_yesterday, pow(task.r, task.e, task.n),
                                         pow(task.r, task.e_server, task.n_server),
                                         pow(task.r, task.d, task.n_server), task.r * task.d % task.n]


@kind(3, "changed-row")
def changed_row(task):
    read = dict(re.fullmatch(r"(\S+) +(SHA256:\S+)", row).groups() for row in task.shows if "SHA256:" in row)
    now = rows(task, "allowed.csv")
    at = next(i for i, row in enumerate(now) if fingerprint(row) != read[row["name"]])
    row = now[at]
    return fingerprint(row), [read[row["name"]], fingerprint(now[(at + 1) % 6]), fingerprint(now[at - 1]),
                              fingerprint(row, swapped=True)]


# --- 04 ---

@kind(4, "wire")
def wire(task):
    n_a, e_a, d_a, n_s, e_s, K = task.n_a, task.e_a, task.d_a, task.n_s, task.e_s, task.K
    inner = pow(K, d_a, n_a)
    return pow(inner, e_s, n_s), [inner, pow(K, e_s, n_s), pow(pow(K, e_s, n_s), d_a, n_a),
                                  pow(pow(K, e_a, n_a), e_s, n_s), pow(pow(K, d_a, n_s), e_s, n_s)]


@kind(4, "garbled")
def garbled(task):
    inner = pow(task.K, task.d_a, task.n_a)
    sent = pow(inner, task.e_s, task.n_s)
    back = pow(sent, task.d_s, task.n_s)
    assert inner >= task.n_s and back == inner % task.n_s
    return pow(back, task.e_a, task.n_a), [task.K, sent, inner, back]


@kind(4, "lost")
def lost(task):
    count = len(range(task.n_s, task.n_a))
    return count, [task.n_s, count - 1, count + 1, task.n_a % count]


@kind(4, "change")
def change(task):
    old = f"\1say\t{task.shows[0]}\n".encode()
    new = old.replace(re.search(rb"\d+", old).group(), said(task, r"another sum, (\d+)").encode())
    sealed, mask = task.sealed, xor(old, new)
    return xor(sealed, mask), [xor(sealed, mask[1:] + b"\0"),
                               bytes(n if m else s for s, n, m in zip(sealed, new, mask)),
                               bytes(s ^ n if m else s for s, n, m in zip(sealed, new, mask)),
                               bytes((s + n - o) % 256 for s, n, o in zip(sealed, new, old)), mask]


# --- 05 ---

def hmac256(key, data):
    return hmac.digest(key, data, "sha256")


def expand(key, label, count=32):
    return hmac256(key, label + b"\1")[:count]


@kind(5, "signed-digest")
def signed_digest(task):
    m1, m2 = task.file("m1.bin"), task.file("m2.bin")
    inner, label = sha256(m1, m2), b"glassbox-v2 client exchange"
    return sha256(label, inner), [inner, sha256(b"glassbox-v2 server exchange", inner), sha256(label, m1, m2),
                                  sha256(label, sha256(m2, m1)), sha256(label, inner.hex().encode())]


@kind(5, "key")
def key(task):
    label = b"glassbox-v2 c2s key"
    prk = hmac256(task.salt, task.secret)
    return expand(prk, label), [prk, expand(prk, b"glassbox-v2 s2c key"), hmac256(prk, label),
                                expand(task.secret, label), expand(hmac256(task.secret, task.salt), label)]


@kind(5, "nonce")
def nonce(task):
    number, iv = int(said(task, r"has sent (\d+) records")), expand(task.prk, b"glassbox-v2 c2s iv", 12)

    def laid(number, order="big"):
        return number.to_bytes(8, order)
    return xor(iv, bytes(4) + laid(number)), [
        xor(iv, bytes(4) + laid(number + 1)), xor(iv, laid(number) + bytes(4)),
        xor(iv, bytes(4) + laid(number, "little")),
        ((int.from_bytes(iv, "big") + number) % 2**96).to_bytes(12, "big"), iv]


# --- 06 ---

@kind(6, "port-message")
def port_message(task):
    K, sealed = task.K, task.sealed
    plain = xor(sealed, K + K[:3])
    assert plain[0] == 2
    return plain[1:], [plain[:-1], plain[:0:-1], xor(sealed[1:], K + K[:2]), plain[1:16] + sealed[16:],
                       plain[2:0:-1] + plain[3:]]


@kind(6, "ticket-proof")
def ticket_proof(task):
    secret, ticket, r = task.secret, task.ticket, task.r
    client = expand(secret, b"glassbox-v2 resume client")
    server = expand(secret, b"glassbox-v2 resume server")
    return hmac256(client, b"client" + ticket + r), [
        hmac256(client, b"client" + r + ticket), hmac256(client, ticket + r), hmac256(secret, b"client" + ticket + r),
        hmac256(server, b"server" + ticket + r), hmac256(server, b"client" + ticket + r)]


@kind(6, "pool")
def pool(task):
    knocks = []
    for row in task.shows:
        at, comes = re.fullmatch(r"knock +\d+  second +(\d+)  (?:never comes|comes in second +(\d+))", row).groups()
        knocks.append((int(at), int(comes) if comes else None))

    def served(wait=10, talks=False, order=(1, 2, 3, 4, 5)):
        held, digits = {}, ""
        for at, comes in knocks:
            held = {port: until for port, until in held.items() if until > at}
            free = [port for port in order if port not in held]
            digits += str(free[0] if free else 0)
            if free:
                held[free[0]] = at + wait if comes is None else 10**6 if talks else comes
        return digits
    return served(), [served(talks=True), served(wait=10**6), served(wait=11), served(order=(5, 4, 3, 2, 1))]


# --- 07 ---

@kind(7, "password")
def password(task):
    user, tried, log = said(task, r"has (\w+) come in"), [], task.file("commands.txt").decode()
    for name, word, reply in re.findall(r"USER (\S+)\\r\n331 .*\nPASS (\S+)\\r\n(\d+)", log):
        tried.append((name, word, reply == "230"))

    def of(own, right):
        return next(word for name, word, good in tried if (name == user) == own and good == right)
    return of(True, True), [of(True, False), of(False, True), of(False, False), user]


@kind(7, "passive-ports")
def passive_ports(task):
    pairs = [tuple(map(int, re.search(r"(\d+),(\d+)\)$", row).groups())) for row in task.shows]
    right, *wrong = ("".join(str(port(high, low)) for high, low in pairs) for port in (
        lambda high, low: high * 256 + low, lambda high, low: low * 256 + high, lambda high, low: f"{high}{low}",
        lambda high, low: high * 255 + low, lambda high, low: high + low))
    return right, wrong


@kind(7, "sizes")
def sizes(task):
    files = {}
    for row in task.shows:
        found = re.fullmatch(r"(\d)  \w+ +(\d+) bytes", row)
        if found:
            files[int(found.group(2))] = found.group(1)
    sent = [int(found.group(1)) for found in (re.fullmatch(r"upload +\d+  (\d+) bytes", row) for row in task.shows)
            if found]
    order = sorted(files)
    right = [files[total - 113] for total in sent]
    by_size = [str(1 + order.index(total - 113)) for total in sent]
    larger = [files.get(total, files[order[-1]]) for total in sent]
    smaller = [files.get(total - 226, files[order[0]]) for total in sent]
    return "".join(right), ["".join(wrong) for wrong in (larger, smaller, right[::-1], by_size)]


@kind(7, "jail")
def jail(task):
    home = said(task, r"in (/srv/\w+)\.")
    paths = [found.group(1) for found in (re.fullmatch(r" *\d+  (\S+)", row) for row in task.shows) if found]
    assert len(paths) == 48

    def is_out(path):
        full = os.path.normpath(home + "/" + path)
        return full != home and not full.startswith(home + "/")
    steps = [["/".join(path.split("/")[:i + 1]) for i in range(path.count("/") + 1)] for path in paths]
    return decisions([is_out(path) for path in paths], [".." in path.split("/") for path in paths],
                     [path.startswith("..") for path in paths], [any(map(is_out, each)) for each in steps],
                     [not os.path.normpath(home + "/" + path).startswith(home) for path in paths])


# --- 08: with the thief of the lesson ---

def stolen(task):
    fields = dict(row[:2] for row in csv.reader(io.StringIO(task.file("server.key.csv").decode())))
    return {name: int(fields[name], 16) for name in ("n", "e", "d")}


def frames(task):
    client = {}
    for line in lines_of(task, "notes.rec"):
        if line["kind"] == "open":
            client[line["channel"]] = line["role"] == "client"
        elif line["kind"] == "frame":
            to_server = client[line["channel"]] == line["sent"]
            yield line["channel"], "C->S" if to_server else "S->C", bytes.fromhex(line["frame"]["hex"])


def asked(words):
    lines = [text.decode()[4:].rstrip("\n") for text in words if text.startswith(b"say\t")]
    assert len(lines) == 4
    return lines[1], [lines[0], lines[2], lines[3], "say " + lines[1]]


@kind(8, "stolen-key")
def stolen_key(task):
    sender, words = None, []
    for _, direction, frame in frames(task):
        if direction == "C->S" and frame[0] == thief.HELLO:
            _, sender, _ = thief.hello(frame[4:])
        elif direction == "C->S" and frame[0] == thief.RECORD:
            words.append(thief.open_textbook(frame[4:], stolen(task), sender))
    return asked(words)


@kind(8, "fresh-key")
def fresh_key(task):
    opened, last, words = thief.Modern(bytes.fromhex(task.file("fresh.txt").decode())), None, []
    for channel, direction, frame in frames(task):
        what, body = frame[0], frame[4:]
        if channel != last:
            opened.keys, last = {}, channel
        if what != thief.RECORD:
            opened.transcript += frame
        if what == thief.HELLO:
            opened.shares[direction] = thief.hello(body)[2]
        if what in (thief.EXCHANGE, thief.RESUME) and direction == "S->C":
            opened.draw_keys()
        if what == thief.RECORD:
            told = opened.open(direction, body).removeprefix("record: ")
            words += [ast.literal_eval(told)] if told.startswith("b") and direction == "C->S" else []
    return asked(words)


@kind(8, "shared-secret")
def shared_secret(task):
    secret = thief.x25519(task.k, task.u)
    return secret, [secret[::-1], thief.x25519(task.k, bytes([9] + 31 * [0])), thief.x25519(task.k[::-1], task.u),
                    thief.x25519(task.u, task.k)]
