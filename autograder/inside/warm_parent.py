"""The warm parent: everything a student's code needs is imported once, then forked.

It is told over a control socket to fork a child for a channel, watches that child, and says
how it ended. One child lives at a time. A parent with a second thread must not fork (the
child would hang in its first matrix product), so it says so and stops.

Run as ``python -m inside.warm_parent CONTROL_FD isolated|trusted``. The first thing that it is told
over the socket is what to get ready with: the packages to do without, the modules to import, the
functions to take away, and the source of the assignment's probes.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NoReturn

from . import isolation
from .absent import stand_in
from .answering import Answerer
from .forbidding import forbid
from .isolation import Limits
from .probing import probes_from
from .shell import Shell
from .wire import Message, pack, unpack

POLL_SECONDS = 0.02
MAX_DESCRIPTOR = 4096
SET_UP = "set-up"


def main() -> None:
    """Serve the control socket until the other side closes it."""
    control = Control(socket.socket(fileno=int(sys.argv[1])))
    isolated = sys.argv[2] == "isolated"
    told, _ = control.receive()
    if told is None:
        return
    stand_in(told["without"])
    for module in told["preload"]:
        importlib.import_module(module)
    hidden = sorted({file for path in told["forbidden"] for file in forbid(path)})
    probes = probes_from(told["probes"])
    shell = Shell()
    shell.run("warm-up", "None")  # IPython imports some of its parts with the first cell
    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, every page
    control.tell(event="ready", covered=hidden)
    while True:
        request, channel = control.receive()
        if request is None:
            return
        if request["op"] != "spawn" or channel is None:
            continue  # a word to a child that has just ended
        if isolated and (why := unfit_to_fork()):
            control.tell(event="unfit", why=why)
            return
        limits = Limits(**request["limits"])
        _run_child(control, channel, Terms(shell, probes, limits, isolated, hidden))


@dataclass(frozen=True)
class Terms:
    """What a child is made of, and what it may use and see."""

    shell: Shell
    probes: ModuleType
    limits: Limits
    isolated: bool
    hidden: list[str]


class Control:
    """The private line to the grader: one JSON object a line, now and then with a socket."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self._received = b""
        self._channels: list[int] = []

    def tell(self, **event: Any) -> None:
        """Send one event."""
        self.line.sendall(json.dumps(event).encode() + b"\n")

    def receive(self) -> tuple[dict[str, Any] | None, int | None]:
        """Return the next request and the channel that came with it; None at the end."""
        while b"\n" not in self._received:
            data, channels, _, _ = socket.recv_fds(self.line, 65536, 4)
            if not data:
                return None, None
            self._received += data
            self._channels += channels
        first, _, self._received = self._received.partition(b"\n")
        request = json.loads(first)
        channel = self._channels.pop(0) if request["op"] == "spawn" else None
        return request, channel


def unfit_to_fork() -> str:
    """Return why this process must not fork, or nothing: a thread's locks would hang the child."""
    threads = len(os.listdir("/proc/self/task"))
    return "" if threads == 1 else f"it has {threads} threads"


def _run_child(control: Control, channel: int, terms: Terms) -> None:
    alive, alive_end = os.pipe()
    pid_line, pid_end = os.pipe()
    monitor = os.fork()
    if monitor == 0:
        control.line.close()
        os.close(alive)
        os.close(pid_line)
        _monitor(channel, alive_end, pid_end, terms)
    os.close(channel)
    os.close(alive_end)
    os.close(pid_end)
    with os.fdopen(pid_line) as line:
        told = line.read().split()  # the monitor's word, the child's number, and the child's own
    child = next((int(word) for word in told if word.isdigit()), None)
    reason = _watch(control, alive, child, monitor, terms)
    os.close(alive)
    _, status = os.waitpid(monitor, 0)
    code = os.waitstatus_to_exitcode(status)
    control.tell(event="ended", why=reason, code=code, failed=SET_UP not in told)


