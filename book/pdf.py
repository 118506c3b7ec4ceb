"""Prints the whole book as a PDF: ``python -m book.pdf``, or ``make pdf``.

Sphinx puts all pages on one, Chromium prints it. Moving pictures are printed as stills and folded
answers open. The pages' results come from the cache that the HTML book has filled.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

from book.build import BUILD, ROOT, build

TARGET = BUILD / "training-deep-neural-networks.pdf"
SITE = BUILD / "singlehtml"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""What Chromium is started with: no window, and no request of its own."""

_FOOTER = """\
<div style="width: 100%; font: 8px sans-serif; text-align: center; color: #555">
<span class="pageNumber"></span></div>"""


def find_chromium() -> str | None:
    """Return the path of the installed Chromium, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def lacks_chinese() -> bool:
    """Return whether no installed font has the glossary's Chinese characters."""
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    listed = subprocess.run([lister, ":lang=zh-cn"], capture_output=True, text=True, check=False)
    return listed.returncode == 0 and not listed.stdout.strip()


def print_page(browser: str) -> None:
    """Print the single page to `TARGET`."""
    from playwright.sync_api import sync_playwright

    # Sphinx writes it where the root page belongs, with addresses as seen from the site's root.
    whole = shutil.copy(SITE / "book" / "index.html", SITE / "whole.html")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        page = chromium.new_page()
        page.set_default_timeout(300_000)
        page.goto(Path(whole).as_uri(), wait_until="load")
        page.wait_for_function("window.MathJax && MathJax.startup && MathJax.startup.promise")
        page.evaluate("MathJax.startup.promise")
        page.pdf(
            path=TARGET,
            format="A4",
            scale=0.85,  # what is comfortable on a screen is large print
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOTER,
            margin={"top": "18mm", "bottom": "18mm", "left": "17mm", "right": "17mm"},
            outline=True,
            tagged=True,
        )
        chromium.close()


def main() -> int:
    """Print the book and return the exit status."""
    browser = find_chromium()
    if browser is None:
        print("The book is printed by Chromium, which is not installed: apt-get install chromium")
        return 2
    if lacks_chinese():
        print("No Chinese font is installed: the glossary's Chinese will be printed as boxes.")
        print("To have it: apt-get install fonts-noto-cjk, then `make pdf` again.")
    if not build("singlehtml"):
        print("\nThe book was not printed: mend what is named above and run `make pdf` again.")
        return 1
    print_page(browser)
    size = TARGET.stat().st_size / 1e6
    print(f"The book as a PDF: {TARGET.relative_to(ROOT)} ({size:.0f} MB)")
    return 0


if __name__ == "__main__":
    # --help, and no other
    ArgumentParser("python -m book.pdf", description=__doc__).parse_args()
    sys.exit(main())
