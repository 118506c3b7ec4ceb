"""Runs a grader as a process of its own and says what it and all it started have used."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_SAMPLE_SECONDS = 0.2
# A sandbox may outlive its grader by a moment.
_LEFT_SECONDS = 30.0
_SANDBOXES = ("bwrap", "setpriv")
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Used:
    """What one run has taken: seconds on the wall, seconds of processor, bytes of memory.

    `peak` is the most that all its processes held at once; `trusted` the most that those outside
    the sandboxes held, and `sandboxed` the most that those in them held.
    """

    wall: float
    cpu: float
    peak: int = 0
    trusted: int = 0
    sandboxed: int = 0


@dataclass(frozen=True)
class Ran:
    """What became of a command: what it used, its exit status, what it printed.

    `left` are the command lines of processes that outlived it; they have been killed.
    """

    used: Used
    status: int
    printed: str
    left: tuple[str, ...]


@dataclass
class _Memory:
    """Samples the memory of a process tree while it runs, and says when it has."""

    told: Callable[[], object]
    peak: int = 0
    trusted: int = 0
    sandboxed: int = 0
    unreadable: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def sampled(self) -> Iterator[None]:
        thread = threading.Thread(target=self._sample)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(_SAMPLE_SECONDS):
            trusted = sandboxed = 0
            for pid, inside in _descendants(os.getpid()).items():
                share = self._share(pid)
                trusted, sandboxed = trusted + share * (not inside), sandboxed + share * inside
            self.peak = max(self.peak, trusted + sandboxed)
            self.trusted = max(self.trusted, trusted)
            self.sandboxed = max(self.sandboxed, sandboxed)
            self.told()

    def _share(self, pid: int) -> int:
        """Return the proportional set size: a page that n processes share counts 1/n for each."""
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except PermissionError:
            self.unreadable = True
            return 0
        except OSError:
            return 0  # it has just ended
        return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))


def run(
    command: list[str], cwd: Path, environment: dict[str, str], *, memory: bool = False
) -> Used:
    """Run `command` to its end and return what it used.

    Raises
    ------
    RuntimeError
        It failed; the text ends with what it printed.
    """
    ran = observe(command, cwd, environment, (lambda: None) if memory else None)
    if ran.status != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{ran.printed[-3000:]}")
    return ran.used


def observe(
    command: list[str],
    cwd: Path,
    environment: dict[str, str],
    sampled: Callable[[], object] | None,
) -> Ran:
    """Run `command` to its end, however it ends, and return what became of it.

    `sampled` is called after each sample of the memory; without it no sample is taken.
    """
    adopt_orphans()
    sampler = _Memory(sampled or (lambda: None))
    before = _cpu()
    began = time.perf_counter()
    with sampler.sampled() if sampled else contextlib.nullcontext():
        ran = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        wall = time.perf_counter() - began
        left = _wait_for_all()
    if sampler.unreadable:
        print("Some processes' memory could not be read; run as root for all.", file=sys.stderr)
    peaks = sampler.peak, sampler.trusted, sampler.sandboxed
    used = Used(wall, _cpu() - before, *peaks)
    return Ran(used, ran.returncode, ran.stdout + ran.stderr, left)


def _wait_for_all() -> tuple[str, ...]:
    """Wait for what a command has left behind, whose time counts too; kill what stays.

    Returns the command lines of what was killed.
    """
    left: dict[int, str] = {}
    deadline = time.monotonic() + _LEFT_SECONDS
    while True:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return tuple(left.values())
        if ended == 0:
            time.sleep(0.01)
            if time.monotonic() > deadline:
                for pid in _descendants(os.getpid()):
                    with contextlib.suppress(OSError):
                        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                        left[pid] = b" ".join(words).decode(errors="replace").strip()
                        os.kill(pid, signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so none escapes the count."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _descendants(root: int) -> dict[int, bool]:
    """Return the processes below `root`, each with whether it belongs to a sandbox."""
    children: dict[int, list[tuple[int, bool]]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                status = Path(f"/proc/{entry}/stat").read_text(errors="replace")
            except OSError:
                continue
            before, _, after = status.rpartition(")")
            sandbox = before.partition("(")[2] in _SANDBOXES
            children.setdefault(int(after.split()[1]), []).append((int(entry), sandbox))
    found: dict[int, bool] = {}
    waiting = list(children.get(root, ()))
    while waiting:
        pid, inside = waiting.pop()
        found[pid] = inside
        waiting += [(child, inside or sandbox) for child, sandbox in children.get(pid, ())]
    return found
