#!/usr/bin/env python3
"""The live page (--live, chat page --follow) in a headless Chromium, while sessions are played.

usage: BIN=bin tests/browser/live.py     ends with "N passed, N failed"
CHROMIUM=PATH says which browser; KEEP=FOLDER keeps recordings, pages and pictures.
"""

import contextlib
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

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import page as pages  # noqa: E402
from page import BIN, CONTRAST, HURT, OPEN_ALL, PATIENCE, TREE, check, results, text_of  # noqa: E402
from devtools import Browser, NoBrowser  # noqa: E402

SAID = ["one", HURT, "Привет, Борис"]

# --- sessions -------------------------------------------------------------------------------------


def address_in(log):
    pages.wait_for(log, "live page: ")
    return re.search(r"live page: (\S+)", log.read_text())[1]


class Talk:
    """A client to whom one types, line by line."""

    def __init__(self, folder, name, port, *options):
        self.log, self.out = folder / f"{name}.log", folder / f"{name}.out"
        with open(self.log, "wb") as log, open(self.out, "wb") as out:
            self.process = subprocess.Popen(
                [BIN / "chat", "connect", "127.0.0.1", "--home", folder / "home", "--allow-published", "--accept-new"]
                + ["--port", str(port), "--key", "anna", *options],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=log,
            )
        pages.wait_for(self.log, "the talk goes on")

    def say(self, *lines):
        self.process.stdin.write("".join(line + "\n" for line in lines).encode())
        self.process.stdin.flush()

    def leave(self):
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        return self.process.wait(PATIENCE)


@contextlib.contextmanager
def room(scratch, name, *options):
    """A folder with keys in it, and a server."""
    folder = scratch / name
    folder.mkdir()
    shutil.copytree(TREE / "docs/examples/first-lesson", folder / "home")
    with pages.server(folder, folder / "home", *options) as port:
        yield folder, port


def until(what, page, expression):
    end = time.monotonic() + PATIENCE
    while not page.run(f"!!({expression})"):
        if time.monotonic() > end:
            check(what, False, page.run("document.getElementById('talk').innerText.slice(-600)"))
            return
        time.sleep(0.05)
    check(what, True)


def beats(page):
    return page.run("document.querySelectorAll('.beat').length")


