"""Whose a file is, by what each platform calls it, and who of the class that is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from traitlets.config import Config

from autograder.classroom.lms.downloads import Piece
from autograder.classroom.lms.people import People, Person, is_id, slug
from autograder.classroom.lms.senders import (
    Sender,
    blackboard,
    canvas,
    folders,
    moodle,
    platform_of,
)
from autograder.errors import InputError

ADA = Person("ada", "Ada", "Lovelace", "ada@example.edu", "77", "101")
SOREN = Person("soren", "Søren", "Kierkegaard", "sk@example.edu", "78", "102")
CLASS = [ADA, SOREN]


def parts(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


@pytest.mark.parametrize(
    ("path", "name", "number", "file", "place"),
    [
        (
            "Ada Lovelace_101_assignsubmission_file/a.ipynb",
            *("Ada Lovelace", "101", "a.ipynb", "Ada Lovelace_101_assignsubmission_file/"),
        ),
        (  # before 4.1, in a folder of the download's, with the student's own folders
            "CS1-Week 3-55/Ada Lovelace_101_assignsubmission_file_/x/y/a.ipynb",
            *("Ada Lovelace", "101", "a.ipynb", "Ada Lovelace_101_assignsubmission_file_/"),
        ),
        (  # without folders
            "Ada Lovelace_101_assignsubmission_file_my_work.ipynb",
            *("Ada Lovelace", "101", "my_work.ipynb", "Ada Lovelace_101_assignsubmission_file_"),
        ),
        (
            "Núñez José (jo)_7_assignsubmission_onlinetext/onlinetext.html",
            *("Núñez José (jo)", "7", "onlinetext.html"),
            "Núñez José (jo)_7_assignsubmission_onlinetext/",
        ),
        (  # what a student writes after it means nothing
            "Eve_9_assignsubmission_file/Bob_8_assignsubmission_file/a.ipynb",
            *("Eve", "9", "a.ipynb", "Eve_9_assignsubmission_file/"),
        ),
        (
            "Eve_9_assignsubmission_file_Bob_8_assignsubmission_file_a.ipynb",
            *("Eve", "9", "Bob_8_assignsubmission_file_a.ipynb", "Eve_9_assignsubmission_file_"),
        ),
    ],
)
def test_moodles_names(path: str, name: str, number: str, file: str, place: str) -> None:
    assert moodle(parts(path)) == [Sender("Moodle", file, (name,), number, place=place)]


@pytest.mark.parametrize(
    "path",
    [
        *("a.ipynb", "Ada Lovelace/a.ipynb", "Ada_x_assignsubmission_file/a.ipynb"),
        *("Ada_1_submission_file/a.ipynb", "Ada_101_assignsubmission_file"),
    ],
)
def test_what_is_not_moodles_name(path: str) -> None:
    assert moodle(parts(path)) == []


@pytest.mark.parametrize(
    ("path", "name", "order", "file", "late"),
    [
        ("lovelaceada_77_900_a.ipynb", "lovelaceada", 900, "a.ipynb", False),
        ("lovelaceada_LATE_77_901_a-1.ipynb", "lovelaceada", 901, "a-1.ipynb", True),
        ("submissions/kierkegaardsøren_77_9_a b.ipynb", "kierkegaardsøren", 9, "a b.ipynb", False),
        ("lovelaceada_77_900_work.zip/deep/a.ipynb", "lovelaceada", 900, "a.ipynb", False),
    ],
)
def test_canvas_names(path: str, name: str, order: int, file: str, late: bool) -> None:
    (sender,) = canvas(parts(path))
    assert (sender.names, sender.number, sender.order) == ((name,), "77", order)
    assert (sender.file, sender.is_late) == (file, late)
    assert sender.place.endswith(f"_77_{order}_")


def test_what_canvas_hands_out_without_names_names_nobody() -> None:
    (sender,) = canvas(("LATE_anon_aB3dE_900_a.ipynb",))
    assert sender.is_late
    for people in (People([]), People(CLASS, CLASS)):
        with pytest.raises(InputError, match="aB3dE"):
            people.match([sender])
    assert canvas(("a_1.ipynb",)) == canvas(("_1_2_a.ipynb",)) == []


@pytest.mark.parametrize(
    ("path", "username", "file"),
    [
        ("Week 3_ada_attempt_2026-11-20-23-58-12_a.ipynb", "ada", "a.ipynb"),
        ("Week_3_ada_attempt_2026-11-20-23-58-12_my_a.ipynb", "ada", "my_a.ipynb"),
        ("Week 3_ada_poging_2026-11-20-23-58-12_a.ipynb", "ada", "a.ipynb"),
        ("g/Week 3_ada_attempt_2026-11-20-23-58-12_w.zip/d/a.ipynb", "ada", "a.ipynb"),
        ("Week 3_ada_attempt_2026-11-20-23-58-12.txt", "ada", ""),
        (
            "W_eve_attempt_2026-11-20-23-58-12_x_ada_attempt_2026-11-20-23-58-12_a.ipynb",
            *("eve", "x_ada_attempt_2026-11-20-23-58-12_a.ipynb"),
        ),
    ],
)
def test_blackboards_names(path: str, username: str, file: str) -> None:
    first, *_ = blackboard(parts(path))
    assert (first.username, first.file) == (username, file)
    assert first.time == datetime(2026, 11, 20, 23, 58, 12)


def test_a_username_with_underscores_is_found_in_the_class_list() -> None:
    reading = blackboard(("Week_3_ada_l_attempt_2026-11-20-23-58-12_a.ipynb",))
    people = People([], [Person("ada_l"), SOREN])
    assert people.match(reading).person.id == "ada_l"
    with pytest.raises(InputError, match="ada_l or l"):
        People([], [Person("ada_l"), Person("l")]).match(reading)
    assert People([]).match(reading).person.id == "l"


def test_a_date_that_is_none_is_no_time() -> None:
    (sender, *_) = blackboard(("W_ada_attempt_2026-99-20-23-58-12_a.ipynb",))
    assert sender.time is None


@pytest.mark.parametrize(
    "path",
    [
        *("Week 3/Ada Lovelace - a.ipynb", "Lovelace Ada/a.ipynb", "ada/a.ipynb"),
        *(
            "ADA@example.edu/x/a.ipynb",
            "a - Ada Lovelace.ipynb",
            "Week 3/ada lovelace - a - b.ipynb",
        ),
    ],
)
def test_a_name_in_folder_or_file_is_somebody_known(path: str) -> None:
    match = People(CLASS).match(folders(parts(path)))
    assert (match.person, match.how) == (ADA, "name")


def test_a_name_in_a_folder_makes_no_newcomer_and_two_names_are_nobodys() -> None:
    people = People(CLASS)
    with pytest.raises(InputError, match="give a class list"):
        people.match(folders(("Week 3 - a.ipynb",)))
    with pytest.raises(InputError, match="ada or soren"):
        people.match(folders(("Ada Lovelace - Søren Kierkegaard.ipynb",)))
    assert folders(("a.ipynb",)) == []


@pytest.mark.parametrize(
    "path",
    [
        "Ada Lovelace - work.zip/Søren Kierkegaard/a.ipynb",
        "Week 3/Ada Lovelace/Søren Kierkegaard - a.ipynb",
    ],
)
def test_what_somebody_writes_inside_means_nothing(path: str) -> None:
    assert People(CLASS).match(folders(parts(path))).person is ADA


def test_a_platform_is_told_by_the_whole_download() -> None:
    """Else a student would name a file as another platform does another's."""
    forged = "eve_9_900_W_ada_attempt_2026-11-20-23-58-12_a.ipynb"
    names = [forged, "lovelaceada_77_901_a.ipynb", "kierkegaardsøren_78_902_a.ipynb"]
    pieces = [Piece(parts(name)) for name in names]
    assert platform_of(pieces, Config()) is canvas
    assert canvas(parts(forged))[0].number == "9"
    named = [Piece(parts("Ada_1_assignsubmission_file/lovelaceada_77_901_a.ipynb"))]
    assert platform_of(named, Config()) is moodle
    assert platform_of([Piece(("ada", "a.ipynb"))], Config()) is folders


