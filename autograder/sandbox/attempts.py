"""Run *inside* the sandbox, as a student's cells would be: tries what must not be possible.

`autograder.sandbox.proof` sends this file's text to several children, one after another. Each
function returns a complaint for each promise that was broken, by the promise's name.
"""

import ctypes
import os
import resource
import signal
import socket
import time

CLONE_NEWUSER = 0x10000000
ENOSYS = 38
MARK = "left-behind"
PLACES = ("/scratch", "/dev/shm", "/tmp")


def tries_to_see(hidden: list[str], listed: dict[str, list[str]]) -> dict[str, str]:
    """Look for `hidden` paths; of those in `listed` no more may be seen than the names given."""
    broken = {}
    for path in hidden:
        if readable(path):
            broken["the course is unreadable"] = f"{path} can be read"
    for path, names in listed.items():
        seen = sorted(set(names_in(path)) - set(names))
        if seen:
            broken["the home directory is unreadable"] = f"{path}/{seen[0]} can be seen"
    processes = [name for name in os.listdir("/proc") if name.isdigit()]
    if len(processes) != 1:
        broken["other processes are invisible"] = f"{len(processes)} processes can be seen"
    return broken


def tries_to_reach(port: int, calls: dict[str, int]) -> dict[str, str]:
    """Try to reach a `port` that is open outside, and the system `calls` that are filtered."""
    broken = {}
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        broken["the network is refused"] = "a port outside the sandbox answered"
    except OSError:
        pass
    for family in ("AF_UNIX", "AF_INET", "AF_INET6") if "socket" in calls else ():
        for kind in ("SOCK_STREAM", "SOCK_DGRAM"):
            try:
                socket.socket(getattr(socket, family), getattr(socket, kind)).close()
                broken["sockets are refused"] = f"a socket of {family}, {kind} could be made"
            except OSError:
                pass
    library = ctypes.CDLL(None, use_errno=True)
    for name, number in calls.items():
        if library.syscall(number, 0, 0, 0, 0, 0) >= 0 or ctypes.get_errno() != ENOSYS:
            broken["kernel objects are refused"] = f"{name} is there"
    if os.getuid() == 0 or ctypes.CDLL(None).unshare(CLONE_NEWUSER) == 0:
        broken["privileges are gone"] = "a new user namespace could be made"
    return broken


def tries_to_use(limits: dict[str, int]) -> dict[str, str]:
    """Try to use more than the `limits`, whose sizes are in MiB."""
    broken = {}
    for path in ("/", "/usr", "/dev", "/grader/inside"):
        try:
            with open(os.path.join(path, "probe"), "w"):
                broken["only scratch is writable"] = f"a file could be made in {path}"
        except OSError:
            pass
    scratch = os.statvfs("/scratch")
    if not os.access("/scratch", os.W_OK):
        broken["there is a scratch directory"] = "/scratch cannot be written to"
    if scratch.f_blocks * scratch.f_frsize > limits["scratch"] << 20:
        broken["scratch is limited"] = f"it has more than {limits['scratch']} MiB"
    if not 0 < scratch.f_files <= limits["files"]:
        broken["scratch is limited"] = f"it takes more than {limits['files']} files"
    try:
        with open("/scratch/long", "wb") as file:
            os.ftruncate(file.fileno(), (limits["file"] + 1) << 20)
        broken["the file size limit bites"] = f"a file is longer than {limits['file']} MiB"
    except OSError:
        pass
    opened: list[int] = []
    try:
        while len(opened) <= limits["open_files"]:
            opened.append(os.dup(0))
        broken["the limit of open files bites"] = f"{len(opened)} files are open"
    except OSError:
        pass
    for number in opened:
        os.close(number)
    if not 0 < resource.getrlimit(resource.RLIMIT_CPU)[1] <= limits["cpu"]:
        broken["the processor time is limited"] = f"more than {limits['cpu']} s may be used"
    try:
        bytearray((limits["memory"] + 64) << 20)
        broken["the memory limit bites"] = f"more than {limits['memory']} MiB could be had"
    except MemoryError:
        pass
    started = 0
    try:
        while started <= limits["tasks"]:
            child = os.fork()
            if child == 0:
                signal.pause()
            started += 1
        broken["the task limit bites"] = f"{started} processes could be started"
    except OSError:
        pass
    return broken


def leaves_something() -> dict[str, str]:
    """Leave behind what the next child must not find: files, and a process of its own."""
    for place in PLACES:
        try:
            with open(os.path.join(place, MARK), "w") as file:
                file.write(MARK)
        except OSError:
            pass
    if os.fork() == 0:
        signal.pause()
    return {}


def finds_something() -> dict[str, str]:
    """Look for what `leaves_something` has left."""
    found = [place for place in PLACES if os.path.exists(os.path.join(place, MARK))]
    if found:
        return {"one child sees nothing of another": f"a file was left in {found[0]}"}
    processes = [name for name in os.listdir("/proc") if name.isdigit()]
    if len(processes) != 1:
        return {"one child sees nothing of another": "a process of it is there"}
    return {}


def waits() -> dict[str, str]:
    """Take longer than a child may."""
    signal.pause()
    return {}


def multiplies() -> dict[str, str]:
    """Have more processes at once than a child may, and wait for what comes of it."""
    for _ in range(8):
        if os.fork() == 0:
            signal.pause()
    time.sleep(2)
    return {}


def readable(path: str) -> bool:
    """Return whether anything of a file or directory can be read."""
    try:
        with open(path, "rb") as file:
            return bool(file.read(1))
    except IsADirectoryError:
        return bool(names_in(path))
    except OSError:
        return False


def names_in(path: str) -> list[str]:
    """Return the names in a directory, or none if it cannot be read."""
    try:
        return os.listdir(path)
    except OSError:
        return []
