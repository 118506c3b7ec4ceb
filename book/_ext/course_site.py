"""A small Sphinx extension for nine things the book needs and Jupyter Book does not do.

1. Nothing is loaded from another host: MathJax comes from the installed package
   ``sphinx-mathjax-offline`` and is copied into the site.
2. The kernels that run the pages can import ``book``, wherever the build is started from.
3. Every page with code offers itself as a notebook to download.
4. The mind map is drawn again when ``_toc.yml`` changes, or the words that a page has for the map:
   the cache alone would not notice. (`book.build` sees to changed helpers, data and versions.)
5. Chinese words are marked as Chinese, so that a browser and a screen reader treat them so.
6. The bibliography goes without roles that ARIA has deprecated, which docutils still writes.
7. The theme's icons come from its font alone. It also brings them as a script of 1.5 MB, most of
   what a page would weigh.
8. The frames of a moving picture (`book.support.frames`) become files, which a reader's browser
   fetches when the picture comes into view. Within the page they would delay all of it.
9. A page with claims that did not hold where it was built (`book.support.claims`) says so at its
   top, with a link to each: some stand far below, beside what they guard.
"""

from __future__ import annotations

import base64
import hashlib
import os
import posixpath
import re
import shutil
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sphinx.errors import ConfigError

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config

MATHJAX_PACKAGE: Final[str] = "sphinx-mathjax-offline"
MATHJAX_SCRIPT: Final[str] = "tex-chtml.js"
MATHJAX_PARTS: Final[tuple[str, ...]] = ("a11y", "input/tex", "output/chtml", "sre", "ui")
"""What the script may fetch later: fonts, rarer TeX macros and the screen reader's explorer."""


def mathjax_folder() -> Path:
    """Return the folder of the installed MathJax."""
    try:
        files = metadata.files(MATHJAX_PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == MATHJAX_SCRIPT:
            return Path(str(file.locate())).parent
    raise ConfigError(
        f"MathJax is not installed: run `pip install {MATHJAX_PACKAGE}`, "
        "or set the course up again as README.md says."
    )


def use_local_mathjax(_app: Sphinx, config: Config) -> None:
    """Point Sphinx at the copy of MathJax that `copy_mathjax` puts into the site."""
    mathjax_folder()  # fail now rather than after the build
    config["mathjax_path"] = f"mathjax/{MATHJAX_SCRIPT}"


def copy_mathjax(app: Sphinx, exception: Exception | None) -> None:
    """Copy MathJax into the finished site."""
    if exception is not None or app.builder.format != "html":
        return
    source = mathjax_folder()
    target = Path(app.outdir) / "_static" / "mathjax"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source / MATHJAX_SCRIPT, target / MATHJAX_SCRIPT)
    for part in MATHJAX_PARTS:
        shutil.copytree(source / part, target / part, dirs_exist_ok=True)


def prepare_kernels(app: Sphinx) -> None:
    """Let the kernels, and us, import ``book``, and keep TensorFlow's start-up messages quiet."""
    root = str(app.srcdir)
    if root not in sys.path:
        sys.path.append(root)
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    if root not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([root, *paths])
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def redraw_map(app: Sphinx) -> None:
    """Forget the cached mind map if the course has changed since it was drawn."""
    configured = app.config["nb_execution_cache_path"]
    folder = Path(configured) if configured else Path(app.outdir).parent / ".jupyter_cache"
    forget_map(Path(app.srcdir) / "_toc.yml", folder)


def forget_map(toc: Path, folder: Path) -> None:
    """Remove the mind map's results from a cache made when the map had other pages or words.

    Parameters
    ----------
    toc
        The book's ``_toc.yml``.
    folder
        The cache. One of which nothing is known yet is taken to be fresh, so that it may be filled
        before the first build.
    """
    from book.support import mindmap

    now = repr(mindmap.course(toc))
    record = folder / "mind-map.txt"
    if record.is_file() and record.read_text(encoding="utf-8") != now:
        from jupyter_cache import get_cache

        cache = get_cache(folder)
        for entry in cache.list_cache_records():
            if Path(entry.uri).stem == "mind-map":
                cache.remove_cache(entry.pk)
    folder.mkdir(parents=True, exist_ok=True)
    record.write_text(now, encoding="utf-8")


