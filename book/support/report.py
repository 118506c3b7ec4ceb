"""Numbers for the prose, and the small print under each page."""

from __future__ import annotations

import html
import os
import platform
import re
import sys
import time
from typing import Any, Final

from book import support
from book.support import claims

_SUPERSCRIPTS: Final[dict[int, int]] = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MINUS: Final[str] = "\N{MINUS SIGN}"
_TIMES: Final[str] = "\N{MULTIPLICATION SIGN}"
_LIBRARIES: Final[dict[str, str]] = {
    "numpy": "NumPy",
    "keras": "Keras",
    "tensorflow": "TensorFlow",
    "matplotlib": "Matplotlib",
}


def format_number(value: float | str, spec: str = ".3g") -> str:
    """Return a number as it should stand in a sentence.

    Parameters
    ----------
    value
        The number; text is returned as it is.
    spec
        A format specification of Python's, such as ``".3g"``, ``",d"`` or ``".1%"``.

    Returns
    -------
    str
        The formatted number with a true minus sign, and powers of ten as powers of ten.

    Examples
    --------
    >>> format_number(0.5, ".1%")
    '50.0%'
    """
    if isinstance(value, str):
        return value
    text = format(value, spec)
    match = re.fullmatch(r"(.*)[eE]([+-]\d+)", text)
    if match is not None:
        power = str(int(match[2])).translate(_SUPERSCRIPTS)
        text = f"{match[1]} {_TIMES} 10{power}"
    return text.replace("-", _MINUS)


def glue_number(name: str, value: float | str, spec: str = ".3g") -> None:
    """Keep a number under a name, so that prose can show it with ``{glue:text}`name```.

    Parameters
    ----------
    name
        The name used in the prose; it must be unique on its page.
    value
        The number a run has produced (or a short text, which is kept as it is).
    spec
        A format specification of Python's.
    """
    from myst_nb import glue

    glue(name, format_number(value, spec), display=False)


def _device() -> str:
    """Name what the page ran on."""
    cores = os.cpu_count() or 1
    device = f"CPU, {cores} core" + ("s" if cores > 1 else "")
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None:
        gpus = tensorflow.config.list_physical_devices("GPU")
        if gpus:
            details = tensorflow.config.experimental.get_device_details(gpus[0])
            device = f"GPU, {details.get('device_name', 'unnamed')}"
    return device


def foot_lines(seed: int) -> dict[str, str]:
    """Return what the foot says, as label and value pairs.

    Parameters
    ----------
    seed
        The seed from which the page's random numbers come.

    Returns
    -------
    dict
        Versions (only of libraries that the page has imported), seed, run time, device, and how
        many of the page's claims hold on it.
    """
    versions = [f"Python {platform.python_version()}"]
    for module, name in _LIBRARIES.items():
        version = getattr(sys.modules.get(module), "__version__", None)
        if version is not None:
            versions.append(f"{name} {version}")
    elapsed = time.perf_counter() - support.STARTED
    held = [claim.held for claim in claims.stated()]
    return {
        "Ran with": ", ".join(versions),
        "Seed": str(seed),
        "Run time": f"{elapsed:.0f} s" if elapsed >= 10 else f"{elapsed:.1f} s",
        "Device": _device(),
    } | ({"Claims": f"{sum(held)} of {len(held)} hold here"} if held else {})


def foot(seed: int) -> None:
    """Display the page's small print: versions, seed, run time, device, and how the claims fared.

    Call it in a page's last cell.

    Parameters
    ----------
    seed
        The seed from which the page's random numbers come.
    """
    import IPython.display

    display: Any = IPython.display.display
    lines = foot_lines(seed)
    items = "".join(
        f"<div><dt>{html.escape(label)}</dt><dd>{html.escape(value)}</dd></div>"
        for label, value in lines.items()
    )
    text = "; ".join(f"{label}: {value}" for label, value in lines.items())
    display({"text/html": f'<dl class="page-foot">{items}</dl>', "text/plain": text}, raw=True)
