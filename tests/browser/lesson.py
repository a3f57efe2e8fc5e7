#!/usr/bin/env python3
"""Pages of lessons as HTML, in a browser: folds, meanings of terms, commands that are copied, dark and light,
narrow and printed, links between the pages; and nothing is loaded from anywhere.

usage: tests/browser/lesson.py      ends with "N passed, N failed"
       KEEP=FOLDER keeps the pages and pictures of them there
"""
import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TREE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests"))
from devtools import Browser, NoBrowser  # noqa: E402

BIN = TREE / os.environ.get("BIN", "bin")
LESSON, TERM = "03-who-are-you", "public key"
results = []


def check(what, good, more=""):
    results.append(bool(good))
    if not good:
        print(f"FAILED: {what}: {str(more)[:2000]}")


# --- all pages, as markup -------------------------------------------------------------------------


class Strict(html.parser.HTMLParser):
    """Every element is closed in its turn, no id comes twice, nothing is loaded."""

    VOID = {"meta", "br", "hr", "img"}
    KNOWN = set(
        "html head meta title style body a header b span div button nav details summary ul ol li main h1 h2 h3 h4 p "
        "strong em code pre kbd table thead tbody tr th td blockquote img hr br footer script".split()
    )

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.ids, self.links = [], [], set(), []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag not in self.KNOWN:
            self.faults.append(f"<{tag}> at {self.getpos()}")
        if any(name.startswith("on") or name in ("style", "srcset") for name in values):
            self.faults.append(f"<{tag} {list(values)}>")
        if "id" in values and values["id"] in self.ids:
            self.faults.append(f"id {values['id']} twice")
        if "src" in values and not values["src"].startswith("data:image/"):
            self.faults.append(f"loads {values['src']}")
        self.ids.add(values.get("id"))
        if "href" in values:
            self.links.append(values["href"])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")


def read_markup(path):
    page = Strict()
    page.feed(path.read_text())
    return page


def check_markup(folder):
    pages = {path: read_markup(path) for path in sorted(folder.rglob("*.html"))}
    faults = [(str(path.relative_to(folder)), page.faults[:3] + page.open) for path, page in pages.items() if page.faults or page.open]
    check("every page is well formed, and loads nothing", not faults, faults)
    lost = []
    for path, page in pages.items():
        for link in page.links:
            name, _, anchor = link.partition("#")
            target = pages.get((path.parent / name).resolve() if name else path)
            if ":" not in link and (not target or (anchor and anchor not in target.ids)):
                lost.append((str(path.relative_to(folder)), link))
    check("every link leads to a page and a place on it", not lost, lost)
    outside = [(str(path), link) for path, page in pages.items() for link in page.links if ":" in link and not link.startswith("https://")]
    check("a link that leaves the folder is an address", not outside, outside)


def check_blocks(folder):
    """What is typed on a page is what its Markdown has, character by character."""
    for source in sorted((TREE / "docs").glob("[01][0-9]-*.md")) + sorted((TREE / "docs" / "ru").glob("[01][0-9]-*.md")):
        wanted = [
            line
            for block in re.findall(r"^```console \w+\n(.*?)^```$", source.read_text(), re.M | re.S)
            for line in block.split("\n")
            if line.startswith(("$ ", "> ")) or line == "^C"
        ]
        page = (folder / source.relative_to(TREE / "docs")).with_suffix(".html").read_text()
        got = [re.sub(r"<.*?>", "", line) for line in re.findall(r'<span class="typed.*', page)]
        got = [html.unescape(line) for line in got]
        check(f"{source.name}: what is typed", got == wanted, [pair for pair in zip(got, wanted) if pair[0] != pair[1]][:2])


# --- in the browser ---------------------------------------------------------------------------------


def middle_of(page, selector):
    return page.run(
        f"(() => {{ const n = document.querySelector('{selector}'); n.scrollIntoView({{block: 'center'}});"
        "const r = n.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; })()"
    )


def click(page, selector):
    x, y = middle_of(page, selector)
    page.mouse("mousePressed", x, y)
    page.mouse("mouseReleased", x, y)


def is_seen(page, selector):
    return page.run(f"document.querySelector('{selector}').checkVisibility()")


def check_folds(page):
    count = page.run("document.querySelectorAll('main details').length")
    check("answers are folded", count > 3 and page.run("!document.querySelector('main details[open]')"), count)
    click(page, "main summary")
    check("a fold opens", page.run("document.querySelector('main details').open"))
    click(page, "main summary")
    check("and closes", not page.run("document.querySelector('main details').open"))
    click(page, "#open-all")
    check("all open at once", page.run("document.querySelectorAll('main details[open]').length") == count)
    click(page, "#close-all")
    check("and close", page.run("document.querySelectorAll('main details[open]').length") == 0)


