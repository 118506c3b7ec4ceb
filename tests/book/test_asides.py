"""The boxes "In Keras": each technique has one, and none has a part in what its page computes."""

from pathlib import Path

import jupytext
import pytest

from book import trial
from book.support import aside

BOOK = Path(__file__).resolve().parents[2] / "book"
PARTS = ("gradients", "pretrained-layers", "optimisers", "regularisation", "where-the-field-went")
PAGES = [*(p for part in PARTS for p in sorted((BOOK / part).glob("*.md"))),
         BOOK / "practical-guide/sparse-and-fast.md"]  # fmt: skip


def name(page: Path) -> str:
    return page.stem


def test_every_technique_is_here() -> None:
    assert len(PAGES) == 19


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_says_how_it_is_done_in_keras_before_it_says_why(page: Path) -> None:
    sections = page.read_text(encoding="utf-8").split("\n## ")
    box = sections[1]
    assert box.startswith("In Keras\n")
    assert "\n**What to watch.** " in box
    assert "\n**The usual trap.** " in box


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_box_lies_between_its_two_cells_and_can_be_pasted(page: Path) -> None:
    cells = jupytext.read(page).cells
    places = [n for n, cell in enumerate(cells) if trial.ASIDE in cell.metadata.get("tags", ())]
    code = [cells[n] for n in places if cells[n].cell_type == "code"]
    assert "aside.begin(globals())" in code[0].source
    assert code[-1].source == "aside.end(globals())"
    between = cells[places[0] : places[-1] + 1]
    assert all(c in code for c in between if c.cell_type == "code")
    shown = [c.source for c in code if "remove-input" not in c.metadata["tags"]]
    assert len(shown) == len(code) - 2
    assert all(5 <= len(source.splitlines()) <= 22 for source in shown)
    assert all(len(line) <= 80 for source in shown for line in source.splitlines())
    # What is claimed would be measured here, and nowhere else.
    assert not any("assert " in source for source in shown)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_claim_hangs_on_a_box(page: Path) -> None:
    assert not any("aside" in source for source in trial.cells(page))


def test_a_page_goes_on_as_if_it_had_tried_nothing() -> None:
    kept = [1]
    names: dict[str, object] = {"net": kept, "_": 1, "images": 2}
    aside.begin(names)
    names |= {"net": "another", "_": 5, "new": 3}
    del names["images"]
    aside.end(names)
    assert names == {"net": kept, "_": 5, "images": 2}
    assert names["net"] is kept