def check_quiet(name, page, more=()):
    """It asks its own server alone, and says nothing on the console."""
    asked = {r["request"]["url"].split("?")[0] for r in page.heard("Network.requestWillBeSent")}
    own = {page.address + rest for rest in ("", "events", "page.html")} | set(more)
    check(f"{name}: no request but to its own server", {a for a in asked if not a.startswith("blob:")} <= own, asked)
    said = page.heard("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
    check(f"{name}: nothing on the console", not said, said[:2])


def picture(scratch, name, page, dark=False, width=1200):
    page.call("Page.bringToFront")  # what is behind draws nothing
    page.view(width, 900, dark)
    poor = page.run(CONTRAST)
    check(f"{name}: every text stands out from what is behind it", not poor, poor[:3])
    wide = page.run("document.documentElement.scrollWidth <= innerWidth")
    check(f"{name}: nothing sticks out", wide)
    page.picture(scratch / f"{name}.png")


def saved(scratch, name, browser, page):
    """What the link saves."""
    folder = scratch / f"saved-{name}"
    folder.mkdir()
    browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    page.run("document.getElementById('live-save').click()")
    end = time.monotonic() + PATIENCE
    while not (folder / "session.html").exists():
        if time.monotonic() > end:
            return b"nothing"
        time.sleep(0.05)
    return (folder / "session.html").read_bytes()


STORY = "Array.from(document.querySelectorAll('.beat'), (b) => b.id + b.textContent).join('\\n')"

# --- one talk, from its first word to its last ----------------------------------------------------


def check_one(scratch, browser):
    with room(scratch, "one", "--live") as (folder, port):
        ours = folder / "client.html"
        watching = browser.open(address_in(folder / "server.log"))
        until("server: before anybody comes it says so", watching, "document.body.innerText.includes('Nothing has been said yet.')")
        talk = Talk(folder, "client", port, "--live", "--record-secrets", "--page", ours)
        client = browser.open(address_in(talk.log))
        until("client: the handshake is there", client, "document.querySelector('#c1-f1')")
        until("server: too", watching, "document.querySelector('#c2')")
        before = beats(client)
        talk.say(SAID[0])
        until("client: a line comes when it is said", client, f"document.querySelectorAll('.beat').length >= {before} + 2")
        client.run(f"window.kept = document.querySelector('#c1-f1'); kept.querySelector('details').open = true; {OPEN_ALL}")
        talk.say(*SAID[1:])
        until("client: what is said is read", client, f"Array.from(document.querySelectorAll('q'), (q) => q.textContent).some((t) => t.includes({SAID[2]!r}))")
        check("client: what was open is open", client.run("kept.isConnected && kept.querySelector('details').open"))
        harm = client.run("[document.querySelectorAll('main img, main iframe, main script').length, typeof hurt].join()")
        check("client: nothing that was said became markup", harm == "0,undefined", harm)
        check("client: it stands there as text", client.run("document.body.textContent.includes('<script>hurt()</script>')"))
        check_late(browser, client)
        client.run("document.getElementById('close-all').click()")
        picture(scratch, "one", client)
        picture(scratch, "one-dark", client, dark=True)
        picture(scratch, "one-narrow", client, width=400)
        check("client: what is saved now says that it goes on", b"the session had not" in saved(scratch, "early", browser, client))
        check("server: its page shows no secret of the client's", "never left" not in text_of(watching, "#c2-f3 .inside .value .hex"))
        talk.leave()
        check_after(scratch, browser, client, ours)
        check_quiet("client", client)
        until("server: it goes on when the client has gone", watching, "document.querySelector('#c2-end1')")
        until("server: and nobody talks", watching, "document.querySelector('.live-quiet')")
        check_quiet("server", watching)
    until("server: its page stays when it ends", watching, "document.documentElement.dataset.live === 'kept'")
    check_quiet("server, at the end", watching)
    watching.close()
    client.close()


def check_late(browser, early):
    late = browser.open(early.address)
    until("late: it gets everything", late, f"document.querySelectorAll('.beat').length === {beats(early)}")
    check("late: in the same order", late.run(STORY) == early.run(STORY))
    late.close()
    linked = browser.open(early.address + "#c1-f1-id-n")
    until("link: the way to a field opens", linked, "(document.querySelector('#c1-f1 > details') || {}).open")
    linked.close()


def check_after(scratch, browser, client, ours):
    until("end: the page says so, and stays", client, "document.body.innerText.includes('It has ended, and this page stays.')")
    until("end: the whole page is kept", client, "document.documentElement.dataset.live === 'kept'")
    check("end: what is saved is what --page has written", saved(scratch, "late", browser, client) == ours.read_bytes())
    story = client.run(STORY)
    page = browser.open(ours.as_uri())
    check("end: line by line, it is what --page has drawn", page.run(STORY) == story)
    page.close()


# --- a hundred messages a second ------------------------------------------------------------------


def silent_reader(address):
    """A browser that asks, and never reads."""
    host, token = re.match(r"http://([^/]*)(/.*)", address).groups()
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect((host.split(":")[0], int(host.split(":")[1])))
    line.sendall(f"GET {token}events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    return line


def has_said(text):
    return f"Array.from(document.querySelectorAll('.from-client q'), (q) => q.textContent).some((t) => t.endsWith({text!r}))"


def speak(talk, count, rate):
    start = time.monotonic()
    for i in range(count):
        time.sleep(max(0, start + i / rate - time.monotonic()))
        talk.say(f"message {i}")


def check_many(scratch, browser, count=400, rate=100):
    with room(scratch, "many", "--live", "--record-secrets") as (folder, port):
        address = address_in(folder / "server.log")
        talk = Talk(folder, "client", port, "--live", "--record-secrets")
        lines = [silent_reader(address), silent_reader(address_in(talk.log))]
        watching, client = browser.open(address), browser.open(address_in(talk.log))
        client.run(pages.QUIET)
        speaker = threading.Thread(target=speak, args=(talk, count, rate))
        speaker.start()
        until("many: the page keeps up", client, "document.querySelector('#c2-gap')")
        picture(scratch, "many", client)
        speaker.join()
        start = time.monotonic()
        pages.wait_for(talk.out, f"message {count - 1}")
        check("many: the talk keeps up", time.monotonic() - start < 5, time.monotonic() - start)
        for name, page in (("client", client), ("server", watching)):
            until(f"many: the {name}'s page has the last line", page, has_said(f"message {count - 1}"))
            shown = beats(page)
            check(f"many: the {name}'s page has 301 lines of the scene at most", 300 < shown < 340, shown)
            check(f"many: the {name}'s page says how many are left out", "are left out" in text_of(page, "#c2-gap"))
            check_quiet(f"many: {name}", page)
        check_scrolling(talk, client)
        start = time.monotonic()
        talk.leave()
        check("many: nobody waits long for one who does not read", time.monotonic() - start < 10, time.monotonic() - start)
        for line in lines:
            line.close()
        for page in (client, watching):
            page.close()


LAST_IN_SIGHT = """(() => {
  const seen = Array.from(document.querySelectorAll('.beat')).pop().getBoundingClientRect();
  return seen.top >= 0 && seen.bottom <= innerHeight;
})()"""


def check_scrolling(talk, client):
    until("many: the last line is in sight", client, LAST_IN_SIGHT)
    client.call("Input.dispatchMouseEvent", type="mouseWheel", x=300, y=300, deltaX=0, deltaY=-2000)
    until("many: who scrolls up stays there", client, "document.getElementById('live-follow').getAttribute('aria-pressed') === 'false'")
    at = client.run("document.querySelector('#c2-f200').scrollIntoView(), scrollY")
    talk.say("one more")
    until("many: while lines come", client, has_said("one more"))
    check("many: and nothing moves", abs(client.run("scrollY") - at) < 200, (client.run("scrollY"), at))
    client.run("document.getElementById('live-follow').click()")
    until("many: until one follows again", client, LAST_IN_SIGHT)


# --- many talks on one server ---------------------------------------------------------------------


def check_talks(scratch, browser):
    with room(scratch, "talks", "--live") as (folder, port):
        watching = browser.open(address_in(folder / "server.log"))
        hidden = "Array.from(document.querySelectorAll('.scene'), (s) => s.hidden ? 0 : 1).join('')"
        talks = []
        for number in range(3):
            talks.append(Talk(folder, f"client{number}", port))
            talks[-1].say(f"from {number}")
            pages.wait_for(talks[-1].out, f"from {number}")
            until(f"talks: the latest of {number + 1} is shown", watching, f"{hidden} === '{'00' * number}11'")
        check("talks: there is a choice", not watching.run("document.getElementById('live-show').hidden"))
        choose = "(() => {{ const s = document.getElementById('live-talk'); s.value = '{}'; s.dispatchEvent(new Event('change')); }})()"
        watching.run(choose.format("2"))
        check("talks: one that was chosen is shown", watching.run(hidden) == "001100", watching.run(hidden))
        watching.run(choose.format("all"))
        check("talks: or all", watching.run(hidden) == "111111", watching.run(hidden))
        picture(scratch, "talks", watching)
        for talk in talks:
            talk.leave()
        os.kill(pages_server_pid(folder), signal.SIGKILL)
        until("killed: the page says that the program does not answer", watching, "!document.getElementById('live-lost').hidden")
        check("killed: and stays", beats(watching) > 60)
        picture(scratch, "killed", watching)
        watching.close()


def pages_server_pid(folder):
    """The process that listens for this room."""
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and str(folder / "home").encode() in (words := (entry / "cmdline").read_bytes()) and b"\0server\0" in words:
                return int(entry.name)
    raise RuntimeError("no server")


# --- recordings that are being written ------------------------------------------------------------


def check_follow(scratch, browser):
    with room(scratch, "follow") as (folder, port):
        out, log = folder / "both.html", folder / "follow.log"
        recordings = [folder / "client.rec", folder / "server.rec"]
        with open(log, "wb") as stream:
            follow = subprocess.Popen([BIN / "chat", "page", "--follow", *recordings, "-o", out], stderr=stream)
        pages.wait_for(log, "waiting for")
        page = browser.open(address_in(log))
        talk = Talk(folder, "client", port, "--record", recordings[0])
        for i in range(30):
            talk.say(f"line {i}")
            time.sleep(0.02)
        pages.wait_for(talk.out, "line 29")
        until("follow: both ends are there", page, "document.querySelectorAll('.work.at-client').length > 3 && document.querySelectorAll('.work.at-server').length > 3")
        until("follow: to the last line", page, "document.querySelector('#c2-f62')")
        talk.leave()
        until("follow: and both ends of it", page, "document.querySelector('#c2-end1') && document.querySelector('#b-c2-end1')")
        check("follow: the bytes of both ends are compared", "the same bytes" in text_of(page, ".same-ends"))
        picture(scratch, "follow", page)
        story = page.run(STORY)
        follow.send_signal(signal.SIGINT)
        check("follow: Ctrl-C ends it well", follow.wait(PATIENCE) == 0, log.read_text())
        until("follow: the page stays", page, "document.documentElement.dataset.live === 'kept'")
        check_quiet("follow", page)
        done = subprocess.run([BIN / "chat", "page", *recordings], capture_output=True, timeout=PATIENCE)
        check("follow: -o has what chat page draws", out.read_bytes() == done.stdout)
        drawn = browser.open(out.as_uri())
        check("follow: line by line, so has the page", drawn.run(STORY) == story)
        drawn.close()
        page.close()


# --- a person in the middle -----------------------------------------------------------------------


def check_middle(scratch, browser):
    with room(scratch, "middle", "--suite", "dh") as (folder, port):
        log, drawn, way = folder / "middle.log", folder / "middle.html", pages.free_port()
        with open(log, "wb") as out:
            middle = subprocess.Popen(
                [BIN / "attack", "middle", "--listen", str(way), "--to", f"127.0.0.1:{port}", "--live", "--page", drawn, "--do", "s/noon/nine/"],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
            )
        page = browser.open(address_in(log))
        talk = Talk(folder, "client", way, "--suite", "dh", "--key", "anna-textbook")
        talk.say("meet at noon")
        rows = "Array.from(document.querySelectorAll('tbody'), (row) => row.textContent).join('\\n')"
        until("middle: what was changed is there", page, f"{rows}.includes('meet at nine')")
        check("middle: in three columns", page.run("document.querySelectorAll('thead th').length") == 4)
        talk.leave()
        until("middle: to the last row", page, f"{rows}.includes('goodbye')")
        late = browser.open(page.address)
        until("middle: a late browser has the same rows", late, f"document.querySelectorAll('tbody').length === {page.run('document.querySelectorAll(`tbody`).length')}")
        check("middle: in the same order", late.run(rows) == page.run(rows))
        picture(scratch, "middle", late, dark=True)
        late.close()
        middle.send_signal(signal.SIGINT)
        middle.wait(PATIENCE)
        until("middle: the page stays", page, "document.documentElement.dataset.live === 'kept'")
        check("middle: what is saved is what --page has written", saved(scratch, "middle", browser, page) == drawn.read_bytes())
        check_quiet("middle", page)
        page.close()


# --- the run --------------------------------------------------------------------------------------


def main():
    keep = os.environ.get("KEEP")
    build = TREE / os.environ.get("BUILD", "build")
    build.mkdir(exist_ok=True)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="live-", dir=build))
    try:
        with Browser(scratch) as browser:
            check_one(scratch, browser)
            check_many(scratch, browser)
            check_talks(scratch, browser)
            check_follow(scratch, browser)
            check_middle(scratch, browser)
    except NoBrowser as error:
        check("a browser", False, error)
    finally:
        if keep:
            shutil.copytree(scratch, keep, dirs_exist_ok=True, ignore=shutil.ignore_patterns("profile-*"))
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
