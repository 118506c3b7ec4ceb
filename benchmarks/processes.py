"""Runs a grader as a process of its own and says what it and all it started have used."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_SAMPLE_SECONDS = 0.2
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Used:
    """What one run has taken: seconds on the wall, seconds of processor, bytes of memory."""

    wall: float
    cpu: float
    peak: int = 0


@dataclass
class _Memory:
    """Samples the memory of a process tree while it runs."""

    peak: int = 0
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
            self.peak = max(self.peak, sum(map(self._share, _descendants(os.getpid()))))

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
    adopt_orphans()
    sampler = _Memory()
    before = _cpu()
    began = time.perf_counter()
    with sampler.sampled() if memory else contextlib.nullcontext():
        ran = subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
        )
        wall = time.perf_counter() - began
        while True:  # a sandbox may outlive its grader by a moment; its time counts too
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break
    if ran.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{(ran.stdout + ran.stderr)[-3000:]}")
    if sampler.unreadable:
        print("Some processes' memory could not be read; run as root for all.", file=sys.stderr)
    return Used(wall, _cpu() - before, sampler.peak)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so none escapes the count."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                status = Path(f"/proc/{entry}/stat").read_text()
            except OSError:
                continue
            parent = int(status.rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry))
    found: list[int] = []
    waiting = list(children.get(root, ()))
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, ())
    return found
