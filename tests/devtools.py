"""A headless Chromium on a string: the DevTools protocol over a pipe (--remote-debugging-pipe), with
nothing but Python's own library. The browser has a profile of its own, which goes with it.

    with Browser(folder) as browser:
        page = browser.open("file:///...")
        page.run("document.title")
"""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"]
PATIENCE = 60  # seconds that any one answer may take


class NoBrowser(Exception):
    pass


def find():
    wanted = os.environ.get("CHROMIUM")
    names = [wanted] if wanted else NAMES
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    raise NoBrowser(
        f"no {' or '.join(names)} here: install Debian's package chromium, or Google Chrome, or say "
        "where there is one: CHROMIUM=/path/to/chromium make check"
    )


class Browser:
    def __init__(self, folder):
        self.profile = tempfile.mkdtemp(prefix="profile-", dir=folder)
        to_browser, from_us = os.pipe()
        from_browser, to_us = os.pipe()
        # The browser reads descriptor 3 and writes descriptor 4.
        with open(os.path.join(self.profile, "log"), "wb") as log:
            self.process = subprocess.Popen(
                ["/bin/sh", "-c", f'exec "$@" 3<&{to_browser} 4>&{to_us}', "sh", find(), "--headless"]
                + ["--no-sandbox"] * (os.geteuid() == 0)
                + "--disable-gpu --disable-quic --no-first-run --disable-background-networking "
                "--disable-component-update --disable-sync --hide-scrollbars "
                f"--remote-debugging-pipe --user-data-dir={self.profile} about:blank".split(),
                pass_fds=(to_browser, to_us),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        os.close(to_browser)
        os.close(to_us)
        self.writer, self.reader = from_us, from_browser
        self.number, self.rest, self.events = 0, b"", []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.writer)  # a browser whose pipe closes goes home
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.reader)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _message(self, deadline):
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.reader], [], [], max(0, deadline - time.monotonic()))
            part = os.read(self.reader, 1 << 20) if ready else b""
            if not part:
                with open(os.path.join(self.profile, "log"), errors="replace") as log:
                    raise NoBrowser(f"{find()} does not answer:\n{log.read()[-2000:]}")
            self.rest += part
        text, _, self.rest = self.rest.partition(b"\0")
        return json.loads(text)

    def call(self, method, session=None, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        data = json.dumps(request).encode() + b"\0"
        while data:
            data = data[os.write(self.writer, data) :]
        deadline = time.monotonic() + PATIENCE
        while True:
            message = self._message(deadline)
            if message.get("id") != self.number:
                self.events.append(message)
            elif "error" in message:
                raise RuntimeError(f"{method}: {message['error']}")
            else:
                return message["result"]

    def open(self, address):
        return Page(self, address)


class Page:
    """What it logs, what it asks the network for, and which errors it has are kept from the start."""

    def __init__(self, browser, address):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.target = target
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.address = address
        self.call("Page.navigate", url=address)
        deadline = time.monotonic() + PATIENCE
        while self.run("document.readyState + ' ' + location.href.split('#')[0]") != (
            "complete " + address.split("#")[0]
        ):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{address} does not load")
            time.sleep(0.02)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def run(self, expression):
        """The value of an expression of JavaScript."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def heard(self, *methods):
        """The events of these kinds so far."""
        return [e["params"] for e in self.browser.events if e.get("sessionId") == self.session and e["method"] in methods]

    def key(self, key, code=None, text=None, number=0):
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=code or key, windowsVirtualKeyCode=number, **more)

    def mouse(self, kind, x, y):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="none" if kind == "mouseMoved" else "left", clickCount=1)

    def view(self, width, height, dark=False, medium=""):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", media=medium, features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def picture(self, path, whole=False):
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)
