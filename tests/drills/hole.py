"""`python -m tests.drills.hole FILE`: what a listener on loopback is like before, in and after a black hole."""

import json
import socket
import sys
from pathlib import Path

from drills.kit import network


def answer(port: int) -> str:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.3).close()
    except OSError as error:
        return type(error).__name__
    return "connected"


if __name__ == "__main__":
    network.lift_loopback()
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        ports = [server.getsockname()[1] for server in (one, other)]
        found = [[answer(port) for port in ports]]
        with network.black_hole(ports[:1]):
            found.append([answer(port) for port in ports])
        found.append([answer(port) for port in ports])
    Path(sys.argv[1]).write_text(json.dumps({"answers": found}))
