"""Pictures that move: every frame is drawn when the book is built, and sliders step through them.

The pictures lie in the cell's output, so they work without a kernel and without a network; the
book keeps them as files beside its pages (`book._ext.course_site`). Without JavaScript, and on
paper, the reader sees one frame: the one that the dials start on.
"""

from __future__ import annotations

import base64
import html
import io
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

MOST_FRAMES: Final[int] = 80
"""More would make a page too heavy to load on a telephone."""

_DOTS_PER_INCH: Final[int] = 132
_COLOURS: Final[int] = 64


@dataclass(frozen=True)
class Dial:
    """One slider.

    Attributes
    ----------
    label
        What the slider changes, as it stands beside it, with its unit.
    values
        The settings, from left to right; each is handed to the drawing function as it is.
    format
        Turns a setting into the text that the reader sees.
    start
        Index of the setting that is shown first and printed; negative ones count from the end.
        Choose the one that a reader should see who sees only one.
    """

    label: str
    values: Sequence[Any]
    format: Callable[[Any], str] = str
    start: int = 0


def show(
    draw: Callable[..., Any],
    dials: Sequence[Dial],
    *,
    alt: str | Callable[..., str],
    caption: str,
    name: str,
    seconds: float = 0.15,
) -> None:
    """Draw every frame and display the picture with its sliders.

    Parameters
    ----------
    draw
        Called with one value of each dial; returns a Matplotlib figure, which is closed here. All
        figures must have one size, and should have the same limits of their axes.
    dials
        One or two. A single dial gets a button that plays it from left to right.
    alt
        What the picture shows: one text, or a function of the same values.
    caption
        What to see. Plain text.
    name
        The picture's own id on its page, such as ``"moving-dropout-rate"``.
    seconds
        How long each frame stays when it is played.

    Raises
    ------
    ValueError
        If there are no dials or more than two, more than `MOST_FRAMES` frames, or figures of
        different sizes.
    """
    import IPython.display

    display: Any = IPython.display.display
    markup, text = as_html(draw, dials, alt=alt, caption=caption, name=name, seconds=seconds)
    display({"text/html": markup, "text/plain": text}, raw=True)


def as_html(
    draw: Callable[..., Any],
    dials: Sequence[Dial],
    *,
    alt: str | Callable[..., str],
    caption: str,
    name: str,
    seconds: float,
) -> tuple[str, str]:
    """Return what `show` displays: the markup, and the text of the first frame."""
    if not 1 <= len(dials) <= 2:
        raise ValueError(f"a moving picture has one dial or two, not {len(dials)}")
    settings = list(itertools.product(*(dial.values for dial in dials)))
    if len(settings) > MOST_FRAMES:
        raise ValueError(f"{len(settings)} frames are too heavy for a page: {MOST_FRAMES} at most")
    drawn = [_picture(draw(*values)) for values in settings]
    sizes = {size for _, size in drawn}
    if len(sizes) != 1:
        raise ValueError(f"frames differ in size: {sorted(sizes)}")
    told = [alt if isinstance(alt, str) else alt(*values) for values in settings]
    first = 0
    for dial in dials:
        first = first * len(dial.values) + range(len(dial.values))[dial.start]
    (width, height), frames = sizes.pop(), [source for source, _ in drawn]
    # "</" would end the script element early.
    data = json.dumps({"frames": frames, "alt": told}, ensure_ascii=False).replace("</", "<\\/")
    controls = "".join(_control(dial, f"{name}-dial-{i}") for i, dial in enumerate(dials))
    if len(dials) == 1:
        controls += '<button type="button" class="frames-play">Play</button>'
    markup = (
        f'<figure class="frames" id="{html.escape(name)}" data-seconds="{seconds:g}">'
        f'<img src="{frames[first]}" alt="{html.escape(told[first])}" '
        f'width="{width}" height="{height}">'
        f'<div class="frames-controls" hidden>{controls}</div>'
        f"<figcaption>{html.escape(caption)}</figcaption>"
        f'<script type="application/json">{data}</script></figure>'
    )
    return markup, told[first]


def _control(dial: Dial, identity: str) -> str:
    texts = [dial.format(value) for value in dial.values]
    start = range(len(texts))[dial.start]
    return (
        f'<label for="{html.escape(identity)}">{html.escape(dial.label)}</label>'
        f'<input type="range" id="{html.escape(identity)}" min="0" max="{len(texts) - 1}" step="1" '
        f'value="{start}" data-texts="{html.escape(json.dumps(texts, ensure_ascii=False))}" '
        f'aria-valuetext="{html.escape(texts[start])}">'
        f'<output for="{html.escape(identity)}">{html.escape(texts[start])}</output>'
    )


def _picture(figure: Any) -> tuple[str, tuple[int, int]]:
    """Return a figure as a data address, and its size on the page in CSS pixels."""
    import matplotlib.pyplot as plt
    from PIL import Image

    drawn, packed = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=_DOTS_PER_INCH)
    width, height = figure.get_size_inches() * 96
    plt.close(figure)
    # Few colours, packed without loss, are half the bytes of a photograph's compression.
    # (The octree's palette keeps the hues; a median cut turned a line's blue into its neighbour.)
    few = Image.open(drawn).convert("RGB").quantize(_COLOURS, Image.Quantize.FASTOCTREE)
    few.convert("RGB").save(packed, format="webp", lossless=True, method=4)
    source = base64.b64encode(packed.getvalue()).decode("ascii")
    return f"data:image/webp;base64,{source}", (round(width), round(height))
