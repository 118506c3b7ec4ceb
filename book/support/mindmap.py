"""The mind map: one tree, drawn as a picture and written as an outline.

The tree is what the book says of itself: ``_toc.yml`` has the parts and their pages, and each page
has its words, in its front matter::

    mind_map:
      title: The problem
      note: a product of Jacobians; saturation

Both may be left out; the title is then the page's heading.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import yaml
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT: Final[Path] = Path(__file__).resolve().parents[2]
MAP_PAGE: Final[str] = "book/mind-map"

_PAGE: Final[re.Pattern[str]] = re.compile(
    r"(?:---\n(?P<front>.*?)^---\n)?.*?^# (?P<heading>[^\n]+)", re.DOTALL | re.MULTILINE
)
"""The beginning of a page: the front matter, if it has one, and the first heading."""


@dataclass(frozen=True)
class Node:
    """One node of the map.

    Attributes
    ----------
    title
        The words in the box.
    note
        A second, smaller line: what the page is about.
    page
        The page's name in ``_toc.yml``, or None for a heading that has no page of its own.
    children
        The nodes below this one.
    """

    title: str
    note: str = ""
    page: str | None = None
    children: tuple[Node, ...] = field(default=())

    def walk(self) -> Iterator[Node]:
        """Yield this node and every node below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


def course(toc: Path = ROOT / "_toc.yml") -> Node:
    """Return the tree of the book: the home page, the parts and their pages.

    Parameters
    ----------
    toc
        The book's ``_toc.yml``; the pages lie beside it.

    Returns
    -------
    Node
        Every page that ``_toc.yml`` lists, but for the map's own. Pages below a page stand in the
        part after it.
    """
    contents = parse_toc_yaml(toc)

    def listed(pages: list[str]) -> Iterator[Node]:
        for page in pages:
            if page != MAP_PAGE:
                yield _read(toc.parent, page)
            yield from listed(contents[page].child_files())

    home = contents.root
    parts = [
        Node(part.caption or "", children=tuple(listed(part.files()))) for part in home.subtrees
    ]
    return replace(_read(toc.parent, home.docname), children=tuple(parts))


def _read(root: Path, page: str) -> Node:
    """Return a page with the words that it wants on the map."""
    file = root / f"{page}.md"
    beginning = _PAGE.match(file.read_text(encoding="utf-8"))
    if beginning is None:
        raise ValueError(f"{file} has no heading, by which the mind map would know it.")
    front = yaml.safe_load(beginning["front"] or "") or {}
    return Node(page=page, **{"title": beginning["heading"], **front.get("mind_map", {})})


def href(page: str) -> str:
    """Return the address of a page as seen from the map's own page."""
    return posixpath.relpath(f"{page}.html", posixpath.dirname(MAP_PAGE))


# --- the picture ----------------------------------------------------------------------------------

TITLE_SIZE: Final[float] = 15.0
NOTE_SIZE: Final[float] = 12.5
PART_SIZE: Final[float] = 15.0
ROOT_SIZE: Final[float] = 17.0
COLOURS: Final[int] = 7
"""How many colours the style sheet has for parts; the part after the last begins anew."""

_PART_HEIGHT: Final[float] = 38.0
_LEAF_HEIGHT: Final[float] = 50.0
_LEAF_GAP: Final[float] = 8.0
_PART_GAP: Final[float] = 26.0
_INDENT: Final[float] = 22.0
_MARGIN: Final[float] = 4.0
_LANE: Final[float] = 4.0


@dataclass(frozen=True)
class Box:
    """A node's place in the picture."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    part: int
    """The number of the part (which chooses the colour); -1 for the root."""


@dataclass(frozen=True)
class Layout:
    """Where everything goes: boxes, and the lines that join them."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[tuple[str, int], ...]
    """Each line as an SVG path and the number of its part."""


