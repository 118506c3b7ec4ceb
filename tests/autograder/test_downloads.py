"""What is read of archives by strangers, and what is refused, without harm to the rest."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from autograder.classroom.lms import downloads
from autograder.classroom.lms.downloads import Piece, read
from autograder.classroom.lms.senders import is_students
from autograder.errors import InputError
from tests.autograder.handing_out import canvas, download, moodle, zipped

ADA = moodle("Ada", 1)


def pieces(source: Path, scratch: Path) -> dict[str, Piece]:
    scratch.mkdir(exist_ok=True)
    return {piece.name: piece for piece in read(source, scratch, is_students)}


def read_zip(place: Path, files: dict[str, bytes]) -> dict[str, Piece]:
    return pieces(download(place, files), place / "scratch")


def contents(found: dict[str, Piece]) -> dict[str, bytes]:
    return {name: p.content.read_bytes() for name, p in found.items() if p.content}


def written(place: Path, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    path = place / "download.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in entries:
            archive.writestr(info, content)
    return path


def test_notebooks_are_found_in_folders_and_in_archives_in_archives(tmp_path: Path) -> None:
    inner = zipped({"deep/b.ipynb": b"B", "more.zip": zipped({"c.ipynb": b"C"}), "d.txt": b"D"})
    found = read_zip(tmp_path, {ADA: b"A", "x/work.ZIP": inner})
    assert contents(found) == {
        ADA: b"A",
        "x/work.ZIP/deep/b.ipynb": b"B",
        "x/work.ZIP/more.zip/c.ipynb": b"C",
    }
    assert found["x/work.ZIP/d.txt"] == Piece(("x", "work.ZIP", "d.txt"))


def test_a_folder_is_read_as_its_archive_would_be(tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    for name, content in {ADA: b"A", "b/work.zip": zipped({"c.ipynb": b"C"})}.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(content)
    assert contents(pieces(folder, tmp_path / "s")) == {ADA: b"A", "b/work.zip/c.ipynb": b"C"}


def test_what_machines_leave_about_is_nobodys(tmp_path: Path) -> None:
    names = ("__MACOSX/._a.ipynb", "a/.ipynb_checkpoints/a.ipynb", ".DS_Store", "Thumbs.db")
    assert read_zip(tmp_path, dict.fromkeys(names, b"")) == {}


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../a.ipynb", "leads out"),
        ("a/../../a.ipynb", "leads out"),
        ("/etc/a.ipynb", "leads out"),
        ("C:\\a.ipynb", "leads out"),
        ("a\\..\\..\\a.ipynb", "leads out"),
        ("a" * 2000 + ".ipynb", "name is too long"),
    ],
)
def test_a_name_that_means_harm_is_refused_and_the_next_is_not(
    tmp_path: Path, name: str, problem: str
) -> None:
    found = read_zip(tmp_path, {name: b"X", ADA: b"A"})
    assert [problem in piece.problem for piece in found.values()] == [True, False]
    assert contents(found) == {ADA: b"A"}
    assert {path.name for path in tmp_path.iterdir()} == {"download.zip", "scratch"}


def test_links_and_what_is_locked_or_oddly_packed_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    odd = zipfile.ZipInfo("odd.ipynb")
    odd.compress_type = zipfile.ZIP_LZMA
    path = written(
        tmp_path, (link, b"/etc/passwd"), (odd, b"O"), ("locked.ipynb", b"L"), (ADA, b"A")
    )
    data = bytearray(path.read_bytes())
    at = data.rindex(b"locked.ipynb") - 46 + 8  # the flags in the archive's list of files
    data[at] |= 1
    path.write_bytes(data)
    found = pieces(path, tmp_path / "s")
    assert contents(found) == {ADA: b"A"}
    assert "no link is followed" in found["link.ipynb"].problem
    assert "unusual" in found["odd.ipynb"].problem
    assert "password" in found["locked.ipynb"].problem


def test_no_link_in_a_folder_is_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "s.ipynb").write_bytes(b"S")
    folder = tmp_path / "unpacked"
    folder.mkdir()
    (folder / "file.ipynb").symlink_to(secret / "s.ipynb")
    (folder / "folder").symlink_to(secret)
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "a.ipynb").write_bytes(b"A")
    found = pieces(folder, tmp_path / "s")
    assert contents(found) == {"a.ipynb": b"A"}
    assert {name for name, piece in found.items() if piece.problem} == {
        *("file.ipynb", "folder", "pipe.ipynb")
    }


def test_a_bomb_is_let_off_no_further_than_a_notebook_may_be_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MAX_NOTEBOOK", 1 << 20)
    found = read_zip(tmp_path, {"bomb.ipynb": bytes(5 << 20), ADA: bytes(1 << 20)})
    assert "larger than 1 MiB" in found["bomb.ipynb"].problem
    assert set(contents(found)) == {ADA}
    assert len(list((tmp_path / "scratch").iterdir())) == 1


def test_a_size_that_is_not_true_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MAX_NOTEBOOK", 1 << 20)
    path = written(tmp_path, ("bomb.ipynb", bytes(5 << 20)))
    data = bytearray(path.read_bytes())
    at = data.rindex(b"bomb.ipynb") - 46 + 24
    data[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(data)
    (piece,) = pieces(path, tmp_path / "s").values()
    assert piece.content is None
    assert piece.problem


def test_one_students_archive_holds_so_much_and_no_more_and_costs_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_BYTES_OF_ONE", 3 << 20)
    monkeypatch.setattr(downloads, "MOST_FILES_OF_ONE", 5)
    large = zipped({f"{n}.ipynb": os.urandom(1 << 20) for n in range(5)})
    packed = zipped({f"{n}.ipynb": bytes(1 << 20) for n in range(5)})
    found = read_zip(
        tmp_path,
        {
            "large.zip": large,
            "packed.zip": packed,
            "many.zip": zipped({f"{n}.ipynb": b"" for n in range(6)}),
            ADA: b"A",
        },
    )
    assert "larger than 3 MiB" in found["large.zip"].problem
    assert "holds too many files" in found["many.zip"].problem
    assert "holds too much" in found["packed.zip/4.ipynb"].problem
    assert contents(found)[ADA] == b"A"


def test_archives_in_archives_end_somewhere(tmp_path: Path) -> None:
    content = zipped({"a.ipynb": b"A"})
    for _ in range(5):
        content = zipped({"in.zip": content})
    (piece,) = read_zip(tmp_path, {"in.zip": content}).values()
    assert piece.problem == "lies in too many archives"


def test_a_damaged_archive_of_one_student_is_told(tmp_path: Path) -> None:
    sound = zipped({"a.ipynb": b"A" * 1000})
    found = read_zip(tmp_path, {"half.zip": sound[:60], "none.zip": b"", ADA: b"A"})
    assert "no sound ZIP archive" in found["half.zip"].problem
    assert "no sound ZIP archive" in found["none.zip"].problem
    assert contents(found) == {ADA: b"A"}


def test_a_damaged_file_in_an_archive_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, ("a.ipynb", b"A" * 1000), (ADA, b"A"))
    data = bytearray(path.read_bytes())
    data[40] ^= 0xFF
    path.write_bytes(data)
    found = pieces(path, tmp_path / "s")
    assert "cannot be unpacked" in found["a.ipynb"].problem
    assert contents(found) == {ADA: b"A"}


def test_a_list_of_files_that_fills_the_memory_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "_LONGEST_LIST", 1 << 17)
    many = zipped({f"{n}": b"" for n in range(4000)})
    found = read_zip(tmp_path, {"many.zip": many, ADA: b"A"})
    assert "list of files is too long" in found["many.zip"].problem
    assert contents(found) == {ADA: b"A"}


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06"])
def test_a_download_that_is_none_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "download.zip"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no sound ZIP archive"):
        read(path, tmp_path, is_students)


def test_a_download_of_absurdly_many_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_FILES", 3)
    folder = tmp_path / "unpacked"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.txt").write_text("")
    with pytest.raises(InputError, match="more than 3 files"):
        read(folder, tmp_path, is_students)
    path = download(tmp_path, {f"{n}.txt": b"" for n in range(4)})
    with pytest.raises(InputError, match="too many files"):
        read(path, tmp_path, is_students)


def test_names_are_read_in_the_encodings_that_archives_have_them_in(tmp_path: Path) -> None:
    def renamed(name: str, raw: bytes) -> bytes:
        """Return an archive whose file's name has bytes that are said to be of no encoding."""
        placeholder = "X" * len(raw)
        return zipped({placeholder: name.encode()}).replace(placeholder.encode(), raw)

    for raw in ("Søren.ipynb".encode(), "Sören.ipynb".encode("cp437")):
        path = tmp_path / "download.zip"
        path.write_bytes(renamed("x", raw))
        (piece,) = pieces(path, tmp_path / "s").values()
        assert piece.name in ("Søren.ipynb", "Sören.ipynb")


