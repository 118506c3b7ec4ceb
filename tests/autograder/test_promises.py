"""Each assignment's `promises.md` lists each exercise, and each check under a promise."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from autograder.assignments import CONTENT

Titles = Mapping[str, set[str]]

_SHOWN = r'(?:"[^"]+"|visible test)'
_PROMISE = re.compile(rf"- [^\"]+: (?P<shown>{_SHOWN}(?:; {_SHOWN})*)")

MADE: Titles = {"one": {"values", "dtype"}, "two": {"values", "dtype"}, "three": {"edges"}}
RIGHT = """\
# What made promises, and what notices

Each promise.

## one, two

- twice x: "values"; visible test
- of the dtype of x, and of a shape that takes
  many words to say: "dtype";
  "values"

## three

- the edges, as they say: "edges"
- only shown: visible test
"""


def faults(text: str, titles: Titles) -> list[str]:
    """Return what is wrong with a list of promises, given the titles of each exercise's checks."""
    heading, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    found = [] if heading.startswith("# What ") else ["no heading"]
    listed: list[str] = []
    for section in sections:
        first, _, rest = section.partition("\n")
        names, named = first.split(", "), set[str]()
        listed += names
        for line in filter(None, rest.replace("\n  ", " ").splitlines()):
            promise = _PROMISE.fullmatch(line)
            if promise is None:
                found.append(f"no promise: {line}")
            else:
                named |= set(re.findall(r'"([^"]+)"', promise["shown"]))
        for name in names:
            own = titles.get(name, set())
            found += [f"{name} has no check {title!r}" for title in sorted(named - own)]
            found += [f"nothing asks for {title!r} of {name}" for title in sorted(own - named)]
    if listed != list(titles):
        found.append(f"sections of {listed}, exercises {list(titles)}")
    return found


@pytest.mark.parametrize("name", CONTENT.names())
def test_each_check_is_asked_for_by_a_promise(name: str) -> None:
    assignment = CONTENT.load(name)
    text = (assignment.folder / "promises.md").read_text(encoding="utf-8")
    assert text.startswith(f"# What {name} promises, and what notices\n")
    assert not faults(text, {e.name: {c.title for c in e.checks} for e in assignment.exercises})


def test_a_right_list_has_no_faults() -> None:
    assert not faults(RIGHT, MADE)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"edges"', '"egdes"', "three has no check 'egdes'"),
        ('"edges"', "visible test", "nothing asks for 'edges' of three"),
        ('"dtype";\n  "values"', '"values"', "nothing asks for 'dtype' of two"),
        ('x: "values"', 'x: "values"; "edges"', "one has no check 'edges'"),
        ("## one, two", "## one", "sections of"),
        ("## one, two", "## two, one", "sections of"),
        ("## three", "## three, four", "sections of"),
        ('they say: "edges"', 'they say: "edges", by and large', "no promise: - the edges"),
        ("- only shown: visible test", "- shown nowhere", "no promise: - shown nowhere"),
    ],
)
def test_a_wrong_list_is_refused(old: str, new: str, told: str) -> None:
    assert RIGHT.count(old) == 1
    assert any(fault.startswith(told) for fault in faults(RIGHT.replace(old, new), MADE))
