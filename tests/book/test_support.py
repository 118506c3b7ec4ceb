"""The book's helper package: data, style, reporting and the mind map."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.util
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from sphinx_external_toc.parsing import parse_toc_yaml

from book.support import data, mindmap, report, style

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"


# --- data -----------------------------------------------------------------------------------------


def load_script(path: Path) -> ModuleType:
    """Import a script by its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_subset_has_the_promised_shape_type_and_range() -> None:
    subset = data.load_fashion_mnist_subset()
    assert subset.x_train.shape == (8000, 28, 28)
    assert subset.x_test.shape == (2000, 28, 28)
    for x in (subset.x_train, subset.x_test):
        assert x.dtype == np.float32
        assert x.min() == 0.0
        assert x.max() == 1.0
    for y in (subset.y_train, subset.y_test):
        assert y.dtype == np.int64


def test_subset_is_balanced_and_shuffled() -> None:
    subset = data.load_fashion_mnist_subset()
    assert np.bincount(subset.y_train).tolist() == [800] * 10
    assert np.bincount(subset.y_test).tolist() == [200] * 10
    assert np.bincount(subset.y_train[:1000], minlength=10).min() > 60
    assert len(subset.class_names) == 10


def test_subset_shares_no_image_between_training_and_test() -> None:
    subset = data.load_fashion_mnist_subset()
    train = {image.tobytes() for image in subset.x_train}
    shared = sum(image.tobytes() in train for image in subset.x_test)
    assert shared == 0


def test_subset_cannot_be_changed_by_one_page_for_the_next() -> None:
    subset = data.load_fashion_mnist_subset()
    with pytest.raises(ValueError, match="read-only"):
        subset.x_train[0, 0, 0] = 1.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        subset.y_train = subset.y_test  # type: ignore[misc]


def test_subset_file_is_the_one_its_readme_names() -> None:
    digest = hashlib.sha256(data.SUBSET_FILE.read_bytes()).hexdigest()
    assert digest in (BOOK / "data" / "README.md").read_text(encoding="utf-8")
    assert data.SUBSET_FILE.stat().st_size < 6_000_000


