"""The mind map: one tree, drawn as a picture and written as an outline.

The tree in `SUBJECT` is the only list of the course's pages besides ``_toc.yml``. A node names the
page it belongs to, whether or not that page is written yet: the page is linked from the moment
``_toc.yml`` lists it.
"""

from __future__ import annotations

import html
import posixpath
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final[Path] = Path(__file__).resolve().parents[2]
MAP_PAGE: Final[str] = "book/mind-map"
_ELL: Final[str] = "\N{SCRIPT SMALL L}"


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


def _part(title: str, *leaves: tuple[str, str, str]) -> Node:
    """Return a part of the course from ``(title, note, page)`` triples."""
    return Node(
        title, children=tuple(Node(name, note, f"book/{page}") for name, note, page in leaves)
    )


SUBJECT: Final[Node] = Node(
    "Training deep neural networks",
    children=(
        _part(
            "Opening",
            ("Home", "how to read, practise and be graded", "index"),
            ("Notation", "one symbol table for every page", "notation"),
            ("Glossary", "every term, in English and Chinese", "glossary"),
            ("Bibliography", "the original papers", "bibliography"),
            ("The exercises", "ten notebooks, graded by machine", "exercises"),
            ("For instructors", "grading code nobody has read", "instructors-guide"),
            ("How good the checks are", "what they refuse and accept", "quality"),
            ("How sure the claims are", "other seeds, other processors", "claims"),
        ),
        _part(
            "Vanishing and exploding gradients",
            (
                "The problem",
                "a product of Jacobians; saturation",
                "gradients/vanishing-and-exploding",
            ),
            ("Initialisation", "LeCun, Glorot, He; fans and gains", "gradients/initialisation"),
            ("Activations", "from sigmoid to Mish; dead units", "gradients/activations"),
            (
                "Batch normalisation",
                "training, inference, folding",
                "gradients/batch-normalisation",
            ),
            (
                "Gradient clipping",
                "by value, by norm, by global norm",
                "gradients/gradient-clipping",
            ),
        ),
        _part(
            "Reusing pretrained layers",
            (
                "Transfer learning",
                "new head, freezing, fine-tuning",
                "pretrained-layers/transfer-learning",
            ),
            (
                "Unsupervised pretraining",
                "an autoencoder and few labels",
                "pretrained-layers/unsupervised-pretraining",
            ),
            (
                "Auxiliary task",
                "labels that cost nothing",
                "pretrained-layers/auxiliary-task",
            ),
        ),
        _part(
            "Faster optimisers",
            (
                "Momentum and Nesterov",
                "a ball that rolls, and one that looks",
                "optimisers/momentum-and-nesterov",
            ),
            (
                "AdaGrad and RMSProp",
                "a step size for each weight",
                "optimisers/adagrad-and-rmsprop",
            ),
            ("The Adam family", "Adam, AdaMax, Nadam, AdamW", "optimisers/adam-family"),
            (
                "Learning-rate schedules",
                "power to 1cycle; the range test",
                "optimisers/learning-rate-schedules",
            ),
        ),
        _part(
            "Avoiding overfitting",
            (
                f"{_ELL}1 and {_ELL}2",
                "shrink the weights, or zero them",
                "regularisation/l1-and-l2",
            ),
            ("Dropout", "and alpha dropout for SELU", "regularisation/dropout"),
            ("MC dropout", "uncertainty, and what it costs", "regularisation/mc-dropout"),
            ("Max-norm", "a ceiling on each unit's weights", "regularisation/max-norm"),
        ),
        _part(
            "Practical guide",
            (
                "Where to start",
                "default configurations, a decision aid",
                "practical-guide/default-configurations",
            ),
            (
                "Sparse and fast",
                "pruning, folding, low precision",
                "practical-guide/sparse-and-fast",
            ),
            (
                "Diagnose this curve",
                "six runs that went wrong",
                "practical-guide/diagnose-this-curve",
            ),
        ),
        _part(
            "End-of-chapter exercises",
            ("Review questions", "seven, each settled by a run", "exercises/review"),
            ("Capstone: CIFAR-10", "twenty layers, six experiments", "exercises/capstone"),
        ),
    ),
)


def written_pages(toc: Path = ROOT / "_toc.yml") -> frozenset[str]:
    """Return the names of the pages that ``_toc.yml`` lists."""
    from sphinx_external_toc.parsing import parse_toc_yaml

    return frozenset(parse_toc_yaml(toc))


def href(page: str) -> str:
    """Return the address of a page as seen from the map's own page."""
    return posixpath.relpath(f"{page}.html", posixpath.dirname(MAP_PAGE))


