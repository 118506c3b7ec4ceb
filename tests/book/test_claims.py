"""Claims: how an assertion of a page is measured, and what becomes of one that does not hold."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from book import build, survey
from book.support import claims
from tests.book import prose


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A notebook in this process whose claims are measured."""
    monkeypatch.setattr(claims, "_stated", [])
    shell = InteractiveShell.instance()
    claims.measure_in_notebooks()
    shell.user_ns["np"] = np
    yield shell
    InteractiveShell.clear_instance()


def _only(shell: InteractiveShell, code: str) -> claims.Claim:
    with capture_output():
        shell.run_cell(code, silent=True).raise_error()
    (claim,) = claims.stated()
    return claim


@pytest.mark.parametrize(
    ("test", "margins"),
    [
        ("1 < 3", [2]),
        ("3 > 1 + 1", [1]),
        ("0.5 < 0.75 <= 1", [0.25, 0.25]),
        ("2 < 1", [-1]),
        ("not 2 < 1", [1]),
        ("1 < 2 and 5 > 2", [1, 3]),
        ("(np.arange(4) < 5).all()", [2]),
        ("(np.arange(4) < 2).all()", [-1]),
        ("(np.arange(4) < 3).mean() > 0.5", [0.25]),
        ("all(k < 4 for k in range(3))", [2]),
        ("np.allclose([1.0, 2.0], [1.0, 2.05], rtol=0, atol=0.1)", [0.5]),
        ("[1, 2] == [1, 2]", [None]),
        ("'a' in 'cat'", [None]),
        ("1 > 2 or 2 > 1", [None]),
    ],
)
def test_a_margin_is_the_distance_from_failing(
    shell: InteractiveShell, test: str, margins: list[float | None]
) -> None:
    claim = _only(shell, f"assert {test}, 'A sentence.'")
    assert claim.sentence == "A sentence."
    assert [part.margin for part in claim.parts] == pytest.approx(margins)
    assert claim.held == bool(eval(test, {"np": np}))


@pytest.mark.parametrize("test", ["np.nan < 1", "(np.array([1, np.nan]) < 2).all()"])
def test_what_is_not_a_number_does_not_hold(shell: InteractiveShell, test: str) -> None:
    claim = _only(shell, f"assert {test}, 'A sentence.'")
    assert not claim.held
    assert all(math.isnan(part.margin) for part in claim.parts if part.margin is not None)


def test_a_claim_in_a_loop_counts_once_with_its_worst_turn(shell: InteractiveShell) -> None:
    claim = _only(shell, "for k in (3, 1, 2):\n    assert k > 0.5, 'All are large.'")
    assert [part.margin for part in claim.parts] == [0.5]


def test_a_comparison_behind_one_that_failed_is_not_made(shell: InteractiveShell) -> None:
    claim = _only(shell, "assert len([]) > 0 and [][0] > 1, 'There is one.'")
    assert [part.held for part in claim.parts] == [False]


def test_a_claim_that_fails_shows_a_box_and_the_cell_goes_on(shell: InteractiveShell) -> None:
    with capture_output() as shown:
        result = shell.run_cell("assert 2 < 1, 'Two < one.'\nreached = True")
    assert result.success
    assert shell.user_ns["reached"]
    (box,) = shown.outputs
    assert "Two &lt; one." in box.data["text/html"]
    assert "2 should be below 1" in box.data["text/html"]
    assert box.metadata[claims.KEY]["sentence"] == "Two < one."


@pytest.mark.parametrize("code", ["1 / 0", "assert 1 / 0 > 1, 'A sentence.'", "assert 1 > 2"])
def test_anything_else_still_stops_the_cell(shell: InteractiveShell, code: str) -> None:
    with capture_output():
        assert not shell.run_cell(code).success


def test_without_a_notebook_an_assertion_is_pythons() -> None:
    with pytest.raises(AssertionError, match="Two are fewer than one"):
        exec("assert 2 < 1, 'Two are fewer than one.'")


# The pages and their record


@pytest.mark.parametrize("name", survey.pages())
def test_every_assertion_of_a_page_is_the_guard_of_a_sentence(name: str) -> None:
    for told in survey.written(survey.pages()[name]).values():
        assert not told[0].islower() or told[0] == "ℓ", told
        assert told.endswith("."), told
        assert len(told.split()) > 3, told
    sentences = list(survey.written(survey.pages()[name]).values())
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("name", survey.pages())
def test_the_box_of_a_claim_can_be_seen(name: str) -> None:
    """What a removed cell shows is removed with it; and the helper measures later cells only."""
    measured = False
    for cell in jupytext.read(survey.pages()[name]).cells:
        if cell.cell_type == "code" and claims.written(cell.source):
            assert not {"remove-cell", "remove-output"} & set(cell.metadata.get("tags", []))
            assert measured, "the cell that imports the helper makes a claim"
        measured = measured or "book.support" in cell.source


