"""What a page is given to practise with: enough to run every exercise, and no answer to any."""

from __future__ import annotations

import ast
import base64
import gzip
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.assignments import CONTENT
from autograder.authoring.cards import card, write_for_book
from autograder.authoring.practice import in_a_page, practice, statement
from autograder.cli.sample_class import reference_answers
from autograder.judging.assignment import Assignment
from autograder.judging.references import functions_of

EVERY = [CONTENT.load(name) for name in CONTENT.names()]
named = pytest.mark.parametrize("assignment", EVERY, ids=lambda a: a.name)
SITE = Path(__file__).parents[2] / "_build" / "html"


def squeezed(text: str) -> str:
    """Return text without what differs between code in a page, in a notebook and in a file."""
    return re.sub(r"\s+", "", text)


def bodies(assignment: Assignment) -> dict[str, set[str]]:
    """Return the body of each function of the references, with its comments and without."""
    found = {}
    for name, source in reference_answers(assignment).items():
        (definition,) = ast.parse(source).body
        for function in functions_of(definition):
            first = 1 if ast.get_docstring(function) else 0
            lines = source.splitlines()[function.body[first].lineno - 1 : function.end_lineno]
            code = [line for line in lines if not line.strip().startswith("#")]
            forms = {squeezed("\n".join(lines)), squeezed("\n".join(code))}
            found[f"{name}.{function.name}"] = forms
    return found


def given_away(assignment: Assignment, text: str) -> list[str]:
    """Return the functions whose bodies stand in a text."""
    text = squeezed(text)
    found = bodies(assignment).items()
    return [name for name, forms in found if any(form in text for form in forms)]


def in_plain_words(data: object) -> Iterator[str]:
    """Yield every text in some data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from in_plain_words(value)
    elif isinstance(data, list):
        for value in data:
            yield from in_plain_words(value)


@named
def test_no_reference_check_or_mistake_is_written_for_a_page(
    assignment: Assignment, tmp_path: Path
) -> None:
    write_for_book(assignment, tmp_path)
    files = [path for path in (tmp_path / assignment.name).iterdir() if path.suffix != ".md"]
    assert {path.name for path in files} == {f"{assignment.name}.ipynb", "practice.json"}
    for path in files:
        data = json.loads(path.read_text(encoding="utf-8"))
        text = "\n".join(in_plain_words(data))
        assert given_away(assignment, text) == []
        words = squeezed(text)
        for exercise in assignment.exercises:
            assert not any(squeezed(m.explanation) in words for m in exercise.mistakes)


def test_an_answer_that_is_given_away_is_found() -> None:
    assignment = CONTENT.load("gradient_clipping")
    for name, source in reference_answers(assignment).items():
        without = "\n".join(line for line in source.splitlines() if line.strip()[:1] != "#")
        for given in (source, without):
            assert given_away(assignment, f"<pre>{given}</pre>") == [f"{name}.{name}"]


@pytest.mark.skipif(not SITE.exists(), reason="no book: run `make book`")
def test_no_reference_stands_in_what_the_built_site_lets_pages_run() -> None:
    """Also not packed: what pages load is taken out of its scripts."""
    scripts = sorted((SITE / "_static" / "practise").glob("notebook-*.js"))
    packed = [re.search(r', "(.*)"\)', path.read_text(encoding="utf-8"))[1] for path in scripts]
    texts = [gzip.decompress(base64.b64decode(content)).decode() for content in packed]
    texts = ["\n".join(in_plain_words(json.loads(text))) for text in texts]
    texts += [
        html.unescape(re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8")))
        for path in SITE.glob("book/exercises*.html")
    ]
    for assignment in EVERY:
        assert [name for text in texts for name in given_away(assignment, text)] == []


@named
def test_every_exercise_has_what_it_takes_to_run_it(assignment: Assignment) -> None:
    given = practice(assignment)
    cells = {cell.id: cell for cell in given["notebook"].cells}
    names = [exercise.name for exercise in assignment.exercises]
    assert [exercise["name"] for exercise in given["exercises"]] == names
    for exercise in given["exercises"]:
        assert (exercise["needs"] == []) == (exercise["name"] in in_a_page(assignment))
        if exercise["needs"]:
            continue
        assert "raise NotImplementedError()" in cells[exercise["name"]].source
        assert exercise["name"] in cells[exercise["tests"]].source
        assert exercise["before"][0].startswith("setup_")
        for cell in exercise["before"] + exercise["looks"]:
            assert "import keras" not in cells[cell].source


def test_what_only_keras_can_show_is_not_looked_at_in_a_page() -> None:
    (report,) = (
        e for e in practice(CONTENT.load("capstone"))["exercises"] if e["name"] == "report"
    )
    assert report["looks"] == []


def test_a_card_names_what_can_be_run_in_a_page() -> None:
    text = card(CONTENT.load("optimisers"))
    assert 'data-notebook="optimisers"' in text
    assert 'data-exercises="Momentum Nesterov AdaGrad' in text
    assert "NadamW" not in text.split("data-exercises")[1]
    assert 'data-exercises=""' in card(CONTENT.load("pretrained_layers"))


STUB = '''\
class Halver:
    """Halves, and `keeps` count.

    As a formula::

        y = x / 2 < x

    Parameters
    ----------
    start
        Where *counting* begins.

    Examples
    --------
    >>> Halver(1)
    """

    def step(self, x):
        """Return half of <b>x</b>.

        .. raw:: html

            <script>alert(1)</script>

        .. include:: /etc/passwd
        """
        raise NotImplementedError()

    def plain(self):
        raise NotImplementedError()
'''


def test_a_docstring_becomes_html() -> None:
    text = statement(STUB)
    assert "Halves, and <code>keeps</code> count." in text
    assert "y = x / 2 &lt; x" in text
    assert '<p class="rubric">Parameters</p>' in text
    assert "<dt>start</dt>" in text
    assert "<em>counting</em>" in text
    assert "<h5><code>step</code></h5>" in text
    assert "plain" not in text


def test_a_docstring_brings_nothing_else_into_a_page() -> None:
    text = statement(STUB)
    assert "<b>" not in text
    assert "<script" not in text
    assert "root:" not in text


@named
def test_every_docstring_is_understood(assignment: Assignment) -> None:
    for exercise in practice(assignment)["exercises"]:
        assert "system-message" not in exercise["statement"]
        assert "problematic" not in exercise["statement"]
        assert "----" not in exercise["statement"]
