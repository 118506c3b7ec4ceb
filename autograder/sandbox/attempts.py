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
ENOSYS = 38
# What outlives a process, or spans two, by its system call's number.
CALLS = {
    "x86_64": {"add_key": 248, "keyctl": 250, "semget": 64, "shmget": 29, "setsid": 112},
    "aarch64": {"add_key": 217, "keyctl": 219, "semget": 190, "shmget": 194, "setsid": 157},
}


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
    filtered = os.uname().machine in ("x86_64", "aarch64")
    for family, kind in (("AF_UNIX", 1), ("AF_INET", 2), ("AF_INET6", 1)):
        try:
            socket.socket(getattr(socket, family), kind).close()
            if filtered:
                broken["sockets are refused"] = f"a socket of {family} could be made"
        except OSError:
            pass
    for name, number in CALLS.get(os.uname().machine, {}).items():
        library = ctypes.CDLL(None, use_errno=True)
        if library.syscall(number, 0, 0, 0, 0, 0) >= 0 or ctypes.get_errno() != ENOSYS:
            broken["kernel objects are refused"] = f"{name} is there"
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
