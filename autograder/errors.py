"""The two ways in which a command can fail, and their exit statuses."""


class AutograderError(Exception):
    """A failure whose text is one clear line for the person who ran the command."""

    exit_status = 3


class InputError(AutograderError):
    """What was asked for cannot be done with this input: it says what and where."""

    exit_status = 2


class NotAssignedError(InputError):
    """The assignment is not in the course's gradebook."""


class GraderError(AutograderError):
    """The grader itself, or its sandbox, failed; the input is not to blame."""

    exit_status = 3
