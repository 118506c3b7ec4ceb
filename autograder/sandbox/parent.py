"""The trusted side's hold on a warm parent and on the child that it has forked."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.dialogue.answers import Stopped
from autograder.errors import GraderError
from autograder.inside.isolation import Limits
from autograder.inside.wire import Message, WireError, pack, unpack
from autograder.sandbox import launcher

START_SECONDS = 120.0
END_SECONDS = 20.0
# What a socket counts for a message, at most: so many times its bytes, and so many besides.
_HELD = 2
_HELD_BESIDES = 1024
# Frames that answer another question are put in by a student's code; so many are passed over.
MOST_FORGED = 100
# A child that others keep from the processor may take so many times as long as it was given.
MOST_DRAWN_OUT = 10.0

NO_REPLY = "it did not come back"
TOO_LONG = "the submission took too long as a whole"
TOO_MANY = "it started more processes than it may"
_NOT_ALLOWED = (
    "This machine does not allow what the sandbox needs: the instructor's guide says under "
    '"When there is no sandbox" what to do.'
)
_REASONS = {
    "memory": "it used more memory than it may",
    "processes": TOO_MANY,
    "time": TOO_LONG,
}


class WarmParent:
    """A process that has everything imported and forks one child after another.

    Parameters
    ----------
    preload
        The modules to import before the first fork.
    limits
        What each child may use.
    isolated
        False runs students' code without a sandbox: only for code that is trusted.
    forbidden
        The functions, by dotted path, that refuse to be called.
    probes
        The source of the assignment's probes.
    without
        The packages that stand-ins take the place of; then, of what is installed, only the
        packages of `preload` are there, with what they need. None: all that is installed is.

    Attributes
    ----------
    covered
        The files of the forbidden functions, of which no child sees anything.
    """

    def __init__(
        self,
        preload: tuple[str, ...],
        limits: Limits | None = None,
        isolated: bool = True,
        forbidden: tuple[str, ...] = (),
        probes: str = "",
        without: tuple[str, ...] | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._told = {
            "op": "begin",
            "without": without or (),
            "preload": preload,
            "forbidden": forbidden,
            "probes": probes,
        }
        self._packages = None if without is None else {name.split(".")[0] for name in preload}
        self._isolated = isolated
        self._hidden: Sequence[Path] = ()
        self.covered: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._received = b""
        self._ended: dict[str, Any] | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None  # where there is no sandbox

    def start(self, hidden: Sequence[Path] = ()) -> None:
        """Start the process; it imports while the caller goes on (see `wait_until_ready`).

        Parameters
        ----------
        hidden
            Directories that the sandbox must not show.

        Raises
        ------
        GraderError
            The sandbox cannot be built on this machine.
        """
        self._hidden = hidden
        ours, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            if self._isolated:
                command = launcher.command(number, hidden, self._packages)
                environment = None
            else:
                program = [sys.executable, "-s", "-P", "-m", "inside.warm_parent"]
                command = [*program, str(number), "trusted"]
                self._home = tempfile.TemporaryDirectory()
                environment = launcher.environment(self._home.name)
                environment["PYTHONPATH"] = str(launcher.INSIDE.parent)
            self._process = subprocess.Popen(
                command,
                env=environment,
                pass_fds=[number],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        self._control = ours
        self._received = b""
        with contextlib.suppress(OSError):  # if it is gone already, `wait_until_ready` says so
            ours.sendall(json.dumps(self._told).encode() + b"\n")

    def wait_until_ready(self) -> None:
        """Return once everything is imported.

        Raises
        ------
        GraderError
            The process did not come up; the text says what it printed.
        """
        self.covered = list(map(str, self._expect("ready", START_SECONDS)["covered"]))

    def close(self) -> None:
        """End the process and everything in its sandbox."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()
            self._process = None
        if self._home is not None:
            self._home.cleanup()
            self._home = None

    def spawn(self, limits: Limits | None = None) -> Child:
        """Fork a child, with the parent's limits unless others are given.

        At most one child lives at a time.
        """
        if self._control is None:
            self.start(self._hidden)
            self.wait_until_ready()
        assert self._control is not None
        ours, theirs = socket.socketpair()
        with theirs:
            request = {"op": "spawn", "limits": dataclasses.asdict(limits or self._limits)}
            line = json.dumps(request).encode() + b"\n"
            socket.send_fds(self._control, [line], [theirs.fileno()])
        return Child(self, ours)

    def stop_child(self) -> None:
        """Kill the child that lives now."""
        assert self._control is not None
        with contextlib.suppress(OSError):
            self._control.sendall(b'{"op": "stop"}\n')

    def waited(self) -> float:
        """Return for how many seconds the child has waited for a processor until now."""
        assert self._control is not None
        try:
            self._control.sendall(b'{"op": "waited"}\n')
        except OSError:
            return 0.0
        said = self._next(END_SECONDS)
        if said["event"] == "waited":
            return float(said["seconds"])
        self._ended = said  # it has ended in the meantime, and did not hear the question
        return 0.0

    def end_of_child(self) -> str:
        """Wait until the child has ended and return why it did.

        Raises
        ------
        GraderError
            The sandbox could not be set up, or the warm parent is gone.
        """
        ended, self._ended = self._ended or self._expect("ended", END_SECONDS), None
        if ended["failed"]:
            raise GraderError(f"A child could not be isolated. {self._complaint()}")
        if ended["why"] in _REASONS:
            return _REASONS[ended["why"]]
        return f"its process ended (status {ended['code']})"

    def _expect(self, event: str, seconds: float) -> dict[str, Any]:
        said = self._next(seconds)
        if said["event"] != event:
            complaint = self._complaint()
            raise GraderError(f"The warm parent said {said.get('why', said)}. {complaint}")
        return said

    def _next(self, seconds: float) -> dict[str, Any]:
        """Return what the process says next."""
        assert self._control is not None
        deadline = time.monotonic() + seconds
        while b"\n" not in self._received:
            self._control.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                data = self._control.recv(65536)
            except (TimeoutError, ConnectionError):
                data = b""
            if not data:
                complaint = self._complaint()
                raise GraderError(f"The sandbox's warm parent is gone. {complaint}")
            self._received += data
        first, _, self._received = self._received.partition(b"\n")
        said: dict[str, Any] = json.loads(first)
        return said

    def _complaint(self) -> str:
        """End the process and return the last line that it printed."""
        process, self._process = self._process, None
        if self._control is not None:
            self._control.close()
            self._control = None
        if process is None:
            return ""
        process.kill()
        _, printed = process.communicate()
        lines = printed.decode(errors="replace").strip().splitlines()
        if not lines:
            return "It printed nothing."
        told = f"It printed: {lines[-1][:300]}"
        return f"{told}. {_NOT_ALLOWED}" if lines[-1].startswith("bwrap: ") else told


