"""What every page of the book imports: data, figure style and reporting.

The three modules are imported one by one, so that a page pays only for what it uses::

    from book.support import data, report, style
"""

from __future__ import annotations

import time
from typing import Final

STARTED: Final[float] = time.perf_counter()
"""When the page began, by the performance counter; `report.foot` counts from here."""
