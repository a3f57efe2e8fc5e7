#!/usr/bin/env python3
"""The pictures at the top of the README: a session's page, and a tamper map.

usage: BIN=bin docs/tools/pictures.py           draws what has changed; part of `make docs`
       BIN=bin docs/tools/pictures.py --check   fails where the map is another, or a picture is none

Both are of talks under --seed, so that the same code draws the same pictures. The map is drawn by `chat
replay`. The page is looked at by a headless Chromium; each draws letters a little differently, so the
picture holds the hash of the page that it shows, and is looked at anew only if the page is another. It is
written only if one sees the difference: if a pixel is another. Without a browser it stays as it is.
"""

import base64
import collections
import hashlib
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

TREE = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TREE / "tests"))
from devtools import Browser, NoBrowser  # noqa: E402

os.environ.update(LC_ALL="C.UTF-8", LANGUAGE="")
BIN = TREE / os.environ.get("BIN", "bin")
PAGE, MAP = TREE / "docs/pictures/session.png", TREE / "docs/pictures/tamper-map.svg"
WIDTH, HEIGHT = 1180, 1040  # of the picture
SMALL = 150 * 1024
SIGNATURE = b"\x89PNG\r\n\x1a\n"


# --- sessions ---------------------------------------------------------------------------------------


def play(suite, folder):
    """The client's recording of a talk of one line; what differs each time is set: times, and ports of the system."""
    subprocess.run(
        [TREE / "tests/support/seeded_talk.sh", suite, folder, "--record-secrets"],
        env={**os.environ, "GLASSBOX_BIN": str(BIN)},
        check=True,
    )
    path = folder / f"{suite}.rec"
    events = [json.loads(line) for line in path.read_text().splitlines()]
    for number, event in enumerate(events):
        if "started" in event:
            event["started"] = "2026-01-01T12:00:00Z"
        if "at" in event:
            event["at"] = 250 * number
        if event["kind"] == "line":
            event["own"]["port"] = 41319 + event["channel"]
            if event["channel"] == 1:
                event["peer"]["port"] = 10101
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    return path


def run_chat(*arguments):
    subprocess.run([BIN / "chat", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


# --- PNG --------------------------------------------------------------------------------------------


def chunks_of(data):
    at = len(SIGNATURE)
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        yield kind, data[at + 8 : at + 8 + size]
        at += 12 + size


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def shown_by(path):
    """The hash of the page that a picture shows; "" if it is none of ours."""
    data = path.read_bytes() if path.exists() else b""
    texts = [body for kind, body in chunks_of(data) if kind == b"tEXt"] if data[:8] == SIGNATURE else []
    return next((text[5:].decode() for text in texts if text[:5] == b"Page\0"), "")


def paeth(a, b, c):
    return min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]


def pixels_of(data):
    """Rows of colours, of a PNG of 8 bits with or without alpha. The filters: PNG (third edition) 9.2."""
    parts = list(chunks_of(data))
    width, height, _, kind = struct.unpack(">IIBB", parts[0][1][:10])
    size = 4 if kind == 6 else 3
    raw = zlib.decompress(b"".join(body for name, body in parts if name == b"IDAT"))
    before = bytes(size * width)
    for y in range(height):
        start = y * (size * width + 1)
        how, line = raw[start], bytearray(raw[start + 1 : start + 1 + size * width])
        for i in range(len(line) if how else 0):
            a, c = (line[i - size], before[i - size]) if i >= size else (0, 0)
            b = before[i]
            line[i] = (line[i] + (0, a, b, (a + b) // 2, paeth(a, b, c))[how]) % 256
        before = bytes(line)
        yield [before[i : i + 3] for i in range(0, len(before), size)]


def small(data, digest):
    """The same with at most 256 colours, those that come most often; with the hash of the page."""
    rows = list(pixels_of(data))
    often = [colour for colour, _ in collections.Counter(colour for row in rows for colour in row).most_common(256)]
    places = {colour: place for place, colour in enumerate(often)}

    def place_of(colour):
        if colour not in places:
            places[colour] = min(range(len(often)), key=lambda i: sum((x - y) ** 2 for x, y in zip(often[i], colour)))
        return places[colour]

    body = b"".join(b"\0" + bytes(place_of(colour) for colour in row) for row in rows)
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    return SIGNATURE + b"".join(
        chunk(*part)
        for part in [
            (b"IHDR", head),
            (b"PLTE", b"".join(often)),
            (b"tEXt", b"Page\0" + digest.encode()),
            (b"IDAT", zlib.compress(body, 9)),
            (b"IEND", b""),
        ]
    )


def is_seen_as(picture, other):
    """Whether two pictures by `small` have the same size, colours and pixels, whatever page they are of."""

    def seen(data):
        parts = list(chunks_of(data)) if data[:8] == SIGNATURE else []
        pixels = zlib.decompress(b"".join(body for name, body in parts if name == b"IDAT")) if parts else b""
        return [body for name, body in parts if name in (b"IHDR", b"PLTE")], pixels

    return seen(picture) == seen(other)


# --- pictures ---------------------------------------------------------------------------------------


def look_at(page, folder):
    with Browser(folder) as browser:
        view = browser.open(page.as_uri())
        view.view(WIDTH, 1000)
        top = view.run("document.querySelector('.parties').getBoundingClientRect().top + scrollY - 16")
        clip = {"x": 0, "y": top, "width": WIDTH, "height": HEIGHT, "scale": 1}
        return base64.b64decode(view.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"])


def draw_page(folder):
    page = folder / "session.html"
    run_chat("page", play("modern", folder), "-o", page)
    digest = hashlib.sha256(page.read_bytes() + repr((WIDTH, HEIGHT)).encode()).hexdigest()
    if shown_by(PAGE) == digest:
        return
    try:
        fresh = small(look_at(page, folder), digest)
    except NoBrowser as error:
        print(f"pictures: {PAGE.relative_to(TREE)} stays as it is: {error}", file=sys.stderr)
        return
    if not is_seen_as(fresh, PAGE.read_bytes() if PAGE.exists() else b""):
        PAGE.write_bytes(fresh)


def draw_map(folder):
    fresh = folder / "map.svg"
    run_chat("replay", play("dh", folder), "--map", "--channel", "2", "--svg", fresh)
    return fresh.read_bytes()


def check(folder):
    wrong = []
    if draw_map(folder) != (MAP.read_bytes() if MAP.exists() else b""):
        wrong.append(f"{MAP.relative_to(TREE)} is out of date: run `make docs`")
    if len(shown_by(PAGE)) != 64:
        wrong.append(f"{PAGE.relative_to(TREE)} is no picture of a page: run `make docs`")
    wrong += [f"{path.relative_to(TREE)} is large" for path in (PAGE, MAP) if path.exists() and path.stat().st_size > SMALL]
    print("\n".join(wrong) or "as they were")
    return 1 if wrong else 0


def main():
    os.umask(0o022)
    build = TREE / os.environ.get("BUILD", "build")
    build.mkdir(exist_ok=True)
    # Beside what was built, not in /tmp: a browser out of a snap sees no other's /tmp.
    with tempfile.TemporaryDirectory(prefix="pictures-", dir=build) as name:
        folder = pathlib.Path(name)
        if sys.argv[1:] == ["--check"]:
            return check(folder)
        MAP.write_bytes(draw_map(folder))
        draw_page(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
