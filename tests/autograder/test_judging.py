"""The judge: partial marks, fresh inputs, exceptions told as theirs, mistakes and consequences."""

import base64
import contextlib
import copy
import dataclasses
import inspect
import itertools
import random
from html.parser import HTMLParser

import numpy as np
import pytest

from autograder.assignments import CONTENT
from autograder.dialogue.answers import Refused, Stopped, Student
from autograder.dialogue.pictures import Curves
from autograder.dialogue.remote import Event, RemoteStudent
from autograder.inside import answering
from autograder.inside.answering import Answerer
from autograder.inside.probing import probes_from
from autograder.inside.wire import Generator, Message, fingerprint
from autograder.judging import expect
from autograder.judging import judge as judging
from autograder.judging import recognise as recognising
from autograder.judging.assignment import Exercise
from autograder.judging.checks import check
from autograder.judging.judge import judge_exercise, local_ask
from autograder.judging.limit import OutOfTime, at_most
from autograder.judging.mistakes import mistake, together
from autograder.judging.recognise import _same, recognise
from autograder.judging.verdict import CheckVerdict, ExerciseVerdict
from autograder.judging.wording import as_html, as_text
from tests.autograder.measuring import reference_source
from tests.autograder.questioning import (
    exercise,
    mistake_of,
    namespace,
    solutions,
    verdicts,
)
from tests.autograder.questioning import verdict as answered_by

ACTIVATIONS = CONTENT.load("activations")
INITIALISERS = CONTENT.load("initialisers")
KEY = b"k" * 32


@check("double", "positive numbers", points=1.5)
def positive(student: Student, draw: np.random.Generator) -> None:
    number = int(draw.integers(3, 1000))
    expect.equal(student.call("double", number), 2 * number)


@check("double", "negative numbers", points=1)
def negative(student: Student, draw: np.random.Generator) -> None:
    number = -int(draw.integers(3, 1000))
    expect.equal(student.call("double", number), 2 * number)


@mistake("double", "squared", "You squared it.")
def squared(x: int) -> int:
    return x * x


def double(x: int) -> int:
    return 2 * x


DOUBLE = Exercise(
    "tests", "double", "tests.autograder.test_judging", (positive, negative), (squared,)
)


def verdict(function, key: bytes = KEY):
    return judge_exercise(DOUBLE, local_ask({"double": function} if function else {}), key)


def test_marks_are_per_check_and_add_up() -> None:
    found = verdict(lambda x: 2 * abs(x))
    assert [check.earned for check in found.checks] == [1.5, 0.0]
    assert (found.score, found.max_score, found.passed) == (1.5, 2.5, False)


def test_a_right_answer_has_no_messages() -> None:
    found = verdict(double)
    assert (found.passed, found.messages, found.mistake) == (True, [], None)


def test_a_refusal_says_what_was_asked_what_came_and_what_was_expected() -> None:
    (message, _) = verdict(lambda x: 0).messages
    assert message.startswith("positive numbers: double(")
    assert "returned 0;" in message
    assert "was expected" in message


def test_a_named_mistake_is_recognised_and_explained() -> None:
    found = verdict(squared.implementation)
    assert found.mistake == "squared"
    assert found.messages[0] == "You squared it."


def test_an_unnamed_mistake_is_not_given_a_name() -> None:
    assert verdict(lambda x: 3 * x).mistake is None


def test_an_answer_that_agrees_with_the_reference_has_no_mistake() -> None:
    assert recognise([], (squared,), double, probes_from("")) is None


@pytest.mark.parametrize("answer", [2.0, "4", None, [4], np.float64(4), True])
def test_a_right_value_of_a_wrong_type_is_refused(answer: object) -> None:
    assert verdict(lambda x: answer).score == 0


def test_a_line_that_is_left_over_from_the_stub_is_told_as_such() -> None:
    names = namespace("def double(x):\n    raise NotImplementedError()\n    return 2 * x\n")
    (message, _) = judge_exercise(DOUBLE, local_ask(names), KEY).messages
    assert "raised NotImplementedError (line 2 of answer: raise NotImplementedError())." in message
    assert message.endswith("Is that line left over from the empty answer?")


