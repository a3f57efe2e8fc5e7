#!/usr/bin/env python3
"""Holds the Russian pages of docs/ru against their English twins.

A Russian page says of which page it is the twin, and which prose of that page it translates:

    <!-- twin: docs/01-first-chat.md, prose 0123456789abcdef -->

  shape     the same headings, paragraphs, list items, table rows and blocks, in the same order
  commands  what is typed in a block is what the twin types there
  links     lead to the Russian page where there is one, and to an anchor that exists
  age       the hash is that of the twin's prose, blocks left out
  glossary  has every term of the English one

usage: setup/twins.py                  every page of docs/ru, and README.ru.md
       setup/twins.py --fill PAGE...   puts the twin's n-th block in the place of the n-th line %%, or of a
                                       block that types something else; leads links to Russian pages; wraps
       setup/twins.py --renew PAGE...  the page is as new as its twin: say so when you have read the difference
       setup/twins.py --self-test      shows each check a fault and a page without any
"""

import hashlib
import pathlib
import posixpath
import re
import sys

import prose

TREE = pathlib.Path(__file__).resolve().parent.parent
MARK = re.compile(r"<!-- twin: (\S+), prose ([0-9a-f]{16}) -->")
PLACE = "%%"
# What differs from run to run, and stands on a page as it was once.
NUMBER = re.compile(r"SHA256:(?:[A-Za-z0-9+/]{43}|\.{3})|\b0x(?:[0-9a-f]+|\.{3})|(?<!\w)\d[\d.,:TZ-]*(?<![.,:-])(?!\w)"
                    r"|\b[a-z]{4,7}(?:-[a-z]{4,7}){5}\b|\b[0-9a-f]{16}\b")
GLOSSARY = "docs/ru/glossary.md"


def pieces(text):
    """The page as [is a block, lines]; a line %% stands for a block."""
    found, fenced = [[False, []]], False
    for line in text.split("\n"):
        fence = prose.FENCE.match(line)
        if line == PLACE and not fenced:
            found += [[True, [line]], [False, []]]
        elif fence and not fenced:
            found.append([True, [line]])
            fenced = True
        elif fence:
            found[-1][1].append(line)
            found.append([False, []])
            fenced = False
        else:
            found[-1][1].append(line)
    return found


def joined(parts):
    return "\n".join(line for _, lines in parts for line in lines)


# What a lesson's grep and sed look for stands in the programs' words, so in Russian it is another word.
SEARCHED = [(re.compile(english), russian) for english, russian in (
    (r"listening on", "слушаю порт"), (r"verdict: \[a-z\]\*", "вывод: *[^ :]*"), (r"\bverdict\b", "вывод"), (r"\bcost\b", "цена"), (r"grep keys\b", "grep ключами"),
    (r"\|target'", "|цель'"), (r"\bclient:", "клиент:"), (r"grep client\b", "grep клиент"), (r"'factor\b", "'множитель"),
    (r"\border of\b", "порядок g"), (r"what K\b", "что даёт K"), (r"grep harmful", "grep вредно"),
    (r"chi-square  text", "хи-квадрат  текст"), (r"letters of( the)?", "^буквы:"), (r"English\$", "английский$"),
    (r"Russian\$", "русский$"), (r"'rule\b", "'правило"), (r"'alphabet\b", "'алфавит"), (r"Kasiski", "Касиски"),
    (r"\^ \*length", "^ *длина"), (r"Friedman", "Фридман"), (r"columns:", "столбцы:"), (r"'key:", "'ключ:"),
    (r"'key =", "'ключ ="), (r"two keys", "XOR двух ключей"), (r"' text\b", "' текст"), (r"as text\b", "как текст"),
    (r"'without\b", "'без проверки"), (r"\|ours\b", "|наш"), (r"vera: broken", "vera: взломано"), (r"\^primes", "^общие"),
    (r"\^who shares", "^у кого"), (r"Wiener", "Винер"), (r"\^remedy", "^средство"),
)]


def in_russian(line):
    """What is typed in the Russian page in the place of this line of its twin."""
    if not line.startswith("$ ") or not re.search(r"\b(grep|sed)\b", line):
        return line
    for english, russian in SEARCHED:
        line = english.sub(russian.replace("\\", "\\\\"), line)
    return line


def page_blocks(text):
    return [lines for is_block, lines in pieces(text) if is_block]


def prose_hash(text):
    words = " ".join(joined([part for part in pieces(text) if not part[0]]).split())
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def typed(block):
    """What a block of a terminal types; any other block types nothing."""
    return [block[0]] + [line for line in block if line.startswith(("$ ", "> ")) or line == "^C"]