def _watch(control: Control, alive: int, child: int | None, monitor: int, terms: Terms) -> str:
    """Wait until the child is gone; kill it when told to, or when it uses too much."""
    deadline = time.monotonic() + terms.limits.wall
    reason = ""
    while True:
        watched: list[Any] = [control.line, alive]
        ready, _, _ = select.select(watched, [], [], POLL_SECONDS)
        if alive in ready:
            return reason
        if control.line in ready:
            request, _ = control.receive()
            if request is not None and request["op"] == "waited":
                control.tell(event="waited", seconds=_waited(child, monitor, terms))
                continue
            reason = reason or ("stopped" if request is not None else "abandoned")
        elif time.monotonic() > deadline and (
            time.monotonic() > deadline + _waited(child, monitor, terms)
        ):
            reason = reason or "time"
        elif terms.isolated:
            reason = reason or _excess(monitor, terms.limits)
        if reason and child is not None:
            # Killing the first process of its namespace kills everything in it.
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def _waited(child: int | None, monitor: int, terms: Terms) -> float:
    """Return for how many seconds others have kept a process from running.

    What its own processes and threads had of the processor meanwhile is no fault of others.
    """
    try:
        with open(f"/proc/{child}/schedstat") as counted:  # of its first thread
            ran, waited = (int(number) / 1e9 for number in counted.read().split()[:2])
    except (OSError, ValueError):
        return 0.0  # it has just ended, or this kernel does not count
    theirs = [pid for pid in _theirs(monitor) if pid != child] if terms.isolated else []
    own = sum(map(_processor_time, [child, *theirs])) - ran
    return max(0.0, waited - own)


def _processor_time(pid: int | None) -> float:
    """Return the processor time, in seconds, of a process and of its children that have ended."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        ticks = sum(map(int, fields[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        return 0.0


def _theirs(monitor: int) -> list[int]:
    """Return the processes of the child: all that there are in here but ours."""
    ours = {1, os.getpid(), monitor}
    numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [number for number in numbers if number not in ours]


def _excess(monitor: int, limits: Limits) -> str:
    """Return which limit the child and its descendants exceed together, or nothing."""
    theirs = _theirs(monitor)
    if len(theirs) > limits.processes:
        return "processes"
    shared = _memory(os.getpid())  # what every fork starts with, and has not copied
    used = sum(max(0, _memory(pid) - shared) for pid in theirs)
    return "memory" if used > limits.memory << 20 else ""


def _memory(pid: int) -> int:
    """Return how many bytes a process has in memory that are not a file's."""
    try:
        with open(f"/proc/{pid}/status") as status:
            lines = dict(line.split(":", 1) for line in status)
        return sum(int(lines[name].split()[0]) for name in ("RssAnon", "RssShmem")) << 10
    except (OSError, ValueError, KeyError):
        return 0  # it has just ended


def _monitor(channel: int, alive: int, pid_end: int, terms: Terms) -> NoReturn:
    """Fork the process that runs the student's code, and hold `alive` open as long as it lives."""
    try:
        if terms.isolated:
            isolation.enter_namespaces()
        child = os.fork()
        if child == 0:
            os.close(alive)
            _become_student(channel, pid_end, terms)
        os.close(channel)
        os.write(pid_end, f"{child}\n".encode())
        os.close(pid_end)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        os._exit(code if code >= 0 else 128 - code)
    except BaseException as error:
        _complain(error)


def _become_student(channel: int, pid_end: int, terms: Terms) -> NoReturn:
    try:
        # Out of the parent's process group: a signal to the group would cross the namespaces.
        os.setsid()
        if terms.isolated:
            isolation.cover_file_systems(terms.limits, terms.hidden)
            os.chdir(isolation.SCRATCH)
            isolation.drop_privileges()
        isolation.set_limits(terms.limits)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        os.write(pid_end, f"{SET_UP}\n".encode())
        line = os.fdopen(os.dup2(channel, 3), "r+b", buffering=0)
        os.closerange(4, MAX_DESCRIPTOR)
    except BaseException as error:
        _complain(error)
    _serve(line, terms)
    os._exit(0)


def _serve(line: Any, terms: Terms) -> None:
    shell = terms.shell
    answerer = Answerer(shell.namespace, terms.probes)

    def read(count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            part = line.read(count - len(parts))
            if not part:
                os._exit(0)
            parts += part
        return bytes(parts)

    while True:
        request = unpack(read)
        if request.header["op"] == "cell":
            reply = shell.run(request.header["name"], request.header["source"])
        else:
            reply = answerer.answer(request)
        reply.header["number"] = request.header["number"]
        _write_all(line, _packed(reply))


def _packed(reply: Message) -> bytes:
    try:
        return pack(reply)
    except Exception as error:
        return pack(Message({"unsendable": str(error)[:500], "number": reply.header["number"]}))


def _write_all(line: Any, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[line.write(view) :]


def _complain(error: BaseException) -> NoReturn:
    os.write(2, f"sandbox set-up failed: {error}\n".encode())
    os._exit(1)


if __name__ == "__main__":
    main()
