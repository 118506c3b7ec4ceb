"""Packs what a page loads when a reader asks for it: scripts, which a page from a disk may load.

A page from ``file://`` can fetch nothing, but it can add a script to itself. So every file becomes
a script that hands over its content, packed with gzip and written in base64:
``practise.take(name, content)``. The same scripts do on a server.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent

# To be counted up when the same files are packed otherwise.
FORMAT = 1

# What a page loads together. NumPy comes with Python; the others when they are needed.
GROUPS = ("numpy", "scipy", "matplotlib")


class Script(NamedTuple):
    """A script that others `require`, and its licence."""

    code: str
    licence: str


def as_script(name: str, content: bytes) -> str:
    """Return a script that hands a file over to the page."""
    packed = base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()
    return f"practise.take({json.dumps(name)}, {json.dumps(packed)});\n"


def write(folder: Path, name: str, content: bytes) -> int:
    """Write a file as a script into `folder`; return how large the script is."""
    script = as_script(name, content)
    (folder / f"{name}.js").write_text(script, encoding="utf-8")
    return len(script)


def write_runtime(
    folder: Path, files: Mapping[str, bytes], lock: Mapping[str, Any], scripts: Mapping[str, Script]
) -> None:
    """Write all that was fetched, a list of it, and the licences.

    Parameters
    ----------
    folder
        Where to.
    files
        Pyodide's core and the wheels, by their names.
    lock
        Pyodide's lock, which says what a package depends on.
    scripts
        The editor's, by the names by which they call each other.
    """
    sizes = {name: write(folder, name, content) for name, content in files.items()}
    groups: dict[str, list[str]] = {}
    known: set[str] = set()
    wheels = {wheel["file_name"] for wheel in lock["packages"].values()}
    for group in GROUPS:
        wanted = {lock["packages"][name]["file_name"] for name in _with_needs(group, lock)}
        if not groups:  # the core comes with the first
            wanted |= set(files) - wheels
        groups[group] = sorted(wanted - known)
        known |= wanted
    listed = {name: {file: sizes[file] for file in group} for name, group in groups.items()}
    text = f"practise.files = {json.dumps(listed)};\npractise.lock = {json.dumps(lock)};\n"
    (folder / "files.js").write_text(text, encoding="utf-8")
    (folder / "editor.js").write_text(_linked(scripts), encoding="utf-8")
    (folder / "LICENCES.txt").write_text(_licences(scripts, lock), encoding="utf-8")


def _with_needs(package: str, lock: Mapping[str, Any]) -> set[str]:
    """Return a package of the lock and all that it needs."""
    needs = lock["packages"][package]["depends"]
    return {package}.union(*(_with_needs(name, lock) for name in needs))


def _linked(scripts: Mapping[str, Script]) -> str:
    """Return one script of many that `require` each other: CommonJS, and no more of it."""
    bodies = ",\n".join(
        f"{json.dumps(name)}(module, exports, require) {{\n{script.code}\n}}"
        for name, script in scripts.items()
    )
    return f"""\
practise.require = (() => {{
const made = {{}};
const bodies = {{
{bodies}
}};
return function require(name) {{
  if (!made[name]) {{
    const module = {{ exports: {{}} }};
    bodies[name](module, module.exports, require);
    made[name] = module.exports;
  }}
  return made[name];
}};
}})();
"""


def _licences(scripts: Mapping[str, Script], lock: Mapping[str, Any]) -> str:
    packages = ", ".join(f"{name} {p['version']}" for name, p in sorted(lock["packages"].items()))
    parts = [
        "What lies in this folder is other people's work.",
        "Pyodide (https://github.com/pyodide/pyodide, where its source is) is under the Mozilla\n"
        "Public License 2.0, which is below. It contains CPython, which is under the licence of\n"
        "the Python Software Foundation.",
        f"The wheels have their licences in them: {packages}.",
        *(f"{name}\n\n{script.licence.strip()}" for name, script in scripts.items()),
        (HERE / "MPL-2.0.txt").read_text(encoding="utf-8").strip(),
    ]
    line = "\n\n" + "-" * 80 + "\n\n"
    return line.join(parts) + "\n"