def shape(text):
    """[(line number, kind)]: what a page is made of."""
    found, last = [], None
    for kind, number, lines in prose.blocks(text.split("\n")):
        if MARK.match(lines[0]):
            continue
        if kind == "heading":
            kind = "heading " + "#" * (len(lines[0]) - len(lines[0].lstrip("#")))
        elif kind == "text" and prose.ITEM.match(lines[0]):
            kind = "list item"
        if kind != "code" or last != "code":
            found.append((number, kind))
        last = kind
    return found


def anchors(text):
    """Those that a page's headings have on the web."""
    found = set()
    for kind, _, lines in prose.blocks(text.split("\n")):
        if kind == "heading":
            title = prose.LINK.sub(r"\1", lines[0].lstrip("# ")).lower()
            found.add(re.sub(r"[^\w\- ]", "", title).replace(" ", "-"))
    return found


def terms(text, column):
    rows = [line.split("|") for line in text.split("\n") if line.startswith("| ")]
    return {row[column].strip() for row in rows[2:]}


class Pages:
    """The files that pages may lead to."""

    def __init__(self, texts=None):
        self.texts = texts

    def has(self, name):
        return name in self.texts if self.texts else (TREE / name).exists()

    def read(self, name):
        return self.texts[name] if self.texts else (TREE / name).read_text(encoding="utf-8")

    def russian(self, name):
        """The Russian page of the same name, or the page itself."""
        if name == "README.md":
            twin = "README.ru.md"
        else:
            twin = re.sub(r"^docs/(?=[^/]+\.md$)", "docs/ru/", name)
        return twin if self.has(twin) else name

    def led(self, page, start, target, twin):
        """Where a link on a Russian page must lead, if it leads from the start to the target; the twin stays."""
        path, sharp, anchor = target.partition("#")
        if ":" in target or not path:
            return target
        goal = posixpath.normpath(posixpath.join(posixpath.dirname(start), path))
        goal = self.russian(goal) if goal != twin else goal
        return posixpath.relpath(goal, posixpath.dirname(page) or ".") + sharp + anchor


def check_shape(text, twin):
    got, wanted = shape(text), shape(twin)
    for (line, kind), (there, kind_there) in zip(got, wanted):
        if kind != kind_there:
            yield line, f"{kind}; the twin has at line {there}: {kind_there}"
            return
    if len(got) != len(wanted):
        yield got[-1][0], f"{len(got)} pieces (headings, paragraphs, rows, blocks), the twin has {len(wanted)}"


def check_blocks(text, twin):
    line, others = 1, page_blocks(twin)
    for is_block, lines in pieces(text):
        if is_block:
            other = others.pop(0) if others else [""]
            if typed(lines) != [in_russian(one) for one in typed(other)]:
                yield line, "this block does not type what its twin types"
        line += len(lines)
    if others:
        yield line - 1, f"{len(others)} blocks are missing"


def check_links(page, text, source, pages):
    for found in prose.LINK.finditer(joined([part for part in pieces(text) if not part[0]])):
        path, _, anchor = found.group(2).partition("#")
        if ":" in path:
            continue
        goal = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
        number = text.count("\n", 0, text.find(found.group())) + 1
        if not pages.has(goal):
            yield number, f"a link to nothing: {found.group(2)}"
        elif goal not in (source, pages.russian(goal)):
            yield number, f"there is a Russian page: {found.group(2)}"
        elif anchor and goal.endswith(".md") and anchor not in anchors(pages.read(goal)):
            yield number, f"no such heading: {found.group(2)}"


def check_page(page, text, pages):
    mark = MARK.search(text)
    if not mark or not pages.has(mark.group(1)):
        yield 1, "no comment that names its twin"
        return
    twin = pages.read(mark.group(1))
    yield from check_shape(text, twin)
    yield from check_blocks(text, twin)
    yield from check_links(page, text, mark.group(1), pages)
    if mark.group(2) != prose_hash(twin):
        yield 1, f"older than its twin: read again {mark.group(1)}, then setup/twins.py --renew {page}"
    if page == GLOSSARY:
        for term in sorted(terms(text, 2) ^ terms(twin, 1)):
            yield 1, f"a term of one glossary only: {term}"


def with_numbers_of(block, twin):
    """The block with those ports, times and fingerprints that the twin shows: those that only one of both has, in
    their order, if they are as many. A sentence may have its numbers in another order."""
    if len(block) == len(twin) and len(block) > 1:
        return [line for pair in zip(block, twin) for line in with_numbers_of([pair[0]], [pair[1]])]
    text, there = "\n".join(block), NUMBER.findall("\n".join(twin))
    here = NUMBER.findall(text)
    others = [number for number in there if number not in here]
    kinds = [[re.sub(r"[^S:x-]", "", number)[:1] for number in numbers]
             for numbers in (others, [number for number in here if number not in there])]
    if kinds[0] != kinds[1]:
        return block
    others = iter(others)
    return NUMBER.sub(lambda one: one.group() if one.group() in there else next(others), text).split("\n")


