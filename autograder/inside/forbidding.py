"""Takes away the parts of a library that an exercise asks the student to write.

A forbidden function keeps its place and its name, but its code is replaced, so every reference
to it refuses, wherever it has been copied: in a subclass, in a registry, under another name.
The old code is then in nobody's memory. What could bring it back is the file that it was read
from, so that file is named, for the sandbox to cover.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any


def forbid(path: str) -> list[str]:
    """Make the function at a dotted `path` refuse, and return the files that define it.

    Raises
    ------
    LookupError
        There is no function written in Python at that path.
    """
    module, names = _module(path)
    found: Any = module
    for name in names:
        if name not in vars(found):
            raise LookupError(f"{path} is forbidden, but is not there")
        found = vars(found)[name]
    functions = _functions(found)
    if not functions:
        raise LookupError(f"{path} is forbidden, but is not a function")
    shown = path.rpartition(".")[0] if names[-1] == "__call__" else path
    files = {function.__code__.co_filename for function in functions}
    for function in functions:
        function.__code__ = _refusal(shown, function.__code__)
    return [str(file) for name in files for file in _with_byte_code(Path(name))]


def _module(path: str) -> tuple[ModuleType, list[str]]:
    """Return the module that `path` begins with, imported, and the names that are left."""
    names = path.split(".")
    for length in range(len(names) - 1, 0, -1):
        try:
            return importlib.import_module(".".join(names[:length])), names[length:]
        except ModuleNotFoundError:
            continue
    raise LookupError(f"{path} is forbidden, but is not there")


def _functions(found: Any) -> list[FunctionType]:
    """Return a function and, if it is decorated, the functions that it wraps."""
    functions = []
    while found is not None:
        found = getattr(found, "__func__", found)
        if isinstance(found, FunctionType):
            functions.append(found)
        found = getattr(found, "__wrapped__", None)
    return functions


def _refusal(shown: str, old: CodeType) -> CodeType:
    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("the exercise asks you to write this yourself")

    told = f"{shown} is not for use here: the exercise asks you to write it yourself"
    constants = tuple(
        told if isinstance(constant, str) else constant for constant in refuse.__code__.co_consts
    )
    # A function takes only code with as many free variables as it has closure cells.
    return refuse.__code__.replace(
        co_consts=constants, co_name=old.co_name, co_freevars=old.co_freevars
    )


def _with_byte_code(file: Path) -> list[Path]:
    return [file, *(file.parent / "__pycache__").glob(f"{file.stem}.*.pyc")]
