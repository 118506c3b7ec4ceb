"""The built site in a real browser: accessible, light, still where asked, nothing from elsewhere.

`make book` makes what is looked at here; without it there is nothing to look at.
"""

import gzip
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from tests.book import prose

SITE = prose.ROOT / "_build" / "html"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MEGABYTE = 1_000_000
# What is folded fades in when it is opened: half faded in, its contrast is nobody's.
OPEN_ALL = """async () => {
    document.querySelectorAll('details').forEach(folded => { folded.open = true });
    document.querySelectorAll('.deeper-toggle[aria-expanded=false]').forEach(fold => fold.click());
    await new Promise(requestAnimationFrame);
    await Promise.all(document.getAnimations().map(animation => animation.finished));
}"""
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

pytestmark = pytest.mark.skipif(
    not (SITE / "index.html").exists(), reason="no book: run `make book`"
)


def _pages() -> list[Path]:
    return [path for path in sorted(SITE.glob("book/**/*.html")) if "_sources" not in path.parts]


each_page = pytest.mark.parametrize(
    "path", _pages(), ids=lambda path: path.relative_to(SITE / "book").as_posix()
)


def _open(browser: Browser, path: Path, theme: str = "light", **kw: object) -> Page:
    page = browser.new_page(**({"viewport": DESK} | kw))
    page.add_init_script(
        f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')"
    )
    page.goto(path.as_uri(), wait_until="load")
    return page


@each_page
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, path: Path, theme: str) -> None:
    page = _open(browser, path, theme)
    page.evaluate(OPEN_ALL)
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    page.close()
    told = [f"{v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])} times)" for v in found]
    assert told == []


@each_page
def test_a_page_is_light_and_loads_nothing_from_elsewhere(browser: Browser, path: Path) -> None:
    asked: list[str] = []
    page = browser.new_page(viewport=DESK)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri(), wait_until="networkidle")
    page.evaluate(OPEN_ALL)
    pictures = page.locator("figure.frames").all()
    for picture in pictures:
        assert _come_near(page, picture, asked) <= set(asked)
    page.close()
    files = {re.sub(r"[?#].*", "", url) for url in asked if not url.startswith("data:")}
    assert [url for url in files if not url.startswith("file://")] == []
    weight = sum(_transferred(Path(url.removeprefix("file://"))) for url in files)
    assert weight < (5 if pictures else 2) * MEGABYTE


def _transferred(path: Path) -> int:
    """Return the bytes that a web server sends for a file: it packs text."""
    content = path.read_bytes()
    packed = path.suffix in {".html", ".css", ".js", ".svg", ".json"}
    return len(gzip.compress(content, 6)) if packed else len(content)


@each_page
def test_no_markup_is_left_over_in_the_text(browser: Browser, path: Path) -> None:
    page = _open(browser, path)
    page.evaluate("document.querySelectorAll('article code').forEach(code => code.remove())")
    paragraphs = page.locator("article p, article li, article td, figcaption").all_text_contents()
    page.close()
    left = re.compile(r"\|\s*:?[-\u2014]+:?\s*\||\{(glue|term|doc|ref|cite)|(?:^|\s)\*\*\S|``")
    assert [text[:200] for text in paragraphs if left.search(text)] == []


@each_page
def test_nothing_sticks_out_on_a_telephone(browser: Browser, path: Path) -> None:
    page = _open(browser, path, viewport=PHONE)
    page.wait_for_function("!window.MathJax || !MathJax.startup || MathJax.startup.promise")
    page.evaluate(OPEN_ALL)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert width <= PHONE["width"]


def test_a_moving_picture_is_moved_with_the_keyboard(browser: Browser) -> None:
    page = _moving(browser)
    dial = page.locator("figure.frames input").first
    image = page.locator("figure.frames img").first
    dial.focus()
    page.keyboard.press("Home")
    first, told = image.get_attribute("src"), dial.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    assert image.get_attribute("src") != first
    assert dial.get_attribute("aria-valuetext") != told
    page.close()


def test_the_frames_are_fetched_when_their_picture_is_near(browser: Browser) -> None:
    page = browser.new_page(viewport=DESK)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(_moving_page().as_uri(), wait_until="networkidle")
    picture = page.locator("figure.frames").first
    stills = {url for url in asked if url.endswith(".webp")}
    assert len(stills) <= page.locator("figure.frames").count()
    page.evaluate(OPEN_ALL)
    named = _come_near(page, picture, asked)
    page.close()
    assert len(named) > 10
    assert named <= set(asked)