@pytest.mark.parametrize("name", survey.pages())
def test_every_claim_held_in_every_run(name: str) -> None:
    """Fails too if the page has changed since it was measured: run `make claims`."""
    page, kept = survey.pages()[name], survey.Record().pages[name]
    assert kept["key"] == survey.key(page), "the page has changed: run `make claims`"
    assert kept["claims"] == survey.written(page), "a sentence has changed: run `make claims`"
    assert "own" in kept["runs"]
    for claim in survey.standings(kept):
        assert claim.held == claim.runs > 0, claim


@pytest.mark.parametrize("name", survey.pages())
def test_every_page_has_been_executed_in_every_variant(name: str) -> None:
    runs = survey.Record().pages[name]["runs"]
    left = [variant.name for variant in survey.VARIANTS if variant.name not in runs]
    if left:  # a record that is not complete yet is no fault of the page
        pytest.xfail(f"run `make claims` to the end: {', '.join(left)}")


def _run(margin: float) -> dict[str, Any]:
    part = {"text": "a < b", "held": margin > 0, "margin": margin, "found": ""}
    return {"seconds": 1.0, "claims": [{"sentence": "So.", "test": "a < b", "parts": [part]}]}


PAGE = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  name: python3
---
# A page

```{{code-cell}} ipython3
a, b = {a}, 2
assert a < b, "{sentence}"
```
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page with one claim, in a project of its own."""
    monkeypatch.setattr(build, "ROOT", tmp_path)
    file = tmp_path / "book" / "page.md"
    file.parent.mkdir()
    file.write_text(PAGE.format(a=1, sentence="So it is."))
    (tmp_path / "requirements.lock").write_text("")
    return file


def test_the_record_is_the_cache(page: Path) -> None:
    record = survey.Record(page.with_name("record.json"))
    record.keep_only({"page": page})
    assert all(left == ["page"] for left in record.missing().values())
    record.add("page", "own", _run(1.0))

    again = survey.Record(record.file)
    again.keep_only({"page": page})
    assert again.missing()["own"] == []
    page.write_text(PAGE.format(a=1, sentence="It is so, in other words."))
    again.keep_only({"page": page})
    assert again.missing()["own"] == []
    assert again.pages["page"]["claims"] == {"a < b": "It is so, in other words."}
    page.write_text(PAGE.format(a=1.5, sentence="It is so, in other words."))
    again.keep_only({"page": page})
    assert again.missing()["own"] == ["page"]
    assert again.pages["page"]["margins"] == {}


def test_a_file_that_pages_compute_with_is_part_of_their_key(page: Path) -> None:
    before = survey.key(page)
    helpers = build.ROOT / "book/support"
    helpers.mkdir()
    (helpers / "style.py").write_text("only drawing")
    assert survey.key(page) == before
    (helpers / "networks.py").write_text("training")
    assert survey.key(page) != before


def test_the_room_of_a_claim_is_its_least_margin_in_spreads(page: Path) -> None:
    record = survey.Record(page.with_name("record.json"))
    record.keep_only({"page": page})
    seeds = [variant.name for variant in survey.VARIANTS if not variant.environment]
    for number, name in enumerate(seeds):
        record.add("page", name, _run(4.0 + number % 2))
    record.add("page", "avx2", _run(2.0))
    (claim,) = survey.standings(record.pages["page"])
    assert claim.held == claim.runs == claim.seeds + 1 == len(seeds) + 1
    assert claim.least == pytest.approx(2 / np.std([4, 5] * 3, ddof=1))
    record.add("page", "sse41", _run(-1.0))
    (claim,) = survey.standings(record.pages["page"])
    assert claim.held == claim.runs - 1
    assert claim.least is not None
    assert claim.least < 0


def test_a_claim_that_no_seed_moves_has_no_spread(page: Path) -> None:
    record = survey.Record(page.with_name("record.json"))
    record.keep_only({"page": page})
    for name in ("own", "seeds-1000", "avx2"):
        record.add("page", name, _run(0.3))
    (claim,) = survey.standings(record.pages["page"])
    assert claim.least is None


def test_a_page_is_executed_with_its_seeds_shifted_and_its_faults_told(page: Path) -> None:
    drawing = "import numpy as np\na, b = np.random.default_rng(3).random(), 2"
    record = survey.Record(page.with_name("record.json"))
    found = {}
    for shift in (0, 1000):
        page.write_text(PAGE.format(a=1, sentence="So it is.").replace("a, b = 1, 2", drawing))
        variant = survey.Variant("some", "some", shift)
        ((_, run),) = survey.executed(variant, {"page": page}, set())
        assert run["error"] is None
        found[shift] = run["claims"][0]["parts"][0]["margin"]
    assert found[0] == pytest.approx(2 - np.random.default_rng(3).random())
    assert found[1000] == pytest.approx(2 - np.random.default_rng(1003).random())
    page.write_text(PAGE.format(a="1 / 0", sentence="So it is."))
    ((_, run),) = survey.executed(survey.Variant("own", "own"), {"page": page}, set())
    assert "ZeroDivisionError" in run["error"]
    assert not record.file.exists()


# The book where a claim does not hold

CONFIG = """\
title: A book
only_build_toc_files: true
execute: {execute_notebooks: cache, raise_on_error: true}
sphinx:
  local_extensions: {course_site: PLACE}