def test_an_exception_of_one_branch_costs_its_own_check() -> None:
    def unfinished(x: int) -> int:
        if x < 0:
            raise NotImplementedError("negative numbers")
        return 2 * x

    assert [check.earned for check in verdict(unfinished).checks] == [1.5, 0.0]


class Odd(ValueError):
    pass


@pytest.mark.parametrize(("error", "right"), [(Odd, True), (ValueError, True), (KeyError, False)])
def test_a_subclass_of_the_exception_that_is_asked_for_is_one(error: type, right: bool) -> None:
    @check("double", "odd numbers", points=1)
    def odd(student: Student, draw: np.random.Generator) -> None:
        expect.raises(student, "ValueError", "double", 3)

    def refusing(x: int) -> int:
        raise error("odd")

    asked = dataclasses.replace(DOUBLE, checks=(odd,))
    found = judge_exercise(asked, local_ask({"double": refusing}), KEY)
    assert found.passed == right
    assert right or "raised KeyError" in found.messages[0]


def test_a_missing_name_is_told() -> None:
    assert "There is no function or class called double" in verdict(None).messages[0]


def test_an_exception_is_told_as_the_students_with_its_line() -> None:
    names = namespace("def double(x):\n    y = x\n    return y.missing\n")
    (message, _) = judge_exercise(DOUBLE, local_ask(names), KEY).messages
    assert "raised AttributeError" in message
    assert "line 3 of answer: return y.missing" in message


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, RecursionError, MemoryError])
def test_no_exception_of_the_students_ends_the_judge(error: type[BaseException]) -> None:
    def raising(x: int) -> int:
        raise error

    assert error.__name__ in verdict(raising).messages[0]


def test_an_answer_that_never_comes_costs_its_own_check() -> None:
    asked = []

    def ask(message: Message) -> Message:
        asked.append(message)
        if message.header["op"] == "call" and len(asked) < 2:
            raise Stopped("Stopped after 10 seconds")
        return local_ask({"double": double})(message)

    found = judge_exercise(DOUBLE, ask, KEY)
    assert [check.passed for check in found.checks] == [False, True]


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"value": 7},
        {"value": {"array": 3}},
        {"raised": None},
        {"raised": {"type": 3, "text": [], "lines": {}}},
        {"raised": {"type": "E", "text": "", "lines": [{"line": "x"}]}},
        {"missing": None},
        {"made": "0"},
    ],
)
def test_a_forged_reply_costs_marks_and_nothing_else(reply: dict) -> None:
    found = judge_exercise(DOUBLE, lambda message: Message(dict(reply)), KEY)
    assert found.score == 0


def test_the_same_key_asks_the_same_and_another_key_does_not() -> None:
    def asked(key: bytes) -> list[int]:
        seen: list[int] = []
        verdict(lambda x: seen.append(x) or 2 * x, key)
        return seen

    assert asked(KEY) == asked(KEY)
    assert asked(KEY) != asked(b"other" * 8)


def test_what_a_student_writes_is_shown_as_text() -> None:
    def script(x: int) -> int:
        raise ValueError("<script>alert(1)</script>")

    found = verdict(script)
    assert "<script>" not in as_html(found)
    assert "&lt;script&gt;" in as_html(found)
    assert "<script>" in as_text(found)


class Page(HTMLParser):
    """What a browser makes of a report: its elements, and the texts between their tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


HOSTILE = """</p><script>alert('x')</script>" onerror="alert(1)" &lt; {{ 7 * 7 }} {# \n"""


def test_what_every_check_says_is_told_once() -> None:
    checks = tuple(CheckVerdict(title, 1, 0, "It returned 7.") for title in "abc")
    found = ExerciseVerdict("double", checks)
    assert as_text(found).splitlines()[1:] == [
        "  It returned 7.", "  FAILED (0/1) a", "  FAILED (0/1) b", "  FAILED (0/1) c"
    ]  # fmt: skip
    assert "".join(Page(as_html(found)).texts).count("It returned 7.") == 1


def test_what_an_earlier_check_has_said_is_not_repeated() -> None:
    checks = (CheckVerdict("a", 1, 0, "7."), CheckVerdict("b", 1, 1), CheckVerdict("c", 1, 0, "7."))
    assert as_text(ExerciseVerdict("double", checks)).splitlines()[1:] == [
        "  FAILED (0/1) a: 7.", "  passed (1/1) b", "  FAILED (0/1) c: as above"
    ]  # fmt: skip


