#!/usr/bin/env python3
"""Reads tasks from stdin, one of JSON a line (as tests/unit/task_solved.c writes them). Compares the right answer with
tests/task_solutions.py, and each usual mistake with what comes out of making it, below; those of lessons 01 to 08
with tests/task_first_solutions.py. Exits with 1 and says which, if one differs or is missing here."""
import collections
import hashlib
import hmac
import math
import sys

import task_first_solutions
from task_solutions import (LATIN, M, RUSSIAN, SOLVERS, Task, arrived, bits_of, hybrid_key, is_prime, join,
                            mgf1, mini_protocol, moved, plus, repeat_xor, ring_product, root, to_bytes, values, vigenere, xor)

MISTAKES = {}


def mistakes(lesson, name):
    """The function gives, for a task and its right answer, the wrong answers in the order of the task."""
    def keep(function):
        MISTAKES[lesson, name] = function
        return function
    return keep


def other_lines(t, line):
    """Of a talk the other two lines are not known here, but where they stand."""
    first, last = t.wrong[:2]
    return [first, last, f"say {line}", f"say {first}"]


for talk in ((9, "small-talk"), (11, "caesar-talk"), (12, "xor-talk"), (13, "chained-talk")):
    mistakes(*talk)(other_lines)


# --- 09 ---

@mistakes(9, "shared-secret")
def shared_secret(t, K):
    A = pow(t.g, t.a, t.p)
    return [pow(A, t.a, t.p), pow(t.a, t.B, t.p), A * t.B % t.p, t.a * t.B % t.p, t.B ^ t.a % t.p,
            pow(t.B, t.a, t.p - 1), A]


