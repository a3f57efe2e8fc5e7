#!/usr/bin/env python3
"""The sentences of the three libraries, which know nothing of translation, for those who show them.

    po/library_texts.py           write channel/text/library_texts.inc
    po/library_texts.py --check   fail if it is not what the libraries say

A text is a string with a blank and a word in small letters. Programs for the shell and for Python are none.
"""
import glob
import re
import subprocess
import sys

FOLDERS = "bignum_rsa bignum_rsa/break key_agreement key_agreement/break symcipher symcipher/break symcipher/classic".split()
LIST = "channel/text/library_texts.inc"
# Parts of what the drivers say, which know nothing of it either: see translate_parts; what the server of a chat says;
# what is too short to be known for a text.
OTHERS = ["%s port %s", "%s port %s, where the talk was to go on", "ports %u to %u", "none is free", "the peer says",
          "the client did not come", "the server has named no port", "nobody here is called %s; /who lists the names",
          "%s has not read what was whispered before; try again", "n = p q, by %s", "even", "odd",
          "the other side speaks another version of the protocol in hello", "version %u, ours is %u",
          "it speaks version %u, you speak version %u; take the newer release on both sides"]
HOLE = re.compile(r"%[-+ #0-9.*]*[hlzjtZ]*[a-zA-Z%]")
PROGRAM = re.compile(r"print\(|pow\(|==|//|\.incbin|\.section|\.global|\.byte|<%|range\(|_Static|bin\(")
HEAD = """/*
 * What the libraries say to people, for their words know nothing of translation: po/library_texts.py
 * writes this list. Those with holes are filled before they are seen: see translate_library.
 */
"""


def texts():
    sources = sorted(source for folder in FOLDERS for source in glob.glob(folder + "/*.c"))
    pot = subprocess.run(["xgettext", "--extract-all", "--output=-", "--language=C", "--from-code=UTF-8", "--no-wrap",
                          "--sort-output", *sources], capture_output=True, text=True, check=True).stdout
    for entry in pot.split("\n\n")[1:]:
        text = "".join(re.findall(r'^(?:msgid )?"((?:[^"\\]|\\.)*)"$', entry.split("\nmsgstr")[0], re.M))
        if " " in text.strip() and re.search("[a-z]{3}", HOLE.sub(" ", text)) and not PROGRAM.search(text):
            yield text


def main():
    lines = HEAD + "".join(f'/* xgettext:no-c-format */ N_("{text}"),\n' for text in sorted(set(texts()).union(OTHERS)))
    if "--check" not in sys.argv:
        with open(LIST, "w", encoding="utf-8") as file:
            file.write(lines)
    elif open(LIST, encoding="utf-8").read() != lines:
        print(f"library_texts: error: {LIST} is not what the libraries say\n"
              "library_texts: hint: run 'po/update.sh'", file=sys.stderr)
        return 1
    return 0


sys.exit(main())