def _come_near(page: Page, picture: Locator, asked: list[str]) -> set[str]:
    """Scroll to a moving picture, wait until its frames are asked for; return their addresses."""
    named = picture.evaluate(
        """figure => JSON.parse(figure.querySelector('script').textContent).frames
                   .map(source => new URL(source, document.baseURI).href)"""
    )
    picture.scroll_into_view_if_needed()
    for _ in range(200):  # ten seconds, of which a tenth is needed
        if set(named) <= set(asked):
            break
        page.wait_for_timeout(50)
    return set(named)


def test_nothing_moves_by_itself_and_with_reduced_motion_nothing_can(browser: Browser) -> None:
    page = _moving(browser, reduced_motion="reduce")
    image = page.locator("figure.frames img").first
    before = image.get_attribute("src")
    page.wait_for_timeout(600)
    assert image.get_attribute("src") == before
    assert page.locator("figure.frames button:visible").count() == 0
    assert page.locator("figure.frames input:visible").count() > 0
    page.close()


def test_without_scripts_and_on_paper_a_still_remains(browser: Browser) -> None:
    page = _open(browser, _moving_page(), java_script_enabled=False)
    assert page.locator("figure.frames img").first.is_visible()
    assert page.locator("figure.frames input:visible").count() == 0
    page.close()
    page = _moving(browser)
    page.emulate_media(media="print")
    assert page.locator("figure.frames img").first.is_visible()
    assert page.locator("figure.frames input:visible").count() == 0
    page.close()


def _moving_page() -> Path:
    """Return the first page that has a moving picture with a button to play it."""
    return next(p for p in _pages() if 'class="frames-play"' in p.read_text(encoding="utf-8"))


def _moving(browser: Browser, **kw: object) -> Page:
    page = _open(browser, _moving_page(), **kw)
    page.evaluate(OPEN_ALL)
    return page


# What lies deeper


@pytest.mark.parametrize("path", [path for path in _pages() if path.parent != SITE / "book"])
def test_no_page_is_longer_than_twelve_screens_before_it_is_opened(
    browser: Browser, path: Path
) -> None:
    """Pages to look things up in, which belong to no part of the book, may be."""
    page = _open(browser, path)
    height = page.evaluate("document.querySelector('article').scrollHeight")
    page.close()
    assert height <= 12 * DESK["height"]


def _deep(browser: Browser, anchor: str = "") -> Page:
    """Open a page with folded sections."""
    page = browser.new_page(viewport=DESK)
    page.goto((SITE / "book/regularisation/max-norm.html").as_uri() + anchor, wait_until="load")
    return page


def test_what_lies_deeper_is_opened_with_the_keyboard_and_at_once(browser: Browser) -> None:
    page = _deep(browser)
    folds, bodies = page.locator(".deeper-toggle"), page.locator(".deeper-body")
    folded = page.locator(".deeper-body[hidden=until-found]")
    assert folded.count() == folds.count() == bodies.count() > 3
    folds.first.focus()
    page.keyboard.press("Enter")
    assert folds.first.get_attribute("aria-expanded") == "true"
    assert bodies.first.locator("p").first.is_visible()
    assert folded.count() == bodies.count() - 1
    page.get_by_role("button", name="Open all").click()
    assert folded.count() == 0
    page.get_by_role("button", name="Close all").click()
    assert folded.count() == bodies.count()
    page.close()


def test_a_link_into_what_lies_deeper_opens_it(browser: Browser) -> None:
    page = _deep(browser)
    target = page.locator(".deeper-body .math, .deeper-body figure").last.get_attribute("id")
    page.close()
    page = _deep(browser, f"#{target}")
    assert page.locator(f"[id='{target}']").is_visible()
    assert page.locator(".deeper-body:not([hidden])").count() == 1
    page.close()


def test_without_scripts_and_on_paper_nothing_is_folded(browser: Browser) -> None:
    path = SITE / "book/regularisation/max-norm.html"
    page = _open(browser, path, java_script_enabled=False)
    assert page.locator(".deeper-toggle").count() == 0
    assert page.locator("#deeper p").last.is_visible()
    page.close()
    page = _deep(browser)
    page.emulate_media(media="print")
    last = page.locator("#deeper p").last
    assert last.evaluate("p => p.checkVisibility({contentVisibilityAuto: true})")
    page.close()