# --- the picture ----------------------------------------------------------------------------------

TITLE_SIZE: Final[float] = 15.0
NOTE_SIZE: Final[float] = 12.5
PART_SIZE: Final[float] = 15.0
ROOT_SIZE: Final[float] = 17.0

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


def lay_out(subject: Node = SUBJECT, *, narrow: bool = False) -> Layout:
    """Place every node.

    Parameters
    ----------
    subject
        The tree: a root, its parts, and one level of leaves.
    narrow
        False for two columns either side of a trunk, True for one column beside it.

    Returns
    -------
    Layout
        Boxes that do not overlap, and the lines between them.
    """
    column = 310.0 if narrow else 330.0
    gutter = 40.0 if narrow else 64.0
    width = (gutter + column if narrow else 2 * column + gutter) + 2 * _MARGIN
    root_width = width - 2 * _MARGIN if narrow else 340.0
    root = Box(subject, (width - root_width) / 2, _MARGIN, root_width, 46.0, -1)
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


def _draw(box: Box, written: Set[str]) -> str:
    """Return one box as SVG, wrapped in a link if its page is written."""
    node = box.node
    kind = "root" if box.part < 0 else "leaf" if node.page else "part"
    live = node.page in written
    state = "" if kind != "leaf" else " live" if live else " to-come"
    x = box.x + (box.width / 2 if kind == "root" else 14.0)
    anchor = ' text-anchor="middle"' if kind == "root" else ""
    middle = box.y + box.height / 2
    rows = [f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"/>']
    title = html.escape(node.title)
    if node.note:
        rows.append(f'<text class="title" x="{x:g}" y="{middle - 4:g}">{title}</text>')
        note = html.escape(node.note)
        rows.append(f'<text class="note" x="{x:g}" y="{middle + 14:g}">{note}</text>')
    else:
        rows.append(f'<text class="title" x="{x:g}" y="{middle + 5:g}"{anchor}>{title}</text>')
    drawn = f'<g class="node {kind}{state} part-{box.part}">{"".join(rows)}</g>'
    if live and node.page is not None:
        drawn = f'<a href="{html.escape(href(node.page))}">{drawn}</a>'
    return drawn


def picture(
    subject: Node = SUBJECT, written: Set[str] | None = None, *, narrow: bool = False
) -> str:
    """Return the map as an SVG element whose colours follow the page's theme.

    Parameters
    ----------
    subject
        The tree to draw.
    written
        Names of the pages to link; by default those that ``_toc.yml`` lists.
    narrow
        Whether to draw for a telephone's width.

    Returns
    -------
    str
        An ``<svg>`` element to be placed in a page.
    """
    pages = written_pages() if written is None else written
    layout = lay_out(subject, narrow=narrow)
    lines = "".join(
        f'<path class="part-{part}" d="{path}"/>' for path, part in reversed(layout.lines)
    )
    boxes = "".join(_draw(box, pages) for box in layout.boxes)
    size = f"{layout.width:g} {layout.height:g}"
    shape = "narrow" if narrow else "wide"
    return (
        f'<svg class="mind-map {shape}" viewBox="0 0 {size}" role="group" '
        f'aria-label="Mind map of the course; the outline below says the same in words">'
        f'<g class="lines" aria-hidden="true">{lines}</g>{boxes}</svg>'
    )


def outline(subject: Node = SUBJECT, written: Set[str] | None = None) -> str:
    """Return the map as nested HTML lists, with the same links as the picture."""
    pages = written_pages() if written is None else written

    def item(node: Node) -> str:
        title = html.escape(node.title)
        if node.page in pages and node.page is not None:
            title = f'<a href="{html.escape(href(node.page))}">{title}</a>'
        note = f": {html.escape(node.note)}" if node.note else ""
        to_come = "" if node.page is None or node.page in pages else " <em>(to come)</em>"
        below = "".join(item(child) for child in node.children)
        return f"<li>{title}{note}{to_come}{f'<ul>{below}</ul>' if below else ''}</li>"

    return f'<ul class="mind-map-outline">{item(subject)}</ul>'


def _display(markup: str) -> None:
    """Display HTML in the notebook that runs the page."""
    import IPython.display

    ipython: Any = IPython.display
    ipython.display(ipython.HTML(markup))


def show_picture() -> None:
    """Display the map, drawn for wide and for narrow screens; the style sheet shows one."""
    _display(f'<div class="mind-map-frame">{picture()}{picture(narrow=True)}</div>')


def show_outline() -> None:
    """Display the outline."""
    _display(outline())
