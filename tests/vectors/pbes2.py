#!/usr/bin/env python3
"""Prints pbes2.txt: one 512-bit key under passphrases, by openssl and, where openssl cannot, by hand.

The key is that of tests/support/key_samples.c: build/tests/fuzz/der is made of it, too.
Usage: tests/vectors/pbes2.py KEY.PEM >tests/vectors/pbes2.txt
"""
import hashlib
import subprocess
import sys


def openssl(*arguments, data=b""):
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


def der(tag, *parts):
    body = b"".join(parts)
    length = b"" if len(body) > 127 else bytes([len(body)])
    if not length:
        count = (len(body).bit_length() + 7) // 8
        length = bytes([0x80 | count]) + len(body).to_bytes(count, "big")
    return bytes([tag]) + length + body


def number(value):
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(text):
    arcs = [int(arc) for arc in text.split(".")]
    body = bytes([40 * arcs[0] + arcs[1]])
    for arc in arcs[2:]:
        digits = [arc & 127]
        while arc := arc >> 7:
            digits.insert(0, arc & 127 | 128)
        body += bytes(digits)
    return der(6, body)


def by_hand(inside, salt=b"saltsalt", iterations=1000, written=None, key_length=None, iv=bytes(range(16)),
            cut=0, behind=b"", prf="1.2.840.113549.2.9", passphrase=b"secret"):
    key = hashlib.pbkdf2_hmac("sha256", passphrase, salt, max(iterations, 1), 32)
    ciphertext = openssl("enc", "-aes-256-cbc", "-K", key.hex(), "-iv", iv.hex().ljust(32, "0"), data=inside)
    parameters = [der(4, salt), number(iterations if written is None else written)]
    if key_length is not None:
        parameters.append(number(key_length))
    parameters.append(der(0x30, oid(prf), der(5)))
    derivation = der(0x30, oid("1.2.840.113549.1.5.12"), der(0x30, *parameters))
    scheme = der(0x30, oid("2.16.840.1.101.3.4.1.42"), der(4, iv))
    algorithm = der(0x30, oid("1.2.840.113549.1.5.13"), der(0x30, derivation, scheme))
    return der(0x30, algorithm, der(4, ciphertext[:len(ciphertext) - cut])) + behind


def record(source, name, block, result, passphrase="secret"):
    print(f"# source: {source}\nname       = {name}\npassphrase = \"{passphrase}\"")
    print(f"block      = {block.hex()}\nresult     = {result}\n")


def main():
    pem = sys.argv[1]
    version = openssl("version").decode().split()[1]
    plain = openssl("pkcs8", "-topk8", "-nocrypt", "-in", pem, "-outform", "DER")
    elliptic = openssl("pkcs8", "-topk8", "-nocrypt", "-outform", "DER",
                       data=openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout"))

    def theirs(name, result, *options, passphrase="secret"):
        block = openssl("pkcs8", "-topk8", "-in", pem, "-outform", "DER", "-passout",
                        "pass:" + passphrase, *options)
        record("OpenSSL " + version, name, block, result, passphrase)

    print("# PBES2 (RFC 8018 6.2) around one RSA key; made by pbes2.py beside this.\n"
          "# result: opens, or the beginning of what is said.\n")
    theirs("the default of openssl", "opens")
    theirs("aes256", "opens", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-iter", "3000")
    theirs("aes192", "opens", "-v2", "aes-192-cbc")
    theirs("aes128", "opens", "-v2", "aes-128-cbc")
    theirs("letters of two bytes", "opens", passphrase="пароль")
    theirs("64 bytes, a whole block of the hash", "opens", passphrase="0123456789abcdef" * 4)
    theirs("65 bytes, which HMAC hashes first", "opens", passphrase="0123456789abcdef" * 4 + "x")
    other = "it is protected by a passphrase with {}, which is not read here"
    theirs("scrypt", other.format("scrypt"), "-scrypt", "-scrypt_N", "1024")
    theirs("3des", other.format("3DES-CBC"), "-v2", "des3")
    theirs("sha1", other.format("HMAC-SHA-1"), "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1")
    theirs("sha512", other.format("HMAC-SHA-512"), "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512")
    theirs("pkcs12", other.format("PKCS#12 (SHA-1, 3DES)"), "-v1", "PBE-SHA1-3DES")
    theirs("aria", other.format("1.2.410.200046.1.1.12"), "-v2", "aria-256-cbc")

    def ours(name, result, inside=plain, **changes):
        record("RFC 8018, by hand", name, by_hand(inside, **changes), result)

    ours("keyLength said", "opens", key_length=32)
    ours("keyLength of another cipher", "the keyLength is 16, and AES-256-CBC takes 32 bytes", key_length=16)
    ours("one iteration", "opens", iterations=1)
    ours("no iteration", "byte 47: expected at least one iteration before this", iterations=0)
    ours("too many iterations", "it asks for more than 10000000 rounds of PBKDF2", written=10000001)
    ours("far too many iterations", "it asks for more than 10000000 rounds of PBKDF2", written=2 ** 70)
    ours("salt too short", "byte 36: expected a salt of 8 to 128 bytes", salt=b"saltsal")
    ours("salt too long", "byte 41: expected a salt of 8 to 128 bytes", salt=b"s" * 129)
    ours("IV too short", "byte 77: expected an IV of 16 bytes", iv=bytes(8))
    ours("half a block", "byte 97: expected blocks of 16 bytes", cut=8)
    ours("something behind", "byte 449: expected the end", behind=b"\0")
    ours("an unknown PRF", other.format("1.2.840.113549.2.99"), prf="1.2.840.113549.2.99")
    ours("another passphrase", "no", passphrase=b"Secret")
    ours("bad padding", "no", cut=16)
    ours("no key inside", "no", inside=b"a letter to anna")
    ours("nothing inside", "no", inside=b"")
    ours("no RSA key", "f: the passphrase is right, but what it opens is not: this is no RSA key: its "
         "algorithm is 1.2.840.10045.2.1", inside=elliptic)
    damaged = bytearray(plain)
    damaged[-1] ^= 1
    ours("a damaged key", "f: the passphrase is right, but what it opens is not: qinv", inside=bytes(damaged))


main()
