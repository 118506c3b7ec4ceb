"""Reads what a learning platform hands out: archives within archives, all of it by strangers.

Nothing is unpacked to where an archive says. Notebooks are copied into a scratch folder under
names of our own, and no more of them than is bounded here; all else is known by its name only.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.errors import InputError
from autograder.grading.submission import MAX_NOTEBOOK

# A class of a thousand that hands in twenty files each; one student's archive has fewer.
MOST_FILES: Final = 20_000
MOST_FILES_OF_ONE: Final = 1_000
MOST_BYTES: Final = 8 << 30
MOST_BYTES_OF_ONE: Final = 64 << 20
DEEPEST: Final = 3

_LONGEST_NAME = 1000
# The list of an archive's files is read at once: that many bytes have room for MOST_FILES.
_LONGEST_LIST = 8 << 20
_CHUNK = 1 << 20
_USUAL = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_IN_UTF_8 = 0x800
# Browsers that know no notebooks save them as text.
_NOTEBOOK = re.compile(r"\.ipynb(\.json|\.txt)?$", re.IGNORECASE)
_LEADS_OUT = re.compile(r"/|[A-Za-z]:|(.*/)?\.\.(/|$)")
_NOBODYS = ("__MACOSX", "Thumbs.db", "desktop.ini")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, NotImplementedError)

Parts = tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """One file of a download.

    Attributes
    ----------
    parts
        Where it lies, from the outside in. An archive is a folder like others.
    content
        Where a notebook can be read; nothing, if it is none.
    problem
        Why it cannot be read, if so.
    """

    parts: Parts
    content: Path | None = None
    problem: str = ""

    @property
    def name(self) -> str:
        """The whole path, for people."""
        return "/".join(self.parts)


def is_notebook(name: str) -> bool:
    """Whether a file is a notebook by its name."""
    return _NOTEBOOK.search(name) is not None


def read(source: Path, scratch: Path, is_students: Callable[[Parts], bool]) -> list[Piece]:
    """Return the files of a download.

    Parameters
    ----------
    source
        A ZIP archive, or a folder with what was in one, or with several.
    scratch
        Where the notebooks of archives are put.
    is_students
        Whether an archive that lies in a folder is one student's: it may hold less.

    Raises
    ------
    InputError
        `source` is neither, or holds more than anybody hands out.
    """
    reader = _Reader(scratch, is_students)
    if source.is_dir():
        return list(reader.folder(source))
    pieces = list(reader.archive(source, (), _Left(MOST_FILES, MOST_BYTES), DEEPEST))
    if len(pieces) == 1 and not pieces[0].parts:
        raise InputError(f"{source}: {pieces[0].problem}.")
    return pieces


@dataclass
class _Left:
    """How much more an archive, with all that lies in it, may hold."""

    files: int
    size: int


class _Unreadable(Exception):
    """Why a file of an archive is not read."""


class _Reader:
    def __init__(self, scratch: Path, is_students: Callable[[Parts], bool]) -> None:
        self._scratch = scratch
        self._is_students = is_students

    def folder(self, root: Path) -> Iterator[Piece]:
        """Yield the files in a folder on disk; no link in it is followed."""
        files = MOST_FILES
        errors: list[OSError] = []
        for folder, folders, names in os.walk(root, onerror=errors.append):
            folders[:] = sorted(name for name in folders if not _is_nobodys(name))
            links = [name for name in folders if Path(folder, name).is_symlink()]
            for name in sorted([*names, *links]):
                path = Path(folder, name)
                if not _is_nobodys(name):
                    yield from self._on_disk(path, _readable(path.relative_to(root)))
                files -= 1
                if files < 0:
                    raise InputError(f"{root}: holds more than {MOST_FILES} files.")
        for error in errors:
            parts = _readable(Path(os.fsdecode(error.filename)).relative_to(root))
            yield Piece(parts or (root.name,), problem=f"cannot be read ({error.strerror})")

    def _on_disk(self, path: Path, parts: Parts) -> Iterator[Piece]:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            yield Piece(parts, problem="is a link, and no link is followed")
        elif not stat.S_ISREG(mode):
            yield Piece(parts, problem="is no plain file")
        elif is_notebook(path.name):
            large = path.lstat().st_size > MAX_NOTEBOOK
            yield Piece(parts, None if large else path, _too_large(MAX_NOTEBOOK) if large else "")
        elif _is_archive(path.name):
            one = self._is_students(parts)
            left = _of_one() if one else _Left(MOST_FILES, MOST_BYTES)
            yield from self.archive(path, parts, left, DEEPEST - one)
        else:
            yield Piece(parts)

    def archive(self, path: Path, parts: Parts, left: _Left, depth: int) -> Iterator[Piece]:
        """Yield the files in the archive at `path`, or the archive itself if it cannot be read."""
        try:
            with _Guarded(io.FileIO(path)) as file, zipfile.ZipFile(file) as archive:
                members = [info for info in archive.infolist() if not info.is_dir()]
                left.files -= len(members)
                if left.files < 0:
                    raise _Unreadable("holds too many files")
                for info in members:
                    yield from self._member(archive, info, parts, left, depth)
        except (*_BROKEN, _Unreadable) as error:
            why = error if isinstance(error, _Unreadable) else f"is no sound ZIP archive ({error})"
            yield Piece(parts, problem=str(why))
        except OSError as error:
            if error.filename != os.fspath(path):
                raise  # what it holds cannot be written
            yield Piece(parts, problem=f"cannot be read ({error.strerror})")

    def _member(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, parts: Parts, left: _Left, depth: int
    ) -> Iterator[Piece]:
        name = _name(info)
        if problem := _refused(info, name):
            yield Piece((*parts, name[:_LONGEST_NAME]), problem=problem)
            return
        inner = tuple(part for part in name.split("/") if part not in ("", "."))
        where = (*parts, *inner)
        if any(map(_is_nobodys, inner)) or not inner:
            return
        try:
            if is_notebook(name):
                yield Piece(where, self._copied(archive, info, MAX_NOTEBOOK, left))
            elif _is_archive(name):
                yield from self._inner(archive, info, where, left, depth - 1)
            else:
                yield Piece(where)
        except _Unreadable as error:
            yield Piece(where, problem=str(error))

    def _inner(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: Parts, left: _Left, depth: int
    ) -> Iterator[Piece]:
        """Yield the files of an archive in an archive, which is one student's."""
        if depth <= 0:
            raise _Unreadable("lies in too many archives")
        of_one = left if depth < DEEPEST - 1 else _of_one()
        copy = self._copied(archive, info, MOST_BYTES_OF_ONE, of_one)
        try:
            yield from self.archive(copy, where, of_one, depth)
        finally:
            copy.unlink()

    def _copied(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, left: _Left
    ) -> Path:
        """Copy a file into the scratch folder; what an archive says of its size is not believed."""
        number, name = tempfile.mkstemp(dir=self._scratch)
        size = 0
        try:
            with os.fdopen(number, "wb") as file:
                for chunk in _chunks(archive, info):
                    size += len(chunk)
                    left.size -= len(chunk)
                    if size > most:
                        raise _Unreadable(_too_large(most))
                    if left.size < 0:
                        raise _Unreadable("lies in an archive that holds too much")
                    file.write(chunk)
        except _Unreadable:
            os.unlink(name)
            raise
        return Path(name)