class _Clock:
    """Counts the time that a child has had, without that in which others had the processor.

    Parameters
    ----------
    seconds
        How much the child may have.
    lost
        Says how long it has waited for a processor since this was asked before.
    """

    def __init__(self, seconds: float, lost: Callable[[], float]) -> None:
        self._began = time.monotonic()
        self._lost = lost
        self._allowed = seconds
        self._most = MOST_DRAWN_OUT * seconds

    def left(self) -> float:
        """Return how many seconds there are left before the clock has to be asked again.

        Raises
        ------
        TimeoutError
            The time is up.
        """
        elapsed = time.monotonic() - self._began
        if elapsed >= self._allowed:
            self._allowed = min(self._allowed + self._lost(), self._most)
            if elapsed >= self._allowed:
                raise TimeoutError
        return max(0.001, self._allowed - elapsed)


class Child:
    """A forked child that runs one submission's cells and then answers questions.

    Attributes
    ----------
    received
        How many bytes it has sent.
    """

    def __init__(self, parent: WarmParent, channel: socket.socket) -> None:
        self._parent = parent
        self._channel = channel
        self._open = True
        self._asked = 0
        self._waited = 0.0
        self.received = 0

    def waited(self) -> float:
        """Return for how many seconds the child has waited for a processor until now."""
        if self._open:
            self._waited = max(self._waited, self._parent.waited())
        return self._waited

    def _lost(self) -> float:
        before = self._waited
        return self.waited() - before

    def ask(self, message: Message, seconds: float) -> Message:
        """Send a message and return the reply.

        Raises
        ------
        Stopped
            No reply came: the child is dead now, whatever the reason, and the text says it.
        """
        return next(self.ask_all([message], lambda: seconds))

    def ask_all(
        self, messages: Iterable[Message], seconds: Callable[[], float]
    ) -> Iterator[Message]:
        """Send messages ahead and yield the replies one by one, as they come.

        The child goes on to the next message while its last reply is looked at. `seconds` is
        asked, before each reply, how long that one may take.

        Raises
        ------
        Stopped
            The next reply did not come; see `ask`.
        """
        ahead: deque[tuple[int, int]] = deque()  # the numbers and sizes of what is unanswered
        # What is sent ahead must fit into the socket: two sides that both write would wait for
        # each other. Linux lets nobody wait for room where a quarter of it is taken.
        room = self._channel.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) // 4
        for message in messages:
            self._asked += 1
            data = pack(Message({**message.header, "number": self._asked}, message.arrays))
            held = _HELD * len(data) + _HELD_BESIDES
            while ahead and held + sum(size for _, size in ahead) > room:
                yield self._reply(ahead.popleft()[0], seconds())
            self._send(data, seconds())
            ahead.append((self._asked, held))
        for number, _ in ahead:
            yield self._reply(number, seconds())

    def _send(self, data: bytes, seconds: float) -> None:
        with self._stopping(seconds), contextlib.suppress(BrokenPipeError, ConnectionResetError):
            # If it has died meanwhile, the replies that it has sent before say over which message.
            self._channel.settimeout(seconds)
            self._channel.sendall(data)

    def _reply(self, number: int, seconds: float) -> Message:
        clock = _Clock(seconds, self._lost)

        def read(count: int) -> bytes:
            parts = bytearray()
            while len(parts) < count:
                self._channel.settimeout(clock.left())
                try:
                    part = self._channel.recv(min(count - len(parts), 1 << 20))
                except TimeoutError:
                    continue  # the clock says whether that was all
                if not part:
                    raise EOFError
                parts += part
            self.received += count
            return bytes(parts)

        with self._stopping(seconds):
            for _ in range(MOST_FORGED):
                reply = unpack(read)
                if reply.header.pop("number", None) == number:
                    return reply
            raise WireError("many frames that answer nothing")

    @contextlib.contextmanager
    def _stopping(self, seconds: float) -> Iterator[None]:
        """End the child when the line to it fails, and say why."""
        try:
            yield
        except TimeoutError:
            self.close()
            raise Stopped(f"Stopped after {seconds:g} seconds: {NO_REPLY}.") from None
        except WireError as error:
            self.close()
            raise Stopped(f"Stopped: what came back is no answer ({error}).") from None
        except (EOFError, OSError):
            raise Stopped(f"Stopped: {self.close()}.") from None

    def close(self) -> str:
        """End the child, wait until it is gone, and return why it ended."""
        if not self._open:
            return "it had been stopped"
        self._open = False
        self._parent.stop_child()
        why = self._parent.end_of_child()
        self._channel.close()
        return why
