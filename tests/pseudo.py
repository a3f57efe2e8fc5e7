#!/usr/bin/env python3
"""Looks for English that no catalogue can reach: the programs speak a language whose every text is the English one
in brackets, so what comes without brackets is marked nowhere.

    tests/pseudo.py [PROGRAM...]    each --help, and a few commands; prints what is English still

Names of programs, commands and options, numbers, paths and examples of commands are no English.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAMS = "keytool cipher chat ftp attack lesson".split()
# What is the same in every language: names, values of options, formulas.
SAME = set("""
    keytool cipher chat ftp attack lesson glassbox help python3 print openssl ssh keygen pow int hex bytes mod xor gcd rho
    csv pem der json html svg rec bin txt pub key home tmp dev localhost
    caesar vigenere vernam otp feistel aes chacha poly rsa dlog padding timing manger english russian latin
    modern textbook anna boris eve clara server client admin user none never true false
    raw echo forge phi lambda qinv code unicode
    hello exchange record data alert resume suite suites version random eph frame len str mpint
""".split())
COMMANDS = """
    keytool|gen
    keytool|gen|x|--bits
    keytool|show|nosuch
    keytool|list|--home|HOME
    keytool|check|anna|--allow-published|--home|HOME
    keytool|group|list
    keytool|group|check|23,5|--public|8
    keytool|walk|gen|--p|61|--q|53|--exponent|17|--private
    keytool|walk|dh|23,5|6|15
    keytool|allow|list|--home|HOME
    keytool|audit|HOME/keys
    cipher|list
    cipher|encrypt|nosuch
    cipher|walk|letters|caesar:latin|--key|3|--text|attack
    cipher|statistics|--text|attack at dawn
    chat|connect|nosuch.invalid|--home|HOME|--allow-published
    chat|replay|nosuch
    ftp|get|nosuch
    attack|rsa|root|--n|3233|--e|3|--c|125
    attack|dlog|find|--group|23,5|--public|8
    attack|classic|caesar|--text|phhw ph dw qrrq
    lesson|list
    lesson|start|99
"""
TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.environ.get("GLASSBOX_BIN", os.path.join(TREE, "bin"))
HOLE = re.compile(r"%(?:\d+\$)?[-+ #0-9.*]*[hlzjtZ]*[a-zA-Z%]")


def pseudo(work):
    """The programs in WORK/bin, and their catalogue beside them."""
    folder = os.path.join(work, "locale", "pseudo", "LC_MESSAGES")
    os.makedirs(folder)
    os.makedirs(os.path.join(work, "bin"))
    for program in PROGRAMS:
        shutil.copy(os.path.join(BIN, program), os.path.join(work, "bin"))
    source = subprocess.run([os.path.join(TREE, "po", "update.sh"), "--pot"], capture_output=True, text=True, check=True).stdout
    entries = source.split("\n\n")
    made = ['msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=n!=1;\\n"\n']
    for entry in entries[1:]:
        one, many = quoted(entry, "msgid"), quoted(entry, "msgid_plural")
        if many is not None:
            made.append(f'msgid "{one}"\nmsgid_plural "{many}"\nmsgstr[0] "{bracketed(one)}"\nmsgstr[1] "{bracketed(many)}"\n')
        elif one:
            made.append(f'msgid "{one}"\nmsgstr "{bracketed(one)}"\n')
    subprocess.run(["msgfmt", "-o", os.path.join(folder, "glassbox.mo"), "-"], input="\n".join(made), text=True, check=True)


def bracketed(text):
    """Breaks of lines at the ends stay there: msgfmt wants them so."""
    begin, middle, end = re.fullmatch(r"((?:\\n)?)(.*?)((?:\\n)?)", text).groups()
    return f"{begin}⟦{middle}⟧{end}"


def quoted(entry, name):
    found = re.search(r"^" + name + r' ((?:"(?:[^"\\]|\\.)*"\n?)+)', entry, re.M)
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(1))) if found else None


def bare(text):
    """What stands outside of all brackets."""
    depth, out = 0, []
    for letter in text:
        depth += (letter == "⟦") - (letter == "⟧")
        if letter not in "⟦⟧":
            out.append(letter if depth <= 0 or letter == "\n" else " ")
    return "".join(out)


def english(text):
    for line in bare(text).splitlines():
        line = re.sub(r"'[^']*'|[a-z]+(?:-[a-z]+){5}|\"[^\"]*\"|--?[a-z][a-z-]*|SHA256:\S+|\S*[/_.:=|]\S*|python3 -c.*|\[[^\]]*\]", " ", line)
        words = [w for w in re.findall(r"(?<![A-Za-z0-9^])[a-z]{3,}(?![A-Za-z0-9^])", line) if w not in SAME]
        if words:
            yield line.strip(), words


def run(work, arguments):
    command = [os.path.join(work, "bin", arguments[0])] + arguments[1:]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "LANGUAGE": "pseudo", "HOME": work,
                   "GLASSBOX_HOME": os.path.join(work, "home")}
    result = subprocess.run(command, capture_output=True, env=environment, stdin=subprocess.DEVNULL, timeout=60, check=False)
    return (result.stdout + result.stderr).decode("utf-8", "replace")


def helps(work, words):
    """--help of this command, and of those below it; the words of its table are no English."""
    text = run(work, words + ["--help"])
    yield words + ["--help"], text
    names = re.findall(r"^  ([a-z-]+) +⟦", text, re.M) if "COMMAND" in text.splitlines()[0] else []
    SAME.update(part for name in names for part in name.split("-"))
    for name in names:
        if not name.startswith("-"):
            yield from helps(work, words + [name])


def main():
    programs = sys.argv[1:] or PROGRAMS
    work, left = tempfile.mkdtemp(), 0
    try:
        pseudo(work)
        shutil.copytree(os.path.join(TREE, "docs", "examples", "first-lesson"), os.path.join(work, "home"))
        texts = [found for program in programs for found in helps(work, [program])]
        for line in COMMANDS.split("\n"):
            words = line.strip().replace("HOME", os.path.join(work, "home")).split("|")
            if words[0] in programs:
                texts.append((words, run(work, words)))
        for words, text in texts:
            for line, found in english(text):
                left += 1
                print(" ".join(words).replace(work + "/", ""), ": ", line, "  (", " ".join(found), ")", sep="")
    finally:
        shutil.rmtree(work)
    print(f"{len(texts)} texts, English lines: {left}")
    return 1 if left else 0


sys.exit(main())