def test_subset_can_be_made_again_from_the_originals(tmp_path: Path) -> None:
    originals = Path("/usr/share/datasets/fashion-mnist")  # Debian's dataset-fashion-mnist
    if not originals.is_dir():
        pytest.skip("Debian's package dataset-fashion-mnist is not installed")
    output = tmp_path / "again.npz"
    script = BOOK / "data" / "make_subset.py"
    command = [sys.executable, str(script), "--from", str(originals), "--output", str(output)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    with np.load(output) as made, np.load(data.SUBSET_FILE) as kept:
        assert made.files == kept.files
        for name in kept.files:
            np.testing.assert_array_equal(made[name], kept[name])


def test_choice_does_not_depend_on_anything_but_the_seed() -> None:
    script = load_script(BOOK / "data" / "make_subset.py")
    labels = np.repeat(np.arange(10, dtype=np.uint8), 50)
    first, second = (script.choose(labels, 7, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert np.bincount(labels[first]).tolist() == [7] * 10
    assert len(set(first.tolist())) == 70


def test_missing_subset_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(data, "SUBSET_FILE", tmp_path / "absent.npz")
    with pytest.raises(data.DataUnavailable, match=r"make_subset\.py"):
        data.load_fashion_mnist_subset.__wrapped__()


def test_failed_download_is_one_clear_line() -> None:
    def refuse() -> None:
        raise Exception("URL fetch failure on a long address\nand more lines")

    with pytest.raises(data.DataUnavailable) as caught:
        data._download("CIFAR-10", refuse)
    message = str(caught.value)
    assert "\n" not in message
    assert "CIFAR-10" in message
    assert "connect to a network" in message
    assert caught.value.__suppress_context__


# --- style ----------------------------------------------------------------------------------------


def test_figures_share_one_width_and_an_opaque_card() -> None:
    import matplotlib as mpl
    import matplotlib.pyplot as plt
    from matplotlib.colors import to_rgba

    with mpl.rc_context():
        mpl.use("agg")
        style.use()
        for shape in ((1, 1), (1, 2), (2, 3)):
            fig, axes = style.figure(*shape)
            assert fig.get_size_inches()[0] == pytest.approx(style.WIDTH)
            assert np.size(axes) == shape[0] * shape[1]
            assert to_rgba(fig.get_facecolor())[3] == 1.0
            plt.close(fig)
        fig, _ = style.figure(height=2.5)
        assert fig.get_size_inches()[1] == pytest.approx(2.5)
        plt.close(fig)


def contrast(first: str, second: str) -> float:
    """WCAG's contrast ratio of two colours."""
    from matplotlib.colors import to_rgb

    def luminance(colour: str) -> float:
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)
        ]
        return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_on_the_card_has_contrast() -> None:
    assert contrast(style.INK, style.CARD) > 7
    assert contrast(style.PALETTE["grey"], style.CARD) > 4.5


def theme_colours(theme: str) -> dict[str, str]:
    """Return the course's colour variables in one theme."""
    css = (BOOK / "_static" / "course.css").read_text(encoding="utf-8")
    block = re.search(rf'html\[data-theme="{theme}"\] \{{(.*?)\}}', css, re.DOTALL)
    assert block is not None
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", block[1]))


@pytest.mark.parametrize(("theme", "page"), [("light", "#ffffff"), ("dark", "#121212")])
def test_the_style_sheets_colours_have_contrast(theme: str, page: str) -> None:
    colours = theme_colours(theme)
    for box in ("predict", "takeaway", "exercise"):
        ink, surface = colours[f"--course-{box}"], colours[f"--course-{box}-surface"]
        assert contrast(ink, surface) >= 4.5, box
    for part in range(mindmap.COLOURS):
        assert contrast(colours[f"--map-{part}"], page) >= 4.5, part


# --- report ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (0.12345, ".3g", "0.123"),
        (-0.25, ".3g", "\N{MINUS SIGN}0.25"),
        (1.234e-7, ".3g", "1.23 \N{MULTIPLICATION SIGN} 10⁻⁷"),
        (2e8, ".1g", "2 \N{MULTIPLICATION SIGN} 10⁸"),
        (12345, ",d", "12,345"),
        (0.5, ".1%", "50.0%"),
        ("e-mail", ".3g", "e-mail"),
    ],
)
def test_numbers_are_written_as_prose_writes_them(value: float | str, spec: str, text: str) -> None:
    assert report.format_number(value, spec) == text


def test_glue_keeps_the_formatted_text(monkeypatch: pytest.MonkeyPatch) -> None:
    import myst_nb

    kept: dict[str, tuple[str, bool]] = {}
    monkeypatch.setattr(
        myst_nb, "glue", lambda name, text, display: kept.update({name: (text, display)})
    )
    report.glue_number("ratio", 1.5)
    assert kept == {"ratio": ("1.5", False)}


def test_foot_names_only_what_was_imported() -> None:
    lines = report.foot_lines(42)
    assert lines["Seed"] == "42"
    assert f"NumPy {np.__version__}" in lines["Ran with"]
    assert ("TensorFlow" in lines["Ran with"]) == ("tensorflow" in sys.modules)
    assert re.fullmatch(r"[\d.]+ s", lines["Run time"])


# --- the mind map ---------------------------------------------------------------------------------