def test_a_name_on_disk_that_is_no_text_can_be_told(tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    (folder / os.fsdecode(b"S\xf8ren.ipynb")).write_bytes(b"A")
    (piece,) = pieces(folder, tmp_path / "s").values()
    assert piece.name.encode()  # it can be written
    assert piece.content


def test_an_archive_in_a_folder_is_a_students_if_the_platform_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_FILES_OF_ONE", 1)
    folder = tmp_path / "unpacked"
    folder.mkdir()
    two = zipped({ADA: b"A", moodle("Bob", 2): b"B"})
    (folder / "class.zip").write_bytes(two)
    (folder / canvas("lovelaceada", 1, 2, "work.zip")).write_bytes(two)
    found = pieces(folder, tmp_path / "s")
    assert len(contents(found)) == 2
    assert "too many" in found["lovelaceada_1_2_work.zip"].problem


def test_archives_as_moodle_streams_them_are_read(tmp_path: Path) -> None:
    """That is with sizes after the content, and lists for large archives."""

    class Stream(io.RawIOBase):
        def __init__(self, path: Path) -> None:
            self.file = path.open("wb")

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            return self.file.write(data)

    path = tmp_path / "download.zip"
    stream = Stream(path)
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(ADA, "w", force_zip64=True) as file,
    ):
        file.write(b"A")
    stream.file.close()
    assert contents(pieces(path, tmp_path / "s")) == {ADA: b"A"}