def test_an_exception_that_ends_many_checks_is_told_once() -> None:
    checks = tuple(CheckVerdict(x, 1, 0, f"f({x}) raised KeyError: 'k' (line 1).") for x in "abc")
    assert as_text(ExerciseVerdict("f", checks)).splitlines()[1:] == [
        "  FAILED (0/1) a: f(a) raised KeyError: 'k' (line 1).",
        "  FAILED (0/1) b: f(b) raised the same",
        "  FAILED (0/1) c: f(c) raised the same",
    ]


@pytest.mark.parametrize(
    ("mistake", "title"), [(HOSTILE, "A known mistake."), (None, "Look here first.")]
)
def test_hostile_text_in_every_field_is_shown_as_text(mistake: str | None, title: str) -> None:
    x = np.arange(3.0)
    picture = Curves((x, x), (x, x), HOSTILE, HOSTILE, HOSTILE)
    checks = (CheckVerdict(HOSTILE, 1.5, 0, HOSTILE, picture), CheckVerdict(HOSTILE, 1, 1))
    explanation = f"{HOSTILE}`<b>{HOSTILE}` `"
    page = Page(as_html(ExerciseVerdict(HOSTILE, checks, mistake, explanation)))
    assert page.texts == [
        f"{HOSTILE}: 1 of 2.5 points",
        title,
        f" {HOSTILE}",
        f"<b>{HOSTILE}",
        " `",
        "\N{BALLOT X} failed",
        f" (0/1.5) {HOSTILE}: {HOSTILE}",
        "\N{CHECK MARK} passed",
        f" (1/1) {HOSTILE}",
    ]
    tags = [tag for tag, _ in page.elements]
    assert " ".join(tags) == "div p strong p strong code ul li span br img li span"
    ((_, image),) = (element for element in page.elements if element[0] == "img")
    assert image.keys() == {"alt", "style", "src"}
    assert image["alt"] == HOSTILE
    kind, drawing = image["src"].split(",")
    assert kind == "data:image/svg+xml;base64"
    assert b"<script>" not in base64.b64decode(drawing, validate=True)


def test_a_refusal_is_an_exception_with_a_picture() -> None:
    assert Refused("wrong").picture is None


def replaced(**functions):
    return verdicts(INITIALISERS, solutions("initialisers").read_text(), functions)


def test_a_consequence_is_not_taken_for_a_mistake() -> None:
    asked = exercise(INITIALISERS, "compute_fans")
    found = replaced(compute_fans=mistake_of(asked, "fans-swapped").implementation)
    assert found["compute_fans"].mistake == "fans-swapped"
    assert not found["he_normal"].passed
    assert found["he_normal"].mistake is None
    assert "It uses your compute_fans" in found["he_normal"].explanation


def test_an_answer_that_does_not_use_what_is_broken_is_not_sent_there() -> None:
    broken = solutions("initialisers").read_text() + "\ndef compute_fans(shape):\n    return 3, 7\n"
    alone = "\ndef he_normal(shape, rng, dtype=np.float32):\n    return np.zeros(shape, dtype)\n"
    assert "compute_fans" in verdicts(INITIALISERS, broken)["he_normal"].explanation
    assert "compute_fans" not in verdicts(INITIALISERS, broken + alone)["he_normal"].explanation


def test_a_mistake_of_its_own_is_named_although_what_is_below_is_broken() -> None:
    fans = exercise(INITIALISERS, "compute_fans")
    lecun = exercise(INITIALISERS, "lecun_normal").mistakes[0]

    def strict(shape):
        if len(shape) == 1:
            raise TypeError("no vectors")
        return fans.reference(shape)

    found = replaced(compute_fans=strict, lecun_normal=lecun.implementation)
    assert found["lecun_normal"].mistake == lecun.name


# Inputs that are changed in place, and probes


@check("shift", "leaves its input alone", points=1)
def leaves_alone(student: Student, draw: np.random.Generator) -> None:
    x = draw.normal(size=3)
    answer = student.call("shift", x, by=[np.ones(2)])
    expect.close(answer, x + 1, 1e-9)
    expect.untouched(answer)