class Outline(HTMLParser):
    """Collects the items and the links of the outline."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self.items.append("")
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    def handle_data(self, text: str) -> None:
        if self.items:
            self.items[-1] += text


def drawn_texts(svg: ET.Element) -> list[tuple[str, str]]:
    """Return the class and words of each text in a picture."""
    return [(text.get("class") or "", text.text or "") for text in svg.iter("text")]


@pytest.fixture(params=[False, True], ids=["wide", "narrow"])
def narrow(request: pytest.FixtureRequest) -> bool:
    """Run a test on both drawings."""
    return bool(request.param)


@pytest.fixture(scope="module")
def course() -> mindmap.Node:
    return mindmap.course()


def test_picture_and_outline_have_the_same_nodes(course: mindmap.Node, narrow: bool) -> None:
    parser = Outline()
    parser.feed(mindmap.outline(course))
    picture = ET.fromstring(mindmap.picture(course, narrow=narrow))
    titles = [text for kind, text in drawn_texts(picture) if kind == "title"]
    notes = [text for kind, text in drawn_texts(picture) if kind == "note"]
    assert titles == [node.title for node in course.walk()]
    assert len(parser.items) == len(titles)
    for node, item in zip(course.walk(), parser.items, strict=True):
        assert item.startswith(node.title + (f": {node.note}" if node.note else ""))
    assert notes == [node.note for node in course.walk() if node.note]


def test_picture_and_outline_have_the_same_links_and_each_leads_to_a_page(
    course: mindmap.Node, narrow: bool
) -> None:
    parser = Outline()
    parser.feed(mindmap.outline(course))
    picture = ET.fromstring(mindmap.picture(course, narrow=narrow))
    links = [link.get("href") for link in picture.iter("a")]
    assert links == parser.links
    assert links
    listed = set(parse_toc_yaml(ROOT / "_toc.yml"))
    for link in links:
        assert link is not None
        source = (BOOK / link).resolve().with_suffix(".md")
        assert str(source.relative_to(ROOT).with_suffix("")) in listed
        assert source.is_file(), source


def test_every_page_of_the_book_is_on_the_map_once(course: mindmap.Node) -> None:
    on_the_map = [node.page for node in course.walk() if node.page]
    listed = set(parse_toc_yaml(ROOT / "_toc.yml"))
    assert sorted([*on_the_map, mindmap.MAP_PAGE]) == sorted(listed)


SMALL_TOC = """\
format: jb-book
root: book/index
parts:
  - caption: Front
    chapters:
      - file: book/mind-map
      - file: book/plain
      - file: book/worded
        sections:
          - file: book/below
      - url: https://example.org
  - caption: Back
    chapters:
      - file: book/commented
