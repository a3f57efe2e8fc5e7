#!/usr/bin/env python3
"""What `make lint` asks of the words in pages and comments.

  pages     at most 100 columns; tables, code and what `make docs` writes may be wider
            at most 20 words a sentence on a page's average; in a lesson 15, and none above 25
            a link leads to a file; an identifier between backquotes is one of the code
  comments  a section rule ends on its own line
  both      a file that is named exists; with a folder, it lies there

usage: setup/prose.py [FILE...]       every page and every source without FILE
       setup/prose.py --wrap PAGE...  wraps the pages anew, in place
       setup/prose.py --self-test     shows each check a fault and a page without any
"""

import fnmatch
import pathlib
import posixpath
import re
import subprocess
import sys
import textwrap

TREE = pathlib.Path(__file__).resolve().parent.parent
COLUMNS = 100
AVERAGE, LESSON_AVERAGE, LESSON_LONGEST = 20, 15, 25
# Names of other projects, and files of the reader's own.
ELSEWHERE = {"mine.c", "numbers.py", "openssl/evp.h", "mpn_invert_limb"}

FENCE = re.compile(r"\s*(```|~~~)")
MARK = re.compile(r"<!-- \w+: (begin|end) -->")
ITEM = re.compile(r"(\s*)([-*+]|\d+[.)])\s+")
CODE = re.compile(r"`[^`]+`")
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)\)")
NAME = re.compile(r"(?<![\w./*-])(?:\.\./)*((?!lesson/)[A-Za-z*][\w.*/-]*[a-z0-9*]"
                  r"\.(?:(?:c|h|md|py|sh|css|js|lua|clitest)\b|\*(?=`)))")
