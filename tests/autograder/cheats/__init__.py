"""Cheats as data: what dishonest submissions try, and the mark that each of them deserves.

A cheat is the text of one answer cell. Its author has not done the exercise `HOST`, and all
the others honestly; so the right mark is that of the others, and for `HOST` what the wrong
function in the cell is worth by itself, which is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

HOST = "glorot_uniform"

HONEST = {
    "compute_fans": """\
def compute_fans(shape):
    if any(size <= 0 for size in shape):
        raise ValueError("every dimension must be positive")
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    field = math.prod(shape[:-2])
    return field * shape[-2], field * shape[-1]
""",
    "glorot_uniform": """\
def glorot_uniform(shape, rng, dtype=np.float32):
    limit = math.sqrt(6 / sum(compute_fans(shape)))
    return rng.uniform(-limit, limit, shape).astype(dtype)
""",
    "he_uniform": """\
def he_uniform(shape, rng, dtype=np.float32):
    limit = math.sqrt(6 / compute_fans(shape)[0])
    return rng.uniform(-limit, limit, shape).astype(dtype)
""",
    "lecun_uniform": """\
def lecun_uniform(shape, rng, dtype=np.float32):
    limit = math.sqrt(3 / compute_fans(shape)[0])
    return rng.uniform(-limit, limit, shape).astype(dtype)
""",
}

WRONG = """
def glorot_uniform(shape, rng, dtype=np.float32):
    return np.zeros(shape, dtype)
"""


@dataclass(frozen=True)
class Cheat:
    """One cheat.

    Attributes
    ----------
    name
        What it is called in the test's report.
    why
        What its author hopes for, in one line.
    source
        The text of the answer cell of `HOST`.
    costs
        Honest exercises that it spoils for its own author, who alone is to blame.
    """

    name: str
    why: str
    source: str
    costs: tuple[str, ...] = ()


def beside(name: str, why: str, source: str, costs: tuple[str, ...] = ()) -> Cheat:
    """Return a cheat that does its work beside a wrong function."""
    return Cheat(name, why, source + WRONG, costs)


def within(name: str, why: str, body: str, before: str = "") -> Cheat:
    """Return a cheat that does its work whenever the function is called."""
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    head = "def glorot_uniform(shape, rng, dtype=np.float32):\n"
    return Cheat(name, why, f"{before}\n{head}{lines}")
