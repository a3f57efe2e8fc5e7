"""pyftpdlib on a port of 127.0.0.1: FOLDER PORT. Anna's password is that of any guest."""
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

folder, port = sys.argv[1], int(sys.argv[2])
FTPHandler.authorizer = DummyAuthorizer()
FTPHandler.authorizer.add_user("anna", "me@example", folder, perm="elradfmwMT")
FTPHandler.passive_ports = range(port + 1, port + 10)
FTPServer(("127.0.0.1", port), FTPHandler).serve_forever()
