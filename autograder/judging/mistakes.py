"""How a named mistake is written down, and how the mistakes of an assignment are read.

A mistake is a wrong implementation of an exercise together with an explanation. Most differ from
the reference in one point, and are written as that difference::

    he_with_fan_out = edited(
        reference.he_normal,
        "he-with-fan-out",
        {"2.0 / fan_in": "2.0 / fan_out"},
        "Your standard deviation is sqrt(2 / fan_out) ...",
    )

What an edit cannot say is written out::

    @mistake("he_normal", "he-by-inverse-cdf", "...")
    def he_by_inverse_cdf(shape, rng, dtype=np.float32):
        ...

A failed answer is recognised by replaying the judge's calls on every mistake of the exercise
(see `autograder.judging.recognise`), so nothing but the wrong implementation has to be written.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import ModuleType
from typing import Any

from autograder.errors import GraderError
from autograder.judging.references import read_module


@dataclass(frozen=True)
class Mistake:
    """A wrong answer to `exercise`, its name, and what to tell who gave it."""

    exercise: str
    name: str
    explanation: str

    @property
    def implementation(self) -> Callable[..., Any]:
        """The function or class that is wrong."""
        raise NotImplementedError

    @property
    def source(self) -> str:
        """Its source under the exercise's name, as a student would have written it."""
        raise NotImplementedError


@dataclass(frozen=True)
class WrittenOut(Mistake):
    """A mistake whose implementation is written as a whole."""

    function: Callable[..., Any]

    @property
    def implementation(self) -> Callable[..., Any]:
        """What is written."""
        return self.function

    @property
    def source(self) -> str:
        """Its source, with the exercise's name in the place of its own."""
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(self.function))).body
        assert isinstance(definition, ast.FunctionDef | ast.ClassDef)
        definition.name = self.exercise
        definition.decorator_list = []
        return ast.unparse(definition)


@dataclass(frozen=True)
class Edited(Mistake):
    """A mistake that is the reference with some pieces of its text replaced.

    Attributes
    ----------
    module
        The module of the reference, by its dotted path.
    edits
        Each piece of the reference's text that is replaced, and what stands in its place.
    """

    module: str
    edits: tuple[tuple[str, str], ...]

    @property
    def is_possible(self) -> bool:
        """Whether no two of its edits are of the same piece of text, and they make Python."""
        text = read_module(self.module).code(self.exercise)
        places = sorted((text.index(old), text.index(old) + len(old)) for old, _ in self.edits)
        if any(end > start for (_, end), (start, _) in itertools.pairwise(places)):
            return False
        try:
            compile(self.source, "<mistake>", "exec", dont_inherit=True)
        except SyntaxError:
            return False
        return True

    @cached_property
    def implementation(self) -> Callable[..., Any]:
        """What the edited source defines, made when it is first wanted."""
        scope = dict(vars(importlib.import_module(self.module)))
        file = f"<mistake {self.name} of {self.exercise}>"
        flags = annotations.compiler_flag  # the references have it too
        exec(compile(self.source, file, "exec", flags=flags, dont_inherit=True), scope)  # noqa: S102
        made: Callable[..., Any] = scope[self.exercise]
        return made

    @cached_property
    def source(self) -> str:
        """The reference's source, edited.

        Raises
        ------
        GraderError
            A text that is to be replaced is not there, or is there more than once.
        """
        text = read_module(self.module).code(self.exercise)
        who = f"The mistake {self.name} of {self.exercise}"
        for old, _ in self.edits:
            count = text.count(old)
            if count != 1:
                found = f"is there {count} times" if count else "is not there"
                raise GraderError(f"{who} replaces {old!r}, which {found} in {self.module}.")
        # From the end, so that what is before stays where it was.
        end = len(text)
        for place, old, new in sorted(((text.index(o), o, n) for o, n in self.edits), reverse=True):
            if place + len(old) > end:
                raise GraderError(f"{who} has edits that overlap: {old!r} and the next.")
            text, end = text[:place] + new + text[place + len(old) :], place
        return text


@cache
def together(first: Mistake, second: Mistake) -> Mistake | None:
    """Return the mistake of who makes two at once; None where they cannot be made at once."""
    if not (isinstance(first, Edited) and isinstance(second, Edited)):
        return None
    both = Edited(
        first.exercise,
        f"{first.name} and {second.name}",
        f"Two things at once. {first.explanation} And the other: {second.explanation}",
        first.module,
        first.edits + second.edits,
    )
    return both if both.is_possible else None


def mistake(exercise: str, name: str, explanation: str) -> Callable[[Callable[..., Any]], Mistake]:
    """Declare the decorated function or class to be a wrong implementation of `exercise`."""

    def declare(implementation: Callable[..., Any]) -> Mistake:
        return WrittenOut(exercise, name, explanation, implementation)

    return declare


def edited(
    reference: Callable[..., Any], name: str, edits: Mapping[str, str], explanation: str
) -> Mistake:
    """Declare the reference with some of its text replaced to be a mistake.

    Parameters
    ----------
    reference
        A function or class of the solutions.
    name
        What the mistake is called.
    edits
        Pieces of the reference's code, each of which is there exactly once, and what stands in
        their place. Docstrings are left out before.
    explanation
        What to tell who made it.
    """
    pieces = tuple(edits.items())
    return Edited(reference.__name__, name, explanation, reference.__module__, pieces)


def mistakes_of(module: ModuleType) -> dict[str, list[Mistake]]:
    """Return the mistakes that `module` declares, by exercise, in order of declaration."""
    found: dict[str, list[Mistake]] = {}
    for item in vars(module).values():
        if isinstance(item, Mistake):
            found.setdefault(item.exercise, []).append(item)
    return found
