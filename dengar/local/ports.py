"""Free ports on the loopback interface."""

import random
import socket
from collections.abc import Collection

from dengar.local.errors import StackError

HOST = "127.0.0.1"
# Below the range from which Linux (32768+) and macOS (49152+) take the ports of outgoing connections,
# so that nobody's connection sits on a port that we kept for the next `up`.
FIRST, LAST = 20_000, 31_999


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def accepts(port: int, timeout: float = 1.0) -> bool:
    """Whether something accepts connections on this port of 127.0.0.1."""
    try:
        with socket.create_connection((HOST, port), timeout=timeout):
            return True
    except OSError:
        return False


def choose(taken: Collection[int] = (), tries: int = 200) -> int:
    """A free port that is not among `taken`, drawn at random so that instances starting together rarely meet."""
    for _ in range(tries):
        port = random.randint(FIRST, LAST)
        if port not in taken and is_free(port):
            return port
    raise StackError(f"No free port was found on {HOST} between {FIRST} and {LAST}: stop some servers and try again.")