def test_nbgraders_pattern_of_names_counts_where_the_course_has_one() -> None:
    config = Config()
    config.FileNameCollectorPlugin.named_regexp = (
        r".*?/?(?P<student_id>\w+)-(?P<timestamp>\d+T\d+)-(?P<file_id>\w+)"
    )
    platform = platform_of([], config)
    (sender,) = platform(("x", "ada-20261120T235812-gradient_clipping.ipynb"))
    assert sender.username == "ada"
    assert sender.time == datetime(2026, 11, 20, 23, 58, 12, tzinfo=UTC)
    assert platform(("readme.txt",)) == []
    (sender,) = platform(("ada-99999999T999999-gradient_clipping.ipynb",))
    assert sender.time is None


# Who that is


def test_numbers_count_before_names() -> None:
    people = People([], CLASS)
    by_number = people.match(moodle(parts("Ada Lovelace_101_assignsubmission_file/a.ipynb")))
    assert (by_number.person.id, by_number.how) == ("ada", "number")
    by_name = people.match(moodle(parts("kierkegaard Søren_5_assignsubmission_file/a.ipynb")))
    assert (by_name.person.id, by_name.how) == ("soren", "name")
    blind = people.match(moodle(parts("Participant_102_assignsubmission_file/a.ipynb")))
    assert blind.person.id == "soren"
    user = people.match(canvas(("whatever_78_900_a.ipynb",)))
    assert (user.person.id, user.how) == ("soren", "number")


