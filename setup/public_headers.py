#!/usr/bin/env python3
"""Installs the public headers: setup/public_headers.py FOLDER

The house has a header for each idea; a stranger opens twelve. Each is written whole: a header of the
house that is not public stands inside it, and the headers of a library are its one umbrella.
"""
import os
import re
import sys

PUBLIC = """
    bignum_rsa/bignum_rsa.h symcipher/symcipher.h key_agreement/key_agreement.h
    channel/protocol/channel.h channel/protocol/trace.h
    channel/drivers/secure_socket.h channel/drivers/uv_channel.h
    channel/keys/key_store.h channel/keys/key_formats.h channel/keys/sealed_file.h
    channel/peers/allow_list.h channel/peers/known_peers.h
""".split()
LIBRARIES = {"bignum_rsa": "bignum_rsa.h", "symcipher": "symcipher.h",
             "key_agreement": "key_agreement.h"}
INCLUDE = re.compile(r'^#include "([^"]+)"\n', re.M)


def headers():
    return {name: os.path.join(folder, name) for top in (*LIBRARIES, "channel")
            for folder, _, names in os.walk(top) for name in names if name.endswith((".h", ".inc"))}


def whole(path, where, own_library, inside):
    """The text of a header with what is not public in the place of its first #include."""
    def replace(match):
        target = where[match.group(1)]
        library = LIBRARIES.get(target.split("/")[0])
        if library and library != own_library:
            return f'#include "{library}"\n'
        if target in PUBLIC:
            return match.group(0)
        if target in inside and not target.endswith(".inc"):
            return ""
        inside.add(target)
        return whole(target, where, own_library, inside)
    return INCLUDE.sub(replace, open(path, encoding="utf-8").read())


def main():
    folder = os.path.abspath(sys.argv[1])
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    where = headers()
    for path in PUBLIC:
        name = os.path.basename(path)
        out = os.path.join(folder, name)
        with open(out, "w", encoding="utf-8") as file:
            file.write(whole(path, where, LIBRARIES.get(path.split("/")[0]), set()))
        os.chmod(out, 0o644)


main()