@mistakes(9, "logarithm")
def logarithm(t, a):
    m = math.isqrt(t.r) + 1
    wrong = [a % m * m + a // m, a + 1, a + m, -a % t.r, a + t.r]
    b = int(t.wrong[5])
    assert pow(t.g, b, t.p) == t.B and b < t.r
    return wrong + [b, pow(t.B, a, t.p)]


@mistakes(9, "smooth-group")
def smooth_group(t, a):
    factors = [f for f in range(2, 1 << 16) if (t.p - 1) % f == 0 and is_prime(f)]
    pieces = [a % f for f in factors]
    return [join(pieces[1:], factors[1:]), join(pieces[:-1], factors[:-1]), pieces[-1], sum(pieces), t.p - 1 - a]


@mistakes(9, "small-order")
def small_order(t, answer):
    r, a, b = map(int, answer.split())
    return [f"{r} {b} {a}", f"{t.p - 1} {a} {b}", f"{r + 1} {a} {b}", f"{r - 1} {a} {b}", f"{r} {a + 1} {b + 1}"]


@mistakes(9, "lattice-key")
def lattice_key(t, right):
    return [plus(ring_product(t.A, t.s, 1), t.e), plus(ring_product(t.A, t.s, 0), t.e),
            [(a * s + e) % 193 for a, s, e in zip(t.A, t.s, t.e)], ring_product(t.A, t.s),
            plus(ring_product(t.A, t.s), t.e, -1), plus(ring_product(t.A, t.e), t.s)]


@mistakes(9, "lattice-open")
def lattice_open(t, right):
    pairs = [(t.u1, t.v1), (t.u2, t.v2)]

    def opened(w_of):
        return to_bytes([bit for u, v in pairs for bit in bits_of(w_of(u, v))])
    upper = [int(x > 96) for u, v in pairs for x in plus(v, ring_product(t.s, u), -1)]
    return [opened(lambda u, v: plus(v, ring_product(t.s, u))),
            opened(lambda u, v: plus(v, ring_product(t.s, u, 1), -1)),
            opened(lambda u, v: plus(u, ring_product(t.s, v), -1)), to_bytes(upper), bytes(255 - x for x in right),
            bytes(int(f"{x:08b}"[::-1], 2) for x in right), right[4:] + right[:4]]


@mistakes(9, "noise-left-out")
def noise_left_out(t, s):
    circle, columns = map(numbers, t.wrong[4:])
    assert ring_product(t.A, circle, 1) == t.t
    mirror = [t.A[0]] + [-a for a in t.A[:0:-1]]  # of which the equations are those of A, rows and columns changed
    assert ring_product(mirror, columns) == t.t
    return [[x % 193 for x in s], [-x for x in s], s[::-1], [x * pow(a, -1, 193) % 193 for a, x in zip(t.A, t.t)],
            circle, columns]


@mistakes(9, "transform")
def transform(t, right):
    return [[right[int(f"{i:03b}"[::-1], 2)] for i in range(8)], values(t.f, [t.z**i for i in range(0, 16, 2)]),
            values(t.f, [t.z**i for i in range(1, 9)]), values(t.f, [t.z * i for i in range(1, 16, 2)]),
            values(t.f[::-1], [t.z**i for i in range(1, 16, 2)])]


@mistakes(9, "both-secrets")
def both_secrets(t, right):
    label = t.shown(r"(glassbox-v2 .*)")
    return [*(hybrid_key(t.salt, secret, label) for secret in (t.k + t.x, t.x, t.k, xor(t.x, t.k))),
            hybrid_key(t.salt, t.x + t.k, label.replace("c2s", "s2c")), hmac.digest(t.salt, t.x + t.k, "sha256")]


@mistakes(9, "rejected")
def rejected(t, right):
    c = arrived(t)
    return [hashlib.shake_256(t.z + t.c).digest(32), hashlib.shake_256(c + t.z).digest(32),
            hashlib.sha3_256(t.z + c).digest(), hashlib.shake_128(t.z + c).digest(32),
            hashlib.shake_256(c).digest(32), t.z]


# --- 10 ---

@mistakes(10, "two-keys")
def two_keys(t, K):
    M = pow(t.g, t.m, t.p)
    return [pow(t.B, t.m, t.p), M, pow(t.m, t.A, t.p), t.A * M % t.p, t.A * t.m % t.p, pow(t.A * t.B, t.m, t.p),
            t.A ^ t.m]


@mistakes(10, "other-sentence")
def other_sentence(t, right):
    anna, boris = [pow(public, t.m, t.p).to_bytes(16, "big") for public in (t.A, t.B)]
    said = repeat_xor(t.C, anna)
    heard = said.replace(b"friday", b"monday")
    return [repeat_xor(heard, anna), repeat_xor(said, boris), repeat_xor(t.C, boris),
            repeat_xor(heard, boris[::-1]), heard]


@mistakes(10, "turned-bits")
def turned_bits(t, right):
    said, is_ = t.shown(r"(pay \d+ euro to account (\d{16}) now)")
    shall, at = t.shown(r"(\d{16})").encode(), said.index(is_)
    is_ = is_.encode()

    def turned(mask, place=at):
        return xor(t.C, (bytes(place) + mask).ljust(len(t.C), b"\0"))
    return [turned(xor(is_, shall), at + 1), turned(xor(is_, shall), at - 1), turned(shall), turned(is_),
            t.C[:at] + shall + t.C[at + 16:],
            t.C[:at] + bytes((c + n - o) % 256 for c, n, o in zip(t.C[at:], shall, is_)) + t.C[at + 16:]]


@mistakes(10, "speak-for-anna")
def speak_for_anna(t, right):
    K = t.s**3
    return [K, t.s, pow(K, t.eS, t.nS), pow(t.s, t.eS, t.nA), pow(K, t.eA, t.nS)]


# --- 11 ---

def by_rule(sealed, letters, commonest):
    most = max(letters, key=sealed.count)
    return moved(sealed, letters, letters.index(commonest) - letters.index(most))


@mistakes(11, "latin-text")
def latin_text(t, text):
    sealed = t.file("caesar.txt").decode().strip()
    key = (LATIN.index(sealed[0]) - LATIN.index(text[0])) % 26
    return [by_rule(sealed, LATIN, "e"), moved(sealed, LATIN, key), moved(sealed, LATIN, -key - 1),
            moved(sealed, LATIN, 1 - key), sealed]


@mistakes(11, "russian-text")
def russian_text(t, text):
    sealed = t.file("caesar.txt").decode().strip()
    key = (RUSSIAN.index(sealed[0]) - RUSSIAN.index(text[0])) % 33
    wrong = [by_rule(sealed, RUSSIAN, "о"), moved(sealed, RUSSIAN, key), moved(sealed, RUSSIAN.replace("ё", ""), -key),
             moved(sealed, RUSSIAN, -key - 1), sealed]
    return [text.replace("ё", "е") for text in wrong]


@mistakes(11, "large-alphabet")
def large_alphabet(t, x2):
    k = (t.c1 - t.x1) % t.m
    return [k, (t.c2 + k) % t.m, abs(t.c2 - k), (t.c2 - t.x1) % t.m, (t.c2 - t.c1) % t.m, (t.c2 + t.x1) % t.m]


@mistakes(11, "letter-order")
def letter_order(t, right):
    text = t.file("letters.txt").decode()
    counts = collections.Counter(c for c in text.lower() if c in LATIN)
    small = collections.Counter(c for c in text if c in LATIN)
    return ["".join(sorted(sorted(counts), key=lambda c: counts[c])), "".join(c for c, _ in counts.most_common()),
            "".join(sorted(sorted(counts, reverse=True), key=lambda c: -counts[c])),
            "".join(sorted(sorted(small), key=lambda c: -small[c]))]


# --- 12 ---

@mistakes(12, "vigenere-key")
def vigenere_key(t, key):
    return ["".join(LATIN[-LATIN.index(k) % 26] for k in key), moved(key, LATIN, 1), key[1:] + key[0], key * 2,
            key[::-1]]


@mistakes(12, "vigenere-text")
def vigenere_text(t, right):
    text, key = t.shown(r"([a-z]+( [a-z]+){5})")[0], t.shown("key: ([a-z]{7})")
    goes_on = "".join(moved(c, LATIN, LATIN.index(key[i % 7])) for i, c in enumerate(text))
    return [goes_on, " ".join(vigenere(word, key) for word in text.split()), vigenere(text, key, -1),
            moved(right, LATIN, 1), moved(text, LATIN, LATIN.index(key[0]))]


@mistakes(12, "xor-key")
def xor_key(t, key):
    sealed, bytes_of_key = t.file("sealed.bin"), len(key)
    return [bytes(k ^ 0x20 for k in key), bytes(k ^ 0x20 ^ ord("e") for k in key), key[1:] + key[:1], key[::-1],
            sealed[:bytes_of_key], xor(sealed[:bytes_of_key], key)]


@mistakes(12, "pad-twice")
def pad_twice(t, right):
    first, third = [row.encode() for row in t.shows if len(row) == 48]
    pad = xor(first, t.C1)
    return [xor(third, t.C1), xor(third, t.C1, t.C2), xor(third, first), xor(third, first, t.C2), pad, xor(t.C2, pad)]


# --- 13 ---

@mistakes(13, "neighbours")
def neighbours(t, K):
    IV, C1, C2, C3 = [t.C[i:i + 16] for i in range(0, 64, 16)]
    return [xor(C2, t.P2), xor(C2, C1), xor(C2, C3, t.P2), xor(C1, IV, t.P2), xor(C1, t.P2), IV, xor(C2, IV, t.P2)]


def rounds(left, right, keys):
    for key in keys:
        left, right = right, (left + right * right + key) % M
    return left, right


def rounds_back(left, right, keys, take=lambda left, right: left):
    for key in keys:
        left, right = (right - take(left, right)**2 - key) % M, left
    return left, right


@mistakes(13, "feistel-back")
def feistel_back(t, right):
    keys = [int(key) for key in t.shown(r"keys +(\d+) +(\d+) +(\d+) +(\d+)")]
    out, in_ = [int(t.shown(rf"{side} +(\d+)")) for side in ("left", "right")], right.split()
    pairs = [in_[::-1], rounds_back(*out, keys), rounds(*out, keys[::-1]), rounds(*out, keys),
             rounds_back(*out, keys[:0:-1]), rounds_back(*out, keys[::-1], lambda left, right: right)]
    return [f"{left} {right}" for left, right in pairs]


@mistakes(13, "feistel-two-rounds")
def feistel_two_rounds(t, right):
    (l0, r0), (l2, r2) = [map(int, t.shown(rf"{way} +left (\d+), right (\d+)")) for way in ("in", "out")]
    k1, k2 = map(int, right.split())
    pairs = [(k2, k1), (l2 - l0, r2 - r0), (r2 - l0 - r0**2, l2 - r0 - l2**2),
             (l2 - l0 - l0**2, r2 - r0 - r0**2), (-k1, -k2)]
    return [f"{one % M} {other % M}" for one, other in pairs]


@mistakes(13, "cbc-flip")
def cbc_flip(t, right):
    old = t.shown(r"dear Boris, to: (\d{16}) pay now\. Anna").encode()
    new = t.shown(r"(\d{16})").encode()
    IV, C1, C2 = t.C[:16], t.C[16:32], t.C[32:48]
    return [xor(C2, old, new), xor(IV, old, new), xor(C1, new), xor(C1, old), xor(old, new), new]


@mistakes(13, "padding-oracle")
def padding_oracle(t, text):
    D, padding = xor(text, t.X[8:]), bytes(range(8, 0, -1))
    return [xor(text, padding), D, xor(D, padding), text[::-1], xor(D, padding, b"\x08" * 8, t.X[8:])]


# --- 14 ---

@mistakes(14, "cube-root")
def cube_root(t, m):
    return [round(t.c**(1 / 3)), int(math.cbrt(t.c)), math.isqrt(t.c), t.c // 3, pow(t.c, t.e, t.n)]


@mistakes(14, "broadcast")
def broadcast(t, m):
    two = join([t.c1, t.c2], [t.n1, t.n2])
    return [m**3, two, root(two, 3), root(t.c1, 3), root(t.c1 * t.c2 * t.c3, 3)]


@mistakes(14, "common-modulus")
def common_modulus(t, m):
    # The x and y that Euclid's algorithm comes to: the ones of the least size.
    x = pow(t.e1, -1, t.e2)
    x = min(x, x - t.e2, key=abs)
    y = (1 - x * t.e1) // t.e2

    def powers(x, y):
        return pow(t.c1, x, t.n), pow(t.c2, y, t.n)
    return [math.prod(powers(abs(x), abs(y))) % t.n, math.prod(powers(y, x)) % t.n, math.prod(powers(-x, -y)) % t.n,
            sum(powers(x, y)) % t.n, *powers(x, y)]


@mistakes(14, "product")
def product(t, s):
    return [t.s1 * t.s2 % t.n, t.s1**2 * t.s2, 2 * t.s1 * t.s2 % t.n, (2 * t.s1 + t.s2) % t.n, t.s1 * t.s2**2 % t.n,
            pow(t.m, t.e, t.n)]


@mistakes(14, "blind")
def blind(t, s):
    return [t.a, t.a * t.r % t.n, t.a * pow(t.r, -t.e, t.n) % t.n, t.a // t.r, (t.a - t.r) % t.n]


@mistakes(14, "crt-fault")
def crt_fault(t, p):
    q = t.n // p
    return [q, pow(t.s, t.e, t.n), (pow(t.s, t.e, t.n) - t.m) % t.n, math.gcd(t.s - t.m, t.n),
            pow(t.e, -1, math.lcm(p - 1, q - 1))]


# --- 15 ---

@mistakes(15, "v15-message")
def v15_message(t, M):
    block = pow(t.c, t.d, t.n).to_bytes(64, "big")
    return [block[block.rindex(0) + 1:], block[2:], block[-16:], M[::-1], block[1:]]


@mistakes(15, "oaep-seed")
def oaep_seed(t, seed):
    masked, DB = t.EM[1:33], t.EM[33:]
    one = hashlib.sha256(DB + b"\0\0\0\1").digest()
    return [masked, mgf1(DB, 32), xor(masked, one), xor(masked, hashlib.sha256(DB).digest()),
            xor(t.EM[:32], mgf1(t.EM[32:-1], 32)), xor(masked, mgf1(masked, 32)), xor(masked, mgf1(DB[:32], 32))]


@mistakes(15, "pss-salt")
def pss_salt(t, salt):
    DB, H = t.EM[:95], t.EM[95:127]
    one = b"".join(hashlib.sha256(H + bytes([0, 0, 0, i])).digest() for i in (1, 2, 3))[63:95]
    without = (hashlib.sha256(H).digest() * 3)[63:95]
    mask = mgf1(H, 95)
    return [DB[63:], H, mask[63:], xor(DB[63:], mask[:32]), xor(DB, mask)[62:94], xor(DB[63:], one),
            xor(DB[63:], without)]


@mistakes(15, "forge-e3")
def forge_e3(t, s):
    letter = t.shown(r"(pay \d+ euro .*)").encode()

    def forged(head=b"\0\1", info=bytes.fromhex("3031300d060960864801650304020105000420"), end=b"", up=1):
        block = head + b"\xff" * 8 + b"\0" + info + hashlib.sha256(letter + end).digest()
        return root(int.from_bytes(block.ljust(192, b"\0"), "big"), 3) + up
    return [forged(up=0), forged(end=b"\n"), forged(info=b""), forged(b"\1"), forged(b"\0\2")]


@mistakes(15, "bleichenbacher")
def bleichenbacher(t, right):
    B, n, s = 2**112, t.n, t.s
    low, high = map(int, right.split())
    pairs = [(high, low), ((2 * B + n) // s, -(-(3 * B - 1 + n) // s)),
             (-(-(2 * B + 2 * n) // s), (3 * B - 1 + 2 * n) // s), (-(-2 * B // s), (3 * B - 1) // s),
             (2 * B + n, 3 * B - 1 + n), (low, high - low), (2 * B, 3 * B - 1)]
    return [f"{one} {other}" for one, other in pairs]


# --- 16 ---

@mistakes(16, "shared-prime")
def shared_prime(t, p):
    n = [int(line) for line in t.file("moduli.txt").decode().split() if int(line) % p == 0]
    if str(n[0] // p) != t.wrong[0]:  # which of the two stands first in the file is not said
        n.reverse()
    return [n[0] // p, n[1] // p, *n, math.lcm(*n)]


@mistakes(16, "close-primes")
def close_primes(t, p):
    q = t.n // p
    return [q, p + q, (p + q) // 2, (p - q) // 2, math.isqrt(t.n), math.isqrt(t.n) + 1]


@mistakes(16, "small-d")
def small_d(t, d):
    a, b, denominators, numerators = t.e, t.n, [1, 0], [0, 1]
    while b and d not in denominators[:-1]:
        denominators.append(denominators[-2] + a // b * denominators[-1])
        numerators.append(numerators[-2] + a // b * numerators[-1])
        a, b = b, a % b
    at = denominators.index(d)
    phi = (t.e * d - 1) // numerators[at]
    total = t.n + 1 - phi
    p = (total + math.isqrt(total**2 - 4 * t.n)) // 2
    assert t.n % p == 0
    return [numerators[at], denominators[at - 1], denominators[at + 1], p, pow(t.e, -1, t.n)]


@mistakes(16, "thief")
def thief(t, m):
    p = math.gcd(t.n1, t.n2)
    q = t.n1 // p
    wrong = [pow(t.c, pow(t.e, -1, t.n1), t.n1), pow(t.c, pow(t.e, -1, (p - 1) * (q - 1)), t.n2),
             pow(t.c, pow(t.e, -1, (p - 1) * q), t.n1), p, q, pow(t.c, t.e, t.n1)]
    return wrong


# --- 17 ---

@mistakes(17, "power-cipher")
def power_cipher(t, x):
    inverse = pow(t.K, -1, t.p)
    return [pow(t.y, t.K, t.p), pow(t.y, -t.K, t.p), pow(t.y, inverse, t.p), t.y * inverse % t.p, root(t.y, t.K)]


@mistakes(17, "public-as-secret")
def public_as_secret(t, m):
    K = t.A * t.B % t.p
    return [K, t.c ^ t.A * t.B, t.c ^ (t.A + t.B) % t.p, t.c ^ t.B, t.c ^ pow(t.A, t.B, t.p), (t.c - K) % t.p]


@mistakes(17, "stripped-zeros")
def stripped_zeros(t, key):
    K = pow(t.B, t.a, t.p)
    hashed = [K.to_bytes((K.bit_length() + 7) // 8, "big"), K.to_bytes(16, "little"), str(K).encode(),
              K.to_bytes(16, "big").hex().encode()]
    return [hashlib.sha256(data).digest() for data in hashed] + [K.to_bytes(16, "big")]


@mistakes(17, "four-digits")
def four_digits(t, right):
    stream = t.file("stream.txt")
    read = int(stream[:4])
    hashed = [stream[5:], stream[5:5 + read], stream[:read], stream[:4 + read], stream[4:5 + read], stream[4:]]
    return [hashlib.sha256(data).digest() for data in hashed]


@mistakes(17, "mini-weak")
def mini_weak(t, right):
    end, number, text = mini_protocol.End("client"), t.sealed[0] + 1, t.shown(r"(pay \d+ to .*)").encode()
    end.key = next(bytes([k]) for k in range(256) if not setattr(end, "key", bytes([k]))
                   and not end.open(t.sealed).startswith("error"))

    def sealed(number):
        end.sent = number
        return end.seal(text)

    def tagged(ciphertext, over):
        return bytes([number]) + ciphertext + hmac.new(end.key, over, hashlib.sha256).digest()[:16]
    ciphertext, short = sealed(number)[1:-16], xor(text, end.stream(len(text), number))
    padded = xor(ciphertext, end.stream(len(ciphertext), number))
    return [sealed(0), tagged(short, short), tagged(ciphertext, padded),
            tagged(ciphertext, bytes([number]) + ciphertext), sealed(number - 1)]


# --- all ---

def spelled(answer, size):
    """As the frame spells it: zeros in front are added to bytes, up to the size of the right answer."""
    if isinstance(answer, list):
        return " ".join(map(str, answer))
    return answer.hex().rjust(2 * size, "0") if isinstance(answer, bytes) else str(answer)


def numbers(answer):
    return [int(number) for number in answer.split()]


def read(answer, form):
    return {"number": int, "bytes": bytes.fromhex, "numbers": numbers, "text": str, "fingerprint": str}[form](answer)


def differences(task):
    solver, maker = SOLVERS.get((task.lesson, task.kind)), MISTAKES.get((task.lesson, task.kind))
    if not solver or not maker:
        return ["nothing in tests/task_solutions.py or tests/task_answers.py"]
    got = solver(task)
    if spelled(got, 0) != task.answer:
        return [f"got {spelled(got, 0)}, the task says {task.answer}"]
    size = len(bytes.fromhex(task.answer)) if task.form == "bytes" else 0
    made = maker(task, read(task.answer, task.form))
    if len(made) != len(task.wrong):
        return [f"{len(made)} mistakes here, {len(task.wrong)} there"]
    return [f"mistake {i}, {task.sentences[i]}: got {spelled(wrong, size)}, the task says {task.wrong[i]}"
            for i, wrong in enumerate(made) if wrong is not None and spelled(wrong, size) != task.wrong[i]]


for place, both in task_first_solutions.KINDS.items():
    SOLVERS[place] = lambda task, both=both: both(task)[0]
    MISTAKES[place] = lambda task, right, both=both: both(task)[1]


def main():
    solved, bad = collections.Counter(), 0
    for line in sys.stdin:
        task = Task(line)
        for difference in differences(task):
            bad += 1
            print(f"lesson {task.lesson}, {task.kind}, task {task.number}: {difference}")
        solved[task.lesson, task.kind] += 1
    missing = sorted(kind for kind in SOLVERS if kind not in solved)
    if missing:
        print("no task of these kinds came:", missing)
    print(f"{sum(solved.values())} tasks of {len(solved)} kinds solved, {bad} differences")
    sys.exit(1 if bad or missing or not solved else 0)


if __name__ == "__main__":
    main()
