"""Tells from a file's place in a download whose it is, as far as the platform says so.

What each platform calls its files is in its source or documentation:

- Moodle, mod/assign/classes/downloader.php: ``Full name_NUMBER_assignsubmission_file/FILE``, with
  an underscore more at the end of the folder before Moodle 4.1, or all in one name without
  folders. The number is the participant's in this one assignment.
- Canvas, lib/content_zipper.rb: ``lastfirst_USER_ATTACHMENT_FILE``, with ``LATE`` before the
  user's number if so; ``anon_CODE_ATTACHMENT_FILE`` where grading is anonymous.
- Blackboard: ``Assignment_username_attempt_2026-11-20-23-58-12_FILE``, and a text file for each
  attempt, called so without ``_FILE``.
- Google Classroom keeps the files in a folder of its Drive, as students have named them; the
  copies that it makes for students are called ``Full name - FILE``. That is seen, and documented
  nowhere that we know of: nothing is taken by such a name but from a student who is known.

The first part of a path that fits counts, for what lies deeper is named by students. Where a
name can be read in several ways, all are told, the likeliest first.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from nbgrader.plugins import FileNameCollectorPlugin
from nbgrader.utils import parse_utc
from traitlets.config import Config

from autograder.classroom.lms.downloads import Parts, Piece

MOODLE = "Moodle"
CANVAS = "Canvas"
BLACKBOARD = "Blackboard"
FOLDERS = "folders"
NAMED = "FileNameCollectorPlugin"


@dataclass(frozen=True)
class Sender:
    """Who has handed a file in, as the platform calls them.

    Attributes
    ----------
    platform
        Which one it is.
    file
        What the student calls the file.
    names
        The names that may be the student's.
    number
        The platform's own number of the student.
    username
        The name by which the student logs in.
    place
        What the names of a student's files begin with, so that the platform takes them back.
    time
        When it was handed in; without a time zone it is the platform's.
    order
        Grows with each file that is handed in.
    is_late
        Whether the platform says so.
    """

    platform: str
    file: str
    names: tuple[str, ...] = ()
    number: str = ""
    username: str = ""
    place: str = ""
    time: datetime | None = None
    order: int = 0
    is_late: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """What the platform tells two students apart by; empty if it does not."""
        if self.platform == FOLDERS:
            return ()
        return (self.number or self.username,) if self.number or self.username else self.names

    @property
    def called(self) -> str:
        """The sender, for people."""
        return " or ".join(self.names) or self.username or self.number


Reading = list[Sender]
Platform = Callable[[Parts], Reading]

_MOODLE = re.compile(
    r"(?P<name>[^_/]*)_(?P<number>\d{1,18})_assign(?:submission|feedback)_[a-z]+(?P<file>_.*)?$"
)
_CANVAS = re.compile(r"(?=(?P<late>_LATE)?_(?P<number>\d{1,18})_(?P<order>\d{1,18})_(?P<file>.))")
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<code>\w{5})_(?P<order>\d{1,18})_(?P<file>.+)")
_BLACKBOARD = re.compile(
    r"(?P<whose>.+?)_[^\W\d_]+_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)$"
)
_BETWEEN = " - "


def platform_of(pieces: Iterable[Piece], config: Config) -> Platform:
    """Return the platform that a whole download is from.

    It is asked for all at once: within one platform's names students can write another's.

    Parameters
    ----------
    pieces
        The files of the download.
    config
        The course's configuration. If it has a ``FileNameCollectorPlugin.named_regexp``, which is
        nbgrader's way to say how some platform calls its files, that counts.
    """
    plugin = FileNameCollectorPlugin(config=config)
    if plugin.named_regexp:
        return _named(plugin)
    parts = [piece.parts for piece in pieces]
    counts = {platform: sum(map(bool, map(platform, parts))) for platform in _PLATFORMS}
    most = max(_PLATFORMS, key=lambda platform: counts[platform])
    return most if counts[most] else folders


def is_students(parts: Parts) -> bool:
    """Whether a path names a student in the way of some platform."""
    return any(platform(parts) for platform in _PLATFORMS)


def moodle(parts: Parts) -> Reading:
    """Return the participant whose folder or file it is in a download of Moodle's."""
    for depth, part in enumerate(parts):
        found = _MOODLE.match(part)
        last = depth == len(parts) - 1
        if found is None or (last and not found["file"]):
            continue
        place = part[: found.start("file") + 1] if last else f"{part}/"
        file = found["file"][1:] if last else parts[-1]
        return [Sender(MOODLE, file, (found["name"].strip(),), found["number"], place=place)]
    return []


def canvas(parts: Parts) -> Reading:
    """Return the users whose file it may be in a download of Canvas's."""
    for depth, part in enumerate(parts):
        fits = {found.start("file"): found for found in reversed([*_CANVAS.finditer(part)])}
        readings = [_of_canvas(part, fits[at]) for at in sorted(fits) if fits[at].start()]
        if found := _ANONYMOUS.match(part):
            late = bool(found["late"])
            readings = [Sender(CANVAS, found["file"], username=found["code"], is_late=late)]
        if readings:
            last = depth == len(parts) - 1
            return readings if last else [replace(r, file=parts[-1]) for r in readings]
    return []


def _of_canvas(part: str, found: re.Match[str]) -> Sender:
    begin = found.start("file")
    return Sender(
        CANVAS,
        part[begin:],
        (part[: found.start()],),
        found["number"],
        place=part[:begin],
        order=int(found["order"]),
        is_late=bool(found["late"]),
    )


def blackboard(parts: Parts) -> Reading:
    """Return the usernames whose file it may be: an assignment's title has underscores, too."""
    for depth, part in enumerate(parts):
        found = _BLACKBOARD.match(part)
        if found is None:
            continue
        file = found["file"] or ""
        own = file if depth == len(parts) - 1 else parts[-1]
        words = found["whose"].split("_")
        return [
            Sender(BLACKBOARD, own, username="_".join(words[-n:]), time=_moment(found["time"]))
            for n in range(1, max(2, len(words)))
        ]
    return []


def folders(parts: Parts) -> Reading:
    """Return whose it may be by what each folder and the file are called, from the outside in."""
    senders = [Sender(FOLDERS, parts[-1], tuple(_names_in(part))) for part in parts]
    return senders if len(parts) > 1 or len(senders[0].names) > 1 else []


def _names_in(part: str) -> list[str]:
    """Return a name, and the two that are in it if it is like ``Full name - FILE``."""
    begin, between, end = part.partition(_BETWEEN)
    return [part.strip(), *([begin.strip(), end.partition(".")[0].strip()] if between else [])]


def _named(plugin: FileNameCollectorPlugin) -> Platform:
    plugin.log = logging.Logger("silent", logging.CRITICAL)  # what fits nothing is told by us

    def named(parts: Parts) -> Reading:
        found: dict[str, Any] = plugin.collect("/".join(parts)) or {}
        if not found.get("student_id"):
            return []
        name = f"{found.get('first_name') or ''} {found.get('last_name') or ''}".strip()
        time = _moment_of_nbgrader(found.get("timestamp"))
        return [
            Sender(NAMED, parts[-1], (name,) if name else (), "", found["student_id"], time=time)
        ]

    return named


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None


def _moment_of_nbgrader(text: str | None) -> datetime | None:
    try:
        moment: datetime | None = parse_utc(text or None)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment else None


_PLATFORMS: tuple[Platform, ...] = (moodle, blackboard, canvas)
