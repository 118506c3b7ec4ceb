"""The proof at start-up: each promise of the sandbox, broken on purpose, is found to be broken."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from autograder.errors import GraderError
from autograder.sandbox import launcher, proof
from autograder.sandbox.parent import WarmParent
from autograder.sandbox.proof import prove

# What is taken out of a file of `inside`, or put into its place, and the promise that it breaks.
EDITS = {
    "memory": ("isolation", "(resource.RLIMIT_AS, _virtual_size() + limits.memory * mebibyte),", "",
               "memory limit bites|used more memory than it may"),
    "tasks": ("isolation", "(resource.RLIMIT_NPROC, limits.tasks),", "", "task limit bites"),
    "processes": ("warm_parent", "if len(theirs) > limits.processes:", "if False:",
                  "process limit bites"),
    "file size": ("isolation", "(resource.RLIMIT_FSIZE, limits.file * mebibyte),", "",
                  "file size limit bites"),
    "open files": ("isolation", "(resource.RLIMIT_NOFILE, limits.open_files),", "",
                   "limit of open files bites"),
    "processor": ("isolation", "(resource.RLIMIT_CPU, limits.cpu),", "",
                  "processor time is limited"),
    "size of scratch": ("isolation", "size={limits.scratch}m,", "", "scratch is limited"),
    "number of files": ("isolation", "nr_inodes={limits.files},", "", "scratch is limited"),
    "time": ("warm_parent", "deadline = time.monotonic() + terms.limits.wall",
             "deadline = time.monotonic() + 3600", "time is limited"),
    "filter": ("isolation", "    _refuse_calls()\n\n\ndef set_limits", "\n\ndef set_limits",
               "kernel objects are refused"),
    "filter of sockets": ("isolation", '"socket": (41, 198),', "", "sockets are refused"),
    "one call of many": ("isolation", "refused = list(refused_calls().values())",
                         "refused = list(refused_calls().values())[1:]",
                         "kernel objects are refused"),
    "namespaces": ("isolation", '_write("/proc/sys/user/max_user_namespaces", "0")', "pass",
                   "privileges are gone"),
    "scratch of its own": ("isolation", "for directory in _WRITABLE:", "for directory in ():",
                           "one child sees nothing of another"),
    "process table": ("isolation",
                      '_call("mount", b"proc", b"/proc", b"proc", safe | _MS_NOEXEC, None)', "pass",
                      "other processes are invisible"),
    "covered files": ("isolation",
                      '_call("mount", b"/dev/null", path.encode(), None, _MS_BIND, None)', "pass",
                      "course is unreadable"),
}  # fmt: skip


def proved(hidden: list[Path], forbidden: tuple[str, ...] = ()) -> None:
    with closing(WarmParent(("numpy",), forbidden=forbidden)) as parent:
        parent.start(hidden)
        parent.wait_until_ready()
        prove(parent, hidden)


@pytest.mark.parametrize(("module", "old", "new", "promise"), EDITS.values(), ids=list(EDITS))
def test_a_promise_that_the_inside_breaks_is_found_broken(
    module: str, old: str, new: str, promise: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "inside"
    shutil.copytree(launcher.INSIDE, inside, ignore=shutil.ignore_patterns("__pycache__"))
    file = inside / f"{module}.py"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(launcher, "INSIDE", inside)
    with pytest.raises(GraderError, match=promise):
        proved([], forbidden=("json.dump",))


def with_network(arguments: list[str]) -> list[str]:
    parts = ["--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts"]
    return [word for a in arguments for word in (parts if a == "--unshare-all" else [a])]


def test_a_network_that_can_be_reached_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "inside"
    shutil.copytree(launcher.INSIDE, inside, ignore=shutil.ignore_patterns("__pycache__"))
    file = inside / "isolation.py"
    text = file.read_text(encoding="utf-8").replace(" | _CLONE_NEWNET", "")
    file.write_text(text.replace('    "socket": (41, 198),\n', ""), encoding="utf-8")
    monkeypatch.setattr(launcher, "INSIDE", inside)
    whole = launcher._inner
    monkeypatch.setattr(launcher, "_inner", lambda *given: with_network(whole(*given)))
    with pytest.raises(GraderError, match="network is refused"):
        proved([])


def test_a_home_that_can_be_read_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    home = next(path for path in launcher.readable_directories())  # as if packages lay in it
    (part, *_) = sorted(path for path in home.iterdir() if path.is_dir())
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.setattr(proof, "readable_directories", lambda: [part])
    with pytest.raises(GraderError, match=f"home directory is unreadable: {home}/"):
        proved([])


def test_a_place_that_can_be_written_to_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = launcher._inner

    def left_writable(*given: object) -> list[str]:
        arguments = whole(*given)
        at = arguments.index("/dev", arguments.index("--remount-ro"))
        return arguments[: at - 1] + arguments[at + 1 :]

    monkeypatch.setattr(launcher, "_inner", left_writable)
    with pytest.raises(GraderError, match=r"only scratch is writable: .* in /dev"):
        proved([])


def test_what_holds_is_proved() -> None:
    proved([Path(__file__).resolve().parents[2] / "solutions"], forbidden=("json.dump",))