def check_terms(page):
    word = f"[aria-describedby]:is(a, span)"
    check("terms are marked", page.run(f"document.querySelectorAll('.term {word}').length") > 5)
    tip = page.run("document.querySelector('.term .tip').textContent")
    check("a term has its meaning from the glossary", "may be given" in tip or len(tip) > 15, tip)
    check("which is hidden at first", not is_seen(page, ".term .tip"))
    x, y = middle_of(page, ".term .word")
    page.mouse("mouseMoved", x, y)
    check("the mouse on a term shows its meaning", is_seen(page, ".term .tip"))
    page.key("Escape", number=27)
    check("Escape puts it away", not is_seen(page, ".term .tip"))
    page.mouse("mouseMoved", 1, 300)
    page.run("document.querySelector('.term .word').focus()")
    check("focus on a term shows it, too", is_seen(page, ".term .tip"))
    page.run("document.activeElement.blur()")
    check("and it goes with the focus", not is_seen(page, ".term .tip"))


def check_copy(page):
    page.run("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")
    block = page.run("document.querySelector('.console pre').textContent")
    wanted = "".join(line[2:] + "\n" for line in block.split("\n") if line.startswith("$ "))
    click(page, ".console .copy")
    copied = page.run("window.copied")
    check("copy takes the commands, and nothing else", copied == wanted and "lesson start" in wanted, copied)
    page.run("document.execCommand = (name) => { window.old = [name, document.activeElement.value]; return true; };"
             "navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    click(page, ".console .copy")
    old = page.run("new Promise((done) => setTimeout(() => done(window.old), 100))")
    check("without a clipboard it goes the old way", old == ["copy", wanted], old)
    mute = page.run("Array.from(document.querySelectorAll('.console')).filter((b) => !b.querySelector('.typed') && b.querySelector('.copy')).length")
    check("a block without commands has no button", mute == 0, mute)


def background(page):
    return page.run("getComputedStyle(document.body).backgroundColor")


def check_looks(browser, address):
    page = browser.open(address)
    page.view(1280, 900)
    light = background(page)
    page.view(1280, 900, dark=True)
    dark = background(page)
    check("dark where the system is dark", light != dark, (light, dark))
    click(page, "#look")
    check("the switch makes it light", background(page) == light, background(page))
    page.view(1280, 900)
    click(page, "#look")
    check("and dark where the system is light", background(page) == dark, background(page))
    page.close()
    page = browser.open(address)
    page.view(1280, 900)
    check("which is kept", background(page) == dark, background(page))
    click(page, "#look")
    check("and back", background(page) == light, background(page))
    page.close()


def check_widths(name, page, pictures):
    page.run("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    for dark in (False, True):
        for width in (1400, 360):
            page.view(width, 900, dark)
            wide = page.run("document.documentElement.scrollWidth")
            check(f"{name}: {width} wide: fits", wide <= width, wide)
            if pictures:
                page.run("window.scrollTo({top: 700, behavior: 'instant'})")
                page.picture(pictures / f"{name.replace('/', '-')}-{'dark' if dark else 'light'}-{width}.png")
        # A meaning at the right edge stays on the screen.
    page.view(360, 900)
    over = page.run(
        "Array.from(document.querySelectorAll('.term .word')).filter((w) => { w.focus(); const r = "
        "w.nextElementSibling.getBoundingClientRect(); return r.left < 0 || r.right > 360; }).length"
    )
    check(f"{name}: every meaning fits", over == 0, over)
    page.view(1280, 900)


def check_contrast(name, page, contrast):
    for dark in (False, True):
        page.view(1280, 900, dark)
        poor = page.run(contrast)
        check(f"{name}: {'dark' if dark else 'light'}: enough contrast", not poor, poor)
    page.view(1280, 900)


def check_print(page, pictures):
    page.view(794, 1100, medium="print")
    gone = page.run("['.top', '.contents', '.ways', '.copy'].filter((s) => document.querySelector(s).checkVisibility())")
    check("on paper there are no buttons", gone == [], gone)
    check("and no meanings", not page.run("Array.from(document.querySelectorAll('.tip')).some((t) => t.checkVisibility())"))
    check("white paper", background(page) == "rgb(255, 255, 255)", background(page))
    page.view(1280, 900)
    paper = page.call("Page.printToPDF")["data"]
    check("it is printed", len(paper) > 20000, len(paper))
    if pictures:
        import base64
        (pictures / "lesson.pdf").write_bytes(base64.b64decode(paper))


def check_quiet(name, page):
    asked = {r["request"]["url"].split("#")[0] for r in page.heard("Network.requestWillBeSent")}
    asked = {url for url in asked if not url.startswith("data:")}
    check(f"{name}: no request but for itself", asked == {page.address.split("#")[0]}, asked)
    said = page.heard("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
    check(f"{name}: nothing on the console", not said, said[:2])


def check_found(browser, address):
    """What the browser finds in a fold opens it: a text of the address is found as one of the keyboard is."""
    page = browser.open(address)
    hidden = page.run("Array.from(document.querySelectorAll('main details')).find((d) => d.querySelector('p'))"
                      ".querySelector('p').textContent.trim().split(/\\s+/).slice(0, 5).join(' ')")
    page.close()
    page = browser.open(address + "#:~:text=" + hidden.replace(" ", "%20").replace(",", "%2C").replace("-", "%2D"))
    opened = page.run("new Promise((done) => { let n = 0; const look = () => document.querySelector('main details[open]') || n++ > 50 ? "
                      "done(!!document.querySelector('main details[open]')) : setTimeout(look, 40); look(); })")
    check("what is found in a fold opens it", opened, hidden)
    page.close()


def check_alone(browser, scratch):
    path = scratch / "alone.html"
    subprocess.run([BIN / "lesson", "read", "5", "-o", path], check=True)
    markup = read_markup(path)
    lost = [link for link in markup.links if not link.startswith("#") or link[1:] not in markup.ids]
    check("alone: well formed", not markup.faults and not markup.open, markup.faults)
    check("alone: no link leads out of the file", not lost, lost)
    page = browser.open(path.as_uri())
    wide = page.run("document.querySelector('main img').naturalWidth")
    check("alone: the picture is in it", wide > 100, wide)
    check_quiet("alone", page)
    page.close()


def check_ways(browser, folder):
    page = browser.open((folder / "01-first-chat.html").as_uri())
    names = ["01-first-chat"]
    for _ in range(20):
        link = page.run("(document.querySelector('.ways .next') || {}).href || ''")
        if not link:
            break
        page.close()
        page = browser.open(link)
        names.append(pathlib.Path(link).stem)
    check("next leads through all lessons", names == sorted(p.stem for p in (TREE / "docs").glob("[01][0-9]-*.md")), names)
    contents = page.run("Array.from(document.querySelectorAll('.contents a')).map((a) => a.textContent).join()")
    headings = page.run("Array.from(document.querySelectorAll('main h2')).map((h) => h.textContent).join()")
    check("the contents are the headings", contents == headings and headings, contents)
    page.close()


def contrast_of_page():
    text = (TREE / "tests" / "browser" / "page.py").read_text()
    return text[text.index('CONTRAST = """') + len('CONTRAST = """'):].split('"""')[0].replace("\\\\", "\\")


def check_all(scratch, pictures):
    folder = scratch / "html"
    done = subprocess.run([BIN / "lesson", "read", "--all", "-o", folder], capture_output=True, text=True)
    check("all pages are written", done.returncode == 0, done)
    check_markup(folder)
    check_blocks(folder)
    with Browser(scratch) as browser:
        for name in (LESSON, f"ru/{LESSON}", "glossary", "index"):
            page = browser.open((folder / f"{name}.html").as_uri())
            page.view(1280, 900)
            check_quiet(name, page)
            check_widths(name, page, pictures)
            check_contrast(name, page, contrast_of_page())
            if name.endswith(LESSON):
                page.run("document.querySelectorAll('main details').forEach((fold) => { fold.open = false; })")
                check_folds(page)
                check_terms(page)
                check_copy(page)
            if name == LESSON:
                check_print(page, pictures)
            check_quiet(f"{name}, at the end", page)
            page.close()
        check_looks(browser, (folder / f"{LESSON}.html").as_uri())
        check_found(browser, (folder / "02-keys.html").as_uri())
        check_alone(browser, scratch)
        check_ways(browser, folder)


def main():
    os.umask(0o022)
    keep = os.environ.get("KEEP")
    build = TREE / os.environ.get("BUILD", "build")
    build.mkdir(exist_ok=True)
    # Beside what was built, not in /tmp: a browser out of a snap sees no other's /tmp.
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="lesson-", dir=build))
    os.environ["HOME"] = str(scratch)
    os.environ.pop("LANGUAGE", None)
    try:
        check_all(scratch, scratch if keep else None)
    except NoBrowser as error:
        check("a browser", False, error)
    finally:
        if keep:
            shutil.copytree(scratch, keep, dirs_exist_ok=True)
        shutil.rmtree(scratch)
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if results and all(results) else 1


sys.exit(main())
