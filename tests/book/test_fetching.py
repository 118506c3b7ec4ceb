"""What is fetched for the pages' Python: held to its sums, from either place, or left out."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from book.practise import fetching, packing, site

LOCK = json.loads(fetching.LOCK.read_text(encoding="utf-8"))
WHEELS = [wheel["file_name"] for wheel in LOCK["packages"].values()]
CORE = ("pyodide.mjs", "pyodide.asm.mjs")


def sum_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def archive(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as made:
        for name, text in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text.encode())
            made.addfile(member, io.BytesIO(text.encode()))
    return content.getvalue()


EDITOR = {
    "state": archive({"dist/index.cjs": "exports.one = 1", "LICENSE": "MIT, of the state"}),
    "view": archive({"dist/index.cjs": "require('state')", "LICENSE": "MIT, of the view"}),
}
FILES = {name: f"the file {name}".encode() for name in (*CORE, *WHEELS)}


def a_wheel() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as wheel:
        for name, file in FILES.items():
            wheel.writestr(zipfile.ZipInfo(f"in/it/{name}"), file)
    return content.getvalue()


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the distribution and for npm, and what is pinned there."""
    place = tmp_path / "places"
    place.mkdir()
    for name, content in (FILES | EDITOR).items():
        (place / name).write_bytes(content)
    lock = {"info": {}, "packages": {n: dict(p) for n, p in LOCK["packages"].items()}}
    for wheel in lock["packages"].values():
        wheel["sha256"] = sum_of(FILES[wheel["file_name"]])
    sums = "\n".join(f'"{name}" = "{sum_of(FILES[name])}"' for name in CORE)
    tables = "".join(
        f'[[codemirror]]\nname = "{name}"\narchive = "{(place / name).as_uri()}"\n'
        f'sha256 = "{sum_of(content)}"\nscript = "dist/index.cjs"\n'
        for name, content in EDITOR.items()
    )
    pins = f'[pyodide]\ndistribution = "{place.as_uri()}/"\nwheel = "made-up==1"\n'
    pins += f'sha256 = "{sum_of(a_wheel())}"\ninside = "in/it/"\n[pyodide.core]\n{sums}\n{tables}'
    for name, text in (("PINS", pins), ("LOCK", json.dumps(lock))):
        file = tmp_path / name
        file.write_text(text)
        monkeypatch.setattr(fetching, name, file)
    monkeypatch.setattr(fetching, "_wheel", absent)
    return place


def absent(requirement: str, _deadline: float) -> bytes:
    raise fetching.CannotBeHad(f"{requirement} is not there")


def carried(script: Path) -> tuple[str, bytes]:
    """Return what a script hands over: a name and a content."""
    found = re.fullmatch(r'practise\.take\("(.*)", "(.*)"\);\n', script.read_text())
    assert found is not None
    return found[1], gzip.decompress(base64.b64decode(found[2]))


def test_every_file_is_packed_as_it_was_fetched(places: Path, tmp_path: Path) -> None:
    folder = tmp_path / "runtime"
    assert not fetching.is_ready(folder)
    fetching.fetch(folder)
    assert fetching.is_ready(folder)
    assert dict(carried(folder / f"{name}.js") for name in FILES) == FILES


def test_the_licences_go_with_it(places: Path, tmp_path: Path) -> None:
    fetching.fetch(tmp_path / "runtime")
    text = (tmp_path / "runtime/LICENCES.txt").read_text()
    assert "Mozilla Public License Version 2.0" in text
    assert "10.2. Effect of New Versions" in text
    assert "MIT, of the state" in text
    assert "MIT, of the view" in text
    assert "numpy 2.4.3" in text


def test_each_group_names_what_the_ones_before_it_have_not(places: Path, tmp_path: Path) -> None:
    fetching.fetch(tmp_path / "runtime")
    text = (tmp_path / "runtime/files.js").read_text()
    groups = json.loads(re.search(r"practise\.files = (.*);", text)[1])
    assert list(groups) == ["numpy", "scipy", "matplotlib"]
    assert set(groups["numpy"]) >= set(CORE)
    assert [name.split("-")[0] for name in groups["scipy"]] == ["scipy"]
    assert sorted(name for group in groups.values() for name in group) == sorted(FILES)


