"""Finds the numbers that a page states in its prose without having measured them.

A number that came from a run belongs to the run: the cell glues it, the prose shows it. So where
a paragraph, a caption or a text alternative stands *next to a result* (a paragraph that shows a
glued number; a figure of a run), any other number in it has to be one of

- a constant of the set-up, which the page's own code states as well (``epochs=15``: "15 epochs");
- part of a formula, a name or a reference: mathematics, code and roles are not looked at;
- listed, with the reason, in ``constants.toml``.
"""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
EVERY_PAGE = "every page"
CONSTANTS = Path(__file__).with_name("constants.toml")

_FENCE = re.compile(r"^(?P<fence>`{3,}|:{3,})(?:\{(?P<kind>[\w-]+)\})?(?P<rest>.*)$")
_NUMBER = re.compile(r"(?<![\w.,/·×⁻-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w]|\.\d|⁻)")
_GLUED = re.compile(r"\{glue:\w+\}`[^`]*`")
_SILENT = re.compile(
    r"\{[\w:+-]+\}`[^`]*`|`+[^`]+`+|\$\$.*?\$\$|\$[^$]*\$|\]\([^)]*\)|<[^>]*>", re.S
)
# Fences whose text is read; everything else that is fenced is code, mathematics or markup.
_READ = {
    "admonition",
    "glue:figure",
    "note",
    "tip",
    "warning",
    "important",
    "dropdown",
    "div",
    None,
}


@dataclass(frozen=True)
class Passage:
    """A piece of prose beside a result, and the line of the page on which it begins."""

    line: int
    text: str


def bare_numbers(text: str) -> list[str]:
    """Return the numbers of a passage that no role, formula or code accounts for."""
    return _NUMBER.findall(_SILENT.sub(" ", text))


def constants(page: str) -> set[float]:
    """Return every number that the page's code states."""
    found: set[float] = set()
    for code in re.findall(r"^```\{code-cell\}.*?\n(.*?)^```", page, re.S | re.M):
        body = re.sub(r"^---\n.*?^---\n", "", code, flags=re.S | re.M)
        for node in ast.walk(ast.parse(re.sub(r"^\s*[%!:].*$", "", body, flags=re.M))):
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
                found.add(float(node.value))
    return found


def passages(page: str) -> list[Passage]:
    """Return the passages of a page that stand next to a result."""
    found = []
    for passage in _paragraphs(page):
        if _GLUED.search(passage.text):
            found.append(passage)
    for match in re.finditer(r"^```\{code-cell\}[^\n]*\n---\n(.*?)^---\n", page, re.S | re.M):
        line = page[: match.start()].count("\n") + 1
        settings = (yaml.safe_load(match[1]) or {}).get("mystnb", {})
        for part, key in (("image", "alt"), ("figure", "caption")):
            if key in settings.get(part, {}):
                found.append(Passage(line, settings[part][key]))
    return found


def unaccounted(name: str, page: str) -> list[str]:
    """Return a complaint for every number that is neither glued nor known."""
    known = constants(page)
    everywhere, own = _listed()[EVERY_PAGE], _listed().get(name, {})
    complaints = []
    for passage in passages(page):
        text = " ".join(passage.text.split())
        for phrase in [*everywhere, *own]:
            text = text.replace(phrase, " ")
        for number in bare_numbers(text):
            value = float(number.replace(",", ""))
            if value not in known and value / 100 not in known:
                shown = " ".join(passage.text.split())[:90]
                complaints.append(f"line {passage.line}: {number} in “{shown}…”")
    return complaints


def unused(name: str, page: str) -> list[str]:
    """Return the listed phrases that the page no longer has."""
    flat = " ".join(page.split())
    return [phrase for phrase in _listed().get(name, {}) if " ".join(phrase.split()) not in flat]


def _listed() -> dict[str, dict[str, str]]:
    return tomllib.loads(CONSTANTS.read_text(encoding="utf-8"))


def _paragraphs(page: str) -> list[Passage]:
    body = re.sub(r"\A---\n.*?\n---\n", lambda m: "\n" * m[0].count("\n"), page, flags=re.S)
    found: list[Passage] = []
    open_fences: list[tuple[str, bool]] = []
    gathered: list[str] = []
    began = 0
    for number, line in enumerate(body.splitlines(), start=1):
        fence = _FENCE.match(line)
        read = all(seen for _, seen in open_fences)
        if fence and open_fences and not fence["kind"] and line.strip() == open_fences[-1][0]:
            open_fences.pop()
        elif fence and read:
            kind = fence["kind"]
            opened = kind if kind or fence["fence"][0] == ":" else "code"
            open_fences.append((fence["fence"], opened in _READ))
        elif read and line.strip() and not line.startswith((":", "|", "#", "(", "%")):
            began = began or number
            gathered.append(line)
            continue
        if gathered:
            found.append(Passage(began, "\n".join(gathered)))
            gathered, began = [], 0
    if gathered:
        found.append(Passage(began, "\n".join(gathered)))
    return found
