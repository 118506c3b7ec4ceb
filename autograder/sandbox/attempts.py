"""Run *inside* the sandbox, as a student's cell would be: tries what must not be possible.

`autograder.sandbox.proof` sends this file's text; the function returns a complaint for each
promise that was broken, by the promise's name.
"""

import ctypes
import os
import resource
import signal
import socket

CLONE_NEWUSER = 0x10000000


def readable(path: str) -> bool:
    """Return whether anything of a file or directory can be read."""
    try:
        return bool(os.listdir(path))
    except NotADirectoryError:
        return os.access(path, os.R_OK)
    except OSError:
        return False


def probe(hidden: list[str], port: int, memory: int) -> dict[str, str]:
    """Return the broken promises; `hidden` are paths, `port` is open outside, `memory` in MiB."""
    broken = {}
    for path in hidden:
        if readable(path):
            broken["the course is unreadable"] = f"{path} can be read"
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        broken["the network is refused"] = "a port outside the sandbox answered"
    except OSError:
        pass
    processes = [name for name in os.listdir("/proc") if name.isdigit()]
    if len(processes) != 1:
        broken["other processes are invisible"] = f"{len(processes)} processes can be seen"
    for path in ("/", "/usr", "/dev", "/grader/inside"):
        try:
            with open(os.path.join(path, "probe"), "w"):
                broken["only scratch is writable"] = f"a file could be made in {path}"
        except OSError:
            pass
    if not os.access("/scratch", os.W_OK):
        broken["there is a scratch directory"] = "/scratch cannot be written to"
    try:
        bytearray((memory + 64) << 20)
        broken["the memory limit bites"] = f"more than {memory} MiB could be had"
    except MemoryError:
        pass
    most = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    started = 0
    try:
        while started <= most:
            child = os.fork()
            if child == 0:
                signal.pause()
            started += 1
        broken["the process limit bites"] = f"{started} processes could be started"
    except OSError:
        pass
    if os.getuid() == 0 or ctypes.CDLL(None).unshare(CLONE_NEWUSER) == 0:
        broken["privileges are gone"] = "a new user namespace could be made"
    return broken