def source_of(page, text):
    mark = MARK.search(text)
    other = "README.md" if page == "README.ru.md" else "docs/" + posixpath.basename(page)
    return mark.group(1) if mark else other


def renewed(page, text, pages):
    """With the hash that its twin has now; behind the title if there was none."""
    source = source_of(page, text)
    mark = f"<!-- twin: {source}, prose {prose_hash(pages.read(source))} -->"
    if MARK.search(text):
        return MARK.sub(mark, text, count=1)
    return text.replace("\n", f"\n\n{mark}\n", 1)


def filled(page, text, pages):
    """As --fill leaves it, but for the width of its lines."""
    text = text if MARK.search(text) else renewed(page, text, pages)
    source = source_of(page, text)
    others, parts = page_blocks(pages.read(source)), pieces(text)
    for part in parts:
        if part[0] and others:
            other = [in_russian(line) for line in others.pop(0)]
            part[1] = part[1] if part[1] != [PLACE] and typed(part[1]) == typed(other) else other
        elif not part[0]:
            def lead(link):
                folder = page if (TREE / posixpath.dirname(page) / link.group(2).split("#")[0]).exists() else source
                return f"[{link.group(1)}]({pages.led(page, folder, link.group(2), source)})"
            part[1] = prose.LINK.sub(lead, "\n".join(part[1])).split("\n")
    return joined(parts)


def self_test():
    english = "# A\n\nOne [b](b.md).\n\n```console x\n$ ls\nb\n> c\n```\n\n## Two\n\n- end\n"
    pages = Pages({"docs/a.md": english, "docs/b.md": "# B\n", "docs/ru/b.md": "# Б, и\n"})
    page = "docs/ru/a.md"
    good = renewed(page, "# А\n\nОдин [б](b.md#б-и).\n\n```console x\n$ ls\nб\n> c\n```\n\n## Два\n\n- конец\n", pages)
    faults = [
        (good.replace("## Два", "### Два"), "heading ###; the twin has at line 11: heading ##"),
        (good.replace("- конец", "- конец\n\nЕщё."), "6 pieces"),
        (good.replace("$ ls", "$ ls -l"), "this block does not type"),
        (good.replace("> c", "> d"), "this block does not type"),
        (good.replace("#б-и", "#б"), "no such heading"),
        (good.replace("b.md", "../b.md"), "there is a Russian page"),
        (good.replace("b.md", "c.md"), "a link to nothing"),
        (good.replace("prose ", "prose 0").replace("0" + prose_hash(english), "0" * 16), "older than its twin"),
        (good.replace("twin", "page"), "no comment"),
        (good.replace("b.md#б-и", "../a.md"), None),
    ]
    failed = 0
    for text, fault in [(good, None)] + faults:
        got = [found for _, found in check_page(page, text, pages)]
        if len(got) != (fault is not None) or fault and not got[0].startswith(fault):
            print(f"twins: self-test: want {fault}, got {got}", file=sys.stderr)
            failed += 1
    short = "# А\n\nОдин [б](b.md).\n\n%%\n\n## Два\n\n- конец\n"
    whole = filled(page, short, pages)
    again = filled(page, whole.replace("\nb\n", "\nб\n"), pages)
    if list(check_page(page, whole, pages)) or again != whole.replace("\nb\n", "\nб\n"):
        print(f"twins: self-test: filled as\n{whole}\nand again as\n{again}", file=sys.stderr)
        failed += 1
    if in_russian("$ bin/a | grep -A1 verdict >lesson/verdicts") != "$ bin/a | grep -A1 вывод >lesson/verdicts":
        print("twins: self-test: what a lesson looks for", file=sys.stderr)
        failed += 1
    shown = with_numbers_of(["порт 4001, ключей 2:", "SHA256:" + "a" * 43], ["2 keys, port 5002: SHA256:..."])
    if shown != ["порт 5002, ключей 2:", "SHA256:..."]:
        print(f"twins: self-test: {shown}", file=sys.stderr)
        failed += 1
    return failed


def main(arguments):
    pages = Pages()
    if arguments == ["--self-test"]:
        return 1 if self_test() else 0
    if arguments[:1] in (["--fill"], ["--renew"]):
        for page in arguments[1:]:
            page = posixpath.relpath(pathlib.Path(page).resolve(), TREE)
            change = filled if arguments[0] == "--fill" else renewed
            (TREE / page).write_text(prose.wrap(change(page, pages.read(page), pages)), encoding="utf-8")
        return 0
    failed = False
    for page in arguments or prose.tracked("docs/ru/*.md", "README.ru.md"):
        for line, fault in check_page(page, pages.read(page), pages):
            print(f"{page}:{line}: {fault}", file=sys.stderr)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