"""


@pytest.fixture
def book(page: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A whole book of one page, whose claim does not hold; returns its root."""
    root = build.ROOT
    place = json.dumps(str(prose.ROOT / "book" / "_ext"))
    (root / "_config.yml").write_text(CONFIG.replace("PLACE", place))
    (root / "_toc.yml").write_text("format: jb-book\nroot: book/page\n")
    text = PAGE.format(a=3, sentence="Three are fewer than two.")
    helper = "```{code-cell} ipython3\nfrom book.support import report\n```\n"
    text = text.replace("# A page\n", f"# A page\n\n{helper}")
    page.write_text(text.replace("a, b", "---\ntags: [remove-input]\n---\na, b"))
    for name, value in (("BUILD", "_build"), ("CACHE", "_build/.jupyter_cache")):
        monkeypatch.setattr(build, name, root / value)
    for name, value in (("KEY", "_build/keys.json"), ("LOG", "_build/execution.log")):
        monkeypatch.setattr(build, name, root / value)
    monkeypatch.setenv("PYTHONPATH", str(prose.ROOT))
    for name in ("CI", "STRICT"):
        monkeypatch.delenv(name, raising=False)
    return root


def test_a_claim_that_does_not_hold_is_boxed_and_listed_and_fails_only_a_strict_build(
    book: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert build.main() == 0
    told = capfd.readouterr().out
    assert "1 of the book's claims did not hold" in told
    assert "book/page.md: Three are fewer than two." in told
    assert "3 should be below 2" in told
    html = (book / "_build/html/book/page.html").read_text()
    body = html[html.index("</h1>") :]
    assert 'href="#claim-missed-1"' in body[: body.index("Three are fewer")]
    assert 'id="claim-missed-1"' in body
    monkeypatch.setenv("STRICT", "1")
    assert build.main() == 1
    monkeypatch.delenv("STRICT")
    monkeypatch.setenv("CI", "true")
    assert build.main() == 1
    assert "Three are fewer than two." in capfd.readouterr().out


def test_a_cell_that_raises_fails_the_build_and_is_named(
    book: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    page = book / "book/page.md"
    page.write_text(page.read_text().replace("a, b = 3, 2", "a, b = 1 / 0, 2"))
    assert build.main() == 1
    told = capfd.readouterr()
    assert "The page book/page.md failed in its code cell 2" in told.err
    assert "ZeroDivisionError" in told.err
    assert "run `make book` again" in told.out
    page.write_text(page.read_text().replace("a, b = 1 / 0, 2", "a, b = 1, 2"))
    assert build.main() == 0


def test_a_downloaded_notebook_runs_on_beyond_a_claim_that_does_not_hold(book: Path) -> None:
    from nbclient import NotebookClient

    cells = [
        nbformat.v4.new_code_cell("from book.support import report"),
        nbformat.v4.new_code_cell("assert 2 < 1, 'Two are fewer than one.'"),
        nbformat.v4.new_code_cell("print('reached')"),
    ]
    done = NotebookClient(nbformat.v4.new_notebook(cells=cells)).execute()
    assert done.cells[1].outputs[0].metadata[claims.KEY]["sentence"] == "Two are fewer than one."
    assert done.cells[2].outputs[0].text == "reached\n"
