#!/usr/bin/env python3
"""The page of a session (chat page, ftp page) in a headless Chromium, from sessions played just now.

usage: BIN=bin tests/browser/page.py     ends with "N passed, N failed"
CHROMIUM=PATH says which browser; KEEP=FOLDER keeps the recordings, the pages and their pictures.
"""

import base64
import concurrent.futures
import contextlib
import html.parser
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

TREE = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TREE / "tests"))
from devtools import Browser, NoBrowser  # noqa: E402

BIN = TREE / os.environ.get("BIN", "bin")
PATIENCE = 60
HURT = "\"'><script>hurt()</script><img src=x onerror=hurt()></samp></style>javascript:hurt()\u202e&amp;"
HALVES = ["r^e", "b", "m_1", "m_2", "h", "y", "r^-1"]  # of a private operation: the first two are told
RANDOM = "random bytes"  # of which some become secrets, and some cross the wire
TALK = ["one", "two", HURT, "Привет, Борис", "five"]  # each comes back: ten messages
LONG_TALK = [f"line {i} of a talk that is longer than ten sheets of paper, so that some of it is left out" for i in range(70)]
KIB = 1024

# --- sessions -------------------------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(path, text):
    start = time.monotonic()
    while text not in (path.read_text(errors="replace") if path.exists() else ""):
        if time.monotonic() - start > PATIENCE:
            raise RuntimeError(f"{path} does not say {text!r}:\n{path.read_text(errors='replace')}")
        time.sleep(0.02)


