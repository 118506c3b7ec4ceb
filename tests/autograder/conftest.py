"""What several tests of the grader share."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from autograder.judging import statistics


@pytest.fixture
def statistical_tests(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each statistical test has been run, from now on."""
    counts: Counter[str] = Counter()

    def count(name: str) -> None:
        real = getattr(statistics, name)

        def counting(*args: Any, **kwargs: Any) -> Any:
            counts[name] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(statistics, name, counting)

    for name in ("spread", "centred", "bounded", "distinct", "shaped", "uncorrelated"):
        count(name)
    return counts
