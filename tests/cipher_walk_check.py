#!/usr/bin/env python3
"""Recomputes a walk (cipher walk ... --json on stdin) with code of its own, step by step, and evaluates
each expression that the walk calls True. Usage: cipher_walk_check.py aes|feistel|cbc|chacha20|poly1305|letters|
quarter-round|mlkem [HEX...]: for aes, chacha20, poly1305 and mlkem what went in. Prints "KIND: good" or fails."""
import hashlib
import json
import sys

P130 = 2**130 - 5


def check(what, good):
    if not good:
        sys.exit(f"cipher_walk_check: {what} does not hold")


def times(a, b):
    out = 0
    for bit in range(8):
        if b >> bit & 1:
            out ^= a << bit
    for bit in range(14, 7, -1):
        if out >> bit & 1:
            out ^= 0x11B << (bit - 8)
    return out


def s_box(a):
    inverse = next((b for b in range(1, 256) if times(a, b) == 1), 0)
    bits = [inverse >> i & 1 for i in range(8)]
    return sum((bits[i] ^ bits[(i + 4) % 8] ^ bits[(i + 5) % 8] ^ bits[(i + 6) % 8] ^ bits[(i + 7) % 8]
                ^ (0x63 >> i & 1)) << i for i in range(8))


def aes(values, key, block):
    """FIPS 197 figure 5 and figure 11."""
    box = [s_box(a) for a in range(256)]
    nk = len(key) // 4
    words, rcon = [key[4 * i:4 * i + 4] for i in range(nk)], 1
    while len(words) < 4 * (nk + 7):
        word, i = words[-1], len(words)
        if i % nk == 0:
            word = bytes(box[b] for b in word[1:] + word[:1])
            word, rcon = bytes([word[0] ^ rcon]) + word[1:], times(rcon, 2)
        elif nk > 6 and i % nk == 4:
            word = bytes(box[b] for b in word)
        words.append(bytes(a ^ b for a, b in zip(word, words[i - nk])))
    state = block
    for r in range(nk + 7):
        if r > 0:
            state = bytes(box[b] for b in state)
            check(f"SubBytes {r}", values[f"round {r} SubBytes"] == state)
            state = bytes(state[(5 * i) % 16] for i in range(16))
            check(f"ShiftRows {r}", values[f"round {r} ShiftRows"] == state)
        if 0 < r < nk + 6:
            state = bytes(times(state[i], 2) ^ times(state[i - i % 4 + (i + 1) % 4], 3)
                          ^ state[i - i % 4 + (i + 2) % 4] ^ state[i - i % 4 + (i + 3) % 4] for i in range(16))
            check(f"MixColumns {r}", values[f"round {r} MixColumns"] == state)
        round_key = b"".join(words[4 * r:4 * r + 4])
        check(f"key {r}", values[f"round {r} key"] == round_key)
        state = bytes(a ^ b for a, b in zip(state, round_key))
        check(f"AddRoundKey {r}", values[f"round {r} AddRoundKey"] == state)
    return state


def turn(word, by):
    return (word << by | word >> (32 - by)) & 0xFFFFFFFF


def chacha20(values, key, nonce, counter):
    """RFC 8439 2.3."""
    cut = lambda data: [int.from_bytes(data[i:i + 4], "little") for i in range(0, len(data), 4)]
    first = cut(b"expand 32-byte k" + key) + [counter] + cut(nonce)
    state, rounds = first[:], [v for k, v in values.items() if k.startswith("round")]
    check("20 rounds", len(rounds) == 20)
    for r in range(20):
        for i in range(4):
            a, b, c, d = (4 * row + (i + row * (r % 2)) % 4 for row in range(4))
            for x, y, z, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                state[x] = (state[x] + state[y]) & 0xFFFFFFFF
                state[z] = turn(state[z] ^ state[x], by)
        check(f"round {r + 1}", cut(rounds[r]) == state)
    return b"".join(((a + b) & 0xFFFFFFFF).to_bytes(4, "little") for a, b in zip(state, first))


def poly1305(values, key, message):
    """RFC 8439 2.5.1."""
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    s, a = int.from_bytes(key[16:], "little"), 0
    number = lambda name: int.from_bytes(values[name], "big")
    check("r and s", (number("r"), number("s")) == (r, s))
    for i in range(0, len(message), 16):
        a = (a + int.from_bytes(message[i:i + 16] + b"\1", "little")) * r % P130
        check(f"a {i // 16 + 1}", number(f"a {i // 16 + 1}") == a)
    check("a + s", number("a + s") == a + s)
    return ((a + s) % 2**128).to_bytes(16, "little")


Q = 3329
ZETAS = [pow(17, int(format(i, "07b")[::-1], 2), Q) for i in range(128)]


def ntt(f):
    """FIPS 203 algorithm 9."""
    f, i, length = f[:], 1, 128
    while length >= 2:
        for start in range(0, 256, 2 * length):
            for j in range(start, start + length):
                t = ZETAS[i] * f[j + length]
                f[j], f[j + length] = (f[j] + t) % Q, (f[j] - t) % Q
            i += 1
        length //= 2
    return f


def ntt_back(f):
    """Algorithm 10."""
    f, i, length = f[:], 127, 2
    while length <= 128:
        for start in range(0, 256, 2 * length):
            for j in range(start, start + length):
                f[j], f[j + length] = (f[j] + f[j + length]) % Q, ZETAS[i] * (f[j + length] - f[j]) % Q
            i -= 1
        length *= 2
    return [3303 * a % Q for a in f]


