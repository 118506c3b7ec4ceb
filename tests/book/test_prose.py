"""Every number beside a result comes from the run, on every page of the book."""

import re
from pathlib import Path

import pytest
import yaml

from tests.book import prose


def _pages() -> list[Path]:
    contents = yaml.safe_load((prose.ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [chapter for part in contents["parts"] for chapter in part["chapters"]]
    names = [contents["root"], *(chapter["file"] for chapter in chapters)]
    return [prose.ROOT / f"{name}.md" for name in names]


def _name(path: Path) -> str:
    return path.relative_to(prose.ROOT).with_suffix("").as_posix().removeprefix("book/")


each_page = pytest.mark.parametrize("path", _pages(), ids=_name)


@each_page
def test_every_number_beside_a_result_is_measured_or_known(path: Path) -> None:
    name = _name(path)
    page = path.read_text(encoding="utf-8")
    assert prose.unaccounted(name, page) == []
    assert prose.unused(name, page) == []


PAGE = """\
# A page

```{code-cell} ipython3
---
mystnb:
  image:
    alt: The curve falls to 0.31.
---
EPOCHS = 15
```

After 15 epochs the loss is {glue:text}`loss`, which is 3.7 times
better than $2^{10}$ or `1234` ({cite:t}`he2015delving`, 8).

No result is near this 99.

:::{admonition} Answer
It reaches {glue:text}`share` of 61 %.
:::
"""


def test_a_number_that_no_code_states_is_found() -> None:
    found = prose.unaccounted("a-page", PAGE)
    assert [complaint.partition(" in ")[0] for complaint in found] == [
        "line 12: 3.7",
        "line 12: 8",
        "line 18: 61",
        "line 3: 0.31",
    ]


def test_constants_of_the_set_up_are_known() -> None:
    assert prose.constants(PAGE) == {15.0}


def test_the_install_line_of_the_notebooks_has_the_versions_of_the_lock() -> None:
    text = (prose.ROOT / "book/exercises.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^pip install (.*\\\n.*)$", text, re.M)
    locked = (prose.ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "matplotlib==" in line
    for named in line.replace("\\", "").split():
        assert re.search(rf"^{re.escape(named)} ", locked, re.M), named
