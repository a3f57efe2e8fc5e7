#!/usr/bin/env python3
"""The pixels of a PNG of 8 bits RGB as PPM on stdout, decoded without libpng. Usage: png_pixels.py FILE

png_pixels.py --make FILE writes a small PNG with an alpha channel instead."""
import struct
import sys
import zlib


def chunks(data):
    at = 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0]
        yield kind, body
        at += 12 + size


def paeth(a, b, c):
    return min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]


def pixels(path):
    data = open(path, "rb").read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    parts = list(chunks(data))
    width, height, depth, colour = struct.unpack(">IIBB", parts[0][1][:10])
    assert (depth, colour) == (8, 2)
    raw = zlib.decompress(b"".join(body for kind, body in parts if kind == b"IDAT"))
    row, before, out = 3 * width, bytes(3 * width), b""
    for y in range(height):
        kind, line = raw[y * (row + 1)], bytearray(raw[y * (row + 1) + 1:(y + 1) * (row + 1)])
        for i in range(row):
            a, c = (line[i - 3], before[i - 3]) if i >= 3 else (0, 0)
            b = before[i]
            line[i] = (line[i] + (0, a, b, (a + b) // 2, paeth(a, b, c))[kind]) % 256
        out += line
        before = bytes(line)
    return b"P6\n%d %d\n255\n" % (width, height) + out


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def make(path):
    rows = b"".join(b"\0" + bytes((x * 10, y * 20, 7, 255 if x < 2 else 0)[i] for x in range(4) for i in range(4))
                    for y in range(3))
    head = struct.pack(">IIBBBBB", 4, 3, 8, 6, 0, 0, 0)
    with open(path, "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


if sys.argv[1] == "--make":
    make(sys.argv[2])
else:
    sys.stdout.buffer.write(pixels(sys.argv[1]))
