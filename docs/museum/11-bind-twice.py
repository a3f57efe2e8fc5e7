#!/usr/bin/env python3
"""Exhibit 11: the pool tries a port by binding it, closes it, tells the client, and binds it again later."""
import socket


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1], None


def open_for_client(port, held):
    talk = socket.socket()
    talk.bind(("127.0.0.1", port))
    return talk


# --- the visitor: takes the port in between ---
port, held = free_port()
visitor = socket.socket()
try:
    visitor.bind(("127.0.0.1", port))
    visitor.listen()
except OSError:
    visitor.close()
try:
    open_for_client(port, held).listen()
except OSError:
    raise SystemExit("falls: somebody else sits on the port that the client was told")
print("stands: the port was ours from the moment it was chosen")