IDENTIFIER = re.compile(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+)+(?:\.[a-z0-9_]+)?)(?:\(\))?`")
END = re.compile(r"(?<!e\.g)(?<!i\.e)(?<!cf)(?<!vs)[.!?][)\"»*_']*(?=\s|$)")
TOKEN = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)
TORN = re.compile(r"/\* ?-{3}[^\n]*\n[-\s*]*\*/")


def tracked(*patterns):
    return subprocess.check_output(["git", "ls-files", *patterns], cwd=TREE, text=True).split()


class Tree:
    """What a name can mean: the paths of the tree, and the words of its code."""

    def __init__(self, paths, words):
        self.paths = ["/" + path for path in paths]
        self.words = words

    def has_file(self, name):
        return name in ELSEWHERE or bool(fnmatch.filter(self.paths, "*/" + name))

    def has_path(self, path):
        return any((known + "/").startswith("/" + path + "/") for known in self.paths)

    def has_words(self, name):
        return name in ELSEWHERE or all(word in self.words for word in name.split("."))


def blocks(lines):
    """A page as (kind, number of the first line, lines); a paragraph or list item is one "text"."""
    block, kind, fenced, generated, in_list = [], "blank", False, False, False
    for number, line in enumerate(lines + [""], 1):
        mark, item = MARK.match(line), ITEM.match(line)
        fence = FENCE.match(line)
        if fence or fenced or generated or mark:
            kind_now = "code"
            fenced ^= bool(fence)
            generated = mark.group(1) == "begin" if mark else generated
        elif not line.strip():
            kind_now = "blank"
        elif line.startswith("#"):
            kind_now, in_list = "heading", False
        elif line.startswith(("|", "<!--")):
            kind_now, in_list = "table", False
        elif line.startswith("      " if in_list else "    ") and kind != "text":
            kind_now = "code"
        else:
            kind_now = "text"
            in_list = bool(item) or in_list and (kind == "text" or line.startswith("  "))
        if block and (kind_now != "text" or item):
            yield "text", number - len(block), block
            block = []
        if kind_now == "text":
            block.append(line)
        elif kind_now != "blank":
            yield kind_now, number, [line]
        kind = kind_now


def sentences(lines):
    """The sentences of a paragraph, as the line of it on which one begins and its words."""
    text = CODE.sub(lambda code: re.sub(r"[^\n]+", "", code.group()) + "Code", "\n".join(lines))
    text = re.sub("^" + ITEM.pattern, "", LINK.sub(r"\1", text))
    begin = 0
    for end in [found.end() for found in END.finditer(text)] + [len(text)]:
        words = [word for word in text[begin:end].split() if re.search(r"\w", word)]
        if words:
            lead = len(text[begin:end]) - len(text[begin:end].lstrip())
            yield text.count("\n", 0, begin + lead), words
        begin = end


def check_lengths(page, lines):
    lesson = re.match(r"\d\d-", pathlib.Path(page).name)
    count = total = 0
    for kind, number, block in blocks(lines):
        for line, text in enumerate(block, number):
            if kind in ("text", "heading") and len(text) > COLUMNS:
                yield line, f"{len(text)} columns, {COLUMNS} at most"
        for line, words in sentences(block) if kind == "text" else ():
            count, total = count + 1, total + len(words)
            if lesson and len(words) > LESSON_LONGEST:
                begin = " ".join(words[:6])
                yield number + line, f"{len(words)} words, {LESSON_LONGEST} at most: {begin} ..."
    most = LESSON_AVERAGE if lesson else AVERAGE
    if total > most * count:
        yield 1, f"{total / count:.1f} words a sentence on average, {most} at most"


def check_names(text, tree):
    for found in NAME.finditer(text):
        if not tree.has_file(found.group(1)):
            yield text.count("\n", 0, found.start()) + 1, f"no such file: {found.group()}"


def check_page(page, text, tree):
    yield from check_lengths(page, text.split("\n"))
    yield from check_names(LINK.sub(r"\1", text), tree)
    for found in LINK.finditer(text):
        target = found.group(2)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target.split("#")[0]))
        if ":" not in target and not target.startswith("#") and not tree.has_path(path):
            yield text.count("\n", 0, found.end()) + 1, f"a link to nothing: {target}"
    for found in IDENTIFIER.finditer(text):
        if not tree.has_words(found.group(1)):
            yield text.count("\n", 0, found.start()) + 1, f"not in the code: {found.group(1)}"


def check_source(_, text, tree):
    for token in TOKEN.finditer(text):
        line = text.count("\n", 0, token.start())
        if token.group().startswith("/"):
            for at, fault in check_names(token.group(), tree):
                yield line + at, fault
        if TORN.match(token.group()):
            yield line + 1, "a torn rule: its end stands on the next line"


def wrap(text):
    """The page with its paragraphs wrapped anew; code in backquotes stays whole."""
    lines, wrapped, done = text.split("\n"), [], 0
    for kind, number, block in blocks(lines):
        if kind != "text":
            continue
        wrapped += lines[done:number - 1]
        done = number - 1 + len(block)
        item = ITEM.match(block[0])
        first = item.group() if item else re.match(r"\s*", block[0]).group()
        words = " ".join(line.strip() for line in block)[len(first.lstrip()):]
        words = CODE.sub(lambda code: code.group().replace(" ", "\0"), words)
        # What would begin a list, a table or a heading stays with the word before it.
        words = re.sub(r" (?=(?:[-+*|>]|#+|\d+[.)])(?: |$))", "\0", words)
        filled = textwrap.wrap(first + words, COLUMNS, subsequent_indent=" " * len(first),
                               break_long_words=False, break_on_hyphens=False)
        wrapped += [line.replace("\0", " ") for line in filled]
    return "\n".join(wrapped + lines[done:])


def self_test():
    tree = Tree(["docs/a.md", "room/there.c", "room/there.h"], {"there_new"})
    long, short = "word\n" * 26 + "end.\n", "Short. " * 14 + "\n"
    table = "| " + "x" * 120 + " |\n"
    good = ("# A\n\nSee `there_new` in [it](../room/there.c), room/there.h, `ther*.*`, e.g. `a b`.\n\n"
            "- one\n- two, which goes on\n\n" + table + "\n    " + "code " * 40 + "\n\n"
            "```\n" + "code " * 40 + "\n```\n<!-- t: begin -->\n" + long * 9 + "<!-- t: end -->\n")
    faults = [
        (check_page, "docs/a.md", "ok\n\n" + "x" * 101, 3, "101 columns"),
        (check_page, "docs/a.md", long, 1, "27.0 words a sentence"),
        (check_page, "docs/a.md", "word\n" * 21 + "- " + long, 1, "24.0 words a sentence"),
        (check_page, "docs/01-a.md", "word " * 16, 1, "16.0 words a sentence"),
        (check_page, "docs/01-a.md", short + "Two.\n" + long, 3, "27 words, 25"),
        (check_page, "docs/a.md", "a\nsee gone.c", 2, "no such file: gone.c"),
        (check_page, "docs/a.md", "see `../other/there.c`", 1, "no such file: ../other/"),
        (check_page, "docs/a.md", "[gone\nfar](gone.md)", 2, "a link to nothing"),
        (check_page, "docs/a.md", "call `there_old()`", 1, "not in the code: there_old"),
        (check_page, "docs/a.md", "see `there_new.gone`", 1, "not in the code: there_new.gone"),
        (check_source, "a.c", 'int a;\n/* b\n * see gone.h */', 3, "no such file: gone.h"),
        (check_source, "a.c", "// see docs/gone.md\n", 1, "no such file: docs/gone.md"),
        (check_source, "a.c", "int a;\n/* --- part -----\n */\n", 2, "a torn rule"),
        (check_source, "a.c", "/* --- part -----\n * -------- */\n", 1, "a torn rule"),
    ]
    failed = 0
    for check, name, text, line, fault in faults:
        got = list(check(name, text, tree))
        if len(got) != 1 or got[0][0] != line or not got[0][1].startswith(fault):
            print(f"prose: self-test: want {line}: {fault}, got {got}", file=sys.stderr)
            failed += 1
    source = '/* --- part --- */\n/* --- part\n * of there.c */\nputs("/* gone.c"); c = \'"\';\n'
    clean = list(check_page("docs/a.md", good, tree)) + list(check_source("a.c", source, tree))
    rewrapped = wrap("- a b " + "word " * 30 + "`c d` - e\n\n    code  code\n")
    if clean or wrap(good) != good or "\n  word" not in rewrapped or wrap(rewrapped) != rewrapped:
        print(f"prose: self-test: {clean}\n{wrap(good)}\n{rewrapped}", file=sys.stderr)
        failed += 1
    return failed


def read(name):
    return (TREE / name).read_text(encoding="utf-8")


def main(arguments):
    if arguments == ["--self-test"]:
        return 1 if self_test() else 0
    if arguments[:1] == ["--wrap"]:
        for name in arguments[1:]:
            (TREE / name).write_text(wrap(read(name)), encoding="utf-8")
        return 0
    paths = tracked()
    words = {pathlib.PurePath(path).stem for path in paths}
    for path in paths:
        if not path.endswith((".md", ".txt", "prose.py")):
            words.update(re.findall(r"\w+", (TREE / path).read_text("utf-8", "replace")))
    tree = Tree(paths, words)
    failed = False
    for name in arguments or tracked("*.md", "*.c", "*.h"):
        check = check_page if name.endswith(".md") else check_source
        for line, fault in sorted(check(name, read(name), tree)):
            print(f"{name}:{line}: {fault}", file=sys.stderr)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
