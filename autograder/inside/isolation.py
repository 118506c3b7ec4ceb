"""What a forked child does to itself before it runs a line of a student's code.

bubblewrap has already given the warm parent a file system without the course, no network and
its own process table. The warm parent survives from one student to the next, so each child
goes one step further, into namespaces of its own: it cannot see or signal the parent or
another child, it has no network device at all, what it writes lands on scratch file systems
that vanish with it, and when its first process dies the kernel kills all it has started.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from dataclasses import dataclass

SCRATCH = "/scratch"
_WRITABLE = (SCRATCH, "/dev/shm")

# From linux/sched.h, linux/mount.h, linux/prctl.h and linux/capability.h.
_CLONE_NEWNS, _CLONE_NEWIPC, _CLONE_NEWUSER = 0x00020000, 0x08000000, 0x10000000
_CLONE_NEWPID, _CLONE_NEWNET = 0x20000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 0x2, 0x4, 0x8
_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 24, 38
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Limits:
    """What one child may use. Sizes are in MiB, times in seconds."""

    memory: int = 1024
    scratch: int = 64
    file: int = 32
    open_files: int = 128
    processes: int = 128
    cpu: int = 120
    wall: int = 240


def enter_namespaces() -> None:
    """Leave the warm parent's namespaces; the *next* fork is the first process of the new ones.

    Raises
    ------
    OSError
        The kernel refuses: the sandbox cannot be had.
    """
    uid, gid = os.getuid(), os.getgid()
    flags = _CLONE_NEWUSER | _CLONE_NEWNS | _CLONE_NEWPID | _CLONE_NEWNET | _CLONE_NEWIPC
    _call("unshare", flags)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid} {uid} 1")
    _write("/proc/self/gid_map", f"{gid} {gid} 1")


def cover_file_systems(limits: Limits) -> None:
    """Mount fresh scratch file systems and a process table with nobody else in it."""
    options = f"size={limits.scratch}m,mode=0700".encode()
    safe = _MS_NOSUID | _MS_NODEV
    for directory in _WRITABLE:
        _call("mount", b"scratch", directory.encode(), b"tmpfs", safe, options)
    _call("mount", b"proc", b"/proc", b"proc", safe | _MS_NOEXEC, None)
    # No further user namespace may be made, so no capability can be had again.
    _write("/proc/sys/user/max_user_namespaces", "0")


def drop_privileges() -> None:
    """Give up, for good, the capabilities that the namespaces came with."""
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for capability in range(_LAST_CAPABILITY + 1):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # beyond the last capability that this kernel knows
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _call("capset", header, bytes(24))


def set_limits(limits: Limits) -> None:
    """Set the limits that the kernel keeps; the warm parent keeps the others."""
    mebibyte = 1 << 20
    for kind, value in (
        (resource.RLIMIT_AS, _virtual_size() + limits.memory * mebibyte),
        (resource.RLIMIT_FSIZE, limits.file * mebibyte),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def _virtual_size() -> int:
    """Return the bytes of address space in use: shared libraries count, so they must be added."""
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:  # no /proc outside Linux, where only trusted code is run
        return 1 << 40


def _call(name: str, *args: object) -> None:
    if getattr(_libc, name)(*args) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)
