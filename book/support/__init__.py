"""What every page of the book imports: data, figure style, reporting and the measuring of claims.

The modules are imported one by one, so that a page pays only for what it uses::

    from book.support import data, report, style

Importing any of them has the page's claims measured from the next cell on (`book.support.claims`).
"""

from __future__ import annotations

import time
from typing import Final

from book.support import claims

STARTED: Final[float] = time.perf_counter()
"""When the page began, by the performance counter; `report.foot` counts from here."""

claims.measure_in_notebooks()
