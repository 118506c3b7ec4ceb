"""Says which versions a lock holds of some packages and of all that they need."""

from __future__ import annotations

import re

_PIN = re.compile(r"([\w.-]+)(?:\[[\w,.-]+\])?==([^\s;]+)")
_USER = re.compile(r"\s+#\s+(?:via\s+)?([\w.-]+)")


def pinned(lock: str, *packages: str) -> str:
    """Return the pins of some packages and of what they need, a line each.

    What is locked for something else does not count: a new tool for contributors changes no result.

    Parameters
    ----------
    lock
        A lock as uv writes it, with the names of those that want a package below its pin.
    packages
        The names of the packages.
    """
    versions: dict[str, set[str]] = {}
    users: dict[str, set[str]] = {}
    name = ""
    for line in lock.splitlines():
        if pin := _PIN.match(line):
            name = pin[1]
            versions.setdefault(name, set()).add(pin[2])
            users.setdefault(name, set())
        elif name and (user := _USER.match(line)):
            users[name].add(user[1])
    needed = set(packages)
    while more := {n for n, wanted_by in users.items() if n not in needed and wanted_by & needed}:
        needed |= more
    return "\n".join(f"{n}=={v}" for n in sorted(needed) for v in sorted(versions.get(n, ())))
