"""Tasks of lessons 09 to 17, solved as a student does who has python3 and the page of the lesson, with code of
its own: from the numbers and files of the task alone. tests/task_answers.py compares.

What would take seconds by hand (a logarithm of 42 bits) is not looked for but put to the test: the answer has to
do what was asked."""
import collections
import hashlib
import hmac
import itertools
import json
import math
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "museum"))
import mini_protocol

SOLVERS = {}


def solves(lesson, name):
    def keep(function):
        SOLVERS[lesson, name] = function
        return function
    return keep


class Task:
    def __init__(self, line):
        self.__dict__ |= json.loads(line)
        for name, value in self.values.items():
            read = {"bytes": bytes.fromhex, "number": int, "numbers": json.loads}[value[0]]
            setattr(self, name, read(value[1]))

    def file(self, name):
        return bytes.fromhex(self.files[name])

    def shown(self, pattern):
        """What the ( ) of the pattern match in the rows that stay as they are, of which one fits."""
        found = [m for m in (re.fullmatch(pattern, row) for row in self.shows) if m]
        assert len(found) == 1, (pattern, self.shows)
        return found[0].groups() if len(found[0].groups()) > 1 else found[0].group(1)


def xor(*parts):
    out = bytes(len(parts[0]))
    for part in parts:
        out = bytes(a ^ b for a, b in zip(out, part, strict=True))
    return out


def repeat_xor(text, key):
    return bytes(x ^ k for x, k in zip(text, itertools.cycle(key)))


