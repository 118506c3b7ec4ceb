"""What is computed hangs on the versions of what computes, and on no other."""

from __future__ import annotations

from book.pins import pinned

LOCK = """\
dask==2026.1 \\
    --hash=sha256:aa
    # via training-deep-networks (pyproject.toml)
numpy==2.4 ; python_full_version < '3.12' \\
    --hash=sha256:bb
    # via
    #   keras
    #   dask
numpy==2.5 ; python_full_version >= '3.12' \\
    --hash=sha256:cc
    # via keras
keras==3.12 \\
    --hash=sha256:dd
    # via tensorflow
namex[all]==0.1 \\
    --hash=sha256:ee
    # via keras
"""


def test_what_a_package_needs_counts_in_every_version() -> None:
    assert pinned(LOCK, "keras").splitlines() == [
        "keras==3.12",
        "namex==0.1",
        "numpy==2.4",
        "numpy==2.5",
    ]


def test_what_is_locked_for_something_else_does_not() -> None:
    newer = LOCK.replace("dask==2026.1", "dask==2026.2").replace("sha256:aa", "sha256:ff")
    assert newer != LOCK
    assert pinned(newer, "keras") == pinned(LOCK, "keras")
    assert pinned(newer, "dask") != pinned(LOCK, "dask")


def test_what_is_needed_of_what_is_needed_counts() -> None:
    newer = LOCK.replace("numpy==2.5", "numpy==2.6")
    assert pinned(newer, "tensorflow") != pinned(LOCK, "tensorflow")
    assert pinned(newer, "namex") == pinned(LOCK, "namex") == "namex==0.1"
