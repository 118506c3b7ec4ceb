"""The guide's table of what one may expect of a grader says of each where that is documented."""

import re
from pathlib import Path

import pytest

GUIDE = (Path(__file__).resolve().parents[2] / "book/instructors-guide.md").read_text()
GRADERS = ["this one", "nbgrader", "otter-grader", "Gradescope", "PrairieLearn"]
EXPECTED = [
    *("own exercises", "code kept apart", "mistakes by their names", "fresh inputs"),
    *("written answers", "late policy", "from and to the LMS", "again after a change"),
    *("statistics", "similar answers", "feedback", "several graders", "in parallel"),
]
SOURCE = re.compile(r"\[[^]]+\]\[([^]]+)\]")


def rows() -> list[list[str]]:
    _, table = GUIDE.split(":class: expectations\n\n")
    lines = table.split("\n:::")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_has_what_instructors_look_for() -> None:
    head, _, *body = rows()
    assert head[1:] == GRADERS
    assert [row[0].strip("*") for row in body] == EXPECTED
    assert {len(row) for row in body} == {len(head)}


@pytest.mark.parametrize("row", rows()[2:], ids=lambda row: row[0])
def test_what_is_said_of_another_grader_has_a_source(row: list[str]) -> None:
    for grader, cell in zip(GRADERS[1:], row[2:], strict=True):
        sources = SOURCE.findall(cell)
        assert sources or cell == "not documented", f"{grader}: {cell}"
        for source in sources:
            (address,) = re.findall(rf"^\[{re.escape(source)}\]: (\S+)$", GUIDE, re.MULTILINE)
            assert address.startswith("https://")


def test_every_address_is_used() -> None:
    for name in re.findall(r"^\[([^]]+)\]: https", GUIDE, re.MULTILINE):
        assert f"][{name}]" in GUIDE, name


def test_a_link_within_the_page_leads_to_a_heading() -> None:
    titles = re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE)
    anchors = {re.sub(r"[^a-z -]", "", title.lower()).replace(" ", "-") for title in titles}
    for anchor in re.findall(r"\]\(#([^)]+)\)", GUIDE):
        assert anchor in anchors, anchor
