"""Starts a Dask scheduler and workers of one's own on loopback, for as long as they are needed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

# Of a worker's start, which proves its sandbox, in seconds.
_PATIENCE = 120.0
_LOOK = 0.2


def is_installed() -> bool:
    """Return whether the extra is there."""
    try:
        import distributed  # noqa: F401
    except ModuleNotFoundError:
        return False
    return True


class Cluster:
    """A scheduler and workers; a worker that ends is started again, as systemd would do it.

    Parameters
    ----------
    folder
        Where their logs go.
    workers
        How many there are, each with one thread.
    arguments
        What each worker is started with besides.
    environment
        What their environment has besides.
    dashboard
        Whether the scheduler shows its dashboard.
    protocol
        What they speak: ``tcp``, or ``tls`` with the keys that Dask's configuration names.
    """

    def __init__(
        self,
        folder: Path,
        workers: int,
        arguments: Sequence[str] = (),
        environment: dict[str, str] | None = None,
        *,
        dashboard: bool = False,
        protocol: str = "tcp",
    ) -> None:
        self._folder = folder
        self._number = workers
        self._arguments = arguments
        self._environment = os.environ | (environment or {})
        self._port, self._dashboard_port = _free_ports(2)
        self._shown = dashboard
        self._protocol = protocol
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep)
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        self.restarts = 0

    @property
    def address(self) -> str:
        """The scheduler's address."""
        return f"{self._protocol}://127.0.0.1:{self._port}"

    @property
    def dashboard(self) -> str:
        """Where the scheduler shows what goes on."""
        return f"http://127.0.0.1:{self._dashboard_port}/status"

    def __enter__(self) -> Cluster:
        """Start the scheduler and wait for the workers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            self.start_scheduler()
            self.workers = [self._start_worker(number) for number in range(self._number)]
            self._wait()
        except BaseException:
            self._end()
            raise
        self._keeper.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all."""
        self._over.set()
        self._keeper.join()
        self._end()

    def start_scheduler(self) -> None:
        """Start the scheduler, at the address where it was before."""
        shown = [f"--dashboard-address=127.0.0.1:{self._dashboard_port}"]
        shown.append("--dashboard" if self._shown else "--no-dashboard")
        place = [f"--protocol={self._protocol}", "--host=127.0.0.1", f"--port={self._port}"]
        arguments = [*place, *shown]
        self.scheduler = self._start("scheduler", "scheduler.log", arguments)

    def log(self) -> str:
        """Return what all of them have written."""
        return "\n".join(path.read_text() for path in sorted(self._folder.glob("*.log")))

    def _start_worker(self, number: int) -> subprocess.Popen[bytes]:
        arguments = [
            self.address,
            *("--host=127.0.0.1", "--no-nanny", "--nthreads=1", "--no-dashboard"),
            f"--local-directory={self._folder}",
            *("--preload=autograder.grading.serving", *self._arguments),
        ]
        return self._start("worker", f"worker-{number}.log", arguments)

    def _start(self, kind: str, log: str, arguments: list[str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", kind, *arguments]
        with (self._folder / log).open("ab") as file:
            return subprocess.Popen(command, env=self._environment, stdout=file, stderr=file)

    def _wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while self.log().count("Registered to:") < self._number:
            ended = [process for process in self.workers if process.poll() is not None]
            if ended or time.monotonic() > deadline:
                raise RuntimeError(f"The cluster does not start:\n{self.log()}")
            time.sleep(_LOOK)

    def _keep(self) -> None:
        while not self._over.wait(_LOOK):
            for number, process in enumerate(self.workers):
                if process.poll() is not None:
                    self.workers[number] = self._start_worker(number)
                    self.restarts += 1

    def _end(self) -> None:
        processes = [*self.workers, *([self.scheduler] if self.scheduler else [])]
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_ports(number: int) -> list[int]:
    opened = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    try:
        return [server.getsockname()[1] for server in opened]
    finally:
        for server in opened:
            server.close()