@mistake("shift", "in-place", "You changed your input.")
def shift_in_place(x, by):
    x += 1
    return x


def shift(x, by):
    return x + 1


SHIFT = Exercise(
    "tests", "shift", "tests.autograder.test_judging", (leaves_alone,), (shift_in_place,)
)


def test_an_input_that_is_changed_in_place_is_seen_and_recognised() -> None:
    code = "def shift(x, by):\n    x[:] = x + 1\n    return x"
    found = judge_exercise(SHIFT, local_ask(namespace(code)), KEY)
    assert found.mistake == "in-place"
    assert "changed argument 1 in place" in found.messages[1]


def test_a_changed_array_within_a_list_is_named_by_its_keyword() -> None:
    code = "def shift(x, by):\n    by[0] *= 2\n    return x + 1"
    found = judge_exercise(SHIFT, local_ask(namespace(code)), KEY)
    assert found.mistake is None
    assert "changed `by` in place" in found.messages[0]


def test_an_input_that_is_left_alone_passes() -> None:
    assert judge_exercise(SHIFT, local_ask({"shift": shift}), KEY).passed


@pytest.mark.parametrize("left", [[], ["0" * 32] * 2, "00", 3, None])
def test_arguments_that_are_not_accounted_for_are_no_answer(left: object) -> None:
    def ask(message: Message) -> Message:
        return Message({"value": 4, "left": left})

    assert not judge_exercise(DOUBLE, ask, KEY).passed


def test_what_is_counted_wrongly_beside_the_students_code_hides_no_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A student's code can replace what looks at the arguments, but not what they had to be."""
    in_place = "def shift(x, by):\n    x += 1\n    return x"
    monkeypatch.setattr(answering, "fingerprint", lambda value: fingerprint([]))
    found = judge_exercise(SHIFT, local_ask(namespace(in_place)), KEY)
    assert "changed argument" in found.messages[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (np.zeros(3), np.zeros(3, np.float32)),
        (np.zeros(4), np.zeros((2, 2))),
        (np.zeros(3), [0.0, 0.0, 0.0]),
        ([1.0, 2.0], [2.0, 1.0]),
        ([0.5], [0.5, 0.5]),
        ({"a": 1}, {"a": 1.0}),
        ("a", "b"),
        (True, 1),
        ([np.ones(2)], [np.ones(2) * 2]),
        ([np.array(2.0)], [np.float64(2.0)]),
    ],
)
def test_data_that_differs_has_another_fingerprint(before: object, after: object) -> None:
    assert fingerprint(before) == fingerprint(copy.deepcopy(before))
    assert fingerprint(before) != fingerprint(after)


def test_a_class_of_a_students_does_not_answer_for_a_probe() -> None:
    class Forged:
        def configuration(self) -> dict[str, float]:
            return {"rate": 1.0}  # what the judge hopes to hear

        def get_config(self) -> dict[str, float]:
            return {"rate": 2.0}

    probes = "def configuration(thing):\n    return thing.get_config()\n"
    answerer = Answerer({"Forged": Forged}, probes_from(probes))
    made = RemoteStudent(answerer.answer).make("Forged")
    assert made.probe("configuration").value == {"rate": 2.0}
    trusted = RemoteStudent(local_ask({"Forged": Forged}, probes)).make("Forged")
    assert trusted.probe("configuration").value == {"rate": 1.0}  # as a named mistake's stand-in


def _layers(order: slice) -> np.ndarray:
    """What twenty layers make of some rows, each sum taken in the order given."""
    rng = np.random.default_rng(0)
    a = rng.normal(size=(16, 100)).astype(np.float32)
    for _ in range(20):
        kernel = rng.normal(0, np.sqrt(2 / 100), (100, 100)).astype(np.float32)
        terms = (a[:, :, None] * kernel)[:, order]
        a = np.maximum(np.cumsum(terms, axis=1, dtype=np.float32)[:, -1], 0)
    return a @ kernel


def test_two_orders_of_summation_are_one_answer_and_a_small_mistake_is_another() -> None:
    forwards, backwards = _layers(slice(None)), _layers(slice(None, None, -1))
    assert not np.allclose(forwards, backwards, rtol=0, atol=2e-7)
    assert _same(forwards, backwards)
    assert not _same(forwards, forwards * np.float32(1.0005))
    assert not _same(forwards, forwards + np.float32(3e-3))