"""
SMALL_PAGES = {
    "index": "# A small book\n",
    "mind-map": "# Mind map\n",
    "plain": "(label)=\n# A page without words\n\n# Another heading\n\n---\nmind_map: no\n---\n",
    "worded": "---\nmind_map:\n  title: Short\n  note: in a word\n---\n\n# A long heading\n",
    "below": "---\nmind_map: {note: below a page}\n---\n# Below\n",
    "commented": "---\n# no heading\njupytext: {}\n---\n# A heading\n",
    "unlisted": "# In no table of contents\n",
}


@pytest.fixture
def small_toc(tmp_path: Path) -> Path:
    """Write a small book; return its ``_toc.yml``."""
    (tmp_path / "book").mkdir()
    for name, text in SMALL_PAGES.items():
        (tmp_path / "book" / f"{name}.md").write_text(text, encoding="utf-8")
    toc = tmp_path / "_toc.yml"
    toc.write_text(SMALL_TOC, encoding="utf-8")
    return toc


def test_the_contents_give_the_maps_parts_and_the_pages_their_words(small_toc: Path) -> None:
    home = mindmap.course(small_toc)
    assert (home.title, home.page) == ("A small book", "book/index")
    front, back = home.children
    assert (front.title, front.page) == ("Front", None)
    assert [(page.title, page.note) for page in front.children] == [
        ("A page without words", ""),
        ("Short", "in a word"),
        ("Below", "below a page"),
    ]
    assert (back.title, [page.title for page in back.children]) == ("Back", ["A heading"])


def test_a_listed_page_is_drawn_by_its_heading_and_one_that_is_not_listed_is_not_drawn(
    small_toc: Path, narrow: bool
) -> None:
    def drawn() -> tuple[str, str]:
        course = mindmap.course(small_toc)
        return mindmap.picture(course, narrow=narrow), mindmap.outline(course)

    for markup in drawn():
        assert 'href="plain.html"' in markup
        assert "A page without words" in markup
        assert "unlisted" not in markup
        assert "In no table of contents" not in markup
    small_toc.write_text(f"{SMALL_TOC}      - file: book/unlisted\n", encoding="utf-8")
    for markup in drawn():
        assert 'href="unlisted.html"' in markup
        assert "In no table of contents" in markup


def test_a_page_that_has_no_heading_is_named(small_toc: Path) -> None:
    (small_toc.parent / "book" / "plain.md").write_text("Words.\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"plain\.md has no heading"):
        mindmap.course(small_toc)


def test_boxes_stay_inside_and_apart(course: mindmap.Node, narrow: bool) -> None:
    layout = mindmap.lay_out(course, narrow=narrow)
    for box in layout.boxes:
        assert box.x >= 0
        assert box.x + box.width <= layout.width
        assert box.y >= 0
        assert box.y + box.height <= layout.height
    for one, other in combinations(layout.boxes, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        above = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert beside or above, (one.node.title, other.node.title)


def test_words_fit_their_boxes(course: mindmap.Node, narrow: bool) -> None:
    from matplotlib.textpath import TextPath

    # DejaVu Sans is wider than the fonts of the page, so what fits in it fits in them.
    for box in mindmap.lay_out(course, narrow=narrow).boxes:
        size = (
            mindmap.ROOT_SIZE
            if box.part < 0
            else mindmap.TITLE_SIZE
            if box.node.page
            else mindmap.PART_SIZE
        )
        for words, height in ((box.node.title, size), (box.node.note, mindmap.NOTE_SIZE)):
            if words:
                extent = TextPath((0, 0), words, size=height).get_extents()
                assert extent.width + 18 <= box.width, words


# --- the glossary ---------------------------------------------------------------------------------


def test_glossary_is_sorted_and_every_term_has_its_chinese() -> None:
    source = (BOOK / "glossary.md").read_text(encoding="utf-8")
    body = source.split("{glossary}\n")[1].split("::::")[0]
    entries = body.strip().split("\n\n")
    assert len(entries) >= 60
    terms = []
    for entry in entries:
        term, definition = entry.split("\n")
        assert re.match(r"   \[\(.+?\)\]\{\.zh\} \S", definition), term
        terms.append(term)
    keys = [term.lower().replace("\N{SCRIPT SMALL L}", "l").replace("-", " ") for term in terms]
    assert keys == sorted(set(keys))


# --- the site's extension -------------------------------------------------------------------------


def test_mathjax_is_installed_with_all_that_the_site_copies() -> None:
    extension = load_script(BOOK / "_ext" / "course_site.py")
    folder = extension.mathjax_folder()
    assert (folder / extension.MATHJAX_SCRIPT).is_file()
    for part in extension.MATHJAX_PARTS:
        assert (folder / part).is_dir()


@pytest.mark.parametrize(
    ("name", "written", "other"),
    [
        ("_toc.yml", "caption: Front", "caption: Opening"),
        ("book/worded.md", "note: in a word", "note: in two"),
        ("book/plain.md", "# A page without words", "# A page with a new heading"),
    ],
)
def test_only_the_map_is_forgotten_and_only_when_the_contents_change(
    small_toc: Path, name: str, written: str, other: str
) -> None:
    import nbformat
    from jupyter_cache import get_cache
    from jupyter_cache.cache.main import CacheBundleIn

    root, folder = small_toc.parent, small_toc.parent / "cache"
    cache = get_cache(folder)
    for page in ("page", "mind-map"):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(page)])
        cache.cache_notebook_bundle(
            CacheBundleIn(notebook, f"{page}.md"), check_validity=False, overwrite=True
        )

    def kept() -> set[str]:
        return {Path(entry.uri).stem for entry in get_cache(folder).list_cache_records()}

    extension = load_script(BOOK / "_ext" / "course_site.py")
    for more in ("", "Words that are on no map.\n"):
        with (root / "book" / "plain.md").open("a", encoding="utf-8") as page:
            page.write(more)
        extension.forget_map(small_toc, folder)
        assert kept() == {"page", "mind-map"}
    text = (root / name).read_text(encoding="utf-8")
    assert written in text
    (root / name).write_text(text.replace(written, other), encoding="utf-8")
    extension.forget_map(small_toc, folder)
    assert kept() == {"page"}


def test_foot_is_shown_as_html_and_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    import IPython.display

    shown: list[dict[str, str]] = []
    monkeypatch.setattr(IPython.display, "display", lambda bundle, raw: shown.append(bundle))
    report.foot(7)
    (bundle,) = shown
    assert 'class="page-foot"' in bundle["text/html"]
    assert "Seed: 7" in bundle["text/plain"]
    assert json.dumps(bundle)
