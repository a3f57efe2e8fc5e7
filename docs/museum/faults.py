#!/usr/bin/env python3
"""The five faults of mini_protocol.py, each shown by using it. Look only when you have looked for them yourself."""
import hashlib
import sys

sys.dont_write_bytecode = True
import mini_protocol
from mini_protocol import End, meet


def fault_1():
    """The list of suites is not protected: a person in the middle leaves only the weak one in it."""
    client, server = meet(lambda message: message | ({"suites": ["weak"]} if "suites" in message else {}))
    sealed = client.seal(b"noon")
    thief = End("thief")
    for thief.key in (bytes([i]) for i in range(256)):
        if thief.open(sealed) == "noon":
            return "a key of 8 bits was agreed, and found"


def fault_2():
    """Public values are not looked at: 1 in the place of both makes K = 1."""
    client, server = meet(lambda message: message | {"public": 1})
    thief = End("thief")
    thief.key = hashlib.sha256(b"1").digest()
    return "the thief reads: " + thief.open(client.seal(b"noon"))


def fault_3():
    """Both directions use one key and count from 0: two messages under the same bytes."""
    client, server = meet()
    one, two = client.seal(b"the vault is 4711"), server.seal(b"say it once again")
    xor = bytes(x ^ y for x, y in zip(one[1:18], two[1:18]))
    return "from the server's words: " + bytes(x ^ y for x, y in zip(xor, b"say it once again")).decode()


def fault_4():
    """The tag covers neither number nor direction, and nobody counts: a message can come twice, and come back."""
    client, server = meet()
    sealed = client.seal(b"pay 10 to Boris")
    return " / ".join([server.open(sealed), server.open(sealed), client.open(sealed)])


def fault_5():
    """Padding is judged before the tag, and told apart: an oracle (lesson 13). One byte, by asking."""
    client, server = meet()
    sealed = bytearray(client.seal(b"secret"))
    at = len(sealed) - 17  # the last byte of the ciphertext
    for guess in range(256):
        asked = bytearray(sealed)
        asked[at] ^= guess
        asked[at - 1] ^= guess ^ 1  # two bytes 02 would be a padding, too
        if guess and server.open(bytes(asked)) == "error: bad tag":
            return f"the last byte of the padded message is {1 ^ guess}"


if __name__ == "__main__":
    for fault in (fault_1, fault_2, fault_3, fault_4, fault_5):
        print(f"{fault.__name__[-1]}  {fault.__doc__}\n   {fault()}")