def lay_out(subject: Node, *, narrow: bool = False) -> Layout:
    """Place every node.

    Parameters
    ----------
    subject
        The tree: a root, two parts or more, and one level of leaves.
    narrow
        False for two columns either side of a trunk, True for one column beside it.

    Returns
    -------
    Layout
        Boxes that do not overlap, and the lines between them.
    """
    column = 310.0 if narrow else 330.0
    gutter = len(subject.children) * _LANE + 12.0 if narrow else 64.0
    width = (gutter + column if narrow else 2 * column + gutter) + 2 * _MARGIN
    root_width = width - 2 * _MARGIN if narrow else 340.0
    root = Box(subject, (width - root_width) / 2, _MARGIN, root_width, 52.0, -1)
    boxes = [root]
    lines: list[tuple[str, int]] = []

    sizes = [
        _PART_HEIGHT + len(part.children) * (_LEAF_HEIGHT + _LEAF_GAP) + _PART_GAP
        for part in subject.children
    ]
    top = root.y + root.height + _PART_GAP
    # The left column takes parts, in reading order, until the two columns are most nearly level.
    cut = len(sizes)
    if not narrow:
        cut = min(range(1, len(sizes)), key=lambda n: abs(sum(sizes[:n]) - sum(sizes[n:])))

    bottom = top
    for number, part in enumerate(subject.children):
        left = number < cut
        if number in (0, cut):
            y = top
        x = _MARGIN + (gutter if narrow else 0.0 if left else column + gutter)
        head = Box(part, x, y, column, _PART_HEIGHT, number)
        boxes.append(head)
        middle = head.y + head.height / 2
        # Each part has its own lane of the trunk, and the first to leave runs on the outside.
        if narrow:
            trunk, edge, toward = _MARGIN + (len(sizes) - number) * _LANE, x, 1
        elif left:
            trunk, edge, toward = width / 2 - (cut - number - 0.5) * _LANE, x + column, -1
        else:
            trunk, edge, toward = width / 2 + (len(sizes) - number - 0.5) * _LANE, x, 1
        lines.append(
            (
                f"M{trunk:g} {root.y + root.height / 2:g}V{middle - 10:g}"
                f"Q{trunk:g} {middle:g} {trunk + toward * 10:g} {middle:g}H{edge:g}",
                number,
            )
        )
        y += _PART_HEIGHT + _LEAF_GAP
        spine = x + 10.0
        for leaf in part.children:
            box = Box(leaf, x + _INDENT, y, column - _INDENT, _LEAF_HEIGHT, number)
            boxes.append(box)
            middle = box.y + box.height / 2
            lines.append((f"M{spine:g} {head.y + head.height:g}V{middle:g}H{box.x:g}", number))
            y += _LEAF_HEIGHT + _LEAF_GAP
        bottom = max(bottom, y)
        y += _PART_GAP
    return Layout(width, bottom - _LEAF_GAP + _MARGIN, tuple(boxes), tuple(lines))


def _colour(part: int) -> str:
    """Return the class that gives what belongs to a part its colour."""
    return f"part-{part % COLOURS}"


def _draw(box: Box) -> str:
    """Return one box as SVG, wrapped in a link if it is a page's."""
    node = box.node
    root = box.part < 0
    kind = "root" if root else f"{'leaf' if node.page else 'part'} {_colour(box.part)}"
    x = box.x + (box.width / 2 if root else 14.0)
    anchor = ' text-anchor="middle"' if root else ""
    middle = box.y + box.height / 2
    title = html.escape(node.title)
    rows = [f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"/>']
    if node.note:
        rows.append(f'<text class="title" x="{x:g}" y="{middle - 4:g}"{anchor}>{title}</text>')
        note = html.escape(node.note)
        rows.append(f'<text class="note" x="{x:g}" y="{middle + 14:g}"{anchor}>{note}</text>')
    else:
        rows.append(f'<text class="title" x="{x:g}" y="{middle + 5:g}"{anchor}>{title}</text>')
    drawn = f'<g class="node {kind}">{"".join(rows)}</g>'
    return f'<a href="{html.escape(href(node.page))}">{drawn}</a>' if node.page else drawn


def picture(subject: Node, *, narrow: bool = False) -> str:
    """Return the map as an SVG element whose colours follow the page's theme.

    Parameters
    ----------
    subject
        The tree to draw.
    narrow
        Whether to draw for a telephone's width.

    Returns
    -------
    str
        An ``<svg>`` element to be placed in a page.
    """
    layout = lay_out(subject, narrow=narrow)
    lines = "".join(
        f'<path class="{_colour(part)}" d="{path}"/>' for path, part in reversed(layout.lines)
    )
    boxes = "".join(map(_draw, layout.boxes))
    size = f"{layout.width:g} {layout.height:g}"
    shape = "narrow" if narrow else "wide"
    return (
        f'<svg class="mind-map {shape}" viewBox="0 0 {size}" role="group" '
        f'aria-label="Mind map of the course; the outline below says the same in words">'
        f'<g class="lines" aria-hidden="true">{lines}</g>{boxes}</svg>'
    )


def outline(subject: Node) -> str:
    """Return the map as nested HTML lists, with the same links as the picture."""

    def item(node: Node) -> str:
        title = html.escape(node.title)
        if node.page:
            title = f'<a href="{html.escape(href(node.page))}">{title}</a>'
        note = f": {html.escape(node.note)}" if node.note else ""
        below = "".join(map(item, node.children))
        return f"<li>{title}{note}{f'<ul>{below}</ul>' if below else ''}</li>"

    return f'<ul class="mind-map-outline">{item(subject)}</ul>'


def _display(markup: str) -> None:
    """Display HTML in the notebook that runs the page."""
    import IPython.display

    ipython: Any = IPython.display
    ipython.display(ipython.HTML(markup))


def show_picture() -> None:
    """Display the map, drawn for wide and for narrow screens; the style sheet shows one."""
    subject = course()
    drawings = picture(subject) + picture(subject, narrow=True)
    _display(f'<div class="mind-map-frame">{drawings}</div>')


def show_outline() -> None:
    """Display the outline."""
    _display(outline(course()))
