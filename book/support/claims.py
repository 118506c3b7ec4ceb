"""Claims: what guards the sentences of the book.

A page states a claim as an assertion with its sentence::

    assert he.mean() > glorot.mean() + 0.1, "ReLU networks learn more from He's weights."

Within a notebook that imports `book.support`, such a claim is measured rather than enforced: how
far each of its comparisons is from failing is kept (its *margin*), and one that does not hold on
this machine puts a box where it stands, with what was claimed and what was found, and lets the page
go on. Nothing else is caught: a cell that raises, raises. In a plain program the assertion is
Python's own.

The build lists the claims that did not hold, ``make claims`` records the margins of all of them
under other seeds and numerics, and `report.foot` counts them on the page.
"""

from __future__ import annotations

import ast
import html
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

NAME: Final[str] = "__claims__"
"""What the rewritten cells of a page call this module."""

KEY: Final[str] = "claim"
"""Under this key the metadata of a box tell the build what was claimed and found."""

_SAID: Final[dict[str, tuple[Callable[[Any, Any], Any], str]]] = {
    "<": (operator.lt, "should be below"),
    "<=": (operator.le, "should be at most"),
    ">": (operator.gt, "should be above"),
    ">=": (operator.ge, "should be at least"),
    "==": (operator.eq, "should be"),
    "!=": (operator.ne, "should not be"),
}
_SIGNS: Final[dict[type[ast.cmpop], str]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_OPPOSITE: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


@dataclass(frozen=True)
class Part:
    """One comparison of a claim.

    Attributes
    ----------
    text
        The comparison as the page writes it.
    held
        Whether it is true here.
    margin
        How far it is from failing, in the units of what is compared: positive where it holds, at
        the least favourable place if arrays are compared. None where there is no distance, as
        between two words.
    found
        What was compared, in words.
    """

    text: str
    held: bool
    margin: float | None
    found: str


@dataclass(frozen=True)
class Claim:
    """A sentence and what was found here.

    Attributes
    ----------
    sentence
        What is claimed.
    test
        What is asserted, as the page writes it.
    parts
        Its comparisons, in the order of the page. Those behind one that failed may be missing.
    """

    sentence: str
    test: str
    parts: tuple[Part, ...]

    @property
    def held(self) -> bool:
        """Whether all that the claim compares came out as claimed."""
        return all(part.held for part in self.parts)


_stated: list[Claim] = []


def stated() -> tuple[Claim, ...]:
    """Return the claims of this process so far; one that is stated in a loop counts once."""
    together: dict[tuple[str, str], list[Part]] = {}
    for claim in _stated:
        together.setdefault((claim.sentence, claim.test), []).extend(claim.parts)
    return tuple(Claim(*claimed, _worst(parts)) for claimed, parts in together.items())


def state(sentence: str, test: str, find: Callable[[], tuple[Part, ...]]) -> None:
    """Measure a claim, keep it, and show a box if it does not hold.

    Parameters
    ----------
    sentence
        What is claimed.
    test
        What is asserted, as the page writes it.
    find
        Compares, and says what it found.
    """
    claim = Claim(sentence, test, find())
    _stated.append(claim)
    if not claim.held:
        _show(claim)


def _show(claim: Claim) -> None:
    """Put a box under the cell, which says what was claimed and what was found."""
    import IPython.display

    number = sum(not known.held for known in _stated)
    missed = [part for part in claim.parts if not part.held]
    found = "".join(
        f"<li><code>{html.escape(part.text)}</code>: {html.escape(part.found)}</li>"
        for part in missed
    )
    box = (
        f'<aside class="admonition warning claim-missed" id="claim-missed-{number}">'
        '<p class="admonition-title">Not so on this machine</p>'
        f"<p><em>Claimed:</em> {html.escape(claim.sentence)}</p>"
        f"<p><em>Found here:</em></p><ul>{found}</ul></aside>"
    )
    plain = f"Not so on this machine. Claimed: {claim.sentence} Found here: " + "; ".join(
        f"{part.text}: {part.found}" for part in missed
    )
    display: Any = IPython.display.display
    display({"text/html": box, "text/plain": plain}, raw=True, metadata={KEY: asdict(claim)})


def compare(
    texts: Sequence[str], signs: Sequence[str], *values: Any, each: bool = False
) -> tuple[Part, ...]:
    """Compare neighbours, as ``a < b < c`` does.

    Parameters
    ----------
    texts, signs
        One for each pair of neighbours: the comparison as it is written, and its sign.
    values
        What is compared.
    each
        Whether arrays are compared, every pair of whose elements must agree.
    """
    parts = []
    for text, sign, left, right in zip(texts, signs, values[:-1], values[1:], strict=True):
        compared, should = _SAID[sign]
        outcome = compared(left, right)
        held = bool(np.all(outcome)) if each else bool(outcome)
        found = f"{_worded(left)} {should} {_worded(right)}"
        parts.append(Part(text, held, _margin(sign, left, right), found))
        if not held:
            break
    return tuple(parts)


def _margin(sign: str, left: Any, right: Any) -> float | None:
    """Return the least distance from failing, or None if there is none."""
    if sign not in ("<", "<=", ">", ">="):
        return None
    try:
        wide, narrow = (right, left) if sign in ("<", "<=") else (left, right)
        with np.errstate(all="ignore"):
            room = np.asarray(wide, float) - np.asarray(narrow, float)
    except (TypeError, ValueError):
        return None
    return float(room.min()) if room.size else None


def close(
    text: str, left: Any, right: Any, rtol: float = 1e-5, atol: float = 1e-8, **options: Any
) -> tuple[Part, ...]:
    """Compare as `numpy.allclose` does; the margin is what is left of the tolerance, as a share."""
    held = bool(np.allclose(left, right, rtol, atol, **options))
    with np.errstate(all="ignore"):
        off = np.abs(np.asarray(left) - np.asarray(right))
        used = np.max(off / (atol + rtol * np.abs(right)), initial=0)
        found = f"differ by up to {np.max(off, initial=0):.3g}, {used:.3g} times what is allowed"
    return (Part(text, held, float(1 - used), found),)


def plain(text: str, value: Any) -> tuple[Part, ...]:
    """Keep the truth of something that is no comparison."""
    return (Part(text, bool(value), None, "is true" if value else "is not true"),)


def both(*tests: Callable[[], tuple[Part, ...]]) -> tuple[Part, ...]:
    """Ask one after another, as ``and`` does, up to the first that fails."""
    parts: list[Part] = []
    for test in tests:
        parts += test()
        if not all(part.held for part in parts):
            break
    return tuple(parts)


def for_all(found: Iterable[tuple[Part, ...]]) -> tuple[Part, ...]:
    """Put together what one comparison found in the turns of a loop."""
    return _worst([part for parts in found for part in parts])


def _worst(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Keep of each comparison the turn in which it came nearest to failing."""
    kept: dict[tuple[str, str], Part] = {}
    for part in parts:
        place = part.text, part.found if part.margin is None and not part.held else ""
        if place not in kept or _badness(part) > _badness(kept[place]):
            kept[place] = part
    return tuple(kept.values())


def _badness(part: Part) -> tuple[bool, float]:
    margin = math.inf if part.margin is None else part.margin
    return not part.held, math.inf if math.isnan(margin) else -margin


def _worded(value: Any) -> str:
    """Say what a value is, in a few characters."""
    if isinstance(value, str | bool):
        return repr(value)
    try:
        array = np.asarray(value, float)
    except (TypeError, ValueError):
        text = repr(value)
        return text if len(text) < 60 else f"{text[:57]}..."
    if array.ndim == 0:
        return f"{float(array):.4g}"
    if array.size == 0:
        return "nothing"
    return f"{array.min():.4g} to {array.max():.4g}"


class Measured(ast.NodeTransformer):
    """Rewrites the assertions of a cell that carry a sentence into calls of `state`."""

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        """Rewrite one assertion."""
        if node.msg is None:
            return node
        call = _call("state", node.msg, _text(node.test), _later(_measured(node.test)))
        return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), node))


def written(code: str) -> dict[str, str]:
    """Return the claims that a cell's code makes: what each asserts, and its sentence.

    Raises
    ------
    ValueError
        If an assertion has no sentence.
    """
    found = {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Assert):
            if not (isinstance(node.msg, ast.Constant) and isinstance(node.msg.value, str)):
                raise ValueError(f"no sentence says what `{ast.unparse(node.test)}` guards")
            found[ast.unparse(node.test)] = node.msg.value
    return found


def _measured(node: ast.expr) -> ast.expr:
    """Return an expression that finds the parts of a test."""
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return _call("both", *(_later(_measured(value)) for value in values))
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(ops=[sign]) as inner) if (
            type(sign) in _OPPOSITE
        ):
            return _compared(ast.Compare(inner.left, [_OPPOSITE[type(sign)]()], inner.comparators))
        case ast.Compare() if all(type(sign) in _SIGNS for sign in node.ops):
            return _compared(node)
        case ast.Call(func=ast.Attribute(value=ast.Compare(ops=[sign]) as inner, attr="all")) if (
            type(sign) in _SIGNS and not node.args
        ):
            return _compared(inner, each=True)
        case ast.Call(
            func=ast.Name("all"), args=[ast.GeneratorExp(elt, loops) | ast.ListComp(elt, loops)]
        ):
            return _call("for_all", ast.GeneratorExp(_measured(elt), loops))
        case ast.Call(func=ast.Attribute(value=ast.Name("np"), attr="allclose")):
            call = _call("close", _text(node), *node.args)
            call.keywords = node.keywords
            return call
    return _call("plain", _text(node), node)


def _compared(node: ast.Compare, *, each: bool = False) -> ast.Call:
    values = [node.left, *node.comparators]
    pairs = zip(values[:-1], node.ops, values[1:], strict=True)
    texts: list[ast.expr] = [_text(ast.Compare(left, [op], [right])) for left, op, right in pairs]
    signs: list[ast.expr] = [ast.Constant(_SIGNS[type(sign)]) for sign in node.ops]
    given = (ast.Tuple(texts, ast.Load()), ast.Tuple(signs, ast.Load()))
    call = _call("compare", *given, *values)
    call.keywords = [ast.keyword("each", ast.Constant(True))] if each else []
    return call


def _call(function: str, *arguments: ast.expr) -> ast.Call:
    place = ast.Attribute(ast.Name(NAME, ast.Load()), function, ast.Load())
    return ast.Call(place, list(arguments), [])


def _later(body: ast.expr) -> ast.Lambda:
    return ast.Lambda(ast.arguments([], [], None, [], [], None, []), body)


def _text(node: ast.expr) -> ast.Constant:
    return ast.Constant(ast.unparse(node))


def measure_in_notebooks() -> None:
    """Have the assertions of this process's notebook measured; do nothing outside of one."""
    import sys

    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None and NAME not in shell.user_ns:
        shell.user_ns[NAME] = sys.modules[__name__]
        shell.user_ns_hidden[NAME] = shell.user_ns[NAME]
        shell.ast_transformers.append(Measured())
