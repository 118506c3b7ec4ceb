"""Shows the book while it is written: ``python -m book.preview`` (`make preview`).

A page that is saved is built, and the browser that shows it reloads it. Only pages whose cells
have changed are executed. A fault is told on the terminal, and the book stays as it was until it
is mended.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

import livereload  # type: ignore[import-untyped]

from book import build

_CARDS = [sys.executable, "-m", "autograder", "cards", "book/generated"]
_BUILD = [sys.executable, "-m", "book.build"]

# What is written by hand, by what has to be done when it has changed. No pattern finds what the
# build itself writes: that would start it again.
PAGES = (
    *("_config.yml", "_toc.yml", "book/*.md", "book/[!g]*/*.md", "book/gradients/*.md"),
    *("book/references.bib", "book/support/*.py", "book/_ext/*.py", "book/_static/*"),
)
EXERCISES = ("autograder/assignments/*/*.md", "solutions/*.py")


def rebuild(*commands: list[str]) -> None:
    """Run some commands of the build; where one fails, the rest wait for the next change."""
    for command in commands:
        if subprocess.run(command, cwd=build.ROOT).returncode:
            print("The book stays as it was; mend what is named above and save again.")
            return


def main() -> None:
    """Build the book, show it, and build it again whenever it has changed."""
    parser = argparse.ArgumentParser(description="Show the book while it is written.")
    parser.add_argument("--port", type=int, default=8000, help="where to (default: %(default)s)")
    port = parser.parse_args().port
    rebuild(_CARDS, _BUILD)
    server = livereload.Server()
    for pattern in PAGES:
        server.watch(str(build.ROOT / pattern), lambda: rebuild(_BUILD))
    for pattern in EXERCISES:
        server.watch(str(build.ROOT / pattern), lambda: rebuild(_CARDS, _BUILD))
    print(f"The book is shown on http://127.0.0.1:{port}/ until you press Ctrl+C.", flush=True)
    server.serve(port=port, root=str(build.BUILD / "html"))


if __name__ == "__main__":
    main()