@contextlib.contextmanager
def server(folder, home, *options):
    port = free_port()
    log = folder / "server.log"
    with open(log, "wb") as out:
        process = subprocess.Popen(
            [BIN / "chat", "server", "--home", home, "--allow-published", "--bind", "127.0.0.1", "--port", str(port)]
            + ["--record", folder / "server.rec", *options],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        wait_for(log, "listening on port")
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def connect(folder, home, port, key, *options, lines=TALK):
    done = subprocess.run(
        [BIN / "chat", "connect", "127.0.0.1", "--home", home, "--allow-published", "--accept-new"]
        + ["--port", str(port), "--key", key, "--record", folder / "client.rec", "--page", folder / "client.html", *options],
        input="".join(line + "\n" for line in lines).encode(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=PATIENCE,
    )
    return done.returncode


def carry(number, back, forth):
    """Carries frames from one socket to another, and changes the last byte of one on the way."""
    data, count = b"", 0
    with contextlib.suppress(OSError):  # they hang up when they have seen it
        while part := back.recv(65536):
            data += part
            while len(data) >= 4 and len(data) >= 4 + int.from_bytes(data[1:4], "big"):
                size = 4 + int.from_bytes(data[1:4], "big")
                frame, data = bytearray(data[:size]), data[size:]
                count += 1
                if count == number:
                    frame[-1] ^= 1
                forth.sendall(frame)
        forth.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def tampering_line(port, number):
    """A line to the port on which the server's frame of this number arrives changed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            client, _ = listener.accept()
            with client, socket.create_connection(("127.0.0.1", port)) as behind:
                other = threading.Thread(target=carry, args=(0, client, behind), daemon=True)
                other.start()
                carry(number, behind, client)
                other.join(PATIENCE)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


def play(scratch):
    """Recordings by name."""
    made = {}
    for name, suite, key in [
        ("modern", "modern", "anna"),
        ("rsa", "modern:rsa", "anna"),
        ("dh", "dh", "anna-textbook"),
        ("textbook", "textbook", "anna-textbook"),
        ("refused", "modern", "eve"),
        ("tampered", "modern", "anna"),
        ("long", "modern", "anna"),
    ]:
        folder = scratch / name
        folder.mkdir()
        home = folder / "home"
        shutil.copytree(TREE / "docs/examples/first-lesson", home)
        secrets = ["--record-secrets"]
        with server(folder, home, "--suite", suite, *secrets) as port:
            # The modern client keeps its secrets to itself: its page must hold none of them.
            options = ["--suite", suite] + ([] if name == "modern" else secrets)
            if name == "tampered":
                with tampering_line(port, 3) as changed:
                    connect(folder, home, changed, key, *options)
            else:
                connect(folder, home, port, key, *options, lines=LONG_TALK if name == "long" else TALK)
        made[name] = folder
    return made


def draw(program, *arguments):
    return subprocess.run([BIN / program, "page", *arguments], capture_output=True, timeout=PATIENCE)


# --- a recording, and what is changed in it -------------------------------------------------------


def lines_of(recording):
    return [json.loads(line) for line in recording.read_text().splitlines()]


def hurtful(event):
    """The same with every text that a stranger could choose set to one that would do harm."""
    texts = {"formula", "section", "label", "reason", "detail", "program", "fingerprint", "address"}

    def change(node):
        if isinstance(node, list):
            return [change(each) for each in node]
        if not isinstance(node, dict):
            return node
        return {name: HURT if name in texts else change(value) for name, value in node.items()}

    event = change(event)
    if event["kind"] == "math":  # steps, their values and keys have the names of the tables or are refused
        event["name"] += HURT
        event["value"]["name"] += HURT
    if event.get("message") == "alert":
        reason = HURT.encode()[:200]
        body = bytes([8]) + len(reason).to_bytes(2, "big") + reason
        frame = bytes([5]) + len(body).to_bytes(3, "big") + body
        event["frame"].update(hex=frame.hex(), bytes=len(frame))
    return event


# --- checks ---------------------------------------------------------------------------------------

results = []


def check(what, good, more=""):
    results.append(bool(good))
    if not good:
        print(f"FAILED: {what}: {str(more)[:2000]}")


class Strict(html.parser.HTMLParser):
    """Every element is closed in its turn, no attribute and no id comes twice."""

    VOID = {"meta", "br", "hr", "img", "link", "input"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.ids, self.links = [], [], set(), []
        self.commands, self.into = [], None

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        values = dict(attributes)
        if len(set(names)) != len(names):
            self.faults.append(f"an attribute twice in <{tag}>")
        if any(name.startswith("on") or name == "style" for name in names):
            self.faults.append(f"<{tag} {names}>")
        if "id" in values:
            if values["id"] in self.ids:
                self.faults.append(f"id {values['id']} twice")
            self.ids.add(values["id"])
        if "href" in values:
            self.links.append(values["href"])
        if tag == "pre" and values.get("class") in ("command", "prints"):
            self.into = values["class"]
            self.commands.append("")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")
        if tag == "pre":
            self.into = None

    def handle_data(self, data):
        if self.into:
            self.commands[-1] += data


def check_markup(name, path):
    page = Strict()
    page.feed(path.read_text())
    check(f"{name}: well formed", not page.faults and not page.open, page.faults[:5] + page.open)
    lost = [link for link in page.links if not link.startswith("#") or link[1:] not in page.ids]
    check(f"{name}: every link has its place on the page", not lost, lost[:5])
    return list(zip(page.commands[::2], page.commands[1::2]))


def check_commands(name, pairs):
    def run(command):
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=PATIENCE)
        return done.stdout.strip() + done.stderr.strip()

    check(f"{name}: there are lines to check", len(pairs) > 10, len(pairs))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = [
            (command[:300], printed.strip(), got)
            for (command, printed), got in zip(pairs, pool.map(run, [command for command, _ in pairs]))
            if got != printed.strip()
        ]
    check(f"{name}: {len(pairs)} lines print what the page says", not wrong, wrong[:2])


def check_bytes(name, page, events):
    wrong = []
    for event in events:
        if event["kind"] not in ("frame", "inner"):
            continue
        number = event.get("number", event.get("record"))
        where = f"c{event['channel']}-f{number}"
        value = event["frame"] if event["kind"] == "frame" else event["bytes"]
        selector = f"#{where} > details > .panel > " + (".message" if event["kind"] == "frame" else ".inside > .message")
        shown = page.run(f"(document.querySelector('{selector} .hex') || {{}}).textContent || null")
        if (shown or "").replace(" ", "") != value.get("hex", ""):
            wrong.append((where, shown, value))
    check(f"{name}: the bytes shown are the bytes recorded", not wrong, wrong[:1])


def check_values(name, page, events):
    """Every number of every step is there: where it comes first, or at the end of a link to there."""
    there = page.run(
        "Array.from(document.querySelectorAll('.hex'), (n) => { n = n.cloneNode(true); n.querySelectorAll('i').forEach((i) => "
        "i.remove()); return n.textContent.replace(/ /g, ''); }).join('\\n')"
    )
    lost, halves = [], []
    for event in events:
        if event.get("name") == RANDOM or (event.get("name") == "identity key" and event["channel"] > 1):
            continue  # what is made of it is told; the key is the same on every channel
        for value in event.get("inputs", []) + event.get("outputs", []) + [event.get("value")] * (event["kind"] == "math"):
            if event["name"] in HALVES and halves.count(event["name"]) >= 2:
                continue
            halves.append(event["name"])
            if value.get("hex") and value["hex"] not in there:
                lost.append((event["name"], value["name"]))
    check(f"{name}: every value recorded is shown", not lost, lost[:5])


def secrets_of(events):
    found = set()
    for event in events:
        if event.get("name") == RANDOM:
            continue
        values = event.get("inputs", []) + event.get("outputs", [])
        values += [event[kind] for kind in ("value", "bytes") if isinstance(event.get(kind), dict)]
        found |= {v["hex"] for v in values if v["secrecy"] == "secret" and len(v.get("hex", "")) >= 24}
    return found


QUIET = "document.documentElement.style.scrollBehavior = 'auto'"
OPEN_ALL = "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
FOLDS = "document.querySelectorAll('details')"


def check_folds(name, page, by_keyboard):
    page.run(QUIET)
    page.run("document.querySelectorAll('details').forEach((fold) => { fold.open = false; })")
    stuck = []
    for index in range(page.run(f"{FOLDS}.length")):
        x, y = page.run(
            f"(() => {{ const s = {FOLDS}[{index}].querySelector('summary'); s.scrollIntoView({{block: 'center'}}); s.focus();"
            "const r = s.getBoundingClientRect(); return [r.left + 12, r.top + 12]; })()"
        )
        if by_keyboard:
            page.key("Enter", text="\r", number=13)
        else:
            page.mouse("mousePressed", x, y)
            page.mouse("mouseReleased", x, y)
        if not page.run(f"{FOLDS}[{index}].open"):
            stuck.append(index)
    check(f"{name}: every fold opens by {'keyboard' if by_keyboard else 'mouse'}", not stuck, stuck)


def check_lights(name, page):
    page.run(f"{QUIET}; {OPEN_ALL}; window.scrollTo(0, 0)")
    where = "#c1-f1 .message"
    page.run(f"document.querySelector('{where}').scrollIntoView({{block: 'center'}})")
    version, suites = (f'{where} .run[href="#c1-f1-{name}"]' for name in ("version", "suites"))
    for seen, lit in [(version, "#c1-f1-version"), ("#c1-f1-suites th a", suites)]:
        page.run("document.activeElement.blur()")
        page.run(f"document.querySelector({json.dumps(seen)}).scrollIntoView({{block: 'center'}})")
        x, y = page.run(f"(() => {{ const r = document.querySelector({json.dumps(seen)}).getClientRects()[0]; return [r.left + r.width / 2, r.top + r.height / 2]; }})()")
        page.mouse("mouseMoved", x, y)
        check(f"{name}: the mouse on {seen} lights {lit}", page.run(f"document.querySelector({json.dumps(lit)}).classList.contains('lit')"))
        page.mouse("mouseMoved", 1, 1)
        page.run(f"document.querySelector({json.dumps(seen)}).focus()")
        check(f"{name}: focus on {seen} lights {lit}", page.run(f"document.querySelector({json.dumps(lit)}).classList.contains('lit')"))


# The contrast of every text with what is behind it (WCAG 2.1 1.4.3): 4.5 at least, 3 for large text.
CONTRAST = """(() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = (c) => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
  const poor = [];
  for (const node of document.querySelectorAll("body *")) {
    const has = Array.from(node.childNodes).some((n) => n.nodeType === 3 && n.data.trim());
    if (!has || !node.checkVisibility() || ["SCRIPT", "STYLE"].includes(node.tagName)) continue;
    const style = getComputedStyle(node);
    let behind = null, opacity = 1;
    for (let at = node; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (!behind) opacity *= Number(getComputedStyle(at).opacity);
      if (!behind && (colour.length === 3 || colour[3] === 1)) behind = colour;
    }
    behind = behind || [255, 255, 255];
    const ink = rgb(style.color).slice(0, 3).map((v, i) => v * opacity + behind[i] * (1 - opacity));
    const [a, b] = [light(ink), light(behind)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05), size = parseFloat(style.fontSize);
    if (opacity > 0 && ratio < (size >= 24 || (size >= 18.7 && style.fontWeight >= 700) ? 3 : 4.5))
      poor.push([node.className || node.tagName, node.textContent.trim().slice(0, 30), ratio.toFixed(2)]);
  }
  return poor.slice(0, 5);
})()"""


def check_views(name, page, pictures):
    page.run(OPEN_ALL)
    for dark in (False, True):
        for width in (1280, 360):
            view = f"{'dark' if dark else 'light'}, {width} wide"
            page.view(width, 900, dark)
            wide = page.run("document.documentElement.scrollWidth")
            check(f"{name}: {view}: fits", wide <= width, wide)
            if pictures:
                page.run("document.getElementById('talk').scrollIntoView()")
                page.picture(pictures / f"{name}-{view.replace(', ', '-').replace(' ', '-')}.png")
        poor = page.run(CONTRAST)
        check(f"{name}: {view}: enough contrast", not poor, poor)
    page.view(1280, 900)


def check_print(name, page, pictures):
    """On paper the highlights are open and nothing else, whatever was open before; ten pages at most."""
    open_folds = f"Array.from({FOLDS}).map((fold) => fold.open).join()"
    page.run("document.querySelectorAll('details').forEach((fold, i) => { fold.open = i % 3 === 0; })")
    before = page.run(open_folds)
    page.run(
        f"addEventListener('beforeprint', () => {{ window.on_paper = Array.from({FOLDS}).every((fold) => fold.open === "
        "fold.matches('.highlight > details')); }, { once: true })"
    )
    sizes = [{"paperWidth": 8.27, "paperHeight": 11.69}] + [{}] * (name in ("server", "long", "suites"))  # A4, letter
    for size in sizes:
        paper = base64.b64decode(page.call("Page.printToPDF", **size)["data"])
        pages = len(re.findall(rb"/Type\s*/Page\b", paper))
        check(f"{name}: on paper ten pages at most", 1 <= pages <= 10, pages)
    if pictures:
        (pictures / f"{name}.pdf").write_bytes(paper)
    check(f"{name}: on paper the highlights alone are open", page.run("window.on_paper") is True)
    check(f"{name}: there are highlights", page.run("document.querySelectorAll('.highlight').length") >= 1)
    check(f"{name}: and afterwards it is as it was", page.run(open_folds) == before)


def check_order(name, page):
    order = page.run("Array.from(document.querySelectorAll('main > section, main > .above'), (n) => n.id || n.className).join()")
    check(f"{name}: the conversation comes second", order.split(",")[:2] == ["above", "talk"], order)
    opened = page.run("Array.from(document.querySelectorAll('details[open]'), (d) => d.parentElement.id).join()")
    first = page.run("document.querySelector('.beat.frame').id")
    check(f"{name}: its first arrow is open, and nothing else", opened == first, opened)


def check_fields(name, page):
    """Every row of bytes has its offset, every field its reason, every type its meaning; the tag its own colour."""
    wrong = page.run(
        """(() => { const wrong = []; for (const hex of document.querySelectorAll('p.hex')) {
        let at = 0, row = 0;
        const walk = (node) => { for (const child of node.childNodes) {
          if (child.nodeType === 3) at += child.data.replace(/ /g, '').length / 2;
          else if (child.matches('.cut')) row = NaN;
          else if (child.matches('i')) {
            const said = parseInt(child.dataset.at, 16);
            if (Number.isNaN(row)) at = row = said;
            if (said !== at || at !== row) wrong.push([hex.parentElement.parentElement.parentElement.parentElement.id, said, at, row]);
            row = at - at % 16 + 16;
          } else walk(child); } };
        walk(hex);
        if (at > row) wrong.push(['no offset', at, row]); }
        return wrong.slice(0, 3); })()"""
    )
    check(f"{name}: each row of bytes has its offset", not wrong, wrong)
    mute = page.run(
        "Array.from(document.querySelectorAll('.fields tbody tr')).filter((r) => !r.querySelector('.reason') && "
        "!/not-in-the-table/.test(r.id)).map((r) => r.id).slice(0, 3).join()"
    )
    check(f"{name}: every field has its reason", not mute, mute)
    mute = page.run(
        "Array.from(document.querySelectorAll('.fields td:nth-child(2) a')).filter((a) => "
        "!document.querySelector(a.getAttribute('href') + ' dd').textContent).map((a) => a.textContent).join()"
    )
    check(f"{name}: every type is explained", not mute, mute)
    check(f"{name}: types are explained", page.run("document.querySelectorAll('.types dd').length") == 7)


def check_tag(name, page, events):
    """The last 16 bytes of a sealed record are the tag, in a colour that no field has."""
    shown = page.run("Array.from(document.querySelectorAll('.run.kt[title=tag]'), (r) => r.textContent.replace(/ /g, '')).join()")
    tags = [e["frame"]["hex"][-32:] for e in events if e["kind"] == "frame" and e["message"] == "modern record"]
    check(f"{name}: the tag of each record is marked", tags and shown == ",".join(tags), shown[:200])
    colours = page.run("Array.from(new Set(Array.from(document.querySelectorAll('.run'), (r) => getComputedStyle(r).backgroundColor))).length")
    tag = page.run("document.querySelectorAll('.run.kt').length && Array.from(document.querySelectorAll('.run:not(.kt)')).every((r) => getComputedStyle(r).backgroundColor !== getComputedStyle(document.querySelector('.run.kt')).backgroundColor)")
    check(f"{name}: it has a colour of its own", tag is True and colours > 3, colours)


def find(browser, address, text):
    """Looks for a text as the browser's search does; the page, when the search has opened what it had to."""
    page = browser.open("about:blank")
    page.call("Page.navigate", url=f"{address}#:~:text={urllib.parse.quote(text, safe='')}")
    return page


def check_find(name, browser, address, text, inside):
    """What stands in closed folds is found, and the way to it is open; in an event of the page's own, too."""
    page = browser.open(address)
    closed = page.run(
        "Array.from(document.querySelectorAll('details:not([open])')).every((d) => Array.from(d.children).every((c) => "
        "c.tagName === 'SUMMARY' || c.hidden === 'until-found'))"
    )
    check(f"{name}: what is closed is hidden until found", closed)
    check(f"{name}: and what is open is not", page.run("!document.querySelector('details[open] > [hidden]')"))
    page.close()
    page = find(browser, address, text)
    found = f"(() => {{ const n = document.querySelector('{inside}'); return Boolean(n) && n.checkVisibility({{contentVisibilityAuto: true}}) && n.closest('details').open && !n.closest('[hidden]'); }})()"
    start = time.monotonic()
    while not page.run(found) and time.monotonic() - start < PATIENCE / 4:
        time.sleep(0.05)
    check(f"{name}: the search opens the way to {text!r}", page.run(found))
    shut = page.run("document.querySelectorAll('details:not([open])').length")
    check(f"{name}: and leaves the rest closed", shut > 5, shut)
    page.close()


def check_controls(name, page):
    """Few fonts have a letter for a control picture: its name is drawn, and the text stays what it is."""
    drawn = page.run(
        "Array.from(document.querySelectorAll('.control'), (n) => [n.textContent.codePointAt(0) - 0x2400, getComputedStyle(n).fontSize, "
        "getComputedStyle(n, '::before').content].join(' ')).slice(0, 5)"
    )
    check(f"{name}: control characters have their names", drawn and all(d == '10 0px "LF"' for d in drawn), drawn)


def check_quiet(name, page):
    asked = [r["request"]["url"] for r in page.heard("Network.requestWillBeSent")]
    check(f"{name}: no request but for itself", [a.split("#")[0] for a in asked] == [page.address.split("#")[0]], asked)
    said = page.heard("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
    check(f"{name}: nothing on the console", not said, said[:2])


def check_shape(name, page):
    shape = page.run("['h1', 'main', 'nav', 'header.top', 'footer', 'script', 'style'].map((s) => document.querySelectorAll(s).length).join()")
    check(f"{name}: landmarks, one script, one style", shape == "1,1,1,1,1,1,1", shape)
    mute = page.run("Array.from(document.querySelectorAll('.says')).filter((s) => s.textContent.trim() === s.querySelector('b').textContent.trim()).map((s) => s.textContent.trim())")
    check(f"{name}: every line of the story is told", not mute, mute)
    mute = page.run(
        "(() => { const steps = Array.from(document.querySelectorAll('h5')), told = new Set(steps.filter((h) => "
        "h.nextElementSibling.matches('.why')).map((h) => h.textContent)); return steps.map((h) => h.textContent)."
        "filter((t) => !told.has(t)); })()"
    )
    check(f"{name}: and every step inside it", not mute, mute)


def check_links(name, browser, address):
    page = browser.open(address + "#c1-f1-id-n")
    check(f"{name}: a link to a field opens the way to it", page.run("document.getElementById('c1-f1').querySelector('details').open"))
    page.key("o", text="o", number=79)
    check(f"{name}: the key o opens all", page.run(f"Array.from({FOLDS}).every((fold) => fold.open)"))
    page.key("c", text="c", number=67)
    check(f"{name}: the key c closes all", page.run(f"!Array.from({FOLDS}).some((fold) => fold.open)"))
    page.key("j", text="j", number=74)
    check(f"{name}: the key j goes to the first line", page.run("document.activeElement.matches('.beat summary')"))
    page.close()


def check_injection(name, page):
    harm = page.run("[document.querySelectorAll('img, iframe, object, embed, form, base').length, typeof hurt, document.scripts.length].join()")
    check(f"{name}: nothing of it became markup", harm == "0,undefined,1", harm)
    shown = page.run("document.body.textContent.split('<script>hurt()</script>').length - 1")
    check(f"{name}: it stands there as text", shown > 0, shown)


# --- the run --------------------------------------------------------------------------------------


def text_of(page, selector):
    return page.run(f"(document.querySelector('{selector}') || {{}}).textContent || ''")


def make_pages(scratch, made):
    """The pages by name, and the recordings behind each."""
    hurt = scratch / "hurt.rec"
    events = lines_of(made["refused"] / "client.rec") + []
    session = lines_of(made["modern"] / "server.rec")
    hurt.write_text("".join(json.dumps(hurtful(e)) + "\n" for e in session))
    alert = scratch / "alert.rec"
    alert.write_text("".join(json.dumps(hurtful(e)) + "\n" for e in events))
    pages = {
        "server": [made["modern"] / "server.rec"],
        "plain": [made["modern"] / "client.rec"],
        "rsa": [made["rsa"] / "client.rec"],
        "dh": [made["dh"] / "client.rec"],
        "textbook": [made["textbook"] / "client.rec"],
        "refused": [made["refused"] / "client.rec"],
        "tampered": [made["tampered"] / "client.rec"],
        "long": [made["long"] / "client.rec"],
        "map": [made["dh"] / "client.rec"],
        "hurt": [hurt],
        "alert": [alert],
        "ends": [made["tampered"] / "client.rec", made["tampered"] / "server.rec"],
        "both": [made["modern"] / "client.rec", made["modern"] / "server.rec"],
        "suites": [made["modern"] / "server.rec", made["textbook"] / "server.rec"],
    }
    for name, recordings in pages.items():
        done = draw("chat", *recordings, "-o", scratch / f"{name}.html", *["--map"] * (name == "map"))
        check(f"{name}: is drawn", done.returncode == 0, done.stderr)
    return pages


def check_programs(scratch, made):
    recording = made["modern"] / "client.rec"
    page = (scratch / "plain.html").read_bytes()
    check("ftp page draws the same", draw("ftp", recording).stdout == page)
    for name, folder in made.items():
        same = (folder / "client.html").read_bytes() == (scratch / f"{name.replace('modern', 'plain')}.html").read_bytes()
        check(f"{name}: --page draws what chat page draws of --record", same)
        readers = (folder / "client.html").stat().st_mode & 0o077
        check(f"{name}: a page with secrets is its owner's alone", (name == "modern") == bool(readers), oct(readers))
    done = draw("chat")
    check("without a recording it is wrong usage", done.returncode == 2, done)
    done = draw("chat", scratch / "plain.html", "-o", scratch / "none.html")
    check("what is no recording is refused", done.returncode == 1 and b"error" in done.stderr, done)
    check("and leaves no file", not (scratch / "none.html").exists())
    with open("/dev/full", "wb") as full:
        done = subprocess.run([BIN / "chat", "page", recording], stdout=full, stderr=subprocess.PIPE)
    check("a full disk is an error", done.returncode == 1, done)


def check_all(scratch, made, pictures):
    pages = make_pages(scratch, made)
    check_programs(scratch, made)
    pairs = {name: check_markup(name, scratch / f"{name}.html") for name in pages}
    check_commands("server", pairs["server"])
    check_commands("rsa", pairs["rsa"])
    check_commands("dh", pairs["dh"])
    check_commands("textbook", pairs["textbook"][:12])
    check_commands("plain", pairs["plain"])

    for name in ("server", "plain", "rsa", "dh", "textbook"):
        size = (scratch / f"{name}.html").stat().st_size
        check(f"{name}: ten messages in less than 320 KiB", size < 320 * KIB, size)
    plain = re.sub(r"[^0-9a-f]", "", (scratch / "plain.html").read_text())
    # What is secret until it is sent, as the client's proof, is on the wire in the end.
    wire = "".join(e["frame"]["hex"] for e in lines_of(made["modern"] / "client.rec") if e["kind"] == "frame")
    secrets = {s for s in secrets_of(lines_of(made["modern"] / "server.rec")) if s not in wire}
    check("the server's recording has secrets", len(secrets) > 20, len(secrets))
    check("plain: none of them is on the client's page", not [s for s in secrets if s in plain])

    with Browser(scratch) as browser:
        for name, recordings in pages.items():
            page = browser.open((scratch / f"{name}.html").as_uri())
            page.view(1280, 900)
            check_quiet(name, page)
            check_shape(name, page)
            check_order(name, page)
            check_fields(name, page)
            events = lines_of(recordings[0])
            if name not in ("both", "long"):  # in the one the other end's secrets are shown, in the other a frame is cut
                check_bytes(name, page, events)
            if name not in ("hurt", "suites", "both", "ends", "long"):
                check_values(name, page, events)
            if name in ("server", "suites"):
                check_views(name, page, pictures)
            if name == "plain":
                check_folds(name, page, by_keyboard=False)
                check("plain: in the place of a secret stands its size", "secret bytes" in text_of(page, "#c1-f5 .inside .unseen"))
                said = page.run("document.body.textContent.split(/not recorded/i).length - 1")
                check("plain: that it is not recorded is said once", said == 1, said)
            if name == "refused":
                check_folds(name, page, by_keyboard=True)
                check("refused: it says how it ended", "not allowed" in text_of(page, ".overview .bad"), text_of(page, ".overview"))
            if name == "tampered":
                check("tampered: it says which check refused", "tag" in text_of(page, ".work.bad"), text_of(page, ".work.bad"))
            if name == "ends":
                check("ends: it says that the bytes differ", "different bytes" in text_of(page, ".other-ends"))
                check("ends: and that others do not", "the same bytes" in text_of(page, ".same-ends"))
            if name == "both":
                check("both: both sides' work is there", page.run("['.work.at-client', '.work.at-server'].every((s) => document.querySelector(s))"))
                check_bytes(name, page, [e for e in events if "hex" in (e.get("frame") or e.get("bytes") or {})])
                there = page.run("Array.from(document.querySelectorAll('.inside .hex'), (n) => n.textContent.replace(/ /g, '')).join()")
                inner = [e["bytes"]["hex"] for e in lines_of(recordings[1]) if e["kind"] == "inner"]
                check("both: what only the server's recording knows is there", inner and all(i in there for i in inner))
            if name in ("hurt", "alert", "server"):
                check_injection(name, page)
            if name == "server":
                check_lights(name, page)
                check_tag(name, page, events)
                said = page.run("Array.from(document.querySelectorAll('.contents a'), (a) => a.textContent)")
                check("server: its contents say what was said", "say one" in said and not said.count("The talk"), said)
                check_find(name, browser, page.address, "This is what s_send was given", "#c2-f3 .why")
                check_links(name, browser, page.address)
            if name == "server":
                check_controls(name, page)
            if name == "map":
                check("map: it stands behind the conversation", page.run("document.querySelectorAll('#talk ~ #map svg').length") == 2)
            if name == "long":
                page.view(1280, 900, medium="print")
                check("long: paper says how much is left out", re.search("Here [0-9]+ more lines are left out", page.run("document.querySelector('.paper-only').innerText")))
                left = page.run("Array.from(document.querySelectorAll('.beat'), (b) => b.checkVisibility()).join()")
                check("long: and has the beginning", re.fullmatch("(true,){60}false(,false)*", left), left)
                page.view(1280, 900)
            check_print(name, page, pictures)
            check_quiet(f"{name}, at the end", page)
            page.close()


def main():
    os.umask(0o022)
    keep = os.environ.get("KEEP")
    build = TREE / os.environ.get("BUILD", "build")
    build.mkdir(exist_ok=True)
    # Beside what was built, not in /tmp: a browser out of a snap sees no other's /tmp.
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="page-", dir=build))
    try:
        made = play(scratch)
        check_all(scratch, made, scratch if keep else None)
    except NoBrowser as error:
        check("a browser", False, error)
    finally:
        if keep:
            shutil.copytree(scratch, keep, dirs_exist_ok=True)
        shutil.rmtree(scratch)
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
