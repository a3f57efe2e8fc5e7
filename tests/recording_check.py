#!/usr/bin/env python3
"""Computes anew what a recording with secrets says, with Python's integers, hashes and HMAC alone.

usage: tests/recording_check.py FILE      prints how many values of each kind were computed, and
exits with 1, naming the line, at the first that is another. keylog_check.py has its arithmetic, too.
"""

import hashlib
import hmac
import json
import struct
import sys
from collections import Counter

checked = Counter()


def check(what, number, got, want):
    if got != want:
        sys.exit(f"line {number}: {what}: {want.hex()} is recorded, {got.hex()} is computed")
    checked[what] += 1


def sha256(data):
    return hashlib.sha256(data).digest()


def hmac256(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def expand(prk, info, size):
    out = block = b""
    while len(out) < size:
        block = hmac256(prk, block + info + bytes([len(out) // 32 + 1]))
        out += block
    return out[:size]


def mgf1(seed, size):
    out = b"".join(sha256(seed + struct.pack(">I", i)) for i in range(size // 32 + 1))
    return out[:size]


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def integer(data):
    return int.from_bytes(data, "big")


# --- RFC 8439 ------------------------------------------------------------------------------------


def chacha20_block(key, counter, nonce):
    state = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574]
    state += struct.unpack("<8I", key) + (counter,) + struct.unpack("<3I", nonce)
    working = list(state)

    def quarter(a, b, c, d):
        for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            working[x] = (working[x] + working[y]) & 0xFFFFFFFF
            mixed = working[z] ^ working[x]
            working[z] = (mixed << turn | mixed >> (32 - turn)) & 0xFFFFFFFF

    for _ in range(10):
        for a in range(4):
            quarter(a, a + 4, a + 8, a + 12)
        for a in range(4):
            quarter(a, (a + 1) % 4 + 4, (a + 2) % 4 + 8, (a + 3) % 4 + 12)
    return struct.pack("<16I", *((x + y) & 0xFFFFFFFF for x, y in zip(working, state)))


def chacha20(key, nonce, data):
    return b"".join(
        xor(data[i : i + 64], chacha20_block(key, 1 + i // 64, nonce)) for i in range(0, len(data), 64)
    )


def poly1305_tag(key, nonce, header, sealed):
    one_time = chacha20_block(key, 0, nonce)[:32]
    r = int.from_bytes(one_time[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    pad = lambda data: data + bytes(-len(data) % 16)
    message = pad(header) + pad(sealed) + struct.pack("<QQ", len(header), len(sealed))
    total = 0
    for i in range(0, len(message), 16):
        total = (total + int.from_bytes(message[i : i + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(one_time[16:], "little")) % 2**128).to_bytes(16, "little")


# --- RFC 7748 5 ----------------------------------------------------------------------------------


def x25519(private, point):
    prime = 2**255 - 19
    k = int.from_bytes(private, "little") & (2**255 - 8) | 2**254
    u = int.from_bytes(point, "little") % 2**255 % prime
    x, z, v, w = 1, 0, u, 1
    for bit in range(254, -1, -1):
        swap = k >> bit & 1
        if swap:
            x, z, v, w = v, w, x, z
        a, b, d, e = (x + z) ** 2, (x - z) ** 2, (v - w) * (x + z), (v + w) * (x - z)
        x, z, v, w = (n % prime for n in (a * b, (a - b) * (a + 121665 * (a - b)), (d + e) ** 2, u * (d - e) ** 2))
        if swap:
            x, z, v, w = v, w, x, z
    return (x * pow(z, prime - 2, prime) % prime).to_bytes(32, "little")


# --- FIPS 203: ML-KEM-768, by its algorithms ------------------------------------------------------

Q, K = 3329, 3
ZETA = [pow(17, int(f"{i:07b}"[::-1], 2), Q) for i in range(128)]
GAMMA = [pow(17, 2 * int(f"{i:07b}"[::-1], 2) + 1, Q) for i in range(128)]


def bits_to_numbers(data, width):
    whole = int.from_bytes(data, "little")
    return [whole >> width * i & (1 << width) - 1 for i in range(8 * len(data) // width)]


def numbers_to_bits(numbers, width):
    return sum(n << width * i for i, n in enumerate(numbers)).to_bytes(len(numbers) * width // 8, "little")


def sample_ntt(rho, i, j):
    found, size = [], 840
    while len(found) < 256:
        stream, size = bits_to_numbers(hashlib.shake_128(rho + bytes([i, j])).digest(size), 12), 2 * size
        found = [n for n in stream if n < Q][:256]
    return found


def noise(seed, first):
    """Three polynomials, eta = 2."""
    for n in range(first, first + K):
        bits = bits_to_numbers(hashlib.shake_256(seed + bytes([n])).digest(128), 1)
        yield [sum(bits[4 * i : 4 * i + 2]) - sum(bits[4 * i + 2 : 4 * i + 4]) for i in range(256)]


def ntt(f):
    f, i, length = list(f), 1, 128
    while length >= 2:
        for start in range(0, 256, 2 * length):
            for j in range(start, start + length):
                t = ZETA[i] * f[j + length]
                f[j], f[j + length] = (f[j] + t) % Q, (f[j] - t) % Q
            i += 1
        length //= 2
    return f


def inverse_ntt(f):
    f, i, length = list(f), 127, 2
    while length <= 128:
        for start in range(0, 256, 2 * length):
            for j in range(start, start + length):
                f[j], f[j + length] = (f[j] + f[j + length]) % Q, ZETA[i] * (f[j + length] - f[j]) % Q
            i -= 1
        length *= 2
    return [n * 3303 % Q for n in f]


def dot(row, column):
    """The sum of the products of two rows of polynomials, transformed."""
    out = [0] * 256
    for f, g in zip(row, column):
        for i in range(128):
            a, b, c, d = *f[2 * i : 2 * i + 2], *g[2 * i : 2 * i + 2]
            out[2 * i] += a * c + b * d * GAMMA[i]
            out[2 * i + 1] += a * d + b * c
    return [n % Q for n in out]


def add(f, g):
    return [(a + b) % Q for a, b in zip(f, g)]


def compress(f, width):
    return numbers_to_bits([((n << width + 1) + Q) // (2 * Q) % (1 << width) for n in f], width)


def decompress(data, width):
    return [(n * Q + (1 << width - 1)) >> width for n in bits_to_numbers(data, width)]


def split(data, size):
    return [data[i : i + size] for i in range(0, len(data), size)]


def mlkem_key(seed):
    """Algorithm 16: ek and dk of d and z."""
    rho, sigma = split(hashlib.sha3_512(seed[:32] + bytes([K])).digest(), 32)
    s, e = [ntt(f) for f in noise(sigma, 0)], [ntt(f) for f in noise(sigma, K)]
    t = [add(dot([sample_ntt(rho, j, i) for j in range(K)], s), e[i]) for i in range(K)]
    ek = b"".join(numbers_to_bits(f, 12) for f in t) + rho
    return ek, b"".join(numbers_to_bits(f, 12) for f in s) + ek + hashlib.sha3_256(ek).digest() + seed[32:]


def mlkem_encrypt(ek, m, r):
    """Algorithm 14."""
    t, rho = [bits_to_numbers(part, 12) for part in split(ek[:-32], 384)], ek[-32:]
    y = [ntt(f) for f in noise(r, 0)]
    *e1, e2 = *noise(r, K), next(noise(r, 2 * K))
    u = [add(inverse_ntt(dot([sample_ntt(rho, i, j) for j in range(K)], y)), e1[i]) for i in range(K)]
    v = add(add(inverse_ntt(dot(t, y)), e2), [n * 1665 for n in bits_to_numbers(m, 1)])
    return b"".join(compress(f, 10) for f in u) + compress(v, 4)


def mlkem_encapsulate(ek, m):
    """Algorithm 17."""
    secret, r = split(hashlib.sha3_512(m + hashlib.sha3_256(ek).digest()).digest(), 32)
    return mlkem_encrypt(ek, m, r), secret


def mlkem_decapsulate(dk, ciphertext):
    """Algorithm 18: what was changed gives J(z || c)."""
    s, ek = [bits_to_numbers(part, 12) for part in split(dk[:1152], 384)], dk[1152:-64]
    u = [ntt(decompress(part, 10)) for part in split(ciphertext[:960], 320)]
    w = add(decompress(ciphertext[960:], 4), [-n for n in inverse_ntt(dot(s, u))])
    m = compress(w, 1)
    again, secret = mlkem_encapsulate(ek, m)
    return secret if again == ciphertext else hashlib.shake_256(dk[-32:] + ciphertext).digest(32)


# --- the classic ciphers, backwards (docs/symcipher.md) ------------------------------------------


def feistel_block(key, block):
    full = 2**64 - 1
    turn = lambda x, by: (x << by | x >> 64 - by) & full

    def mix(half, round_key):
        x = half + round_key & full
        x ^= turn(x, 19) ^ turn(x, 41)
        return x + turn(x, 31) & full

    left, right = struct.unpack(">QQ", key)
    round_keys = []
    for i in range(1, 17):
        left, right = right, left ^ mix(right, 0x9E3779B97F4A7C15 * i & full)
        round_keys.append(right)
    left, right = struct.unpack(">QQ", block)
    for round_key in reversed(round_keys):
        left, right = right, left ^ mix(right, round_key)
    return struct.pack(">QQ", right, left)


def cbc(key, sealed, undo):
    blocks = [sealed[i : i + 16] for i in range(0, len(sealed), 16)]
    plain = b"".join(xor(undo(key, block), before) for before, block in zip(blocks, blocks[1:]))
    return plain[: -plain[-1]]


def classic(suite, key, sealed):
    cipher = suite.split(":")[1]
    if cipher == "feistel-cbc":
        return cbc(key, sealed, feistel_block)
    if cipher == "xor-cbc":
        return cbc(key, sealed, xor)
    repeated = (key * (len(sealed) // len(key) + 1))[: len(sealed)]
    if cipher == "vernam":
        return xor(sealed, repeated)
    return bytes((c - k) % 256 for c, k in zip(sealed, repeated))


# --- what the lines are --------------------------------------------------------------------------


def value(entry):
    return bytes.fromhex(entry["hex"])


def values(entries):
    return {entry["name"]: value(entry) for entry in entries}


def fields(body, count):
    """Strings with lengths in front."""
    out = []
    for _ in range(count):
        size = struct.unpack(">H", body[:2])[0]
        out.append(body[2 : 2 + size])
        body = body[2 + size :]
    return out, body


class Channel:
    """One channel's dialogue so far."""

    def __init__(self, event):
        self.event = event
        self.transcript = b""
        self.own_identity = self.peer_identity = None  # (n, e)
        self.peer_share = b""  # what its field eph held
        self.agreed = b""


def learn_identity(channel, hello, own):
    """The fields behind the version: suites, random, id n, id e, eph."""
    texts, _ = fields(hello[4 + 2 :], 5)
    identity = (integer(texts[2]), integer(texts[3]))
    if own:
        channel.own_identity = identity
    else:
        channel.peer_identity = identity
        channel.peer_share = texts[4]


def open_oaep(channel, number, sealed):
    """RFC 8017 7.1.2 with the ephemeral key's d."""
    key = channel.ephemeral
    n, d = integer(key["n"]), integer(key["d"])
    if integer(key["p"]) * integer(key["q"]) != n:
        sys.exit(f"line {number}: p q is not n")
    size = len(key["n"])
    em = pow(integer(sealed), d, n).to_bytes(size, "big")
    seed = xor(em[1:33], mgf1(em[33:], 32))
    db = xor(em[33:], mgf1(seed, size - 33))
    label = f"glassbox-v2 {'server' if channel.event['role'] == 'client' else 'client'} secret"
    if em[0] != 0 or db[:32] != sha256(label.encode()):
        sys.exit(f"line {number}: no OAEP")
    return db[32:].lstrip(b"\0")[1:]


def verify_pss(number, key, digest, signature):
    n, e = key
    em = pow(integer(signature), e, n).to_bytes(len(signature), "big")
    db = bytearray(xor(em[:-33], mgf1(em[-33:-1], len(em) - 33)))
    db[0] &= 0x7F
    salt = bytes(db[-32:])
    check("PSS", number, sha256(bytes(8) + digest + salt), em[-33:-1])


def cut(data, n):
    size = (n.bit_length() - 1) // 8
    return [data[i : i + size] for i in range(0, len(data), size)]


def raise_blocks(data, key):
    n, e = key
    size = (n.bit_length() + 7) // 8
    return b"".join(pow(integer(block), e, n).to_bytes(size, "big") for block in cut(data, n))


def check_textbook_key(number, sender, receiver, k, once, wrapped):
    """K^d opens with the sender's public key; wrapped is K^d under the receiver's, if it is the peer's."""
    if not sender or not receiver:
        return  # a channel that resumes has seen no hello
    n, e = sender
    size = (n.bit_length() + 7) // 8
    blocks = [once[i : i + size] for i in range(0, len(once), size)]
    for block, part in zip(blocks, cut(k, n)):
        check("raw RSA", number, pow(integer(block), e, n).to_bytes(len(part), "big"), part)
    check("raw RSA", number, raise_blocks(once, receiver), wrapped)


def last_number(share):
    """The public number of dh: the last of (p, g, A), or B alone."""
    while share:
        (number,), share = fields(share, 1)
    return number


def stretch(secret, size):
    out = link = b""
    while len(out) < size:
        link = sha256(link or secret)
        out += link
    return out[:size]


def check_agreement(channel, number, name, inputs, outputs):
    if name == "x25519 key":
        check("X25519", number, x25519(inputs["private key"], b"\x09" + bytes(31)), outputs["key share"])
    elif name == "x25519 secret":
        check("share", number, channel.peer_share[:32], inputs["peer's key share"])
        channel.agreed = x25519(inputs["private key"], inputs["peer's key share"])
        check("X25519", number, channel.agreed, outputs["shared secret"])
    elif name == "ml-kem key":
        check("ML-KEM", number, b"".join(mlkem_key(inputs["seed"])), outputs["encapsulation key"] + outputs["decapsulation key"])
    elif name == "encapsulation key verified":
        check("share", number, channel.peer_share[32:], inputs["encapsulation key"])
        if max(bits_to_numbers(inputs["encapsulation key"][:-32], 12)) >= Q:
            sys.exit(f"line {number}: this is no encapsulation key")
    elif name == "ml-kem secret" and "m" in inputs:
        made = mlkem_encapsulate(inputs["encapsulation key"], inputs["m"])
        check("ML-KEM", number, b"".join(made), outputs["ciphertext"] + outputs["shared secret"])
    elif name == "ml-kem secret":
        check("share", number, channel.peer_share[32:], inputs["ciphertext"])
        made = mlkem_decapsulate(inputs["decapsulation key"], inputs["ciphertext"])
        check("ML-KEM", number, made, outputs["shared secret"])
    elif name == "both secrets":
        check("both", number, inputs["x25519 secret"] + inputs["ml-kem secret"], outputs["agreed secret"])
        check("both", number, channel.agreed, inputs["x25519 secret"])
        channel.agreed = outputs["agreed secret"]
    elif name == "dh key":
        (p, g, exponent), (public,) = map(integer, inputs.values()), map(integer, outputs.values())
        if pow(g, exponent, p) != public:
            sys.exit(f"line {number}: this is not g^{exponent} mod p")
        checked["DH"] += 1
    elif name == "dh secret":
        p, exponent, peers = inputs.values()
        check("share", number, last_number(channel.peer_share), peers)
        channel.agreed = pow(integer(peers), integer(exponent), integer(p)).to_bytes(len(p), "big")
        check("DH", number, channel.agreed, outputs["K"])
    elif name == "session key" and inputs:
        check("ikm", number, channel.agreed, inputs["K"])
        check("key", number, stretch(inputs["K"], len(outputs["key"])), outputs["key"])
    elif name == "secret sealed":
        channel.own_secret = inputs["own secret"]
    elif name == "secret opened":
        check("OAEP", number, open_oaep(channel, number, inputs["sealed"]), outputs["peer's secret"])
        channel.peer_secret = outputs["peer's secret"]
    if name in ("secret sealed", "secret opened") and hasattr(channel, "own_secret") and hasattr(channel, "peer_secret"):
        pair = (channel.own_secret, channel.peer_secret)
        channel.agreed = b"".join(pair if channel.event["role"] == "client" else pair[::-1])


def check_step(channel, number, event):
    name, inputs, outputs = event["name"], values(event["inputs"]), values(event["outputs"])
    check_agreement(channel, number, name, inputs, outputs)
    if name == "ephemeral key":
        channel.ephemeral = outputs
    elif name == "signed digest":
        check("hash", number, sha256(inputs["label"] + inputs["transcript hash"]), outputs["digest"])
    elif name in ("signature", "signature verified"):
        key = channel.own_identity if name == "signature" else channel.peer_identity
        verify_pss(number, key, inputs["digest"], (inputs | outputs)["signature"])
    elif name == "prk":
        check("PRK", number, hmac256(inputs["salt"], inputs["ikm"]), outputs["prk"])
        client = channel.event["role"] == "client"
        if "agreed" in event["formula"]:
            check("ikm", number, channel.agreed, inputs["ikm"][-len(channel.agreed) :])
        else:
            channel.agreed = outputs["prk"]  # of dh on a new port
        if "M1" in event["formula"] and not client:
            channel.salt = inputs["salt"]  # its own M4 leaves when the keys are there
        elif "K1" in event["formula"]:
            if client:
                channel.salt = inputs["salt"]  # likewise its K3
            else:
                check("transcript", number, sha256(channel.rekey), inputs["salt"])
            check("chain", number, channel.chain, inputs["ikm"][:32])
        else:
            check("transcript", number, sha256(channel.transcript), inputs["salt"])
    elif name.startswith("glassbox-v2 "):
        (secret,) = (data for key, data in inputs.items() if key != "label")
        check("key", number, expand(secret, inputs["label"], len(outputs["okm"])), outputs["okm"])
        if name == "glassbox-v2 chain":
            channel.chain = outputs["okm"]
    elif name == "ticket secret":
        info = b"glassbox-v2 ticket" + inputs["ticket"]
        check("key", number, expand(inputs["exporter"], info, 32), outputs["ticket secret"])
    elif name == "exporter":
        check("PRK", number, hmac256(bytes(32), inputs["K"]), outputs["exporter"])
    elif name in ("client mac", "server mac"):
        message = name[:6].encode() + inputs["ticket"] + inputs["r"] + inputs["r'"]
        check("MAC", number, hmac256(inputs["key"], message), outputs["mac"])
    elif name == "nonce":
        sequence = bytes(4) + inputs["sequence"]
        check("nonce", number, xor(inputs["iv"], sequence), outputs["nonce"])
    elif name == "record sealed" and "nonce" in inputs:
        key, nonce, header = inputs["key"], inputs["nonce"], inputs["header"]
        channel.sealed = chacha20(key, nonce, channel.inner)
        tag = poly1305_tag(key, nonce, header, channel.sealed)
        check("tag", number, tag, outputs["tag"])
        channel.sealed = header + channel.sealed + tag
    elif name == "record opened" and "nonce" in inputs:
        key, nonce, header = inputs["key"], inputs["nonce"], inputs["header"]
        body = channel.frame[4:-16]
        check("tag", number, poly1305_tag(key, nonce, header, body), inputs["tag"])
        channel.opened = chacha20(key, nonce, body)
    elif name == "session key wrapped":
        once, wrapped = outputs["K^d mod n"], outputs["wrapped"]
        sender, receiver = channel.own_identity, channel.peer_identity
        check_textbook_key(number, sender, receiver, inputs["K"], once, wrapped)
    elif name == "session key opened":
        once = outputs["K^d' mod n'"]
        sender, receiver = channel.peer_identity, channel.own_identity
        check_textbook_key(number, sender, receiver, outputs["K"], once, inputs["wrapped"])
    elif name == "record sealed":
        opened = classic(channel.event["suite"], inputs["K"], outputs["sealed"])
        check("classic", number, opened, inputs["inner message"])
    elif name == "record opened":
        channel.opened = classic(channel.event["suite"], inputs["K"], inputs["sealed"])
        check("classic", number, channel.opened, outputs["inner message"])


def check_frame(channel, number, event):
    channel.frame = value(event["frame"])
    if event["message"] in ("client hello", "server hello"):
        learn_identity(channel, channel.frame, event["sent"])
    if event["message"] not in ("modern record", "textbook record", "dh record"):
        channel.transcript += channel.frame
    if event["message"] == "server exchange" and event["sent"]:
        check("transcript", number, sha256(channel.transcript), channel.salt)
    if event["sent"] and event["message"] == "modern record":
        check("record", number, channel.sealed, channel.frame)


def check_inner(channel, number, event):
    channel.inner = value(event["bytes"])
    if not event["sent"]:
        check("record", number, channel.opened, channel.inner)
    if event["message"] in ("rekey ask", "rekey answer") and not event["sent"]:
        channel.peer_share = fields(channel.inner[2:], 1)[0][0]
    if event["message"] == "rekey ask":
        channel.rekey = channel.inner
    elif event["message"] in ("rekey answer", "rekey secret"):
        channel.rekey += channel.inner
    if event["message"] == "rekey secret" and event["sent"] and "modern" in channel.event["suite"]:
        check("transcript", number, sha256(channel.rekey), channel.salt)


def check_math(channel, number, event):
    """A power whose numbers are all there: x to the e of a hello."""
    data = values([event["value"]])[event["name"]]
    if event["name"] == "x":
        channel.base = data
    key = {"own identity": channel.own_identity, "peer's identity": channel.peer_identity}
    n, e = key.get(event["key"]) or (None, None)
    if event["name"] == "x^e" and n:
        got = pow(integer(channel.base), e, n)
        check("power", number, got.to_bytes(len(data), "big"), data)
    if event["name"] == "x^d" and n:
        got = pow(integer(data), e, n)
        check("power", number, got.to_bytes(len(channel.base), "big"), channel.base)


def main(path):
    channels = {}
    with open(path, encoding="utf-8") as lines:
        if not json.loads(next(lines))["secrets"]:
            sys.exit("this recording holds no secrets: nothing can be computed")
        for number, line in enumerate(lines, 2):
            event = json.loads(line)
            if event["kind"] == "open":
                before = channels.get(event["channel"] - 1)
                channel = channels[event["channel"]] = Channel(event)
                if before and event["begins"] == "resume":
                    channel.own_identity = before.own_identity
                    channel.peer_identity = before.peer_identity
            channel = channels[event["channel"]]
            step = {"step": check_step, "frame": check_frame, "inner": check_inner, "math": check_math}
            step.get(event["kind"], lambda *_: None)(channel, number, event)
    print(" ".join(f"{what}={count}" for what, count in sorted(checked.items())))


if __name__ == "__main__":
    main(sys.argv[1])
