"""What a forked child does to itself before it runs a line of a student's code.

bubblewrap has already given the warm parent a file system without the course, no network and
its own process table. The warm parent survives from one student to the next, so each child
goes one step further, into namespaces of its own: it cannot see or signal the parent or
another child, it has no network device at all, what it writes lands on scratch file systems
that vanish with it, and when its first process dies the kernel kills all it has started.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import struct
from dataclasses import dataclass

SCRATCH = "/scratch"
_WRITABLE = (SCRATCH, "/dev/shm")

# From linux/sched.h, linux/mount.h, linux/prctl.h, linux/capability.h and linux/seccomp.h.
_CLONE_NEWNS, _CLONE_NEWIPC, _CLONE_NEWUSER = 0x00020000, 0x08000000, 0x10000000
_CLONE_NEWPID, _CLONE_NEWNET = 0x20000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND = 0x2, 0x4, 0x8, 0x1000
_PR_SET_SECCOMP, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 22, 24, 38
_SECCOMP_MODE_FILTER, _SECCOMP_RET_ALLOW, _SECCOMP_RET_ERRNO = 2, 0x7FFF0000, 0x00050000
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63

# System calls that a submission has no use for, each a way to have memory that no process is
# charged for, or to leave something behind for the next one. Their numbers on x86_64 and aarch64.
_REFUSED = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "fanotify_init": (300, 262),
    "inotify_init1": (294, 26),
    "io_uring_setup": (425, 425),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "perf_event_open": (298, 241),
    "request_key": (249, 218),
    "semget": (64, 190),
    "shmget": (29, 194),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "userfaultfd": (323, 282),
    # A session is what Linux shares the processor among (sched(7), autogroup): with one for each
    # submission, no number of processes gets it more than its share.
    "setsid": (112, 157),
}
# By machine, as linux/audit.h names it; another machine does without.
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_X32 = 0x40000000  # from here on, x86 system calls under other numbers
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Limits:
    """What one child may use. Sizes are in MiB, times in seconds, the rest are numbers.

    `processes` are those that live at once; `tasks` are processes and threads. An answer needs
    no process but its own, a shell command in its cell two more; TensorFlow has many threads.
    """

    memory: int = 1024
    scratch: int = 64
    files: int = 4096
    file: int = 32
    open_files: int = 128
    processes: int = 8
    tasks: int = 128
    cpu: int = 120
    wall: float = 240


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


def cover_file_systems(limits: Limits, hidden: list[str]) -> None:
    """Mount fresh scratch file systems, a process table, and nothing over what is `hidden`."""
    for path in hidden:
        _call("mount", b"/dev/null", path.encode(), None, _MS_BIND, None)
    options = f"size={limits.scratch}m,nr_inodes={limits.files},mode=0700".encode()
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
    _refuse_calls()


def set_limits(limits: Limits) -> None:
    """Set the limits that the kernel keeps; the warm parent keeps the others."""
    mebibyte = 1 << 20
    for kind, value in (
        (resource.RLIMIT_AS, _virtual_size() + limits.memory * mebibyte),
        (resource.RLIMIT_FSIZE, limits.file * mebibyte),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_NPROC, limits.tasks),
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def refused_calls() -> dict[str, int]:
    """Return the numbers of the system calls that are refused on this machine, by their names."""
    if os.uname().machine not in _MACHINES:
        return {}
    _, column = _MACHINES[os.uname().machine]
    return {name: numbers[column] for name, numbers in _REFUSED.items()}


def _refuse_calls() -> None:
    """Make some system calls fail as if the kernel did not have them."""
    refused = list(refused_calls().values())
    if not refused:
        return
    architecture, _ = _MACHINES[os.uname().machine]
    # Each line: what to do, how far to jump if it is so and if it is not, and a number. The
    # first word of the data is the call's number, the second the architecture.
    lines = [(_LOAD, 0, 0, 4), (_IF_EQUAL, 0, len(refused) + 3, architecture), (_LOAD, 0, 0, 0)]
    lines.append((_IF_AT_LEAST, len(refused) + 1, 0, _X32))
    lines += [(_IF_EQUAL, len(refused) - n, 0, number) for n, number in enumerate(refused)]
    lines += [(_RETURN, 0, 0, _SECCOMP_RET_ALLOW)]
    lines += [(_RETURN, 0, 0, _SECCOMP_RET_ERRNO | errno.ENOSYS)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    program = struct.pack("HP", len(lines), ctypes.addressof(code))
    _call("prctl", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program, 0, 0)


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
