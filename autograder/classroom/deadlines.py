"""The due dates and extensions that a course's configuration says, entered where nbgrader looks.

An assignment whose due date is in the configuration has that date and those extensions in the
gradebook, and no others. One that is not named there keeps what the gradebook says of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dateutil import tz
from nbgrader.api import Gradebook, MissingEntry

from autograder.classroom.settings import Autograder
from autograder.errors import InputError

_FORM = "write it as 2026-11-02 23:59"


class Deadlines:
    """What the configuration of a course says of dates.

    Parameters
    ----------
    settings
        The configuration.
    zone
        The name of the time zone of all dates that say none.
    names
        Those of all assignments.

    Raises
    ------
    InputError
        It names what there is not, or something that is no date.
    """

    def __init__(self, settings: Autograder, zone: str, names: list[str]) -> None:
        found = tz.gettz(zone)
        if found is None:
            raise InputError(f"c.Exchange.timezone: there is no time zone {zone!r}.")
        self._zone = found
        self._due = {
            name: self._moment(f"c.Autograder.due[{name!r}]", text)
            for name, text in settings.due.items()
        }
        self._extensions = {
            name: {
                student: self._moment(f"c.Autograder.extensions[{name!r}][{student!r}]", text)
                for student, text in students.items()
            }
            for name, students in settings.extensions.items()
        }
        self._check(names)

    def due(self, name: str) -> datetime | None:
        """Return when an assignment is due, in UTC, if the configuration says it."""
        return self._due.get(name)

    def extension(self, name: str, student: str) -> timedelta | None:
        """Return how much longer a student has for an assignment whose due date is configured."""
        later = self._extensions.get(name, {}).get(student)
        return None if later is None else later - self._due[name]

    def extensions(self, name: str) -> int:
        """Return how many students have longer for an assignment."""
        return len(self._extensions.get(name, {}))

    def shown(self, moment: datetime) -> str:
        """Return a moment in UTC as people of the course's time zone read it."""
        return moment.replace(tzinfo=UTC).astimezone(self._zone).strftime("%Y-%m-%d %H:%M")

    def enter(self, gradebook: Gradebook, name: str) -> None:
        """Enter what is said of an assignment in the gradebook, where it has to be."""
        if name not in self._due:
            return
        try:
            entry = gradebook.find_assignment(name)
        except MissingEntry:
            return
        entry.duedate = self._due[name]
        for submission in entry.submissions:
            submission.extension = self.extension(name, submission.student_id)
        gradebook.db.commit()

    def _moment(self, where: str, text: str) -> datetime:
        try:
            if ":" not in text:  # is all of that day meant, or its first moment?
                raise ValueError
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise InputError(f"{where}: {text!r} is no date and time; {_FORM}.") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=self._zone)
        return moment.astimezone(UTC).replace(tzinfo=None)

    def _check(self, names: list[str]) -> None:
        for trait, said in (("due", self._due), ("extensions", self._extensions)):
            for name in said:
                if name not in names:
                    raise InputError(
                        f"c.Autograder.{trait}: there is no assignment {name!r}; there are: "
                        f"{', '.join(names)}."
                    )
        for name, students in self._extensions.items():
            if name not in self._due:
                raise InputError(f"c.Autograder.extensions: {name!r} is not in c.Autograder.due.")
            for student, moment in students.items():
                if moment < self._due[name]:
                    raise InputError(
                        f"c.Autograder.extensions: {student!r} would have less time for {name!r} "
                        "than everybody else."
                    )