class _Guarded(io.BufferedReader):
    """A file of which no more is read at once than an honest archive needs."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read up to `size` bytes, or the rest."""
        rest = size is None or size < 0
        data = super().read(_LONGEST_LIST + 1 if rest or size is None else size)
        if (size or 0) > _LONGEST_LIST or len(data) > _LONGEST_LIST:
            raise zipfile.BadZipFile("its list of files is too long")
        return data


def _too_large(most: int) -> str:
    return f"is larger than {most >> 20} MiB"


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (*_BROKEN, RuntimeError) as error:
        raise _Unreadable(f"cannot be unpacked ({error})") from None


def _refused(info: zipfile.ZipInfo, name: str) -> str:
    """Return why a file of an archive is not even looked at, or nothing."""
    if _LEADS_OUT.match(name):
        return "its name leads out of the archive"
    if len(name) > _LONGEST_NAME:
        return "its name is too long"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link, and no link is followed"
    if info.flag_bits & _ENCRYPTED:
        return "is locked with a password"
    if info.compress_type not in _USUAL:
        return "is packed in an unusual way; an ordinary ZIP archive is wanted"
    return ""


def _name(info: zipfile.ZipInfo) -> str:
    """Return a file's name in an archive: many write UTF-8 and do not say so."""
    name = info.orig_filename
    if not info.flag_bits & _IN_UTF_8:
        with contextlib.suppress(UnicodeError):  # then it is as the format has it
            name = name.encode("cp437").decode("utf-8")
    return name.partition("\0")[0].replace("\\", "/")


def _readable(path: Path) -> Parts:
    """Return the parts of a path on disk, where names are bytes, as text that can be written."""
    return tuple(os.fsencode(part).decode("utf-8", "replace") for part in path.parts)


def _is_archive(name: str) -> bool:
    return name.lower().endswith(".zip")


def _is_nobodys(name: str) -> bool:
    """Whether it is what machines leave about: hidden files, checkpoints, previews."""
    return name.startswith(".") or name in _NOBODYS


def _of_one() -> _Left:
    return _Left(MOST_FILES_OF_ONE, MOST_BYTES_OF_ONE)
