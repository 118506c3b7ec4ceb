"""The content of this course: one folder for each assignment, with all that belongs to it."""

from autograder.judging.content import Content

CONTENT = Content(
    "autograder.assignments",
    "solutions",
    "training_deep_networks",
    without=("keras", "tensorflow"),
)
