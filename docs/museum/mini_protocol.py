#!/usr/bin/env python3
"""A small protocol that somebody wrote last week. It runs, and the talk is encrypted. Find five faults.

    client -> server   the suites it likes, and A = g^a mod p
    server -> client   the suite it chose, and B = g^b mod p
    then each message  number of bytes, ciphertext, tag
"""
import hashlib
import hmac
import secrets

P, G = 2**521 - 1, 3
SUITES = ["weak", "strong"]  # weak: a key of 8 bits, for old machines


class End:
    def __init__(self, name):
        self.name, self.private = name, secrets.randbelow(P - 2) + 2
        self.public, self.sent = pow(G, self.private, P), 0

    # --- who talks first says what it can do ---

    def hello(self):
        return {"suites": SUITES, "public": self.public}

    def answer(self, hello):
        self.suite = "strong" if "strong" in hello["suites"] else "weak"
        self.agree(hello["public"])
        return {"suite": self.suite, "public": self.public}

    def finish(self, answer):
        self.suite = answer["suite"]
        self.agree(answer["public"])

    def agree(self, their_public):
        K = pow(their_public, self.private, P)
        self.key = hashlib.sha256(str(K).encode()).digest()
        if self.suite == "weak":
            self.key = self.key[:1]

    # --- messages ---

    def stream(self, count, number):
        blocks = (hashlib.sha256(self.key + bytes([number, i])).digest() for i in range(count // 32 + 1))
        return b"".join(blocks)[:count]

    def tag(self, ciphertext):
        return hmac.new(self.key, ciphertext, hashlib.sha256).digest()[:16]

    def seal(self, message):
        padded = message + bytes([16 - len(message) % 16]) * (16 - len(message) % 16)
        ciphertext = bytes(x ^ y for x, y in zip(padded, self.stream(len(padded), self.sent)))
        self.sent += 1
        return bytes([self.sent - 1]) + ciphertext + self.tag(ciphertext)

    def open(self, sealed):
        number, ciphertext, tag = sealed[0], sealed[1:-16], sealed[-16:]
        padded = bytes(x ^ y for x, y in zip(ciphertext, self.stream(len(ciphertext), number)))
        if not 1 <= padded[-1] <= 16 or padded[-padded[-1]:] != bytes([padded[-1]]) * padded[-1]:
            return "error: bad padding"
        if tag != self.tag(ciphertext):
            return "error: bad tag"
        return padded[:-padded[-1]].decode(errors="replace")


def meet(change=lambda message: message):
    """A client and a server; change: what a person in the middle does with the two messages."""
    client, server = End("client"), End("server")
    client.finish(change(server.answer(change(client.hello()))))
    return client, server


if __name__ == "__main__":
    client, server = meet()
    sealed = client.seal(b"pay 10 to Boris")
    print("on the wire:", sealed.hex())
    print("arrives:    ", server.open(sealed))