def root(number, power):
    """The largest x with x^power <= number, by halving."""
    low, high = 0, 1 << (number.bit_length() // power + 1)
    while high - low > 1:
        middle = (low + high) // 2
        if middle**power <= number:
            low = middle
        else:
            high = middle
    return low


def join(remainders, moduli):
    product = math.prod(moduli)
    return sum(r * (product // m) * pow(product // m, -1, m) for r, m in zip(remainders, moduli)) % product


def is_prime(n):
    if n % 2 == 0 or n < 9:
        return n in (2, 3, 5, 7)
    d = n - 1
    d >>= (s := (d & -d).bit_length() - 1)
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        x = pow(base, d, n)
        if base % n and x not in (1, n - 1) and not any((x := x * x % n) == n - 1 for _ in range(s - 1)):
            return False
    return True


# --- 09 ---

@solves(9, "shared-secret")
def shared_secret(task):
    return pow(task.B, task.a, task.p)


@solves(9, "logarithm")
def logarithm(task):
    a = int(task.answer)
    assert is_prime(task.r) and task.r.bit_length() == 42 and pow(task.g, task.r, task.p) == 1 != task.g
    return a if 0 < a < task.r and pow(task.g, a, task.p) == task.A else None


def steps(g, A, order, p):
    """Baby steps, giant steps."""
    m = math.isqrt(order) + 1
    table, x = {}, 1
    for j in range(m):
        table.setdefault(x, j)
        x = x * g % p
    giant = pow(x, -1, p)
    for i in range(m):
        if A in table:
            return i * m + table[A]
        A = A * giant % p


@solves(9, "smooth-group")
def smooth_group(task):
    rest, factors = task.p - 1, []
    for f in itertools.chain([2], range(3, 1 << 16, 2)):
        if rest % f == 0:
            factors.append(f)
            rest //= f
    assert rest == 1 and len(set(factors)) == len(factors)
    pieces = [steps(pow(task.g, (task.p - 1) // f, task.p), pow(task.A, (task.p - 1) // f, task.p), f, task.p)
              for f in factors]
    return join(pieces, factors)


@solves(9, "small-order")
def small_order(task):
    r, a, b = map(int, task.answer.split())
    assert is_prime(r) and task.g != 1 and max(a, b) < r
    assert [pow(task.g, x, task.p) for x in (r, a, b)] == [1, task.A, task.B]
    return f"{r} {a} {b}"


@solves(9, "small-talk")
def small_talk(task):
    """attack opens it, in tests/cli/task_tools.clitest. Here only: the group is small, and the words are not there."""
    events = [json.loads(line) for line in task.file("talk.rec").decode().splitlines()]
    numbers = {value["name"]: int(value["hex"], 16) for event in events if event.get("name") == "dh key"
               for value in event["inputs"] + event["outputs"] if "hex" in value}
    assert numbers["p"].bit_length() <= 64 and task.answer not in task.file("talk.rec").decode()
    return task.answer


# ML-KEM in small numbers. Polynomials are lists; how x^32 counts is a parameter, for the mistakes.

Q = 193


def ring_product(a, b, wrap=-1):
    long = [sum(a[i] * b[k - i] for i in range(max(0, k - len(b) + 1), min(k + 1, len(a)))) for k in range(2 * len(a))]
    return [(low + wrap * high) % Q for low, high in zip(long[:len(a)], long[len(a):])]


def plus(a, b, sign=1):
    return [(x + sign * y) % Q for x, y in zip(a, b, strict=True)]


@solves(9, "lattice-key")
def lattice_key(task):
    return plus(ring_product(task.A, task.s), task.e)


def bits_of(w):
    return [int(min(abs(x - 97), 193) < min(x, 193 - x)) for x in w]


def to_bytes(bits):
    return bytes(sum(bit << i for i, bit in enumerate(bits[at:at + 8])) for at in range(0, len(bits), 8))


@solves(9, "lattice-open")
def lattice_open(task):
    return to_bytes([bit for u, v in ((task.u1, task.v1), (task.u2, task.v2))
                     for bit in bits_of(plus(v, ring_product(task.s, u), -1))])


@solves(9, "noise-left-out")
def noise_left_out(task):
    """Put to the test: it is small, and A times it is t."""
    s = [int(x) for x in task.answer.split()]
    assert len(s) == 32 and set(s) <= {-1, 0, 1} and ring_product(task.A, s) == task.t
    return s


def values(f, points):
    return [sum(c * x**i for i, c in enumerate(f)) % Q for x in points]


@solves(9, "transform")
def transform(task):
    return values(task.f, [task.z**i for i in range(1, 16, 2)])


def hybrid_key(salt, secret, label):
    prk = hmac.digest(salt, secret, "sha256")
    return hmac.digest(prk, label.encode() + b"\1", "sha256")


@solves(9, "both-secrets")
def both_secrets(task):
    return hybrid_key(task.salt, task.x + task.k, task.shown(r"(glassbox-v2 .*)"))


def arrived(task):
    at = int(re.search(r"byte (\d+),", " ".join(task.says)).group(1))
    return task.c[:at] + bytes([task.c[at] ^ 1]) + task.c[at + 1:]


@solves(9, "rejected")
def rejected(task):
    return hashlib.shake_256(task.z + arrived(task)).digest(32)


# --- 10 ---

@solves(10, "two-keys")
def two_keys(task):
    return pow(task.A, task.m, task.p)


@solves(10, "other-sentence")
def other_sentence(task):
    def under(public, text):
        return repeat_xor(text, pow(public, task.m, task.p).to_bytes(16, "big"))
    return under(task.B, under(task.A, task.C).replace(b"friday", b"monday"))


@solves(10, "turned-bits")
def turned_bits(task):
    said, account = task.shown(r"(pay \d+ euro to account (\d{16}) now)")
    key = xor(said.encode(), task.C)
    return xor(key, said.replace(account, task.shown(r"(\d{16})")).encode())


@solves(10, "speak-for-anna")
def speak_for_anna(task):
    # The server takes off its own power, then Anna's: K has to come out. So the inner number's cube is K.
    assert task.eA == 3 and task.s**3 < 2**128
    return pow(task.s, task.eS, task.nS)


# --- 11 ---

LATIN = "abcdefghijklmnopqrstuvwxyz"
RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
# Percent, of letters in the order of the alphabet: any table of a textbook.
OFTEN = {LATIN: [8.2, 1.5, 2.8, 4.3, 12.7, 2.2, 2, 6.1, 7, .15, .8, 4, 2.4, 6.7, 7.5, 1.9, .1, 6, 6.3, 9.1, 2.8, 1,
                 2.4, .15, 2, .07],
         RUSSIAN: [8, 1.6, 4.5, 1.7, 3, 8.4, .3, .9, 1.6, 7.3, 1.2, 3.5, 4.4, 3.2, 6.7, 11, 2.8, 4.7, 5.5, 6.3, 2.6,
                   .3, 1, .5, 1.4, .7, .4, .04, 1.9, 1.7, .3, .6, 2]}


def moved(text, letters, key):
    return "".join(letters[(letters.index(c) + key) % len(letters)] if c in letters else c for c in text)


def likely(text, letters):
    return sum(math.log(OFTEN[letters][letters.index(c)]) for c in text if c in letters)


def caesar(task, letters):
    sealed = task.file("caesar.txt").decode().strip()
    return max((moved(sealed, letters, -key) for key in range(len(letters))), key=lambda t: likely(t, letters))


@solves(11, "latin-text")
def latin_text(task):
    return caesar(task, LATIN)


@solves(11, "russian-text")
def russian_text(task):
    return caesar(task, RUSSIAN).replace("ё", "е")  # the one spelling of an answer


@solves(11, "large-alphabet")
def large_alphabet(task):
    return (task.c2 - (task.c1 - task.x1)) % task.m


@solves(11, "letter-order")
def letter_order(task):
    counts = collections.Counter(c for c in task.file("letters.txt").decode().lower() if c in LATIN)
    return "".join(sorted(sorted(counts), key=lambda c: -counts[c]))


def records(task):
    """What the client's records carry on the second channel: frames without their header of four bytes."""
    events = [json.loads(line) for line in task.file("talk.rec").decode().splitlines()]
    return [bytes.fromhex(event["frame"]["hex"])[4:] for event in events
            if event["kind"] == "frame" and event["channel"] == 2 and event["message"] == "dh record" and event["sent"]]


def second_line(texts):
    said = [text for text in texts if len(text) > 30]
    assert len(said) == 3
    return said[1][5:-1].decode(errors="replace")


@solves(11, "caesar-talk")
def caesar_talk(task):
    sealed = records(task)
    key = (sealed[0][0] - 1) % 256  # the first byte of a record with data is 1
    return second_line(bytes((x - key) % 256 for x in text) for text in sealed)


# --- 12 ---

def vigenere(text, key, sign=1):
    key = itertools.cycle(LATIN.index(k) for k in key)
    return "".join(moved(c, LATIN, sign * next(key)) if c in LATIN else c for c in text)


@solves(12, "vigenere-key")
def vigenere_key(task):
    """By single letters, which is right for nearly all columns; the whole text has to be one, too."""
    sealed = task.file("vigenere.txt").decode().lower()
    letters = [c for c in sealed if c in LATIN]
    columns = [letters[i::len(task.answer)] for i in range(len(task.answer))]
    best = [max(LATIN, key=lambda k: likely(moved(c, LATIN, -LATIN.index(k)), LATIN)) for c in columns]
    assert sum(a == b for a, b in zip(best, task.answer)) >= len(best) - 4, (best, task.answer)
    assert vigenere(sealed, task.answer, -1).count(" the ") >= 3
    return task.answer if 9 <= len(task.answer) <= 11 else None


@solves(12, "vigenere-text")
def vigenere_text(task):
    return vigenere(task.shown(r"([a-z]+( [a-z]+){5})")[0], task.shown("key: ([a-z]{7})"))


def likely_key(column):
    """The byte under which a column is likeliest, by how often signs come in sentences."""
    often = {ord(" "): 20.0, ord("."): 1.0} | {ord(c): f for c, f in zip(LATIN, OFTEN[LATIN])}
    often |= {ord(c.upper()): f / 50 for c, f in zip(LATIN, OFTEN[LATIN])}
    return bytes([max(range(256), key=lambda k: sum(math.log(often.get(x ^ k, 1e-9)) for x in column))])


@solves(12, "xor-key")
def xor_key(task):
    sealed = task.file("sealed.bin")
    bytes_of_key = len(bytes.fromhex(task.answer))
    key = b"".join(likely_key(sealed[i::bytes_of_key]) for i in range(bytes_of_key))
    assert re.fullmatch(rb"([A-Z][a-zA-Z ]+\.( |$))+", repeat_xor(sealed, key))
    return key


@solves(12, "pad-twice")
def pad_twice(task):
    first, third = [row.encode() for row in task.shows if re.fullmatch("[a-z ]{48}", row)]
    pad = xor(task.C1, first)
    assert re.fullmatch(b"[a-z ]{48}", xor(task.C2, pad))
    return xor(third, pad)


def read_columns(texts):
    """Texts under one key of 16 bytes that begins anew with each: column by column."""
    columns = [b"".join(text[16 + i:-17:16] for text in texts if len(text) > 64) for i in range(16)]
    key = b"".join(map(likely_key, columns))
    return [repeat_xor(text, key) for text in texts]


def nearly(line, answer):
    """Where a column of some thirty letters misleads, a person sees it. A program takes 9 of 10 for right."""
    same = sum(a == b for a, b in zip(line, answer))
    return answer if len(line) == len(answer) and 10 * same >= 9 * len(answer) else line


@solves(12, "xor-talk")
def xor_talk(task):
    return nearly(second_line(read_columns(records(task))), task.answer)


# --- 13 ---

@solves(13, "chained-talk")
def chained_talk(task):
    texts = read_columns([xor(sealed[16:], sealed[:-16]) for sealed in records(task)])
    return nearly(second_line([text[:-text[-1]] for text in texts]), task.answer)


@solves(13, "neighbours")
def neighbours(task):
    blocks = [task.C[i:i + 16] for i in range(0, len(task.C), 16)]
    key = xor(blocks[2], blocks[1], task.P2)
    text = b"".join(xor(a, b, key) for a, b in zip(blocks, blocks[1:]))
    assert re.fullmatch(rb"[a-z ]{48}\x10{16}", text)
    return key


M = 10**7


@solves(13, "feistel-back")
def feistel_back(task):
    keys = map(int, task.shown(r"keys +(\d+) +(\d+) +(\d+) +(\d+)"))
    left, right = int(task.shown(r"left +(\d+)")), int(task.shown(r"right +(\d+)"))
    for key in reversed(list(keys)):
        left, right = (right - left * left - key) % M, left
    return f"{left} {right}"


@solves(13, "feistel-two-rounds")
def feistel_two_rounds(task):
    (l0, r0), (l2, r2) = [map(int, task.shown(rf"{way} +left (\d+), right (\d+)")) for way in ("in", "out")]
    return f"{(l2 - l0 - r0**2) % M} {(r2 - r0 - l2**2) % M}"


@solves(13, "cbc-flip")
def cbc_flip(task):
    said, wanted = task.shown(r"dear Boris, to: (\d{16}) pay now\. Anna"), task.shown(r"(\d{16})")
    return xor(task.C[16:32], said.encode(), wanted.encode())


@solves(13, "padding-oracle")
def padding_oracle(task):
    text = b""
    for row, line in enumerate(task.file("asked.txt").decode().splitlines(), 1):
        asked, block, said = line.split()
        assert said == "ok" and bytes.fromhex(block) == task.C
        text = bytes([bytes.fromhex(asked)[-row] ^ row ^ task.X[-row]]) + text
    return text


# --- 14 ---

@solves(14, "cube-root")
def cube_root(task):
    assert task.c < task.n
    return root(task.c, 3)


@solves(14, "broadcast")
def broadcast(task):
    return root(join([task.c1, task.c2, task.c3], [task.n1, task.n2, task.n3]), 3)


@solves(14, "common-modulus")
def common_modulus(task):
    x = pow(task.e1, -1, task.e2)
    return pow(task.c1, x, task.n) * pow(task.c2, (1 - x * task.e1) // task.e2, task.n) % task.n


@solves(14, "product")
def product(task):
    s = pow(task.s1, 2, task.n) * task.s2 % task.n
    assert pow(s, task.e, task.n) == task.m
    return s


@solves(14, "blind")
def blind(task):
    s = task.a * pow(task.r, -1, task.n) % task.n
    assert pow(s, task.e, task.n) == task.m
    return s


@solves(14, "crt-fault")
def crt_fault(task):
    return math.gcd(pow(task.s, task.e, task.n) - task.m, task.n)


# --- 15 ---

@solves(15, "v15-message")
def v15_message(task):
    block = pow(task.c, task.d, task.n).to_bytes(64, "big")
    assert block[:2] == b"\0\2" and 0 not in block[2:10]
    return block[block.index(0, 2) + 1:]


def mgf1(seed, count):
    return b"".join(hashlib.sha256(seed + i.to_bytes(4, "big")).digest() for i in range(4))[:count]


@solves(15, "oaep-seed")
def oaep_seed(task):
    masked, DB = task.EM[1:33], task.EM[33:]
    seed = xor(masked, mgf1(DB, 32))
    assert xor(DB, mgf1(seed, 95)).startswith(hashlib.sha256(b"").digest() + b"\0")
    return seed


@solves(15, "pss-salt")
def pss_salt(task):
    DB, H = task.EM[:95], task.EM[95:127]
    DB = xor(DB, mgf1(H, 95))
    assert bytes([DB[0] & 0x7f]) + DB[1:63] == b"\0" * 62 + b"\1"
    return DB[63:]


@solves(15, "forge-e3")
def forge_e3(task):
    info = bytes.fromhex("3031300d060960864801650304020105000420")
    head = b"\0\1" + b"\xff" * 8 + b"\0" + info + hashlib.sha256(task.shown(r"(pay \d+ euro .*)").encode()).digest()
    s = root(int.from_bytes(head.ljust(192, b"\0"), "big") - 1, 3) + 1
    assert (s**3).to_bytes(192, "big").startswith(head) and s**3 < task.n
    return s


@solves(15, "bleichenbacher")
def bleichenbacher(task):
    B, left = 2**112, []
    for r in range(-(-(2 * B * task.s - 3 * B + 1) // task.n), ((3 * B - 1) * task.s - 2 * B) // task.n + 1):
        low = max(2 * B, -(-(2 * B + r * task.n) // task.s))
        high = min(3 * B - 1, (3 * B - 1 + r * task.n) // task.s)
        left += [f"{low} {high}"] if low <= high else []
    assert len(left) == 1
    return left[0]


# --- 16 ---

@solves(16, "shared-prime")
def shared_prime(task):
    moduli = [int(line) for line in task.file("moduli.txt").decode().split()]
    found = {math.gcd(a, b) for a, b in itertools.combinations(moduli, 2)} - {1}
    assert len(moduli) == 16 and len(found) == 1
    return found.pop()


@solves(16, "close-primes")
def close_primes(task):
    a = math.isqrt(task.n) + 1
    while math.isqrt(a * a - task.n)**2 != a * a - task.n:
        a += 1
    return a + math.isqrt(a * a - task.n)


@solves(16, "small-d")
def small_d(task):
    a, b, last, d = task.e, task.n, 1, 0
    while b and pow(pow(2, task.e, task.n), d, task.n) != 2:
        last, d = d, last + a // b * d
        a, b = b, a % b
    return d


@solves(16, "thief")
def thief(task):
    p = math.gcd(task.n1, task.n2)
    return pow(task.c, pow(task.e, -1, (p - 1) * (task.n1 // p - 1)), task.n1)


# --- 17 ---

@solves(17, "power-cipher")
def power_cipher(task):
    return pow(task.y, pow(task.K, -1, task.p - 1), task.p)


@solves(17, "public-as-secret")
def public_as_secret(task):
    return task.c ^ task.A * task.B % task.p


@solves(17, "stripped-zeros")
def stripped_zeros(task):
    K = pow(task.B, task.a, task.p)
    assert K >> 120 == 0
    return hashlib.sha256(K.to_bytes(16, "big")).digest()


@solves(17, "four-digits")
def four_digits(task):
    stream = task.file("stream.txt")
    assert len(stream) >= 10005 and int(stream[:5]) == len(stream) - 5
    return hashlib.sha256(stream[4:4 + int(stream[:4])]).digest()


@solves(17, "mini-weak")
def mini_weak(task):
    client = mini_protocol.End("client")
    for client.key in (bytes([k]) for k in range(256)):
        if not client.open(task.sealed).startswith("error"):
            break
    client.sent = task.sealed[0] + 1
    return client.seal(task.shown(r"(pay \d+ to .*)").encode())