# A mistake beside an exception


def test_a_mistake_is_named_although_an_exception_hides_some_of_it() -> None:
    def squared_and_stopping(x):
        if x < 0:
            raise TypeError("no negative numbers")
        return x * x

    found = verdict(squared_and_stopping)
    assert found.mistake == "squared"
    assert found.explanation == "Besides the exception that is told below: You squared it."
    assert "TypeError: no negative numbers" in found.checks[1].message


def test_nothing_is_named_where_an_exception_is_all_that_is_wrong() -> None:
    def stopping(x):
        if x < 0:
            raise TypeError("no negative numbers")
        return 2 * x

    @mistake("double", "absolute", "You forgot the sign.")
    def absolute(x: int) -> int:
        return 2 * abs(x)

    asked = dataclasses.replace(DOUBLE, mistakes=(absolute,))
    assert judge_exercise(asked, local_ask({"double": stopping}), KEY).mistake is None
    assert judge_exercise(asked, local_ask({"double": absolute.implementation}), KEY).mistake


def test_a_limit_within_another_leaves_that_one_in_force() -> None:
    reached = False
    with contextlib.suppress(OutOfTime), at_most(0.3):
        with contextlib.suppress(OutOfTime), at_most(0.1):
            while True:
                pass
        reached = True
        while True:
            pass
    assert reached


# What makes an answer a mistake's


def recognised(student, mistakes, right, *given):
    """Return which of the wrong functions, by its number, a student's is taken for."""
    events: list[Event] = []
    RemoteStudent(local_ask({"double": student}), events, "double").call("double", *given)
    wrong = [mistake("double", str(number), "")(one) for number, one in enumerate(mistakes)]
    found = recognise(events, wrong, right, probes_from(""))
    return None if found is None else int(found.name)


def ordered(**values: float):
    return lambda x: values


def test_the_order_of_keys_is_a_mistake_where_nothing_else_is_wrong() -> None:
    right = ordered(a=1.0, b=2.0)
    assert recognised(ordered(b=2.0, a=1.0), [ordered(b=2.0, a=1.0)], right, 1) == 0
    assert recognised(ordered(b=2.0, a=3.0), [ordered(a=3.0, b=2.0)], right, 1) == 0
    assert recognised(ordered(b=2.0, a=1.0), [ordered(a=3.0, b=2.0)], right, 1) is None


@pytest.mark.parametrize("kind", [float, np.float64, np.float32])
def test_the_kind_of_a_number_is_a_mistake_where_nothing_else_is_wrong(kind: type) -> None:
    always = [lambda x: kind(2 * x)]
    assert recognised(lambda x: kind(2 * x), always, lambda x: np.int64(2 * x), 3) == 0
    assert recognised(lambda x: kind(x * x), [lambda x: x * x], double, 3) == 0
    assert recognised(lambda x: kind(2 * x), [lambda x: x * x], double, 3) is None
    assert recognised(lambda x: True, [lambda x: 1], double, 3) is None


def test_a_mistake_is_recognised_when_it_is_computed_in_the_precision_of_what_is_given() -> None:
    def in_single(x):
        return np.cumsum(x, dtype=np.float32)[-1:].astype(float)

    def wrong(x):
        return np.cumsum(x, dtype=float)[-1:]

    given = np.random.default_rng(1).normal(size=1000)
    assert recognised(in_single, [wrong], np.abs, given.astype(np.float32)) == 0
    assert recognised(in_single, [wrong], np.abs, given) is None


def test_small_numbers_are_told_apart() -> None:
    wrong = [lambda x: np.array([x * 1e-20]), lambda x: np.array([x * 2e-20])]
    assert recognised(wrong[1], wrong, lambda x: np.array([x]), 3) == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_that_are_near_each_other_by_chance_are_no_repetition(dtype: type) -> None:
    one, other, third = (np.array([[x]], dtype) for x in (1.0898390, 1.0898474, -0.3))
    answers, again = itertools.cycle([one, other]), itertools.cycle([one, third])
    events: list[Event] = []
    student = RemoteStudent(local_ask({"double": lambda x: next(answers)}), events, "double")
    for _ in range(2):
        student.call("double", Generator(1))
    wrong = mistake("double", "unseeded", "")(lambda x: next(again))
    found = recognise(events, [wrong], None, probes_from(""))
    assert found is wrong