def inner(a, b):
    """The inner product of two transformed vectors: algorithms 11 and 12."""
    out = [0] * 256
    for f, g in zip(a, b):
        for i in range(128):
            gamma = ZETAS[64 + i // 2] * (-1) ** i
            out[2 * i] += f[2 * i] * g[2 * i] + gamma * f[2 * i + 1] * g[2 * i + 1]
            out[2 * i + 1] += f[2 * i] * g[2 * i + 1] + f[2 * i + 1] * g[2 * i]
    return [a % Q for a in out]


def add(*polys):
    return [sum(numbers) % Q for numbers in zip(*polys)]


def cut_bits(data, bits):
    whole = int.from_bytes(data, "little")
    return [whole >> bits * i & 2**bits - 1 for i in range(8 * len(data) // bits)]


def join_bits(numbers, bits):
    return sum(a << bits * i for i, a in enumerate(numbers)).to_bytes(len(numbers) * bits // 8, "little")


def compress(f, bits):
    return [((a << bits) + Q // 2) // Q % 2**bits for a in f]


def decompress(f, bits):
    return [(a * Q + 2**(bits - 1)) >> bits for a in f]


def noise(seed, number):
    bits = cut_bits(hashlib.shake_256(seed + bytes([number])).digest(128), 1)
    return [(sum(bits[4 * i:4 * i + 2]) - sum(bits[4 * i + 2:4 * i + 4])) % Q for i in range(256)]


def encrypt(a_hat, t_hat, m, r):
    """Algorithm 14."""
    y = [ntt(noise(r, i)) for i in range(3)]
    u = [add(ntt_back(inner([a_hat[j][i] for j in range(3)], y)), noise(r, 3 + i)) for i in range(3)]
    v = add(ntt_back(inner(t_hat, y)), noise(r, 6), decompress(cut_bits(m, 1), 1))
    return b"".join(join_bits(compress(f, 10), 10) for f in u) + join_bits(compress(v, 4), 4), u, v


def mlkem(values, seed, m, noisy):
    """FIPS 203 algorithms 16 to 18, by their transforms; the walk multiplies as at school."""
    poly = lambda name: cut_bits(values[name], 12)
    both = hashlib.sha3_512(seed[:32] + b"\3").digest()
    rho, sigma = both[:32], both[32:]
    check("rho and sigma", (values["rho"], values["sigma"]) == (rho, sigma))
    a_hat = [[[a for a in cut_bits(hashlib.shake_128(rho + bytes([j, i])).digest(2016), 12) if a < Q][:256]
              for j in range(3)] for i in range(3)]
    s, e = [noise(sigma, i) for i in range(3)], [noise(sigma, 3 + i) if noisy else [0] * 256 for i in range(3)]
    t_hat = [add(inner(a_hat[i], [ntt(f) for f in s]), ntt(e[i])) for i in range(3)]
    ek = b"".join(join_bits(f, 12) for f in t_hat) + rho
    hash_of_ek = hashlib.sha3_256(ek).digest()
    for name, f in ("A00^", a_hat[0][0]), ("s0", s[0]), ("t0^", t_hat[0]), ("t0", ntt_back(t_hat[0])):
        check(name, poly(name) == f)
    check("H(ek)", values["H(ek)"] == hash_of_ek)
    both = hashlib.sha3_512(m + hash_of_ek).digest()
    check("K and r", (values["K"], values["r"]) == (both[:32], both[32:]))
    sent, u, v = encrypt(a_hat, t_hat, m, both[32:])
    check("the ciphertext", (values["c"], poly("u0"), poly("v")) == (sent, u[0], v))
    changed = bytes([sent[0] ^ 1]) + sent[1:]
    rejected = hashlib.shake_256(seed[32:] + changed).digest(32)
    check("J(z, c)", values["J(z, c)"] == rejected)
    found = poly("solution 0")
    check("the solution", noisy != (found == s[0]))
    return both[:32] + rejected


def main():
    kind, given = sys.argv[1], [bytes.fromhex(text) for text in sys.argv[2:]]
    walk = json.load(sys.stdin)
    values = {step["name"]: bytes.fromhex(step["value"]) for step in walk["steps"]}
    lines = [step["python"] for step in walk["steps"] if "python" in step]
    for line in lines:
        check(line, eval(line) is True)
    check("lines for python3", lines or kind == "chacha20")
    result = bytes.fromhex(walk["result"]["value"])
    check("the library", walk["result"]["same"] and walk["result"]["library"] == walk["result"]["value"])
    if kind == "aes":
        check("result", aes(values, *given) == result)
    elif kind == "chacha20":
        check("result", chacha20(values, given[0], given[1], int.from_bytes(given[2], "big")) == result)
    elif kind == "poly1305":
        check("result", poly1305(values, *given) == result)
    elif kind == "mlkem":
        noisy = walk["verdict"] == "resisted"
        check("the verdict", walk["verdict"] == ("resisted" if "e0" in values else "broken"))
        check("result", mlkem(values, *given, noisy) == result)
    elif kind == "cbc":
        blocks = [v for k, v in values.items() if k.startswith("C[") and k != "C[0]"]
        check("result", b"".join(blocks) == result)
    elif kind == "feistel":
        check("result", values["round 16"][8:] + values["round 16"][:8] == result)
    print(f"{kind}: good")


main()
