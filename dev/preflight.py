"""What can be known before anything long begins: is there room, is the port free. The standard library alone.

`python dev/preflight.py [--port N]` says what is wrong in a sentence and exits with 1.
"""

import argparse
import errno
import shutil
import socket
import sys
from pathlib import Path

NEEDED_BYTES = 1_000_000_000  # the environment, the database and its demo content


def port_problem(port: int, host: str = "127.0.0.1") -> str:
    """Why a server can't listen on `port` of `host`, as a sentence; empty if it can."""
    if port_taken(port, host):
        return (
            f"Port {port} is taken by another program: end that one, or choose another with PORT={port + 1}."
        )
    with _probe(host) as probe:
        try:
            probe.bind((host, port))
        except PermissionError:
            return f"Only root may use port {port}: choose one from 1024 on, for example PORT=8080."
        except OSError as error:
            return f"Port {port} of {host} can't be used: {error.strerror}."
    return ""


def port_taken(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something else has `port` of `host`."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        pass  # nobody answers, the usual case; the bind below has the last word
    with _probe(host) as probe:
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def _probe(host: str) -> socket.socket:
    probe = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return probe


def main() -> None:
    """Check, and exit with a sentence if something is wrong."""
    parser = argparse.ArgumentParser(description="Is there room, and is the port free?")
    parser.add_argument("--port", type=int)
    options = parser.parse_args()
    if options.port is not None and not 0 < options.port < 65536:
        sys.exit(f"{options.port} is not a port: choose one between 1 and 65535, for example PORT=8000.")
    if options.port is not None and (problem := port_problem(options.port)):
        sys.exit(problem)
    free = shutil.disk_usage(Path(__file__).parent).free
    if free < NEEDED_BYTES:
        sys.exit(f"The disk has {free // 1_000_000} MB left, and Attune needs 1 GB: make room first.")


if __name__ == "__main__":
    main()
