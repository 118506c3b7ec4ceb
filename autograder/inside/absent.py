"""Stands in for packages that an exercise does without.

They are not in the sandbox. An import that was left over costs a student nothing; whoever uses what
was imported is told why it is not there.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any


def stand_in(packages: Sequence[str]) -> None:
    """Let these packages be imported, whether they are installed or not, and be of no use."""
    sys.meta_path.insert(0, _Finder(frozenset(packages)))


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, packages: frozenset[str]) -> None:
        self._packages = packages

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in self._packages:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: there is nothing in it."""


class _Absent(ModuleType):
    """A module, or what was imported from one: whatever it is used for, it says why not."""

    def __getattr__(self, name: str) -> Any:
        # Libraries ask whether there is a tensor of a package that is imported: there is none.
        raise AttributeError(self._told())

    def __call__(self, *args: object, **kwargs: object) -> Any:
        raise ImportError(self._told())

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        raise ImportError(self._told())

    def _told(self) -> str:
        package = self.__name__.partition(".")[0]
        return f"{package} is not for use here: the exercise asks you to do without"