def test_where_the_distribution_cannot_be_had_a_wheel_will_do(
    places: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (places / CORE[0]).unlink()
    with pytest.raises(fetching.CannotBeHad, match="made-up==1 is not there"):
        fetching.fetch(tmp_path / "runtime")
    monkeypatch.setattr(fetching, "_wheel", lambda *_: b"another")
    with pytest.raises(fetching.CannotBeHad, match="made-up==1 is not the file"):
        fetching.fetch(tmp_path / "runtime")
    monkeypatch.setattr(fetching, "_wheel", lambda *_: a_wheel())
    fetching.fetch(tmp_path / "runtime")
    assert dict(carried(tmp_path / f"runtime/{name}.js") for name in FILES) == FILES


@pytest.mark.parametrize("name", [CORE[0], WHEELS[-1], "view"])
def test_a_file_that_is_another_is_refused_and_nothing_is_left(
    places: Path, tmp_path: Path, name: str
) -> None:
    (places / name).write_bytes(b"another")
    with pytest.raises(fetching.CannotBeHad, match="is not"):
        fetching.fetch(tmp_path / "runtime")
    assert not (tmp_path / "runtime").exists()


def test_what_takes_too_long_is_left_out(places: Path, tmp_path: Path) -> None:
    with pytest.raises(fetching.CannotBeHad, match="takes too long"):
        fetching.fetch(tmp_path / "runtime", seconds=-1)


def test_a_fetch_for_other_pins_is_not_taken_for_this_one(places: Path, tmp_path: Path) -> None:
    fetching.fetch(tmp_path / "runtime")
    with fetching.PINS.open("a") as pins:
        pins.write("# another\n")
    assert not fetching.is_ready(tmp_path / "runtime")


@pytest.mark.parametrize("seconds", [[], ["3600"]])
def test_the_command_says_in_one_line_what_is_left_out_and_does_not_fail(
    places: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    seconds: list[str],
) -> None:
    (places / "view").unlink()
    monkeypatch.setattr(fetching, "RUNTIME", tmp_path / "runtime")
    monkeypatch.setattr("sys.argv", ["fetching", *seconds])
    assert fetching.main() == 0
    out, err = capsys.readouterr()
    assert err == ""
    first, *more = out.splitlines()
    assert "no exercise can be tried there" in first
    assert "view" in first
    assert ["make practise" in line for line in more] == ([] if seconds else [True])


def test_every_wheel_has_a_sum_and_what_it_needs() -> None:
    for name, wheel in LOCK["packages"].items():
        assert wheel["name"].lower() == name
        assert wheel["file_name"].endswith(".whl")
        assert re.fullmatch(r"[0-9a-f]{64}", wheel["sha256"])
        assert set(wheel["depends"]) <= set(LOCK["packages"])


def test_a_site_gets_what_was_fetched_and_each_notebook(places: Path, tmp_path: Path) -> None:
    fetching.fetch(tmp_path / "runtime")
    notebook = tmp_path / "made_up/practice.json"
    notebook.parent.mkdir()
    notebook.write_text('{"name": "made_up"}')
    static = tmp_path / "_static"
    (static / "practise").mkdir(parents=True)
    (static / "practise/left-over.js").touch()
    site.write_site(static, [notebook], tmp_path / "runtime")
    made = static / "practise"
    assert carried(made / "notebook-made_up.js") == ("notebook-made_up", b'{"name": "made_up"}')
    assert carried(made / "cells.py.js")[1] == (site.HERE / "cells.py").read_bytes()
    assert (made / "LICENCES.txt").exists()
    assert not (made / "left-over.js").exists()


def test_packing_is_the_same_every_time() -> None:
    first = packing.as_script("a", b"content")
    time.sleep(1.1)  # gzip would write down the second
    assert packing.as_script("a", b"content") == first