def test_mistakes_are_looked_for_once_where_no_exception_ended_a_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = []
    monkeypatch.setattr(judging, "recognise", lambda *of: looked.append(of))
    verdict(lambda x: 3 * x)
    assert len(looked) == 1
    verdict(lambda x: 3 * x if x > 0 else 1 / 0)
    assert len(looked) == 3


# Defaults


@pytest.mark.parametrize("alpha", [0.2, 0.013, 0.0, 7.0])
def test_who_has_another_default_is_told_so_whatever_it_is(alpha: float) -> None:
    source = inspect.getsource(exercise(ACTIVATIONS, "leaky_relu").reference)
    assert source.count("alpha: float = 0.01") == 1
    source = source.replace("alpha: float = 0.01", f"alpha: float = {alpha}")
    source = solutions("activations").read_text() + "\n\n" + source
    found = verdicts(ACTIVATIONS, source)["leaky_relu"]
    assert found.mistake or "compare your default with `alpha=0.01`" in found.explanation


def test_who_is_wrong_where_the_default_does_not_matter_is_not_told_of_it() -> None:
    source = (
        solutions("activations").read_text()
        + """

def leaky_relu(x, alpha=None):
    return np.where(x > 0, 1.5 * x, 0.01 * x) if alpha is None else np.where(x > 0, x, alpha * x)
"""
    )
    found = verdicts(ACTIVATIONS, source)["leaky_relu"]
    assert not found.passed
    assert not found.explanation


# Two mistakes at once

SWAPPED_AND_UNCHECKED = """
def compute_fans(shape):
    if len(shape) < 2:
        return (shape or (1,)) * 2
    field = int(np.prod(shape[:-2]))
    return field * shape[-1], field * shape[-2]
"""


def test_two_mistakes_at_once_are_both_named() -> None:
    source = solutions("initialisers").read_text() + SWAPPED_AND_UNCHECKED
    found = verdicts(INITIALISERS, source)["compute_fans"]
    assert found.mistake == "fans-swapped and sizes-not-checked"
    assert found.explanation.startswith("Two things at once. ")
    for name in ("fans-swapped", "sizes-not-checked"):
        one = mistake_of(exercise(INITIALISERS, "compute_fans"), name)
        assert one.explanation in found.explanation


def test_two_mistakes_that_both_show_in_the_first_wrong_answer_are_named() -> None:
    asked = exercise(ACTIVATIONS, "selu_constants")
    one, other = (mistake_of(asked, name) for name in ("order-exchanged", "cross-term-forgotten"))
    both = together(one, other)
    assert both is not None
    source = "\n\n".join([solutions("activations").read_text(), both.source])
    assert verdicts(ACTIVATIONS, source)["selu_constants"].mistake == both.name


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # they are wrong
@pytest.mark.parametrize("name", CONTENT.names())
def test_of_two_mistakes_at_once_nearly_all_are_named(name: str) -> None:
    assignment = CONTENT.load(name)
    source = reference_source(assignment)
    found = []
    # What is drawn from nowhere can be compared with nothing drawn elsewhere, but for its law.
    for asked in filter(lambda one: one.replayable, assignment.exercises):
        singles = [one for one in asked.mistakes if "generator" not in one.name]
        pairs = filter(None, itertools.starmap(together, itertools.combinations(singles, 2)))
        for pair in random.Random(asked.name).sample(list(pairs), 3):
            names = namespace(source, {asked.name: pair.implementation})
            found.append(answered_by(asked, names, 0).explanation)
    assert found.count("") <= len(found) / 10


def test_two_that_never_end_together_hold_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    @mistake("double", "endless", "It never ends, and nobody who waits for it does either.")
    def endless(x: int) -> int:
        while True:
            x += 1

    monkeypatch.setattr(recognising, "together", lambda one, other: endless)
    monkeypatch.setattr(recognising, "PAIR_SECONDS", 0.2)
    two = dataclasses.replace(DOUBLE, mistakes=(squared, squared))
    assert judge_exercise(two, local_ask({"double": lambda x: 3 * x}), KEY).mistake is None
