"""Answers the judge's calls with the student's functions and classes."""

from __future__ import annotations

import contextlib
import functools
import io
import traceback
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType, TracebackType
from typing import Any

import numpy as np

from .probing import probe_called
from .wire import Decoder, Encoder, Message, Tensor, WireError, fingerprint

CELL_PREFIX = "<cell "
MAX_FRAMES = 6
MAX_OUTPUTS = 20
MAX_PRINTED = 200_000


class Answerer:
    """Serves calls to the names in one student's namespace.

    Parameters
    ----------
    namespace
        Where the student's cells were run.
    probes
        The module of the assignment's probes.
    """

    def __init__(self, namespace: Mapping[str, Any], probes: ModuleType) -> None:
        self._namespace = namespace
        self._probes = probes
        self._generators: dict[int, np.random.Generator] = {}
        self._objects: list[Any] = []

    def answer(self, request: Message) -> Message:
        """Carry out one request of the judge; whatever goes wrong is part of the answer.

        The request's ``op`` is ``call`` (a function of the namespace), ``make`` (an instance
        of a class of the namespace, which stays here), ``method`` (of such an instance),
        ``probe`` (one of the assignment's, which is given an instance or a name of the
        namespace) or ``echo`` (a call of `echo` in place of a function of the namespace).
        An ``echo``, and a request that is ``fresh``, forgets instances and generators first.
        """
        if request.header["op"] == "echo" or request.header.get("fresh"):
            self._generators.clear()
            self._objects.clear()
        decoder = Decoder(request.arrays, self._generator)
        header = request.header
        name = str(header["name"])
        args = decoder.value(header["args"])
        kwargs = decoder.value(header["kwargs"])
        target = self._target(header, name)
        if not callable(target):
            return Message({"missing": header.get("function", name)})
        try:
            with captured():
                result, left = call(target, args, kwargs)
                if header["op"] == "make":
                    self._objects.append(result)
                    return Message({"made": len(self._objects) - 1, "left": left})
                encoder = Encoder()
                told = encoder.value(_crossable(result))
                return Message({"value": told, "left": left}, encoder.arrays)
        except WireError as error:
            return Message({"unsendable": str(error)})
        except BaseException as error:  # a student may raise SystemExit or KeyboardInterrupt
            return Message({"raised": describe(error)})

    def _target(self, header: dict[str, Any], name: str) -> Any:
        if header["op"] == "echo":
            return echo
        if header["op"] == "method":
            return getattr(self._objects[header["handle"]], name, None)
        if header["op"] != "probe":
            return self._namespace.get(name)
        function = header.get("function")
        of = self._objects[header["handle"]] if function is None else self._namespace.get(function)
        return None if of is None else self.probe_of(name, of)

    def probe_of(self, name: str, of: Any) -> Callable[..., Any]:
        """Return the probe of that name, about to look at an instance or a function."""
        return functools.partial(probe_called(name, self._probes), of)

    def _generator(self, number: int, seed: int) -> np.random.Generator:
        if number not in self._generators:
            self._generators[number] = np.random.default_rng(seed)
        return self._generators[number]


def call(
    target: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[Any, list[str]]:
    """Return what a call returns, and the fingerprint of each argument after it.

    Who knows what was sent sees which arguments were changed. To say that none was, one has to
    work out what they were, as an answer that leaves them alone does by itself.
    """
    result = target(*args, **kwargs)
    return result, [fingerprint(value) for value in (*args, *kwargs.values())]


def echo(values: Any, generator: np.random.Generator) -> Any:
    """Return what was sent and a number drawn from `generator`; without values, raise an error.

    Asked from time to time, it shows that this process can still answer.
    """
    if values is None:
        raise LookupError("nothing to say again")
    return values, generator.random()


def describe(error: BaseException) -> dict[str, Any]:
    """Return an exception as plain data: its type, its text and the student's own lines."""
    lines = [
        {"cell": cell_of(frame.filename), "line": frame.lineno or 0, "code": _line(frame)}
        for frame in _frames(error.__traceback__)
        if frame.filename.startswith(CELL_PREFIX)
    ]
    if isinstance(error, SyntaxError):
        place = {"cell": cell_of(str(error.filename)), "line": error.lineno or 0}
        lines = [{**place, "code": str(error.text or "").strip()[:200]}]
    try:
        text = str(error)[:500]
    except Exception:  # an exception's own __str__ is the student's code too
        text = ""
    kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
    name = type(error).__name__[:100]
    return {"type": name, "kinds": kinds, "text": text, "lines": lines[-MAX_FRAMES:]}


def file_of(cell: str) -> str:
    """Return the file name under which a cell's code is compiled."""
    return f"{CELL_PREFIX}{cell}>"


def cell_of(file: str) -> str:
    """Return the cell whose code was compiled under `file`; the reverse of `file_of`."""
    return file.removeprefix(CELL_PREFIX).removesuffix(">")[:200]


class Printed(io.StringIO):
    """What was printed, up to a limit; the rest is dropped, and costs next to nothing."""

    def write(self, text: str) -> int:
        """Keep `text`, or what there is room for."""
        room = MAX_PRINTED - self.tell()
        super().write(text[:room])
        if len(text) >= room:
            # From now on Python calls its own `len`, which says that all has been written.
            self.write = len  # type: ignore[method-assign, assignment]
        return len(text)

    def close(self) -> None:
        """Stay open: what was printed is still to be read."""


@contextlib.contextmanager
def captured() -> Iterator[Printed]:
    """Keep what is printed away from the standard streams."""
    sink = Printed()
    with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
        yield sink


def _frames(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    try:
        return list(traceback.extract_tb(trace, limit=-50))
    except Exception:  # a forged traceback is not worth an answer
        return []


def _line(frame: traceback.FrameSummary) -> str:
    return (frame.line or "").strip()[:200]


def _crossable(value: Any, depth: int = 0) -> Any:
    """Replace tensors, which the wire does not know, by their arrays."""
    if depth < 4 and type(value) in (list, tuple):
        return type(value)(_crossable(item, depth + 1) for item in value)
    if type(value).__module__.startswith(("tensorflow.", "keras.")) and hasattr(value, "numpy"):
        return Tensor(np.asarray(value.numpy()))
    return value