def test_a_number_that_belongs_to_another_name_is_refused() -> None:
    """It is a worksheet of another assignment: the numbers mean other people there."""
    with pytest.raises(InputError, match="worksheet of another assignment"):
        People([], CLASS).match(
            moodle(parts("Søren Kierkegaard_101_assignsubmission_file/a.ipynb"))
        )


@pytest.mark.parametrize(
    "name", ["José Núñez", "NÚÑEZ José", "jose nunez", "Jose\u0301 Nun\u0303ez"]
)
def test_a_name_is_found_however_it_is_written(name: str) -> None:
    jose = Person("jose", "José", "Núñez")
    match = People([jose]).match(moodle(parts(f"{name}_1_assignsubmission_file/a.ipynb")))
    assert match.person is jose


def test_two_of_one_name_are_not_told_apart_by_it() -> None:
    people = People([ADA, Person("ada2", "Ada", "Lovelace")])
    with pytest.raises(InputError, match="ada or ada2"):
        people.match(moodle(parts("Ada Lovelace_5_assignsubmission_file/a.ipynb")))


def test_a_user_of_canvas_who_calls_herself_like_somebodys_file_is_not_taken_for_him() -> None:
    eve = Person("eve", "x", "soren_78_5", lms_id="79")
    with pytest.raises(InputError, match="eve or soren"):
        People([], [*CLASS, eve]).match(canvas(("soren_78_5_x_79_900_a.ipynb",)))


def test_who_is_not_in_the_class_list_is_nobody() -> None:
    people = People([], CLASS)
    for reading in (
        moodle(parts("Bob_5_assignsubmission_file/a.ipynb")),
        canvas(("lovelaceada_99_900_a.ipynb",)),  # the name is another's
        blackboard(("W_bob_attempt_2026-11-20-23-58-12_a.ipynb",)),
    ):
        with pytest.raises(InputError, match="nobody in the class list"):
            people.match(reading)


def test_without_a_class_list_newcomers_are_welcome() -> None:
    people = People([])
    found = people.match(moodle(parts("Bob van Dyke [x]_5_assignsubmission_file/a.ipynb")))
    assert (found.person.id, found.how) == ("bob-van-dyke-x", "new")
    assert people.match(canvas(("dykebob_5_900_a.ipynb",))).person.id == "dykebob-5"
    for name in ("", "Participant", "..", "///"):
        with pytest.raises(InputError, match="names nobody"):
            people.match([Sender("Moodle", "a.ipynb", (name,), "5")])


def test_somebody_of_a_class_list_who_is_enrolled_keeps_that_id() -> None:
    enrolled = [Person("ada-lovelace", email="ADA@example.edu"), Person("sk-78", lms_id="78")]
    people = People(enrolled, CLASS)
    assert set(people.listed) == set(people.all) == {"ada-lovelace", "sk-78"}


@pytest.mark.parametrize("text", ["ada", "ada@example.edu", "josé", "s-1", "[x]", "a b"])
def test_what_can_be_a_folder(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize(
    "text", ["", ".", "..", ".a", "a/b", "a\\b", "a\n", " a", "ü" * 65, "\x1b"]
)
def test_what_cannot(text: str) -> None:
    assert not is_id(text)


def test_a_name_is_a_folder_without_what_means_something_to_anybody() -> None:
    assert slug("  ../Ada  [bold]*\x1b\n\\") == "ada-bold"
