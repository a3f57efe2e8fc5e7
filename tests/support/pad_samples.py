#!/usr/bin/env python3
"""Ciphertexts for tests/cli/attack_classic_xor.clitest, made anew by Python, into the folder FOLDER.

usage: pad_samples.py FOLDER
"""
import random
import sys

random.seed(1978)
english, russian = (open(f"symcipher/break/texts/{name}_other.txt", "rb").read() for name in ("english", "russian"))


def xor(text, key):
    return bytes(x ^ key[i % len(key)] for i, x in enumerate(text))


def write(name, data):
    with open(f"{sys.argv[1]}/{name}", "wb") as file:
        file.write(data)


write("lemon", xor(english[:600], b"lemon tree"))
write("russian", xor(russian[:600], random.randbytes(16)))
write("twice", xor(xor(english[:600], b"abc"), b"12345"))
write("pad", xor(english[:300], random.randbytes(300)))
pad = random.randbytes(300)
write("a", xor(english[300:500], pad))
write("b", xor(english[2000:2180], pad))
write("c", xor(english[3000:3200], pad))
key, blocks = random.randbytes(16), [random.randbytes(16)]
padded = english[:250] + bytes([6] * 6)
for at in range(0, 256, 16):
    blocks.append(xor(xor(padded[at:at + 16], key), blocks[-1]))
write("chained", b"".join(blocks))
write("blocks", b"".join(b"yellow submarine" if i % 3 == 0 else random.randbytes(16) for i in range(20)))
