"""Reads the answers of a submission, without running them, for what the judge wants to know first.

What an answer *is* decides which inputs it is asked: its parsed code and that of what it uses.
Comments, white space, docstrings and all other answers do not count, so a student who has made a
mistake cannot try again with other inputs by touching what has nothing to do with it.
"""

from __future__ import annotations

import ast
import hashlib
import hmac
import json
from functools import cached_property

from autograder.grading.source import bound, is_plain, looked_up, parsed, pieces_of, unread
from autograder.grading.submission import Submission
from autograder.judging.references import functions_of

# Nobody writes more by hand; reading it would take the grader longer than running it.
_MOST_READ = 100_000
_MOST_STATEMENTS = 2_000

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Reading:
    """What can be told of the answers of one submission by reading them.

    Parameters
    ----------
    submission
        The answers.
    secret
        The course's own: without it nobody can predict what will be asked.
    """

    def __init__(self, submission: Submission, secret: bytes) -> None:
        self._submission = submission
        self._secret = secret

    def key(self, exercise: str) -> bytes:
        """Return what seeds the inputs of an exercise."""
        told = json.dumps([self._submission.assignment, exercise, self._identity(exercise)])
        return hmac.digest(self._secret, told.encode(), "sha256")

    def uses(self, exercise: str) -> frozenset[str]:
        """Return the names that the answers define and an answer calls for, however deep."""
        own = {exercise}
        return frozenset(name for node in self._needed(exercise) for name in bound(node)) - own

    def is_stub(self, exercise: str) -> bool:
        """Whether an answer is as empty as it was given out: each body does nothing but refuse.

        A function that is decorated is more than its body.
        """
        answer = self._binding.get(exercise, ())
        bodies = [function.body for node in answer for function in functions_of(node)]
        more = any(isinstance(n, ast.FunctionDef) and n.decorator_list for n in answer)
        return bool(bodies) and not more and all(map(_is_empty, bodies))

    def _identity(self, exercise: str) -> list[str]:
        if self._is_long:
            return [self._submission.digest.hex()]
        # Where reading does not tell what an answer uses, it may use anything.
        needed = self._needed(exercise) if self._is_plain else self._statements
        return [*map(_told, needed), *self._unread]

    def _needed(self, exercise: str) -> list[ast.stmt]:
        """Return the statements that define an exercise's answer and all that it uses."""
        kept: set[int] = set()
        seen, waiting = {exercise}, [exercise]
        while waiting:
            for node in self._binding.get(waiting.pop(), ()):
                if id(node) not in kept:
                    kept.add(id(node))
                    used = self._looked_up[id(node)] - seen
                    seen |= used
                    waiting += used
        return [node for node in self._statements if id(node) in kept]

    @cached_property
    def _is_long(self) -> bool:
        pieces = sum(len(cell.source) for cell in self._submission.answers)
        return pieces > _MOST_READ or sum(map(len, self._read)) > _MOST_STATEMENTS

    @cached_property
    def _is_plain(self) -> bool:
        return all(map(is_plain, self._statements))

    @cached_property
    def _pieces(self) -> list[str]:
        run = {cell.name for cell in self._submission.cells}
        answers = (cell for cell in self._submission.answers if cell.name in run)
        return [piece for cell in answers for piece in pieces_of(cell.source)]

    @cached_property
    def _read(self) -> list[list[ast.stmt]]:
        return [parsed(piece) or [] for piece in self._pieces]

    @cached_property
    def _unread(self) -> list[str]:
        """The code that is run and cannot be read: any answer may use it."""
        return [text for piece in self._pieces for text in unread(piece)]

    @cached_property
    def _statements(self) -> list[ast.stmt]:
        read = [] if self._is_long else self._read
        return [_Unsaid().visit(node) for body in read for node in body]

    @cached_property
    def _looked_up(self) -> dict[int, set[str]]:
        """The names that each statement takes from outside itself."""
        return {id(node): looked_up([node]) for node in self._statements}

    @cached_property
    def _binding(self) -> dict[str, list[ast.stmt]]:
        """The statements that bind each name, without those that a later one makes void."""
        found: dict[str, list[ast.stmt]] = {}
        for node in self._statements:
            anew = isinstance(node, _Definition | ast.Assign)
            for name in set(bound(node)):
                if anew and name not in self._looked_up[id(node)]:
                    found[name] = []
                found.setdefault(name, []).append(node)
        return found


class _Unsaid(ast.NodeTransformer):
    """Takes off docstrings, at whatever depth of definitions."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, _Definition):
            if ast.get_docstring(node, clean=False) is not None:
                node.body = node.body[1:] or [ast.Pass()]
            for inner in node.body:
                self.visit(inner)
        return node


def _told(node: ast.stmt) -> str:
    try:
        return ast.dump(node)
    except (RecursionError, ValueError):  # Python writes no number of five thousand digits
        return hashlib.sha256("".join(map(_flat, ast.walk(node))).encode()).hexdigest()


def _flat(node: ast.AST) -> str:
    """Return a node of a syntax tree without those below it."""
    fields = [value for _, value in ast.iter_fields(node)]
    numbers = [hex(value) for value in fields if isinstance(value, int)]
    return str([type(node).__name__, numbers, *(v for v in fields if isinstance(v, str | float))])


def _is_empty(body: list[ast.stmt]) -> bool:
    (first, *more) = body
    if more or not isinstance(first, ast.Raise) or first.exc is None:
        return False
    raised = first.exc.func if isinstance(first.exc, ast.Call) else first.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