def offer_notebook(
    app: Sphinx,
    pagename: str,
    _templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write the page as a notebook beside its source, for the download menu to offer."""
    if doctree is None or app.builder.format != "html":
        return
    source = Path(str(app.env.doc2path(pagename)))
    if source.suffix != ".md" or "{code-cell}" not in source.read_text(encoding="utf-8"):
        return
    import jupytext

    target = Path(app.outdir) / "_sources" / f"{pagename}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    jupytext.write(jupytext.read(source), target)
    context["ipynb_source"] = f"{pagename}.ipynb"


MENDED: Final[dict[str, str]] = {
    # Every ``[...]{.zh}`` of the source gets the language it is in.
    '<span class="zh">': '<span class="zh" lang="zh-Hans">',
    # Citations are paragraphs, and read as such.
    ' role="doc-biblioentry"': "",
    '<div role="list" class="citation-list">': "<div>",
}


def mend_markup(
    _app: Sphinx,
    _pagename: str,
    _templatename: str,
    context: dict[str, Any],
    _doctree: nodes.document | None,
) -> None:
    """Replace what docutils writes by what a browser and a screen reader should find."""
    if "body" in context:
        for written, wanted in MENDED.items():
            context["body"] = context["body"].replace(written, wanted)


PICTURE: Final[re.Pattern[str]] = re.compile(r'"data:image/webp;base64,([A-Za-z0-9+/=]+)"')
"""A picture that lies within the page, between the quotation marks of an attribute or of JSON."""


def move_pictures_out(
    app: Sphinx,
    _pagename: str,
    _templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write each picture that lies within the page to a file among Sphinx's own images."""
    if doctree is None or app.builder.format != "html":
        return
    builder: Any = app.builder
    folder = Path(app.outdir) / builder.imagedir
    folder.mkdir(parents=True, exist_ok=True)

    def as_file(found: re.Match[str]) -> str:
        content = base64.b64decode(found[1])
        file = folder / f"{hashlib.sha256(content).hexdigest()[:20]}.webp"
        file.write_bytes(content)
        return f'"{posixpath.join(builder.imgpath, file.name)}"'

    context["body"] = PICTURE.sub(as_file, context["body"])


MISSED: Final[re.Pattern[str]] = re.compile(r'<aside class="[^"]*claim-missed" id="([^"]+)">')
"""The box of a claim that did not hold; its id."""


def announce_missed_claims(
    _app: Sphinx,
    _pagename: str,
    _templatename: str,
    context: dict[str, Any],
    _doctree: nodes.document | None,
) -> None:
    """Say below a page's title which of its claims did not hold where it was built."""
    found = MISSED.findall(context.get("body", ""))
    if not found:
        return
    links = ", ".join(f'<a href="#{name}">{n}</a>' for n, name in enumerate(found, 1))
    what = "a claim of this page does" if len(found) == 1 else "some claims of this page do"
    box = (
        '<aside class="admonition warning"><p class="admonition-title">Not so on this machine</p>'
        f"<p>Where this copy of the book was built, {what} not hold. A box at each place says what "
        f"was claimed and what was found: {links}.</p></aside>"
    )
    context["body"] = context["body"].replace("</h1>", f"</h1>{box}", 1)


def empty_icon_script(app: Sphinx, exception: Exception | None) -> None:
    """Leave nothing in the script whose icons the font has too."""
    script = Path(app.outdir) / "_static" / "scripts" / "fontawesome.js"
    if exception is None and script.exists():
        script.write_text("// The icons come from the font: see book/_ext/course_site.py\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the parts."""
    app.connect("config-inited", use_local_mathjax)
    app.connect("builder-inited", prepare_kernels)
    app.connect("builder-inited", redraw_map)
    # Before the theme builds its buttons, which it does at the default priority of 500.
    app.connect("html-page-context", offer_notebook, priority=400)
    app.connect("html-page-context", mend_markup)
    app.connect("html-page-context", move_pictures_out)
    app.connect("html-page-context", announce_missed_claims)
    app.connect("build-finished", copy_mathjax)
    app.connect("build-finished", empty_icon_script)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
