"""Who is in a class, by the lists that people have of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from autograder.classroom.lms.classlist import read
from autograder.classroom.lms.people import Person
from autograder.errors import InputError
from tests.autograder.handing_out import CANVAS_GRADEBOOK, MOODLE_WORKSHEET


def listed(place: Path, content: str | bytes) -> list[Person]:
    path = place / "class.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = read(path)
    assert not found.problems
    return found.people


PLAIN = "id,first_name,last_name,email\nada,Ada,Lovelace,ada@example.edu\n"
ADA = Person("ada", "Ada", "Lovelace", "ada@example.edu")


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t").replace("\n", "\r\n"),
        f"\ufeff{PLAIN}\n,,,\n",
        PLAIN.encode("utf-16"),
        "Email,Last_Name,FIRST_NAME,ID,section\nada@example.edu,Lovelace,Ada,ada,1\n",
        'id,first_name,last_name,email\n"ada", Ada ,"Lovelace",ada@example.edu',
        "id,student,email\nada,Ada Lovelace,ada@example.edu\n",
        "id,email,name,remarks\nada,ada@example.edu,Ada Lovelace\n",
    ],
)
def test_nbgraders_own_columns(tmp_path: Path, content: str | bytes) -> None:
    assert listed(tmp_path, content) == [ADA]


def test_moodles_worksheet(tmp_path: Path) -> None:
    ada, soren, jose = listed(tmp_path, MOODLE_WORKSHEET)
    assert ada == Person(
        *("ada@example.edu", "Ada", "Lovelace", "ada@example.edu"),
        participant="101",
        submitted=datetime(2026, 11, 20, 23, 58),
    )
    assert soren.submitted == datetime(2026, 11, 21, 2, 10)
    assert (jose.participant, jose.submitted) == ("103", None)


def test_moodles_participants(tmp_path: Path) -> None:
    text = 'First name,Last name,"ID number","Email address",Groups\nAda,Lovelace,1815,ada@x.org,\n'
    assert listed(tmp_path, text) == [Person("1815", "Ada", "Lovelace", "ada@x.org")]
    without = text.replace(',"ID number"', "").replace(",1815", "")
    assert listed(tmp_path, without) == [Person("ada@x.org", "Ada", "Lovelace", "ada@x.org")]


def test_moodles_worksheet_of_a_blind_grading(tmp_path: Path) -> None:
    text = 'Identifier,Status,Grade,"Last modified (grade)"\n"Participant 7",-,,-\n'
    found = tmp_path / "class.csv"
    found.write_text(text)
    with pytest.raises(InputError, match="names no column"):
        read(found)


def test_canvas_gradebook_without_its_line_of_points_and_its_test_student(tmp_path: Path) -> None:
    assert listed(tmp_path, CANVAS_GRADEBOOK) == [
        Person("alovelace", "Ada", "Lovelace", lms_id="77"),
        Person("skierkegaard", "Søren", "Kierkegaard", lms_id="78"),
    ]


def test_blackboards_and_google_classrooms(tmp_path: Path) -> None:
    text = '"Last Name","First Name","Username","Student ID","Last Access"\nLovelace,Ada,ada,9,\n'
    assert listed(tmp_path, text) == [Person("ada", "Ada", "Lovelace")]
    text = "Last Name,First Name,Email Address\nLovelace,Ada,ada@x.org\n"
    assert listed(tmp_path, text) == [Person("ada@x.org", "Ada", "Lovelace", "ada@x.org")]


def test_a_list_from_excel_in_the_west(tmp_path: Path) -> None:
    (jose,) = listed(tmp_path, "id;first_name;last_name\nj;José;Núñez\n".encode("cp1252"))
    assert (jose.first_name, jose.last_name) == ("José", "Núñez")


def test_a_line_that_names_nobody_is_told_and_the_others_count(tmp_path: Path) -> None:
    path = tmp_path / "class.csv"
    path.write_text(
        "id,first_name,last_name\nada,Ada,Lovelace\n../../etc,X,Y\n,,\n.x,X,Y\nada,Ada,Again\n"
        f"b,{'x' * 200},\nbob,=cmd()|x,[bold]\nc\n"
    )
    found = read(path)
    assert [person.id for person in found.people] == ["ada", "bob", "c"]
    told = "\n".join(found.problems)
    for line in ("line 3", "line 5", "line 6", "line 7"):
        assert line in told
    assert len(found.problems) == 4


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not a class list"),
        (b"\x00\x01\xff" * 100, "is not a class list"),
        (b"PK\x03\x04", "is not a class list"),
        (b"colour,size\nred,1\n", "is not a class list"),
        (b"id,first_name\n", "no line of it names a student"),
        (b'id,first_name\n"' + b"x" * 200_000, "is no CSV"),
    ],
)
def test_what_is_no_class_list_is_one_line(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "class.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=told):
        read(path)


def test_a_class_list_that_is_not_there_or_a_link_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "none.csv")
    (tmp_path / "link.csv").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="link"):
        read(tmp_path / "link.csv")
