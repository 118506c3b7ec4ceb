"""A course on robust statistics: one notebook of two exercises."""

from autograder.judging.content import Content

CONTENT = Content(
    assignments="statistics_course.assignments",
    solutions="statistics_course.solutions",
    course_id="statistics",
)
