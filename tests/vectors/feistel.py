#!/usr/bin/env python3
"""The Feistel cipher of symcipher a second time, from its description in docs/symcipher.md, to have
something to hold the first against. Prints feistel.txt."""

ROUNDS = 16
WORD = 2**64
GOLDEN = 0x9E3779B97F4A7C15


def rotate(x, by):
    return (x << by | x >> (64 - by)) % WORD


def f(half, key):
    x = (half + key) % WORD
    x = x ^ rotate(x, 19) ^ rotate(x, 41)
    return (x + rotate(x, 31)) % WORD


def rounds(left, right, keys):
    for key in keys:
        left, right = right, left ^ f(right, key)
        yield left, right


def halves(block):
    return int.from_bytes(block[:8], "big"), int.from_bytes(block[8:], "big")


def round_keys(key):
    constants = [i * GOLDEN % WORD for i in range(1, ROUNDS + 1)]
    return [right for _, right in rounds(*halves(key), constants)]


def encrypt(key, block):
    left, right = list(rounds(*halves(block), round_keys(key)))[-1]
    return (right * WORD + left).to_bytes(16, "big")


def encrypt_cbc(key, iv, text):
    padding = 16 - len(text) % 16
    text += bytes([padding]) * padding
    out = chain = iv
    for i in range(0, len(text), 16):
        chain = encrypt(key, bytes(a ^ b for a, b in zip(text[i : i + 16], chain)))
        out += chain
    return out


COUNTING = bytes(range(16))
ONES = bytes([255] * 16)
TEXT = b"The quick brown fox jumps over the lazy dog"

print("# source: tests/vectors/feistel.py")
for name, key, block in [
    ("zeros", bytes(16), bytes(16)),
    ("ones", ONES, ONES),
    ("counting", COUNTING, COUNTING[::-1]),
    ("one bit of the key", bytes(15) + b"\1", bytes(16)),
    ("one bit of the block", bytes(16), bytes(15) + b"\1"),
]:
    print(f"name       = {name}\nkey        = {key.hex()}\nplain      = {block.hex()}")
    print(f"round_keys = {' '.join(f'{k:016x}' for k in round_keys(key))}")
    print(f"sealed     = {encrypt(key, block).hex()}\n")
for length in (0, 15, 16, 43):
    text = TEXT[:length]
    print(f"name   = cbc of {length} bytes\nkey    = {COUNTING.hex()}\niv     = {ONES.hex()}")
    print(f"plain  = {text.hex()}\nsealed = {encrypt_cbc(COUNTING, ONES, text).hex()}\n")
